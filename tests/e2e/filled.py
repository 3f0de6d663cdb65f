"""A project in the middle of its loop, for looking at its pages: rounds, labels, runs, models, practice, flags."""

import math
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from random import Random
from uuid import UUID, uuid4

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models import (
    Arm,
    Evaluation,
    Flag,
    Label,
    Lease,
    ModelVersion,
    Pair,
    PracticePair,
    Project,
    Prompt,
    Round,
    RoundStatus,
    RunStatus,
    Split,
    TrainingMetric,
    TrainingRun,
    User,
    Verdict,
)
from app.models.training import TrainingLog
from app.schemas import RoundConfig
from app.services.audit import Actor, record
from app.services.pair_lists import histogram
from tests import factories

GUIDELINE = """**Which answer would you rather have got?**

1. True before helpful: a wrong step makes an answer the worse one.
2. Helpful before pretty: what can be done at once wins over what only sounds good.
3. Length does not count. Where neither can be used, say *both bad*.
"""
ASKED = [
    "How do I descale a kettle without vinegar?",
    "Write a short note to a neighbour about the noise on Sunday.",
    "What does `git rebase --onto` do? Give an example.",
    "My bread comes out dense. What should I change first?",
    "Explain to a ten-year-old why the sky is blue.",
    "Give me a packing list for three days of rain.",
    "How can I tell whether an avocado is ripe?",
    "Turn this into one friendly sentence: payment is late, send it now.",
    "Which plants survive a north-facing balcony?",
    "How do I find the slowest query of a PostgreSQL database?",
    "What is the difference between weather and climate?",
    "Suggest a name for a cat that sleeps all day.",
]
GOOD = """Use **citric acid**: it leaves no smell.

1. Dissolve two tablespoons in half a litre of warm water.
2. Pour it in, wait twenty minutes, do not boil.
3. Empty the kettle and rinse it twice.

```sh
# a reminder for every second month
0 9 1 */2 * notify "descale the kettle"
```
"""
WEAK = """Descaling is important, because limescale builds up over time. There are many ways to descale a kettle, and \
which one is best depends on your kettle. You could try lemon juice, or buy a product from a shop.

I hope this helps!"""


@dataclass(frozen=True)
class Filled:
    """Ids that addresses name."""

    project_id: UUID
    round_id: UUID
    run_id: UUID
    other_run_id: UUID


def fill(session: Session, *, admin: User) -> Filled:
    """Two labelled rounds, a third one open, two models of which the newer one samples."""
    random = Random(7)
    project = factories.make_project(
        session, source="sandbox/small-helper", round_config=RoundConfig(), guideline=GUIDELINE
    )
    project.name = "Kitchen helper"
    reference = session.get_one(ModelVersion, project.reference_version_id)
    reference.info = {"parameters": 1_240_000_000, "context_length": 4096, "has_chat_template": True}
    people = [factories.make_user(session) for _ in range(3)]
    for user, name in zip(people, ("grace", "linus", "margaret"), strict=True):
        user.username = name if session.scalar(select(User.id).where(User.username == name)) is None else user.username
    factories.make_key(session).name = "reward-model"
    _prompts(session, project, 40, Split.EVAL)
    rounds, models = [], []
    for number in (1, 2, 3):
        round_ = _round(session, project, random, is_first=number == 1)
        rounds.append(round_)
        _label(session, round_, people, random, amount=24 if number < 3 else 9)
        if number < 3:
            models.append(_model(session, project, number, random))
    project.policy_version_id = models[-1].id
    session.flush()
    _extras(session, project, rounds[-1], people)
    for action, details in (
        ("project.create", {"name": project.name}),
        ("prompts.import", {"prompts": 190, "duplicates": 4, "refused": 0}),
        ("round.start", {"number": 3, "labels": 24}),
        ("model.promote", {"from": 0, "to": 2}),
    ):
        record(session, Actor(user_id=admin.id), action=action, project_id=project.id, details=details)
    runs = select(TrainingRun.id).where(TrainingRun.project_id == project.id).order_by(TrainingRun.number)
    other_run_id, run_id = session.scalars(runs)
    return Filled(project.id, rounds[1].id, run_id, other_run_id)


def _prompts(session: Session, project: Project, amount: int, split: Split) -> list[Prompt]:
    prompts = factories.make_prompts(session, project, amount, split=split)
    for number, prompt in enumerate(prompts):
        text = ASKED[number % len(ASKED)]
        prompt.content = [{"role": "user", "content": text}]
    return prompts


def _round(session: Session, project: Project, random: Random, *, is_first: bool) -> Round:
    round_ = factories.make_round(session, project, status=RoundStatus.OPEN, config=RoundConfig(labels=24))
    round_.rule_used = "random" if is_first else "certainty"
    round_.funnel = {
        "pool": 1200 if is_first else 1180,
        "drawn_prompts": 160,
        "control_prompts": 5,
        "candidate_prompts": 152,
        "sampled_prompts": 160,
        "completions": 320,
        "control_pairs": 5,
        "active_pairs": 19,
    }
    round_.opened_at = datetime.now(UTC)
    for place, prompt in enumerate(_prompts(session, project, 24, Split.TRAIN)):
        arm = Arm.CONTROL if place % 5 == 0 else Arm.ACTIVE
        pair = factories.make_pair(session, round_, prompt, priority=place, arm=arm)
        pair.completion_a.text, pair.completion_b.text = GOOD, WEAK
        for one in (pair.completion_a, pair.completion_b):
            one.reference_logprob = -1.6
        pair.margin = None if is_first else random.gauss(0.2, 0.8)
        pair.score = None if is_first or arm is Arm.CONTROL else abs(random.gauss(1, 0.4)) + (24 - place) / 20
        pair.selection_probability = 0.02 if arm is Arm.CONTROL else 1.0
    session.flush()
    scored = [pair for pair in factories.round_pairs(session, round_) if pair.score is not None]
    for place, pair in enumerate(sorted(scored, key=lambda one: -(one.score or 0)), start=1):
        pair.rank = place
    if scored:
        passed_over = [abs(random.gauss(0.5, 0.4)) for _ in range(130)]
        round_.funnel = round_.funnel | {"scores": histogram([*(pair.score or 0 for pair in scored), *passed_over])}
    session.flush()
    return round_


