"""Probes, metrics and the version, outside /api/v1 and open to everybody."""

from importlib.metadata import version

from fastapi import APIRouter, Request, Response
from prometheus_client import CONTENT_TYPE_LATEST

from app.auth import SessionDep
from app.metrics import expose
from app.schemas.health import LiveOut, ReadyOut, VersionOut
from app.services import health

router = APIRouter(tags=["health"])


@router.get("/health/live")
def get_live() -> LiveOut:
    """The process answers."""
    return LiveOut()


@router.get("/health/ready", responses={503: {"model": ReadyOut, "description": "A check fails."}})
def get_ready(response: Response) -> ReadyOut:
    """The database, its migrations and Redis, and the workers that were seen; 503 when a check fails."""
    checks = health.run_checks()
    is_ready = all(check.ok for check in checks)
    if not is_ready:
        response.status_code = 503
        response.headers["Retry-After"] = "5"
    return ReadyOut(status="ok" if is_ready else "failing", checks=checks, workers=health.list_workers())


@router.get("/metrics", include_in_schema=False)
def get_metrics(request: Request, session: SessionDep) -> Response:
    """Prometheus text format."""
    return Response(expose(request.app.state.metrics, health.measure_load(session)), media_type=CONTENT_TYPE_LATEST)


@router.get("/version")
def get_version() -> VersionOut:
    return VersionOut(version=version("tiebreak"))
