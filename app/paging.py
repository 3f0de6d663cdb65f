"""Keyset paging by an id that grows with time: the next page starts after the last id of this one. Knows no HTTP."""

from dataclasses import dataclass
from typing import Any, Generic, TypeVar
from uuid import UUID

from sqlalchemy import Select
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
) -> Rows[T]:
    """One page of the entities that `statement` selects, in the order of `key`, their uuidv7 id."""
    if part.cursor is not None:
        statement = statement.where(key < part.cursor if newest_first else key > part.cursor)
    ordered = statement.order_by(key.desc() if newest_first else key).limit(part.limit + 1)
    items = list(session.scalars(ordered))
    has_more = len(items) > part.limit
    items = items[: part.limit]
    return Rows(items, str(_key_of(items[-1], key)) if has_more else None)


def _key_of(item: Any, key: InstrumentedAttribute[UUID]) -> UUID:
    value: UUID = getattr(item, key.key)
    return value
