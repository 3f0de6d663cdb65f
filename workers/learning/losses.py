"""Preference losses: pure functions of log-probabilities, one value per pair, never reduced.

Knows nothing about models, weights or batches. B pairs; logps are sums in nats over completion tokens.
"""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import TypeAlias

import torch
from torch import Tensor
from torch.nn.functional import logsigmoid

# losses_B (differentiable), chosen_rewards_B and rejected_rewards_B (detached).
PairLosses: TypeAlias = tuple[Tensor, Tensor, Tensor]

# Below it the squares of gradients leave the range of fp32.
RWR_LEAST_BETA = 0.02


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
    chosen_B, rejected_B = _summed_rewards(
        policy_chosen_logps_B, policy_rejected_logps_B, reference_chosen_logps_B, reference_rejected_logps_B, beta
    )
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


def ipo(
    policy_chosen_logps_B: Tensor,
    policy_rejected_logps_B: Tensor,
    reference_chosen_logps_B: Tensor,
    reference_rejected_logps_B: Tensor,
    *,
    chosen_lengths_B: Tensor,
    rejected_lengths_B: Tensor,
    beta: float,
) -> PairLosses:
    """(L_w / |w| - L_l / |l| - 1 / (2 beta))^2, log-ratios per token (arXiv 2310.12036, eq. 17, in TRL's form).

    At policy = reference every loss is 1 / (4 beta^2); it is 0 where the difference is 1 / (2 beta), and grows again
    beyond: a pair is never pushed without end. Rewards are per token, times beta. Raises ValueError for beta <= 0.
    """
    _check_beta(beta)
    chosen_B = (policy_chosen_logps_B - reference_chosen_logps_B) / chosen_lengths_B
    rejected_B = (policy_rejected_logps_B - reference_rejected_logps_B) / rejected_lengths_B
    losses_B = (chosen_B - rejected_B - 1 / (2 * beta)).square()
    return losses_B, beta * chosen_B.detach(), beta * rejected_B.detach()


def simpo(
    policy_chosen_logps_B: Tensor,
    policy_rejected_logps_B: Tensor,
    reference_chosen_logps_B: Tensor,
    reference_rejected_logps_B: Tensor,
    *,
    chosen_lengths_B: Tensor,
    rejected_lengths_B: Tensor,
    beta: float,
    gamma_beta_ratio: float = 0.5,
) -> PairLosses:
    """-log sigmoid(beta (log pi_w / |w| - log pi_l / |l|) - gamma), gamma = ratio * beta (arXiv 2405.14734, eq. 6).

    The loss sees no reference; the rewards are those of `dpo`, so that they start at 0 and compare with acquisition's.
    Raises ValueError for beta <= 0.
    """
    chosen_B, rejected_B = _summed_rewards(
        policy_chosen_logps_B, policy_rejected_logps_B, reference_chosen_logps_B, reference_rejected_logps_B, beta
    )
    means_B = policy_chosen_logps_B / chosen_lengths_B - policy_rejected_logps_B / rejected_lengths_B
    return -logsigmoid(beta * (means_B - gamma_beta_ratio)), chosen_B.detach(), rejected_B.detach()


def cdpo(
    policy_chosen_logps_B: Tensor,
    policy_rejected_logps_B: Tensor,
    reference_chosen_logps_B: Tensor,
    reference_rejected_logps_B: Tensor,
    *,
    chosen_lengths_B: Tensor,
    rejected_lengths_B: Tensor,
    beta: float,
    flip_chances_B: Tensor,
) -> PairLosses:
    """(1 - e) dpo(w, l) + e dpo(l, w): cross-entropy with soft labels ("conservative DPO", arXiv 2305.18290).

    `flip_chances_B` [B] holds e, the chance that a label is wrong; a soft label takes e = 1 - strength. Lowest where
    sigmoid(margin) = 1 - e; e = 0 is dpo. Raises ValueError for beta <= 0 or e outside [0, 0.5].
    """
    if not bool(((flip_chances_B >= 0) & (flip_chances_B <= 0.5)).all()):
        raise ValueError("The chance that a label is wrong must be between 0 and 0.5.")
    chosen_B, rejected_B = _summed_rewards(
        policy_chosen_logps_B, policy_rejected_logps_B, reference_chosen_logps_B, reference_rejected_logps_B, beta
    )
    margins_B = chosen_B - rejected_B
    losses_B = -(1 - flip_chances_B) * logsigmoid(margins_B) - flip_chances_B * logsigmoid(-margins_B)
    return losses_B, chosen_B.detach(), rejected_B.detach()


def robust(
    policy_chosen_logps_B: Tensor,
    policy_rejected_logps_B: Tensor,
    reference_chosen_logps_B: Tensor,
    reference_rejected_logps_B: Tensor,
    *,
    chosen_lengths_B: Tensor,
    rejected_lengths_B: Tensor,
    beta: float,
    flip_chances_B: Tensor,
) -> PairLosses:
    """((1 - e) dpo(w, l) - e dpo(l, w)) / (1 - 2e): its mean over flipped labels is dpo's (arXiv 2403.00409, eq. 12).

    `flip_chances_B` [B] holds e, the chance that a label is wrong. e = 0 is dpo. Raises ValueError for beta <= 0 or e
    outside [0, 0.5): at 0.5 a label says nothing.
    """
    if not bool(((flip_chances_B >= 0) & (flip_chances_B < 0.5)).all()):
        raise ValueError("The chance that a label is wrong must be at least 0 and below 0.5.")
    chosen_B, rejected_B = _summed_rewards(
        policy_chosen_logps_B, policy_rejected_logps_B, reference_chosen_logps_B, reference_rejected_logps_B, beta
    )
    margins_B = chosen_B - rejected_B
    losses_B = -(1 - flip_chances_B) * logsigmoid(margins_B) + flip_chances_B * logsigmoid(-margins_B)
    return losses_B / (1 - 2 * flip_chances_B), chosen_B.detach(), rejected_B.detach()


