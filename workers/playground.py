"""Answers a prompt of the playground with two models, one after the other. Knows nothing of rounds or labels."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from app.db import transaction
from app.models import ModelVersion, Sampling
from app.schemas import SamplingSettings
from app.services import playground
from app.tasks import Task
from workers import convert
from workers.celery_app import Family, Superseded, register
from workers.checkpoints import cached_policy, derive_seed
from workers.learning.errors import PromptError
from workers.learning.sampling import Sample, sample
from workers.pulse import Pulse


def _begin(session: Session, sampling_id: UUID) -> int | None:
    row = playground.begin_sampling(session, sampling_id)
    return row.attempt if row else None


def _work(sampling_id: UUID, attempt: int) -> None:
    with transaction() as session:
        row = session.get(Sampling, sampling_id)
        if row is None:
            raise Superseded
        versions = [session.get_one(ModelVersion, one) for one in (row.left_version_id, row.right_version_id)]
        sources = [version.source for version in versions]
    config = SamplingSettings.model_validate(row.config)
    answers: list[list[dict[str, Any]]] = []
    with Pulse(Sampling, sampling_id, attempt) as pulse:
        for source in sources:
            pulse.progress(len(answers), len(sources))
            answers.append([_shown(one) for one in _answer(source, row.content, config)])
        pulse.progress(len(answers), len(sources))
    left, right = answers
    with transaction() as session:
        if not playground.finish_sampling(session, sampling_id, attempt, {"left": left, "right": right}):
            raise Superseded


def _answer(source: str, content: Any, config: SamplingSettings) -> Sequence[Sample]:
    """The model's answers. Both models draw from the same seed: equal models answer alike."""
    policy = cached_policy(source)
    token_ids, problem = convert.fitting_prompt(policy, content)
    if problem:
        raise PromptError(problem)
    drawn = sample(policy, [token_ids], convert.playground_sampling(config), seeds=[derive_seed(config.seed, "play")])
    return next(samples for _, samples in drawn)


def _shown(one: Sample) -> dict[str, Any]:
    return {"text": convert.storable(one.text), "tokens": len(one.token_ids), "finish_reason": one.finish_reason}


register(Task.PLAY, Family(begin=_begin, work=_work, fail=playground.fail_sampling))
