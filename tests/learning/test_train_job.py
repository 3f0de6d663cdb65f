"""The training child process, run for real: it finishes, stops, survives a kill, and ends with its parent."""

import fcntl
import json
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.learning.factories import make_pairs
from workers import train_job
from workers.learning.checkpoint import latest_step
from workers.learning.pairs import write_pairs
from workers.learning.policy import load_policy, verify_manifest

FIT = {"learning_rate": 1e-3, "epochs": 100, "batch_size": 4, "checkpoint_every": 7, "dtype": "float32"}
STEPS = 200

# A parent that dies without a word: it starts the child, tells us, and waits to be killed.
PARENT = "import subprocess, sys; subprocess.Popen(sys.argv[1:], stdin=subprocess.PIPE).wait()"


@dataclass(frozen=True)
class Job:
    folder: Path

    @property
    def output(self) -> Path:
        return self.folder / "model"

    @property
    def command(self) -> list[str]:
        return [sys.executable, "-m", "workers.train_job", str(self.folder)]

    def curve(self) -> list[tuple[int, float]]:
        path = self.folder / "metrics.jsonl"
        whole = path.read_text().rpartition("\n")[0] if path.exists() else ""
        rows = [json.loads(line) for line in whole.splitlines()]
        return [(row["step"], row["loss"]) for row in rows]

    def result(self) -> dict[str, Any]:
        content: dict[str, Any] = json.loads((self.folder / "result.json").read_text())
        return content

    def run(self) -> int:
        with started(self.command) as process:
            return process.wait(timeout=200)


def make_job(folder: Path, model: Path, fit: dict[str, Any] | None = None) -> Job:
    folder.mkdir()
    policy = load_policy(str(model), device="cpu")
    write_pairs(folder / "pairs.jsonl", make_pairs(policy, 8))
    train_job.write_job(folder, model=str(model), fit={**FIT, **(fit or {})}, output=folder / "model", threads=1)
    return Job(folder)


@contextmanager
def started(command: list[str]) -> Iterator[subprocess.Popen[bytes]]:
    with subprocess.Popen(command, stdin=subprocess.PIPE) as process:
        yield process


def wait_for_step(job: Job, step: int, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + 200
    while not any(done >= step for done, _ in job.curve()):
        assert time.monotonic() < deadline
        with suppress(subprocess.TimeoutExpired):
            pytest.fail(f"the process ended early with code {process.wait(timeout=0.01)}")


@pytest.fixture(scope="module")
def uninterrupted(tmp_path_factory: pytest.TempPathFactory, llama_folder: Path) -> Job:
    job = make_job(tmp_path_factory.mktemp("jobs") / "whole", llama_folder)
    assert job.run() == train_job.DONE
    return job


def test_train_job_writes_metrics_model_and_result(uninterrupted: Job) -> None:
    result = uninterrupted.result()

    assert [step for step, _ in uninterrupted.curve()] == list(range(1, STEPS + 1))
    assert (result["status"], result["steps"], result["stopped_early"]) == ("succeeded", STEPS, None)
    assert result["metrics"]["loss"] == uninterrupted.curve()[-1][1] < 0.2
    verify_manifest(uninterrupted.output)
    load_policy(str(uninterrupted.output), device="cpu")


def test_train_job_run_again_after_success_does_nothing(uninterrupted: Job) -> None:
    before = (uninterrupted.folder / "result.json").stat()

    assert uninterrupted.run() == train_job.DONE

    assert (uninterrupted.folder / "result.json").stat().st_mtime_ns == before.st_mtime_ns


def test_train_job_stopped_killed_and_orphaned_resumes_to_the_same_curve(
    uninterrupted: Job, tmp_path: Path, llama_folder: Path
) -> None:
    job = make_job(tmp_path / "broken", llama_folder)

    with started(job.command) as process:
        wait_for_step(job, 10, process)
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=100) == train_job.STOPPED
    stopped_at = latest_step(job.folder / "checkpoint")
    assert stopped_at == job.curve()[-1][0]

    with started(job.command) as process:
        wait_for_step(job, stopped_at + 20, process)
        process.kill()
    assert not job.output.exists()
    killed_at = latest_step(job.folder / "checkpoint")
    assert stopped_at < killed_at <= job.curve()[-1][0]

    with started([sys.executable, "-c", PARENT, *job.command]) as parent:
        wait_for_step(job, killed_at + 20, parent)
        parent.kill()
    with (job.folder / "lock").open() as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # Free once the orphan has ended.
    orphaned_at = latest_step(job.folder / "checkpoint")
    assert killed_at < orphaned_at < STEPS
    assert not (job.folder / "result.json").exists()

    assert job.run() == train_job.DONE
    assert job.curve() == uninterrupted.curve()
    assert (job.output / "model.safetensors").read_bytes() == (uninterrupted.output / "model.safetensors").read_bytes()


