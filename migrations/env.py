"""Runs migrations against DATABASE_URL; `alembic check` compares the tables with app.models."""

from alembic import context
from sqlalchemy import NullPool, create_engine, text

from app.models import Base
from app.settings import get_settings

LOCK = 7_305_116
"""Advisory lock: of several processes that start together, one migrates and the others wait."""


def run() -> None:
    url = context.config.get_main_option("sqlalchemy.url") or get_settings().database_url
    if not url:
        raise SystemExit("DATABASE_URL is not set; `tiebreak up` migrates its embedded database by itself.")
    with create_engine(url, poolclass=NullPool).connect() as connection:
        connection.execute(text("SELECT pg_advisory_lock(:lock)"), {"lock": LOCK})
        connection.execute(text("SET lock_timeout = '5s'"))
        connection.commit()
        context.configure(connection=connection, target_metadata=Base.metadata, transaction_per_migration=True)
        with context.begin_transaction():
            context.run_migrations()


if context.is_offline_mode():
    raise SystemExit("Offline migrations are not supported: give a database.")
run()
