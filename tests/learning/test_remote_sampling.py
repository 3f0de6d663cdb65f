"""Sampling by a server: what it gives is kept, what it leaves out is computed, and every failure has its name."""

import math
import threading
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

import pytest
import torch

from tests.learning.completion_servers import Answer, Scripted, like_vllm, scripted_server
from tests.learning.conftest import build_llama
from workers.learning.completion_server import SamplingServer
from workers.learning.errors import NumericalError, PromptError, SamplingServerError
from workers.learning.policy import Policy, decode, encode_prompt
from workers.learning.remote_sampling import sample_remotely
from workers.learning.sampling import Sample, SamplingConfig, sample
from workers.learning.token_scores import token_scores

pytestmark = pytest.mark.unit

TEXTS = ("The film was", "Oh", "Never in all my life")
CONFIG = SamplingConfig(samples=3, max_new_tokens=8)


def text_choice(text: str, reason: str = "stop", **more: Any) -> Answer:
    return Answer({"choices": [{"index": 0, "text": text, "finish_reason": reason, **more}]})


def draw(
    policy: Policy,
    server: Scripted,
    config: SamplingConfig = CONFIG,
    texts: Sequence[str] = TEXTS,
    *,
    exact_entropies: bool = True,
    **settings: Any,
) -> list[list[Sample]]:
    ids = [encode_prompt(policy, text) for text in texts]
    asked = SamplingServer(server.url, "policy", backoff_seconds=0.001, **settings)
    drawn = dict(
        sample_remotely(policy, ids, config, seeds=range(len(texts)), server=asked, exact_entropies=exact_entropies)
    )
    assert sorted(drawn) == list(range(len(texts)))
    return [drawn[index] for index in range(len(texts))]


def test_remote_samples_are_those_the_server_drew_with_its_logprobs(llama: Policy) -> None:
    with scripted_server(like_vllm(llama, shift=0.01)) as server:
        drawn = draw(llama, server)

    for text, samples in zip(TEXTS, drawn, strict=True):
        [request] = [body for body in server.requests if tuple(body["prompt"]) == encode_prompt(llama, text)]
        [(_, expected)] = sample(llama, [encode_prompt(llama, text)], CONFIG, seeds=[request["seed"]])
        assert [s.token_ids for s in samples] == [s.token_ids for s in expected]
        assert [(s.text, s.finish_reason) for s in samples] == [(s.text, s.finish_reason) for s in expected]
        for one, other in zip(samples, expected, strict=True):
            # The server's numbers, not those of the policy.
            assert one.token_logprobs == pytest.approx([value + 0.01 for value in other.token_logprobs], abs=1e-6)
            assert one.entropy == pytest.approx(other.entropy, abs=1e-3)
    assert len({body["seed"] for body in server.requests}) == 3


def test_remote_request_says_everything_that_a_models_settings_could_change(llama: Policy) -> None:
    config = SamplingConfig(samples=2, max_new_tokens=200, temperature=0.7, top_p=0.9, top_k=5)

    with scripted_server(like_vllm(llama)) as server:
        draw(llama, server, config, ["Oh"], key="secret")

    [request] = server.requests
    ids = list(encode_prompt(llama, "Oh"))
    wanted = {"temperature": 0.7, "top_p": 0.9, "top_k": 5, "min_p": 0.0, "repetition_penalty": 1.0, "n": 2}
    assert request.items() >= {**wanted, "prompt": ids, "model": "policy", "return_token_ids": True}.items()
    # No more than the context has room for.
    assert request["max_tokens"] == 96 - len(ids)
    assert server.headers[0]["Authorization"] == "Bearer secret"


def test_remote_entropies_that_nobody_asks_for_cost_nothing_and_are_nan(llama: Policy) -> None:
    texts = [f"A {word}" for word in ("cat", "dog", "day", "man")]

    with scripted_server(like_vllm(llama)) as server:
        drawn = draw(llama, server, texts=texts, exact_entropies=False)

    # The first two were compared with the policy, which gives entropies besides.
    assert sum(all(math.isnan(s.entropy) for s in group) for group in drawn) == 2
    assert all(math.isfinite(s.logprob) for group in drawn for s in group)


