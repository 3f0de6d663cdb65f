"""The audit log says whom or what each change was about: people, numbers, the beginnings of texts."""

from collections.abc import Iterator
from uuid import UUID, uuid4

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import Engine, event
from sqlalchemy.orm import Session

from app.db import transaction
from app.models import Flag, ModelVersion, PracticePair, Sampling, Verdict
from app.services.audit import SYSTEM, Actor, record
from tests import factories

CHAT = [
    {"role": "system", "content": "You are terse. " * 20},
    {"role": "user", "content": "And who wrote it?"},
    {"role": "assistant", "content": "Homer."},
    {"role": "user", "content": "Really?"},
]


@pytest.fixture
def changes(admin: TestClient) -> dict[str, str]:
    """A change of everything that can be changed, as installations logged them before: by id alone."""
    with transaction() as session:
        return _changes(session)


def _changes(session: Session) -> dict[str, str]:
    project = factories.make_project(session)
    [prompt] = factories.make_prompts(session, project, 1)
    prompt.content = CHAT
    round_ = factories.make_round(session, project)
    pair = factories.make_pair(session, round_, prompt)
    run = factories.make_run(session, project)
    evaluation = factories.make_evaluation(session, project)
    user, key = factories.make_user(session), factories.make_key(session)
    label = factories.make_label(session, pair, actor=Actor(user_id=user.id))
    version_id = project.reference_version_id
    flag = Flag(
        project_id=project.id,
        pair_id=pair.id,
        user_id=user.id,
        lease_token=label.lease_token,
        reason="The left answer stops in the middle.",
        idempotency_key=uuid4().hex,
    )
    texts = {"prompt": "What is 2 + 2?", "left": "4", "right": "5", "explanation": ""}
    practice = PracticePair(project_id=project.id, position=0, verdict=Verdict.TIE, **texts)
    sampling = Sampling(project_id=project.id, left_version_id=version_id, right_version_id=version_id, content=CHAT)
    session.add_all([flag, practice, sampling])
    session.flush()
    evaluated = session.get_one(ModelVersion, evaluation.model_version_id)
    named: dict[str, tuple[UUID | None, str]] = {
        "user.update": (user.id, user.username),
        "user.login_link": (user.id, user.username),
        "key.revoke": (key.id, key.name),
        "round.close": (round_.id, "round 1"),
        "training.cancel": (run.id, "run 1"),
        "model.promote": (version_id, "model 0"),
        "evaluation.start": (evaluation.id, f"model {evaluated.number}"),
        "prompt.update": (prompt.id, "Really?"),
        "pair.withdraw": (pair.id, "Really?"),
        "flag.resolve": (flag.id, "The left answer stops in the middle."),
        "practice.update": (practice.id, "What is 2 + 2?"),
        "sampling.start": (sampling.id, "Really?"),
    }
    for action, (subject_id, _) in named.items():
        record(session, SYSTEM, action=action, project_id=project.id, subject_id=subject_id)
    return {action: words for action, (_, words) in named.items()}


@pytest.fixture
def statements(engine: Engine) -> Iterator[list[str]]:
    ran: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        ran.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    yield ran
    event.remove(engine, "before_cursor_execute", note)


def test_every_change_names_its_subject_in_one_query(
    admin: TestClient, changes: dict[str, str], statements: list[str]
) -> None:
    events = admin.get("/api/v1/audit").json()["items"]
    assert {one["action"]: one["subject"] for one in events} == changes
    assert len([one for one in statements if "UNION ALL" in one]) == 1
    assert len(statements) < 12


def test_what_was_removed_is_named_by_what_it_was(admin: TestClient) -> None:
    with transaction() as session:
        project_id = factories.make_project(session).id
    body = {"prompt": CHAT, "left": "Yes.", "right": "No.", "verdict": "tie", "explanation": "Nobody knows."}
    pair = admin.post(f"/api/v1/projects/{project_id}/practice", json=body).json()
    assert admin.delete(f"/api/v1/practice/{pair['id']}").status_code == 204
    events = admin.get(f"/api/v1/projects/{project_id}/audit").json()["items"]
    assert [(one["action"], one["subject"]) for one in events] == [
        ("practice.remove", "Really?"),
        ("practice.add", "Really?"),
    ]


def test_changes_of_a_person_carry_their_name(admin: TestClient) -> None:
    person = admin.post("/api/v1/users", json={"username": "bea"}).json()["id"]
    admin.patch(f"/api/v1/users/{person}", json={"role": "admin"})
    admin.post(f"/api/v1/users/{person}/login-link")
    link, update, *_ = admin.get("/api/v1/audit").json()["items"]
    assert (update["subject"], update["details"]) == ("bea", {"username": "bea", "role": "admin"})
    assert (link["action"], link["subject"], link["details"]) == ("user.login_link", "bea", {"username": "bea"})
