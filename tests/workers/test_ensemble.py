"""Rounds whose pairs an ensemble of reward heads chooses: real labels, the sandbox model, the real tasks."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from uuid import UUID

import pytest
from sqlalchemy import Engine, func, select, text, update

from app.db import get_engine, transaction
from app.embedded import Urls
from app.models import Arm, Base, Completion, ModelVersion, Pair, Prompt, Round, RoundPrompt
from app.schemas import RoundConfig
from app.services.draw import ENSEMBLE_PREFERENCES
from tests.workers import loop
from workers.checkpoints import cached_policy
from workers.ensemble import lessons_of, read_candidates, read_known, teach_and_score
from workers.sandbox.paths import MODEL

FIRST = RoundConfig(rule="random", labels=16, control_share=0, max_new_tokens=16, over_generation=2)
ASKED = RoundConfig(
    rule="ensemble_variance",
    labels=8,
    control_share=0.25,
    over_generation=2,
    samples_per_prompt=4,
    max_pairs_per_prompt=2,
    max_new_tokens=16,
    ensemble_heads=3,
    seed=5,
)


@dataclass(frozen=True)
class Asked:
    """Ids of a labelled round and of the one after it, whose rule asked the ensemble."""

    loop: loop.Loop
    first: UUID
    second: UUID


@pytest.fixture(scope="module")
def asked(urls: Urls) -> Iterator[Asked]:
    small = loop.make_loop()
    first = loop.open_round(small, FIRST)
    assert loop.label_all(small) == FIRST.labels == ENSEMBLE_PREFERENCES
    yield Asked(small, first, loop.open_round(small, ASKED))
    with get_engine().begin() as connection:
        tables = ", ".join(table.name for table in Base.metadata.sorted_tables)
        connection.execute(text(f"TRUNCATE {tables} CASCADE"))


def test_the_ensemble_learns_from_the_labels_so_far_and_chooses_at_the_reference_too(asked: Asked) -> None:
    with transaction() as session:
        row = session.get_one(Round, asked.second)
        active = [pair for pair in loop.pairs_of(session, asked.second) if pair.arm is Arm.ACTIVE]
    assert (row.rule_used, row.note) == ("ensemble_variance", None)
    assert row.funnel["ensemble_preferences"] == ENSEMBLE_PREFERENCES
    assert 0 <= row.funnel["ensemble_accuracy"] <= 1
    scores = [pair.score or 0.0 for pair in active]
    assert len(active) == 6
    assert scores == sorted(scores, reverse=True)
    assert scores[-1] > 0
    assert max(Counter(pair.prompt_id for pair in active).values()) == 2


def test_scores_are_the_heads_disagreement_on_the_pairs_that_were_chosen(asked: Asked) -> None:
    with transaction() as session:
        row = session.get_one(Round, asked.second)
        known, candidates = read_known(session, row), read_candidates(session, row)
        active = [pair for pair in loop.pairs_of(session, asked.second) if pair.arm is Arm.ACTIVE]
        source = session.get_one(ModelVersion, row.model_version_id).source
    policy = cached_policy(source)
    lessons = lessons_of(policy, known)
    reports: list[int] = []

    ensemble = teach_and_score(policy, lessons, candidates, heads=3, seed=5, report=reports.append)

    assert reports == [0, 2 * ENSEMBLE_PREFERENCES + len(candidates)]
    for pair in active:
        a, b = (ensemble.rewards[one] for one in (pair.completion_a_id, pair.completion_b_id))
        gaps = [x - y for x, y in zip(a, b, strict=True)]
        mean = sum(gaps) / 3
        assert pair.score == pytest.approx((sum((gap - mean) ** 2 for gap in gaps) / 3) ** 0.5, rel=1e-3)


def test_heads_are_taught_winners_against_losers_of_what_was_labelled_before(asked: Asked) -> None:
    with transaction() as session:
        row = session.get_one(Round, asked.second)
        known = read_known(session, row)
        labelled = {pair.prompt_id for pair in loop.pairs_of(session, asked.first)}
        drawn = set(session.scalars(select(RoundPrompt.prompt_id).where(RoundPrompt.round_id == asked.second)))
        candidates = read_candidates(session, row)
    assert {one.prompt_id for one in known} == labelled
    # The annotator of these tests prefers the shorter text.
    assert all(len(one.winner.text) <= len(one.loser.text) for one in known)
    assert {one.prompt_id for one, _ in candidates} <= drawn


def test_preferences_that_do_not_fit_the_model_teach_nothing_and_are_counted(asked: Asked) -> None:
    with transaction() as session:
        row = session.get_one(Round, asked.second)
        known = read_known(session, row)
    policy = cached_policy(str(MODEL))
    long = Completion(text="kettle " * 3000, finish_reason="stop", token_ids=None)
    imported = Completion(text="A short answer.", finish_reason="stop", token_ids=None)
    changed = [replace(known[0], winner=long), replace(known[1], winner=imported)]

    lessons = lessons_of(policy, [*changed, *known[2:]])

    assert len(lessons) == len(known) - 1
    assert len(lessons[0].winner[1]) > 1


def test_an_ensemble_rule_without_enough_labels_draws_at_random_and_says_why(engine: Engine) -> None:
    small = loop.make_loop()

    round_id = loop.open_round(small, ASKED.model_copy(update={"rule": "drts"}))

    with transaction() as session:
        row = session.get_one(Round, round_id)
    assert row.rule_used == "random"
    assert "needs 16 preferences" in (row.note or "")
    assert "0 could be used" in (row.note or "")
    assert "ensemble_preferences" not in row.funnel


def test_of_near_identical_prompts_a_round_asks_about_one(engine: Engine) -> None:
    small = loop.make_loop()
    question = "Tell me about the winter that we spent in the old house by the sea with nothing but bread and books"
    with transaction() as session:
        prompts = session.scalars(
            select(Prompt).where(Prompt.project_id == small.project_id, Prompt.split == "train").limit(12)
        ).all()
        for number, prompt in enumerate(prompts):
            prompt.content = [{"role": "user", "content": question + "." * number}]
        alike = {prompt.id for prompt in prompts}
    config = RoundConfig(rule="entropy", labels=36, control_share=0, max_new_tokens=16, over_generation=1)

    round_id = loop.open_round(small, config)

    with transaction() as session:
        row = session.get_one(Round, round_id)
        asked_about = session.scalars(select(Pair.prompt_id).where(Pair.round_id == round_id)).all()
    assert len(alike & set(asked_about)) == 1
    assert "near-identical" in (row.note or "")
    assert f"{len(asked_about)} of 36 pairs" in (row.note or "")


def test_a_round_that_ran_out_of_prompts_says_so_and_not_how_its_empty_arm_was_drawn(engine: Engine) -> None:
    small = loop.make_loop()
    with transaction() as session:
        of_project = (Prompt.project_id == small.project_id, Prompt.split == "train")
        few = session.scalars(select(Prompt.id).where(*of_project).limit(5)).all()
        session.execute(update(Prompt).where(*of_project, Prompt.id.not_in(few)).values(withdrawn_at=func.now()))

    round_id = loop.open_round(small, RoundConfig(rule="certainty", labels=64, max_new_tokens=16))

    with transaction() as session:
        row = session.get_one(Round, round_id)
    assert row.funnel["active_pairs"] == 0
    assert row.note == (
        f"The pool ran out: it had 5 unused prompts, so {row.funnel['control_pairs']} of 64 pairs were opened, "
        f"{row.funnel['control_pairs']} of them as a control. Import more prompts, or ask for fewer pairs."
    )
