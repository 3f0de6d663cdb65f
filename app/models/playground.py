"""The playground: one prompt answered by two models side by side."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base, CreatedAt, Id, Json, choice
from app.models.training import RunStatus


class Sampling(Base):
    """Asked for by an admin, drawn by a worker, shown and forgotten: no label or model ever comes of it."""

    __tablename__ = "samplings"
    __table_args__ = (
        CheckConstraint("done >= 0 AND done <= total", name="progress"),
        Index("ix_samplings_project_id_id", "project_id", "id"),
    )

    id: Mapped[Id]
    project_id: Mapped[UUID] = mapped_column(ForeignKey("projects.id", ondelete="CASCADE"))
    left_version_id: Mapped[UUID] = mapped_column(ForeignKey("model_versions.id"))
    right_version_id: Mapped[UUID] = mapped_column(ForeignKey("model_versions.id"))
    content: Mapped[Any] = mapped_column(JSONB)
    """A string (plain text to complete) or a list of {"role", "content"} messages, as in a prompt."""
    config: Mapped[Json]
    """How to draw (`schemas.SamplingSettings`)."""
    status: Mapped[RunStatus] = mapped_column(choice(RunStatus, "status"), server_default="queued", index=True)
    attempt: Mapped[int] = mapped_column(server_default="0")
    heartbeat_at: Mapped[datetime | None]
    retries: Mapped[int] = mapped_column(server_default="0")
    done: Mapped[int] = mapped_column(server_default="0")
    total: Mapped[int] = mapped_column(server_default="0")
    """Models that have answered, of two."""
    error: Mapped[str | None]
    results: Mapped[Json]
    """`left` and `right`: for each sample its text, tokens and why it ended."""
    started_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]
    updated_at: Mapped[CreatedAt]
    created_at: Mapped[CreatedAt]