def _label(session: Session, round_: Round, people: list[User], random: Random, *, amount: int) -> None:
    start = datetime.now(UTC) - timedelta(hours=3 - round_.number)
    for place, pair in enumerate(factories.round_pairs(session, round_)[:amount]):
        verdict = {7: Verdict.TIE, 15: Verdict.BOTH_BAD, 19: Verdict.SKIP}.get(place, Verdict.PREFERRED)
        swapped = random.random() < 0.5
        label = factories.make_label(
            session,
            pair,
            actor=Actor(user_id=people[place % 2].id),
            verdict=verdict,
            a_wins=random.random() < 0.75,
            swapped=swapped,
        )
        label.created_at = start + timedelta(seconds=14 * place)
        label.time_on_task_ms = random.randrange(3000, 22_000)
        label.strength = 2 if verdict is Verdict.PREFERRED and place % 3 == 0 else None
        label.skip_reason = "I cannot judge the SQL" if verdict is Verdict.SKIP else None
        label.comment = "The command is wrong on macOS." if place == 4 else None
    if amount == 24:
        round_.status, round_.closed_at = RoundStatus.CLOSED, datetime.now(UTC)


def _model(session: Session, project: Project, number: int, random: Random) -> ModelVersion:
    start = datetime.now(UTC) - timedelta(minutes=50 - 20 * number)
    run = factories.make_run(session, project, status=RunStatus.SUCCEEDED)
    labels = session.scalars(select(Label.verdict).where(Label.project_id == project.id)).all()
    run.label_count, run.done, run.total = len(labels), 60, 60
    run.preference_count, run.last_round = labels.count(Verdict.PREFERRED), number
    run.started_at, run.finished_at = start, start + timedelta(minutes=9)
    for step in range(1, 61):
        gain = 1 - math.exp(-step / 25)
        values = {
            "loss": 0.693 - 0.35 * gain + random.gauss(0, 0.02),
            "rewards/accuracies": min(1.0, 0.5 + 0.4 * gain + random.gauss(0, 0.03)),
            "rewards/chosen": 0.4 * gain + random.gauss(0, 0.02),
            "rewards/rejected": -0.5 * gain + random.gauss(0, 0.02),
            "rewards/margins": 0.9 * gain,
            "drift": 0.02 * gain,
        }
        session.add(TrainingMetric(training_run_id=run.id, step=step, values=values))
    session.add(TrainingLog(training_run_id=run.id, text="step 60 of 60: loss 0.36\nsaved the model\n"))
    evaluation = factories.make_evaluation(session, project, status=RunStatus.SUCCEEDED)
    version = session.get_one(ModelVersion, evaluation.model_version_id)
    version.training_run_id, version.parent_id = run.id, project.policy_version_id
    version.info = {"parameters": 1_240_000_000, "context_length": 4096}
    _results(evaluation, rate=0.52 + 0.07 * number)
    session.flush()
    return version


def _results(evaluation: Evaluation, *, rate: float) -> None:
    evaluation.results = {
        "wins": round(256 * rate),
        "losses": 256 - round(256 * rate),
        "ties": 0,
        "win_rate": rate,
        "win_rate_low": rate - 0.06,
        "win_rate_high": rate + 0.06,
        "length_controlled_win_rate": rate - 0.01,
        "kl": 3.2,
        "kl_per_token": 0.041,
        "perplexity": 14.2,
        "baseline_perplexity": 13.8,
        "mean_length": 78.4,
        "length_p10": 31.0,
        "length_p50": 74.0,
        "length_p90": 128.0,
        "model_text_examples": [],
    }
    evaluation.done = evaluation.total = 256
    evaluation.started_at = evaluation.finished_at = datetime.now(UTC)


def _extras(session: Session, project: Project, round_: Round, people: list[User]) -> None:
    """Practice pairs, and a flag on a pair of the open round."""
    for position, explanation in enumerate(("Only the left one can be done at once.", "Both say the same.")):
        session.add(
            PracticePair(
                project_id=project.id,
                position=position,
                prompt=ASKED[position],
                left=GOOD,
                right=WEAK,
                verdict=Verdict.TIE if position else Verdict.PREFERRED,
                winner=None if position else "left",
                explanation=explanation,
            )
        )
    pair = session.scalars(select(Pair).where(Pair.round_id == round_.id).order_by(Pair.priority.desc())).first()
    assert pair is not None
    label = factories.make_label(session, pair, actor=Actor(user_id=people[2].id))
    label.comment, label.time_on_task_ms = "Sent to the admins too.", 8000
    session.get_one(Lease, (pair.id, 0)).is_done = True
    session.add(
        Flag(
            project_id=project.id,
            pair_id=pair.id,
            user_id=people[2].id,
            lease_token=label.lease_token,
            reason="The left answer stops in the middle.",
            idempotency_key=uuid4().hex,
        )
    )
    session.flush()
