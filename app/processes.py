"""Keeps a few programs running: starts them under guards, starts the dead again, stops all.

Knows nothing of what the programs do.
"""

import subprocess
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import psutil

from app import guard

FIRST_PAUSE_SECONDS = 1.0
LONGEST_PAUSE_SECONDS = 30.0
STEADY_SECONDS = 60.0
"""A program that ran this long before it died is started again after the first pause."""


@dataclass(frozen=True)
class Command:
    """A program to keep running, under the name that its log file and the console use."""

    name: str
    program: guard.Program


@dataclass
class _Running:
    process: subprocess.Popen[bytes]
    started: float
    pause: float
    start_again: float | None = None


class Processes:
    """The running programs. `start`, `revive` and `stop` may be called from several threads."""

    def __init__(
        self, commands: Sequence[Command], *, logs: Path, env: Mapping[str, str], on_event: Callable[[str], None]
    ) -> None:
        self._commands = commands
        self._logs = logs
        self._env = env
        self._on_event = on_event
        self._running: dict[str, _Running] = {}
        self._lock = threading.Lock()
        self._is_stopping = False

    def start(self) -> None:
        with self._lock:
            for command in self._commands:
                self._running[command.name] = _Running(self._launch(command), time.monotonic(), FIRST_PAUSE_SECONDS)

    def revive(self) -> None:
        """Tell of programs that ended since the last call, and start again those whose pause is over."""
        with self._lock:
            if not self._is_stopping:
                for command in self._commands:
                    self._revive(command, self._running[command.name], time.monotonic())

    def stop(self) -> None:
        """Ask each to stop, in the order given, and wait for all; a guard kills what is not gone in its time."""
        with self._lock:
            self._is_stopping = True
            for running in self._running.values():
                guard.ask_to_stop(running.process)
            for running in self._running.values():
                guard.stop(running.process)

    def pid(self, name: str) -> int:
        """The process id of a running program (of the program itself, not of its guard)."""
        (program,) = psutil.Process(self._running[name].process.pid).children()
        return int(program.pid)

    def is_running(self, name: str) -> bool:
        return self._running[name].process.poll() is None

    def log(self, name: str) -> Path:
        return self._logs / f"{name}.log"

    def _revive(self, command: Command, running: _Running, now: float) -> None:
        status = running.process.poll()
        if status is None:
            return
        if running.start_again is None:
            guard.stop(running.process)
            pause = FIRST_PAUSE_SECONDS if now - running.started > STEADY_SECONDS else running.pause
            running.start_again, running.pause = now + pause, min(2 * pause, LONGEST_PAUSE_SECONDS)
            self._on_event(
                f"{command.name} ended with status {status}; it starts again in {pause:.0f} s. "
                f"Its log: {self.log(command.name)}"
            )
        elif now >= running.start_again:
            self._running[command.name] = _Running(self._launch(command), now, running.pause)

    def _launch(self, command: Command) -> subprocess.Popen[bytes]:
        with guard.open_log(self.log(command.name)) as log:
            return guard.start(command.program, log, env=self._env)
