"""Sequence log-probs: equal to a plain computation, whatever the batch, the order or the padding."""

import random

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.learning.conftest import build_llama
from tests.learning.factories import make_rows
from workers.learning.errors import NumericalError
from workers.learning.logprobs import Row, batch_logprobs, completion_logprobs, iter_completion_logprobs, length_batches
from workers.learning.policy import Policy

pytestmark = pytest.mark.unit

CPU = torch.device("cpu")


def score(policy: Policy, rows: list[Row], batch_tokens: int = 8192, pad_id: int | None = None) -> list[float]:
    pad = policy.pad_id if pad_id is None else pad_id
    return completion_logprobs(policy.model, rows, pad_id=pad, device=policy.device, batch_tokens=batch_tokens)


def plain_logprob(policy: Policy, prompt: tuple[int, ...], completion: tuple[int, ...]) -> float:
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
    ],
)
def test_completion_logprobs_name_a_bad_row(policy: Policy, row: Row, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        score(policy, [((1,), (2,)), row])


def test_completion_logprobs_of_a_broken_model_name_the_row() -> None:
    model = build_llama().eval()
    with torch.no_grad():
        model.model.embed_tokens.weight[77] = float("nan")

    with pytest.raises(NumericalError, match="log-probability of row"):
        completion_logprobs(model, [((1, 77), (2,))], pad_id=260, device=CPU)
