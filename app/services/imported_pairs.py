"""Stores imported completions, the pairs that they form, and the labels that came with them. Knows nothing of files."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import combinations
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session
from uuid_utils.compat import uuid7

from app.models import (
    Arm,
    Completion,
    Disposition,
    FinishReason,
    Label,
    Lease,
    LeaseKind,
    Lending,
    Pair,
    Project,
    Verdict,
)
from app.paging import is_among
from app.services.audit import Actor
from app.services.prompt_rows import ImportRow
from app.services.tallies import LabelCounts, count_labels

FIRST_PRIORITY = 2_000_000_000
"""Imported pairs wait behind the pairs of all rounds, in the order of their import."""


def store_pairs(
    session: Session, compared: Sequence[tuple[UUID, ImportRow]], project: Project, *, actor: Actor
) -> tuple[int, int, LabelCounts]:
    """Store the completions, pairs, slots and labels of rows whose prompts are stored.

    Returns how many pairs were opened for labelling, how many labels were taken over, and what they add to the tallies,
    which the caller adds last: a file may take minutes, and its author may be labelling meanwhile. A completion, pair
    or label that is there already, from this file or an earlier import, is not stored again.
    """
    target = _Target(project, actor)
    book = _open_book(session, {prompt_id for prompt_id, _ in compared}, project.id)
    opened = 0
    wanted: dict[str, dict[str, Any]] = {}
    for prompt_id, row in compared:
        ids = [_completion_id(book, prompt_id, one.text, one.source_name) for one in row.candidates]
        for first, second in combinations(ids, 2):
            a, b = sorted((first, second))
            pair_id, is_new = _pair_id(book, prompt_id, a, b, target)
            if row.is_labelled:
                label = _label_values(pair_id, a, b, winner=first, target=target)
                wanted.setdefault(label["idempotency_key"], label)
            elif is_new:
                _add_slot(book, pair_id, target, is_done=False)
                opened += 1
    labels = _add_labels(session, book, wanted, target)
    for table in (Completion, Pair, Lease, Lending, Label):
        if book.new[table]:
            session.execute(insert(table), book.new[table])
    new_labels = is_among(Label.id, [label["id"] for label in book.new[Label]])
    return opened, labels, count_labels(session, new_labels) if labels else LabelCounts()


@dataclass(frozen=True)
class _Target:
    """The project, and the author of labels."""

    project: Project
    actor: Actor


@dataclass
class _PairBook:
    """Imported completions and pairs that are stored already or wait to be, and the rows that wait."""

    completions: dict[tuple[UUID, str], UUID]
    pairs: dict[tuple[UUID, UUID], UUID]
    slots: dict[UUID, int]
    """Number of slots of each pair."""
    priority: int
    new: dict[type, list[dict[str, Any]]] = field(default_factory=lambda: defaultdict(list))


def _open_book(session: Session, prompt_ids: set[UUID], project_id: UUID) -> _PairBook:
    completions = session.execute(
        select(Completion.prompt_id, Completion.text, Completion.id).where(
            is_among(Completion.prompt_id, prompt_ids), Completion.round_id.is_(None)
        )
    )
    pairs = session.execute(
        select(Pair.completion_a_id, Pair.completion_b_id, Pair.id, func.count(Lease.pair_id))
        .outerjoin(Lease, Lease.pair_id == Pair.id)
        .where(is_among(Pair.prompt_id, prompt_ids), Pair.arm == Arm.IMPORTED)
        .group_by(Pair.id)
    ).all()
    imported = select(func.count()).where(Pair.project_id == project_id, Pair.arm == Arm.IMPORTED)
    return _PairBook(
        completions={(prompt_id, text): one for prompt_id, text, one in completions},
        pairs={(a, b): pair_id for a, b, pair_id, _ in pairs},
        slots={pair_id: slots for _, _, pair_id, slots in pairs},
        priority=session.scalar(imported) or 0,
    )


def _completion_id(book: _PairBook, prompt_id: UUID, text: str, source_name: str | None) -> UUID:
    key = (prompt_id, text)
    if key not in book.completions:
        book.completions[key] = uuid7()
        book.new[Completion].append(
            {
                "id": book.completions[key],
                "prompt_id": prompt_id,
                "source_name": source_name,
                "text": text,
                "finish_reason": FinishReason.STOP,
            }
        )
    return book.completions[key]


def _pair_id(book: _PairBook, prompt_id: UUID, a: UUID, b: UUID, target: _Target) -> tuple[UUID, bool]:
    """The pair of two completions in canonical order, and whether it is new."""
    if (a, b) in book.pairs:
        return book.pairs[a, b], False
    pair_id = book.pairs[a, b] = uuid7()
    book.slots[pair_id] = 0
    book.new[Pair].append(
        {
            "id": pair_id,
            "project_id": target.project.id,
            "prompt_id": prompt_id,
            "completion_a_id": a,
            "completion_b_id": b,
            "arm": Arm.IMPORTED,
            "priority": book.priority,
        }
    )
    book.priority += 1
    return pair_id, True


def _add_slot(book: _PairBook, pair_id: UUID, target: _Target, *, is_done: bool) -> int:
    slot = book.slots[pair_id]
    book.slots[pair_id] += 1
    book.new[Lease].append(
        {
            "pair_id": pair_id,
            "slot": slot,
            "project_id": target.project.id,
            "kind": LeaseKind.OVERLAP if slot else LeaseKind.FIRST,
            "priority": FIRST_PRIORITY + book.priority,
            "is_done": is_done,
        }
    )
    return slot


def _label_values(pair_id: UUID, a: UUID, b: UUID, *, winner: UUID, target: _Target) -> dict[str, Any]:
    author = target.actor.user_id or target.actor.api_key_id
    return {
        "id": uuid7(),
        "project_id": target.project.id,
        "pair_id": pair_id,
        "arm": Arm.IMPORTED,
        "user_id": target.actor.user_id,
        "api_key_id": target.actor.api_key_id,
        "verdict": Verdict.PREFERRED,
        "winner_id": winner,
        "left_completion_id": a,
        "right_completion_id": b,
        "guideline_version": target.project.guideline_version,
        "disposition": Disposition.COUNTED,
        # The same row imported again by the same author is the same label.
        "idempotency_key": f"import:{author}:{pair_id}:{winner}",
    }


def _add_labels(session: Session, book: _PairBook, wanted: dict[str, dict[str, Any]], target: _Target) -> int:
    """Labels that are not stored yet, each with the slot that it fills and the lending that it names."""
    stored = set(session.scalars(select(Label.idempotency_key).where(is_among(Label.idempotency_key, wanted))))
    missing = [label for key, label in wanted.items() if key not in stored]
    for label in missing:
        slot, token = _add_slot(book, label["pair_id"], target, is_done=True), uuid4()
        author = {name: label[name] for name in ("pair_id", "user_id", "api_key_id")}
        book.new[Lending].append({"token": token, "slot": slot, "swapped": False} | author)
        book.new[Label].append(label | {"slot": slot, "lease_token": token})
    return len(missing)
