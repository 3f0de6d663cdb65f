"""`tiebreak`: the service and its processes, people and keys, data in and out. Knows no rules: services have them."""

import contextlib
import os
import shlex
import shutil
import signal
import socket
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from tempfile import TemporaryFile
from typing import Annotated, BinaryIO, cast

import httpx
import typer
import uvicorn
from pydantic import ValidationError
from rich.console import Console
from sqlalchemy import func, select
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from app import demo as example
from app import doctor as checks
from app.db import get_engine, transaction
from app.embedded import EmbeddedError, Urls, embedded_servers, running_urls
from app.errors import AppError, Conflict, NotFound
from app.migrate import upgrade
from app.models import Project, Role, Scope, Split, User
from app.schemas import KeyCreate, ProblemItem, UserCreate
from app.services import keys, users
from app.services.audit import SYSTEM, Actor
from app.services.export import ExportFormat, ExportStyle, choose_style, stream_preferences
from app.services.prompt_import import import_prompts
from app.settings import Settings, get_settings
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
errors = Console(stderr=True, highlight=False)

Port = Annotated[int | None, typer.Option(help="The first port tried; TIEBREAK_PORT, or 8000.", min=1, max=65535)]


def main() -> None:
    """Entry point: refusals are one sentence and exit code 1."""
    try:
        cli()
    except (AppError, EmbeddedError, SupervisorError, example.DemoError) as error:
        _refuse(str(error))
        if isinstance(error, AppError):
            _tell_rows([ProblemItem.model_validate(item) for item in error.errors])
    except ValidationError as error:
        prefix = "TIEBREAK_" if error.title == Settings.__name__ else ""
        for item in error.errors():
            name = str(item["loc"][-1])
            _refuse(f"{name if name.isupper() else prefix + (name.upper() if prefix else name)}: {item['msg']}")
    except OperationalError as error:
        _refuse(f"The database does not answer: {error.orig}. What was begun is not stored.")
    except OSError as error:
        _refuse(f"{error.filename or 'The output'}: {error.strerror or error}")
    else:
        return
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
def demo(
    exit_after: Annotated[bool, typer.Option("--exit", help="End after the table instead of staying up.")] = False,
    port: Port = None,
) -> None:
    """Run the loop on the sandbox model: three rounds of 64 labels, what they gained, then the browser is yours."""
    settings = get_settings()
    told_early = 130 if exit_after else 0
    with _until_told_to_stop(told_early), running(settings, on_event=_say, port=port) as service:
        _use(Urls(service.database_url, service.redis_url))
        admin = example.prepare(service.url, console)
        _say(f"{service.url}{admin.login_link}  signs you in as {admin.username}, once.")
        example.run(admin.demo, target=settings.data.resolve() / "demo.json")
        if exit_after:
            return
        example.open_round_for_people(admin.demo)
        _say(f"Your turn. Tiebreak answers at {service.url}  (Ctrl-C stops it)")
        _say(f"{service.url}{example.new_login_link()}  signs you in as {admin.username}, once.")
        signal.pause()


@cli.command()
def serve(
    host: Annotated[str | None, typer.Option(help="TIEBREAK_HOST, or 127.0.0.1.")] = None,
    port: Annotated[int | None, typer.Option(help="TIEBREAK_PORT, or 8000.", min=1, max=65535)] = None,
    fd: Annotated[int | None, typer.Option(hidden=True)] = None,
) -> None:
    """Run the web process alone, against DATABASE_URL and REDIS_URL."""
    settings = _with_servers("serve")
    config = uvicorn.Config(
        "app.main:create_app",
        factory=True,
        host=host or settings.host,
        port=port or settings.port,
        timeout_graceful_shutdown=5,
        # It would write one-time login links into the log; /metrics counts requests.
        access_log=False,
    )
    uvicorn.Server(config).run(sockets=None if fd is None else [socket.socket(fileno=fd)])


@cli.command()
def worker(queues: str = "sample,score,judge,train", name: str = "worker") -> None:
    """Run one worker alone, against DATABASE_URL and REDIS_URL."""
    _with_servers("worker")
    _become("worker", "--queues", queues, "--name", name)


@cli.command()
def beat() -> None:
    """Run the clock alone: the sweep and the schedules. One of it is enough."""
    _with_servers("beat")
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
        try:
            user, link = users.create_user(session, UserCreate(username=name, role=role, password=secret), actor=SYSTEM)
        except Conflict as error:
            taken = session.scalar(select(User.username).where(func.lower(User.username) == func.lower(name)))
            command = f"tiebreak user link {shlex.quote(taken or name)}"
            raise Conflict(f"{error} A new sign-in link for them: `{command}`.") from error
        _say(f"Added {user.username} ({user.role.value}).")
        if link:
            _say_link(link)


