"""Lending pairs to annotators: claim, renew, release. A pair is never lent to one who labelled it.

Who may hold what is decided in one statement over locked rows: two claims at once never get the same slot.
"""

from dataclasses import dataclass
from datetime import datetime
from math import ceil
from typing import Any, Literal
from uuid import UUID

from sqlalchemy import Row, TextClause, Uuid, bindparam, exists, func, select, text, update
from sqlalchemy.orm import Session

from app.errors import Conflict, Forbidden, NotFound
from app.models import Lease, Lending, Pair, Project, Round, User
from app.schemas import Task
from app.services.audit import Actor
from app.services.locks import lock_author
from app.services.masking import mask_makers
from app.services.practice import has_open_practice
from app.services.rounds import ACQUIRING

State = Literal["ready", "held", "scoring", "done", "empty", "paused"]
SCORING_RETRY_SECONDS = 5
PAUSED_RETRY_SECONDS = 30
PRACTICE_FIRST = "Practice comes first: answer this project's practice pairs, then ask for pairs to label."


@dataclass(frozen=True)
class ClaimResult:
    """Tasks in queue order, or why there are none (`schemas.ClaimOut` says what each state means)."""

    tasks: list[Task]
    state: State
    guideline_version: int
    held_by_others: int = 0
    retry_after: int | None = None
    paused: Literal["project", "person"] | None = None


def claim(session: Session, project_id: UUID, *, actor: Actor, count: int, lease_seconds: int) -> ClaimResult:
    """Lend up to `count` pairs for `lease_seconds`; what the caller holds already comes first, its time renewed.

    Never two slots of one pair to one author, nor a pair that the author has labelled. Who has practice open gets
    nothing beyond what they hold. Raises NotFound, or Conflict with code `practice_first` when that is nothing.
    """
    project = session.get(Project, project_id)
    if project is None:
        raise NotFound("There is no project with this id.")
    version = project.guideline_version
    if (paused := _who_is_paused(session, project, actor)) is not None:
        return ClaimResult([], "paused", version, retry_after=PAUSED_RETRY_SECONDS, paused=paused)
    lock_author(session, actor)
    if has_open_practice(session, project_id, actor=actor):
        count = min(count, _count_held(session, project_id, actor))
        if count == 0:
            raise Conflict(PRACTICE_FIRST, code="practice_first")
    who: dict[str, Any] = {"project_id": project_id, "user_id": actor.user_id, "api_key_id": actor.api_key_id}
    rows = session.execute(_CLAIM[_author(actor)], who | {"count": count, "lease_seconds": lease_seconds}).all()
    if rows:
        return ClaimResult([_task(row, masks=project.masks_makers) for row in rows], "ready", version)
    return _why_nothing(session, project_id, session.execute(_LEFT[_author(actor)], who).one(), version)


def renew(session: Session, token: UUID, *, actor: Actor, lease_seconds: int) -> datetime:
    """Lend the pair on; returns the new expiry. An expired lease that nobody took is renewed too.

    Raises NotFound, Forbidden, or Conflict: with code `lease_over` when the slot was lent on, labelled or withdrawn,
    with code `paused` when the project or the person is: the pair then goes back to the queue by itself.
    """
    lending = own_lending(session, token, actor)
    project = session.get_one(Project, session.get_one(Pair, lending.pair_id).project_id)
    if _who_is_paused(session, project, actor) is not None:
        raise Conflict("Labelling is paused. A label of this pair is still taken.", code="paused")
    later = func.now() + func.make_interval(0, 0, 0, 0, 0, 0, lease_seconds)
    lent = update(Lease).where(Lease.token == token).values(expires_at=later).returning(Lease)
    lease = session.scalar(lent.execution_options(populate_existing=True))
    if lease is None or lease.expires_at is None:
        raise Conflict("This lease is over: the pair was labelled, lent on or withdrawn.", code="lease_over")
    return lease.expires_at


