"""Long lists: every filter and order goes by an index, and pages follow one another without a gap."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import Engine, event, text
from sqlalchemy.orm import Session

from app.db import get_engine, transaction
from app.models import Project, User, Verdict
from app.paging import Rows, Slice
from app.schemas import AuditFilter, LabelFilter, PairFilter, PromptFilter
from app.services import activity, annotation, audit, label_lists, open_slots, pair_lists, prompts, stats
from app.services.audit import Actor
from tests import big_lists, factories
from tests.app.conftest import assert_problem

ROWS = 20_000
BIG = {"prompts", "pairs", "labels", "leases", "audit_events"}


@pytest.fixture(scope="module")
def big(urls: object) -> Iterator[tuple[UUID, list[User], UUID]]:
    """A project of many rows, kept for the tests of this file; its people, and its first round."""
    with transaction() as session:
        project, users = big_lists.fill(session, ROWS)
        found = project.id, users, big_lists.first_round(session, project.id)
    big_lists.vacuum(get_engine())
    yield found
    with transaction() as session:
        session.execute(text("TRUNCATE users, projects CASCADE"))


Listing = Callable[[Session, UUID, UUID, UUID, Slice], Rows[Any]]


def _labels(**wanted: Any) -> Listing:
    def listing(session: Session, project: UUID, user: UUID, round_id: UUID, part: Slice) -> Rows[Any]:
        given = {name: {"user": user, "round": round_id}.get(value, value) for name, value in wanted.items()}
        return label_lists.list_labels(session, project, part, LabelFilter(**given))

    return listing


def _prompts(**wanted: Any) -> Listing:
    return lambda session, project, _user, _round, part: prompts.list_prompts(
        session, project, part, PromptFilter(**wanted)
    )


def _pairs(**wanted: Any) -> Listing:
    return lambda session, _project, _user, round_id, part: pair_lists.list_pairs(
        session, round_id, part, PairFilter(**wanted)
    )


def _audit(*, everywhere: bool = False, **wanted: Any) -> Listing:
    def listing(session: Session, project: UUID, user: UUID, _round: UUID, part: Slice) -> Rows[Any]:
        given = {name: user if value == "user" else value for name, value in wanted.items()}
        return audit.list_events(session, part, AuditFilter(**given), project_id=None if everywhere else project)

    return listing


NOW = datetime.now(UTC)
LISTINGS: dict[str, Listing] = {
    "prompts": _prompts(),
    "prompts, newest": _prompts(newest_first=True),
    "prompts, eval": _prompts(split="eval"),
    "prompts out of the pool": _prompts(state="out"),
    "prompts in the pool": _prompts(state="usable"),
    "prompts with a rare word": _prompts(search="number17"),
    "prompts with a common word": _prompts(search="kettle"),
    "prompts with no such word": _prompts(search="nowhere"),
    "labels": _labels(),
    "labels, oldest": _labels(sort="oldest"),
    "labels, slowest": _labels(sort="slowest"),
    "labels, quickest": _labels(sort="quickest"),
    "skips": _labels(verdict="skip"),
    "skips, slowest": _labels(verdict="skip", sort="slowest"),
    "undos": _labels(verdict="undo"),
    "labels of a person": _labels(user_id="user"),
    "labels of the control arm": _labels(arm="control"),
    "imported labels": _labels(arm="imported"),
    "labels of a round": _labels(round_id="round"),
    "surplus labels": _labels(disposition="surplus"),
    "labels with a remark": _labels(is_remarked=True),
    "labels about rudeness": _labels(search="rude"),
    "pairs": _pairs(),
    "pairs by score": _pairs(sort="score"),
    "control pairs": _pairs(arm="control"),
    "audit": _audit(),
    "audit of all": _audit(everywhere=True),
    "promotions": _audit(action="model.promote"),
    "audit of a person": _audit(user_id="user", everywhere=True),
    "audit of an hour": _audit(since=NOW - timedelta(hours=1), until=NOW + timedelta(hours=1)),
}


@pytest.mark.parametrize("name", LISTINGS)
def test_list_at_twenty_thousand_rows_scans_no_table(
    big: tuple[UUID, list[User], UUID], engine_of_big: Engine, name: str
) -> None:
    project, users, round_id = big
    with transaction() as session, _statements(engine_of_big) as ran:
        first = LISTINGS[name](session, project, users[1].id, round_id, Slice(limit=20))
        if first.next_cursor:
            LISTINGS[name](session, project, users[1].id, round_id, Slice(20, UUID(first.next_cursor)))
    assert _scanned(ran) == []


def test_labels_of_one_verdict_by_seconds_are_read_in_the_order_of_an_index(
    big: tuple[UUID, list[User], UUID], engine_of_big: Engine
) -> None:
    project, users, round_id = big
    with transaction() as session, _statements(engine_of_big) as ran:
        LISTINGS["skips, slowest"](session, project, users[1].id, round_id, Slice(limit=20))
    plans = str([plan for plan in _explained(ran) if "ix_labels_project_id_verdict_time_id" in str(plan)])
    assert "ix_labels_project_id_verdict_time_id" in plans
    assert "'Sort'" not in plans


@pytest.mark.parametrize("name", LISTINGS)
def test_pages_of_a_list_follow_one_another(big: tuple[UUID, list[User], UUID], name: str) -> None:
    project, users, round_id = big
    with transaction() as session:
        whole = LISTINGS[name](session, project, users[1].id, round_id, Slice(limit=30)).items
        paged: list[Any] = []
        cursor: UUID | None = None
        while len(paged) < len(whole):
            page = LISTINGS[name](session, project, users[1].id, round_id, Slice(7, cursor))
            paged += page.items
            if page.next_cursor is None:
                break
            cursor = UUID(page.next_cursor)
    assert [row.id for row in paged[: len(whole)]] == [row.id for row in whole]


def test_work_of_people_when_there_are_many_labels_reads_no_table_whole(
    big: tuple[UUID, list[User], UUID], engine_of_big: Engine
) -> None:
    _, users, _ = big
    with transaction() as session, _statements(engine_of_big) as ran:
        nobody = factories.make_user(session)
        people = [user.id for user in (*users, nobody)]
        work = {one.user_id: one for one in activity.list_work(session, people)}
    plans = _explained(ran[-1:])
    assert work[users[0].id].labels + work[users[1].id].labels == ROWS
    assert work[users[1].id].median_seconds is not None
    assert (work[nobody.id].labels, work[nobody.id].last_label_at) == (0, None)
    assert _scanned(ran) == []
    # Not through everybody's labels, for those who have none or gave their last one long ago.
    assert "ix_labels_user_id_id" in str(plans)
    assert "pk_labels" not in str(plans)


def test_progress_and_projects_of_annotators_when_everything_is_long_scan_no_table(
    big: tuple[UUID, list[User], UUID], engine_of_big: Engine
) -> None:
    project, users, round_id = big
    in_round = f"SELECT id FROM pairs WHERE round_id = '{round_id}'"
    with Session(engine_of_big) as session:
        session.execute(text("UPDATE rounds SET status = 'open'"))
        session.execute(text(f"UPDATE leases SET is_done = false WHERE pair_id IN ({in_round})"))
        with _statements(engine_of_big) as ran:
            progress = annotation.get_progress(session, project, actor=Actor(user_id=users[1].id))
            [listed] = annotation.list_annotator_projects(session)
        assert _scanned(ran) == []
    assert (progress.open_slots, listed.open_pairs) == (1000, 1000)
    assert progress.done_slots == open_slots.MOST_COUNTED  # and more, which nobody counts
    assert 0 < progress.mine <= progress.mine_today


def test_overview_when_everything_is_long_reads_tallies(
    big: tuple[UUID, list[User], UUID], engine_of_big: Engine
) -> None:
    with transaction() as session, _statements(engine_of_big) as ran:
        overview = stats.get_overview(session, session.get_one(Project, big[0]))
    assert _scanned(ran) == []
    assert not [statement for statement, _ in ran if "FROM labels" in statement or "FROM prompts" in statement]
    assert (overview.train_prompts + overview.eval_prompts, overview.labels) == (ROWS, ROWS - ROWS // 1000)


@pytest.fixture
def engine_of_big(urls: object) -> Engine:
    """The app's engine; unlike `engine`, it leaves the rows for the next test of this file."""
    with transaction() as session:
        bind = session.get_bind()
    assert isinstance(bind, Engine)
    return bind


