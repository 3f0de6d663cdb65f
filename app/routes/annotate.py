"""Labelling, for people and judges alike: claim pairs, keep them, judge them, take a judgement back."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Header, Query, Response
from pydantic import AwareDatetime, BaseModel

from app.auth import AdminCaller, LabelCaller, ReadCaller, SessionDep
from app.models import Flag
from app.paging import Rows
from app.routes.paging import SliceDep
from app.schemas import (
    AnnotatorProjectOut,
    ClaimOut,
    ClaimRequest,
    FlagCreate,
    FlagOut,
    FlagReceived,
    LabelCreate,
    LabelOut,
    OwnLabelOut,
    Page,
    ProgressOut,
)
from app.services import annotation, claims, flags, labels
from app.services.claims import ClaimResult
from app.services.projects import get_project
from app.settings import get_settings

router = APIRouter(tags=["annotate"])

RequiredKey = Annotated[
    str,
    Header(
        alias="Idempotency-Key",
        min_length=1,
        max_length=200,
        description="One key per judgement: the same request again gives the stored row.",
    ),
]


class GuidelineOut(BaseModel):
    guideline: str
    guideline_version: int


class LeaseOut(BaseModel):
    expires_at: datetime


@router.get("/annotate/projects")
def list_annotator_projects(_caller: LabelCaller, session: SessionDep) -> list[AnnotatorProjectOut]:
    return annotation.list_annotator_projects(session)


@router.get("/annotate/projects/{project_id}/guideline")
def get_guideline(project_id: UUID, _caller: LabelCaller, session: SessionDep) -> GuidelineOut:
    project = get_project(session, project_id)
    return GuidelineOut(guideline=project.guideline, guideline_version=project.guideline_version)


@router.post("/annotate/projects/{project_id}/claim", response_model=ClaimOut)
def claim_pairs(project_id: UUID, body: ClaimRequest, caller: LabelCaller, session: SessionDep) -> ClaimResult:
    """Borrow pairs. Those that the caller holds already come first, unchanged; give each judge process its own key."""
    seconds = get_settings().lease_seconds
    return claims.claim(session, project_id, actor=caller.actor, count=body.count, lease_seconds=seconds)


@router.post("/annotate/leases/{lease}/renew")
def renew_lease(lease: UUID, caller: LabelCaller, session: SessionDep) -> LeaseOut:
    seconds = get_settings().lease_seconds
    return LeaseOut(expires_at=claims.renew(session, lease, actor=caller.actor, lease_seconds=seconds))


@router.delete("/annotate/leases/{lease}", status_code=204)
def release_lease(lease: UUID, caller: LabelCaller, session: SessionDep, until: AwareDatetime | None = None) -> None:
    """Give a pair back unlabelled; with `until`, the end that the caller knows of, only if it was not renewed since."""
    claims.release(session, lease, actor=caller.actor, until=until)


@router.post("/annotate/labels", status_code=201)
def create_label(
    body: LabelCreate, caller: LabelCaller, session: SessionDep, response: Response, idempotency_key: RequiredKey
) -> LabelOut:
    """Store a judgement, also of a lease that has expired: `disposition` says whether it counted."""
    label, is_replay = labels.submit_label(session, actor=caller.actor, body=body, idempotency_key=idempotency_key)
    _mark_replay(response, is_replay)
    return annotation.describe_label(label)


@router.post("/annotate/labels/{label_id}/undo", status_code=201)
def undo_label(
    label_id: UUID, caller: LabelCaller, session: SessionDep, response: Response, idempotency_key: RequiredKey
) -> LabelOut:
    """Take one's own judgement back; the pair comes first with the next claim."""
    seconds = get_settings().lease_seconds
    undo, is_replay = labels.undo_label(
        session, actor=caller.actor, label_id=label_id, idempotency_key=idempotency_key, lease_seconds=seconds
    )
    _mark_replay(response, is_replay)
    return annotation.describe_label(undo)


@router.post("/annotate/flags", status_code=201, response_model=FlagReceived)
def create_flag(
    body: FlagCreate, caller: LabelCaller, session: SessionDep, response: Response, idempotency_key: RequiredKey
) -> Flag:
    """Tell the admins that something is wrong with a pair that the caller has or had; it stays to be labelled."""
    flag, is_replay = flags.raise_flag(session, actor=caller.actor, body=body, idempotency_key=idempotency_key)
    _mark_replay(response, is_replay)
    return flag


@router.get("/annotate/projects/{project_id}/labels", response_model=Page[OwnLabelOut])
def list_own_labels(project_id: UUID, caller: LabelCaller, session: SessionDep, part: SliceDep) -> Rows[OwnLabelOut]:
    """The caller's labels that stand, newest first."""
    return annotation.list_own(session, project_id, actor=caller.actor, part=part)


@router.get("/annotate/projects/{project_id}/progress")
def get_progress(
    project_id: UUID,
    caller: LabelCaller,
    session: SessionDep,
    utc_offset: Annotated[int, Query(ge=-840, le=840, description="Minutes that the caller's clock is ahead.")] = 0,
) -> ProgressOut:
    """The caller's own labels, all and since their midnight, and how far the project is."""
    return annotation.get_progress(session, project_id, actor=caller.actor, utc_offset=utc_offset)


@router.get("/projects/{project_id}/flags", response_model=Page[FlagOut], tags=["labels"])
def list_flags(
    project_id: UUID, _caller: ReadCaller, session: SessionDep, part: SliceDep, is_open: bool | None = None
) -> Rows[FlagOut]:
    """Flags that people and judges raised, newest first, each with its pair as they saw it."""
    return flags.list_flags(session, project_id, part, is_open=is_open)


@router.post("/flags/{flag_id}/resolve", tags=["labels"])
def resolve_flag(flag_id: UUID, caller: AdminCaller, session: SessionDep) -> FlagOut:
    """Take the flag off the list of open ones; doing so twice changes nothing."""
    return flags.resolve_flag(session, flag_id, actor=caller.actor)


def _mark_replay(response: Response, is_replay: bool) -> None:
    if is_replay:
        response.headers["Idempotent-Replayed"] = "true"
