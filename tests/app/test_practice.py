"""The practice set: written by admins, answered by people, outside of everything that is trained on."""

from typing import Any
from uuid import uuid4

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlalchemy import func, select

from app.db import transaction
from app.models import AuditEvent, Completion, Label, PracticeAnswer, Project, Prompt, Scope
from tests import factories
from tests.app.conftest import Factory, assert_problem

PAIR: dict[str, Any] = {
    "prompt": "What is 2 + 2?",
    "left": "4",
    "right": "5",
    "verdict": "preferred",
    "winner": "left",
    "explanation": "Only one of them is right.",
}


@pytest.fixture
def project(web: FastAPI) -> Project:
    with transaction() as session:
        return factories.make_project(session)


def add(admin: TestClient, project: Project, **changes: Any) -> dict[str, Any]:
    answer = admin.post(f"/api/v1/projects/{project.id}/practice", json=PAIR | changes)
    assert answer.status_code == 201, answer.text
    made: dict[str, Any] = answer.json()
    assert admin.get(answer.headers["Location"]).json() == made
    return made


def practise(person: TestClient, project: Project) -> None:
    for pair in person.get(f"/api/v1/annotate/projects/{project.id}/practice").json():
        answer = {"verdict": "tie"}
        assert person.post(f"/api/v1/annotate/practice/{pair['id']}/answers", json=answer).status_code == 201


def test_claim_when_practice_is_open_lends_a_person_nothing_new_and_a_program_as_ever(
    admin: TestClient, annotator: TestClient, with_key: Factory, project: Project
) -> None:
    with transaction() as session:
        factories.make_open_round(session, project, pairs=4)
    address = f"/api/v1/annotate/projects/{project.id}/claim"
    held = annotator.post(address, json={"count": 1}).json()["tasks"]
    add(admin, project)

    again = annotator.post(address, json={"count": 3}).json()["tasks"]
    judge = with_key(Scope.JUDGE).post(address, json={"count": 1}).json()["tasks"]
    annotator.delete(f"/api/v1/annotate/leases/{held[0]['lease']}")
    refused = annotator.post(address, json={"count": 3})
    practise(annotator, project)
    after = annotator.post(address, json={"count": 3}).json()["tasks"]

    assert [one["lease"] for one in again] == [one["lease"] for one in held]
    assert len(judge) == 1
    assert_problem(refused, 409, "answer this project's practice pairs")
    assert refused.json()["code"] == "practice_first"
    assert len(after) == 3


def test_practice_hides_the_answer_until_it_is_given_and_then_explains_it(
    admin: TestClient, annotator: TestClient, project: Project
) -> None:
    pair = add(admin, project)
    address = f"/api/v1/annotate/projects/{project.id}/practice"

    before = annotator.get(address).json()
    wrong = annotator.post(f"/api/v1/annotate/practice/{pair['id']}/answers", json={"verdict": "tie"})
    right = annotator.post(
        f"/api/v1/annotate/practice/{pair['id']}/answers", json={"verdict": "preferred", "winner": "left"}
    )

    shown = {name: PAIR[name] for name in ("prompt", "left", "right")}
    assert before == [{"id": pair["id"], "is_answered": False} | shown]
    explained = {name: PAIR[name] for name in ("verdict", "winner", "explanation")}
    assert (wrong.status_code, wrong.json()) == (201, {"is_right": False} | explained)
    assert right.json() == {"is_right": True} | explained
    assert annotator.get(address).json()[0]["is_answered"] is True
    assert admin.get(address).json()[0]["is_answered"] is False
    (listed,) = admin.get(f"/api/v1/projects/{project.id}/practice").json()
    assert (listed["answers"], listed["right_answers"]) == (2, 1)
    replaced = admin.put(f"/api/v1/practice/{pair['id']}", json=PAIR).json()
    assert (replaced["answers"], replaced["right_answers"]) == (2, 1)


def test_practice_makes_no_prompt_completion_or_label(
    admin: TestClient, annotator: TestClient, project: Project
) -> None:
    pair = add(admin, project)
    annotator.post(f"/api/v1/annotate/practice/{pair['id']}/answers", json={"verdict": "both_bad"})

    with transaction() as session:
        counts = [session.scalar(select(func.count()).select_from(one)) for one in (Prompt, Completion, Label)]
    assert counts == [0, 0, 0]
    assert annotator.get(f"/api/v1/annotate/projects/{project.id}/progress").json()["mine"] == 0


def test_practice_is_changed_ordered_and_removed_by_admins_with_a_trace(admin: TestClient, project: Project) -> None:
    first, second = (add(admin, project, prompt=text)["id"] for text in ("one", "two"))
    address = f"/api/v1/projects/{project.id}/practice"

    ordered = admin.put(f"{address}/order", json={"ids": [second, first]})
    changed = admin.put(f"/api/v1/practice/{first}", json=PAIR | {"verdict": "tie", "winner": None})
    names = [row["prompt"] for row in admin.get(address).json()]
    removed = admin.delete(f"/api/v1/practice/{second}")

    assert (ordered.status_code, changed.json()["verdict"], removed.status_code) == (204, "tie", 204)
    assert names == ["two", PAIR["prompt"]]
    assert [row["id"] for row in admin.get(address).json()] == [first]
    with transaction() as session:
        actions = session.scalars(select(AuditEvent.action).order_by(AuditEvent.id)).all()
    assert actions == ["practice.add", "practice.add", "practice.order", "practice.update", "practice.remove"]


