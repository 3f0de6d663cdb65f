"""The settings of a training run, checked when they are made.

Knows nothing about models or data.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any, Literal, TypeAlias, get_args

from workers.learning.arithmetic import Dtype
from workers.learning.losses import LOSSES, RWR_LEAST_BETA

BaseWeights: TypeAlias = Literal["float32", "bfloat16", "four_bit"]

_POSITIVE = ("beta", "learning_rate", "epochs", "batch_size", "micro_batch_tokens", "lora_alpha")
_NOT_NEGATIVE = (
    "warmup_steps",
    "max_grad_norm",
    "weight_decay",
    "lora_rank",
    "early_stop_patience",
    "checkpoint_every",
    "gamma_beta_ratio",
)


@dataclass(frozen=True)
class FitConfig:
    """How to train. Raises ValueError, naming the field, for a setting of another type or out of range.

    `beta` None takes the loss's own. `batch_size` counts pairs per optimiser step, `micro_batch_tokens` bounds the
    tokens of one forward pass. `max_grad_norm` 0 clips nothing. `lora_rank` 0 trains all weights; a policy
    that is an adapter already goes on training that adapter. `early_stop_loss` ends training once the smoothed
    loss is below it; `early_stop_patience` once the accuracy on held-out prompts (`holdout_share` of them, measured
    every epoch) has not improved for so many epochs. The weights kept are the last ones. `checkpoint_every` counts
    steps; 0 keeps a checkpoint only when stopped. `dtype` is that of the arithmetic: "auto" takes bf16 autocast on
    GPUs that have it. `label_smoothing` is the chance that a label is wrong, for `cdpo` and `robust`, where the label
    states no strength; `gamma_beta_ratio` is the target margin of `simpo`, in units of beta.
    `base_weights` is how whoever loads the model for this run keeps it: anything but float32 is for LoRA, whose
    adapter is fp32 in any case ("four_bit" is QLoRA, and needs bitsandbytes).
    `gradient_checkpointing` makes activations again in the backward pass: less memory, about a third more time.
    """

    loss: str = "dpo"
    beta: float | None = None
    learning_rate: float = 1e-5
    epochs: int = 3
    batch_size: int = 32
    micro_batch_tokens: int = 8192
    warmup_steps: int = 0
    max_grad_norm: float = 1.0
    weight_decay: float = 0.0
    seed: int = 0
    lora_rank: int = 0
    lora_alpha: float = 32
    early_stop_loss: float | None = None
    early_stop_patience: int = 0
    holdout_share: float = 0.0
    checkpoint_every: int = 50
    dtype: Dtype = "auto"
    label_smoothing: float = 0.1
    gamma_beta_ratio: float = 0.5
    gradient_checkpointing: bool = False
    base_weights: BaseWeights = "float32"

    def __post_init__(self) -> None:
        for field in fields(self):
            value = getattr(self, field.name)
            if not _is_of(value, field.type):
                raise ValueError(f"The training setting {field.name} is not of its type: {value!r}.")
        if self.loss not in LOSSES:
            raise ValueError(f"There is no loss {self.loss!r}; the losses are {', '.join(LOSSES)}.")
        if self.dtype not in get_args(Dtype):
            raise ValueError(f"dtype must be one of {', '.join(get_args(Dtype))}, got {self.dtype!r}.")
        if self.base_weights not in get_args(BaseWeights):
            raise ValueError(
                f"base_weights must be one of {', '.join(get_args(BaseWeights))}, got {self.base_weights!r}."
            )
        for name in _POSITIVE:
            value = getattr(self, name)
            if value is not None and not (value > 0 and math.isfinite(value)):
                raise ValueError(f"{name} must be greater than 0, got {value}.")
        for name in _NOT_NEGATIVE:
            value = getattr(self, name)
            if not (value >= 0 and math.isfinite(value)):
                raise ValueError(f"{name} must not be negative, got {value}.")
        if self.early_stop_loss is not None and not math.isfinite(self.early_stop_loss):
            raise ValueError(f"early_stop_loss must be a finite number, got {self.early_stop_loss}.")
        if not 0 <= self.label_smoothing < 0.5:
            raise ValueError(f"label_smoothing must be at least 0 and below 0.5, got {self.label_smoothing}.")
        if self.loss == "rwr" and self.beta is not None and self.beta < RWR_LEAST_BETA:
            raise ValueError(f"beta must be at least {RWR_LEAST_BETA} for rwr, got {self.beta}.")
        if not 0 <= self.holdout_share < 1:
            raise ValueError(f"holdout_share must be at least 0 and below 1, got {self.holdout_share}.")
        if self.early_stop_patience and not self.holdout_share:
            raise ValueError("early_stop_patience needs held-out prompts: set holdout_share above 0.")


def config_from(settings: Mapping[str, Any]) -> FitConfig:
    """A FitConfig from plain JSON fields; ValueError for a field that does not exist, or as FitConfig does."""
    unknown = sorted(set(settings) - {field.name for field in fields(FitConfig)})
    if unknown:
        raise ValueError(f"Training has no setting named {', '.join(unknown)}.")
    return FitConfig(**settings)


def _is_of(value: object, annotation: Any) -> bool:
    """Whether a value is what a field holds: a whole number where a float is asked for is one, true is no number.

    Names out of a closed set are texts here; which ones there are, the config checks.
    """
    kinds = {str if isinstance(kind, str) else kind for kind in get_args(annotation) or (annotation,)}
    return type(value) in kinds or (type(value) is int and float in kinds)
