"""`tiebreak demo`: the whole loop on the sandbox model, through the HTTP API alone, told step by step.

Every step is decided from what the service answers, so a demo that was stopped goes on where it stood. The only things
made outside the API are the first admin and two keys, as `tiebreak user add` and `tiebreak key add` make them.
"""

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import httpx
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table
from sqlalchemy import select

from app.db import transaction
from app.models import ApiKey, Role, Scope, User
from app.schemas import KeyCreate, UserCreate
from app.services import keys, users
from app.services.audit import SYSTEM
from app.services.sandbox import GUIDELINE, SANDBOX, SETTINGS

ROUNDS = 3
POLL_SECONDS = 0.3
NAME = "Sandbox demo"
ADMIN = "admin"
KEY_NAMES = ("demo", "demo annotator")


class DemoError(Exception):
    """A step of the demo that failed; the sentence says which and why."""


@dataclass(frozen=True)
class Demo:
    """What every step needs: the admin's client, the console, and the key that the simulated annotator uses."""

    client: httpx.Client
    console: Console
    url: str
    judge_key: str

    def call(self, method: str, path: str, **options: Any) -> Any:
        """One request to the API; the service's own sentence when it refuses."""
        answer = self.client.request(method, f"/api/v1{path}", **options)
        if answer.is_error:
            raise DemoError(f"{method} {path}: {answer.status_code} {answer.json().get('detail', answer.text)}")
        return answer.json()


@dataclass(frozen=True)
class Admin:
    """The first admin, with a link that signs them in once, and the demo that acts with their rights."""

    username: str
    login_link: str
    demo: Demo


def prepare(url: str, console: Console) -> Admin:
    """The admin and the demo's two keys; keys of an earlier start are revoked, since only their hashes are stored."""
    with transaction() as session:
        for old in session.scalars(select(ApiKey).where(ApiKey.name.in_(KEY_NAMES), ApiKey.revoked_at.is_(None))):
            keys.revoke_key(session, old.id, actor=SYSTEM)
        secrets = [
            keys.create_key(session, KeyCreate(name=name, scope=scope), actor=SYSTEM)[1]
            for name, scope in zip(KEY_NAMES, (Scope.ADMIN, Scope.JUDGE), strict=True)
        ]
    client = httpx.Client(base_url=url, headers={"Authorization": f"Bearer {secrets[0]}"}, timeout=60)
    demo = Demo(client=client, console=console, url=url, judge_key=secrets[1])
    return Admin(ADMIN, new_login_link(), demo)


def new_login_link() -> str:
    """A fresh one-time link for the demo's admin, who is made on the first start."""
    with transaction() as session:
        user = session.scalar(select(User).where(User.username == ADMIN))
        if user is None:
            user, _ = users.create_user(session, UserCreate(username=ADMIN, role=Role.ADMIN), actor=SYSTEM)
        return users.create_login_link(session, user, actor=SYSTEM)


def run(demo: Demo, *, target: Path) -> list[dict[str, Any]]:
    """Bring the project to ROUNDS finished rounds, print the table, leave it as JSON at `target`."""
    project = _project(demo)
    while (step := _next_step(demo, project["id"])) is not None:
        step()
    rows = _rows(demo, project["id"])
    _print_table(demo.console, rows)
    target.write_text(json.dumps(rows, indent=2) + "\n")
    demo.console.print(f"The table as JSON: {target}")
    return rows


def open_round_for_people(demo: Demo) -> None:
    """After the table: one more round, sampled from the trained model, is left for whoever opens the browser."""
    project = _project(demo)
    path = f"/projects/{project['id']}/rounds"
    if not any(row["number"] > ROUNDS for row in demo.call("GET", path)["items"]):
        _start_round(demo, project["id"])
    _watch_round(demo, demo.call("GET", path)["items"][0])


def _project(demo: Demo) -> dict[str, Any]:
    """The demo's project with its prompts, made on the first start."""
    found = [row for row in demo.call("GET", "/projects", params={"limit": 200})["items"] if row["name"] == NAME]
    project: dict[str, Any] = found[0] if found else _create_project(demo)
    overview = demo.call("GET", f"/projects/{project['id']}/overview")
    if not overview["train_prompts"]:
        prompts = (SANDBOX / "prompts.jsonl").read_bytes()
        report = demo.call("POST", f"/projects/{project['id']}/prompts/import?format=jsonl", content=prompts)
        demo.console.print(f"Imported {report['prompts']} prompts.")
    while project["reference"]["status"] == "checking":
        time.sleep(POLL_SECONDS)
        project = demo.call("GET", f"/projects/{project['id']}")
    if project["reference"]["status"] == "failed":
        raise DemoError(f"The model cannot be used: {project['reference']['error']}")
    return project


