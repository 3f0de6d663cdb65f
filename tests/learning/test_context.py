"""The context of models whose rotary angles depend on the length of a batch."""

import logging
from pathlib import Path
from typing import Any

import pytest
import torch
from transformers import (
    Gemma3ForCausalLM,
    Gemma3TextConfig,
    LlamaConfig,
    LlamaForCausalLM,
    Phi3Config,
    Phi3ForCausalLM,
)

from tests.learning.conftest import save_model
from workers.learning.context import stated_context
from workers.learning.logprobs import completion_logprobs
from workers.learning.policy import load_policy

pytestmark = pytest.mark.unit

SIZES: dict[str, Any] = {
    "vocab_size": 264,
    "hidden_size": 32,
    "intermediate_size": 48,
    "num_hidden_layers": 2,
    "num_attention_heads": 4,
    "num_key_value_heads": 2,
    "max_position_embeddings": 256,
    "initializer_range": 0.25,
    "pad_token_id": 0,
}
LONGROPE: dict[str, Any] = {
    "rope_type": "longrope",
    "rope_theta": 10000.0,
    "short_factor": [1.0] * 4,
    "long_factor": [4.0] * 4,
    "original_max_position_embeddings": 32,
}
PLAIN = {"rope_type": "default", "rope_theta": 10000.0}


def phi3() -> Any:
    torch.manual_seed(0)
    return Phi3ForCausalLM(Phi3Config(**SIZES, rope_parameters=LONGROPE, original_max_position_embeddings=32)).eval()


def llama(rope: dict[str, Any]) -> Any:
    return LlamaForCausalLM(LlamaConfig(**SIZES, rope_parameters=rope))


def gemma3() -> Any:
    layers = {"full_attention": LONGROPE, "sliding_attention": PLAIN}
    return Gemma3ForCausalLM(Gemma3TextConfig(**SIZES, head_dim=8, rope_parameters=layers))


@pytest.mark.parametrize(
    ("make", "context"),
    [
        (phi3, 32),
        (gemma3, 32),
        (lambda: llama(LONGROPE), 32),
        # Its angles change past the stated context, where no row goes.
        (lambda: llama({**PLAIN, "rope_type": "dynamic", "factor": 8.0}), 256),
        (lambda: llama(PLAIN), 256),
        (lambda: llama({**PLAIN, "rope_type": "yarn", "factor": 8.0, "original_max_position_embeddings": 32}), 256),
    ],
)
def test_context_ends_where_angles_begin_to_depend_on_the_length(make: Any, context: int) -> None:
    assert stated_context(make()) == context


def test_logprobs_of_a_longrope_row_do_not_depend_on_the_longest_of_its_batch() -> None:
    model, short = phi3(), ((5, 6, 7), (8, 9, 10, 11))
    long = (tuple(range(20, 40)), tuple(range(40, 52)))

    def scored(*rows: Any) -> list[float]:
        return completion_logprobs(model, rows, pad_id=0, device=torch.device("cpu"))

    assert scored(short, long)[0] == pytest.approx(scored(short)[0], abs=1e-4)
    with pytest.raises(ValueError, match="33 tokens, more than the model's context of 32"):
        scored(short, (long[0], (*long[1], 52)))


def test_load_longrope_says_that_its_context_is_shorter(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    folder = save_model(tmp_path / "model", phi3())

    with caplog.at_level(logging.WARNING, "workers.learning.context"):
        policy = load_policy(str(folder), device="cpu")

    assert policy.context_length == 32
    assert [record.getMessage().split(":")[0] for record in caplog.records if "rotary" in record.getMessage()] == [
        f"{folder} is used up to 32 of its 256 tokens"
    ]
