"""Rows of a prompt and a completion: their checks, their batches, and the log-probabilities of one padded batch.

Knows nothing about text, rewards or files. Shapes: B rows of a batch, T columns, K completion tokens of the whole
batch, V vocabulary. Rows are padded on the right without a mask: causal attention never looks at what follows.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from typing import Any, TypeAlias

import torch
from accelerate.utils import extract_model_from_parallel
from torch import Tensor

from workers.learning.context import stated_context
from workers.learning.log_softmax import target_logprobs

# (prompt ids, completion ids)
Row: TypeAlias = tuple[Sequence[int], Sequence[int]]

# Logits of one batch: at most this many numbers (1 GiB in fp32), whatever the vocabulary.
LOGITS_PER_BATCH = 2**28


def check_rows(model: Any, rows: Sequence[Row]) -> None:
    """Raises ValueError naming a row with an empty part, longer than the model's context, or with a foreign token.

    Empty parts have no log-probability; past a stated context positions have no meaning (or no embedding).
    """
    limit = stated_context(model) or float("inf")
    vocabulary = int(model.config.get_text_config().vocab_size)
    for index, (prompt, completion) in enumerate(rows):
        if not prompt or not completion:
            raise ValueError(f"Row {index} has an empty {'completion' if prompt else 'prompt'}.")
        if len(prompt) + len(completion) > limit:
            raise ValueError(
                f"Row {index} has {len(prompt) + len(completion)} tokens, more than the model's context of {limit}."
            )
        if not 0 <= min(*prompt, *completion) <= max(*prompt, *completion) < vocabulary:
            raise ValueError(f"Row {index} has a token id outside the model's vocabulary of {vocabulary}.")


def batch_logprobs(model: Any, rows: Sequence[Row], *, pad_id: int, device: torch.device) -> tuple[Tensor, Tensor]:
    """log pi sums [B] and completion lengths [B] of one batch, in one forward pass; differentiable.

    Logits are made at completion positions only: K rows of the vocabulary, never B * T.
    """
    ids_B_T = padded(rows, pad_id=pad_id, device=device)
    width = ids_B_T.shape[1]
    lengths = [len(completion) for _, completion in rows]
    # The logits that predict token t are made at position t - 1.
    positions_K = torch.tensor(
        [b * width + t - 1 for b, (p, c) in enumerate(rows) for t in range(len(p), len(p) + len(c))], device=device
    )
    with head_at(model, positions_K):
        logits_K_V = model(input_ids=ids_B_T, use_cache=False).logits.squeeze(0)
    targets_K = ids_B_T.flatten()[positions_K + 1]
    return token_logprobs(logits_K_V, targets_K, lengths)


def padded(rows: Sequence[Row], *, pad_id: int, device: torch.device) -> Tensor:
    """Token ids [B, T] of the rows, padded on the right."""
    width = max(_length(row) for row in rows)
    ids = [[*prompt, *completion] + [pad_id] * (width - len(prompt) - len(completion)) for prompt, completion in rows]
    return torch.tensor(ids, device=device)


def token_logprobs(logits_K_V: Tensor, targets_K: Tensor, lengths: Sequence[int]) -> tuple[Tensor, Tensor]:
    """log pi sums [B] and lengths [B] from the logits of all completion tokens, one row's after another's."""
    logprobs_K = target_logprobs(logits_K_V, targets_K)
    lengths_B = torch.tensor(lengths, device=targets_K.device)
    owners_K = torch.arange(len(lengths), device=targets_K.device).repeat_interleave(lengths_B)
    sums_B = torch.zeros(len(lengths), device=targets_K.device).index_add(0, owners_K, logprobs_K)
    return sums_B, lengths_B


def length_batches(rows: Sequence[Row], batch_tokens: int, *, vocabulary: int) -> Iterator[list[int]]:
    """Row indices in batches of at most `batch_tokens` padded tokens, longest first; at least one row each."""
    batch: list[int] = []
    completion_tokens = 0
    for index in sorted(range(len(rows)), key=lambda i: (-_length(rows[i]), i)):
        longest = _length(rows[batch[0] if batch else index])
        completion_tokens += len(rows[index][1])
        too_many_logits = completion_tokens * vocabulary > LOGITS_PER_BATCH
        if batch and ((len(batch) + 1) * longest > batch_tokens or too_many_logits):
            yield batch
            batch, completion_tokens = [], len(rows[index][1])
        batch.append(index)
    if batch:
        yield batch


def prompt_batches(rows: Sequence[Row], batch_tokens: int, *, vocabulary: int) -> Iterator[list[int]]:
    """Row indices in batches of at most `batch_tokens` tokens, distinct prompts counted once; at least one row each.

    Rows of a prompt stand together; they are split over batches only where one batch cannot hold them all. Longest
    prompts first: a memory error shows at once.
    """
    batch = _Budget(batch_tokens, LOGITS_PER_BATCH // vocabulary)
    for prompt, group in _by_prompt(rows):
        completions = [len(rows[index][1]) for index in group]
        if batch.indices and batch.is_over(prompt + sum(completions), sum(completions)):
            yield batch.empty()
        is_new = True
        for index, length in zip(group, completions, strict=True):
            if batch.indices and batch.is_over(prompt * is_new + length, length):
                yield batch.empty()
                is_new = True
            batch.add(index, prompt * is_new + length, length)
            is_new = False
    if batch.indices:
        yield batch.empty()


@dataclass
class _Budget:
    """The batch being filled: its rows, their tokens, and those that need logits."""

    tokens_limit: int
    completion_limit: int
    indices: list[int] = field(default_factory=list)
    tokens: int = 0
    completion_tokens: int = 0

    def is_over(self, tokens: int, completion_tokens: int) -> bool:
        """Whether this much more would pass a limit."""
        return (
            self.tokens + tokens > self.tokens_limit
            or self.completion_tokens + completion_tokens > self.completion_limit
        )

    def add(self, index: int, tokens: int, completion_tokens: int) -> None:
        self.indices.append(index)
        self.tokens += tokens
        self.completion_tokens += completion_tokens

    def empty(self) -> list[int]:
        indices, self.indices, self.tokens, self.completion_tokens = self.indices, [], 0, 0
        return indices


def _by_prompt(rows: Sequence[Row]) -> list[tuple[int, list[int]]]:
    """Per distinct prompt, longest first: its length and the indices of its rows, longest completion first."""
    groups: dict[tuple[int, ...], list[int]] = defaultdict(list)
    for index in sorted(range(len(rows)), key=lambda i: (-len(rows[i][1]), i)):
        groups[tuple(rows[index][0])].append(index)
    found = [(len(prompt), indices) for prompt, indices in groups.items()]
    return sorted(found, key=lambda group: (-group[0], min(group[1])))


def _length(row: Row) -> int:
    return len(row[0]) + len(row[1])


def head_at(model: Any, positions_K: Tensor) -> AbstractContextManager[None]:
    """Within it, the model's output head sees the hidden states at these flat positions only.

    A hook keeps what an architecture does after its head (soft caps, scales) where a slice of ours would lose it.
    """
    return _head_at_positions(extract_model_from_parallel(model).get_output_embeddings(), positions_K)


@contextmanager
def _head_at_positions(head: torch.nn.Module, positions_K: Tensor) -> Iterator[None]:
    def select(_: torch.nn.Module, inputs: tuple[Tensor, ...]) -> tuple[Tensor]:
        hidden_B_T_H = inputs[0]
        return (hidden_B_T_H.flatten(0, 1).index_select(0, positions_K).unsqueeze(0),)

    handle = head.register_forward_pre_hook(select)
    try:
        yield
    finally:
        handle.remove()
