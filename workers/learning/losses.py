"""Preference losses: pure functions of log-probabilities, one value per pair, never reduced.

Knows nothing about models, weights or batches. B pairs; logps are sums in nats over completion tokens.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import TypeAlias

from torch import Tensor
from torch.nn.functional import logsigmoid

# losses_B (differentiable), chosen_rewards_B and rejected_rewards_B (detached).
PairLosses: TypeAlias = tuple[Tensor, Tensor, Tensor]


def dpo(
    policy_chosen_logps_B: Tensor,
    policy_rejected_logps_B: Tensor,
    reference_chosen_logps_B: Tensor,
    reference_rejected_logps_B: Tensor,
    *,
    chosen_lengths_B: Tensor,
    rejected_lengths_B: Tensor,
    beta: float,
) -> PairLosses:
    """-log sigmoid(beta (L_w - L_l)) on summed log-ratios (arXiv 2305.18290, eq. 7). Lengths are not used.

    At policy = reference every loss is log 2. Raises ValueError for beta <= 0.
    """
    _check_beta(beta)
    chosen_B = beta * (policy_chosen_logps_B - reference_chosen_logps_B)
    rejected_B = beta * (policy_rejected_logps_B - reference_rejected_logps_B)
    return -logsigmoid(chosen_B - rejected_B), chosen_B.detach(), rejected_B.detach()


def ln_dpo(
    policy_chosen_logps_B: Tensor,
    policy_rejected_logps_B: Tensor,
    reference_chosen_logps_B: Tensor,
    reference_rejected_logps_B: Tensor,
    *,
    chosen_lengths_B: Tensor,
    rejected_lengths_B: Tensor,
    beta: float,
) -> PairLosses:
    """-log sigmoid(beta (L_w / |w| - L_l / |l|)), log-ratios per token (arXiv 2407.15229; TRL's `sigmoid_norm`).

    Lengths [B] count completion tokens, the end-of-sequence token with them. Rewards are per token too.
    Raises ValueError for beta <= 0.
    """
    _check_beta(beta)
    chosen_B = beta * (policy_chosen_logps_B - reference_chosen_logps_B) / chosen_lengths_B
    rejected_B = beta * (policy_rejected_logps_B - reference_rejected_logps_B) / rejected_lengths_B
    return -logsigmoid(chosen_B - rejected_B), chosen_B.detach(), rejected_B.detach()


LossFunction: TypeAlias = Callable[..., PairLosses]


@dataclass(frozen=True)
class Loss:
    """A loss with its own usual beta, which carries over to no other loss."""

    function: LossFunction
    default_beta: float


LOSSES: Mapping[str, Loss] = MappingProxyType({"dpo": Loss(dpo, 0.2), "ln_dpo": Loss(ln_dpo, 5.0)})


def _check_beta(beta: float) -> None:
    if not beta > 0:
        raise ValueError(f"beta must be greater than 0, got {beta}.")
