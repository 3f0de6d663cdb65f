"""What happens by itself: retraining after enough labels or by schedule, and the sweep after lost messages and workers.

Knows nothing of Celery's clock: `now` is an argument, and a row's own times decide what is due.
"""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID

from celery.schedules import crontab
from sqlalchemy import exists, select, update
from sqlalchemy.orm import Session

from app.errors import Conflict
from app.models import (
    Evaluation,
    ModelStatus,
    ModelVersion,
    Project,
    Round,
    RoundStatus,
    RunStatus,
    Sampling,
    TrainingRun,
    Trigger,
)
from app.services import audit, training
from app.services.audit import SYSTEM
from app.services.locks import lock_project
from app.services.new_labels import count_since_last_run
from app.settings import Settings
from app.tasks import Task, enqueue, make_celery

log = logging.getLogger(__name__)

MAX_RETRIES = 3
"""Silent workers in a row, without progress between them, after which a row fails."""


def after_label(session: Session, project_id: UUID) -> TrainingRun | None:
    """Start a run when the project asks for one after so many new preferences. The caller holds the project's lock.

    New are those given since the last run, whatever became of it: a run that failed is not started again by the very
    next label. What a refusal (such as an active run) holds up, the next label or the sweep asks for again.
    """
    threshold = session.get_one(Project, project_id).retrain_after_labels
    if threshold is None or count_since_last_run(session, project_id) < threshold:
        return None
    try:
        return training.start_run(session, project_id, None, actor=SYSTEM, trigger=Trigger.LABELS)
    except Conflict as conflict:
        log.debug("Project %s has %d new preferences, but no run starts: %s", project_id, threshold, conflict.detail)
        return None


def cron_tick(session: Session, now: datetime) -> list[TrainingRun]:
    """Start the runs whose schedule (five fields, UTC) came due since it last fired; two clocks at once fire one."""
    started = []
    scheduled = select(Project.id, Project.retrain_cron, Project.retrain_cron_at)
    for project_id, cron, fired_at in session.execute(scheduled.where(Project.retrain_cron.is_not(None))).all():
        if cron is None or (fired_at is not None and not _is_due(cron, fired_at, now)):
            continue
        here = (Project.id == project_id, Project.retrain_cron_at.is_not_distinct_from(fired_at))
        advance = update(Project).where(*here).values(retrain_cron_at=now).returning(Project.id)
        if session.scalar(advance) is not None and fired_at is not None:
            run = _fire(session, project_id)
            started += [run] if run else []
    return started


def sweep(session: Session, settings: Settings, now: datetime) -> list[str]:
    """Take rows from silent workers, send lost messages again, and start the runs that had to wait for another's end.

    Returns a sentence for each thing done.
    """
    silent_since = now - timedelta(seconds=settings.stale_after_seconds)
    waiting_since = now - timedelta(seconds=settings.requeue_after_seconds)
    # First, while no row is locked: others lock the project, then rows.
    done = _start_overdue(session)
    for kind in (_ROUNDS, _RUNS, _EVALUATIONS, _SAMPLINGS):
        done += [_recover(session, kind, row, now) for row in _silent(session, kind, silent_since)]
        session.flush()
        done += [_send_again(session, kind, row, now) for row in _waiting(session, kind, waiting_since)]
        session.flush()
    return done + [_check_again(session, version) for version in _unchecked(session, settings, now)]


def _start_overdue(session: Session) -> list[str]:
    """Start the runs of projects whose threshold was reached while a run was active. A refusal leaves no trace."""
    is_active = exists().where(TrainingRun.project_id == Project.id, TrainingRun.status.in_(training.ACTIVE))
    idle = select(Project.id, Project.retrain_after_labels).where(Project.retrain_after_labels.is_not(None), ~is_active)
    done = []
    for project_id, threshold in session.execute(idle.order_by(Project.id)).all():
        if threshold is None or count_since_last_run(session, project_id) < threshold:
            continue
        lock_project(session, project_id)
        if run := after_label(session, project_id):
            done.append(f"The project {project_id} has enough new preferences: run {run.number} was started.")
    return done


@dataclass(frozen=True)
class _Kind:
    """How the rows of one table come back: from each busy state to a waiting one, and its task."""

    name: str
    table: type[Any]
    """Round, TrainingRun, Evaluation or Sampling, which share the columns of an attempt."""
    waiting_after: dict[StrEnum, StrEnum]
    tasks: dict[StrEnum, Task]


