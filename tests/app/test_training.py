"""Training runs: the frozen label set, the refusals, the guarded states, and the routes."""

import hashlib
from uuid import UUID, uuid4

import pytest
from fastapi.testclient import TestClient
from pydantic import ValidationError
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.db import transaction
from app.errors import Conflict
from app.models import (
    AuditEvent,
    Disposition,
    Evaluation,
    ModelStatus,
    Project,
    RunStatus,
    Scope,
    Split,
    TrainingLabel,
    TrainingRun,
    Trigger,
    Verdict,
)
from app.schemas import EvaluationConfig, TrainingConfig
from app.services import labels, training
from app.services.audit import SYSTEM
from app.services.training import RunSignal
from tests import factories
from tests.app.conftest import Factory, assert_problem

FEW = TrainingConfig(minimum_labels=1)


def start(session: Session, project: Project, config: TrainingConfig | None = FEW) -> TrainingRun:
    return training.start_run(session, project.id, config, actor=SYSTEM, trigger=Trigger.MANUAL)


def running(session: Session, project: Project) -> TrainingRun:
    """A run that a worker has taken, over three labels."""
    factories.make_labelled_round(session, project, labels=3)
    run = training.begin_run(session, start(session, project).id)
    assert run is not None
    return run


def frozen(session: Session, run: TrainingRun) -> list[UUID]:
    rows = select(TrainingLabel.label_id).where(TrainingLabel.training_run_id == run.id)
    return list(session.scalars(rows.order_by(TrainingLabel.position)))


def test_start_run_freezes_the_standing_counted_preferences_in_the_order_of_their_ids(session: Session) -> None:
    project = factories.make_project(session)
    round_ = factories.make_open_round(session, project, pairs=6)
    actor = factories.make_actor(session)
    pairs = factories.round_pairs(session, round_)
    kept = [factories.make_label(session, pair, actor=actor) for pair in pairs[:3]]
    factories.make_label(session, pairs[3], actor=actor, verdict=Verdict.TIE)
    factories.make_label(session, pairs[4], actor=actor, disposition=Disposition.SURPLUS)
    undone = factories.make_label(session, pairs[5], actor=actor)
    labels.undo_label(session, actor=actor, label_id=undone.id, idempotency_key="u", lease_seconds=9)

    run = start(session, project)

    ids = sorted(label.id for label in kept)
    assert frozen(session, run) == ids
    assert run.label_count == 3
    assert run.label_set_hash == hashlib.sha256("\n".join(str(one) for one in ids).encode()).hexdigest()
    assert (run.status, run.number, run.start_version_id) == (RunStatus.QUEUED, 1, project.reference_version_id)
    assert session.scalars(select(AuditEvent.action).where(AuditEvent.subject_id == run.id)).all() == ["training.start"]


def test_start_run_that_trains_ties_freezes_them_among_the_preferences_and_nothing_else(session: Session) -> None:
    project = factories.make_project(session)
    actor = factories.make_actor(session)
    pairs = factories.round_pairs(session, factories.make_open_round(session, project, pairs=7))
    verdicts = [Verdict.TIE, Verdict.PREFERRED, Verdict.TIE, Verdict.BOTH_BAD, Verdict.SKIP, Verdict.TIE]
    given = [
        factories.make_label(session, pair, actor=actor, verdict=verdict)
        for pair, verdict in zip(pairs, verdicts, strict=False)
    ]
    labels.undo_label(session, actor=actor, label_id=given[5].id, idempotency_key="u", lease_seconds=9)
    factories.make_label(session, pairs[6], actor=actor, verdict=Verdict.TIE, disposition=Disposition.SURPLUS)
    on_eval = factories.make_pair(
        session,
        factories.make_round(session, project),
        factories.make_prompts(session, project, 1, split=Split.EVAL)[0],
    )
    factories.make_label(session, on_eval, actor=actor, verdict=Verdict.TIE)

    run = start(session, project, TrainingConfig(minimum_labels=1, ties="train"))

    ids = sorted(label.id for label in given[:3])
    assert frozen(session, run) == ids
    assert (run.label_count, run.label_set_hash) == (3, training.label_set_hash(ids))


