"""How scoring and selection scale: seconds per pair for a pool and for its tenths.

Knows nothing about sampling.
"""

import random
import time
from collections.abc import Sequence
from dataclasses import replace
from typing import Any, TypeAlias

from benchmarks._round_setup import BETA, CPU, Shape, chunks, random_policy
from workers.learning.acquisition import PromptCandidates, implicit_reward, select_pairs
from workers.learning.logprobs import completion_logprobs
from workers.learning.policy import Policy

# Id, prompt ids, and two completions as ids and as texts.
_Item: TypeAlias = tuple[str, tuple[int, ...], list[tuple[int, ...]], list[str]]


def pool_row(shape: Shape) -> dict[str, Any]:
    """Seconds per pair of reference scoring and selection, for the whole pool and for its tenths.

    The model is so small that everything around it shows too.
    """
    tiny = random_policy(replace(shape, hidden=64, layers=2, vocabulary=512))
    rng = random.Random(shape.seed)
    pool = [_pool_prompt(rng, index) for index in range(shape.pool)]
    tenth = shape.pool // 10
    _score_pool(tiny, pool[:tenth])
    small = [_seconds(tiny, part) for part in chunks(pool, tenth)]
    large_clock, large_processor = _seconds(tiny, pool)
    small_clock, small_processor = (sum(column) for column in zip(*small, strict=True))
    return {
        "ratio": large_clock / small_clock,
        "ours": 1e3 * large_clock / shape.pool,
        "theirs": 1e3 * small_clock / shape.pool,
        "unit": f"ms a pair, pool of {shape.pool:,} against {tenth:,}",
        "processor_ratio": large_processor / small_processor,
    }


def _seconds(policy: Policy, pool: Sequence[_Item]) -> tuple[float, float]:
    """Clock and processor seconds of scoring the pool once."""
    clock, processor = time.perf_counter(), time.process_time()
    _score_pool(policy, pool)
    return time.perf_counter() - clock, time.process_time() - processor


def _pool_prompt(rng: random.Random, index: int) -> _Item:
    """Texts have their words from a small vocabulary."""
    prompt = tuple(rng.randrange(8, 512) for _ in range(rng.randint(8, 24)))
    completions = [tuple(rng.randrange(8, 512) for _ in range(rng.randint(16, 24))) for _ in range(2)]
    return str(index), prompt, completions, [" ".join(f"word{token}" for token in one) for one in completions]


def _score_pool(policy: Policy, pool: Sequence[_Item]) -> None:
    """Reference log-probs of every completion, rewards, and every rule of rewards and entropies over the whole pool."""
    rows = [(prompt, one) for _, prompt, completions, _ in pool for one in completions]
    stored = iter(completion_logprobs(policy.model, rows, pad_id=policy.pad_id, device=CPU))
    candidates = []
    for prompt_id, prompt, completions, texts in pool:
        lengths = tuple(map(len, completions))
        rewards = [implicit_reward(-6.0 * length, next(stored), length, loss="dpo", beta=BETA) for length in lengths]
        candidates.append(
            PromptCandidates(
                prompt_id,
                float(len(prompt)),
                tuple(rewards),
                tuple(texts),
                lengths,
                # Prompts of one task begin alike.
                prompt=f"Please write the next sentences of {' '.join(map(str, prompt))}",
            )
        )
    for rule in ("random", "certainty", "entropy_certainty"):
        chosen = select_pairs(rule, candidates, count=len(pool) // 16, seed=0)
        assert len(chosen) == len(pool) // 16
