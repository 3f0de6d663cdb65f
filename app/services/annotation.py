"""What annotators see beside their pairs, and the lists of labels. Knows nothing of models or scores."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Float, cast, func, select
from sqlalchemy.orm import Session, aliased

from app.models import Completion, Label, LabelTally, Pair, Project, Prompt
from app.paging import Rows, Slice, fetch_page, first_id_at
from app.schemas import AnnotatorProjectOut, LabelOut, OwnLabelOut, ProgressOut
from app.services.audit import Actor
from app.services.labels import winner_side
from app.services.masking import mask_makers
from app.services.open_slots import count_open_pairs, count_slots
from app.services.projects import get_project
from app.services.standing import not_undone, stands

RECENT = 1000
"""Labels that a person's pace is taken from; a program that gives more in an hour reads this number."""


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


def get_progress(session: Session, project_id: UUID, *, actor: Actor, utc_offset: int = 0) -> ProgressOut:
    """The author's counted labels that stand, all and of today, their pace, and the slots of what is open.

    Today begins at midnight of a clock `utc_offset` minutes ahead of UTC. Reads the author's tally of each day, their
    labels of the UTC day in which that midnight lies, the last `RECENT` ones, and the slots that are counted: no more,
    however many labels there are.
    """
    project = get_project(session, project_id)
    midnight = _last_midnight(utc_offset)
    whole_from = midnight if utc_offset == 0 else _end_of_utc_day(midnight)  # tallies are of whole UTC days
    counted, today = func.sum(LabelTally.counted), LabelTally.day >= whole_from.date()
    tallied = (LabelTally.author_id == (actor.user_id or actor.api_key_id), LabelTally.project_id == project_id)
    numbers = select(func.coalesce(counted, 0), func.coalesce(counted.filter(today), 0)).where(*tallied)
    mine, mine_today = session.execute(numbers).one()
    if midnight < whole_from:
        mine_today += _count_between(session, project_id, actor, midnight, whole_from)
    last_hour, median_seconds = _pace(session, project_id, actor, midnight)
    open_slots, done_slots = count_slots(session, project_id)
    return ProgressOut(
        project=project.name,
        mine=mine,
        mine_today=mine_today,
        last_hour=last_hour,
        median_seconds=median_seconds,
        open_slots=open_slots,
        done_slots=done_slots,
    )


def _last_midnight(utc_offset: int) -> datetime:
    ahead = timedelta(minutes=utc_offset)
    return (datetime.now(UTC) + ahead).replace(hour=0, minute=0, second=0, microsecond=0) - ahead


def _end_of_utc_day(moment: datetime) -> datetime:
    return moment.replace(hour=0, minute=0) + timedelta(days=1)


def _count_between(session: Session, project_id: UUID, actor: Actor, start: datetime, end: datetime) -> int:
    here = (Label.project_id == project_id, by(actor), Label.id >= first_id_at(start), Label.id < first_id_at(end))
    return session.scalars(select(func.count()).select_from(Label).where(*here, stands())).one()


def _pace(session: Session, project_id: UUID, actor: Actor, midnight: datetime) -> tuple[int, float | None]:
    """Counted labels of the last sixty minutes that stand, and the median seconds on task of those of today."""
    mine = select(Label.created_at, Label.time_on_task_ms).where(Label.project_id == project_id, by(actor), stands())
    recent = mine.order_by(Label.id.desc()).limit(RECENT).subquery()
    today = recent.c.created_at >= midnight
    this_hour = recent.c.created_at >= func.now() - func.make_interval(0, 0, 0, 0, 1)
    median = func.percentile_cont(0.5).within_group(cast(recent.c.time_on_task_ms, Float) / 1000).filter(today)
    last_hour, seconds = session.execute(select(func.count().filter(this_hour), median)).one()
    return last_hour, seconds


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
