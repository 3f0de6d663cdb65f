"""Who acts, and the log of every change of state that an admin can make. Knows nothing of HTTP."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models import AuditEvent
from app.paging import Rows, Slice, fetch_page


@dataclass(frozen=True)
class Actor:
    """Who asks a service to act: a person, a program with a key, or (neither) the service itself."""

    user_id: UUID | None = None
    api_key_id: UUID | None = None


SYSTEM = Actor()
"""Triggers, the sweep and the command line."""


def record(
    session: Session,
    actor: Actor,
    *,
    action: str,
    project_id: UUID | None = None,
    subject_id: UUID | None = None,
    details: dict[str, Any] | None = None,
) -> None:
    """Write one event, in the transaction of the change it speaks about; `action` reads `noun.verb`."""
    session.add(
        AuditEvent(
            user_id=actor.user_id,
            api_key_id=actor.api_key_id,
            project_id=project_id,
            action=action,
            subject_id=subject_id,
            details=details or {},
        )
    )


def list_events(session: Session, project_id: UUID, part: Slice) -> Rows[AuditEvent]:
    """The project's events, newest first."""
    events = select(AuditEvent).where(AuditEvent.project_id == project_id)
    return fetch_page(session, events, AuditEvent.id, part, newest_first=True)
