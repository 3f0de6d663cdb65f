"""Labels: stored exactly once, on the side that was seen, counted or surplus, taken back, never changed."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from threading import Barrier
from uuid import UUID, uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, func, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.db import transaction
from app.errors import Conflict, Forbidden, Invalid, NotFound
from app.models import (
    Disposition,
    Label,
    LabelTally,
    Lease,
    Lending,
    Pair,
    Project,
    Round,
    RoundStatus,
    Verdict,
)
from app.paging import Slice, first_id_at
from app.schemas import LabelCreate, LabelFilter, Task
from app.services import annotation, claims, label_lists, labels, rounds, tallies
from app.services.audit import SYSTEM, Actor
from tests import factories


def claim(session: Session, project: Project, actor: Actor, count: int = 1) -> list[Task]:
    return claims.claim(session, project.id, actor=actor, count=count, lease_seconds=300).tasks


def left_wins(lease: UUID) -> LabelCreate:
    return LabelCreate(lease=lease, verdict=Verdict.PREFERRED, winner="left")


def submit(session: Session, actor: Actor, body: LabelCreate, key: str | None = None) -> Label:
    return labels.submit_label(session, actor=actor, body=body, idempotency_key=key or uuid4().hex)[0]


def undo(session: Session, actor: Actor, label: Label, key: str | None = None) -> tuple[Label, bool]:
    return labels.undo_label(
        session, actor=actor, label_id=label.id, idempotency_key=key or uuid4().hex, lease_seconds=300
    )


def slot_of(session: Session, pair_id: UUID, slot: int = 0) -> Lease:
    return session.get_one(Lease, (pair_id, slot), populate_existing=True)


def test_label_of_a_held_lease_counts_and_fills_its_slot(session: Session) -> None:
    project = factories.make_project(session, guideline_version=3)
    factories.make_open_round(session, project, pairs=2)
    actor = factories.make_actor(session)
    task = claim(session, project, actor)[0]
    body = LabelCreate(
        lease=task.lease, verdict=Verdict.PREFERRED, winner="left", strength=2, comment="clear", time_on_task_ms=4200
    )

    label = submit(session, actor, body)

    lease = slot_of(session, task.pair_id)
    assert (lease.is_done, lease.token, lease.user_id, lease.expires_at) == (True, None, None, None)
    assert label.disposition is Disposition.COUNTED
    assert (label.strength, label.comment, label.time_on_task_ms, label.guideline_version) == (2, "clear", 4200, 3)
    assert (label.user_id, label.lease_token, label.slot) == (actor.user_id, task.lease, 0)


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(swapped=st.booleans(), winner=st.sampled_from(["left", "right"]))
def test_label_stores_the_completion_that_stood_on_the_chosen_side(
    session: Session, swapped: bool, winner: labels.Side
) -> None:
    project = factories.make_project(session)
    round_ = factories.make_open_round(session, project, pairs=1)
    actor = factories.make_actor(session)
    pair = factories.round_pairs(session, round_)[0]
    token = claim(session, project, actor)[0].lease
    for table in (Lease, Lending):
        session.execute(update(table).where(table.token == token).values(swapped=swapped))
    task = claim(session, project, actor)[0]

    label = submit(session, actor, LabelCreate(lease=token, verdict=Verdict.PREFERRED, winner=winner))

    texts = {one.id: one.text for one in (pair.completion_a, pair.completion_b)}
    assert label.winner_id is not None
    assert texts[label.winner_id] == (task.left if winner == "left" else task.right)
    assert (texts[label.left_completion_id], texts[label.right_completion_id]) == (task.left, task.right)
    assert labels.winner_side(label) == winner


@pytest.mark.unit
@given(swapped=st.booleans())
def test_sides_swapped_twice_are_as_before(swapped: bool) -> None:
    assert labels.on_screen(swapped, *labels.on_screen(swapped, "a", "b")) == ("a", "b")


@pytest.mark.parametrize("verdict", [Verdict.TIE, Verdict.BOTH_BAD, Verdict.SKIP])
def test_label_without_a_winner_fills_its_slot_too(session: Session, verdict: Verdict) -> None:
    project = factories.make_project(session)
    factories.make_open_round(session, project, pairs=1)
    actor = factories.make_actor(session)
    task = claim(session, project, actor)[0]

    label = submit(session, actor, LabelCreate(lease=task.lease, verdict=verdict))

    assert (label.verdict, label.winner_id, label.disposition) == (verdict, None, Disposition.COUNTED)
    assert slot_of(session, task.pair_id).is_done


def test_label_sent_again_with_the_same_key_is_the_same_row(session: Session) -> None:
    project = factories.make_project(session)
    factories.make_open_round(session, project, pairs=1)
    actor = factories.make_actor(session)
    body = left_wins(claim(session, project, actor)[0].lease)

    first = labels.submit_label(session, actor=actor, body=body, idempotency_key="k")
    second = labels.submit_label(session, actor=actor, body=body, idempotency_key="k")

    assert (first[1], second[1]) == (False, True)
    assert first[0].id == second[0].id
    assert session.scalar(select(func.count()).select_from(Label)) == 1


@pytest.mark.parametrize("change", [{"winner": "right"}, {"comment": "no"}, {"time_on_task_ms": 1}, {"strength": 1}])
def test_label_with_a_used_key_and_another_content_is_refused(session: Session, change: dict[str, object]) -> None:
    project = factories.make_project(session)
    factories.make_open_round(session, project, pairs=1)
    actor = factories.make_actor(session)
    body = left_wins(claim(session, project, actor)[0].lease)
    submit(session, actor, body, "k")

    with pytest.raises(Invalid) as refused:
        submit(session, actor, body.model_copy(update=change), "k")

    assert refused.value.code == "idempotency_key_reused"


def test_two_authors_may_use_the_same_key(session: Session) -> None:
    project = factories.make_project(session)
    factories.make_open_round(session, project, pairs=2)
    one, other = factories.make_actor(session), Actor(api_key_id=factories.make_key(session).id)

    first = submit(session, one, left_wins(claim(session, project, one)[0].lease), "1")
    second = submit(session, other, left_wins(claim(session, project, other)[0].lease), "1")

    assert first.id != second.id


def test_second_label_of_a_lease_under_another_key_is_a_conflict(session: Session) -> None:
    project = factories.make_project(session)
    factories.make_open_round(session, project, pairs=1)
    actor = factories.make_actor(session)
    task = claim(session, project, actor)[0]
    submit(session, actor, left_wins(task.lease))

    with pytest.raises(Conflict) as refused:
        submit(session, actor, LabelCreate(lease=task.lease, verdict=Verdict.TIE))

    assert refused.value.code == "already_labelled"


def test_label_of_an_unknown_or_foreign_lease_is_refused_and_not_stored(session: Session) -> None:
    project = factories.make_project(session)
    factories.make_open_round(session, project, pairs=1)
    task = claim(session, project, factories.make_actor(session))[0]
    thief = factories.make_actor(session)

    with pytest.raises(NotFound):
        submit(session, thief, left_wins(uuid4()))
    with pytest.raises(Forbidden):
        submit(session, thief, left_wins(task.lease))

    assert session.scalar(select(func.count()).select_from(Label)) == 0


def test_late_label_counts_while_nobody_else_has_the_slot(session: Session) -> None:
    project = factories.make_project(session)
    factories.make_open_round(session, project, pairs=1)
    actor = factories.make_actor(session)
    task = claim(session, project, actor)[0]
    factories.expire_lease(session, task.lease)

    label = submit(session, actor, left_wins(task.lease))

    assert label.disposition is Disposition.COUNTED
    assert slot_of(session, task.pair_id).is_done


@pytest.mark.parametrize("has_labelled", [False, True])
def test_late_label_is_surplus_when_the_slot_went_to_somebody_else(session: Session, has_labelled: bool) -> None:
    project = factories.make_project(session)
    factories.make_open_round(session, project, pairs=1)
    late, other = factories.make_actor(session), factories.make_actor(session)
    task = claim(session, project, late)[0]
    factories.expire_lease(session, task.lease)
    taken = claim(session, project, other)[0]
    if has_labelled:
        submit(session, other, left_wins(taken.lease))

    label = submit(session, late, left_wins(task.lease))

    assert label.disposition is Disposition.SURPLUS
    assert slot_of(session, task.pair_id).token == (None if has_labelled else taken.lease)
    if not has_labelled:
        assert submit(session, other, left_wins(taken.lease)).disposition is Disposition.COUNTED


def test_late_label_counts_in_another_slot_of_its_pair_that_is_free(session: Session) -> None:
    project = factories.make_project(session)
    factories.make_open_round(session, project, pairs=1, labels_per_pair=2)
    late, other = factories.make_actor(session), factories.make_actor(session)
    task = claim(session, project, late)[0]
    factories.expire_lease(session, task.lease)
    claim(session, project, other)

    label = submit(session, late, left_wins(task.lease))

    assert (label.disposition, label.slot) == (Disposition.COUNTED, 1)
    assert slot_of(session, task.pair_id, 1).is_done


def test_one_author_counts_once_on_a_pair_even_with_two_leases_of_it(session: Session) -> None:
    project = factories.make_project(session)
    factories.make_open_round(session, project, pairs=1, labels_per_pair=2)
    actor, other = factories.make_actor(session), factories.make_actor(session)
    first = claim(session, project, actor)[0]
    factories.expire_lease(session, first.lease)
    claim(session, project, other)
    second = claim(session, project, actor)[0]
    assert second.lease != first.lease

    counted = submit(session, actor, left_wins(first.lease))
    again = submit(session, actor, left_wins(second.lease))

    assert (counted.disposition, again.disposition) == (Disposition.COUNTED, Disposition.SURPLUS)
    assert session.scalars(select(func.count()).select_from(Lease).where(Lease.is_done)).one() == 1


def test_label_after_the_round_was_closed_and_its_slot_withdrawn_is_kept_as_surplus(session: Session) -> None:
    project = factories.make_project(session)
    round_ = factories.make_open_round(session, project, pairs=1)
    actor = factories.make_actor(session)
    task = claim(session, project, actor)[0]
    factories.expire_lease(session, task.lease)
    rounds.close_round(session, round_.id, actor=SYSTEM)

    label = submit(session, actor, left_wins(task.lease))

    assert label.disposition is Disposition.SURPLUS


def test_last_label_closes_the_round(session: Session) -> None:
    project = factories.make_project(session)
    round_ = factories.make_open_round(session, project, pairs=2)
    actor = factories.make_actor(session)
    one, two = claim(session, project, actor, count=2)

    submit(session, actor, left_wins(one.lease))
    before = session.get_one(Round, round_.id, populate_existing=True).status
    submit(session, actor, left_wins(two.lease))
    after = session.get_one(Round, round_.id, populate_existing=True)

    assert (before, after.status) == (RoundStatus.OPEN, RoundStatus.CLOSED)
    assert after.closed_at is not None


def test_undo_supersedes_the_label_and_gives_its_author_the_pair_again_on_the_same_sides(session: Session) -> None:
    project = factories.make_project(session)
    round_ = factories.make_open_round(session, project, pairs=3)
    actor = factories.make_actor(session)
    tasks = claim(session, project, actor, count=3)
    done = [submit(session, actor, left_wins(task.lease)) for task in tasks]
    assert round_.status is RoundStatus.CLOSED

    row, is_replay = undo(session, actor, done[1])

    again = claim(session, project, actor, count=3)
    assert (row.supersedes_id, row.verdict, is_replay) == (done[1].id, None, False)
    assert [task.pair_id for task in again] == [tasks[1].pair_id]
    assert (again[0].left, again[0].right) == (tasks[1].left, tasks[1].right)
    assert again[0].lease != tasks[1].lease
    assert session.get_one(Round, round_.id, populate_existing=True).status is RoundStatus.OPEN


def test_redo_after_an_undo_counts_and_closes_the_round_again(session: Session) -> None:
    project = factories.make_project(session)
    round_ = factories.make_open_round(session, project, pairs=1)
    actor = factories.make_actor(session)
    first = submit(session, actor, left_wins(claim(session, project, actor)[0].lease))
    undo(session, actor, first)

    lease = claim(session, project, actor)[0].lease
    second = submit(session, actor, LabelCreate(lease=lease, verdict=Verdict.TIE))

    own = annotation.list_own(session, project.id, actor=actor, part=Slice()).items
    assert second.disposition is Disposition.COUNTED
    assert [label.id for label in own] == [second.id]
    assert session.get_one(Round, round_.id, populate_existing=True).status is RoundStatus.CLOSED


def test_undo_sent_again_with_the_same_key_is_the_same_row(session: Session) -> None:
    project = factories.make_project(session)
    factories.make_open_round(session, project, pairs=1)
    actor = factories.make_actor(session)
    label = submit(session, actor, left_wins(claim(session, project, actor)[0].lease))

    first, second = undo(session, actor, label, "u"), undo(session, actor, label, "u")

    assert (first[0].id, second[1]) == (second[0].id, True)
    assert session.scalar(select(func.count()).select_from(Lending)) == 2


def test_undo_of_an_undone_label_an_undo_or_a_foreign_label_is_refused(session: Session) -> None:
    project = factories.make_project(session)
    factories.make_open_round(session, project, pairs=1)
    actor = factories.make_actor(session)
    label = submit(session, actor, left_wins(claim(session, project, actor)[0].lease))

    with pytest.raises(Forbidden):
        undo(session, factories.make_actor(session), label)
    row, _ = undo(session, actor, label)
    for undone in (label, row):
        with pytest.raises(Conflict):
            undo(session, actor, undone)


def test_undo_of_a_surplus_label_changes_no_slot(session: Session) -> None:
    project = factories.make_project(session)
    factories.make_open_round(session, project, pairs=1)
    late, other = factories.make_actor(session), factories.make_actor(session)
    task = claim(session, project, late)[0]
    factories.expire_lease(session, task.lease)
    submit(session, other, left_wins(claim(session, project, other)[0].lease))
    surplus = submit(session, late, left_wins(task.lease))

    row, _ = undo(session, late, surplus)

    assert row.disposition is Disposition.SURPLUS
    assert slot_of(session, task.pair_id).is_done


def test_undo_in_a_round_that_an_admin_closed_leaves_it_closed_and_the_pair_with_its_author(session: Session) -> None:
    project = factories.make_project(session)
    round_ = factories.make_open_round(session, project, pairs=2)
    actor = factories.make_actor(session)
    task = claim(session, project, actor)[0]
    label = submit(session, actor, left_wins(task.lease))
    rounds.close_round(session, round_.id, actor=SYSTEM)

    undo(session, actor, label)

    assert session.get_one(Round, round_.id, populate_existing=True).status is RoundStatus.CLOSED
    assert [again.pair_id for again in claim(session, project, actor)] == [task.pair_id]


def test_labels_are_append_only_facts_with_their_constraints_in_the_database(session: Session) -> None:
    project = factories.make_project(session)
    round_ = factories.make_open_round(session, project, pairs=1)
    actor = factories.make_actor(session)
    pair = factories.round_pairs(session, round_)[0]
    label = submit(session, actor, left_wins(claim(session, project, actor)[0].lease))
    stored = session.execute(select(Label.__table__).where(Label.__table__.c.id == label.id)).one()

    undo(session, actor, label)

    assert session.execute(select(Label.__table__).where(Label.__table__.c.id == label.id)).one() == stored
    for bad in ({"winner_id": None}, {"winner_id": uuid4()}, {"strength": 3}, {"verdict": None}):
        with pytest.raises(IntegrityError), session.begin_nested():
            session.execute(update(Label).where(Label.id == label.id).values(**bad))
    assert pair.id == label.pair_id


def test_progress_counts_an_authors_standing_labels_and_the_open_slots(session: Session) -> None:
    project = factories.make_project(session)
    factories.make_open_round(session, project, pairs=4)
    actor = factories.make_actor(session)
    done = [submit(session, actor, left_wins(task.lease)) for task in claim(session, project, actor, count=3)]
    undo(session, actor, done[0])

    progress = annotation.get_progress(session, project.id, actor=actor)

    assert (progress.mine, progress.mine_today, progress.open_slots, progress.done_slots) == (2, 2, 2, 2)


def test_progress_counts_today_from_midnight_of_the_authors_clock(session: Session) -> None:
    project = factories.make_project(session)
    round_ = factories.make_open_round(session, project, pairs=16)
    actor, now = factories.make_actor(session), datetime.now(UTC)
    moments = [now - timedelta(hours=3 * place, minutes=5) for place in range(16)]
    for moment, pair in zip(moments, factories.round_pairs(session, round_), strict=True):
        label = factories.make_label(session, pair, actor=actor)
        new = {"id": UUID(int=first_id_at(moment).int + 1), "created_at": moment}
        session.execute(update(Label).where(Label.id == label.id).values(**new))
    session.execute(delete(LabelTally))
    tallies.add_labels(session, tallies.count_labels(session, Label.project_id == project.id))

    for offset in range(-840, 841, 15):
        clock = timezone(timedelta(minutes=offset))
        progress = annotation.get_progress(session, project.id, actor=actor, utc_offset=offset)
        expected = []
        for time in (now, datetime.now(UTC)):  # midnight may come between
            midnight = time.astimezone(clock).replace(hour=0, minute=0, second=0, microsecond=0)
            expected.append(sum(moment >= midnight for moment in moments))
        assert progress.mine_today in expected, offset


def test_own_labels_page_newest_first_without_gaps_or_doubles(session: Session) -> None:
    project = factories.make_project(session)
    factories.make_open_round(session, project, pairs=5)
    actor, other = factories.make_actor(session), factories.make_actor(session)
    submit(session, other, left_wins(claim(session, project, other)[0].lease))
    mine = [submit(session, actor, left_wins(task.lease)) for task in claim(session, project, actor, count=4)]

    seen: list[UUID] = []
    part = Slice(limit=3)
    while True:
        page = annotation.list_own(session, project.id, actor=actor, part=part)
        seen += [label.id for label in page.items]
        if page.next_cursor is None:
            break
        part = replace(part, cursor=UUID(page.next_cursor))

    assert seen == sorted((label.id for label in mine), reverse=True)


def test_admins_see_every_label_and_undo_with_its_author_arm_and_round(session: Session) -> None:
    project = factories.make_project(session)
    factories.make_open_round(session, project, pairs=1)
    key = factories.make_key(session)
    actor = Actor(api_key_id=key.id)
    label = submit(session, actor, left_wins(claim(session, project, actor)[0].lease))
    undo(session, actor, label)

    rows = label_lists.list_labels(session, project.id, Slice(), LabelFilter()).items

    assert [(row.author, row.arm, row.round_number, row.verdict) for row in rows] == [
        (key.name, "active", 1, None),
        (key.name, "active", 1, "preferred"),
    ]
    assert rows[0].supersedes_id == rows[1].id


def committed_round(*, pairs: int, actors: int) -> tuple[Project, list[Actor]]:
    with transaction() as session:
        project = factories.make_project(session)
        factories.make_open_round(session, project, pairs=pairs)
        return project, [factories.make_actor(session) for _ in range(actors)]


@pytest.mark.usefixtures("engine")
def test_same_label_sent_eight_times_at_once_is_stored_once_and_all_get_the_same_answer() -> None:
    project, [actor] = committed_round(pairs=1, actors=1)
    with transaction() as session:
        body = left_wins(claim(session, project, actor)[0].lease)
    barrier = Barrier(8)

    def send(_: int) -> tuple[UUID, bool]:
        barrier.wait(timeout=30)
        with transaction() as session:
            label, is_replay = labels.submit_label(session, actor=actor, body=body, idempotency_key="same")
            return label.id, is_replay

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(send, range(8)))

    assert len({label_id for label_id, _ in answers}) == 1
    assert sorted(is_replay for _, is_replay in answers) == [False] + [True] * 7
    with transaction() as session:
        assert session.scalar(select(func.count()).select_from(Label)) == 1


@pytest.mark.usefixtures("engine")
def test_label_whose_answer_was_lost_is_replayed_from_the_database() -> None:
    project, [actor] = committed_round(pairs=1, actors=1)
    with transaction() as session:
        body = left_wins(claim(session, project, actor)[0].lease)
    with transaction() as session:
        stored = submit(session, actor, body, "lost")

    with transaction() as session:
        again, is_replay = labels.submit_label(session, actor=actor, body=body, idempotency_key="lost")

    assert (again.id, again.created_at, is_replay) == (stored.id, stored.created_at, True)


@pytest.mark.usefixtures("engine")
def test_fifty_annotators_at_once_label_a_round_without_a_double_and_the_last_label_closes_it() -> None:
    project, actors = committed_round(pairs=150, actors=50)
    barrier = Barrier(50)

    def annotate(actor: Actor) -> list[UUID]:
        barrier.wait(timeout=30)
        labelled: list[UUID] = []
        while True:
            with transaction() as session:
                result = claims.claim(session, project.id, actor=actor, count=2, lease_seconds=300)
            if result.state == "done" or (result.state == "held" and labelled):
                return labelled
            for task in result.tasks:
                with transaction() as session:
                    submit(session, actor, left_wins(task.lease))
                labelled.append(task.pair_id)

    with ThreadPoolExecutor(50) as pool:
        labelled = [pair_id for pairs in pool.map(annotate, actors) for pair_id in pairs]

    assert len(labelled) == len(set(labelled)) == 150
    with transaction() as session:
        rows = session.execute(select(Label.pair_id, Label.disposition)).all()
        assert len({pair_id for pair_id, _ in rows}) == len(rows) == 150
        assert {disposition for _, disposition in rows} == {Disposition.COUNTED}
        assert session.scalars(select(Round.status)).one() is RoundStatus.CLOSED
        assert session.scalars(select(func.count()).select_from(Pair)).one() == 150
