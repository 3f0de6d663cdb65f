"""What training reports: the figures of a step, under the names that TRL logs, and the outcome of a run.

Knows nothing about how they are made or where they are written.
"""

from dataclasses import dataclass
from typing import Literal, TypeAlias

from workers.learning.policy import Policy

StopReason: TypeAlias = Literal["loss", "accuracy", "requested"]

# Below this the chosen reward has fallen; rounding in bf16 alone reaches about a hundredth.
_FALLEN = -0.01


@dataclass(frozen=True)
class StepMetrics:
    """Figures of one optimiser step, measured before its update: loss weighted, all others plain means over pairs.

    `step` counts finished steps from 1; `epoch` is the share of epochs done; logps are sums in nats.
    `heldout_accuracy` is measured after the last step of an epoch, when prompts are held out.
    """

    step: int
    total_steps: int
    epoch: float
    loss: float
    rewards_chosen: float
    rewards_rejected: float
    rewards_accuracies: float
    logps_chosen: float
    logps_rejected: float
    learning_rate: float
    grad_norm: float
    heldout_accuracy: float | None = None

    @property
    def chosen_reward_fell(self) -> bool:
        """True when training pushes the chosen completions down too: the pairs may be too alike (arXiv 2404.14367)."""
        return self.rewards_chosen < _FALLEN

    def as_dict(self) -> dict[str, float | int | bool]:
        """The figures under TRL's names, plus `warning`; the held-out accuracy only where it was measured."""
        heldout = {} if self.heldout_accuracy is None else {"eval_rewards/accuracies": self.heldout_accuracy}
        return {
            "step": self.step,
            "total_steps": self.total_steps,
            "epoch": self.epoch,
            "loss": self.loss,
            "rewards/chosen": self.rewards_chosen,
            "rewards/rejected": self.rewards_rejected,
            "rewards/margins": self.rewards_chosen - self.rewards_rejected,
            "rewards/accuracies": self.rewards_accuracies,
            "logps/chosen": self.logps_chosen,
            "logps/rejected": self.logps_rejected,
            "learning_rate": self.learning_rate,
            "grad_norm": self.grad_norm,
            "warning": self.chosen_reward_fell,
            **heldout,
        }


@dataclass(frozen=True)
class FitResult:
    """The trained policy and how the run ended; `stopped_early` None means that all steps were done."""

    policy: Policy
    steps: int
    total_steps: int
    seconds: float
    stopped_early: StopReason | None
    final: StepMetrics | None
    processes: int = 1
