"""The playground: what is asked, and what two models answered."""

from datetime import datetime
from typing import Annotated, Literal, Self
from uuid import UUID

from pydantic import BaseModel, Field, StringConstraints, model_validator

from app.models import RunStatus
from app.schemas.base import Request, Row
from app.schemas.projects import Message

Text = Annotated[str, StringConstraints(min_length=1, max_length=100_000)]
MOST_TOKENS = 8192
"""Of one model's answers together."""


class SamplingSettings(Request):
    """How both models draw."""

    temperature: float = Field(0.7, gt=0, le=5)
    max_new_tokens: int = Field(128, ge=1, le=4096)
    samples: int = Field(1, ge=1, le=8, description="Answers of each model.")
    seed: int = Field(0, ge=0, lt=2**31, description="Same prompt, settings and seed: same answers.")

    @model_validator(mode="after")
    def is_bounded(self) -> Self:
        if self.samples * self.max_new_tokens > MOST_TOKENS:
            raise ValueError(
                f"samples times max_new_tokens may be at most {MOST_TOKENS:,}, and is "
                f"{self.samples * self.max_new_tokens:,}: rounds wait while the models answer"
            )
        return self


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


class SamplingRow(Row):
    """A sampling in the list: what it was asked, and whether it is answered."""

    id: UUID
    left_version_id: UUID
    right_version_id: UUID
    prompt: str = Field(description="The beginning of what was asked.")
    status: RunStatus
    created_at: datetime


class SamplingOut(Row):
    id: UUID
    project_id: UUID
    left_version_id: UUID
    right_version_id: UUID
    content: str | list[Message]
    config: SamplingSettings
    status: RunStatus
    waits_for: list[str] = Field([], description="What workers are busy with while this one is queued.")
    done: int
    total: int
    error: str | None
    results: SamplingResults
    started_at: datetime | None
    finished_at: datetime | None
    created_at: datetime
