"""Leases (places in the labelling queue) and labels (append-only judgements)."""

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import (
    CheckConstraint,
    ColumnElement,
    ForeignKey,
    Index,
    SmallInteger,
    UniqueConstraint,
    func,
    literal_column,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.models.base import Base, CreatedAt, Id, choice
from app.models.rounds import Arm, Pair


class LeaseKind(StrEnum):
    FIRST = "first"
    OVERLAP = "overlap"
    GOLD = "gold"
    REPEAT = "repeat"


class Verdict(StrEnum):
    PREFERRED = "preferred"
    TIE = "tie"
    BOTH_BAD = "both_bad"
    SKIP = "skip"


class Disposition(StrEnum):
    COUNTED = "counted"
    SURPLUS = "surplus"


SECONDS = "coalesce(time_on_task_ms, -1)"
REMARKED = "comment IS NOT NULL OR skip_reason IS NOT NULL"


def label_words() -> ColumnElement[Any]:
    """The words that a search of labels finds: those of comments and of the reasons of skips."""
    return func.to_tsvector(literal_column("'simple'::regconfig"), literal_column("remark_text(comment, skip_reason)"))


class Lease(Base):
    """One slot of a pair: free (no holder), lent (holder and expiry), or done (a counted label filled it)."""

    __tablename__ = "leases"
    __table_args__ = (
        CheckConstraint("slot >= 0", name="slot"),
        CheckConstraint("num_nonnulls(user_id, api_key_id) <= 1", name="one_holder"),
        CheckConstraint("(num_nonnulls(user_id, api_key_id) = 1) = (expires_at IS NOT NULL)", name="holder_has_expiry"),
        CheckConstraint("(token IS NULL) = (expires_at IS NULL)", name="lent_has_token"),
        Index("ix_leases_open", "project_id", "priority", postgresql_where=text("NOT is_done")),
        Index("ix_leases_done", "project_id", "priority", postgresql_where=text("is_done")),
        Index("ix_leases_lent", "project_id", postgresql_where=text("expires_at IS NOT NULL")),
        Index("ix_leases_user_id", "user_id"),
        Index("ix_leases_api_key_id", "api_key_id"),
    )

    pair_id: Mapped[UUID] = mapped_column(ForeignKey("pairs.id", ondelete="CASCADE"), primary_key=True)
    slot: Mapped[int] = mapped_column(SmallInteger, primary_key=True)
    project_id: Mapped[UUID] = mapped_column(ForeignKey("projects.id", ondelete="CASCADE"))
    kind: Mapped[LeaseKind] = mapped_column(choice(LeaseKind, "kind"))
    priority: Mapped[int]
    """Place in the queue, lowest first: the round's number and the pair's place in it."""
    user_id: Mapped[UUID | None] = mapped_column(ForeignKey("users.id"))
    api_key_id: Mapped[UUID | None] = mapped_column(ForeignKey("api_keys.id"))
    token: Mapped[UUID | None] = mapped_column(unique=True)
    """Names this lending; a new one each time the slot is lent."""
    swapped: Mapped[bool] = mapped_column(server_default=text("false"))
    """True when completion b is shown on the left to the present holder."""
    expires_at: Mapped[datetime | None]
    is_done: Mapped[bool] = mapped_column(server_default=text("false"))

    pair: Mapped[Pair] = relationship()


class Lending(Base):
    """Every lending that ever was, so that a label that comes late still names what its author saw."""

    __tablename__ = "lendings"
    __table_args__ = (CheckConstraint("num_nonnulls(user_id, api_key_id) = 1", name="one_holder"),)

    token: Mapped[UUID] = mapped_column(primary_key=True, server_default=func.gen_random_uuid())
    pair_id: Mapped[UUID] = mapped_column(ForeignKey("pairs.id", ondelete="CASCADE"), index=True)
    slot: Mapped[int] = mapped_column(SmallInteger)
    user_id: Mapped[UUID | None] = mapped_column(ForeignKey("users.id"))
    api_key_id: Mapped[UUID | None] = mapped_column(ForeignKey("api_keys.id"))
    swapped: Mapped[bool]
    created_at: Mapped[CreatedAt]


class Label(Base):
    __tablename__ = "labels"
    __table_args__ = (
        CheckConstraint("num_nonnulls(user_id, api_key_id) = 1", name="one_author"),
        CheckConstraint("(verdict IS NOT DISTINCT FROM 'preferred') = (winner_id IS NOT NULL)", name="winner"),
        CheckConstraint("verdict IS NOT NULL OR supersedes_id IS NOT NULL", name="undo_names_its_label"),
        CheckConstraint("strength IS NULL OR (verdict = 'preferred' AND strength IN (1, 2))", name="strength"),
        CheckConstraint(
            "winner_id IS NULL OR winner_id IN (left_completion_id, right_completion_id)", name="winner_shown"
        ),
        CheckConstraint("time_on_task_ms >= 0", name="time_on_task_ms"),
        UniqueConstraint("supersedes_id"),
        UniqueConstraint("idempotency_key"),
        CheckConstraint("(arm = 'imported') = (round_id IS NULL)", name="arm_of_round"),
        Index("ix_labels_project_id_id", "project_id", "id"),
        Index("ix_labels_project_id_arm_id", "project_id", "arm", "id"),
        Index("ix_labels_round_id_id", "round_id", "id"),
        Index("ix_labels_of_person", "project_id", "user_id", "id", postgresql_where=text("user_id IS NOT NULL")),
        Index("ix_labels_of_key", "project_id", "api_key_id", "id", postgresql_where=text("api_key_id IS NOT NULL")),
        Index("ix_labels_project_id_verdict_id", "project_id", "verdict", "id"),
        Index("ix_labels_project_id_time_id", "project_id", text(SECONDS), "id"),
        Index("ix_labels_project_id_verdict_time_id", "project_id", "verdict", text(SECONDS), "id"),
        Index("ix_labels_surplus", "project_id", "id", postgresql_where=text("disposition = 'surplus'")),
        Index("ix_labels_remarked", "project_id", "id", postgresql_where=text(REMARKED)),
        Index("ix_labels_words", label_words(), postgresql_using="gin", postgresql_where=text(REMARKED)),
        Index("ix_labels_user_id_id", "user_id", "id"),
    )

    id: Mapped[Id]
    project_id: Mapped[UUID] = mapped_column(ForeignKey("projects.id", ondelete="CASCADE"))
    pair_id: Mapped[UUID] = mapped_column(ForeignKey("pairs.id", ondelete="CASCADE"), index=True)
    arm: Mapped[Arm] = mapped_column(choice(Arm, "arm"))
    """The pair's, as `round_id` is: a pair never changes either, and lists of labels filter by both."""
    round_id: Mapped[UUID | None] = mapped_column(ForeignKey("rounds.id", ondelete="CASCADE"))
    slot: Mapped[int] = mapped_column(SmallInteger)
    user_id: Mapped[UUID | None] = mapped_column(ForeignKey("users.id"))
    api_key_id: Mapped[UUID | None] = mapped_column(ForeignKey("api_keys.id"))
    verdict: Mapped[Verdict | None] = mapped_column(choice(Verdict, "verdict"))
    """Null for the row of an undo, which only supersedes."""
    winner_id: Mapped[UUID | None] = mapped_column(ForeignKey("completions.id"))
    strength: Mapped[int | None] = mapped_column(SmallInteger)
    """1 better, 2 much better; null when the author does not say."""
    left_completion_id: Mapped[UUID] = mapped_column(ForeignKey("completions.id"))
    right_completion_id: Mapped[UUID] = mapped_column(ForeignKey("completions.id"))
    skip_reason: Mapped[str | None]
    comment: Mapped[str | None]
    time_on_task_ms: Mapped[int | None]
    guideline_version: Mapped[int]
    disposition: Mapped[Disposition] = mapped_column(choice(Disposition, "disposition"))
    idempotency_key: Mapped[str]
    lease_token: Mapped[UUID] = mapped_column(ForeignKey("lendings.token"), index=True)
    supersedes_id: Mapped[UUID | None] = mapped_column(ForeignKey("labels.id"))
    created_at: Mapped[CreatedAt]

    pair: Mapped[Pair] = relationship()
