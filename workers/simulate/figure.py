"""The figure of a report, as SVG: win-rate against labels and against KL, and what came with it.

Knows nothing about how the numbers come about: `summary` computes, this draws. The same results give the same bytes.
"""

import math
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from matplotlib import rc_context
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from workers.simulate.results import Result
from workers.simulate.summary import (
    BASELINE,
    Estimate,
    Group,
    LabelsNeeded,
    Summary,
    label_groups,
    labels_needed,
    summarise,
)

# Okabe and Ito's colours without the yellow, which white swallows, then two of Tol's: told apart by the colour-blind.
_COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#882255", "#999933")
_MARKERS = "sD^vPX*p"
_DASHES = ("-", "--", ":", "-.")
_GREY = "#404040"
_MOST_TICKS = 8
# Inches of the curves.
_HIGH = 6.2
# Text stays text, in a wide font, so that another one in its place fits too; the ids of the file are fixed by a salt.
_STYLE: Any = {
    "svg.fonttype": "none",
    "svg.hashsalt": "tiebreak",
    "font.family": "sans-serif",
    "font.sans-serif": ["DejaVu Sans", "Verdana", "sans-serif"],
    "font.size": 9,
    "axes.titlesize": 10,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": True,
    "grid.color": "#e4e4e4",
    "grid.linewidth": 0.6,
    "lines.linewidth": 1.4,
    "lines.markersize": 4.5,
    "lines.markeredgewidth": 0,
    "figure.constrained_layout.w_pad": 0.1,
    "figure.constrained_layout.h_pad": 0.08,
}


class _Look(NamedTuple):
    colour: str
    marker: str
    dash: str


class _Panel(NamedTuple):
    title: str
    unit: str
    value: Callable[[Summary], Estimate | None]
    scale: float = 1


_PANELS = (
    _Panel("Win-rate against labels", "win-rate against the reference, %", lambda one: one.win_rate, 100),
    _Panel("Acquired pairs that the model got wrong", "share of acquired pairs, %", lambda one: one.wrong, 100),
    _Panel("Distance to the reference", "KL, nats per completion", lambda one: one.kl),
    _Panel("Length of completions", "mean length, tokens", lambda one: one.length),
    _Panel("Variety: distinct-2", "distinct bigrams, share", lambda one: one.distinct_2),
)


def write_figure(results: Sequence[Result], path: Path) -> None:
    """Draws all results into one SVG file."""
    with rc_context(_STYLE):
        _draw(summarise(results)).savefig(path, format="svg", metadata={"Date": None, "Creator": None})


def _draw(summaries: Sequence[Summary]) -> Figure:
    groups = list(dict.fromkeys(one.group for one in summaries))
    looks = _choose_looks(groups)
    names = label_groups(groups)
    low = 1.2 + 0.24 * len(groups)
    figure = Figure(figsize=(11, _HIGH + low), layout="constrained", facecolor="white")
    # Apart, so that long names beside the bars take no room from the curves.
    curves, bars = figure.subfigures(2, 1, squeeze=False, height_ratios=(_HIGH, low)).flat
    rate, frontier, wrong, kl, length, variety = curves.subplots(2, 3).flat
    needed = bars.subplots()
    by_labels = [rate, wrong, kl, length, variety]
    for group in groups:
        members = [one for one in summaries if one.group == group]
        look, name = looks[group], names[group]
        _draw_frontier(frontier, members, look)
        for axes, panel in zip(by_labels, _PANELS, strict=True):
            _draw_band(axes, members, panel, look, name)
    for axes, panel in zip(by_labels, _PANELS, strict=True):
        _describe(axes, panel.title, panel.unit, counts=sorted({one.labels for one in summaries}))
    frontier.set(title="Win-rate against KL", xlabel="KL, nats per completion", ylabel=_PANELS[0].unit)
    _draw_needed(needed, [(looks[group], names[group], labels_needed(summaries, group)) for group in groups])
    handles, labels = rate.get_legend_handles_labels()
    title = "mean over seeds; bands and bars: 95 % interval"
    bars.legend(handles, labels, title=title, loc="outside right center", frameon=False)
    return figure


