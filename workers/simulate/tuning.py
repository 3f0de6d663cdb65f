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


def best_settings(folder: Path, *, kl_limit: float = math.inf) -> Tuned:
    """The setting with the highest win-rate at the most labels, the mean over seeds; the gentler one (lower KL) on a
    draw.

    Settings whose mean KL is above `kl_limit` do not take part: win-rate alone rewards whatever moves the policy
    furthest. Where all of a rule's are above it, its gentlest counts. Raises ValueError where the folder holds no
    finished run.
    """
    lines = [json.loads(path.read_text()) for path in sorted(folder.glob("runs/*/round-*.json"))]
    if not lines:
        raise ValueError(f"{folder} holds no simulation to take settings from.")
    most = max(line["labels"] for line in lines)
    groups: dict[tuple[str, str, str], list[dict[str, Any]]] = {}
    for line in lines:
        if line["labels"] == most:
            key = (line["rule"], line["loss"], json.dumps(line["setting"], sort_keys=True))
            groups.setdefault(key, []).append(line)
    best: dict[tuple[str, str], tuple[float, float, str]] = {}
    for (rule, loss, setting), group in groups.items():
        win_rate, kl = fmean(x["wins"] / x["comparisons"] for x in group), fmean(x["kl"] for x in group)
        quality = (win_rate if kl <= kl_limit else -1.0, -kl, setting)
        best[rule, loss] = max(best.get((rule, loss), (-2.0, 0.0, "")), quality)
    return {key: json.loads(setting) for key, (_, _, setting) in best.items()}
