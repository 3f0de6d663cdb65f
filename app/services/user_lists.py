"""The list of people that admins read: searched, filtered and sorted. Knows nothing of HTTP.

There are thousands of people at most, so a page may look at all of them; their labels are read from tallies.
"""

from typing import Any, assert_never

from sqlalchemy import ColumnElement, DateTime, SQLColumnExpression, and_, func, literal, not_, select
from sqlalchemy.orm import Session

from app.models import LabelTally, User
from app.paging import Rows, Slice, fetch_page
from app.schemas import UserFilter
from app.schemas.people import UserSort

NAME = func.lower(User.username)
LAST_SEEN = func.coalesce(User.last_seen_at, literal("-infinity", DateTime(timezone=True)))
LABELS: SQLColumnExpression[int] = (
    select(func.coalesce(func.sum(LabelTally.counted + LabelTally.surplus), 0))
    .where(LabelTally.author_id == User.id)
    .correlate(User)
    .scalar_subquery()
)


def list_users(session: Session, part: Slice, wanted: UserFilter) -> Rows[User]:
    """The people that are wanted; who was never seen comes last, or first where the longest unseen do."""
    found = select(User)
    if wanted.search:
        found = found.where(User.username.icontains(wanted.search, autoescape=True))
    if wanted.role is not None:
        found = found.where(User.role == wanted.role)
    if wanted.state is not None:
        found = found.where(_is_in(wanted.state))
    by, is_falling = _order(wanted.sort)
    return fetch_page(session, found, User.id, part, newest_first=is_falling, by=by)


def _is_in(state: str) -> ColumnElement[bool]:
    if state == "shut_out":
        return not_(User.is_active)
    return and_(User.is_active, User.is_paused if state == "paused" else not_(User.is_paused))


def _order(sort: UserSort) -> tuple[SQLColumnExpression[Any] | None, bool]:
    """What people are ordered by, and whether the greatest comes first."""
    match sort:
        case "oldest" | "newest":
            return None, sort == "newest"
        case "name" | "name_reversed":
            return NAME, sort == "name_reversed"
        case "last_seen" | "longest_unseen":
            return LAST_SEEN, sort == "last_seen"
        case "most_labels" | "fewest_labels":
            return LABELS, sort == "most_labels"
    assert_never(sort)
