"""Flags on pairs, and pausing a project or a person."""

from typing import Any
from uuid import uuid4

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlalchemy import select

from app.db import transaction
from app.models import AuditEvent, Completion, Project, Scope
from tests import factories
from tests.app.conftest import Factory, assert_problem

ANNOTATE = "/api/v1/annotate"


@pytest.fixture
def project(web: FastAPI) -> Project:
    """A project with an open round of three pairs."""
    with transaction() as session:
        made = factories.make_project(session)
        factories.make_open_round(session, made, pairs=3)
        return made


def claim(client: TestClient, project: Project, count: int = 1) -> dict[str, Any]:
    answer = client.post(f"{ANNOTATE}/projects/{project.id}/claim", json={"count": count})
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def flag(client: TestClient, lease: str, reason: str | None = "Cut off", key: str | None = None) -> Any:
    headers = {"Idempotency-Key": key or uuid4().hex}
    return client.post(f"{ANNOTATE}/flags", json={"lease": lease, "reason": reason}, headers=headers)


def label(client: TestClient, lease: str) -> Any:
    headers = {"Idempotency-Key": uuid4().hex}
    return client.post(f"{ANNOTATE}/labels", json={"lease": lease, "verdict": "tie"}, headers=headers)


def test_flag_shows_admins_the_pair_as_its_author_saw_it_until_resolved(
    admin: TestClient, annotator: TestClient, project: Project
) -> None:
    task = claim(annotator, project)["tasks"][0]
    address = f"/api/v1/projects/{project.id}/flags"

    raised = flag(annotator, task["lease"])
    (listed,) = admin.get(address, params={"is_open": True}).json()["items"]
    resolved = admin.post(f"/api/v1/flags/{raised.json()['id']}/resolve")
    again = admin.post(f"/api/v1/flags/{raised.json()['id']}/resolve")

    assert (raised.status_code, raised.json()["reason"]) == (201, "Cut off")
    seen = {name: task[name] for name in ("pair_id", "prompt", "left", "right")}
    assert listed | seen == listed
    pair = admin.get(f"/api/v1/pairs/{task['pair_id']}").json()
    assert pair[f"completion_{listed['left_is']}"]["text"] == task["left"]
    assert (listed["author"], listed["round_number"], listed["state"]) == ("ann", 1, "open")
    assert listed["resolved_by"] is None
    assert (resolved.json()["state"], resolved.json()["resolved_by"]) == ("resolved", "ada")
    assert again.json() == resolved.json()
    assert admin.get(address, params={"is_open": True}).json()["items"] == []
    assert len(admin.get(address).json()["items"]) == 1
    with transaction() as session:
        event = session.scalars(select(AuditEvent)).one()
        assert (event.action, event.details) == ("flag.resolve", {"prompt": task["prompt"], "reason": "Cut off"})
    assert label(annotator, task["lease"]).json()["disposition"] == "counted"


def test_flag_sent_again_with_its_key_is_the_same_flag(annotator: TestClient, project: Project) -> None:
    lease = claim(annotator, project)["tasks"][0]["lease"]

    first, second = (flag(annotator, lease, key="key-1") for _ in range(2))

    assert second.json() == first.json()
    assert second.headers["Idempotent-Replayed"] == "true"
    assert_problem(flag(annotator, lease, "another", key="key-1"), 422)


def test_flags_are_raised_by_those_who_have_the_pair_and_resolved_by_admins(
    annotator: TestClient, with_key: Factory, project: Project
) -> None:
    lease = claim(annotator, project)["tasks"][0]["lease"]
    raised = flag(annotator, lease, reason=None).json()

    assert_problem(flag(with_key(Scope.JUDGE), lease), 403, "somebody else")
    assert_problem(flag(annotator, str(uuid4())), 404)
    assert_problem(flag(annotator, lease, "x" * 1001), 422)
    assert_problem(annotator.post(f"/api/v1/flags/{raised['id']}/resolve"), 403)
    assert_problem(annotator.get(f"/api/v1/projects/{project.id}/flags"), 403)


def test_flags_are_paged(admin: TestClient, annotator: TestClient, project: Project) -> None:
    raised = [flag(annotator, one["lease"]).json()["id"] for one in claim(annotator, project, 3)["tasks"]]
    address = f"/api/v1/projects/{project.id}/flags"

    first = admin.get(address, params={"limit": 2}).json()
    second = admin.get(address, params={"limit": 2, "cursor": first["next_cursor"]}).json()

    assert [one["id"] for one in first["items"] + second["items"]] == raised[::-1]
    assert second["next_cursor"] is None


