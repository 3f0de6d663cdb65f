"""Evaluations: one model version against another on the eval prompts. Knows nothing of judging or of models.

A worker's write carries the attempt that it began: False means that another attempt owns the evaluation, and nothing
changed.
"""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import func, inspect, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app.errors import Conflict, Invalid, NotFound
from app.models import (
    Evaluation,
    EvaluationItem,
    ModelStatus,
    ModelVersion,
    Project,
    Prompt,
    RunStatus,
    Split,
)
from app.paging import Rows, Slice, fetch_page
from app.schemas import EvaluationConfig
from app.services import attempts, audit, models
from app.services.audit import SYSTEM, Actor
from app.services.model_folder import check_judge
from app.services.projects import get_project
from app.tasks import Task, enqueue


def start_evaluation(
    session: Session,
    project_id: UUID,
    model_version_id: UUID,
    baseline_version_id: UUID | None,
    config: EvaluationConfig | None,
    *,
    actor: Actor,
    needs_judge: bool = True,
) -> Evaluation:
    """Send a comparison with the baseline (None: the reference) to the judges, under `config` (None: the project's).

    Without a judge, where none is needed, KL and lengths are measured and no win-rate. Raises NotFound, Invalid for a
    model against itself or a judge of `config` that cannot be used, or Conflict with code `no_judge`,
    `no_eval_prompts` or `model_not_ready`.
    """
    project = get_project(session, project_id)
    version = _version(session, project_id, model_version_id)
    baseline = _version(session, project_id, baseline_version_id or project.reference_version_id)
    if version.id == baseline.id:
        raise Invalid(
            "A model version cannot be compared with itself.",
            errors=[{"field": "baseline_version_id", "message": "is the same as model_version_id"}],
        )
    if config and config.judge:
        config.judge.model = check_judge(config.judge.model, field="config.judge.model")
    config = config or EvaluationConfig.model_validate(project.evaluation_config)
    if config.judge is None and needs_judge:
        raise Conflict("No judge is configured. Set one in the project's evaluation settings.", code="no_judge")
    _refuse_impossible(session, project_id, (version, baseline))
    row = Evaluation(
        project_id=project_id,
        model_version_id=version.id,
        baseline_version_id=baseline.id,
        status=RunStatus.QUEUED,
        config=config.model_dump(mode="json"),
        seed=config.seed,
    )
    session.add(row)
    session.flush()
    details = {"model": version.number, "baseline": baseline.number}
    audit.record(session, actor, action="evaluation.start", project_id=project_id, subject_id=row.id, details=details)
    enqueue(session, Task.EVALUATE, row.id)
    session.refresh(row)
    return row


def get_evaluation(session: Session, evaluation_id: UUID) -> Evaluation:
    row = session.get(Evaluation, evaluation_id)
    if row is None:
        raise NotFound("There is no evaluation with this id.")
    return row


def list_evaluations(session: Session, project_id: UUID, part: Slice) -> Rows[Evaluation]:
    """The project's evaluations, newest first."""
    get_project(session, project_id)
    evaluations = select(Evaluation).where(Evaluation.project_id == project_id)
    return fetch_page(session, evaluations, Evaluation.id, part, newest_first=True)


def begin_evaluation(session: Session, evaluation_id: UUID) -> Evaluation | None:
    """Take a queued evaluation as a new attempt. None when it is not queued: somebody else has it."""
    started = func.coalesce(Evaluation.started_at, func.now())
    return attempts.take(
        session, Evaluation, evaluation_id, expect=RunStatus.QUEUED, status=RunStatus.RUNNING, started_at=started
    )


def heartbeat_evaluation(session: Session, evaluation_id: UUID, attempt: int, *, done: int, total: int) -> bool:
    """Say that the attempt lives, and how far it is."""
    values = attempts.progress(Evaluation, done=done, total=total)
    return attempts.write(session, Evaluation, evaluation_id, attempt, during=[RunStatus.RUNNING], **values) is not None


def add_items(session: Session, evaluation_id: UUID, attempt: int, items: Sequence[EvaluationItem]) -> bool:
    """Store judged prompts; one that is stored already stays as it is."""
    values = attempts.progress(Evaluation, done=None, total=None)
    row = attempts.write(session, Evaluation, evaluation_id, attempt, during=[RunStatus.RUNNING], **values)
    if row is None:
        return False
    columns = [column.key for column in inspect(EvaluationItem).column_attrs]
    rows = [{name: getattr(item, name) for name in columns} for item in items]
    if rows:
        session.execute(insert(EvaluationItem).values(rows).on_conflict_do_nothing())
    return True


def finish_evaluation(session: Session, evaluation_id: UUID, attempt: int, results: dict[str, Any]) -> bool:
    """Record the results; the gate may promote the model."""
    values = {"status": RunStatus.SUCCEEDED, "results": results}
    row = _end(session, evaluation_id, attempt, **values)
    if row is None:
        return False
    _pass_gate(session, row, results)
    return True


def fail_evaluation(session: Session, evaluation_id: UUID, attempt: int, error: str) -> bool:
    """Record why the attempt failed."""
    return _end(session, evaluation_id, attempt, status=RunStatus.FAILED, error=error) is not None


def _end(session: Session, evaluation_id: UUID, attempt: int, **values: Any) -> Evaluation | None:
    during = [RunStatus.RUNNING]
    return attempts.write(session, Evaluation, evaluation_id, attempt, during=during, finished_at=func.now(), **values)


def _version(session: Session, project_id: UUID, version_id: UUID | None) -> ModelVersion:
    version = session.get(ModelVersion, version_id) if version_id else None
    if version is None or version.project_id != project_id:
        raise NotFound("There is no model version with this id in the project.")
    return version


def _refuse_impossible(session: Session, project_id: UUID, versions: Sequence[ModelVersion]) -> None:
    for version in versions:
        if version.status is not ModelStatus.READY:
            raise Conflict(f"Model version {version.number} is not ready but {version.status}.", code="model_not_ready")
    usable = (Prompt.project_id == project_id, Prompt.split == Split.EVAL, Prompt.is_usable())
    if not session.scalar(select(select(Prompt.id).where(*usable).exists())):
        raise Conflict("There are no eval prompts. Import prompts with split `eval`.", code="no_eval_prompts")


def _pass_gate(session: Session, row: Evaluation, results: dict[str, Any]) -> None:
    """Promote a model that beats the reference for certain, where the project says so; never back to an older one."""
    project = session.get_one(Project, row.project_id, populate_existing=True)
    if not project.auto_promote or row.baseline_version_id != project.reference_version_id:
        return
    version = session.get_one(ModelVersion, row.model_version_id)
    policy = session.get_one(ModelVersion, project.policy_version_id)
    if results.get("win_rate_low", 0.0) > 0.5 and version.number > policy.number:
        models.promote(session, version.id, actor=SYSTEM)
