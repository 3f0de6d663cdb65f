"""Model versions: see them, promote one, download one."""

from uuid import UUID

from fastapi import APIRouter
from fastapi.responses import StreamingResponse

from app.auth import AdminCaller, ReadCaller, SessionDep
from app.models import ModelVersion
from app.routes.paging import SliceDep
from app.schemas import ModelCheck, ModelOut, ModelVersionOut, Page, ProjectOut
from app.services import models, projects

router = APIRouter(tags=["models"])


@router.get("/projects/{project_id}/models")
def list_models(project_id: UUID, _caller: ReadCaller, session: SessionDep, part: SliceDep) -> Page[ModelOut]:
    """Newest first; the reference is number 0."""
    page = models.list_versions(session, project_id, part)
    return Page(items=models.describe(session, page.items), next_cursor=page.next_cursor)


@router.get("/models/{version_id}", response_model=ModelVersionOut)
def get_model(version_id: UUID, _caller: ReadCaller, session: SessionDep) -> ModelVersion:
    return models.get_version(session, version_id)


@router.post("/models/{version_id}/promote")
def promote_model(version_id: UUID, caller: AdminCaller, session: SessionDep) -> ProjectOut:
    """Make this version sample the next rounds. Promote an older one to roll back."""
    return projects.describe(session, models.promote(session, version_id, actor=caller.actor))


@router.post("/models/{version_id}/check", status_code=202, response_model=ModelVersionOut)
def check_model(
    version_id: UUID, caller: AdminCaller, session: SessionDep, body: ModelCheck | None = None
) -> ModelVersion:
    """Check a model that failed again, after its folder was mended; a reference may be given another folder or name."""
    return models.check_again(session, version_id, body.model if body else None, actor=caller.actor)


@router.get("/models/{version_id}/download", response_class=StreamingResponse)
def download_model(version_id: UUID, _caller: ReadCaller, session: SessionDep) -> StreamingResponse:
    """The folder as a tar file."""
    version = models.get_version(session, version_id)
    folder, name = models.local_folder(version), f"model-{version.number}-{version.id}"
    headers = {"Content-Disposition": f'attachment; filename="{name}.tar"'}
    return StreamingResponse(models.stream_tar(folder, name=name), media_type="application/x-tar", headers=headers)
