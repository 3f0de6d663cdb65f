"""The acquisition rules: which pairs of a prompt, and which prompts, a label is spent on first.

Knows nothing about models or tensors. Every score reads "higher = ask first". A rule is one small function from a
prompt to its best pairs; `RULES` is the registry. N completions of a prompt, K heads of an ensemble.
"""

import math
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from hashlib import blake2b
from statistics import fmean
from types import MappingProxyType
from typing import Literal, TypeAlias

from workers.learning.similarity import Bigram, DistinctTexts

Normalize: TypeAlias = Literal["none", "token"]

# Pairs (i, j) of a prompt's completions by index, i < j.
Index: TypeAlias = tuple[int, int]


@dataclass(frozen=True)
class PromptCandidates:
    """A prompt with its N completions: implicit rewards, texts and lengths in tokens, in the same order.

    `ensemble` [N][K] holds the reward that each of K heads gives to each completion, `prompt` the prompt's text, by
    which near-identical prompts are recognised; an empty one is like no other.
    """

    prompt_id: str
    entropy: float | None
    rewards: tuple[float, ...]
    texts: tuple[str, ...]
    lengths: tuple[int, ...]
    ensemble: tuple[tuple[float, ...], ...] | None = None
    prompt: str = ""


@dataclass(frozen=True)
class Eligible:
    """A candidate with its usable pairs, at least one."""

    candidate: PromptCandidates
    pairs: tuple[Index, ...]


@dataclass(frozen=True)
class Choice:
    """What is asked of a rule: `select_pairs` explains each."""

    count: int
    seed: int
    entropy_share: float
    normalize: Normalize
    max_per_prompt: int
    common: frozenset[Bigram] = frozenset()
    """What many prompts say, left out when prompts are compared."""


@dataclass(frozen=True)
class Scored:
    """A pair of a prompt with its score, and the chance that the rule takes it once it takes the prompt."""

    item: Eligible
    pair: Index
    score: float
    probability: float = 1.0


# The scored pairs of one prompt, best first, at most `max_per_prompt`.
PairRule: TypeAlias = Callable[[Eligible, Choice], list[Scored]]
Keep: TypeAlias = Callable[[Sequence[Eligible], Choice], Sequence[Eligible]]


def keep_all(eligible: Sequence[Eligible], _: Choice) -> Sequence[Eligible]:
    return eligible


def keep_uncertain_prompts(eligible: Sequence[Eligible], choice: Choice) -> Sequence[Eligible]:
    """The share of the prompts with the highest entropy, never fewer than what `count` pairs need, for which
    near-identical prompts count once.

    Equal entropies go by the prompts' ids, the same for every seed: what is kept is no chance to be counted.
    """
    ranked = sorted(eligible, key=lambda e: (-entropy_of(e.candidate, choice.normalize), seeded(e.candidate.prompt_id)))
    distinct = DistinctTexts(choice.common)
    kept, offered = 0, 0
    while kept < len(ranked) and (offered < choice.count or kept < choice.entropy_share * len(ranked)):
        text = ranked[kept].candidate.prompt
        if not text or distinct.add(text):
            offered += min(choice.max_per_prompt, len(ranked[kept].pairs))
        kept += 1
    return ranked[:kept]


@dataclass(frozen=True)
class Rule:
    """How a rule scores the pairs of a prompt (`pairs` None: not at all, the choice is uniform), the prompts it keeps
    before that, and what it needs to know of them."""

    pairs: PairRule | None
    keep: Keep = keep_all
    needs_rewards: bool = False
    needs_entropy: bool = False
    needs_ensemble: bool = False


def entropy(item: Eligible, choice: Choice) -> list[Scored]:
    """Predictive entropy of the prompt, uniform pairs of it (arXiv 2402.08114, section 3)."""
    score = entropy_of(item.candidate, choice.normalize)
    return [Scored(item, pair, score, chance) for pair, chance in uniform_pairs(item, "entropy-pair", choice)]


def certainty(item: Eligible, choice: Choice) -> list[Scored]:
    """|r1 - r2|: where the model is sure and wrong, a label teaches most (arXiv 2402.08114, eq. 7)."""
    return _top(item, lambda i, j: abs(_difference(item.candidate, i, j, choice.normalize)), choice)


