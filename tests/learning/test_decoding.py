"""Batching while sampling: which models share a prompt's cache, that prompts join while others run, and that neither
batch nor architecture changes what is drawn."""

import logging
from dataclasses import replace
from typing import Any

import pytest
import torch

from tests.learning.architectures import OTHER, PLAIN, UNDECODABLE, build_policy
from workers.learning.errors import ModelError
from workers.learning.kv_cache import keep_rows
from workers.learning.logprobs import batch_logprobs
from workers.learning.policy import Policy
from workers.learning.sampling import Sample, SamplingConfig, sample
from workers.learning.shared_decoding import sharing_agrees

pytestmark = pytest.mark.unit

CPU = torch.device("cpu")
# Shorter and longer than the sliding windows, of all lengths, so that caches are padded.
PROMPTS = [tuple(range(11 + n, 11 + n + length)) for n, length in enumerate((3, 25, 9, 1, 14, 30, 2, 21, 6, 12))]


def draw(policy: Policy, config: SamplingConfig, prompts: list[tuple[int, ...]] = PROMPTS) -> list[list[Sample]]:
    drawn = dict(sample(policy, prompts, config, seeds=[sum(prompt) for prompt in prompts]))
    assert sorted(drawn) == list(range(len(prompts)))
    return [drawn[index] for index in range(len(prompts))]


def record_shapes(policy: Policy) -> list[tuple[int, int]]:
    """Rows and columns of every forward pass from now on."""
    shapes: list[tuple[int, int]] = []

    def record(_module: Any, _args: Any, named: dict[str, Any]) -> None:
        shapes.append(tuple(named["input_ids"].shape))

    policy.model.register_forward_pre_hook(record, with_kwargs=True)
    return shapes


@pytest.mark.parametrize("name", PLAIN)
def test_sharing_agrees_where_attention_is_plain(name: str) -> None:
    assert sharing_agrees(build_policy(PLAIN[name]).model, CPU)


@pytest.mark.parametrize("name", OTHER)
def test_sharing_is_refused_where_attention_is_not_plain_and_the_log_says_so(
    name: str, caplog: pytest.LogCaptureFixture
) -> None:
    model = build_policy(OTHER[name]).model
    before = model.config._attn_implementation

    with caplog.at_level(logging.INFO, "workers.learning.shared_decoding"):
        assert not sharing_agrees(model, CPU)

    assert "each keep a copy of their prompt" in caplog.text
    assert model.config._attn_implementation == before


@pytest.mark.parametrize("make", [*PLAIN.values(), *OTHER.values()], ids=[*PLAIN, *OTHER])
def test_sample_of_every_architecture_is_that_of_each_prompt_alone(make: Any) -> None:
    policy = build_policy(make)
    config = SamplingConfig(samples=4, max_new_tokens=12, batch_tokens=700)

    together = draw(policy, config)

    for prompt, drawn in zip(PROMPTS, together, strict=True):
        [alone] = draw(policy, config, [prompt])
        assert [s.token_ids for s in drawn] == [s.token_ids for s in alone]
        assert [s.entropy for s in drawn] == pytest.approx([s.entropy for s in alone], abs=1e-3)
    rows = [(prompt, s.token_ids) for prompt, drawn in zip(PROMPTS, together, strict=True) for s in drawn]
    with torch.no_grad():
        fresh, _ = batch_logprobs(policy.model, rows, pad_id=policy.pad_id, device=CPU)
    assert [s.logprob for drawn in together for s in drawn] == pytest.approx(fresh.tolist(), abs=1e-3)


@pytest.mark.parametrize("name", UNDECODABLE)
def test_sample_of_an_architecture_that_cannot_be_decoded_names_it(name: str) -> None:
    policy = build_policy(UNDECODABLE[name])

    with pytest.raises(ModelError, match=f"{type(policy.model).__name__} cannot be sampled"):
        draw(policy, SamplingConfig(samples=1, max_new_tokens=2))


def test_sample_of_a_cache_that_says_something_else_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    policy = build_policy(OTHER["lfm2"])
    monkeypatch.setattr(
        "workers.learning.padded_decoding.keep_rows", lambda cache, rows: keep_rows(cache, rows.flip(0))
    )

    with pytest.raises(ModelError, match="differ by"):
        draw(policy, SamplingConfig(samples=1, max_new_tokens=2))


def test_sample_prompts_join_while_others_run_within_the_budget() -> None:
    policy = build_policy(PLAIN["llama"])
    assert sharing_agrees(policy.model, CPU)
    samples, new_tokens, budget = 4, 40, 900
    shapes = record_shapes(policy)

    drawn = draw(policy, SamplingConfig(samples, new_tokens, batch_tokens=budget))

    joined = 0
    for (before, _), (prompts, columns), (after, _) in zip(shapes, shapes[1:], shapes[2:], strict=False):
        if columns > 1:
            # Some of the new rows may have ended with their first token; those of before are there all the same.
            joined += before > 0 and after > prompts * samples
    assert joined >= 2
    steps = [rows for rows, columns in shapes if columns == 1]
    # Every running row has room for all its tokens, beside at least one column of its prompt.
    assert max(steps) * new_tokens < budget
    # No row is fed after its last token: every token but the last of a completion is fed once.
    one_column_prefills = sum(len(prompt) == 1 for prompt in PROMPTS)
    fed = sum(len(s.token_ids) - 1 for group in drawn for s in group)
    assert fed <= sum(steps) <= fed + one_column_prefills


def test_sample_yields_a_prompt_before_the_last_has_begun() -> None:
    policy = build_policy(PLAIN["llama"])
    assert sharing_agrees(policy.model, CPU)
    shapes = record_shapes(policy)

    stream = sample(policy, PROMPTS, SamplingConfig(4, 10, batch_tokens=300), seeds=range(len(PROMPTS)))
    next(stream)

    begun = sum(rows for rows, columns in shapes if columns > 1)
    assert begun < len(PROMPTS) - 2
    # The model is nobody's but the caller's between two prompts.
    assert policy.model.config._attn_implementation == "sdpa"


def test_sample_one_row_per_prompt_and_many_prompts_equals_each_alone() -> None:
    policy = build_policy(PLAIN["qwen2"])
    config = SamplingConfig(samples=1, max_new_tokens=15, temperature=0.8, batch_tokens=60)

    small = draw(policy, config)
    large = draw(policy, replace(config, batch_tokens=10**6))

    assert [s.token_ids for [s] in small] == [s.token_ids for [s] in large]
