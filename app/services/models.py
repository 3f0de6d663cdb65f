"""Model versions: describe, check again, promote, download. Knows where a model lies, and nothing of what is in it."""

import tarfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy import Select, select, update
from sqlalchemy.orm import Session

from app.errors import Conflict, NotFound
from app.models import AuditEvent, Evaluation, ModelStatus, ModelVersion, Project, RunStatus, TrainingRun
from app.paging import Rows, Slice, fetch_page
from app.schemas import ModelOut, ModelRun
from app.services import audit
from app.services.audit import Actor
from app.services.locks import lock_project
from app.services.model_folder import check_reference
from app.services.projects import get_project
from app.tasks import Task, enqueue

CHUNK_BYTES = 1024 * 1024


def get_version(session: Session, version_id: UUID) -> ModelVersion:
    version = session.get(ModelVersion, version_id)
    if version is None:
        raise NotFound("There is no model version with this id.")
    return version


def list_versions(session: Session, project_id: UUID, part: Slice) -> Rows[ModelVersion]:
    """The project's model versions, newest first."""
    get_project(session, project_id)
    versions = select(ModelVersion).where(ModelVersion.project_id == project_id)
    return fetch_page(session, versions, ModelVersion.id, part, newest_first=True)


def describe(session: Session, versions: Sequence[ModelVersion]) -> list[ModelOut]:
    """The versions as the API shows them, each with its run and its newest comparison with the reference."""
    run_ids = [row.training_run_id for row in versions if row.training_run_id]
    runs = {row.id: ModelRun.model_validate(row) for row in session.scalars(_runs(run_ids))}
    found = session.scalars(_comparisons([row.id for row in versions])).all()
    newest = {row.model_version_id: row for row in found}
    measured = {row.model_version_id: row.results for row in found if row.status is RunStatus.SUCCEEDED}
    return [
        ModelOut.model_validate(row).model_copy(
            update={
                "run": runs.get(row.training_run_id) if row.training_run_id else None,
                "evaluation_id": newest[row.id].id if row.id in newest else None,
                "evaluation_status": newest[row.id].status if row.id in newest else None,
                "results": measured.get(row.id, {}),
            }
        )
        for row in versions
    ]


def newest_trained(session: Session, project_id: UUID) -> ModelVersion | None:
    """The newest version that a run made and that can be used."""
    trained = (ModelVersion.project_id == project_id, ModelVersion.number > 0)
    ready = select(ModelVersion).where(*trained, ModelVersion.status == ModelStatus.READY)
    return session.scalars(ready.order_by(ModelVersion.number.desc()).limit(1)).one_or_none()


def previous_policy(session: Session, project: Project) -> ModelVersion | None:
    """What a roll back promotes: the policy before the present one, None at the first.

    Promoting a version that was the policy before goes back to it: two roll backs in a row go back two steps.
    """
    promotions = select(AuditEvent.details).where(
        AuditEvent.project_id == project.id, AuditEvent.action == "model.promote"
    )
    policies = [0]
    for details in session.scalars(promotions.order_by(AuditEvent.id)):
        number = details["to"]
        policies = policies[: policies.index(number)] if number in policies else policies
        policies.append(number)
    if len(policies) < 2:
        return None
    before = (ModelVersion.project_id == project.id, ModelVersion.number == policies[-2])
    return session.scalars(select(ModelVersion).where(*before)).one()


def promote(session: Session, version_id: UUID, *, actor: Actor) -> Project:
    """Make this version the policy that samples the next rounds. Promoting an older one rolls back.

    Raises NotFound, or Conflict with code `model_not_ready`.
    """
    version = get_version(session, version_id)
    project = lock_project(session, version.project_id)
    if version.status is not ModelStatus.READY:
        raise Conflict(f"Model version {version.number} is not ready but {version.status}.", code="model_not_ready")
    if project.policy_version_id != version.id:
        before = session.get_one(ModelVersion, project.policy_version_id)
        project.policy_version_id = version.id
        details = {"from": before.number, "to": version.number}
        audit.record(
            session, actor, action="model.promote", project_id=project.id, subject_id=version.id, details=details
        )
        session.flush()
    return project


def set_checked(
    session: Session, version_id: UUID, *, info: dict[str, Any] | None = None, error: str | None = None
) -> bool:
    """Record what a worker found: the model's `info`, or the `error` that makes it unusable. False when not asked."""
    values = {"status": ModelStatus.FAILED, "error": error} if error else {"status": ModelStatus.READY, "info": info}
    waiting = (ModelVersion.id == version_id, ModelVersion.status == ModelStatus.CHECKING)
    return session.scalar(update(ModelVersion).where(*waiting).values(values).returning(ModelVersion.id)) is not None


def check_again(session: Session, version_id: UUID, source: str | None = None, *, actor: Actor) -> ModelVersion:
    """Have a model that failed its check checked again; a reference may be looked for at another `source`.

    Raises NotFound, Invalid for a folder that cannot be used, or Conflict with code `not_failed` or `not_reference`.
    """
    version = get_version(session, version_id)
    lock_project(session, version.project_id)
    session.refresh(version)
    if version.status is not ModelStatus.FAILED:
        raise Conflict(
            f"Model version {version.number} is {version.status}; there is nothing to check again.", code="not_failed"
        )
    if source is not None:
        if version.number != 0:
            raise Conflict("A trained model stays where it was written.", code="not_reference")
        version.source = check_reference(source)
    version.status, version.error, version.attempt = ModelStatus.CHECKING, None, 0
    details = {"number": version.number, "model": version.source}
    audit.record(
        session, actor, action="model.check", project_id=version.project_id, subject_id=version.id, details=details
    )
    session.flush()
    enqueue(session, Task.CHECK_MODEL, version.id)
    return version


def _runs(run_ids: Sequence[UUID]) -> Select[TrainingRun]:
    return select(TrainingRun).where(TrainingRun.id.in_(run_ids))


def _comparisons(version_ids: Sequence[UUID]) -> Select[Evaluation]:
    """Evaluations of these versions against their projects' references, oldest first."""
    against_reference = Evaluation.baseline_version_id == Project.reference_version_id
    compared = select(Evaluation).join(Project, Project.id == Evaluation.project_id).where(against_reference)
    return compared.where(Evaluation.model_version_id.in_(version_ids)).order_by(Evaluation.id)


def local_folder(version: ModelVersion) -> Path:
    """The folder of the version. Raises Conflict with code `not_local` for a hub name, or a folder that is gone."""
    folder = Path(version.source)
    if not folder.is_dir():
        raise Conflict(
            f"Model version {version.number} is no folder on this machine but {version.source!r}: get it there.",
            code="not_local",
        )
    return folder


def stream_tar(folder: Path, *, name: str) -> Iterator[bytes]:
    """The folder's files as an uncompressed tar, under a top folder `name`, read a piece at a time."""
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        header = tarfile.TarInfo(f"{name}/{path.relative_to(folder).as_posix()}")
        status = path.stat()
        header.size, header.mtime, header.mode = status.st_size, int(status.st_mtime), 0o644
        yield header.tobuf()
        with path.open("rb") as file:
            while piece := file.read(CHUNK_BYTES):
                yield piece
        yield bytes(-header.size % tarfile.BLOCKSIZE)
    yield bytes(2 * tarfile.BLOCKSIZE)
