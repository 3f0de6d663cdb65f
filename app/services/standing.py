"""Which labels stand: the one definition that training, export, counts and results share."""

from sqlalchemy import ColumnElement, Select, and_, exists, select
from sqlalchemy.orm import aliased

from app.models import Disposition, Label, Pair, Prompt, Split, Verdict


def not_undone() -> ColumnElement[bool]:
    """True of a label, counted or surplus, that no undo supersedes."""
    later = aliased(Label)
    return ~exists().where(later.supersedes_id == Label.id).correlate(Label)


def stands() -> ColumnElement[bool]:
    """True of a label with a verdict that counted and that no later label supersedes."""
    return and_(Label.verdict.is_not(None), Label.disposition == Disposition.COUNTED, not_undone())


def is_preference() -> ColumnElement[bool]:
    """True of a label that stands and names a winner."""
    return and_(stands(), Label.verdict == Verdict.PREFERRED)


def is_trainable() -> ColumnElement[bool]:
    """True of a preference that a training run learns from.

    Eval prompts only ever measure, and the answer of a pair that was taken for the practice set is known to everybody.
    """
    return and_(is_preference(), _trains())


def is_trainable_tie() -> ColumnElement[bool]:
    """True of a tie that stands: a run that trains ties learns from it too."""
    return and_(stands(), Label.verdict == Verdict.TIE, _trains())


def _trains() -> ColumnElement[bool]:
    prompt = select(Prompt.id).join(Pair, Pair.prompt_id == Prompt.id)
    here = (Pair.id == Label.pair_id, Pair.withdrawn_at.is_(None), Prompt.split == Split.TRAIN)
    return prompt.where(*here).correlate(Label).exists()


def standing_labels() -> Select[Label]:
    """Labels that stand, oldest first."""
    return select(Label).where(stands()).order_by(Label.id)
