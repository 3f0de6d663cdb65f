"""Sequence log-probs: equal to a plain computation, whatever the batch, the order or the padding."""

import random
from collections.abc import Sequence
from typing import Any

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from transformers import MistralConfig, MistralForCausalLM

from tests.learning.conftest import build_llama
from tests.learning.factories import make_rows, token_ids
from workers.learning.errors import ModelError, NumericalError
from workers.learning.logprobs import completion_logprobs, iter_completion_logprobs, sharing, text_logprobs
from workers.learning.policy import Policy
from workers.learning.rows import Row, batch_logprobs, length_batches, prompt_batches

pytestmark = pytest.mark.unit

CPU = torch.device("cpu")


def score(policy: Policy, rows: list[Row], batch_tokens: int = 8192, pad_id: int | None = None) -> list[float]:
    pad = policy.pad_id if pad_id is None else pad_id
    return completion_logprobs(policy.model, rows, pad_id=pad, device=policy.device, batch_tokens=batch_tokens)


def sibling_rows(prompts: int = 6, samples: int = 5, *, seed: int = 0) -> list[Row]:
    """Rows of several completions per prompt, shuffled; lengths differ."""
    rng = random.Random(seed)
    made: list[Row] = []
    for _ in range(prompts):
        prompt = token_ids(rng, 8, 30)
        made += [(prompt, token_ids(rng, 1, 15)) for _ in range(samples)]
    rng.shuffle(made)
    return made


def plain_logprob(policy: Policy, prompt: Sequence[int], completion: Sequence[int]) -> float:
    """One row, all logits, a loop over tokens: the definition."""
    with torch.no_grad():
        logits = policy.model(torch.tensor([[*prompt, *completion]])).logits[0]
    table = torch.log_softmax(logits.double(), -1)
    return sum(float(table[len(prompt) + i - 1, token]) for i, token in enumerate(completion))


def test_completion_logprobs_equal_the_plain_computation(policy: Policy) -> None:
    rows = make_rows(25)

    values = score(policy, list(rows), batch_tokens=128)

    assert values == pytest.approx([plain_logprob(policy, *row) for row in rows], abs=1e-4)


@pytest.mark.parametrize("batch_tokens", [1, 40, 100, 100_000])
def test_completion_logprobs_do_not_depend_on_batch_size_order_or_pad(policy: Policy, batch_tokens: int) -> None:
    rows = list(make_rows(17))
    expected = score(policy, list(rows))
    order = random.Random(1).sample(range(17), 17)

    values = score(policy, [rows[i] for i in order], batch_tokens=batch_tokens, pad_id=7)

    assert values == pytest.approx([expected[i] for i in order], abs=1e-4)


@pytest.mark.parametrize("batch_tokens", [1, 45, 100, 100_000])
def test_logprobs_of_completions_that_share_a_prompt_are_those_of_separate_rows(
    policy: Policy, batch_tokens: int
) -> None:
    rows = sibling_rows()
    # A completion that appears twice, and a prompt that begins another.
    rows += [rows[3], (rows[0][0][:4], rows[0][1])]

    assert sharing(policy.model, rows, device=CPU)
    values = score(policy, rows, batch_tokens=batch_tokens, pad_id=7)

    assert values == pytest.approx([plain_logprob(policy, *row) for row in rows], abs=1e-4)


@pytest.mark.parametrize("batch_tokens", [4, 30, 100_000])
def test_text_logprobs_are_those_of_all_tokens_after_the_first_whatever_the_pieces(
    policy: Policy, batch_tokens: int
) -> None:
    rng = random.Random(3)
    texts = [token_ids(rng, length, length) for length in (40, 1, 2, 9)]

    values = text_logprobs(
        policy.model, [*texts, ()], pad_id=policy.pad_id, device=policy.device, batch_tokens=batch_tokens
    )

    whole = [plain_logprob(policy, text[:1], text[1:]) for text in texts]
    assert values == pytest.approx([*whole, 0.0], abs=1e-4)
    assert (values[1], values[4]) == (0.0, 0.0)


