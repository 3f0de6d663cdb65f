"""A model's last hidden states as features of completions: what its output head sees, one vector per row.

Knows nothing about reward heads or labels. Shapes: N rows, B rows of a batch, T columns, K completion tokens of the
whole batch, H hidden size.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Literal, TypeAlias

import torch
from accelerate.utils import extract_model_from_parallel
from torch import Tensor

from workers.learning.arithmetic import naming_mixed_dtypes
from workers.learning.errors import NumericalError
from workers.learning.logprobs import sharing
from workers.learning.rows import Row, check_rows, length_batches, padded, prompt_batches
from workers.learning.shared_prefix import pack, run_packed, shared_attention

Pooling: TypeAlias = Literal["last", "mean"]


def completion_features(
    model: Any,
    rows: Sequence[Row],
    *,
    pad_id: int,
    device: torch.device,
    batch_tokens: int = 8192,
    pooling: Pooling = "last",
) -> Tensor:
    """Features [N, H] in fp32 on the CPU, in the order of the rows. No gradient.

    The last hidden state, after the final norm, at the completion's last token (`last`) or averaged over the
    completion's tokens (`mean`). Raises ValueError naming a row whose prompt or completion is empty or that exceeds
    the model's context, and NumericalError naming a row whose features are not finite.
    """
    check_rows(model, rows)
    features_N_H = torch.empty(len(rows), int(model.config.get_text_config().hidden_size))
    shares = sharing(model, rows, device=device)
    # No logits are made: batches need not mind the vocabulary.
    for indices in (prompt_batches if shares else length_batches)(rows, batch_tokens, vocabulary=1):
        features_B_H = _batch_features(model, [rows[i] for i in indices], shares, pad_id, device, pooling)
        if shares and not bool(torch.isfinite(features_B_H).all()):
            # What is not finite reaches other completions of its prompt through the mask; alone, the broken row shows.
            alone = [_batch_features(model, [rows[i]], False, pad_id, device, pooling) for i in indices]
            features_B_H = torch.cat(alone)
        _check_finite(features_B_H, indices)
        features_N_H[indices] = features_B_H.cpu()
    return features_N_H


@torch.inference_mode()
def _batch_features(
    model: Any, rows: Sequence[Row], shares: bool, pad_id: int, device: torch.device, pooling: Pooling
) -> Tensor:
    # How many tokens of each completion are read, at its end.
    counts = [1 if pooling == "last" else len(completion) for _, completion in rows]
    if shares:
        hidden_K_H = _shared_hidden(model, rows, counts, device)
    else:
        hidden_K_H = _separate_hidden(model, rows, counts, pad_id, device)
    return _means(hidden_K_H.float(), torch.tensor(counts, device=device))


def _separate_hidden(
    model: Any, rows: Sequence[Row], counts: Sequence[int], pad_id: int, device: torch.device
) -> Tensor:
    ids_B_T = padded(rows, pad_id=pad_id, device=device)
    ends = [b * ids_B_T.shape[1] + len(p) + len(c) for b, (p, c) in enumerate(rows)]
    with naming_mixed_dtypes(model), _hidden_at(model, _before(ends, counts), device) as hidden:
        model(input_ids=ids_B_T, use_cache=False)
    return hidden[0]


def _shared_hidden(model: Any, rows: Sequence[Row], counts: Sequence[int], device: torch.device) -> Tensor:
    packed = pack(rows)
    ends = [start + length for start, length in zip(packed.starts, packed.lengths, strict=True)]
    with shared_attention(model), _hidden_at(model, _before(ends, counts), device) as hidden:
        run_packed(model, packed, device=device)
    return hidden[0]


def _before(ends: Sequence[int], counts: Sequence[int]) -> list[int]:
    """The `count` positions before each end, one row's after another's."""
    return [t for end, count in zip(ends, counts, strict=True) for t in range(end - count, end)]


def _means(hidden_K_H: Tensor, lengths_B: Tensor) -> Tensor:
    """The mean [B, H] of each row's tokens, one row's after another's."""
    owners_K = torch.arange(len(lengths_B), device=hidden_K_H.device).repeat_interleave(lengths_B)
    sums_B_H = hidden_K_H.new_zeros(len(lengths_B), hidden_K_H.shape[1]).index_add(0, owners_K, hidden_K_H)
    return sums_B_H / lengths_B.unsqueeze(1)


@contextmanager
def _hidden_at(model: Any, positions: Sequence[int], device: torch.device) -> Iterator[list[Tensor]]:
    """Collects what the output head would see at these flat positions [K, H]; the head itself sees nothing."""
    collected: list[Tensor] = []
    positions_K = torch.tensor(positions, device=device)

    def collect(_: torch.nn.Module, inputs: tuple[Tensor, ...]) -> tuple[Tensor]:
        hidden_B_T_H = inputs[0]
        collected.append(hidden_B_T_H.flatten(0, 1).index_select(0, positions_K))
        return (hidden_B_T_H[:, :0],)

    handle = extract_model_from_parallel(model).get_output_embeddings().register_forward_pre_hook(collect)
    try:
        yield collected
    finally:
        handle.remove()


def _check_finite(features_B_H: Tensor, indices: Sequence[int]) -> None:
    broken_B = ~torch.isfinite(features_B_H).all(1)
    if bool(broken_B.any()):
        row = indices[int(broken_B.nonzero()[0])]
        raise NumericalError(f"The features of row {row} are not finite.")