def test_remote_server_with_fewer_choices_than_asked_is_asked_again(llama: Policy) -> None:
    config = SamplingConfig(samples=5, max_new_tokens=6)

    with scripted_server(like_vllm(llama, most=2)) as server:
        [samples] = draw(llama, server, config, ["Oh"])

    assert [body["n"] for body in server.requests] == [5, 3, 1]
    assert len({body["seed"] for body in server.requests}) == 3
    assert len(samples) == 5
    assert len({s.token_ids for s in samples}) > 3


def test_remote_server_that_takes_only_text_gets_text_and_the_policy_fills_in(llama: Policy) -> None:
    def answer(body: dict[str, Any], _: int) -> Answer:
        unknown = set(body) & {"top_k", "generation_config", "return_token_ids"}
        if unknown or not isinstance(body["prompt"], str):
            return Answer({"detail": f"Unexpected fields: {unknown}"}, 422)
        return text_choice(" the end", "stop" if body["prompt"] == "Oh" else "length")

    with scripted_server(answer) as server:
        [first, second] = draw(llama, server, SamplingConfig(samples=1, max_new_tokens=8), ["Oh", "The film was"])

    assert first[0].token_ids == (*encode_prompt(llama, " the end"), llama.eos_ids[0])
    assert second[0].token_ids == encode_prompt(llama, " the end")
    assert (first[0].finish_reason, second[0].finish_reason) == ("stop", "length")
    for text, [one] in zip(("Oh", "The film was"), (first, second), strict=True):
        [scores] = token_scores(llama, [(encode_prompt(llama, text), one.token_ids)])
        assert one.token_logprobs == scores.logprobs
        assert one.entropy == scores.entropy
        assert one.text == " the end"


def test_remote_wording_is_settled_once(llama: Policy) -> None:
    def answer(body: dict[str, Any], _: int) -> Answer:
        return text_choice("x") if isinstance(body["prompt"], str) else Answer("prompt must be a string", 400)

    with scripted_server(answer) as server:
        draw(llama, server, SamplingConfig(samples=1, max_new_tokens=2), ["a", "b", "c", "d"], concurrency=1)

    assert [isinstance(body["prompt"], str) for body in server.requests] == [False, True, True, True, True]


@pytest.mark.parametrize("logprobs", [None, {"token_logprobs": [-1.0]}, {"token_logprobs": [-1.0, None]}, {}])
def test_remote_logprobs_that_are_not_complete_are_computed(llama: Policy, logprobs: Any) -> None:
    answer = text_choice("ab", "length", token_ids=[65, 66], logprobs=logprobs)

    with scripted_server(lambda _body, _count: answer) as server:
        [[one]] = draw(llama, server, SamplingConfig(samples=1, max_new_tokens=2), ["Oh"])

    [scores] = token_scores(llama, [(encode_prompt(llama, "Oh"), (65, 66))])
    assert one.token_logprobs == scores.logprobs


def test_remote_stop_string_cuts_as_in_local_sampling(llama: Policy) -> None:
    ids = encode_prompt(llama, "go on. And more")
    answer = text_choice("go on. And more", "length", token_ids=list(ids))
    config = SamplingConfig(samples=1, max_new_tokens=20, stop=(". A",))

    with scripted_server(lambda _body, _count: answer) as server:
        [[one]] = draw(llama, server, config, ["Oh"])

    assert server.requests[0]["stop"] == [". A"]
    assert one.text == "go on"
    assert one.finish_reason == "stop"
    assert decode(llama, one.token_ids) == "go on. A"
    assert len(one.token_logprobs) == len(one.token_ids)


def test_remote_server_of_another_model_is_refused(llama: Policy) -> None:
    other = build_llama(seed=1).eval()
    served = Policy(other, llama.tokenizer, torch.device("cpu"), 96, llama.eos_ids, llama.pad_id, False, "other")

    with scripted_server(like_vllm(served)) as server, pytest.raises(SamplingServerError, match="serves another model"):
        draw(llama, server)


