"""The OpenAPI schema of the API; `python -m app.openapi` prints it. Knows nothing of what the routes do."""

import json
import sys
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from fastapi.routing import APIRoute

from app.problems import MEDIA_TYPE
from app.schemas import Problem

TEMPLATE = "#/components/schemas/{model}"

PROBLEM_RESPONSES: dict[int | str, dict[str, Any]] = {
    "default": {
        "description": "Refused or failed: problem details.",
        "content": {MEDIA_TYPE: {"schema": {"$ref": TEMPLATE.format(model="Problem")}}},
    }
}
"""Declared for every route, in place of FastAPI's own description of 422."""


def operation_id(route: APIRoute) -> str:
    """The function's name: clients generated from the schema keep their names when paths move."""
    return route.name


def describe(app: FastAPI) -> dict[str, Any]:
    """The schema with `Problem`, computed once per app."""
    if app.openapi_schema is None:
        schema = get_openapi(
            title=app.title, version=app.version, description=app.description, routes=app.routes, tags=app.openapi_tags
        )
        problem = Problem.model_json_schema(ref_template=TEMPLATE)
        parts = problem.pop("$defs")
        schemas = schema.setdefault("components", {}).setdefault("schemas", {})
        schema["components"]["schemas"] = dict(sorted((schemas | parts | {"Problem": problem}).items()))
        app.openapi_schema = schema
    return app.openapi_schema


def main() -> None:
    from app.main import create_app

    json.dump(describe(create_app()), sys.stdout, indent=2, ensure_ascii=False)
    sys.stdout.write("\n")


if __name__ == "__main__":
    main()
