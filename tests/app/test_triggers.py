"""What happens by itself: retraining after labels or by schedule, lost messages, silent workers. Clocks are given."""

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from io import BytesIO
from threading import Barrier
from uuid import uuid4

import pytest
from sqlalchemy import func, select, text, update
from sqlalchemy.orm import Session

from app.db import transaction
from app.models import (
    AuditEvent,
    Label,
    Lease,
    ModelStatus,
    Project,
    Round,
    RoundStatus,
    RunStatus,
    Split,
    TrainingRun,
    Trigger,
    Verdict,
)
from app.schemas import LabelCreate, TrainingConfig
from app.services import claims, labels, new_labels, rounds, stats, tallies, training, triggers
from app.services.audit import SYSTEM, Actor
from app.services.prompt_import import import_prompts
from app.settings import Settings
from tests import factories

SETTINGS = Settings(stale_after_seconds=120, requeue_after_seconds=30, sweep_seconds=10)
STALE, WAITED = timedelta(seconds=121), timedelta(seconds=31)


def label_all(session: Session, project: Project, actor: Actor, amount: int, verdict: Verdict) -> None:
    """Label pairs through the service, so that triggers fire."""
    for _ in range(amount):
        task = claims.claim(session, project.id, actor=actor, count=1, lease_seconds=300).tasks[0]
        winner = "left" if verdict is Verdict.PREFERRED else None
        body = LabelCreate.model_validate({"lease": task.lease, "verdict": verdict, "winner": winner})
        labels.submit_label(session, actor=actor, body=body, idempotency_key=uuid4().hex)


def runs(session: Session) -> list[TrainingRun]:
    return list(session.scalars(select(TrainingRun).order_by(TrainingRun.number)))


def end(session: Session, run: TrainingRun, *, succeeds: bool) -> None:
    training.begin_run(session, run.id)
    if succeeds:
        training.finish_run(session, run.id, run.attempt, source="/m", info={}, warnings={})
    else:
        training.fail_run(session, run.id, run.attempt, "failed")


@pytest.mark.parametrize("succeeds", [True, False])
def test_enough_new_preferences_start_a_run_and_each_further_one_takes_as_many_again(
    session: Session, succeeds: bool
) -> None:
    project = factories.make_project(session, retrain_after_labels=3)
    factories.make_open_round(session, project, pairs=12)
    actor = factories.make_actor(session)

    label_all(session, project, actor, 2, Verdict.PREFERRED)
    label_all(session, project, actor, 2, Verdict.TIE)
    assert runs(session) == []
    label_all(session, project, actor, 1, Verdict.PREFERRED)
    assert [(run.trigger, run.label_count) for run in runs(session)] == [(Trigger.LABELS, 3)]
    label_all(session, project, actor, 1, Verdict.PREFERRED)
    end(session, runs(session)[0], succeeds=succeeds)
    label_all(session, project, actor, 1, Verdict.PREFERRED)
    assert len(runs(session)) == 1
    assert stats.get_overview(session, project).toward_retraining == 2
    label_all(session, project, actor, 1, Verdict.PREFERRED)

    assert [run.label_count for run in runs(session)] == [3, 6]


def test_threshold_below_the_runs_minimum_lets_labels_through_without_a_run(session: Session) -> None:
    project = factories.make_project(session, retrain_after_labels=1, training_config=TrainingConfig(minimum_labels=3))
    factories.make_open_round(session, project, pairs=3)
    actor = factories.make_actor(session)

    label_all(session, project, actor, 2, Verdict.PREFERRED)
    assert runs(session) == []
    label_all(session, project, actor, 1, Verdict.PREFERRED)

    assert [run.label_count for run in runs(session)] == [3]


