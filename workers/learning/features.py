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

from workers.learning.errors import NumericalError
from workers.learning.logprobs import Row, check_rows, length_batches

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
    for indices in length_batches(rows, batch_tokens, vocabulary=1):
        with torch.inference_mode():
            features_B_H = _batch_features(model, [rows[i] for i in indices], pad_id, device, pooling)
        _check_finite(features_B_H, indices)
        features_N_H[indices] = features_B_H.cpu()
    return features_N_H


def _batch_features(model: Any, rows: Sequence[Row], pad_id: int, device: torch.device, pooling: Pooling) -> Tensor:
    width = max(len(prompt) + len(completion) for prompt, completion in rows)
    padded = [[*p, *c] + [pad_id] * (width - len(p) - len(c)) for p, c in rows]
    ends = [b * width + len(p) + len(c) for b, (p, c) in enumerate(rows)]
    lengths = [1 if pooling == "last" else len(completion) for _, completion in rows]
    positions = [t for end, length in zip(ends, lengths, strict=True) for t in range(end - length, end)]
    positions_K = torch.tensor(positions, device=device)
    with _hidden_at(model, positions_K) as hidden:
        model(input_ids=torch.tensor(padded, device=device), use_cache=False)
    return _means(hidden[0].float(), torch.tensor(lengths, device=device))


def _means(hidden_K_H: Tensor, lengths_B: Tensor) -> Tensor:
    """The mean [B, H] of each row's tokens, one row's after another's."""
    owners_K = torch.arange(len(lengths_B), device=hidden_K_H.device).repeat_interleave(lengths_B)
    sums_B_H = hidden_K_H.new_zeros(len(lengths_B), hidden_K_H.shape[1]).index_add(0, owners_K, hidden_K_H)
    return sums_B_H / lengths_B.unsqueeze(1)


@contextmanager
def _hidden_at(model: Any, positions_K: Tensor) -> Iterator[list[Tensor]]:
    """Collects what the output head would see at these flat positions [K, H]; the head itself sees nothing."""
    collected: list[Tensor] = []

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
