"""Keyset paging by an id that grows with time: the next page starts after the last id of this one. Knows no HTTP."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, TypeVar
from uuid import UUID

from sqlalchemy import ARRAY, ColumnElement, Label, Select, SQLColumnExpression, cast, func, select, true, tuple_
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
    place = (key,) if by is None else (by, key)
    later = statement.where(_is_after(place, key, part, newest_first=newest_first, by=by))
    ordered = later.order_by(*_ordered(place, newest_first=newest_first))
    items = list(session.scalars(ordered.limit(part.limit + 1)))
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
    place = (key,) if by is None else (by, key)
    is_after = _is_after(place, key, part, newest_first=newest_first, by=by)
    near = statement.where(is_after).order_by(*_ordered(place, newest_first=newest_first))
    looked_at = near.with_only_columns(key.label("id"), fits.label("fits")).limit(NEAR).subquery()
    ids = session.scalars(select(looked_at.c.id).where(looked_at.c.fits).limit(part.limit + 1)).all()
    if len(ids) <= part.limit and session.scalar(near.with_only_columns(key).offset(NEAR).limit(1)) is not None:
        # Of its own, so that neither the order nor the cursor keeps the planner from the index of words.
        columns: list[Label[Any]] = [one.label(f"place_{number}") for number, one in enumerate(place)]
        found = statement.where(fits).with_only_columns(*columns).cte("found").prefix_with("MATERIALIZED")
        there = tuple(found.c)
        later = select(there[-1]).where(_is_after(there, key, part, newest_first=newest_first, by=by))
        ordered = later.order_by(*_ordered(there, newest_first=newest_first))
        ids = session.scalars(ordered.limit(part.limit + 1)).all()
    return fetch_page(session, statement.where(is_among(key, ids)), key, part, newest_first=newest_first, by=by)


def is_among(column: InstrumentedAttribute[Any], values: Collection[Any]) -> ColumnElement[bool]:
    """True where the column holds one of many values, looked up one by one in the column's index.

    A plain IN of a thousand parameters, once its statement is prepared, compares every row with every parameter.
    """
    return column.in_(select(func.unnest(cast(list(values), ARRAY(column.type)))))


def first_id_at(moment: datetime) -> UUID:
    """No version 7 id made at or after this moment is smaller."""
    return UUID(int=int(moment.timestamp() * 1000) << 80)


def _is_after(
    place: Sequence[SQLColumnExpression[Any]],
    key: InstrumentedAttribute[UUID],
    part: Slice,
    *,
    newest_first: bool,
    by: SQLColumnExpression[Any] | None,
) -> ColumnElement[bool]:
    """True of rows whose place in the order comes after the cursor's."""
    if part.cursor is None:
        return true()
    value = () if by is None else (select(by).where(key == part.cursor).correlate(None).scalar_subquery(),)
    last = tuple_(*value, part.cursor)
    return tuple_(*place) < last if newest_first else tuple_(*place) > last


def _ordered(place: Sequence[SQLColumnExpression[Any]], *, newest_first: bool) -> Iterator[ColumnElement[Any]]:
    return (one.desc() if newest_first else one.asc() for one in place)


def _key_of(item: Any, key: InstrumentedAttribute[UUID]) -> UUID:
    value: UUID = getattr(item, key.key)
    return value
