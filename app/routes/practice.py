"""The practice set: admins write it, annotators go through it before they label."""

from uuid import UUID

from fastapi import APIRouter, Response

from app.auth import AdminCaller, LabelCaller, ReadCaller, SessionDep
from app.idempotency import OnceDep
from app.schemas import (
    PracticeAnswerCreate,
    PracticeOrder,
    PracticeOut,
    PracticePairCreate,
    PracticePairOut,
    PracticePairUpdate,
    PracticeResult,
)
from app.services import practice

router = APIRouter(tags=["practice"])


@router.get("/annotate/projects/{project_id}/practice")
def list_own_practice(project_id: UUID, caller: LabelCaller, session: SessionDep) -> list[PracticeOut]:
    """The whole set in its order (at most fifty), without the answers."""
    return practice.list_for_annotator(session, project_id, actor=caller.actor)


@router.post("/annotate/practice/{pair_id}/answers", status_code=201)
def answer_practice(
    pair_id: UUID, body: PracticeAnswerCreate, caller: LabelCaller, session: SessionDep
) -> PracticeResult:
    """Answer a practice pair; tells what was right, and why. It may be answered again."""
    return practice.answer_practice(session, pair_id, body, actor=caller.actor)


@router.get("/projects/{project_id}/practice")
def list_practice(project_id: UUID, _caller: ReadCaller, session: SessionDep) -> list[PracticePairOut]:
    """The whole set in its order (at most fifty), with the answers and how often people were right."""
    return practice.list_practice(session, project_id)


@router.post("/projects/{project_id}/practice", status_code=201, response_model=PracticePairOut)
def add_practice(
    project_id: UUID, body: PracticePairCreate, caller: AdminCaller, session: SessionDep, once: OnceDep
) -> Response:
    """A new pair at the end of the set."""

    def create() -> PracticePairOut:
        pair = practice.add_practice(session, project_id, body, actor=caller.actor)
        return PracticePairOut.model_validate(pair)

    return once.answer(create, status=201, location="/api/v1/practice")


@router.put("/projects/{project_id}/practice/order", status_code=204)
def order_practice(project_id: UUID, body: PracticeOrder, caller: AdminCaller, session: SessionDep) -> None:
    """Put the whole set into a new order."""
    practice.order_practice(session, project_id, body.ids, actor=caller.actor)


@router.get("/practice/{pair_id}")
def get_practice(pair_id: UUID, _caller: ReadCaller, session: SessionDep) -> PracticePairOut:
    """One practice pair, with its answer and how often people were right."""
    return practice.get_practice(session, pair_id)


@router.put("/practice/{pair_id}")
def update_practice(
    pair_id: UUID, body: PracticePairUpdate, caller: AdminCaller, session: SessionDep
) -> PracticePairOut:
    """Replace a practice pair; answers given before stay as they were judged."""
    return practice.update_practice(session, pair_id, body, actor=caller.actor)


@router.delete("/practice/{pair_id}", status_code=204)
def remove_practice(pair_id: UUID, caller: AdminCaller, session: SessionDep) -> None:
    """Remove a practice pair and the answers to it."""
    practice.remove_practice(session, pair_id, actor=caller.actor)