def uncertainty(item: Eligible, choice: Choice) -> list[Scored]:
    """-|r1 - r2|: near-ties first."""
    return _top(item, lambda i, j: -abs(_difference(item.candidate, i, j, choice.normalize)), choice)


def ensemble_variance(item: Eligible, choice: Choice) -> list[Scored]:
    """Standard deviation over the heads of r_i - r_j: what the ensemble disagrees about most."""
    heads = ensemble_of(item.candidate)
    return _top(item, lambda i, j: _disagreement(heads, i, j), choice)


def delta_ucb(item: Eligible, choice: Choice) -> list[Scored]:
    """max over both orders of u_i - l_j, with bounds mean +- one standard deviation over the heads: the widest
    gap that the ensemble thinks possible (DeltaUCB, arXiv 2603.09692)."""
    means, deviations = _bounds(ensemble_of(item.candidate))
    return _top(item, lambda i, j: abs(means[i] - means[j]) + deviations[i] + deviations[j], choice)


def drts(item: Eligible, choice: Choice) -> list[Scored]:
    """Double reversed Thompson sampling: one draw's best completion against another draw's worst (arXiv 2603.09692).

    A draw is a head. Prompts rank by the mean gap over all draws of two heads, so that only the pair is random, and
    its probability is known: the share of the draws that name it. One pair per prompt.
    """
    by_head = list(zip(*ensemble_of(item.candidate), strict=True))
    known, usable = _known(item), set(item.pairs)
    draws: list[tuple[Index, float]] = []
    for first in by_head:
        best = max(known, key=first.__getitem__)
        for second in by_head:
            worst = min(reversed(known), key=second.__getitem__)
            if best == worst:
                continue  # a draw that names one completion twice says nothing
            if _ordered(best, worst) in usable:
                draws.append((_ordered(best, worst), first[best] - second[worst]))
            else:  # not to be asked: of the others the widest gap
                draws.append(_widest(item.pairs, first, second))
    return _drawn(item, draws, "drts", choice)


def bai_ts(item: Eligible, choice: Choice) -> list[Scored]:
    """Best-arm identification: a Thompson best against the completion whose difference to it varies most over the
    heads (arXiv 2411.01493). Prompts rank by the mean of that deviation over the draws. One pair per prompt."""
    heads, known = ensemble_of(item.candidate), _known(item)
    draws: list[tuple[Index, float]] = []
    for head in zip(*heads, strict=True):
        best = max(known, key=head.__getitem__)
        rivals = {pair: _disagreement(heads, *pair) for pair in item.pairs if best in pair}
        pair = max(rivals, key=rivals.__getitem__)
        draws.append((pair, rivals[pair]))
    return _drawn(item, draws, "bai_ts", choice)


RULES: Mapping[str, Rule] = MappingProxyType(
    {
        "random": Rule(None),
        # The same choice; its pairs were sampled from the reference instead of the policy.
        "offline": Rule(None),
        "entropy": Rule(entropy, needs_entropy=True),
        "certainty": Rule(certainty, needs_rewards=True),
        "uncertainty": Rule(uncertainty, needs_rewards=True),
        "entropy_certainty": Rule(certainty, keep_uncertain_prompts, needs_rewards=True, needs_entropy=True),
        "ensemble_variance": Rule(ensemble_variance, needs_ensemble=True),
        "delta_ucb": Rule(delta_ucb, needs_ensemble=True),
        "drts": Rule(drts, needs_ensemble=True),
        "bai_ts": Rule(bai_ts, needs_ensemble=True),
        # What our own measurements support: docs/label-efficiency.md.
        "auto": Rule(delta_ucb, needs_ensemble=True),
    }
)


def with_cut_chances(scored: Sequence[Scored], taken: Sequence[Scored]) -> list[Scored]:
    """`taken`, the best of `scored`, with the chances of those tied with the last: so many of the tied at random."""
    if not taken:
        return []
    cut = taken[-1].score
    left = sum(one.score == cut for one in taken) / sum(one.score == cut for one in scored)
    return [replace(one, probability=one.probability * left) if one.score == cut else one for one in taken]


