"""Checks a model version by loading it and drawing one token, and writes what it found on the row."""

from uuid import UUID

from sqlalchemy.orm import Session

from app.db import transaction
from app.models import ModelStatus, ModelVersion
from app.services import models
from app.tasks import Task
from workers.celery_app import Family, register
from workers.checkpoints import cached_policy
from workers.learning.policy import describe, encode_prompt
from workers.learning.sampling import SamplingConfig, sample

MAX_CHECKS = 5
_GAVE_UP = (
    f"The worker that loaded this model ended {MAX_CHECKS} times without an answer, perhaps for want of "
    "memory: see its log, give it more, and check again."
)


def _begin(session: Session, version_id: UUID) -> int | None:
    version = session.get(ModelVersion, version_id, with_for_update=True)
    if version is None or version.status is not ModelStatus.CHECKING:
        return None
    if version.attempt >= MAX_CHECKS:
        models.set_checked(session, version_id, error=_GAVE_UP)
        return None
    version.attempt += 1
    return version.attempt


def _work(version_id: UUID, _attempt: int) -> None:
    with transaction() as session:
        source = session.get_one(ModelVersion, version_id).source
    policy = cached_policy(source)
    prompt = encode_prompt(policy, [{"role": "user", "content": "Hello"}] if policy.has_chat_template else "Hello")
    list(sample(policy, [prompt], SamplingConfig(samples=1, max_new_tokens=1), seeds=[0]))
    with transaction() as session:
        models.set_checked(session, version_id, info=describe(policy))


def _fail(session: Session, version_id: UUID, _attempt: int, error: str) -> None:
    models.set_checked(session, version_id, error=error)


register(Task.CHECK_MODEL, Family(begin=_begin, work=_work, fail=_fail))
