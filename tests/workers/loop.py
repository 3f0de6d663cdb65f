"""A small real project on the sandbox model, and the steps of the loop run in this process by the real tasks."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO
from uuid import UUID, uuid4

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.db import transaction
from app.models import (
    Completion,
    Evaluation,
    Pair,
    Project,
    Prompt,
    Round,
    RoundStatus,
    RunStatus,
    Split,
    TrainingRun,
    Trigger,
)
from app.schemas import (
    EvaluationConfig,
    LabelCreate,
    ProjectCreate,
    RewardModelJudge,
    RoundConfig,
    TrainingConfig,
    UserCreate,
)
from app.services import claims, labels, projects, rounds, tallies, training, users
from app.services.audit import Actor
from app.services.prompt_import import import_prompts
from app.tasks import Task
from workers import evaluation as evaluation_tasks
from workers import models as model_tasks
from workers import sampling as sampling_tasks
from workers import scoring as scoring_tasks
from workers import training as training_tasks
from workers.celery_app import FAMILY_OF, run_family
from workers.sandbox.paths import MODEL, PROMPTS, REWARD_MODEL

# Importing a family registers it.
FAMILIES = (evaluation_tasks, model_tasks, sampling_tasks, scoring_tasks, training_tasks)

ROUND = RoundConfig(
    rule="certainty", labels=12, control_share=0.25, over_generation=2, samples_per_prompt=2, max_new_tokens=24
)
TRAINING = TrainingConfig(learning_rate=2e-4, epochs=2, batch_size=8, minimum_labels=4, checkpoint_every=1)
EVALUATION = EvaluationConfig(judge=RewardModelJudge(model=str(REWARD_MODEL)), prompts=8, max_new_tokens=24)


@dataclass(frozen=True)
class Loop:
    """Ids of the project and of its one annotator, who is an admin too."""

    project_id: UUID
    actor: Actor


def make_loop(*, train: int = 40, evals: int = 8, training_config: TrainingConfig = TRAINING) -> Loop:
    """A project with a checked reference and prompts, as the API makes it."""
    with transaction() as session:
        user, _ = users.create_user(session, UserCreate(username=f"user-{uuid4()}"), actor=Actor())
        actor = Actor(user_id=user.id)
        body = ProjectCreate(
            name=f"project-{uuid4()}", model=str(MODEL), round=ROUND, training=training_config, evaluation=EVALUATION
        )
        project = projects.create_project(session, body, actor=actor)
        assert project.reference_version_id is not None
        project_id, reference_id = project.id, project.reference_version_id
        session.add_all(_prompts(project_id, Split.TRAIN, train) + _prompts(project_id, Split.EVAL, evals))
        tallies.add_prompts(session, project_id, train=train, held_out=evals, unused=train)
    run(Task.CHECK_MODEL, reference_id)
    return Loop(project_id, actor)


def _prompts(project_id: UUID, split: Split, amount: int) -> list[Prompt]:
    rows = [json.loads(line) for line in PROMPTS.read_text().splitlines()]
    contents = [row["prompt"] for row in rows if row["split"] == split][:amount]
    assert len(contents) == amount
    return [Prompt(project_id=project_id, content=one, content_hash=str(uuid4()), split=split) for one in contents]


def run(task: Task, row_id: UUID) -> None:
    """The task's own code on the row, as a worker calls it."""
    run_family(FAMILY_OF[task], row_id)


def open_round(loop: Loop, config: RoundConfig | None = None) -> UUID:
    """Start a round and run it until its pairs are open."""
    with transaction() as session:
        round_id = rounds.start_round(session, loop.project_id, config, actor=loop.actor).id
    run(Task.SAMPLE, round_id)
    run(Task.SCORE, round_id)
    with transaction() as session:
        row = session.get_one(Round, round_id)
        assert row.status is RoundStatus.OPEN, row.error
    return round_id


def label_all(loop: Loop, *, verdict: str = "preferred") -> int:
    """Label every open pair: the shorter side wins. Returns how many labels were given."""
    given = 0
    while True:
        with transaction() as session:
            claim = claims.claim(session, loop.project_id, actor=loop.actor, count=20, lease_seconds=60)
        if not claim.tasks:
            return given
        for task in claim.tasks:
            winner = ("left" if len(task.left) <= len(task.right) else "right") if verdict == "preferred" else None
            body = LabelCreate.model_validate({"lease": task.lease, "verdict": verdict, "winner": winner})
            with transaction() as session:
                labels.submit_label(session, actor=loop.actor, body=body, idempotency_key=str(uuid4()))
            given += 1


def train(loop: Loop) -> UUID:
    """Start a training run and run it to its end; its id."""
    with transaction() as session:
        run_id = training.start_run(session, loop.project_id, None, actor=loop.actor, trigger=Trigger.MANUAL).id
    run(Task.TRAIN, run_id)
    with transaction() as session:
        row = session.get_one(TrainingRun, run_id)
        assert row.status is RunStatus.SUCCEEDED, row.error
    return run_id


def import_label(session: Session, loop: Loop, *, chosen: str, rejected: str) -> None:
    """A labelled row, as the API imports it."""
    content = [{"role": "user", "content": f"How do I descale a kettle? {uuid4()}"}]
    row = json.dumps({"prompt": content, "chosen": chosen, "rejected": rejected})
    file = BytesIO(row.encode())
    import_prompts(session, loop.project_id, file, file_format="jsonl", on_error="abort", split=None, actor=loop.actor)


def completions_of(session: Session, round_id: UUID) -> Sequence[Completion]:
    return session.scalars(select(Completion).where(Completion.round_id == round_id).order_by(Completion.id)).all()


def pairs_of(session: Session, round_id: UUID) -> Sequence[Pair]:
    return session.scalars(select(Pair).where(Pair.round_id == round_id).order_by(Pair.priority)).all()


def evaluations_of(session: Session, project_id: UUID) -> Sequence[Evaluation]:
    return session.scalars(select(Evaluation).where(Evaluation.project_id == project_id)).all()


def policy_of(session: Session, project_id: UUID) -> UUID | None:
    return session.get_one(Project, project_id).policy_version_id
