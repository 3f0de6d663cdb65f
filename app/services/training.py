"""Training runs: freezing the labels that a run learns from, and the run's states. Knows nothing of losses or models.

A worker's write carries the attempt that it began; None, False or `is_ours=False` mean that another attempt owns the
run, and nothing changed.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Row, func, insert, or_, select
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.orm import Session

from app.errors import Conflict, NotFound
from app.models import (
    Label,
    ModelStatus,
    ModelVersion,
    Project,
    Round,
    RunStatus,
    TrainingLabel,
    TrainingMetric,
    TrainingRun,
    Trigger,
    Verdict,
)
from app.paging import Rows, Slice, fetch_page
from app.schemas import MetricOut, TrainingConfig, TrainingRunOut
from app.services import attempts, audit, evaluation
from app.services.audit import SYSTEM, Actor
from app.services.locks import lock_project
from app.services.projects import get_project
from app.services.standing import is_trainable, is_trainable_tie
from app.tasks import Task, enqueue

ACTIVE = (RunStatus.QUEUED, RunStatus.RUNNING)


@dataclass(frozen=True)
class RunSignal:
    """What a heartbeat tells the worker: whether the run is still its own, and whether it was asked to stop."""

    is_ours: bool
    is_cancelled: bool


def start_run(
    session: Session, project_id: UUID, config: TrainingConfig | None, *, actor: Actor, trigger: Trigger
) -> TrainingRun:
    """Freeze the labels that train now, in the order of their ids, and send the run to the trainers.

    Raises NotFound, or Conflict with code `run_active`, `model_not_ready` or `too_few_labels`.
    """
    project = lock_project(session, project_id)
    config = config or TrainingConfig.model_validate(project.training_config)
    _refuse_while_active(session, project_id)
    start = _start_model(session, project, config)
    labels = _freezable(session, project_id, config)
    label_ids = [label.id for label in labels]
    rounds = select(func.max(Round.number)).where(Round.id.in_({label.round_id for label in labels}))
    row = TrainingRun(
        project_id=project_id,
        number=1 + (session.scalar(_numbers(project_id)) or 0),
        status=RunStatus.QUEUED,
        trigger=trigger,
        config=config.model_dump(mode="json"),
        start_version_id=start.id,
        label_count=len(label_ids),
        preference_count=sum(label.verdict is Verdict.PREFERRED for label in labels),
        last_round=session.scalar(rounds),
        label_set_hash=label_set_hash(label_ids),
    )
    session.add(row)
    session.flush()
    frozen = [
        {"training_run_id": row.id, "label_id": label_id, "position": place} for place, label_id in enumerate(label_ids)
    ]
    session.execute(insert(TrainingLabel), frozen)
    details = {"number": row.number, "labels": row.label_count, "trigger": trigger}
    audit.record(session, actor, action="training.start", project_id=project_id, subject_id=row.id, details=details)
    enqueue(session, Task.TRAIN, row.id)
    session.refresh(row)
    return row


def label_set_hash(label_ids: Sequence[UUID]) -> str:
    """sha256, in hexadecimal, over the ids in their order, joined by line feeds."""
    return hashlib.sha256("\n".join(map(str, label_ids)).encode()).hexdigest()


def get_run(session: Session, run_id: UUID) -> TrainingRun:
    row = session.get(TrainingRun, run_id)
    if row is None:
        raise NotFound("There is no training run with this id.")
    return row


def list_runs(session: Session, project_id: UUID, part: Slice) -> Rows[TrainingRun]:
    """The project's runs, newest first."""
    get_project(session, project_id)
    runs = select(TrainingRun).where(TrainingRun.project_id == project_id)
    return fetch_page(session, runs, TrainingRun.id, part, newest_first=True)


def list_metrics(session: Session, run_id: UUID, *, after_step: int, limit: int) -> list[MetricOut]:
    """What the run's optimiser steps reported, in order, after step `after_step`."""
    get_run(session, run_id)
    after = select(TrainingMetric).where(TrainingMetric.training_run_id == run_id, TrainingMetric.step > after_step)
    rows = session.scalars(after.order_by(TrainingMetric.step).limit(limit))
    return [MetricOut(step=row.step, values=row.values) for row in rows]


