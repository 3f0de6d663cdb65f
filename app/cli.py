"""`tiebreak`: the service and its processes, people and keys, data in and out. Knows no rules: services have them."""

import contextlib
import os
import signal
import socket
import sys
from collections.abc import Iterator
from typing import Annotated

import typer
import uvicorn
from rich.console import Console
from sqlalchemy import select

from app import doctor as checks
from app.db import get_engine, transaction
from app.embedded import EmbeddedError, Urls, embedded_servers, running_urls
from app.errors import AppError
from app.migrate import upgrade
from app.models import Role, Scope, User
from app.schemas import KeyCreate, UserCreate
from app.services import keys, users
from app.services.audit import SYSTEM
from app.settings import get_settings
from app.supervisor import SupervisorError, running, running_address

cli = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    help="Active preference labelling: the service, its processes, people and data.",
    pretty_exceptions_enable=False,
)
user_cli = typer.Typer(no_args_is_help=True, help="People who sign in.")
key_cli = typer.Typer(no_args_is_help=True, help="Keys of programs.")
cli.add_typer(user_cli, name="user")
cli.add_typer(key_cli, name="key")
console = Console(highlight=False)

Port = Annotated[int | None, typer.Option(help="The first port tried; TIEBREAK_PORT, or 8000.")]


def main() -> None:
    """Entry point: refusals are one sentence and exit code 1."""
    try:
        cli()
    except (AppError, EmbeddedError, SupervisorError) as error:
        Console(stderr=True, highlight=False).print(str(error), style="red", markup=False)
        sys.exit(1)


# Processes


@cli.command()
def up(port: Port = None) -> None:
    """Run everything on this machine: servers where no URL is set, web, workers, clock."""
    with _until_told_to_stop(), running(get_settings(), on_event=_say, port=port) as service:
        _use(Urls(service.database_url, service.redis_url))
        _say(f"Tiebreak answers at {_address()}  (Ctrl-C stops it)")
        with transaction() as session:
            if session.scalar(select(User.id).limit(1)) is None:
                _say("Nobody can sign in yet: run `tiebreak user add NAME --role admin` in another terminal.")
        signal.pause()


@cli.command()
def serve(
    host: Annotated[str | None, typer.Option(help="TIEBREAK_HOST, or 127.0.0.1.")] = None,
    port: Annotated[int | None, typer.Option(help="TIEBREAK_PORT, or 8000.")] = None,
    fd: Annotated[int | None, typer.Option(hidden=True)] = None,
) -> None:
    """Run the web process alone, against DATABASE_URL and REDIS_URL."""
    settings = get_settings()
    config = uvicorn.Config(
        "app.main:create_app",
        factory=True,
        host=host or settings.host,
        port=port or settings.port,
        timeout_graceful_shutdown=5,
    )
    uvicorn.Server(config).run(sockets=None if fd is None else [socket.socket(fileno=fd)])


@cli.command()
def worker(queues: str = "sample,score,judge,train", name: str = "worker") -> None:
    """Run one worker alone, against DATABASE_URL and REDIS_URL."""
    _become("worker", "--queues", queues, "--name", name)


@cli.command()
def beat() -> None:
    """Run the clock alone: the sweep and the schedules. One of it is enough."""
    _become("beat")


@cli.command()
def migrate() -> None:
    """Bring the tables of DATABASE_URL to this version; `up` does it by itself."""
    with _servers() as urls:
        upgrade(urls.database_url)
        _say("The tables are those of this version.")


@cli.command()
def doctor() -> None:
    """Check versions, servers, migrations, workers, GPU and disk, and say how to mend what is not right."""
    with _servers():
        results = checks.examine(get_settings())
    for result in results:
        console.print(checks.line(result))
    if any(result.status == "fail" for result in results):
        raise typer.Exit(1)


# People and keys


@user_cli.command("add")
def add_user(
    name: str,
    role: Role = Role.ANNOTATOR,
    password: Annotated[bool, typer.Option("--password", help="Ask for a password instead of making a link.")] = False,
) -> None:
    """Add a person; prints a link that signs them in once."""
    secret = typer.prompt("Password", hide_input=True, confirmation_prompt=True) if password else None
    with _servers(), transaction() as session:
        user, link = users.create_user(session, UserCreate(username=name, role=role, password=secret), actor=SYSTEM)
        _say(f"Added {user.username} ({user.role.value}).")
        if link:
            _say(f"They sign in once with {_address()}{link}")


@key_cli.command("add")
def add_key(name: str, scope: Scope = Scope.JUDGE) -> None:
    """Add a key for a program; prints it, once."""
    with _servers(), transaction() as session:
        _, text = keys.create_key(session, KeyCreate(name=name, scope=scope), actor=SYSTEM)
    typer.echo(text)


# Helpers


@contextlib.contextmanager
def _servers() -> Iterator[Urls]:
    """DATABASE_URL and REDIS_URL; where one is not set, the server that `tiebreak up` runs now, or one of our own."""
    settings = get_settings()
    up_now = running_urls(settings.data)
    database_url = settings.database_url or (up_now.database_url if up_now else None)
    redis_url = settings.redis_url or (up_now.redis_url if up_now else None)
    with embedded_servers(settings.data, database_url=database_url, redis_url=redis_url) as servers:
        if database_url is None:
            upgrade(servers.urls.database_url)
        _use(servers.urls)
        yield servers.urls
        get_engine().dispose()


def _use(urls: Urls) -> None:
    """Make this process's settings name the servers: the environment is where settings are read from."""
    os.environ.update(DATABASE_URL=urls.database_url, REDIS_URL=urls.redis_url)
    get_settings.cache_clear()


@contextlib.contextmanager
def _until_told_to_stop() -> Iterator[None]:
    """Ctrl-C and SIGTERM end the block, and with it whatever it started."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        yield
    except KeyboardInterrupt:
        _say("Stopped.")


def _become(*role: str) -> None:
    """Turn this process into a worker's: the service itself never imports the learning stack."""
    os.execv(sys.executable, [sys.executable, "-m", "workers.celery_app", *role])  # noqa: S606 - our own program


def _address() -> str:
    """Where people reach the service: as it was set, or where it runs now, or where it would run."""
    settings = get_settings()
    now = running_address(settings.data)
    return (settings.base_url or now or f"http://{settings.host}:{settings.port}").rstrip("/")


def _say(sentence: str) -> None:
    console.print(sentence, markup=False, soft_wrap=True)


if __name__ == "__main__":
    main()
