"""The migrations build exactly the tables that the models describe."""

from collections.abc import Iterator
from io import BytesIO
from typing import Any

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection, Engine, NullPool, create_engine, text
from sqlalchemy.orm import Session

from app.migrate import FOLDER, is_at_head, upgrade
from app.models import Base, Disposition, RunStatus, Trigger, Verdict
from app.services import labels, training
from app.services.audit import SYSTEM
from app.services.prompt_import import import_prompts
from tests import factories


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


def test_upgrade_of_a_filled_database_counts_what_the_service_would_have_counted(empty_database: Engine) -> None:
    upgrade(url_of(empty_database))
    with Session(empty_database) as session, session.begin():
        _fill(session)
    with empty_database.connect() as connection:
        kept = _derived(connection)

    _downgrade(empty_database, to="0005")
    upgrade(url_of(empty_database))

    with empty_database.connect() as connection:
        assert _derived(connection) == kept
    assert sorted(kept["training_runs"]) == [(1, 2, 1), (2, 5, 2)]
    assert len(kept["label_tallies"]) == 3


def _downgrade(engine: Engine, *, to: str) -> None:
    config = Config()
    config.set_main_option("script_location", str(FOLDER))
    config.set_main_option("sqlalchemy.url", url_of(engine).replace("%", "%%"))
    command.downgrade(config, to)


def _fill(session: Session) -> None:
    """Two rounds with a run after each; labels of every kind, by two people and out of a file."""
    project = factories.make_project(session)
    people = [factories.make_actor(session) for _ in range(2)]
    for amount in (2, 3):
        round_ = factories.make_open_round(session, project, pairs=amount + 3)
        *chosen, tie, undone, surplus = factories.round_pairs(session, round_)
        for place, pair in enumerate(chosen):
            pair.score, pair.rank, pair.margin = float(place), amount - place, (-1.0, 0.0, 1.0)[place]
            factories.make_label(session, pair, actor=people[place % 2])
        factories.make_label(session, tie, actor=people[0], verdict=Verdict.TIE)
        factories.make_label(session, surplus, actor=people[1], disposition=Disposition.SURPLUS)
        given = factories.make_label(session, undone, actor=people[0])
        labels.undo_label(session, actor=people[0], label_id=given.id, idempotency_key=str(amount), lease_seconds=60)
        training.start_run(session, project.id, None, actor=SYSTEM, trigger=Trigger.MANUAL).status = RunStatus.SUCCEEDED
    file = BytesIO(b'{"prompt": "a", "chosen": "b", "rejected": "c"}\n{"prompt": "d", "split": "eval"}')
    author = factories.make_actor(session)
    import_prompts(session, project.id, file, file_format="jsonl", on_error="abort", split=None, actor=author)


DERIVED = {
    "training_runs": "number, preference_count, last_round",
    "pairs": "id, rank",
    "prompts": "id, is_asked",
    "labels": "id, arm, round_id",
    "prompt_tallies": "*",
    "label_tallies": "*",
    "round_tallies": "*",
}
"""The columns that one upgrade fills from others."""


def _derived(connection: Connection) -> dict[str, set[tuple[Any, ...]]]:
    return {
        table: {tuple(row) for row in connection.execute(text(f"SELECT {columns} FROM {table}"))}
        for table, columns in DERIVED.items()
    }


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
