"""Configurations of rounds, runs and judges, with bounds and defaults.

The closed sets of rules and losses are declared here and again in `workers.learning`, because the service may not
import torch; a test keeps the two equal.
"""

from typing import Any, Literal, Self, cast

from pydantic import Field, model_validator

from app.schemas.base import ModelSource, Request

RuleName = Literal[
    "random",
    "offline",
    "entropy",
    "certainty",
    "uncertainty",
    "entropy_certainty",
    "ensemble_variance",
    "delta_ucb",
    "drts",
    "bai_ts",
    "auto",
]
LossName = Literal["dpo", "ln_dpo", "ipo", "simpo", "robust", "cdpo", "sft", "rwr"]


class LossDefaults(Request):
    """The settings that change with the loss; a beta means nothing to another loss."""

    beta: float
    learning_rate: float = 1e-6


LOSS_DEFAULTS: dict[LossName, LossDefaults] = {
    "dpo": LossDefaults(beta=0.2),
    "ln_dpo": LossDefaults(beta=5.0),
    "ipo": LossDefaults(beta=0.1),
    "simpo": LossDefaults(beta=2.0),
    "robust": LossDefaults(beta=0.1),
    "cdpo": LossDefaults(beta=0.1),
    "sft": LossDefaults(beta=0.2, learning_rate=1e-5),
    "rwr": LossDefaults(beta=1.0),
}
"""The betas are those of `workers.learning.losses`; a test keeps them equal."""


class RuleDefaults(Request):
    """The settings that change with the rule."""

    over_generation: int = 8
    samples_per_prompt: int = 2


_PLAIN, _BEST_OF_EIGHT = RuleDefaults(), RuleDefaults(over_generation=4, samples_per_prompt=8)
RULE_DEFAULTS: dict[RuleName, RuleDefaults] = {
    "auto": _BEST_OF_EIGHT,
    "delta_ucb": _BEST_OF_EIGHT,
    "drts": _BEST_OF_EIGHT,
}
"""What these rules were measured with (docs/label-efficiency.md); rounds and simulations take it alike."""


class RoundSettings(Request):
    """The settings of a round, each within its own bounds."""

    rule: RuleName = "entropy_certainty"
    labels: int = Field(64, ge=1, le=100_000, description="Pairs to open for labelling, both arms together.")
    control_share: float = Field(0.2, ge=0, le=1, description="Share of the pairs drawn at random as a control.")
    over_generation: int = Field(
        _PLAIN.over_generation,
        ge=1,
        le=64,
        description="Prompts sampled for each active pair that is kept; 4 for `auto`, `delta_ucb` and `drts`.",
    )
    samples_per_prompt: int = Field(
        _PLAIN.samples_per_prompt,
        ge=2,
        le=64,
        description="Completions sampled for each prompt; the best pair among them is asked about. 8 for `auto`, "
        "`delta_ucb` and `drts`.",
    )
    max_pairs_per_prompt: int = Field(
        1,
        ge=1,
        le=64,
        description="Pairs of one prompt in the active arm; `drts` and `bai_ts` take one.",
    )
    distinct_prompts: bool = Field(
        True, description="Of near-identical prompts a rule that scores asks about the best one alone."
    )
    ensemble_heads: int = Field(8, ge=2, le=64, description="Reward heads of the rules that ask an ensemble.")
    max_new_tokens: int = Field(128, ge=1, le=32_768)
    temperature: float = Field(0.7, gt=0, le=5, description="Of the completions that are shown.")
    top_p: float = Field(1.0, gt=0, le=1)
    top_k: int = Field(0, ge=0, description="0 means no limit.")
    entropy_samples: int = Field(4, ge=1, le=64, description="Temperature-1 draws for the entropy of each prompt.")
    entropy_estimator: Literal["exact", "published"] = Field(
        "exact",
        description="`exact` sums the per-step entropies along the draws; `published` is minus the mean logprob.",
    )
    entropy_share: float = Field(0.5, gt=0, le=1, description="Share of the prompts that entropy keeps for certainty.")
    normalize: Literal["none", "token"] = Field("none", description="Scores summed over tokens, or per token.")
    labels_per_pair: int = Field(1, ge=1, le=20, description="Distinct annotators asked about each pair.")
    seed: int | None = Field(None, ge=0, lt=2**31)


