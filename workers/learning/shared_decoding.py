"""Decoding N samples per prompt against one copy of the prompt's keys and values, for models with plain attention.

Knows nothing about drawing tokens. A cohort is the prompts that were prefilled together; several cohorts decode in one
forward pass. Per layer and cohort the samples of a prompt attend to it in one matrix product, and each to its own
tokens; the two parts are joined by their log-sum-exp (as in arXiv 2402.05099). Shapes: G prompts of a cohort, A rows
(samples) of all cohorts, M of one, N most rows of one prompt, C prompt columns, T own tokens, K key heads, R query
heads per key head, D head size, V vocabulary.
"""

import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from weakref import WeakKeyDictionary

import torch
from peft import PeftModel
from torch import Tensor
from transformers import AttentionInterface
from transformers.cache_utils import DynamicLayer

from workers.learning.errors import ARCHITECTURE_ERRORS
from workers.learning.logprobs import head_at
from workers.learning.shared_prefix import UnsupportedAttentionError

_NAME = "tiebreak_shared_decoding"
# What some architectures hand to their attention that the sums below do not do.
_REFUSED = ("softcap", "position_bias", "s_aux", "sliding_window")
# Largest difference in nats from a plain forward pass: rounding, in fp32 and in 16 bits. A wrong mask is off by more.
_TOLERANCE, _HALF_TOLERANCE = 1e-3, 0.25

_agreements: WeakKeyDictionary[torch.nn.Module, bool] = WeakKeyDictionary()
log = logging.getLogger(__name__)


class Cohort:
    """The keys and values of prompts that were prefilled together, and of what their samples drew since."""

    def __init__(self, cache: Any, lengths: Sequence[int], samples: int, room: int) -> None:
        self._layers = [_Layer(layer.keys, layer.values, samples, room) for layer in cache.layers]
        self._lengths = torch.tensor(lengths)
        self._prompts = [index for index in range(len(lengths)) for _ in range(samples)]
        self._columns, self._room = max(lengths), room
        self._used = 0
        self._arrange()

    def __len__(self) -> int:
        return len(self._prompts)

    @property
    def tokens(self) -> int:
        """How many tokens of one layer its memory holds."""
        return self._layers[0].tokens

    def positions(self) -> Tensor:
        """The position of each row's next token."""
        return self._lengths[torch.tensor(self._prompts)] + self._used

    def keep(self, rows: Sequence[int]) -> None:
        """Row i becomes what row rows[i] was; the others are dropped, and with its last row a prompt."""
        moved = [(to, row) for to, row in enumerate(rows) if to != row]
        self._prompts = [self._prompts[row] for row in rows]
        left = sorted(set(self._prompts))
        places = {prompt: place for place, prompt in enumerate(left)}
        for layer in self._layers:
            layer.move(moved, len(rows), self._used)
            if len(left) < len(self._lengths):
                layer.keep_prompts(left)
        self._lengths = self._lengths[left]
        self._prompts = [places[prompt] for prompt in self._prompts]
        self._arrange()

    def attend(self, index: int, query_M: Tensor, key_M: Tensor, value_M: Tensor, scaling: float) -> Tensor:
        """One layer's attention of one new token per row: [M, K, R, D] and its own [M, K, D] in, [M, K, R, D] out."""
        layer = self._layers[index]
        layer.append(key_M, value_M, self._used)
        own, own_lse = _attend_own(layer, query_M, self._used + 1, scaling)
        prompt, prompt_lse = self._attend_prompts(layer, query_M, scaling)
        share = torch.sigmoid(prompt_lse - own_lse).to(own.dtype)
        return torch.lerp(own, prompt, share)

    def advance(self) -> None:
        """Every layer has the new tokens."""
        self._used += 1

    def _attend_prompts(self, layer: "_Layer", query_M: Tensor, scaling: float) -> tuple[Tensor, Tensor]:
        heads, repeats = query_M.shape[1:3]
        queries = query_M[self._grid_G_N].permute(0, 2, 1, 3, 4).flatten(2, 3)
        out, lse = _weighted(
            queries @ layer.prompt_keys_G_K_D_C, layer.prompt_values_G_K_C_D, scaling, self._mask_G_1_1_C
        )
        shape = (len(self._grid_G_N), heads, -1, repeats)
        out = out.view(*shape, out.shape[-1]).transpose(1, 2).flatten(0, 1)[self._places_M]
        return out, lse.view(*shape, 1).transpose(1, 2).flatten(0, 1)[self._places_M]

    def _arrange(self) -> None:
        """Where each row stands in the grid [G, N] of prompts and their rows; empty places repeat row 0."""
        by_prompt: list[list[int]] = [[] for _ in range(len(self._lengths))]
        for row, prompt in enumerate(self._prompts):
            by_prompt[prompt].append(row)
        most = max(map(len, by_prompt), default=0)
        device = self._layers[0].device
        self._grid_G_N = torch.tensor([rows + [0] * (most - len(rows)) for rows in by_prompt], device=device)
        places = [0] * len(self._prompts)
        for prompt, rows in enumerate(by_prompt):
            for column, row in enumerate(rows):
                places[row] = prompt * most + column
        self._places_M = torch.tensor(places, device=device)
        padded = torch.arange(self._columns) >= self._lengths.unsqueeze(1)
        mask = torch.zeros(padded.shape).masked_fill_(padded, float("-inf"))
        self._mask_G_1_1_C = mask[:, None, None].to(device) if bool(padded.any()) else None


