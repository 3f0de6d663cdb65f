"""API keys of programs: created, shown once, stored hashed, revoked. Knows nothing of HTTP."""

import secrets
from datetime import UTC, datetime, timedelta
from uuid import UUID

from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session

from app.errors import Invalid, NotFound, Unauthenticated
from app.models import ApiKey
from app.paging import Rows, Slice, fetch_page
from app.schemas import KeyCreate
from app.services.audit import Actor, record
from app.services.users import hash_token

LAST_USED_PRECISION = timedelta(minutes=1)


def list_keys(session: Session, part: Slice) -> Rows[ApiKey]:
    return fetch_page(session, select(ApiKey), ApiKey.id, part)


def create_key(session: Session, request: KeyCreate, *, actor: Actor) -> tuple[ApiKey, str]:
    """A new key and its text `tb_<prefix>_<secret>`, which cannot be shown again."""
    if request.expires_at is not None and request.expires_at.tzinfo is None:
        raise Invalid("expires_at needs a time zone, such as 2030-01-31T12:00:00Z.")
    prefix = secrets.token_hex(4)
    text = f"tb_{prefix}_{secrets.token_urlsafe(32)}"
    key = ApiKey(
        name=request.name,
        prefix=prefix,
        key_hash=hash_token(text),
        scope=request.scope,
        created_by_id=actor.user_id,
        expires_at=request.expires_at,
    )
    session.add(key)
    session.flush()
    details = {"name": key.name, "scope": key.scope.value}
    record(session, actor, action="key.create", subject_id=key.id, details=details)
    return key, text


def revoke_key(session: Session, key_id: UUID, *, actor: Actor) -> None:
    """Refuse the key from now on; revoking twice changes nothing."""
    key = session.get(ApiKey, key_id)
    if key is None:
        raise NotFound(f"There is no API key {key_id}.")
    if key.revoked_at is None:
        key.revoked_at = datetime.now(UTC)
        record(session, actor, action="key.revoke", subject_id=key.id, details={"name": key.name})


def use_key(session: Session, text: str) -> ApiKey:
    """The live key with this text; notes its use at most once a minute."""
    now = datetime.now(UTC)
    key = session.scalar(select(ApiKey).where(ApiKey.key_hash == hash_token(text)))
    if key is None:
        raise Unauthenticated("This API key is not known.")
    if key.revoked_at is not None:
        raise Unauthenticated(f"The API key tb_{key.prefix}_… was revoked.")
    if key.expires_at is not None and key.expires_at <= now:
        raise Unauthenticated(f"The API key tb_{key.prefix}_… has expired.")
    if key.last_used_at is None or key.last_used_at < now - LAST_USED_PRECISION:
        _note_use(session, key, now)
    return key


def _note_use(session: Session, key: ApiKey, now: datetime) -> None:
    """Skipped while another request of the same key is noting it: a program's requests must not queue up here."""
    is_old = or_(ApiKey.last_used_at.is_(None), ApiKey.last_used_at < now - LAST_USED_PRECISION)
    free = select(ApiKey.id).where(ApiKey.id == key.id, is_old).with_for_update(skip_locked=True, key_share=True)
    session.execute(
        update(ApiKey).where(ApiKey.id.in_(free)).values(last_used_at=now).execution_options(synchronize_session=False)
    )
