"""Model folders: written under a temporary name, sealed by a manifest, then renamed: a folder is whole or absent.

Knows nothing about how a model was made. A folder is immutable once it is there.
"""

import hashlib
import json
import os
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Protocol

from peft import PeftModel
from torch import Tensor

from workers.learning.errors import ModelError

MANIFEST = "manifest.json"


class _Saveable(Protocol):
    @property
    def model(self) -> Any: ...

    @property
    def tokenizer(self) -> Any: ...


def save_policy(policy: _Saveable, folder: Path, *, weights: Mapping[str, Tensor] | None = None) -> None:
    """Writes a policy in the Hugging Face layout: safetensors, config, tokenizer, chat template, or a PEFT adapter.

    Weights keep the dtype they have in memory. A policy trained in fp32 stays fp32 on disk even where its source
    was bf16: at preference-tuning learning rates most updates are smaller than half a bf16 step and would be lost.
    `weights` are written instead of the model's own, where those are sharded over processes.
    `manifest.json` is written last. Raises FileExistsError where the folder exists: model folders never change.
    """
    folder = Path(folder)
    if folder.exists():
        raise FileExistsError(f"The model folder {folder} exists already; model folders are never overwritten.")
    folder.parent.mkdir(parents=True, exist_ok=True)
    staging = folder.parent / f".{folder.name}.{os.getpid()}.partial"
    shutil.rmtree(staging, ignore_errors=True)
    if isinstance(policy.model, PeftModel):
        # "auto" would ask the hub whether the base's vocabulary was resized; ours never is.
        policy.model.save_pretrained(
            str(staging), safe_serialization=True, save_embedding_layers=False, state_dict=weights
        )
    else:
        policy.model.save_pretrained(str(staging), state_dict=weights)
    policy.tokenizer.save_pretrained(str(staging))
    _seal(staging)
    staging.rename(folder)


def verify_manifest(folder: Path) -> None:
    """Raises ModelError unless the folder holds exactly the files of its manifest, with their sha256 sums."""
    folder = Path(folder)
    manifest = folder / MANIFEST
    if not manifest.is_file():
        raise ModelError(f"{folder} has no {MANIFEST}: it is not a complete model folder.")
    expected = json.loads(manifest.read_text())["files"]
    found = _sums(folder)
    if found != expected:
        wrong = sorted(name for name in {*found, *expected} if found.get(name) != expected.get(name))
        raise ModelError(f"{folder} differs from its manifest in {', '.join(wrong)}.")


def _seal(folder: Path) -> None:
    path = folder / MANIFEST
    path.write_text(json.dumps({"files": _sums(folder)}, indent=1, sort_keys=True) + "\n")
    with path.open("rb") as file:
        os.fsync(file.fileno())


def _sums(folder: Path) -> dict[str, dict[str, object]]:
    """Name -> {sha256, bytes} for every file but the manifest itself."""
    files = sorted(p for p in folder.rglob("*") if p.is_file() and p != folder / MANIFEST)
    return {p.relative_to(folder).as_posix(): {"sha256": _sha256(p), "bytes": p.stat().st_size} for p in files}


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
