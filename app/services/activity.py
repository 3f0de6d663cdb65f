"""What each person has labelled, and how fast. Knows nothing of HTTP or of what was judged."""

from typing import Any
from uuid import UUID

from sqlalchemy import Float, Row, cast, extract, func, literal, select, true
from sqlalchemy.orm import Session

from app.models import Label, LabelTally, User
from app.paging import Slice, fetch_page
from app.schemas import UserWork
from app.services.tallies import TODAY

RECENT = 200
"""Labels that the pace is taken from."""
PAUSE_SECONDS = 300
"""A longer gap between two labels is not work."""


def list_work(session: Session, part: Slice) -> list[UserWork]:
    """One entry per person of this page of the list of people, in the same order; surplus labels are work too.

    Reads one tally per day and project of each person, and the last labels of each.
    """
    people = [user.id for user in fetch_page(session, select(User), User.id, part).items]
    labels, paces = _count(session, people), _paces(session, people)
    return [
        UserWork(
            user_id=user_id,
            labels=labels[user_id][0] if user_id in labels else 0,
            labels_today=labels[user_id][1] if user_id in labels else 0,
            last_label_at=paces[user_id].last,
            labels_per_hour=paces[user_id].per_hour,
            median_seconds=paces[user_id].median,
        )
        for user_id in people
    ]


def _count(session: Session, people: list[UUID]) -> dict[UUID, tuple[int, int]]:
    """Labels that were not undone: all, and those of today."""
    given = func.sum(LabelTally.counted + LabelTally.surplus)
    today = func.coalesce(given.filter(LabelTally.day == TODAY), 0)
    counted = select(LabelTally.author_id, given, today).where(LabelTally.author_id.in_(people))
    return {user_id: (all_, now) for user_id, all_, now in session.execute(counted.group_by(LabelTally.author_id))}


def _paces(session: Session, people: list[UUID]) -> dict[UUID, Row[Any]]:
    """When each gave the last label, the labels per hour of work, and the median seconds on task."""
    recent = (
        select(Label.created_at, Label.time_on_task_ms)
        .where(Label.user_id == User.id, Label.verdict.is_not(None))
        .order_by(Label.id.desc())
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
    return {row.id: row for row in session.execute(found.group_by(gaps.c.id))}
