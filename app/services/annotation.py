"""What annotators see beside their pairs, and the lists of labels. Knows nothing of models or scores."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Float, cast, func, select
from sqlalchemy.orm import Session, aliased

from app.models import Completion, Disposition, Label, Pair, Project, Prompt
from app.paging import Rows, Slice, fetch_page, first_id_at
from app.schemas import AnnotatorProjectOut, LabelOut, OwnLabelOut, ProgressOut
from app.services.audit import Actor
from app.services.labels import not_undone, winner_side
from app.services.masking import mask_makers
from app.services.open_slots import count_open_pairs, count_slots
from app.services.projects import get_project
from app.services.standing import LABEL_OR_UNDO, stands


def list_annotator_projects(session: Session) -> list[AnnotatorProjectOut]:
    """Every project by name, with how many of its pairs wait for a label."""
    projects = session.scalars(select(Project).order_by(Project.name)).all()
    waiting = count_open_pairs(session, [project.id for project in projects])
    return [
        AnnotatorProjectOut(
            id=project.id, name=project.name, is_paused=project.is_paused, open_pairs=waiting.get(project.id, 0)
        )
        for project in projects
    ]


def get_progress(session: Session, project_id: UUID, *, actor: Actor) -> ProgressOut:
    """The author's counted labels that stand, all and since midnight UTC, their pace, and the slots of what is open."""
    get_project(session, project_id)
    midnight, hour_ago = session.execute(
        select(func.date_trunc("day", func.now(), "UTC"), func.now() - func.make_interval(0, 0, 0, 0, 1))
    ).one()
    today = Label.created_at >= midnight
    median = func.percentile_cont(0.5).within_group(cast(Label.time_on_task_ms, Float) / 1000).filter(today)
    counts = (func.count().filter(today), func.count().filter(Label.created_at >= hour_ago), median)
    # Ids grow with time: the index of an author's labels finds the last ones without looking at those before.
    recent = (by(actor), Label.id >= first_id_at(min(midnight, hour_ago)), Label.project_id == project_id, stands())
    mine_today, mine_last_hour, median_seconds = session.execute(select(*counts).where(*recent)).one()
    open_slots, done_slots = count_slots(session, project_id)
    return ProgressOut(
        mine=_count_standing(session, project_id, actor),
        mine_today=mine_today,
        last_hour=mine_last_hour,
        median_seconds=median_seconds,
        open_slots=open_slots,
        done_slots=done_slots,
    )


def _count_standing(session: Session, project_id: UUID, actor: Actor) -> int:
    """Every undo is a row that takes a label back, so that the index alone knows how many stand."""
    counted = select(func.coalesce(func.sum(LABEL_OR_UNDO), 0))
    mine = (by(actor), Label.project_id == project_id, Label.disposition == Disposition.COUNTED)
    return session.scalars(counted.where(*mine)).one()


def list_own(session: Session, project_id: UUID, *, actor: Actor, part: Slice) -> Rows[OwnLabelOut]:
    """The author's labels that no undo supersedes, counted and surplus, newest first."""
    project = get_project(session, project_id)
    mine = select(Label).where(Label.project_id == project_id, by(actor), Label.verdict.is_not(None), not_undone())
    page = fetch_page(session, mine, Label.id, part, newest_first=True)
    seen = _seen(session, page.items, masks=project.masks_makers)
    return Rows([OwnLabelOut(**_shown(label), **seen[label.id]) for label in page.items], page.next_cursor)


def describe_label(label: Label) -> LabelOut:
    """The label as its author sees it: by screen side."""
    return LabelOut(**_shown(label))


def by(actor: Actor) -> ColumnElement[bool]:
    """True of this author's labels."""
    return Label.user_id == actor.user_id if actor.user_id else Label.api_key_id == actor.api_key_id


def _seen(session: Session, labels: Sequence[Label], *, masks: bool) -> dict[UUID, dict[str, Any]]:
    """What was on screen when each label was given."""
    left, right = aliased(Completion), aliased(Completion)
    rows = session.execute(
        select(Label.id, Label.lease_token, Prompt.content, left.text.label("left"), right.text.label("right"))
        .join(Pair, Pair.id == Label.pair_id)
        .join(Prompt, Prompt.id == Pair.prompt_id)
        .join(left, left.id == Label.left_completion_id)
        .join(right, right.id == Label.right_completion_id)
        .where(Label.id.in_([label.id for label in labels]))
    )
    show = mask_makers if masks else str
    return {
        row.id: {"lease": row.lease_token, "prompt": row.content, "left": show(row.left), "right": show(row.right)}
        for row in rows
    }


def _shown(label: Label) -> dict[str, Any]:
    return {
        "id": label.id,
        "pair_id": label.pair_id,
        "verdict": label.verdict,
        "winner": winner_side(label),
        "strength": label.strength,
        "skip_reason": label.skip_reason,
        "comment": label.comment,
        "disposition": label.disposition,
        "supersedes_id": label.supersedes_id,
        "created_at": label.created_at,
    }
