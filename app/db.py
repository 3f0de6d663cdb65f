"""Engine, transactions and after-commit hooks. Knows nothing of tables or HTTP."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import lru_cache
from typing import Any

from sqlalchemy import Engine, create_engine
from sqlalchemy.orm import Session

from app.settings import get_settings

POOL_SIZE = 48
"""At least as large as the thread pool of the web process (40 threads), so that no request waits for a connection."""


def make_engine(url: str) -> Engine:
    """Engine for a `postgresql+psycopg://` URL; connections are checked before use and speak UTC."""
    return create_engine(
        url,
        pool_size=POOL_SIZE,
        max_overflow=4,
        pool_pre_ping=True,
        connect_args={"options": "-c timezone=UTC", "connect_timeout": 10},
    )


@lru_cache(maxsize=1)
def get_engine() -> Engine:
    """The process's engine, from DATABASE_URL."""
    url = get_settings().database_url
    if not url:
        raise RuntimeError("DATABASE_URL is not set. Set it, or start with `tiebreak up`, which embeds a server.")
    return make_engine(url)


@contextmanager
def transaction() -> Iterator[Session]:
    """One transaction: commits on leaving, rolls back on an exception, then runs the after-commit hooks."""
    with Session(get_engine(), expire_on_commit=False) as session:
        with session.begin():
            yield session
        run_after_commit(session)


def on_commit(session: Session, hook: Callable[[], Any]) -> None:
    """Run `hook` after this session's transaction has committed; never when it rolls back."""
    session.info.setdefault("after_commit", []).append(hook)


def run_after_commit(session: Session) -> None:
    """Run and forget the hooks of a session whose transaction has committed."""
    for hook in session.info.pop("after_commit", []):
        hook()


def get_session() -> Iterator[Session]:
    """Dependency of a request: use with scope="function", so that a failed commit still answers 500."""
    with transaction() as session:
        yield session
