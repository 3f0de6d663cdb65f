"""Prompts of a project: how their content is identified, and the list of them. Knows nothing of HTTP or files."""

import hashlib
import json
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, SQLColumnExpression, Text, cast, exists, func, literal_column, not_, select
from sqlalchemy.dialects.postgresql import TSQUERY
from sqlalchemy.orm import Session

from app.errors import Conflict, NotFound
from app.models import Pair, Prompt, RoundPrompt, Split
from app.paging import Rows, Slice, fetch_page, search_page
from app.schemas import PromptFilter, PromptUpdate
from app.services import tallies
from app.services.audit import Actor, record
from app.services.projects import get_project


def content_hash(content: Any) -> str:
    """sha256 of the content as canonical JSON: prompts with the same one are the same prompt."""
    text = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def list_prompts(session: Session, project_id: UUID, part: Slice, wanted: PromptFilter) -> Rows[Prompt]:
    """The prompts that are wanted, in the order of import; `search` is words of the content, or the file's id."""
    get_project(session, project_id)
    prompts = select(Prompt).where(Prompt.project_id == project_id)
    if wanted.split is not None:
        prompts = prompts.where(Prompt.split == wanted.split)
    if wanted.state is not None:
        prompts = prompts.where(Prompt.is_usable() if wanted.state == "usable" else not_(Prompt.is_usable()))
    if wanted.search:
        fits = has_all_words(Prompt.words, wanted.search) | (Prompt.external_id == wanted.search)
        return search_page(session, prompts, Prompt.id, part, fits=fits, newest_first=wanted.newest_first)
    return fetch_page(session, prompts, Prompt.id, part, newest_first=wanted.newest_first)


def has_all_words(words: SQLColumnExpression[Any], search: str) -> ColumnElement[bool]:
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
    if request.split is Split.EVAL and prompt.split is not Split.EVAL and _was_drawn(session, prompt_id):
        raise Conflict(
            "This prompt has been in a round or came with pairs, so models may have learned from it: it cannot become "
            "an eval prompt.",
            code="already_asked",
        )
    with (
        tallies.changing_prompts(session, prompt.project_id, [prompt_id]),
        tallies.changing_what_trains(session, Pair.prompt_id == prompt_id),
    ):
        prompt.split = request.split or prompt.split
        if request.is_withdrawn is not None and request.is_withdrawn is not (prompt.withdrawn_at is not None):
            prompt.withdrawn_at = session.scalars(select(func.now())).one() if request.is_withdrawn else None
    record(session, actor, action="prompt.update", project_id=prompt.project_id, subject_id=prompt.id, details=changes)
    session.flush()
    return prompt


def _was_drawn(session: Session, prompt_id: UUID) -> bool:
    in_round = exists().where(RoundPrompt.prompt_id == prompt_id)
    in_pair = exists().where(Pair.prompt_id == prompt_id)
    return bool(session.scalar(select(in_round | in_pair)))
