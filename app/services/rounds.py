"""Rounds: starting one (its prompts drawn and frozen), its states, opening and closing it. Knows nothing of models.

A worker's write carries the attempt that it began: False means that another attempt owns the round; nothing changed.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.orm import Session
from uuid_utils.compat import uuid7

from app.errors import Conflict, Invalid, NotFound
from app.models import (
    Arm,
    Lease,
    LeaseKind,
    ModelStatus,
    ModelVersion,
    Pair,
    Project,
    Prompt,
    Round,
    RoundPrompt,
    RoundStatus,
    TrainingRun,
)
from app.paging import Rows, Slice, fetch_page, is_among
from app.schemas import RoundConfig, RoundOut, TrainingConfig
from app.services import attempts, audit, tallies
from app.services.audit import Actor
from app.services.draw import (
    UNIFORM_RULES,
    draw_prompts,
    interleave,
    known_preferences,
    new_seed,
    unused_prompt_ids,
    usable_rule,
    why_not_normalized,
)
from app.services.locks import lock_project
from app.services.projects import get_project
from app.tasks import Task, enqueue

ACQUIRING = (RoundStatus.QUEUED, RoundStatus.SAMPLING, RoundStatus.SAMPLED, RoundStatus.SCORING)
BUSY = (RoundStatus.SAMPLING, RoundStatus.SCORING)
PRIORITIES_PER_ROUND = 1_000_000
"""The queue gives out earlier rounds first; imported pairs have priorities above them all and come last."""


@dataclass(frozen=True)
class NewPair:
    """A pair that scoring chose, in canonical order: a before b by id, margin = reward of a minus reward of b."""

    prompt_id: UUID
    completion_a_id: UUID
    completion_b_id: UUID
    arm: Arm
    score: float | None
    margin: float | None
    selection_probability: float | None


def start_round(session: Session, project_id: UUID, config: RoundConfig | None, *, actor: Actor) -> Round:
    """Draw and freeze the prompts of a new round and send it to the samplers. Earlier rounds may still be open.

    Raises NotFound, Conflict with code `round_active`, `model_not_ready` or `no_prompts_left`, or Invalid for scores
    per token of a model whose rewards are per token already.
    """
    project = lock_project(session, project_id)
    config = config or RoundConfig.model_validate(project.round_config)
    _refuse_while_acquiring(session, project_id)
    version = _sampling_model(session, project, config)
    loss = training_of(session, project, version).loss
    if config.rule not in UNIFORM_RULES and (reason := why_not_normalized(config.normalize, loss)):
        raise Invalid(reason, errors=[{"field": "normalize", "message": reason}])
    pool = unused_prompt_ids(session, project_id)
    if not pool:
        raise Conflict(
            "No prompts are left: every usable train prompt has been in a round. Import more prompts to start one.",
            code="no_prompts_left",
        )
    seed = config.seed if config.seed is not None else new_seed()
    drawn = draw_prompts(pool, config, seed=seed, is_scored=_is_scored(session, project, config, version))
    row = Round(
        project_id=project_id,
        number=1 + (session.scalar(select(func.max(Round.number)).where(Round.project_id == project_id)) or 0),
        status=RoundStatus.QUEUED,
        model_version_id=version.id,
        config=config.model_dump(mode="json"),
        seed=seed,
        funnel=drawn.funnel,
    )
    session.add(row)
    session.flush()
    session.execute(insert(RoundPrompt), [{"round_id": row.id} | values for values in drawn.rows])
    details = {"number": row.number, "rule": config.rule, "labels": config.labels}
    audit.record(session, actor, action="round.start", project_id=project_id, subject_id=row.id, details=details)
    enqueue(session, Task.SAMPLE, row.id)
    session.refresh(row)
    return row


def get_round(session: Session, round_id: UUID) -> Round:
    row = session.get(Round, round_id)
    if row is None:
        raise NotFound("There is no round with this id.")
    return row


def training_of(session: Session, project: Project, version: ModelVersion) -> TrainingConfig:
    """How the model was trained, which is what its rewards mean; the reference's mean what the project trains with."""
    run = session.get(TrainingRun, version.training_run_id) if version.training_run_id else None
    return TrainingConfig.model_validate(run.config if run else project.training_config)


def list_rounds(session: Session, project_id: UUID, part: Slice) -> Rows[Round]:
    """The project's rounds, newest first."""
    get_project(session, project_id)
    rounds = select(Round).where(Round.project_id == project_id)
    return fetch_page(session, rounds, Round.id, part, newest_first=True)


def get_pair(session: Session, pair_id: UUID) -> Pair:
    """Raises NotFound."""
    pair = session.get(Pair, pair_id)
    if pair is None:
        raise NotFound("There is no pair with this id.")
    return pair


