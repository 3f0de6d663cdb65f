"""What a simulation runs: its rules with their settings, seeds and budget, checked when they are made.

Knows nothing about models. A run is one rule at one setting with one seed; runs of one seed are paired: they meet the
same prompts and, where their policies are the same, the same completions and labels.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields, replace
from hashlib import blake2b
from itertools import product
from typing import Any, Literal, cast, get_args

from app.schemas import RULE_DEFAULTS, RuleName
from app.services.draw import why_not_normalized
from workers.learning.fit_config import FitConfig
from workers.learning.losses import LOSSES
from workers.learning.rules import RULES, Normalize

_COUNTS = ("rounds", "labels", "over_generation", "entropy_draws", "max_new_tokens", "max_per_prompt", "heads")
_SHARES = ("label_noise", "entropy_share")


@dataclass(frozen=True)
class Run:
    """One rule at one setting with one seed. Raises ValueError, naming the setting, for one out of range.

    Each round spends `labels`: it samples `over_generation * labels` prompts `samples` times each at `temperature` and
    keeps the best pairs. Rules that score nothing sample twice the prompts they need, since some completions do
    not differ. `entropy_draws` per prompt at temperature 1 go into the entropy. `label_noise` is the chance that a
    label is flipped. Training starts from the reference in every round, on all labels so far.
    """

    rule: str
    loss: str = "dpo"
    seed: int = 0
    rounds: int = 6
    labels: int = 64
    samples: int = 2
    over_generation: int = 16
    entropy_share: float = 0.25
    entropy_draws: int = 4
    max_per_prompt: int = 1
    normalize: Normalize = "none"
    temperature: float = 0.7
    max_new_tokens: int = 16
    heads: int = 8
    label_noise: float = 0.0
    beta: float | None = None
    learning_rate: float = 1e-4
    epochs: int = 2
    batch_size: int = 8
    lora_rank: int = 0
    dtype: Literal["auto", "float32", "bfloat16"] = "auto"

    def __post_init__(self) -> None:
        if self.rule not in RULES:
            raise ValueError(f"There is no acquisition rule {self.rule!r}; the rules are {', '.join(RULES)}.")
        if self.seed < 0:
            raise ValueError(f"seed must not be negative, got {self.seed}.")
        if self.samples < 2:
            raise ValueError("samples must be at least 2: a pair needs two completions.")
        if self.normalize not in get_args(Normalize):
            raise ValueError(f"normalize must be one of {', '.join(get_args(Normalize))}, got {self.normalize!r}.")
        if reason := why_not_normalized(self.normalize, self.loss):
            raise ValueError(reason)
        for name in _COUNTS:
            if getattr(self, name) < 1:
                raise ValueError(f"{name} must be at least 1, got {getattr(self, name)}.")
        for name in _SHARES:
            if not 0 <= getattr(self, name) <= 1:
                raise ValueError(f"{name} must be between 0 and 1, got {getattr(self, name)}.")
        if self.entropy_share == 0:
            raise ValueError("entropy_share must be greater than 0: it keeps that share of the prompts.")
        if not (self.temperature > 0 and math.isfinite(self.temperature)):
            raise ValueError(f"temperature must be greater than 0, got {self.temperature}.")
        self.fit_config()

    @property
    def key(self) -> str:
        """A name for the run's folder: rule, loss, seed, and a hash of all settings."""
        content = repr(sorted(asdict(self).items())).encode()
        return f"{self.rule}-{self.loss}-s{self.seed}-{blake2b(content, digest_size=4).hexdigest()}"

    @property
    def reward_beta(self) -> float:
        return LOSSES[self.loss].default_beta if self.beta is None else self.beta

    def fit_config(self) -> FitConfig:
        return FitConfig(
            loss=self.loss,
            beta=self.beta,
            learning_rate=self.learning_rate,
            epochs=self.epochs,
            batch_size=self.batch_size,
            lora_rank=self.lora_rank,
            dtype=self.dtype,
            seed=self.seed,
            checkpoint_every=0,
        )

    def setting(self) -> dict[str, object]:
        """All but what names the run in a table: the settings that tuning chooses among."""
        return {name: value for name, value in asdict(self).items() if name not in ("rule", "loss", "seed", "rounds")}


def plan(
    specs: Sequence[str],
    losses: Sequence[str],
    seeds: Sequence[int],
    common: Mapping[str, Any],
    tuned: Mapping[tuple[str, str], Mapping[str, Any]],
) -> list[Run]:
    """All runs: seeds outermost, so that an experiment that is cut short has whole seeds.

    A spec is a rule with settings of its own, such as `drts:samples=8:over_generation=4`; `common` holds everybody's,
    `tuned`, where there is any, those that a rule under a loss brings from an earlier simulation. A spec's own
    settings come first, then the tuned ones; last those that rounds take for the rule. Raises ValueError for a setting
    that does not exist, is not of its type, or is out of range, for a rule that was not tuned where others were, and
    for runs that differ in their rounds alone.
    """
    parsed = [parse_spec(spec) for spec in specs]
    runs = []
    for seed, loss, own in product(seeds, losses, parsed):
        loss = own.get("loss", loss)
        rule = own["rule"]
        if tuned and (rule, loss) not in tuned:
            raise ValueError(f"The simulation to take settings from has no finished run of {rule} with {loss}.")
        settings = {**_rule_defaults(rule), **common, **tuned.get((rule, loss), {}), "loss": loss, **own, "seed": seed}
        runs.append(Run(**settings))
    found = list(dict.fromkeys(runs))
    _check_rounds(found)
    return found


def _rule_defaults(rule: str) -> dict[str, int]:
    """The completions and prompts that a rule asks for by itself."""
    own = RULE_DEFAULTS.get(cast(RuleName, rule))
    return {"samples": own.samples_per_prompt, "over_generation": own.over_generation} if own else {}


def _check_rounds(runs: Sequence[Run]) -> None:
    """The longer of two runs that differ in their rounds alone holds the other: a report could not tell them apart."""
    seen: set[Run] = set()
    for run in runs:
        if (same := replace(run, rounds=1)) in seen:
            raise ValueError(
                f"{run.rule} with {run.loss} is asked for twice, with other rounds alone: ask for the most."
            )
        seen.add(same)


def parse_spec(spec: str) -> dict[str, Any]:
    """The settings that a spec states, with the rule's name among them."""
    rule, *parts = spec.split(":")
    return {"rule": rule, **dict(_setting(part, spec) for part in parts)}


def _setting(part: str, spec: str) -> tuple[str, Any]:
    types = {field.name: field.type for field in fields(Run) if field.name not in ("rule", "seed")}
    name, separator, text = part.partition("=")
    if not separator or name not in types:
        raise ValueError(f"{part!r} in {spec!r} is not a setting; the settings are {', '.join(types)}.")
    kind = types[name]
    try:
        if kind is int:
            return name, int(text)
        if kind is float or name == "beta":
            return name, float(text)
    except ValueError as error:
        raise ValueError(f"{name} in {spec!r} must be a number, got {text!r}.") from error
    return name, text
