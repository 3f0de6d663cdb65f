"""The best setting of each rule and loss in an earlier simulation.

Knows nothing about how it was made.
"""

import json
import math
from pathlib import Path
from statistics import fmean
from typing import Any, TypeAlias

# By (rule, loss): the settings of the run that won.
Tuned: TypeAlias = dict[tuple[str, str], dict[str, Any]]

# What tuning chooses: how a rule samples and trains. The budget and the judge are the experiment's.
_TUNED = ("samples", "over_generation", "beta", "learning_rate", "epochs", "batch_size", "lora_rank")


def best_settings(folder: Path, *, kl_limit: float = math.inf) -> Tuned:
    """The setting with the highest win-rate after the last round, the mean over seeds; the gentler one (lower KL) on a
    draw.

    Settings whose mean KL is above `kl_limit` do not take part: win-rate alone rewards whatever moves the policy
    furthest. Where all of a rule's are above it, its gentlest counts. Runs that have not come to the last round do not
    count. Raises ValueError where the folder holds no finished run.
    """
    lines = [json.loads(path.read_text()) for path in sorted(folder.glob("runs/*/round-*.json"))]
    if not lines:
        raise ValueError(f"{folder} holds no simulation to take settings from.")
    last = max(line["round"] for line in lines)
    groups: dict[tuple[str, str, str], list[dict[str, Any]]] = {}
    for line in lines:
        if line["round"] == last:
            setting = {name: line["setting"][name] for name in _TUNED}
            groups.setdefault((line["rule"], line["loss"], json.dumps(setting)), []).append(line)
    best: dict[tuple[str, str], tuple[float, float, str]] = {}
    for (rule, loss, chosen), group in groups.items():
        win_rate, kl = fmean(x["wins"] / x["comparisons"] for x in group), fmean(x["kl"] for x in group)
        quality = (win_rate if kl <= kl_limit else -1.0, -kl, chosen)
        best[rule, loss] = max(best.get((rule, loss), (-2.0, 0.0, "")), quality)
    return {key: json.loads(chosen) for key, (_, _, chosen) in best.items()}
