"""Rounds and their pairs, as admins see them."""

from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from pydantic import BaseModel, Field

from app.models import (
    Arm,
    FinishReason,
    RoundStatus,
)
from app.schemas.base import Row
from app.schemas.configs import RoundConfig
from app.schemas.projects import PromptOut


class RoundOut(Row):
    id: UUID
    project_id: UUID
    number: int
    status: RoundStatus
    model_version_id: UUID
    config: RoundConfig
    seed: int
    rule_used: str | None
    note: str | None
    funnel: dict[str, Any]
    done: int
    total: int
    attempt: int
    heartbeat_at: datetime | None
    error: str | None
    labelled: int = Field(0, description="Slots that a counted label has filled.")
    slots: int = Field(0, description="Labels that the round asks for.")
    opened_at: datetime | None
    closed_at: datetime | None
    created_at: datetime


class CompletionOut(Row):
    id: UUID
    text: str
    token_count: int | None
    logprob: float | None
    reference_logprob: float | None
    finish_reason: FinishReason


class Histogram(BaseModel):
    """Counts between `edges`, of which there is one more than of counts; the last bin holds its upper edge."""

    edges: list[float]
    counts: dict[str, list[int]] = Field(description="By arm, and `passed_over` for candidates that were not chosen.")


class PairFilter(BaseModel):
    """Which pairs a list shows, and in which order."""

    arm: Arm | None = None
    sort: Literal["queue", "score"] = "queue"


class PairOut(Row):
    """A pair as an admin sees it; annotators get `Task`, which hides all of this."""

    id: UUID
    prompt: PromptOut
    completion_a: CompletionOut
    completion_b: CompletionOut
    arm: Arm
    score: float | None
    margin: float | None
    selection_probability: float | None
    priority: int
    rank: int | None = Field(description="Place of its score among the round's chosen pairs, 1 is the highest.")
