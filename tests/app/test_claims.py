"""Claims: who gets which pair, for how long, and the truth when there is none."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from threading import Barrier
from uuid import UUID, uuid4

import pytest
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from app.db import transaction
from app.errors import Conflict, Forbidden, NotFound
from app.models import Disposition, Lease, Lending, RoundStatus, User, Verdict
from app.schemas import LabelCreate
from app.services import claims, rounds
from app.services.audit import SYSTEM, Actor
from app.services.claims import ClaimResult
from app.services.labels import submit_label
from tests import factories


def claim(session: Session, project_id: UUID, actor: Actor, count: int = 1) -> ClaimResult:
    return claims.claim(session, project_id, actor=actor, count=count, lease_seconds=300)


def test_claim_gives_pairs_in_queue_order_and_records_each_lending(session: Session) -> None:
    project = factories.make_project(session)
    round_ = factories.make_open_round(session, project, pairs=5)
    actor = factories.make_actor(session)

    result = claim(session, project.id, actor, count=3)

    pairs = factories.round_pairs(session, round_)
    assert result.state == "ready"
    assert [task.pair_id for task in result.tasks] == [pair.id for pair in pairs[:3]]
    for task, pair in zip(result.tasks, pairs, strict=False):
        lending = session.get_one(Lending, task.lease)
        shown = [pair.completion_b.text, pair.completion_a.text] if lending.swapped else None
        assert [task.left, task.right] == (shown or [pair.completion_a.text, pair.completion_b.text])
        assert task.prompt == pair.prompt.content
        assert lending.user_id == actor.user_id


def test_claim_again_gives_the_same_leases_on_the_same_sides_with_a_later_expiry(session: Session) -> None:
    project = factories.make_project(session)
    factories.make_open_round(session, project, pairs=5)
    actor = factories.make_actor(session)
    first = claim(session, project.id, actor, count=2)
    session.execute(update(Lease).where(Lease.token.is_not(None)).values(expires_at=func.now() + timedelta(seconds=9)))

    second = claim(session, project.id, actor, count=3)

    assert [task.lease for task in second.tasks][:2] == [task.lease for task in first.tasks]
    assert [task.left for task in second.tasks][:2] == [task.left for task in first.tasks]
    assert all(task.expires_at > datetime.now(UTC) + timedelta(seconds=200) for task in second.tasks)
    assert session.scalar(select(func.count()).select_from(Lending)) == 3


def test_claim_never_gives_two_slots_of_a_pair_to_one_author(session: Session) -> None:
    project = factories.make_project(session)
    factories.make_open_round(session, project, pairs=2, labels_per_pair=3)
    key = Actor(api_key_id=factories.make_key(session).id)

    result = claim(session, project.id, key, count=6)
    again = claim(session, project.id, key, count=6)

    assert len(result.tasks) == 2
    assert len({task.pair_id for task in result.tasks}) == 2
    assert {task.lease for task in again.tasks} == {task.lease for task in result.tasks}


def test_claim_takes_an_expired_lease_of_somebody_else_as_a_new_lending(session: Session) -> None:
    project = factories.make_project(session)
    factories.make_open_round(session, project, pairs=1)
    left, came = factories.make_actor(session), factories.make_actor(session)
    old = claim(session, project.id, left).tasks[0]
    factories.expire_lease(session, old.lease)

    new = claim(session, project.id, came).tasks[0]

    assert new.pair_id == old.pair_id
    assert new.lease != old.lease


def test_claim_shows_both_sides_about_equally_often(session: Session) -> None:
    project = factories.make_project(session)
    factories.make_open_round(session, project, pairs=200)
    actor = factories.make_actor(session)

    for _ in range(10):
        claim(session, project.id, actor, count=20)
        session.execute(update(Lease).where(Lease.token.is_not(None)).values(is_done=True, **claims.FREE))

    swapped = session.scalars(select(func.count()).select_from(Lending).where(Lending.swapped)).one()
    assert 60 <= swapped <= 140  # five deviations around 100


@pytest.mark.parametrize("status", [RoundStatus.CLOSED, RoundStatus.FAILED])
def test_claim_gives_nothing_of_a_round_that_is_not_open(session: Session, status: RoundStatus) -> None:
    project = factories.make_project(session)
    factories.make_open_round(session, project, pairs=2).status = status
    session.flush()

    result = claim(session, project.id, factories.make_actor(session))

    assert (result.state, result.tasks) == ("done", [])


def test_claim_without_any_pair_says_empty(session: Session) -> None:
    project = factories.make_project(session)

    assert claim(session, project.id, factories.make_actor(session)).state == "empty"


def test_claim_while_a_round_is_being_acquired_says_scoring(session: Session) -> None:
    project = factories.make_project(session)
    factories.make_round(session, project, status=RoundStatus.SAMPLING)

    result = claim(session, project.id, factories.make_actor(session))

    assert (result.state, result.retry_after) == ("scoring", 5)


def test_claim_when_others_hold_the_rest_says_how_many_and_when_to_ask_again(session: Session) -> None:
    project = factories.make_project(session)
    factories.make_open_round(session, project, pairs=3)
    claims.claim(session, project.id, actor=factories.make_actor(session), count=1, lease_seconds=500)
    claims.claim(session, project.id, actor=factories.make_actor(session), count=2, lease_seconds=40)

    result = claim(session, project.id, factories.make_actor(session))

    assert (result.state, result.held_by_others) == ("held", 3)
    assert result.retry_after == 40


def test_claim_of_one_who_labelled_every_pair_says_done_though_others_are_still_asked(session: Session) -> None:
    project = factories.make_project(session)
    round_ = factories.make_open_round(session, project, pairs=2, labels_per_pair=2)
    actor, other = factories.make_actor(session), factories.make_actor(session)
    for pair in factories.round_pairs(session, round_):
        factories.make_label(session, pair, actor=actor)

    assert claim(session, project.id, actor).state == "done"
    assert len(claim(session, project.id, other, count=5).tasks) == 2


def test_claim_of_an_unknown_project_is_not_found(session: Session) -> None:
    with pytest.raises(NotFound):
        claim(session, uuid4(), factories.make_actor(session))


def test_claim_takes_earlier_rounds_first(session: Session) -> None:
    project = factories.make_project(session)
    first = factories.make_open_round(session, project, pairs=2)
    factories.make_open_round(session, project, pairs=2)

    result = claim(session, project.id, factories.make_actor(session), count=3)

    earlier = [pair.id for pair in factories.round_pairs(session, first)]
    assert [task.pair_id for task in result.tasks][:2] == earlier


def test_claim_after_the_round_closed_gives_back_what_is_held_and_nothing_new(session: Session) -> None:
    project = factories.make_project(session)
    round_ = factories.make_open_round(session, project, pairs=3)
    actor = factories.make_actor(session)
    held = claim(session, project.id, actor).tasks[0]

    rounds.close_round(session, round_.id, actor=SYSTEM)
    result = claim(session, project.id, actor, count=3)

    assert [task.lease for task in result.tasks] == [held.lease]


def test_claim_of_fewer_than_are_held_answers_with_all_of_them_and_lends_nothing(session: Session) -> None:
    project = factories.make_project(session)
    factories.make_open_round(session, project, pairs=6)
    actor = factories.make_actor(session)
    held = [task.lease for task in claim(session, project.id, actor, count=4).tasks]

    again = [task.lease for task in claim(session, project.id, actor, count=1).tasks]

    assert again == held
    assert len(claim(session, project.id, actor, count=6).tasks) == 6


def test_renew_moves_the_expiry_of_an_own_lease(session: Session) -> None:
    project = factories.make_project(session)
    factories.make_open_round(session, project, pairs=1)
    actor = factories.make_actor(session)
    task = claim(session, project.id, actor).tasks[0]

    expires_at = claims.renew(session, task.lease, actor=actor, lease_seconds=600)

    assert expires_at == task.expires_at + timedelta(seconds=300)


def test_renew_of_a_lease_that_was_lent_on_is_refused(session: Session) -> None:
    project = factories.make_project(session)
    factories.make_open_round(session, project, pairs=1)
    left, came = factories.make_actor(session), factories.make_actor(session)
    task = claim(session, project.id, left).tasks[0]
    factories.expire_lease(session, task.lease)
    claim(session, project.id, came)

    with pytest.raises(Conflict) as refused:
        claims.renew(session, task.lease, actor=left, lease_seconds=300)

    assert refused.value.code == "lease_over"


def test_renew_when_the_person_is_paused_is_refused_and_a_label_is_still_taken(session: Session) -> None:
    project = factories.make_project(session)
    factories.make_open_round(session, project, pairs=1)
    actor = factories.make_actor(session)
    task = claim(session, project.id, actor).tasks[0]
    session.execute(update(User).where(User.id == actor.user_id).values(is_paused=True))

    with pytest.raises(Conflict) as refused:
        claims.renew(session, task.lease, actor=actor, lease_seconds=300)
    body = LabelCreate(lease=task.lease, verdict=Verdict.TIE)
    label, _ = submit_label(session, actor=actor, body=body, idempotency_key="late")

    assert refused.value.code == "paused"
    assert label.disposition is Disposition.COUNTED


def test_claim_of_a_pair_that_was_given_back_shows_the_same_sides_to_the_same_person(session: Session) -> None:
    project = factories.make_project(session)
    factories.make_open_round(session, project, pairs=8)
    actor = factories.make_actor(session)
    before = claim(session, project.id, actor, count=8).tasks

    for task in before:
        claims.release(session, task.lease, actor=actor)
    after = claim(session, project.id, actor, count=8).tasks

    assert [(task.pair_id, task.left) for task in after] == [(task.pair_id, task.left) for task in before]


def test_release_lets_somebody_else_have_the_pair_at_once(session: Session) -> None:
    project = factories.make_project(session)
    factories.make_open_round(session, project, pairs=1)
    actor, other = factories.make_actor(session), factories.make_actor(session)
    task = claim(session, project.id, actor).tasks[0]

    claims.release(session, task.lease, actor=actor)
    claims.release(session, task.lease, actor=actor)

    assert claim(session, project.id, other).tasks[0].pair_id == task.pair_id


def test_a_late_release_of_a_lease_that_was_renewed_since_frees_nothing(session: Session) -> None:
    project = factories.make_project(session)
    factories.make_open_round(session, project, pairs=1)
    actor, other = factories.make_actor(session), factories.make_actor(session)
    left = claims.claim(session, project.id, actor=actor, count=1, lease_seconds=60).tasks[0]
    opened_again = claim(session, project.id, actor).tasks[0]

    claims.release(session, left.lease, actor=actor, until=left.expires_at)
    assert (opened_again.lease, claim(session, project.id, other).state) == (left.lease, "held")

    claims.release(session, left.lease, actor=actor, until=opened_again.expires_at)
    assert claim(session, project.id, other).tasks[0].pair_id == left.pair_id


def test_a_lease_of_somebody_else_can_be_neither_renewed_nor_released(session: Session) -> None:
    project = factories.make_project(session)
    factories.make_open_round(session, project, pairs=1)
    thief = factories.make_actor(session)
    task = claim(session, project.id, factories.make_actor(session)).tasks[0]

    with pytest.raises(Forbidden):
        claims.renew(session, task.lease, actor=thief, lease_seconds=300)
    with pytest.raises(Forbidden):
        claims.release(session, task.lease, actor=thief)
    with pytest.raises(NotFound):
        claims.release(session, uuid4(), actor=thief)


def at_once(project_id: UUID, actors: list[Actor], *, count: int) -> list[ClaimResult]:
    """Every actor claims in a transaction of its own, all at the same moment."""
    barrier = Barrier(len(actors))

    def work(actor: Actor) -> ClaimResult:
        barrier.wait(timeout=30)
        with transaction() as session:
            return claim(session, project_id, actor, count=count)

    with ThreadPoolExecutor(len(actors)) as pool:
        return list(pool.map(work, actors))


@pytest.mark.usefixtures("engine")
def test_sixteen_claims_at_once_get_distinct_pairs_and_nobody_goes_without() -> None:
    with transaction() as session:
        project = factories.make_project(session)
        factories.make_open_round(session, project, pairs=160)
        actors = [factories.make_actor(session) for _ in range(16)]

    results = at_once(project.id, actors, count=10)

    claimed = [task.pair_id for result in results for task in result.tasks]
    assert len(claimed) == 160
    assert len(set(claimed)) == 160


@pytest.mark.usefixtures("engine")
def test_one_author_in_eight_windows_at_once_holds_one_slot_of_each_pair() -> None:
    with transaction() as session:
        project = factories.make_project(session)
        factories.make_open_round(session, project, pairs=4, labels_per_pair=5)
        actor = factories.make_actor(session)

    results = at_once(project.id, [actor] * 8, count=4)

    assert {len(result.tasks) for result in results} == {4}
    with transaction() as session:
        held = session.scalars(select(Lease.pair_id).where(Lease.token.is_not(None))).all()
    assert len(held) == len(set(held)) == 4


@pytest.mark.usefixtures("engine")
def test_a_claim_while_what_is_held_is_being_renewed_lends_nothing_in_its_place() -> None:
    with transaction() as session:
        project = factories.make_project(session)
        factories.make_open_round(session, project, pairs=5)
        actor = factories.make_actor(session)
        first = claim(session, project.id, actor, count=2)

    with transaction() as renewing, transaction() as session:
        claims.renew(renewing, first.tasks[0].lease, actor=actor, lease_seconds=300)
        renewing.flush()
        again = claim(session, project.id, actor, count=2)

    assert [task.lease for task in again.tasks] == [task.lease for task in first.tasks]
