"""Sampling: the recorded numbers are those of a fresh forward pass, the draws follow the model's distribution, and
neither depends on the batch."""

import math
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import torch

from tests.learning.conftest import build_llama
from workers.learning.errors import ModelError, NumericalError, PromptError
from workers.learning.logprobs import completion_logprobs
from workers.learning.policy import Policy, decode, encode_prompt
from workers.learning.sampling import Sample, SamplingConfig, sample
from workers.learning.token_scores import token_scores

pytestmark = pytest.mark.unit

TEXTS = ("The film was", "Oh", "Never in all my life have I", "She said that the", "A", "It rained and the dog")


def with_many_ends(policy: Policy) -> Policy:
    """Six tokens end a text, so that some samples stop early and others are cut."""
    return replace(policy, eos_ids=(259, 10, 40, 80, 120, 200))


def draw(policy: Policy, config: SamplingConfig, texts: Sequence[str] = TEXTS) -> list[list[Sample]]:
    """The samples of each text; a text's seed comes from the text alone."""
    ids = [encode_prompt(policy, text) for text in texts]
    drawn = dict(sample(policy, ids, config, seeds=[sum(text.encode()) for text in texts]))
    assert sorted(drawn) == list(range(len(texts)))
    return [drawn[i] for i in range(len(texts))]


@pytest.mark.parametrize("temperature", [1.0, 0.7])
def test_sample_records_the_logprobs_of_a_fresh_forward_pass(policy: Policy, temperature: float) -> None:
    policy = with_many_ends(policy)
    drawn = draw(policy, SamplingConfig(samples=5, max_new_tokens=20, temperature=temperature))

    rows = [
        (encode_prompt(policy, text), s.token_ids) for text, samples in zip(TEXTS, drawn, strict=True) for s in samples
    ]
    fresh = completion_logprobs(policy.model, rows, pad_id=policy.pad_id, device=policy.device)

    assert [s.logprob for samples in drawn for s in samples] == pytest.approx(fresh, abs=1e-4)


def test_sample_records_the_exact_entropies_along_the_draw(policy: Policy) -> None:
    [[first, _]] = draw(policy, SamplingConfig(samples=2, max_new_tokens=12, temperature=0.7), ["The film"])
    prompt = encode_prompt(policy, "The film")

    with torch.no_grad():
        logits = policy.model(torch.tensor([[*prompt, *first.token_ids]])).logits[0, len(prompt) - 1 : -1]
    logprobs = torch.log_softmax(logits.double(), -1)

    assert first.entropy == pytest.approx(float(-(logprobs.exp() * logprobs).sum()), abs=1e-4)


def test_sample_ends_at_the_first_end_token_or_at_the_limit(policy: Policy) -> None:
    policy = with_many_ends(policy)
    samples = [s for group in draw(policy, SamplingConfig(samples=30, max_new_tokens=20)) for s in group]

    stopped = [s for s in samples if s.finish_reason == "stop"]
    cut = [s for s in samples if s.finish_reason == "length"]
    assert len(stopped) > 20
    assert len(cut) > 20
    for s in stopped:
        assert s.token_ids[-1] in policy.eos_ids
        assert not set(s.token_ids[:-1]) & set(policy.eos_ids)
    for s in cut:
        assert len(s.token_ids) == 20
        assert not set(s.token_ids) & set(policy.eos_ids)
    for s in samples:
        assert len(s.token_logprobs) == len(s.token_ids)
        assert s.text == decode(policy, s.token_ids)


@pytest.mark.parametrize("batch_tokens", [1, 500, 3000])
def test_sample_draws_do_not_depend_on_the_batch(policy: Policy, batch_tokens: int) -> None:
    policy = with_many_ends(policy)
    config = SamplingConfig(samples=4, max_new_tokens=16)
    together = draw(policy, config)

    apart = draw(policy, replace(config, batch_tokens=batch_tokens), TEXTS[::-1])[::-1]

    for one, other in zip(together, apart, strict=True):
        assert [s.token_ids for s in one] == [s.token_ids for s in other]
        assert [s.finish_reason for s in one] == [s.finish_reason for s in other]
        assert [s.logprob for s in one] == pytest.approx([s.logprob for s in other], abs=1e-4)
        assert [s.entropy for s in one] == pytest.approx([s.entropy for s in other], abs=1e-4)


