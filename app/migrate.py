"""Brings a database's tables to the newest migration, and says whether they are there. Knows nothing of the tables."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

FOLDER = Path(__file__).parent.parent / "migrations"


def upgrade(database_url: str) -> None:
    """Apply what is missing; of several processes that do it at once, one works and the others wait."""
    config = _config()
    config.set_main_option("sqlalchemy.url", database_url.replace("%", "%%"))
    command.upgrade(config, "head")


def is_at_head(connection: Connection) -> bool:
    """Whether the database has exactly the migrations that this version of the program comes with."""
    return set(MigrationContext.configure(connection).get_current_heads()) == set(
        ScriptDirectory.from_config(_config()).get_heads()
    )


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(FOLDER).replace("%", "%%"))
    return config
