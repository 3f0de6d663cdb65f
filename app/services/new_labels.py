"""How many preferences no model has learned from yet, without counting those that one has. Knows no HTTP."""

from datetime import timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import Session, aliased

from app.models import Label, LabelTally, Pair, RunStatus, TrainingLabel, TrainingRun, Verdict
from app.paging import first_id_at
from app.services.standing import is_preference

OVERLAP = timedelta(minutes=10)
"""An undo may have begun so long before the run that it is seen after: ids are made when a request begins."""


def count_new_preferences(session: Session, project_id: UUID) -> int:
    """Preferences that train now and that no successful run has used."""
    return _count_since(session, project_id, TrainingRun.status == RunStatus.SUCCEEDED)


def count_since_last_run(session: Session, project_id: UUID) -> int:
    """Preferences that train now and that the last run, whatever became of it, has not used.

    Not told by their ids: an import's labels were made before those that a run froze, and are committed after it.
    """
    return _count_since(session, project_id)


def _count_since(session: Session, project_id: UUID, *which: ColumnElement[bool]) -> int:
    """Those that train now, less those of them that the newest such run has used.

    A run froze all that trained then, so what it used and trains still is its own number, less what was undone or
    withdrawn since: the cost grows with that, and not with the labels.
    """
    trains_now = select(func.coalesce(func.sum(LabelTally.preferences), 0)).where(LabelTally.project_id == project_id)
    preferences = session.scalars(trains_now).one()
    runs = select(TrainingRun).where(TrainingRun.project_id == project_id, *which)
    run = session.scalars(runs.order_by(TrainingRun.number.desc()).limit(1)).one_or_none()
    if run is None:
        return preferences
    gone = sum(session.scalars(one).one() for one in (_undone(run), _withdrawn(run)))
    return preferences - (run.preference_count - gone)


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