def test_remote_tokens_outside_the_vocabulary_are_refused(llama: Policy) -> None:
    answer = text_choice("ab", "length", token_ids=[65, 4000])

    with (
        scripted_server(lambda _body, _count: answer) as server,
        pytest.raises(SamplingServerError, match="a token 4000, but the model's vocabulary has 264"),
    ):
        draw(llama, server)


def test_remote_nan_logprobs_name_the_prompt(llama: Policy) -> None:
    answer = text_choice("a", "length", token_ids=[65], logprobs={"token_logprobs": [math.nan]})

    with (
        scripted_server(lambda _body, _count: answer) as server,
        pytest.raises(NumericalError, match="for prompt 0 are not finite"),
    ):
        draw(llama, server, SamplingConfig(samples=1, max_new_tokens=1), ["Oh"])


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (Answer("<html>welcome</html>"), r"something other than JSON \(<html>welcome</html>\)"),
        (Answer({"object": "list"}), "has no list of choices"),
        (Answer({"choices": []}), "returned no completion"),
        (Answer({"choices": [{"text": None, "finish_reason": "stop"}]}), "has no text"),
        (Answer({"choices": [{"text": "a", "finish_reason": "tool_calls"}]}), "ended for an unknown reason"),
        (Answer({"choices": [{"text": "", "finish_reason": "length"}]}), "of prompt 0 is empty"),
        (Answer({"error": "no model policy"}, 404), "no model policy.*serves a model named policy"),
        (Answer({"error": "bad key"}, 401), "bad key.*the right key"),
        (Answer({"error": "maximum length is 12"}, 400), "400.*maximum length is 12"),
    ],
)
def test_remote_answer_that_is_none_is_an_error_that_says_what_to_do(llama: Policy, answer: Answer, said: str) -> None:
    with scripted_server(lambda _body, _count: answer) as server, pytest.raises(SamplingServerError, match=said):
        draw(llama, server, SamplingConfig(samples=1, max_new_tokens=2), ["Oh"])


def test_remote_failures_of_a_moment_are_tried_again(llama: Policy) -> None:
    good = like_vllm(llama)
    bad = {0: Answer("busy", 429, {"Retry-After": "0.4"}), 1: Answer("oops", 500), 2: Answer("later", 503)}

    with scripted_server(lambda body, count: bad.get(count) or good(body, count)) as server:
        [samples] = draw(llama, server, texts=["Oh"])

    assert len(samples) == 3
    assert len(server.requests) == 4
    # The same request, no earlier than the server asked for.
    assert all(body == server.requests[0] for body in server.requests)
    assert server.times[1] - server.times[0] >= 0.4


def test_remote_retry_after_that_is_no_number_is_not_obeyed(llama: Policy) -> None:
    good = like_vllm(llama)

    with scripted_server(
        lambda body, count: good(body, count) if count else Answer("busy", 429, {"Retry-After": "\N{SUPERSCRIPT TWO}"})
    ) as server:
        draw(llama, server, texts=["Oh"])

    assert len(server.requests) == 2


def test_remote_answer_that_cannot_be_unpacked_is_an_error(llama: Policy) -> None:
    with (
        scripted_server(lambda _body, _count: Answer("no gzip", 200, {"Content-Encoding": "gzip"})) as server,
        pytest.raises(SamplingServerError, match="cannot be unpacked"),
    ):
        draw(llama, server, texts=["Oh"])


def test_remote_retry_after_may_be_a_date(llama: Policy) -> None:
    good = like_vllm(llama)
    # A date has whole seconds: at least one of the two remains.
    date = format_datetime(datetime.now(UTC) + timedelta(seconds=2), usegmt=True)
    started = datetime.now(UTC)

    with scripted_server(
        lambda body, count: good(body, count) if count else Answer("busy", 429, {"Retry-After": date})
    ) as server:
        draw(llama, server, texts=["Oh"])

    assert datetime.now(UTC) - started >= timedelta(seconds=1)