def test_pair_that_is_used_for_practice_is_asked_no_more_and_does_not_train(
    admin: TestClient, annotator: TestClient, project: Project
) -> None:
    with transaction() as session:
        round_ = factories.make_open_round(session, project, pairs=2, labels_per_pair=2)
        first, second = factories.round_pairs(session, round_)
        factories.make_label(session, first, actor=factories.make_actor(session))
    lent = annotator.post(f"/api/v1/annotate/projects/{project.id}/claim", json={"count": 1}).json()["tasks"][0]
    assert lent["pair_id"] == str(first.id)

    assert_problem(
        admin.post(f"/api/v1/projects/{project.id}/practice", json=PAIR | {"pair_id": str(project.id)}), 404, "no pair"
    )
    for _ in range(2):
        add(admin, project, pair_id=str(first.id))
    practise(annotator, project)

    left = annotator.post(f"/api/v1/annotate/projects/{project.id}/claim", json={"count": 5}).json()["tasks"]
    late = {"lease": lent["lease"], "verdict": "tie"}
    labelled = annotator.post("/api/v1/annotate/labels", json=late, headers={"Idempotency-Key": "late"})
    overview = admin.get(f"/api/v1/projects/{project.id}/overview").json()
    assert {task["pair_id"] for task in left} == {str(second.id)}
    assert labelled.json()["disposition"] == "surplus"
    assert (overview["labels"], overview["preferences"]) == (1, 0)
    assert admin.get(f"/api/v1/projects/{project.id}/export").text == ""
    events = admin.get(f"/api/v1/projects/{project.id}/audit", params={"action": "pair.withdraw"}).json()["items"]
    assert [(one["subject_id"], one["details"]) for one in events] == [(str(first.id), {"reason": "practice"})]


def test_practice_that_is_answered_may_be_removed(admin: TestClient, annotator: TestClient, project: Project) -> None:
    pair = add(admin, project)
    annotator.post(f"/api/v1/annotate/practice/{pair['id']}/answers", json={"verdict": "tie"})

    assert admin.delete(f"/api/v1/practice/{pair['id']}").status_code == 204
    with transaction() as session:
        assert session.scalar(select(func.count()).select_from(PracticeAnswer)) == 0
    late = annotator.post(f"/api/v1/annotate/practice/{pair['id']}/answers", json={"verdict": "tie"})
    assert_problem(late, 404, "practice pair")


@pytest.mark.parametrize(
    "wrong",
    [
        {"verdict": "preferred", "winner": None},
        {"verdict": "tie", "winner": "left"},
        {"verdict": "skip", "winner": None},
        {"prompt": ""},
        {"prompt": []},
        {"prompt": [{"role": "nobody", "content": "x"}]},
        {"explanation": "  "},
        {"left": "x" * 100_001},
    ],
)
def test_practice_pair_that_contradicts_itself_is_refused(
    admin: TestClient, project: Project, wrong: dict[str, Any]
) -> None:
    assert_problem(admin.post(f"/api/v1/projects/{project.id}/practice", json=PAIR | wrong), 422)


def test_practice_order_that_names_other_pairs_is_refused(admin: TestClient, project: Project) -> None:
    pair = add(admin, project)
    address = f"/api/v1/projects/{project.id}/practice/order"

    for ids in ([], [str(uuid4())], [pair["id"], pair["id"]]):
        assert_problem(admin.put(address, json={"ids": ids}), 422, "each practice pair")


def test_practice_set_is_bounded(admin: TestClient, project: Project) -> None:
    for number in range(50):
        add(admin, project, prompt=f"number {number}")

    assert_problem(admin.post(f"/api/v1/projects/{project.id}/practice", json=PAIR), 409, "at most 50")


def test_practice_is_for_people_and_written_by_admins(
    admin: TestClient, annotator: TestClient, with_key: Factory, project: Project
) -> None:
    pair = add(admin, project)

    judge = with_key(Scope.JUDGE)
    assert_problem(judge.post(f"/api/v1/annotate/practice/{pair['id']}/answers", json={"verdict": "tie"}), 403)
    assert_problem(annotator.get(f"/api/v1/projects/{project.id}/practice"), 403)
    assert_problem(annotator.post(f"/api/v1/projects/{project.id}/practice", json=PAIR), 403)
    assert_problem(annotator.delete(f"/api/v1/practice/{pair['id']}"), 403)
    assert_problem(annotator.get(f"/api/v1/annotate/projects/{uuid4()}/practice"), 404)
