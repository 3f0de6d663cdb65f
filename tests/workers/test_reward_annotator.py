"""The reward model's process against a server that answers as proxies, restarts and strangers do."""

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from workers import reward_annotator

DONE: "Answer" = (200, {}, json.dumps({"tasks": [], "state": "done"}))
HTML = "<html>Bad gateway</html>"
Answer = tuple[int, dict[str, str], str]
Run = Callable[..., tuple[int, str]]


@contextmanager
def answering(*answers: Answer) -> Iterator[str]:
    """A server that gives these answers in turn."""
    left = iter(answers)

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            status, headers, body = next(left)
            self.rfile.read(int(self.headers["Content-Length"]))
            self.send_response(status)
            for name, value in ({"Content-Type": "text/html"} | headers).items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body.encode())

        def log_message(self, *_: object) -> None:
            """Nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    monkeypatch.setenv("TIEBREAK_KEY", "tb_x")

    def run_one(url: str, model: str = "workers/sandbox/reward_model") -> tuple[int, str]:
        code = reward_annotator.main(["--url", url, "--project", "p", "--model", model])
        written = capsys.readouterr()
        return code, (written.err + written.out).splitlines()[-1]  # behind the library's progress

    return run_one


def test_busy_service_is_asked_again_whatever_it_sends_with_it(run: Run) -> None:
    date = format_datetime(datetime.now(UTC), usegmt=True)
    busy: list[Answer] = [(502, {"Retry-After": "0"}, HTML), (429, {"Retry-After": date}, HTML)]
    with answering(*busy, DONE) as url:
        assert run(url) == (0, "0 labels given.")


@pytest.mark.parametrize(("status", "body"), [(200, HTML), (500, HTML), (200, "[]"), (301, "")])
def test_stranger_is_named_in_one_sentence(run: Run, status: int, body: str) -> None:
    with answering((status, {}, body)) as url:
        code, written = run(url)
    assert code == 1
    assert written == f"{url} does not answer as Tiebreak does ({status}, text/html). Check --url."


def test_refusal_is_the_services_own_sentence(run: Run) -> None:
    with answering((403, {}, json.dumps({"detail": "This key may not label."}))) as url:
        assert run(url) == (1, "POST /annotate/projects/p/claim: 403 This key may not label.")


def test_folder_without_a_reward_model_is_named(run: Run) -> None:
    assert run("http://127.0.0.1:1", "/nope") == (1, "There is no reward model folder /nope.")
