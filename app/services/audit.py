"""Who acts, and the log of every change of state that an admin can make. Knows nothing of HTTP."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models import ApiKey, AuditEvent, Project, User
from app.paging import Rows, Slice, fetch_page, first_id_at
from app.schemas import AuditFilter, AuditOut


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


def list_events(
    session: Session, part: Slice, wanted: AuditFilter, *, project_id: UUID | None = None
) -> Rows[AuditOut]:
    """Events that are wanted, newest first: of one project, or of the whole installation, people and keys included."""
    events = select(AuditEvent)
    if project_id is not None:
        events = events.where(AuditEvent.project_id == project_id)
    if wanted.action is not None:
        events = events.where(AuditEvent.action == wanted.action)
    if wanted.user_id is not None:
        events = events.where(AuditEvent.user_id == wanted.user_id)
    if wanted.api_key_id is not None:
        events = events.where(AuditEvent.api_key_id == wanted.api_key_id)
    if wanted.since is not None:
        events = events.where(AuditEvent.id >= first_id_at(wanted.since))
    if wanted.until is not None:
        events = events.where(AuditEvent.id < first_id_at(wanted.until))
    page = fetch_page(session, events, AuditEvent.id, part, newest_first=True)
    return Rows(_describe(session, page.items), page.next_cursor)


def _describe(session: Session, events: Sequence[AuditEvent]) -> list[AuditOut]:
    """With names, read in one query each."""
    users = select(User.id, User.username).where(User.id.in_({event.user_id for event in events}))
    keys = select(ApiKey.id, ApiKey.name).where(ApiKey.id.in_({event.api_key_id for event in events}))
    projects = select(Project.id, Project.name).where(Project.id.in_({event.project_id for event in events}))
    names: dict[UUID | None, str] = {}
    for names_of in (users, keys, projects):
        names |= dict(session.execute(names_of).all())
    return [
        AuditOut(
            id=event.id,
            action=event.action,
            user_id=event.user_id,
            api_key_id=event.api_key_id,
            author=names.get(event.user_id or event.api_key_id),
            project_id=event.project_id,
            project_name=names.get(event.project_id),
            subject_id=event.subject_id,
            details=event.details,
            created_at=event.created_at,
        )
        for event in events
    ]
