"""Two turns of the loop by the real tasks on the sandbox model, in this process, on the real database."""

import json
import math
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import Engine, select, text

from app.db import get_engine, transaction
from app.embedded import Urls
from app.errors import Conflict
from app.models import (
    Arm,
    Base,
    Completion,
    Evaluation,
    EvaluationItem,
    ModelVersion,
    Project,
    Prompt,
    Round,
    RoundPrompt,
    RunStatus,
    TrainingMetric,
    TrainingRun,
    Trigger,
)
from app.schemas import RoundConfig
from app.services import evaluation as evaluations
from app.services import models, rounds, training, training_log
from app.settings import get_settings
from app.tasks import Task
from tests.workers import loop
from workers import training_rows
from workers.checkpoints import cached_policy
from workers.learning.logprobs import completion_logprobs
from workers.learning.policy import encode_prompt


@dataclass(frozen=True)
class Turned:
    """Ids of two rounds with a training run, its model and its evaluation between them."""

    loop: loop.Loop
    first: UUID
    run: UUID
    version: UUID
    evaluation: UUID
    second: UUID


@pytest.fixture(scope="module")
def turned(urls: Urls) -> Iterator[Turned]:
    small = loop.make_loop()
    first = loop.open_round(small)
    assert loop.label_all(small) == loop.ROUND.labels
    run = loop.train(small)
    with transaction() as session:
        version = session.scalars(select(ModelVersion).where(ModelVersion.training_run_id == run)).one()
        evaluation = session.scalars(select(Evaluation.id).where(Evaluation.project_id == small.project_id)).one()
        models.promote(session, version.id, actor=small.actor)
    loop.run(Task.EVALUATE, evaluation)
    yield Turned(small, first, run, version.id, evaluation, loop.open_round(small))
    with get_engine().begin() as connection:
        tables = ", ".join(table.name for table in Base.metadata.sorted_tables)
        connection.execute(text(f"TRUNCATE {tables} CASCADE"))


def test_the_first_round_at_the_reference_falls_back_to_random_and_says_so(turned: Turned) -> None:
    with transaction() as session:
        row = session.get_one(Round, turned.first)
        pairs = loop.pairs_of(session, turned.first)
    assert row.rule_used == "random"
    assert row.note is not None
    assert "still the reference" in row.note
    assert [pair.margin for pair in pairs] == [None] * len(pairs)
    assert sum(pair.arm is Arm.CONTROL for pair in pairs) == 3
    assert len(pairs) == 12
    assert all(0 < (pair.selection_probability or 0) < 1 for pair in pairs)


def test_stored_logprobs_equal_a_fresh_forward_pass(turned: Turned) -> None:
    for round_id in (turned.first, turned.second):
        with transaction() as session:
            rows = loop.completions_of(session, round_id)
            version = session.get_one(ModelVersion, session.get_one(Round, round_id).model_version_id)
            reference = session.scalars(select(ModelVersion).where(ModelVersion.number == 0)).one()
            prompts = [row.prompt.content for row in rows]
        for source, stored in (
            (version.source, [row.logprob for row in rows]),
            (reference.source, [row.reference_logprob for row in rows]),
        ):
            policy = cached_policy(source)
            encoded = [
                (encode_prompt(policy, prompt), row.token_ids or ()) for prompt, row in zip(prompts, rows, strict=True)
            ]
            fresh = completion_logprobs(policy.model, encoded, pad_id=policy.pad_id, device=policy.device)
            assert stored == pytest.approx(fresh, abs=1e-3)
        assert [sum(row.token_logprobs or []) for row in rows] == pytest.approx([row.logprob for row in rows], abs=1e-2)


def test_the_second_round_is_sampled_from_the_promoted_model_and_chosen_by_certainty(turned: Turned) -> None:
    with transaction() as session:
        row = session.get_one(Round, turned.second)
        active = [pair for pair in loop.pairs_of(session, turned.second) if pair.arm is Arm.ACTIVE]
        control = [pair for pair in loop.pairs_of(session, turned.second) if pair.arm is Arm.CONTROL]
        completions = loop.completions_of(session, turned.second)
    assert row.rule_used == "certainty"
    assert {one.model_version_id for one in completions} == {row.model_version_id} == {turned.version}
    scores = [pair.score for pair in active if pair.score is not None]
    assert scores == sorted(scores, reverse=True)
    assert [abs(pair.margin or 0) for pair in active] == pytest.approx(scores)
    assert [pair.selection_probability for pair in active] == [1.0] * len(active)
    assert len(control) == 3
    assert all(0 < (pair.selection_probability or 0) < 1 for pair in control)


