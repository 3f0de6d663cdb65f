"""Decoding N samples per prompt with a copy of the prompt's cache each, left-padded, for all architectures.

Knows nothing about drawing tokens. What an architecture cannot do is found by a trial before the first token. A batch
runs to its end before the next begins, as caches with sliding windows or recurrent states cannot take in rows of
another age. Shapes: P prompts of a batch, C their columns, A rows that are asked for, B rows still in the cache, V
vocabulary.
"""

import inspect
from collections.abc import Sequence
from typing import Any
from weakref import WeakSet

import torch
from peft import PeftModel
from torch import Tensor

from workers.learning.arithmetic import naming_mixed_dtypes
from workers.learning.errors import ARCHITECTURE_ERRORS, ModelError
from workers.learning.kv_cache import expand_cache, keep_rows

# Dropped rows leave the cache once they are this share of it: it is copied then.
_RETIRE_SHARE = 0.2
# How far (total variation) a trial's next token may be from a plain forward pass. In 16 bits a token may go to another
# expert, which is rounding too.
_TOLERANCE, _HALF_TOLERANCE = 0.01, 0.5

_tried: WeakSet[torch.nn.Module] = WeakSet()


def check_decoding(model: Any, device: torch.device, *, pad_id: int) -> None:
    """Raises ModelError for an architecture whose cache cannot be decoded with; found out once per model, on a few
    tokens."""
    if model in _tried:
        return
    base = model.get_base_model() if isinstance(model, PeftModel) else model
    refused = f"{type(base).__name__} cannot be sampled here"
    try:
        with naming_mixed_dtypes(model):
            distance = _trial(PaddedDecoder(model, device, pad_id=pad_id, context=6), model, device)
    except torch.OutOfMemoryError:
        raise
    except ARCHITECTURE_ERRORS as error:
        raise ModelError(f"{refused}: its cache does not decode several prompts together ({error}).") from error
    if distance > (_TOLERANCE if next(model.parameters()).dtype == torch.float32 else _HALF_TOLERANCE):
        raise ModelError(
            f"{refused}: with its cache a next token's probabilities differ by {distance:.2g} from those without."
        )
    _tried.add(model)


@torch.inference_mode()
def _trial(decoder: "PaddedDecoder", model: Any, device: torch.device) -> float:
    """Two prompts of unlike length, two rows each, of which one is retired; the largest total variation."""
    vocabulary = int(model.config.get_text_config().vocab_size)
    long, short = [1 % vocabulary, 5 % vocabulary, 3 % vocabulary], [4 % vocabulary]
    first_A = torch.tensor([index % vocabulary for index in (6, 7, 8, 9)], device=device)
    batch, _ = decoder.prefill([long, short], 2, 2)
    decoder.step([batch], first_A)
    batch.keep([3, 1, 2])
    logits_A_V = decoder.step([batch], first_A[:3])
    rows = [[*short, first_A[3], first_A[0]], [*long, first_A[1], first_A[1]], [*short, first_A[2], first_A[2]]]
    plain = [model(input_ids=torch.tensor([row], device=device), use_cache=False).logits[0, -1] for row in rows]
    differences = logits_A_V.float().softmax(-1) - torch.stack(plain).float().softmax(-1)
    return float(differences.abs().sum(-1).max()) / 2


class PaddedBatch:
    """The cache of one batch. Dropped rows stay in it for a while and are fed padding."""

    def __init__(self, cache: Any, mask_P_C: Tensor | None, lengths_P: Tensor, samples: int, room: int) -> None:
        expand_cache(cache, len(lengths_P), samples, room)
        self.cache = cache
        self.mask = None if mask_P_C is None else mask_P_C.repeat_interleave(samples, 0)
        self.positions_B = lengths_P.repeat_interleave(samples)
        # Where in the cache each asked row is.
        self.rows_A = torch.arange(len(self.positions_B), device=lengths_P.device)
        self._columns = int(lengths_P.max()) + room

    def __len__(self) -> int:
        return len(self.rows_A)

    @property
    def tokens(self) -> int:
        """How many tokens of one layer its memory holds."""
        return len(self.positions_B) * self._columns

    def keep(self, rows: Sequence[int]) -> None:
        """Row i becomes what row rows[i] was; the others are dropped."""
        self.rows_A = self.rows_A[torch.tensor(rows, dtype=torch.long, device=self.rows_A.device)]
        if 0 < len(rows) <= (1 - _RETIRE_SHARE) * len(self.positions_B):
            keep_rows(self.cache, self.rows_A)
            self.positions_B = self.positions_B[self.rows_A]
            self.mask = None if self.mask is None else self.mask[self.rows_A]
            self.rows_A = torch.arange(len(rows), device=self.rows_A.device)


class PaddedDecoder:
    """Decodes one batch of prompts at a time."""

    joins = False

    def __init__(self, model: Any, device: torch.device, *, pad_id: int, context: int) -> None:
        base = model.get_base_model() if isinstance(model, PeftModel) else model
        # Models with relative positions (ALiBi) read them from the mask and take no position_ids.
        self._takes_positions = "position_ids" in inspect.signature(base.forward).parameters
        self._model, self._device, self._pad_id, self._context = model, device, pad_id, context

    def cost(self, prompts: int, columns: int, samples: int, room: int) -> int:
        """Tokens of cache that a batch takes."""
        return prompts * samples * (columns + room)

    def prefill(self, prompts_ids: Sequence[Sequence[int]], samples: int, room: int) -> tuple[PaddedBatch, Tensor]:
        """The prompts in one pass, padded on the left; logits are [P, V]."""
        columns = max(map(len, prompts_ids))
        padded = [[self._pad_id] * (columns - len(ids)) + list(ids) for ids in prompts_ids]
        lengths_P = torch.tensor(list(map(len, prompts_ids)), device=self._device)
        starts_P_1 = (columns - lengths_P).unsqueeze(1)
        columns_C = torch.arange(columns, device=self._device)
        mask_P_C = (columns_C >= starts_P_1).long()
        # Without padding the model may take its faster causal path, which needs no mask.
        mask = None if bool((lengths_P == columns).all()) else mask_P_C
        ids_P_C = torch.tensor(padded, device=self._device)
        output = self._run(ids_P_C, (columns_C - starts_P_1).clamp(min=0), mask, None)
        return PaddedBatch(output.past_key_values, mask, lengths_P, samples, room), output.logits[:, -1]

    def step(self, batches: Sequence[PaddedBatch], tokens_A: Tensor) -> Tensor:
        """Feeds each row its token; returns the logits [A, V] of the next."""
        [batch] = batches
        tokens_B = torch.full_like(batch.positions_B, self._pad_id)
        tokens_B[batch.rows_A] = tokens_A
        if batch.mask is not None:
            batch.mask = torch.nn.functional.pad(batch.mask, (0, 1), value=1)
        output = self._run(tokens_B.unsqueeze(1), batch.positions_B.unsqueeze(1), batch.mask, batch.cache)
        batch.cache = output.past_key_values
        # A dropped row may stand at the context's end, where positions end too.
        batch.positions_B = (batch.positions_B + 1).clamp(max=self._context - 1)
        logits: Tensor = output.logits[:, -1][batch.rows_A]
        return logits

    def _run(self, ids: Tensor, positions: Tensor, mask: Tensor | None, cache: Any) -> Any:
        extra = {"position_ids": positions} if self._takes_positions else {}
        return self._model(
            input_ids=ids, attention_mask=mask, past_key_values=cache, use_cache=True, logits_to_keep=1, **extra
        )
