"""The pairs of a round as admins read them: why each was chosen, and how the scores are spread. Knows no HTTP."""

from itertools import pairwise
from uuid import UUID

from sqlalchemy import ColumnElement, func, select, text
from sqlalchemy.orm import Session, joinedload

from app.models import Arm, Pair
from app.paging import Rows, Slice, fetch_page
from app.schemas import Histogram, PairFilter, PairOut
from app.services.rounds import get_round

BINS = 20
SCORE: ColumnElement[float] = func.coalesce(Pair.score, text("'-Infinity'::float8"))
"""Pairs without a score come last."""


def list_pairs(session: Session, round_id: UUID, part: Slice, wanted: PairFilter) -> Rows[PairOut]:
    """The round's pairs in the order of the queue, or by falling score, each with the place of its score."""
    get_round(session, round_id)
    loaded = (joinedload(Pair.prompt), joinedload(Pair.completion_a), joinedload(Pair.completion_b))
    found = select(Pair).where(Pair.round_id == round_id).options(*loaded)
    if wanted.arm is not None:
        found = found.where(Pair.arm == wanted.arm)
    by_score = wanted.sort == "score"
    page = fetch_page(session, found, Pair.id, part, newest_first=by_score, by=SCORE if by_score else Pair.priority)
    ranks = _ranks(session, round_id, page.items)
    shown = [PairOut.model_validate(pair).model_copy(update={"rank": ranks.get(pair.id)}) for pair in page.items]
    return Rows(shown, page.next_cursor)


def _ranks(session: Session, round_id: UUID, pairs: list[Pair]) -> dict[UUID, int]:
    """Of the pairs that have a score: 1 and how many of the round's active pairs have a higher one."""
    scores = {pair.id: pair.score for pair in pairs if pair.score is not None and pair.arm is Arm.ACTIVE}
    if not scores:
        return {}
    place = func.rank().over(order_by=Pair.score.desc())
    is_scored = (Pair.round_id == round_id, Pair.arm == Arm.ACTIVE, Pair.score.is_not(None))
    ranked = select(Pair.id, place.label("place")).where(*is_scored).subquery()
    return dict(session.execute(select(ranked.c.id, ranked.c.place).where(ranked.c.id.in_(scores))).all())


def get_scores(session: Session, round_id: UUID) -> Histogram | None:
    """Scores of the chosen pairs by arm, and of all candidates where the worker stored their histogram."""
    funnel = get_round(session, round_id).funnel
    chosen = select(Pair.arm, Pair.score).where(Pair.round_id == round_id, Pair.score.is_not(None))
    scores = [(arm, score) for arm, score in session.execute(chosen) if score is not None]
    if not scores:
        return None
    stored = funnel.get("scores")
    edges = stored["edges"] if stored else _edges([score for _, score in scores])
    counts = {"candidates": stored["counts"]} if stored else {}
    for arm in Arm:
        if of_arm := [score for one, score in scores if one is arm]:
            counts[arm.value] = _count(of_arm, edges)
    return Histogram(edges=edges, counts=counts)


def _edges(scores: list[float]) -> list[float]:
    low, high = min(scores), max(scores)
    if low == high:
        low, high = low - 0.5, high + 0.5
    return [low + (high - low) * place / BINS for place in range(BINS + 1)]


def _count(scores: list[float], edges: list[float]) -> list[int]:
    """The last bin holds its upper edge too."""
    last = edges[-1]
    return [sum(low <= score < high or score == high == last for score in scores) for low, high in pairwise(edges)]
