"""Checkpoints of a training run: written beside, renamed into place, so that one which is there is whole.

Knows nothing about the loop. A checkpoint is for resuming one job; models that others load are model folders.
"""

import json
import os
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Any, Literal

import torch
from safetensors.torch import load_file, save_file
from torch import Tensor

from workers.learning.fit_config import FitConfig
from workers.learning.pairs import PreferencePair

_PREFIX = "step-"


@dataclass
class Progress:
    """Where a run is, and what its early stopping remembers."""

    step: int = 0
    seconds: float = 0.0
    smoothed_loss: float = 0.0
    best_accuracy: float = -1.0
    stale_epochs: int = 0
    stopped_early: Literal["loss", "accuracy", "requested"] | None = None
    last_metrics: dict[str, Any] = field(default_factory=dict)


def fingerprint(source: str, config: FitConfig, pairs: Sequence[PreferencePair]) -> str:
    """A hash of everything that makes a curve what it is: a checkpoint resumes only the job it belongs to."""
    content = json.dumps([source, asdict(config), [asdict(pair) for pair in pairs]])
    return sha256(content.encode()).hexdigest()


def latest_step(folder: Path) -> int:
    """The step of the newest checkpoint in the folder; 0 where there is none."""
    newest = _newest(folder)
    return int(newest.name.removeprefix(_PREFIX)) if newest else 0


def save(
    folder: Path, mark: str, progress: Progress, parameters: Mapping[str, Tensor], optimiser: torch.optim.Optimizer
) -> None:
    """Writes a checkpoint and removes the one before it."""
    folder.mkdir(parents=True, exist_ok=True)
    staging = folder / f".{os.getpid()}.partial"
    for leftover in folder.glob(".*.partial"):
        shutil.rmtree(leftover)
    staging.mkdir()
    save_file({name: p.detach().contiguous() for name, p in parameters.items()}, staging / "weights.safetensors")
    torch.save(optimiser.state_dict(), staging / "optimiser.pt")
    (staging / "progress.json").write_text(json.dumps({"fingerprint": mark, "progress": asdict(progress)}))
    target = folder / f"{_PREFIX}{progress.step:08d}"
    older = [path for path in folder.glob(f"{_PREFIX}*") if path != target]
    if target.exists():
        shutil.rmtree(staging)
    else:
        staging.rename(target)
    for path in older:
        shutil.rmtree(path)


def resume(
    folder: Path, mark: str, parameters: Mapping[str, Tensor], optimiser: torch.optim.Optimizer
) -> Progress | None:
    """Loads the newest checkpoint into the weights and the optimiser; None where there is none.

    Raises ValueError for a checkpoint of another job.
    """
    newest = _newest(folder)
    if newest is None:
        return None
    stored = json.loads((newest / "progress.json").read_text())
    if stored["fingerprint"] != mark:
        raise ValueError(f"The checkpoint in {folder} belongs to another model, label set or configuration: remove it.")
    weights = load_file(newest / "weights.safetensors")
    with torch.no_grad():
        for name, parameter in parameters.items():
            parameter.copy_(weights[name])
    optimiser.load_state_dict(torch.load(newest / "optimiser.pt", weights_only=True))
    return Progress(**stored["progress"])


def _newest(folder: Path) -> Path | None:
    return max(folder.glob(f"{_PREFIX}*"), default=None) if folder.is_dir() else None
