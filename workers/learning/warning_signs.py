"""Signs that a run goes wrong, read from the figures of its steps: a name and a sentence for each.

Knows nothing about models or pairs. Single steps are noisy: signs are read from moving averages.
"""

from collections.abc import Mapping
from types import MappingProxyType

# Of the moving averages of all figures: about the last ten steps.
DECAY = 0.9

# Reward below which the chosen completions have fallen; rounding in bf16 alone reaches about a hundredth.
_FALLEN = -0.01
# Nats per token by which the completions of one side lost or gained probability: a token is then e times rarer, or as
# much likelier, which a policy near its reference does to no side as a whole.
_RUNAWAY_DRIFT = 1.0
# Correlation of reward margins with differences of length; by chance 8 pairs in each of 10 steps reach a quarter.
_RUNAWAY_LENGTH = 0.5
# Steps before which a correlation says nothing.
_SETTLED = 10

WARNINGS: Mapping[str, str] = MappingProxyType(
    {
        "chosen_reward": (
            "The chosen completions lost probability while the margin grew: the model may move to answers that nobody "
            "labelled. Try a lower learning rate, fewer epochs or a higher beta."
        ),
        "kl": (
            "Chosen or rejected completions became, on average, more than e times rarer or likelier per token than "
            "under the reference: the model runs away from it. Try a lower learning rate, fewer epochs or a higher "
            "beta."
        ),
        "length": (
            "The implicit reward goes with length: the longer a completion is than the other of its pair, the higher. "
            "Answers may grow longer, which an evaluation measures. Try ln_dpo, or look whether the labels prefer "
            "length."
        ),
    }
)


def updated(averages: Mapping[str, float], figures: Mapping[str, float]) -> dict[str, float]:
    """The moving averages after one more step; empty before the first."""
    return {name: DECAY * averages.get(name, 0.0) + (1 - DECAY) * value for name, value in figures.items()}


def corrected(averages: Mapping[str, float], step: int) -> dict[str, float]:
    """The averages without their start at zero: divided by 1 - decay^steps."""
    return {name: value / (1 - DECAY**step) for name, value in averages.items()}


def signs(averages: Mapping[str, float], step: int) -> tuple[str, ...]:
    """The names in WARNINGS that the averages of the figures give cause for.

    `chosen_reward`: the chosen reward is below zero, the margin above (arXiv 2404.14367). `kl`: `drift_chosen` or
    `drift_rejected`, the mean of (reference - policy log-prob) per token over the completions of a side, is beyond 1
    nat either way: contrast pushes a side down, `sft` and `rwr` learn theirs by heart. It needs no new samples, and is
    no KL: what the policy says beside the labelled completions it does not see.
    `length`: the correlation between margin and difference of length within pairs is above 0.5. It tells what the
    reward goes with, not how long answers are.
    """
    now = corrected(averages, step)
    found = {
        "chosen_reward": now["rewards_chosen"] < _FALLEN and now["rewards_chosen"] - now["rewards_rejected"] > -_FALLEN,
        "kl": max(abs(now["drift_chosen"]), abs(now["drift_rejected"])) > _RUNAWAY_DRIFT,
        "length": step >= _SETTLED and now["length_correlation"] > _RUNAWAY_LENGTH,
    }
    return tuple(name for name, is_cause in found.items() if is_cause)
