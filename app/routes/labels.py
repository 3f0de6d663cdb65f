"""Labels as admins read them: every one of a project, and one with its whole pair."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query

from app.auth import ReadCaller, SessionDep
from app.paging import Rows
from app.routes.paging import SliceDep
from app.schemas import AdminLabelOut, LabelDetail, LabelFilter, Page
from app.services import label_lists

router = APIRouter(tags=["labels"])


@router.get("/projects/{project_id}/labels", response_model=Page[AdminLabelOut])
def list_labels(
    project_id: UUID, _caller: ReadCaller, session: SessionDep, part: SliceDep, wanted: Annotated[LabelFilter, Query()]
) -> Rows[AdminLabelOut]:
    """Every label and every undo that is wanted."""
    return label_lists.list_labels(session, project_id, part, wanted)


@router.get("/labels/{label_id}")
def get_label(label_id: UUID, _caller: ReadCaller, session: SessionDep) -> LabelDetail:
    """One label with the whole pair, and what its author saw on which side."""
    return label_lists.get_label(session, label_id)
