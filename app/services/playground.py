"""The playground: one prompt, two models, their answers side by side. It changes nothing of the loop.

A worker's write carries the attempt that it began: False means that the sampling was taken over or deleted, and nothing
changed.
"""

from typing import Any
from uuid import UUID

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session, defer

from app.errors import Conflict, NotFound
from app.models import Evaluation, ModelStatus, ModelVersion, Project, Round, RoundStatus, RunStatus, Sampling
from app.models.projects import prompt_line
from app.paging import Rows, Slice, fetch_page
from app.schemas import SamplingCreate, SamplingOut, SamplingRow
from app.services import attempts
from app.services.audit import Actor, record
from app.services.locks import lock_project
from app.services.projects import get_project
from app.tasks import Task, enqueue

KEPT = 100
"""Samplings of a project that are kept; older ones that have ended are forgotten."""
WAITING = (RunStatus.QUEUED, RunStatus.RUNNING)
MOST_WAITING = 8
BEGINNING = 300
"""Characters of what was asked that a row of the list shows."""


def start_sampling(session: Session, project_id: UUID, body: SamplingCreate, *, actor: Actor) -> Sampling:
    """Send the prompt to the samplers.

    Raises NotFound, or Conflict with code `model_not_ready` or `too_many_waiting`.
    """
    lock_project(session, project_id)
    for version_id in (body.left_version_id, body.right_version_id):
        _refuse_unready(session, project_id, version_id)
    here = (Sampling.project_id == project_id, Sampling.status.in_(WAITING))
    if session.scalars(select(func.count()).where(*here)).one() >= MOST_WAITING:
        raise Conflict(
            f"{MOST_WAITING} samplings of this project wait already. Delete one, or wait for its answers.",
            code="too_many_waiting",
        )
    row = Sampling(project_id=project_id, status=RunStatus.QUEUED, total=2, **body.model_dump(mode="python"))
    session.add(row)
    session.flush()
    _forget_oldest(session, project_id)
    details = {"samples": body.config.samples, "max_new_tokens": body.config.max_new_tokens}
    record(session, actor, action="sampling.start", project_id=project_id, subject_id=row.id, details=details)
    enqueue(session, Task.PLAY, row.id)
    session.refresh(row)
    return row


def get_sampling(session: Session, sampling_id: UUID) -> Sampling:
    row = session.get(Sampling, sampling_id)
    if row is None:
        raise NotFound("There is no sampling with this id. It may have been deleted.")
    return row


def list_samplings(session: Session, project_id: UUID, part: Slice) -> Rows[SamplingRow]:
    """The project's samplings, newest first, without their answers."""
    get_project(session, project_id)
    samplings = select(Sampling).where(Sampling.project_id == project_id)
    shown = samplings.options(defer(Sampling.results, raiseload=True), defer(Sampling.content, raiseload=True))
    page = fetch_page(session, shown, Sampling.id, part, newest_first=True)
    beginning = select(Sampling.id, func.left(prompt_line(Sampling.content), BEGINNING))
    prompts: dict[UUID, str | None] = dict(
        session.execute(beginning.where(Sampling.id.in_([row.id for row in page.items]))).all()
    )
    columns = ("id", "left_version_id", "right_version_id", "status", "created_at")
    rows = [
        SamplingRow(prompt=prompts[row.id] or "", **{name: getattr(row, name) for name in columns})
        for row in page.items
    ]
    return Rows(rows, page.next_cursor)


def describe(session: Session, row: Sampling) -> SamplingOut:
    """The sampling as the API shows it; while it is queued, with what keeps the workers that would take it."""
    shown = SamplingOut.model_validate(row)
    if row.status is not RunStatus.QUEUED:
        return shown
    return shown.model_copy(update={"waits_for": _busy_with(session)})


def _busy_with(session: Session) -> list[str]:
    """The workers that sample also score rounds and judge evaluations, of every project, one thing at a time."""
    rounds = select(Project.name, Round.number, Round.status).join(Project, Project.id == Round.project_id)
    busy_rounds = session.execute(rounds.where(Round.status.in_((RoundStatus.SAMPLING, RoundStatus.SCORING))))
    names = [f"round {number} of {name}, {status} now" for name, number, status in busy_rounds]
    evaluations = select(Project.name).join(Evaluation, Evaluation.project_id == Project.id)
    judged = session.scalars(evaluations.where(Evaluation.status == RunStatus.RUNNING))
    names += [f"an evaluation of {name}" for name in judged]
    asked = session.scalars(select(func.count()).where(Sampling.status == RunStatus.RUNNING)).one()
    return names + ["another sampling of the playground"] * bool(asked)


def delete_sampling(session: Session, sampling_id: UUID, *, actor: Actor) -> None:
    """Forget it. One that waits is never drawn; the worker of one that runs finds no row and stops."""
    row = get_sampling(session, sampling_id)
    prompt = session.scalar(select(func.left(prompt_line(Sampling.content), BEGINNING)).where(Sampling.id == row.id))
    details = {"prompt": prompt}
    record(session, actor, action="sampling.delete", project_id=row.project_id, subject_id=row.id, details=details)
    session.execute(delete(Sampling).where(Sampling.id == sampling_id))


def begin_sampling(session: Session, sampling_id: UUID) -> Sampling | None:
    """Take a queued sampling as a new attempt. None when it is not queued: somebody else has it, or it is deleted."""
    values = {"status": RunStatus.RUNNING, "started_at": func.coalesce(Sampling.started_at, func.now())}
    return attempts.take(session, Sampling, sampling_id, expect=RunStatus.QUEUED, **values)


def finish_sampling(session: Session, sampling_id: UUID, attempt: int, results: dict[str, Any]) -> bool:
    """Record the answers."""
    return _end(session, sampling_id, attempt, status=RunStatus.SUCCEEDED, results=results)


def fail_sampling(session: Session, sampling_id: UUID, attempt: int, error: str) -> bool:
    """Record why the attempt failed."""
    return _end(session, sampling_id, attempt, status=RunStatus.FAILED, error=error)


def _end(session: Session, sampling_id: UUID, attempt: int, **values: Any) -> bool:
    during = [RunStatus.RUNNING]
    row = attempts.write(session, Sampling, sampling_id, attempt, during=during, finished_at=func.now(), **values)
    return row is not None


def _refuse_unready(session: Session, project_id: UUID, version_id: UUID) -> None:
    version = session.get(ModelVersion, version_id)
    if version is None or version.project_id != project_id:
        raise NotFound("There is no model version with this id in the project.")
    if version.status is not ModelStatus.READY:
        raise Conflict(f"Model version {version.number} is not ready but {version.status}.", code="model_not_ready")


def _forget_oldest(session: Session, project_id: UUID) -> None:
    ended = (Sampling.project_id == project_id, Sampling.status.not_in(WAITING))
    old = select(Sampling.id).where(*ended).order_by(Sampling.id.desc()).offset(KEPT)
    session.execute(delete(Sampling).where(Sampling.id.in_(old)))