def test_a_training_run_leaves_a_manifest_and_its_curve_from_a_margin_of_zero(turned: Turned) -> None:
    with transaction() as session:
        version = session.get_one(ModelVersion, turned.version)
        curve = select(TrainingMetric).where(TrainingMetric.training_run_id == turned.run)
        steps = session.scalars(curve.order_by(TrainingMetric.step)).all()
    names = {path.name for path in Path(version.source).iterdir()}
    assert {"manifest.json", "model.safetensors", "tokenizer.json"} <= names
    assert not [name for name in names if name.endswith((".bin", ".pt", ".pkl"))]
    assert [row.step for row in steps] == [1, 2, 3, 4]
    assert steps[0].values["rewards/margins"] == pytest.approx(0.0, abs=1e-4)
    assert steps[-1].values["rewards/margins"] > 0


def test_the_log_of_a_run_is_kept_with_it(turned: Turned) -> None:
    with transaction() as session:
        lines = training_log.read(session, turned.run).splitlines()
    assert "Starting at the first step." in lines
    assert [line.split(":")[0] for line in lines if line.startswith("Step")] == [f"Step {n} of 4" for n in (1, 2, 3, 4)]


def test_the_same_frozen_labels_give_the_same_job(turned: Turned) -> None:
    folder = get_settings().jobs_folder / str(turned.run)
    before = (folder / "pairs.jsonl").read_bytes()
    training_rows.prepare(turned.run, folder, Path(json.loads((folder / "job.json").read_text())["output"]))
    assert (folder / "pairs.jsonl").read_bytes() == before
    with transaction() as session:
        assert session.get_one(TrainingRun, turned.run).label_count == len(before.splitlines()) == 12


def test_an_evaluation_counts_every_eval_prompt_once(turned: Turned) -> None:
    with transaction() as session:
        row = session.get_one(Evaluation, turned.evaluation)
    assert row.status is RunStatus.SUCCEEDED, row.error
    assert row.results["wins"] + row.results["losses"] + row.results["ties"] == 8
    assert row.results["win_rate"] == (row.results["wins"] + row.results["ties"] / 2) / 8
    # At no win at all the interval ends at the rate itself.
    assert row.results["win_rate_low"] <= row.results["win_rate"] <= row.results["win_rate_high"]
    assert row.results["win_rate_low"] < row.results["win_rate_high"]
    assert 0 <= row.results["length_controlled_win_rate"] <= 1
    assert row.results["kl"] != 0
    assert row.results["mean_length"] > 1
    assert row.results["length_p10"] <= row.results["length_p50"] <= row.results["length_p90"] <= 24


def test_kl_per_token_divides_by_the_tokens_of_the_draws_it_is_measured_on(turned: Turned) -> None:
    with transaction() as session:
        results = session.get_one(Evaluation, turned.evaluation).results
        items = session.scalars(select(EvaluationItem).where(EvaluationItem.evaluation_id == turned.evaluation)).all()
    tokens = [item.log_ratio_tokens or 0 for item in items]
    assert all(1 <= amount <= 24 for amount in tokens)
    assert results["kl_per_token"] == pytest.approx(sum(item.log_ratio for item in items) / sum(tokens))


def test_an_evaluation_measures_both_models_on_the_text_of_the_prompts(turned: Turned) -> None:
    with transaction() as session:
        results = session.get_one(Evaluation, turned.evaluation).results
        items = session.scalars(select(EvaluationItem).where(EvaluationItem.evaluation_id == turned.evaluation)).all()
    tokens = sum(item.prompt_tokens or 0 for item in items)
    nats = -sum(item.baseline_prompt_logprob or 0.0 for item in items) / tokens
    assert tokens > 8
    assert results["baseline_perplexity"] == pytest.approx(math.exp(nats))
    assert results["perplexity"] != results["baseline_perplexity"]
    assert min(results["perplexity"], results["baseline_perplexity"]) > 1


def test_a_model_is_measured_without_a_judge_on_kl_and_lengths_alone(turned: Turned) -> None:
    with transaction() as session:
        config = loop.EVALUATION.model_copy(update={"judge": None, "prompts": 3})
        session.get_one(Project, turned.loop.project_id).evaluation_config = config.model_dump(mode="json")
        row = evaluations.start_evaluation(
            session, turned.loop.project_id, turned.version, None, None, actor=turned.loop.actor, needs_judge=False
        )
    loop.run(Task.EVALUATE, row.id)
    with transaction() as session:
        done = session.get_one(Evaluation, row.id)
    assert done.status is RunStatus.SUCCEEDED, done.error
    assert done.results["prompts"] == 3
    assert done.results["kl"] != 0
    assert done.results["mean_length"] > 1
    assert "win_rate" not in done.results