@user_cli.command("link")
def link_user(name: str) -> None:
    """Make a new sign-in link for somebody who has lost theirs, or their password."""
    with _servers(), transaction() as session:
        _say_link(users.create_login_link(session, _find_user(session, name), actor=SYSTEM))


@key_cli.command("add")
def add_key(name: str, scope: Scope = Scope.JUDGE) -> None:
    """Add a key for a program; prints it, once."""
    with _servers(), transaction() as session:
        _, text = keys.create_key(session, KeyCreate(name=name, scope=scope), actor=SYSTEM)
    typer.echo(text)


# Data


@cli.command("import")
def import_file(
    project: str,
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="JSON lines, or CSV by its ending.")],
    split: Annotated[Split | None, typer.Option(help="Of rows that name none.")] = None,
    skip: Annotated[bool, typer.Option("--skip", help="Keep the good rows of a file that has bad ones.")] = False,
    user: Annotated[str | None, typer.Option(help="Whose labels they are, for rows that are labelled already.")] = None,
) -> None:
    """Import prompts, ready-made pairs or labelled rows into a project, by its name."""
    with _nothing_stored(), _servers(), transaction() as session, _seekable(file) as rows:
        report = import_prompts(
            session,
            _find_project(session, project).id,
            rows,
            file_format="csv" if file.suffix.lower() == ".csv" else "jsonl",
            on_error="skip" if skip else "abort",
            split=split,
            actor=Actor(user_id=_find_user(session, user).id) if user else SYSTEM,
        )
    _tell_rows(report.errors)
    _say(
        f"{report.prompts} prompts, {report.pairs} pairs and {report.labels} labels stored, "
        f"{report.duplicates} duplicates, {report.refused} rows refused."
    )


@cli.command()
def export(
    project: str,
    file_format: Annotated[ExportFormat, typer.Option("--format")] = "jsonl",
    style: ExportStyle = "auto",
    provenance: Annotated[bool, typer.Option("--provenance", help="Who, when, which model, why.")] = False,
    split: Split | None = None,
) -> None:
    """Write a project's preferences to standard output, as rows that TRL trains on."""
    with _servers():
        with transaction() as session:
            project_id = _find_project(session, project).id
            chosen = choose_style(session, project_id, style)
        lines = 0
        for piece in stream_preferences(
            project_id, file_format=file_format, style=chosen, provenance=provenance, split=split
        ):
            sys.stdout.write(piece)
            lines += piece.count("\n")
        sys.stdout.flush()
        if lines <= (1 if file_format == "csv" else 0):
            errors.print(f"There is no preference {f'in split {split} ' if split else ''}yet.", markup=False)


@cli.command()
def judge(
    project: str,
    model: Annotated[str, typer.Option(help="Folder of a reward model: sequence classification with one logit.")],
    key: Annotated[str, typer.Option(envvar="TIEBREAK_KEY", help="Better in TIEBREAK_KEY than on the command line.")],
    url: Annotated[str | None, typer.Option(help="The service; the one that runs on this machine.")] = None,
    watch: Annotated[bool, typer.Option("--watch", help="Wait for new pairs when all are labelled.")] = False,
) -> None:
    """Let a reward model label a project through the API, with a key of scope judge, until no pair is left."""
    address, key = (url or _address()).rstrip("/"), key.strip()
    if not address.startswith(("http://", "https://")):
        raise SupervisorError(f"--url begins with http:// or https://, and {address} does not.")
    if not (key.isascii() and key.isprintable() and " " not in key):
        raise SupervisorError("TIEBREAK_KEY is no key. Make one with `tiebreak key add NAME --scope judge`.")
    try:
        answer = httpx.get(
            f"{address}/api/v1/annotate/projects", headers={"Authorization": f"Bearer {key}"}, timeout=60
        )
    except httpx.TransportError as error:
        raise SupervisorError(
            f"{address} does not answer ({error}). Start it with `tiebreak up`, or set --url."
        ) from error
    found = _named_projects(address, answer)
    if project not in found:
        raise NotFound(f"There is no project named {project!r}; there are: {', '.join(sorted(found)) or 'none'}.")
    argv = [sys.executable, "-m", "workers.reward_annotator", "--url", address, "--project", found[project]]
    argv += ["--model", model, *(["--watch"] if watch else [])]
    os.execve(sys.executable, argv, os.environ | {"TIEBREAK_KEY": key})  # noqa: S606 - our own program


