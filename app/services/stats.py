"""Where a project's loop stands, and what each round gained. Knows nothing of HTTP or models' weights."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, case, exists, func, select
from sqlalchemy.orm import Session

from app.models import (
    Arm,
    Evaluation,
    Label,
    Lease,
    ModelVersion,
    Pair,
    Project,
    Prompt,
    Round,
    RunStatus,
    Split,
    TrainingLabel,
    TrainingRun,
)
from app.schemas import ModelVersionOut, ProjectOverview, RoundResult
from app.services import models
from app.services.open_slots import count_open_pairs
from app.services.standing import is_preference, is_trainable, is_trainable_tie, stands


def get_overview(session: Session, project: Project) -> ProjectOverview:
    """Counts of the project as it is now, and the models that a next step may be about."""
    project_id = project.id
    prompts = _count_prompts(session, project_id)
    in_project = Label.project_id == project_id
    used = exists().where(
        TrainingLabel.label_id == Label.id,
        TrainingRun.id == TrainingLabel.training_run_id,
        TrainingRun.status == RunStatus.SUCCEEDED,
    )
    labels, preferences, new, ties = session.execute(
        select(
            func.count(),
            func.count().filter(is_trainable()),
            func.count().filter(and_(is_trainable(), ~used)),
            func.count().filter(is_trainable_tie()),
        )
        .select_from(Label)
        .where(in_project, stands())
    ).one()
    live = (Lease.project_id == project_id, ~Lease.is_done, Lease.expires_at > func.now())
    lent, people, programs = session.execute(
        select(func.count(), func.count(Lease.user_id.distinct()), func.count(Lease.api_key_id.distinct())).where(*live)
    ).one()
    newest, previous = models.newest_trained(session, project_id), models.previous_policy(session, project)
    return ProjectOverview(
        train_prompts=prompts[Split.TRAIN],
        eval_prompts=prompts[Split.EVAL],
        unused_prompts=_count_unused(session, project_id),
        open_pairs=count_open_pairs(session, [project_id]).get(project_id, 0),
        live_leases=lent,
        preferences=preferences,
        new_preferences=new,
        labels=labels,
        ties=ties,
        people_active=people,
        programs_active=programs,
        newest_model=models.describe(session, [newest])[0] if newest else None,
        previous_policy=ModelVersionOut.model_validate(previous) if previous else None,
    )


def _count(session: Session, *conditions: ColumnElement[bool]) -> int:
    return session.scalar(select(func.count()).where(*conditions)) or 0


def _count_prompts(session: Session, project_id: UUID) -> dict[Split, int]:
    counted = select(Prompt.split, func.count()).where(Prompt.project_id == project_id).group_by(Prompt.split)
    return {Split.TRAIN: 0, Split.EVAL: 0} | dict(session.execute(counted).all())


def _count_unused(session: Session, project_id: UUID) -> int:
    in_a_round = exists().where(Pair.prompt_id == Prompt.id, Pair.round_id.is_not(None))
    usable = (Prompt.project_id == project_id, Prompt.split == Split.TRAIN, Prompt.is_usable())
    return _count(session, *usable, ~in_a_round)


# What each round gained

MEASURED = (
    "win_rate",
    "win_rate_low",
    "win_rate_high",
    "length_controlled_win_rate",
    "kl",
    "kl_per_token",
    "mean_length",
    "length_p10",
    "length_p50",
    "length_p90",
)
"""Names shared by `Evaluation.results` and `RoundResult`; None where an evaluation did not measure it."""


@dataclass(frozen=True)
class ArmCount:
    """Standing preferences of one arm: all, those whose margin is not 0, and those that the margin foresaw."""

    labels: int = 0
    decided: int = 0
    foreseen: int = 0

    @property
    def accuracy(self) -> float | None:
        return self.foreseen / self.decided if self.decided else None


def list_results(session: Session, project: Project) -> list[RoundResult]:
    """One entry per round, oldest first.

    Accuracy is the share of the round's standing preferences in which the sign of the pair's margin (implicit reward
    under the round's policy) names the winner. Margins of exactly 0 foresee nothing and are left out; it is null
    where none is left, as in every round sampled from the reference. The round's model is that of the newest
    succeeded run that learned from labels of this round and of none later.
    """
    rounds = session.scalars(select(Round).where(Round.project_id == project.id).order_by(Round.number)).all()
    arms = count_arms(session, project.id)
    labels = _count_labels(session, project.id)
    made = _models_by_round(session, project.id)
    evaluations = evaluations_against_reference(session, project)
    results, total = [], 0
    for row in rounds:
        total += labels.get(row.number, 0)
        control, active = (arms.get((row.number, arm), ArmCount()) for arm in (Arm.CONTROL, Arm.ACTIVE))
        model = made.get(row.number)
        measured = evaluations.get(model, {}) if model else {}
        results.append(
            RoundResult(
                round=row.number,
                rule_used=row.rule_used,
                labels=total,
                accuracy_control=control.accuracy,
                accuracy_active=active.accuracy,
                labels_control=control.labels,
                labels_active=active.labels,
                model_version_id=model,
                **{name: measured.get(name) for name in MEASURED},
            )
        )
    return results


def count_arms(session: Session, project_id: UUID) -> dict[tuple[int, Arm], ArmCount]:
    """By round and arm; without the rounds that nobody labelled yet."""
    foreseen = case((Pair.margin > 0, Pair.completion_a_id), else_=Pair.completion_b_id) == Label.winner_id
    counted = session.execute(
        select(
            Round.number,
            Pair.arm,
            func.count(),
            func.count().filter(Pair.margin != 0),
            func.count().filter(and_(Pair.margin != 0, foreseen)),
        )
        .select_from(Label)
        .join(Pair, Pair.id == Label.pair_id)
        .join(Round, Round.id == Pair.round_id)
        .where(Label.project_id == project_id, is_preference())
        .group_by(Round.number, Pair.arm)
    )
    return {(number, arm): ArmCount(*counts) for number, arm, *counts in counted}


def _count_labels(session: Session, project_id: UUID) -> dict[int, int]:
    """Standing preferences by the round they belong to; imported ones by the last round that began before them."""
    earlier = (
        select(func.count())
        .select_from(Round)
        .where(Round.project_id == project_id, Round.created_at <= Label.created_at)
        .correlate(Label)
        .scalar_subquery()
    )
    number = func.coalesce(Round.number, func.greatest(earlier, 1))
    counted = session.execute(
        select(number, func.count())
        .select_from(Label)
        .join(Pair, Pair.id == Label.pair_id)
        .outerjoin(Round, Round.id == Pair.round_id)
        .where(Label.project_id == project_id, is_preference())
        .group_by(number)
    )
    return dict(counted.all())


def _models_by_round(session: Session, project_id: UUID) -> dict[int, UUID]:
    last = func.max(Round.number)
    found = session.execute(
        select(last, ModelVersion.id)
        .select_from(TrainingRun)
        .join(ModelVersion, ModelVersion.training_run_id == TrainingRun.id)
        .join(TrainingLabel, TrainingLabel.training_run_id == TrainingRun.id)
        .join(Label, Label.id == TrainingLabel.label_id)
        .join(Pair, Pair.id == Label.pair_id)
        .join(Round, Round.id == Pair.round_id)
        .where(TrainingRun.project_id == project_id, TrainingRun.status == RunStatus.SUCCEEDED)
        .group_by(TrainingRun.id, ModelVersion.id)
        .order_by(TrainingRun.id)
    )
    return dict(found.all())


def evaluations_against_reference(session: Session, project: Project) -> dict[UUID, dict[str, Any]]:
    """Results of the newest succeeded evaluation of each version against the reference."""
    found = session.execute(
        select(Evaluation.model_version_id, Evaluation.results)
        .where(
            Evaluation.project_id == project.id,
            Evaluation.baseline_version_id == project.reference_version_id,
            Evaluation.status == RunStatus.SUCCEEDED,
        )
        .order_by(Evaluation.id)
    )
    return dict(found.all())