def _create_project(demo: Demo) -> dict[str, Any]:
    body = {"name": NAME, "model": str(SANDBOX / "model"), "guideline": GUIDELINE, **SETTINGS}
    created: dict[str, Any] = demo.call("POST", "/projects", json=body)
    demo.console.print(f"Made the project “{NAME}” on the sandbox model.")
    return created


def _next_step(demo: Demo, project_id: str) -> Callable[[], None] | None:
    """What the loop waits for, read from the service's rows; None once the last round's model is evaluated."""
    rounds = demo.call("GET", f"/projects/{project_id}/rounds")["items"]
    if not rounds:
        return lambda: _start_round(demo, project_id)
    ours = max((row for row in rounds if row["number"] <= ROUNDS), key=lambda row: int(row["number"]))
    match ours["status"]:
        case "queued" | "sampling" | "sampled" | "scoring":
            return lambda: _watch_round(demo, ours)
        case "failed":
            raise DemoError(f"Round {ours['number']} failed: {ours['error']}")
        case "open":
            return lambda: _label(demo, project_id, ours)
        case _:
            return _after_labels(demo, project_id, int(ours["number"]))


def _after_labels(demo: Demo, project_id: str, number: int) -> Callable[[], None] | None:
    """A closed round: train, then evaluate, then promote, then the next round."""
    result = next(row for row in demo.call("GET", f"/projects/{project_id}/results") if row["round"] == number)
    version = result["model_version_id"]
    if version is None:
        return lambda: _train(demo, project_id)
    if result["win_rate"] is None:
        return lambda: _watch_evaluation(demo, project_id, version)
    if demo.call("GET", f"/projects/{project_id}")["policy"]["id"] != version:
        return lambda: _promote(demo, version)
    return (lambda: _start_round(demo, project_id)) if number < ROUNDS else None


def _start_round(demo: Demo, project_id: str) -> None:
    row = demo.call("POST", f"/projects/{project_id}/rounds")
    demo.console.print(f"[bold]Round {row['number']}[/bold]: started, rule {row['config']['rule']}.")


def _watch_round(demo: Demo, row: dict[str, Any]) -> None:
    path = f"/rounds/{row['id']}"
    with _bar(demo.console) as progress:
        bars: dict[str, Any] = {}
        while row["status"] in ("queued", "sampling", "sampled", "scoring"):
            if row["status"] in ("sampling", "scoring"):
                if row["status"] not in bars:
                    bars[row["status"]] = progress.add_task(f"  {row['status']}", total=None)
                progress.update(bars[row["status"]], completed=row["done"], total=row["total"] or None)
            time.sleep(POLL_SECONDS)
            row = demo.call("GET", path)
    if row["status"] == "failed":
        raise DemoError(f"Round {row['number']} failed: {row['error']}")
    if not bars:
        return
    funnel = row["funnel"]
    demo.console.print(
        f"  {funnel['completions']} completions of {funnel['sampled_prompts']} prompts; opened "
        f"{funnel['active_pairs']} pairs by {row['rule_used']}, {funnel['control_pairs']} by the random control."
    )
    if row["note"]:
        demo.console.print(f"  {row['note']}", style="dim")


def _label(demo: Demo, project_id: str, row: dict[str, Any]) -> None:
    """Let the simulated annotator label the round: its own process, its own key, the same API as a person."""
    command = [sys.executable, "-m", "workers.reward_annotator", "--url", demo.url, "--project", project_id]
    command += ["--model", str(SANDBOX / "reward_model")]
    environment = os.environ | {"TIEBREAK_KEY": demo.judge_key, "OMP_WAIT_POLICY": "passive"}
    with (
        _bar(demo.console) as progress,
        subprocess.Popen(
            command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        ) as judge,
    ):
        bar = progress.add_task("  labelling", total=row["slots"])
        try:
            while row["status"] == "open" and judge.poll() is None:
                time.sleep(POLL_SECONDS)
                row = demo.call("GET", f"/rounds/{row['id']}")
                progress.update(bar, completed=row["labelled"], total=row["slots"])
        finally:
            if row["status"] != "closed":
                judge.terminate()
        said, _ = judge.communicate()
    row = demo.call("GET", f"/rounds/{row['id']}")
    if row["status"] == "open":
        raise DemoError(f"The simulated annotator stopped with code {judge.returncode}: {said.strip()[-500:]}")


