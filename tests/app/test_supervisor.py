"""The whole service on one machine: comes up, mends itself, stops without a trace."""

import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import httpx
import psutil
import pytest

from app.embedded import embedded_servers
from app.settings import Settings
from app.supervisor import SupervisorError, running, running_address

SERVERS_IN_ENVIRONMENT = ("DATABASE_URL", "REDIS_URL")


def until(is_true: Callable[[], bool], seconds: float = 60) -> None:
    end = time.monotonic() + seconds
    while not is_true():
        assert time.monotonic() < end, "it did not come true in time"
        time.sleep(0.02)


def settings(tmp_path: Path, **changes: str) -> Settings:
    """Embedded servers in a folder of the test's own, whatever the environment says."""
    own = {"data": tmp_path / "data", "database_url": None, "redis_url": None}
    return Settings().model_copy(update=own | changes)


def is_live(url: str) -> bool:
    try:
        return httpx.get(f"{url}/health/live", timeout=5).is_success
    except httpx.TransportError:
        return False


def test_service_mends_what_dies_and_stops_without_a_trace(tmp_path: Path) -> None:
    events: list[str] = []
    others = psutil.Process().children()
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with running(settings(tmp_path), on_event=events.append, port=port) as service:
            assert int(service.url.rpartition(":")[2]) > port
            assert running_address(tmp_path / "data") == service.url
            ready = httpx.get(f"{service.url}/health/ready").json()
            assert {check["name"]: check["ok"] for check in ready["checks"]} == {
                "database": True,
                "migrations": True,
                "redis": True,
            }
            first = service.processes.pid("api")
            os.kill(first, signal.SIGKILL)
            until(lambda: service.processes.is_running("api") and _pid(service.processes.pid, "api") != first)
            # Requests made meanwhile wait in the socket that the supervisor keeps.
            assert httpx.get(f"{service.url}/health/live", timeout=30).is_success
            processes = _under_guards(besides=others)
            next(process for process in processes if process.name() == "postgres").kill()
            until(lambda: "The embedded postgres had died and runs again." in events)
            assert httpx.get(f"{service.url}/health/ready", timeout=30).is_success
            processes += _under_guards(besides=others)
            url = service.url
    assert [event for event in events if event.startswith("api ended with status 137")]
    assert not any(process.is_running() for process in processes)
    assert not is_live(url)
    assert running_address(tmp_path / "data") is None


def test_up_killed_leaves_no_process(tmp_path: Path) -> None:
    environment = {name: value for name, value in os.environ.items() if name not in SERVERS_IN_ENVIRONMENT}
    with subprocess.Popen(
        [sys.executable, "-m", "app.cli", "up", "--port", "18300"],
        env=environment | {"TIEBREAK_DATA": str(tmp_path / "data")},
        stdout=subprocess.PIPE,
        text=True,
    ) as up:
        assert up.stdout is not None
        said = next(line for line in up.stdout if "answers at" in line)
        (url,) = re.findall(r"http://\S+", said)
        assert is_live(url)
        left = psutil.Process(up.pid).children(recursive=True)
        up.kill()
    _, alive = psutil.wait_procs(left, timeout=40)
    assert alive == []
    sockets = Path(json.loads((tmp_path / "data" / "embedded.json").read_text())["sockets"])
    with embedded_servers(tmp_path / "data"):
        assert not sockets.exists()  # what the killed one left


@pytest.mark.parametrize(
    ("name", "wrong"),
    [
        ("DATABASE_URL", {"database_url": "postgresql+psycopg://nobody@127.0.0.1:1/none"}),
        ("REDIS_URL", {"redis_url": "redis://127.0.0.1:1/0"}),
    ],
)
def test_server_that_does_not_answer_is_named(tmp_path: Path, name: str, wrong: dict[str, str]) -> None:
    with (
        pytest.raises(SupervisorError, match=name),
        running(settings(tmp_path, **wrong), on_event=lambda _: None, port=0),
    ):
        pass


def _pid(find: Callable[[str], int], name: str) -> int | None:
    """None while the program is being started."""
    try:
        return find(name)
    except (ValueError, psutil.NoSuchProcess):
        return None


def _under_guards(besides: Sequence[psutil.Process]) -> list[psutil.Process]:
    """The guards that this process has now and did not have before, with all that runs under them."""
    guards = [child for child in psutil.Process().children() if child not in besides]
    return [process for guard in guards for process in [guard, *guard.children(recursive=True)]]