@pytest.mark.usefixtures("engine")
def test_last_two_labels_in_flight_at_once_still_reach_the_threshold_and_close_the_round() -> None:
    with transaction() as session:
        project = factories.make_project(session, retrain_after_labels=2)
        factories.make_open_round(session, project, pairs=2)
        actors = [factories.make_actor(session) for _ in range(2)]
    with transaction() as session:
        leases = [claims.claim(session, project.id, actor=one, count=1, lease_seconds=300).tasks[0] for one in actors]

    def label(session: Session, number: int) -> None:
        body = LabelCreate(lease=leases[number].lease, verdict=Verdict.PREFERRED, winner="right")
        labels.submit_label(session, actor=actors[number], body=body, idempotency_key="only")

    def label_and_commit(number: int) -> None:
        with transaction() as session:
            label(session, number)

    with ThreadPoolExecutor(1) as pool, transaction() as first:
        label(first, 0)
        second = pool.submit(label_and_commit, 1)
        while not second.done() and not _somebody_waits():
            pass
    second.result()

    with transaction() as session:
        assert [(run.trigger, run.label_count) for run in runs(session)] == [(Trigger.LABELS, 2)]
        assert session.scalars(select(Round.status)).one() is RoundStatus.CLOSED


def _somebody_waits() -> bool:
    with transaction() as session:
        return bool(session.scalar(text("SELECT EXISTS (SELECT FROM pg_locks WHERE NOT granted)")))


NIGHT = datetime(2026, 3, 1, 3, 0, tzinfo=UTC)


def scheduled(session: Session, *, labelled: int) -> Project:
    """A project retrained at three every night, whose schedule was set two hours before."""
    project = factories.make_project(session, retrain_cron="0 3 * * *", retrain_cron_at=NIGHT - timedelta(hours=2))
    if labelled:
        factories.make_labelled_round(session, project, labels=labelled)
    return project


def test_schedule_fires_once_when_due_and_again_the_next_night(session: Session) -> None:
    project = scheduled(session, labelled=2)

    assert triggers.cron_tick(session, NIGHT - timedelta(minutes=1)) == []
    fired = triggers.cron_tick(session, NIGHT + timedelta(seconds=5))
    assert [(run.trigger, run.project_id) for run in fired] == [(Trigger.SCHEDULE, project.id)]
    assert triggers.cron_tick(session, NIGHT + timedelta(seconds=15)) == []
    end(session, fired[0], succeeds=True)
    factories.make_labelled_round(session, project, labels=1)
    assert triggers.cron_tick(session, NIGHT + timedelta(hours=23, minutes=59)) == []

    assert len(triggers.cron_tick(session, NIGHT + timedelta(days=1))) == 1


def test_schedule_that_was_missed_for_days_fires_once(session: Session) -> None:
    scheduled(session, labelled=1)

    assert len(triggers.cron_tick(session, NIGHT + timedelta(days=4, hours=1))) == 1
    assert triggers.cron_tick(session, NIGHT + timedelta(days=4, hours=2)) == []


@pytest.mark.parametrize("reason", ["too_few_labels", "run_active", "no_new_labels"])
def test_schedule_without_anything_to_train_on_moves_on_and_notes_why(session: Session, reason: str) -> None:
    project = scheduled(session, labelled=0 if reason == "too_few_labels" else 2)
    if reason == "too_few_labels":
        project.training_config = TrainingConfig(minimum_labels=9).model_dump(mode="json")
        factories.make_labelled_round(session, project, labels=1)
    else:
        run = training.start_run(session, project.id, None, actor=SYSTEM, trigger=Trigger.MANUAL)
        if reason == "no_new_labels":
            end(session, run, succeeds=True)
        else:
            factories.make_labelled_round(session, project, labels=1)

    fired = triggers.cron_tick(session, NIGHT)

    note = session.scalars(select(AuditEvent).where(AuditEvent.action == "training.skip")).one()
    assert fired == []
    assert note.details["code"] == reason
    assert session.scalars(select(Project.retrain_cron_at)).one() == NIGHT


def test_schedule_seen_for_the_first_time_waits_for_its_next_time(session: Session) -> None:
    project = scheduled(session, labelled=1)
    project.retrain_cron_at = None
    session.flush()

    assert triggers.cron_tick(session, NIGHT) == []
    assert len(triggers.cron_tick(session, NIGHT + timedelta(days=1))) == 1


