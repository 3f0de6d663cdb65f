"""Keyset paging by an id that grows with time: the next page starts after the last id of this one. Knows no HTTP."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, TypeVar
from uuid import UUID

from sqlalchemy import ARRAY, ColumnElement, Select, SQLColumnExpression, cast, func, select, tuple_
from sqlalchemy.orm import InstrumentedAttribute, Session

T = TypeVar("T")

NEAR = 2000
"""Rows in a row that a search looks at before it asks the index of words."""


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
    later = _after(statement, key, part, newest_first=newest_first, by=by)
    items = list(session.scalars(_ordered(later, key, newest_first=newest_first, by=by).limit(part.limit + 1)))
    has_more = len(items) > part.limit
    items = items[: part.limit]
    return Rows(items, str(_key_of(items[-1], key)) if has_more else None)


def search_page(
    session: Session,
    statement: Select[T],
    key: InstrumentedAttribute[UUID],
    part: Slice,
    *,
    fits: ColumnElement[bool],
    newest_first: bool = False,
    by: SQLColumnExpression[Any] | None = None,
) -> Rows[T]:
    """One page as `fetch_page`, of the rows that fit; an index of its own knows which do, but not their order.

    What is common stands among the next rows of the list. What is not is rare: its rows are found and then put in
    order. So a page costs `NEAR` rows, or one in `NEAR / limit` of the list; the planner, left to choose, walks through
    the whole list for a word that is nowhere.
    """
    later = _after(statement, key, part, newest_first=newest_first, by=by)
    ordered = _ordered(later, key, newest_first=newest_first, by=by)
    near = ordered.with_only_columns(key.label("id"), fits.label("fits")).limit(NEAR).subquery()
    ids = session.scalars(select(near.c.id).where(near.c.fits).limit(part.limit + 1)).all()
    if len(ids) <= part.limit and session.scalar(ordered.with_only_columns(key).offset(NEAR).limit(1)) is not None:
        place = key if by is None else by
        found = later.where(fits).with_only_columns(place.label("place"), key.label("id"))
        kept = found.cte("found").prefix_with("MATERIALIZED")
        order = (one.desc() if newest_first else one for one in (kept.c.place, kept.c.id))
        ids = session.scalars(select(kept.c.id).order_by(*order).limit(part.limit + 1)).all()
    return fetch_page(session, statement.where(is_among(key, ids)), key, part, newest_first=newest_first, by=by)


def is_among(column: InstrumentedAttribute[Any], values: Collection[Any]) -> ColumnElement[bool]:
    """True where the column holds one of many values, looked up one by one in the column's index.

    A plain IN of a thousand parameters, once its statement is prepared, compares every row with every parameter.
    """
    return column.in_(select(func.unnest(cast(list(values), ARRAY(column.type)))))


def first_id_at(moment: datetime) -> UUID:
    """No version 7 id made at or after this moment is smaller."""
    return UUID(int=int(moment.timestamp() * 1000) << 80)


def _after(
    statement: Select[T],
    key: InstrumentedAttribute[UUID],
    part: Slice,
    *,
    newest_first: bool,
    by: SQLColumnExpression[Any] | None,
) -> Select[T]:
    if part.cursor is None:
        return statement
    if by is None:
        return statement.where(key < part.cursor if newest_first else key > part.cursor)
    last = tuple_(select(by).where(key == part.cursor).correlate(None).scalar_subquery(), part.cursor)
    place = tuple_(by, key)
    return statement.where(place < last if newest_first else place > last)


def _ordered(
    statement: Select[T], key: InstrumentedAttribute[UUID], *, newest_first: bool, by: SQLColumnExpression[Any] | None
) -> Select[T]:
    place = (key,) if by is None else (by, key)
    return statement.order_by(*(one.desc() if newest_first else one for one in place))


def _key_of(item: Any, key: InstrumentedAttribute[UUID]) -> UUID:
    value: UUID = getattr(item, key.key)
    return value
