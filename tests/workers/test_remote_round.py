"""A round whose completions a sampling server draws, which the environment alone names."""

from collections.abc import Iterator

import pytest
from sqlalchemy import Engine

from app.db import transaction
from app.models import Round, RoundStatus
from app.services import rounds
from app.settings import Settings, get_settings
from app.tasks import Task
from tests.learning.completion_servers import Scripted, like_vllm, scripted_server
from tests.workers import loop
from workers import convert
from workers.checkpoints import cached_policy
from workers.learning.errors import SamplingServerError
from workers.learning.policy import encode_prompt
from workers.learning.token_scores import token_scores
from workers.sandbox.paths import MODEL


@pytest.fixture
def server(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> Iterator[Scripted]:
    """Serves the sandbox model as vLLM would."""
    with scripted_server(like_vllm(cached_policy(str(MODEL)))) as scripted:
        monkeypatch.setenv("TIEBREAK_SAMPLING_URL", scripted.url)
        monkeypatch.setenv("TIEBREAK_SAMPLING_KEY", "the key")
        get_settings.cache_clear()
        yield scripted
    monkeypatch.undo()
    get_settings.cache_clear()


def test_a_round_is_sampled_by_the_server_and_stores_what_it_drew(server: Scripted) -> None:
    small = loop.make_loop(train=24)
    asked_before = len(server.requests)

    round_id = loop.open_round(small)

    policy = cached_policy(str(MODEL))
    requests = server.requests[asked_before:]
    assert {body["model"] for body in requests} == {str(MODEL)}
    assert server.headers[-1]["Authorization"] == "Bearer the key"
    with transaction() as session:
        completions = loop.completions_of(session, round_id)
        prompts = {tuple(body["prompt"]) for body in requests}
        assert len(completions) == loop.ROUND.samples_per_prompt * len(requests) > 0
        for row in completions[:4]:
            prompt_ids = encode_prompt(policy, row.prompt.content)
            assert prompt_ids in prompts
            assert row.token_ids is not None
            [scores] = token_scores(policy, [(prompt_ids, row.token_ids)])
            assert row.token_logprobs == pytest.approx(scores.logprobs, abs=1e-3)


def test_a_server_of_another_model_fails_the_round_and_says_why(
    server: Scripted, monkeypatch: pytest.MonkeyPatch
) -> None:
    small = loop.make_loop(train=24)
    wrong = like_vllm(cached_policy(str(MODEL)), shift=0.5)
    with scripted_server(wrong) as other:
        monkeypatch.setenv("TIEBREAK_SAMPLING_URL", other.url)
        get_settings.cache_clear()
        with transaction() as session:
            round_id = rounds.start_round(session, small.project_id, None, actor=small.actor).id

        with pytest.raises(SamplingServerError):
            loop.run(Task.SAMPLE, round_id)

    with transaction() as session:
        row = session.get_one(Round, round_id)
        assert row.status is RoundStatus.FAILED
        assert "serves another model" in (row.error or "")


@pytest.mark.unit
def test_sampling_server_is_none_unless_the_operator_names_one() -> None:
    assert convert.sampling_server(Settings(sampling_url=None), "/models/a") is None

    named = convert.sampling_server(
        Settings.model_validate({"sampling_url": "http://gpu:8000/v1", "sampling_model": "policy"}), "/models/a"
    )

    assert named is not None
    assert (named.base_url, named.model, named.key) == ("http://gpu:8000/v1", "policy", None)
