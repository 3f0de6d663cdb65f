"""Features of completions: the last hidden state, whatever the batch, and named errors."""

import random
from collections.abc import Sequence
from typing import Any

import pytest
import torch
from torch import Tensor

from tests.learning.conftest import build_llama
from tests.learning.factories import make_rows
from workers.learning.errors import NumericalError
from workers.learning.features import Pooling, completion_features
from workers.learning.logprobs import Row
from workers.learning.policy import Policy

pytestmark = pytest.mark.unit

CPU = torch.device("cpu")


def features(policy: Policy, rows: Sequence[Row], **options: Any) -> Tensor:
    return completion_features(policy.model, rows, pad_id=policy.pad_id, device=policy.device, **options)


def plain_features(policy: Policy, row: Row, pooling: Pooling) -> Tensor:
    """One row by the backbone alone: the definition."""
    prompt, completion = row
    with torch.no_grad():
        hidden: Tensor = policy.model.base_model(torch.tensor([[*prompt, *completion]])).last_hidden_state[0]
    return hidden[-1] if pooling == "last" else hidden[len(prompt) :].mean(0)


@pytest.mark.parametrize("pooling", ["last", "mean"])
def test_features_are_the_last_hidden_states(policy: Policy, pooling: Pooling) -> None:
    rows = list(make_rows(13))

    found = features(policy, rows, pooling=pooling, batch_tokens=80)

    expected = torch.stack([plain_features(policy, row, pooling) for row in rows])
    assert found.dtype == torch.float32
    torch.testing.assert_close(found, expected, atol=1e-4, rtol=0)


@pytest.mark.parametrize("pooling", ["last", "mean"])
@pytest.mark.parametrize("batch_tokens", [1, 50, 100_000])
def test_features_do_not_depend_on_batch_size_order_or_pad(policy: Policy, pooling: Pooling, batch_tokens: int) -> None:
    rows = list(make_rows(11))
    expected = features(policy, rows, pooling=pooling)
    order = random.Random(1).sample(range(11), 11)

    found = completion_features(
        policy.model, [rows[i] for i in order], pad_id=7, device=CPU, batch_tokens=batch_tokens, pooling=pooling
    )

    torch.testing.assert_close(found, expected[order], atol=1e-4, rtol=0)


@pytest.mark.parametrize("pooling", ["last", "mean"])
@pytest.mark.parametrize("batch_tokens", [1, 60, 100_000])
def test_features_of_completions_that_share_a_prompt_are_those_of_separate_rows(
    policy: Policy, pooling: Pooling, batch_tokens: int
) -> None:
    prompts = [tuple(range(1, 21)), tuple(range(30, 45))]
    rows: list[Row] = [(prompts[i % 2], completion) for i, (_, completion) in enumerate(make_rows(12))]

    found = features(policy, rows, pooling=pooling, batch_tokens=batch_tokens)

    expected = torch.stack([plain_features(policy, row, pooling) for row in rows])
    torch.testing.assert_close(found, expected, atol=1e-4, rtol=0)


def test_features_of_no_rows_have_the_hidden_size(llama: Policy) -> None:
    assert features(llama, []).shape == (0, 32)


def test_features_leave_the_model_as_it_was(llama: Policy) -> None:
    features(llama, list(make_rows(2)))

    assert llama.model(torch.tensor([[1, 2, 3]])).logits.shape == (1, 3, 264)


def test_features_name_a_bad_row(llama: Policy) -> None:
    with pytest.raises(ValueError, match="Row 1 has an empty completion"):
        features(llama, [((1,), (2,)), ((1,), ())])


def test_features_of_a_broken_model_name_the_row() -> None:
    model = build_llama().eval()
    with torch.no_grad():
        model.model.embed_tokens.weight[77] = float("nan")

    with pytest.raises(NumericalError, match="features of row 1 "):
        completion_features(model, [((1,), (2,)), ((1, 77), (2,))], pad_id=260, device=CPU)


def test_features_of_a_broken_token_name_its_row_and_not_its_siblings() -> None:
    model = build_llama().eval()
    with torch.no_grad():
        model.model.embed_tokens.weight[77] = float("nan")
    prompt = (1, 2, 3)

    with pytest.raises(NumericalError, match="features of row 2 "):
        completion_features(model, [(prompt, (4,)), (prompt, (5,)), (prompt, (77,))], pad_id=260, device=CPU)