_ROUNDS = _Kind(
    "round",
    Round,
    {RoundStatus.SAMPLING: RoundStatus.QUEUED, RoundStatus.SCORING: RoundStatus.SAMPLED},
    {RoundStatus.QUEUED: Task.SAMPLE, RoundStatus.SAMPLED: Task.SCORE},
)
_RUNS = _Kind("training run", TrainingRun, {RunStatus.RUNNING: RunStatus.QUEUED}, {RunStatus.QUEUED: Task.TRAIN})
_EVALUATIONS = _Kind("evaluation", Evaluation, {RunStatus.RUNNING: RunStatus.QUEUED}, {RunStatus.QUEUED: Task.EVALUATE})
_SAMPLINGS = _Kind("sampling", Sampling, {RunStatus.RUNNING: RunStatus.QUEUED}, {RunStatus.QUEUED: Task.PLAY})


def _silent(session: Session, kind: _Kind, since: datetime) -> Sequence[Any]:
    busy = (kind.table.status.in_(kind.waiting_after), kind.table.heartbeat_at < since)
    return session.scalars(select(kind.table).where(*busy).with_for_update(skip_locked=True)).all()


def _waiting(session: Session, kind: _Kind, since: datetime) -> Sequence[Any]:
    waiting = (kind.table.status.in_(kind.tasks), kind.table.updated_at < since)
    return session.scalars(select(kind.table).where(*waiting).with_for_update(skip_locked=True)).all()


def _recover(session: Session, kind: _Kind, row: Any, now: datetime) -> str:
    """Take a row from its silent worker: to be done again, or, after too many times without progress, failed."""
    waiting = kind.waiting_after[row.status]
    was, row.updated_at = row.status, now
    if isinstance(row, TrainingRun) and row.cancel_requested_at is not None:
        row.status, row.finished_at = RunStatus.CANCELLED, now
        return f"The {kind.name} {row.id} was to be cancelled and its worker is silent: cancelled."
    if row.retries >= MAX_RETRIES:
        _give_up(row, waiting, now)
        return f"The {kind.name} {row.id} was {was}: {row.error}"
    row.status, row.retries = waiting, row.retries + 1
    enqueue(session, kind.tasks[waiting], row.id)
    return f"The {kind.name} {row.id} was {was} and its worker is silent: sent again ({row.retries} of {MAX_RETRIES})."


def _give_up(row: Round | TrainingRun | Evaluation | Sampling, waiting: StrEnum, now: datetime) -> None:
    row.error = (
        f"The worker fell silent {row.retries + 1} times in a row without progress. It may have been killed for want "
        "of memory: see its log, and retry."
    )
    if isinstance(row, Round):
        row.status, row.resume_status = RoundStatus.FAILED, RoundStatus(waiting)
    else:
        row.status, row.finished_at = RunStatus.FAILED, now


def _send_again(session: Session, kind: _Kind, row: Any, now: datetime) -> str:
    row.updated_at = now
    enqueue(session, kind.tasks[row.status], row.id)
    return f"The {kind.name} {row.id} has been {row.status} for long: its message was sent again."


def _unchecked(session: Session, settings: Settings, now: datetime) -> list[ModelVersion]:
    """Versions whose check is due to be sent again. Their rows keep no time of sending: their age in periods does."""
    period = settings.requeue_after_seconds
    checking = session.scalars(select(ModelVersion).where(ModelVersion.status == ModelStatus.CHECKING))
    ages = [(version, (now - version.created_at).total_seconds()) for version in checking]
    return [version for version, age in ages if age >= period and age % period < settings.sweep_seconds]


def _check_again(session: Session, version: ModelVersion) -> str:
    enqueue(session, Task.CHECK_MODEL, version.id)
    return f"The model version {version.id} has been waiting for its check for long: its message was sent again."


def _is_due(cron: str, fired_at: datetime, now: datetime) -> bool:
    schedule = crontab.from_string(cron)
    schedule.nowfun, schedule.app = lambda: now, make_celery()
    is_past: bool = schedule.remaining_estimate(fired_at) <= timedelta(0)
    return is_past


def _fire(session: Session, project_id: UUID) -> TrainingRun | None:
    """Start the scheduled run, or note in the audit log why there is none."""
    try:
        if not count_since_last_run(session, project_id):
            raise Conflict("There are no new preferences since the last run.", code="no_new_labels")
        return training.start_run(session, project_id, None, actor=SYSTEM, trigger=Trigger.SCHEDULE)
    except Conflict as conflict:
        details = {"code": conflict.code, "reason": conflict.detail}
        audit.record(session, SYSTEM, action="training.skip", project_id=project_id, details=details)
        session.flush()
        return None
