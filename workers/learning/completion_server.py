"""A client of an OpenAI-compatible `POST {base_url}/completions`: one prompt in, some choices out.

Knows nothing about models or tokenizers. Requests are spaced, retried and worded as the server understands them.
"""

import email.utils
import json
import random
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Literal

import httpx

from workers.learning.errors import SamplingServerError

# Too many requests, overloaded, or broken for a moment; everything else is an answer.
_TRY_AGAIN = frozenset({408, 429, 500, 502, 503, 504, 529})
# A request worded in a way that this server does not take.
_NOT_UNDERSTOOD = frozenset({400, 422})
_LONGEST_WAIT = 300.0


@dataclass(frozen=True)
class SamplingServer:
    """Where the server is and how it is asked.

    `base_url` ends where `/completions` follows, as in `http://host:8000/v1`. `model` is the name it serves the policy
    by. A request is tried `attempts` times, after waits that double from `backoff_seconds` or that the server asked
    for; `requests_per_minute` spaces them; `concurrency` run at a time.
    """

    base_url: str
    model: str
    key: str | None = field(default=None, repr=False)
    concurrency: int = 8
    requests_per_minute: float | None = None
    timeout_seconds: float = 600.0
    attempts: int = 6
    backoff_seconds: float = 1.0

    def __post_init__(self) -> None:
        if min(self.concurrency, self.attempts) < 1 or not self.timeout_seconds > 0 or self.backoff_seconds < 0:
            raise ValueError("concurrency and attempts must be at least 1, seconds positive.")
        if self.requests_per_minute is not None and not self.requests_per_minute > 0:
            raise ValueError("requests_per_minute must be positive, or None for no limit.")
        if not self.base_url.startswith(("http://", "https://")):
            raise ValueError(f"The sampling server's address must begin with http:// or https://, not {self.base_url}.")


@dataclass(frozen=True)
class CompletionRequest:
    """What to draw after one prompt. `prompt_text` tokenises to `prompt_ids`, None where no text does."""

    prompt_ids: tuple[int, ...]
    prompt_text: str | None
    max_tokens: int
    temperature: float
    top_p: float
    top_k: int
    stop: tuple[str, ...]
    eos_ids: tuple[int, ...]
    pad_id: int


@dataclass(frozen=True)
class Choice:
    """One completion as the server gave it; what it left out is None."""

    text: str
    finish_reason: Literal["stop", "length"]
    token_ids: tuple[int, ...] | None
    token_logprobs: tuple[float, ...] | None


