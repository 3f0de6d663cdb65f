"""Claiming, labelling and progress."""

from datetime import datetime
from typing import Any, Literal, Self
from uuid import UUID

from pydantic import BaseModel, Field, model_validator

from app.models import (
    Arm,
    Disposition,
    Verdict,
)
from app.schemas.base import Request, Row
from app.schemas.rounds import PairOut


class ClaimRequest(Request):
    count: int = Field(1, ge=1, le=20, description="Pairs wanted, with what the caller holds, all of which comes back.")


class Task(BaseModel):
    """One pair lent to the caller. `left` and `right` are final for this lease."""

    lease: UUID
    pair_id: UUID
    prompt: str | list[dict[str, Any]]
    left: str
    right: str
    expires_at: datetime


class ClaimOut(BaseModel):
    """Tasks, or the truth about why there are none.

    `state`: `ready` tasks follow · `held` others hold the last ones, ask again in `retry_after` seconds · `scoring` new
    pairs are on their way · `done` everything open is labelled · `empty` nothing was ever opened · `paused` an admin
    has paused the project or this person.
    """

    tasks: list[Task]
    state: Literal["ready", "held", "scoring", "done", "empty", "paused"]
    paused: Literal["project", "person"] | None = None
    held_by_others: int = 0
    retry_after: int | None = None
    guideline_version: int


class LabelCreate(Request):
    """A judgement of a leased pair, by screen side; the server knows which completion stood where."""

    lease: UUID
    verdict: Verdict
    winner: Literal["left", "right"] | None = None
    strength: Literal[1, 2] | None = Field(None, description="1 better, 2 much better.")
    skip_reason: str | None = Field(None, max_length=500)
    comment: str | None = Field(None, max_length=5000)
    time_on_task_ms: int | None = Field(None, ge=0, le=86_400_000)

    @model_validator(mode="after")
    def winner_fits_verdict(self) -> Self:
        if (self.verdict is Verdict.PREFERRED) != (self.winner is not None):
            raise ValueError(
                "winner ('left' or 'right') is required with verdict 'preferred' and not allowed otherwise"
            )
        if self.strength is not None and self.verdict is not Verdict.PREFERRED:
            raise ValueError("strength goes with verdict 'preferred' only")
        if self.skip_reason is not None and self.verdict is not Verdict.SKIP:
            raise ValueError("skip_reason goes with verdict 'skip' only")
        return self


class LabelOut(Row):
    id: UUID
    pair_id: UUID
    verdict: Verdict | None
    winner: Literal["left", "right"] | None
    strength: int | None
    skip_reason: str | None
    comment: str | None
    disposition: Disposition
    supersedes_id: UUID | None
    created_at: datetime


class OwnLabelOut(LabelOut):
    """A label with what its author saw, so that they recognise it when they take it back."""

    lease: UUID
    prompt: str | list[dict[str, Any]]
    left: str
    right: str


class AdminLabelOut(LabelOut):
    author: str = Field(description="User name, or the name of the key.")
    arm: Arm
    round_number: int | None
    time_on_task_ms: int | None
    prompt: str = Field(description="The beginning of the prompt.")
    is_undone: bool


class LabelDetail(AdminLabelOut):
    """A label with the whole pair, and which completion its author saw on the left."""

    pair: PairOut
    left_is: Literal["a", "b"]
    guideline_version: int


class LabelFilter(BaseModel):
    """Which labels a list shows, and in which order."""

    verdict: Verdict | Literal["undo"] | None = None
    user_id: UUID | None = None
    api_key_id: UUID | None = None
    round_id: UUID | None = None
    arm: Arm | None = None
    disposition: Disposition | None = None
    is_remarked: bool | None = Field(None, description="Labels with a comment or a reason.")
    search: str | None = Field(None, max_length=500, description="Words of comments and of reasons of skips.")
    sort: Literal["newest", "oldest", "slowest", "quickest"] = "newest"


class ProgressOut(BaseModel):
    """A person's own count in the project, and how far the open rounds are."""

    project: str = Field(description="Its name.")
    mine: int
    mine_today: int = Field(description="Since midnight of the clock that `utc_offset` speaks of.")
    last_hour: int = Field(description="The author's labels of the last sixty minutes; 1,000 at most.")
    median_seconds: float | None = Field(description="Median time on task of today's last 1,000 labels.")
    open_slots: int = Field(description="At most 10,000: no more are counted.")
    done_slots: int = Field(description="At most 10,000: no more are counted.")
