"""A request's raw body, streamed into a temporary file up to the limit. Knows nothing of what it holds."""

import tempfile
from collections.abc import AsyncIterator
from typing import Annotated, BinaryIO, cast

from fastapi import Depends, Request
from starlette.concurrency import run_in_threadpool

from app.auth import UploadingAdmin
from app.errors import TooLarge
from app.settings import get_settings

IN_MEMORY_BYTES = 1_000_000


async def receive_upload(request: Request, _caller: UploadingAdmin) -> AsyncIterator[BinaryIO]:
    """The body as a file at its start, deleted afterwards. Raises TooLarge as soon as the limit is passed."""
    limit = get_settings().upload_limit_mb * 1024 * 1024
    if int(request.headers.get("content-length", 0)) > limit:
        raise _too_large()
    received = 0
    with tempfile.SpooledTemporaryFile(max_size=IN_MEMORY_BYTES) as file:
        async for chunk in request.stream():
            received += len(chunk)
            if received > limit:
                raise _too_large()
            await run_in_threadpool(file.write, chunk)
        file.seek(0)
        yield cast(BinaryIO, file)


def _too_large() -> TooLarge:
    limit = get_settings().upload_limit_mb
    return TooLarge(f"The file is larger than {limit} MB. Split it, or raise TIEBREAK_UPLOAD_LIMIT_MB.")


Upload = Annotated[BinaryIO, Depends(receive_upload)]