def describe(session: Session, rounds: Sequence[Round]) -> list[RoundOut]:
    """The rounds as the API shows them, with how many of their slots are labelled: counted by index alone."""
    first = Round.number * PRIORITIES_PER_ROUND
    of_round = (Lease.project_id == Round.project_id, Lease.priority.between(first, first + PRIORITIES_PER_ROUND - 1))
    waiting, done = (
        select(func.count()).where(*of_round, is_kind).correlate(Round).scalar_subquery()
        for is_kind in (~Lease.is_done, Lease.is_done)
    )
    counted = session.execute(select(Round.id, waiting, done).where(Round.id.in_([row.id for row in rounds])))
    slots = {round_id: {"slots": waiting + done, "labelled": done} for round_id, waiting, done in counted}
    return [RoundOut.model_validate(row).model_copy(update=slots[row.id]) for row in rounds]


def begin(session: Session, round_id: UUID, *, expect: RoundStatus, to: RoundStatus) -> Round | None:
    """Take a waiting round as a new attempt. None when it is not waiting: somebody else has it."""
    return attempts.take(session, Round, round_id, expect=expect, status=to, resume_status=None)


def heartbeat(session: Session, round_id: UUID, attempt: int, *, done: int, total: int) -> bool:
    """Say that the attempt lives, and how far it is."""
    values = attempts.progress(Round, done=done, total=total)
    return attempts.write(session, Round, round_id, attempt, during=BUSY, **values) is not None


def finish_sampling(session: Session, round_id: UUID, attempt: int) -> bool:
    """All completions are there: hand the round to scoring."""
    values = {"status": RoundStatus.SAMPLED, "done": 0, "total": 0, "retries": 0}
    row = attempts.write(session, Round, round_id, attempt, during=[RoundStatus.SAMPLING], **values)
    if row is None:
        return False
    enqueue(session, Task.SCORE, round_id)
    return True


def open_round(
    session: Session,
    round_id: UUID,
    attempt: int,
    *,
    pairs: Sequence[NewPair],
    rule_used: str,
    note: str | None,
    funnel: dict[str, Any],
) -> bool:
    """Open the chosen pairs for labelling, control spread among active, with `labels_per_pair` slots each.

    Both arms keep the order in which they come. Raises ValueError without pairs: such a round could never be labelled.
    """
    if not pairs:
        raise ValueError("A round needs at least one pair to open.")
    values = {"status": RoundStatus.OPEN, "rule_used": rule_used, "note": note, "funnel": funnel}
    during = [RoundStatus.SCORING]
    row = attempts.write(session, Round, round_id, attempt, during=during, opened_at=func.now(), **values)
    if row is None:
        return False
    active = [pair for pair in pairs if pair.arm is not Arm.CONTROL]
    control = [pair for pair in pairs if pair.arm is Arm.CONTROL]
    queue = interleave(active, control, seed=row.seed)
    rank_of = _ranks(active)
    made = [
        asdict(pair)
        | {"id": uuid7(), "project_id": row.project_id, "round_id": row.id, "priority": place}
        | {"rank": rank_of.get(pair.score) if pair.arm is Arm.ACTIVE else None}
        for place, pair in enumerate(queue)
    ]
    session.execute(insert(Pair), made)
    slots = RoundConfig.model_validate(row.config).labels_per_pair
    session.execute(insert(Lease), [_slot(row, pair, slot) for pair in made for slot in range(slots)])
    asked = list({pair.prompt_id for pair in pairs})
    with tallies.changing_prompts(session, row.project_id, asked):
        session.execute(update(Prompt).where(is_among(Prompt.id, asked)).values(is_asked=True))
    return True


def _ranks(pairs: Sequence[NewPair]) -> dict[float | None, int]:
    """The place of each score, 1 the highest."""
    scores = sorted((pair.score for pair in pairs if pair.score is not None), reverse=True)
    return {score: place for place, score in reversed([*enumerate(scores, start=1)])}


def fail_round(session: Session, round_id: UUID, attempt: int, error: str) -> bool:
    """Record why the attempt failed, and where a retry starts again."""
    row = session.get(Round, round_id, populate_existing=True)
    if row is None or row.status not in BUSY:
        return False
    values = {"status": RoundStatus.FAILED, "error": error, "resume_status": waiting_status(row.status)}
    return attempts.write(session, Round, round_id, attempt, during=[row.status], **values) is not None


def waiting_status(status: RoundStatus) -> RoundStatus:
    """The state from which the work of `status` starts again."""
    sampled = (RoundStatus.SAMPLED, RoundStatus.SCORING)
    return RoundStatus.SAMPLED if status in sampled else RoundStatus.QUEUED


def send_round(session: Session, row: Round) -> None:
    """Send the message of a waiting round."""
    enqueue(session, Task.SCORE if row.status is RoundStatus.SAMPLED else Task.SAMPLE, row.id)


def retry_round(session: Session, round_id: UUID, *, actor: Actor) -> Round:
    """Send a failed round again from its last finished state.

    Raises NotFound, or Conflict with code `not_failed` or `round_active`.
    """
    row = get_round(session, round_id)
    lock_project(session, row.project_id)
    session.refresh(row)
    if row.status is not RoundStatus.FAILED:
        raise Conflict(f"Round {row.number} is {row.status}; only a failed round can be retried.", code="not_failed")
    _refuse_while_acquiring(session, row.project_id)
    row.status = row.resume_status or RoundStatus.QUEUED
    row.resume_status, row.error, row.retries = None, None, 0
    row.updated_at = session.scalars(select(func.now())).one()
    details = {"number": row.number}
    audit.record(session, actor, action="round.retry", project_id=row.project_id, subject_id=row.id, details=details)
    session.flush()
    send_round(session, row)
    return row


