"""Rows in the real database, typed and ready to use: projects, prompts, completions, rounds, leases, people, labels."""

from collections.abc import Sequence
from datetime import UTC, datetime
from itertools import count
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models import (
    ApiKey,
    Arm,
    Completion,
    Disposition,
    Evaluation,
    FinishReason,
    Label,
    Lease,
    LeaseKind,
    Lending,
    ModelStatus,
    ModelVersion,
    Pair,
    Project,
    Prompt,
    Role,
    Round,
    RoundStatus,
    RunStatus,
    Scope,
    Split,
    TrainingRun,
    Trigger,
    User,
    Verdict,
)
from app.schemas import EvaluationConfig, RewardModelJudge, RoundConfig, TrainingConfig
from app.services import tallies
from app.services.audit import Actor

_numbers = count(1)
JUDGE = EvaluationConfig(judge=RewardModelJudge(model="judge-folder"))


def make_user(session: Session, *, role: Role = Role.ANNOTATOR) -> User:
    user = User(username=f"user-{next(_numbers)}-{uuid4().hex[:6]}", role=role, is_active=True)
    session.add(user)
    session.flush()
    return user


def make_key(session: Session, *, scope: Scope = Scope.JUDGE) -> ApiKey:
    """A key that services know as an author; its secret is nobody's (routes need one made by `services.keys`)."""
    number = next(_numbers)
    key = ApiKey(name=f"key-{number}", prefix=uuid4().hex[:12], key_hash=uuid4().hex, scope=scope)
    session.add(key)
    session.flush()
    return key


def make_actor(session: Session) -> Actor:
    """A new annotator, as services see one."""
    return Actor(user_id=make_user(session).id)


def make_project(
    session: Session,
    *,
    status: ModelStatus = ModelStatus.READY,
    source: str = "reference-folder",
    round_config: RoundConfig | None = None,
    training_config: TrainingConfig | None = None,
    evaluation_config: EvaluationConfig | None = None,
    **columns: Any,
) -> Project:
    """A project whose reference, also its policy, has this status."""
    project = Project(
        name=f"project-{next(_numbers)}-{uuid4().hex[:6]}",
        round_config=(round_config or RoundConfig(rule="random")).model_dump(mode="json"),
        training_config=(training_config or TrainingConfig(minimum_labels=1)).model_dump(mode="json"),
        evaluation_config=(evaluation_config or EvaluationConfig()).model_dump(mode="json"),
        **columns,
    )
    session.add(project)
    session.flush()
    reference = make_version(session, project, number=0, status=status, source=source)
    project.reference_version_id = project.policy_version_id = reference.id
    session.flush()
    session.refresh(project)
    return project


def make_version(
    session: Session,
    project: Project,
    *,
    number: int,
    status: ModelStatus = ModelStatus.READY,
    source: str = "model-folder",
) -> ModelVersion:
    version = ModelVersion(project_id=project.id, number=number, source=source, status=status, info={})
    session.add(version)
    session.flush()
    session.refresh(version)
    return version


def make_prompts(
    session: Session, project: Project, amount: int, *, split: Split = Split.TRAIN, is_asked: bool = False
) -> list[Prompt]:
    prompts = [
        Prompt(
            project_id=project.id,
            content=f"Prompt {number}: what do you think?",
            content_hash=f"{number}-{uuid4().hex}",
            split=split,
            is_asked=is_asked,
            details={},
        )
        for number in range(amount)
    ]
    session.add_all(prompts)
    session.flush()
    train = amount if split is Split.TRAIN else 0
    tallies.add_prompts(session, project.id, train=train, held_out=amount - train, unused=0 if is_asked else train)
    return prompts


def make_completions(session: Session, round_: Round, prompt: Prompt, amount: int = 2) -> list[Completion]:
    """Sampled completions of a prompt, with two tokens each, ordered by id."""
    completions = [
        Completion(
            prompt_id=prompt.id,
            round_id=round_.id,
            model_version_id=round_.model_version_id,
            sample_index=index,
            text=f"Answer {index} to {prompt.id}",
            token_ids=[5, 6],
            token_logprobs=[-1.0, -0.5],
            token_count=2,
            logprob=-1.5,
            finish_reason=FinishReason.STOP,
        )
        for index in range(amount)
    ]
    session.add_all(completions)
    session.flush()
    return sorted(completions, key=lambda completion: completion.id)


def make_round(
    session: Session, project: Project, *, status: RoundStatus = RoundStatus.SCORING, config: RoundConfig | None = None
) -> Round:
    """A round without prompts or pairs, in any state."""
    latest = session.scalars(select(Round.number).where(Round.project_id == project.id)).all()
    round_ = Round(
        project_id=project.id,
        number=1 + max(latest, default=0),
        status=status,
        model_version_id=project.policy_version_id,
        config=(config or RoundConfig(rule="random")).model_dump(mode="json"),
        seed=0,
        funnel={},
        attempt=1,
    )
    session.add(round_)
    session.flush()
    session.refresh(round_)
    return round_


def make_open_round(
    session: Session,
    project: Project,
    *,
    pairs: int,
    labels_per_pair: int = 1,
    arm: Arm = Arm.ACTIVE,
) -> Round:
    """An open round with its pairs and free leases, in queue order."""
    config = RoundConfig(rule="random", labels_per_pair=labels_per_pair)
    round_ = make_round(session, project, status=RoundStatus.OPEN, config=config)
    for place, prompt in enumerate(make_prompts(session, project, pairs, is_asked=True)):
        make_pair(session, round_, prompt, priority=place, slots=labels_per_pair, arm=arm)
    return round_


