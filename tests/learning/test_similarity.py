"""Near-identical texts: differences that a person would not judge, and those that one would."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workers.learning import similarity
from workers.learning.similarity import DistinctTexts, _alike, distinct_indices, near_identical, shared_bigrams

pytestmark = pytest.mark.unit

LONG = " ".join(f"word{i}" for i in range(40))


@pytest.mark.parametrize(
    ("a", "b", "alike"),
    [
        ("Good film.", "good  film", True),
        ("", "", True),
        ("", "good", False),
        ("!!!", "???", False),
        ("good film", "bad film", False),
        ("a very good film", "a very bad film", False),
        ("A well-known film (from 1950)…", "a well known film – from 1950", True),
        ("cafe\u0301", "caf\u00e9", True),
        ("The answer is -5.", "The answer is 5.", False),
        ("x = a + b", "x = a - b", False),
        ("if a < b: return a", "if a > b: return a", False),
        ("2 * 3", "2 / 3", False),
        ("C", "C++", False),
        ("good 👍", "good 👎", False),
        ("\u0915\u093e", "\u0915\u0940", False),  # Hindi, another vowel sign
        ("这部电影很好", "这部电影不好", False),
        (
            "这部电影很好,我非常喜欢它的音乐和演员的表演,推荐大家都去看看" * 2,
            "这部电影很好。我非常喜欢它的音乐和演员的表演,推荐大家都去看看" * 2,
            True,
        ),
        (LONG, LONG.replace("word20", "other"), True),
        (LONG, LONG + " and much more than that was said at last", False),
        (LONG, " ".join(reversed(LONG.split())), False),
    ],
)
def test_near_identical_texts(a: str, b: str, alike: bool) -> None:
    assert near_identical(a, b) is alike


@given(st.lists(st.text("ab .!", max_size=6), max_size=8))
def test_distinct_indices_keep_one_of_each_kind(texts: list[str]) -> None:
    kept = distinct_indices(texts)

    assert all(not near_identical(texts[i], texts[j]) for i in kept for j in kept if i < j)
    assert all(any(near_identical(text, texts[i]) for i in kept) for text in texts)


@pytest.mark.parametrize("words", range(3, 64))
def test_distinct_indices_drop_a_text_whose_last_word_changed_where_the_two_are_near_identical(words: int) -> None:
    first = " ".join(f"word{i}" for i in range(words))
    second = f"{first.rsplit(' ', 1)[0]} other"

    assert len(distinct_indices([first, second])) == 2 - near_identical(first, second)


def test_texts_that_begin_alike_are_compared_with_few_others(monkeypatch: pytest.MonkeyPatch) -> None:
    compared = 0

    def counted(a: Any, b: Any) -> bool:
        nonlocal compared
        compared += 1
        return _alike(a, b)

    monkeypatch.setattr(similarity, "_alike", counted)
    opening = "please write a short and friendly answer to the following question of a customer about"
    texts = [f"{opening} {' '.join(f'word{i}x{j}' for j in range(6))}" for i in range(300)]

    assert len(distinct_indices(texts)) == 300
    assert compared == 0


@given(st.text(max_size=30), st.text(max_size=30))
def test_near_identical_is_symmetric_and_reflexive(a: str, b: str) -> None:
    assert near_identical(a, a)
    assert near_identical(a, b) == near_identical(b, a)


@pytest.mark.parametrize("others", range(1, 12))
def test_what_many_texts_say_tells_none_from_another(others: int) -> None:
    texts = [LONG + " is it true?", *(f"{LONG} another question {i}" for i in range(others)), "Something else"]
    distinct = DistinctTexts(shared_bigrams(texts[:-1]))

    kept = sum(map(distinct.add, texts))

    assert kept == (2 if others == 1 else len(texts))


@pytest.mark.parametrize("others", range(12))
def test_two_near_identical_texts_among_others_stay_near_identical(others: int) -> None:
    texts = [LONG, LONG.replace("word20", "other"), *(f"{i} texts of another kind, {i} in all" for i in range(others))]
    distinct = DistinctTexts(shared_bigrams(texts))

    assert [distinct.add(text) for text in texts[:2]] == [True, False]