@pytest.mark.usefixtures("engine")
def test_two_clocks_at_once_fire_a_schedule_once() -> None:
    with transaction() as session:
        scheduled(session, labelled=2)
    barrier = Barrier(4)

    def tick(_: int) -> int:
        barrier.wait(timeout=30)
        with transaction() as session:
            return len(triggers.cron_tick(session, NIGHT))

    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(tick, range(4))) == 1
    with transaction() as session:
        assert (
            session.scalar(select(func.count()).select_from(AuditEvent).where(AuditEvent.action == "training.skip"))
            == 0
        )


def now(session: Session) -> datetime:
    return session.scalars(select(func.now())).one()


@pytest.mark.parametrize(
    ("busy", "waiting"),
    [(RoundStatus.SAMPLING, RoundStatus.QUEUED), (RoundStatus.SCORING, RoundStatus.SAMPLED)],
)
def test_sweep_takes_a_round_from_a_silent_worker_and_the_worker_can_write_no_more(
    session: Session, busy: RoundStatus, waiting: RoundStatus
) -> None:
    row = factories.make_round(session, factories.make_project(session), status=waiting)
    rounds.begin(session, row.id, expect=waiting, to=busy)
    attempt = row.attempt

    assert triggers.sweep(session, SETTINGS, now(session) + timedelta(seconds=100)) == []
    done = triggers.sweep(session, SETTINGS, now(session) + STALE)

    assert len(done) == 1
    assert str(row.id) in done[0]
    assert (row.status, row.retries) == (waiting, 1)
    assert not rounds.heartbeat(session, row.id, attempt, done=1, total=1)


def test_sweep_gives_up_after_three_silent_workers_without_progress_and_a_retry_starts_anew(session: Session) -> None:
    row = factories.make_round(session, factories.make_project(session), status=RoundStatus.QUEUED)
    at = now(session)

    for _ in range(4):
        assert rounds.begin(session, row.id, expect=RoundStatus.QUEUED, to=RoundStatus.SAMPLING) is not None
        triggers.sweep(session, SETTINGS, at + STALE)

    assert row.status is RoundStatus.FAILED
    assert "4 times" in (row.error or "")
    rounds.retry_round(session, row.id, actor=SYSTEM)
    assert (row.status, row.retries) == (RoundStatus.QUEUED, 0)


def test_sweep_never_gives_up_a_round_that_gets_farther_each_time(session: Session) -> None:
    row = factories.make_round(session, factories.make_project(session), status=RoundStatus.QUEUED)
    at = now(session)

    for done in range(1, 8):
        rounds.begin(session, row.id, expect=RoundStatus.QUEUED, to=RoundStatus.SAMPLING)
        assert rounds.heartbeat(session, row.id, row.attempt, done=done, total=10)
        triggers.sweep(session, SETTINGS, at + STALE)

    assert (row.status, row.retries) == (RoundStatus.QUEUED, 1)


def test_sweep_takes_runs_and_evaluations_from_silent_workers_too(session: Session) -> None:
    project = factories.make_project(session)
    run = factories.make_run(session, project)
    evaluation = factories.make_evaluation(session, project, status=RunStatus.RUNNING)
    training.begin_run(session, run.id)

    triggers.sweep(session, SETTINGS, now(session) + STALE)

    assert (run.status, run.retries) == (RunStatus.QUEUED, 1)
    assert (evaluation.status, evaluation.retries) == (RunStatus.QUEUED, 1)


def test_sweep_cancels_a_silent_run_that_was_to_be_cancelled(session: Session) -> None:
    run = factories.make_run(session, factories.make_project(session))
    training.begin_run(session, run.id)
    training.cancel_run(session, run.id, actor=SYSTEM)

    triggers.sweep(session, SETTINGS, now(session) + STALE)

    assert run.status is RunStatus.CANCELLED
    assert run.finished_at is not None


def test_sweep_sends_the_message_of_a_waiting_row_again_once_per_period(session: Session) -> None:
    project = factories.make_project(session)
    factories.make_round(session, project, status=RoundStatus.QUEUED)
    factories.make_run(session, project)
    at = now(session)

    assert triggers.sweep(session, SETTINGS, at + timedelta(seconds=29)) == []
    assert len(triggers.sweep(session, SETTINGS, at + WAITED)) == 2
    assert triggers.sweep(session, SETTINGS, at + WAITED + timedelta(seconds=10)) == []
    assert len(triggers.sweep(session, SETTINGS, at + 2 * WAITED)) == 2
    assert len(session.info["after_commit"]) == 4


