"""People and programs: users, their sessions and one-time links, and API keys."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import ForeignKey, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.models.base import Base, CreatedAt, Id, choice


class Role(StrEnum):
    ADMIN = "admin"
    ANNOTATOR = "annotator"


class Scope(StrEnum):
    """What a key may do: `judge` labels, `read` reads everything, `admin` does all that an admin does."""

    JUDGE = "judge"
    READ = "read"
    ADMIN = "admin"


class User(Base):
    __tablename__ = "users"

    id: Mapped[Id]
    username: Mapped[str] = mapped_column(unique=True)
    role: Mapped[Role] = mapped_column(choice(Role, "role"))
    password_hash: Mapped[str | None]
    is_active: Mapped[bool] = mapped_column(server_default=text("true"))
    is_paused: Mapped[bool] = mapped_column(server_default=text("false"))
    """Gets no new pairs; may sign in, and what they labelled already is still taken."""
    last_seen_at: Mapped[datetime | None]
    """When they last had a page open, to the minute."""
    created_at: Mapped[CreatedAt]


class LoginSession(Base):
    __tablename__ = "login_sessions"

    token_hash: Mapped[str] = mapped_column(primary_key=True)
    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), index=True)
    csrf_token: Mapped[str]
    may_set_password_until: Mapped[datetime | None]
    """Until then without the current one: the session began with a one-time link, perhaps for a forgotten password."""
    expires_at: Mapped[datetime]
    created_at: Mapped[CreatedAt]

    user: Mapped[User] = relationship()


class LoginLink(Base):
    __tablename__ = "login_links"

    token_hash: Mapped[str] = mapped_column(primary_key=True)
    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), index=True)
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
    created_at: Mapped[CreatedAt]

    user: Mapped[User] = relationship()


class ApiKey(Base):
    __tablename__ = "api_keys"

    id: Mapped[Id]
    name: Mapped[str]
    prefix: Mapped[str] = mapped_column(unique=True)
    key_hash: Mapped[str] = mapped_column(unique=True)
    scope: Mapped[Scope] = mapped_column(choice(Scope, "scope"))
    created_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"))
    expires_at: Mapped[datetime | None]
    last_used_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]
    created_at: Mapped[CreatedAt]
