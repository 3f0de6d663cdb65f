"""Guarded writes of rounds, runs, evaluations and samplings: a worker writes only while the row is still its own.

Every taking of a row is a new attempt. A worker thought dead that wakes up carries an old attempt, and writes nothing.
"""

from collections.abc import Collection
from enum import StrEnum
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy import case, func, update
from sqlalchemy.orm import Session

from app.models import Evaluation, Round, Sampling, TrainingRun

Work = TypeVar("Work", Round, TrainingRun, Evaluation, Sampling)


def take(session: Session, table: type[Work], row_id: UUID, *, expect: StrEnum, **values: Any) -> Work | None:
    """Take a waiting row as a new attempt, with `values`. None when it is not waiting: somebody else has it."""
    return session.scalar(
        update(table)
        .where(table.id == row_id, table.status == expect)
        .values(attempt=table.attempt + 1, heartbeat_at=func.now(), updated_at=func.now(), error=None, **values)
        .returning(table)
        .execution_options(populate_existing=True)
    )


def write(
    session: Session, table: type[Work], row_id: UUID, attempt: int, *, during: Collection[StrEnum], **values: Any
) -> Work | None:
    """Write `values` if this attempt still owns the row in one of the states `during`. None when it does not."""
    return session.scalar(
        update(table)
        .where(table.id == row_id, table.attempt == attempt, table.status.in_(during))
        .values(updated_at=func.now(), **values)
        .returning(table)
        .execution_options(populate_existing=True)
    )


def progress(table: type[Work], *, done: int | None, total: int | None) -> dict[str, Any]:
    """Values of a heartbeat. `done` never falls, and only more than was ever done gives the row new retries."""
    values: dict[str, Any] = {"heartbeat_at": func.now()}
    if done is None or total is None:
        return values
    farthest = func.least(func.greatest(table.done, done), total)
    return values | {"done": farthest, "total": total, "retries": case((farthest > table.done, 0), else_=table.retries)}
