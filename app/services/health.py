"""Whether the parts that the service needs answer, and how much is waiting. Knows nothing of HTTP or Prometheus."""

import json
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass

from redis.exceptions import RedisError
from sqlalchemy import ColumnElement, exists, func, select, text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from app.db import get_engine
from app.migrate import is_at_head
from app.models import (
    Evaluation,
    LabelTally,
    Lease,
    ModelStatus,
    ModelVersion,
    Round,
    RoundStatus,
    RunStatus,
    TrainingRun,
    User,
    Verdict,
)
from app.redis_client import get_redis
from app.schemas.health import CheckOut, WorkerOut

WORKER_KEYS = "tiebreak:worker:"


@dataclass(frozen=True)
class Load:
    """What waits and what is there, for /metrics."""

    queued: dict[str, int]
    live_leases: int
    labels: dict[tuple[str, str], int]
    workers: dict[str, int]


def run_checks() -> list[CheckOut]:
    """The database, its migrations and Redis, each looked at now."""
    return [_check(name, look) for name, look in CHECKS.items()]


def _check(name: str, look: Callable[[], str | None]) -> CheckOut:
    try:
        problem = look()
    except (SQLAlchemyError, RedisError, RuntimeError) as error:
        problem = str(error).splitlines()[0]
    return CheckOut(name=name, ok=problem is None, detail=problem or "ok")


def _look_at_database() -> str | None:
    with get_engine().connect() as connection:
        connection.execute(text("SELECT 1"))
    return None


def _look_at_migrations() -> str | None:
    with get_engine().connect() as connection:
        is_current = is_at_head(connection)
    return None if is_current else "The tables are not those of this version: run `alembic upgrade head`."


def _look_at_redis() -> str | None:
    get_redis().ping()
    return None


CHECKS: dict[str, Callable[[], str | None]] = {
    "database": _look_at_database,
    "migrations": _look_at_migrations,
    "redis": _look_at_redis,
}


def list_workers() -> list[WorkerOut]:
    """Worker processes whose sign of life is younger than half a minute; none when Redis does not answer."""
    redis = get_redis()
    try:
        keys = sorted(redis.scan_iter(f"{WORKER_KEYS}*"))
        values = redis.mget(keys) if keys else []
    except RedisError:
        return []
    # A key can expire between the two commands.
    found = [(key, value) for key, value in zip(keys, values, strict=True) if value is not None]
    return [WorkerOut(name=key.removeprefix(WORKER_KEYS), queues=json.loads(value)["queues"]) for key, value in found]


def measure_load(session: Session) -> Load:
    """Counts over all projects."""
    queued = {
        "round": _count(session, Round.status.in_([RoundStatus.QUEUED, RoundStatus.SAMPLED])),
        "training_run": _count(session, TrainingRun.status == RunStatus.QUEUED),
        "evaluation": _count(session, Evaluation.status == RunStatus.QUEUED),
        "model_check": _count(session, ModelVersion.status == ModelStatus.CHECKING),
    }
    live = session.scalar(select(func.count()).where(Lease.expires_at > func.now(), ~Lease.is_done)) or 0
    queues = Counter(queue for worker in list_workers() for queue in worker.queues)
    return Load(
        queued=queued,
        live_leases=live,
        labels=_count_labels(session),
        workers=dict(queues),
    )


def _count_labels(session: Session) -> dict[tuple[str, str], int]:
    """By source and verdict, from tallies: a scrape every few seconds does not count a million labels."""
    is_person = exists().where(User.id == LabelTally.author_id)
    by_verdict = {
        Verdict.PREFERRED: LabelTally.chosen,
        Verdict.TIE: LabelTally.tied,
        Verdict.BOTH_BAD: LabelTally.both_bad,
        Verdict.SKIP: LabelTally.skipped,
    }
    sums = (func.sum(column) for column in by_verdict.values())
    found = session.execute(select(is_person, *sums).group_by(is_person))
    return {
        ("person" if of_person else "key", verdict.value): count
        for of_person, *counts in found
        for verdict, count in zip(by_verdict, counts, strict=True)
    }


def _count(session: Session, condition: ColumnElement[bool]) -> int:
    return session.scalar(select(func.count()).where(condition)) or 0
