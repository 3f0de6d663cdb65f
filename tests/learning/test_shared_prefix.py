"""Shared-prefix rows against separate rows: sums, gradients, and the architectures where they must not be used."""

import logging
from typing import Any

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from transformers import (
    BloomConfig,
    BloomForCausalLM,
    Gemma2Config,
    Gemma2ForCausalLM,
    Gemma3ForCausalLM,
    Gemma3TextConfig,
    GemmaConfig,
    GemmaForCausalLM,
    GPTNeoXConfig,
    GPTNeoXForCausalLM,
    MistralConfig,
    MistralForCausalLM,
    MptConfig,
    MptForCausalLM,
    Qwen2Config,
    Qwen2ForCausalLM,
)

from tests.learning.conftest import build_gpt2, build_llama
from workers.learning.rows import batch_logprobs
from workers.learning.shared_prefix import shared_attention, shared_logprobs, shared_rows_agree

pytestmark = pytest.mark.unit

CPU = torch.device("cpu")
SIZES: dict[str, Any] = {
    "vocab_size": 264,
    "hidden_size": 32,
    "intermediate_size": 48,
    "num_hidden_layers": 2,
    "num_attention_heads": 4,
    "max_position_embeddings": 96,
    "initializer_range": 0.25,
}
GROUPED = {**SIZES, "num_key_value_heads": 2}
ids = st.lists(st.integers(1, 260), min_size=1, max_size=9).map(tuple)


def qwen2() -> Any:
    return Qwen2ForCausalLM(Qwen2Config(**GROUPED))


def gemma() -> Any:
    return GemmaForCausalLM(GemmaConfig(**GROUPED, head_dim=8))


def neox() -> Any:
    return GPTNeoXForCausalLM(GPTNeoXConfig(**SIZES))


def mistral(window: int | None = 16) -> Any:
    return MistralForCausalLM(MistralConfig(**GROUPED, sliding_window=window))


def gemma2() -> Any:
    return Gemma2ForCausalLM(Gemma2Config(**GROUPED, head_dim=8, sliding_window=16))


def gemma3() -> Any:
    return Gemma3ForCausalLM(Gemma3TextConfig(**GROUPED, head_dim=8, sliding_window=16))


def mpt() -> Any:
    return MptForCausalLM(MptConfig(vocab_size=264, d_model=32, n_layers=2, n_heads=4, max_seq_len=96))


def bloom() -> Any:
    return BloomForCausalLM(BloomConfig(vocab_size=264, hidden_size=32, n_layer=2, n_head=4))


def built(make: Any) -> Any:
    torch.manual_seed(0)
    return make().eval()


@pytest.mark.parametrize("make", [build_llama, build_gpt2, qwen2, gemma, neox, lambda: mistral(None)])
def test_shared_rows_agree_where_attention_is_plain(make: Any) -> None:
    assert shared_rows_agree(built(make), device=CPU)


@pytest.mark.parametrize("make", [mistral, gemma2, gemma3, mpt, bloom])
def test_separate_rows_are_used_where_attention_is_not_plain_and_the_log_says_so(
    make: Any, caplog: pytest.LogCaptureFixture
) -> None:
    model = built(make)
    before = model.config._attn_implementation

    with caplog.at_level(logging.WARNING, "workers.learning.shared_prefix"):
        assert not shared_rows_agree(model, device=CPU)

    assert "its own copy of the prompt" in caplog.text
    assert model.config._attn_implementation == before


@pytest.mark.parametrize("make", [build_llama, build_gpt2])
@settings(deadline=None)
@given(rows=st.lists(st.tuples(ids, ids), min_size=1, max_size=6), again=st.integers(0, 5), other=ids)
def test_shared_sums_equal_separate_sums(make: Any, rows: list[Any], again: int, other: tuple[int, ...]) -> None:
    model = built(make)
    # One prompt has a second completion, and one completion appears twice.
    rows = [*rows, (rows[again % len(rows)][0], other), rows[0]]
    with torch.no_grad():
        expected, lengths = batch_logprobs(model, rows, pad_id=0, device=CPU)
        with shared_attention(model):
            sums, shared_lengths = shared_logprobs(model, rows, device=CPU)

    torch.testing.assert_close(sums, expected, atol=1e-3, rtol=0)
    assert shared_lengths.tolist() == lengths.tolist()


@pytest.mark.parametrize("make", [build_llama, build_gpt2, qwen2, gemma, neox])
def test_shared_gradients_equal_separate_gradients(make: Any) -> None:
    rows = [((5, 6, 7, 8), (9, 10)), ((5, 6, 7, 8), (11, 12, 13)), ((3,), (4, 5, 6)), ((5, 6, 7, 8), (1,))]
    separate, shared = built(make), built(make)
    weights = torch.tensor([1.0, -1.0, 0.5, 2.0])

    (weights * batch_logprobs(separate, rows, pad_id=0, device=CPU)[0]).sum().backward()  # type: ignore[no-untyped-call]
    with shared_attention(shared):
        (weights * shared_logprobs(shared, rows, device=CPU)[0]).sum().backward()  # type: ignore[no-untyped-call]

    for (name, one), other in zip(separate.named_parameters(), shared.parameters(), strict=True):
        torch.testing.assert_close(other.grad, one.grad, atol=1e-3, rtol=1e-3, msg=name)


def test_shared_attention_is_taken_off_again_and_plain_calls_stay_causal() -> None:
    model = built(build_llama)
    ids_1_T = torch.tensor([[5, 6, 7, 8]])
    with torch.no_grad():
        expected = model(input_ids=ids_1_T).logits
        with shared_attention(model):
            inside = model(input_ids=ids_1_T).logits
        after = model(input_ids=ids_1_T).logits

    torch.testing.assert_close(inside, expected, atol=1e-4, rtol=0)
    assert torch.equal(after, expected)


def test_many_long_completions_of_a_prompt_have_the_sums_of_separate_rows() -> None:
    """More of them than one attention call takes."""
    model = built(build_llama)
    rows = [((5, 6, 7, 8), tuple(range(start, start + 60))) for start in range(1, 9)]
    with torch.no_grad():
        expected, _ = batch_logprobs(model, rows, pad_id=0, device=CPU)
        with shared_attention(model):
            sums, _ = shared_logprobs(model, rows, device=CPU)

    torch.testing.assert_close(sums, expected, atol=1e-3, rtol=0)


@pytest.mark.parametrize("make", [build_llama, build_gpt2])
def test_shared_rows_agree_in_bf16(make: Any) -> None:
    assert shared_rows_agree(built(make).to(torch.bfloat16), device=CPU)
