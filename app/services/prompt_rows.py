"""What a row of an import must hold, and the reason when it does not. Knows nothing of files or the database."""

import json
import re
from dataclasses import dataclass, field
from typing import Any, get_args

from app.models import Split
from app.schemas import Message
from app.services.prompt_files import RowError

Content = str | list[dict[str, str]]

ROLES: tuple[str, ...] = get_args(Message.model_fields["role"].annotation)
MAX_COMPLETIONS = 8
MAX_ID = 200
NUL_IN_JSON = re.compile(r"(?<!\\)(?:\\\\)*\\u0000")


@dataclass(frozen=True)
class Candidate:
    """A ready-made completion and the name of its maker, when the file gives one."""

    text: str
    source_name: str | None = None


@dataclass(frozen=True)
class ImportRow:
    """A valid row: a prompt, with completions to compare when it has them; the first one won when `is_labelled`."""

    content: Content
    external_id: str | None = None
    split: Split | None = None
    metadata: dict[str, Any] = field(default_factory=dict)
    candidates: tuple[Candidate, ...] = ()
    is_labelled: bool = False

    def field_of(self, place: int) -> str:
        """The file's name for the candidate at this place."""
        return ("chosen", "rejected")[place] if self.is_labelled else f"completions[{place}].completion"


def parse_row(value: Any) -> ImportRow:
    """The row, or a RowError that names the field. Fields that Tiebreak does not know are left aside."""
    if not isinstance(value, dict):
        raise RowError(None, f'The row is {_kind(value)}; a row is a JSON object such as {{"prompt": "..."}}.')
    content = _content(value)
    candidates, is_labelled = _candidates(value, is_chat=isinstance(content, list))
    return ImportRow(
        content=content,
        external_id=_external_id(value.get("id")),
        split=_split(value.get("split")),
        metadata=_metadata(value.get("metadata")),
        candidates=candidates,
        is_labelled=is_labelled,
    )


# The prompt


def _content(row: dict[str, Any]) -> Content:
    present = [name for name in ("prompt", "messages") if row.get(name) is not None]
    if not present:
        raise RowError("prompt", "The row has no 'prompt' (text, or a list of messages).")
    if len(present) > 1:
        raise RowError("messages", "The row has both 'prompt' and 'messages'; give one.")
    name = present[0]
    value = row[name]
    if isinstance(value, str) and name == "prompt":
        return _text(value, name)
    if not isinstance(value, list):
        wanted = "text or a list of messages" if name == "prompt" else "a list of messages"
        raise RowError(name, f"Must be {wanted}, not {_kind(value)}.")
    messages = _messages(value, name)
    if messages[-1]["role"] not in ("user", "tool"):
        raise RowError(name, f"The last message is the {messages[-1]['role']}'s; a prompt ends with the user's.")
    return messages


def _messages(value: list[Any], name: str) -> list[dict[str, str]]:
    if not value:
        raise RowError(name, "The list of messages is empty.")
    return [_message(one, f"{name}[{place}]") for place, one in enumerate(value)]


def _message(value: Any, name: str) -> dict[str, str]:
    if not isinstance(value, dict) or not {"role", "content"} <= set(value):
        raise RowError(name, 'A message is an object such as {"role": "user", "content": "..."}.')
    if unknown := sorted(set(value) - {"role", "content"}):
        raise RowError(name, f"A message has 'role' and 'content' only, not {unknown[0]!r}.")
    if value["role"] not in ROLES:
        raise RowError(f"{name}.role", f"{value['role']!r} is not a role; roles are {', '.join(ROLES)}.")
    return {"role": value["role"], "content": _text(value["content"], f"{name}.content")}


def _text(value: Any, name: str) -> str:
    """Text that is not blank and that PostgreSQL can store."""
    if not isinstance(value, str):
        raise RowError(name, f"Must be text, not {_kind(value)}.")
    if not value.strip():
        raise RowError(name, "The text is empty.")
    _refuse_unstorable(value, name)
    return value


