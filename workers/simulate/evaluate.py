"""What a trained model gained: win-rate against the reference, KL, lengths and variety on held-out prompts.

Knows nothing about rules or labels. The reference's side is drawn once and serves every model.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from workers.learning.logprobs import completion_logprobs
from workers.learning.metrics import distinct_n, kl_estimate, length_controlled_win_rate, length_summary
from workers.learning.policy import Policy, encode_prompt
from workers.learning.prompts import Prompt
from workers.learning.reward_model import RewardModel, reward_scores
from workers.learning.rules import seeded
from workers.learning.sampling import Sample, SamplingConfig, sample
from workers.simulate.judges import outcome


@dataclass(frozen=True)
class Arena:
    """Held-out prompts with the reference's answer to each, and the judge's reward of it."""

    prompts: Sequence[Prompt]
    prompts_ids: Sequence[tuple[int, ...]]
    answers: Sequence[Sample]
    rewards: Sequence[float]
    judge: RewardModel
    config: SamplingConfig
    kl_draws: int


def open_arena(
    reference: Policy, judge: RewardModel, prompts: Sequence[Prompt], *, config: SamplingConfig, kl_draws: int
) -> Arena:
    """`config` draws one sample per prompt, for both sides; the first `kl_draws` prompts serve KL too."""
    prompts_ids = [encode_prompt(reference, prompt) for prompt in prompts]
    answers = answer(reference, prompts_ids, config, "reference")
    rewards = reward_scores(judge, _texts(prompts, answers))
    return Arena(prompts, prompts_ids, answers, rewards, judge, config, min(kl_draws, len(prompts)))


def answer(policy: Policy, prompts_ids: Sequence[tuple[int, ...]], config: SamplingConfig, use: str) -> list[Sample]:
    """One sample per prompt, in the order of the prompts."""
    seeds = [seeded(use, index) >> 1 for index in range(len(prompts_ids))]
    drawn = dict(sample(policy, prompts_ids, config, seeds=seeds))
    return [drawn[index][0] for index in range(len(prompts_ids))]


def evaluate(policy: Policy, reference: Policy, arena: Arena) -> dict[str, Any]:
    """Figures of one model, under the names of a result line; a tie counts half a win."""
    answers = answer(policy, arena.prompts_ids, arena.config, "policy")
    rewards = reward_scores(arena.judge, _texts(arena.prompts, answers))
    outcomes = [outcome(ours, theirs) for ours, theirs in zip(rewards, arena.rewards, strict=True)]
    lengths = [len(one.token_ids) for one in answers]
    theirs = [len(one.token_ids) for one in arena.answers]
    texts = [one.text for one in answers]
    return {
        "wins": sum(outcomes),
        "comparisons": len(outcomes),
        "length_controlled": length_controlled_win_rate(outcomes, lengths, theirs),
        "length": length_summary(lengths)._asdict(),
        "distinct_1": distinct_n(texts, 1),
        "distinct_2": distinct_n(texts, 2),
        **_divergence(policy, reference, arena),
    }


def _texts(prompts: Sequence[Prompt], answers: Sequence[Sample]) -> list[tuple[Prompt, str]]:
    return [(prompt, one.text) for prompt, one in zip(prompts, answers, strict=True)]


def _divergence(policy: Policy, reference: Policy, arena: Arena) -> dict[str, float | None]:
    """KL(pi || ref) in nats per completion, from untruncated temperature-1 draws, which alone estimate it.

    One draw has no error: None, as JSON has no infinity.
    """
    prompts_ids = arena.prompts_ids[: arena.kl_draws]
    config = SamplingConfig(samples=1, max_new_tokens=arena.config.max_new_tokens)
    drawn = answer(policy, prompts_ids, config, "divergence")
    rows = [(ids, one.token_ids) for ids, one in zip(prompts_ids, drawn, strict=True)]
    there = completion_logprobs(reference.model, rows, pad_id=reference.pad_id, device=reference.device)
    kl, error = kl_estimate([one.logprob for one in drawn], there)
    tokens = sum(len(one.token_ids) for one in drawn) / len(drawn)
    return {"kl": kl, "kl_error": error if math.isfinite(error) else None, "kl_per_token": kl / tokens}