@cli.command(context_settings={"allow_extra_args": True, "ignore_unknown_options": True, "help_option_names": []})
def simulate(context: typer.Context) -> None:
    """Run a whole active-learning experiment without a server: rules, losses, seeds; `--help` lists the settings."""
    argv = [sys.executable, "-m", "workers.simulate", *context.args]
    os.execv(sys.executable, argv)  # noqa: S606 - our own program


# Helpers


def _refuse(sentence: str) -> None:
    errors.print(sentence, style="red", markup=False, soft_wrap=True)


def _with_servers(process: str) -> Settings:
    """The settings of a process that runs alone and cannot do without both servers."""
    settings = get_settings()
    if not (settings.database_url and settings.redis_url):
        raise SupervisorError(
            f"`tiebreak {process}` needs DATABASE_URL and REDIS_URL. `tiebreak up` runs everything on this machine."
        )
    return settings


def _named_projects(address: str, answer: httpx.Response) -> dict[str, str]:
    """Ids by name, of what the service says to an annotator."""
    try:
        content = answer.json()
        if answer.is_error:
            raise SupervisorError(f"{address} answers {answer.status_code}: {content['detail']}")
        return {row["name"]: row["id"] for row in content}
    except (ValueError, TypeError, KeyError) as error:
        kind = answer.headers.get("content-type", "nothing")
        raise SupervisorError(
            f"{address} does not answer as Tiebreak does ({answer.status_code}, {kind}). Check --url."
        ) from error


@contextlib.contextmanager
def _nothing_stored() -> Iterator[None]:
    """Ctrl-C in the block takes back what it did."""
    try:
        yield
    except KeyboardInterrupt:
        errors.print("Stopped. Nothing was stored.")
        raise typer.Exit(130) from None


@contextlib.contextmanager
def _seekable(path: Path) -> Iterator[BinaryIO]:
    """The file; a copy of what a pipe gives."""
    with path.open("rb") as file:
        if file.seekable():
            yield file
            return
        with TemporaryFile() as copy:
            shutil.copyfileobj(file, copy)
            copy.seek(0)
            yield cast(BinaryIO, copy)


def _find_project(session: Session, name: str) -> Project:
    found = session.scalar(select(Project).where(Project.name == name))
    if found is None:
        names = ", ".join(session.scalars(select(Project.name).order_by(Project.name))) or "none"
        raise NotFound(f"There is no project named {name!r}; there are: {names}.")
    return found


def _find_user(session: Session, name: str) -> User:
    found = session.scalar(select(User).where(User.username == name))
    if found is None:
        raise NotFound(f"There is no user named {name!r}.")
    return found


def _tell_rows(rows: Sequence[ProblemItem]) -> None:
    """Say which rows of a file were refused, and why."""
    for item in rows:
        place = f"line {item.line}, {item.field}" if item.field else f"line {item.line}"
        errors.print(f"{place}: {item.message}", markup=False, soft_wrap=True)


@contextlib.contextmanager
def _servers() -> Iterator[Urls]:
    """DATABASE_URL and REDIS_URL; where one is not set, the server that `tiebreak up` runs now, or one of our own."""
    settings = get_settings()
    up_now = running_urls(settings.data)
    database_url = settings.database_url or (up_now.database_url if up_now else None)
    redis_url = settings.redis_url or (up_now.redis_url if up_now else None)
    if database_url is None and not settings.data.exists():
        errors.print(f"A new, empty installation in {settings.data.absolute()} (TIEBREAK_DATA).", markup=False)
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
def _until_told_to_stop(exit_code: int = 0) -> Iterator[None]:
    """Ctrl-C and SIGTERM end the block, and with it whatever it started, and then the program."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        yield
    except KeyboardInterrupt:
        _say("Stopped.")
        raise typer.Exit(exit_code) from None


def _become(*role: str) -> None:
    """Turn this process into a worker's: the service itself never imports the learning stack."""
    os.execv(sys.executable, [sys.executable, "-m", "workers.celery_app", *role])  # noqa: S606 - our own program


def _address() -> str:
    """Where people reach the service: as it was set, or where it runs now, or where it would run."""
    settings = get_settings()
    now = running_address(settings.data)
    return (settings.base_url or now or f"http://{settings.host}:{settings.port}").rstrip("/")


def _say_link(link: str) -> None:
    _say(f"They sign in once with {_address()}{link}")
    if running_address(get_settings().data) is None and not get_settings().base_url:
        _say("The link works as soon as the service runs: `tiebreak up`.")


def _say(sentence: str) -> None:
    console.print(sentence, markup=False, soft_wrap=True)


if __name__ == "__main__":
    main()
