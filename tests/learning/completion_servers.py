"""Servers of `POST /completions` for tests: one scripted, on loopback, and `transformers serve` as a child process."""

import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from copy import deepcopy
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Lock, Thread
from typing import Any

import httpx

from workers.learning.policy import Policy
from workers.learning.sampling import Sample, SamplingConfig, sample


@dataclass(frozen=True)
class Answer:
    """What the scripted server sends; a `body` that is no string goes as JSON."""

    body: Any
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)


@dataclass
class Scripted:
    """A running scripted server and what it was asked."""

    url: str
    requests: list[dict[str, Any]] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    times: list[float] = field(default_factory=list)


@contextmanager
def scripted_server(answer: Callable[[dict[str, Any], int], Answer | None]) -> Iterator[Scripted]:
    """Answers each request by `answer(body, how many came before)`; None leaves it unanswered until the test ends."""
    seen = Scripted("")

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            seen.requests.append(body)
            seen.headers.append(dict(self.headers))
            seen.times.append(time.monotonic())
            given = answer(body, len(seen.requests) - 1) if self.path == "/v1/completions" else Answer("no page", 404)
            if given is None:
                # Waits for the client to give up.
                self.connection.recv(1)
                self.close_connection = True
                return
            content = given.body if isinstance(given.body, str) else json.dumps(given.body)
            self.send_response(given.status)
            for name, value in {**given.headers, "Content-Length": str(len(content.encode()))}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(content.encode())

        def log_message(self, format: str, *args: Any) -> None:
            """Nothing: tests print no access log."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    seen.url = f"http://127.0.0.1:{server.server_address[1]}/v1"
    thread = Thread(target=server.serve_forever, args=(0.01,))  # seconds between two looks for its end
    thread.start()
    try:
        yield seen
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def like_vllm(policy: Policy, *, shift: float = 0.0, most: int = 100) -> Callable[[dict[str, Any], int], Answer]:
    """Answers as vLLM does: token ids in and out, raw log-probs (plus `shift`), at most `most` choices at once."""
    # A model of its own, as a server has, and one thread at a time.
    served = replace(policy, model=deepcopy(policy.model))
    lock = Lock()

    def answer(body: dict[str, Any], _: int) -> Answer:
        config = SamplingConfig(
            samples=min(body["n"], most), max_new_tokens=body["max_tokens"], temperature=body["temperature"]
        )
        with lock:
            [(_, drawn)] = sample(served, [body["prompt"]], config, seeds=[body["seed"]])
        return Answer({"choices": [_choice(index, one, shift) for index, one in enumerate(drawn)]})

    return answer


def _choice(index: int, one: Sample, shift: float = 0.0) -> dict[str, Any]:
    stated = {"token_logprobs": [value + shift for value in one.token_logprobs]}
    return {
        "index": index,
        "text": one.text,
        "finish_reason": one.finish_reason,
        "token_ids": list(one.token_ids),
        "logprobs": stated,
    }


@contextmanager
def transformers_serve(model: Path, log: Path) -> Iterator[str]:
    """The base URL of `transformers serve` with one model, ended by its own process id."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "transformers.cli.transformers", "serve", str(model)]
    command += ["--host", "127.0.0.1", "--port", str(port), "--device", "cpu", "--dtype", "float32"]
    environment = os.environ | {"HF_HUB_OFFLINE": "1", "OMP_NUM_THREADS": "1", "TOKENIZERS_PARALLELISM": "false"}
    with log.open("w") as output:
        child = subprocess.Popen(command, stdout=output, stderr=output, env=environment)
        try:
            _wait_for(f"http://127.0.0.1:{port}/health", child, log)
            yield f"http://127.0.0.1:{port}/v1"
        finally:
            child.terminate()
            try:
                child.wait(20)
            except subprocess.TimeoutExpired:
                child.kill()
                child.wait()


def _wait_for(address: str, child: "subprocess.Popen[bytes]", log: Path) -> None:
    """Until it answers; importing torch takes its time on a busy machine."""
    end = time.monotonic() + 240
    while time.monotonic() < end:
        if child.poll() is not None:
            raise RuntimeError(f"transformers serve ended: {log.read_text()}")
        try:
            if httpx.get(address, timeout=5).is_success:
                return
        except httpx.TransportError:
            # It is not listening yet; the child's end shows above.
            time.sleep(0.2)
    raise RuntimeError(f"transformers serve does not answer: {log.read_text()}")
