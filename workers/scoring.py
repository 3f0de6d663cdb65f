"""Scores a sampled round and opens its pairs: reference log-probs, implicit rewards, control arm, acquisition.

Reference log-probs are computed once per completion and stored; a retry computes only those that are missing.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from app.db import transaction
from app.models import Arm, Completion, ModelVersion, Project, Prompt, Round, RoundPrompt, RoundStatus, TrainingRun
from app.schemas import RoundConfig, TrainingConfig
from app.services import rounds
from app.services.draw import REWARD_RULES, UNIFORM_RULES
from app.services.rounds import NewPair
from app.tasks import Task
from workers import convert
from workers.celery_app import Family, Superseded, register
from workers.checkpoints import cached_policy, derive_seed
from workers.learning.acquisition import (
    PromptCandidates,
    SelectedPair,
    control_pair,
    implicit_reward,
    select_pairs,
)
from workers.learning.losses import LOSSES
from workers.learning.policy import encode_prompt
from workers.pulse import Pulse
from workers.references import reference_logprobs, store_reference_logprobs

CHUNK = 256
"""Completions whose reference log-prob is computed between two commits."""


@dataclass(frozen=True)
class Frame:
    """What scoring needs to know of a round, read once."""

    round_: Round
    config: RoundConfig
    is_reference: bool
    reference_source: str
    loss: str
    beta: float


def _begin(session: Session, round_id: UUID) -> int | None:
    row = rounds.begin(session, round_id, expect=RoundStatus.SAMPLED, to=RoundStatus.SCORING)
    return row.attempt if row else None


def _work(round_id: UUID, attempt: int) -> None:
    with transaction() as session:
        frame = _frame(session, round_id)
        if frame.is_reference:
            _reference_is_policy(session, round_id)
    with Pulse(Round, round_id, attempt) as pulse:
        _fill_reference_logprobs(frame, pulse)
        with transaction() as session:
            if not _open(session, frame, attempt):
                raise Superseded


def _frame(session: Session, round_id: UUID) -> Frame:
    round_ = session.get_one(Round, round_id)
    project = session.get_one(Project, round_.project_id)
    version = session.get_one(ModelVersion, round_.model_version_id)
    reference = session.get_one(ModelVersion, project.reference_version_id)
    run = session.get(TrainingRun, version.training_run_id) if version.training_run_id else None
    training = TrainingConfig.model_validate(run.config if run else project.training_config)
    return Frame(
        round_=round_,
        config=RoundConfig.model_validate(round_.config),
        is_reference=version.id == reference.id,
        reference_source=reference.source,
        loss=training.loss,
        beta=LOSSES[training.loss].default_beta if training.beta is None else training.beta,
    )


def _reference_is_policy(session: Session, round_id: UUID) -> None:
    """The sampler already knew these log-probs: at the reference they are the completions' own."""
    session.execute(
        update(Completion).where(Completion.round_id == round_id).values(reference_logprob=Completion.logprob)
    )


def _fill_reference_logprobs(frame: Frame, pulse: Pulse) -> None:
    round_id = frame.round_.id
    with transaction() as session:
        total = session.scalars(select(func.count()).where(Completion.round_id == round_id)).one()
    while True:
        with transaction() as session:
            rows, missing = _missing(session, round_id)
        pulse.progress(total - missing, total)
        if not rows:
            break
        policy = cached_policy(frame.reference_source)
        encoded = [(encode_prompt(policy, row.prompt.content), row.token_ids or ()) for row in rows]
        values = reference_logprobs(policy, encoded)
        with transaction() as session:
            store_reference_logprobs(session, [row.id for row in rows], values)


def _missing(session: Session, round_id: UUID) -> tuple[Sequence[Completion], int]:
    """The next chunk without its reference log-prob, and how many there are."""
    is_missing = (Completion.round_id == round_id, Completion.reference_logprob.is_(None))
    amount = session.scalars(select(func.count()).where(*is_missing)).one()
    rows = session.scalars(
        select(Completion).where(*is_missing).order_by(Completion.prompt_id, Completion.id).limit(CHUNK)
    ).all()
    for row in rows:
        _ = row.prompt.content  # loaded here: no transaction is open during the forward pass
    return rows, amount