def test_start_run_that_trains_ties_still_needs_the_preferences(session: Session) -> None:
    project = factories.make_project(session)
    actor = factories.make_actor(session)
    pairs = factories.round_pairs(session, factories.make_open_round(session, project, pairs=5))
    factories.make_label(session, pairs[0], actor=actor)
    for pair in pairs[1:]:
        factories.make_label(session, pair, actor=actor, verdict=Verdict.TIE)

    with pytest.raises(Conflict, match=r"There are 1 preferences, .* needs 2: .* Ties do not count") as refused:
        start(session, project, TrainingConfig(minimum_labels=2, ties="train"))

    assert refused.value.code == "too_few_labels"


def test_start_run_from_the_policy_starts_from_the_promoted_version(session: Session) -> None:
    project = factories.make_project(session)
    factories.make_labelled_round(session, project, labels=1)
    project.policy_version_id = factories.make_version(session, project, number=1).id

    run = start(session, project, FEW.model_copy(update={"start_from": "policy"}))

    assert run.start_version_id == project.policy_version_id


@pytest.mark.parametrize("verdicts", [[], [Verdict.PREFERRED], [Verdict.TIE] * 3, [Verdict.SKIP, Verdict.BOTH_BAD]])
def test_start_run_with_too_few_preferences_is_refused_with_both_numbers(
    session: Session, verdicts: list[Verdict]
) -> None:
    project = factories.make_project(session)
    round_ = factories.make_open_round(session, project, pairs=3)
    actor = factories.make_actor(session)
    for pair, verdict in zip(factories.round_pairs(session, round_), verdicts, strict=False):
        factories.make_label(session, pair, actor=actor, verdict=verdict)

    with pytest.raises(Conflict, match=f"There are {verdicts.count(Verdict.PREFERRED)} .* needs 2") as refused:
        start(session, project, TrainingConfig(minimum_labels=2))

    assert refused.value.code == "too_few_labels"


def test_start_run_while_one_is_active_is_refused(session: Session) -> None:
    project = factories.make_project(session)
    running(session, project)

    with pytest.raises(Conflict, match="Run 1 is running") as refused:
        start(session, project)

    assert refused.value.code == "run_active"


def test_start_run_with_a_reference_that_is_not_ready_is_refused(session: Session) -> None:
    project = factories.make_project(session, status=ModelStatus.FAILED)

    with pytest.raises(Conflict) as refused:
        start(session, project)

    assert refused.value.code == "model_not_ready"


def test_begin_run_takes_a_queued_run_once(session: Session) -> None:
    run = running(session, factories.make_project(session))

    assert (run.status, run.attempt) == (RunStatus.RUNNING, 1)
    assert run.started_at is not None
    assert training.begin_run(session, run.id) is None


def test_heartbeat_run_stores_metrics_and_replaces_those_of_a_step_that_is_done_again(session: Session) -> None:
    run = running(session, factories.make_project(session))

    reports: list[list[tuple[int, dict[str, float | None]]]] = [
        [(1, {"loss": 0.7}), (2, {"loss": 0.6})],
        [(2, {"loss": 0.5}), (3, {"loss": None})],
    ]

    for metrics in reports:
        signal = training.heartbeat_run(session, run.id, 1, done=metrics[-1][0], total=4, metrics=metrics)
        assert signal == RunSignal(is_ours=True, is_cancelled=False)

    shown = training.list_metrics(session, run.id, after_step=1, limit=10)
    assert [(row.step, row.values) for row in shown] == [(2, {"loss": 0.5}), (3, {"loss": None})]
    assert (run.done, run.total) == (3, 4)


def test_heartbeat_run_without_news_keeps_the_progress(session: Session) -> None:
    run = running(session, factories.make_project(session))
    training.heartbeat_run(session, run.id, 1, done=3, total=4, metrics=[])
    run.retries = 2
    session.flush()

    signal = training.heartbeat_run(session, run.id, 1, done=None, total=None, metrics=[])

    assert signal.is_ours
    assert (run.done, run.total, run.retries) == (3, 4, 2)


def test_heartbeat_run_shows_the_warnings_of_the_newest_step(session: Session) -> None:
    run = running(session, factories.make_project(session))
    seen = []
    for warnings in ({"kl": "It runs away."}, None, {}):
        training.heartbeat_run(session, run.id, 1, done=1, total=4, metrics=[], warnings=warnings)
        seen.append(run.warnings)

    assert seen == [{"kl": "It runs away."}, {"kl": "It runs away."}, {}]


