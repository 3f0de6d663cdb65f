"""The practice set: pairs with an explained answer, written by admins, answered by people, and never trained on."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, exists, func, select
from sqlalchemy.orm import Session

from app.errors import Conflict, Forbidden, Invalid, NotFound
from app.models import PracticeAnswer, PracticePair, Verdict
from app.models.projects import prompt_line
from app.schemas import (
    PracticeAnswerCreate,
    PracticeOut,
    PracticePairCreate,
    PracticePairOut,
    PracticePairUpdate,
    PracticeResult,
)
from app.services.audit import BEGINNING, Actor, record
from app.services.locks import lock_project
from app.services.projects import get_project
from app.services.withdrawal import withdraw_pair

MOST_PAIRS = 50
"""People go through the whole set before they label, so it is short, and listed whole."""


def list_practice(session: Session, project_id: UUID) -> list[PracticePairOut]:
    """The set in its order, with how often each was answered and answered right."""
    get_project(session, project_id)
    return _with_answers(session, _pairs(session, project_id))


def get_practice(session: Session, pair_id: UUID) -> PracticePairOut:
    """One pair, with how often it was answered and answered right. Raises NotFound."""
    return _with_answers(session, [_get(session, pair_id)])[0]


def add_practice(session: Session, project_id: UUID, body: PracticePairCreate, *, actor: Actor) -> PracticePair:
    """A new pair at the end of the set. The pair that it was taken from, if any, is withdrawn from labelling.

    Raises NotFound, Conflict when the set is full.
    """
    if body.pair_id is not None:
        withdraw_pair(session, project_id, body.pair_id, actor=actor)
    lock_project(session, project_id)
    places = select(func.count(), func.coalesce(func.max(PracticePair.position) + 1, 0))
    amount, position = session.execute(places.where(PracticePair.project_id == project_id)).one()
    if amount >= MOST_PAIRS:
        raise Conflict(f"A practice set has at most {MOST_PAIRS} pairs. Remove one first.", code="practice_full")
    pair = PracticePair(project_id=project_id, position=position, **_columns(body))
    session.add(pair)
    session.flush()
    _record(session, actor, "practice.add", pair)
    return pair


def update_practice(session: Session, pair_id: UUID, body: PracticePairUpdate, *, actor: Actor) -> PracticePairOut:
    """Replace the pair's texts and answer. Answers that were given stay as they were judged. Raises NotFound."""
    pair = _get(session, pair_id)
    for name, value in _columns(body).items():
        setattr(pair, name, value)
    _record(session, actor, "practice.update", pair)
    return _with_answers(session, [pair])[0]


def remove_practice(session: Session, pair_id: UUID, *, actor: Actor) -> None:
    """Remove the pair with its answers. Raises NotFound."""
    pair = _get(session, pair_id)
    _record(session, actor, "practice.remove", pair)
    session.delete(pair)
    session.flush()


def order_practice(session: Session, project_id: UUID, ids: Sequence[UUID], *, actor: Actor) -> None:
    """Put the set into this order. Raises NotFound, Invalid unless `ids` are exactly the set's pairs."""
    lock_project(session, project_id)
    pairs = {pair.id: pair for pair in _pairs(session, project_id)}
    if len(ids) != len(pairs) or set(ids) != set(pairs):
        raise Invalid("The order must name each practice pair of the project once. Reload the list and try again.")
    for position, pair_id in enumerate(ids):
        pairs[pair_id].position = position
    details = {"pairs": len(ids)}
    record(session, actor, action="practice.order", project_id=project_id, subject_id=project_id, details=details)
    session.flush()


def list_for_annotator(session: Session, project_id: UUID, *, actor: Actor) -> list[PracticeOut]:
    """The set in its order, without the answers, and which of it this person has answered before."""
    get_project(session, project_id)
    rows = session.execute(
        select(PracticePair, _is_answered_by(actor))
        .where(PracticePair.project_id == project_id)
        .order_by(PracticePair.position, PracticePair.id)
    )
    return [
        PracticeOut(id=pair.id, prompt=pair.prompt, left=pair.left, right=pair.right, is_answered=is_answered)
        for pair, is_answered in rows
    ]


def has_open_practice(session: Session, project_id: UUID, *, actor: Actor) -> bool:
    """Whether this person has not answered all of the set yet; programs never practise."""
    if actor.user_id is None:
        return False
    is_answered = _is_answered_by(actor)
    return bool(session.scalar(select(exists().where(PracticePair.project_id == project_id, ~is_answered))))


def _is_answered_by(actor: Actor) -> ColumnElement[bool]:
    of_pair = (PracticeAnswer.practice_pair_id == PracticePair.id, PracticeAnswer.user_id == actor.user_id)
    return exists().where(*of_pair).correlate(PracticePair)


def answer_practice(session: Session, pair_id: UUID, body: PracticeAnswerCreate, *, actor: Actor) -> PracticeResult:
    """Judge an answer and keep it. Raises NotFound, Forbidden for programs: practice is for people."""
    if actor.user_id is None:
        raise Forbidden("The practice set is for people; keys label at once.")
    pair = _get(session, pair_id)
    is_right = (body.verdict, body.winner) == (pair.verdict, pair.winner)
    answer = PracticeAnswer(
        practice_pair_id=pair.id,
        user_id=actor.user_id,
        verdict=Verdict(body.verdict),
        winner=body.winner,
        is_right=is_right,
    )
    session.add(answer)
    session.flush()
    right = {"verdict": pair.verdict, "winner": pair.winner, "explanation": pair.explanation}
    return PracticeResult.model_validate({"is_right": is_right} | right)


def _with_answers(session: Session, pairs: Sequence[PracticePair]) -> list[PracticePairOut]:
    counts = select(
        PracticeAnswer.practice_pair_id, func.count(), func.count().filter(PracticeAnswer.is_right)
    ).group_by(PracticeAnswer.practice_pair_id)
    counted = session.execute(counts.where(PracticeAnswer.practice_pair_id.in_([pair.id for pair in pairs])))
    answers = {pair_id: {"answers": total, "right_answers": right} for pair_id, total, right in counted}
    return [PracticePairOut.model_validate(pair).model_copy(update=answers.get(pair.id, {})) for pair in pairs]


def _pairs(session: Session, project_id: UUID) -> Sequence[PracticePair]:
    pairs = select(PracticePair).where(PracticePair.project_id == project_id)
    return session.scalars(pairs.order_by(PracticePair.position, PracticePair.id)).all()


def _get(session: Session, pair_id: UUID) -> PracticePair:
    pair = session.get(PracticePair, pair_id)
    if pair is None:
        raise NotFound("There is no practice pair with this id. It may have been removed.")
    return pair


def _columns(body: PracticePairUpdate) -> dict[str, Any]:
    return body.model_dump(mode="json", exclude={"pair_id"}) | {"verdict": Verdict(body.verdict)}


def _record(session: Session, actor: Actor, action: str, pair: PracticePair) -> None:
    session.flush()
    beginning = func.left(prompt_line(PracticePair.prompt), BEGINNING)
    details = {"prompt": session.scalar(select(beginning).where(PracticePair.id == pair.id))}
    record(session, actor, action=action, project_id=pair.project_id, subject_id=pair.id, details=details)
    session.flush()
