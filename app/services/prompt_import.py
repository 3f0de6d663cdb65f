"""Imports files of prompts, ready-made pairs and labelled rows. Knows nothing of HTTP or of a row's form."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from os import SEEK_END
from pathlib import Path
from typing import Any, BinaryIO, Literal
from uuid import UUID

from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session
from tokenizers import Tokenizer
from uuid_utils.compat import uuid7

from app.errors import Conflict, Invalid
from app.models import (
    ModelVersion,
    Project,
    Prompt,
    Split,
)
from app.paging import is_among
from app.schemas import ImportPreview, ImportReport, ImportSample, ProblemItem
from app.services.audit import Actor, record
from app.services.import_progress import Told
from app.services.imported_pairs import store_pairs
from app.services.model_folder import context_length
from app.services.projects import get_project
from app.services.prompt_files import FileFormat, RawRow, RowError, read_rows
from app.services.prompt_rows import ImportRow, parse_row
from app.services.prompts import content_hash
from app.services.tallies import LabelCounts, add_labels, add_prompts

OnError = Literal["abort", "skip"]

BATCH = 1000
SHOWN_ERRORS = 100
SHOWN_SAMPLES = 20


@dataclass
class _Counts:
    """What happened so far."""

    rows: int = 0
    prompts: int = 0
    held_out: int = 0
    duplicates: int = 0
    pairs: int = 0
    labels: int = 0
    refused: int = 0
    errors: list[ProblemItem] = field(default_factory=list)
    samples: list[ImportSample] = field(default_factory=list)
    tally: LabelCounts = field(default_factory=LabelCounts)

    def refuse(self, line: int, error: RowError) -> None:
        self.refused += 1
        if len(self.errors) < SHOWN_ERRORS:
            self.errors.append(ProblemItem(line=line, field=error.field, message=error.message))

    def report(self) -> ImportReport:
        return ImportReport(
            prompts=self.prompts,
            duplicates=self.duplicates,
            pairs=self.pairs,
            labels=self.labels,
            refused=self.refused,
            errors=self.errors,
        )


@dataclass(frozen=True)
class _Target:
    """Where rows go and on whose word."""

    project: Project
    actor: Actor
    default_split: Split
    lengths: "_LengthLimit | None"


@dataclass(frozen=True)
class _Row:
    """A valid row with its line and content hash."""

    line: int
    row: ImportRow
    content_hash: str


def import_prompts(
    session: Session,
    project_id: UUID,
    file: BinaryIO,
    *,
    file_format: FileFormat,
    on_error: OnError,
    split: Split | None,
    actor: Actor,
) -> ImportReport:
    """Store the rows of a file, in the caller's transaction; `split` is that of rows that name none (train).

    Rows with `completions` also open a pair for each two of them. Rows with `chosen` and `rejected` become a pair with
    a counted label `preferred`: its author is `actor`, the completions stood in the pair's own order, and its time on
    task is null, since nobody was timed here. The same pair or the same label twice is stored once.

    Raises Conflict while another import into the project runs, and Invalid for a file that is empty or cannot be read,
    or, with on_error="abort", that has a row which is refused.
    """
    counts = _take_rows(session, project_id, file, file_format, on_error=on_error, split=split, actor=actor)
    if on_error == "abort" and counts.refused:
        raise Invalid(
            f"{counts.refused} of {counts.rows} rows were refused, so nothing was stored. Mend them, or import with "
            "on_error=skip to keep the good rows.",
            errors=[item.model_dump() for item in counts.errors],
            code="rows_refused",
        )
    report = counts.report()
    details = report.model_dump(exclude={"errors"})
    record(session, actor, action="prompts.import", project_id=project_id, details=details)
    return report


def preview_import(
    session: Session,
    project_id: UUID,
    file: BinaryIO,
    *,
    file_format: FileFormat,
    split: Split | None,
    actor: Actor,
) -> ImportPreview:
    """What `import_prompts` with on_error="skip" would do: everything is stored, counted, and taken back."""
    with session.begin_nested() as stored:
        counts = _take_rows(session, project_id, file, file_format, on_error="skip", split=split, actor=actor)
        stored.rollback()
    return ImportPreview(rows=counts.rows, report=counts.report(), samples=counts.samples)


def _take_rows(
    session: Session,
    project_id: UUID,
    file: BinaryIO,
    file_format: FileFormat,
    *,
    on_error: OnError,
    split: Split | None,
    actor: Actor,
) -> _Counts:
    """Store the good rows, batch by batch; with on_error="abort" none after the first that is refused."""
    project = get_project(session, project_id)
    _refuse_second_import(session, project_id)
    target = _Target(project, actor, split or Split.TRAIN, _length_limit(session, project))
    counts = _Counts()
    told = Told(project_id, file.seek(0, SEEK_END))
    file.seek(0)
    try:
        for batch in _batches(read_rows(file, file_format)):
            rows = _valid(batch, target, counts)
            if on_error == "skip" or not counts.refused:
                _store(session, rows, target, counts)
            told.tell(file.tell())
    finally:
        told.end()
    if not counts.rows:
        raise Invalid("The file has no rows.", code="empty_file")
    train = counts.prompts - counts.held_out
    add_labels(session, counts.tally)
    add_prompts(session, project_id, train=train, held_out=counts.held_out, unused=train)
    return counts


def _refuse_second_import(session: Session, project_id: UUID) -> None:
    """Imports into one project go one at a time, so that what is looked up stays true until it is stored."""
    lock = func.pg_try_advisory_xact_lock(func.hashtextextended(f"import:{project_id}", 0))
    if not session.scalar(select(lock)):
        raise Conflict("Another import into this project is running. Try again when it is done.", code="import_running")


def _batches(rows: Iterator[RawRow]) -> Iterator[list[RawRow]]:
    batch: list[RawRow] = []
    for row in rows:
        batch.append(row)
        if len(batch) == BATCH:
            yield batch
            batch = []
    if batch:
        yield batch


def _valid(batch: Sequence[RawRow], target: _Target, counts: _Counts) -> list[_Row]:
    """The rows that pass by themselves, in order; the others are counted as refused."""
    rows = []
    for raw in batch:
        counts.rows += 1
        try:
            if raw.error:
                raise raw.error
            row = parse_row(raw.value)
            if row.is_labelled and target.actor == Actor():
                raise RowError(
                    "chosen",
                    "A label needs an author: import labelled rows as a person or with a key. "
                    "(On the command line: --user NAME.)",
                )
            if target.lengths:
                target.lengths.check(row)
        except RowError as error:
            counts.refuse(raw.line, error)
        else:
            rows.append(_Row(raw.line, row, content_hash(row.content)))
    return rows


# Length


@dataclass(frozen=True)
class _LengthLimit:
    """Refuses rows that cannot fit: counts the tokens of contents and completions, a lower bound of what is needed.

    Each completion has to fit behind its prompt, with an end-of-sequence token. A worker looks again with the chat
    template, and notes what it finds on the prompt.
    """

    tokenizer: Tokenizer
    context: int

    def check(self, row: ImportRow) -> None:
        content = row.content
        texts = [content] if isinstance(content, str) else [message["content"] for message in content]
        longest = max((len(one.text.encode()) for one in row.candidates), default=0)
        # A token is made of a byte at least, so short texts need no counting.
        if sum(len(text.encode()) for text in texts) + longest < self.context:
            return
        prompt = sum(map(self._count, texts))
        if prompt + 1 > self.context:
            raise RowError(
                "prompt",
                f"Has {prompt:,} tokens; the model's context is {self.context:,}, which must also hold the completion.",
            )
        for place, one in enumerate(row.candidates):
            completion = self._count(one.text)
            if prompt + completion + 1 > self.context:
                raise RowError(
                    row.field_of(place),
                    f"Has {completion:,} tokens, after a prompt of {prompt:,} and before an end-of-sequence token; the "
                    f"model's context is {self.context:,}.",
                )

    def _count(self, text: str) -> int:
        return len(self.tokenizer.encode(text, add_special_tokens=False).ids)


def _length_limit(session: Session, project: Project) -> _LengthLimit | None:
    """None where the reference is not a local folder with tokenizer.json and a known context."""
    version = session.get_one(ModelVersion, project.reference_version_id)
    folder = Path(version.source)
    file, context = folder / "tokenizer.json", context_length(folder)
    if context is None or not file.is_file():
        return None
    tokenizer = Tokenizer.from_file(str(file))
    tokenizer.no_truncation()
    return _LengthLimit(tokenizer, context)


# Storing


def _store(session: Session, rows: Sequence[_Row], target: _Target, counts: _Counts) -> None:
    prompt_ids = _store_prompts(session, rows, target, counts)
    compared = [(prompt_ids[row.line], row.row) for row in rows if row.line in prompt_ids and row.row.candidates]
    if compared:
        pairs, labels, tally = store_pairs(session, compared, target.project, actor=target.actor)
        counts.pairs += pairs
        counts.labels += labels
        counts.tally.update(tally)


def _store_prompts(session: Session, rows: Sequence[_Row], target: _Target, counts: _Counts) -> dict[int, UUID]:
    """The prompt of each line, new or known; a line whose id belongs to another prompt is refused."""
    known, hash_of_id = _known_prompts(session, rows, target.project.id)
    ids: dict[int, UUID] = {}
    new: list[dict[str, Any]] = []
    for one in rows:
        external_id = one.row.external_id
        if external_id is not None and hash_of_id.get(external_id, one.content_hash) != one.content_hash:
            counts.refuse(one.line, RowError("id", f"The id {external_id!r} belongs to another prompt already."))
            continue
        if len(counts.samples) < SHOWN_SAMPLES:
            counts.samples.append(_sample(one, target, is_duplicate=one.content_hash in known))
        if one.content_hash in known:
            counts.duplicates += 1
        else:
            values = _prompt_values(one, target)
            new.append(values)
            known[one.content_hash] = values["id"]
            if external_id is not None:
                hash_of_id[external_id] = one.content_hash
        ids[one.line] = known[one.content_hash]
    if new:
        session.execute(insert(Prompt), new)
    counts.prompts += len(new)
    counts.held_out += sum(values["split"] == Split.EVAL for values in new)
    return ids


def _known_prompts(session: Session, rows: Sequence[_Row], project_id: UUID) -> tuple[dict[str, UUID], dict[str, str]]:
    """Of the stored prompts that the rows may mean: id by content hash, and content hash by the file's id."""
    columns = select(Prompt.id, Prompt.content_hash, Prompt.external_id).where(Prompt.project_id == project_id)
    by_hash = session.execute(columns.where(is_among(Prompt.content_hash, {one.content_hash for one in rows}))).all()
    external_ids = {one.row.external_id for one in rows if one.row.external_id is not None}
    by_id = session.execute(columns.where(is_among(Prompt.external_id, external_ids))).all() if external_ids else []
    return {row.content_hash: row.id for row in by_hash}, {
        row.external_id: row.content_hash for row in by_id if row.external_id is not None
    }


def _sample(one: _Row, target: _Target, *, is_duplicate: bool) -> ImportSample:
    return ImportSample(
        line=one.line,
        content=one.row.content,
        external_id=one.row.external_id,
        split=one.row.split or target.default_split,
        completions=len(one.row.candidates),
        is_labelled=one.row.is_labelled,
        is_duplicate=is_duplicate,
    )


def _prompt_values(one: _Row, target: _Target) -> dict[str, Any]:
    return {
        "id": uuid7(),
        "project_id": target.project.id,
        "external_id": one.row.external_id,
        "content": one.row.content,
        "content_hash": one.content_hash,
        "split": one.row.split or target.default_split,
        "details": one.row.metadata,
    }
