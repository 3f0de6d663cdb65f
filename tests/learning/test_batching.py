"""Splits, orders and micro-batches: every row in its place exactly once."""

from dataclasses import replace
from itertools import pairwise, permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workers.learning.batching import epoch_order, micro_batches, split_by_prompt
from workers.learning.pairs import PreferencePair

pytestmark = pytest.mark.unit


def pairs_of(sizes: list[tuple[int, int]]) -> list[PreferencePair]:
    """One pair per (prompt number, completion length)."""
    return [PreferencePair((1,), (2,) * n, (3,), 0.0, 0.0, prompt_key=f"p{key}") for key, n in sizes]


sizes = st.lists(st.tuples(st.integers(0, 5), st.integers(1, 20)), min_size=1, max_size=25)


@given(sizes, st.floats(0.01, 0.9), st.integers(0, 50))
def test_split_holds_out_whole_prompts_and_always_trains(drawn: list[tuple[int, int]], share: float, seed: int) -> None:
    pairs = pairs_of(drawn)

    training, heldout = split_by_prompt(pairs, share, seed)

    assert sorted(training + heldout) == list(range(len(pairs)))
    assert not {pairs[i].prompt_key for i in training} & {pairs[i].prompt_key for i in heldout}
    assert training
    assert bool(heldout) == (len({p.prompt_key for p in pairs}) > 1)


def test_split_with_share_0_holds_out_nothing() -> None:
    assert split_by_prompt(pairs_of([(0, 1), (1, 1)]), 0.0, 0) == ([0, 1], [])


@given(sizes, st.integers(0, 9), st.integers(0, 9))
def test_epoch_order_holds_every_row_once(drawn: list[tuple[int, int]], epoch: int, seed: int) -> None:
    pairs = pairs_of(drawn)

    assert sorted(epoch_order(pairs, range(len(pairs)), epoch=epoch, seed=seed)) == list(range(len(pairs)))


def test_epoch_order_changes_with_the_epoch() -> None:
    pairs = pairs_of([(key, 1 + key) for key in range(12)])

    assert len({tuple(epoch_order(pairs, range(12), epoch=epoch, seed=0)) for epoch in range(5)}) == 5


@given(sizes, st.integers(1, 200))
def test_micro_batches_hold_every_row_once_within_the_budget(drawn: list[tuple[int, int]], tokens: int) -> None:
    pairs = pairs_of(drawn)

    batches = list(micro_batches(pairs, range(len(pairs)), tokens, vocabulary=1))

    assert sorted(row for batch in batches for row in batch) == list(range(len(pairs)))
    for batch in batches:
        width = max(1 + len(pairs[row].chosen_ids) for row in batch)
        assert len(batch) == 1 or 2 * len(batch) * width <= tokens


@given(sizes, st.integers(1, 60))
def test_micro_batches_of_shared_prompts_count_each_prompt_once(drawn: list[tuple[int, int]], tokens: int) -> None:
    pairs = [PreferencePair((1, key), (2,) * n, (3,), 0.0, 0.0) for key, n in drawn]

    batches = list(micro_batches(pairs, range(len(pairs)), tokens, vocabulary=1, shared=True))

    assert sorted(row for batch in batches for row in batch) == list(range(len(pairs)))
    for batch in batches:
        prompts = {pairs[row].prompt_ids for row in batch}
        used = 2 * len(prompts) + sum(len(pairs[row].chosen_ids) + 1 for row in batch)
        assert len(batch) == 1 or used <= tokens
    order = [pairs[row].prompt_ids for batch in batches for row in batch]
    assert sum(one != other for one, other in pairwise(order)) == len(set(order)) - 1


def test_epoch_order_does_not_depend_on_the_order_of_pairs_that_differ_in_strength_or_tie_alone() -> None:
    plain = PreferencePair((1,), (2,), (3,), 0.0, 0.0)
    pairs = [plain, replace(plain, strength=0.7), replace(plain, strength=0.9), replace(plain, tie=True)]

    orders = {
        tuple(order[row] for row in epoch_order(order, range(4), epoch=0, seed=1)) for order in permutations(pairs)
    }

    assert len(orders) == 1


@pytest.mark.parametrize("shared", [False, True])
def test_micro_batches_of_a_large_vocabulary_hold_fewer_logits(shared: bool) -> None:
    pairs = [PreferencePair((1,), (2,) * 100, (3,) * 100, 0.0, 0.0) for _ in range(40)]

    batches = list(micro_batches(pairs, range(40), 10**6, vocabulary=150_000, shared=shared))

    # 2^28 logits are 1,789 completion tokens of this vocabulary.
    assert list(map(len, batches)) == [8, 8, 8, 8, 8]
