"""Exports preferences in TRL's formats, streamed. Knows nothing of HTTP."""

import csv
import hashlib
import io
import json
from collections.abc import Callable, Iterator, Sequence
from typing import Any, Literal
from uuid import UUID

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session, aliased

from app.db import transaction
from app.errors import Invalid
from app.models import Completion, Label, ModelVersion, Pair, Prompt, Round, Split
from app.services.standing import is_preference

ExportFormat = Literal["jsonl", "csv"]
ExportStyle = Literal["auto", "conversational", "standard"]

BATCH = 500
COLUMNS = ("prompt", "chosen", "rejected")
PROVENANCE = (
    "pair_id",
    "verdict",
    "strength",
    "winner_side",
    "annotator",
    "model_version",
    "score",
    "selection_probability",
    "arm",
    "round",
    "created_at",
)
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


def choose_style(session: Session, project_id: UUID, style: ExportStyle) -> ExportStyle:
    """`auto` is conversational as soon as one prompt of the project is a list of messages.

    Raises Invalid for standard rows of messages: writing them as text would need a model's chat template.
    """
    is_chat = func.jsonb_typeof(Prompt.content) == "array"
    has_chat = session.scalar(select(select(Prompt.id).where(Prompt.project_id == project_id, is_chat).exists()))
    if style == "standard" and has_chat:
        raise Invalid(
            "Prompts of this project are lists of messages, which have no standard (text) form without a chat "
            "template. Export conversational rows (style=conversational): TRL applies the template of the model "
            "that you train."
        )
    if style == "auto":
        return "conversational" if has_chat else "standard"
    return style


def stream_preferences(
    project_id: UUID,
    *,
    file_format: ExportFormat,
    style: ExportStyle,
    provenance: bool,
    split: Split | None,
) -> Iterator[str]:
    """Pieces of the file, one row per standing label with verdict `preferred`, oldest first; ties and others never,
    nor labels of pairs that were taken for the practice set.

    Opens a session of its own and reads through a cursor on the server, so that memory does not grow with the export.
    """
    columns = COLUMNS + PROVENANCE if provenance else COLUMNS
    write = WRITERS[file_format]
    with transaction() as session:
        if file_format == "csv":
            yield _csv_line(columns)
        # Closed also when the reader leaves in the middle.
        with session.execute(_preferences(project_id, split).execution_options(yield_per=BATCH)) as found:
            for rows in found.partitions():
                yield "".join(write(_describe(row, columns, style)) for row in rows)


def _preferences(project_id: UUID, split: Split | None) -> Select[Any]:
    a, b = aliased(Completion), aliased(Completion)
    statement = (
        select(Label, Pair, Prompt.content, a.text.label("a"), b.text.label("b"), ModelVersion.number, Round.number)
        .join(Pair, Pair.id == Label.pair_id)
        .join(Prompt, Prompt.id == Pair.prompt_id)
        .join(a, a.id == Pair.completion_a_id)
        .join(b, b.id == Pair.completion_b_id)
        .outerjoin(ModelVersion, ModelVersion.id == a.model_version_id)
        .outerjoin(Round, Round.id == Pair.round_id)
        .where(Label.project_id == project_id, is_preference(), Pair.withdrawn_at.is_(None))
        .order_by(Label.id)
    )
    return statement if split is None else statement.where(Prompt.split == split)


def _describe(row: Sequence[Any], columns: Sequence[str], style: ExportStyle) -> dict[str, Any]:
    label, pair, content, a, b, version, round_number = row
    chosen, rejected = (a, b) if label.winner_id == pair.completion_a_id else (b, a)
    values = {
        "prompt": content,
        "chosen": chosen,
        "rejected": rejected,
        "pair_id": str(pair.id),
        "verdict": label.verdict.value,
        "strength": label.strength,
        "winner_side": "left" if label.winner_id == label.left_completion_id else "right",
        "annotator": pseudonym(label),
        "model_version": version,
        "score": pair.score,
        "selection_probability": pair.selection_probability,
        "arm": pair.arm.value,
        "round": round_number,
        "created_at": label.created_at.isoformat(),
    }
    if style == "conversational":
        values["prompt"] = content if isinstance(content, list) else [{"role": "user", "content": content}]
        values |= {name: [{"role": "assistant", "content": values[name]}] for name in ("chosen", "rejected")}
    return {name: values[name] for name in columns}


def pseudonym(label: Label) -> str:
    """The same for one author throughout a project, different in every project, and no name."""
    kind = "person" if label.user_id else "key"
    digest = hashlib.sha256(f"{label.project_id}:{label.user_id or label.api_key_id}".encode()).hexdigest()
    return f"{kind}-{digest[:12]}"


def _json_line(values: dict[str, Any]) -> str:
    return json.dumps(values, ensure_ascii=False) + "\n"


def _csv_row(values: dict[str, Any]) -> str:
    return _csv_line([_cell(value) for value in values.values()])


def _cell(value: Any) -> Any:
    """Lists as JSON; text that a spreadsheet would run as a formula gets an apostrophe in front."""
    text = json.dumps(value, ensure_ascii=False) if isinstance(value, list) else value
    return f"'{text}" if isinstance(text, str) and text.startswith(FORMULA_STARTS) else text


def _csv_line(cells: Sequence[Any]) -> str:
    line = io.StringIO()
    csv.writer(line).writerow(cells)
    return line.getvalue()


WRITERS: dict[ExportFormat, Callable[[dict[str, Any]], str]] = {"jsonl": _json_line, "csv": _csv_row}
