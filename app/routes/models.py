"""Model versions: see them, promote one, download one."""

from uuid import UUID

from fastapi import APIRouter
from fastapi.responses import StreamingResponse

from app.auth import AdminCaller, ReadCaller, SessionDep
from app.models import ModelVersion
from app.paging import Rows
from app.routes.paging import SliceDep
from app.schemas import ModelVersionOut, Page, ProjectOut
from app.services import models, projects

router = APIRouter(tags=["models"])


@router.get("/projects/{project_id}/models", response_model=Page[ModelVersionOut])
def list_models(project_id: UUID, _caller: ReadCaller, session: SessionDep, part: SliceDep) -> Rows[ModelVersion]:
    """Newest first; the reference is number 0."""
    return models.list_versions(session, project_id, part)


@router.get("/models/{version_id}", response_model=ModelVersionOut)
def get_model(version_id: UUID, _caller: ReadCaller, session: SessionDep) -> ModelVersion:
    return models.get_version(session, version_id)


@router.post("/models/{version_id}/promote")
def promote_model(version_id: UUID, caller: AdminCaller, session: SessionDep) -> ProjectOut:
    """Make this version sample the next rounds. Promote an older one to roll back."""
    return projects.describe(session, models.promote(session, version_id, actor=caller.actor))


@router.post("/models/{version_id}/check", status_code=202, response_model=ModelVersionOut)
def check_model(version_id: UUID, caller: AdminCaller, session: SessionDep) -> ModelVersion:
    """Check a model that failed again, after its folder was mended."""
    return models.check_again(session, version_id, actor=caller.actor)


@router.get("/models/{version_id}/download", response_class=StreamingResponse)
def download_model(version_id: UUID, _caller: ReadCaller, session: SessionDep) -> StreamingResponse:
    """The folder as a tar file."""
    version = models.get_version(session, version_id)
    folder, name = models.local_folder(version), f"model-{version.number}-{version.id}"
    headers = {"Content-Disposition": f'attachment; filename="{name}.tar"'}
    return StreamingResponse(models.stream_tar(folder, name=name), media_type="application/x-tar", headers=headers)
