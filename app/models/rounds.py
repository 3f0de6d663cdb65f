"""Rounds, the prompts each round drew, and the pairs it opened."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.models.base import Base, CreatedAt, Id, Json, choice
from app.models.projects import Completion, Prompt


class RoundStatus(StrEnum):
    QUEUED = "queued"
    SAMPLING = "sampling"
    SAMPLED = "sampled"
    SCORING = "scoring"
    OPEN = "open"
    CLOSED = "closed"
    FAILED = "failed"


class Arm(StrEnum):
    ACTIVE = "active"
    CONTROL = "control"
    IMPORTED = "imported"


class Round(Base):
    __tablename__ = "rounds"
    __table_args__ = (
        UniqueConstraint("project_id", "number"),
        CheckConstraint("done >= 0 AND done <= total", name="progress"),
        # One acquisition at a time in a project: its pool and its policy must not shift under it.
        Index(
            "uq_rounds_one_acquiring",
            "project_id",
            unique=True,
            postgresql_where=text("status IN ('queued', 'sampling', 'sampled', 'scoring')"),
        ),
    )

    id: Mapped[Id]
    project_id: Mapped[UUID] = mapped_column(ForeignKey("projects.id", ondelete="CASCADE"))
    number: Mapped[int]
    status: Mapped[RoundStatus] = mapped_column(choice(RoundStatus, "status"), server_default="queued", index=True)
    model_version_id: Mapped[UUID] = mapped_column(ForeignKey("model_versions.id"))
    config: Mapped[Json]
    seed: Mapped[int] = mapped_column(BigInteger)
    rule_used: Mapped[str | None]
    """The rule that chose the active arm: differs from the one asked for when certainty is undefined."""
    note: Mapped[str | None]
    """Why the rule fell back, in words for the admin."""
    funnel: Mapped[Json]
    """Counts from the pool to the open pairs."""
    done: Mapped[int] = mapped_column(server_default="0")
    total: Mapped[int] = mapped_column(server_default="0")
    attempt: Mapped[int] = mapped_column(server_default="0")
    heartbeat_at: Mapped[datetime | None]
    retries: Mapped[int] = mapped_column(server_default="0")
    """Times the sweep took the round from a silent worker since its last progress."""
    error: Mapped[str | None]
    resume_status: Mapped[RoundStatus | None] = mapped_column(choice(RoundStatus, "resume_status"))
    """Where a retry of a failed round starts again: `queued` or `sampled`."""
    opened_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    updated_at: Mapped[CreatedAt]
    created_at: Mapped[CreatedAt]


class RoundPrompt(Base):
    """A prompt that the round drew, frozen at its start: sampling works through these rows in order."""

    __tablename__ = "round_prompts"
    __table_args__ = (CheckConstraint("is_control OR is_candidate", name="arm"),)

    round_id: Mapped[UUID] = mapped_column(ForeignKey("rounds.id", ondelete="CASCADE"), primary_key=True)
    prompt_id: Mapped[UUID] = mapped_column(ForeignKey("prompts.id", ondelete="CASCADE"), primary_key=True)
    position: Mapped[int]
    is_control: Mapped[bool]
    is_candidate: Mapped[bool]
    control_rank: Mapped[int | None]
    """Draw order within the control arm."""
    entropy: Mapped[float | None]
    """Predictive entropy of the prompt in nats, from temperature-1 draws."""
    mean_entropy: Mapped[float | None]
    """The same per drawn token."""
    is_sampled: Mapped[bool] = mapped_column(server_default=text("false"))


class Pair(Base):
    __tablename__ = "pairs"
    __table_args__ = (
        UniqueConstraint("round_id", "completion_a_id", "completion_b_id"),
        CheckConstraint("completion_a_id < completion_b_id", name="canonical_order"),
        CheckConstraint("selection_probability > 0 AND selection_probability <= 1", name="selection_probability"),
        CheckConstraint("(arm = 'imported') = (round_id IS NULL)", name="arm_of_round"),
        Index("ix_pairs_round_id_priority_id", "round_id", "priority", "id"),
        Index("ix_pairs_round_id_score_id", "round_id", text("coalesce(score, '-Infinity'::float8)"), "id"),
        Index("ix_pairs_project_id_arm", "project_id", "arm"),
        Index("ix_pairs_withdrawn", "project_id", postgresql_where=text("withdrawn_at IS NOT NULL")),
    )

    id: Mapped[Id]
    project_id: Mapped[UUID] = mapped_column(ForeignKey("projects.id", ondelete="CASCADE"))
    round_id: Mapped[UUID | None] = mapped_column(ForeignKey("rounds.id", ondelete="CASCADE"))
    prompt_id: Mapped[UUID] = mapped_column(ForeignKey("prompts.id", ondelete="CASCADE"), index=True)
    completion_a_id: Mapped[UUID] = mapped_column(ForeignKey("completions.id", ondelete="CASCADE"), index=True)
    completion_b_id: Mapped[UUID] = mapped_column(ForeignKey("completions.id", ondelete="CASCADE"), index=True)
    arm: Mapped[Arm] = mapped_column(choice(Arm, "arm"))
    score: Mapped[float | None]
    """Acquisition score, higher = ask first. Null where the rule has none."""
    rank: Mapped[int | None]
    """Place of the score among the round's active pairs, 1 is the highest; equal scores share a place."""
    margin: Mapped[float | None]
    """Implicit reward of a minus that of b under the round's policy. Null when the policy is the reference."""
    selection_probability: Mapped[float | None]
    """Inclusion probability; 1 for a deterministic pick, null for imported pairs."""
    priority: Mapped[int]
    """Place in the round's queue, 0 first. Control pairs are spread among the active ones."""
    withdrawn_at: Mapped[datetime | None]
    """When an admin took the pair for the practice set: nobody is asked about it any more, its labels do not train."""
    created_at: Mapped[CreatedAt]

    prompt: Mapped[Prompt] = relationship()
    completion_a: Mapped[Completion] = relationship(foreign_keys=[completion_a_id])
    completion_b: Mapped[Completion] = relationship(foreign_keys=[completion_b_id])
