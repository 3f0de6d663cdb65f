"""Completions that name their maker."""

import time

import pytest

from app.services.masking import mask_makers

pytestmark = pytest.mark.unit


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("As ChatGPT, I cannot say.", "As [a model], I cannot say."),
        ("Hello! I'm Claude, made by Anthropic.", "Hello! I'm [a model], made by [its maker]."),
        ("I am Claude 3.5 Sonnet, an AI created by Anthropic!", "I am [a model], an AI created by [its maker]!"),
        ("As a large language model trained by Google, I", "As a large language model trained by [its maker], I"),
        ("I’m Meta's Llama 3-Chat.", "I’m [a model]."),
        ("My name is Qwen2.5", "My name is [a model]"),
        ("I am an AI assistant named Gemini.", "I am an AI assistant named [a model]."),
    ],
)
def test_mask_when_a_text_names_its_own_maker_hides_the_name(text: str, masked: str) -> None:
    assert mask_makers(text) == masked


@pytest.mark.parametrize(
    "text",
    [
        "As Gemini rises in the sky, look south.",
        "ChatGPT was made by OpenAI.",
        "Claude Monet painted it. I like Claude Monet.",
        "",
    ],
)
def test_mask_when_a_text_speaks_of_others_leaves_it(text: str) -> None:
    assert mask_makers(text) == text


@pytest.mark.parametrize("part", ["As a ", "I ", "I am a helpful ", "as an AI language model ", "I'm trained "])
def test_mask_when_a_text_of_100_000_characters_almost_matches_is_quick(part: str) -> None:
    text = part * (100_000 // len(part))
    started = time.process_time()
    assert mask_makers(text) == text
    assert time.process_time() - started < 2
