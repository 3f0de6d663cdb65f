"""The playground's task on the sandbox model, in this process, on the real database."""

from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import Engine

from app.db import transaction
from app.models import Project, RunStatus, Sampling
from app.schemas import SamplingCreate
from app.services import playground
from app.services.audit import SYSTEM
from app.tasks import Task
from tests.workers import loop
from workers import playground as playground_tasks
from workers.learning.errors import PromptError

FAMILY = playground_tasks
"""Importing the family registers it."""


def ask(small: loop.Loop, content: Any, **config: Any) -> UUID:
    with transaction() as session:
        version = session.get_one(Project, small.project_id).reference_version_id
        body = {"left_version_id": version, "right_version_id": version, "content": content, "config": config}
        return playground.start_sampling(
            session, small.project_id, SamplingCreate.model_validate(body), actor=SYSTEM
        ).id


def after_running(sampling_id: UUID) -> Sampling:
    loop.run(Task.PLAY, sampling_id)
    with transaction() as session:
        return session.get_one(Sampling, sampling_id)


def test_both_models_answer_a_chat_and_a_text_and_equal_models_answer_alike(engine: Engine) -> None:
    small = loop.make_loop(train=1, evals=1)
    for content in ([{"role": "user", "content": "How do I descale a kettle?"}], "Once upon a time"):
        row = after_running(ask(small, content, samples=2, max_new_tokens=12))
        assert row.status is RunStatus.SUCCEEDED, row.error
        assert (row.done, row.total) == (2, 2)
        assert len(row.results["left"]) == 2
        assert row.results["left"] == row.results["right"]
        assert all(1 <= one["tokens"] <= 12 for one in row.results["left"])


def test_a_prompt_that_does_not_fit_the_model_fails_with_the_reason(engine: Engine) -> None:
    small = loop.make_loop(train=1, evals=1)

    asked = ask(small, "word " * 20_000)
    with pytest.raises(PromptError):
        loop.run(Task.PLAY, asked)

    with transaction() as session:
        row = session.get_one(Sampling, asked)
    assert row.status is RunStatus.FAILED
    assert "context" in (row.error or "")


def test_a_message_that_comes_twice_changes_nothing_and_one_of_a_deleted_row_is_harmless(engine: Engine) -> None:
    small = loop.make_loop(train=1, evals=1)
    done = after_running(ask(small, "Once", max_new_tokens=4))
    again = after_running(done.id)
    assert (again.attempt, again.results) == (done.attempt, done.results)
    gone = ask(small, "Once", max_new_tokens=4)
    with transaction() as session:
        playground.delete_sampling(session, gone, actor=SYSTEM)
    loop.run(Task.PLAY, gone)
