"""Reads uploaded JSON and CSV files row by row, with the line of each. Knows nothing of what a row must hold."""

import csv
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, BinaryIO, Literal, NoReturn

from app.errors import Invalid

FileFormat = Literal["jsonl", "csv"]

MAX_LINE_BYTES = 1_000_000
MAX_ARRAY_BYTES = 50_000_000
UTF8_BOM = b"\xef\xbb\xbf"
NOT_SPACE = re.compile(r"[^ \t\r\n]")
DELIMITERS = ",;\t"
"""Of CSV files; spreadsheets write semicolons where the comma is the decimal sign."""
PROMPT_COLUMNS = frozenset({"prompt", "messages"})
JSON_COLUMNS = ("messages", "metadata", "completions")
"""Columns of a CSV whose cells are JSON."""


class RowError(Exception):
    """Why one row is refused; `field` is empty when it is about the whole row."""

    def __init__(self, field: str | None, message: str) -> None:
        super().__init__(message)
        self.field = field
        self.message = message


@dataclass(frozen=True)
class RawRow:
    """A row as the file has it, or the reason why it could not be read."""

    line: int
    value: Any = None
    error: RowError | None = None


def read_rows(file: BinaryIO, file_format: FileFormat) -> Iterator[RawRow]:
    """Every row but blank ones. Raises Invalid, with the line, where nothing after it could be read."""
    match file_format:
        case "jsonl":
            return _read_array(file) if _begins_as_array(file) else _read_jsonl(file)
        case "csv":
            return _read_csv(file)


# One JSON array


def _begins_as_array(file: BinaryIO) -> bool:
    beginning = file.read(1000)
    file.seek(0)
    return beginning.removeprefix(UTF8_BOM).lstrip().startswith(b"[")


def _read_array(file: BinaryIO) -> Iterator[RawRow]:
    """The items of an array, each with the line it begins on; the text is held whole, the items one by one."""
    text = _decoded_whole(file)
    read_item = json.JSONDecoder(parse_constant=_refuse_constant).raw_decode
    place = _next(text, text.index("[") + 1)
    line = 1 + text.count("\n", 0, place)
    while not text.startswith("]", place):
        try:
            item, end = read_item(text, place)
        except json.JSONDecodeError as error:
            _stop(1 + text.count("\n", 0, error.pos), f"The JSON array is malformed: {error.msg}.")
        except (ValueError, RecursionError):
            _stop(line, "The item that begins here holds a number that is not JSON, or is nested too deeply.")
        if end - place > MAX_LINE_BYTES:
            yield RawRow(line, error=RowError(None, f"The row is longer than {MAX_LINE_BYTES:,} characters."))
        else:
            yield RawRow(line, item)
        end = _next(text, end)
        if text.startswith(",", end):
            end = _next(text, end + 1)
        elif not text.startswith("]", end):
            _stop(1 + text.count("\n", 0, end), "The JSON array is malformed: a comma or ] should stand here.")
        line += text.count("\n", place, end)
        place = end
    rest = _next(text, place + 1)
    if rest < len(text):
        message = "Something follows the end of the JSON array. A file holds one array, or a row on each line."
        _stop(1 + text.count("\n", 0, rest), message)


def _decoded_whole(file: BinaryIO) -> str:
    data = file.read(MAX_ARRAY_BYTES + 1)
    if len(data) > MAX_ARRAY_BYTES:
        raise Invalid(f"A JSON array has at most {MAX_ARRAY_BYTES:,} bytes. Write one row on each line instead.")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        _stop(1 + data.count(b"\n", 0, error.start), f"Byte {error.start + 1} of the file is not valid UTF-8.")


def _next(text: str, place: int) -> int:
    """The place of the next character that is not white space."""
    found = NOT_SPACE.search(text, place)
    return len(text) if found is None else found.start()


# JSON Lines


def _read_jsonl(file: BinaryIO) -> Iterator[RawRow]:
    for number, line in _lines(file):
        if line is None:
            yield RawRow(number, error=RowError(None, f"The line is longer than {MAX_LINE_BYTES:,} bytes."))
        elif line.strip():
            yield _parse_line(number, line)


