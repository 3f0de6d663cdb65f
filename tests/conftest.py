"""Real PostgreSQL and Redis for the tests: one pair of servers per test process, started when the first test asks."""

from collections.abc import Iterator

import pytest
import redis
from sqlalchemy import Engine, text
from sqlalchemy.orm import Session

from app.db import get_engine
from app.embedded import Urls, embedded_servers
from app.migrate import upgrade
from app.models import Base
from app.settings import get_settings
from app.tasks import make_celery

# Of the folders beside this file: those whose files take long, so that no process is left with one of them at the end.
LONG_FIRST = ("e2e", "workers", "app", "learning")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    places = {name: place for place, name in enumerate(LONG_FIRST)}
    items.sort(key=lambda item: places.get(item.path.parent.name, len(places)))


@pytest.fixture(scope="session")
def urls(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Urls]:
    """Servers with an empty, migrated database; the environment and the app's caches point at them."""
    data = tmp_path_factory.mktemp("tiebreak")
    with embedded_servers(data) as servers, pytest.MonkeyPatch.context() as patch:
        patch.setenv("DATABASE_URL", servers.urls.database_url)
        patch.setenv("REDIS_URL", servers.urls.redis_url)
        patch.setenv("TIEBREAK_DATA", str(data))
        _forget_settings()
        with get_engine().connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            # Nothing here must survive a crash of the machine.
            connection.execute(text("ALTER SYSTEM SET fsync = off"))
            connection.execute(text("SELECT pg_reload_conf()"))
        upgrade(servers.urls.database_url)
        yield servers.urls
        get_engine().dispose()
    _forget_settings()


@pytest.fixture(scope="session")
def database_url(urls: Urls) -> str:
    return urls.database_url


@pytest.fixture(scope="session")
def redis_url(urls: Urls) -> str:
    return urls.redis_url


@pytest.fixture
def engine(urls: Urls) -> Iterator[Engine]:
    """The app's engine, for tests whose code commits or uses several connections; all tables are emptied afterwards."""
    engine = get_engine()
    yield engine
    tables = ", ".join(table.name for table in Base.metadata.sorted_tables)
    with engine.begin() as connection:
        connection.execute(text(f"TRUNCATE {tables} RESTART IDENTITY CASCADE"))
    with redis.Redis.from_url(urls.redis_url) as client:
        client.flushall()


@pytest.fixture
def session(urls: Urls) -> Iterator[Session]:
    """A session on one connection; whatever the test does, its commits included, is rolled back."""
    with get_engine().connect() as connection, connection.begin() as outer:
        with Session(connection, expire_on_commit=False, join_transaction_mode="create_savepoint") as session:
            yield session
        outer.rollback()


def _forget_settings() -> None:
    for cached in (get_settings, get_engine, make_celery):
        cached.cache_clear()