def describe(session: Session, runs: Sequence[TrainingRun]) -> list[TrainingRunOut]:
    """The runs as the API shows them, each with the model version that it made."""
    made = select(ModelVersion.training_run_id, ModelVersion.id)
    versions = session.execute(made.where(ModelVersion.training_run_id.in_([row.id for row in runs])))
    version_of = dict(versions.all())
    return [
        TrainingRunOut.model_validate(row).model_copy(update={"model_version_id": version_of.get(row.id)})
        for row in runs
    ]


def begin_run(session: Session, run_id: UUID) -> TrainingRun | None:
    """Take a queued run as a new attempt. None when it is not queued: somebody else has it."""
    started = func.coalesce(TrainingRun.started_at, func.now())
    return attempts.take(
        session, TrainingRun, run_id, expect=RunStatus.QUEUED, status=RunStatus.RUNNING, started_at=started
    )


def heartbeat_run(
    session: Session,
    run_id: UUID,
    attempt: int,
    *,
    done: int | None,
    total: int | None,
    metrics: Sequence[tuple[int, dict[str, Any]]],
    warnings: dict[str, str] | None = None,
) -> RunSignal:
    """Say that the attempt lives, with steps `done` of `total` where known, and store the metrics of its steps.

    A step that is reported again, after a resume, replaces the former report, as `warnings` replace the former ones.
    """
    values = attempts.progress(TrainingRun, done=done, total=total)
    if warnings is not None:
        values["warnings"] = warnings
    row = attempts.write(session, TrainingRun, run_id, attempt, during=[RunStatus.RUNNING], **values)
    if row is None:
        return RunSignal(is_ours=False, is_cancelled=False)
    by_step = dict(metrics)
    if by_step:
        reported = upsert(TrainingMetric).values(
            [{"training_run_id": run_id, "step": step, "values": step_values} for step, step_values in by_step.items()]
        )
        key = [TrainingMetric.training_run_id, TrainingMetric.step]
        session.execute(
            reported.on_conflict_do_update(index_elements=key, set_={"values": reported.excluded["values"]})
        )
    return RunSignal(is_ours=True, is_cancelled=row.cancel_requested_at is not None)


def finish_run(
    session: Session, run_id: UUID, attempt: int, *, source: str, info: dict[str, Any], warnings: dict[str, Any]
) -> ModelVersion | None:
    """Record the trained model in folder `source` as the next version, and have it evaluated against the reference."""
    project = lock_project(session, get_run(session, run_id).project_id)
    row = _end(session, run_id, attempt, status=RunStatus.SUCCEEDED, warnings=warnings)
    if row is None:
        return None
    numbers = select(func.max(ModelVersion.number)).where(ModelVersion.project_id == project.id)
    version = ModelVersion(
        project_id=project.id,
        number=1 + (session.scalar(numbers) or 0),
        parent_id=row.start_version_id,
        training_run_id=row.id,
        source=source,
        status=ModelStatus.READY,
        info=info,
    )
    session.add(version)
    session.flush()
    _evaluate(session, project, row, version)
    return version


def fail_run(session: Session, run_id: UUID, attempt: int, error: str) -> bool:
    """Record why the attempt failed."""
    return _end(session, run_id, attempt, status=RunStatus.FAILED, error=error) is not None


def cancelled_run(session: Session, run_id: UUID, attempt: int) -> bool:
    """Record that the worker stopped because it was asked to."""
    return _end(session, run_id, attempt, status=RunStatus.CANCELLED) is not None


def cancel_run(session: Session, run_id: UUID, *, actor: Actor) -> TrainingRun:
    """Cancel a queued run at once, and ask the worker of a running one to stop.

    Raises NotFound, or Conflict with code `not_active`.
    """
    row = _locked(session, run_id)
    now = session.scalars(select(func.now())).one()
    match row.status:
        case RunStatus.QUEUED:
            row.status, row.finished_at = RunStatus.CANCELLED, now
        case RunStatus.RUNNING:
            pass
        case RunStatus.SUCCEEDED | RunStatus.FAILED | RunStatus.CANCELLED:
            raise Conflict(f"Run {row.number} is {row.status}; there is nothing to cancel.", code="not_active")
    if row.cancel_requested_at is None:
        row.cancel_requested_at = now
        _record(session, actor, "training.cancel", row)
    session.flush()
    return row


