"""Sign-in, users and API keys."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import BaseModel, Field, StringConstraints

from app.models import (
    Role,
    Scope,
)
from app.schemas.base import Name, Request, Row

UserSort = Literal[
    "oldest", "newest", "name", "name_reversed", "last_seen", "longest_unseen", "most_labels", "fewest_labels"
]


GivenPassword = Annotated[str, StringConstraints(min_length=1, max_length=1024)]
NewPassword = Annotated[str, StringConstraints(min_length=10, max_length=1024)]


class LoginRequest(Request):
    username: Name
    password: GivenPassword


class LinkLoginRequest(Request):
    token: Annotated[str, StringConstraints(min_length=1, max_length=200)]


class PasswordChange(Request):
    password: NewPassword
    current_password: GivenPassword | None = Field(
        None, description="Needed where `needs_current_password` of the session says so."
    )


class UserCreate(Request):
    username: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=100)]
    role: Role = Role.ANNOTATOR
    password: NewPassword | None = Field(None, description="Null: the answer carries a one-time login link instead.")


class UserUpdate(Request):
    role: Role | None = None
    is_active: bool | None = None
    is_paused: bool | None = Field(None, description="A paused person gets no new pairs.")
    password: NewPassword | None = None


class UserOut(Row):
    id: UUID
    username: str
    role: Role
    is_active: bool
    is_paused: bool
    last_seen_at: datetime | None = Field(description="When they last had a page open, to the minute.")
    created_at: datetime


class UserFilter(BaseModel):
    """Which people a list shows, and in which order."""

    search: str | None = Field(None, max_length=500, description="Part of the user name, in any case.")
    role: Role | None = None
    state: Literal["active", "paused", "shut_out"] | None = None
    sort: UserSort = "oldest"


class UserCreated(UserOut):
    login_link: str | None = Field(None, description="Path with a one-time token, shown once.")


class UserWork(BaseModel):
    """What a person labelled, undone labels left out; pace is that of the last 200 labels."""

    user_id: UUID
    labels: int
    labels_today: int = Field(description="Since midnight UTC.")
    labels_per_hour: float | None = Field(description="While at work: pauses above five minutes are left out.")
    median_seconds: float | None = Field(description="Time on task.")
    last_label_at: datetime | None


class SessionOut(BaseModel):
    """Who is signed in. Browsers send `csrf_token` back as X-CSRF-Token with every write."""

    user: UserOut
    csrf_token: str
    has_password: bool = Field(description="Without one, only a one-time link of an admin signs this person in.")
    needs_current_password: bool = Field(
        description="A new password is set only with the current one: there is one, and no link was used just now."
    )


class KeyCreate(Request):
    name: Name
    scope: Scope
    expires_at: datetime | None = None


class KeyOut(Row):
    id: UUID
    name: str
    prefix: str
    scope: Scope
    expires_at: datetime | None
    last_used_at: datetime | None
    revoked_at: datetime | None
    created_at: datetime


class KeyCreated(KeyOut):
    key: str = Field(description="Shown once; only its hash is stored.")
