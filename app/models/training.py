"""Training runs with their frozen label sets and metrics, and evaluations with their items."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base, CreatedAt, Id, Json, choice


class RunStatus(StrEnum):
    QUEUED = "queued"
    RUNNING = "running"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    CANCELLED = "cancelled"


class Trigger(StrEnum):
    MANUAL = "manual"
    LABELS = "labels"
    SCHEDULE = "schedule"


class TrainingRun(Base):
    __tablename__ = "training_runs"
    __table_args__ = (
        UniqueConstraint("project_id", "number"),
        CheckConstraint("done >= 0 AND done <= total", name="progress"),
        Index(
            "uq_training_runs_one_active",
            "project_id",
            unique=True,
            postgresql_where=text("status IN ('queued', 'running')"),
        ),
    )

    id: Mapped[Id]
    project_id: Mapped[UUID] = mapped_column(ForeignKey("projects.id", ondelete="CASCADE"))
    number: Mapped[int]
    status: Mapped[RunStatus] = mapped_column(choice(RunStatus, "status"), server_default="queued", index=True)
    trigger: Mapped[Trigger] = mapped_column(choice(Trigger, "trigger"))
    config: Mapped[Json]
    start_version_id: Mapped[UUID] = mapped_column(ForeignKey("model_versions.id"))
    """The model that training starts from: the reference, or the current policy."""
    label_count: Mapped[int]
    preference_count: Mapped[int] = mapped_column(server_default="0")
    """Of its labels, those that are preferences and no ties."""
    last_round: Mapped[int | None]
    """Number of the newest round that any of its labels belongs to; null where all were imported."""
    label_set_hash: Mapped[str]
    """sha256 over the frozen label ids in their order."""
    attempt: Mapped[int] = mapped_column(server_default="0")
    heartbeat_at: Mapped[datetime | None]
    retries: Mapped[int] = mapped_column(server_default="0")
    done: Mapped[int] = mapped_column(server_default="0")
    total: Mapped[int] = mapped_column(server_default="0")
    cancel_requested_at: Mapped[datetime | None]
    error: Mapped[str | None]
    warnings: Mapped[Json]
    started_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]
    updated_at: Mapped[CreatedAt]
    created_at: Mapped[CreatedAt]


class TrainingLabel(Base):
    """The frozen link of a run to one label, in training order."""

    __tablename__ = "training_labels"
    __table_args__ = (UniqueConstraint("training_run_id", "position"),)

    training_run_id: Mapped[UUID] = mapped_column(ForeignKey("training_runs.id", ondelete="CASCADE"), primary_key=True)
    label_id: Mapped[UUID] = mapped_column(ForeignKey("labels.id", ondelete="CASCADE"), primary_key=True)
    position: Mapped[int]


class TrainingMetric(Base):
    """What one optimiser step reported, under TRL's names."""

    __tablename__ = "training_metrics"

    training_run_id: Mapped[UUID] = mapped_column(ForeignKey("training_runs.id", ondelete="CASCADE"), primary_key=True)
    step: Mapped[int] = mapped_column(primary_key=True)
    values: Mapped[Json]
    created_at: Mapped[CreatedAt]


class TrainingLog(Base):
    """What the training process of a run wrote. A row of its own: lists of runs never read it."""

    __tablename__ = "training_logs"

    training_run_id: Mapped[UUID] = mapped_column(ForeignKey("training_runs.id", ondelete="CASCADE"), primary_key=True)
    text: Mapped[str]
    updated_at: Mapped[CreatedAt]


class Evaluation(Base):
    __tablename__ = "evaluations"
    __table_args__ = (
        CheckConstraint("done >= 0 AND done <= total", name="progress"),
        CheckConstraint("model_version_id <> baseline_version_id", name="two_models"),
        Index("ix_evaluations_project_id_id", "project_id", "id"),
    )

    id: Mapped[Id]
    project_id: Mapped[UUID] = mapped_column(ForeignKey("projects.id", ondelete="CASCADE"))
    model_version_id: Mapped[UUID] = mapped_column(ForeignKey("model_versions.id"), index=True)
    baseline_version_id: Mapped[UUID] = mapped_column(ForeignKey("model_versions.id"))
    status: Mapped[RunStatus] = mapped_column(choice(RunStatus, "status"), server_default="queued", index=True)
    config: Mapped[Json]
    seed: Mapped[int] = mapped_column(BigInteger)
    attempt: Mapped[int] = mapped_column(server_default="0")
    heartbeat_at: Mapped[datetime | None]
    retries: Mapped[int] = mapped_column(server_default="0")
    done: Mapped[int] = mapped_column(server_default="0")
    total: Mapped[int] = mapped_column(server_default="0")
    error: Mapped[str | None]
    results: Mapped[Json]
    """Always: KL in total and per token, lengths and perplexities. With a judge: wins, losses, ties, the win-rates."""
    started_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]
    updated_at: Mapped[CreatedAt]
    created_at: Mapped[CreatedAt]


class EvaluationItem(Base):
    """One eval prompt answered by both models and judged."""

    __tablename__ = "evaluation_items"

    evaluation_id: Mapped[UUID] = mapped_column(ForeignKey("evaluations.id", ondelete="CASCADE"), primary_key=True)
    prompt_id: Mapped[UUID] = mapped_column(ForeignKey("prompts.id", ondelete="CASCADE"), primary_key=True)
    model_text: Mapped[str]
    baseline_text: Mapped[str]
    model_tokens: Mapped[int]
    baseline_tokens: Mapped[int]
    model_score: Mapped[float | None]
    """Null where the judge abstained: the answer was longer than its context."""
    baseline_score: Mapped[float | None]
    log_ratio: Mapped[float]
    """log pi - log ref of a temperature-1 draw from the model: its mean over prompts estimates KL(pi || ref), nats."""
    log_ratio_tokens: Mapped[int | None]
    """Tokens of that draw; null in items from before it was kept."""
    prompt_tokens: Mapped[int | None]
    """Of the prompt as the model reads it, those after the first; null, as its log-probs, in items from before."""
    prompt_logprob: Mapped[float | None]
    baseline_prompt_logprob: Mapped[float | None]
