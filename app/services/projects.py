"""Projects: creating, changing and describing them. Knows nothing of HTTP or of models' weights."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from pydantic import BaseModel, ValidationError
from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.errors import Conflict, Invalid, NotFound
from app.models import ModelStatus, ModelVersion, Project
from app.paging import Rows, Slice, fetch_page
from app.schemas import (
    EvaluationConfig,
    ModelVersionOut,
    ProjectCreate,
    ProjectOut,
    ProjectUpdate,
    RoundConfig,
    TrainingConfig,
)
from app.services.audit import Actor, record
from app.services.locks import lock_project
from app.services.model_folder import check_judge, check_reference
from app.tasks import Task, enqueue

CONFIGS: dict[str, type[BaseModel]] = {
    "round": RoundConfig,
    "training": TrainingConfig,
    "evaluation": EvaluationConfig,
}
"""Kept in columns of these names and `_config`."""
CLEARABLE = ("retrain_after_labels", "retrain_cron")


def create_project(session: Session, request: ProjectCreate, *, actor: Actor) -> Project:
    """A project with its reference as model version 0, which a worker is asked to check.

    Raises Invalid for a model or judge folder that cannot be used, Conflict when the name is taken.
    """
    source = check_reference(request.model)
    _check_judge(request.evaluation)
    project: Project | None = session.scalar(
        insert(Project)
        .values(
            name=request.name,
            guideline=request.guideline,
            round_config=request.round.model_dump(mode="json"),
            training_config=request.training.model_dump(mode="json"),
            evaluation_config=request.evaluation.model_dump(mode="json"),
            retrain_after_labels=request.retrain_after_labels,
            retrain_cron=request.retrain_cron,
            retrain_cron_at=datetime.now(UTC) if request.retrain_cron else None,
            auto_promote=request.auto_promote,
            masks_makers=request.masks_makers,
        )
        .on_conflict_do_nothing(index_elements=[Project.name])
        .returning(Project)
    )
    if project is None:
        raise _name_taken(request.name)
    version = ModelVersion(project_id=project.id, number=0, source=source, status=ModelStatus.CHECKING)
    session.add(version)
    session.flush()
    project.reference_version_id = project.policy_version_id = version.id
    details = {"name": project.name, "model": source}
    record(session, actor, action="project.create", project_id=project.id, subject_id=project.id, details=details)
    enqueue(session, Task.CHECK_MODEL, version.id)
    session.flush()
    return project


def get_project(session: Session, project_id: UUID) -> Project:
    project = session.get(Project, project_id)
    if project is None:
        raise NotFound("There is no project with this id.")
    return project


def list_projects(session: Session, part: Slice, *, search: str | None = None) -> Rows[ProjectOut]:
    """Newest first; `search` is part of the name, in any case."""
    found = select(Project)
    if search:
        found = found.where(Project.name.icontains(search, autoescape=True))
    rows = fetch_page(session, found, Project.id, part, newest_first=True)
    return Rows(describe_all(session, rows.items), rows.next_cursor)


def update_project(session: Session, project_id: UUID, request: ProjectUpdate, *, actor: Actor) -> Project:
    """Change what is given. A new guideline gets the next version; a new schedule counts from now."""
    project = lock_project(session, project_id)
    if request.evaluation is not None:
        _check_judge(request.evaluation)
    changes = _changes(project, request)
    edited = changes.pop("guideline_version", project.guideline_version)
    if "guideline" in changes and edited != project.guideline_version:
        raise Conflict(
            f"The guideline was changed meanwhile, to version {project.guideline_version}. Copy your text, reload the "
            "page, and bring both together.",
            code="guideline_changed",
        )
    if changes.get("guideline", project.guideline) != project.guideline:
        changes["guideline_version"] = project.guideline_version + 1
    if changes.get("retrain_cron"):
        changes["retrain_cron_at"] = datetime.now(UTC)
    for name, value in changes.items():
        setattr(project, name, value)
    try:
        session.flush()
    except IntegrityError as error:
        if "uq_projects_name" not in str(error.orig):
            raise
        raise _name_taken(str(changes.get("name"))) from error
    details = request.model_dump(mode="json", exclude_unset=True, exclude={"guideline"})
    if "guideline_version" in changes:
        details["guideline_version"] = project.guideline_version
    record(session, actor, action="project.update", project_id=project.id, subject_id=project.id, details=details)
    session.flush()
    return project


def _changes(project: Project, request: ProjectUpdate) -> dict[str, Any]:
    """Columns and their new values; null clears what can be empty and leaves alone what cannot."""
    given = request.model_dump(mode="json", exclude_unset=True)
    changes = {name: value for name, value in given.items() if value is not None or name in CLEARABLE}
    for name in CONFIGS.keys() & changes.keys():
        column = f"{name}_config"
        changes[column] = _merged(name, getattr(project, column), changes.pop(name))
    return changes


def _merged(name: str, stored: dict[str, Any], given: dict[str, Any]) -> dict[str, Any]:
    """The stored configuration with the given settings in it. Raises Invalid when they do not fit together."""
    try:
        return CONFIGS[name].model_validate(stored | given).model_dump(mode="json")
    except ValidationError as error:
        errors = [
            {"field": ".".join([name, *map(str, item["loc"])]), "message": item["msg"].removeprefix("Value error, ")}
            for item in error.errors()
        ]
        raise Invalid("The settings do not fit together.", errors=errors) from error


def _check_judge(config: EvaluationConfig) -> None:
    if config.judge is not None:
        config.judge.model = check_judge(config.judge.model, field="evaluation.judge.model")


def _name_taken(name: str) -> Conflict:
    return Conflict(f"There is a project named {name!r} already.", code="name_taken")


def describe(session: Session, project: Project) -> ProjectOut:
    """The project as the API shows it."""
    return describe_all(session, [project])[0]


def describe_all(session: Session, projects: Sequence[Project]) -> list[ProjectOut]:
    """The projects as the API shows them, their model versions read in one query."""
    ids = {one for row in projects for one in (row.reference_version_id, row.policy_version_id)}
    versions = {row.id: row for row in session.scalars(select(ModelVersion).where(ModelVersion.id.in_(ids)))}
    return [_describe(row, versions) for row in projects]


def _describe(project: Project, versions: dict[UUID, ModelVersion]) -> ProjectOut:
    assert project.reference_version_id is not None
    assert project.policy_version_id is not None
    return ProjectOut(
        id=project.id,
        name=project.name,
        guideline=project.guideline,
        guideline_version=project.guideline_version,
        round=RoundConfig.model_validate(project.round_config),
        training=TrainingConfig.model_validate(project.training_config),
        evaluation=EvaluationConfig.model_validate(project.evaluation_config),
        retrain_after_labels=project.retrain_after_labels,
        retrain_cron=project.retrain_cron,
        auto_promote=project.auto_promote,
        is_paused=project.is_paused,
        masks_makers=project.masks_makers,
        reference=ModelVersionOut.model_validate(versions[project.reference_version_id]),
        policy=ModelVersionOut.model_validate(versions[project.policy_version_id]),
        created_at=project.created_at,
    )