def retry_run(session: Session, run_id: UUID, *, actor: Actor) -> TrainingRun:
    """Send a failed or cancelled run again: the same frozen labels, from its last checkpoint.

    Raises NotFound, or Conflict with code `not_failed` or `run_active`.
    """
    project_id = get_run(session, run_id).project_id
    lock_project(session, project_id)
    row = _locked(session, run_id)
    if row.status not in (RunStatus.FAILED, RunStatus.CANCELLED):
        raise Conflict(
            f"Run {row.number} is {row.status}; only a failed or cancelled run can be retried.", code="not_failed"
        )
    _refuse_while_active(session, project_id)
    row.status, row.error, row.retries = RunStatus.QUEUED, None, 0
    row.cancel_requested_at = row.finished_at = None
    row.updated_at = session.scalars(select(func.now())).one()
    _record(session, actor, "training.retry", row)
    session.flush()
    enqueue(session, Task.TRAIN, row.id)
    return row


def _record(session: Session, actor: Actor, action: str, row: TrainingRun) -> None:
    details = {"number": row.number}
    audit.record(session, actor, action=action, project_id=row.project_id, subject_id=row.id, details=details)


def _end(session: Session, run_id: UUID, attempt: int, **values: Any) -> TrainingRun | None:
    during = [RunStatus.RUNNING]
    return attempts.write(session, TrainingRun, run_id, attempt, during=during, finished_at=func.now(), **values)


def _locked(session: Session, run_id: UUID) -> TrainingRun:
    get_run(session, run_id)
    row = select(TrainingRun).where(TrainingRun.id == run_id).with_for_update()
    return session.scalars(row.execution_options(populate_existing=True)).one()


def _numbers(project_id: UUID) -> Any:
    return select(func.max(TrainingRun.number)).where(TrainingRun.project_id == project_id)


def _refuse_while_active(session: Session, project_id: UUID) -> None:
    active = select(TrainingRun).where(TrainingRun.project_id == project_id, TrainingRun.status.in_(ACTIVE))
    row = session.scalar(active)
    if row:
        raise Conflict(f"Run {row.number} is {row.status}: wait for its end, or cancel it.", code="run_active")


def _start_model(session: Session, project: Project, config: TrainingConfig) -> ModelVersion:
    """The model to start from. The reference must be ready in either case: its log-probs are in the loss."""
    reference = session.get_one(ModelVersion, project.reference_version_id)
    policy = session.get_one(ModelVersion, project.policy_version_id)
    start = reference if config.start_from == "reference" else policy
    for name, version in {"reference": reference, "start": start}.items():
        if version.status is not ModelStatus.READY:
            reason = f": {version.error}" if version.error else "."
            raise Conflict(f"The {name} model is not ready but {version.status}{reason}", code="model_not_ready")
    return start


def _freezable(
    session: Session, project_id: UUID, config: TrainingConfig
) -> Sequence[Row[UUID, Verdict | None, UUID | None]]:
    """The labels that train under `config`; ties, where they train, do not make up for preferences that are missing."""
    trains_ties = config.ties == "train"
    kinds = or_(is_trainable(), is_trainable_tie()) if trains_ties else is_trainable()
    labels = (
        select(Label.id, Label.verdict, Label.round_id).where(Label.project_id == project_id, kinds).order_by(Label.id)
    )
    found = session.execute(labels).all()
    preferences = sum(label.verdict is Verdict.PREFERRED for label in found)
    if preferences < config.minimum_labels:
        others = "Ties do not count as preferences; both-bad, skips" if trains_ties else "Ties, both-bad, skips"
        raise Conflict(
            f"There are {preferences} preferences, and a run needs {config.minimum_labels}: label more pairs, or "
            f"lower the fewest preferences. {others}, and labels of eval prompts and of practice pairs, do not train.",
            code="too_few_labels",
        )
    return found


def _evaluate(session: Session, project: Project, run: TrainingRun, version: ModelVersion) -> None:
    """Start the evaluation that the run asked for; what stands against it becomes a warning on the run."""
    if not TrainingConfig.model_validate(run.config).evaluate:
        return
    try:
        evaluation.start_evaluation(session, project.id, version.id, None, None, actor=SYSTEM, needs_judge=False)
    except Conflict as conflict:
        run.warnings = run.warnings | {"evaluation": f"The new model was not evaluated. {conflict.detail}"}
        session.flush()
