"""Which pairs are worth a label: implicit rewards, the acquisition rules, and the random control arm.

Knows nothing about models or tensors: numbers and texts in, chosen pairs out. Every score reads "higher = ask first".
Whatever is random comes from a hash of the seed and the prompt's id, so that results do not depend on the order of
the candidates.
"""

import math
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from itertools import combinations
from types import MappingProxyType
from typing import Literal, Protocol, TypeAlias

from workers.learning.similarity import distinct_indices, near_identical

__all__ = [
    "RULES",
    "PromptCandidates",
    "SelectedPair",
    "control_pair",
    "draw_control",
    "implicit_reward",
    "near_identical",
    "prompt_entropy",
    "select_pairs",
]

Normalize: TypeAlias = Literal["none", "token"]

_LENGTH_NORMALISED_LOSSES = frozenset({"ln_dpo", "ipo"})
_SUMMED_LOSSES = frozenset({"dpo", "robust", "cdpo", "simpo", "sft", "rwr"})


def implicit_reward(logprob: float, reference_logprob: float, length: int, *, loss: str, beta: float) -> float:
    """r(x, y) = beta * L, or beta * L / |y| where the loss is length-normalised; L = log pi(y|x) - log ref(y|x).

    Sums in nats over `length` completion tokens. The scale is that of the loss the model was trained with; `simpo`,
    `sft` and `rwr` have no reference in their loss and use the dpo log-ratio (arXiv 2305.18290, eq. 5).
    Raises ValueError for an unknown loss, beta <= 0 or a length below 1.
    """
    if beta <= 0 or length < 1:
        raise ValueError(f"An implicit reward needs beta > 0 and a length of at least 1, got {beta} and {length}.")
    log_ratio = logprob - reference_logprob
    if loss in _LENGTH_NORMALISED_LOSSES:
        return beta * log_ratio / length
    if loss in _SUMMED_LOSSES:
        return beta * log_ratio
    raise ValueError(f"There is no loss named {loss!r}.")


class Draw(Protocol):
    """What an entropy estimate needs of a sample: both sums in nats, drawn at temperature 1 without truncation."""

    @property
    def entropy(self) -> float: ...

    @property
    def logprob(self) -> float: ...


def prompt_entropy(samples: Sequence[Draw], *, estimator: Literal["exact", "published"] = "exact") -> float:
    """H(x) in nats per completion, the mean over samples of ONE prompt; higher = more uncertain.

    `exact` averages the sums of exact per-step entropies met along the draws; `published` is
    -(1/N) sum_n log pi(y_n | x) (arXiv 2402.08114, section 3). Same expectation, the first has the smaller variance.
    """
    if not samples:
        raise ValueError("The entropy of a prompt needs at least one sample.")
    values = [s.entropy for s in samples] if estimator == "exact" else [-s.logprob for s in samples]
    return sum(values) / len(values)


@dataclass(frozen=True)
class PromptCandidates:
    """A prompt with its N completions: implicit rewards, texts and lengths in tokens, in the same order."""

    prompt_id: str
    entropy: float | None
    rewards: tuple[float, ...]
    texts: tuple[str, ...]
    lengths: tuple[int, ...]


@dataclass(frozen=True)
class SelectedPair:
    """Two completions of a prompt by index, first < second. `margin` is reward first - reward second, unnormalised.

    `score` is the rule's (None where a rule scores nothing). `probability` is that of this pair being chosen, given
    the candidates: 1 for a deterministic choice.
    """

    prompt_id: str
    first: int
    second: int
    score: float | None
    margin: float
    probability: float