class _Layer:
    """One layer's keys and values: one copy per prompt, and buffers with room for what each row draws."""

    def __init__(self, keys_G_K_C_D: Tensor, values_G_K_C_D: Tensor, samples: int, room: int) -> None:
        # Transposed once, so that every step's product reads it in order.
        self.prompt_keys_G_K_D_C = keys_G_K_C_D.transpose(-1, -2).contiguous()
        self.prompt_values_G_K_C_D = values_G_K_C_D
        prompts, heads, _, size = keys_G_K_C_D.shape
        self.keys = keys_G_K_C_D.new_empty(prompts * samples, heads, room, size)
        self.values = torch.empty_like(self.keys)
        self.device = self.keys.device

    @property
    def tokens(self) -> int:
        prompts, _, columns, _ = self.prompt_values_G_K_C_D.shape
        return prompts * columns + self.keys.shape[0] * self.keys.shape[2]

    def append(self, key_M: Tensor, value_M: Tensor, column: int) -> None:
        self.keys[: len(key_M), :, column] = key_M
        self.values[: len(value_M), :, column] = value_M

    def move(self, moved: Sequence[tuple[int, int]], rows: int, used: int) -> None:
        """Copies rows over dropped ones; buffers that are half empty are copied to smaller ones."""
        if moved:
            to, source = torch.tensor(moved, device=self.device).T
            self.keys[to, :, :used] = self.keys[source, :, :used]
            self.values[to, :, :used] = self.values[source, :, :used]
        if 2 * rows <= len(self.keys):
            self.keys, self.values = self.keys[:rows].clone(), self.values[:rows].clone()

    def keep_prompts(self, left: Sequence[int]) -> None:
        self.prompt_keys_G_K_D_C = self.prompt_keys_G_K_D_C[left]
        self.prompt_values_G_K_C_D = self.prompt_values_G_K_C_D[left]


def _attend_own(layer: _Layer, query_M: Tensor, used: int, scaling: float) -> tuple[Tensor, Tensor]:
    rows = len(query_M)
    return _weighted(
        query_M @ layer.keys[:rows, :, :used].transpose(-1, -2), layer.values[:rows, :, :used], scaling, None
    )


def _weighted(scores: Tensor, values: Tensor, scaling: float, mask: Tensor | None) -> tuple[Tensor, Tensor]:
    """Softmax-weighted values and the log-sum-exp of the scores, whose last dimension is 1."""
    scores = scores.float().mul_(scaling)
    if mask is not None:
        scores += mask
    peaks = scores.amax(-1, keepdim=True)
    weights = scores.sub_(peaks).exp_()
    sums = weights.sum(-1, keepdim=True)
    out = (weights.to(values.dtype) @ values).div_(sums.to(values.dtype))
    return out, peaks.add_(sums.log_())


@dataclass
class _Step:
    """The cohorts of one forward pass, and how many layers have attended."""

    cohorts: Sequence[Cohort]
    layers: int = 0


class SharedDecoder:
    """Decodes cohorts of prompts; new ones may join while others run. Raises UnsupportedAttentionError where a layer
    asks for more than plain attention."""

    joins = True

    def __init__(self, model: Any, device: torch.device) -> None:
        AttentionInterface.register(_NAME, _attend)
        base = model.get_base_model() if isinstance(model, PeftModel) else model
        self._model, self._device, self._config = model, device, base.config.get_text_config()

    def cost(self, prompts: int, columns: int, samples: int, room: int) -> int:
        """Tokens of cache that a cohort takes."""
        return prompts * (columns + samples * room)

    def prefill(self, prompts_ids: Sequence[Sequence[int]], samples: int, room: int) -> tuple[Cohort, Tensor]:
        """The prompts in one causal pass, padded on the right, where no token of theirs looks. Logits are [G, V]."""
        lengths = list(map(len, prompts_ids))
        columns = max(lengths)
        padded = [list(ids) + [0] * (columns - len(ids)) for ids in prompts_ids]
        ends_G = torch.tensor([g * columns + length - 1 for g, length in enumerate(lengths)], device=self._device)
        with head_at(self._model, ends_G):
            output = self._model(input_ids=torch.tensor(padded, device=self._device), use_cache=True)
        self._check(output.past_key_values)
        return Cohort(output.past_key_values, lengths, samples, room), output.logits.squeeze(0)

    def step(self, cohorts: Sequence[Cohort], tokens_A: Tensor) -> Tensor:
        """Feeds each row its token, cohort after cohort; returns the logits [A, V] of the next."""
        positions_A = torch.cat([cohort.positions() for cohort in cohorts]).to(self._device)
        step = _Step(cohorts)
        with self._attention():
            output = self._model(
                input_ids=tokens_A.unsqueeze(1),
                position_ids=positions_A.unsqueeze(1),
                use_cache=False,
                shared_decoding=step,
            )
        if step.layers != self._config.num_hidden_layers:
            raise UnsupportedAttentionError(f"{step.layers} of {self._config.num_hidden_layers} layers share a prompt.")
        for cohort in cohorts:
            cohort.advance()
        logits: Tensor = output.logits[:, -1]
        return logits

    @contextmanager
    def _attention(self) -> Iterator[None]:
        """The attribute alone: setting it through the model walks all modules, which takes longer than a small step."""
        before = self._config._attn_implementation
        self._config._attn_implementation = _NAME
        try:
            yield
        finally:
            self._config._attn_implementation = before

    def _check(self, cache: Any) -> None:
        kinds = {type(layer) for layer in cache.layers}
        if kinds != {DynamicLayer} or len(cache.layers) != self._config.num_hidden_layers:
            names = ", ".join(sorted(kind.__name__ for kind in kinds))
            raise UnsupportedAttentionError(f"Its cache has layers of {names}.")


