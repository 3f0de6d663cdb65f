"""The clock's task: sends lost messages again, takes rows from silent workers, fires schedules. Loads no model."""

import logging
from datetime import UTC, datetime

from app.db import transaction
from app.services import triggers
from app.settings import get_settings
from app.tasks import Task
from workers.celery_app import celery

log = logging.getLogger(__name__)


@celery.task(name=str(Task.SWEEP))  # type: ignore[untyped-decorator]
def sweep() -> None:
    now = datetime.now(UTC)
    with transaction() as session:
        done = triggers.sweep(session, get_settings(), now)
    with transaction() as session:
        triggers.cron_tick(session, now)
    for line in done:
        log.info("%s", line)
