"""The built front end and the page of the API's documentation. Knows nothing of the API's routes."""

from pathlib import Path

from fastapi import FastAPI
from fastapi.responses import FileResponse, HTMLResponse, Response
from starlette.exceptions import HTTPException

from app.docs_page import render

ASSETS = "assets/"
"""Vite puts a hash of the content into the names of these files."""
NOT_PAGES = ("api/", "health/", "metrics", "version", "openapi.json")


def add_pages(app: FastAPI, static: Path) -> None:
    """Serve `static`: files as they are, every other address as index.html, whose router knows the pages."""
    root = static.resolve()

    @app.api_route("/docs", methods=["GET", "HEAD"], include_in_schema=False)
    def show_docs() -> HTMLResponse:
        return HTMLResponse(render(app.openapi()))

    @app.api_route("/{path:path}", methods=["GET", "HEAD"], include_in_schema=False)
    def show_page(path: str) -> Response:
        if path.startswith(NOT_PAGES):
            raise HTTPException(404, f"There is nothing at /{path}.")
        if (file := _find_file(root, path)) is not None:
            forever = "public, max-age=31536000, immutable"
            return FileResponse(file, headers={"Cache-Control": forever if path.startswith(ASSETS) else "no-cache"})
        index = root / "index.html"
        if path.startswith(ASSETS) or not index.is_file():
            raise HTTPException(404, f"There is nothing at /{path}.")
        return FileResponse(index, headers={"Cache-Control": "no-cache"})


def _find_file(root: Path, path: str) -> Path | None:
    """The file at this path, only when it lies within `root`."""
    if not path or "\x00" in path:
        return None
    file = (root / path).resolve()
    return file if file.is_relative_to(root) and file.is_file() else None