def sharing_agrees(model: Any, device: torch.device) -> bool:
    """Whether decoding against shared prompts gives this model's log-probs; found out once per model, on a few tokens.

    Where it does not, the reason goes to the log.
    """
    if model not in _agreements:
        _agreements[model] = _probe(model, device)
    return _agreements[model]


@torch.inference_mode()
def _probe(model: Any, device: torch.device) -> bool:
    """Two prompts of unlike length, two rows each; one row is retired in between."""
    try:
        difference = _difference(SharedDecoder(model, device), model, device)
    except torch.OutOfMemoryError:
        raise
    # Some attend more often than they have layers; some keep other keys and values than those they attend to.
    except (UnsupportedAttentionError, *ARCHITECTURE_ERRORS) as error:
        log.info("Samples of %s each keep a copy of their prompt: %s", type(model).__name__, error)
        return False
    tolerance = _TOLERANCE if next(model.parameters()).dtype == torch.float32 else _HALF_TOLERANCE
    if not difference <= tolerance:
        log.info(
            "Samples of %s each keep a copy of their prompt: sharing it changes log-probs by %.2g nats.",
            type(model).__name__,
            difference,
        )
        return False
    return True


def _difference(decoder: SharedDecoder, model: Any, device: torch.device) -> float:
    vocabulary = int(model.config.get_text_config().vocab_size)
    prompts = [[1 % vocabulary, 5 % vocabulary, 3 % vocabulary, 2 % vocabulary], [4 % vocabulary]]
    cohort, _ = decoder.prefill(prompts, 2, 2)
    first = torch.tensor([index % vocabulary for index in (6, 7, 8, 9)], device=device)
    decoder.step([cohort], first)
    cohort.keep([3, 1, 2])
    logits_A_V = decoder.step([cohort], first[:3])
    rows = [[*prompts[1], first[3], first[0]], [*prompts[0], first[1], first[1]], [*prompts[1], first[2], first[2]]]
    plain = [model(input_ids=torch.tensor([row], device=device), use_cache=False).logits[0, -1] for row in rows]
    shared = torch.log_softmax(logits_A_V.float(), -1)
    return float((shared - torch.log_softmax(torch.stack(plain).float(), -1)).abs().max())


def _attend(
    module: torch.nn.Module,
    query: Tensor,
    key: Tensor,
    value: Tensor,
    attention_mask: Tensor | None,
    *,
    scaling: float | None = None,
    shared_decoding: _Step | None = None,
    **settings: Any,
) -> tuple[Tensor, None]:
    """The attention of one layer, as transformers calls it: [A, heads, 1, D] in, [A, 1, heads, D] out."""
    refused = [name for name in _REFUSED if settings.get(name) is not None]
    if refused or shared_decoding is None:
        raise UnsupportedAttentionError(f"{type(module).__name__} attends with {', '.join(refused) or 'no cohorts'}.")
    if value.shape[-1] != query.shape[-1]:
        raise UnsupportedAttentionError(f"The values of {type(module).__name__} are of another size than its queries.")
    index, shared_decoding.layers = shared_decoding.layers, shared_decoding.layers + 1
    rows, query_heads, _, size = query.shape
    heads = key.shape[1]
    sizes = [len(cohort) for cohort in shared_decoding.cohorts]
    scale = size**-0.5 if scaling is None else scaling
    parts = zip(
        shared_decoding.cohorts,
        torch.split(query.view(rows, heads, query_heads // heads, size), sizes),
        torch.split(key.squeeze(2), sizes),
        torch.split(value.squeeze(2), sizes),
        strict=True,
    )
    out = [cohort.attend(index, q, k, v, scale) for cohort, q, k, v in parts]
    return torch.cat(out).view(rows, 1, query_heads, size), None