def _open(session: Session, frame: Frame, attempt: int) -> bool:
    """Choose both arms and open the pairs, in one transaction."""
    drawn = session.execute(
        select(RoundPrompt, Prompt.problem)
        .join(Prompt, Prompt.id == RoundPrompt.prompt_id)
        .where(RoundPrompt.round_id == frame.round_.id)
        .order_by(RoundPrompt.position)
    ).all()
    completions: dict[UUID, list[Completion]] = defaultdict(list)
    found = select(Completion).where(Completion.round_id == frame.round_.id).order_by(Completion.sample_index)
    for row in session.scalars(found):
        completions[row.prompt_id].append(row)
    all_candidates = {
        row.prompt_id: _candidates(frame, row, completions[row.prompt_id]) for row, problem in drawn if problem is None
    }
    control_prompts = sorted((row for row, _ in drawn if row.is_control), key=lambda row: row.control_rank or 0)
    control = _control(
        frame, [all_candidates[row.prompt_id] for row in control_prompts if row.prompt_id in all_candidates]
    )
    eligible = [
        all_candidates[row.prompt_id] for row, _ in drawn if row.is_candidate and row.prompt_id in all_candidates
    ]
    rule, note = _rule(frame)
    active = _active(frame, rule, eligible, control)
    if rule in UNIFORM_RULES:
        # The candidates are a uniform draw from the pool themselves.
        drawn_share = frame.round_.funnel["candidate_prompts"] / frame.round_.funnel["pool"]
        active = [replace(pair, probability=pair.probability * drawn_share) for pair in active]
    new = [_new_pair(frame, pair, Arm.CONTROL, completions) for pair in control]
    new += [_new_pair(frame, pair, Arm.ACTIVE, completions) for pair in active]
    funnel = frame.round_.funnel | {
        "sampled_prompts": sum(row.is_sampled for row, _ in drawn),
        "unusable_prompts": sum(problem is not None for _, problem in drawn),
        "completions": sum(len(rows) for rows in completions.values()),
        "control_pairs": len(control),
        "active_pairs": len(active),
    }
    if not new:
        raise NothingToLabelError(_nothing(funnel))
    return rounds.open_round(session, frame.round_.id, attempt, pairs=new, rule_used=rule, note=note, funnel=funnel)


class NothingToLabelError(Exception):
    """A round whose prompts gave no pair that a person could judge."""


def _nothing(funnel: dict[str, Any]) -> str:
    return (
        f"No pair could be opened: of {funnel['sampled_prompts']} prompts, {funnel['unusable_prompts']} cannot be used "
        "with this model (see their `problem`), and the others gave completions that do not differ. Raise the "
        "temperature or samples_per_prompt, or import other prompts."
    )


def _candidates(frame: Frame, row: RoundPrompt, completions: Sequence[Completion]) -> PromptCandidates:
    rewards = [
        implicit_reward(
            one.logprob or 0.0, one.reference_logprob or 0.0, one.token_count or 1, loss=frame.loss, beta=frame.beta
        )
        for one in completions
    ]
    entropy = row.mean_entropy if frame.config.normalize == "token" else row.entropy
    return convert.candidates(row.prompt_id, entropy, completions, rewards)


def _control(frame: Frame, prompts: Sequence[PromptCandidates]) -> list[SelectedPair]:
    pool = int(frame.round_.funnel["pool"])
    wanted = int(frame.round_.funnel["control_prompts"])
    seed = frame.round_.seed
    pairs = [control_pair(one, pool=pool, count=wanted, seed=derive_seed(seed, one.prompt_id)) for one in prompts]
    return [pair for pair in pairs if pair is not None]


def _rule(frame: Frame) -> tuple[str, str | None]:
    """The rule that can be used: differences of implicit reward are all zero while the policy is the reference."""
    rule = frame.config.rule
    if frame.is_reference and rule in REWARD_RULES:
        return "random", (
            f"The policy is still the reference, so every implicit reward is 0 and {rule} is undefined: "
            "this round's active arm was drawn at random."
        )
    return rule, None


def _active(
    frame: Frame, rule: str, eligible: Sequence[PromptCandidates], control: Sequence[SelectedPair]
) -> list[SelectedPair]:
    config = frame.config
    # A control prompt whose completions do not differ gives no pair: the active arm fills its place.
    wanted = config.labels - len(control)
    return select_pairs(
        rule,
        eligible,
        count=wanted,
        seed=derive_seed(frame.round_.seed, "active"),
        entropy_share=config.entropy_share,
        normalize=config.normalize,
        excluded=[(pair.prompt_id, pair.first, pair.second) for pair in control],
    )


def _new_pair(frame: Frame, pair: SelectedPair, arm: Arm, completions: dict[UUID, list[Completion]]) -> NewPair:
    """A pair in canonical order, a before b by id; the margin is a's reward minus b's."""
    rows = completions[UUID(pair.prompt_id)]
    first, second, margin = rows[pair.first], rows[pair.second], pair.margin
    if first.id > second.id:
        first, second, margin = second, first, -margin
    return NewPair(
        prompt_id=first.prompt_id,
        completion_a_id=first.id,
        completion_b_id=second.id,
        arm=arm,
        score=pair.score,
        margin=None if frame.is_reference else margin,
        selection_probability=pair.probability,
    )


register(Task.SCORE, Family(begin=_begin, work=_work, fail=rounds.fail_round))