def test_rows_do_not_share_where_the_architecture_cannot_and_it_is_tried_once(
    caplog: pytest.LogCaptureFixture,
) -> None:
    torch.manual_seed(0)
    sizes: dict[str, Any] = {"vocab_size": 264, "hidden_size": 32, "intermediate_size": 48, "num_hidden_layers": 2}
    config = MistralConfig(
        **sizes, num_attention_heads=4, num_key_value_heads=2, sliding_window=8, initializer_range=0.25
    )
    model = MistralForCausalLM(config).eval()
    rows = sibling_rows()

    values = completion_logprobs(model, rows, pad_id=0, device=CPU)
    again = completion_logprobs(model, rows, pad_id=0, device=CPU)

    # Each row alone has nobody to share with.
    alone = [completion_logprobs(model, [row], pad_id=0, device=CPU)[0] for row in rows]
    assert values == pytest.approx(alone, abs=1e-4)
    assert again == values
    assert caplog.text.count("its own copy of the prompt") == 1


def test_rows_whose_prompts_do_not_repeat_are_not_shared(llama: Policy) -> None:
    rows = [((1, index), (2, 3)) for index in range(1, 9)]

    assert not sharing(llama.model, rows, device=CPU)


def test_between_batches_the_model_attends_as_before(llama: Policy) -> None:
    before = llama.model.config._attn_implementation
    rows = sibling_rows()

    for _ in iter_completion_logprobs(llama.model, rows, pad_id=llama.pad_id, device=CPU, batch_tokens=60):
        assert llama.model.config._attn_implementation == before


def test_iter_completion_logprobs_yields_every_row_once(llama: Policy) -> None:
    rows = list(make_rows(23))

    batches = list(iter_completion_logprobs(llama.model, rows, pad_id=llama.pad_id, device=CPU, batch_tokens=100))

    assert len(batches) > 3
    assert sorted(index for indices, _ in batches for index in indices) == list(range(23))
    assert all(len(indices) == len(values) for indices, values in batches)


@settings(deadline=None, max_examples=60)
@given(st.lists(st.tuples(st.integers(1, 30), st.integers(1, 30)), max_size=40), st.integers(1, 200))
def test_length_batches_hold_every_row_within_the_budget(lengths: list[tuple[int, int]], budget: int) -> None:
    rows = [((1,) * p, (2,) * c) for p, c in lengths]

    batches = list(length_batches(rows, budget, vocabulary=100))

    assert sorted(i for batch in batches for i in batch) == list(range(len(rows)))
    for batch in batches:
        assert len(batch) == 1 or len(batch) * max(sum(lengths[i]) for i in batch) <= budget


def test_length_batches_bound_the_logits_of_a_large_vocabulary() -> None:
    rows = [((1,), (2,) * 100)] * 50

    batches = list(length_batches(rows, 10**9, vocabulary=2**20))

    assert [len(batch) for batch in batches] == [2] * 25


@settings(deadline=None, max_examples=60)
@given(
    st.lists(st.tuples(st.integers(1, 5), st.integers(1, 30)), max_size=40),
    st.integers(1, 200),
    st.sampled_from([2**20, 2**24]),
)
def test_prompt_batches_hold_every_row_within_the_budgets(
    lengths: list[tuple[int, int]], budget: int, vocabulary: int
) -> None:
    """A prompt of length p is the only one of that length, so equal lengths are equal prompts."""
    rows = [((1,) * (9 * p), (2,) * c) for p, c in lengths]

    batches = list(prompt_batches(rows, budget, vocabulary=vocabulary))

    assert sorted(i for batch in batches for i in batch) == list(range(len(rows)))
    for batch in batches:
        prompts = {lengths[i][0] for i in batch}
        completions = sum(lengths[i][1] for i in batch)
        assert len(batch) == 1 or 9 * sum(prompts) + completions <= budget
        assert len(batch) == 1 or completions * vocabulary <= 2**28


