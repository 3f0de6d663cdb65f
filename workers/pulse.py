"""Keeps the heartbeat of a row while its task computes, so that only a dead or hung worker falls silent.

A thread beats between the task's own reports of progress, but only while such reports come: a worker that hangs in the
middle of a forward pass stops beating after `stall_seconds`, and the sweep gives its row to another.
"""

import logging
import threading
import time
from types import TracebackType
from typing import Any, Self
from uuid import UUID

from sqlalchemy.exc import SQLAlchemyError

from app.db import transaction
from app.models import Evaluation, Round, RoundStatus, RunStatus, Sampling, TrainingRun
from app.services import attempts
from app.settings import get_settings
from workers.celery_app import Superseded

log = logging.getLogger(__name__)

BEAT_SECONDS = 10.0
BUSY = {
    Round: (RoundStatus.SAMPLING, RoundStatus.SCORING),
    Evaluation: (RunStatus.RUNNING,),
    TrainingRun: (RunStatus.RUNNING,),
    Sampling: (RunStatus.RUNNING,),
}


class Pulse:
    """A context in which one attempt at one row computes."""

    def __init__(self, table: type[Round | Evaluation | TrainingRun | Sampling], row_id: UUID, attempt: int) -> None:
        self._table: Any = table
        self._row_id, self._attempt = row_id, attempt
        self._progressed = time.monotonic()
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._keep_beating, name="pulse", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._over.set()
        self._thread.join()

    def progress(self, done: int, total: int) -> None:
        """Report progress. Raises Superseded when another attempt owns the row: write nothing more."""
        self._progressed = time.monotonic()
        if not self._beat(done, total):
            raise Superseded

    def _beat(self, done: int | None = None, total: int | None = None) -> bool:
        with transaction() as session:
            values = attempts.progress(self._table, done=done, total=total)
            busy = BUSY[self._table]
            row = attempts.write(session, self._table, self._row_id, self._attempt, during=busy, **values)
        return row is not None

    def _keep_beating(self) -> None:
        while not self._over.wait(BEAT_SECONDS):
            if time.monotonic() - self._progressed > get_settings().stall_seconds:
                return
            try:
                if not self._beat():
                    return
            except SQLAlchemyError as error:
                log.warning("A heartbeat of %s could not be written: %s", self._row_id, error)
