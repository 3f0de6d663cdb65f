"""Loads models for the tasks and keeps the last ones in memory. Knows nothing of rows but their source string."""

import hashlib
from functools import lru_cache
from pathlib import Path

import torch

from app.settings import get_settings
from workers.learning.policy import Policy, load_policy
from workers.learning.reward_model import RewardModel, load_reward_model


def cached_policy(source: str) -> Policy:
    """The model of a version; two stay loaded. A folder whose weights were written over is read again."""
    return _policy(source, _stamp(source))


def cached_reward_model(source: str) -> RewardModel:
    """The judge's model; one stays loaded."""
    return _reward_model(source, _stamp(source))


def forget_policies() -> None:
    """Free the memory of the cached policies, for a process that needs it."""
    _policy.cache_clear()
    if torch.cuda.is_available():
        torch.cuda.empty_cache()


@lru_cache(maxsize=2)
def _policy(source: str, _stamp: tuple[tuple[str, int, int], ...]) -> Policy:
    return load_policy(source, device=get_settings().device)


@lru_cache(maxsize=1)
def _reward_model(source: str, _stamp: tuple[tuple[str, int, int], ...]) -> RewardModel:
    return load_reward_model(source, device=get_settings().device)


def _stamp(source: str) -> tuple[tuple[str, int, int], ...]:
    """Name, size and time of each weights file of a local folder; nothing for a hub name."""
    files = sorted(Path(source).expanduser().glob("*.safetensors"))
    return tuple((file.name, file.stat().st_size, file.stat().st_mtime_ns) for file in files)


def derive_seed(*parts: object) -> int:
    """A seed in [0, 2**63) that depends on all parts alone: the same row gets the same draws in every attempt."""
    digest = hashlib.sha256("\x1f".join(str(part) for part in parts).encode()).digest()
    return int.from_bytes(digest[:8], "big") >> 1
