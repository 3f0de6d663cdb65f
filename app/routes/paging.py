"""The query parameters of every list."""

from typing import Annotated
from uuid import UUID

from fastapi import Depends, Query

from app.paging import Slice


def read_slice(
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
    cursor: Annotated[UUID | None, Query(description="`next_cursor` of the page before.")] = None,
) -> Slice:
    return Slice(limit, cursor)


SliceDep = Annotated[Slice, Depends(read_slice)]
