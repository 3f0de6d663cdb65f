"""Where a project's loop stands, and what each round gained. Knows nothing of HTTP or models' weights."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.models import (
    Arm,
    Evaluation,
    LabelTally,
    Lease,
    ModelVersion,
    Project,
    PromptTally,
    Round,
    RoundTally,
    RunStatus,
    TrainingRun,
)
from app.schemas import ModelVersionOut, ProjectOverview, RoundResult
from app.services import models
from app.services.new_labels import count_new_preferences, count_since_last_run
from app.services.open_slots import count_open_pairs


def get_overview(session: Session, project: Project) -> ProjectOverview:
    """Counts of the project as it is now, and the models that a next step may be about.

    Asked every few seconds by each open page: it reads tallies, what people hold now, and what changed since the last
    model, however many prompts and labels there are.
    """
    project_id = project.id
    prompts = session.get(PromptTally, project_id, populate_existing=True)
    tallied = (LabelTally.counted, LabelTally.preferences, LabelTally.ties)
    totals = select(*(func.coalesce(func.sum(one), 0) for one in tallied)).where(LabelTally.project_id == project_id)
    labels, preferences, ties = tuple(session.execute(totals).one())
    live = (Lease.project_id == project_id, ~Lease.is_done, Lease.expires_at > func.now())
    lent, people, programs = session.execute(
        select(func.count(), func.count(Lease.user_id.distinct()), func.count(Lease.api_key_id.distinct())).where(*live)
    ).one()
    policy = session.get_one(ModelVersion, project.policy_version_id)
    threshold = project.retrain_after_labels
    newest, previous = models.newest_trained(session, project_id), models.previous_policy(session, project)
    return ProjectOverview(
        train_prompts=prompts.train if prompts else 0,
        eval_prompts=prompts.held_out if prompts else 0,
        unused_prompts=prompts.unused if prompts else 0,
        open_pairs=count_open_pairs(session, [project_id]).get(project_id, 0),
        live_leases=lent,
        preferences=preferences,
        new_preferences=count_new_preferences(session, project_id),
        toward_retraining=threshold and min(threshold, count_since_last_run(session, project_id)),
        labels=labels,
        ties=ties,
        people_active=people,
        programs_active=programs,
        policy=ModelVersionOut.model_validate(policy),
        newest_model=models.describe(session, [newest])[0] if newest else None,
        previous_policy=ModelVersionOut.model_validate(previous) if previous else None,
    )


# What each round gained

MEASURED = (
    "win_rate",
    "win_rate_low",
    "win_rate_high",
    "length_controlled_win_rate",
    "kl",
    "kl_per_token",
    "perplexity",
    "baseline_perplexity",
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
    rounds = select(Round.number, Round.rule_used).where(Round.project_id == project.id).order_by(Round.number)
    arms = count_arms(session, project.id)
    labels = _count_labels(session, project.id)
    made = _models_by_round(session, project.id)
    evaluations = evaluations_against_reference(session, project)
    results, total = [], 0
    for row in session.execute(rounds):
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
    """By round and arm, without imported labels and the rounds that nobody labelled yet; read from tallies."""
    numbers = select(RoundTally.round, RoundTally.arm, RoundTally.chosen, RoundTally.decided, RoundTally.foreseen)
    here = (RoundTally.project_id == project_id, RoundTally.arm != Arm.IMPORTED, RoundTally.chosen > 0)
    return {(number, arm): ArmCount(*counts) for number, arm, *counts in session.execute(numbers.where(*here))}


def _count_labels(session: Session, project_id: UUID) -> dict[int, int]:
    """Standing preferences by the round they belong to; imported ones by the last round that began before them."""
    counted = select(RoundTally.round, func.sum(RoundTally.chosen)).where(RoundTally.project_id == project_id)
    return dict(session.execute(counted.group_by(RoundTally.round)).all())


def _models_by_round(session: Session, project_id: UUID) -> dict[int, UUID]:
    found = session.execute(
        select(TrainingRun.last_round, ModelVersion.id)
        .join(ModelVersion, ModelVersion.training_run_id == TrainingRun.id)
        .where(TrainingRun.project_id == project_id, TrainingRun.status == RunStatus.SUCCEEDED)
        .where(TrainingRun.last_round.is_not(None))
        .order_by(TrainingRun.id)
    )
    return {number: version_id for number, version_id in found if number is not None}


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
