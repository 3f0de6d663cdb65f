"""Which pairs are worth a label: implicit rewards, selection by a rule of `rules`, and the random control arm.

Knows nothing about models or tensors: numbers and texts in, chosen pairs out. Every score reads "higher = ask first".
Whatever is random comes from a hash of the seed and the prompt's id, so that results do not depend on the order of
the candidates.
"""

import math
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Literal, Protocol, get_args

from workers.learning.rules import (
    RULES,
    Choice,
    Eligible,
    Index,
    Normalize,
    PromptCandidates,
    Scored,
    seeded,
    uniform_pairs,
    with_cut_chances,
)
from workers.learning.similarity import DistinctTexts, distinct_indices, near_identical, shared_bigrams

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
    max_per_prompt: int = 1,
    excluded: Collection[tuple[str, int, int]] = (),
    on_scores: Callable[[list[float]], object] = len,
) -> list[SelectedPair]:
    """Up to `count` pairs, best first, at most `max_per_prompt` of a prompt; ties are broken by a seeded hash.

    Near-identical completions count once (the lowest index stays); a prompt with fewer than two distinct ones, or
    whose pairs are all `excluded` (prompt id and two indices, in any order), is passed over. Of near-identical prompts,
    what many prompts say aside, a rule that scores takes the best alone, of equals the same for every seed; the uniform
    rules take each, since their probabilities must stay known.
    `normalize="token"` divides rewards by completion lengths and entropies by the prompt's mean length; leave it at
    "none" for rewards of a length-normalised loss. `on_scores` is told the scores of all pairs that a rule which scores
    chooses from, in no order. `drts` and `bai_ts` take one pair per prompt whatever the maximum.
    Raises ValueError for an unknown rule, a non-finite reward, entropy or ensemble, what the rule needs and a
    candidate lacks, or two candidates with one id.
    """
    if rule not in RULES:
        raise ValueError(f"There is no acquisition rule {rule!r}; the rules are {', '.join(RULES)}.")
    if count < 0 or max_per_prompt < 1 or not 0 < entropy_share <= 1:
        raise ValueError("Selecting pairs needs count >= 0, max_per_prompt >= 1 and 0 < entropy_share <= 1.")
    if normalize not in get_args(Normalize):
        raise ValueError(f"normalize must be one of {', '.join(get_args(Normalize))}, got {normalize!r}.")
    _check_candidates(candidates)
    forbidden = {(prompt_id, min(i, j), max(i, j)) for prompt_id, i, j in excluded}
    eligible = [Eligible(c, pairs) for c in candidates if (pairs := _pairs_of(c, forbidden))]
    score = RULES[rule].pairs
    common = (
        frozenset() if score is None else shared_bigrams([e.candidate.prompt for e in eligible if e.candidate.prompt])
    )
    choice = Choice(count, seed, entropy_share, normalize, max_per_prompt, common)
    if score is None:
        return _uniform(eligible, choice)
    scored = [one for item in RULES[rule].keep(eligible, choice) for one in score(item, choice)]
    on_scores([one.score for one in scored])
    return [_selected(one.item, one.pair, one.score, one.probability) for one in _best(scored, choice)]


def draw_control(prompt_ids: Sequence[str], *, count: int, seed: int) -> list[str]:
    """Up to `count` prompt ids, uniform without replacement from the whole pool, in draw order."""
    if len(set(prompt_ids)) != len(prompt_ids):
        raise ValueError("The pool of the control arm names a prompt twice.")
    return sorted(prompt_ids, key=lambda prompt_id: seeded("control-prompt", seed, prompt_id))[:count]


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
    pair = pairs[seeded("control-pair", seed, candidate.prompt_id) % len(pairs)]
    return _selected(Eligible(candidate, pairs), pair, None, min(count, pool) / pool / len(pairs))


def _uniform(eligible: Sequence[Eligible], choice: Choice) -> list[SelectedPair]:
    """Uniform pairs of all prompts, so many of each, in a uniform order: the baseline."""
    drawn = [(item, pair, chance) for item in eligible for pair, chance in uniform_pairs(item, "random-pair", choice)]
    drawn.sort(key=lambda d: seeded("random-prompt", choice.seed, d[0].candidate.prompt_id, *d[1]))
    share = min(choice.count, len(drawn)) / max(1, len(drawn))
    return [_selected(item, pair, None, chance * share) for item, pair, chance in drawn[: choice.count]]


def _best(scored: Sequence[Scored], choice: Choice) -> list[Scored]:
    """The best pairs, of near-identical prompts those of the best prompt alone; every pair tied with the last has the
    same chance."""

    def order(one: Scored) -> tuple[float, int]:
        return -one.score, seeded("tie", choice.seed, one.item.candidate.prompt_id, *one.pair)

    asked = sorted(_of_distinct_prompts(scored, choice), key=order)
    return with_cut_chances(asked, asked[: choice.count])


def _of_distinct_prompts(scored: Sequence[Scored], choice: Choice) -> list[Scored]:
    """The best pairs asked for and those tied with the last, without the pairs of prompts that are near-identical to a
    better one. No seed decides which prompt that is, so that it is no chance to be counted."""
    asked: list[Scored] = []
    verdicts: dict[str, bool] = {}
    distinct = DistinctTexts(choice.common)
    for one in sorted(scored, key=lambda one: (-one.score, one.item.candidate.prompt_id)):
        # Beyond the last place only what is tied with it matters, for its chance.
        if len(asked) >= choice.count and (not asked or one.score != asked[choice.count - 1].score):
            break
        candidate = one.item.candidate
        if candidate.prompt_id not in verdicts:
            verdicts[candidate.prompt_id] = not candidate.prompt or distinct.add(candidate.prompt)
        if verdicts[candidate.prompt_id]:
            asked.append(one)
    return asked


def _selected(item: Eligible, pair: Index, score: float | None, probability: float) -> SelectedPair:
    candidate, (first, second) = item.candidate, pair
    margin = candidate.rewards[first] - candidate.rewards[second]
    return SelectedPair(candidate.prompt_id, first, second, score, margin, probability)


def _pairs_of(candidate: PromptCandidates, forbidden: Collection[tuple[str, int, int]]) -> tuple[Index, ...]:
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
        _check_ensemble(candidate)


def _check_ensemble(candidate: PromptCandidates) -> None:
    if candidate.ensemble is None:
        return
    heads = {len(row) for row in candidate.ensemble}
    if len(candidate.ensemble) != len(candidate.rewards) or len(heads) != 1 or 0 in heads:
        raise ValueError(f"Prompt {candidate.prompt_id} needs one ensemble reward per completion and head.")
    for index, row in enumerate(candidate.ensemble):
        if not all(map(math.isfinite, row)):
            raise ValueError(f"An ensemble reward of completion {index} of prompt {candidate.prompt_id} is not finite.")
