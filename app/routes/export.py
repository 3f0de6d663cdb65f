"""The export of a project's preferences."""

import re
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query
from fastapi.responses import StreamingResponse

from app.auth import ReadCaller, SessionDep
from app.models import Split
from app.services.export import ExportFormat, ExportStyle, choose_style, stream_preferences
from app.services.projects import get_project

router = APIRouter(tags=["export"])

MEDIA_TYPES: dict[ExportFormat, str] = {"jsonl": "application/jsonl", "csv": "text/csv"}
FILE_ANSWER = {kind: {"schema": {"type": "string", "format": "binary"}} for kind in MEDIA_TYPES.values()}


@router.get(
    "/projects/{project_id}/export",
    response_class=StreamingResponse,
    responses={200: {"description": "The file.", "content": FILE_ANSWER}},
)
def export_preferences(
    project_id: UUID,
    _caller: ReadCaller,
    session: SessionDep,
    format: Annotated[ExportFormat, Query()] = "jsonl",
    style: Annotated[
        ExportStyle, Query(description="`auto`: conversational when prompts are messages, else standard (text).")
    ] = "auto",
    provenance: Annotated[bool, Query(description="Add who, when, which model, and why the pair was asked.")] = False,
    split: Annotated[Split | None, Query()] = None,
) -> StreamingResponse:
    """Preferences that stand as rows that TRL trains on: prompt, chosen, rejected."""
    project = get_project(session, project_id)
    chosen = choose_style(session, project_id, style)
    name = re.sub(r"[^a-z0-9]+", "-", project.name.lower()).strip("-") or "project"
    return StreamingResponse(
        stream_preferences(project_id, file_format=format, style=chosen, provenance=provenance, split=split),
        media_type=MEDIA_TYPES[format],
        headers={"Content-Disposition": f'attachment; filename="{name}-preferences.{format}"'},
    )
