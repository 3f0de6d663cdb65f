"""Which labels stand: the one definition that training, export, counts and results share."""

from sqlalchemy import ColumnElement, Select, and_, case, exists, select
from sqlalchemy.orm import aliased

from app.models import Disposition, Label, Pair, Prompt, Split, Verdict

LABEL_OR_UNDO: ColumnElement[int] = case((Label.verdict.is_(None), -1), else_=1)
"""Summed over rows it is how many labels stand: an undo has the disposition of the label that it takes back."""


def stands() -> ColumnElement[bool]:
    """True of a label with a verdict that counted and that no later label supersedes."""
    later = aliased(Label)
    return and_(
        Label.verdict.is_not(None),
        Label.disposition == Disposition.COUNTED,
        ~exists().where(later.supersedes_id == Label.id).correlate(Label),
    )


def is_preference() -> ColumnElement[bool]:
    """True of a label that stands and names a winner."""
    return and_(stands(), Label.verdict == Verdict.PREFERRED)


def is_trainable() -> ColumnElement[bool]:
    """True of a preference on a train prompt: what a training run learns from. Eval prompts only ever measure."""
    return and_(is_preference(), _is_on_train())


def is_trainable_tie() -> ColumnElement[bool]:
    """True of a tie on a train prompt that stands: a run that trains ties learns from it too."""
    return and_(stands(), Label.verdict == Verdict.TIE, _is_on_train())


def _is_on_train() -> ColumnElement[bool]:
    prompt = select(Prompt.id).join(Pair, Pair.prompt_id == Prompt.id)
    return prompt.where(Pair.id == Label.pair_id, Prompt.split == Split.TRAIN).correlate(Label).exists()


def standing_labels() -> Select[Label]:
    """Labels that stand, oldest first."""
    return select(Label).where(stands()).order_by(Label.id)
