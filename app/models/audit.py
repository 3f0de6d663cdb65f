"""The audit log, and the stored answers that make creating requests safe to repeat."""

from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base, CreatedAt, Id, Json


class AuditEvent(Base):
    __tablename__ = "audit_events"
    __table_args__ = (
        CheckConstraint("num_nonnulls(user_id, api_key_id) <= 1", name="one_actor"),
        Index("ix_audit_events_project_id_id", "project_id", "id"),
        Index("ix_audit_events_action_id", "action", "id"),
        Index("ix_audit_events_user_id_id", "user_id", "id"),
        Index("ix_audit_events_api_key_id_id", "api_key_id", "id"),
    )

    id: Mapped[Id]
    user_id: Mapped[UUID | None] = mapped_column(ForeignKey("users.id"))
    api_key_id: Mapped[UUID | None] = mapped_column(ForeignKey("api_keys.id"))
    """Neither is set for what the program did by itself (a trigger, a sweep, the command line)."""
    project_id: Mapped[UUID | None] = mapped_column(ForeignKey("projects.id", ondelete="CASCADE"))
    action: Mapped[str]
    subject_id: Mapped[UUID | None]
    details: Mapped[Json]
    created_at: Mapped[CreatedAt]


class IdempotencyRecord(Base):
    """The answer to a creating POST; `status` is null while the first request is in flight."""

    __tablename__ = "idempotency_records"

    key: Mapped[str] = mapped_column(primary_key=True)
    """Caller, method, path and the Idempotency-Key header, hashed together."""
    body_hash: Mapped[str]
    status: Mapped[int | None]
    response: Mapped[str | None]
    created_at: Mapped[CreatedAt]
