"""What each prompt says that the others of its round do not."""

import pytest

from workers.learning.similarity import near_identical
from workers.prompt_texts import telling_texts

pytestmark = pytest.mark.unit

INSTRUCTION = "You answer in the style of a patient teacher who never repeats what was said before. " * 20


def test_prompts_without_a_shared_start_or_end_keep_all_their_words() -> None:
    assert telling_texts({1: "one two  three", 2: "two one"}) == {1: "one two three", 2: "two one"}


def test_an_instruction_that_all_share_does_not_make_different_questions_alike() -> None:
    asked = {"a": "How do I descale a kettle?", "b": "Why is the sky blue?", "c": "Why is the sky so blue today?"}
    contents = {
        key: [{"role": "system", "content": INSTRUCTION}, {"role": "user", "content": f"{question} Be brief."}]
        for key, question in asked.items()
    }

    texts = telling_texts(contents)

    assert near_identical(INSTRUCTION + asked["a"], INSTRUCTION + asked["b"])
    assert not near_identical(texts["a"], texts["b"])
    assert texts["b"] == "Why is the sky blue?"


def test_near_identical_prompts_among_others_stay_near_identical() -> None:
    long = "Tell me about the winter that we spent in the old house by the sea with nothing but bread and books"
    texts = telling_texts({"a": f"{long}.", "b": f"{long}!", "c": "Why is the sky blue?"})

    assert near_identical(texts["a"], texts["b"])


def test_words_shared_at_both_ends_are_taken_once() -> None:
    assert telling_texts({1: "a a", 2: "a"}) == {1: "a", 2: ""}
    assert telling_texts({1: "only one"}) == {1: ""}
    assert telling_texts({}) == {}
