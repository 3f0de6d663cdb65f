"""The process's connection to Redis, from REDIS_URL. Knows nothing of what is kept there."""

from functools import lru_cache

from redis import Redis

from app.settings import get_settings


def get_redis() -> "Redis":
    """A client that gives up after three seconds, so that a lost Redis never hangs a request."""
    url = get_settings().redis_url
    if not url:
        raise RuntimeError("REDIS_URL is not set. Set it, or start with `tiebreak up`, which embeds a server.")
    return _client(url)


@lru_cache(maxsize=4)
def _client(url: str) -> "Redis":
    return Redis.from_url(url, socket_timeout=3, socket_connect_timeout=3, decode_responses=True)
