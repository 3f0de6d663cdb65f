"""Slows down guessing of passwords: a few tries per name and address, counted in Redis."""

import hashlib
import logging

from redis.exceptions import RedisError

from app.errors import TooMany
from app.redis_client import get_redis

log = logging.getLogger(__name__)

TRIES = 10
WINDOW_SECONDS = 300


def count_try(username: str, address: str) -> None:
    """Count one try before the password is looked at; raises TooMany once there were ten in five minutes."""
    key = _key(username, address)
    try:
        with get_redis().pipeline(transaction=True) as pipe:
            pipe.set(key, 0, ex=WINDOW_SECONDS, nx=True)
            pipe.incr(key)
            pipe.ttl(key)
            _, tries, seconds = pipe.execute()
    except RedisError as error:
        # People must be able to sign in, and go on labelling, while Redis is away.
        log.warning("Sign-in is not throttled: Redis does not answer (%s).", error)
        return
    if tries > TRIES:
        raise TooMany(f"Too many wrong passwords. Try again in {seconds} seconds.", retry_after=max(1, seconds))


def forget_tries(username: str, address: str) -> None:
    """After a successful sign-in."""
    try:
        get_redis().delete(_key(username, address))
    except RedisError as error:
        log.warning("Failed sign-ins were not forgotten: Redis does not answer (%s).", error)


def _key(username: str, address: str) -> str:
    return "tiebreak:login:" + hashlib.sha256(f"{address}\n{username}".encode()).hexdigest()
