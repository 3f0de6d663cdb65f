"""The annotate routes as a browser and a judge use them."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import UUID, uuid4

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlalchemy import func, select

from app.db import transaction
from app.main import create_app
from app.models import Label, Project, Scope
from tests import factories
from tests.app.conftest import Factory, assert_problem

ANNOTATE = "/api/v1/annotate"


@pytest.fixture
def project(web: FastAPI) -> Project:
    """A project with an open round of four pairs."""
    with transaction() as session:
        made = factories.make_project(session, guideline="Be kind.")
        factories.make_open_round(session, made, pairs=4)
        return made


def claim(client: TestClient, project: Project, count: int = 1) -> list[dict[str, Any]]:
    answer = client.post(f"{ANNOTATE}/projects/{project.id}/claim", json={"count": count})
    assert answer.status_code == 200, answer.text
    tasks: list[dict[str, Any]] = answer.json()["tasks"]
    return tasks


def send(client: TestClient, lease: str, key: str | None = None, **body: Any) -> Any:
    judgement = body or {"verdict": "preferred", "winner": "left"}
    headers = {"Idempotency-Key": key or uuid4().hex}
    return client.post(f"{ANNOTATE}/labels", json={"lease": lease} | judgement, headers=headers)


def test_claim_shows_prompt_and_sides_and_nothing_of_models_scores_or_arms(
    annotator: TestClient, project: Project
) -> None:
    task = claim(annotator, project)[0]

    assert set(task) == {"lease", "pair_id", "prompt", "left", "right", "expires_at"}
    assert task["prompt"].startswith("Prompt 0")


def test_label_undo_and_label_again_over_http(annotator: TestClient, project: Project) -> None:
    task = claim(annotator, project)[0]

    stored = send(annotator, task["lease"], strength=2, verdict="preferred", winner="right")
    undone = annotator.post(f"{ANNOTATE}/labels/{stored.json()['id']}/undo", headers={"Idempotency-Key": "u"})
    again = claim(annotator, project)[0]
    second = send(annotator, again["lease"], verdict="tie")

    assert (stored.status_code, stored.json()["winner"], stored.json()["disposition"]) == (201, "right", "counted")
    assert (undone.status_code, undone.json()["supersedes_id"]) == (201, stored.json()["id"])
    assert (again["pair_id"], again["left"]) == (task["pair_id"], task["left"])
    own = annotator.get(f"{ANNOTATE}/projects/{project.id}/labels").json()["items"]
    assert [row["id"] for row in own] == [second.json()["id"]]


def test_label_replayed_after_a_restart_of_the_service_is_the_same_answer(
    annotator: TestClient, project: Project
) -> None:
    lease = claim(annotator, project)[0]["lease"]
    first = send(annotator, lease, "key-1")
    assert "Idempotent-Replayed" not in first.headers

    with TestClient(create_app(), headers=dict(annotator.headers), cookies=annotator.cookies) as restarted:
        second = send(restarted, lease, "key-1")

    assert (second.status_code, second.json()) == (201, first.json())
    assert second.headers["Idempotent-Replayed"] == "true"
    assert_problem(send(annotator, lease, "key-1", verdict="tie"), 422)


def test_label_with_a_missing_key_or_a_body_that_contradicts_itself_is_refused(
    annotator: TestClient, project: Project
) -> None:
    lease = claim(annotator, project)[0]["lease"]

    assert_problem(annotator.post(f"{ANNOTATE}/labels", json={"lease": lease, "verdict": "tie"}), 422)
    for body in (
        {"verdict": "preferred"},
        {"verdict": "tie", "winner": "left"},
        {"verdict": "tie", "strength": 1},
        {"verdict": "better", "winner": "left"},
        {"verdict": "preferred", "winner": "left", "strength": 3},
    ):
        assert_problem(send(annotator, lease, **body), 422)
    with transaction() as session:
        assert session.scalar(select(func.count()).select_from(Label)) == 0


def test_label_for_somebody_elses_lease_is_forbidden_and_for_an_unknown_one_not_found(
    annotator: TestClient, with_key: Factory, project: Project
) -> None:
    lease = claim(annotator, project)[0]["lease"]
    judge = with_key(Scope.JUDGE)

    assert_problem(send(judge, lease), 403, "somebody else")
    assert_problem(judge.post(f"{ANNOTATE}/leases/{lease}/renew"), 403)
    assert_problem(judge.delete(f"{ANNOTATE}/leases/{lease}"), 403)
    assert_problem(send(judge, str(uuid4())), 404)
    assert send(annotator, lease).status_code == 201


def test_label_on_an_expired_lease_is_kept(annotator: TestClient, with_key: Factory, project: Project) -> None:
    judge = with_key(Scope.JUDGE)
    late, lost = claim(annotator, project, 2)
    with transaction() as session:
        for task in (late, lost):
            factories.expire_lease(session, UUID(task["lease"]))
    taken = claim(judge, project, 1)[0]

    answers = {task["pair_id"]: send(annotator, task["lease"]) for task in (late, lost)}

    assert taken["pair_id"] == late["pair_id"]
    assert [(answer.status_code, answer.json()["disposition"]) for answer in answers.values()] == [
        (201, "surplus"),
        (201, "counted"),
    ]


def test_renew_and_release_over_http(annotator: TestClient, project: Project) -> None:
    task = claim(annotator, project)[0]

    renewed = annotator.post(f"{ANNOTATE}/leases/{task['lease']}/renew")
    address = f"{ANNOTATE}/leases/{task['lease']}"
    late = annotator.delete(address, params={"until": task["expires_at"]})
    assert (late.status_code, annotator.post(f"{address}/renew").status_code) == (204, 200)
    released = annotator.delete(address, params={"until": annotator.post(f"{address}/renew").json()["expires_at"]})
    over = annotator.post(f"{ANNOTATE}/leases/{task['lease']}/renew")

    assert renewed.json()["expires_at"] > task["expires_at"]
    assert released.status_code == 204
    assert assert_problem(over, 409)["code"] == "lease_over"


def test_annotate_needs_a_person_or_a_judge(anonymous: TestClient, with_key: Factory, project: Project) -> None:
    address = f"{ANNOTATE}/projects/{project.id}/claim"

    assert_problem(anonymous.post(address, json={}), 401)
    assert_problem(with_key(Scope.READ).post(address, json={}), 403)


def test_annotators_see_projects_guideline_and_their_own_progress_only(
    annotator: TestClient, admin: TestClient, project: Project
) -> None:
    send(annotator, claim(annotator, project)[0]["lease"])

    projects = annotator.get(f"{ANNOTATE}/projects").json()
    guideline = annotator.get(f"{ANNOTATE}/projects/{project.id}/guideline").json()
    progress = annotator.get(f"{ANNOTATE}/projects/{project.id}/progress").json()

    assert projects == [{"id": str(project.id), "name": project.name, "open_pairs": 3, "is_paused": False}]
    assert guideline == {"guideline": "Be kind.", "guideline_version": 1}
    own = {"mine": 1, "mine_today": 1, "last_hour": 1, "median_seconds": None}
    assert progress == own | {"project": project.name, "open_slots": 3, "done_slots": 1}
    assert_problem(annotator.get(f"/api/v1/projects/{project.id}/labels"), 403)
    listed = admin.get(f"/api/v1/projects/{project.id}/labels").json()["items"]
    assert [(row["author"], row["arm"], row["round_number"]) for row in listed] == [("ann", "active", 1)]
    assert_problem(annotator.get(f"{ANNOTATE}/projects/{uuid4()}/progress"), 404)


def test_empty_claim_over_http_tells_the_truth(annotator: TestClient, with_key: Factory, project: Project) -> None:
    claim(annotator, project, 4)
    address = f"{ANNOTATE}/projects/{project.id}/claim"

    answer = with_key(Scope.JUDGE).post(address, json={"count": 2}).json()

    assert (answer["state"], answer["tasks"], answer["held_by_others"]) == ("held", [], 4)
    assert 290 <= answer["retry_after"] <= 300
    assert_problem(annotator.post(address, json={"count": 21}), 422)


def test_fifty_clients_over_http_label_everything_without_a_double(with_key: Factory, project: Project) -> None:
    with transaction() as session:
        factories.make_open_round(session, session.merge(project), pairs=96)
    clients = [with_key(Scope.JUDGE, f"judge-{number}") for number in range(50)]

    def work(client: TestClient) -> list[str]:
        labelled = []
        for task in claim(client, project, 2):
            assert send(client, task["lease"]).json()["disposition"] == "counted"
            labelled.append(task["pair_id"])
        return labelled

    with ThreadPoolExecutor(50) as pool:
        labelled = [pair_id for pairs in pool.map(work, clients) for pair_id in pairs]

    assert len(labelled) == len(set(labelled)) == 100
