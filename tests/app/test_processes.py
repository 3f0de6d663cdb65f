"""Programs kept running: started again when they die, stopped even when they do not want to, never left behind."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil

from app.guard import LARGEST_LOG_BYTES, Program, open_log
from app.processes import Command, Processes

PATIENT = "import signal; print('ready', flush=True); signal.pause()"
STUBBORN = """
import signal
for number in (signal.SIGTERM, signal.SIGQUIT):
    signal.signal(number, signal.SIG_IGN)
print('ready', flush=True)
while True:
    signal.pause()
"""
PARENT = """
import subprocess, sys
child = subprocess.Popen([sys.executable, '-c', 'import signal; signal.pause()'])
print('child', child.pid, flush=True)
child.wait()
"""
KEEPER = """
import os, sys, time
from pathlib import Path
from app.guard import Program
from app.processes import Command, Processes

processes = Processes(
    [Command("one", Program([sys.executable, "-c", sys.argv[2]]))],
    logs=Path(sys.argv[1]), env=os.environ, on_event=print,
)
processes.start()
while not processes.log("one").read_text():
    time.sleep(0.01)
print(processes.pid("one"), flush=True)
sys.stdin.read()
"""


def until(is_true: Callable[[], bool], seconds: float = 20) -> None:
    end = time.monotonic() + seconds
    while not is_true():
        assert time.monotonic() < end, "it did not come true in time"
        time.sleep(0.01)


@contextmanager
def kept(
    tmp_path: Path, code: str, *, grace_seconds: float = 10, niceness: int = 0
) -> Iterator[tuple[Processes, list[str]]]:
    """One program that runs `code`, until its first line is in its log."""
    events: list[str] = []
    program = Program([sys.executable, "-c", code], grace_seconds=grace_seconds, niceness=niceness)
    processes = Processes([Command("one", program)], logs=tmp_path, env=os.environ, on_event=events.append)
    processes.start()
    try:
        until(lambda: "\n" in processes.log("one").read_text())
        yield processes, events
    finally:
        processes.stop()


def test_program_killed_is_told_and_started_again(tmp_path: Path) -> None:
    with kept(tmp_path, PATIENT) as (processes, events):
        first = processes.pid("one")
        os.kill(first, signal.SIGKILL)
        until(lambda: not processes.is_running("one"))
        until(lambda: _revive(processes) and processes.is_running("one"))
        assert events == [f"one ended with status 137; it starts again in 1 s. Its log: {tmp_path / 'one.log'}"]
        until(lambda: processes.log("one").read_text() == "ready\nready\n")
        assert processes.pid("one") != first


def test_program_that_dies_at_once_waits_longer_each_time(tmp_path: Path) -> None:
    with kept(tmp_path, "print('up', flush=True); raise SystemExit(3)") as (processes, events):
        until(lambda: _revive(processes) and len(events) == 3)
    assert [event.split(";")[0] for event in events] == ["one ended with status 3"] * 3
    assert [event.split("again in ")[1].split(".")[0] for event in events] == ["1 s", "2 s", "4 s"]


def test_log_that_has_grown_large_is_put_aside(tmp_path: Path) -> None:
    log = tmp_path / "one.log"
    for old in (b"older", b"old"):
        log.write_bytes(old.ljust(LARGEST_LOG_BYTES + 1))
        with open_log(log) as file:
            file.write(b"new")
    assert log.read_bytes() == b"new"
    assert (tmp_path / "one.log.1").read_bytes().startswith(b"old ")
    with open_log(log) as file:
        file.write(b"er")
    assert log.read_bytes() == b"newer"


def test_program_with_niceness_yields_to_others(tmp_path: Path) -> None:
    ours = os.nice(0)
    with kept(tmp_path, PATIENT, niceness=3) as (processes, _):
        assert psutil.Process(processes.pid("one")).nice() == min(ours + 3, 19)


def test_stop_ends_a_program_and_its_children(tmp_path: Path) -> None:
    with kept(tmp_path, PARENT) as (processes, _):
        program = psutil.Process(processes.pid("one"))
        (child,) = program.children()
    assert not program.is_running()
    _, alive = psutil.wait_procs([child], timeout=10)
    assert alive == []


def test_stop_kills_a_program_that_ignores_signals_when_its_time_is_over(tmp_path: Path) -> None:
    with kept(tmp_path, STUBBORN, grace_seconds=0.1) as (processes, _):
        program = psutil.Process(processes.pid("one"))
        begin = time.monotonic()
    assert not program.is_running()
    assert time.monotonic() - begin < 15


def test_keeper_killed_leaves_no_program(tmp_path: Path) -> None:
    argv = [sys.executable, "-c", KEEPER, str(tmp_path), PATIENT]
    with subprocess.Popen(argv, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as keeper:
        assert keeper.stdout is not None
        program = psutil.Process(int(keeper.stdout.readline()))
        guard = program.parent()
        assert guard is not None
        keeper.kill()
    _, alive = psutil.wait_procs([program, guard], timeout=10)
    assert alive == []


def _revive(processes: Processes) -> bool:
    processes.revive()
    return True
