"""What /health/ready and /version answer."""

from typing import Literal

from pydantic import BaseModel, Field


class CheckOut(BaseModel):
    name: str
    ok: bool
    detail: str


class WorkerOut(BaseModel):
    name: str
    queues: list[str]


class LiveOut(BaseModel):
    status: Literal["ok"] = "ok"


class ReadyOut(BaseModel):
    """Ready when every check is ok; workers are listed but not needed: labelling goes on without them."""

    status: Literal["ok", "failing"]
    checks: list[CheckOut]
    workers: list[WorkerOut] = Field(description="Worker processes that gave a sign of life in the last half minute.")


class VersionOut(BaseModel):
    version: str
