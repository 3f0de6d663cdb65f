"""What training reports: the figures of a step, under the names that TRL logs, and the outcome of a run.

Knows nothing about how they are made or where they are written.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, TypeAlias

from torch import Tensor

from workers.learning.policy import Policy
from workers.learning.warning_signs import WARNINGS

StopReason: TypeAlias = Literal["loss", "accuracy", "requested"]


@dataclass(frozen=True)
class StepMetrics:
    """Figures of one optimiser step, measured before its update: loss weighted, all others plain means over pairs.

    `step` counts finished steps from 1; `epoch` is the share of epochs done; logps are sums in nats.
    `heldout_accuracy` is measured after the last step of an epoch, when prompts are held out. `drift` is the mean of
    (reference - policy log-prob) per token over both completions, in nats, `drift_chosen` and `drift_rejected` that of
    each; `length_correlation` that between a pair's
    reward margin and its difference of length. `warnings` names what the figures so far give cause for.
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
    drift: float = 0.0
    length_correlation: float = 0.0
    warnings: tuple[str, ...] = ()
    drift_chosen: float = 0.0
    drift_rejected: float = 0.0

    def as_dict(self) -> dict[str, float | int | bool | list[str]]:
        """The figures under TRL's names, plus ours; the held-out accuracy only where it was measured.

        `warning` is whether the chosen rewards fell, `warnings` the names of all warnings.
        """
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
            "drift": self.drift,
            "drift/chosen": self.drift_chosen,
            "drift/rejected": self.drift_rejected,
            "length_correlation": self.length_correlation,
            "warning": "chosen_reward" in self.warnings,
            "warnings": list(self.warnings),
            **heldout,
        }


@dataclass(frozen=True)
class FitResult:
    """The trained policy and how the run ended; `stopped_early` None means that all steps were done.

    `weights` are the whole ones, in the first process, where the policy's own are sharded over several.
    """

    policy: Policy
    steps: int
    total_steps: int
    seconds: float
    stopped_early: StopReason | None
    final: StepMetrics | None
    processes: int = 1
    weights: Mapping[str, Tensor] | None = None

    @property
    def warnings(self) -> dict[str, str]:
        """Name and sentence of each warning that held at the end."""
        return {name: WARNINGS[name] for name in self.final.warnings} if self.final else {}
