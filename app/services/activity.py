"""What each person has labelled, and how fast. Knows nothing of HTTP or of what was judged."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Float, Row, and_, cast, extract, func, literal, select, true, tuple_
from sqlalchemy.orm import Session

from app.models import Label, LabelTally, User
from app.schemas import UserWork
from app.services.tallies import TODAY

RECENT = 200
"""Labels that the pace is taken from."""
PAUSE_SECONDS = 300
"""A longer gap between two labels is not work."""
FIRST, LAST = UUID(int=0), UUID(int=2**128 - 1)


def list_work(session: Session, people: Sequence[UUID]) -> list[UserWork]:
    """One entry for each of these people; surplus labels are work too.

    Reads one tally per day and project of each person, and the last labels of each.
    """
    labels = _count(session, people)
    return [
        UserWork(
            user_id=row.id,
            labels=labels[row.id][0] if row.id in labels else 0,
            labels_today=labels[row.id][1] if row.id in labels else 0,
            last_label_at=row.last,
            labels_per_hour=row.per_hour,
            median_seconds=row.median,
        )
        for row in _paces(session, people)
    ]


def _count(session: Session, people: Sequence[UUID]) -> dict[UUID, tuple[int, int]]:
    """Labels that were not undone: all, and those of today."""
    given = func.sum(LabelTally.counted + LabelTally.surplus)
    today = func.coalesce(given.filter(LabelTally.day == TODAY), 0)
    counted = select(LabelTally.author_id, given, today).where(LabelTally.author_id.in_(people))
    return {user_id: (all_, now) for user_id, all_, now in session.execute(counted.group_by(LabelTally.author_id))}


def _paces(session: Session, people: Sequence[UUID]) -> Sequence[Row[Any]]:
    """When each gave the last label, the labels per hour of work, and the median seconds on task."""
    # Between bounds, where equality would do: for somebody whose last label is old, or who has none, the planner would
    # walk through everybody's labels, newest first. This order the person's index alone has.
    place = tuple_(Label.user_id, Label.id)
    is_mine = and_(place >= tuple_(User.id, FIRST), place <= tuple_(User.id, LAST))
    recent = (
        select(Label.created_at, Label.time_on_task_ms)
        .where(is_mine, Label.verdict.is_not(None))
        .order_by(Label.user_id.desc(), Label.id.desc())
        .limit(RECENT)
        .correlate(User)
        .lateral()
    )
    before = func.lag(recent.c.created_at).over(partition_by=User.id, order_by=recent.c.created_at)
    gap = cast(extract("epoch", recent.c.created_at - before), Float)
    here = select(User.id, recent, gap.label("gap")).outerjoin(recent, true()).where(User.id.in_(people))
    gaps = here.subquery()
    is_work = gaps.c.gap.between(0, PAUSE_SECONDS)
    median = func.percentile_cont(literal(0.5)).within_group(gaps.c.time_on_task_ms) / 1000.0
    pace = func.count().filter(is_work) * 3600.0 / func.nullif(func.sum(gaps.c.gap).filter(is_work), 0)
    found = select(gaps.c.id, func.max(gaps.c.created_at).label("last"), pace.label("per_hour"), median.label("median"))
    return session.execute(found.group_by(gaps.c.id)).all()
