"""The playground: what is asked, and what two models answered."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import BaseModel, Field, StringConstraints

from app.models import RunStatus
from app.schemas.base import Request, Row
from app.schemas.projects import Message

Text = Annotated[str, StringConstraints(min_length=1, max_length=100_000)]


class SamplingSettings(Request):
    """How both models draw."""

    temperature: float = Field(0.7, gt=0, le=5)
    max_new_tokens: int = Field(128, ge=1, le=4096)
    samples: int = Field(1, ge=1, le=8, description="Answers of each model.")
    seed: int = Field(0, ge=0, lt=2**31, description="Same prompt, settings and seed: same answers.")


class SamplingCreate(Request):
    left_version_id: UUID
    right_version_id: UUID
    content: Text | Annotated[list[Message], Field(min_length=1, max_length=100)] = Field(
        description="Plain text to complete, or the messages of a chat."
    )
    config: SamplingSettings = SamplingSettings()


class SampleOut(BaseModel):
    text: str
    tokens: int
    finish_reason: Literal["stop", "length"]


class SamplingResults(BaseModel):
    left: list[SampleOut] = []
    right: list[SampleOut] = []


class SamplingOut(Row):
    id: UUID
    project_id: UUID
    left_version_id: UUID
    right_version_id: UUID
    content: str | list[Message]
    config: SamplingSettings
    status: RunStatus
    done: int
    total: int
    error: str | None
    results: SamplingResults
    started_at: datetime | None
    finished_at: datetime | None
    created_at: datetime
