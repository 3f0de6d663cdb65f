"""What results say over their seeds: means with 95 % intervals, labels needed, paired differences, equal KL.

Knows nothing about files or figures: results in, numbers out. Rates and shares are within 0..1.
"""

import math
import statistics
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal, NamedTuple

from workers.learning.metrics import win_rate_interval
from workers.simulate.results import Result, Setting

# What every rule is compared with.
BASELINE = "random"
_Z_975 = 1.959963984540054
_ANY = (-math.inf, math.inf)
# 97.5 % points of Student's t with 1 to 10 degrees of freedom; beyond them `_t_975` expands around the normal's.
_T_975 = (12.70620, 4.30265, 3.18245, 2.77645, 2.57058, 2.44691, 2.36462, 2.30600, 2.26216, 2.22814)


class Group(NamedTuple):
    """Runs that differ in their seed alone."""

    rule: str
    loss: str
    setting: Setting


class Estimate(NamedTuple):
    """A mean with the bounds of its 95 % interval, or without them where one value is all there is."""

    mean: float
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True)
class Summary:
    """A group at one label count.

    `band` says what the interval of the win-rate is over: "seeds" (Student's t over the seeds' rates) or, with one
    seed, "comparisons" (Wilson's within that run, which knows nothing of how runs differ). The interval of KL is over
    the same: with one seed, over its completions.
    """

    group: Group
    labels: int
    seeds: int
    win_rate: Estimate
    band: Literal["seeds", "comparisons"]
    kl: Estimate
    wrong: Estimate | None
    length: Estimate
    acquired_length: Estimate | None
    distinct_1: Estimate
    distinct_2: Estimate
    length_controlled: Estimate | None
    ood_win_rate: Estimate | None


def group_results(results: Sequence[Result]) -> dict[Group, list[Result]]:
    """The results of each group by label count, the baseline's groups first, the others by name."""
    groups: dict[Group, list[Result]] = {}
    for result in results:
        groups.setdefault(Group(result.rule, result.loss, result.setting), []).append(result)
    order = sorted(groups, key=lambda group: (group.loss, group.rule != BASELINE, group.rule, group.setting))
    return {group: sorted(groups[group], key=lambda result: (result.labels, result.seed)) for group in order}


def label_groups(groups: Iterable[Group]) -> dict[Group, str]:
    """A name for each group: its rule, its loss where there are several, and the settings in which a rule differs
    from itself. Those in which rules differ from each other are `own_setting`.
    """
    listed = list(groups)
    several_losses = len({group.loss for group in listed}) > 1
    labels: dict[Group, str] = {}
    for group in listed:
        siblings = [other for other in listed if (other.rule, other.loss) == (group.rule, group.loss)]
        own = [f"{name} {value}" for name, value in own_setting(group, siblings)]
        labels[group] = ", ".join([group.rule, *([group.loss] if several_losses else []), *own])
    return labels


def own_setting(group: Group, groups: Iterable[Group]) -> Setting:
    """What the group was trained with, less what all groups share."""
    shared = shared_setting(groups)
    return tuple(item for item in group.setting if item not in shared)


def shared_setting(groups: Iterable[Group]) -> Setting:
    """What all groups were trained with alike."""
    first, *others = [group.setting for group in groups]
    return tuple(item for item in first if all(item in other for other in others))


def summarise(results: Sequence[Result]) -> list[Summary]:
    """One summary per group and label count, in the order of `group_results`."""
    return [
        _summarise(group, labels, [result for result in members if result.labels == labels])
        for group, members in group_results(results).items()
        for labels in sorted({result.labels for result in members})
    ]


def baseline_of(summaries: Sequence[Summary], loss: str) -> Group | None:
    """The baseline's group with this loss that the other rules are held against; None when there is none.

    Of several settings: the one with the most labels, then the most seeds, then the highest win-rate there, so that no
    rule is flattered by a badly tuned baseline.
    """
    rivals = [summary for summary in summaries if summary.group.rule == BASELINE and summary.group.loss == loss]
    best = max(rivals, key=lambda rival: (rival.labels, rival.seeds, rival.win_rate.mean), default=None)
    return None if best is None else best.group


def labels_to_reach(curve: Sequence[tuple[float, float]], target: float) -> float | None:
    """Labels at which a curve of (labels, win-rate) first reaches the target, linear between its points.

    None when it never does. Where the first point is there already, its labels: an upper bound.
    """
    before: tuple[float, float] | None = None
    for labels, rate in sorted(curve):
        if rate >= target:
            if before is None:
                return labels
            return before[0] + (labels - before[0]) * (target - before[1]) / (rate - before[1])
        before = labels, rate
    return None


class LabelsNeeded(NamedTuple):
    """Labels at which a group's mean curve reaches the baseline's last win-rate, `target` at `last` labels.

    `labels` is None where it does not; an upper bound where the curve's `first` point is there already.
    """

    target: float
    last: int
    first: int
    labels: float | None


def labels_needed(summaries: Sequence[Summary], group: Group) -> LabelsNeeded | None:
    """None where no baseline was run with the group's loss."""
    baseline = baseline_of(summaries, group.loss)
    if baseline is None:
        return None
    curve, rival = ([one for one in summaries if one.group == side] for side in (group, baseline))
    last = max(rival, key=lambda one: one.labels)
    reached = labels_to_reach([(one.labels, one.win_rate.mean) for one in curve], last.win_rate.mean)
    return LabelsNeeded(last.win_rate.mean, last.labels, min(one.labels for one in curve), reached)


