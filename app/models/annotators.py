"""What annotators have besides labels: practice pairs with their explained answers, and flags on pairs.

Practice lies in tables of its own: no round, label set or export ever reads it.
"""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base, CreatedAt, Id, choice
from app.models.labels import Verdict

WINNER_FITS = "(verdict = 'preferred') = (winner IS NOT NULL) AND winner IN ('left', 'right')"
NO_SKIP = "verdict <> 'skip'"


class PracticePair(Base):
    """A pair whose answer is known and explained. Its sides are as the admin wrote them."""

    __tablename__ = "practice_pairs"
    __table_args__ = (
        CheckConstraint(WINNER_FITS, name="winner"),
        CheckConstraint(NO_SKIP, name="no_skip"),
        Index("ix_practice_pairs_project_id_position", "project_id", "position"),
    )

    id: Mapped[Id]
    project_id: Mapped[UUID] = mapped_column(ForeignKey("projects.id", ondelete="CASCADE"))
    position: Mapped[int]
    """Place in the practice set, 0 first."""
    prompt: Mapped[Any] = mapped_column(JSONB)
    """As `Prompt.content`: a string, or a list of messages."""
    left: Mapped[str]
    right: Mapped[str]
    verdict: Mapped[Verdict] = mapped_column(choice(Verdict, "verdict"))
    winner: Mapped[str | None]
    explanation: Mapped[str]
    created_at: Mapped[CreatedAt]


class PracticeAnswer(Base):
    """What a person answered; practising again adds rows."""

    __tablename__ = "practice_answers"
    __table_args__ = (
        CheckConstraint(WINNER_FITS, name="winner"),
        CheckConstraint(NO_SKIP, name="no_skip"),
        Index("ix_practice_answers_user_id_practice_pair_id", "user_id", "practice_pair_id"),
    )

    id: Mapped[Id]
    practice_pair_id: Mapped[UUID] = mapped_column(ForeignKey("practice_pairs.id", ondelete="CASCADE"), index=True)
    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"))
    verdict: Mapped[Verdict] = mapped_column(choice(Verdict, "verdict"))
    winner: Mapped[str | None]
    is_right: Mapped[bool]
    created_at: Mapped[CreatedAt]


class Flag(Base):
    """Somebody's remark that a pair is broken or not fit to be labelled; it waits for an admin until resolved."""

    __tablename__ = "flags"
    __table_args__ = (
        CheckConstraint("num_nonnulls(user_id, api_key_id) = 1", name="one_author"),
        Index("ix_flags_project_id_id", "project_id", "id"),
        Index("ix_flags_open", "project_id", "id", postgresql_where=text("resolved_at IS NULL")),
    )

    id: Mapped[Id]
    project_id: Mapped[UUID] = mapped_column(ForeignKey("projects.id", ondelete="CASCADE"))
    pair_id: Mapped[UUID] = mapped_column(ForeignKey("pairs.id", ondelete="CASCADE"), index=True)
    user_id: Mapped[UUID | None] = mapped_column(ForeignKey("users.id"))
    api_key_id: Mapped[UUID | None] = mapped_column(ForeignKey("api_keys.id"))
    lease_token: Mapped[UUID] = mapped_column(ForeignKey("lendings.token"))
    """Says on which side each completion stood."""
    reason: Mapped[str | None]
    idempotency_key: Mapped[str] = mapped_column(unique=True)
    resolved_at: Mapped[datetime | None]
    resolved_by_user_id: Mapped[UUID | None] = mapped_column(ForeignKey("users.id"))
    resolved_by_key_id: Mapped[UUID | None] = mapped_column(ForeignKey("api_keys.id"))
    created_at: Mapped[CreatedAt]
