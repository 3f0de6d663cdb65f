"""Runs PostgreSQL and Redis of our own while a program needs them; knows nothing of tables, tasks or settings.

Both keep their data in one folder, held under a lock, listen on unix sockets in a short private folder, and run under
guards (`app.guard`), so that they never outlive the program that started them.
"""

import contextlib
import fcntl
import json
import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TextIO

from app import guard, servers
from app.servers import EmbeddedError as EmbeddedError
from app.servers import Server

START_SECONDS = 120.0  # recovery after a crash takes its time
_PREFIX = "tiebreak-"
_LONGEST_PARENT = 60  # a socket's path has 103 bytes at most


@dataclass(frozen=True)
class Urls:
    """Where the two servers answer: for SQLAlchemy with psycopg, and for redis-py."""

    database_url: str
    redis_url: str


class EmbeddedServers:
    """The running servers of one data folder."""

    def __init__(self, data: Path, urls: Urls, servers: list[Server], lock: int) -> None:
        self.urls = urls
        self._data = data
        self._servers = servers
        self._lock = lock
        self._guards: dict[str, subprocess.Popen[bytes]] = {}

    def start(self) -> list[str]:
        """Start the servers that do not run, wait until each answers a query, and return their names."""
        dead = [server for server in self._servers if not self._is_running(server.name)]
        for server in dead:
            self._launch(server)
        for server in dead:
            self._wait(server)
        return [server.name for server in dead]

    def stop(self) -> None:
        """Stop both (fast shutdown) and wait for them."""
        for process in self._guards.values():
            guard.ask_to_stop(process)
        for process in self._guards.values():
            process.wait()

    def _is_running(self, name: str) -> bool:
        process = self._guards.get(name)
        if process is None or process.poll() is None:
            return process is not None
        guard.stop(process)
        return False

    def _launch(self, server: Server) -> None:
        servers.forget_stale_pid(server.folder)
        with guard.open_log(self._log(server)) as log:
            self._guards[server.name] = guard.start(
                server.program, log, env=servers.ENV, cwd=server.folder, keep_fds=[self._lock]
            )

    def _wait(self, server: Server) -> None:
        """Wait for the first answer. The last processes of a killed PostgreSQL may still be leaving: try again then."""
        end, tries_left = time.monotonic() + START_SECONDS, 3
        while not server.answers():
            is_running = self._is_running(server.name)
            if not is_running and tries_left:
                tries_left -= 1
                self._launch(server)
            elif not is_running or time.monotonic() > end:
                last = self._log(server).read_text(errors="replace")[-2000:]
                raise EmbeddedError(
                    f"The embedded {server.name} does not start. The end of {self._log(server)}:\n{last}"
                )
            time.sleep(0.02 if is_running else 0.5)

    def _log(self, server: Server) -> Path:
        return self._data / "logs" / f"{server.name}.log"


@contextlib.contextmanager
def embedded_servers(
    data: Path, *, database_url: str | None = None, redis_url: str | None = None
) -> Iterator[EmbeddedServers]:
    """Run the servers that have no URL yet, their data kept in `data`, until the block ends.

    Raises EmbeddedError when another program holds the folder, or a server is missing or does not start.
    """
    data = data.absolute()
    if database_url is not None and redis_url is not None:
        yield EmbeddedServers(data, Urls(database_url, redis_url), [], lock=-1)
        return
    with _locked(data) as lock, _socket_folder(data) as sockets:
        ours = []
        if database_url is None:
            ours.append(servers.postgres(data, sockets))
            database_url = ours[-1].url
        if redis_url is None:
            ours.append(servers.redis_server(data, sockets))
            redis_url = ours[-1].url
        running = EmbeddedServers(data, Urls(database_url, redis_url), ours, lock)
        try:
            running.start()
            _record(data, sockets, running.urls)
            yield running
        finally:
            running.stop()


def running_urls(data: Path) -> Urls | None:
    """The URLs of the servers that another program runs for `data` now, or None."""
    try:
        with (data / "lock").open("r") as lock:
            fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        with contextlib.suppress(FileNotFoundError):
            urls = json.loads((data / "embedded.json").read_text())["urls"]
            return Urls(**urls) if urls else None
    except FileNotFoundError:
        pass
    return None


# Folder, lock and record


@contextlib.contextmanager
def _locked(data: Path) -> Iterator[int]:
    """Hold the folder: `lock` says that a program uses it, `servers.lock` that servers still run in it.

    Guards keep the second one until their server has ended, so a start right after a kill -9 waits for the old servers.
    """
    with contextlib.ExitStack() as stack:
        try:
            data.mkdir(mode=0o700, parents=True, exist_ok=True)
            (data / "logs").mkdir(exist_ok=True)
            lock, servers_lock = (stack.enter_context((data / name).open("a+")) for name in ("lock", "servers.lock"))
        except PermissionError as error:
            raise EmbeddedError(
                f"The data folder {data} belongs to another user ({error}). Set TIEBREAK_DATA to one of yours."
            ) from error
        except OSError as error:
            raise EmbeddedError(
                f"The data folder {data} cannot be made ({error.strerror}). Set TIEBREAK_DATA to another."
            ) from error
        _take(lock, data)
        lock.truncate(0)
        lock.write(str(os.getpid()))
        lock.flush()
        fcntl.flock(servers_lock, fcntl.LOCK_EX)
        yield servers_lock.fileno()


def _take(lock: TextIO, data: Path) -> None:
    """Lock the file or say who has it; a second try, because `running_urls` looks at it for a moment."""
    for patience in (0.1, 0.0):
        try:
            return fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            time.sleep(patience)
    lock.seek(0)
    raise EmbeddedError(
        f"The data folder {data} is in use by process {lock.read() or 'unknown'}. Stop that program first, "
        "or set TIEBREAK_DATA to another folder."
    )


@contextlib.contextmanager
def _socket_folder(data: Path) -> Iterator[Path]:
    """A new private folder with a short path; what a killed program left is removed first."""
    record = data / "embedded.json"
    if record.exists():
        left = Path(json.loads(record.read_text())["sockets"])
        if left.name.startswith(_PREFIX):
            shutil.rmtree(left, ignore_errors=True)
    parent = Path(tempfile.gettempdir())
    if len(str(parent)) > _LONGEST_PARENT or not _everybody_enters(parent):
        parent = Path("/tmp")  # noqa: S108 - the folder made in it is new and private
    sockets = Path(tempfile.mkdtemp(prefix=_PREFIX, dir=parent))
    try:
        if os.geteuid() == 0:
            sockets.chmod(0o711)  # PostgreSQL, then another user, has a private folder of its own inside
        _record(data, sockets, None)
        yield sockets
    finally:
        record.unlink(missing_ok=True)
        shutil.rmtree(sockets)


def _everybody_enters(folder: Path) -> bool:
    return all(path.stat().st_mode & 0o001 for path in (folder, *folder.parents))


def _record(data: Path, sockets: Path, urls: Urls | None) -> None:
    new = data / "embedded.json.new"
    new.write_text(json.dumps({"sockets": str(sockets), "urls": asdict(urls) if urls else None}))
    new.replace(data / "embedded.json")
