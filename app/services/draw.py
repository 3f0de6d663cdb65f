"""The draws of a round: which rule can choose, control and candidate prompts, and the queue's order.

Pure but for the queries of the pool and of the preferences so far.
"""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from random import Random
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from app.models import Label, Prompt
from app.schemas import RoundConfig, RuleName
from app.services.standing import is_trainable

T = TypeVar("T")

UNIFORM_RULES = frozenset({"random", "offline"})
REWARD_RULES = frozenset({"certainty", "uncertainty", "entropy_certainty"})
ENSEMBLE_RULES = frozenset({"ensemble_variance", "delta_ucb", "drts", "bai_ts", "auto"})
ENSEMBLE_PREFERENCES = 16
"""Fewer teach reward heads nothing that the next label does not overturn."""
PER_TOKEN_LOSSES = frozenset({"ln_dpo", "ipo"})
"""A model that one of these trained has rewards per token already."""
SPARE = 2
"""Candidates per pair where nothing is scored: some prompts give completions that do not differ."""


@dataclass(frozen=True)
class Drawn:
    """Values of the round's RoundPrompt rows in sampling order, and the first counts of its funnel."""

    rows: list[dict[str, Any]]
    funnel: dict[str, int]


def new_seed() -> int:
    return secrets.randbelow(2**31)


def unused_prompt_ids(session: Session, project_id: UUID) -> list[UUID]:
    """The pool, ordered by id. Loads ids only."""
    unused = (Prompt.project_id == project_id, Prompt.is_unused())
    return list(session.scalars(select(Prompt.id).where(*unused).order_by(Prompt.id)))


def control_count(config: RoundConfig) -> int:
    """Pairs of the control arm, out of `config.labels`."""
    return round(config.labels * config.control_share)


def known_preferences(project_id: UUID, *, before: datetime | None = None) -> Select[Label]:
    """What an ensemble learns from: trainable preferences, those given `before` the round began where that is said."""
    known = select(Label).where(Label.project_id == project_id, is_trainable()).order_by(Label.id)
    return known if before is None else known.where(Label.created_at <= before)


def usable_rule(rule: RuleName, *, is_reference: bool, preferences: int) -> tuple[RuleName, str | None]:
    """The rule that can choose now, and where it is not the one asked for, why: a sentence for the round's page.

    At the reference every implicit reward is 0; without labels an ensemble knows nothing. `auto` then takes certainty,
    which a trained policy needs no further labels for.
    """
    if rule in ENSEMBLE_RULES and preferences < ENSEMBLE_PREFERENCES:
        if rule == "auto" and not is_reference:
            return "certainty", f"{_too_few(preferences)}: certainty chose the active arm."
        return "random", f"{_too_few(preferences)}: the active arm was drawn at random."
    if rule in REWARD_RULES and is_reference:
        return "random", (
            "The policy is still the reference, so every implicit reward is 0 and the rule that was asked for has "
            "nothing to go by: this round's active arm was drawn at random."
        )
    return rule, None


def why_not_normalized(normalize: str, loss: str) -> str | None:
    """What stands against dividing scores by lengths, for a model trained with this loss."""
    if normalize == "token" and loss in PER_TOKEN_LOSSES:
        return f"Scores per token do not go with {loss}, whose rewards are per token already: sum them over tokens."
    return None


def _too_few(preferences: int) -> str:
    return (
        "The rule that was asked for goes by an ensemble of reward heads, which needs "
        f"{ENSEMBLE_PREFERENCES} preferences to learn from, and {preferences} could be used when this round began"
    )


def draw_prompts(pool: Sequence[UUID], config: RoundConfig, *, seed: int, is_scored: bool = True) -> Drawn:
    """Draw both arms from the whole `pool`, control first; a control prompt stays eligible as a candidate.

    The same pool, config and seed give the same draw. A pool that is too small is taken whole. A round that is not
    scored needs no more candidates than pairs, but for the prompts that give no pair.
    """
    random = Random(seed)  # noqa: S311 - a reproducible draw, not a secret
    wanted_control = control_count(config)
    factor = config.over_generation if is_scored else min(SPARE, config.over_generation)
    wanted_candidates = (config.labels - wanted_control) * factor
    control = random.sample(pool, min(wanted_control, len(pool)))
    candidates = random.sample(pool, min(wanted_candidates, len(pool)))
    rank = {prompt_id: place for place, prompt_id in enumerate(control)}
    is_candidate = set(candidates)
    rows = [
        {
            "prompt_id": prompt_id,
            "position": position,
            "is_control": prompt_id in rank,
            "is_candidate": prompt_id in is_candidate,
            "control_rank": rank.get(prompt_id),
        }
        for position, prompt_id in enumerate(dict.fromkeys([*control, *candidates]))
    ]
    funnel = {
        "pool": len(pool),
        "control_wanted": wanted_control,
        "control_prompts": len(control),
        "candidates_wanted": wanted_candidates,
        "candidate_prompts": len(candidates),
        "drawn_prompts": len(rows),
    }
    return Drawn(rows, funnel)


def interleave(active: Sequence[T], control: Sequence[T], *, seed: int) -> list[T]:
    """Spread `control` evenly among `active`, both keeping their order.

    The queue is cut into as many equal stretches as there are control items, and each stretch holds one, at a random
    place: a fixed period could be guessed by whoever labels.
    """
    random = Random(seed)  # noqa: S311 - a reproducible order, not a secret
    total = len(active) + len(control)
    starts = [place * total // len(control) for place in range(len(control) + 1)] if control else []
    places = {random.randrange(start, end) for start, end in pairwise(starts)}
    active_items, control_items = iter(active), iter(control)
    return [next(control_items) if place in places else next(active_items) for place in range(total)]
