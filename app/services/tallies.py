"""Keeps the tallies of prompts and labels right: whoever stores or changes some tells it, in the same transaction.

The row of a tally is held until commit, so it is written late: an author's after that author's lock and the leases, the
project's last of all. Labels of different authors never wait for each other here.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal
from uuid import UUID

from sqlalchemy import CTE, ColumnElement, Date, Table, and_, case, cast, func, inspect, select
from sqlalchemy.dialects.postgresql import Insert, insert
from sqlalchemy.orm import Session

from app.models import (
    Arm,
    Disposition,
    Label,
    LabelTally,
    Pair,
    Prompt,
    PromptTally,
    Round,
    RoundTally,
    Split,
    Verdict,
)
from app.paging import is_among
from app.services.standing import not_undone

AUTHOR: ColumnElement[UUID] = func.coalesce(Label.user_id, Label.api_key_id)
DAY: ColumnElement[date] = cast(func.timezone("UTC", Label.created_at), Date)
TODAY: ColumnElement[date] = cast(func.timezone("UTC", func.now()), Date)

AUTHOR_KEY = ("author_id", "project_id", "day")
AUTHOR_NUMBERS = ("counted", "surplus", "preferences", "ties", "chosen", "tied", "both_bad", "skipped")
ROUND_KEY = ("project_id", "round", "arm")
ROUND_NUMBERS = ("chosen", "decided", "foreseen")


@dataclass(frozen=True)
class LabelCounts:
    """What labels add to the tallies: by the key of each, the numbers by their names."""

    of_authors: dict[tuple[UUID, UUID, date], Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    of_rounds: dict[tuple[UUID, int, Arm], Counter[str]] = field(default_factory=lambda: defaultdict(Counter))

    def update(self, more: "LabelCounts") -> None:
        for key, numbers in more.of_authors.items():
            self.of_authors[key].update(numbers)
        for place, counted in more.of_rounds.items():
            self.of_rounds[place].update(counted)


def count_labels(session: Session, *which: ColumnElement[bool]) -> LabelCounts:
    """What these labels add to the tallies, as if none was undone; an undo itself adds nothing."""
    seen = _seen(*which)
    is_counted = seen.c.disposition == Disposition.COUNTED
    is_chosen = and_(is_counted, seen.c.verdict == Verdict.PREFERRED)
    numbers = {
        "counted": is_counted,
        "surplus": seen.c.disposition == Disposition.SURPLUS,
        "preferences": and_(is_chosen, seen.c.trains),
        "ties": and_(is_counted, seen.c.verdict == Verdict.TIE, seen.c.trains),
        "chosen": is_chosen,
        "tied": and_(is_counted, seen.c.verdict == Verdict.TIE),
        "both_bad": and_(is_counted, seen.c.verdict == Verdict.BOTH_BAD),
        "skipped": and_(is_counted, seen.c.verdict == Verdict.SKIP),
        "decided": and_(is_chosen, seen.c.margin != 0),
        "foreseen": and_(is_chosen, seen.c.margin != 0, seen.c.foreseen_id == seen.c.winner_id),
    }
    key = [seen.c[name] for name in (*AUTHOR_KEY, "round", "arm")]
    counted = select(*key, *(func.count().filter(one) for one in numbers.values())).group_by(*key)
    found = LabelCounts()
    for author_id, project_id, day, round_, arm, *counts in session.execute(counted):
        row = Counter(dict(zip(numbers, counts, strict=True)))
        found.of_authors[author_id, project_id, day].update({name: row[name] for name in AUTHOR_NUMBERS})
        if row["chosen"]:
            found.of_rounds[project_id, round_, arm].update({name: row[name] for name in ROUND_NUMBERS})
    return found


def add_labels(session: Session, counts: LabelCounts, *, by: Literal[1, -1] = 1) -> None:
    """Count so many labels more, or (-1) fewer."""
    _add_all(session, LabelTally, counts.of_authors, AUTHOR_KEY, AUTHOR_NUMBERS, by)
    _add_all(session, RoundTally, counts.of_rounds, ROUND_KEY, ROUND_NUMBERS, by)


def _seen(*which: ColumnElement[bool]) -> CTE:
    """One row for each label, with what its tallies ask."""
    before = select(func.count()).where(Round.project_id == Label.project_id, Round.created_at <= Label.created_at)
    # An imported label belongs to the last round that began before it.
    number = func.coalesce(Round.number, func.greatest(before.correlate(Label).scalar_subquery(), 1))
    columns = {
        "author_id": AUTHOR,
        "project_id": Label.project_id,
        "day": DAY,
        "round": number,
        "arm": Label.arm,
        "disposition": Label.disposition,
        "verdict": Label.verdict,
        "winner_id": Label.winner_id,
        "margin": Pair.margin,
        "foreseen_id": case((Pair.margin > 0, Pair.completion_a_id), else_=Pair.completion_b_id),
        "trains": and_(Prompt.split == Split.TRAIN, Pair.withdrawn_at.is_(None)),
    }
    return (
        select(*(column.label(name) for name, column in columns.items()))
        .select_from(Label)
        .join(Pair, Pair.id == Label.pair_id)
        .join(Prompt, Prompt.id == Pair.prompt_id)
        .outerjoin(Round, Round.id == Label.round_id)
        .where(Label.verdict.is_not(None), *which)
        # Whoever changes what trains has locked its prompt or pair: they wait for this count, or this count for them.
        .with_for_update(read=True, key_share=True, of=(Pair, Prompt))
        .cte("seen")
    )


def add_prompts(session: Session, project_id: UUID, *, train: int = 0, held_out: int = 0, unused: int = 0) -> None:
    """Count so many prompts more."""
    numbers = {"train": train, "held_out": held_out, "unused": unused}
    if any(numbers.values()):
        _add(session, PromptTally, insert(PromptTally).values(project_id=project_id, **numbers), tuple(numbers))


@contextmanager
def changing_prompts(session: Session, project_id: UUID, ids: Sequence[UUID]) -> Iterator[None]:
    """Count the change that the block makes to these prompts; they are locked before it."""
    held = select(Prompt.id).where(is_among(Prompt.id, ids)).order_by(Prompt.id).with_for_update(key_share=True)
    session.execute(held)
    before = _count_prompts(session, ids)
    yield
    session.flush()
    after = _count_prompts(session, ids)
    add_prompts(session, project_id, **{name: after[name] - before[name] for name in after})


@contextmanager
def changing_what_trains(session: Session, *which: ColumnElement[bool]) -> Iterator[None]:
    """Count the change that the block makes to these labels' training; it locks their prompt or pair for update."""
    standing = (not_undone(), *which)
    before = count_labels(session, *standing)
    yield
    session.flush()
    add_labels(session, before, by=-1)
    add_labels(session, count_labels(session, *standing))


def _count_prompts(session: Session, ids: Sequence[UUID]) -> dict[str, int]:
    kinds = {
        "train": Prompt.split == Split.TRAIN,
        "held_out": Prompt.split == Split.EVAL,
        "unused": Prompt.is_unused(),
    }
    counted = select(*(func.count().filter(one).label(name) for name, one in kinds.items()))
    return dict(session.execute(counted.where(is_among(Prompt.id, ids))).one()._mapping)


def _add_all(
    session: Session,
    table: type[Any],
    counts: Mapping[Any, Counter[str]],
    key: Sequence[str],
    names: Sequence[str],
    by: int,
) -> None:
    # In one order, so that two writers of several tallies never hold each other up.
    rows = [
        dict(zip(key, place, strict=True)) | {name: by * counts[place][name] for name in names}
        for place in sorted(counts)
    ]
    if rows:
        _add(session, table, insert(table).values(rows), names)


def _add(session: Session, table: type[Any], made: Insert, names: Sequence[str]) -> None:
    added = {name: getattr(table, name) + made.excluded[name] for name in names}
    tallies: Table = inspect(table).local_table
    session.execute(made.on_conflict_do_update(index_elements=list(tallies.primary_key), set_=added))