@contextmanager
def _statements(engine: Engine) -> Iterator[list[tuple[str, Any]]]:
    ran: list[tuple[str, Any]] = []

    def note(_conn: Any, _cursor: Any, statement: str, parameters: Any, _context: Any, _many: bool) -> None:
        ran.append((statement, parameters))

    event.listen(engine, "before_cursor_execute", note)
    yield ran
    event.remove(engine, "before_cursor_execute", note)


def _scanned(ran: list[tuple[str, Any]]) -> list[str]:
    """The long tables that these statements read from one end to the other."""
    return [scan for plan in _explained(ran) for scan in _scans(plan)]


def _explained(ran: list[tuple[str, Any]]) -> list[dict[str, Any]]:
    with transaction() as session:
        explain = session.connection().exec_driver_sql
        return [explain(f"EXPLAIN (FORMAT JSON) {one}", values).scalar_one()[0]["Plan"] for one, values in ran]


def _scans(plan: dict[str, Any]) -> list[str]:
    here = [plan["Relation Name"]] if plan["Node Type"] == "Seq Scan" and plan["Relation Name"] in BIG else []
    return here + [scan for child in plan.get("Plans", []) for scan in _scans(child)]


# What a row says


def test_label_when_opened_shows_the_pair_as_its_author_saw_it(admin: TestClient) -> None:
    with transaction() as session:
        project = factories.make_project(session)
        pair = factories.round_pairs(session, factories.make_open_round(session, project, pairs=1))[0]
        actor = factories.make_actor(session)
        label = factories.make_label(session, pair, actor=actor, a_wins=True, swapped=True)
    answer = admin.get(f"/api/v1/labels/{label.id}").json()
    assert (answer["left_is"], answer["winner"], answer["is_undone"]) == ("b", "right", False)
    assert answer["pair"]["completion_a"]["id"] == str(pair.completion_a_id)
    assert answer["prompt"].startswith("Prompt")
    assert_problem(admin.get(f"/api/v1/labels/{pair.id}"), 404, "no label")


