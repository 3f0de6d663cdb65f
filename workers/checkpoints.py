"""Loads models for the tasks and keeps the last ones in memory. Knows nothing of rows but their source string."""

import hashlib
from functools import lru_cache

from app.settings import get_settings
from workers.learning.policy import Policy, load_policy
from workers.learning.reward_model import RewardModel, load_reward_model


@lru_cache(maxsize=2)
def cached_policy(source: str) -> Policy:
    """The model of a version. Folders are immutable, so a source never changes its meaning; two stay loaded."""
    return load_policy(source, device=get_settings().device)


@lru_cache(maxsize=1)
def cached_reward_model(source: str) -> RewardModel:
    """The judge's model."""
    return load_reward_model(source, device=get_settings().device)


def derive_seed(*parts: object) -> int:
    """A seed in [0, 2**63) that depends on all parts alone: the same row gets the same draws in every attempt."""
    digest = hashlib.sha256("\x1f".join(str(part) for part in parts).encode()).digest()
    return int.from_bytes(digest[:8], "big") >> 1