def _refuse_unstorable(value: str, name: str) -> None:
    if "\x00" in value:
        raise RowError(name, "Contains the NUL character (U+0000), which cannot be stored.")
    try:
        value.encode()
    except UnicodeEncodeError as error:
        raise RowError(
            name,
            f"Character {error.start + 1} is not valid text: bytes that are not UTF-8, or half a surrogate pair.",
        ) from error


# The completions


def _candidates(row: dict[str, Any], *, is_chat: bool) -> tuple[tuple[Candidate, ...], bool]:
    labelled = [name for name in ("chosen", "rejected") if row.get(name) is not None]
    listed = row.get("completions")
    if labelled and listed is not None:
        raise RowError("completions", "The row has both 'completions' and 'chosen'/'rejected'; give one kind.")
    if len(labelled) == 1:
        missing = "rejected" if labelled == ["chosen"] else "chosen"
        raise RowError(missing, f"The row has {labelled[0]!r} but no {missing!r}.")
    if labelled:
        found = tuple(Candidate(_completion(row[name], name, is_chat=is_chat)) for name in labelled)
        return _distinct(found, "rejected"), True
    return ((), False) if listed is None else (_listed(listed, is_chat=is_chat), False)


def _listed(value: Any, *, is_chat: bool) -> tuple[Candidate, ...]:
    if not isinstance(value, list) or not 2 <= len(value) <= MAX_COMPLETIONS:
        raise RowError("completions", f"Must be a list of 2 to {MAX_COMPLETIONS} completions.")
    found = []
    for place, one in enumerate(value):
        name = f"completions[{place}]"
        if not isinstance(one, dict) or "completion" not in one:
            raise RowError(name, 'A completion is an object such as {"model": "...", "completion": "..."}.')
        model = _text(one["model"], f"{name}.model") if one.get("model") is not None else None
        found.append(Candidate(_completion(one["completion"], f"{name}.completion", is_chat=is_chat), model))
    return _distinct(tuple(found), "completions")


def _completion(value: Any, name: str, *, is_chat: bool) -> str:
    """Text, or for a prompt of messages also TRL's form: a list with one message of the assistant."""
    if not isinstance(value, list):
        return _text(value, name)
    if not is_chat:
        raise RowError(name, "Is a list of messages while the prompt is text; give both as messages or both as text.")
    messages = _messages(value, name)
    if len(messages) != 1 or messages[0]["role"] != "assistant":
        raise RowError(name, "Must be one message of the assistant; earlier turns belong into the prompt.")
    return messages[0]["content"]


def _distinct(found: tuple[Candidate, ...], name: str) -> tuple[Candidate, ...]:
    if len({one.text for one in found}) < len(found):
        raise RowError(name, "Two completions are the same; there is nothing to compare.")
    return found


# The rest


def _external_id(value: Any) -> str | None:
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, str | int):
        raise RowError("id", f"Must be text or a whole number, not {_kind(value)}.")
    text = _text(str(value), "id")
    if len(text) > MAX_ID:
        raise RowError("id", f"Is longer than {MAX_ID} characters.")
    return text


def _split(value: Any) -> Split | None:
    if value is None:
        return None
    if value not in list(Split):
        raise RowError("split", f"Must be 'train' or 'eval', not {value!r}.")
    return Split(value)


def _metadata(value: Any) -> dict[str, Any]:
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise RowError("metadata", f"Must be a JSON object, not {_kind(value)}.")
    try:
        text = json.dumps(value, ensure_ascii=False, allow_nan=False)
        text.encode()
    except UnicodeEncodeError as error:
        raise RowError("metadata", "Contains half a surrogate pair, which is not valid text.") from error
    except (ValueError, RecursionError) as error:
        raise RowError("metadata", "Contains a number out of range, or is nested too deeply.") from error
    if NUL_IN_JSON.search(text):
        raise RowError("metadata", "Contains the NUL character (U+0000), which cannot be stored.")
    return value


def _kind(value: Any) -> str:
    match value:
        case None:
            return "null"
        case bool():
            return "true or false"
        case int() | float():
            return "a number"
        case str():
            return "text"
        case list():
            return "a list"
        case _:
            return "an object"