def test_filters_of_labels_over_the_api_name_what_is_wrong(admin: TestClient) -> None:
    with transaction() as session:
        project = factories.make_project(session)
        [pair] = factories.round_pairs(session, factories.make_open_round(session, project, pairs=1))
        factories.make_label(session, pair, actor=factories.make_actor(session), verdict=Verdict.TIE)
    url = f"/api/v1/projects/{project.id}/labels"
    assert len(admin.get(url, params={"verdict": "tie"}).json()["items"]) == 1
    assert admin.get(url, params={"verdict": "undo"}).json()["items"] == []
    problem = assert_problem(admin.get(url, params={"verdict": "maybe"}), 422)
    assert "verdict" in str(problem["errors"])


def test_work_of_a_person_leaves_out_what_was_undone_and_pauses(admin: TestClient) -> None:
    start = datetime.now(UTC) - timedelta(minutes=30)
    with transaction() as session:
        project = factories.make_project(session)
        user = factories.make_user(session)
        pairs = factories.round_pairs(session, factories.make_open_round(session, project, pairs=4))
        # Ten seconds apart, then a pause of twenty minutes, then ten seconds again.
        for pair, seconds in zip(pairs, (0, 10, 1210, 1220), strict=True):
            label = factories.make_label(session, pair, actor=Actor(user_id=user.id))
            label.created_at, label.time_on_task_ms = start + timedelta(seconds=seconds), 4000
    [work] = admin.get("/api/v1/users/work", params={"user_id": [str(user.id), str(project.id)]}).json()
    assert (work["labels"], work["median_seconds"], work["labels_per_hour"]) == (4, 4.0, 360.0)


def test_scores_of_a_round_are_counted_in_bins(admin: TestClient) -> None:
    with transaction() as session:
        round_ = factories.make_open_round(session, factories.make_project(session), pairs=3)
        for pair, score in zip(factories.round_pairs(session, round_), (0.0, 1.0, 1.0), strict=True):
            pair.score = score
        round_.funnel = {"scores": pair_lists.histogram([0.0, 0.5, 1.0, 1.0])}
    histogram = admin.get(f"/api/v1/rounds/{round_.id}/scores").json()
    assert (histogram["edges"][0], histogram["edges"][-1]) == (0.0, 1.0)
    assert histogram["counts"]["active"] == [1, *[0] * 18, 2]
    assert histogram["counts"]["passed_over"] == [*[0] * 10, 1, *[0] * 9]
    pairs = admin.get(f"/api/v1/rounds/{round_.id}/pairs", params={"sort": "score"}).json()["items"]
    assert [one["score"] for one in pairs] == [1.0, 1.0, 0.0]
