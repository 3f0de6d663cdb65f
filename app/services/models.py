"""Model versions: list, check again, promote, download. Knows where a model lies, and nothing of what is in it."""

import tarfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.errors import Conflict, NotFound
from app.models import ModelStatus, ModelVersion, Project
from app.paging import Rows, Slice, fetch_page
from app.services import audit
from app.services.audit import Actor
from app.services.locks import lock_project
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


def check_again(session: Session, version_id: UUID, *, actor: Actor) -> ModelVersion:
    """Have a model that failed its check checked again. Raises NotFound, or Conflict with code `not_failed`."""
    version = get_version(session, version_id)
    lock_project(session, version.project_id)
    session.refresh(version)
    if version.status is not ModelStatus.FAILED:
        raise Conflict(
            f"Model version {version.number} is {version.status}; there is nothing to check again.", code="not_failed"
        )
    version.status, version.error, version.attempt = ModelStatus.CHECKING, None, 0
    audit.record(session, actor, action="model.check", project_id=version.project_id, subject_id=version.id)
    session.flush()
    enqueue(session, Task.CHECK_MODEL, version.id)
    return version


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
