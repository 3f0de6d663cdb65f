"""The tables of a report, in markdown: win-rate and what it cost, labels needed, differences to random, equal KL.

Knows nothing about how the numbers come about: `summary` computes, this writes.
"""

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from workers.simulate.results import Result
from workers.simulate.summary import (
    BASELINE,
    Estimate,
    Group,
    LabelsNeeded,
    Summary,
    baseline_of,
    difference_at_kl,
    group_results,
    label_groups,
    labels_needed,
    own_setting,
    paired_difference,
    shared_setting,
    summarise,
    win_rate_at_kl,
)

_NONE = "–"
_KL_LEVELS = 8


def write_markdown(results: Sequence[Result], path: Path) -> None:
    """Writes the tables of all results to one markdown file."""
    path.write_text(_render(results), encoding="utf-8")


def kl_levels(results: Sequence[Result]) -> list[float]:
    """Round numbers, eight at most, across the KL that the results reached."""
    low, high = min(result.kl for result in results), max(result.kl for result in results)
    steps = [factor * 10.0**power for power in range(-3, 7) for factor in (1, 2, 5)]
    step = next((step for step in steps if (high - low) / step <= _KL_LEVELS), steps[-1])
    first = int(low // step) + 1
    return [step * index for index in range(first, int(high // step) + 1) if step * index > 0]


def _render(results: Sequence[Result]) -> str:
    groups = group_results(results)
    names = label_groups(groups)
    summaries = summarise(results)
    baselines = {group: baseline_of(summaries, group.loss) for group in groups}
    return "\n".join(
        [
            *_heading(results, groups, names),
            *_by_labels(summaries, names),
            *_labels_needed(summaries, names),
            *_differences(groups, names, baselines),
            *_at_equal_kl(results, groups, names, baselines),
        ]
    )


def _heading(results: Sequence[Result], groups: dict[Group, list[Result]], names: dict[Group, str]) -> list[str]:
    runs = len({result.run for result in results})
    hours = sum(result.seconds for result in results) / 3600
    shared = ", ".join(f"{name} {value}" for name, value in shared_setting(groups))
    losses = ", ".join(sorted({group.loss for group in groups}))
    own = {names[group]: ", ".join(f"{name} {value}" for name, value in own_setting(group, groups)) for group in groups}
    return [
        "# Simulated labelling",
        "",
        f"{runs} runs, {len(results)} rounds, {hours:.1f} hours. Loss: {losses}. "
        + (f"All runs: {shared}." if shared else "The runs share no setting."),
        "",
        "In brackets are 95 % intervals: over seeds (Student's t); with one seed, marked *, over the comparisons "
        "of that run alone (Wilson), which leaves out how much runs differ.",
        "",
        *(_table(["rule", "trained with"], own.items(), numbers=False) if any(own.values()) else []),
    ]


def _by_labels(summaries: Sequence[Summary], names: dict[Group, str]) -> list[str]:
    columns: dict[str, Callable[[Summary], str]] = {
        "rule": lambda one: names[one.group],
        "labels": lambda one: str(one.labels),
        "seeds": lambda one: str(one.seeds),
        "win-rate, %": lambda one: _percent(one.win_rate) + ("*" if one.band == "comparisons" else ""),
        "at equal length": lambda one: _percent(one.length_controlled),
        "elsewhere": lambda one: _percent(one.ood_win_rate),
        "KL, nats": lambda one: _plain(one.kl, digits=1),
        "wrong, %": lambda one: _percent(one.wrong),
        "tokens": lambda one: _mean(one.length, digits=1),
        "acquired, tokens": lambda one: _mean(one.acquired_length, digits=1),
        "distinct-1": lambda one: _mean(one.distinct_1, digits=3),
        "distinct-2": lambda one: _mean(one.distinct_2, digits=3),
    }
    known = {name: cells for name, cell in columns.items() if set(cells := [cell(one) for one in summaries]) != {_NONE}}
    return [
        "## Against labels",
        "",
        "Win-rate against the model that the runs started from; at equal length: what a logistic fit expects of "
        "answers as long as its; elsewhere: on prompts of another kind; wrong: share of the acquired pairs whose label "
        "contradicted the model; tokens: mean length of an answer; acquired: of a completion that was labelled; "
        "distinct-n: share of distinct n-grams.",
        "",
        *_table(list(known), zip(*known.values(), strict=True)),
    ]


def _labels_needed(summaries: Sequence[Summary], names: dict[Group, str]) -> list[str]:
    rows = [
        [name, f"{needed.target:.1%} at {needed.last}", *_labels_cells(needed)]
        for group, name in names.items()
        if (needed := labels_needed(summaries, group)) is not None
    ]
    if not rows:
        return []
    return [
        f"## Labels needed to reach the final win-rate of {BASELINE}",
        "",
        "On the mean curve, linear between rounds. Below 1, fewer labels than it took the baseline.",
        "",
        *_table(["rule", "baseline's final", "labels", "share"], rows),
    ]


def _labels_cells(needed: LabelsNeeded) -> list[str]:
    if needed.labels is None:
        return ["not reached", _NONE]
    bound = "≤ " if needed.labels == needed.first else ""
    return [f"{bound}{needed.labels:.0f}", f"{bound}{needed.labels / needed.last:.2f}"]


def _differences(
    groups: dict[Group, list[Result]], names: dict[Group, str], baselines: dict[Group, Group | None]
) -> list[str]:
    counts = sorted({result.labels for members in groups.values() for result in members})
    rows = []
    for group, baseline in baselines.items():
        if baseline is None or baseline == group:
            continue
        differences = (paired_difference(groups[group], groups[baseline], labels=labels) for labels in counts)
        rows.append([names[group], *(_percent(difference, signed=True) for difference in differences)])
    if not rows:
        return []
    return [
        f"## Win-rate minus that of {BASELINE} at equal labels, percentage points",
        "",
        "Paired by seed.",
        "",
        *_table(["rule", *(f"{labels} labels" for labels in counts)], rows),
    ]


def _at_equal_kl(
    results: Sequence[Result],
    groups: dict[Group, list[Result]],
    names: dict[Group, str],
    baselines: dict[Group, Group | None],
) -> list[str]:
    levels = kl_levels(results)
    if not levels:
        return []
    header = ["rule", *(f"KL {level:g}" for level in levels)]
    rates = [
        [names[group], *(_percent(win_rate_at_kl(members, level)) for level in levels)]
        for group, members in groups.items()
    ]
    differences = [
        [
            names[group],
            *(_percent(difference_at_kl(groups[group], groups[baseline], kl=level), signed=True) for level in levels),
        ]
        for group, baseline in baselines.items()
        if baseline is not None and baseline != group
    ]
    lines = [
        "## Win-rate at equal KL, %",
        "",
        f"Linear between the rounds of each seed, in order of KL; {_NONE} where a seed has no rounds on both sides.",
        "",
        *_table(header, rates),
    ]
    if differences:
        lines += [f"The same, minus {BASELINE}, percentage points, paired by seed:", "", *_table(header, differences)]
    return lines


def _percent(estimate: Estimate | None, *, signed: bool = False) -> str:
    if estimate is None:
        return _NONE
    low, high = (None if bound is None else 100 * bound for bound in estimate[1:])
    return _plain(Estimate(100 * estimate.mean, low, high), digits=1, signed=signed)


def _plain(estimate: Estimate, *, digits: int, signed: bool = False) -> str:
    sign = "+" if signed else ""
    mean = f"{estimate.mean:{sign}.{digits}f}"
    if estimate.low is None or estimate.high is None:
        return mean
    return f"{mean} ({estimate.low:{sign}.{digits}f} to {estimate.high:{sign}.{digits}f})"


def _mean(estimate: Estimate | None, *, digits: int) -> str:
    return _NONE if estimate is None else f"{estimate.mean:.{digits}f}"


def _table(header: Sequence[str], rows: Iterable[Sequence[str]], *, numbers: bool = True) -> list[str]:
    lines = [header, ["---"] + ["---:" if numbers else "---"] * (len(header) - 1), *rows]
    return [*(f"| {' | '.join(line)} |" for line in lines), ""]