def release(session: Session, token: UUID, *, actor: Actor, until: datetime | None = None) -> None:
    """Give the pair back unlabelled; nothing happens when the lease is over already.

    Nor when it was renewed past `until`, the end that the caller knows of: what a page sends as it is left may come
    after the same person has opened the page again and got the same pair. Raises NotFound, Forbidden.
    """
    own_lending(session, token, actor)
    held = update(Lease).where(Lease.token == token)
    session.execute((held if until is None else held.where(Lease.expires_at <= until)).values(**FREE))


def own_lending(session: Session, token: UUID, actor: Actor) -> Lending:
    """The lending that `token` names. Raises NotFound, or Forbidden when it was made to somebody else."""
    lending = session.get(Lending, token)
    if lending is None:
        raise NotFound("There is no lease with this id.")
    if (lending.user_id, lending.api_key_id) != (actor.user_id, actor.api_key_id):
        raise Forbidden("This lease belongs to somebody else.")
    return lending


FREE: dict[str, None] = {"user_id": None, "api_key_id": None, "token": None, "expires_at": None}
"""Values of a slot that nobody holds."""


_ASKED = "NOT l.is_done AND (p.round_id IS NULL OR r.status = 'open')"
"""Slots waiting for a label: of open rounds, and of imported pairs, which have no round."""

_LABELLED_BY_ME = """EXISTS (
      SELECT 1 FROM labels g WHERE g.pair_id = l.pair_id AND g.verdict IS NOT NULL AND g.AUTHOR = :AUTHOR
        AND NOT EXISTS (SELECT 1 FROM labels u WHERE u.supersedes_id = g.id)
    )"""
"""The author has a label on the pair, counted or surplus, that still stands."""


def _for_people_and_keys(sql: str) -> dict[str, TextClause]:
    """The statement for each kind of author; naming the one column that is set lets its index serve."""
    sql = sql.replace("LABELLED_BY_ME", _LABELLED_BY_ME).replace("ASKED", _ASKED)
    kinds = {"user_id": Uuid(), "api_key_id": Uuid(), "project_id": Uuid()}
    statements = {author: text(sql.replace("AUTHOR", author)) for author in ("user_id", "api_key_id")}
    return {
        author: statement.bindparams(
            *(bindparam(name, type_=kind) for name, kind in kinds.items() if f":{name}" in statement.text)
        )
        for author, statement in statements.items()
    }


# What is `held`, a hundred pairs at most, comes back as it was, however many are asked for: a page that is shown again
# has the same pairs on the same sides, and can give all of them back when it is left (undos lend more). A pair
# that was given back in between, as by a reload, has the sides on which its author last saw it. `mine` is what of it
# is not being renewed or labelled in this moment: only its time is renewed, but nothing is lent in the others' place.
# `free` takes of every pair only the lowest slot that is free, so that one claim never gets two slots of a pair. The
# last LIMIT cuts nothing off: it tells the planner how few rows there are, or the update would scan the whole table.
_CLAIM = _for_people_and_keys("""
WITH held AS MATERIALIZED (
  SELECT pair_id, slot, token, swapped, expires_at, priority FROM leases
  WHERE project_id = :project_id AND NOT is_done AND expires_at > now() AND AUTHOR = :AUTHOR
  ORDER BY priority, slot LIMIT 100
), mine AS (
  SELECT l.pair_id, l.slot, l.token, l.swapped FROM leases l JOIN held h USING (pair_id, slot)
  WHERE NOT l.is_done AND l.token = h.token
  FOR UPDATE OF l SKIP LOCKED
), free AS (
  SELECT l.pair_id, l.slot
  FROM leases l JOIN pairs p ON p.id = l.pair_id LEFT JOIN rounds r ON r.id = p.round_id
  WHERE l.project_id = :project_id AND ASKED AND (l.expires_at IS NULL OR l.expires_at <= now())
    AND NOT EXISTS (
      SELECT 1 FROM leases o WHERE o.pair_id = l.pair_id AND NOT o.is_done AND (
        (o.slot < l.slot AND (o.expires_at IS NULL OR o.expires_at <= now()))
        OR (o.expires_at > now() AND o.AUTHOR = :AUTHOR)
      )
    )
    AND NOT LABELLED_BY_ME
  ORDER BY l.priority, l.slot LIMIT greatest(0, :count - (SELECT count(*) FROM held))
  FOR UPDATE OF l SKIP LOCKED
), chosen AS MATERIALIZED (
  SELECT pair_id, slot, token, swapped FROM mine
  UNION ALL
  SELECT pair_id, slot, gen_random_uuid(), coalesce((
    SELECT d.swapped FROM lendings d WHERE d.pair_id = free.pair_id AND d.AUTHOR = :AUTHOR
    ORDER BY d.created_at DESC LIMIT 1
  ), random() < 0.5) FROM free
  LIMIT :count + 100
), lent AS (
  UPDATE leases l
  SET user_id = :user_id, api_key_id = :api_key_id, token = c.token, swapped = c.swapped,
      expires_at = now() + make_interval(secs => :lease_seconds)
  FROM chosen c WHERE l.pair_id = c.pair_id AND l.slot = c.slot
  RETURNING l.pair_id, l.slot, l.token, l.swapped, l.expires_at, l.priority
), recorded AS (
  INSERT INTO lendings (token, pair_id, slot, user_id, api_key_id, swapped)
  SELECT token, pair_id, slot, :user_id, :api_key_id, swapped FROM lent
  ON CONFLICT (token) DO NOTHING
)
SELECT t.token, t.pair_id, t.swapped, t.expires_at, q.content, a.text AS a, b.text AS b
FROM (
  SELECT token, pair_id, slot, swapped, expires_at, priority FROM lent
  UNION ALL
  SELECT token, pair_id, slot, swapped, expires_at, priority FROM held WHERE token NOT IN (SELECT token FROM lent)
) t
JOIN pairs p ON p.id = t.pair_id
JOIN prompts q ON q.id = p.prompt_id
JOIN completions a ON a.id = p.completion_a_id
JOIN completions b ON b.id = p.completion_b_id
ORDER BY t.priority, t.slot
""")

