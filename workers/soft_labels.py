"""How the labels of one pair become training rows: who won, with what weight, and how surely.

Knows nothing of tables or tokens: what the labels of a pair say goes in, what training is told comes out.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import fmean


@dataclass(frozen=True)
class Judgement:
    """Which completion of a pair is better, None for a tie, and the chance that this is right, where it is known."""

    a_won: bool | None
    strength: float | None = None


@dataclass(frozen=True)
class WeightedJudgement:
    """A judgement and how much it counts beside those of other pairs."""

    judgement: Judgement
    weight: float


def combine(labels: Sequence[Judgement], *, counts_once: bool, states_agreement: bool) -> list[WeightedJudgement]:
    """The rows of one pair out of all its labels, in the order in which they first come.

    Equal labels are one row: training it with their weight is the same as training each, at the cost of one. The
    weights sum to 1 where the pair `counts_once`, else to the number of labels. With `states_agreement`, labels that
    disagree become one row for the majority, whose strength is its share; a tie is half a vote for each side. Labels
    that agree state nothing, since a few who agree prove little, and neither does an even split: half the loss each
    way is what its rows sum to anyway.
    """
    total = 1.0 if counts_once else float(len(labels))
    agreed = _agreed(labels) if states_agreement else None
    if agreed is not None:
        return [WeightedJudgement(agreed, total)]
    return [WeightedJudgement(one, total * count / len(labels)) for one, count in Counter(labels).items()]


def _agreed(labels: Sequence[Judgement]) -> Judgement | None:
    """What most labels say, with their share; None where nobody disagrees or nobody has a majority."""
    share = fmean(0.5 if one.a_won is None else float(one.a_won) for one in labels)
    if share in (0.0, 0.5, 1.0):
        return None
    return Judgement(a_won=share > 0.5, strength=max(share, 1 - share))