def test_the_entropy_rule_keeps_the_prompts_of_highest_entropy(engine: Engine) -> None:
    small = loop.make_loop()
    config = RoundConfig(rule="entropy", labels=4, control_share=0, max_new_tokens=24, over_generation=3)
    round_id = loop.open_round(small, config)
    with transaction() as session:
        drawn = session.scalars(select(RoundPrompt).where(RoundPrompt.round_id == round_id)).all()
        pairs = loop.pairs_of(session, round_id)
    entropies = {row.prompt_id: row.entropy or 0.0 for row in drawn}
    assert min(entropies.values()) > 0
    assert [entropies[pair.prompt_id] for pair in pairs] == sorted(entropies.values(), reverse=True)[:4]


def test_no_entropy_is_drawn_of_a_prompt_whose_completions_do_not_differ(engine: Engine) -> None:
    small = loop.make_loop(train=4)
    config = RoundConfig(rule="entropy", labels=4, control_share=0, max_new_tokens=4, temperature=1e-4)
    with transaction() as session:
        round_id = rounds.start_round(session, small.project_id, config, actor=small.actor).id
    loop.run(Task.SAMPLE, round_id)
    with transaction() as session:
        drawn = session.scalars(select(RoundPrompt).where(RoundPrompt.round_id == round_id)).all()
    assert [(row.is_sampled, row.entropy) for row in drawn] == [(True, None)] * 4


@pytest.mark.parametrize("verdict", ["tie", "both_bad", "skip"])
def test_a_round_without_one_preference_closes_and_a_retrain_is_refused(engine: Engine, verdict: str) -> None:
    small = loop.make_loop()
    round_id = loop.open_round(small)
    loop.label_all(small, verdict=verdict)
    with transaction() as session:
        assert session.get_one(Round, round_id).status == "closed"
    with pytest.raises(Conflict, match="0 preferences"), transaction() as session:
        training.start_run(session, small.project_id, None, actor=small.actor, trigger=Trigger.MANUAL)


def test_a_prompt_longer_than_the_context_is_told_on_its_row_and_the_round_goes_on(engine: Engine) -> None:
    small = loop.make_loop()
    with transaction() as session:
        prompt = session.scalars(
            select(Prompt).where(Prompt.project_id == small.project_id, Prompt.split == "train").limit(1)
        ).one()
        prompt.content = [{"role": "user", "content": "kettle " * 2000}]
    round_id = loop.open_round(small, RoundConfig(rule="random", labels=40, max_new_tokens=16, over_generation=2))
    with transaction() as session:
        refused = session.scalars(
            select(Prompt).where(Prompt.project_id == small.project_id, Prompt.problem.is_not(None))
        ).all()
        funnel = session.get_one(Round, round_id).funnel
    assert [row.id for row in refused] == [prompt.id]
    assert funnel["unusable_prompts"] == 1
    assert "context" in (refused[0].problem or "")


def test_an_import_longer_than_the_context_is_left_out_of_training_with_a_warning(engine: Engine) -> None:
    small = loop.make_loop()
    loop.open_round(small)
    loop.label_all(small)
    with transaction() as session:
        loop.import_label(session, small, chosen="With lemon.", rejected="With sand.")
        loop.import_label(session, small, chosen="With vinegar.", rejected="No.")
        # The import refuses such a row where it can count tokens; for a model given by a hub name it cannot.
        long = session.scalars(select(Completion).where(Completion.text == "With lemon.")).one()
        long.text = "kettle " * 2000
    run_id = loop.train(small)
    with transaction() as session:
        row = session.get_one(TrainingRun, run_id)
        pairs = (get_settings().jobs_folder / str(run_id) / "pairs.jsonl").read_text().splitlines()
    assert row.label_count == 14
    assert len(pairs) == 13
    assert "1 of 14 labels were left out" in row.warnings["left_out"]


def test_an_eval_prompt_that_does_not_fit_leaves_the_evaluation(engine: Engine) -> None:
    small = loop.make_loop()
    loop.open_round(small)
    loop.label_all(small)
    loop.train(small)
    with transaction() as session:
        prompt = session.scalars(
            select(Prompt).where(Prompt.project_id == small.project_id, Prompt.split == "eval").limit(1)
        ).one()
        prompt.content = [{"role": "user", "content": "kettle " * 2000}]
        evaluation_id = loop.evaluations_of(session, small.project_id)[0].id
    loop.run(Task.EVALUATE, evaluation_id)
    with transaction() as session:
        row = session.get_one(Evaluation, evaluation_id)
        assert "context" in (session.get_one(Prompt, prompt.id).problem or "")
    assert row.status is RunStatus.SUCCEEDED, row.error
    assert row.results["wins"] + row.results["losses"] + row.results["ties"] == 7
