"""Scoring by itself: how it scales with the pool, and what completions gain by sharing their prompt.

Knows nothing about sampling.
"""

import random
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any, TypeAlias

import torch

from benchmarks._round_setup import BETA, CPU, Shape, chunks, matrix_flops, random_policy
from workers.learning.acquisition import PromptCandidates, implicit_reward, select_pairs
from workers.learning.logprobs import completion_logprobs
from workers.learning.policy import Policy
from workers.learning.rows import Row, batch_logprobs, length_batches

POOL_TURNS = 3

# Id, prompt ids, and two completions as ids and as texts.
_Item: TypeAlias = tuple[str, tuple[int, ...], list[tuple[int, ...]], list[str]]


def pool_row(shape: Shape) -> dict[str, Any]:
    """Seconds per pair of reference scoring and selection, for the whole pool and for its tenths.

    The model is so small that everything around it shows too. Both sides take turns, and the best turn of each counts:
    what a busy machine adds is no part of either.
    """
    tiny = random_policy(replace(shape, hidden=32, layers=1, vocabulary=512))
    rng = random.Random(shape.seed)
    pool = [_pool_prompt(rng, index) for index in range(shape.pool)]
    tenths = chunks(pool, shape.pool // 10)
    _score_pool(tiny, tenths[0])
    turns = [(_seconds(_score_tenths, tiny, tenths), _seconds(_score_pool, tiny, pool)) for _ in range(POOL_TURNS)]
    small, large = zip(*turns, strict=True)
    small_clock, small_processor = map(min, zip(*small, strict=True))
    large_clock, large_processor = map(min, zip(*large, strict=True))
    return {
        "ratio": large_clock / small_clock,
        "ours": 1e3 * large_clock / shape.pool,
        "theirs": 1e3 * small_clock / shape.pool,
        "unit": f"ms a pair, pool of {shape.pool:,} against {len(tenths[0]):,}",
        "processor_ratio": large_processor / small_processor,
    }


def shared_row(shape: Shape) -> dict[str, Any]:
    """Log-probs of 16 completions of each of a few long prompts, against padded rows that repeat the prompt.

    A Llama of 33M parameters; logits at completion positions alone on both sides.
    """
    policy = random_policy(replace(shape, hidden=512, layers=8, vocabulary=8192))
    rng = random.Random(shape.seed)
    rows: list[Row] = []
    for _ in range(3):
        prompt = _ids(rng, 200, 450)
        rows += [(prompt, _ids(rng, 32, 64)) for _ in range(shape.samples)]
    _separate(policy, rows[:1])
    _shared(policy, rows)
    turns = [(*_seconds(_shared, policy, rows), *_seconds(_separate, policy, rows)) for _ in range(2)]
    clock, processor, their_clock, their_processor = (sum(column) for column in zip(*turns, strict=True))
    completions = sum(len(completion) for _, completion in rows)
    flops = matrix_flops(policy.model, sum(map(len, {prompt for prompt, _ in rows})), completions)
    return {
        "ratio": their_clock / clock,
        "ours": 1e3 * clock / len(turns) / len(rows),
        "theirs": 1e3 * their_clock / len(turns) / len(rows),
        "unit": "ms a completion",
        "processor_ratio": their_processor / processor,
        "gflops_per_processor_second": len(turns) * flops / processor / 1e9,
    }


def _shared(policy: Policy, rows: Sequence[Row]) -> None:
    completion_logprobs(policy.model, rows, pad_id=policy.pad_id, device=CPU)


@torch.inference_mode()
def _separate(policy: Policy, rows: Sequence[Row]) -> None:
    for batch in length_batches(rows, 8192, vocabulary=8192):
        batch_logprobs(policy.model, [rows[i] for i in batch], pad_id=policy.pad_id, device=CPU)


def _ids(rng: random.Random, low: int, high: int) -> tuple[int, ...]:
    return tuple(rng.randrange(8, 512) for _ in range(rng.randint(low, high)))


def _seconds(work: Callable[[Policy, Any], None], policy: Policy, data: Any) -> tuple[float, float]:
    """Clock and processor seconds."""
    clock, processor = time.perf_counter(), time.process_time()
    work(policy, data)
    return time.perf_counter() - clock, time.process_time() - processor


def _pool_prompt(rng: random.Random, index: int) -> _Item:
    """Texts have their words from a small vocabulary."""
    prompt = _ids(rng, 8, 24)
    completions = [_ids(rng, 16, 24), _ids(rng, 16, 24)]
    return str(index), prompt, completions, [" ".join(f"word{token}" for token in one) for one in completions]


def _score_tenths(policy: Policy, tenths: Sequence[Sequence[_Item]]) -> None:
    for tenth in tenths:
        _score_pool(policy, tenth)


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
