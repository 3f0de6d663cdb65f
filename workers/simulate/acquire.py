"""One acquisition of a simulated run: prompts drawn, completions sampled and scored, the best pairs kept.

Knows nothing about labels to come or files.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from typing import cast

from app.schemas import RuleName
from app.services.draw import usable_rule
from workers.learning.acquisition import PromptCandidates, SelectedPair, implicit_reward, prompt_entropy, select_pairs
from workers.learning.features import completion_features
from workers.learning.logprobs import Row, completion_logprobs
from workers.learning.pairs import PreferencePair
from workers.learning.policy import Policy, encode_prompt
from workers.learning.prompts import Prompt, prompt_text
from workers.learning.reward_heads import train_heads
from workers.learning.rules import RULES, seeded
from workers.learning.sampling import Sample, SamplingConfig, sample
from workers.simulate.plan import Run

# Prompts per pair where nothing is scored: some completions do not differ.
_SPARE = 2


@dataclass(frozen=True)
class Candidate:
    """A prompt of the pool with its samples and the reference's log-probability of each."""

    index: int
    prompt: Prompt
    prompt_ids: tuple[int, ...]
    samples: Sequence[Sample]
    reference_logprobs: Sequence[float]


@dataclass(frozen=True)
class Acquired:
    """A chosen pair with the candidate it is of."""

    candidate: Candidate
    pair: SelectedPair

    @property
    def first(self) -> Sample:
        return self.candidate.samples[self.pair.first]

    @property
    def second(self) -> Sample:
        return self.candidate.samples[self.pair.second]


@dataclass(frozen=True)
class Acquisition:
    """The pairs of a round and the rule that chose them: the service's own fallback where the one asked for cannot."""

    rule_used: str
    acquired: Sequence[Acquired]
    heads_accuracy: float | None


def acquire(
    run: Run,
    round_number: int,
    *,
    policy: Policy,
    reference: Policy,
    pool: Sequence[Prompt],
    used: Collection[int],
    labelled: Sequence[PreferencePair],
) -> Acquisition:
    """Draws prompts of the pool that are not `used` and returns up to `run.labels` pairs, best first.

    Raises ValueError where the pool has no prompt left, or no pair to choose.
    """
    rule_used, _ = usable_rule(cast(RuleName, run.rule), is_reference=policy is reference, preferences=len(labelled))
    rule = RULES[rule_used]
    factor = min(_SPARE, run.over_generation) if rule.pairs is None else run.over_generation
    ranked = sorted(set(range(len(pool))) - set(used), key=lambda index: seeded("pool", run.seed, round_number, index))
    drawn = ranked[: factor * run.labels]
    if not drawn:
        raise ValueError(f"Round {round_number}: all {len(pool)} prompts of the pool are used; bring more.")
    sampler = reference if run.rule == "offline" else policy
    candidates = _candidates(run, round_number, drawn, pool, sampler, reference)
    described = _describe(run, candidates, policy, reference)
    if rule.needs_entropy:
        described = _with_entropy(run, round_number, described, candidates, policy)
    heads_accuracy = None
    if rule.needs_ensemble:
        described, heads_accuracy = _with_ensemble(run, round_number, described, candidates, policy, labelled)
    selected = select_pairs(
        rule_used,
        described,
        count=run.labels,
        seed=seeded("select", run.seed, round_number),
        entropy_share=run.entropy_share,
        normalize=run.normalize,
        max_per_prompt=run.max_per_prompt,
    )
    if not selected:
        raise ValueError(
            f"Round {round_number}: the completions of the {len(drawn)} prompts drawn do not differ; raise the "
            "temperature, samples or max_new_tokens."
        )
    by_id = {str(one.index): one for one in candidates}
    return Acquisition(rule_used, [Acquired(by_id[pair.prompt_id], pair) for pair in selected], heads_accuracy)


