"""What several annotators said of one pair, ties included, as the training process reads it: real labels, real run."""

from collections.abc import Sequence
from uuid import UUID

import pytest
from sqlalchemy import Engine, select

from app.db import transaction
from app.models import Pair, RunStatus, TrainingMetric, TrainingRun, Trigger, Verdict
from app.schemas import RoundConfig, TrainingConfig
from app.services import training
from app.services.audit import SYSTEM
from app.settings import get_settings
from app.tasks import Task
from tests import factories
from tests.workers import loop
from workers.learning.pairs import PreferencePair, read_pairs
from workers.training_rows import prepare

Said = tuple[Verdict, bool]
A, B, TIE = (Verdict.PREFERRED, True), (Verdict.PREFERRED, False), (Verdict.TIE, True)
SAID: Sequence[Sequence[Said]] = ([A, A, B], [B, B, B], [TIE, B, TIE], [TIE, TIE, TIE], [A, B])
FEW = {"minimum_labels": 4, "learning_rate": 2e-4, "epochs": 2, "evaluate": False}


@pytest.fixture
def labelled(engine: Engine) -> loop.Loop:
    """A round of five pairs on which three annotators said this; two of them have labelled the last."""
    small = loop.make_loop()
    config = RoundConfig(
        rule="random", labels=5, labels_per_pair=3, control_share=0, max_new_tokens=16, over_generation=2
    )
    round_id = loop.open_round(small, config)
    with transaction() as session:
        people = [factories.make_actor(session) for _ in range(3)]
        for pair, said in zip(loop.pairs_of(session, round_id), SAID, strict=True):
            for slot, (verdict, a_wins) in enumerate(said):
                factories.make_label(session, pair, actor=people[slot], verdict=verdict, slot=slot, a_wins=a_wins)
    return small


def start(labelled: loop.Loop, config: TrainingConfig) -> TrainingRun:
    with transaction() as session:
        return training.start_run(session, labelled.project_id, config, actor=SYSTEM, trigger=Trigger.MANUAL)


def prepared(run: TrainingRun) -> list[PreferencePair]:
    folder = get_settings().jobs_folder / str(run.id)
    folder.mkdir(parents=True)
    prepare(run.id, folder, folder / "model")
    return read_pairs(folder / "pairs.jsonl")


def described(rows: Sequence[PreferencePair], project_id: UUID) -> list[tuple[int, str, float, float | None]]:
    """Of each row: the place of its pair in the queue, who won, its weight, its strength."""
    with transaction() as session:
        pairs = session.scalars(select(Pair).where(Pair.project_id == project_id).order_by(Pair.priority)).all()
        tokens_of_a = {str(pair.prompt_id): tuple(pair.completion_a.token_ids or ()) for pair in pairs}
    places = list(tokens_of_a)
    found = []
    for row in rows:
        winner = "tie" if row.tie else "a" if row.chosen_ids == tokens_of_a[row.prompt_key] else "b"
        found.append((places.index(row.prompt_key), winner, row.weight, row.strength))
    return sorted(found)


def test_a_pair_counts_once_and_ties_are_left_out_by_default(labelled: loop.Loop) -> None:
    run = start(labelled, TrainingConfig.model_validate(FEW))

    rows = described(prepared(run), labelled.project_id)

    assert run.label_count == 9
    third = pytest.approx(1 / 3)
    assert rows == [
        (0, "a", pytest.approx(2 / 3), None),
        (0, "b", third, None),
        (1, "b", 1.0, None),
        (2, "b", 1.0, None),
        (4, "a", 0.5, None),
        (4, "b", 0.5, None),
    ]


def test_labels_that_each_count_and_ties_that_train_reach_the_loss_as_soft_labels(labelled: loop.Loop) -> None:
    soft = TrainingConfig.model_validate(FEW | {"ties": "train", "label_weights": "label", "loss": "cdpo"})
    run = start(labelled, soft)
    loop.run(Task.TRAIN, run.id)

    rows = read_pairs(get_settings().jobs_folder / str(run.id) / "pairs.jsonl")
    assert run.label_count == 14
    two_thirds = pytest.approx(2 / 3)
    assert described(rows, labelled.project_id) == [
        (0, "a", 3.0, two_thirds),
        (1, "b", 3.0, None),
        (2, "b", 3.0, two_thirds),
        (3, "tie", 3.0, None),
        (4, "a", 1.0, None),
        (4, "b", 1.0, None),
    ]
    with transaction() as session:
        done = session.get_one(TrainingRun, run.id)
        assert done.status is RunStatus.SUCCEEDED, done.error
        first = session.get_one(TrainingMetric, (run.id, 1)).values
    # At the reference every loss is log 2, whatever the labels say; the tie counts half in the accuracies.
    assert first["loss"] == pytest.approx(0.6931, abs=1e-3)
    assert first["rewards/margins"] == pytest.approx(0.0, abs=1e-3)


def test_robust_takes_no_flip_chance_from_agreement_but_from_strength(labelled: loop.Loop) -> None:
    with transaction() as session:
        of_project = select(Pair).where(Pair.project_id == labelled.project_id)
        pair = session.scalars(of_project.order_by(Pair.priority).limit(1)).one()
        sure = factories.make_label(session, pair, actor=factories.make_actor(session), slot=3)
        sure.strength = 2
    run = start(labelled, TrainingConfig.model_validate(FEW | {"loss": "robust"}))

    rows = described(prepared(run), labelled.project_id)

    assert [row for row in rows if row[0] == 0] == [(0, "a", 0.25, 0.98), (0, "a", 0.5, None), (0, "b", 0.25, None)]
