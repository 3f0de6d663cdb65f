"""Keyset paging by an id that grows with time: the next page starts after the last id of this one. Knows no HTTP."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, TypeVar
from uuid import UUID

from sqlalchemy import Select, SQLColumnExpression, select, tuple_
from sqlalchemy.orm import InstrumentedAttribute, Session

T = TypeVar("T")


@dataclass(frozen=True)
class Slice:
    """Which part of a list is wanted: at most `limit` rows after the row with id `cursor`."""

    limit: int = 50
    cursor: UUID | None = None


@dataclass(frozen=True)
class Rows(Generic[T]):
    """One page of rows; a route returns it with `response_model=Page[...]`."""

    items: list[T]
    next_cursor: str | None


def fetch_page(
    session: Session,
    statement: Select[T],
    key: InstrumentedAttribute[UUID],
    part: Slice,
    *,
    newest_first: bool = False,
    by: SQLColumnExpression[Any] | None = None,
) -> Rows[T]:
    """One page of the entities that `statement` selects, in the order of `key`, their uuidv7 id.

    `by` orders by what it says, and by `key` where that is equal; it is never null. `newest_first` turns either round.
    """
    place = (key,) if by is None else (by, key)
    if part.cursor is not None:
        after = tuple_(*place)
        last = (
            (part.cursor,)
            if by is None
            else (select(by).where(key == part.cursor).correlate(None).scalar_subquery(), part.cursor)
        )
        statement = statement.where(after < tuple_(*last) if newest_first else after > tuple_(*last))
    ordered = statement.order_by(*(one.desc() if newest_first else one for one in place)).limit(part.limit + 1)
    items = list(session.scalars(ordered))
    has_more = len(items) > part.limit
    items = items[: part.limit]
    return Rows(items, str(_key_of(items[-1], key)) if has_more else None)


def first_id_at(moment: datetime) -> UUID:
    """No version 7 id made at or after this moment is smaller."""
    return UUID(int=int(moment.timestamp() * 1000) << 80)


def _key_of(item: Any, key: InstrumentedAttribute[UUID]) -> UUID:
    value: UUID = getattr(item, key.key)
    return value