_LEFT = _for_people_and_keys("""
SELECT count(*) FILTER (WHERE l.expires_at > now()) AS held,
       count(*) FILTER (WHERE l.expires_at IS NULL OR l.expires_at <= now()) AS free,
       extract(epoch FROM min(l.expires_at) FILTER (WHERE l.expires_at > now()) - now())::float AS seconds
FROM leases l JOIN pairs p ON p.id = l.pair_id LEFT JOIN rounds r ON r.id = p.round_id
WHERE l.project_id = :project_id AND ASKED AND NOT LABELLED_BY_ME
""")


def _count_held(session: Session, project_id: UUID, actor: Actor) -> int:
    mine = (Lease.user_id == actor.user_id, Lease.project_id == project_id, ~Lease.is_done)
    return session.scalar(select(func.count()).where(*mine, Lease.expires_at > func.now())) or 0


def _author(actor: Actor) -> str:
    return "user_id" if actor.user_id else "api_key_id"


def _who_is_paused(session: Session, project: Project, actor: Actor) -> Literal["project", "person"] | None:
    if project.is_paused:
        return "project"
    if actor.user_id and session.scalar(select(User.is_paused).where(User.id == actor.user_id)):
        return "person"
    return None


def _task(row: Row[Any], *, masks: bool) -> Task:
    a, b = (mask_makers(row.a), mask_makers(row.b)) if masks else (row.a, row.b)
    left, right = (b, a) if row.swapped else (a, b)
    return Task(
        lease=row.token,
        pair_id=row.pair_id,
        prompt=row.content,
        left=left,
        right=right,
        expires_at=row.expires_at,
    )


def _why_nothing(session: Session, project_id: UUID, left: Row[Any], version: int) -> ClaimResult:
    """The truth about an empty claim. Slots that are free but were locked just now are on their way to somebody."""
    is_acquiring = select(exists().where(Round.project_id == project_id, Round.status.in_(ACQUIRING)))
    if session.scalar(is_acquiring):
        return ClaimResult([], "scoring", version, left.held + left.free, SCORING_RETRY_SECONDS)
    if left.held or left.free:
        retry_after = 1 if left.free else max(1, ceil(left.seconds))
        return ClaimResult([], "held", version, left.held + left.free, retry_after)
    was_opened = session.scalar(select(exists().where(Pair.project_id == project_id)))
    return ClaimResult([], "done" if was_opened else "empty", version)
