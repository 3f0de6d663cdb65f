"""How many prompts and labels there are, kept as they come: counting a million rows takes longer than a page waits."""

from datetime import date
from uuid import UUID

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base, choice
from app.models.rounds import Arm


class PromptTally(Base):
    """The prompts of a project."""

    __tablename__ = "prompt_tallies"

    project_id: Mapped[UUID] = mapped_column(ForeignKey("projects.id", ondelete="CASCADE"), primary_key=True)
    train: Mapped[int]
    held_out: Mapped[int]
    """Of the split `eval`."""
    unused: Mapped[int]
    """Of the pool: `Prompt.is_unused`."""


class LabelTally(Base):
    """The labels that one author gave on one day (UTC) in a project and that no undo took back."""

    __tablename__ = "label_tallies"

    author_id: Mapped[UUID] = mapped_column(primary_key=True)
    """A user's or a key's: both are unique over both tables."""
    project_id: Mapped[UUID] = mapped_column(
        ForeignKey("projects.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    day: Mapped[date] = mapped_column(primary_key=True)
    counted: Mapped[int]
    surplus: Mapped[int]
    preferences: Mapped[int]
    """Of the counted ones, preferences that train."""
    ties: Mapped[int]
    """Of the counted ones, ties that train where a run asks for ties."""
    chosen: Mapped[int]
    """Of the counted ones, preferences, whether they train or not; the next three are of the other verdicts."""
    tied: Mapped[int]
    both_bad: Mapped[int]
    skipped: Mapped[int]


class RoundTally(Base):
    """The counted preferences of one arm of a round that stand, whether they train or not."""

    __tablename__ = "round_tallies"

    project_id: Mapped[UUID] = mapped_column(ForeignKey("projects.id", ondelete="CASCADE"), primary_key=True)
    round: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    """Its number; of imported labels, that of the last round that began before them, and 1 before any did."""
    arm: Mapped[Arm] = mapped_column(choice(Arm, "arm"), primary_key=True)
    chosen: Mapped[int]
    decided: Mapped[int]
    """Of them, those on whose pair the sampling model had an opinion: a margin other than 0."""
    foreseen: Mapped[int]
    """Of the decided ones, those that name the answer that the model held for better."""
