"""Scores a sampled round and opens its pairs: reference log-probs, implicit rewards, control arm, acquisition.

Reference log-probs are computed once per completion and stored; a retry computes only those that are missing.
"""

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from app.db import transaction
from app.models import Arm, Completion, ModelVersion, Project, Prompt, Round, RoundPrompt, RoundStatus
from app.schemas import RoundConfig
from app.services import rounds
from app.services.draw import ENSEMBLE_RULES, UNIFORM_RULES, usable_rule
from app.services.pair_lists import histogram
from app.services.rounds import NewPair
from app.tasks import Task
from workers import convert
from workers.celery_app import Family, Superseded, register
from workers.checkpoints import cached_policy, derive_seed
from workers.ensemble import Ensemble, Known, lessons_of, read_candidates, read_known, teach_and_score
from workers.learning.acquisition import (
    PromptCandidates,
    SelectedPair,
    control_pair,
    implicit_reward,
    select_pairs,
)
from workers.learning.losses import LOSSES
from workers.learning.policy import check_same_vocabulary, encode_prompt
from workers.learning.prompts import prompt_text
from workers.pulse import Pulse
from workers.references import reference_logprobs, store_reference_logprobs

CHUNK = 256
"""Completions whose reference log-prob is computed between two commits."""


@dataclass(frozen=True)
class Frame:
    """What scoring needs to know of a round, read once; `known` and `candidates` only where an ensemble is asked."""

    round_: Round
    config: RoundConfig
    is_reference: bool
    reference_source: str
    policy_source: str
    loss: str
    beta: float
    known: Sequence[Known] = ()
    candidates: Sequence[tuple[Completion, Any]] = ()


@dataclass(frozen=True)
class Choice:
    """The rule that chooses, why it is not the one asked for, and what it is told of the completions by id."""

    rule: str
    note: str | None
    ensemble: Ensemble | None = None


def _begin(session: Session, round_id: UUID) -> int | None:
    row = rounds.begin(session, round_id, expect=RoundStatus.SAMPLED, to=RoundStatus.SCORING)
    return row.attempt if row else None


def _work(round_id: UUID, attempt: int) -> None:
    with transaction() as session:
        frame = _frame(session, round_id)
        if frame.is_reference:
            _reference_is_policy(session, round_id)
    with Pulse(Round, round_id, attempt) as pulse:
        total = _fill_reference_logprobs(frame, pulse)
        choice = _choose_rule(frame, pulse, total)
        with transaction() as session:
            if not _open(session, frame, choice, attempt):
                raise Superseded


def _frame(session: Session, round_id: UUID) -> Frame:
    round_ = session.get_one(Round, round_id)
    project = session.get_one(Project, round_.project_id)
    version = session.get_one(ModelVersion, round_.model_version_id)
    reference = session.get_one(ModelVersion, project.reference_version_id)
    training = rounds.training_of(session, project, version)
    config = RoundConfig.model_validate(round_.config)
    asks_ensemble = config.rule in ENSEMBLE_RULES
    return Frame(
        round_=round_,
        config=config,
        is_reference=version.id == reference.id,
        reference_source=reference.source,
        policy_source=version.source,
        loss=training.loss,
        beta=LOSSES[training.loss].default_beta if training.beta is None else training.beta,
        known=read_known(session, round_) if asks_ensemble else (),
        candidates=read_candidates(session, round_) if asks_ensemble else (),
    )


def _reference_is_policy(session: Session, round_id: UUID) -> None:
    """The sampler already knew these log-probs: at the reference they are the completions' own."""
    session.execute(
        update(Completion).where(Completion.round_id == round_id).values(reference_logprob=Completion.logprob)
    )


def _fill_reference_logprobs(frame: Frame, pulse: Pulse) -> int:
    """Returns how many completions the round has."""
    round_id = frame.round_.id
    with transaction() as session:
        known = func.count(Completion.reference_logprob)
        total, done = session.execute(select(func.count(), known).where(Completion.round_id == round_id)).one()
    while True:
        with transaction() as session:
            rows = _missing(session, round_id)
        pulse.progress(done, total + _features_to_come(frame))
        if not rows:
            return total
        policy = cached_policy(frame.reference_source)
        if not frame.is_reference:
            check_same_vocabulary(cached_policy(frame.policy_source), policy)
        encoded = [(encode_prompt(policy, row.prompt.content), row.token_ids or ()) for row in rows]
        values = reference_logprobs(policy, encoded)
        with transaction() as session:
            store_reference_logprobs(session, [row.id for row in rows], values)
        done += len(rows)