@pytest.mark.parametrize(
    ("temperature", "top_k", "top_p"), [(1.0, 0, 1.0), (0.7, 0, 1.0), (1.0, 12, 1.0), (1.0, 0, 0.8)]
)
def test_sample_follows_the_distribution_of_the_model(
    llama: Policy, temperature: float, top_k: int, top_p: float
) -> None:
    prompt = encode_prompt(llama, "The film")
    config = SamplingConfig(
        samples=20_000, max_new_tokens=1, temperature=temperature, top_k=top_k, top_p=top_p, batch_tokens=10**9
    )

    [(_, drawn)] = sample(llama, [prompt], config, seeds=[11])

    with torch.no_grad():
        logits = llama.model(torch.tensor([prompt])).logits[0, -1].double()
    expected = reference_distribution((logits / temperature).softmax(-1).numpy(), top_k, top_p)
    counts = Counter(s.token_ids[0] for s in drawn)
    assert set(counts) <= set(np.flatnonzero(expected))
    assert chi_square_excess([counts[i] for i in range(len(expected))], expected * 20_000) < 4


def reference_distribution(probs: np.ndarray, top_k: int, top_p: float) -> np.ndarray:
    """Top-k or nucleus filtering, token by token."""
    kept, total = np.zeros_like(probs), 0.0
    for rank, token in enumerate(np.argsort(-probs)):
        if (top_k and rank >= top_k) or total >= top_p:
            break
        kept[token] = probs[token]
        total += probs[token]
    filtered: np.ndarray = kept / kept.sum()
    return filtered


def chi_square_excess(observed: Sequence[int], expected: np.ndarray) -> float:
    """How many standard deviations chi-square is above its mean, cells under 10 pooled."""
    large = expected >= 10
    counts = np.asarray(observed, dtype=float)
    cells = [(o, e) for o, e in zip(counts[large], expected[large], strict=True)]
    if expected[~large].sum() > 0:
        cells.append((counts[~large].sum(), expected[~large].sum()))
    freedom = len(cells) - 1
    assert freedom > 5
    statistic = sum((o - e) ** 2 / e for o, e in cells)
    return float((statistic - freedom) / math.sqrt(2 * freedom))


def test_sample_many_prompts_at_once_equals_one_at_a_time_for_every_seed(llama: Policy) -> None:
    ids = [encode_prompt(llama, text) for text in TEXTS]
    config = SamplingConfig(samples=2, max_new_tokens=5)

    same = dict(sample(llama, [ids[0]] * 3, config, seeds=[1, 1, 2]))

    assert [s.token_ids for s in same[0]] == [s.token_ids for s in same[1]]
    assert [s.token_ids for s in same[0]] != [s.token_ids for s in same[2]]


def test_sample_clips_new_tokens_to_the_room_left(llama: Policy) -> None:
    prompts = [(5,) * 90, (5,) * 95]

    drawn = dict(sample(llama, prompts, SamplingConfig(samples=8, max_new_tokens=20), seeds=[1, 2]))

    assert max(len(s.token_ids) for s in drawn[0]) == 6
    assert {len(s.token_ids) for s in drawn[1]} == {1}


def test_sample_at_the_end_of_the_context_beside_longer_runs_is_that_of_the_prompt_alone(policy: Policy) -> None:
    config = SamplingConfig(samples=1, max_new_tokens=20, batch_tokens=10**6)
    prompts = [(5,) * 95, *((i,) * 60 for i in range(1, 9))]

    together = dict(sample(policy, prompts, config, seeds=range(9)))

    for index, prompt in enumerate(prompts):
        [(_, [alone])] = sample(policy, [prompt], config, seeds=[index])
        assert together[index][0].token_ids == alone.token_ids


def test_sample_prompt_without_room_is_refused_before_anything_runs(llama: Policy) -> None:
    with pytest.raises(PromptError, match="Prompt 1 has 96 tokens"):
        sample(llama, [(1,), (5,) * 96], SamplingConfig(samples=1, max_new_tokens=1), seeds=[0, 0])


def test_sample_empty_prompt_is_refused(llama: Policy) -> None:
    with pytest.raises(PromptError, match="Prompt 0 is empty"):
        sample(llama, [()], SamplingConfig(samples=1, max_new_tokens=1), seeds=[0])


@pytest.mark.parametrize("token", [-1, 264])
def test_sample_prompt_with_a_foreign_token_is_refused(llama: Policy, token: int) -> None:
    with pytest.raises(PromptError, match="Prompt 1 has a token id outside the model's vocabulary of 264"):
        sample(llama, [(1,), (token,)], SamplingConfig(samples=1, max_new_tokens=1), seeds=[0, 0])