def select_pairs(
    rule: str,
    candidates: Sequence[PromptCandidates],
    *,
    count: int,
    seed: int,
    entropy_share: float = 0.25,
    normalize: Normalize = "none",
    excluded: Collection[tuple[str, int, int]] = (),
) -> list[SelectedPair]:
    """Up to `count` pairs, best first, at most one per prompt; ties are broken by a seeded hash.

    Near-identical completions count once (the lowest index stays); a prompt with fewer than two distinct ones, or
    whose pairs are all `excluded` (prompt id and two indices, in any order), is passed over. `normalize="token"`
    divides rewards by completion lengths and entropies by the prompt's mean length; leave it at "none" for rewards
    of a length-normalised loss. Raises ValueError for an unknown rule, a non-finite reward or entropy, a missing
    entropy that the rule needs, or two candidates with one id.
    """
    if rule not in RULES:
        raise ValueError(f"There is no acquisition rule {rule!r}; the rules are {', '.join(RULES)}.")
    if count < 0 or not 0 < entropy_share <= 1:
        raise ValueError("Selecting pairs needs count >= 0 and 0 < entropy_share <= 1.")
    _check_candidates(candidates)
    choice = _Choice(count, seed, entropy_share, normalize)
    forbidden = {(prompt_id, min(i, j), max(i, j)) for prompt_id, i, j in excluded}
    eligible = [_Eligible(c, pairs) for c in candidates if (pairs := _pairs_of(c, forbidden))]
    return RULES[rule](eligible, choice)


def draw_control(prompt_ids: Sequence[str], *, count: int, seed: int) -> list[str]:
    """Up to `count` prompt ids, uniform without replacement from the whole pool, in draw order."""
    if len(set(prompt_ids)) != len(prompt_ids):
        raise ValueError("The pool of the control arm names a prompt twice.")
    return sorted(prompt_ids, key=lambda prompt_id: _hash("control-prompt", seed, prompt_id))[:count]


def control_pair(candidate: PromptCandidates, *, pool: int, count: int, seed: int) -> SelectedPair | None:
    """A uniformly random pair of distinct completions of a prompt drawn for the control arm; None where there is none.

    Its probability is min(count, pool) / pool * 1 / pairs, for a draw of `count` prompts out of `pool`.
    """
    if pool < 1 or count < 0:
        raise ValueError("A control pair needs pool > 0 and count >= 0.")
    _check_candidates([candidate])
    pairs = _pairs_of(candidate, frozenset())
    if not pairs:
        return None
    return _random_pair(_Eligible(candidate, pairs), "control-pair", seed, min(count, pool) / pool)


@dataclass(frozen=True)
class _Eligible:
    """A candidate with at least one usable pair (i < j)."""

    candidate: PromptCandidates
    pairs: tuple[tuple[int, int], ...]


@dataclass(frozen=True)
class _Choice:
    count: int
    seed: int
    entropy_share: float
    normalize: Normalize


_Rule: TypeAlias = Callable[[Sequence[_Eligible], _Choice], list[SelectedPair]]


def _random(eligible: Sequence[_Eligible], choice: _Choice) -> list[SelectedPair]:
    """Uniform prompts, a uniform pair each: the baseline."""
    drawn = sorted(eligible, key=lambda e: _hash("random-prompt", choice.seed, e.candidate.prompt_id))[: choice.count]
    share = len(drawn) / len(eligible) if eligible else 0.0
    return [_random_pair(e, "random-pair", choice.seed, share) for e in drawn]


def _entropy(eligible: Sequence[_Eligible], choice: _Choice) -> list[SelectedPair]:
    """The prompts of highest predictive entropy, a uniform pair each (arXiv 2402.08114, section 3)."""
    ranked = _by_entropy(eligible, choice)[: choice.count]
    return [
        _random_pair(e, "entropy-pair", choice.seed, 1.0, score=_entropy_of(e.candidate, choice.normalize))
        for e in ranked
    ]


def _certainty(eligible: Sequence[_Eligible], choice: _Choice) -> list[SelectedPair]:
    """The largest |r1 - r2|: where the model is sure and wrong, a label teaches most (arXiv 2402.08114, eq. 7)."""
    return _best([_extreme_pair(e, choice, sign=1.0) for e in eligible], choice)


def _uncertainty(eligible: Sequence[_Eligible], choice: _Choice) -> list[SelectedPair]:
    """The smallest |r1 - r2|, near-ties first: the score is -|r1 - r2|."""
    return _best([_extreme_pair(e, choice, sign=-1.0) for e in eligible], choice)


def _entropy_certainty(eligible: Sequence[_Eligible], choice: _Choice) -> list[SelectedPair]:
    """Entropy keeps the top share of the prompts (never fewer than asked for), certainty picks among them."""
    kept = max(choice.count, math.ceil(choice.entropy_share * len(eligible)))
    return _certainty(_by_entropy(eligible, choice)[:kept], choice)


