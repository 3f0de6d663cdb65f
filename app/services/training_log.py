"""The log of a training run: what its process wrote, kept with the run and bounded. Knows nothing of files."""

from uuid import UUID

from sqlalchemy import func, literal, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app.models import TrainingLog, TrainingRun
from app.services.training import get_run

LONGEST = 200_000
"""Characters; of a longer log the end is kept."""


def store(session: Session, run_id: UUID, attempt: int, text: str) -> None:
    """Put `text` in the place of what was stored, unless another attempt owns the run by now."""
    ours = (TrainingRun.id == run_id, TrainingRun.attempt == attempt)
    row = select(TrainingRun.id, literal(_bounded(text))).where(*ours)
    stored = insert(TrainingLog).from_select(["training_run_id", "text"], row)
    values = {"text": stored.excluded.text, "updated_at": func.now()}
    session.execute(stored.on_conflict_do_update(index_elements=[TrainingLog.training_run_id], set_=values))


def read(session: Session, run_id: UUID) -> str:
    """What is stored of the run; empty before its process wrote anything."""
    get_run(session, run_id)
    row = session.get(TrainingLog, run_id)
    return row.text if row else ""


def _bounded(text: str) -> str:
    """U+0000 cannot be stored; the first line of a cut text says that it is cut.

    Of a line that was written over, as progress bars do, what a terminal shows in the end is kept.
    """
    text = text.replace("\x00", "\ufffd").replace("\r\n", "\n")
    text = "\n".join(line.rsplit("\r", 1)[-1] for line in text.split("\n"))
    if len(text) <= LONGEST:
        return text
    kept = text[-LONGEST:]
    return "[earlier lines are left out]\n" + kept[kept.find("\n") + 1 :]
