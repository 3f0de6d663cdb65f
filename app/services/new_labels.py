"""How many preferences no model has learned from yet, without counting those that one has. Knows no HTTP."""

from datetime import timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import Session, aliased

from app.models import Label, Pair, RunStatus, TrainingLabel, TrainingRun, Verdict
from app.paging import first_id_at
from app.services.standing import is_preference, is_trainable

OVERLAP = timedelta(minutes=10)
"""An undo may have begun so long before the run that it is seen after: ids are made when a request begins."""


def count_new_preferences(session: Session, project_id: UUID, preferences: int) -> int:
    """Of the `preferences` that train now, those that no successful run has used.

    The newest successful run froze all that trained then, so what it used and trains still is its own number, less what
    was undone or withdrawn since: the cost grows with that, and not with the labels.
    """
    succeeded = (TrainingRun.project_id == project_id, TrainingRun.status == RunStatus.SUCCEEDED)
    newest = select(TrainingRun).where(*succeeded).order_by(TrainingRun.number.desc()).limit(1)
    run = session.scalars(newest).one_or_none()
    if run is None:
        return preferences
    gone = sum(session.scalars(one).one() for one in (_undone(run), _withdrawn(run)))
    return preferences - (run.preference_count - gone)


def count_since_last_run(session: Session, project_id: UUID, *, most: int) -> int:
    """Trainable preferences that came after the newest label of the last run, whatever became of it; `most` at most."""
    last_run = select(TrainingRun.id).where(TrainingRun.project_id == project_id)
    newest = (
        select(TrainingLabel.label_id)
        .where(TrainingLabel.training_run_id == last_run.order_by(TrainingRun.number.desc()).limit(1).scalar_subquery())
        .order_by(TrainingLabel.position.desc())
        .limit(1)
    )
    since = session.scalar(newest)
    preferences = select(Label.id).where(Label.project_id == project_id, is_trainable())
    later = preferences if since is None else preferences.where(Label.id > since)
    return session.scalars(select(func.count()).select_from(later.limit(most).subquery())).one()


def _undone(run: TrainingRun) -> Select[int]:
    undo = aliased(Label)
    since = first_id_at(run.created_at - OVERLAP)
    counted = select(func.count()).select_from(Label)
    undone = counted.join(undo, undo.supersedes_id == Label.id).where(*_learned(run))
    return undone.where(undo.project_id == run.project_id, undo.verdict.is_(None), undo.id >= since)


def _withdrawn(run: TrainingRun) -> Select[int]:
    """Those that stand: what was undone as well is counted there."""
    counted = select(func.count()).select_from(Label)
    withdrawn = counted.join(Pair, Pair.id == Label.pair_id).where(*_learned(run), is_preference())
    return withdrawn.where(Pair.project_id == run.project_id, Pair.withdrawn_at.is_not(None))


def _learned(run: TrainingRun) -> tuple[ColumnElement[bool], ...]:
    frozen = (TrainingLabel.training_run_id == run.id, TrainingLabel.label_id == Label.id)
    return Label.verdict == Verdict.PREFERRED, select(TrainingLabel.label_id).where(*frozen).exists()
