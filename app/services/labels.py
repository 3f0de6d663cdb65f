"""Labels: judgements stored exactly once, on the right side, and never changed. Knows nothing of HTTP or of models.

An undo is a row of its own that supersedes the label. Every label of a lending is kept: it counts when it fills a slot
of its pair, and is surplus when others have filled or hold them all.
"""

from collections.abc import Sequence
from datetime import timedelta
from typing import Literal, TypeVar
from uuid import UUID, uuid4

from sqlalchemy import and_, exists, func, select
from sqlalchemy.orm import Session

from app.errors import Conflict, Forbidden, Invalid, NotFound
from app.models import Disposition, Label, Lease, Lending, Pair, Project, Verdict
from app.schemas import LabelCreate
from app.services import rounds, tallies, triggers
from app.services.audit import Actor
from app.services.claims import FREE, own_lending
from app.services.locks import lock_author, lock_project
from app.services.standing import not_undone, stands

Side = Literal["left", "right"]
T = TypeVar("T")


def submit_label(session: Session, *, actor: Actor, body: LabelCreate, idempotency_key: str) -> tuple[Label, bool]:
    """Store a judgement of a lent pair; returns its row, and True when the same request had been stored before.

    A label that comes after its lease expired is kept. Raises NotFound or Forbidden for the lease, Invalid with code
    `idempotency_key_reused`, or Conflict with code `already_labelled`.
    """
    lock_author(session, actor)
    if before := _stored(session, actor, idempotency_key):
        _refuse_unless(_is_same(before, body))
        return before, True
    lending = own_lending(session, body.lease, actor)
    slots = _lock_slots(session, lending.pair_id)
    _refuse_labelled_lending(session, lending)
    pair = session.get_one(Pair, lending.pair_id)
    left, right = on_screen(lending.swapped, pair.completion_a_id, pair.completion_b_id)
    slot = _slot_to_fill(session, lending, slots)
    label = Label(
        project_id=pair.project_id,
        pair_id=pair.id,
        arm=pair.arm,
        round_id=pair.round_id,
        slot=lending.slot if slot is None else slot.slot,
        user_id=actor.user_id,
        api_key_id=actor.api_key_id,
        verdict=body.verdict,
        winner_id=None if body.winner is None else left if body.winner == "left" else right,
        strength=body.strength,
        left_completion_id=left,
        right_completion_id=right,
        skip_reason=body.skip_reason,
        comment=body.comment,
        time_on_task_ms=body.time_on_task_ms,
        guideline_version=session.scalars(select(Project.guideline_version).where(Project.id == pair.project_id)).one(),
        disposition=Disposition.SURPLUS if slot is None else Disposition.COUNTED,
        idempotency_key=_key(actor, idempotency_key),
        lease_token=lending.token,
    )
    session.add(label)
    _let_go(slots, actor)
    if slot is not None:
        _fill(slot)
    session.flush()
    if slot is not None:
        lock_project(session, label.project_id)
    tallies.add_labels(session, tallies.count_labels(session, Label.id == label.id))
    if slot is not None:
        _after_counted(session, label, pair.round_id)
    return label, False


def undo_label(
    session: Session, *, actor: Actor, label_id: UUID, idempotency_key: str, lease_seconds: int
) -> tuple[Label, bool]:
    """Take one's own label back: stores a row that supersedes it, and lends the pair to its author again, same sides.

    The undo of a surplus label lends nothing, for it had filled no slot: others have filled or hold all of them. Nor
    does that of a pair that was withdrawn: nobody is asked about it any more.

    Returns the new row, and True when the same request had been stored before. Raises NotFound, Forbidden, Invalid with
    code `idempotency_key_reused`, or Conflict with code `already_undone`.
    """
    lock_author(session, actor)
    if before := _stored(session, actor, idempotency_key):
        _refuse_unless(before.supersedes_id == label_id)
        return before, True
    label = _own_label(session, label_id, actor)
    slots = _lock_slots(session, label.pair_id)
    _refuse_undone(session, label)
    undo = Label(
        project_id=label.project_id,
        pair_id=label.pair_id,
        arm=label.arm,
        round_id=label.round_id,
        slot=label.slot,
        user_id=actor.user_id,
        api_key_id=actor.api_key_id,
        verdict=None,
        left_completion_id=label.left_completion_id,
        right_completion_id=label.right_completion_id,
        guideline_version=label.guideline_version,
        disposition=label.disposition,
        idempotency_key=_key(actor, idempotency_key),
        lease_token=label.lease_token,
        supersedes_id=label.id,
    )
    session.add(undo)
    session.flush()
    if label.disposition is Disposition.COUNTED:
        pair = session.get_one(Pair, label.pair_id, populate_existing=True)
        slot = next(slot for slot in slots if slot.slot == label.slot)
        if pair.withdrawn_at is None:
            _lend_again(session, slot, label, pair, lease_seconds)
        else:
            session.delete(slot)
    tallies.add_labels(session, tallies.count_labels(session, Label.id == label.id), by=-1)
    return undo, False


def on_screen(swapped: bool, a: T, b: T) -> tuple[T, T]:
    """The left and the right of a pair's completions; its own inverse, as a swap is."""
    return (b, a) if swapped else (a, b)


