"""The train task: has a job folder written, supervises the training process, records its metrics, keeps its model.

The process (`workers.train_job`) does the learning, so that several GPUs are a launcher in front of it and a cancel is
a signal. This module knows nothing of losses or tensors.
"""

import json
import logging
import shlex
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from app.db import transaction
from app.models import ModelVersion, TrainingRun
from app.services import training, training_log
from app.settings import get_settings
from app.tasks import Task
from workers.celery_app import Family, Superseded, register
from workers.learning.warning_signs import WARNINGS
from workers.pulse import Pulse

log = logging.getLogger(__name__)

POLL_SECONDS = 0.25
HEARTBEAT_SECONDS = 5.0
LOG_SECONDS = 2.0
STOP_SECONDS = 30.0
RAN, CANCELLED = 0, 3


class TrainingError(Exception):
    """A training process that failed, hung or left no model; the sentence says what its log says."""


@dataclass
class Tail:
    """Reads the lines that a file has gained since the last look; a half-written line waits for its end."""

    path: Path
    position: int = 0

    def read(self) -> list[dict[str, Any]]:
        if not self.path.exists():
            return []
        with self.path.open("rb") as file:
            file.seek(self.position)
            data = file.read()
        whole = data[: data.rfind(b"\n") + 1]
        self.position += len(whole)
        return [json.loads(line) for line in whole.splitlines()]


@dataclass
class LogKeeper:
    """Copies the process's log to the run, at most every LOG_SECONDS, and once more when it ended."""

    run_id: UUID
    attempt: int
    path: Path
    size: int = 0
    kept_at: float = -LOG_SECONDS

    def keep(self, *, at_end: bool = False) -> None:
        now = time.monotonic()
        size = self.path.stat().st_size if self.path.exists() else 0
        if size == self.size or (now - self.kept_at < LOG_SECONDS and not at_end):
            return
        self.size, self.kept_at = size, now
        with self.path.open("rb") as file:
            file.seek(max(0, size - 4 * training_log.LONGEST))
            text = file.read().decode(errors="replace")
        with transaction() as session:
            training_log.store(session, self.run_id, self.attempt, text)


def _begin(session: Session, run_id: UUID) -> int | None:
    run = training.begin_run(session, run_id)
    return run.attempt if run else None


def _work(run_id: UUID, attempt: int) -> None:
    # Loads torch, which this process, a supervisor otherwise, should not hold before there is something to train.
    from workers.training_rows import prepare

    folder = get_settings().jobs_folder / str(run_id)
    folder.mkdir(parents=True, exist_ok=True)
    output = get_settings().models_folder / str(run_id)
    with Pulse(TrainingRun, run_id, attempt):
        warnings = prepare(run_id, folder, output)
    if not _supervise(run_id, attempt, folder, warnings):
        with transaction() as session:
            training.cancelled_run(session, run_id, attempt)
        return
    result = json.loads((folder / "result.json").read_text())
    warnings |= result.get("warnings", {})
    with transaction() as session:
        info = _info(session, run_id, result)
        if training.finish_run(session, run_id, attempt, source=str(output), info=info, warnings=warnings) is None:
            raise Superseded


def _supervise(run_id: UUID, attempt: int, folder: Path, warnings: dict[str, str]) -> bool:
    """Run the training process to its end; True when it succeeded, False when the run was cancelled.

    The run shows `warnings` and those of the newest step while it goes on: a run that goes wrong can be cancelled.
    """
    if (folder / "result.json").exists():
        return True
    metrics = Tail(folder / "metrics.jsonl")
    log_keeper = LogKeeper(run_id, attempt, folder / "log.txt")
    with _process(folder, log_keeper) as process:
        progress = last_beat = time.monotonic()
        while True:
            code = process.poll()
            lines = metrics.read()
            now = time.monotonic()
            progress = now if lines else progress
            log_keeper.keep()
            if lines or now - last_beat >= HEARTBEAT_SECONDS:
                last_beat = now
                if _report(run_id, attempt, lines, warnings):
                    _stop(process)
                    return False
            if code is not None:
                return _ended(code, folder)
            if now - progress > get_settings().stall_seconds:
                _stop(process)
                raise TrainingError(f"The training process made no step for {now - progress:.0f} s. {_log_end(folder)}")
            time.sleep(POLL_SECONDS)


@contextmanager
def _process(folder: Path, log_keeper: LogKeeper) -> Iterator["subprocess.Popen[bytes]"]:
    """The training process. It ends with us, however we end: it watches the pipe that is its standard input."""
    launcher = shlex.split(get_settings().train_launcher) or [sys.executable]
    command = [*launcher, "-m", "workers.train_job", str(folder)]
    with (folder / "log.txt").open("ab") as output:
        process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=output, stderr=output)
    try:
        yield process
    finally:
        _stop(process)
        if process.stdin:
            process.stdin.close()
        log_keeper.keep(at_end=True)


def _stop(process: "subprocess.Popen[bytes]") -> None:
    """Ask the process to write a checkpoint and end; kill it when it does not."""
    if process.poll() is not None:
        return
    process.terminate()
    try:
        process.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _report(run_id: UUID, attempt: int, lines: Sequence[dict[str, Any]], warnings: dict[str, str]) -> bool:
    """Heartbeat with the new metrics and warnings; True when the run was asked to stop."""
    steps = [(int(line["step"]), _numbers(line)) for line in lines]
    done = steps[-1][0] if steps else None
    total = int(lines[-1]["total_steps"]) if lines else None
    shown = warnings | _warnings(lines[-1]) if lines else None
    with transaction() as session:
        signal = training.heartbeat_run(session, run_id, attempt, done=done, total=total, metrics=steps, warnings=shown)
    if not signal.is_ours:
        raise Superseded
    return signal.is_cancelled


def _numbers(line: dict[str, Any]) -> dict[str, float]:
    """What a chart can draw of a step; its warnings are sentences of the run."""
    return {name: value for name, value in line.items() if isinstance(value, int | float)}


def _warnings(figures: dict[str, Any]) -> dict[str, str]:
    """A sentence for each warning that the figures of a step name."""
    return {name: WARNINGS[name] for name in figures.get("warnings", ())}


def _ended(code: int, folder: Path) -> bool:
    result = folder / "result.json"
    outcome = json.loads(result.read_text()) if result.exists() else {}
    if code == RAN and outcome.get("status") == "succeeded":
        return True
    if outcome.get("error"):
        raise TrainingError(str(outcome["error"]))
    raise TrainingError(f"The training process ended with code {code}. {_log_end(folder)}")


def _log_end(folder: Path) -> str:
    lines = (folder / "log.txt").read_text(errors="replace").strip().splitlines()
    return "Its log ends: " + " | ".join(lines[-3:]) if lines else "Its log is empty."


def _info(session: Session, run_id: UUID, result: dict[str, Any]) -> dict[str, Any]:
    """What the new version is: the start model's description, and how training ended."""
    run = session.get_one(TrainingRun, run_id)
    start = session.get_one(ModelVersion, run.start_version_id)
    return start.info | {"training": result.get("metrics", {}), "seconds": result.get("seconds")}


register(Task.TRAIN, Family(begin=_begin, work=_work, fail=training.fail_run))
