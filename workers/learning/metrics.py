"""Figures of an evaluation: win-rate and accuracy with intervals, KL to the reference, perplexity, lengths, variety.

Knows nothing about models or judges: plain numbers in, plain numbers out.
"""

import math
import statistics
from collections.abc import Sequence
from typing import NamedTuple

# The 97.5 % point of the normal distribution: two-sided intervals of 95 %.
_Z_95 = 1.959963984540054

# Keeps the length coefficient finite where length alone separates wins from losses; too weak to move other fits.
_RIDGE = 0.01
_MOST_NEWTON_STEPS = 100

# The exponential of more overflows.
_MOST_NATS = 709.0


class Interval(NamedTuple):
    """A rate with the bounds of its 95 % interval."""

    rate: float
    low: float
    high: float


class LengthSummary(NamedTuple):
    """Completion lengths in tokens."""

    mean: float
    p10: float
    p50: float
    p90: float


def win_rate_interval(wins: float, total: int) -> Interval:
    """Wilson score interval (95 %) of wins out of total comparisons; a tie counts as half a win.

    Wilson, JASA 22 (1927). Ties make the variance smaller than binomial, so with ties the interval is too wide, never
    too narrow. Raises ValueError for total < 1 or wins outside 0..total.
    """
    if total < 1 or not 0 <= wins <= total:
        raise ValueError(f"A rate needs 0 <= wins <= total and total >= 1, got {wins} of {total}.")
    rate = wins / total
    weight = _Z_95**2 / total
    centre = (rate + weight / 2) / (1 + weight)
    half = _Z_95 * math.sqrt(rate * (1 - rate) / total + weight / (4 * total)) / (1 + weight)
    return Interval(rate, max(0.0, centre - half), min(1.0, centre + half))


def accuracy_interval(correct: int, total: int) -> Interval:
    """Wilson score interval (95 %) of the share of labels that agree with the implicit reward."""
    return win_rate_interval(correct, total)


def length_controlled_win_rate(
    outcomes: Sequence[float], lengths: Sequence[int], opponent_lengths: Sequence[int]
) -> float:
    """The win-rate expected at equal lengths: sigmoid(a) of the fit win ~ sigmoid(a + b tanh(d / sd(d))).

    d is the length minus the opponent's, one per comparison; an outcome is 1, 0, or between them for a tie
    (AlpacaEval 2 LC, arXiv 2404.04475, eq. 2, without its terms per model and prompt). Swapping the sides gives 1 minus
    the rate. Where every d is the same, or every outcome, nothing can be told apart: the plain win-rate. Raises
    ValueError for no comparison or an outcome outside 0..1.
    """
    if not outcomes or not all(0 <= outcome <= 1 for outcome in outcomes):
        raise ValueError("A win-rate needs at least one outcome, each within 0 and 1.")
    differences = [ours - theirs for ours, theirs in zip(lengths, opponent_lengths, strict=True)]
    spread = statistics.pstdev(differences)
    if spread == 0 or len(set(outcomes)) == 1:
        return statistics.fmean(outcomes)
    shifts = (math.tanh(difference / spread) for difference in differences)
    intercept, _ = _fit_logistic(list(zip(outcomes, shifts, strict=True)))
    return _sigmoid(intercept)


def distinct_n(texts: Sequence[str] | Sequence[Sequence[int]], n: int) -> float:
    """Share of distinct n-grams among all n-grams of the texts (Li et al. 2016, arXiv 1510.03055); 0 if there is none.

    Texts are split at white space; rows of token ids are taken as they are. It falls as texts are added: compare sets
    of one size. Raises ValueError for no text or n < 1.
    """
    if not texts or n < 1:
        raise ValueError(f"Variety needs at least one text and n >= 1, got {len(texts)} texts and n = {n}.")
    grams: list[tuple[str | int, ...]] = []
    for text in texts:
        row = text.split() if isinstance(text, str) else text
        grams += [tuple(row[start : start + n]) for start in range(len(row) - n + 1)]
    return len(set(grams)) / len(grams) if grams else 0.0


