"""Which labels stand: the one definition that training, export, counts and results share."""

from sqlalchemy import ColumnElement, Select, and_, exists, select
from sqlalchemy.orm import aliased

from app.models import Disposition, Label, Verdict


def stands() -> ColumnElement[bool]:
    """True of a label with a verdict that counted and that no later label supersedes."""
    later = aliased(Label)
    return and_(
        Label.verdict.is_not(None),
        Label.disposition == Disposition.COUNTED,
        ~exists().where(later.supersedes_id == Label.id).correlate(Label),
    )


def is_preference() -> ColumnElement[bool]:
    """True of a label that stands and names a winner: what a training run learns from."""
    return and_(stands(), Label.verdict == Verdict.PREFERRED)


def standing_labels() -> Select[Label]:
    """Labels that stand, oldest first."""
    return select(Label).where(stands()).order_by(Label.id)
