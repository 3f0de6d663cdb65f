"""The migrations build exactly the tables that the models describe."""

from collections.abc import Iterator

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Engine, NullPool, create_engine, text

from app.migrate import is_at_head, upgrade
from app.models import Base


@pytest.fixture
def empty_database(database_url: str) -> Iterator[Engine]:
    """A database without tables on the tests' server."""
    server = create_engine(database_url, poolclass=NullPool, isolation_level="AUTOCOMMIT")
    with server.connect() as connection:
        connection.execute(text("CREATE DATABASE empty"))
    engine = create_engine(server.url.set(database="empty"), poolclass=NullPool)
    yield engine
    with server.connect() as connection:
        connection.execute(text("DROP DATABASE empty WITH (FORCE)"))


def url_of(engine: Engine) -> str:
    return engine.url.render_as_string(hide_password=False)


def test_upgrade_makes_the_tables_of_the_models(empty_database: Engine) -> None:
    with empty_database.connect() as connection:
        assert not is_at_head(connection)
    upgrade(url_of(empty_database))
    with empty_database.connect() as connection:
        assert is_at_head(connection)
        context = MigrationContext.configure(connection, opts={"compare_type": True, "compare_server_default": True})
        assert compare_metadata(context, Base.metadata) == []


def test_upgrade_twice_changes_nothing(empty_database: Engine) -> None:
    upgrade(url_of(empty_database))
    with empty_database.begin() as connection:
        connection.execute(text("INSERT INTO users (id, username, role) VALUES (gen_random_uuid(), 'ann', 'admin')"))
    upgrade(url_of(empty_database))
    with empty_database.connect() as connection:
        assert connection.execute(text("SELECT username FROM users")).scalars().all() == ["ann"]


def test_database_of_a_newer_version_is_not_at_head(empty_database: Engine) -> None:
    upgrade(url_of(empty_database))
    with empty_database.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with empty_database.connect() as connection:
        assert not is_at_head(connection)
