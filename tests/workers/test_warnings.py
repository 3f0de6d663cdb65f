"""A run that goes wrong says so while it goes on and when it is done: the real training process, much too fast."""

from sqlalchemy import Engine, select

from app.db import transaction
from app.models import TrainingMetric, TrainingRun, Trigger
from app.schemas import TrainingConfig
from app.services import training
from tests.workers import loop
from workers.learning.warning_signs import WARNINGS
from workers.training import _report

RUNAWAY = TrainingConfig(learning_rate=3e-2, epochs=8, batch_size=4, minimum_labels=4, evaluate=False)


def test_a_model_that_runs_away_leaves_its_warning_on_the_run_and_numbers_alone_in_its_metrics(engine: Engine) -> None:
    small = loop.make_loop(training_config=RUNAWAY)
    loop.open_round(small)
    loop.label_all(small)

    run_id = loop.train(small)

    with transaction() as session:
        run = session.get_one(TrainingRun, run_id)
        stored = session.scalars(select(TrainingMetric).where(TrainingMetric.training_run_id == run_id)).all()
        shown = training.list_metrics(session, run_id, after_step=0, limit=100)
    assert run.warnings["kl"] == WARNINGS["kl"]
    assert {type(value) for row in stored for value in row.values.values()} <= {int, float, bool}
    assert shown[-1].values["drift"] is not None


def test_a_warning_is_on_the_run_while_it_goes_on_and_leaves_with_its_cause(engine: Engine) -> None:
    small = loop.make_loop()
    loop.open_round(small)
    loop.label_all(small)
    with transaction() as session:
        run_id = training.start_run(session, small.project_id, None, actor=small.actor, trigger=Trigger.MANUAL).id
        training.begin_run(session, run_id)
    seen = []
    for step, names in enumerate((["length"], [], ["kl"]), start=1):
        line = {"step": step, "total_steps": 4, "loss": 0.5, "warnings": names}
        _report(run_id, 1, [line], {"left_out": "One label."})
        _report(run_id, 1, [], {"left_out": "One label."})
        with transaction() as session:
            seen.append(session.get_one(TrainingRun, run_id).warnings)

    left_out = {"left_out": "One label."}
    assert seen == [left_out | {"length": WARNINGS["length"]}, left_out, left_out | {"kl": WARNINGS["kl"]}]