def kl_estimate(logprobs: Sequence[float], reference_logprobs: Sequence[float]) -> tuple[float, float]:
    """KL(pi || ref) in nats per completion and its standard error: the mean of log pi - log ref over draws from pi.

    Sums over completion tokens of untruncated draws at temperature 1. The error of a single draw is infinite.
    """
    if not logprobs:
        raise ValueError("A KL estimate needs at least one completion.")
    ratios = [p - q for p, q in zip(logprobs, reference_logprobs, strict=True)]
    if not all(map(math.isfinite, ratios)):
        raise ValueError("A log-probability is not finite.")
    if len(ratios) == 1:
        return ratios[0], math.inf
    return statistics.fmean(ratios), statistics.stdev(ratios) / math.sqrt(len(ratios))


def perplexity(logprobs: Sequence[float], tokens: Sequence[int]) -> float | None:
    """exp(-sum log pi / number of tokens) over all texts together, from each text's sum in nats and its tokens.

    Longer texts weigh more, as each token counts once. None where there is no token. Raises ValueError for a sum or a
    perplexity that is not finite.
    """
    if not all(math.isfinite(one) for one, _ in zip(logprobs, tokens, strict=True)):
        raise ValueError("A log-probability is not finite.")
    total = sum(tokens)
    if not total:
        return None
    nats = -math.fsum(logprobs) / total
    if nats > _MOST_NATS:
        raise ValueError(f"The perplexity is not finite: the model needs {nats:.0f} nats for a token.")
    return math.exp(nats)


def length_summary(lengths: Sequence[int]) -> LengthSummary:
    """Mean and percentiles (linear interpolation between neighbours) of completion lengths."""
    if not lengths:
        raise ValueError("A summary of lengths needs at least one completion.")
    ordered = sorted(lengths)
    return LengthSummary(statistics.fmean(ordered), *(_percentile(ordered, share) for share in (0.1, 0.5, 0.9)))


def _percentile(ordered: Sequence[int], share: float) -> float:
    place = share * (len(ordered) - 1)
    below = math.floor(place)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (place - below) * (ordered[above] - ordered[below])


def _fit_logistic(rows: Sequence[tuple[float, float]]) -> tuple[float, float]:
    """Intercept and coefficient of outcome ~ sigmoid(a + b x) with a ridge on b: Newton's steps, halved while too long.

    The loss is convex and, with both outcomes there, has one finite minimum.
    """
    place = (0.0, 0.0)
    loss = _logistic_loss(rows, place)
    for _ in range(_MOST_NEWTON_STEPS):
        step = _newton_step(rows, place)
        scale = 1.0
        while (there := _logistic_loss(rows, (place[0] - scale * step[0], place[1] - scale * step[1]))) > loss:
            scale /= 2
            if scale < 1e-9:
                return place
        place, gain, loss = (place[0] - scale * step[0], place[1] - scale * step[1]), loss - there, there
        if gain < 1e-12:
            break
    return place


def _logistic_loss(rows: Sequence[tuple[float, float]], place: tuple[float, float]) -> float:
    scores = ((outcome, place[0] + place[1] * x) for outcome, x in rows)
    # log(1 + e^s) - outcome s, without overflow.
    losses = (max(score, 0) + math.log1p(math.exp(-abs(score))) - outcome * score for outcome, score in scores)
    return math.fsum(losses) + _RIDGE / 2 * place[1] ** 2


def _newton_step(rows: Sequence[tuple[float, float]], place: tuple[float, float]) -> tuple[float, float]:
    slope_a, slope_b, curve_aa, curve_ab, curve_bb = 0.0, _RIDGE * place[1], 0.0, 0.0, _RIDGE
    for outcome, x in rows:
        chance = _sigmoid(place[0] + place[1] * x)
        weight = chance * (1 - chance)
        slope_a += chance - outcome
        slope_b += (chance - outcome) * x
        curve_aa += weight
        curve_ab += weight * x
        curve_bb += weight * x * x
    area = curve_aa * curve_bb - curve_ab**2
    return (curve_bb * slope_a - curve_ab * slope_b) / area, (curve_aa * slope_b - curve_ab * slope_a) / area


def _sigmoid(score: float) -> float:
    return 1 / (1 + math.exp(-score)) if score >= 0 else math.exp(score) / (1 + math.exp(score))
