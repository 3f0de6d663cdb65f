"""The whole service on one machine: servers, migrations, web process, workers and clock, watched and stopped together.

`tiebreak up`, the demo and the end-to-end tests all run this. Knows nothing of projects or labels.
"""

import contextlib
import errno
import os
import socket
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import redis
from sqlalchemy.exc import OperationalError

from app import guard
from app.embedded import EmbeddedError, EmbeddedServers, Urls, embedded_servers
from app.migrate import upgrade
from app.processes import Command, Processes
from app.settings import Settings

READY_SECONDS = 90.0
WATCH_SECONDS = 0.5
PORTS_TRIED = 50
WORKER_NICENESS = 5
WORKERS = {
    "model": ["worker", "--queues", "sample,score,judge", "--name", "model"],
    "train": ["worker", "--queues", "train", "--name", "train"],
    "beat": ["beat"],
}


class SupervisorError(Exception):
    """The service cannot be brought up; the message says why and where to look."""


@dataclass(frozen=True)
class Service:
    """A running service: where it answers, and its processes by name (api, model, train, beat)."""

    url: str
    database_url: str
    redis_url: str
    processes: Processes


@contextlib.contextmanager
def running(settings: Settings, *, on_event: Callable[[str], None], port: int | None = None) -> Iterator[Service]:
    """Bring everything up, ready for requests, and stop it all when the block ends.

    Servers that have a URL in `settings` are used, the others embedded. `port` is the first one tried (0: any free).
    `on_event` gets a sentence for each thing that a person at the console wants to know.
    """
    data = settings.data.absolute()
    with (
        embedded_servers(data, database_url=settings.database_url, redis_url=settings.redis_url) as servers,
        _listen(settings.host, settings.port if port is None else port) as listener,
    ):
        _prepare(servers.urls)
        on_event("The database and the queue are up.")
        processes = Processes(_commands(listener), logs=_logs(data), env=_environment(data, servers), on_event=on_event)
        service = Service(_url(listener), servers.urls.database_url, servers.urls.redis_url, processes)
        try:
            processes.start()
            _wait_until_ready(service)
            with _watched(servers, processes, on_event), _address_recorded(data, service.url):
                yield service
        finally:
            processes.stop()


def _prepare(urls: Urls) -> None:
    """See that both servers answer, and bring the tables to this version."""
    try:
        with redis.Redis.from_url(urls.redis_url, socket_connect_timeout=5) as client:
            client.ping()
        upgrade(urls.database_url)
    except redis.exceptions.ConnectionError as error:
        raise SupervisorError(f"Redis (REDIS_URL) does not answer: {error}") from error
    except OperationalError as error:
        raise SupervisorError(f"The database (DATABASE_URL) does not answer: {error.orig}") from error


def running_address(data: Path) -> str | None:
    """Where the service that runs on this data folder answers now, or None."""
    with contextlib.suppress(FileNotFoundError, httpx.TransportError):
        url = (data / "address").read_text()
        return url if httpx.get(f"{url}/health/live", timeout=2).is_success else None
    return None


def _commands(listener: socket.socket) -> list[Command]:
    serve = [sys.executable, "-m", "app.cli", "serve", "--fd", str(listener.fileno())]
    workers = {name: [sys.executable, "-m", "workers.celery_app", *role] for name, role in WORKERS.items()}
    return [
        Command("api", guard.Program(serve, fds=[listener.fileno()])),
        # Where a model computes on the CPU, the pages must not wait for it.
        *(Command(name, guard.Program(argv, niceness=WORKER_NICENESS)) for name, argv in workers.items()),
    ]


def _environment(data: Path, servers: EmbeddedServers) -> dict[str, str]:
    urls = {"DATABASE_URL": servers.urls.database_url, "REDIS_URL": servers.urls.redis_url}
    return {**os.environ, **urls, "TIEBREAK_DATA": str(data), "PYTHONUNBUFFERED": "1"}


def _logs(data: Path) -> Path:
    logs = data / "logs"
    logs.mkdir(parents=True, exist_ok=True)
    return logs


def _listen(host: str, port: int) -> socket.socket:
    """A listening socket on the port or the next free one. It is ours, so that a web process started again finds it."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    for candidate in range(port, port + PORTS_TRIED) if port else [0]:
        try:
            return socket.create_server((host, candidate), family=family)
        except OSError as error:
            if error.errno not in (errno.EADDRINUSE, errno.EACCES):
                raise SupervisorError(f"Cannot listen on {host}: {error}.") from error
    raise SupervisorError(f"No port from {port} to {port + PORTS_TRIED - 1} is free on {host}. Choose one with --port.")


def _url(listener: socket.socket) -> str:
    host, port = listener.getsockname()[:2]
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104 - compared, not listened on
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def _wait_until_ready(service: Service) -> None:
    """Wait for /health/ready to answer 200: database, queue, migrations and workers are there."""
    end, answer = time.monotonic() + READY_SECONDS, "no answer"
    while time.monotonic() < end and service.processes.is_running("api"):
        try:
            response = httpx.get(f"{service.url}/health/ready", timeout=5)
        except httpx.TransportError as error:
            answer = str(error)
        else:
            if response.is_success:
                return
            answer = f"{response.status_code} {response.text}"
        time.sleep(0.1)
    log = service.processes.log("api")
    raise SupervisorError(
        f"The service did not become ready ({answer}). The end of {log}:\n{log.read_text(errors='replace')[-2000:]}"
    )


@contextlib.contextmanager
def _address_recorded(data: Path, url: str) -> Iterator[None]:
    (data / "address").write_text(url)
    try:
        yield
    finally:
        (data / "address").unlink(missing_ok=True)


@contextlib.contextmanager
def _watched(servers: EmbeddedServers, processes: Processes, on_event: Callable[[str], None]) -> Iterator[None]:
    """Start again, from a thread, whatever dies while the block runs."""
    done = threading.Event()

    def watch() -> None:
        while not done.wait(WATCH_SECONDS):
            try:
                for name in servers.start():
                    on_event(f"The embedded {name} had died and runs again.")
            except EmbeddedError as error:
                on_event(str(error))
            processes.revive()

    thread = threading.Thread(target=watch, name="watch")
    thread.start()
    try:
        yield
    finally:
        done.set()
        thread.join()
