"""The lists of labels that admins read: filtered, searched and sorted by index. Knows nothing of HTTP."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import ColumnElement, Select, func, not_, or_, select, text
from sqlalchemy.orm import Session, joinedload

from app.errors import NotFound
from app.models import ApiKey, Arm, Label, Pair, Prompt, Round, User
from app.models.labels import label_words
from app.models.projects import prompt_line
from app.paging import Rows, Slice, fetch_page, search_page
from app.schemas import AdminLabelOut, LabelDetail, LabelFilter, PairOut
from app.services.annotation import describe_label
from app.services.projects import get_project
from app.services.prompts import has_all_words

BEGINNING = 160
"""Characters of a prompt that a row of the list shows."""

REMARKED = or_(Label.comment.is_not(None), Label.skip_reason.is_not(None))
SECONDS: ColumnElement[int] = func.coalesce(Label.time_on_task_ms, text("-1"))
"""Labels that nobody was timed for are the quickest."""


def list_labels(session: Session, project_id: UUID, part: Slice, wanted: LabelFilter) -> Rows[AdminLabelOut]:
    """Labels and undos that are wanted; newest first, an undo comes before the label that it supersedes."""
    get_project(session, project_id)
    by = SECONDS if wanted.sort in ("slowest", "quickest") else None
    is_falling = wanted.sort in ("newest", "slowest")
    found = _wanted(select(Label).where(Label.project_id == project_id), wanted)
    if wanted.search:
        fits = has_all_words(label_words(), wanted.search)
        page = search_page(session, found.where(REMARKED), Label.id, part, fits=fits, newest_first=is_falling, by=by)
    else:
        page = fetch_page(session, found, Label.id, part, newest_first=is_falling, by=by)
    return Rows(_describe(session, page.items), page.next_cursor)


def get_label(session: Session, label_id: UUID) -> LabelDetail:
    """One label with the whole pair, as its author saw it."""
    label = session.get(Label, label_id)
    if label is None:
        raise NotFound("There is no label with this id.")
    loaded = (joinedload(Pair.prompt), joinedload(Pair.completion_a), joinedload(Pair.completion_b))
    pair = session.get_one(Pair, label.pair_id, options=loaded)
    return LabelDetail(
        **_describe(session, [label])[0].model_dump(),
        pair=PairOut.model_validate(pair),
        left_is="a" if label.left_completion_id == pair.completion_a_id else "b",
        guideline_version=label.guideline_version,
    )


def _wanted(found: Select[Label], wanted: LabelFilter) -> Select[Label]:
    conditions: dict[str, ColumnElement[bool]] = {
        "verdict": Label.verdict.is_(None) if wanted.verdict == "undo" else Label.verdict == wanted.verdict,
        "user_id": Label.user_id == wanted.user_id,
        "api_key_id": Label.api_key_id == wanted.api_key_id,
        "disposition": Label.disposition == wanted.disposition,
        "arm": Label.arm == wanted.arm,
        "round_id": Label.round_id == wanted.round_id,
        "is_remarked": REMARKED if wanted.is_remarked else not_(REMARKED),
    }
    asked = wanted.model_dump(exclude_none=True, exclude={"search", "sort"})
    return found.where(*(conditions[name] for name in asked))


def _describe(session: Session, labels: Sequence[Label]) -> list[AdminLabelOut]:
    users = select(User.id, User.username).where(User.id.in_({label.user_id for label in labels}))
    keys = select(ApiKey.id, ApiKey.name).where(ApiKey.id.in_({label.api_key_id for label in labels}))
    names: dict[UUID | None, str] = {}
    for names_of in (users, keys):
        names |= dict(session.execute(names_of).all())
    places = _places(session, {label.pair_id for label in labels})
    later = select(Label.supersedes_id).where(Label.supersedes_id.in_([label.id for label in labels]))
    undone = set(session.scalars(later))
    described = []
    for label in labels:
        arm, number, prompt = places[label.pair_id]
        described.append(
            AdminLabelOut(
                **describe_label(label).model_dump(),
                author=names[label.user_id or label.api_key_id],
                arm=arm,
                round_number=number,
                prompt=prompt or "",
                time_on_task_ms=label.time_on_task_ms,
                is_undone=label.id in undone,
            )
        )
    return described


def _places(session: Session, pair_ids: set[UUID]) -> dict[UUID, tuple[Arm, int | None, str | None]]:
    beginning = func.left(prompt_line(Prompt.content), BEGINNING)
    pairs = select(Pair.id, Pair.arm, Round.number, beginning).join(Prompt, Prompt.id == Pair.prompt_id)
    rows = session.execute(pairs.outerjoin(Round, Round.id == Pair.round_id).where(Pair.id.in_(pair_ids)))
    return {pair_id: (arm, number, prompt) for pair_id, arm, number, prompt in rows}