def test_claim_when_the_project_is_paused_lends_nothing_and_takes_what_is_on_its_way(
    admin: TestClient, annotator: TestClient, with_key: Factory, project: Project
) -> None:
    lease = claim(annotator, project)["tasks"][0]["lease"]

    paused = admin.patch(f"/api/v1/projects/{project.id}", json={"is_paused": True})
    answers = [claim(client, project) for client in (annotator, with_key(Scope.JUDGE))]

    assert paused.json()["is_paused"] is True
    assert [(one["state"], one["paused"], one["tasks"]) for one in answers] == [("paused", "project", [])] * 2
    assert answers[0]["retry_after"] == 30
    assert annotator.get(f"{ANNOTATE}/projects").json()[0]["is_paused"] is True
    assert label(annotator, lease).json()["disposition"] == "counted"
    admin.patch(f"/api/v1/projects/{project.id}", json={"is_paused": False})
    assert claim(annotator, project)["state"] == "ready"


def test_claim_when_a_person_is_paused_lends_to_others_only(
    admin: TestClient, annotator: TestClient, sign_in: Factory, project: Project
) -> None:
    lease = claim(annotator, project)["tasks"][0]["lease"]
    person = annotator.get("/api/v1/auth/session").json()["user"]["id"]

    paused = admin.patch(f"/api/v1/users/{person}", json={"is_paused": True})

    assert paused.json()["is_paused"] is True
    answer = claim(annotator, project)
    assert (answer["state"], answer["paused"]) == ("paused", "person")
    assert label(annotator, lease).json()["disposition"] == "counted"
    assert claim(sign_in("bob"), project)["state"] == "ready"
    with transaction() as session:
        event = session.scalars(select(AuditEvent).where(AuditEvent.action == "user.update")).one()
    assert event.details == {"username": "ann", "is_paused": True}


def test_claim_when_the_project_masks_makers_hides_them_and_stores_the_text_as_it_was(
    admin: TestClient, annotator: TestClient, project: Project
) -> None:
    said = "As ChatGPT, I would say no."
    with transaction() as session:
        for completion in session.scalars(select(Completion)):
            completion.text = said

    assert claim(annotator, project)["tasks"][0]["left"] == said
    admin.patch(f"/api/v1/projects/{project.id}", json={"masks_makers": True})
    task = claim(annotator, project)["tasks"][0]

    assert (task["left"], task["right"]) == ("As [a model], I would say no.",) * 2
    with transaction() as session:
        assert set(session.scalars(select(Completion.text))) == {said}


def test_progress_tells_the_persons_own_pace(annotator: TestClient, project: Project) -> None:
    for seconds, task in zip((2, 4, 9), claim(annotator, project, 3)["tasks"], strict=True):
        body = {"lease": task["lease"], "verdict": "tie", "time_on_task_ms": seconds * 1000}
        annotator.post(f"{ANNOTATE}/labels", json=body, headers={"Idempotency-Key": uuid4().hex})

    progress = annotator.get(f"{ANNOTATE}/projects/{project.id}/progress").json()

    assert (progress["mine_today"], progress["last_hour"], progress["median_seconds"]) == (3, 3, 4.0)
    answer = annotator.get(f"{ANNOTATE}/projects/{project.id}/progress", params={"utc_offset": 900})
    assert assert_problem(answer, 422)["errors"][0]["field"] == "utc_offset"


def test_own_labels_bring_what_was_on_screen(annotator: TestClient, project: Project) -> None:
    tasks = claim(annotator, project, 3)["tasks"]
    for task in tasks:
        label(annotator, task["lease"])

    own = annotator.get(f"{ANNOTATE}/projects/{project.id}/labels").json()["items"]

    names = ("lease", "pair_id", "prompt", "left", "right")
    assert [[one[name] for name in names] for one in own] == [[one[name] for name in names] for one in tasks[::-1]]


def test_pair_is_shown_to_admins_whole(admin: TestClient, annotator: TestClient, project: Project) -> None:
    task = claim(annotator, project)["tasks"][0]

    pair = admin.get(f"/api/v1/pairs/{task['pair_id']}").json()

    assert pair["prompt"]["content"] == task["prompt"]
    assert {pair["completion_a"]["text"], pair["completion_b"]["text"]} == {task["left"], task["right"]}
    assert_problem(annotator.get(f"/api/v1/pairs/{task['pair_id']}"), 403)
    assert_problem(admin.get(f"/api/v1/pairs/{uuid4()}"), 404)
