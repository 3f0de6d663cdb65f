"""Puts the web application together: routes, errors, headers, metrics, and the pages. Knows nothing of what they do."""

from importlib.metadata import version
from pathlib import Path

from fastapi import APIRouter, FastAPI
from starlette.middleware import Middleware

from app.metrics import make_metrics
from app.middleware import BodyLimit, RequestSeconds, SecurityHeaders
from app.openapi import PROBLEM_RESPONSES, describe, operation_id
from app.pages import add_pages
from app.problems import add_error_handlers
from app.routes import (
    annotate,
    auth,
    evaluations,
    export,
    health,
    labels,
    models,
    playground,
    practice,
    projects,
    rounds,
    setup,
    training,
)
from app.settings import get_settings

STATIC = Path(__file__).parent / "static"
MAX_BODY_BYTES = 4 * 1024 * 1024
"""Of any request but an upload, which has a limit of its own."""

ROUTERS: list[APIRouter] = [
    auth.router,
    setup.router,
    projects.router,
    rounds.router,
    annotate.router,
    labels.router,
    practice.router,
    training.router,
    models.router,
    playground.router,
    evaluations.router,
    export.router,
]


def create_app(static: Path = STATIC) -> FastAPI:
    """The ASGI application; `static` is the folder of the built front end, which may be absent."""
    metrics = make_metrics()
    app = FastAPI(
        title="Tiebreak",
        version=version("tiebreak"),
        description="Active preference labelling: sample, choose the pairs worth a person's time, label, retrain.",
        docs_url=None,
        redoc_url=None,
        generate_unique_id_function=operation_id,
        responses=PROBLEM_RESPONSES,
        middleware=[
            Middleware(RequestSeconds, histogram=metrics.request_seconds),
            Middleware(SecurityHeaders, is_https=get_settings().is_https),
            Middleware(BodyLimit, limit=MAX_BODY_BYTES, uploads=("/prompts/import", "/prompts/import/preview")),
        ],
    )
    app.state.metrics = metrics
    add_error_handlers(app)
    for router in ROUTERS:
        app.include_router(router, prefix="/api/v1")
    app.include_router(health.router)
    app.openapi = lambda: describe(app)  # type: ignore[method-assign]
    add_pages(app, static)
    return app