def paired_difference(results: Sequence[Result], baseline: Sequence[Result], *, labels: int) -> Estimate | None:
    """Mean over the seeds that both have of win-rate minus the baseline's at this label count, with its t-interval.

    Runs of one seed share prompts and draws: pairing takes out what they have in common. None without a common seed.
    """
    ours, theirs = (
        {result.seed: result.win_rate for result in side if result.labels == labels} for side in (results, baseline)
    )
    return _mean_difference(ours, theirs)


def win_rate_at_kl(results: Sequence[Result], kl: float) -> Estimate | None:
    """Win-rate of a group at this KL: each seed's points joined by lines in order of KL, then the mean with t-interval.

    None unless every seed has points on both sides: nothing is extrapolated, and no seed drops out of a mean.
    """
    rates = _rates_at_kl(results, kl)
    return estimate_mean(list(rates.values()), within=(0, 1)) if len(rates) == _count_seeds(results) else None


def difference_at_kl(results: Sequence[Result], baseline: Sequence[Result], *, kl: float) -> Estimate | None:
    """Like `paired_difference`, at the same KL instead of the same labels; None unless every common seed has it."""
    ours, theirs = _rates_at_kl(results, kl), _rates_at_kl(baseline, kl)
    common = {result.seed for result in results} & {result.seed for result in baseline}
    return _mean_difference(ours, theirs) if common <= ours.keys() & theirs.keys() else None


def estimate_mean(values: Sequence[float], *, within: tuple[float, float] = _ANY) -> Estimate:
    """Mean with the 95 % interval of Student's t, cut to what is possible; one value has no interval."""
    mean = statistics.fmean(values)
    if len(values) == 1:
        return Estimate(mean)
    half = _t_975(len(values) - 1) * statistics.stdev(values) / math.sqrt(len(values))
    return Estimate(mean, max(within[0], mean - half), min(within[1], mean + half))


def _summarise(group: Group, labels: int, members: Sequence[Result]) -> Summary:
    if len(members) == 1:
        (only,) = members
        win_rate = Estimate(*win_rate_interval(only.wins, only.comparisons))
        kl = Estimate(only.kl, only.kl - _Z_975 * only.kl_error, only.kl + _Z_975 * only.kl_error)
    else:
        win_rate = estimate_mean([result.win_rate for result in members], within=(0, 1))
        kl = estimate_mean([result.kl for result in members])
    return Summary(
        group=group,
        labels=labels,
        seeds=len(members),
        win_rate=win_rate,
        band="comparisons" if len(members) == 1 else "seeds",
        kl=kl,
        wrong=_mean_of_known((result.wrong for result in members), within=(0, 1)),
        length=estimate_mean([result.length.mean for result in members]),
        acquired_length=_mean_of_known(result.acquired_length for result in members),
        distinct_1=estimate_mean([result.distinct_1 for result in members], within=(0, 1)),
        distinct_2=estimate_mean([result.distinct_2 for result in members], within=(0, 1)),
        length_controlled=_mean_of_known((result.length_controlled for result in members), within=(0, 1)),
        ood_win_rate=_mean_of_known((result.ood_win_rate for result in members), within=(0, 1)),
    )


def _mean_of_known(values: Iterable[float | None], *, within: tuple[float, float] = _ANY) -> Estimate | None:
    known = [value for value in values if value is not None]
    return estimate_mean(known, within=within) if known else None


def _mean_difference(ours: Mapping[int, float], theirs: Mapping[int, float]) -> Estimate | None:
    common = sorted(ours.keys() & theirs.keys())
    return estimate_mean([ours[seed] - theirs[seed] for seed in common]) if common else None


def _rates_at_kl(results: Sequence[Result], kl: float) -> dict[int, float]:
    points: dict[int, list[tuple[float, float]]] = {}
    for result in results:
        points.setdefault(result.seed, []).append((result.kl, result.win_rate))
    rates = {seed: _interpolate(sorted(line), kl) for seed, line in points.items()}
    return {seed: rate for seed, rate in rates.items() if rate is not None}


def _interpolate(line: Sequence[tuple[float, float]], place: float) -> float | None:
    for (left, low), (right, high) in pairwise(line):
        if left <= place <= right:
            return low if left == right else low + (high - low) * (place - left) / (right - left)
    return None


def _count_seeds(results: Sequence[Result]) -> int:
    return len({result.seed for result in results})


def _t_975(degrees: int) -> float:
    """97.5 % point of Student's t: from the table, or by the Cornish-Fisher expansion (within 2e-4 from 11 on)."""
    if degrees <= len(_T_975):
        return _T_975[degrees - 1]
    z = _Z_975
    terms = (
        (z**3 + z) / 4,
        (5 * z**5 + 16 * z**3 + 3 * z) / 96,
        (3 * z**7 + 19 * z**5 + 17 * z**3 - 15 * z) / 384,
    )
    return z + terms[0] / degrees + terms[1] / degrees**2 + terms[2] / degrees**3
