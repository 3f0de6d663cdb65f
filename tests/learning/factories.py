"""Preference pairs for the tests, made from a seed, with reference log-probs of the policy itself."""

import random
from collections.abc import Sequence

from workers.learning.logprobs import completion_logprobs
from workers.learning.pairs import PreferencePair
from workers.learning.policy import Policy


def token_ids(rng: random.Random, low: int, high: int) -> tuple[int, ...]:
    return tuple(rng.randrange(1, 250) for _ in range(rng.randint(low, high)))


def make_rows(count: int, *, seed: int = 0) -> list[tuple[tuple[int, ...], tuple[int, ...]]]:
    rng = random.Random(seed)
    return [(token_ids(rng, 1, 20), token_ids(rng, 1, 15)) for _ in range(count)]


def make_pairs(policy: Policy, count: int, *, seed: int = 0) -> list[PreferencePair]:
    """Pairs whose stored reference log-probs are the policy's own: policy = reference."""
    rng = random.Random(seed)
    drawn = [(token_ids(rng, 2, 12), token_ids(rng, 1, 12), token_ids(rng, 1, 12)) for _ in range(count)]
    chosen = _logprobs(policy, [(prompt, w) for prompt, w, _ in drawn])
    rejected = _logprobs(policy, [(prompt, r) for prompt, _, r in drawn])
    return [
        PreferencePair(prompt, w, r, chosen_logprob, rejected_logprob, prompt_key=f"prompt-{index}")
        for index, ((prompt, w, r), chosen_logprob, rejected_logprob) in enumerate(
            zip(drawn, chosen, rejected, strict=True)
        )
    ]


def _logprobs(policy: Policy, rows: Sequence[tuple[tuple[int, ...], tuple[int, ...]]]) -> list[float]:
    return completion_logprobs(policy.model, rows, pad_id=policy.pad_id, device=policy.device)
