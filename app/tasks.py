"""Task names and their queues; `enqueue` sends a name and an id after commit. Knows nothing of what tasks do."""

import logging
from enum import StrEnum
from functools import lru_cache
from uuid import UUID

from celery import Celery
from kombu.exceptions import OperationalError
from sqlalchemy.orm import Session

from app.db import on_commit
from app.settings import get_settings

log = logging.getLogger(__name__)


class Task(StrEnum):
    CHECK_MODEL = "check_model"
    SAMPLE = "sample_round"
    SCORE = "score_round"
    TRAIN = "train"
    EVALUATE = "evaluate"
    PLAY = "play"
    SWEEP = "sweep"


QUEUES = {
    Task.CHECK_MODEL: "sample",
    Task.SAMPLE: "sample",
    Task.SCORE: "score",
    Task.TRAIN: "train",
    Task.EVALUATE: "judge",
    Task.PLAY: "sample",
    Task.SWEEP: "beat",
}


@lru_cache(maxsize=1)
def make_celery() -> Celery:
    """The Celery app of this process: JSON, no result backend, early acknowledgement, prefetch 1, UTC."""
    celery = Celery("tiebreak", broker=get_settings().broker_url)
    celery.conf.update(
        task_ignore_result=True,
        task_serializer="json",
        accept_content=["json"],
        worker_prefetch_multiplier=1,
        task_acks_late=False,
        timezone="UTC",
        enable_utc=True,
        task_default_queue="beat",
        broker_connection_retry_on_startup=True,
        broker_transport_options={"socket_connect_timeout": 3, "socket_timeout": 10},
        worker_hijack_root_logger=False,
    )
    return celery


def enqueue(session: Session, task: Task, row_id: UUID) -> None:
    """Send the message once the transaction of the row has committed."""
    on_commit(session, lambda: send(task, row_id))


def send(task: Task, row_id: UUID) -> None:
    """Send now. An unreachable broker loses nothing: the row stays queued and the sweep sends it again."""
    try:
        make_celery().send_task(task, args=[str(row_id)], queue=QUEUES[task], retry=False)
    except OperationalError as error:
        log.warning("Message %s %s was not sent (%s); the sweep will send it.", task, row_id, error)
