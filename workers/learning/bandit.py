"""The didactic bandit of the on-policy paper (Tajwar et al., ICML 2024, arXiv 2404.14367, section 4): 100 arms.

One prompt, one-token answers, a table of logits as the policy: what sampling and a loss do, without a language model.
A arms, B pairs; log-probs in nats.
"""

import math
from dataclasses import dataclass

import torch
from torch import Tensor

from workers.learning.losses import LOSSES

ARMS = 100
# Where the reference hardly ever goes (0.2 % of its draws are this arm), and next to its mode (2.4 %).
UNLIKELY_PEAK = 70
LIKELY_PEAK = 20

_LOCATION, _SCALE = -0.7, 0.4
_PEAK_WIDTH = 10.0


@dataclass(frozen=True)
class Bandit:
    """Probability of each arm under the reference [A] and its reward [A], at most 1, both fp64."""

    reference_A: Tensor
    rewards_A: Tensor


@dataclass(frozen=True)
class BanditConfig:
    """A learner: its loss at the loss's own beta, and whether its pairs come from the policy or the reference.

    The first step of plain gradient descent moves the logit of a chosen arm by `learning_rate` times beta / 2 with
    `dpo`, times 1 with `sft`, times e^(1/(2 beta)) with `rwr`, each times the arm's share of the pairs.
    """

    loss: str
    on_policy: bool
    learning_rate: float
    rounds: int = 50
    pairs_per_round: int = 256
    steps_per_round: int = 2


def make_bandit(peak: int) -> Bandit:
    """The reference is a Cauchy (location -0.7, scale 0.4) squashed by tanh, in 100 equal bins over -1..1.

    The reward of arm a is exp(-((a - peak) / 10)^2). Bins hold exact probabilities, not a histogram of draws.
    """
    edges = torch.linspace(-1, 1, ARMS + 1, dtype=torch.float64)
    cumulated = torch.atan((torch.atanh(edges) - _LOCATION) / _SCALE) / math.pi + 0.5
    arms_A = torch.arange(ARMS, dtype=torch.float64)
    return Bandit(cumulated.diff(), torch.exp(-(((arms_A - peak) / _PEAK_WIDTH) ** 2)))


def learn_bandit(bandit: Bandit, config: BanditConfig, *, seed: int) -> list[float]:
    """Expected reward of the policy after each round of drawing pairs, labelling them by reward and training.

    It starts at the reference and reaches 1 when all its mass is on the peak. Off policy, every pair is drawn from the
    reference: as many labels, another source. Pairs of equal reward have no label and are left out. Raises ValueError
    for a loss that needs more than the pair.
    """
    loss = LOSSES[config.loss]
    if loss.takes_flip_chances:
        raise ValueError(f"The bandit's labels are never wrong: {config.loss} has nothing to do here.")
    generator = torch.Generator().manual_seed(seed)
    reference_logps_A = bandit.reference_A.log()
    logits_A = reference_logps_A.clone().requires_grad_()
    optimizer = torch.optim.SGD([logits_A], lr=config.learning_rate)
    curve = []
    for _ in range(config.rounds):
        source_A = logits_A.detach().softmax(0) if config.on_policy else bandit.reference_A
        chosen_B, rejected_B = _draw_pairs(source_A, bandit.rewards_A, config.pairs_per_round, generator)
        ones_B = torch.ones(len(chosen_B))
        for _ in range(config.steps_per_round if len(chosen_B) else 0):
            logps_A = logits_A.log_softmax(0)
            losses_B, _, _ = loss.function(
                logps_A[chosen_B],
                logps_A[rejected_B],
                reference_logps_A[chosen_B],
                reference_logps_A[rejected_B],
                chosen_lengths_B=ones_B,
                rejected_lengths_B=ones_B,
                beta=loss.default_beta,
            )
            optimizer.zero_grad()
            losses_B.mean().backward()  # type: ignore[no-untyped-call]
            optimizer.step()
        curve.append(float(logits_A.detach().softmax(0) @ bandit.rewards_A))
    return curve


def _draw_pairs(source_A: Tensor, rewards_A: Tensor, pairs: int, generator: torch.Generator) -> tuple[Tensor, Tensor]:
    first_B, second_B = torch.multinomial(source_A, 2 * pairs, replacement=True, generator=generator).view(2, pairs)
    gains_B = rewards_A[first_B] - rewards_A[second_B]
    chosen_B = torch.where(gains_B > 0, first_B, second_B)
    labelled_B = gains_B != 0
    return chosen_B[labelled_B], (first_B + second_B - chosen_B)[labelled_B]