def make_pair(
    session: Session, round_: Round, prompt: Prompt, *, priority: int = 0, slots: int = 1, arm: Arm = Arm.ACTIVE
) -> Pair:
    a, b = make_completions(session, round_, prompt)
    if not prompt.is_asked:
        with tallies.changing_prompts(session, round_.project_id, [prompt.id]):
            prompt.is_asked = True
    pair = Pair(
        project_id=round_.project_id,
        round_id=round_.id,
        prompt_id=prompt.id,
        completion_a_id=a.id,
        completion_b_id=b.id,
        arm=arm,
        selection_probability=1.0,
        priority=priority,
    )
    session.add(pair)
    session.flush()
    session.add_all(
        Lease(
            pair_id=pair.id,
            slot=slot,
            project_id=round_.project_id,
            kind=LeaseKind.FIRST if slot == 0 else LeaseKind.OVERLAP,
            priority=round_.number * 1_000_000 + priority,
            swapped=False,
            is_done=False,
        )
        for slot in range(slots)
    )
    session.flush()
    return pair


def round_pairs(session: Session, round_: Round) -> Sequence[Pair]:
    return session.scalars(select(Pair).where(Pair.round_id == round_.id).order_by(Pair.priority)).all()


def make_label(
    session: Session,
    pair: Pair,
    *,
    actor: Actor,
    verdict: Verdict = Verdict.PREFERRED,
    slot: int = 0,
    a_wins: bool = True,
    swapped: bool = False,
    disposition: Disposition = Disposition.COUNTED,
) -> Label:
    """A label with its lending, its slot done; made without the service, so that nothing is triggered."""
    lending = Lending(
        token=uuid4(),
        pair_id=pair.id,
        slot=slot,
        user_id=actor.user_id,
        api_key_id=actor.api_key_id,
        swapped=swapped,
    )
    session.add(lending)
    session.flush()
    sides = (pair.completion_a_id, pair.completion_b_id)
    left, right = (sides[1], sides[0]) if swapped else sides
    label = Label(
        project_id=pair.project_id,
        pair_id=pair.id,
        arm=pair.arm,
        round_id=pair.round_id,
        slot=slot,
        user_id=actor.user_id,
        api_key_id=actor.api_key_id,
        verdict=verdict,
        winner_id=sides[0 if a_wins else 1] if verdict is Verdict.PREFERRED else None,
        left_completion_id=left,
        right_completion_id=right,
        guideline_version=1,
        disposition=disposition,
        idempotency_key=uuid4().hex,
        lease_token=lending.token,
    )
    session.add(label)
    lease = session.get(Lease, (pair.id, slot))
    if lease is not None and disposition is Disposition.COUNTED:
        lease.is_done = True
    session.flush()
    session.refresh(label)
    tallies.add_labels(session, tallies.count_labels(session, Label.id == label.id))
    return label


def make_labelled_round(session: Session, project: Project, *, labels: int, actor: Actor | None = None) -> Round:
    """A closed round whose pairs all have a preference."""
    round_ = make_open_round(session, project, pairs=labels)
    author = actor or make_actor(session)
    for pair in round_pairs(session, round_):
        make_label(session, pair, actor=author)
    round_.status, round_.closed_at = RoundStatus.CLOSED, datetime.now(UTC)
    session.flush()
    return round_


def make_run(
    session: Session,
    project: Project,
    *,
    status: RunStatus = RunStatus.QUEUED,
    config: TrainingConfig | None = None,
    **columns: Any,
) -> TrainingRun:
    """A run over no labels, in any state."""
    latest = session.scalars(select(TrainingRun.number).where(TrainingRun.project_id == project.id)).all()
    run = TrainingRun(
        project_id=project.id,
        number=1 + max(latest, default=0),
        status=status,
        trigger=Trigger.MANUAL,
        config=(config or TrainingConfig(minimum_labels=1)).model_dump(mode="json"),
        start_version_id=project.policy_version_id,
        label_count=0,
        label_set_hash=uuid4().hex,
        warnings={},
        **columns,
    )
    session.add(run)
    session.flush()
    session.refresh(run)
    return run


def make_evaluation(session: Session, project: Project, *, status: RunStatus = RunStatus.QUEUED) -> Evaluation:
    """An evaluation of a new version against the reference, in any state; heartbeat now."""
    latest = session.scalars(select(ModelVersion.number).where(ModelVersion.project_id == project.id)).all()
    version = make_version(session, project, number=1 + max(latest))
    evaluation = Evaluation(
        project_id=project.id,
        model_version_id=version.id,
        baseline_version_id=project.reference_version_id,
        status=status,
        config=JUDGE.model_dump(mode="json"),
        seed=0,
        results={},
        attempt=1,
        heartbeat_at=datetime.now(UTC),
    )
    session.add(evaluation)
    session.flush()
    session.refresh(evaluation)
    return evaluation


def expire_lease(session: Session, token: UUID) -> None:
    """Let the time of a lease run out."""
    lease = session.scalars(select(Lease).where(Lease.token == token)).one()
    lease.expires_at = datetime(2020, 1, 1, tzinfo=UTC)
    session.flush()
