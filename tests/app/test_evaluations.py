"""Evaluations: the refusals, the guarded states, the items, and the gate that promotes."""

from typing import Any
from uuid import UUID, uuid4

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.db import transaction
from app.errors import Conflict, Invalid, NotFound
from app.models import (
    AuditEvent,
    Evaluation,
    EvaluationItem,
    ModelStatus,
    ModelVersion,
    Project,
    Prompt,
    RunStatus,
    Split,
)
from app.schemas import EvaluationConfig
from app.services import evaluation
from app.services.audit import SYSTEM
from tests import factories
from tests.app.conftest import assert_problem

BETTER = {"win_rate": 0.6, "win_rate_low": 0.52, "win_rate_high": 0.68}
UNJUDGED = {"kl": 1.0}
UNSURE = {"win_rate": 0.55, "win_rate_low": 0.5, "win_rate_high": 0.6}


def judged_project(session: Session, **columns: Any) -> tuple[Project, ModelVersion]:
    """A project with a judge, two eval prompts and a trained version."""
    project = factories.make_project(session, evaluation_config=factories.JUDGE, **columns)
    factories.make_prompts(session, project, 2, split=Split.EVAL)
    return project, factories.make_version(session, project, number=1)


def start(session: Session, project: Project, version: ModelVersion, baseline: UUID | None = None) -> Evaluation:
    return evaluation.start_evaluation(session, project.id, version.id, baseline, None, actor=SYSTEM)


def running(session: Session, project: Project, version: ModelVersion, baseline: UUID | None = None) -> Evaluation:
    row = evaluation.begin_evaluation(session, start(session, project, version, baseline).id)
    assert row is not None
    return row


def item(row: Evaluation, prompt: Prompt, text: str = "a") -> EvaluationItem:
    return EvaluationItem(
        evaluation_id=row.id,
        prompt_id=prompt.id,
        model_text=text,
        baseline_text="b",
        model_tokens=3,
        baseline_tokens=4,
        model_score=1.0,
        baseline_score=0.5,
        log_ratio=0.1,
    )


def test_start_evaluation_compares_with_the_reference_under_the_projects_settings(session: Session) -> None:
    project, version = judged_project(session)

    row = start(session, project, version)

    assert (row.status, row.model_version_id) == (RunStatus.QUEUED, version.id)
    assert row.baseline_version_id == project.reference_version_id
    assert EvaluationConfig.model_validate(row.config) == factories.JUDGE


def test_start_evaluation_without_a_judge_or_eval_prompts_or_a_ready_model_is_refused(session: Session) -> None:
    project, version = judged_project(session)
    plain = factories.make_project(session)
    empty = factories.make_project(session, evaluation_config=factories.JUDGE)
    unready = factories.make_version(session, project, number=2, status=ModelStatus.CHECKING)

    codes = []
    for where, what in (
        (plain, factories.make_version(session, plain, number=1)),
        (empty, factories.make_version(session, empty, number=1)),
        (project, unready),
    ):
        with pytest.raises(Conflict) as refused:
            start(session, where, what)
        codes.append(refused.value.code)

    assert codes == ["no_judge", "no_eval_prompts", "model_not_ready"]
    with pytest.raises(NotFound):
        start(session, plain, version)


def test_start_evaluation_of_a_model_against_itself_is_invalid(session: Session) -> None:
    project, version = judged_project(session)

    with pytest.raises(Invalid) as refused:
        start(session, project, version, version.id)

    assert refused.value.errors[0]["field"] == "baseline_version_id"


def test_start_evaluation_that_needs_no_judge_starts_without_one(session: Session) -> None:
    project = factories.make_project(session)
    factories.make_prompts(session, project, 2, split=Split.EVAL)
    version = factories.make_version(session, project, number=1)

    row = evaluation.start_evaluation(session, project.id, version.id, None, None, actor=SYSTEM, needs_judge=False)

    assert (row.status, row.config["judge"]) == (RunStatus.QUEUED, None)


