"""Who calls: session cookies with CSRF for browsers, bearer keys for programs, and the roles that routes ask for."""

from dataclasses import dataclass
from typing import Annotated
from uuid import UUID

from fastapi import Cookie, Depends, Header, Request
from fastapi.security import APIKeyCookie, HTTPBearer
from sqlalchemy.orm import Session

from app.db import POOL_SIZE, get_session, transaction
from app.errors import Forbidden, Unauthenticated
from app.models import ApiKey, LoginSession, Role, Scope, User
from app.services import keys, users
from app.services.audit import Actor

COOKIE = "tiebreak_session"
READING = {"GET", "HEAD", "OPTIONS"}

SessionDep = Annotated[
    Session,
    # Between two dependencies a request holds its connection but no thread. With more such requests than connections,
    # all threads could wait for a connection while all connections wait for a thread; the bound makes that impossible.
    Depends(get_session, scope="function", max_concurrency=POOL_SIZE - 8),
]


@dataclass(frozen=True)
class Caller:
    """A signed-in person, or a program with an API key; exactly one of `user` and `api_key` is set."""

    user: User | None
    api_key: ApiKey | None
    login: LoginSession | None = None

    @property
    def is_admin(self) -> bool:
        """May do everything."""
        if self.user:
            return self.user.role is Role.ADMIN
        return self.api_key is not None and self.api_key.scope is Scope.ADMIN

    @property
    def can_read(self) -> bool:
        """May see projects, models, labels and exports."""
        return self.is_admin or (self.api_key is not None and self.api_key.scope is Scope.READ)

    @property
    def can_label(self) -> bool:
        """May claim pairs and label them: every person, judge keys, admin keys."""
        return self.user is not None or (self.api_key is not None and self.api_key.scope is not Scope.READ)

    @property
    def name(self) -> str:
        if self.user:
            return self.user.username
        return self.api_key.name if self.api_key else ""

    @property
    def id(self) -> UUID:
        found = self.user or self.api_key
        assert found is not None
        return found.id

    @property
    def actor(self) -> Actor:
        """What services are told of the caller."""
        return Actor(user_id=self.user.id if self.user else None, api_key_id=self.api_key.id if self.api_key else None)


def authenticate(
    session: Session, *, method: str, authorization: str | None, cookie: str | None, csrf_token: str | None
) -> Caller:
    """The caller behind a request's credentials; a bearer key wins over a cookie.

    Raises Unauthenticated (401) without valid credentials and Forbidden (403) for a write whose CSRF token is wrong.
    """
    if authorization is not None:
        scheme, _, text = authorization.partition(" ")
        if scheme.lower() != "bearer" or not text.strip():
            raise Unauthenticated("The Authorization header must read 'Bearer <API key>'.")
        return Caller(user=None, api_key=keys.use_key(session, text.strip()))
    if cookie is None:
        raise Unauthenticated("Sign in, or send an API key in the Authorization header.")
    login = users.find_session(session, cookie)
    if login is None:
        raise Unauthenticated("Your session has ended. Sign in again.")
    if not login.user.is_active:
        raise Unauthenticated("This account is not active. Ask an admin.")
    if method not in READING and not users.is_same_token(login.csrf_token, csrf_token):
        raise Forbidden("The X-CSRF-Token header is missing or wrong. Reload the page and try again.", code="csrf")
    if method in READING:  # whoever has a page open reads all the time; a write may lock other people's rows
        users.note_seen(session, login.user)
    return Caller(user=login.user, api_key=None, login=login)


@dataclass(frozen=True)
class Credentials:
    """What a request brought along."""

    method: str
    authorization: str | None
    cookie: str | None
    csrf_token: str | None

    def resolve(self, session: Session) -> Caller:
        return authenticate(
            session,
            method=self.method,
            authorization=self.authorization,
            cookie=self.cookie,
            csrf_token=self.csrf_token,
        )


def read_credentials(
    request: Request,
    _bearer: Annotated[object, Depends(HTTPBearer(auto_error=False, description="API key `tb_…`"))],
    _cookie: Annotated[object, Depends(APIKeyCookie(name=COOKIE, auto_error=False, description="Browser session"))],
    authorization: Annotated[str | None, Header(include_in_schema=False)] = None,
    tiebreak_session: Annotated[str | None, Cookie(include_in_schema=False)] = None,
    x_csrf_token: Annotated[str | None, Header(include_in_schema=False)] = None,
) -> Credentials:
    return Credentials(request.method, authorization, tiebreak_session, x_csrf_token)


CredentialsDep = Annotated[Credentials, Depends(read_credentials)]


def current_caller(session: SessionDep, credentials: CredentialsDep) -> Caller:
    return credentials.resolve(session)


CurrentCaller = Annotated[Caller, Depends(current_caller)]


def require_admin(caller: CurrentCaller) -> Caller:
    if not caller.is_admin:
        raise Forbidden("This needs an admin, or a key with scope admin.")
    return caller


def require_read(caller: CurrentCaller) -> Caller:
    if not caller.can_read:
        raise Forbidden("This needs an admin, or a key with scope read or admin.")
    return caller


def require_label(caller: CurrentCaller) -> Caller:
    if not caller.can_label:
        raise Forbidden("This needs a signed-in person, or a key with scope judge or admin.")
    return caller


def admin_before_upload(credentials: CredentialsDep) -> Caller:
    """An admin, checked in a transaction of its own: a slow upload must not hold a connection while it comes in."""
    with transaction() as session:
        return require_admin(credentials.resolve(session))


AdminCaller = Annotated[Caller, Depends(require_admin)]
ReadCaller = Annotated[Caller, Depends(require_read)]
LabelCaller = Annotated[Caller, Depends(require_label)]
UploadingAdmin = Annotated[Caller, Depends(admin_before_upload)]
