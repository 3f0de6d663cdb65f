"""Sequence log-probabilities under a model: sums over completion tokens at temperature 1, from fp32 logits.

Knows nothing about text, rewards or files. Shapes: B rows of a batch, T columns, K completion tokens of the whole
batch, V vocabulary. Rows are padded on the right without a mask: causal attention never looks at what follows.
"""

from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from typing import Any, TypeAlias

import torch
from accelerate.utils import extract_model_from_parallel
from torch import Tensor

from workers.learning.context import stated_context
from workers.learning.errors import NumericalError

# (prompt ids, completion ids)
Row: TypeAlias = tuple[Sequence[int], Sequence[int]]

# Logits of one batch: at most this many numbers (1 GiB in fp32), whatever the vocabulary.
_LOGITS_PER_BATCH = 2**28


def completion_logprobs(
    model: Any, rows: Sequence[Row], *, pad_id: int, device: torch.device, batch_tokens: int = 8192
) -> list[float]:
    """log pi(completion | prompt) of every row, a sum in nats, in the order of the rows. No gradient.

    Raises ValueError naming a row whose prompt or completion is empty or that exceeds the model's context, and
    NumericalError naming a row whose sum is not finite.
    """
    values = [0.0] * len(rows)
    for indices, batch in iter_completion_logprobs(
        model, rows, pad_id=pad_id, device=device, batch_tokens=batch_tokens
    ):
        for index, value in zip(indices, batch, strict=True):
            values[index] = value
    return values


def iter_completion_logprobs(
    model: Any, rows: Sequence[Row], *, pad_id: int, device: torch.device, batch_tokens: int = 8192
) -> Iterator[tuple[list[int], list[float]]]:
    """As completion_logprobs, but yields (row indices, their sums) batch by batch, long rows first."""
    check_rows(model, rows)
    for indices in length_batches(rows, batch_tokens, vocabulary=_vocabulary(model)):
        with torch.inference_mode():
            sums_B, _ = batch_logprobs(model, [rows[i] for i in indices], pad_id=pad_id, device=device)
        values = sums_B.tolist()
        for index, value in zip(indices, values, strict=True):
            if value != value or value in (float("inf"), float("-inf")):
                raise NumericalError(f"The log-probability of row {index} is {value}.")
        yield indices, values


def batch_logprobs(model: Any, rows: Sequence[Row], *, pad_id: int, device: torch.device) -> tuple[Tensor, Tensor]:
    """log pi sums [B] and completion lengths [B] of one batch, in one forward pass; differentiable.

    Logits are made at completion positions only: K rows of the vocabulary, never B * T.
    """
    width = max(len(prompt) + len(completion) for prompt, completion in rows)
    padded = [
        [*prompt, *completion] + [pad_id] * (width - len(prompt) - len(completion)) for prompt, completion in rows
    ]
    ids_B_T = torch.tensor(padded, device=device)
    lengths = [len(completion) for _, completion in rows]
    # The logits that predict token t are made at position t - 1.
    positions_K = torch.tensor(
        [b * width + t - 1 for b, (p, c) in enumerate(rows) for t in range(len(p), len(p) + len(c))], device=device
    )
    with head_at(model, positions_K):
        logits_K_V = model(input_ids=ids_B_T, use_cache=False).logits.squeeze(0)
    targets_K = ids_B_T.flatten()[positions_K + 1]
    return token_logprobs(logits_K_V, targets_K, lengths)


def token_logprobs(logits_K_V: Tensor, targets_K: Tensor, lengths: Sequence[int]) -> tuple[Tensor, Tensor]:
    """log pi sums [B] and lengths [B] from the logits of all completion tokens, one row's after another's."""
    logprobs_K = -torch.nn.functional.cross_entropy(logits_K_V.float(), targets_K, reduction="none")
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
        too_many_logits = completion_tokens * vocabulary > _LOGITS_PER_BATCH
        if batch and ((len(batch) + 1) * longest > batch_tokens or too_many_logits):
            yield batch
            batch, completion_tokens = [], len(rows[index][1])
        batch.append(index)
    if batch:
        yield batch


def _length(row: Row) -> int:
    return len(row[0]) + len(row[1])


def _vocabulary(model: Any) -> int:
    return int(model.config.get_text_config().vocab_size)


def check_rows(model: Any, rows: Sequence[Row]) -> None:
    """Empty parts have no log-probability; past a stated context positions have no meaning (or no embedding)."""
    limit = stated_context(model) or float("inf")
    for index, (prompt, completion) in enumerate(rows):
        if not prompt or not completion:
            raise ValueError(f"Row {index} has an empty {'completion' if prompt else 'prompt'}.")
        if len(prompt) + len(completion) > limit:
            raise ValueError(
                f"Row {index} has {len(prompt) + len(completion)} tokens, more than the model's context of {limit}."
            )


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


def head_at(model: Any, positions_K: Tensor) -> AbstractContextManager[None]:
    """Within it, the model's output head sees the hidden states at these flat positions only.

    A hook keeps what an architecture does after its head (soft caps, scales) where a slice of ours would lose it.
    """
    return _head_at_positions(extract_model_from_parallel(model).get_output_embeddings(), positions_K)