class RoundConfig(RoundSettings):
    """How one round draws, samples, scores and selects; what a rule has settings of its own for follows it."""

    @model_validator(mode="before")
    @classmethod
    def rule_brings_its_own(cls, given: Any) -> Any:
        rule = given.get("rule") if isinstance(given, dict) else None
        own = RULE_DEFAULTS.get(cast(RuleName, rule)) if isinstance(rule, str) else None
        return own.model_dump() | given if own else given


class TrainingSettings(Request):
    """The settings of a training run, each within its own bounds."""

    loss: LossName = "dpo"
    beta: float | None = Field(None, gt=0, le=100, description="Null takes the loss's own default.")
    label_smoothing: float = Field(
        0.1, ge=0, lt=0.5, description="Chance that a label is wrong, for `cdpo` and `robust`, where none is stated."
    )
    gamma_beta_ratio: float = Field(0.5, ge=0, le=10, description="Target margin of `simpo`, in units of beta.")
    ties: Literal["leave_out", "train"] = Field(
        "leave_out", description="Tie labels are left out, or trained: half the loss each way holds the two together."
    )
    label_weights: Literal["pair", "label"] = Field(
        "pair",
        description="Where several annotators labelled a pair: each `pair` counts once, shared among its labels, or "
        "each `label` does.",
    )
    start_from: Literal["reference", "policy"] = "reference"
    learning_rate: float = Field(1e-6, gt=0, le=1)
    epochs: int = Field(4, ge=1, le=1000)
    batch_size: int = Field(64, ge=1, le=4096, description="Pairs in one optimiser step.")
    micro_batch_tokens: int = Field(8192, ge=16, description="Tokens in one forward pass.")
    warmup_steps: int = Field(0, ge=0)
    max_grad_norm: float = Field(1.0, gt=0)
    weight_decay: float = Field(0.0, ge=0)
    gradient_checkpointing: bool = Field(False, description="Less memory, for about a third more time.")
    lora_rank: int = Field(0, ge=0, le=1024, description="0 trains all weights.")
    lora_alpha: float = Field(16.0, gt=0)
    dtype: Literal["auto", "float32", "bfloat16"] = "auto"
    base_weights: Literal["float32", "bfloat16", "four_bit"] = Field(
        "float32",
        description="How the weights under a LoRA adapter are kept: bfloat16 halves their memory; four_bit is QLoRA.",
    )
    holdout_share: float = Field(0.0, ge=0, le=0.5, description="Prompts held out to stop early.")
    early_stop_patience: int = Field(0, ge=0, description="Epochs without a better held-out accuracy; 0 never stops.")
    early_stop_loss: float | None = Field(None, gt=0, description="Stop when the smoothed loss falls below this.")
    checkpoint_every: int = Field(20, ge=1, description="Optimiser steps between checkpoints.")
    minimum_labels: int = Field(8, ge=1, description="A run with fewer preferences is refused.")
    evaluate: bool = Field(
        True, description="Measure the new model's KL, perplexity, lengths and, with a judge, win-rate."
    )
    seed: int = Field(0, ge=0, lt=2**31)


class TrainingConfig(TrainingSettings):
    """How one training run turns labels into a model: settings that fit together."""

    @model_validator(mode="after")
    def settings_fit_together(self) -> Self:
        if self.early_stop_patience and not self.holdout_share:
            raise ValueError(
                "stopping early after some patience needs a held-out share above 0, to measure the accuracy on"
            )
        if self.base_weights != "float32" and not self.lora_rank:
            raise ValueError("weights other than float32 are for LoRA: set the LoRA rank above 0")
        if self.loss == "rwr" and self.beta is not None and self.beta < 0.02:
            raise ValueError("beta is the temperature of reward-weighted regression and must be at least 0.02")
        return self


class RewardModelJudge(Request):
    """A Hugging Face sequence-classification folder with one logit: the completion with the higher logit wins."""

    kind: Literal["reward_model"] = "reward_model"
    model: ModelSource = Field(description="Local folder or hub name.")
    tie_margin: float = Field(0.0, ge=0, description="Score differences up to this are ties.")


class EvaluationConfig(Request):
    """How a model version is compared with another on the eval prompts."""

    judge: RewardModelJudge | None = None
    prompts: int = Field(256, ge=1, le=100_000, description="Eval prompts, all of them when there are fewer.")
    max_new_tokens: int = Field(128, ge=1, le=32_768)
    temperature: float = Field(0.7, gt=0, le=5)
    seed: int = Field(0, ge=0, lt=2**31)