def _draw_needed(axes: Axes, rows: Sequence[tuple[_Look, str, LabelsNeeded | None]]) -> None:
    """A bar per group, the first on top; those that never got there say so."""
    known = [(look, name, needed) for look, name, needed in rows if needed is not None]
    axes.set(title=f"Labels needed to reach {BASELINE}'s final win-rate", xlabel="labels")
    if not known:
        axes.text(0.5, 0.5, f"{BASELINE} was not run", ha="center", transform=axes.transAxes)
        axes.set(xticks=[], yticks=[])
        return
    for place, (look, _, needed) in enumerate(known):
        axes.barh(place, needed.labels or 0, color=look.colour, height=0.6)
        bound = "≤ " if needed.labels == needed.first else ""
        words = "not reached" if needed.labels is None else f"{bound}{needed.labels:.0f}"
        axes.annotate(words, (needed.labels or 0, place), (3, 0), textcoords="offset points", va="center")
    axes.set_yticks(range(len(known)), [name for _, name, _ in known])
    axes.set_xlim(0, 1.15 * max(needed.last for *_, needed in known))
    axes.invert_yaxis()
    axes.grid(visible=False, axis="y")


def _draw_band(axes: Axes, members: Sequence[Summary], panel: _Panel, look: _Look, name: str) -> None:
    points = [(one.labels, value) for one in members if (value := panel.value(one)) is not None]
    labels = [label for label, _ in points]
    axes.plot(
        labels,
        [panel.scale * value.mean for _, value in points],
        color=look.colour,
        marker=look.marker,
        linestyle=look.dash,
        label=name,
    )
    lows = [panel.scale * (value.mean if value.low is None else value.low) for _, value in points]
    highs = [panel.scale * (value.mean if value.high is None else value.high) for _, value in points]
    axes.fill_between(labels, lows, highs, color=look.colour, alpha=0.1, linewidth=0)


def _draw_frontier(axes: Axes, members: Sequence[Summary], look: _Look) -> None:
    ordered = sorted(members, key=lambda one: one.kl.mean)
    rates = [one.win_rate for one in ordered]
    # Rounding may put a bound of a rate of 1 just below it, and a bar may not have a negative length.
    below = [0 if rate.low is None else max(0, 100 * (rate.mean - rate.low)) for rate in rates]
    above = [0 if rate.high is None else max(0, 100 * (rate.high - rate.mean)) for rate in rates]
    axes.errorbar(
        [one.kl.mean for one in ordered],
        [100 * rate.mean for rate in rates],
        yerr=(below, above),
        color=look.colour,
        marker=look.marker,
        linestyle=look.dash,
        elinewidth=0.7,
    )


def _describe(axes: Axes, title: str, up: str, *, counts: Sequence[int]) -> None:
    axes.set_title(title)
    axes.set_ylabel(up)
    axes.set_xlabel("labels")
    axes.set_xticks(counts[:: math.ceil(len(counts) / _MOST_TICKS)])
    edge = (counts[-1] - counts[0]) / 20 or 1
    axes.set_xlim(counts[0] - edge, counts[-1] + edge)


def _choose_looks(groups: Sequence[Group]) -> dict[Group, _Look]:
    """A colour and a marker per rule, grey for the baseline; a dash per loss and setting of a rule."""
    rules = sorted({group.rule for group in groups} - {BASELINE})
    looks: dict[Group, _Look] = {}
    for group in groups:
        earlier = sum(other.rule == group.rule for other in looks)
        index = rules.index(group.rule) if group.rule in rules else None
        looks[group] = _Look(
            _GREY if index is None else _COLOURS[index % len(_COLOURS)],
            "o" if index is None else _MARKERS[index % len(_MARKERS)],
            _DASHES[earlier % len(_DASHES)],
        )
    return looks
