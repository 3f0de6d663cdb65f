"""People: accounts, passwords, sessions and one-time login links. Knows nothing of HTTP."""

import hashlib
import secrets
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from uuid import UUID

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError
from sqlalchemy import delete, func, or_, select, update
from sqlalchemy.orm import Session, joinedload

from app.errors import Conflict, Invalid, NotFound, Unauthenticated
from app.models import LoginLink, LoginSession, Role, User
from app.schemas import PasswordChange, UserCreate, UserUpdate
from app.services.audit import Actor, record

LINK_LIFETIME = timedelta(days=7)
PASSWORD_AFTER_LINK = timedelta(hours=1)
LAST_SEEN_PRECISION = timedelta(minutes=1)
WRONG = "The user name or the password is wrong."


def hash_token(token: str) -> str:
    """Hash under which a session token, login link or API key is stored; they are random, so one round is enough."""
    return hashlib.sha256(token.encode()).hexdigest()


@lru_cache(maxsize=1)
def _hasher() -> PasswordHasher:
    return PasswordHasher()


@lru_cache(maxsize=1)
def _hash_of_nobody() -> str:
    """Verified for unknown users, so that the time of an answer does not tell which names exist."""
    return _hasher().hash(secrets.token_urlsafe(32))


def is_same_token(stored: str, given: str | None) -> bool:
    """Compares in constant time."""
    return given is not None and secrets.compare_digest(stored.encode(), given.encode())


def hash_password(password: str) -> str:
    """Argon2id with the library's current parameters."""
    return _hasher().hash(password)


def _is_password(stored: str | None, password: str) -> bool:
    try:
        return _hasher().verify(stored or _hash_of_nobody(), password) and stored is not None
    except (VerifyMismatchError, InvalidHashError):
        return False


# Signing in


def login(session: Session, username: str, password: str) -> User:
    """The active user with this name and password; raises Unauthenticated, the same for every reason."""
    user = session.scalar(select(User).where(User.username == username))
    if not _is_password(user.password_hash if user else None, password) or user is None or not user.is_active:
        raise Unauthenticated(WRONG)
    if user.password_hash and _hasher().check_needs_rehash(user.password_hash):
        user.password_hash = hash_password(password)
    return user


def login_by_link(session: Session, token: str) -> User:
    """Use up a one-time link; of two requests at once, one signs in."""
    now = datetime.now(UTC)
    user_id = session.scalar(
        update(LoginLink)
        .where(LoginLink.token_hash == hash_token(token), LoginLink.used_at.is_(None), LoginLink.expires_at > now)
        .values(used_at=now)
        .returning(LoginLink.user_id)
    )
    user = session.get(User, user_id) if user_id else None
    if user is None or not user.is_active:
        raise Unauthenticated("This login link was used already or has expired. Ask an admin for a new one.")
    return user


def start_session(session: Session, user: User, *, days: int, by_link: bool = False) -> tuple[LoginSession, str]:
    """A new session and its token, which is stored only as a hash; sessions of the user that ended are removed.

    One that begins with a one-time link may set a password for an hour.
    """
    now = datetime.now(UTC)
    session.execute(delete(LoginSession).where(LoginSession.user_id == user.id, LoginSession.expires_at <= now))
    token = secrets.token_urlsafe(32)
    row = LoginSession(
        token_hash=hash_token(token),
        user=user,
        csrf_token=secrets.token_urlsafe(32),
        may_set_password_until=now + PASSWORD_AFTER_LINK if by_link else None,
        expires_at=now + timedelta(days=days),
    )
    session.add(row)
    session.flush()
    return row, token


def find_session(session: Session, token: str) -> LoginSession | None:
    """The live session with this token, with its user loaded."""
    return session.scalar(
        select(LoginSession)
        .where(LoginSession.token_hash == hash_token(token), LoginSession.expires_at > datetime.now(UTC))
        .options(joinedload(LoginSession.user))
    )


def note_seen(session: Session, user: User) -> None:
    """Remember that this person is here, at most once a minute, and not while another request of theirs does."""
    now = datetime.now(UTC)
    if user.last_seen_at is not None and user.last_seen_at >= now - LAST_SEEN_PRECISION:
        return
    is_old = or_(User.last_seen_at.is_(None), User.last_seen_at < now - LAST_SEEN_PRECISION)
    free = select(User.id).where(User.id == user.id, is_old).with_for_update(skip_locked=True, key_share=True)
    session.execute(
        update(User).where(User.id.in_(free)).values(last_seen_at=now).execution_options(synchronize_session=False)
    )


def end_session(session: Session, token: str) -> None:
    session.execute(delete(LoginSession).where(LoginSession.token_hash == hash_token(token)))


# The own password


def needs_current_password(login: LoginSession) -> bool:
    """Whether this session may set a new password only with the current one."""
    until = login.may_set_password_until
    return login.user.password_hash is not None and (until is None or until <= datetime.now(UTC))


