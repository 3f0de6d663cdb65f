"""The practice set: what admins write, what annotators see before and after they answer."""

from datetime import datetime
from typing import Annotated, Any, Literal, Self
from uuid import UUID

from pydantic import BaseModel, Field, StringConstraints, model_validator

from app.schemas.base import Request, Row
from app.schemas.projects import Message

Text = Annotated[str, StringConstraints(max_length=100_000)]
Winner = Literal["left", "right"]
PracticeVerdict = Literal["preferred", "tie", "both_bad"]


class PracticeAnswerCreate(Request):
    """A verdict by screen side, without strength: practice is right or wrong."""

    verdict: PracticeVerdict
    winner: Winner | None = None

    @model_validator(mode="after")
    def winner_fits_verdict(self) -> Self:
        if (self.verdict == "preferred") != (self.winner is not None):
            raise ValueError(
                "winner ('left' or 'right') is required with verdict 'preferred' and not allowed otherwise"
            )
        return self


class PracticePairUpdate(PracticeAnswerCreate):
    """A practice pair with its right answer and the reason for it."""

    prompt: (
        Annotated[str, StringConstraints(min_length=1, max_length=100_000)]
        | Annotated[list[Message], Field(min_length=1, max_length=200)]
    )
    left: Text
    right: Text
    explanation: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=10_000)]


class PracticePairCreate(PracticePairUpdate):
    """A pair for the end of the set."""

    pair_id: UUID | None = Field(
        None,
        description="The pair of a round or an import that this one repeats. Its answer will be known: nobody is "
        "asked about it any more, and its labels do not train.",
    )


class PracticeOrder(Request):
    ids: list[UUID] = Field(max_length=200, description="All practice pairs of the project, in their new order.")


class PracticePairOut(Row):
    id: UUID
    position: int
    prompt: str | list[dict[str, Any]]
    left: str
    right: str
    verdict: PracticeVerdict
    winner: Winner | None
    explanation: str
    created_at: datetime
    answers: int = Field(0, description="Answers given to it, each person's every try.")
    right_answers: int = 0


class PracticeOut(BaseModel):
    """A practice pair before it is answered."""

    id: UUID
    prompt: str | list[dict[str, Any]]
    left: str
    right: str
    is_answered: bool = Field(description="By the caller, at any time.")


class PracticeResult(BaseModel):
    """What the right answer was, and why."""

    is_right: bool
    verdict: PracticeVerdict
    winner: Winner | None
    explanation: str