def winner_side(label: Label) -> Side | None:
    """The screen side that the author chose."""
    if label.winner_id is None:
        return None
    return "left" if label.winner_id == label.left_completion_id else "right"


def _key(actor: Actor, idempotency_key: str) -> str:
    """Keys are the author's own: programs that count 1, 2, 3 do not collide with each other."""
    return f"{actor.user_id or actor.api_key_id}:{idempotency_key}"


def _stored(session: Session, actor: Actor, idempotency_key: str) -> Label | None:
    return session.scalar(select(Label).where(Label.idempotency_key == _key(actor, idempotency_key)))


def _refuse_unless(is_same: bool) -> None:
    if not is_same:
        raise Invalid(
            "This Idempotency-Key was used before with another content. Send a new key with a new judgement.",
            code="idempotency_key_reused",
        )


def _is_same(label: Label, body: LabelCreate) -> bool:
    """Whether the body asks for what the label stores."""
    stored = (label.lease_token, label.verdict, winner_side(label), label.strength, label.skip_reason, label.comment)
    asked = (body.lease, body.verdict, body.winner, body.strength, body.skip_reason, body.comment)
    return stored == asked and label.time_on_task_ms == body.time_on_task_ms


def _lock_slots(session: Session, pair_id: UUID) -> Sequence[Lease]:
    """All slots of the pair, held until commit: who fills which is decided by one label at a time."""
    slots = select(Lease).where(Lease.pair_id == pair_id).order_by(Lease.slot).with_for_update()
    return session.scalars(slots.execution_options(populate_existing=True)).all()


def _refuse_labelled_lending(session: Session, lending: Lending) -> None:
    labelled = exists().where(Label.lease_token == lending.token, Label.verdict.is_not(None), not_undone())
    if session.scalar(select(labelled)):
        raise Conflict("This lease has a label already. Undo that label to give another.", code="already_labelled")


def _slot_to_fill(session: Session, lending: Lending, slots: Sequence[Lease]) -> Lease | None:
    """The lent slot, else another of the pair, that is free, expired or the author's own; None makes the label surplus.

    One author fills one slot of a pair at most.
    """
    author = (lending.user_id, lending.api_key_id)
    of_author = and_(Label.user_id.is_not_distinct_from(author[0]), Label.api_key_id.is_not_distinct_from(author[1]))
    if session.scalar(select(exists().where(Label.pair_id == lending.pair_id, of_author, stands()))):
        return None
    now = session.scalars(select(func.now())).one()
    fillable = [
        slot
        for slot in slots
        if not slot.is_done
        and (slot.expires_at is None or slot.expires_at <= now or (slot.user_id, slot.api_key_id) == author)
    ]
    return min(fillable, key=lambda slot: slot.slot != lending.slot, default=None)


def _let_go(slots: Sequence[Lease], actor: Actor) -> None:
    """The author holds no slot of a pair that is labelled."""
    for slot in slots:
        if slot.token is not None and (slot.user_id, slot.api_key_id) == (actor.user_id, actor.api_key_id):
            _free(slot)


def _fill(slot: Lease) -> None:
    _free(slot)
    slot.is_done = True


def _free(slot: Lease) -> None:
    for name, value in FREE.items():
        setattr(slot, name, value)


def _after_counted(session: Session, label: Label, round_id: UUID | None) -> None:
    """Close a round that is labelled, and retrain when enough is new. Under the project's lock: the last label must
    see the one before it."""
    if round_id is not None:
        rounds.close_if_labelled(session, round_id)
    if label.verdict is Verdict.PREFERRED:
        triggers.after_label(session, label.project_id)


def _own_label(session: Session, label_id: UUID, actor: Actor) -> Label:
    label = session.get(Label, label_id)
    if label is None:
        raise NotFound("There is no label with this id.")
    if (label.user_id, label.api_key_id) != (actor.user_id, actor.api_key_id):
        raise Forbidden("This label belongs to somebody else.")
    return label


def _refuse_undone(session: Session, label: Label) -> None:
    is_undone = session.scalar(select(exists().where(Label.supersedes_id == label.id)))
    if is_undone or label.verdict is None:
        raise Conflict("This label was undone already.", code="already_undone")


def _lend_again(session: Session, slot: Lease, label: Label, pair: Pair, lease_seconds: int) -> None:
    """Reopen the slot, held by the label's author and with the sides that the author saw."""
    lending = Lending(
        token=uuid4(),
        pair_id=label.pair_id,
        slot=label.slot,
        user_id=label.user_id,
        api_key_id=label.api_key_id,
        swapped=label.left_completion_id == pair.completion_b_id,
    )
    session.add(lending)
    expires_at = session.scalars(select(func.now())).one() + timedelta(seconds=lease_seconds)
    slot.is_done = False
    slot.user_id, slot.api_key_id = label.user_id, label.api_key_id
    slot.token, slot.swapped = lending.token, lending.swapped
    slot.expires_at = expires_at
    session.flush()
    lock_project(session, label.project_id)
    if pair.round_id is not None:
        rounds.reopen_if_undone(session, pair.round_id)
