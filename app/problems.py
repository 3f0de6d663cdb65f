"""Every error as application/problem+json (RFC 9457): refusals, bad requests, lost servers, bugs. Knows no routes."""

import logging
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from sqlalchemy.exc import DataError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from starlette.exceptions import HTTPException

from app.errors import AppError
from app.middleware import SECURITY_HEADERS
from app.schemas import Problem, ProblemItem

log = logging.getLogger(__name__)

MEDIA_TYPE = "application/problem+json"
RETRY_SECONDS = 5


def add_error_handlers(app: FastAPI) -> None:
    app.add_exception_handler(AppError, _refusal)
    app.add_exception_handler(RequestValidationError, _bad_request)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(DataError, _not_storable)
    app.add_exception_handler(OperationalError, _database_away)
    app.add_exception_handler(PoolTimeoutError, _database_away)
    app.add_exception_handler(Exception, _bug)


def problem_response(problem: Problem, headers: dict[str, str] | None = None) -> JSONResponse:
    return JSONResponse(
        problem.model_dump(mode="json"), status_code=problem.status, headers=headers, media_type=MEDIA_TYPE
    )


def _refusal(_request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, AppError)
    items = [ProblemItem.model_validate(item) for item in error.errors]
    problem = Problem(title=error.title, status=error.status, detail=error.detail, code=error.code, errors=items)
    headers = {"WWW-Authenticate": "Bearer"} if error.status == HTTPStatus.UNAUTHORIZED else {}
    if error.retry_after is not None:
        headers["Retry-After"] = str(error.retry_after)
    return problem_response(problem, headers)


def _bad_request(_request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, RequestValidationError)
    items = [_item(one) for one in error.errors()]
    detail = "; ".join(f"{item.field}: {item.message}" if item.field else item.message for item in items[:5])
    return problem_response(Problem(title="Invalid input", status=422, detail=detail, errors=items))


def _item(error: dict[str, Any]) -> ProblemItem:
    """`loc` without its first part (body, query, path), and pydantic's message without its prefix."""
    place = [str(part) for part in error["loc"]]
    if error["type"] == "json_invalid":
        return ProblemItem(message=f"The body is not JSON: {error['ctx']['error']} at character {place[-1]}.")
    field = ".".join(place[1:] if len(place) > 1 else place)
    return ProblemItem(field=field, message=error["msg"].removeprefix("Value error, "))


def _http(_request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, HTTPException)
    title = HTTPStatus(error.status_code).phrase
    detail = f"{error.detail}." if error.detail == title else str(error.detail)
    problem = Problem(title=title, status=error.status_code, detail=detail)
    return problem_response(problem, dict(error.headers or {}))


def _not_storable(_request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, DataError)
    log.info("Refused input that PostgreSQL cannot store: %s", error.orig)
    detail = "The input contains something that cannot be stored, such as the NUL character or a number out of range."
    return problem_response(Problem(title="Invalid input", status=422, detail=detail))


def _database_away(_request: Request, error: Exception) -> JSONResponse:
    log.error("The database does not answer: %s", error)
    detail = f"The database does not answer. Nothing was stored. Try again in {RETRY_SECONDS} seconds."
    problem = Problem(title="Not available now", status=503, detail=detail)
    return problem_response(problem, {"Retry-After": str(RETRY_SECONDS)})


def _bug(request: Request, error: Exception) -> JSONResponse:
    """Starlette raises the error again after this answer, so that the server logs it with its trace."""
    log.error("%s %s failed: %s", request.method, request.url.path, type(error).__name__)
    detail = "Something went wrong on the server; its log says what. Nothing of this request was stored."
    # This answer is made outside our middleware, so it brings the headers itself.
    return problem_response(Problem(title="Internal error", status=500, detail=detail), SECURITY_HEADERS)
