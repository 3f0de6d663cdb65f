"""Rounds: the draw of both arms, the guarded states, opening and closing, and the routes."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from typing import Any, get_args
from uuid import UUID, uuid4

import pytest
from fastapi.testclient import TestClient
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.db import transaction
from app.errors import Conflict, Invalid, NotFound
from app.models import (
    Arm,
    AuditEvent,
    Lease,
    LeaseKind,
    ModelStatus,
    Pair,
    Project,
    Round,
    RoundPrompt,
    RoundStatus,
    RunStatus,
    Scope,
    Split,
    Verdict,
)
from app.schemas import RoundConfig, RuleName, TrainingConfig
from app.services import claims, rounds
from app.services.audit import SYSTEM
from app.services.draw import (
    ENSEMBLE_PREFERENCES,
    draw_prompts,
    interleave,
    known_preferences,
    unused_prompt_ids,
    usable_rule,
)
from app.services.rounds import NewPair
from tests import factories
from tests.app.conftest import Factory, assert_problem

CONFIG = RoundConfig(rule="entropy", labels=10, control_share=0.2, over_generation=3, seed=7)


def test_start_round_draws_control_and_candidates_from_the_pool_and_freezes_them(session: Session) -> None:
    project = factories.make_project(session)
    prompts = {prompt.id for prompt in factories.make_prompts(session, project, 40)}
    actor = factories.make_actor(session)

    row = rounds.start_round(session, project.id, CONFIG, actor=actor)

    drawn = session.scalars(select(RoundPrompt).where(RoundPrompt.round_id == row.id)).all()
    control = sorted((one for one in drawn if one.is_control), key=lambda one: one.control_rank or 0)
    assert (row.number, row.status, row.seed) == (1, RoundStatus.QUEUED, 7)
    assert RoundConfig.model_validate(row.config) == CONFIG
    assert row.model_version_id == project.policy_version_id
    assert [one.control_rank for one in control] == [0, 1]
    assert sum(one.is_candidate for one in drawn) == 24
    assert {one.prompt_id for one in drawn} <= prompts
    assert sorted(one.position for one in drawn) == list(range(len(drawn)))
    assert row.funnel["pool"] == 40
    assert (row.funnel["control_prompts"], row.funnel["candidate_prompts"]) == (2, 24)
    event = session.scalars(select(AuditEvent)).one()
    assert (event.action, event.subject_id, event.user_id) == ("round.start", row.id, actor.user_id)


def test_pool_leaves_out_eval_prompts_unusable_ones_and_those_of_earlier_rounds(session: Session) -> None:
    project = factories.make_project(session)
    factories.make_open_round(session, project, pairs=3)
    factories.make_prompts(session, project, 2, split=Split.EVAL)
    bad, *good = factories.make_prompts(session, project, 4)
    bad.problem = "too long"
    factories.make_prompts(session, factories.make_project(session), 5)
    session.flush()

    assert unused_prompt_ids(session, project.id) == sorted(prompt.id for prompt in good)


def test_pool_keeps_prompts_that_a_failed_round_drew(session: Session) -> None:
    project = factories.make_project(session)
    factories.make_prompts(session, project, 5)
    rounds.start_round(session, project.id, CONFIG, actor=SYSTEM).status = RoundStatus.FAILED
    session.flush()

    assert len(unused_prompt_ids(session, project.id)) == 5


def test_start_round_with_fewer_prompts_than_wanted_takes_them_all_and_says_so(session: Session) -> None:
    project = factories.make_project(session)
    factories.make_prompts(session, project, 4)

    funnel = rounds.start_round(session, project.id, CONFIG, actor=SYSTEM).funnel

    assert (funnel["candidates_wanted"], funnel["candidate_prompts"], funnel["drawn_prompts"]) == (24, 4, 4)


def test_start_round_without_prompts_is_refused(session: Session) -> None:
    project = factories.make_project(session)

    with pytest.raises(Conflict, match="Import more prompts") as refused:
        rounds.start_round(session, project.id, None, actor=SYSTEM)

    assert refused.value.code == "no_prompts_left"


@pytest.mark.parametrize("status", [ModelStatus.CHECKING, ModelStatus.FAILED])
def test_start_round_with_a_model_that_is_not_ready_is_refused(session: Session, status: ModelStatus) -> None:
    project = factories.make_project(session, status=status)
    factories.make_prompts(session, project, 4)

    with pytest.raises(Conflict) as refused:
        rounds.start_round(session, project.id, None, actor=SYSTEM)

    assert refused.value.code == "model_not_ready"


def test_start_round_while_another_is_acquired_is_refused_and_while_one_is_labelled_is_not(session: Session) -> None:
    project = factories.make_project(session)
    factories.make_open_round(session, project, pairs=1)
    factories.make_prompts(session, project, 9)

    second = rounds.start_round(session, project.id, None, actor=SYSTEM)
    with pytest.raises(Conflict) as refused:
        rounds.start_round(session, project.id, None, actor=SYSTEM)

    assert second.number == 2
    assert refused.value.code == "round_active"


def test_start_round_under_rule_offline_samples_from_the_reference(session: Session) -> None:
    project = factories.make_project(session)
    factories.make_prompts(session, project, 4)
    trained = factories.make_version(session, project, number=1)
    project.policy_version_id = trained.id

    row = rounds.start_round(session, project.id, RoundConfig(rule="offline"), actor=SYSTEM)

    assert row.model_version_id == project.reference_version_id


def test_start_round_with_scores_per_token_is_refused_where_the_models_own_loss_made_rewards_so(
    session: Session,
) -> None:
    project = factories.make_project(session)
    factories.make_prompts(session, project, 4)
    run = factories.make_run(session, project, status=RunStatus.SUCCEEDED, config=TrainingConfig(loss="ipo"))
    trained = factories.make_version(session, project, number=1)
    trained.training_run_id, project.policy_version_id = run.id, trained.id
    config = RoundConfig(rule="entropy", normalize="token")

    with pytest.raises(Invalid, match="do not go with ipo") as refused:
        rounds.start_round(session, project.id, config, actor=SYSTEM)
    run.config = TrainingConfig(loss="dpo").model_dump(mode="json")

    assert refused.value.errors[0]["field"] == "normalize"
    assert rounds.start_round(session, project.id, config, actor=SYSTEM).number == 1


@pytest.mark.usefixtures("engine")
def test_eight_rounds_started_at_once_make_one_round() -> None:
    with transaction() as session:
        project = factories.make_project(session)
        factories.make_prompts(session, project, 20)
    barrier = Barrier(8)

    def start(_: int) -> str | None:
        barrier.wait(timeout=30)
        try:
            with transaction() as session:
                rounds.start_round(session, project.id, None, actor=SYSTEM)
        except Conflict as conflict:
            return conflict.code
        return None

    with ThreadPoolExecutor(8) as pool:
        answers = Counter(pool.map(start, range(8)))

    assert answers == {None: 1, "round_active": 7}


POOL = sorted(uuid4() for _ in range(20))


@pytest.mark.unit
def test_a_rule_brings_the_completions_it_was_measured_with_where_none_are_stated() -> None:
    def taken(**settings: Any) -> tuple[int, int]:
        config = RoundConfig.model_validate(settings)
        return config.samples_per_prompt, config.over_generation

    assert taken() == taken(rule="certainty") == (2, 8)
    assert taken(rule="auto") == taken(rule="delta_ucb") == taken(rule="drts") == (8, 4)
    assert taken(rule="auto", samples_per_prompt=2) == (2, 4)
    assert taken(**RoundConfig(rule="certainty").model_dump() | {"rule": "auto"}) == (2, 8)


@pytest.mark.unit
def test_draw_is_repeated_by_its_seed() -> None:
    assert draw_prompts(POOL, CONFIG, seed=3) == draw_prompts(POOL, CONFIG, seed=3)
    assert draw_prompts(POOL, CONFIG, seed=3).rows != draw_prompts(POOL, CONFIG, seed=4).rows


@pytest.mark.unit
def test_control_arm_takes_every_prompt_of_the_pool_equally_often_whatever_the_candidates_are() -> None:
    config = RoundConfig(labels=5, control_share=0.4, over_generation=2)
    alone = config.model_copy(update={"over_generation": 6})
    drawn: Counter[UUID] = Counter()
    both = 0

    for seed in range(4000):
        rows = draw_prompts(POOL, config, seed=seed).rows
        control = [row["prompt_id"] for row in rows if row["is_control"]]
        assert len(control) == 2
        drawn.update(control)
        both += sum(row["is_control"] and row["is_candidate"] for row in rows)
        again = draw_prompts(POOL, alone, seed=seed).rows
        assert [row["prompt_id"] for row in again if row["is_control"]] == control  # drawn first: others change nothing

    # Each of the 20 prompts is one of 2 with probability 1/10: 400 of 4000, deviation 19. Candidates are 6 of 20.
    assert all(310 < drawn[prompt_id] < 490 for prompt_id in POOL)
    assert 2150 < both < 2650  # 4000 draws x 2 x 6/20 = 2400: control prompts stay eligible, neither more nor less


@pytest.mark.unit
@given(active=st.integers(0, 60), control=st.integers(0, 60), seed=st.integers(0, 5))
def test_interleave_spreads_control_evenly_and_keeps_the_order_of_each_arm(
    active: int, control: int, seed: int
) -> None:
    queue = interleave([("active", n) for n in range(active)], [("control", n) for n in range(control)], seed=seed)

    assert [one for one in queue if one[0] == "active"] == [("active", n) for n in range(active)]
    assert [one for one in queue if one[0] == "control"] == [("control", n) for n in range(control)]
    for stretch in range(control):
        start, end = (place * len(queue) // control for place in (stretch, stretch + 1))
        assert [arm for arm, _ in queue[start:end]].count("control") == 1


@pytest.mark.unit
def test_interleave_gives_control_no_fixed_place() -> None:
    places = {interleave("aaaa", "C", seed=seed).index("C") for seed in range(60)}

    assert places == {0, 1, 2, 3, 4}


def new_pairs(session: Session, row: Round, arms: list[Arm]) -> list[NewPair]:
    project = session.get_one(Project, row.project_id)
    made = []
    for number, (prompt, arm) in enumerate(zip(factories.make_prompts(session, project, len(arms)), arms, strict=True)):
        a, b = factories.make_completions(session, row, prompt)
        made.append(NewPair(prompt.id, a.id, b.id, arm, -float(number), 0.5, 1.0 if arm is Arm.ACTIVE else 0.1))
    return made


def test_open_round_makes_pairs_with_slots_in_queue_order(session: Session) -> None:
    project = factories.make_project(session)
    config = RoundConfig(rule="random", labels_per_pair=2)
    row = factories.make_round(session, project, status=RoundStatus.SCORING, config=config)
    made = new_pairs(session, row, [Arm.CONTROL] * 2 + [Arm.ACTIVE] * 8)

    opened = rounds.open_round(
        session, row.id, 1, pairs=made, rule_used="random", note="fell back", funnel={"pool": 99}
    )

    pairs = factories.round_pairs(session, row)
    leases = session.scalars(select(Lease).order_by(Lease.priority, Lease.slot)).all()
    assert opened
    assert (row.status, row.rule_used, row.note, row.funnel) == (RoundStatus.OPEN, "random", "fell back", {"pool": 99})
    assert row.opened_at is not None
    assert [pair.priority for pair in pairs] == list(range(10))
    assert [pair.arm for pair in pairs[:5]].count(Arm.CONTROL) == 1
    assert [pair.score for pair in pairs if pair.arm is Arm.ACTIVE] == [-float(n) for n in range(2, 10)]
    assert [(lease.pair_id, lease.slot, lease.kind) for lease in leases] == [
        (pair.id, slot, kind) for pair in pairs for slot, kind in enumerate((LeaseKind.FIRST, LeaseKind.OVERLAP))
    ]
    assert [pair.rank for pair in pairs if pair.arm is Arm.ACTIVE] == list(range(1, 9))
    assert all(pair.prompt.is_asked for pair in pairs)
    assert [lease.priority for lease in leases[::2]] == [1_000_000 + place for place in range(10)]


def test_open_round_without_pairs_is_an_error(session: Session) -> None:
    row = factories.make_round(session, factories.make_project(session))

    with pytest.raises(ValueError, match="at least one pair"):
        rounds.open_round(session, row.id, 1, pairs=[], rule_used="random", note=None, funnel={})


def test_begin_takes_a_waiting_round_once_and_counts_the_attempt(session: Session) -> None:
    row = factories.make_round(session, factories.make_project(session), status=RoundStatus.QUEUED)

    first = rounds.begin(session, row.id, expect=RoundStatus.QUEUED, to=RoundStatus.SAMPLING)
    second = rounds.begin(session, row.id, expect=RoundStatus.QUEUED, to=RoundStatus.SAMPLING)

    assert first is not None
    assert (first.status, first.attempt, second) == (RoundStatus.SAMPLING, 2, None)
    assert first.heartbeat_at is not None


@pytest.mark.usefixtures("engine")
def test_two_workers_that_begin_at_once_get_the_round_once() -> None:
    with transaction() as session:
        round_id = factories.make_round(session, factories.make_project(session), status=RoundStatus.QUEUED).id
    barrier = Barrier(8)

    def work(_: int) -> bool:
        barrier.wait(timeout=30)
        with transaction() as session:
            row = rounds.begin(session, round_id, expect=RoundStatus.QUEUED, to=RoundStatus.SAMPLING)
            return row is not None

    with ThreadPoolExecutor(8) as pool:
        assert sorted(pool.map(work, range(8))) == [False] * 7 + [True]


def test_worker_with_an_old_attempt_can_write_nothing(session: Session) -> None:
    row = factories.make_round(session, factories.make_project(session), status=RoundStatus.QUEUED)
    old = rounds.begin(session, row.id, expect=RoundStatus.QUEUED, to=RoundStatus.SAMPLING)
    assert old is not None
    old_attempt = old.attempt
    row.status = RoundStatus.QUEUED
    session.flush()
    rounds.begin(session, row.id, expect=RoundStatus.QUEUED, to=RoundStatus.SAMPLING)

    assert not rounds.heartbeat(session, row.id, old_attempt, done=5, total=5)
    assert not rounds.finish_sampling(session, row.id, old_attempt)
    assert not rounds.fail_round(session, row.id, old_attempt, "too late")
    made = new_pairs(session, row, [Arm.ACTIVE])
    assert not rounds.open_round(session, row.id, old_attempt, pairs=made, rule_used="random", note=None, funnel={})
    assert (row.status, row.done, row.error) == (RoundStatus.SAMPLING, 0, None)
    assert session.scalar(select(func.count()).select_from(Pair)) == 0


def test_heartbeat_with_more_done_than_ever_forgives_earlier_retries_and_another_does_not(session: Session) -> None:
    row = factories.make_round(session, factories.make_project(session), status=RoundStatus.SAMPLING)
    row.retries, row.done, row.total = 2, 64, 100
    session.flush()

    assert rounds.heartbeat(session, row.id, 1, done=64, total=100)
    assert (row.retries, row.done) == (2, 64)
    assert rounds.heartbeat(session, row.id, 1, done=65, total=100)
    assert (row.retries, row.done) == (0, 65)


@pytest.mark.parametrize(
    ("busy", "resumed"),
    [(RoundStatus.SAMPLING, RoundStatus.QUEUED), (RoundStatus.SCORING, RoundStatus.SAMPLED)],
)
def test_failed_round_is_retried_from_its_last_finished_state(
    session: Session, busy: RoundStatus, resumed: RoundStatus
) -> None:
    row = factories.make_round(session, factories.make_project(session), status=busy)

    assert rounds.fail_round(session, row.id, 1, "out of memory")
    assert (row.status, row.error, row.resume_status) == (RoundStatus.FAILED, "out of memory", resumed)
    rounds.retry_round(session, row.id, actor=SYSTEM)

    assert (row.status, row.error) == (resumed, None)
    with pytest.raises(Conflict):
        rounds.retry_round(session, row.id, actor=SYSTEM)


def test_close_round_withdraws_free_and_expired_slots_and_keeps_held_and_done_ones(session: Session) -> None:
    project = factories.make_project(session)
    row = factories.make_open_round(session, project, pairs=4)
    labelled, *_ = factories.round_pairs(session, row)
    actor, gone = factories.make_actor(session), factories.make_actor(session)
    factories.make_label(session, labelled, actor=actor)
    held = claims.claim(session, project.id, actor=actor, count=1, lease_seconds=60).tasks[0]
    expired = claims.claim(session, project.id, actor=gone, count=1, lease_seconds=60).tasks[0]
    factories.expire_lease(session, expired.lease)

    rounds.close_round(session, row.id, actor=actor)

    shown = rounds.describe(session, [row])[0]
    assert set(session.scalars(select(Lease.pair_id))) == {labelled.id, held.pair_id}
    assert (row.status, shown.labelled, shown.slots) == (RoundStatus.CLOSED, 1, 2)
    assert row.closed_at is not None
    with pytest.raises(Conflict):
        rounds.close_round(session, row.id, actor=actor)


@pytest.mark.parametrize("act", [rounds.close_round, rounds.retry_round])
def test_an_unknown_round_is_not_found(session: Session, act: Any) -> None:
    with pytest.raises(NotFound):
        act(session, uuid4(), actor=SYSTEM)


def committed_project(prompts: int) -> UUID:
    with transaction() as session:
        project = factories.make_project(session)
        factories.make_prompts(session, project, prompts)
        return project.id


def test_round_over_http_starts_once_per_idempotency_key_and_shows_its_funnel(admin: TestClient) -> None:
    address = f"/api/v1/projects/{committed_project(10)}/rounds"
    body = {"rule": "random", "labels": 5}

    first = admin.post(address, json=body, headers={"Idempotency-Key": "a"})
    again = admin.post(address, json=body, headers={"Idempotency-Key": "a"})
    other = admin.post(address, json=body)

    assert first.status_code == again.status_code == 202
    assert first.json() == again.json()
    assert admin.get(first.headers["Location"]).json()["funnel"]["pool"] == 10
    assert assert_problem(other, 409, "Round 1 is queued")["code"] == "round_active"


def test_rules_over_http_tell_the_settings_that_come_with_them(admin: TestClient) -> None:
    rules = admin.get("/api/v1/rules").json()
    project_id = committed_project(3)
    started = admin.post(f"/api/v1/projects/{project_id}/rounds", json={"rule": "auto"}).json()["config"]
    changed = admin.patch(f"/api/v1/projects/{project_id}", json={"round": {"rule": "auto"}}).json()["round"]

    assert set(rules) == set(get_args(RuleName))
    assert rules["certainty"] == {"over_generation": 8, "samples_per_prompt": 2}
    assert {name: started[name] for name in rules["auto"]} == rules["auto"]
    # What a change leaves out stays as it is.
    assert (changed["rule"], changed["over_generation"], changed["samples_per_prompt"]) == ("auto", 8, 2)


def test_round_over_http_without_a_body_takes_the_projects_settings(admin: TestClient) -> None:
    answer = admin.post(f"/api/v1/projects/{committed_project(3)}/rounds")

    assert answer.status_code == 202, answer.text
    assert answer.json()["config"]["rule"] == "random"


@pytest.mark.parametrize(
    "body", [{"rule": "guess"}, {"labels": 0}, {"control_share": 1.5}, {"temperature": 0}, {"lables": 4}]
)
def test_round_over_http_with_a_bad_configuration_names_the_field(admin: TestClient, body: dict[str, Any]) -> None:
    answer = admin.post(f"/api/v1/projects/{committed_project(3)}/rounds", json=body)

    problem = assert_problem(answer, 422)
    assert next(iter(body)) in problem["errors"][0]["field"]


def test_rounds_over_http_are_for_admins_and_readable_with_a_read_key(
    annotator: TestClient, anonymous: TestClient, with_key: Factory
) -> None:
    address = f"/api/v1/projects/{committed_project(3)}/rounds"
    reader, judge = with_key(Scope.READ, "reader"), with_key(Scope.JUDGE, "judge")

    for client in (annotator, reader, judge):
        assert_problem(client.post(address), 403)
    assert_problem(anonymous.post(address), 401)
    assert_problem(judge.get(address), 403)
    assert_problem(annotator.get(address), 403)
    assert reader.get(address).json() == {"items": [], "next_cursor": None}


def test_rounds_and_pairs_over_http_page_without_gaps_or_doubles(admin: TestClient) -> None:
    with transaction() as session:
        project = factories.make_project(session)
        made = [factories.make_open_round(session, project, pairs=5) for _ in range(3)]
        ids = [str(row.id) for row in made]
        pairs = [str(pair.id) for pair in factories.round_pairs(session, made[0])]

    def pages(address: str) -> list[str]:
        seen: list[str] = []
        cursor: dict[str, str] = {}
        while True:
            page = admin.get(address, params={"limit": "2"} | cursor).json()
            seen += [row["id"] for row in page["items"]]
            if page["next_cursor"] is None:
                return seen
            cursor = {"cursor": page["next_cursor"]}

    assert pages(f"/api/v1/projects/{project.id}/rounds") == ids[::-1]
    assert pages(f"/api/v1/rounds/{ids[0]}/pairs") == pairs
    assert admin.get(f"/api/v1/rounds/{ids[0]}").json()["slots"] == 5


def test_a_round_that_is_not_scored_draws_no_more_than_two_prompts_a_pair() -> None:
    pool = [UUID(int=number) for number in range(1000)]
    config = RoundConfig(rule="certainty", labels=10, control_share=0.2, over_generation=8)
    assert draw_prompts(pool, config, seed=1, is_scored=False).funnel["candidates_wanted"] == 16
    assert draw_prompts(pool, config, seed=1, is_scored=True).funnel["candidates_wanted"] == 64


@pytest.mark.parametrize(
    ("rule", "is_reference", "preferences", "used"),
    [
        ("certainty", True, 999, "random"),
        ("certainty", False, 0, "certainty"),
        ("entropy_certainty", True, 999, "random"),
        ("entropy", True, 0, "entropy"),
        ("random", False, 0, "random"),
        ("offline", True, 0, "offline"),
        ("drts", False, ENSEMBLE_PREFERENCES - 1, "random"),
        ("drts", False, ENSEMBLE_PREFERENCES, "drts"),
        ("delta_ucb", True, ENSEMBLE_PREFERENCES, "delta_ucb"),
        ("auto", True, 0, "random"),
        ("auto", False, 0, "certainty"),
        ("auto", True, ENSEMBLE_PREFERENCES, "auto"),
        ("auto", False, ENSEMBLE_PREFERENCES, "auto"),
    ],
)
def test_a_rule_that_cannot_choose_gives_way_to_random_and_says_why(
    rule: RuleName, is_reference: bool, preferences: int, used: str
) -> None:
    found, note = usable_rule(rule, is_reference=is_reference, preferences=preferences)

    assert found == used
    assert (note is None) == (rule == used)
    if note:
        assert "_" not in note


def test_a_round_of_an_ensemble_rule_draws_for_scoring_once_there_are_preferences_to_learn_from(
    session: Session,
) -> None:
    wanted = []
    for labels in (ENSEMBLE_PREFERENCES - 1, ENSEMBLE_PREFERENCES):
        project = factories.make_project(session)
        factories.make_labelled_round(session, project, labels=labels)
        factories.make_prompts(session, project, 100)
        config = RoundConfig(rule="bai_ts", labels=10, control_share=0, over_generation=8)
        row = rounds.start_round(session, project.id, config, actor=SYSTEM)
        wanted.append(row.funnel["candidates_wanted"])

    assert wanted == [20, 80]


def test_an_ensemble_learns_from_what_was_preferred_before_the_round_on_train_prompts(session: Session) -> None:
    project = factories.make_project(session)
    actor = factories.make_actor(session)
    pairs = factories.round_pairs(session, factories.make_open_round(session, project, pairs=4))
    before = factories.make_label(session, pairs[0], actor=actor)
    later = factories.make_label(session, pairs[1], actor=actor)
    later.created_at = before.created_at + timedelta(hours=1)
    factories.make_label(session, pairs[2], actor=actor, verdict=Verdict.TIE)
    factories.make_labelled_round(session, factories.make_project(session), labels=1)
    session.flush()

    began = before.created_at + timedelta(minutes=1)

    assert session.scalars(known_preferences(project.id, before=began)).all() == [before]
    assert session.scalars(known_preferences(project.id)).all() == [before, later]
