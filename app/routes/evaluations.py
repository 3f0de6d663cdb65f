"""Evaluations: compare a model version with another on the eval prompts."""

from uuid import UUID

from fastapi import APIRouter, Response

from app.auth import AdminCaller, ReadCaller, SessionDep
from app.idempotency import OnceDep
from app.models import Evaluation
from app.paging import Rows
from app.routes.paging import SliceDep
from app.schemas import EvaluationCreate, EvaluationOut, Page
from app.services import evaluation

router = APIRouter(tags=["evaluations"])


@router.post("/projects/{project_id}/evaluations", status_code=202, response_model=EvaluationOut)
def start_evaluation(
    project_id: UUID, body: EvaluationCreate, caller: AdminCaller, session: SessionDep, once: OnceDep
) -> Response:
    """Have a judge compare the model's answers with the baseline's."""

    def create() -> EvaluationOut:
        row = evaluation.start_evaluation(
            session,
            project_id,
            body.model_version_id,
            body.baseline_version_id,
            body.config,
            actor=caller.actor,
        )
        return EvaluationOut.model_validate(row)

    return once.answer(create, status=202, location="/api/v1/evaluations")


@router.get("/projects/{project_id}/evaluations", response_model=Page[EvaluationOut])
def list_evaluations(project_id: UUID, _caller: ReadCaller, session: SessionDep, part: SliceDep) -> Rows[Evaluation]:
    """Newest first."""
    return evaluation.list_evaluations(session, project_id, part)


@router.get("/evaluations/{evaluation_id}", response_model=EvaluationOut)
def get_evaluation(evaluation_id: UUID, _caller: ReadCaller, session: SessionDep) -> Evaluation:
    return evaluation.get_evaluation(session, evaluation_id)
