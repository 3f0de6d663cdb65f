"""Checkpoints of a training run: written beside, renamed into place, so that one which is there is whole.

Knows nothing about the loop. A checkpoint is for resuming one job; models that others load are model folders.
"""

import json
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
from workers.learning.processes import Processes

_PREFIX = "step-"


@dataclass
class Progress:
    """Where a run is, and what its early stopping and its warnings remember."""

    step: int = 0
    seconds: float = 0.0
    best_accuracy: float = -1.0
    stale_epochs: int = 0
    stopped_early: Literal["loss", "accuracy", "requested"] | None = None
    averages: dict[str, float] = field(default_factory=dict)
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
    folder: Path,
    mark: str,
    progress: Progress,
    parameters: Mapping[str, Tensor],
    optimiser: torch.optim.Optimizer,
    processes: Processes,
) -> None:
    """Writes a checkpoint and removes the one before it. Called by all processes; the first writes for all of them,
    or, where weights are sharded, each its own part.
    """
    staging = folder / ".partial"
    is_first = processes.rank == 0
    if is_first:
        shutil.rmtree(staging, ignore_errors=True)
        staging.mkdir(parents=True)
    processes.wait()
    if processes.sharded:
        processes.save_shards(staging)
    elif is_first:
        save_file({name: p.detach().contiguous() for name, p in parameters.items()}, staging / "weights.safetensors")
        torch.save(optimiser.state_dict(), staging / "optimiser.pt")
    processes.wait()
    if is_first:
        (staging / "progress.json").write_text(json.dumps({"fingerprint": mark, "progress": asdict(progress)}))
        _put_in_place(staging, folder / f"{_PREFIX}{progress.step:08d}")
    processes.wait()


def _put_in_place(staging: Path, target: Path) -> None:
    older = [path for path in target.parent.glob(f"{_PREFIX}*") if path != target]
    if target.exists():
        shutil.rmtree(staging)
    else:
        staging.rename(target)
    for path in older:
        shutil.rmtree(path)


def resume(
    folder: Path,
    mark: str,
    parameters: Mapping[str, Tensor],
    optimiser: torch.optim.Optimizer,
    processes: Processes,
) -> Progress | None:
    """Loads the newest checkpoint into the weights and the optimiser; None where there is none.

    Raises ValueError for a checkpoint of another job. Called by all processes.
    """
    newest = _newest(folder)
    if newest is None:
        return None
    stored = json.loads((newest / "progress.json").read_text())
    if stored["fingerprint"] != mark:
        raise ValueError(f"The checkpoint in {folder} belongs to another model, label set or configuration: remove it.")
    if processes.sharded:
        processes.load_shards(newest)
        return Progress(**stored["progress"])
    weights = load_file(newest / "weights.safetensors")
    with torch.no_grad():
        for name, parameter in parameters.items():
            parameter.copy_(weights[name])
    optimiser.load_state_dict(torch.load(newest / "optimiser.pt", weights_only=True))
    return Progress(**stored["progress"])


def _newest(folder: Path) -> Path | None:
    return max(folder.glob(f"{_PREFIX}*"), default=None) if folder.is_dir() else None
