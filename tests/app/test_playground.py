"""The playground: asking two models, the states of a sampling, and what is forgotten."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.db import transaction
from app.errors import Conflict, NotFound
from app.models import AuditEvent, ModelStatus, Project, RunStatus, Sampling, Scope
from app.paging import Slice
from app.schemas import SamplingCreate
from app.services import playground, triggers
from app.services.audit import SYSTEM
from app.settings import get_settings
from tests import factories
from tests.app.conftest import Factory, assert_problem

ANSWER = {"left": [{"text": "a", "tokens": 1, "finish_reason": "stop"}], "right": []}


def ask(session: Session, project: Project, **columns: Any) -> Sampling:
    version_id = project.reference_version_id
    assert version_id is not None
    body = {"left_version_id": version_id, "right_version_id": version_id, "content": "Hello", **columns}
    return playground.start_sampling(session, project.id, SamplingCreate.model_validate(body), actor=SYSTEM)


def test_a_sampling_is_taken_by_one_worker_and_finished_by_that_one_alone(session: Session) -> None:
    row = ask(session, factories.make_project(session))

    first = playground.begin_sampling(session, row.id)
    assert first is not None
    assert playground.begin_sampling(session, row.id) is None
    assert not playground.finish_sampling(session, row.id, first.attempt + 1, ANSWER)
    assert playground.finish_sampling(session, row.id, first.attempt, ANSWER)
    assert not playground.fail_sampling(session, row.id, first.attempt, "too late")

    session.refresh(row)
    assert (row.status, row.results, row.error) == (RunStatus.SUCCEEDED, ANSWER, None)


def test_samplings_asked_for_and_deleted_are_in_the_audit_log(session: Session) -> None:
    project = factories.make_project(session)
    row = ask(session, project)
    playground.delete_sampling(session, row.id, actor=SYSTEM)
    session.flush()
    events = session.scalars(select(AuditEvent).where(AuditEvent.project_id == project.id).order_by(AuditEvent.id))
    assert [(one.action, one.subject_id) for one in events] == [("sampling.start", row.id), ("sampling.delete", row.id)]


def test_a_deleted_sampling_is_neither_taken_nor_finished(session: Session) -> None:
    project = factories.make_project(session)
    waiting, running = ask(session, project), ask(session, project)
    taken = playground.begin_sampling(session, running.id)
    assert taken is not None

    for row in (waiting, running):
        playground.delete_sampling(session, row.id, actor=SYSTEM)

    assert playground.begin_sampling(session, waiting.id) is None
    assert not playground.finish_sampling(session, running.id, taken.attempt, ANSWER)
    with pytest.raises(NotFound):
        playground.delete_sampling(session, waiting.id, actor=SYSTEM)


def test_a_silent_workers_sampling_is_sent_again_and_fails_after_too_many(session: Session) -> None:
    row = ask(session, factories.make_project(session))
    settings, later = get_settings(), datetime.now(UTC) + timedelta(hours=1)

    for _ in range(triggers.MAX_RETRIES):
        assert playground.begin_sampling(session, row.id) is not None
        triggers.sweep(session, settings, later)
        session.refresh(row)
        assert row.status is RunStatus.QUEUED
    assert playground.begin_sampling(session, row.id) is not None
    triggers.sweep(session, settings, later)

    session.refresh(row)
    assert row.status is RunStatus.FAILED
    assert "fell silent" in (row.error or "")


def test_old_samplings_are_forgotten_but_never_those_that_wait(session: Session) -> None:
    project = factories.make_project(session)
    waiting = ask(session, project)
    for _ in range(playground.KEPT + 3):
        row = ask(session, project)
        row.status = RunStatus.SUCCEEDED
        session.flush()

    ask(session, project)

    ended = select(func.count()).where(Sampling.project_id == project.id, Sampling.status == RunStatus.SUCCEEDED)
    assert session.scalar(ended) == playground.KEPT
    assert session.get(Sampling, waiting.id) is not None


def test_more_samplings_than_may_wait_are_refused(session: Session) -> None:
    project = factories.make_project(session)
    for _ in range(playground.MOST_WAITING):
        ask(session, project)

    with pytest.raises(Conflict) as refused:
        ask(session, project)

    assert refused.value.code == "too_many_waiting"


def test_a_model_of_another_project_or_one_that_is_not_ready_is_refused(session: Session) -> None:
    project = factories.make_project(session)
    unready = factories.make_version(session, project, number=1, status=ModelStatus.FAILED)
    other = factories.make_project(session)

    with pytest.raises(Conflict):
        ask(session, project, right_version_id=unready.id)
    with pytest.raises(NotFound):
        ask(session, project, right_version_id=other.reference_version_id)


def test_samplings_page_newest_first(session: Session) -> None:
    project = factories.make_project(session)
    ids = [ask(session, project).id for _ in range(3)]

    page = playground.list_samplings(session, project.id, Slice(limit=2))
    rest = playground.list_samplings(session, project.id, Slice(limit=2, cursor=UUID(page.next_cursor or "")))

    assert [row.id for row in page.items + rest.items] == ids[::-1]
    assert rest.next_cursor is None


def test_the_playground_over_http(admin: TestClient, annotator: TestClient, with_key: Factory) -> None:
    with transaction() as session:
        project = factories.make_project(session)
        factories.make_round(session, project)
    address = f"/api/v1/projects/{project.id}/samplings"
    version = str(project.reference_version_id)
    body = {
        "left_version_id": version,
        "right_version_id": version,
        "content": [{"role": "user", "content": "<script>alert(1)</script>"}],
        "config": {"samples": 2},
    }

    asked = admin.post(address, json=body)
    assert asked.status_code == 202, asked.text
    assert asked.json()["status"] == "queued"
    assert asked.json()["waits_for"] == [f"round 1 of {project.name}, scoring now"]
    one = f"/api/v1/samplings/{asked.json()['id']}"
    assert with_key(Scope.READ).get(one).json()["content"] == body["content"]
    assert_problem(annotator.post(address, json=body), 403)
    assert_problem(annotator.get(address), 403)
    assert_problem(admin.post(address, json=body | {"content": ""}), 422)
    assert_problem(admin.post(address, json=body | {"content": []}), 422)
    assert_problem(admin.post(address, json=body | {"config": {"temperature": 0}}), 422)
    long = {"samples": 8, "max_new_tokens": 4096}
    assert "at most 8,192" in admin.post(address, json=body | {"config": long}).json()["errors"][0]["message"]
    (row,) = admin.get(address).json()["items"]
    assert (row["prompt"], row["status"]) == ("<script>alert(1)</script>", "queued")
    assert not {"content", "results"} & row.keys()
    assert_problem(admin.post(address, json=body | {"right_version_id": str(uuid4())}), 404)
    assert admin.delete(one).status_code == 204
    assert_problem(admin.get(one), 404)
    assert admin.get(address).json() == {"items": [], "next_cursor": None}
