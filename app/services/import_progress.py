"""How far an import into a project is, told through Redis while its transaction is still open. Knows no files."""

import json
import logging
import time
from uuid import UUID

from redis.exceptions import RedisError

from app.redis_client import get_redis
from app.schemas import ImportProgress

log = logging.getLogger(__name__)

FORGOTTEN_AFTER = 60
"""Seconds after which an import that says nothing any more is taken for ended."""


class Told:
    """Tells how many of the file's bytes are done; a lost Redis costs the bar, never the import."""

    def __init__(self, project_id: UUID, total_bytes: int) -> None:
        self._key = _key(project_id)
        self._total = total_bytes
        self._started = time.monotonic()

    def tell(self, done_bytes: int) -> None:
        seconds = time.monotonic() - self._started
        values = {"done_bytes": done_bytes, "total_bytes": self._total, "seconds": seconds}
        try:
            get_redis().set(self._key, json.dumps(values), ex=FORGOTTEN_AFTER)
        except RedisError as error:
            log.warning("The progress of an import is not told: Redis does not answer (%s).", error)

    def end(self) -> None:
        try:
            get_redis().delete(self._key)
        except RedisError as error:
            log.warning("The progress of an import was not forgotten: Redis does not answer (%s).", error)


def read(project_id: UUID) -> ImportProgress:
    """Empty when none runs, and while Redis is away."""
    try:
        text = get_redis().get(_key(project_id))
    except RedisError:
        return ImportProgress()
    return ImportProgress.model_validate_json(text) if isinstance(text, str) else ImportProgress()


def _key(project_id: UUID) -> str:
    return f"tiebreak:import:{project_id}"