def test_remote_server_that_stays_broken_is_an_error_after_the_attempts(llama: Policy) -> None:
    with (
        scripted_server(lambda _body, _count: Answer("out of memory", 500)) as server,
        pytest.raises(SamplingServerError, match=r"answered 500 \(out of memory\), 3 times: see that it runs"),
    ):
        draw(llama, server, texts=["Oh"], attempts=3)

    assert len(server.requests) == 3


def test_remote_server_that_does_not_answer_in_time_is_tried_again_then_an_error(llama: Policy) -> None:
    with (
        scripted_server(lambda _body, _count: None) as server,
        pytest.raises(SamplingServerError, match=r"did not answer within 0\.2 s, 2 times"),
    ):
        draw(llama, server, texts=["Oh"], attempts=2, timeout_seconds=0.2)

    assert len(server.requests) == 2


def test_remote_server_that_is_not_there_is_an_error(llama: Policy) -> None:
    with scripted_server(lambda _body, _count: None) as server:
        pass

    with pytest.raises(SamplingServerError, match=r"cannot be reached .*, 2 times"):
        draw(llama, server, texts=["Oh"], attempts=2)


def test_remote_first_error_ends_the_asking(llama: Policy) -> None:
    good = like_vllm(llama)
    texts = [f"{index}" for index in range(40)]

    with (
        scripted_server(lambda body, count: Answer("gone", 404) if count == 3 else good(body, count)) as server,
        pytest.raises(SamplingServerError, match="gone"),
    ):
        draw(llama, server, texts=texts, concurrency=2)

    assert len(server.requests) < 30


def test_remote_requests_are_spaced_by_the_rate_limit(llama: Policy) -> None:
    with scripted_server(like_vllm(llama)) as server:
        draw(llama, server, texts=[f"{index}" for index in range(6)], requests_per_minute=600)

    assert server.times[-1] - server.times[0] >= 0.45


def test_remote_requests_in_flight_are_bounded(llama: Policy) -> None:
    good, running, most = like_vllm(llama), 0, 0
    lock = threading.Lock()

    def answer(body: dict[str, Any], count: int) -> Answer:
        nonlocal running, most
        with lock:
            running += 1
            most = max(most, running)
        given = good(body, count)
        with lock:
            running -= 1
        return given

    with scripted_server(answer) as server:
        draw(llama, server, texts=[f"{index}" for index in range(20)], concurrency=3)

    assert 1 <= most <= 3


def test_remote_top_k_is_never_dropped(llama: Policy) -> None:
    """A server that knows neither top_k nor a generation_config."""

    def answer(body: dict[str, Any], _: int) -> Answer:
        return Answer("unknown field", 400) if {"top_k", "generation_config"} & set(body) else text_choice("a")

    config = SamplingConfig(samples=1, max_new_tokens=2, top_k=4)
    with (
        scripted_server(answer) as server,
        pytest.raises(SamplingServerError, match=r"no request with top_k 4 \(it said: unknown field"),
    ):
        draw(llama, server, config, ["Oh"])


def test_remote_prompt_without_room_is_refused_before_the_server_is_asked(llama: Policy) -> None:
    server = SamplingServer("http://127.0.0.1:9/v1", "policy")

    with pytest.raises(PromptError, match="Prompt 1 has 96 tokens"):
        sample_remotely(llama, [(1,), (5,) * 96], CONFIG, seeds=[0, 0], server=server)


@pytest.mark.parametrize(
    "changed", [{"base_url": "localhost:8000"}, {"concurrency": 0}, {"requests_per_minute": 0}, {"attempts": 0}]
)
def test_sampling_server_out_of_range_is_refused(changed: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="must"):
        SamplingServer(**{"base_url": "http://host/v1", "model": "policy", **changed})


def test_sampling_server_does_not_print_its_key() -> None:
    assert "secret" not in repr(SamplingServer("http://host/v1", "policy", key="secret"))
