"""The command line against a real database: people, keys, data in and out, and refusals in one sentence."""

import json
import os
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from sqlalchemy import Engine, func, select

from app import cli
from app.db import transaction
from app.models import Prompt, Role, Scope, Split
from app.services import keys, users
from app.settings import get_settings
from tests.factories import make_project, make_user

Run = Callable[..., str]


@pytest.fixture
def run(engine: Engine, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Runs `tiebreak ...` in this process; returns what it wrote, and insists on its exit code."""

    def run_one(*arguments: str, exit_code: int = 0) -> str:
        monkeypatch.setattr(sys, "argv", ["tiebreak", *arguments])
        with pytest.raises(SystemExit) as ended:
            cli.main()
        written = capsys.readouterr()
        assert (ended.value.code or 0) == exit_code, written
        return written.out if exit_code == 0 else written.err

    return run_one


@contextmanager
def serving(listener: socket.socket) -> Iterator[str]:
    """The web process on an open socket; requests wait in it until the process answers."""
    argv = [sys.executable, "-m", "app.cli", "serve", "--fd", str(listener.fileno())]
    with subprocess.Popen(argv, pass_fds=[listener.fileno()]) as process:
        try:
            yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        finally:
            process.terminate()


def write(path: Path, *rows: object) -> str:
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return str(path)


def test_user_add_prints_a_link_that_signs_in_once(run: Run) -> None:
    written = run("user", "add", "ann", "--role", "admin")
    token = written.rpartition("/login?token=")[2].split()[0]
    with transaction() as session:
        user = users.login_by_link(session, token)
        assert (user.username, user.role) == ("ann", Role.ADMIN)


def test_user_added_twice_is_refused_in_one_sentence(run: Run) -> None:
    run("user", "add", "ann")
    written = run("user", "add", "ann", exit_code=1)
    assert written == "There is a user named 'ann' already. A new sign-in link for them: `tiebreak user link ann`.\n"


def test_key_add_prints_a_key_of_the_scope(run: Run) -> None:
    text = run("key", "add", "rater", "--scope", "read").strip()
    with transaction() as session:
        assert keys.use_key(session, text).scope is Scope.READ


def test_name_that_is_too_long_is_refused_with_the_field(run: Run) -> None:
    assert run("user", "add", "x" * 101, exit_code=1).startswith("username: ")


def test_import_stores_prompts_with_their_split(run: Run, tmp_path: Path) -> None:
    with transaction() as session:
        name = make_project(session).name
    file = write(tmp_path / "prompts.jsonl", {"prompt": "One"}, {"prompt": "Two", "split": "eval"}, {"prompt": "One"})
    written = run("import", name, file)
    assert written == "2 prompts, 0 pairs and 0 labels stored, 1 duplicates, 0 rows refused.\n"
    with transaction() as session:
        found = session.execute(select(Prompt.content, Prompt.split).order_by(Prompt.content)).all()
    assert [tuple(row) for row in found] == [("One", Split.TRAIN), ("Two", Split.EVAL)]


def test_import_with_a_bad_row_stores_nothing_and_names_the_line(run: Run, tmp_path: Path) -> None:
    with transaction() as session:
        name = make_project(session).name
    file = write(tmp_path / "prompts.jsonl", {"prompt": "One"}, {"promt": "Two"})
    written = run("import", name, file, exit_code=1)
    assert "1 of 2 rows were refused" in written
    assert "line 2, prompt: " in written
    with transaction() as session:
        assert session.scalar(select(func.count(Prompt.id))) == 0
    assert run("import", name, file, "--skip").startswith("1 prompts")


def test_import_into_an_unknown_project_lists_those_there_are(run: Run, tmp_path: Path) -> None:
    with transaction() as session:
        name = make_project(session).name
    file = write(tmp_path / "prompts.jsonl", {"prompt": "One"})
    written = run("import", "Nothing", file, exit_code=1)
    assert written.replace("\n", " ").strip() == f"There is no project named 'Nothing'; there are: {name}."


def test_labelled_rows_imported_for_a_person_come_out_of_export(run: Run, tmp_path: Path) -> None:
    with transaction() as session:
        name = make_project(session).name
        person = make_user(session).username
    row = {"prompt": "Hello", "chosen": " there.", "rejected": " ...?"}
    file = write(tmp_path / "labels.jsonl", row)
    assert "a person or with a key" in run("import", name, file, exit_code=1).replace("\n", " ")
    run("import", name, file, "--user", person)
    assert [json.loads(line) for line in run("export", name).splitlines()] == [row]


def test_doctor_finds_a_working_installation(run: Run) -> None:
    lines = run("doctor").splitlines()
    assert [line for line in lines if line.startswith("fail")] == []
    assert {"ok   database: ok.", "ok   migrations: ok.", "ok   redis: ok."} <= set(lines)


def test_doctor_without_a_database_fails_and_says_how_to_mend_it(redis_url: str, tmp_path: Path) -> None:
    wrong = {"DATABASE_URL": "postgresql+psycopg://nobody@127.0.0.1:1/none", "REDIS_URL": redis_url}
    done = subprocess.run(
        [sys.executable, "-m", "app.cli", "doctor"],
        env=os.environ | wrong | {"TIEBREAK_DATA": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1, done.stderr
    assert "fail database: " in done.stdout
    assert "Check DATABASE_URL" in done.stdout.replace("\n", " ")


def test_judge_without_a_service_says_how_to_start_it(run: Run) -> None:
    written = run("judge", "Any", "--model", "x", "--key", "tb_x", "--url", "http://127.0.0.1:1", exit_code=1)
    assert "does not answer" in written
    assert "tiebreak up" in written.replace("\n", " ")


def test_judge_is_refused_with_a_wrong_key_and_for_an_unknown_project(run: Run) -> None:
    key = run("key", "add", "rater").strip()
    with socket.create_server(("127.0.0.1", 0)) as listener, serving(listener) as url:
        wrong = run("judge", "Nothing", "--model", "x", "--key", "tb_x", "--url", url, exit_code=1)
        assert "401" in wrong
        unknown = run("judge", "Nothing", "--model", "x", "--key", key, "--url", url, exit_code=1)
        assert unknown == "There is no project named 'Nothing'; there are: none.\n"


def test_worker_of_unknown_queues_is_refused() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "app.cli", "worker", "--queues", "sampel"],
        env=os.environ | {"DATABASE_URL": "postgresql+psycopg://a@b/c", "REDIS_URL": "redis://b"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2
    assert "unknown queues sampel" in done.stderr


def test_first_command_without_servers_embeds_its_own_and_keeps_the_data(tmp_path: Path) -> None:
    environment = {name: value for name, value in os.environ.items() if name not in ("DATABASE_URL", "REDIS_URL")}
    first, second = (
        subprocess.run(
            [sys.executable, "-m", "app.cli", "user", "add", "ann"],
            env=environment | {"TIEBREAK_DATA": str(tmp_path)},
            capture_output=True,
            text=True,
            check=False,
        )
        for _ in range(2)
    )
    assert (first.returncode, second.returncode) == (0, 1), first.stderr
    assert "The link works as soon as the service runs" in first.stdout
    already = "There is a user named 'ann' already. A new sign-in link for them: `tiebreak user link ann`.\n"
    assert second.stderr == already


@pytest.fixture
def environment(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[str, str], None]]:
    """Sets a variable for the settings of this process; an empty value takes it away."""

    def set_one(name: str, value: str) -> None:
        monkeypatch.setenv(name, value) if value else monkeypatch.delenv(name, raising=False)
        get_settings.cache_clear()

    yield set_one
    get_settings.cache_clear()


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("DATABASE_URL", "nonsense", "DATABASE_URL: begins with postgresql+psycopg://"),
        ("REDIS_URL", "foo", "REDIS_URL: begins with redis://"),
        ("TIEBREAK_PORT", "99999", "TIEBREAK_PORT: Input should be less than or equal to 65535"),
    ],
)
def test_setting_that_cannot_be_is_named(
    run: Run, environment: Callable[[str, str], None], name: str, value: str, said: str
) -> None:
    environment(name, value)
    assert said in run("doctor", exit_code=1)


@pytest.mark.parametrize("process", ["serve", "worker", "beat"])
def test_process_that_runs_alone_is_refused_without_servers(
    run: Run, environment: Callable[[str, str], None], process: str
) -> None:
    environment("DATABASE_URL", "")
    assert "needs DATABASE_URL and REDIS_URL" in run(process, exit_code=1)


def test_database_that_is_gone_is_one_sentence(tmp_path: Path) -> None:
    gone = {"DATABASE_URL": "postgresql+psycopg://nobody@127.0.0.1:1/none", "REDIS_URL": "redis://127.0.0.1:1"}
    done = subprocess.run(
        [sys.executable, "-m", "app.cli", "user", "add", "ann"],
        env=os.environ | gone | {"TIEBREAK_DATA": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert done.stderr.startswith("The database does not answer: ")
    assert "Traceback" not in done.stderr


def test_user_link_signs_in_somebody_who_is_there_already(run: Run) -> None:
    run("user", "add", "ann")
    assert "/login?token=" in run("user", "link", "ann")
    assert "There is no user named 'bob'." in run("user", "link", "bob", exit_code=1)


def test_import_reads_a_pipe(run: Run) -> None:
    with transaction() as session:
        make_project(session).name = "P"
    reading, writing = os.pipe()
    with open(writing, "w") as pipe:
        pipe.write(json.dumps({"prompt": "Once"}) + "\n")
    assert "1 prompts" in run("import", "P", f"/dev/fd/{reading}")
    os.close(reading)


def test_export_of_nothing_says_so(
    run: Run, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with transaction() as session:
        make_project(session).name = "P"
    monkeypatch.setattr(sys, "argv", ["tiebreak", "export", "P"])
    with pytest.raises(SystemExit):
        cli.main()
    assert capsys.readouterr() == ("", "There is no preference yet.\n")


class Page(BaseHTTPRequestHandler):
    """A server that is not Tiebreak."""

    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.end_headers()
        self.wfile.write(b"<html>")

    def log_message(self, *_: object) -> None:
        """Nothing."""


def test_judge_at_a_wrong_address_or_with_no_key_says_which(run: Run) -> None:
    with ThreadingHTTPServer(("127.0.0.1", 0), Page) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        url = f"http://127.0.0.1:{server.server_port}"
        written = run("judge", "P", "--model", "x", "--key", "tb_x\n", "--url", url, exit_code=1)
        server.shutdown()
        thread.join()
    assert "does not answer as Tiebreak does (200, text/html). Check --url." in written
    unreadable = run("judge", "P", "--model", "x", "--key", "tb_ü", "--url", url, exit_code=1)
    assert unreadable.startswith("TIEBREAK_KEY is no key.")
    assert "tb_ü" not in unreadable
    bare = run("judge", "P", "--model", "x", "--key", "tb_x", "--url", "localhost:1", exit_code=1)
    assert bare == "--url begins with http:// or https://, and localhost:1 does not.\n"