class CompletionClient:
    """Asks one server, from any number of threads."""

    def __init__(self, server: SamplingServer, client: httpx.Client) -> None:
        self._server, self._client = server, client
        # Those that the server may still take; the first is tried. Once it took one, others are not tried.
        self._wordings: list[_Wording] = list(_WORDINGS)
        self._settled = False
        self._refusals: list[str] = []
        self._lock = threading.Lock()
        self._next_start = 0.0
        self._closed = threading.Event()

    def close(self) -> None:
        """Threads that wait for another attempt give up."""
        self._closed.set()

    def complete(self, request: CompletionRequest, count: int, seed: int) -> list[Choice]:
        """`count` completions; a server that returns fewer at a time is asked again, with another seed each time."""
        choices: list[Choice] = []
        asked = 0
        while len(choices) < count:
            # Not for secrets. Of 31 bits: some servers take no more.
            asked_seed = random.Random(f"{seed} {asked}").getrandbits(31)  # noqa: S311
            answer = self._ask(request, count - len(choices), asked_seed)
            found = _choices(answer)
            if not found:
                raise SamplingServerError(f"{self._name} returned no completion: {_shortened(answer)}.")
            choices += found[: count - len(choices)]
            asked += 1
        return choices

    @property
    def _name(self) -> str:
        return f"The sampling server {self._server.base_url}"

    def _ask(self, request: CompletionRequest, count: int, seed: int) -> Any:
        """The answer to the first wording that the server takes; the others are not tried again."""
        while True:
            wording = self._wordings[0]
            if body := wording(self._server.model, request, count, seed):
                response = self._post(body)
                self._settled = self._settled or response.is_success
                if response.status_code not in _NOT_UNDERSTOOD or self._settled or wording is _WORDINGS[-1]:
                    return self._json(response)
                refusal = _shortened(response.text)
            elif wording is _WORDINGS[-1]:
                raise SamplingServerError(self._unspeakable(request))
            else:
                refusal = ""
            with self._lock:
                if self._wordings[0] is wording:
                    self._wordings.pop(0)
                    self._refusals += [refusal] if refusal else []

    def _unspeakable(self, request: CompletionRequest) -> str:
        if request.prompt_text is None:
            return (
                f"{self._name} takes no token ids, and the prompt's tokens are not those of any text: use a server "
                "that takes them (vLLM), or sample locally."
            )
        said = "; ".join(self._refusals)
        return f"{self._name} takes no request with top_k {request.top_k} (it said: {said}): set top_k to 0."

    def _post(self, body: Mapping[str, Any]) -> httpx.Response:
        headers = {"Authorization": f"Bearer {self._server.key}"} if self._server.key else {}
        problem = ""
        for attempt in range(self._server.attempts):
            self._wait_for_turn()
            asked_wait: float | None = None
            try:
                response = self._client.post(
                    f"{self._server.base_url.rstrip('/')}/completions",
                    json=body,
                    headers=headers,
                    timeout=self._server.timeout_seconds,
                )
            except httpx.TimeoutException:
                problem = f"did not answer within {self._server.timeout_seconds:g} s"
            except httpx.TransportError as error:
                problem = f"cannot be reached ({error or type(error).__name__})"
            except httpx.DecodingError as error:
                problem = f"answered with something that cannot be unpacked ({_shortened(error)})"
            else:
                if response.status_code not in _TRY_AGAIN:
                    return response
                problem = f"answered {response.status_code} ({_shortened(response.text)})"
                asked_wait = _retry_after(response)
            if attempt + 1 < self._server.attempts:
                self._rest(attempt, asked_wait)
        raise SamplingServerError(
            f"{self._name} {problem}, {self._server.attempts} times: see that it runs and has room, then try again."
        )

    def _wait_for_turn(self) -> None:
        if self._server.requests_per_minute is None:
            return
        with self._lock:
            start = max(self._next_start, time.monotonic())
            self._next_start = start + 60 / self._server.requests_per_minute
        self._pause(start - time.monotonic())

    def _rest(self, attempt: int, asked_wait: float | None) -> None:
        # Half fixed, half random (not for secrets): requests that failed together do not come back together.
        wait = self._server.backoff_seconds * 2**attempt * (0.5 + random.random() / 2)  # noqa: S311
        self._pause(min(wait if asked_wait is None else max(wait, asked_wait), _LONGEST_WAIT))

    def _pause(self, seconds: float) -> None:
        if self._closed.wait(max(0.0, seconds)):
            raise SamplingServerError(f"{self._name} is no longer asked.")

    def _json(self, response: httpx.Response) -> Any:
        if response.is_success:
            try:
                return response.json()
            except (json.JSONDecodeError, UnicodeDecodeError) as error:
                raise SamplingServerError(
                    f"{self._name} answered with something other than JSON ({_shortened(response.text)}): is this its "
                    "address, with /v1?"
                ) from error
        said = f"{response.status_code} ({_shortened(response.text)})"
        match response.status_code:
            case 401 | 403:
                advice = "give it the right key"
            case 404:
                advice = (
                    f"see that it serves a model named {self._server.model} and that the address is right, with /v1"
                )
            case _:
                advice = "its message says what to change"
        raise SamplingServerError(f"{self._name} answered {said}: {advice}.")


# A request's body in the words of one kind of server, None where it cannot say it. Count and seed come last.
_Wording = Callable[[str, CompletionRequest, int, int], dict[str, Any] | None]


