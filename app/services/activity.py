"""What each person has labelled, and how fast. Knows nothing of HTTP or of what was judged."""

from uuid import UUID

from sqlalchemy import ColumnElement, Float, case, cast, extract, func, literal, select
from sqlalchemy.orm import Session

from app.models import Label, User
from app.paging import Slice, fetch_page
from app.schemas import UserWork

RECENT = 500
"""Labels that the pace is taken from."""
PAUSE_SECONDS = 300
"""A longer gap between two labels is not work."""


def list_work(session: Session, part: Slice) -> list[UserWork]:
    """One entry per person of this page of the list of people, in the same order."""
    people = [user.id for user in fetch_page(session, select(User), User.id, part).items]
    counts = _counts(session, people)
    return [_describe(session, user_id, *counts.get(user_id, (0, 0))) for user_id in people]


def _counts(session: Session, people: list[UUID]) -> dict[UUID, tuple[int, int]]:
    """Labels that were not undone, all and of today: every undo is a row that takes one back."""
    one: ColumnElement[int] = case((Label.verdict.is_(None), -1), else_=1)
    is_today = Label.created_at >= func.date_trunc("day", func.now(), "UTC")
    summed = select(Label.user_id, func.sum(one), func.coalesce(func.sum(one).filter(is_today), 0))
    rows = session.execute(summed.where(Label.user_id.in_(people)).group_by(Label.user_id))
    return {user_id: (total, today) for user_id, total, today in rows if user_id is not None}


def _describe(session: Session, user_id: UUID, labels: int, labels_today: int) -> UserWork:
    recent = (
        select(Label.created_at, Label.time_on_task_ms)
        .where(Label.user_id == user_id, Label.verdict.is_not(None))
        .order_by(Label.id.desc())
        .limit(RECENT)
        .subquery()
    )
    before = func.lag(recent.c.created_at).over(order_by=recent.c.created_at)
    gap = cast(extract("epoch", recent.c.created_at - before), Float)
    gaps = select(recent, gap.label("gap")).subquery()
    is_work = gaps.c.gap.between(0, PAUSE_SECONDS)
    seconds = func.percentile_cont(literal(0.5)).within_group(gaps.c.time_on_task_ms) / 1000.0
    pace = func.count().filter(is_work) * 3600.0 / func.nullif(func.sum(gaps.c.gap).filter(is_work), 0)
    last, per_hour, median = session.execute(select(func.max(gaps.c.created_at), pace, seconds)).one()
    return UserWork(
        user_id=user_id,
        labels=labels,
        labels_today=max(0, labels_today),
        labels_per_hour=per_hour,
        median_seconds=median,
        last_label_at=last,
    )
