"""Training runs: start one on the labels that stand, watch it, cancel it, try it again."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Response
from fastapi.responses import PlainTextResponse

from app.auth import AdminCaller, ReadCaller, SessionDep
from app.idempotency import OnceDep
from app.models import Trigger
from app.routes.paging import SliceDep
from app.schemas import LOSS_DEFAULTS, LossDefaults, LossName, MetricOut, Page, TrainingConfig, TrainingRunOut
from app.services import training, training_log

router = APIRouter(tags=["training"])


@router.post("/projects/{project_id}/training-runs", status_code=202, response_model=TrainingRunOut)
def start_training_run(
    project_id: UUID, caller: AdminCaller, session: SessionDep, once: OnceDep, body: TrainingConfig | None = None
) -> Response:
    """Freeze the preferences that stand and send them to be learned; without a body, as the project's settings say."""

    def create() -> TrainingRunOut:
        run = training.start_run(session, project_id, body, actor=caller.actor, trigger=Trigger.MANUAL)
        return training.describe(session, [run])[0]

    return once.answer(create, status=202, location="/api/v1/training-runs")


@router.get("/projects/{project_id}/training-runs")
def list_training_runs(
    project_id: UUID, _caller: ReadCaller, session: SessionDep, part: SliceDep
) -> Page[TrainingRunOut]:
    """Newest first."""
    page = training.list_runs(session, project_id, part)
    return Page(items=training.describe(session, page.items), next_cursor=page.next_cursor)


@router.get("/training-runs/{run_id}")
def get_training_run(run_id: UUID, _caller: ReadCaller, session: SessionDep) -> TrainingRunOut:
    return training.describe(session, [training.get_run(session, run_id)])[0]


@router.get("/training-runs/{run_id}/metrics")
def list_metrics(
    run_id: UUID,
    _caller: ReadCaller,
    session: SessionDep,
    after_step: Annotated[int, Query(ge=-1, description="The last step that the client has.")] = -1,
    limit: Annotated[int, Query(ge=1, le=5000)] = 1000,
) -> list[MetricOut]:
    """What the optimiser steps reported, under TRL's names, in order."""
    return training.list_metrics(session, run_id, after_step=after_step, limit=limit)


@router.get("/training-runs/{run_id}/log", response_class=PlainTextResponse)
def read_log(run_id: UUID, _caller: ReadCaller, session: SessionDep) -> PlainTextResponse:
    """What the training process wrote so far; of a long log the end."""
    text = training_log.read(session, run_id)
    return PlainTextResponse(text, headers={"Content-Disposition": f'attachment; filename="run-{run_id}.txt"'})


@router.get("/losses")
def list_losses(_caller: ReadCaller) -> dict[LossName, LossDefaults]:
    """The losses to train with, and the settings that change with them."""
    return LOSS_DEFAULTS


@router.post("/training-runs/{run_id}/cancel", status_code=202)
def cancel_training_run(run_id: UUID, caller: AdminCaller, session: SessionDep) -> TrainingRunOut:
    """Stop the run at its next step; a checkpoint stays, so that it can be retried."""
    return training.describe(session, [training.cancel_run(session, run_id, actor=caller.actor)])[0]


@router.post("/training-runs/{run_id}/retry", status_code=202)
def retry_training_run(run_id: UUID, caller: AdminCaller, session: SessionDep) -> TrainingRunOut:
    """Send a failed or cancelled run again, on the same labels and from its last checkpoint."""
    return training.describe(session, [training.retry_run(session, run_id, actor=caller.actor)])[0]
