"""Prompts of a project: how their content is identified, and the list of them. Knows nothing of HTTP or files."""

import hashlib
import json
from collections.abc import Collection
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, ColumnElement, Text, cast, exists, func, literal_column, not_, select
from sqlalchemy.dialects.postgresql import TSQUERY
from sqlalchemy.orm import InstrumentedAttribute, Session

from app.errors import Conflict, NotFound
from app.models import Pair, Prompt, RoundPrompt, Split
from app.models.projects import prompt_words
from app.paging import Rows, Slice, fetch_page
from app.schemas import PromptFilter, PromptUpdate
from app.services.audit import Actor, record
from app.services.projects import get_project

FEW = 2000


def content_hash(content: Any) -> str:
    """sha256 of the content as canonical JSON: prompts with the same one are the same prompt."""
    text = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def is_among(column: InstrumentedAttribute[Any], values: Collection[Any]) -> ColumnElement[bool]:
    """True where the column holds one of many values, looked up one by one in the column's index.

    A plain IN of a thousand parameters, once its statement is prepared, compares every row with every parameter.
    """
    return column.in_(select(func.unnest(cast(list(values), ARRAY(column.type)))))


def list_prompts(session: Session, project_id: UUID, part: Slice, wanted: PromptFilter) -> Rows[Prompt]:
    """The prompts that are wanted, in the order of import; `search` is words of the content, or the file's id."""
    get_project(session, project_id)
    prompts = select(Prompt).where(Prompt.project_id == project_id)
    if wanted.split is not None:
        prompts = prompts.where(Prompt.split == wanted.split)
    if wanted.state is not None:
        prompts = prompts.where(Prompt.is_usable() if wanted.state == "usable" else not_(Prompt.is_usable()))
    if wanted.search:
        has_words = has_all_words(prompt_words(Prompt.content), wanted.search)
        fits = has_words | (Prompt.external_id == wanted.search)
        # Few are found by their words and then put in order. Only of many may the order come first: walking through it
        # for a word that is nowhere would read every prompt.
        few = session.scalars(select(Prompt.id).where(Prompt.project_id == project_id, fits).limit(FEW + 1)).all()
        prompts = prompts.where(is_among(Prompt.id, few) if len(few) <= FEW else fits)
    return fetch_page(session, prompts, Prompt.id, part, newest_first=wanted.newest_first)


def has_all_words(words: ColumnElement[Any], search: str) -> ColumnElement[bool]:
    """True where every word of the search occurs, in any case; the last may be the beginning of one."""
    parsed = cast(func.plainto_tsquery(literal_column("'simple'::regconfig"), search), Text)
    query = cast(func.nullif(parsed, "").op("||")(":*"), TSQUERY)
    return words.bool_op("@@")(query)


def update_prompt(session: Session, prompt_id: UUID, request: PromptUpdate, *, actor: Actor) -> Prompt:
    """Move a prompt to another split, or take it out of the pool or back; what was labelled before stays.

    Raises NotFound, or Conflict with code `already_asked` for a prompt that training may have seen and that is to
    measure from now on.
    """
    prompt = session.get(Prompt, prompt_id, with_for_update=True)
    if prompt is None:
        raise NotFound("There is no prompt with this id.")
    changes = request.model_dump(mode="json", exclude_none=True)
    if request.split is not None and request.split is not prompt.split:
        if request.split is Split.EVAL and _was_drawn(session, prompt_id):
            raise Conflict(
                "This prompt has been in a round or came with pairs, so models may have learned from it: it cannot "
                "become an eval prompt.",
                code="already_asked",
            )
        prompt.split = request.split
    if request.is_withdrawn is not None and request.is_withdrawn is not (prompt.withdrawn_at is not None):
        prompt.withdrawn_at = session.scalars(select(func.now())).one() if request.is_withdrawn else None
    record(session, actor, action="prompt.update", project_id=prompt.project_id, subject_id=prompt.id, details=changes)
    session.flush()
    return prompt


def _was_drawn(session: Session, prompt_id: UUID) -> bool:
    in_round = exists().where(RoundPrompt.prompt_id == prompt_id)
    in_pair = exists().where(Pair.prompt_id == prompt_id)
    return bool(session.scalar(select(in_round | in_pair)))
