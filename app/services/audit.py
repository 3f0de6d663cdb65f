"""Who acts, and the log of every change of state that an admin can make. Knows nothing of HTTP."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, func, select, union_all
from sqlalchemy.orm import InstrumentedAttribute, Session

from app.models import (
    ApiKey,
    AuditEvent,
    Evaluation,
    Flag,
    ModelVersion,
    Pair,
    PracticePair,
    Project,
    Prompt,
    Round,
    Sampling,
    TrainingRun,
    User,
)
from app.models.projects import prompt_line
from app.paging import Rows, Slice, fetch_page, first_id_at
from app.schemas import AuditFilter, AuditOut

BEGINNING = 80
"""Characters by which a prompt or a flag is told from others."""

SUBJECTS: dict[str, tuple[InstrumentedAttribute[UUID], ColumnElement[str] | InstrumentedAttribute[str]]] = {
    "user": (User.id, User.username),
    "key": (ApiKey.id, ApiKey.name),
    "round": (Round.id, func.concat("round ", Round.number)),
    "training": (TrainingRun.id, func.concat("run ", TrainingRun.number)),
    "model": (ModelVersion.id, func.concat("model ", ModelVersion.number)),
    "evaluation": (Evaluation.id, func.concat("model ", ModelVersion.number)),
    "prompt": (Prompt.id, func.left(prompt_line(Prompt.content), BEGINNING)),
    "pair": (Pair.id, func.left(prompt_line(Prompt.content), BEGINNING)),
    "flag": (Flag.id, func.left(Flag.reason, BEGINNING)),
    "practice": (PracticePair.id, func.left(prompt_line(PracticePair.prompt), BEGINNING)),
    "sampling": (Sampling.id, func.left(prompt_line(Sampling.content), BEGINNING)),
}
"""By the noun of an action: the id that an event names its subject by, and what the subject is called."""


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
    """With the names of authors, projects and subjects, read in one query each."""
    users = select(User.id, User.username).where(User.id.in_({event.user_id for event in events}))
    keys = select(ApiKey.id, ApiKey.name).where(ApiKey.id.in_({event.api_key_id for event in events}))
    projects = select(Project.id, Project.name).where(Project.id.in_({event.project_id for event in events}))
    names: dict[UUID | None, str] = {}
    for names_of in (users, keys, projects):
        names |= dict(session.execute(names_of).all())
    subjects = _name_subjects(session, events)
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
            subject=subjects.get(event.subject_id) or event.details.get("prompt"),  # what was removed left its prompt
            details=event.details,
            created_at=event.created_at,
        )
        for event in events
    ]


def _name_subjects(session: Session, events: Sequence[AuditEvent]) -> dict[UUID | None, str]:
    """In words, by id: one query for all kinds of subject that these events have."""
    ids: dict[str, set[UUID]] = {}
    for event in events:
        noun = event.action.partition(".")[0]
        if event.subject_id is not None and noun in SUBJECTS:
            ids.setdefault(noun, set()).add(event.subject_id)
    if not ids:
        return {}
    return dict(session.execute(union_all(*[_name_some(noun, some) for noun, some in ids.items()])).all())


def _name_some(noun: str, ids: set[UUID]) -> Select[UUID, str]:
    id_column, words = SUBJECTS[noun]
    named = select(id_column, words).where(id_column.in_(ids))
    match noun:
        case "evaluation":
            return named.join(ModelVersion, ModelVersion.id == Evaluation.model_version_id)
        case "pair":
            return named.join(Prompt, Prompt.id == Pair.prompt_id)
        case _:
            return named
