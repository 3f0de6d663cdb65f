"""Chunked log-probabilities: those of log_softmax, and its gradient, in any dtype."""

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from workers.learning import log_softmax
from workers.learning.log_softmax import target_logprobs

pytestmark = pytest.mark.unit


@settings(deadline=None)
@given(st.integers(1, 9), st.integers(2, 40), st.sampled_from([16, 64, 2**18]), st.integers(0, 99))
def test_target_logprobs_equal_those_of_log_softmax_in_any_chunks(
    tokens: int, vocabulary: int, chunk: int, seed: int
) -> None:
    generator = torch.Generator().manual_seed(seed)
    logits = 5 * torch.randn(tokens, vocabulary, generator=generator)
    targets = torch.randint(vocabulary, (tokens,), generator=generator)
    weights = torch.randn(tokens, generator=generator)
    plain, chunked = logits.clone().requires_grad_(), logits.clone().requires_grad_()
    before, log_softmax._CHUNK = log_softmax._CHUNK, chunk
    try:
        values = target_logprobs(chunked, targets)
        (weights * values).sum().backward()  # type: ignore[no-untyped-call]
    finally:
        log_softmax._CHUNK = before
    expected = torch.log_softmax(plain, 1).gather(1, targets.unsqueeze(1)).squeeze(1)
    (weights * expected).sum().backward()  # type: ignore[no-untyped-call]

    torch.testing.assert_close(values, expected, atol=1e-5, rtol=0)
    torch.testing.assert_close(chunked.grad, plain.grad, atol=1e-5, rtol=0)


def test_target_logprobs_of_bf16_logits_are_fp32_and_their_gradient_bf16() -> None:
    logits = torch.randn(4, 50, generator=torch.Generator().manual_seed(0)).bfloat16().requires_grad_()

    values = target_logprobs(logits, torch.tensor([0, 1, 2, 49]))
    values.sum().backward()  # type: ignore[no-untyped-call]

    exact = torch.log_softmax(logits.detach().float(), 1)[torch.arange(4), torch.tensor([0, 1, 2, 49])]
    torch.testing.assert_close(values, exact, atol=1e-6, rtol=0)
    assert logits.grad is not None
    assert logits.grad.dtype == torch.bfloat16


def test_target_logprobs_of_a_nan_logit_are_nan_in_that_token_alone() -> None:
    logits = torch.zeros(3, 5)
    logits[1, 2] = float("nan")

    assert torch.isnan(target_logprobs(logits, torch.tensor([0, 0, 0]))).tolist() == [False, True, False]


def test_target_logprobs_leave_the_callers_logits_as_they_are() -> None:
    logits = torch.randn(4, 50, generator=torch.Generator().manual_seed(0)).requires_grad_()
    before = logits.detach().clone()

    target_logprobs(logits, torch.tensor([0, 1, 2, 49])).sum().backward()  # type: ignore[no-untyped-call]

    assert torch.equal(logits.detach(), before)