def close_round(session: Session, round_id: UUID, *, actor: Actor) -> Round:
    """Stop asking about an open round: slots that nobody holds are withdrawn; what people hold they may still finish.

    Raises NotFound, or Conflict with code `not_open`.
    """
    row = get_round(session, round_id)
    lock_project(session, row.project_id)
    session.refresh(row)
    if row.status is not RoundStatus.OPEN:
        raise Conflict(f"Round {row.number} is {row.status}; only an open round can be closed.", code="not_open")
    withdrawn = len(_withdraw_free_slots(session, row))
    row.funnel = row.funnel | {"withdrawn_slots": withdrawn}
    row.status = RoundStatus.CLOSED
    row.closed_at = row.updated_at = session.scalars(select(func.now())).one()
    details = {"number": row.number, "withdrawn_slots": withdrawn}
    audit.record(session, actor, action="round.close", project_id=row.project_id, subject_id=row.id, details=details)
    session.flush()
    return row


def close_if_labelled(session: Session, round_id: UUID) -> None:
    """Close an open round whose last slot has been filled. The caller holds the project's lock."""
    row = session.get_one(Round, round_id)  # only what never changes is read from it: its number and its project
    open_slot = _open_slots(row).order_by(Lease.priority).limit(1)
    here = (Round.id == round_id, Round.status == RoundStatus.OPEN, ~open_slot.exists())
    values = {"status": RoundStatus.CLOSED, "closed_at": func.now(), "updated_at": func.now()}
    closed = update(Round).where(*here).values(values).returning(Round)
    session.execute(closed.execution_options(populate_existing=True))


def reopen_if_undone(session: Session, round_id: UUID) -> None:
    """Open a round again that had closed by itself; one that an admin closed stays closed. Under the project's lock."""
    row = session.get_one(Round, round_id, populate_existing=True)
    if row.status is RoundStatus.CLOSED and "withdrawn_slots" not in row.funnel:
        row.status, row.closed_at = RoundStatus.OPEN, None
        session.flush()


def _open_slots(row: Round) -> Any:
    """Slots of the round that no counted label fills; by the range of priorities an index finds the first at once."""
    first = row.number * PRIORITIES_PER_ROUND
    return (
        select(Lease.pair_id, Lease.slot)
        .join(Pair, Pair.id == Lease.pair_id)
        .where(Lease.project_id == row.project_id, ~Lease.is_done, Pair.round_id == row.id)
        .where(Lease.priority.between(first, first + PRIORITIES_PER_ROUND - 1))
    )


def _withdraw_free_slots(session: Session, row: Round) -> Sequence[Any]:
    """Delete the slots that nobody holds. A slot that is locked is being claimed or labelled now: it is held."""
    is_free = Lease.expires_at.is_(None) | (Lease.expires_at <= func.now())
    free = _open_slots(row).where(is_free).with_for_update(of=Lease, skip_locked=True).cte("free")
    this_slot = (Lease.pair_id == free.c.pair_id) & (Lease.slot == free.c.slot)
    return session.execute(delete(Lease).where(this_slot).returning(Lease.pair_id)).all()


def _slot(row: Round, pair: dict[str, Any], slot: int) -> dict[str, Any]:
    return {
        "pair_id": pair["id"],
        "slot": slot,
        "project_id": row.project_id,
        "kind": LeaseKind.FIRST if slot == 0 else LeaseKind.OVERLAP,
        "priority": row.number * PRIORITIES_PER_ROUND + pair["priority"],
    }


def _refuse_while_acquiring(session: Session, project_id: UUID) -> None:
    active = session.scalar(select(Round).where(Round.project_id == project_id, Round.status.in_(ACQUIRING)))
    if active:
        raise Conflict(
            f"Round {active.number} is {active.status}: wait until its pairs are open before the next one starts.",
            code="round_active",
        )


def _is_scored(session: Session, project: Project, config: RoundConfig, version: ModelVersion) -> bool:
    """Whether a rule will rank the candidates of a round that starts now."""
    known = select(func.count()).select_from(known_preferences(project.id).subquery())
    is_reference = version.id == project.reference_version_id
    rule, _ = usable_rule(config.rule, is_reference=is_reference, preferences=session.scalar(known) or 0)
    return rule not in UNIFORM_RULES


def _sampling_model(session: Session, project: Project, config: RoundConfig) -> ModelVersion:
    """The model that samples: the policy, or the reference under rule `offline`. Scoring needs the reference too."""
    reference = session.get_one(ModelVersion, project.reference_version_id)
    policy = session.get_one(ModelVersion, project.policy_version_id)
    chosen = reference if config.rule == "offline" else policy
    for name, version in {"reference": reference, "policy": chosen}.items():
        if version.status is not ModelStatus.READY:
            reason = f": {version.error}" if version.error else "."
            raise Conflict(f"The {name} model is not ready but {version.status}{reason}", code="model_not_ready")
    return chosen
