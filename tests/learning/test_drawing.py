"""Drawing a token per row: the sum function is inverted exactly, and what is recorded is that of temperature 1."""

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from workers.learning.drawing import draw_tokens, filter_probs

pytestmark = pytest.mark.unit


def random_logits(rows: int, vocabulary: int, *, scale: float = 3.0) -> torch.Tensor:
    return torch.randn(rows, vocabulary, generator=torch.Generator().manual_seed(vocabulary)) * scale


@pytest.mark.parametrize("vocabulary", [1, 5, 63, 64, 65, 128, 1000])
@pytest.mark.parametrize("temperature", [1.0, 0.6])
def test_draw_tokens_inverts_the_sum_function(vocabulary: int, temperature: float) -> None:
    logits = random_logits(40, vocabulary)
    uniforms = torch.linspace(0, 1, 40)
    uniforms[-1] = 1 - 2**-24

    tokens, logprobs, entropies = draw_tokens(logits, uniforms, temperature=temperature, top_k=0, top_p=1.0)

    sums = (logits.double() / temperature).softmax(-1).cumsum(-1)
    for row, token in enumerate(tokens.tolist()):
        # Up to rounding the token's stretch of the sum function holds the uniform.
        assert sums[row, token] >= uniforms[row] - 1e-6
        assert token == 0 or sums[row, token - 1] <= uniforms[row] + 1e-6
    expected = torch.log_softmax(logits.double(), -1)
    torch.testing.assert_close(logprobs.double(), expected.gather(1, tokens[:, None])[:, 0], atol=1e-5, rtol=0)
    torch.testing.assert_close(entropies.double(), -(expected.exp() * expected).sum(-1), atol=1e-5, rtol=1e-5)


@pytest.mark.parametrize("uniform", [0.0, 0.5, 1.0])
def test_draw_tokens_never_draws_what_was_filtered_out(uniform: float) -> None:
    logits = torch.full((3, 200), -5.0)
    logits[0, 7] = logits[1, 130] = logits[2, 199] = 5.0

    tokens, _, _ = draw_tokens(logits, torch.full((3,), uniform), temperature=1.0, top_k=1, top_p=1.0)

    assert tokens.tolist() == [7, 130, 199]


@pytest.mark.parametrize("bad", [float("nan"), float("inf"), float("-inf")])
def test_draw_tokens_entropy_is_not_finite_where_a_logit_is_not(bad: float) -> None:
    logits = random_logits(3, 100)
    logits[1, 50] = bad

    tokens, _, entropies = draw_tokens(logits, torch.full((3,), 0.5), temperature=0.7, top_k=5, top_p=0.9)

    assert torch.isfinite(entropies).tolist() == [True, False, True]
    assert int(tokens.max()) < 100


@settings(deadline=None, max_examples=80)
@given(
    st.lists(st.floats(0.01, 1.0), min_size=1, max_size=12),
    st.integers(0, 12),
    st.floats(0.05, 1.0),
)
def test_filter_probs_keeps_the_smallest_sufficient_set(weights: list[float], top_k: int, top_p: float) -> None:
    probs = torch.tensor([weights], dtype=torch.float64)
    probs = probs / probs.sum()

    kept = filter_probs(probs, top_k=top_k, top_p=top_p)[0]

    chosen = kept > 0
    assert chosen.any()
    assert torch.equal(kept[chosen], probs[0][chosen])
    if top_k:
        assert int(chosen.sum()) <= top_k
    # The set is no larger than needed: without its least probable token the sum falls short.
    assert float(kept.sum() - kept[chosen].min()) < top_p or int(chosen.sum()) == 1


@pytest.mark.parametrize("top_p", [0.5, 0.9, 0.999])
def test_filter_probs_of_flat_and_peaked_rows_together_is_that_of_each_alone(top_p: float) -> None:
    """Flat rows need more than the shortlist, peaked ones do not."""
    probs = torch.cat([random_logits(3, 700, scale=scale).softmax(-1) for scale in (0.1, 5.0)]).double()

    together = filter_probs(probs, top_k=0, top_p=top_p)

    for row, kept in zip(probs, together, strict=True):
        order = row.argsort(descending=True)
        count = int((row[order].cumsum(0) < top_p).sum()) + 1
        assert set(kept.nonzero().flatten().tolist()) == set(order[:count].tolist())
        assert torch.equal(filter_probs(row[None], top_k=0, top_p=top_p)[0], kept)


def test_filter_probs_takes_the_nucleus_of_the_top_k() -> None:
    probs = torch.tensor([[0.3, 0.25, 0.2, 0.15, 0.1]])

    # Of the two most probable tokens, 0.55 together, the first alone is more than half; of the whole row it is not.
    assert filter_probs(probs, top_k=2, top_p=0.5)[0].count_nonzero() == 1
    assert filter_probs(probs, top_k=0, top_p=0.5)[0].count_nonzero() == 2
