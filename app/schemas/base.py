"""What requests, responses, pages and problems share. Knows nothing of the database session or of HTTP."""

from typing import Annotated, Generic, TypeVar

from pydantic import BaseModel, ConfigDict, StringConstraints

T = TypeVar("T")
Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]
ModelSource = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=1024)]
"""A folder or a hub name. The pages set no limit of their own: they show the sentence of this one."""


class Request(BaseModel):
    """A body or a stored configuration: unknown fields are refused, so that a typing error never passes silently."""

    model_config = ConfigDict(extra="forbid")


class Row(BaseModel):
    """A response built from a row."""

    model_config = ConfigDict(from_attributes=True)


class Page(BaseModel, Generic[T]):
    """One page of a list; pass `next_cursor` back as `cursor` for the next, null at the end."""

    items: list[T]
    next_cursor: str | None = None


class ProblemItem(BaseModel):
    """One reason within a problem: where (`field` of a body, or `line` of a file) and what."""

    field: str | None = None
    line: int | None = None
    message: str


class Problem(BaseModel):
    """RFC 9457 problem details, served as application/problem+json."""

    type: str = "about:blank"
    title: str
    status: int
    detail: str
    code: str | None = None
    errors: list[ProblemItem] = []