def _features_to_come(frame: Frame) -> int:
    """Rows whose features an ensemble will ask for, at most: the progress bar must not start anew for them."""
    return 2 * len(frame.known) + len(frame.candidates)


def _choose_rule(frame: Frame, pulse: Pulse, done: int) -> Choice:
    """The rule that can choose, with the ensemble it asks, trained on the preferences that fit the model."""
    rule = frame.config.rule
    if rule not in ENSEMBLE_RULES:
        return Choice(*usable_rule(rule, is_reference=frame.is_reference, preferences=0))
    policy = cached_policy(frame.policy_source)
    lessons = lessons_of(policy, frame.known)
    rule, note = usable_rule(rule, is_reference=frame.is_reference, preferences=len(lessons))
    if rule not in ENSEMBLE_RULES:
        return Choice(rule, note)
    total = done + _features_to_come(frame)
    ensemble = teach_and_score(
        policy,
        lessons,
        frame.candidates,
        heads=frame.config.ensemble_heads,
        seed=frame.round_.seed,
        report=lambda rows: pulse.progress(done + rows, total),
    )
    return Choice(rule, note, ensemble)


def _missing(session: Session, round_id: UUID) -> Sequence[Completion]:
    """The next chunk without its reference log-prob."""
    is_missing = (Completion.round_id == round_id, Completion.reference_logprob.is_(None))
    rows = session.scalars(
        select(Completion).where(*is_missing).order_by(Completion.prompt_id, Completion.id).limit(CHUNK)
    ).all()
    for row in rows:
        _ = row.prompt.content  # loaded here: no transaction is open during the forward pass
    return rows


def _open(session: Session, frame: Frame, choice: Choice, attempt: int) -> bool:
    """Choose both arms and open the pairs, in one transaction."""
    drawn = session.execute(
        select(RoundPrompt, Prompt.problem, Prompt.content)
        .join(Prompt, Prompt.id == RoundPrompt.prompt_id)
        .where(RoundPrompt.round_id == frame.round_.id)
        .order_by(RoundPrompt.position)
    ).all()
    completions: dict[UUID, list[Completion]] = defaultdict(list)
    found = select(Completion).where(Completion.round_id == frame.round_.id).order_by(Completion.sample_index)
    for row in session.scalars(found):
        completions[row.prompt_id].append(row)
    usable = [row for row, problem, _ in drawn if problem is None]
    contents = {row.prompt_id: content for row, _, content in drawn}
    all_candidates = {
        row.prompt_id: _candidates(frame, row, completions[row.prompt_id], choice.ensemble, contents[row.prompt_id])
        for row in usable
    }
    control_prompts = sorted((row for row in usable if row.is_control), key=lambda row: row.control_rank or 0)
    control = _control(frame, [all_candidates[row.prompt_id] for row in control_prompts])
    eligible = [all_candidates[row.prompt_id] for row in usable if row.is_candidate]
    scores: list[float] = []
    active = _active(frame, choice.rule, eligible, control, on_scores=scores.extend)
    if choice.rule in UNIFORM_RULES:
        # The candidates are a uniform draw from the pool themselves.
        drawn_share = frame.round_.funnel["candidate_prompts"] / frame.round_.funnel["pool"]
        active = [replace(pair, probability=pair.probability * drawn_share) for pair in active]
    new = [_new_pair(frame, pair, Arm.CONTROL, completions) for pair in control]
    new += [_new_pair(frame, pair, Arm.ACTIVE, completions) for pair in active]
    funnel = frame.round_.funnel | {
        "sampled_prompts": sum(row.is_sampled for row, _, _ in drawn),
        "unusable_prompts": len(drawn) - len(usable),
        "completions": sum(len(rows) for rows in completions.values()),
        "control_pairs": len(control),
        "active_pairs": len(active),
    }
    if scores:
        funnel["scores"] = histogram(scores)
    if choice.ensemble:
        funnel |= _describe_ensemble(frame, choice.ensemble)
    if not new:
        raise NothingToLabelError(_nothing(funnel))
    note = _note(frame, choice, control=len(control), active=len(active))
    return rounds.open_round(
        session, frame.round_.id, attempt, pairs=new, rule_used=choice.rule, note=note, funnel=funnel
    )


