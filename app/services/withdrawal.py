"""Takes a pair out of labelling because its answer is told to everybody. Knows nothing of practice or of HTTP."""

from uuid import UUID

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from app.errors import NotFound
from app.models import Label, Lease, Pair
from app.services import rounds, tallies
from app.services.audit import Actor, record
from app.services.locks import lock_project


def withdraw_pair(session: Session, project_id: UUID, pair_id: UUID, *, actor: Actor) -> None:
    """Ask nobody about the pair any more, and train on none of its labels; twice is the same as once.

    Its labels stay. One that comes from a person who has the pair on screen now is kept as surplus. Raises NotFound.
    """
    open_slots = select(Lease).where(Lease.pair_id == pair_id).order_by(Lease.slot).with_for_update()
    session.scalars(open_slots).all()  # before the project: whoever labels the pair now comes first, or finds no slot
    # So is the pair: an import that brings labels for it holds it for minutes, and others go on labelling meanwhile.
    # Nobody who has the project waits for this pair: whoever counts a label of it has locked its slots first.
    pair = session.get(Pair, pair_id, with_for_update=True)
    if pair is None or pair.project_id != project_id:
        raise NotFound("There is no pair with this id in the project.")
    lock_project(session, project_id)
    if pair.withdrawn_at is not None:
        return
    with tallies.changing_what_trains(session, Label.pair_id == pair_id):
        pair.withdrawn_at = session.scalars(select(func.now())).one()
    session.execute(delete(Lease).where(Lease.pair_id == pair_id, ~Lease.is_done))
    if pair.round_id is not None:
        rounds.close_if_labelled(session, pair.round_id)
    details = {"reason": "practice"}
    record(session, actor, action="pair.withdraw", project_id=project_id, subject_id=pair_id, details=details)
    session.flush()