def _vllm(model: str, request: CompletionRequest, count: int, seed: int) -> dict[str, Any]:
    """Token ids in and out, log-probs of the raw logits.

    What a model's own generation settings would fill in is said.
    """
    body = _openai(model, request, count, seed) | {
        "prompt": list(request.prompt_ids),
        "top_k": request.top_k,
        "min_p": 0.0,
        "repetition_penalty": 1.0,
        "stop_token_ids": list(request.eos_ids),
        "logprobs": 1,
        "return_token_ids": True,
    }
    if request.stop:
        body |= {"stop": list(request.stop), "include_stop_str_in_output": True}
    return body


def _transformers(model: str, request: CompletionRequest, count: int, seed: int) -> dict[str, Any] | None:
    """`transformers serve` draws greedily, and from the 50 best, unless its whole configuration is given."""
    if request.prompt_text is None:
        return None
    settings = {
        "do_sample": True,
        "temperature": request.temperature,
        "top_k": request.top_k,
        "top_p": request.top_p,
        "max_new_tokens": request.max_tokens,
        "eos_token_id": list(request.eos_ids),
        "pad_token_id": request.pad_id,
    }
    return _plain(model, request, count, seed) | {"generation_config": json.dumps(settings)}


def _plain_without_top_k(model: str, request: CompletionRequest, count: int, seed: int) -> dict[str, Any] | None:
    return None if request.top_k or request.prompt_text is None else _plain(model, request, count, seed)


def _plain(model: str, request: CompletionRequest, count: int, seed: int) -> dict[str, Any]:
    """Stop strings are left out: a text that was cut does not say whether it ended there or by itself."""
    return _openai(model, request, count, seed) | {"prompt": request.prompt_text}


def _openai(model: str, request: CompletionRequest, count: int, seed: int) -> dict[str, Any]:
    return {
        "model": model,
        "max_tokens": request.max_tokens,
        "temperature": request.temperature,
        "top_p": request.top_p,
        "n": count,
        "seed": seed,
    }


_WORDINGS: tuple[_Wording, ...] = (_vllm, _transformers, _plain_without_top_k)


def _choices(answer: Any) -> list[Choice]:
    """What the answer holds, by index."""
    found = answer.get("choices") if isinstance(answer, dict) else None
    if not isinstance(found, list) or not all(isinstance(choice, dict) for choice in found):
        raise SamplingServerError(f"The sampling server's answer has no list of choices: {_shortened(answer)}.")
    return [_choice(choice) for choice in sorted(found, key=lambda choice: choice.get("index") or 0)]


def _choice(choice: Mapping[str, Any]) -> Choice:
    text, reason = choice.get("text"), choice.get("finish_reason")
    if not isinstance(text, str) or reason not in ("stop", "length"):
        raise SamplingServerError(
            f"A completion of the sampling server has no text, or ended for an unknown reason: {_shortened(choice)}."
        )
    token_ids = _numbers(choice.get("token_ids"), int)
    logprobs = choice.get("logprobs")
    token_logprobs = _numbers(logprobs.get("token_logprobs"), float) if isinstance(logprobs, dict) else None
    return Choice(text, reason, token_ids, token_logprobs)


def _numbers(values: Any, kind: Callable[[Any], Any]) -> tuple[Any, ...] | None:
    """None unless every value is a number."""
    complete = isinstance(values, Sequence) and values and all(type(value) in (int, float) for value in values)
    return tuple(kind(value) for value in values) if complete else None


def _retry_after(response: httpx.Response) -> float | None:
    """Seconds that the server asks to wait, given as a number or as a date; None where it does not, or unreadably."""
    stated = response.headers.get("Retry-After", "")
    if stated.replace(".", "", 1).isdecimal():
        return float(stated)
    try:
        return (email.utils.parsedate_to_datetime(stated) - datetime.now(UTC)).total_seconds()
    except (ValueError, TypeError):
        return None


def _shortened(said: object) -> str:
    text = " ".join(str(said).split())
    return text if len(text) <= 300 else f"{text[:300]}..."