def test_sample_non_finite_logits_name_the_prompt() -> None:
    model = build_llama().eval()
    with torch.no_grad():
        model.model.embed_tokens.weight[77] = float("nan")
        model.lm_head.weight = torch.nn.Parameter(build_llama().lm_head.weight.detach())
    policy = Policy(model, None, torch.device("cpu"), 96, (259,), 260, False, "broken")

    with pytest.raises(NumericalError, match="logits for prompt 1 are not finite"):
        list(sample(policy, [(1, 2), (77,)], SamplingConfig(samples=2, max_new_tokens=3), seeds=[0, 0]))


def test_sample_no_prompts_gives_nothing(llama: Policy) -> None:
    assert list(sample(llama, [], SamplingConfig(samples=1, max_new_tokens=1), seeds=[])) == []


def text_of(policy: Policy, token_ids: Sequence[int], prompt: str) -> str:
    return decode(policy, token_ids, prompt_ids=encode_prompt(policy, prompt))


def test_sample_ends_where_its_text_first_contains_a_stop_string(policy: Policy) -> None:
    policy = with_many_ends(policy)
    config = SamplingConfig(samples=30, max_new_tokens=24)
    free = draw(policy, config)
    # Strings that really occur. Bytes that are no text yet may still change; plain letters do not.
    seen = re.findall(r"[!-~]{2,}", " ".join(s.text for group in free for s in group))
    stop = (seen[0][:2], max(seen, key=len)[:3], seen[-1][:2])

    ended = draw(policy, replace(config, stop=stop))

    hits = 0
    for text, group, other in zip(TEXTS, free, ended, strict=True):
        for whole, short in zip(group, other, strict=True):
            # The same draw, token by token, up to the stop string.
            assert whole.token_ids[: len(short.token_ids)] == short.token_ids
            assert not any(string in short.text for string in stop)
            if not any(string in whole.text for string in stop):
                assert (short.token_ids, short.text) == (whole.token_ids, whole.text)
                assert short.finish_reason == whole.finish_reason
                continue
            hits += 1
            assert short.finish_reason == "stop"
            assert any(string in text_of(policy, short.token_ids, text) for string in stop)
            assert not any(string in text_of(policy, short.token_ids[:-1], text) for string in stop)
            assert short.text == whole.text[: len(short.text)]
            assert short.logprob == pytest.approx(sum(whole.token_logprobs[: len(short.token_ids)]), abs=1e-4)
    assert hits >= 2


def test_sample_stop_string_across_tokens_far_into_a_long_completion_is_found(llama: Policy) -> None:
    """Longer than the tail that is decoded at each step."""
    [free] = draw(llama, SamplingConfig(samples=1, max_new_tokens=80), ["Oh"])
    whole = free[0].text
    pairs = [found.group() for found in re.finditer(r"[!-~]{2}", whole) if found.start() > 40]
    stop = next(pair for pair in pairs if whole.find(pair) > 40)

    [[short]] = draw(llama, SamplingConfig(samples=1, max_new_tokens=80, stop=(stop,)), ["Oh"])

    assert short.text == whole[: whole.find(stop)]
    assert len(short.token_ids) > 30


@pytest.mark.parametrize(
    "changed",
    [
        {"samples": 0},
        {"temperature": 0.0},
        {"top_p": 0.0},
        {"top_p": 1.1},
        {"top_k": -1},
        {"max_new_tokens": 0},
        {"stop": ("a", "")},
    ],
)
def test_sampling_config_out_of_range_is_refused(changed: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"must|needs"):
        SamplingConfig(**{"samples": 1, "max_new_tokens": 1, **changed})


def test_sample_from_mixed_dtypes_names_the_weights(llama: Policy) -> None:
    model = build_llama().eval()
    model.model.layers[1].mlp.to(torch.bfloat16)

    with pytest.raises(ModelError, match=r"mixes dtypes .* is float32, .*mlp.* is bfloat16"):
        list(sample(replace(llama, model=model), [(1, 2)], SamplingConfig(samples=2, max_new_tokens=3), seeds=[0]))
    with pytest.raises(ModelError, match=r"mixes dtypes .* is float32, .*mlp.* is bfloat16"):
        token_scores(replace(llama, model=model), [((1, 2), (3,))])
