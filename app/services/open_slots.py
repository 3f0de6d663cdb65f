"""How much of the queue waits for a label: counted by index, and no further than a reader cares. Knows no HTTP."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.services.imported_pairs import FIRST_PRIORITY
from app.services.rounds import PRIORITIES_PER_ROUND

MOST_COUNTED = 10_000
"""Slots that a count goes through: a project with more says this number, and its readers say `or more`."""

# Which part of the queue is asked for is read off the priorities, so that no pair is looked at. What is labelled in
# rounds that are closed does not count, nor does what was lent there when they were closed.
_SLOTS = """
  SELECT slot.* FROM (
    SELECT number * :per_round AS first, (number + 1) * :per_round - 1 AS last
    FROM rounds WHERE project_id = project.id AND status = 'open'
    UNION ALL SELECT :first_imported, :last_imported
  ) part, LATERAL (
    SELECT WANTED FROM leases
    WHERE project_id = project.id AND IS_DONE AND priority BETWEEN part.first AND part.last LIMIT :most
  ) slot LIMIT :most
"""
_WAITING, _FILLED = (_SLOTS.replace("IS_DONE", is_done) for is_done in ("NOT is_done", "is_done"))

_COUNT_SLOTS = text(
    """
SELECT (SELECT count(*) FROM (WAITING) waiting), (SELECT count(*) FROM (FILLED) filled)
FROM projects project WHERE project.id = :project_id
""".replace("WAITING", _WAITING)
    .replace("FILLED", _FILLED)
    .replace("WANTED", "priority")
)

_COUNT_PAIRS = text(
    """
SELECT project.id, count(DISTINCT waiting.pair_id)
FROM projects project, LATERAL (WAITING) waiting WHERE project.id = ANY (:project_ids) GROUP BY project.id
""".replace("WAITING", _WAITING).replace("WANTED", "pair_id")
)

_BOUNDS = {
    "per_round": PRIORITIES_PER_ROUND,
    "first_imported": FIRST_PRIORITY,
    "last_imported": 2**31 - 1,
    "most": MOST_COUNTED,
}


def count_slots(session: Session, project_id: UUID) -> tuple[int, int]:
    """Slots of open rounds and of imported pairs: those that wait for a label, and those that a counted label fills.

    Neither is more than `MOST_COUNTED`.
    """
    waiting, filled = session.execute(_COUNT_SLOTS, _BOUNDS | {"project_id": project_id}).one()
    return waiting, filled


def count_open_pairs(session: Session, project_ids: Sequence[UUID]) -> dict[UUID, int]:
    """Pairs with a slot that waits for a label, in open rounds or imported, of `MOST_COUNTED` slots at most.

    Projects without any are left out.
    """
    rows = session.execute(_COUNT_PAIRS, _BOUNDS | {"project_ids": list(project_ids)})
    return dict(rows.all())