def test_items_are_stored_once_though_a_retry_sends_them_again(session: Session) -> None:
    project, version = judged_project(session)
    row = running(session, project, version)
    one, two = session.scalars(select(Prompt).where(Prompt.split == Split.EVAL)).all()

    assert evaluation.add_items(session, row.id, 1, [item(row, one)])
    assert evaluation.add_items(session, row.id, 1, [item(row, one, "later"), item(row, two)])
    assert evaluation.add_items(session, row.id, 1, [])

    stored = session.scalars(select(EvaluationItem)).all()
    assert {(found.prompt_id, found.model_text) for found in stored} == {(one.id, "a"), (two.id, "a")}


def test_worker_with_an_old_attempt_can_write_nothing(session: Session) -> None:
    project, version = judged_project(session)
    row = running(session, project, version)
    prompt = session.scalars(select(Prompt).where(Prompt.split == Split.EVAL)).first()
    assert prompt is not None
    row.status = RunStatus.QUEUED
    session.flush()
    evaluation.begin_evaluation(session, row.id)

    assert not evaluation.heartbeat_evaluation(session, row.id, 1, done=1, total=2)
    assert not evaluation.add_items(session, row.id, 1, [item(row, prompt)])
    assert not evaluation.finish_evaluation(session, row.id, 1, BETTER)
    assert not evaluation.fail_evaluation(session, row.id, 1, "too late")
    assert (row.status, row.results, row.done) == (RunStatus.RUNNING, {}, 0)
    assert session.scalars(select(EvaluationItem)).all() == []


@pytest.mark.parametrize(
    ("auto_promote", "results", "is_promoted"),
    [(True, BETTER, True), (True, UNSURE, False), (False, BETTER, False), (True, UNJUDGED, False)],
)
def test_finish_promotes_only_what_beats_the_reference_for_certain_where_the_project_says_so(
    session: Session, auto_promote: bool, results: dict[str, float], is_promoted: bool
) -> None:
    project, version = judged_project(session, auto_promote=auto_promote)
    row = running(session, project, version)

    assert evaluation.finish_evaluation(session, row.id, 1, results)

    promotions = session.scalars(select(AuditEvent).where(AuditEvent.action == "model.promote")).all()
    assert (row.status, row.results) == (RunStatus.SUCCEEDED, results)
    assert (project.policy_version_id == version.id) is is_promoted
    assert len(promotions) == is_promoted


def test_finish_of_an_older_versions_evaluation_does_not_take_back_a_newer_policy(session: Session) -> None:
    project, version = judged_project(session, auto_promote=True)
    newer = factories.make_version(session, project, number=2)
    project.policy_version_id = newer.id
    row = running(session, project, version)

    evaluation.finish_evaluation(session, row.id, 1, BETTER)

    assert project.policy_version_id == newer.id


def test_finish_against_another_baseline_than_the_reference_promotes_nothing(session: Session) -> None:
    project, version = judged_project(session, auto_promote=True)
    newer = factories.make_version(session, project, number=2)
    row = running(session, project, newer, version.id)

    evaluation.finish_evaluation(session, row.id, 1, BETTER)

    assert project.policy_version_id == project.reference_version_id


def test_fail_records_the_reason(session: Session) -> None:
    project, version = judged_project(session)
    row = running(session, project, version)

    assert evaluation.fail_evaluation(session, row.id, 1, "The judge folder is gone.")

    assert (row.status, row.error) == (RunStatus.FAILED, "The judge folder is gone.")


def test_evaluations_over_http_start_list_and_show(admin: TestClient, annotator: TestClient) -> None:
    with transaction() as session:
        project, version = judged_project(session)
    address = f"/api/v1/projects/{project.id}/evaluations"
    body = {"model_version_id": str(version.id)}

    started = admin.post(address, json=body)

    assert started.status_code == 202, started.text
    assert admin.get(started.headers["Location"]).json() == started.json()
    assert [row["id"] for row in admin.get(address).json()["items"]] == [started.json()["id"]]
    assert_problem(admin.post(address, json=body | {"baseline_version_id": str(version.id)}), 422)
    assert_problem(admin.post(address, json={"model_version_id": str(uuid4())}), 404)
    assert_problem(annotator.post(address, json=body), 403)
