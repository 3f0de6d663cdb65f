"""Prompts of a project: how their content is identified, and the list of them. Knows nothing of HTTP or files."""

import hashlib
import json
from collections.abc import Collection
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, ColumnElement, Text, cast, func, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from app.models import Prompt, Split
from app.paging import Rows, Slice, fetch_page


def content_hash(content: Any) -> str:
    """sha256 of the content as canonical JSON: prompts with the same one are the same prompt."""
    text = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def is_among(column: InstrumentedAttribute[Any], values: Collection[Any]) -> ColumnElement[bool]:
    """True where the column holds one of many values, looked up one by one in the column's index.

    A plain IN of a thousand parameters, once its statement is prepared, compares every row with every parameter.
    """
    return column.in_(select(func.unnest(cast(list(values), ARRAY(column.type)))))


def list_prompts(
    session: Session, project_id: UUID, part: Slice, *, split: Split | None, search: str | None
) -> Rows[Prompt]:
    """Prompts in the order of import; `search` is part of the content, in any case, or the id that the file gave."""
    prompts = select(Prompt).where(Prompt.project_id == project_id)
    if split is not None:
        prompts = prompts.where(Prompt.split == split)
    if search:
        # In the stored JSON, characters such as quotes and line breaks are escaped: escape the search in the same way.
        escaped = json.dumps(search, ensure_ascii=False)[1:-1]
        in_content = cast(Prompt.content, Text).icontains(escaped, autoescape=True)
        prompts = prompts.where(in_content | (Prompt.external_id == search))
    return fetch_page(session, prompts, Prompt.id, part)
