"""Tallies say what counting the rows would say, whatever was done to them, and by however many at once."""

import json
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.db import transaction
from app.models import (
    Arm,
    Label,
    LabelTally,
    Pair,
    Project,
    Prompt,
    PromptTally,
    RoundStatus,
    RoundTally,
    Split,
    Verdict,
)
from app.schemas import LabelCreate, PromptUpdate
from app.services import claims, labels, prompts, rounds, tallies
from app.services.audit import SYSTEM, Actor
from app.services.prompt_import import import_prompts, preview_import
from app.services.rounds import NewPair
from app.services.standing import not_undone
from app.services.withdrawal import withdraw_pair
from tests import factories

FILE = [
    {"prompt": "labelled", "chosen": "good", "rejected": "bad"},
    {"prompt": "measured", "chosen": "good", "rejected": "bad", "split": "eval"},
    {"prompt": "open", "completions": [{"completion": "one"}, {"completion": "two"}]},
    {"prompt": "plain"},
]


def label_one(session: Session, project_id: UUID, actor: Actor, verdict: Verdict = Verdict.PREFERRED) -> Label:
    task = claims.claim(session, project_id, actor=actor, count=1, lease_seconds=300).tasks[0]
    winner = "left" if verdict is Verdict.PREFERRED else None
    body = LabelCreate(lease=task.lease, verdict=verdict, winner=winner)
    return labels.submit_label(session, actor=actor, body=body, idempotency_key=uuid4().hex)[0]


def undo(session: Session, actor: Actor, label: Label) -> None:
    key = uuid4().hex
    labels.undo_label(session, actor=actor, label_id=label.id, idempotency_key=key, lease_seconds=300)


def import_file(session: Session, project: Project, actor: Actor) -> None:
    file = BytesIO("\n".join(map(json.dumps, FILE)).encode())
    asked: dict[str, Any] = {"file_format": "jsonl", "split": None, "actor": actor}
    preview_import(session, project.id, file, **asked)
    import_prompts(session, project.id, file, on_error="abort", **asked)


def totals(session: Session, project_id: UUID) -> dict[str, int]:
    """What the tallies say, checked against the rows."""
    counted = tallies.count_labels(session, Label.project_id == project_id, not_undone())
    of_authors = _rows(session, LabelTally, tallies.AUTHOR_KEY, tallies.AUTHOR_NUMBERS, project_id)
    assert of_authors == {key: numbers for key, numbers in counted.of_authors.items() if any(numbers.values())}
    of_rounds = _rows(session, RoundTally, tallies.ROUND_KEY, tallies.ROUND_NUMBERS, project_id)
    assert of_rounds == {key: numbers for key, numbers in counted.of_rounds.items() if any(numbers.values())}
    row = session.get_one(PromptTally, project_id, populate_existing=True)
    kinds = (Prompt.split == Split.TRAIN, Prompt.split == Split.EVAL, Prompt.is_unused())
    of_prompts = session.execute(
        select(*(func.count().filter(kind) for kind in kinds)).where(Prompt.project_id == project_id)
    ).one()
    assert (row.train, row.held_out, row.unused) == tuple(of_prompts)
    of_labels = {name: sum(one[name] for one in of_authors.values()) for name in tallies.AUTHOR_NUMBERS}
    return of_labels | {"train": row.train, "unused": row.unused}


def _rows(
    session: Session, table: type[Any], key: Sequence[str], names: Sequence[str], project_id: UUID
) -> dict[tuple[Any, ...], dict[str, int]]:
    rows = session.scalars(
        select(table).where(table.project_id == project_id).execution_options(populate_existing=True)
    )
    found = {tuple(getattr(row, name) for name in key): {name: getattr(row, name) for name in names} for row in rows}
    return {place: numbers for place, numbers in found.items() if any(numbers.values())}


def test_tallies_follow_labels_undos_imports_and_what_trains(session: Session) -> None:
    project = factories.make_project(session)
    round_ = factories.make_open_round(session, project, pairs=4)
    actor, other = factories.make_actor(session), factories.make_actor(session)
    first = label_one(session, project.id, actor)
    label_one(session, project.id, actor, Verdict.TIE)
    undo(session, other, label_one(session, project.id, other))
    import_file(session, project, actor)
    assert totals(session, project.id) == {
        "counted": 4, "surplus": 0, "preferences": 2, "ties": 1, "train": 7, "unused": 3,
        "chosen": 3, "tied": 1, "both_bad": 0, "skipped": 0,
    }  # fmt: skip

    withdraw_pair(session, project.id, first.pair_id, actor=SYSTEM)
    measured = session.scalars(select(Prompt).where(Prompt.split == Split.EVAL)).one()
    prompts.update_prompt(session, measured.id, PromptUpdate(split=Split.TRAIN), actor=SYSTEM)
    plain = session.scalars(select(Prompt).where(Prompt.content == func.to_jsonb("plain"))).one()
    prompts.update_prompt(session, plain.id, PromptUpdate(is_withdrawn=True), actor=SYSTEM)
    assert totals(session, project.id) | {"preferences": 2, "unused": 3} == totals(session, project.id)

    undo(session, actor, first)
    assert totals(session, project.id)["counted"] == 3
    assert round_.status is RoundStatus.OPEN


def test_tallies_follow_an_opened_round(session: Session) -> None:
    project = factories.make_project(session)
    row = factories.make_round(session, project)
    prompt, _ = factories.make_prompts(session, project, 2)
    a, b = factories.make_completions(session, row, prompt)
    pair = NewPair(prompt.id, a.id, b.id, Arm.ACTIVE, score=1.0, margin=None, selection_probability=1.0)
    assert rounds.open_round(session, row.id, 1, pairs=[pair], rule_used="entropy", note=None, funnel={})
    assert totals(session, project.id)["unused"] == 1


@pytest.mark.usefixtures("engine")
def test_labels_of_several_people_at_once_are_all_counted() -> None:
    with transaction() as session:
        project = factories.make_project(session)
        factories.make_open_round(session, project, pairs=24)
        actors = [factories.make_actor(session) for _ in range(4)]

    def work(actor: Actor) -> None:
        for place in range(6):
            with transaction() as session:
                label = label_one(session, project.id, actor)
            if place % 3 == 0:
                with transaction() as session:
                    undo(session, actor, label)

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(work, actors))
    with transaction() as session:
        assert totals(session, project.id)["counted"] == 4 * 4
        assert session.scalar(select(func.count()).select_from(Pair)) == 24
