"""Log-probabilities under the reference: computed once per completion, stored, never again.

Knows nothing of rounds or runs: completions in, stored sums out.
"""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, update
from sqlalchemy.orm import Session

from app.models import Completion
from workers.learning.logprobs import completion_logprobs
from workers.learning.policy import Policy


def reference_logprobs(policy: Policy, rows: Sequence[tuple[Sequence[int], Sequence[int]]]) -> list[float]:
    """Sums in nats of (prompt ids, completion ids) rows under the reference `policy`."""
    return completion_logprobs(policy.model, rows, pad_id=policy.pad_id, device=policy.device)


def store_reference_logprobs(session: Session, ids: Sequence[UUID], values: Sequence[float]) -> None:
    """Write one sum per completion."""
    table = Completion.__table__
    rows: list[dict[str, Any]] = [{"completion": one, "value": value} for one, value in zip(ids, values, strict=True)]
    statement = update(Completion).where(table.c.id == bindparam("completion"))
    session.connection().execute(statement.values(reference_logprob=bindparam("value")), rows)