def test_sweep_leaves_rows_alone_that_nobody_works_on(session: Session) -> None:
    project = factories.make_project(session)
    for status in (RoundStatus.OPEN, RoundStatus.CLOSED, RoundStatus.FAILED):
        factories.make_round(session, project, status=status)
    for run_status in (RunStatus.SUCCEEDED, RunStatus.FAILED, RunStatus.CANCELLED):
        factories.make_run(session, project, status=run_status)

    assert triggers.sweep(session, SETTINGS, now(session) + timedelta(days=9)) == []


def test_sweep_asks_again_for_a_check_that_nobody_made_once_per_period(session: Session) -> None:
    factories.make_project(session, status=ModelStatus.CHECKING)
    at = now(session)

    sent = [len(triggers.sweep(session, SETTINGS, at + timedelta(seconds=second))) for second in range(5, 100, 10)]

    assert sent == [0, 0, 0, 1, 0, 0, 1, 0, 0, 1]


def test_expired_leases_need_no_sweep(session: Session) -> None:
    project = factories.make_project(session)
    factories.make_open_round(session, project, pairs=1)
    claims.claim(session, project.id, actor=factories.make_actor(session), count=1, lease_seconds=300)
    session.execute(update(Lease).values(expires_at=func.now() - timedelta(seconds=1)))

    again = claims.claim(session, project.id, actor=factories.make_actor(session), count=1, lease_seconds=300)

    assert again.state == "ready"


def test_a_threshold_reached_while_a_run_is_active_starts_the_next_run_at_the_sweep(session: Session) -> None:
    project = factories.make_project(session, retrain_after_labels=3, training_config=TrainingConfig(minimum_labels=1))
    active = factories.make_run(session, project, status=RunStatus.RUNNING)
    factories.make_labelled_round(session, project, labels=3)
    assert triggers.after_label(session, project.id) is None
    assert triggers.sweep(session, Settings(), datetime.now(UTC)) == []
    active.status = RunStatus.SUCCEEDED
    session.flush()
    assert len(triggers.sweep(session, Settings(), datetime.now(UTC))) == 1
    assert [run.status for run in runs(session)] == [RunStatus.SUCCEEDED, RunStatus.QUEUED]
    assert triggers.sweep(session, Settings(), datetime.now(UTC)) == []


@pytest.mark.usefixtures("engine")
def test_labels_of_an_import_under_way_while_a_run_starts_count_toward_the_next() -> None:
    row = json.dumps({"prompt": "labelled elsewhere", "chosen": "good", "rejected": "bad"}).encode()
    with transaction() as session:
        project = factories.make_project(session, retrain_after_labels=2)
        factories.make_open_round(session, project, pairs=2)
        actor = factories.make_actor(session)

    with transaction() as importing:
        author = factories.make_actor(importing)
        import_prompts(
            importing, project.id, BytesIO(row), file_format="jsonl", on_error="abort", split=None, actor=author
        )
        with transaction() as session:
            label_all(session, project, actor, 2, Verdict.PREFERRED)
            assert [run.label_count for run in runs(session)] == [2]

    with transaction() as session:
        assert new_labels.count_since_last_run(session, project.id) == 1


def test_labels_of_eval_prompts_neither_train_nor_count(session: Session) -> None:
    project = factories.make_project(session, training_config=TrainingConfig(minimum_labels=1))
    round_ = factories.make_labelled_round(session, project, labels=3)
    pair = factories.round_pairs(session, round_)[0]
    with tallies.changing_what_trains(session, Label.pair_id == pair.id):
        pair.prompt.split = Split.EVAL
    assert new_labels.count_since_last_run(session, project.id) == 2
    run = training.start_run(session, project.id, None, actor=SYSTEM, trigger=Trigger.MANUAL)
    assert run.label_count == 2
