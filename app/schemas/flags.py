"""Flags: raising one, and what admins see of it."""

from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from pydantic import BaseModel, Field

from app.schemas.base import Request, Row


class FlagCreate(Request):
    """A remark on a pair that is lent to the caller; the pair can still be labelled or skipped."""

    lease: UUID
    reason: str | None = Field(None, max_length=1000)


class FlagReceived(Row):
    id: UUID
    pair_id: UUID
    reason: str | None
    created_at: datetime


class FlagOut(BaseModel):
    """A flag with the pair as its author saw it."""

    id: UUID
    pair_id: UUID
    author: str = Field(description="User name, or the name of the key.")
    reason: str | None
    prompt: str | list[dict[str, Any]]
    left: str
    right: str
    left_is: Literal["a", "b"]
    round_number: int | None
    state: Literal["open", "resolved"]
    resolved_at: datetime | None
    resolved_by: str | None = Field(description="User name, or the name of the key.")
    created_at: datetime