def test_train_job_on_a_locked_folder_leaves_it_alone(tmp_path: Path) -> None:
    job = Job(tmp_path)
    with (tmp_path / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)

        assert job.run() == train_job.BUSY

    assert [path.name for path in tmp_path.iterdir()] == ["lock"]


@pytest.mark.parametrize(
    ("fit", "message"),
    [
        ({"loss": "dop"}, "There is no loss 'dop'"),
        ({"beta": 0}, "beta must be greater than 0"),
        ({"momentum": 1}, "no setting named momentum"),
    ],
)
def test_train_job_with_bad_settings_says_so(
    tmp_path: Path, llama_folder: Path, fit: dict[str, Any], message: str
) -> None:
    job = make_job(tmp_path / "job", llama_folder, fit)

    assert train_job.train_folder(job.folder, threading.Event()) == train_job.FAILED

    assert job.result()["status"] == "failed"
    assert message in job.result()["error"]


def test_train_job_with_unknown_model_says_so_and_a_mended_job_succeeds(tmp_path: Path, llama_folder: Path) -> None:
    job = make_job(tmp_path / "job", llama_folder, {"epochs": 1})
    content = json.loads((job.folder / "job.json").read_text())
    (job.folder / "job.json").write_text(json.dumps({**content, "model": str(tmp_path / "nowhere"), "threads": None}))

    assert train_job.train_folder(job.folder, threading.Event()) == train_job.FAILED
    assert "There is no model folder" in job.result()["error"]

    (job.folder / "job.json").write_text(json.dumps({**content, "threads": None}))
    assert train_job.train_folder(job.folder, threading.Event()) == train_job.DONE
    assert job.result()["status"] == "succeeded"


def test_train_job_drops_metrics_after_the_checkpoint_and_a_torn_line(tmp_path: Path, llama_folder: Path) -> None:
    job = make_job(tmp_path / "job", llama_folder, {"epochs": 1, "checkpoint_every": 0})
    (job.folder / "metrics.jsonl").write_text('{"step": 1, "loss": 0.1}\n{"step": 2, "lo')

    assert train_job.train_folder(job.folder, threading.Event()) == train_job.DONE

    assert [step for step, _ in job.curve()] == [1, 2]
    assert job.curve()[0][1] == pytest.approx(0.6931, abs=1e-3)


def test_train_job_in_two_processes_gives_the_curve_of_one(
    uninterrupted: Job, tmp_path: Path, llama_folder: Path
) -> None:
    steps = 30
    job = make_job(tmp_path / "two", llama_folder, {"epochs": steps // 2})
    # What `accelerate launch` does for several GPUs; with --cpu it starts one process, whatever it is told.
    launch = ["-m", "torch.distributed.run", "--standalone", "--nproc_per_node", "2", "-m", "workers.train_job"]
    command = [sys.executable, *launch, str(job.folder)]

    with started(command) as process:
        assert process.wait(timeout=250) == train_job.DONE

    assert [step for step, _ in job.curve()] == list(range(1, steps + 1))
    expected = [loss for _, loss in uninterrupted.curve()[:steps]]
    assert [loss for _, loss in job.curve()] == pytest.approx(expected, abs=1e-4)
    assert (job.result()["status"], job.result()["processes"]) == ("succeeded", 2)
    verify_manifest(job.output)
