"""The settings that a simulation takes from an earlier one, and the rounds it cannot take them from."""

import json
import math
from pathlib import Path
from typing import Any

import pytest

from workers.simulate.plan import Run, plan
from workers.simulate.tuning import best_settings

pytestmark = pytest.mark.unit


def test_tuning_takes_the_best_setting_of_each_rule_at_the_most_labels(tmp_path: Path) -> None:
    def write(rule: str, rate: float, number: int, wins: float, kl: float) -> None:
        run = Run(rule, learning_rate=rate, labels=10, label_noise=0.1)
        folder = tmp_path / "runs" / run.key
        folder.mkdir(parents=True, exist_ok=True)
        line = {"rule": rule, "loss": "dpo", "round": number, "wins": wins, "comparisons": 100, "kl": kl}
        (folder / f"round-{number}.json").write_text(json.dumps(line | {"setting": run.setting()}))

    write("random", 1e-4, 1, 90, 1.0)
    write("random", 1e-4, 2, 60, 1.0)
    write("random", 2e-4, 2, 70, 9.0)
    write("drts", 1e-4, 2, 80, 3.0)
    write("drts", 2e-4, 2, 80, 2.0)

    tuned = best_settings(tmp_path)

    assert {rule: setting["learning_rate"] for (rule, _), setting in tuned.items()} == {"random": 2e-4, "drts": 2e-4}
    gentle = best_settings(tmp_path, kl_limit=2.5)
    assert {rule: setting["learning_rate"] for (rule, _), setting in gentle.items()} == {"random": 1e-4, "drts": 2e-4}
    assert best_settings(tmp_path, kl_limit=0.5)["drts", "dpo"]["learning_rate"] == 2e-4
    runs = plan(["random", "drts:epochs=9"], ["dpo"], [0], {"labels": 64, "learning_rate": 1e-6}, tuned)
    assert [(run.learning_rate, run.epochs) for run in runs] == [(2e-4, 2), (2e-4, 9)]
    # The budget and the judge are this experiment's, not the tuning's.
    assert {(run.labels, run.label_noise) for run in runs} == {(64, 0.0)}
    with pytest.raises(ValueError, match="no finished run of certainty with dpo"):
        plan(["random", "certainty"], ["dpo"], [0], {}, tuned)
    with pytest.raises(ValueError, match="holds no simulation"):
        best_settings(tmp_path / "elsewhere")


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"setting": {"samples": 2}}, r"round-01\.json lacks 'over_generation'"),
        ({"setting": {**Run("random").setting(), "epochs": "two"}}, r"round-01\.json is no round .* epochs"),
        ({"setting": {**Run("random").setting(), "samples": None}}, r"round-01\.json is no round"),
        ({"comparisons": 0}, r"round-01\.json is no round .* division by zero"),
        ({"kl": math.nan}, r"round-01\.json is no round .* kl nan"),
    ],
)
def test_tuning_names_a_round_whose_settings_cannot_be_taken(
    changed: dict[str, Any], message: str, tmp_path: Path
) -> None:
    line = {"rule": "random", "loss": "dpo", "round": 1, "wins": 5, "comparisons": 10, "kl": 1.0}
    path = tmp_path / "runs" / "random" / "round-01.json"
    path.parent.mkdir(parents=True)
    path.write_text(json.dumps(line | {"setting": Run("random").setting()} | changed))

    with pytest.raises(ValueError, match=message):
        best_settings(tmp_path)
