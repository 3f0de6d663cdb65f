"""Figures of an evaluation: win-rate and accuracy with their intervals, KL to the reference, completion lengths.

Knows nothing about models or judges: plain numbers in, plain numbers out.
"""

import math
import statistics
from collections.abc import Sequence
from typing import NamedTuple

# The 97.5 % point of the normal distribution: two-sided intervals of 95 %.
_Z_95 = 1.959963984540054


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
