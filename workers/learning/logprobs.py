"""Sequence log-probabilities under a model: sums over completion tokens at temperature 1, from fp32 logits.

Knows nothing about text, rewards or files. Completions of one prompt share its forward pass where the model's
architecture allows it and prompts repeat enough to gain by it.
"""

import math
from collections.abc import Iterator, Sequence
from typing import Any
from weakref import WeakKeyDictionary

import torch

from workers.learning.arithmetic import naming_mixed_dtypes
from workers.learning.errors import NumericalError
from workers.learning.rows import (
    LOGITS_PER_BATCH,
    Row,
    batch_logprobs,
    check_rows,
    head_at,
    length_batches,
    prompt_batches,
    token_logprobs,
)
from workers.learning.shared_prefix import shared_attention, shared_logprobs, shared_rows_agree

__all__ = [
    "Row",
    "batch_logprobs",
    "completion_logprobs",
    "head_at",
    "iter_completion_logprobs",
    "sharing",
    "text_logprobs",
    "token_logprobs",
]

# Packed rows pay where they have at most this share of the tokens of separate rows: each prompt costs them two calls.
_WORTH_SHARING = 0.8

_agreements: WeakKeyDictionary[Any, bool] = WeakKeyDictionary()


def completion_logprobs(
    model: Any, rows: Sequence[Row], *, pad_id: int, device: torch.device, batch_tokens: int = 8192
) -> list[float]:
    """log pi(completion | prompt) of every row, a sum in nats, in the order of the rows. No gradient.

    Raises ValueError naming a row whose prompt or completion is empty or that exceeds the model's context, and
    NumericalError naming a row whose sum is not finite, and ModelError for mixed dtypes. Sets the model's attention
    while it runs: no other thread may use the model meanwhile.
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
    """As completion_logprobs, but yields (row indices, their sums) batch by batch, long prompts or rows first.

    Between batches the model is as it was before.
    """
    check_rows(model, rows)
    vocabulary = int(model.config.get_text_config().vocab_size)
    shares = sharing(model, rows, device=device)
    batches = prompt_batches if shares else length_batches
    for indices in batches(rows, batch_tokens, vocabulary=vocabulary):
        values = _sums(model, [rows[i] for i in indices], shares, pad_id, device)
        if shares and not all(map(math.isfinite, values)):
            # What is not finite reaches other completions of its prompt through the mask; alone, the broken row shows.
            values = [_sums(model, [rows[i]], False, pad_id, device)[0] for i in indices]
        for index, value in zip(indices, values, strict=True):
            if not math.isfinite(value):
                raise NumericalError(f"The log-probability of row {index} is {value}.")
        yield indices, values


def text_logprobs(
    model: Any, texts: Sequence[Sequence[int]], *, pad_id: int, device: torch.device, batch_tokens: int = 8192
) -> list[float]:
    """log pi of the tokens of every text after its first, a sum in nats; 0 where there are none. No gradient.

    A text is scored in pieces, each after all that stands before it, of which no one's logits pass the limit of a batch
    whatever the text's length. Raises as `completion_logprobs` does.
    """
    vocabulary = int(model.config.get_text_config().vocab_size)
    piece = max(1, min(batch_tokens, LOGITS_PER_BATCH // vocabulary))
    places = [(index, start) for index, ids in enumerate(texts) for start in range(1, len(ids), piece)]
    if not places:
        return [0.0] * len(texts)
    rows = [(texts[index][:start], texts[index][start : start + piece]) for index, start in places]
    values = completion_logprobs(model, rows, pad_id=pad_id, device=device, batch_tokens=batch_tokens)
    sums = [0.0] * len(texts)
    for (index, _), value in zip(places, values, strict=True):
        sums[index] += value
    return sums


def sharing(model: Any, rows: Sequence[Row], *, device: torch.device) -> bool:
    """Whether these rows should share their prompts: it saves enough tokens, and the model's architecture can.

    The model is tried once; what came out is remembered as long as it lives.
    """
    separate = sum(len(prompt) + len(completion) for prompt, completion in rows)
    repeated = sum(len(prompt) for prompt, _ in rows) - sum(map(len, {tuple(prompt) for prompt, _ in rows}))
    if separate - repeated > _WORTH_SHARING * separate:
        return False
    if model not in _agreements:
        _agreements[model] = shared_rows_agree(model, device=device)
    return _agreements[model]


@torch.inference_mode()
def _sums(model: Any, rows: Sequence[Row], shares: bool, pad_id: int, device: torch.device) -> list[float]:
    if not shares:
        with naming_mixed_dtypes(model):
            return batch_logprobs(model, rows, pad_id=pad_id, device=device)[0].tolist()
    with shared_attention(model):
        return shared_logprobs(model, rows, device=device)[0].tolist()