def _candidates(
    run: Run, round_number: int, drawn: Sequence[int], pool: Sequence[Prompt], sampler: Policy, reference: Policy
) -> list[Candidate]:
    prompts_ids = [encode_prompt(sampler, pool[index]) for index in drawn]
    config = SamplingConfig(samples=run.samples, max_new_tokens=run.max_new_tokens, temperature=run.temperature)
    samples = dict(sample(sampler, prompts_ids, config, seeds=_seeds("sample", run, round_number, drawn)))
    if sampler is reference:
        there = [one.logprob for place in range(len(drawn)) for one in samples[place]]
    else:
        rows = [(ids, one.token_ids) for place, ids in enumerate(prompts_ids) for one in samples[place]]
        there = _logprobs(reference, rows)
    return [
        Candidate(index, pool[index], ids, samples[place], there[place * run.samples : (place + 1) * run.samples])
        for place, (index, ids) in enumerate(zip(drawn, prompts_ids, strict=True))
    ]


def _describe(run: Run, candidates: Sequence[Candidate], policy: Policy, reference: Policy) -> list[PromptCandidates]:
    if run.rule == "offline" and policy is not reference:
        rows = [(one.prompt_ids, s.token_ids) for one in candidates for s in one.samples]
        here = _logprobs(policy, rows)
    else:
        here = [s.logprob for one in candidates for s in one.samples]
    per_candidate = [here[i : i + run.samples] for i in range(0, len(here), run.samples)]
    return [
        PromptCandidates(
            prompt_id=str(one.index),
            entropy=None,
            rewards=tuple(
                implicit_reward(p, r, len(s.token_ids), loss=run.loss, beta=run.reward_beta)
                for p, r, s in zip(logprobs, one.reference_logprobs, one.samples, strict=True)
            ),
            texts=tuple(s.text for s in one.samples),
            lengths=tuple(len(s.token_ids) for s in one.samples),
            prompt=prompt_text(one.prompt),
        )
        for one, logprobs in zip(candidates, per_candidate, strict=True)
    ]


def _with_entropy(
    run: Run,
    round_number: int,
    described: Sequence[PromptCandidates],
    candidates: Sequence[Candidate],
    policy: Policy,
) -> list[PromptCandidates]:
    """Untruncated temperature-1 draws of the policy, which alone estimate an entropy."""
    config = SamplingConfig(samples=run.entropy_draws, max_new_tokens=run.max_new_tokens)
    seeds = _seeds("entropy", run, round_number, [one.index for one in candidates])
    drawn = dict(sample(policy, [one.prompt_ids for one in candidates], config, seeds=seeds))
    return [replace(one, entropy=prompt_entropy(drawn[place])) for place, one in enumerate(described)]


def _with_ensemble(
    run: Run,
    round_number: int,
    described: Sequence[PromptCandidates],
    candidates: Sequence[Candidate],
    policy: Policy,
    labelled: Sequence[PreferencePair],
) -> tuple[list[PromptCandidates], float | None]:
    rows: list[Row] = [(pair.prompt_ids, pair.chosen_ids) for pair in labelled]
    rows += [(pair.prompt_ids, pair.rejected_ids) for pair in labelled]
    rows += [(one.prompt_ids, s.token_ids) for one in candidates for s in one.samples]
    features = completion_features(policy.model, rows, pad_id=policy.pad_id, device=policy.device, pooling="mean")
    chosen, rejected, others = features.tensor_split([len(labelled), 2 * len(labelled)])
    seed = seeded("heads", run.seed, round_number) >> 1
    heads = train_heads(chosen, rejected, [pair.prompt_key for pair in labelled], heads=run.heads, seed=seed)
    rewards = [tuple(row) for row in heads.rewards(others).tolist()]
    filled = [
        replace(one, ensemble=tuple(rewards[place * run.samples : (place + 1) * run.samples]))
        for place, one in enumerate(described)
    ]
    accuracies = heads.accuracies_K
    return filled, sum(accuracies) / len(accuracies) if accuracies else None


def _logprobs(policy: Policy, rows: Sequence[Row]) -> list[float]:
    return completion_logprobs(policy.model, rows, pad_id=policy.pad_id, device=policy.device)


def _seeds(use: str, run: Run, round_number: int, drawn: Sequence[int]) -> list[int]:
    return [seeded(use, run.seed, round_number, index) >> 1 for index in drawn]