def test_worker_with_an_old_attempt_can_write_nothing(session: Session) -> None:
    run = running(session, factories.make_project(session))
    run.status = RunStatus.QUEUED
    session.flush()
    training.begin_run(session, run.id)

    assert not training.heartbeat_run(session, run.id, 1, done=1, total=2, metrics=[(1, {"loss": 1.0})]).is_ours
    assert training.finish_run(session, run.id, 1, source="x", info={}, warnings={}) is None
    assert not training.fail_run(session, run.id, 1, "too late")
    assert not training.cancelled_run(session, run.id, 1)
    assert (run.status, run.attempt, run.done) == (RunStatus.RUNNING, 2, 0)
    assert training.list_metrics(session, run.id, after_step=-1, limit=9) == []


def test_finish_run_makes_the_next_version_and_starts_its_evaluation(session: Session) -> None:
    project = factories.make_project(session, evaluation_config=factories.JUDGE)
    factories.make_prompts(session, project, 2, split=Split.EVAL)
    run = running(session, project)

    version = training.finish_run(session, run.id, 1, source="/m/1", info={"parameters": 5}, warnings={"w": "x"})

    assert version is not None
    assert (version.number, version.status, version.source) == (1, ModelStatus.READY, "/m/1")
    assert (version.parent_id, version.training_run_id) == (project.reference_version_id, run.id)
    assert version.info == {"parameters": 5}
    assert (run.status, run.warnings) == (RunStatus.SUCCEEDED, {"w": "x"})
    evaluation = session.scalars(select(Evaluation)).one()
    assert (evaluation.model_version_id, evaluation.baseline_version_id) == (version.id, project.reference_version_id)
    assert project.policy_version_id == project.reference_version_id
    assert training.describe(session, [run])[0].model_version_id == version.id


def test_finish_run_without_a_judge_has_kl_and_lengths_measured(session: Session) -> None:
    project = factories.make_project(session)
    factories.make_prompts(session, project, 2, split=Split.EVAL)
    run = running(session, project)

    version = training.finish_run(session, run.id, 1, source="/m", info={}, warnings={})

    assert version is not None
    measured = session.scalars(select(Evaluation)).one()
    assert (measured.model_version_id, measured.config["judge"], run.warnings) == (version.id, None, {})


@pytest.mark.parametrize("evaluation_config", [factories.JUDGE, None])
def test_finish_run_without_eval_prompts_warns(session: Session, evaluation_config: EvaluationConfig | None) -> None:
    run = running(session, factories.make_project(session, evaluation_config=evaluation_config))

    training.finish_run(session, run.id, 1, source="/m", info={}, warnings={})

    assert "no eval prompts" in run.warnings["evaluation"]
    assert session.scalars(select(Evaluation)).all() == []


def test_finish_run_that_asked_for_no_evaluation_starts_none(session: Session) -> None:
    project = factories.make_project(
        session,
        evaluation_config=factories.JUDGE,
        training_config=TrainingConfig(minimum_labels=1, evaluate=False),
    )
    factories.make_prompts(session, project, 2, split=Split.EVAL)
    factories.make_labelled_round(session, project, labels=1)
    run = start(session, project, None)
    training.begin_run(session, run.id)

    training.finish_run(session, run.id, 1, source="/m", info={}, warnings={})

    assert session.scalars(select(Evaluation)).all() == []


def test_cancel_of_a_queued_run_is_done_at_once_and_of_a_running_one_is_a_signal(session: Session) -> None:
    project = factories.make_project(session)
    run = running(session, project)

    training.cancel_run(session, run.id, actor=SYSTEM)
    signal = training.heartbeat_run(session, run.id, 1, done=None, total=None, metrics=[])
    assert (run.status, signal.is_cancelled) == (RunStatus.RUNNING, True)
    assert training.cancelled_run(session, run.id, 1)
    second = start(session, project)
    training.cancel_run(session, second.id, actor=SYSTEM)

    assert (run.status, second.status) == (RunStatus.CANCELLED, RunStatus.CANCELLED)
    assert training.begin_run(session, second.id) is None
    with pytest.raises(Conflict):
        training.cancel_run(session, second.id, actor=SYSTEM)


def test_retry_runs_on_the_same_frozen_labels_though_more_have_come(session: Session) -> None:
    project = factories.make_project(session)
    run = running(session, project)
    before = frozen(session, run)
    training.fail_run(session, run.id, 1, "out of memory")
    factories.make_labelled_round(session, project, labels=2)

    training.retry_run(session, run.id, actor=SYSTEM)

    assert (run.status, run.error, run.finished_at) == (RunStatus.QUEUED, None, None)
    assert frozen(session, run) == before
    again = training.begin_run(session, run.id)
    assert again is not None
    assert again.attempt == 2


