"""The best setting of each rule and loss in an earlier simulation.

Knows nothing about how it was made.
"""

import json
import math
from dataclasses import dataclass
from pathlib import Path
from statistics import fmean
from typing import Any, TypeAlias

from workers.simulate.plan import Run

# By (rule, loss): the settings of the run that won.
Tuned: TypeAlias = dict[tuple[str, str], dict[str, Any]]

# What tuning chooses: how a rule samples and trains. The budget and the judge are the experiment's.
_TUNED = ("samples", "over_generation", "beta", "learning_rate", "epochs", "batch_size", "lora_rank")


def best_settings(folder: Path, *, kl_limit: float = math.inf) -> Tuned:
    """The setting with the highest win-rate after the last round, the mean over seeds; the gentler one (lower KL) on a
    draw.

    Settings whose mean KL is above `kl_limit` do not take part: win-rate alone rewards whatever moves the policy
    furthest. Where all of a rule's are above it, its gentlest counts. Runs that have not come to the last round do not
    count. Raises ValueError where the folder holds no finished run, or naming a file that is none.
    """
    tried = [_read(path) for path in sorted(folder.glob("runs/*/round-*.json"))]
    if not tried:
        raise ValueError(f"{folder} holds no simulation to take settings from.")
    last = max(one.round for one in tried)
    groups: dict[tuple[str, str, str], list[_Tried]] = {}
    for one in tried:
        if one.round == last:
            groups.setdefault((one.rule, one.loss, one.setting), []).append(one)
    best: dict[tuple[str, str], tuple[float, float, str]] = {}
    for (rule, loss, chosen), group in groups.items():
        win_rate, kl = fmean(one.win_rate for one in group), fmean(one.kl for one in group)
        quality = (win_rate if kl <= kl_limit else -1.0, -kl, chosen)
        best[rule, loss] = max(best.get((rule, loss), (-2.0, 0.0, "")), quality)
    return {key: json.loads(chosen) for key, (_, _, chosen) in best.items()}


@dataclass(frozen=True)
class _Tried:
    """One round of one run; the setting is JSON."""

    rule: str
    loss: str
    setting: str
    round: int
    win_rate: float
    kl: float


def _read(path: Path) -> _Tried:
    try:
        line = json.loads(path.read_text(encoding="utf-8"))
        setting = {name: line["setting"][name] for name in _TUNED}
        # Whatever the rule: that the values are of their types and in range.
        Run("random", **setting)
        win_rate, kl = line["wins"] / line["comparisons"], float(line["kl"])
        if not (math.isfinite(win_rate) and math.isfinite(kl)):
            raise ValueError(f"its win-rate is {win_rate}, its kl {kl}")
        return _Tried(line["rule"], line["loss"], json.dumps(setting), int(line["round"]), win_rate, kl)
    except KeyError as error:
        raise ValueError(f"{path} lacks {error}: settings cannot be taken from it.") from error
    except (ValueError, TypeError, ZeroDivisionError) as error:
        raise ValueError(f"{path} is no round of a simulation: {error}") from error
