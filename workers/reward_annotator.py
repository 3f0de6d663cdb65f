"""A reward model that labels through the HTTP API as a person does: claims pairs, reads both sides, answers.

Its own process with its own key: `python -m workers.reward_annotator --url ... --project ... --model FOLDER`, the key
in TIEBREAK_KEY. It sees what a person sees and nothing else: no scores, no model names. Knows nothing of the database.
"""

import argparse
import os
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any
from uuid import uuid4

import httpx

from workers.learning.errors import ModelError, NumericalError, PromptError
from workers.learning.reward_model import RewardModel, load_reward_model, scores_or_abstain

FOREVER = 10**9
TRIES = 8
LONGEST_WAIT = 60.0  # seconds
BUSY = (429, 502, 503, 504)


@dataclass(frozen=True)
class Options:
    url: str
    project: str
    model: str
    limit: int
    batch: int
    tie_margin: float
    watch: bool


class RefusedError(Exception):
    """The service's own sentence about a request that it refused."""


def annotate(client: httpx.Client, reward_model: RewardModel, options: Options) -> int:
    """Label until the limit, or until nothing is left (with `watch`, wait for more). Returns the labels given."""
    given = 0
    while given < options.limit:
        wanted = min(options.batch, options.limit - given)
        claim = _call(client, f"/annotate/projects/{options.project}/claim", {"count": wanted}, options)
        if not claim["tasks"]:
            if claim["state"] in ("done", "empty") and not options.watch:
                break
            time.sleep(min(claim["retry_after"] or 2, 10))
            continue
        for task, verdict in zip(claim["tasks"], _judge(reward_model, claim["tasks"], options), strict=True):
            _call(client, "/annotate/labels", {"lease": task["lease"], **verdict}, options, key=str(uuid4()))
            given += 1
    return given


def _judge(reward_model: RewardModel, tasks: Sequence[dict[str, Any]], options: Options) -> list[dict[str, Any]]:
    started = time.monotonic()
    items = [(task["prompt"], task[side]) for task in tasks for side in ("left", "right")]
    scores = scores_or_abstain(reward_model, items)
    milliseconds = round((time.monotonic() - started) * 1000 / len(tasks))
    return [
        _verdict(scores[2 * index], scores[2 * index + 1], options.tie_margin) | {"time_on_task_ms": milliseconds}
        for index in range(len(tasks))
    ]


def _verdict(left: float | None, right: float | None, tie_margin: float) -> dict[str, Any]:
    if left is None or right is None:
        return {"verdict": "skip", "skip_reason": "Longer than the reward model's context."}
    if abs(left - right) <= tie_margin:
        return {"verdict": "tie"}
    return {"verdict": "preferred", "winner": "left" if left > right else "right"}


def _call(client: httpx.Client, path: str, body: dict[str, Any], options: Options, key: str | None = None) -> Any:
    """One request. A lost connection or a busy service is tried again with the same idempotency key: some times, and
    with `watch` until the service is back."""
    headers = {"Idempotency-Key": key} if key else {}
    attempt = 0
    while True:
        attempt += 1
        is_last = attempt == TRIES and not options.watch
        try:
            answer = client.post(path, json=body, headers=headers)
        except httpx.TransportError as error:
            if is_last:
                raise RefusedError(
                    f"{options.url} does not answer ({error}). The labels given so far are kept: start it again."
                ) from error
            time.sleep(min(2 ** min(attempt, TRIES) / 8, 10))
            continue
        if answer.status_code in BUSY and not is_last:
            time.sleep(_retry_after(answer))
            continue
        content = _json(answer)
        if answer.is_error and "detail" in content:
            raise RefusedError(f"POST {path}: {answer.status_code} {content['detail']}")
        if answer.is_error or not content:
            kind = answer.headers.get("content-type", "nothing")
            raise RefusedError(
                f"{options.url} does not answer as Tiebreak does ({answer.status_code}, {kind}). Check --url."
            )
        return content


def _json(answer: httpx.Response) -> dict[str, Any]:
    """The object that was answered; an empty one where it was something else."""
    try:
        content = answer.json()
    except ValueError:
        return {}
    return content if isinstance(content, dict) else {}


def _retry_after(answer: httpx.Response) -> float:
    """Seconds that the service asks to wait: a number or a date, RFC 9110; a second where it says nothing."""
    stated = answer.headers.get("Retry-After", "1")
    try:
        seconds = float(stated)
    except ValueError:
        try:
            seconds = (parsedate_to_datetime(stated) - datetime.now(UTC)).total_seconds()
        except (TypeError, ValueError):
            seconds = 1.0
    return min(max(seconds, 0.0), LONGEST_WAIT)


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m workers.reward_annotator", description=__doc__)
    parser.add_argument("--url", required=True, help="address of the service, such as http://127.0.0.1:8000")
    parser.add_argument("--project", required=True, help="id of the project")
    parser.add_argument("--model", required=True, help="sequence-classification folder with one logit")
    parser.add_argument("--limit", type=int, default=FOREVER, help="labels to give at most")
    parser.add_argument("--batch", type=int, default=16, help="pairs claimed at a time, at most 20")
    parser.add_argument("--tie-margin", type=float, default=0.0, help="score differences up to this are ties")
    parser.add_argument("--watch", action="store_true", help="wait for new pairs when all are labelled")
    options = Options(**vars(parser.parse_args(arguments)))
    key = os.environ.get("TIEBREAK_KEY")
    if not key:
        print("TIEBREAK_KEY is not set: make a key of scope judge with `tiebreak key add`.", file=sys.stderr)  # noqa: T201
        return 2
    headers = {"Authorization": f"Bearer {key}"}
    try:
        reward_model = load_reward_model(options.model)
        with httpx.Client(base_url=f"{options.url.rstrip('/')}/api/v1", headers=headers, timeout=30) as client:
            given = annotate(client, reward_model, options)
    except (RefusedError, ModelError, PromptError, NumericalError) as error:
        print(error, file=sys.stderr)  # noqa: T201
        return 1
    except KeyboardInterrupt:
        print("Stopped. The labels given so far are kept.", file=sys.stderr)  # noqa: T201
        return 130
    print(f"{given} labels given.")  # noqa: T201
    return 0


if __name__ == "__main__":
    sys.exit(main())