def test_retry_while_another_run_is_active_or_of_a_run_that_succeeded_is_refused(session: Session) -> None:
    project = factories.make_project(session)
    run = running(session, project)
    training.fail_run(session, run.id, 1, "out of memory")
    second = start(session, project)

    with pytest.raises(Conflict) as active:
        training.retry_run(session, run.id, actor=SYSTEM)
    training.begin_run(session, second.id)
    training.finish_run(session, second.id, 1, source="/m", info={}, warnings={})
    with pytest.raises(Conflict) as succeeded:
        training.retry_run(session, second.id, actor=SYSTEM)

    assert (active.value.code, succeeded.value.code) == ("run_active", "not_failed")


def test_one_sided_labels_freeze_like_any_others(session: Session) -> None:
    project = factories.make_project(session)
    factories.make_labelled_round(session, project, labels=4)  # a wins every pair

    assert start(session, project).label_count == 4


def committed_project(*, labelled: int) -> UUID:
    with transaction() as session:
        project = factories.make_project(session)
        factories.make_labelled_round(session, project, labels=labelled)
        return project.id


def test_run_over_http_starts_shows_its_metrics_and_is_cancelled(admin: TestClient) -> None:
    project_id = committed_project(labelled=3)
    started = admin.post(f"/api/v1/projects/{project_id}/training-runs", headers={"Idempotency-Key": "r"})
    again = admin.post(f"/api/v1/projects/{project_id}/training-runs", headers={"Idempotency-Key": "r"})
    address = started.headers["Location"]
    with transaction() as session:
        training.begin_run(session, UUID(started.json()["id"]))
        training.heartbeat_run(
            session, UUID(started.json()["id"]), 1, done=2, total=9, metrics=[(1, {"loss": 0.7}), (2, {"loss": 0.6})]
        )

    assert started.status_code == 202, started.text
    assert again.json() == started.json()
    shown = admin.get(address).json()
    assert (shown["status"], shown["done"], shown["label_count"], shown["trigger"]) == ("running", 2, 3, "manual")
    assert admin.get(f"{address}/metrics").json() == [
        {"step": 1, "values": {"loss": 0.7}},
        {"step": 2, "values": {"loss": 0.6}},
    ]
    assert admin.get(f"{address}/metrics", params={"after_step": 1}).json()[0]["step"] == 2
    assert admin.post(f"{address}/cancel").json()["cancel_requested_at"] is not None
    assert_problem(admin.post(f"{address}/retry"), 409, "running")


@pytest.mark.parametrize(
    ("body", "field"),
    [({"loss": "ppo"}, "loss"), ({"beta": 0}, "beta"), ({"beta": -1}, "beta"), ({"learning_rate": 0}, "learning_rate")],
)
def test_run_over_http_with_a_bad_configuration_names_the_field(
    admin: TestClient, body: dict[str, object], field: str
) -> None:
    answer = admin.post(f"/api/v1/projects/{committed_project(labelled=1)}/training-runs", json=body)

    assert field in assert_problem(answer, 422)["errors"][0]["field"]


def test_small_weights_are_for_lora_alone() -> None:
    with pytest.raises(ValidationError, match="set the LoRA rank above 0"):
        TrainingConfig(base_weights="bfloat16")
    assert TrainingConfig(base_weights="bfloat16", lora_rank=8).base_weights == "bfloat16"


def test_run_over_http_with_too_few_labels_says_how_many(admin: TestClient) -> None:
    project_id = committed_project(labelled=1)

    answer = admin.post(f"/api/v1/projects/{project_id}/training-runs", json={"minimum_labels": 5})

    assert assert_problem(answer, 409, "1 preferences", "5")["code"] == "too_few_labels"


def test_runs_over_http_are_for_admins(annotator: TestClient, with_key: Factory, admin: TestClient) -> None:
    address = f"/api/v1/projects/{committed_project(labelled=1)}/training-runs"

    for client in (annotator, with_key(Scope.READ, "reader"), with_key(Scope.JUDGE, "judge")):
        assert_problem(client.post(address), 403)
    assert_problem(admin.get(f"/api/v1/training-runs/{uuid4()}"), 404)
    assert_problem(admin.post(f"/api/v1/projects/{uuid4()}/training-runs"), 404)
