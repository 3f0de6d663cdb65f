"""The pairs of a round as admins read them: why each was chosen, and how the scores are spread. Knows no HTTP."""

from collections.abc import Sequence
from itertools import pairwise
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, func, select, text
from sqlalchemy.orm import Session, joinedload

from app.models import Arm, Pair
from app.paging import Rows, Slice, fetch_page
from app.schemas import Histogram, PairFilter
from app.services.rounds import get_round

BINS = 20
SCORE: ColumnElement[float] = func.coalesce(Pair.score, text("'-Infinity'::float8"))
"""Pairs without a score come last."""


def list_pairs(session: Session, round_id: UUID, part: Slice, wanted: PairFilter) -> Rows[Pair]:
    """The round's pairs in the order of the queue, or by falling score."""
    get_round(session, round_id)
    loaded = (joinedload(Pair.prompt), joinedload(Pair.completion_a), joinedload(Pair.completion_b))
    found = select(Pair).where(Pair.round_id == round_id).options(*loaded)
    if wanted.arm is not None:
        found = found.where(Pair.arm == wanted.arm)
    by_score = wanted.sort == "score"
    return fetch_page(session, found, Pair.id, part, newest_first=by_score, by=SCORE if by_score else Pair.priority)


def get_scores(session: Session, round_id: UUID) -> Histogram | None:
    """Scores of the chosen pairs by arm, and of those that were passed over where the worker counted all candidates."""
    funnel = get_round(session, round_id).funnel
    chosen = select(Pair.arm, Pair.score).where(Pair.round_id == round_id, Pair.score.is_not(None))
    scores = [(arm, score) for arm, score in session.execute(chosen) if score is not None]
    if not scores:
        return None
    stored = funnel.get("scores")
    edges = stored["edges"] if stored else _edges([score for _, score in scores])
    counts = {}
    for arm in Arm:
        if of_arm := [score for one, score in scores if one is arm]:
            counts[arm.value] = _count(of_arm, edges)
    if stored:
        chosen_counts = zip(*counts.values(), strict=True)
        counts["passed_over"] = [all_ - sum(one) for all_, one in zip(stored["counts"], chosen_counts, strict=True)]
    return Histogram(edges=edges, counts=counts)


def histogram(scores: Sequence[float]) -> dict[str, Any]:
    """All candidates' scores in a few bins, for the funnel of their round: its chosen ones are among them."""
    edges = _edges(scores)
    return {"edges": edges, "counts": _count(scores, edges)}


def _edges(scores: Sequence[float]) -> list[float]:
    low, high = min(scores), max(scores)
    if low == high:
        low, high = low - 0.5, high + 0.5
    return [*(low + (high - low) * place / BINS for place in range(BINS)), high]


def _count(scores: Sequence[float], edges: list[float]) -> list[int]:
    """The last bin holds its upper edge too."""
    last = edges[-1]
    return [sum(low <= score < high or score == high == last for score in scores) for low, high in pairwise(edges)]
