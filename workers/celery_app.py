"""The Celery app of the workers: registers task families, records failures, tells that this process is alive.

Run as `python -m workers.celery_app worker --queues sample,score --name model`, or `... beat` for the clock. Importing
it loads no task module and no torch: a process imports the families of the queues that it serves.
"""

import argparse
import importlib
import json
import logging
import os
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from uuid import UUID

from celery import beat
from celery.app.base import Celery
from redis import Redis
from redis.exceptions import RedisError
from sqlalchemy.orm import Session

from app.db import transaction
from app.settings import get_settings
from app.tasks import QUEUES, Task, make_celery

log = logging.getLogger(__name__)

FAMILIES = {
    "sample": ["workers.models", "workers.sampling", "workers.playground"],
    "score": ["workers.scoring"],
    "train": ["workers.training"],
    "judge": ["workers.evaluation"],
    "beat": ["workers.sweep"],
}
ALIVE_SECONDS = 30

celery: Celery = make_celery()

FAMILY_OF: dict[Task, "Family"] = {}


class Superseded(Exception):  # noqa: N818 - not an error: another attempt owns the row now
    """Raised in the middle of a task whose row another attempt has taken: the task stops and writes nothing more."""


@dataclass(frozen=True)
class Family:
    """One kind of task over rows: take the row (its attempt, or None when it is not ours), work, record a failure."""

    begin: Callable[[Session, UUID], int | None]
    work: Callable[[UUID, int], None]
    fail: Callable[[Session, UUID, int, str], object]


def register(name: Task, family: Family) -> None:
    """Make `family` the task `name`. The row decides whether a message is acted on: a doubled one is harmless."""
    FAMILY_OF[name] = family

    @celery.task(name=str(name))  # type: ignore[untyped-decorator]
    def run(row_id: str) -> None:
        run_family(family, UUID(row_id))


def run_family(family: Family, row_id: UUID) -> None:
    """Take the row, work, and on any error record it on the row and raise it again."""
    with transaction() as session:
        attempt = family.begin(session, row_id)
    if attempt is None:
        log.info("Row %s is not waiting for this task; nothing to do.", row_id)
        return
    try:
        family.work(row_id, attempt)
    except Superseded:
        log.warning("Row %s was taken by another attempt; attempt %d stops.", row_id, attempt)
    except Exception as error:
        with transaction() as session:
            family.fail(session, row_id, attempt, describe(error))
        raise


def describe(error: Exception) -> str:
    """The sentence shown on a failed row: our named errors speak for themselves, others say their type."""
    sentence = str(error).strip() or "no message"
    if type(error).__module__.startswith(("workers.", "app.")):
        return sentence
    return f"{type(error).__name__}: {sentence[:1000]}. The worker's log has the details."


def announce(name: str, queues: Sequence[str], stop: threading.Event) -> None:
    """Keep a key in Redis with a time to live, so that /health/ready sees this process even while it computes."""
    url = get_settings().redis_url
    redis = Redis.from_url(url) if url else Redis()
    while not stop.is_set():
        try:
            redis.set(f"tiebreak:worker:{name}", json.dumps({"queues": list(queues)}), ex=ALIVE_SECONDS)
        except RedisError as error:
            log.warning("Redis does not answer: %s", error)
        stop.wait(ALIVE_SECONDS / 3)


def serve(name: str, queues: Sequence[str]) -> None:
    """Work on `queues` in this process, one task at a time, until told to stop."""
    for module in [module for queue in queues for module in FAMILIES[queue]]:
        importlib.import_module(module)
    stop = threading.Event()
    threading.Thread(target=announce, args=(name, queues, stop), daemon=True).start()
    if "beat" in queues:
        _start_clock()
    try:
        quiet = ["--without-gossip", "--without-mingle", "--without-heartbeat"]
        place = [f"--queues={','.join(queues)}", f"--hostname={name}@%h"]
        celery.worker_main(["worker", "--pool=solo", "--loglevel=INFO", *quiet, *place])
    finally:
        stop.set()


def _start_clock() -> None:
    """Send the sweep at a fixed interval from a thread; the schedule lives in memory, its times in rows."""
    seconds = get_settings().sweep_seconds
    celery.conf.beat_schedule = {
        "sweep": {
            "task": str(Task.SWEEP),
            "schedule": seconds,
            "options": {"queue": QUEUES[Task.SWEEP], "expires": seconds},
        }
    }
    clock = beat.EmbeddedService(celery, max_interval=seconds / 2, thread=True, scheduler_cls="celery.beat:Scheduler")
    clock.start()


def main(arguments: Sequence[str] | None = None) -> None:
    # Torch's threads wait for each other after each operation of a small model. Spinning while they wait costs an order
    # of magnitude on a machine that the database and the pages use too. Read when torch loads.
    os.environ.setdefault("OMP_WAIT_POLICY", "passive")
    parser = argparse.ArgumentParser(prog="python -m workers.celery_app", description="Run a worker or the clock.")
    parser.add_argument("role", choices=["worker", "beat"])
    parser.add_argument("--queues", default="sample,score,judge,train", help=f"some of: {', '.join(FAMILIES)}")
    parser.add_argument("--name", default="worker")
    options = parser.parse_args(arguments)
    queues = ["beat"] if options.role == "beat" else options.queues.split(",")
    if unknown := set(queues) - set(FAMILIES):
        parser.error(f"unknown queues {', '.join(sorted(unknown))}; there are {', '.join(FAMILIES)}")
    serve("beat" if options.role == "beat" else options.name, queues)


if __name__ == "__main__":
    # Under -m this file is `__main__`; the families import it by its name and must find the same Celery app.
    importlib.import_module("workers.celery_app").main()
