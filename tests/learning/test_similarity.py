"""Near-identical texts: differences that a person would not judge, and those that one would."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workers.learning.similarity import distinct_indices, near_identical

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


@given(st.text(max_size=30), st.text(max_size=30))
def test_near_identical_is_symmetric_and_reflexive(a: str, b: str) -> None:
    assert near_identical(a, a)
    assert near_identical(a, b) == near_identical(b, a)
