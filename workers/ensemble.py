"""The ensemble of a round: reward heads that learn from the preferences so far and score the round's completions.

The features are the last hidden states of the model that sampled the round. Knows nothing of rules. No transaction is
open while they are computed, and progress is told between chunks.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import fmean
from typing import Any
from uuid import UUID

import torch
from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload
from torch import Tensor

from app.models import Completion, Pair, Round, RoundPrompt
from app.services.draw import known_preferences
from workers import convert
from workers.checkpoints import derive_seed
from workers.learning.features import completion_features
from workers.learning.logprobs import Row
from workers.learning.policy import Policy
from workers.learning.reward_heads import train_heads

CHUNK = 256
"""Completions whose features are computed between two reports of progress."""


@dataclass(frozen=True)
class Known:
    """A preference given before the round began: its prompt, and its two completions with the winner first."""

    prompt_id: UUID
    content: Any
    winner: Completion
    loser: Completion


@dataclass(frozen=True)
class Lesson:
    """A preference as the heads learn it: the rows of its winner and its loser."""

    prompt_id: UUID
    winner: Row
    loser: Row


@dataclass(frozen=True)
class Ensemble:
    """What each head gives each completion, from how many preferences, and how often heads were right on others.

    `accuracy` is the heads' mean share of right order on preferences of prompts that each held out, None where nothing
    could be.
    """

    rewards: dict[UUID, tuple[float, ...]]
    preferences: int
    accuracy: float | None


def read_known(session: Session, round_: Round) -> list[Known]:
    """The preferences that the round's ensemble learns from: the same in every attempt, but for those undone since."""
    both = (joinedload(Pair.completion_a), joinedload(Pair.completion_b), joinedload(Pair.prompt))
    labels = known_preferences(round_.project_id, before=round_.created_at)
    pairs = select(Pair).where(Pair.id.in_(select(labels.subquery().c.pair_id)))
    by_id = {pair.id: pair for pair in session.scalars(pairs.options(*both))}
    known = []
    for label in session.scalars(labels):
        pair = by_id[label.pair_id]
        winner, loser = pair.completion_a, pair.completion_b
        if label.winner_id == loser.id:
            winner, loser = loser, winner
        known.append(Known(pair.prompt_id, pair.prompt.content, winner, loser))
    return known


def read_candidates(session: Session, round_: Round) -> list[tuple[Completion, Any]]:
    """The completions that the round's rule chooses among, each with its prompt's content."""
    drawn = select(RoundPrompt.prompt_id).where(RoundPrompt.round_id == round_.id, RoundPrompt.is_candidate)
    here = (Completion.round_id == round_.id, Completion.prompt_id.in_(drawn))
    found = select(Completion).where(*here).options(joinedload(Completion.prompt))
    rows = session.scalars(found.order_by(Completion.prompt_id, Completion.id))
    return [(row, row.prompt.content) for row in rows]


def lessons_of(policy: Policy, known: Sequence[Known]) -> list[Lesson]:
    """The preferences that fit the model, as rows; an imported one longer than its context teaches nothing."""
    lessons = []
    for one in known:
        winner, problem = convert.fitting_row(policy, one.content, one.winner)
        loser, other_problem = convert.fitting_row(policy, one.content, one.loser)
        if problem is None and other_problem is None:
            lessons.append(Lesson(one.prompt_id, winner, loser))
    return lessons


def teach_and_score(
    policy: Policy,
    lessons: Sequence[Lesson],
    candidates: Sequence[tuple[Completion, Any]],
    *,
    heads: int,
    seed: int,
    report: Callable[[int], None],
) -> Ensemble:
    """Train `heads` reward heads on the lessons and score the candidates; `report` is told how many rows are done.

    A completion that several labels judged is computed once. Same lessons, candidates and seed: same rewards.
    """
    taught = list(dict.fromkeys(row for one in lessons for row in (one.winner, one.loser)))
    place = {row: index for index, row in enumerate(taught)}
    asked = [convert.fitting_row(policy, content, row)[0] for row, content in candidates]
    features_N_H = _features(policy, [*taught, *asked], report)
    trained = train_heads(
        features_N_H[[place[one.winner] for one in lessons]],
        features_N_H[[place[one.loser] for one in lessons]],
        [str(one.prompt_id) for one in lessons],
        heads=heads,
        seed=derive_seed(seed, "heads"),
    )
    rewards_N_K = trained.rewards(features_N_H[len(taught) :]).tolist()
    return Ensemble(
        rewards={row.id: tuple(rewards) for (row, _), rewards in zip(candidates, rewards_N_K, strict=True)},
        preferences=len(lessons),
        accuracy=fmean(trained.accuracies_K) if trained.accuracies_K else None,
    )


def _features(policy: Policy, rows: Sequence[Row], report: Callable[[int], None]) -> Tensor:
    """[N, H]: the mean over each completion's tokens, which a reward of the whole completion is read from best."""
    parts = []
    for start in range(0, len(rows), CHUNK):
        report(start)
        part = rows[start : start + CHUNK]
        parts.append(
            completion_features(policy.model, part, pad_id=policy.pad_id, device=policy.device, pooling="mean")
        )
    report(len(rows))
    return torch.cat(parts)
