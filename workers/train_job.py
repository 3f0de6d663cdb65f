"""The child process of a training run: reads a job folder, trains, writes metrics, checkpoints and the result there.

Knows nothing about rows or queues; whoever starts it watches the folder. Run as `python -m workers.train_job FOLDER`.

In FOLDER: `job.json` (model, fit, output, threads) and `pairs.jsonl` are read; `metrics.jsonl` gets one line per
step, `checkpoint/` is what a restart resumes from, and the model goes to the job's `output` folder.
`result.json` is written last. Exit codes: 0 done, 1 failed for the reason in result.json, 3 stopped with a checkpoint
(SIGTERM, or the parent closed our standard input), 4 another process works on the folder.
Behind a launcher (`accelerate launch -m workers.train_job FOLDER`) several processes train together; the first of
them alone locks the folder and writes to it.
"""

import ctypes
import fcntl
import json
import os
import signal
import sys
import threading
import time
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from workers.learning.pairs import read_pairs

DONE, FAILED, STOPPED, BUSY = 0, 1, 3, 4

# glibc's names for how much freed memory it keeps, and from which size on it asks the system each time.
_M_TRIM_THRESHOLD, _M_MMAP_THRESHOLD = -1, -3

# How long a process whose parent died may take to finish its step and write a checkpoint.
_ORPHAN_SECONDS = 60.0


def main(arguments: list[str] | None = None) -> int:
    """Runs the job of the folder named on the command line; returns the exit code."""
    folder = Path((sys.argv[1:] if arguments is None else arguments)[0])
    stop = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: stop.set())
    _keep_freed_memory()
    if not _is_first():
        threading.Thread(target=_watch_parent, args=(stop,), daemon=True).start()
        return train_folder(folder, stop)
    with (folder / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            print(f"Another process is training in {folder}.", file=sys.stderr)  # noqa: T201
            return BUSY
        threading.Thread(target=_watch_parent, args=(stop,), daemon=True).start()
        return train_folder(folder, stop)


def _keep_freed_memory() -> None:
    """Each step's activations take the place of the last one's, on pages that are there already.

    Otherwise glibc returns them to the system after each step and asks for them in the next: a seventh of the
    processor time of a 33M-parameter model's step. Other C libraries have no such setting.
    """
    with suppress(AttributeError):
        mallopt = ctypes.CDLL(None).mallopt
        mallopt(_M_TRIM_THRESHOLD, 2**31 - 1)
        mallopt(_M_MMAP_THRESHOLD, 2**30)


def train_folder(folder: Path, stop: threading.Event) -> int:
    """Does the job of a folder whose lock this process holds; returns the exit code. A finished job stays done."""
    result_path = folder / "result.json"
    if _has_succeeded(result_path):
        return DONE
    if _is_first():
        result_path.unlink(missing_ok=True)
    # Imported here: the lock and the signal handler must be there before the slow imports.
    from torch import OutOfMemoryError

    from workers.learning.errors import ModelError, NumericalError

    try:
        result = _train(folder, stop)
    except (ModelError, NumericalError, ValueError) as error:
        _write_json(result_path, {"status": "failed", "error": str(error)})
        return FAILED
    except OutOfMemoryError:
        sentence = "The device ran out of memory: lower micro_batch_tokens, or train a LoRA adapter (lora_rank)."
        _write_json(result_path, {"status": "failed", "error": sentence})
        return FAILED
    if result is None:
        return STOPPED
    _write_json(result_path, result)
    return DONE


def _is_first() -> bool:
    """Whether this process writes: the only one, or the first of those that a launcher started."""
    return os.environ.get("RANK", "0") == "0"


def _has_succeeded(result: Path) -> bool:
    try:
        return bool(json.loads(result.read_text())["status"] == "succeeded")
    except FileNotFoundError:
        return False


def write_job(folder: Path, *, model: str, fit: Mapping[str, Any], output: Path, threads: int | None) -> None:
    """Writes `job.json`; the pairs go beside it with `write_pairs(folder / "pairs.jsonl", pairs)`."""
    job = {"model": model, "fit": dict(fit), "output": str(output), "threads": threads}
    _write_json(Path(folder) / "job.json", job)


def _watch_parent(stop: threading.Event) -> None:
    """Our standard input is a pipe that the parent holds open: its end means that the parent is gone."""
    while os.read(0, 4096):
        pass
    stop.set()
    time.sleep(_ORPHAN_SECONDS)
    os._exit(STOPPED)


def _train(folder: Path, stop: threading.Event) -> dict[str, Any] | None:
    """Trains and saves the model; None when it was told to stop."""
    import torch

    from workers.learning.checkpoint import latest_step
    from workers.learning.fit import StepMetrics, fit
    from workers.learning.fit_config import config_from
    from workers.learning.policy import load_policy, save_policy

    job = json.loads((folder / "job.json").read_text())
    config = config_from(job["fit"])
    pairs = read_pairs(folder / "pairs.jsonl")
    if job["threads"]:
        torch.set_num_threads(job["threads"])
    base_dtype = torch.float32 if config.base_weights == "float32" else torch.bfloat16
    policy = load_policy(job["model"], dtype=base_dtype, four_bit=config.base_weights == "four_bit")
    done = latest_step(folder / "checkpoint")
    _drop_lines_after(folder / "metrics.jsonl", done)
    sys.stderr.write(f"Resuming after step {done}.\n" if done else "Starting at the first step.\n")
    with (folder / "metrics.jsonl").open("a") as metrics_file:

        def on_step(metrics: StepMetrics) -> None:
            metrics_file.write(json.dumps(metrics.as_dict()) + "\n")
            metrics_file.flush()
            sys.stderr.write(_line(metrics.as_dict()))

        result = fit(policy, pairs, config, folder=folder / "checkpoint", on_step=on_step, should_stop=stop.is_set)
    if result.stopped_early == "requested":
        return None
    # A run that was killed between these two lines finds its model there, made from the same pairs and seed.
    output = Path(job["output"])
    if _is_first() and not output.exists():
        save_policy(result.policy, output, weights=result.weights)
    return {
        "status": "succeeded",
        "steps": result.steps,
        "total_steps": result.total_steps,
        "seconds": result.seconds,
        "processes": result.processes,
        "stopped_early": result.stopped_early,
        "metrics": result.final.as_dict() if result.final else None,
        "warnings": result.warnings,
    }


def _line(figures: Mapping[str, Any]) -> str:
    """A step in the log, for people."""
    step, loss, accuracy, margin = (figures[name] for name in ("step", "loss", "rewards/accuracies", "rewards/margins"))
    return f"Step {step} of {figures['total_steps']}: loss {loss:.4f}, accuracy {accuracy:.2f}, margin {margin:.3f}.\n"


def _drop_lines_after(path: Path, step: int) -> None:
    """Cuts the metrics back to the checkpoint: later steps are done again, and a kill may have cut the last line."""
    if not path.exists():
        return
    with path.open("r+b") as file:
        end = 0
        for line in file:
            if not line.endswith(b"\n") or json.loads(line)["step"] > step:
                break
            end += len(line)
        file.truncate(end)


def _write_json(path: Path, content: Mapping[str, Any]) -> None:
    if not _is_first():
        return
    staging = path.with_suffix(".partial")
    staging.write_text(json.dumps(content, indent=1) + "\n")
    staging.rename(path)


if __name__ == "__main__":
    sys.exit(main())
