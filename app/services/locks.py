"""The two locks that put writers in line: one per project, one per author.

Always author, then leases, then project, then tallies.
"""

from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.errors import NotFound
from app.models import Project
from app.services.audit import Actor


def lock_project(session: Session, project_id: UUID) -> Project:
    """The project, held until commit: numbers, thresholds and one-at-a-time rules are decided one writer at a time.

    The lock leaves rows that merely point at the project (labels, leases) alone. Raises NotFound.
    """
    held = select(Project).where(Project.id == project_id).with_for_update(key_share=True)
    project = session.scalar(held.execution_options(populate_existing=True))
    if project is None:
        raise NotFound("There is no project with this id.")
    return project


def lock_author(session: Session, actor: Actor) -> None:
    """Wait until this person's or key's other claims and labels have committed, and make later ones wait for this.

    What one author may hold depends on what the same author holds and has labelled: two requests at once must not
    each look before the other has written.
    """
    author = actor.user_id or actor.api_key_id
    assert author is not None, "only people and keys label"
    session.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(str(author), 0))))