def _parse_line(number: int, line: bytes) -> RawRow:
    try:
        value = json.loads(line.decode("utf-8"), parse_constant=_refuse_constant)
    except UnicodeDecodeError as error:
        return RawRow(number, error=RowError(None, f"Byte {error.start + 1} of the line is not valid UTF-8."))
    except json.JSONDecodeError as error:
        return RawRow(number, error=RowError(None, f"The line is not JSON: {error.msg} at character {error.pos + 1}."))
    except RecursionError:
        return RawRow(number, error=RowError(None, "The line is nested too deeply."))
    except ValueError as error:
        return RawRow(number, error=RowError(None, f"The line is not JSON: {error}."))
    return RawRow(number, value)


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not a JSON number")


def _lines(file: BinaryIO) -> Iterator[tuple[int, bytes | None]]:
    """Lines with their numbers from 1; None for one that is too long, of which no more than a piece is held."""
    number = 0
    while line := file.readline(MAX_LINE_BYTES + 1):
        number += 1
        if number == 1:
            if line.startswith((b"\xff\xfe", b"\xfe\xff")):
                raise Invalid("The file is UTF-16. Save it as UTF-8.")
            line = line.removeprefix(UTF8_BOM)
        is_long = len(line) > MAX_LINE_BYTES
        while len(line) > MAX_LINE_BYTES and not line.endswith(b"\n"):
            line = file.readline(MAX_LINE_BYTES + 1)
        yield number, None if is_long else line


# CSV


def _read_csv(file: BinaryIO) -> Iterator[RawRow]:
    csv.field_size_limit(MAX_LINE_BYTES)
    reader = csv.reader(_decoded(file), strict=True, delimiter=_find_delimiter(file))
    header = _header(reader)
    if header is None:
        return
    for line, cells in _records(reader):
        try:
            yield RawRow(line, _to_object(header, cells))
        except RowError as error:
            yield RawRow(line, error=error)


def _find_delimiter(file: BinaryIO) -> str:
    """That by which the header names a column of prompts."""
    header = file.readline(MAX_LINE_BYTES).decode("utf-8-sig", errors="replace")
    file.seek(0)
    for delimiter in DELIMITERS:
        if not PROMPT_COLUMNS.isdisjoint(cell.strip(' "') for cell in header.strip().split(delimiter)):
            return delimiter
    return ","


def _decoded(file: BinaryIO) -> Iterator[str]:
    for number, line in _lines(file):
        if line is None:
            _stop(number, f"The line is longer than {MAX_LINE_BYTES:,} bytes.")
        # Bytes that are not UTF-8 become lone surrogates, which the row's checks refuse where they stand.
        yield line.decode("utf-8", errors="surrogateescape")


def _records(reader: Any) -> Iterator[tuple[int, list[str]]]:
    """Non-empty records with the line they start on: a quoted cell may hold line breaks."""
    while True:
        line = reader.line_num + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            _stop(line, f"The CSV is malformed: {error}.")
        if cells:
            yield line, cells


def _header(reader: Any) -> list[str] | None:
    first = next(_records(reader), None)
    if first is None:
        return None
    line, cells = first
    header = [cell.strip() for cell in cells]
    if PROMPT_COLUMNS.isdisjoint(header):
        _stop(line, f"The CSV has no column 'prompt'; its columns are: {', '.join(header)}.")
    if len(set(header)) < len(header):
        _stop(line, "The CSV names a column twice.")
    return header


def _to_object(header: list[str], cells: list[str]) -> dict[str, Any]:
    """Cells by column; empty ones count as absent, but an empty prompt stays to be refused."""
    if len(cells) != len(header):
        raise RowError(None, f"The row has {len(cells)} cells, the header has {len(header)}.")
    row: dict[str, Any] = {}
    for name, cell in zip(header, cells, strict=True):
        if cell == "" and name != "prompt":
            continue
        row[name] = _parse_cell(name, cell) if name in JSON_COLUMNS else cell
    if "messages" in row and row.get("prompt") == "":
        del row["prompt"]
    return row


def _parse_cell(name: str, cell: str) -> Any:
    try:
        return json.loads(cell, parse_constant=_refuse_constant)
    except (ValueError, RecursionError) as error:
        raise RowError(name, f"The cell must hold JSON: {error}.") from error


def _stop(line: int, message: str) -> NoReturn:
    raise Invalid(f"Line {line}: {message} Nothing was stored.", errors=[{"line": line, "message": message}])