def uniform_pairs(item: Eligible, purpose: str, choice: Choice) -> list[tuple[Index, float]]:
    """Up to `max_per_prompt` pairs, uniform without replacement, each with its chance of being among them."""
    kept = min(choice.max_per_prompt, len(item.pairs))
    drawn = sorted(
        item.pairs, key=lambda pair: seeded(purpose, choice.seed, item.candidate.prompt_id, pair[0], pair[1])
    )
    return [(pair, kept / len(item.pairs)) for pair in drawn[:kept]]


def entropy_of(candidate: PromptCandidates, normalize: Normalize) -> float:
    if candidate.entropy is None:
        raise ValueError(f"Prompt {candidate.prompt_id} has no entropy, which this rule ranks by.")
    mean_length = sum(candidate.lengths) / len(candidate.lengths)
    return candidate.entropy / mean_length if normalize == "token" else candidate.entropy


def ensemble_of(candidate: PromptCandidates) -> list[list[float]]:
    """The heads' rewards [N][K], each head's mean over the N completions taken away.

    A head learns differences within a prompt alone; where it puts the prompt itself means nothing, and must not be
    read as disagreement.
    """
    if candidate.ensemble is None:
        raise ValueError(f"Prompt {candidate.prompt_id} has no ensemble rewards, which this rule needs.")
    centres = [fmean(head) for head in zip(*candidate.ensemble, strict=True)]
    return [[value - centre for value, centre in zip(row, centres, strict=True)] for row in candidate.ensemble]


def seeded(*parts: object) -> int:
    """A number in [0, 2**64) that depends on the parts alone: what is random must not depend on an order."""
    digest = blake2b("\x1f".join(map(str, parts)).encode(), digest_size=8).digest()
    return int.from_bytes(digest, "big")


def _difference(candidate: PromptCandidates, i: int, j: int, normalize: Normalize) -> float:
    first, second = candidate.rewards[i], candidate.rewards[j]
    if normalize == "token":
        return first / candidate.lengths[i] - second / candidate.lengths[j]
    return first - second


def _disagreement(heads: Sequence[Sequence[float]], i: int, j: int) -> float:
    return _deviation([a - b for a, b in zip(heads[i], heads[j], strict=True)])


def _bounds(heads: Sequence[Sequence[float]]) -> tuple[list[float], list[float]]:
    """Mean and standard deviation [N] of the rewards over the heads."""
    return [fmean(row) for row in heads], [_deviation(row) for row in heads]


def _deviation(values: Sequence[float]) -> float:
    mean = fmean(values)
    return math.sqrt(fmean([(value - mean) ** 2 for value in values]))


def _top(item: Eligible, score: Callable[[int, int], float], choice: Choice) -> list[Scored]:
    """The prompt's best pairs; of pairs tied at the cut as many as there is room for, at random."""
    scored = [Scored(item, (i, j), score(i, j)) for i, j in item.pairs]
    best = sorted(scored, key=lambda s: (-s.score, _tie(s, choice)))[: choice.max_per_prompt]
    return with_cut_chances(scored, best)


def _tie(scored: Scored, choice: Choice) -> int:
    return seeded("pair", choice.seed, scored.item.candidate.prompt_id, *scored.pair)


def _drawn(item: Eligible, draws: Sequence[tuple[Index, float]], purpose: str, choice: Choice) -> list[Scored]:
    """One of the draws, at random; the prompt's score is their mean value."""
    values: dict[Index, list[float]] = defaultdict(list)
    for pair, value in draws:
        values[pair].append(value)
    place = seeded(purpose, choice.seed, item.candidate.prompt_id) % len(draws)
    for pair in sorted(values):
        place -= len(values[pair])
        if place < 0:
            break
    score = sum(map(sum, values.values())) / len(draws)
    return [Scored(item, pair, score, len(values[pair]) / len(draws))]


def _known(item: Eligible) -> list[int]:
    """The completions of the usable pairs."""
    return sorted({index for pair in item.pairs for index in pair})


def _widest(pairs: Sequence[Index], first: Sequence[float], second: Sequence[float]) -> tuple[Index, float]:
    """The pair, in either order, with the most between the first's value of one and the second's of the other."""
    gaps = {(i, j): max(first[i] - second[j], first[j] - second[i]) for i, j in pairs}
    pair = max(gaps, key=gaps.__getitem__)
    return pair, gaps[pair]


def _ordered(i: int, j: int) -> Index:
    return min(i, j), max(i, j)
