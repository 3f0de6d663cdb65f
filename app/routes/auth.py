"""Signing in and out; people and API keys for admins."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Cookie, Query, Request, Response

from app.auth import COOKIE, AdminCaller, CurrentCaller, SessionDep
from app.errors import Forbidden, Unauthenticated
from app.models import ApiKey, LoginSession, User
from app.paging import Rows
from app.routes.paging import SliceDep
from app.schemas import (
    KeyCreate,
    KeyCreated,
    KeyOut,
    LinkLoginRequest,
    LoginRequest,
    Page,
    PasswordChange,
    SessionOut,
    UserCreate,
    UserCreated,
    UserFilter,
    UserOut,
    UserUpdate,
    UserWork,
)
from app.services import activity, keys, throttle, user_lists, users
from app.settings import get_settings

router = APIRouter(tags=["auth"])


@router.post("/auth/login")
def login(body: LoginRequest, request: Request, response: Response, session: SessionDep) -> SessionOut:
    """Sign in with user name and password; the answer sets the session cookie."""
    address = request.client.host if request.client else ""
    throttle.count_try(body.username, address)
    user = users.login(session, body.username, body.password)
    throttle.forget_tries(body.username, address)
    return _sign_in(session, user, response)


@router.post("/auth/link")
def login_by_link(body: LinkLoginRequest, response: Response, session: SessionDep) -> SessionOut:
    """Sign in with the token of a one-time link."""
    return _sign_in(session, users.login_by_link(session, body.token), response, by_link=True)


def _sign_in(session: SessionDep, user: User, response: Response, *, by_link: bool = False) -> SessionOut:
    settings = get_settings()
    row, token = users.start_session(session, user, days=settings.session_days, by_link=by_link)
    response.set_cookie(
        COOKIE,
        token,
        max_age=settings.session_days * 86_400,
        httponly=True,
        samesite="lax",
        secure=settings.is_https,
        path="/",
    )
    return _describe(row)


def _describe(row: LoginSession) -> SessionOut:
    return SessionOut(
        user=UserOut.model_validate(row.user),
        csrf_token=row.csrf_token,
        has_password=row.user.password_hash is not None,
        needs_current_password=users.needs_current_password(row),
    )


@router.get("/auth/session")
def get_login_session(caller: CurrentCaller) -> SessionOut:
    """Who is signed in; 401 when nobody is."""
    if caller.login is None:
        raise Unauthenticated("An API key has no session. Sign in as a person.")
    return _describe(caller.login)


@router.put("/auth/password")
def set_own_password(body: PasswordChange, caller: CurrentCaller, request: Request, session: SessionDep) -> SessionOut:
    """Set or change the own password; ends this person's other sessions and unused one-time links."""
    if caller.login is None:
        raise Forbidden("An API key has no password. Sign in as a person.")
    is_guess = users.needs_current_password(caller.login)
    address = request.client.host if request.client else ""
    if is_guess:
        throttle.count_try(caller.name, address)
    users.set_own_password(session, caller.login, body, actor=caller.actor)
    if is_guess:
        throttle.forget_tries(caller.name, address)
    return _describe(caller.login)


@router.post("/auth/logout", status_code=204)
def logout(
    _caller: CurrentCaller,
    response: Response,
    session: SessionDep,
    tiebreak_session: Annotated[str | None, Cookie(include_in_schema=False)] = None,
) -> None:
    """End this session."""
    if tiebreak_session:
        users.end_session(session, tiebreak_session)
    response.delete_cookie(COOKIE, path="/")


@router.get("/users", response_model=Page[UserOut])
def list_users(
    _caller: AdminCaller, session: SessionDep, part: SliceDep, wanted: Annotated[UserFilter, Query()]
) -> Rows[User]:
    return user_lists.list_users(session, part, wanted)


@router.get("/users/work")
def list_work(
    _caller: AdminCaller, session: SessionDep, user_id: Annotated[list[UUID], Query(min_length=1, max_length=200)]
) -> list[UserWork]:
    """What these people have labelled, and their pace; unknown ids are left out."""
    return activity.list_work(session, user_id)


@router.post("/users", status_code=201)
def create_user(body: UserCreate, caller: AdminCaller, session: SessionDep) -> UserCreated:
    """A new person; without a password the answer carries a one-time login link."""
    user, link = users.create_user(session, body, actor=caller.actor)
    return _created(user, link)


def _created(user: User, link: str | None) -> UserCreated:
    return UserCreated.model_validate(UserOut.model_validate(user).model_dump() | {"login_link": link})


@router.patch("/users/{user_id}", response_model=UserOut)
def update_user(user_id: UUID, body: UserUpdate, caller: AdminCaller, session: SessionDep) -> User:
    """Change role, password or activity."""
    return users.update_user(session, user_id, body, actor=caller.actor)


@router.post("/users/{user_id}/login-link")
def create_login_link(user_id: UUID, caller: AdminCaller, session: SessionDep) -> UserCreated:
    """A new one-time login link, good for a week."""
    user = users.get_user(session, user_id)
    return _created(user, users.create_login_link(session, user, actor=caller.actor))


@router.get("/api-keys", response_model=Page[KeyOut])
def list_keys(_caller: AdminCaller, session: SessionDep, part: SliceDep) -> Rows[ApiKey]:
    return keys.list_keys(session, part)


@router.post("/api-keys", status_code=201)
def create_key(body: KeyCreate, caller: AdminCaller, session: SessionDep) -> KeyCreated:
    """A new key for a program; it is shown in this answer only."""
    key, text = keys.create_key(session, body, actor=caller.actor)
    return KeyCreated.model_validate(KeyOut.model_validate(key).model_dump() | {"key": text})


@router.delete("/api-keys/{key_id}", status_code=204)
def revoke_key(key_id: UUID, caller: AdminCaller, session: SessionDep) -> None:
    """Revoke a key; it is refused from now on."""
    keys.revoke_key(session, key_id, actor=caller.actor)
