"""Runs one program and ends it when whoever asked for it is gone; knows nothing of what the program does.

A guard is a small process between us and the program. It holds the read end of a pipe whose write end only we hold:
when we close it, or die in any way, the guard stops the program. When the guard itself is killed, the kernel ends the
program (Linux). This file runs as a script without site-packages: standard library only.
"""

import contextlib
import ctypes
import json
import os
import select
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO

QUIT_SECONDS = 5.0
LARGEST_LOG_BYTES = 20_000_000
_PR_SET_PDEATHSIG = 1


@dataclass(frozen=True)
class Program:
    """What a guard runs: `stop_signal` asks it to end, and after `grace_seconds` it is made to.

    `user` and `group` are ids to switch to (root only); None keeps ours. `fds` are open files that it gets. `niceness`
    (0 to 19) makes it yield to others.
    """

    argv: Sequence[str]
    stop_signal: int = signal.SIGTERM
    grace_seconds: float = 10.0
    user: int | None = None
    group: int | None = None
    fds: Sequence[int] = ()
    niceness: int = 0


def start(
    program: Program, log: IO[bytes], *, env: Mapping[str, str], cwd: Path | None = None, keep_fds: Sequence[int] = ()
) -> subprocess.Popen[bytes]:
    """Start a guard with its program in a session of their own, both writing to `log`.

    The guard keeps `keep_fds` open until the program has ended (a lock, for example); the program does not get them.
    """
    argv = [sys.executable, "-I", "-S", str(Path(__file__).resolve()), json.dumps(asdict(program))]
    return subprocess.Popen(
        argv,
        stdin=subprocess.PIPE,
        stdout=log,
        stderr=log,
        env=env,
        cwd=cwd,
        pass_fds=[*keep_fds, *program.fds],
        start_new_session=True,
    )


def open_log(path: Path) -> IO[bytes]:
    """A log to append to; one that has grown large is put aside first, in place of the one put aside before."""
    if path.exists() and path.stat().st_size > LARGEST_LOG_BYTES:
        path.replace(path.with_name(f"{path.name}.1"))
    return path.open("ab")


def ask_to_stop(guard: subprocess.Popen[bytes]) -> None:
    """Ask a guard to stop its program, without waiting."""
    if guard.stdin is not None:
        guard.stdin.close()


def stop(guard: subprocess.Popen[bytes]) -> int:
    """Stop the program and wait for it; returns its exit status (128 + n for one ended by signal n)."""
    ask_to_stop(guard)
    return guard.wait()


def _main(spec: str) -> int:
    program = Program(**json.loads(spec))
    wake_read, wake_write = os.pipe()
    os.set_blocking(wake_write, False)
    signal.set_wakeup_fd(wake_write)
    for number in (signal.SIGCHLD, signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, lambda *_: None)
    child = _spawn(program)
    asked = False
    while child.poll() is None and not asked:
        ready, _, _ = select.select([0, wake_read], [], [])
        asked = 0 in ready or any(number != signal.SIGCHLD for number in os.read(wake_read, 64))
    status = _end(child, program) if asked else child.wait()
    # What the program left behind in its process group must not outlive it either.
    with contextlib.suppress(ProcessLookupError):
        os.killpg(child.pid, signal.SIGKILL)
    return status if status >= 0 else 128 - status


def _spawn(program: Program) -> subprocess.Popen[bytes]:
    """The program, in its own process group, told by the kernel to quit when this process dies."""
    guard_pid = os.getpid()
    libc = ctypes.CDLL(None) if sys.platform == "linux" else None

    def die_with_guard() -> None:
        # Runs after the change of user, which would clear the setting. Safe: this process has one thread.
        os.nice(program.niceness)
        if libc is not None:
            libc.prctl(_PR_SET_PDEATHSIG, signal.SIGQUIT)
            if os.getppid() != guard_pid:
                os._exit(1)

    return subprocess.Popen(
        program.argv,
        stdin=subprocess.DEVNULL,
        preexec_fn=die_with_guard,
        pass_fds=program.fds,
        start_new_session=True,
        user=program.user,
        group=program.group,
        extra_groups=None if program.group is None else [],
    )


def _end(child: subprocess.Popen[bytes], program: Program) -> int:
    """Ask, then insist, then kill."""
    for number, seconds in ((program.stop_signal, program.grace_seconds), (signal.SIGQUIT, QUIT_SECONDS)):
        child.send_signal(number)
        with contextlib.suppress(subprocess.TimeoutExpired):
            return child.wait(seconds)
    child.kill()
    return child.wait()


if __name__ == "__main__":
    sys.exit(_main(sys.argv[1]))