def _describe_ensemble(frame: Frame, ensemble: Ensemble) -> dict[str, Any]:
    """What the funnel says of it: preferences learned from, those that do not fit the model, held-out accuracy."""
    left_out = len(frame.known) - ensemble.preferences
    told = {"ensemble_preferences": ensemble.preferences, "ensemble_accuracy": ensemble.accuracy}
    return {name: value for name, value in told.items() if value is not None} | (
        {"ensemble_left_out": left_out} if left_out else {}
    )


def _note(frame: Frame, choice: Choice, *, control: int, active: int) -> str | None:
    """Why another rule chose than the one asked for, and why there are fewer pairs than were."""
    notes = [choice.note if active else None, _shortage(frame, choice.rule, control=control, active=active)]
    return " ".join(note for note in notes if note) or None


def _shortage(frame: Frame, rule: str, *, control: int, active: int) -> str | None:
    funnel, labels = frame.round_.funnel, frame.config.labels
    opened, wanted = active, labels - control
    if opened >= wanted:
        return None
    if funnel["candidate_prompts"] < funnel["candidates_wanted"]:
        return (
            f"The pool ran out: it had {funnel['pool']} unused prompts, so {control + active} of {labels} pairs were "
            f"opened, {control} of them as a control. Import more prompts, or ask for fewer pairs."
        )
    is_filtered = frame.config.distinct_prompts and rule not in UNIFORM_RULES
    near_identical = ", or are near-identical to a prompt that was chosen" if is_filtered else ""
    return (
        f"The active arm has {opened} of {wanted} pairs: the other candidates gave completions that do not differ"
        f"{near_identical}. More prompts per kept pair, or more completions per prompt, would give more."
    )


class NothingToLabelError(Exception):
    """A round whose prompts gave no pair that a person could judge."""


def _nothing(funnel: dict[str, Any]) -> str:
    return (
        f"No pair could be opened: of {funnel['sampled_prompts']} prompts, {funnel['unusable_prompts']} cannot be used "
        "with this model (see their `problem`), and the others gave completions that do not differ. Raise the "
        "temperature or the completions per prompt, or import other prompts."
    )


def _candidates(
    frame: Frame, row: RoundPrompt, completions: Sequence[Completion], ensemble: Ensemble | None, content: Any
) -> PromptCandidates:
    rewards = [_reward(frame, one) for one in completions]
    asked = ensemble is not None and row.is_candidate
    return convert.candidates(
        row.prompt_id,
        row.entropy,
        completions,
        rewards,
        ensemble=tuple(ensemble.rewards[one.id] for one in completions) if ensemble and asked else None,
        prompt=prompt_text(content) if frame.config.distinct_prompts else "",
    )


def _reward(frame: Frame, row: Completion) -> float:
    if row.logprob is None or row.reference_logprob is None or row.token_count is None:
        raise ValueError(f"The completion {row.id} was opened for scoring without its log-probabilities.")
    return implicit_reward(row.logprob, row.reference_logprob, row.token_count, loss=frame.loss, beta=frame.beta)


def _control(frame: Frame, prompts: Sequence[PromptCandidates]) -> list[SelectedPair]:
    pool = int(frame.round_.funnel["pool"])
    wanted = int(frame.round_.funnel["control_prompts"])
    seed = frame.round_.seed
    pairs = [control_pair(one, pool=pool, count=wanted, seed=derive_seed(seed, one.prompt_id)) for one in prompts]
    return [pair for pair in pairs if pair is not None]


def _active(
    frame: Frame,
    rule: str,
    eligible: Sequence[PromptCandidates],
    control: Sequence[SelectedPair],
    *,
    on_scores: Callable[[list[float]], object],
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
        max_per_prompt=config.max_pairs_per_prompt,
        excluded=[(pair.prompt_id, pair.first, pair.second) for pair in control],
        on_scores=on_scores,
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
