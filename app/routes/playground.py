"""The playground: ask two models the same, see and forget what they answered."""

from uuid import UUID

from fastapi import APIRouter, Response

from app.auth import AdminCaller, ReadCaller, SessionDep
from app.idempotency import OnceDep
from app.paging import Rows
from app.routes.paging import SliceDep
from app.schemas import Page, SamplingCreate, SamplingOut, SamplingRow
from app.services import playground

router = APIRouter(tags=["playground"])


@router.post("/projects/{project_id}/samplings", status_code=202, response_model=SamplingOut)
def start_sampling(
    project_id: UUID, body: SamplingCreate, caller: AdminCaller, session: SessionDep, once: OnceDep
) -> Response:
    """Have two model versions answer a prompt; no label or round comes of it."""

    def create() -> SamplingOut:
        row = playground.start_sampling(session, project_id, body, actor=caller.actor)
        return playground.describe(session, row)

    return once.answer(create, status=202, location="/api/v1/samplings")


@router.get("/projects/{project_id}/samplings", response_model=Page[SamplingRow])
def list_samplings(project_id: UUID, _caller: ReadCaller, session: SessionDep, part: SliceDep) -> Rows[SamplingRow]:
    """Newest first, without the answers; the last hundred are kept."""
    return playground.list_samplings(session, project_id, part)


@router.get("/samplings/{sampling_id}")
def get_sampling(sampling_id: UUID, _caller: ReadCaller, session: SessionDep) -> SamplingOut:
    """With the answers, or what it waits for."""
    return playground.describe(session, playground.get_sampling(session, sampling_id))


@router.delete("/samplings/{sampling_id}", status_code=204)
def delete_sampling(sampling_id: UUID, caller: AdminCaller, session: SessionDep) -> None:
    """Forget it, whatever its state: one that waits or runs is thereby cancelled."""
    playground.delete_sampling(session, sampling_id, actor=caller.actor)
