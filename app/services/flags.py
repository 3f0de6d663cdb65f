"""Flags: remarks of annotators on pairs that are broken, which wait for an admin. Knows nothing of HTTP."""

from typing import Any
from uuid import UUID

from sqlalchemy import Row, Select, func, select
from sqlalchemy.orm import Session, aliased

from app.errors import Invalid, NotFound
from app.models import ApiKey, Completion, Flag, Lending, Pair, Prompt, Round, User
from app.models.projects import prompt_line
from app.paging import Rows, Slice, fetch_page
from app.schemas import FlagCreate, FlagOut
from app.services.audit import BEGINNING, Actor, record
from app.services.claims import own_lending
from app.services.labels import on_screen
from app.services.locks import lock_author
from app.services.projects import get_project


def raise_flag(session: Session, *, actor: Actor, body: FlagCreate, idempotency_key: str) -> tuple[Flag, bool]:
    """Store a remark on a lent pair, also after the lease is over; True when the same request was stored before.

    Raises NotFound or Forbidden for the lease, Invalid with code `idempotency_key_reused`.
    """
    lock_author(session, actor)
    key = f"{actor.user_id or actor.api_key_id}:{idempotency_key}"
    if before := session.scalar(select(Flag).where(Flag.idempotency_key == key)):
        if (before.lease_token, before.reason) != (body.lease, body.reason):
            raise Invalid("This Idempotency-Key was used before with another flag.", code="idempotency_key_reused")
        return before, True
    lending = own_lending(session, body.lease, actor)
    flag = Flag(
        project_id=session.get_one(Pair, lending.pair_id).project_id,
        pair_id=lending.pair_id,
        user_id=actor.user_id,
        api_key_id=actor.api_key_id,
        lease_token=lending.token,
        reason=body.reason,
        idempotency_key=key,
    )
    session.add(flag)
    session.flush()
    return flag, False


def list_flags(session: Session, project_id: UUID, part: Slice, *, is_open: bool | None) -> Rows[FlagOut]:
    """The project's flags, newest first; `is_open` leaves only those that wait, or only those that do not."""
    get_project(session, project_id)
    flags = select(Flag).where(Flag.project_id == project_id)
    if is_open is not None:
        flags = flags.where(Flag.resolved_at.is_(None) if is_open else Flag.resolved_at.is_not(None))
    page = fetch_page(session, flags, Flag.id, part, newest_first=True)
    shown = {row.Flag.id: _describe(row) for row in session.execute(_with_pair([one.id for one in page.items]))}
    return Rows([shown[flag.id] for flag in page.items], page.next_cursor)


def resolve_flag(session: Session, flag_id: UUID, *, actor: Actor) -> FlagOut:
    """Nothing more waits for an admin. Raises NotFound."""
    flag = session.get(Flag, flag_id, with_for_update=True)
    if flag is None:
        raise NotFound("There is no flag with this id.")
    if flag.resolved_at is None:
        flag.resolved_at = session.scalars(select(func.now())).one()
        flag.resolved_by_user_id, flag.resolved_by_key_id = actor.user_id, actor.api_key_id
        prompt = select(func.left(prompt_line(Prompt.content), BEGINNING)).join(Pair, Pair.prompt_id == Prompt.id)
        details = {"prompt": session.scalar(prompt.where(Pair.id == flag.pair_id))}
        if flag.reason:
            details["reason"] = flag.reason[:BEGINNING]
        record(session, actor, action="flag.resolve", project_id=flag.project_id, subject_id=flag.id, details=details)
        session.flush()
    return _describe(session.execute(_with_pair([flag.id])).one())


def _with_pair(ids: list[UUID]) -> Select[Any]:
    a, b = aliased(Completion), aliased(Completion)
    resolving_user, resolving_key = aliased(User), aliased(ApiKey)
    author = func.coalesce(User.username, ApiKey.name).label("author")
    resolver = func.coalesce(resolving_user.username, resolving_key.name).label("resolver")
    texts = (Prompt.content, a.text.label("a"), b.text.label("b"), Lending.swapped)
    return (
        select(Flag, author, resolver, Round.number, *texts)
        .join(Pair, Pair.id == Flag.pair_id)
        .join(Prompt, Prompt.id == Pair.prompt_id)
        .join(a, a.id == Pair.completion_a_id)
        .join(b, b.id == Pair.completion_b_id)
        .join(Lending, Lending.token == Flag.lease_token)
        .outerjoin(Round, Round.id == Pair.round_id)
        .outerjoin(User, User.id == Flag.user_id)
        .outerjoin(ApiKey, ApiKey.id == Flag.api_key_id)
        .outerjoin(resolving_user, resolving_user.id == Flag.resolved_by_user_id)
        .outerjoin(resolving_key, resolving_key.id == Flag.resolved_by_key_id)
        .where(Flag.id.in_(ids))
    )


def _describe(row: Row[Any]) -> FlagOut:
    flag: Flag = row.Flag
    left, right = on_screen(row.swapped, row.a, row.b)
    return FlagOut(
        id=flag.id,
        pair_id=flag.pair_id,
        author=row.author,
        reason=flag.reason,
        prompt=row.content,
        left=left,
        right=right,
        left_is="b" if row.swapped else "a",
        round_number=row.number,
        state="open" if flag.resolved_at is None else "resolved",
        resolved_at=flag.resolved_at,
        resolved_by=row.resolver,
        created_at=flag.created_at,
    )
