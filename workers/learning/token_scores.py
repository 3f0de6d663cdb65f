"""Per-token log-probabilities and exact entropies of given completions under a policy, at temperature 1.

Knows nothing about how the completions were made. Shapes: K completion tokens of a batch, V vocabulary.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import torch

from workers.learning.arithmetic import naming_mixed_dtypes
from workers.learning.errors import NumericalError
from workers.learning.policy import Policy
from workers.learning.rows import Row, check_rows, head_at, length_batches, padded


@dataclass(frozen=True)
class TokenScores:
    """Of one completion: log pi of each token, and the sum of the entropies of the distributions before each."""

    logprobs: tuple[float, ...]
    entropy: float


def token_scores(policy: Policy, rows: Sequence[Row], *, batch_tokens: int = 8192) -> list[TokenScores]:
    """The scores of every row (prompt ids, completion ids), in nats, in the order of the rows.

    Raises ValueError for an empty or too long row and NumericalError naming a row whose numbers are not finite,
    and ModelError for weights of several dtypes that do not go together.
    """
    check_rows(policy.model, rows)
    vocabulary = int(policy.model.config.get_text_config().vocab_size)
    scores: dict[int, TokenScores] = {}
    for indices in length_batches(rows, batch_tokens, vocabulary=vocabulary):
        for index, score in zip(indices, _batch(policy, [rows[i] for i in indices]), strict=True):
            if score.entropy - score.entropy != 0:
                raise NumericalError(f"The logits of row {index} are not finite.")
            scores[index] = score
    return [scores[index] for index in range(len(rows))]


@torch.inference_mode()
def _batch(policy: Policy, rows: Sequence[Row]) -> list[TokenScores]:
    ids_B_T = padded(rows, pad_id=policy.pad_id, device=policy.device)
    width = ids_B_T.shape[1]
    lengths = [len(completion) for _, completion in rows]
    # The logits that predict token t are made at position t - 1.
    positions_K = torch.tensor(
        [b * width + t - 1 for b, (p, c) in enumerate(rows) for t in range(len(p), len(p) + len(c))],
        device=policy.device,
    )
    with naming_mixed_dtypes(policy.model), head_at(policy.model, positions_K):
        logits_K_V = policy.model(input_ids=ids_B_T, use_cache=False).logits.squeeze(0)
    logprobs_K_V = torch.log_softmax(logits_K_V.float(), -1)
    targets_K_1 = ids_B_T.flatten()[positions_K + 1].unsqueeze(1)
    logprobs_K = logprobs_K_V.gather(1, targets_K_1).squeeze(1)
    entropies_K = -torch.linalg.vecdot(logprobs_K_V.exp(), logprobs_K_V)
    parts = zip(torch.split(logprobs_K, lengths), torch.split(entropies_K, lengths), strict=True)
    return [TokenScores(tuple(logprobs.tolist()), float(entropies.sum())) for logprobs, entropies in parts]