def _train(demo: Demo, project_id: str) -> None:
    runs = demo.call("GET", f"/projects/{project_id}/training-runs")["items"]
    active = [row for row in runs if row["status"] in ("queued", "running")]
    run = active[0] if active else demo.call("POST", f"/projects/{project_id}/training-runs")
    demo.console.print(f"  training run {run['number']} on {run['label_count']} preferences, {run['config']['loss']}.")
    run = _watch(demo, f"/training-runs/{run['id']}", "training")
    if run["status"] != "succeeded":
        raise DemoError(f"Training run {run['number']} {run['status']}: {run['error']}")


def _watch_evaluation(demo: Demo, project_id: str, version: str) -> None:
    rows = demo.call("GET", f"/projects/{project_id}/evaluations", params={"limit": 200})["items"]
    ours = [row for row in rows if row["model_version_id"] == version]
    if not ours:
        raise DemoError("The new model was not evaluated: no evaluation was started for it.")
    row = _watch(demo, f"/evaluations/{ours[0]['id']}", "evaluating")
    if row["status"] != "succeeded":
        raise DemoError(f"The evaluation {row['status']}: {row['error']}")
    results = row["results"]
    demo.console.print(f"  win-rate against the reference {results['win_rate']:.1%}, KL {results['kl']:.1f} nats.")


def _promote(demo: Demo, version: str) -> None:
    project = demo.call("POST", f"/models/{version}/promote")
    demo.console.print(f"  promoted: model {project['policy']['number']} samples the next round.")


def _watch(demo: Demo, path: str, title: str) -> Any:
    with _bar(demo.console) as progress:
        bar = progress.add_task(f"  {title}", total=None)
        row = demo.call("GET", path)
        while row["status"] in ("queued", "running"):
            progress.update(bar, completed=row["done"], total=row["total"] or None)
            time.sleep(POLL_SECONDS)
            row = demo.call("GET", path)
        progress.update(bar, completed=row["done"], total=row["total"] or None)
    return row


@contextmanager
def _bar(console: Console) -> Iterator[Progress]:
    columns = (TextColumn("{task.description:<14}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, transient=not console.is_terminal) as progress:
        yield progress


def _rows(demo: Demo, project_id: str) -> list[dict[str, Any]]:
    """The table: one row a round, its seconds from the round's start to the end of its model's evaluation."""
    results = [row for row in demo.call("GET", f"/projects/{project_id}/results") if row["round"] <= ROUNDS]
    rounds = {row["number"]: row for row in demo.call("GET", f"/projects/{project_id}/rounds")["items"]}
    evaluations = demo.call("GET", f"/projects/{project_id}/evaluations", params={"limit": 200})["items"]
    ended = {row["model_version_id"]: row["finished_at"] for row in evaluations}
    kept = ("round", "rule_used", "labels", "win_rate", "win_rate_low", "win_rate_high", "kl", "mean_length")
    return [
        {name: row[name] for name in (*kept, "accuracy_control", "accuracy_active")}
        | {"seconds": _seconds(rounds[row["round"]]["created_at"], ended[row["model_version_id"]])}
        for row in results
    ]


def _seconds(start: str, end: str) -> float:
    return round((datetime.fromisoformat(end) - datetime.fromisoformat(start)).total_seconds(), 1)


def _print_table(console: Console, rows: list[dict[str, Any]]) -> None:
    # Whole on 80 columns.
    table = Table(
        title="What the loop gained, measured against the reference",
        box=SIMPLE_HEAD,
        collapse_padding=True,
        show_edge=False,
    )
    for title in (
        "round",
        "labels",
        "accuracy control",
        "accuracy active",
        "win-rate",
        "95 %",
        "KL nats",
        "tokens",
        "s",
    ):
        table.add_column(title, justify="right", no_wrap=title == "95 %")
    for row in rows:
        table.add_row(
            str(row["round"]),
            str(row["labels"]),
            _percent(row["accuracy_control"]),
            _percent(row["accuracy_active"]),
            _percent(row["win_rate"]),
            f"{row['win_rate_low'] * 100:.1f}-{row['win_rate_high']:.1%}",
            f"{row['kl']:.1f}",
            f"{row['mean_length']:.1f}",
            f"{row['seconds']:.0f}",
        )
    console.print(table)


def _percent(value: float | None) -> str:
    return "-" if value is None else f"{value:.1%}"
