"""Real worker processes killed with -9 in the middle of sampling and of training: the work resumes and finishes."""

import os
import re
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from uuid import UUID

import psutil
from sqlalchemy import Engine, func, select

from app.db import transaction
from app.models import Completion, Round, RoundPrompt, RoundStatus, RunStatus, TrainingMetric, TrainingRun, Trigger
from app.schemas import RoundConfig, TrainingConfig
from app.services import rounds, training, triggers
from app.settings import get_settings
from tests.workers import loop

PATIENCE = 90.0


@contextmanager
def worker(queues: str) -> Iterator["subprocess.Popen[bytes]"]:
    """A real Celery worker on these queues; ended by its own id."""
    log = get_settings().data / f"worker-{time.monotonic_ns()}.log"
    command = [sys.executable, "-m", "workers.celery_app", "worker", "--queues", queues, "--name", "test"]
    with log.open("wb") as output:
        process = subprocess.Popen(command, stdout=output, stderr=output, env=os.environ.copy())
    try:
        yield process
    except AssertionError as error:
        error.add_note(log.read_text()[-3000:])
        raise
    finally:
        process.kill()
        process.wait()


def wait_until(condition: Callable[[], bool], what: str) -> None:
    """Poll the database, which is where the outcome shows."""
    end = time.monotonic() + PATIENCE
    pause = threading.Event()
    while not condition():
        assert time.monotonic() < end, f"waited {PATIENCE:.0f} s for {what}"
        pause.wait(0.05)


def round_of(round_id: UUID) -> Round:
    with transaction() as session:
        return session.get_one(Round, round_id)


def run_of(run_id: UUID) -> TrainingRun:
    with transaction() as session:
        return session.get_one(TrainingRun, run_id)


def sweep_later() -> list[str]:
    """The clock an hour on: what was running then has been silent for too long."""
    with transaction() as session:
        return triggers.sweep(session, get_settings(), datetime.now(UTC) + timedelta(hours=1))


def test_a_worker_killed_while_sampling_is_noticed_and_another_does_only_what_is_left(engine: Engine) -> None:
    small = loop.make_loop(train=300)
    config = RoundConfig(rule="random", labels=200, control_share=0.5, over_generation=2, max_new_tokens=32)
    with worker("sample"):
        with transaction() as session:
            round_id = rounds.start_round(session, small.project_id, config, actor=small.actor).id
        wait_until(lambda: round_of(round_id).done > 0, "the first chunk")
    killed = round_of(round_id)
    assert killed.status is RoundStatus.SAMPLING, "the worker was quicker than the test"
    with transaction() as session:
        kept = set(session.scalars(select(Completion.id).where(Completion.round_id == round_id)))
    assert sweep_later()
    with worker("sample,score"):
        wait_until(lambda: round_of(round_id).status is RoundStatus.OPEN, "the round to open")
    with transaction() as session:
        rows = session.scalars(select(Completion).where(Completion.round_id == round_id)).all()
        drawn = session.scalar(select(func.count()).where(RoundPrompt.round_id == round_id))
    assert kept <= {row.id for row in rows}
    assert len(rows) == 2 * (drawn or 0)
    assert round_of(round_id).attempt > killed.attempt


def test_a_worker_killed_while_training_resumes_from_the_checkpoint(engine: Engine) -> None:
    slow = TrainingConfig(learning_rate=1e-5, epochs=6, batch_size=1, minimum_labels=4, checkpoint_every=2)
    small = loop.make_loop(training_config=slow)
    loop.open_round(small)
    loop.label_all(small)
    with worker("train") as process:
        with transaction() as session:
            run_id = training.start_run(session, small.project_id, None, actor=small.actor, trigger=Trigger.MANUAL).id
        wait_until(lambda: run_of(run_id).done >= 4, "the fourth step")
        children = psutil.Process(process.pid).children(recursive=True)
    assert run_of(run_id).status is RunStatus.RUNNING, "training was quicker than the test"
    psutil.wait_procs(children, timeout=30)
    assert not [child for child in children if child.is_running()]
    assert sweep_later()
    with worker("train"):
        wait_until(lambda: run_of(run_id).status is RunStatus.SUCCEEDED, "training to finish")
    with transaction() as session:
        steps = session.scalars(select(TrainingMetric.step).where(TrainingMetric.training_run_id == run_id)).all()
    assert sorted(steps) == list(range(1, run_of(run_id).total + 1))
    log = (get_settings().jobs_folder / str(run_id) / "log.txt").read_text()
    assert log.count("Starting at the first step.") == 1
    assert re.search(r"Resuming after step [1-9]", log)
