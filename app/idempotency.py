"""Idempotency-Key on creating POSTs: the first answer is stored with the rows it speaks about, and replayed.

The record is written in the request's own transaction, so it exists exactly when the created rows do, also after a
crash; an advisory lock shows requests that are still in flight. Labels have a unique column of their own instead.
"""

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Header, Request, Response
from pydantic import BaseModel
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.auth import CurrentCaller, SessionDep
from app.errors import Conflict, Invalid
from app.models import IdempotencyRecord

HEADER = Header(min_length=1, max_length=200, description="Repeat the request safely: the first answer comes again.")


@dataclass(frozen=True)
class Once:
    """One creating request; without a key it is simply carried out."""

    session: Session
    key: str | None
    body_hash: str

    def answer(self, create: Callable[[], BaseModel], *, status: int, location: str) -> Response:
        """The stored answer, or that of `create()`; `location` is the address that the new id is appended to.

        Raises Conflict (409) while a request with this key is in flight, Invalid (422) when it had another body.
        """
        record = self._find() if self.key else None
        if record is not None and record.response is not None:
            return _respond(record.response, record.status or status, location, {"Idempotent-Replayed": "true"})
        text = create().model_dump_json()
        if self.key:
            self.session.add(IdempotencyRecord(key=self.key, body_hash=self.body_hash, status=status, response=text))
            self.session.flush()
        return _respond(text, status, location, {})

    def _find(self) -> IdempotencyRecord | None:
        assert self.key is not None
        if not self.session.scalar(select(func.pg_try_advisory_xact_lock(_lock_number(self.key)))):
            raise Conflict("A request with this Idempotency-Key is still in flight.", code="in_flight", retry_after=1)
        record = self.session.get(IdempotencyRecord, self.key)
        if record is not None and record.body_hash != self.body_hash:
            raise Invalid("This Idempotency-Key was used with another body. Use a new key.", code="key_reused")
        return record


async def read_once(
    request: Request,
    session: SessionDep,
    caller: CurrentCaller,
    idempotency_key: Annotated[str | None, HEADER] = None,
) -> Once:
    body_hash = hashlib.sha256(await request.body()).hexdigest()
    if idempotency_key is None:
        return Once(session, None, body_hash)
    parts = [str(caller.id), request.method, request.url.path, idempotency_key]
    return Once(session, hashlib.sha256("\n".join(parts).encode()).hexdigest(), body_hash)


def _lock_number(key: str) -> int:
    return int.from_bytes(bytes.fromhex(key[:16]), signed=True)


def _respond(text: str, status: int, location: str, headers: dict[str, str]) -> Response:
    place = {"Location": f"{location}/{json.loads(text)['id']}"}
    return Response(text, status_code=status, media_type="application/json", headers=headers | place)


OnceDep = Annotated[Once, Depends(read_once)]
