"""The small model that comes along, to try things with: where it lies, and the settings that suit it. Loads nothing."""

from pathlib import Path
from typing import Any

SANDBOX = Path(__file__).resolve().parents[2] / "workers" / "sandbox"

GUIDELINE = """Which reply would you rather get?

1. It answers **the question that was asked**.
2. It is friendly, and written in plain, correct English.
3. It is as long as it needs to be, and no longer.

Take *tie* when you really cannot choose, *both bad* when neither helps.
"""


SETTINGS: dict[str, Any] = {
    "round": {
        "rule": "certainty",
        "labels": 64,
        "control_share": 0.2,
        "over_generation": 8,
        "samples_per_prompt": 2,
        "temperature": 0.8,
        "max_new_tokens": 64,
        "seed": 1,
    },
    "training": {"learning_rate": 5e-4, "epochs": 4, "batch_size": 16, "beta": 0.2, "minimum_labels": 8},
    "evaluation": {
        "judge": {"kind": "reward_model", "model": str(SANDBOX / "reward_model")},
        "prompts": 256,
        "temperature": 0.7,
        "max_new_tokens": 64,
    },
}
"""Chosen by trial on the sandbox; a real model wants a far smaller learning rate."""


def is_here() -> bool:
    """False in an installation that left the sandbox out."""
    return (SANDBOX / "model" / "config.json").is_file()
