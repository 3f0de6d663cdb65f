"""Projects, their overview, results and audit log, and their prompts."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Response

from app.auth import AdminCaller, ReadCaller, SessionDep, UploadingAdmin
from app.db import transaction
from app.idempotency import OnceDep
from app.models import Prompt, Split
from app.paging import Rows
from app.routes.paging import SliceDep
from app.schemas import (
    AuditFilter,
    AuditOut,
    Gain,
    ImportPreview,
    ImportProgress,
    ImportReport,
    Page,
    ProjectCreate,
    ProjectOut,
    ProjectOverview,
    ProjectUpdate,
    PromptFilter,
    PromptOut,
    PromptUpdate,
    RoundResult,
)
from app.services import audit, gain, import_progress, projects, prompts, stats
from app.services.prompt_files import FileFormat
from app.services.prompt_import import OnError, import_prompts, preview_import
from app.uploads import Upload

router = APIRouter(tags=["projects"])

BINARY = {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}}
FILE_BODY = {"requestBody": {"required": True, "content": BINARY}}


@router.get("/projects", response_model=Page[ProjectOut])
def list_projects(
    _caller: ReadCaller,
    session: SessionDep,
    part: SliceDep,
    search: Annotated[str | None, Query(max_length=500)] = None,
) -> Rows[ProjectOut]:
    """Newest first; `search` is part of the name, in any case."""
    return projects.list_projects(session, part, search=search)


@router.post("/projects", status_code=201, response_model=ProjectOut)
def create_project(body: ProjectCreate, caller: AdminCaller, session: SessionDep, once: OnceDep) -> Response:
    """A new project. Its model's folder is looked at now, and loaded by a worker afterwards (`reference.status`)."""

    def create() -> ProjectOut:
        return projects.describe(session, projects.create_project(session, body, actor=caller.actor))

    return once.answer(create, status=201, location="/api/v1/projects")


@router.get("/projects/{project_id}")
def get_project(project_id: UUID, _caller: ReadCaller, session: SessionDep) -> ProjectOut:
    return projects.describe(session, projects.get_project(session, project_id))


@router.patch("/projects/{project_id}")
def update_project(project_id: UUID, body: ProjectUpdate, caller: AdminCaller, session: SessionDep) -> ProjectOut:
    """Change what is given; fields left out stay as they are."""
    return projects.describe(session, projects.update_project(session, project_id, body, actor=caller.actor))


@router.get("/projects/{project_id}/overview")
def get_overview(project_id: UUID, _caller: ReadCaller, session: SessionDep) -> ProjectOverview:
    """Where the loop stands now."""
    return stats.get_overview(session, projects.get_project(session, project_id))


@router.get("/projects/{project_id}/gain")
def get_gain(project_id: UUID, _caller: ReadCaller, session: SessionDep) -> Gain:
    """Win-rate of each model by the labels it learned from, and how often each arm's labels contradicted the model."""
    return gain.get_gain(session, projects.get_project(session, project_id))


@router.get("/projects/{project_id}/results")
def list_results(project_id: UUID, _caller: ReadCaller, session: SessionDep) -> list[RoundResult]:
    """What each round gained, oldest first."""
    return stats.list_results(session, projects.get_project(session, project_id))


@router.get("/projects/{project_id}/audit", response_model=Page[AuditOut])
def list_audit_events(
    project_id: UUID,
    _caller: ReadCaller,
    session: SessionDep,
    part: SliceDep,
    wanted: Annotated[AuditFilter, Query()],
) -> Rows[AuditOut]:
    """Who changed what, newest first."""
    projects.get_project(session, project_id)
    return audit.list_events(session, part, wanted, project_id=project_id)


@router.get("/audit", response_model=Page[AuditOut])
def list_all_audit_events(
    _caller: AdminCaller, session: SessionDep, part: SliceDep, wanted: Annotated[AuditFilter, Query()]
) -> Rows[AuditOut]:
    """Who changed what in the whole installation, people and keys included, newest first."""
    return audit.list_events(session, part, wanted)


@router.get("/projects/{project_id}/prompts", response_model=Page[PromptOut])
def list_prompts(
    project_id: UUID,
    _caller: ReadCaller,
    session: SessionDep,
    part: SliceDep,
    wanted: Annotated[PromptFilter, Query()],
) -> Rows[Prompt]:
    return prompts.list_prompts(session, project_id, part, wanted)


@router.patch("/prompts/{prompt_id}", response_model=PromptOut)
def update_prompt(prompt_id: UUID, body: PromptUpdate, caller: AdminCaller, session: SessionDep) -> Prompt:
    """Change a prompt's split, or take it out of the pool or back."""
    return prompts.update_prompt(session, prompt_id, body, actor=caller.actor)


@router.post(
    "/projects/{project_id}/prompts/import",
    status_code=201,
    openapi_extra=FILE_BODY,
)
def import_file(
    project_id: UUID,
    caller: UploadingAdmin,
    file: Upload,
    format: Annotated[FileFormat, Query()] = "jsonl",
    on_error: Annotated[OnError, Query(description="What one bad row does to the others.")] = "abort",
    split: Annotated[Split | None, Query(description="Of rows that name none; train when this is absent too.")] = None,
) -> ImportReport:
    """Import prompts, ready-made pairs and labelled rows; the request's body is the file itself."""
    # Not the request's session: that would hold a connection while the file comes in.
    with transaction() as session:
        return import_prompts(
            session, project_id, file, file_format=format, on_error=on_error, split=split, actor=caller.actor
        )


@router.post("/projects/{project_id}/prompts/import/preview", openapi_extra=FILE_BODY)
def preview_file(
    project_id: UUID,
    caller: UploadingAdmin,
    file: Upload,
    format: Annotated[FileFormat, Query()] = "jsonl",
    split: Annotated[Split | None, Query(description="Of rows that name none; train when this is absent too.")] = None,
) -> ImportPreview:
    """What importing this file would do; nothing is stored."""
    with transaction() as session:
        return preview_import(session, project_id, file, file_format=format, split=split, actor=caller.actor)


@router.get("/projects/{project_id}/prompts/import")
def get_import_progress(project_id: UUID, _caller: AdminCaller) -> ImportProgress:
    """How far the import or preview is that runs now."""
    return import_progress.read(project_id)