def test_prompt_batches_keep_the_rows_of_a_prompt_together_where_a_batch_holds_them() -> None:
    rows = [((prompt,) * 10, (2,) * 5) for prompt in (1, 2, 3) for _ in range(4)]

    batches = list(prompt_batches(rows, 50, vocabulary=100))

    assert batches == [[0, 1, 2, 3], [4, 5, 6, 7], [8, 9, 10, 11]]


def test_prompt_batches_split_a_prompt_that_no_batch_holds() -> None:
    rows = [((1,) * 10, (2,) * 5)] * 7

    assert list(prompt_batches(rows, 25, vocabulary=100)) == [[0, 1, 2], [3, 4, 5], [6]]


def test_batch_logprobs_gradient_equals_that_of_full_logits(llama: Policy) -> None:
    rows = list(make_rows(5))
    weight = llama.model.get_input_embeddings().weight

    sums_B, lengths_B = batch_logprobs(llama.model, rows, pad_id=llama.pad_id, device=CPU)
    (gradient,) = torch.autograd.grad(sums_B.sum(), weight)

    expected = torch.zeros_like(weight)
    for prompt, completion in rows:
        logits = llama.model(torch.tensor([[*prompt, *completion]])).logits[0, len(prompt) - 1 : -1]
        value = torch.log_softmax(logits, -1).gather(1, torch.tensor(completion).unsqueeze(1)).sum()
        expected += torch.autograd.grad(value, weight)[0]
    assert lengths_B.tolist() == [len(completion) for _, completion in rows]
    assert torch.allclose(gradient, expected, atol=1e-4)


def test_completion_logprobs_leave_the_model_as_it_was(llama: Policy) -> None:
    score(llama, list(make_rows(2)))

    assert llama.model(torch.tensor([[1, 2, 3]])).logits.shape == (1, 3, 264)


def test_completion_logprobs_of_no_rows_is_empty(llama: Policy) -> None:
    assert score(llama, []) == []


@pytest.mark.parametrize(
    ("row", "message"),
    [
        (((), (1,)), "Row 1 has an empty prompt"),
        (((1,), ()), "Row 1 has an empty completion"),
        (((1,) * 50, (2,) * 50), "Row 1 has 100 tokens, more than the model's context of 96"),
        (((1,), (264,)), "Row 1 has a token id outside the model's vocabulary of 264"),
        (((-1,), (1,)), "Row 1 has a token id outside the model's vocabulary of 264"),
    ],
)
def test_completion_logprobs_name_a_bad_row(policy: Policy, row: Row, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        score(policy, [((1,), (2,)), row])


def test_completion_logprobs_of_a_broken_model_name_the_row() -> None:
    model = build_llama().eval()
    with torch.no_grad():
        model.model.embed_tokens.weight[77] = float("nan")

    with pytest.raises(NumericalError, match="log-probability of row 0 is nan"):
        completion_logprobs(model, [((1, 77), (2,))], pad_id=260, device=CPU)


def test_completion_logprobs_of_a_broken_token_name_its_row_and_not_its_siblings() -> None:
    model = build_llama().eval()
    with torch.no_grad():
        model.model.embed_tokens.weight[77] = float("nan")
        model.lm_head.weight = torch.nn.Parameter(build_llama().lm_head.weight.detach().clone())
    rows = [((1, 2, 3), (4, 5)), ((1, 2, 3), (4, 6)), ((1, 2, 3), (77, 8, 9)), ((1, 2, 3), (4, 7))]

    with pytest.raises(NumericalError, match="log-probability of row 2 is nan"):
        completion_logprobs(model, rows, pad_id=0, device=CPU)


@pytest.mark.parametrize("repeats", [1, 8])
def test_completion_logprobs_of_mixed_dtypes_name_the_weights(repeats: int) -> None:
    model = build_llama().eval()
    model.model.layers[1].mlp.to(torch.bfloat16)
    rows: list[Row] = [((1, 2, 3, 4, 5, 6, 7, 8), (3 + row,)) for row in range(repeats)]

    with pytest.raises(ModelError, match=r"mixes dtypes .* is float32, .*mlp.* is bfloat16"):
        completion_logprobs(model, rows, pad_id=0, device=torch.device("cpu"))