def sft(
    policy_chosen_logps_B: Tensor,
    policy_rejected_logps_B: Tensor,
    reference_chosen_logps_B: Tensor,
    reference_rejected_logps_B: Tensor,
    *,
    chosen_lengths_B: Tensor,
    rejected_lengths_B: Tensor,
    beta: float,
) -> PairLosses:
    """-log pi_w / |w|: likelihood of the chosen completion alone, no negative gradient (Pref-FT, arXiv 2404.14367).

    Beta scales the reported rewards only, which are those of `dpo`. Raises ValueError for beta <= 0.
    """
    chosen_B, rejected_B = _summed_rewards(
        policy_chosen_logps_B, policy_rejected_logps_B, reference_chosen_logps_B, reference_rejected_logps_B, beta
    )
    return -policy_chosen_logps_B / chosen_lengths_B, chosen_B.detach(), rejected_B.detach()


def rwr(
    policy_chosen_logps_B: Tensor,
    policy_rejected_logps_B: Tensor,
    reference_chosen_logps_B: Tensor,
    reference_rejected_logps_B: Tensor,
    *,
    chosen_lengths_B: Tensor,
    rejected_lengths_B: Tensor,
    beta: float,
) -> PairLosses:
    """-e^(1/(2 beta)) log pi_w - e^(-1/(2 beta)) log pi_l: reward-weighted regression (arXiv 2404.14367, section 3).

    The label is a reward of +1/2 and -1/2, beta its temperature; the weights are greater than 0, so that nothing is
    pushed down. Reported rewards are those of `dpo`. Raises ValueError for beta <= 0, or below 0.02, where the squares
    of gradients leave the range of fp32.
    """
    chosen_B, rejected_B = _summed_rewards(
        policy_chosen_logps_B, policy_rejected_logps_B, reference_chosen_logps_B, reference_rejected_logps_B, beta
    )
    if beta < RWR_LEAST_BETA:
        raise ValueError(f"beta must be at least {RWR_LEAST_BETA} for rwr, got {beta}.")
    weight = math.exp(0.5 / beta)
    losses_B = -weight * policy_chosen_logps_B - policy_rejected_logps_B / weight
    return losses_B, chosen_B.detach(), rejected_B.detach()


LossFunction: TypeAlias = Callable[..., PairLosses]


@dataclass(frozen=True)
class Loss:
    """A loss with its own usual beta, which carries over to no other loss, and what else its function takes."""

    function: LossFunction
    default_beta: float
    takes_flip_chances: bool = False
    takes_gamma: bool = False


LOSSES: Mapping[str, Loss] = MappingProxyType(
    {
        "dpo": Loss(dpo, 0.2),
        "ln_dpo": Loss(ln_dpo, 5.0),
        "ipo": Loss(ipo, 0.1),
        "simpo": Loss(simpo, 2.0, takes_gamma=True),
        "robust": Loss(robust, 0.1, takes_flip_chances=True),
        "cdpo": Loss(cdpo, 0.1, takes_flip_chances=True),
        "sft": Loss(sft, 0.2),
        "rwr": Loss(rwr, 1.0),
    }
)


def with_ties(function: LossFunction, ties_B: Tensor) -> LossFunction:
    """The loss, with 0.5 loss(w, l) + 0.5 loss(l, w) for the pairs whose entry in the boolean `ties_B` is true.

    For `dpo` the half and half is lowest, log 2, at margin 0: a tie holds the two rewards together. (Soft labels of
    strength 1/2, arXiv 2305.18290.) Rewards keep the order in which the completions were given.
    """

    def mixed(
        policy_chosen_logps_B: Tensor,
        policy_rejected_logps_B: Tensor,
        reference_chosen_logps_B: Tensor,
        reference_rejected_logps_B: Tensor,
        *,
        chosen_lengths_B: Tensor,
        rejected_lengths_B: Tensor,
        **settings: object,
    ) -> PairLosses:
        losses_B, chosen_B, rejected_B = function(
            policy_chosen_logps_B,
            policy_rejected_logps_B,
            reference_chosen_logps_B,
            reference_rejected_logps_B,
            chosen_lengths_B=chosen_lengths_B,
            rejected_lengths_B=rejected_lengths_B,
            **settings,
        )
        swapped_B, _, _ = function(
            policy_rejected_logps_B,
            policy_chosen_logps_B,
            reference_rejected_logps_B,
            reference_chosen_logps_B,
            chosen_lengths_B=rejected_lengths_B,
            rejected_lengths_B=chosen_lengths_B,
            **settings,
        )
        return torch.where(ties_B, (losses_B + swapped_B) / 2, losses_B), chosen_B, rejected_B

    return mixed


def _summed_rewards(
    policy_chosen_B: Tensor,
    policy_rejected_B: Tensor,
    reference_chosen_B: Tensor,
    reference_rejected_B: Tensor,
    beta: float,
) -> tuple[Tensor, Tensor]:
    _check_beta(beta)
    return beta * (policy_chosen_B - reference_chosen_B), beta * (policy_rejected_B - reference_rejected_B)


def _check_beta(beta: float) -> None:
    if not beta > 0:
        raise ValueError(f"beta must be greater than 0, got {beta}.")