def set_own_password(session: Session, login: LoginSession, request: PasswordChange, *, actor: Actor) -> None:
    """Give the person of this session a new password; ends their other sessions and their unused links.

    Raises Invalid for a current password that is missing or wrong, and Unauthenticated where another change has ended
    the session meanwhile.
    """
    session.refresh(login.user, with_for_update={"key_share": True})  # of two changes at once, the later sees the first
    still = select(LoginSession).where(LoginSession.token_hash == login.token_hash)
    if session.scalar(still.execution_options(populate_existing=True)) is None:
        raise Unauthenticated("Your session has ended. Sign in again.")
    user = login.user
    if needs_current_password(login):
        if request.current_password is None:
            raise _refused_current("Give the current password too, or ask an admin for a new one-time link.")
        if not _is_password(user.password_hash, request.current_password):
            raise _refused_current("The current password is wrong. Nothing was changed.")
    was = "changed" if user.password_hash else "set"
    user.password_hash = hash_password(request.password)
    login.may_set_password_until = None
    _end_ways_in(session, user, but=login)
    details = {"username": user.username, "password": was}
    record(session, actor, action="user.password", subject_id=user.id, details=details)
    session.flush()


def _refused_current(message: str) -> Invalid:
    return Invalid(message, errors=[{"field": "current_password", "message": message}])


def _end_ways_in(session: Session, user: User, *, but: LoginSession | None = None) -> None:
    """End the user's sessions, one of them perhaps not, and the links that were not used yet."""
    others = LoginSession.user_id == user.id
    if but is not None:
        others &= LoginSession.token_hash != but.token_hash
    session.execute(delete(LoginSession).where(others))
    session.execute(delete(LoginLink).where(LoginLink.user_id == user.id, LoginLink.used_at.is_(None)))


# Accounts


def get_user(session: Session, user_id: UUID) -> User:
    user = session.get(User, user_id)
    if user is None:
        raise NotFound(f"There is no user {user_id}.")
    return user


def create_user(session: Session, request: UserCreate, *, actor: Actor) -> tuple[User, str | None]:
    """A new user, and a one-time login link when no password was given."""
    user = User(
        username=request.username,
        role=request.role,
        password_hash=hash_password(request.password) if request.password else None,
    )
    _refuse_taken_name(session, user.username)
    session.add(user)
    session.flush()
    details = {"username": user.username, "role": user.role.value}
    record(session, actor, action="user.create", subject_id=user.id, details=details)
    link = None if request.password else create_login_link(session, user, actor=actor)
    return user, link


def _refuse_taken_name(session: Session, name: str) -> None:
    """Names that differ only in case are taken for one another. No index forbids them: there may be some already."""
    in_any_case = func.lower(name)
    session.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(in_any_case, 0))))
    taken = session.scalar(select(User.username).where(func.lower(User.username) == in_any_case))
    if taken is not None:
        raise Conflict(f"There is a user named {taken!r} already.", code="name_taken")


def update_user(session: Session, user_id: UUID, request: UserUpdate, *, actor: Actor) -> User:
    """Change what is given. A new password or deactivation ends the user's sessions and links."""
    user = get_user(session, user_id)
    changes = request.model_dump(exclude_unset=True, exclude_none=True)
    _keep_one_admin(session, user, changes)
    if password := changes.pop("password", None):
        user.password_hash = hash_password(password)
    for name, value in changes.items():
        setattr(user, name, value)
    if password or not user.is_active:
        _end_ways_in(session, user)
    details = {"username": user.username} | changes | ({"password": "changed"} if password else {})
    record(session, actor, action="user.update", subject_id=user.id, details=details)
    session.flush()
    return user


def _keep_one_admin(session: Session, user: User, changes: dict[str, object]) -> None:
    is_leaving = changes.get("role", user.role) != Role.ADMIN or changes.get("is_active", user.is_active) is False
    if user.role is not Role.ADMIN or not user.is_active or not is_leaving:
        return
    # Locked, so that two admins who demote each other at once do not leave none.
    admins = select(User.id).where(User.role == Role.ADMIN, User.is_active).order_by(User.id)
    if len(session.scalars(admins.with_for_update(key_share=True)).all()) <= 1:
        raise Conflict("This is the last active admin. Make somebody else an admin first.", code="last_admin")


def create_login_link(session: Session, user: User, *, actor: Actor) -> str:
    """Path of the page that signs the user in once, within a week."""
    if not user.is_active:
        raise Conflict(f"{user.username} is not active; activate the account first.", code="inactive")
    token = secrets.token_urlsafe(32)
    session.add(LoginLink(token_hash=hash_token(token), user_id=user.id, expires_at=datetime.now(UTC) + LINK_LIFETIME))
    record(session, actor, action="user.login_link", subject_id=user.id, details={"username": user.username})
    session.flush()
    return f"/login?token={token}"