RULES: Mapping[str, _Rule] = MappingProxyType(
    {
        "random": _random,
        # The same choice; its pairs were sampled from the reference instead of the policy.
        "offline": _random,
        "entropy": _entropy,
        "certainty": _certainty,
        "uncertainty": _uncertainty,
        "entropy_certainty": _entropy_certainty,
    }
)


def _by_entropy(eligible: Sequence[_Eligible], choice: _Choice) -> list[_Eligible]:
    return sorted(
        eligible,
        key=lambda e: (-_entropy_of(e.candidate, choice.normalize), _hash("tie", choice.seed, e.candidate.prompt_id)),
    )


def _entropy_of(candidate: PromptCandidates, normalize: Normalize) -> float:
    if candidate.entropy is None:
        raise ValueError(f"Prompt {candidate.prompt_id} has no entropy, which this rule ranks by.")
    mean_length = sum(candidate.lengths) / len(candidate.lengths)
    return candidate.entropy / mean_length if normalize == "token" else candidate.entropy


def _extreme_pair(item: _Eligible, choice: _Choice, *, sign: float) -> SelectedPair:
    """The prompt's best pair by sign * |r1 - r2|, ties by hash."""
    candidate = item.candidate
    rewards = candidate.rewards
    if choice.normalize == "token":
        rewards = tuple(r / n for r, n in zip(rewards, candidate.lengths, strict=True))
    scores = [sign * abs(rewards[i] - rewards[j]) for i, j in item.pairs]
    best = max(scores)
    tied = [pair for pair, score in zip(item.pairs, scores, strict=True) if score == best]
    first, second = min(tied, key=lambda pair: _hash("pair", choice.seed, candidate.prompt_id, *pair))
    margin = candidate.rewards[first] - candidate.rewards[second]
    return SelectedPair(candidate.prompt_id, first, second, best, margin, 1.0)


def _best(pairs: Sequence[SelectedPair], choice: _Choice) -> list[SelectedPair]:
    def order(pair: SelectedPair) -> tuple[float, int]:
        assert pair.score is not None
        return -pair.score, _hash("tie", choice.seed, pair.prompt_id)

    return sorted(pairs, key=order)[: choice.count]


def _random_pair(
    item: _Eligible, purpose: str, seed: int, prompt_probability: float, score: float | None = None
) -> SelectedPair:
    candidate = item.candidate
    first, second = item.pairs[_hash(purpose, seed, candidate.prompt_id) % len(item.pairs)]
    margin = candidate.rewards[first] - candidate.rewards[second]
    return SelectedPair(candidate.prompt_id, first, second, score, margin, prompt_probability / len(item.pairs))


def _pairs_of(candidate: PromptCandidates, forbidden: Collection[tuple[str, int, int]]) -> tuple[tuple[int, int], ...]:
    pairs = combinations(distinct_indices(candidate.texts), 2)
    return tuple((i, j) for i, j in pairs if (candidate.prompt_id, i, j) not in forbidden)


def _check_candidates(candidates: Sequence[PromptCandidates]) -> None:
    seen = set()
    for candidate in candidates:
        if candidate.prompt_id in seen:
            raise ValueError(f"Prompt {candidate.prompt_id} is among the candidates twice.")
        seen.add(candidate.prompt_id)
        if not len(candidate.rewards) == len(candidate.texts) == len(candidate.lengths):
            raise ValueError(f"Prompt {candidate.prompt_id} needs one reward, text and length per completion.")
        if min(candidate.lengths, default=1) < 1:
            raise ValueError(f"Prompt {candidate.prompt_id} has a completion of no tokens.")
        for index, reward in enumerate(candidate.rewards):
            if not math.isfinite(reward):
                raise ValueError(f"The reward of completion {index} of prompt {candidate.prompt_id} is {reward}.")
        if candidate.entropy is not None and not math.isfinite(candidate.entropy):
            raise ValueError(f"The entropy of prompt {candidate.prompt_id} is {candidate.entropy}.")


def _hash(*parts: object) -> int:
    digest = blake2b("\x1f".join(map(str, parts)).encode(), digest_size=8).digest()
    return int.from_bytes(digest, "big")
