"""Evaluation figures against numbers worked by hand or known tables."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workers.learning.metrics import (
    accuracy_interval,
    distinct_n,
    kl_estimate,
    length_controlled_win_rate,
    length_summary,
    perplexity,
    win_rate_interval,
)

pytestmark = pytest.mark.unit


def test_win_rate_interval_equals_the_known_wilson_bounds() -> None:
    # 15 of 20: 0.531 to 0.888, the textbook Wilson interval.
    assert win_rate_interval(15, 20) == pytest.approx((0.75, 0.5313, 0.8881), abs=1e-4)


def test_win_rate_interval_counts_ties_as_half() -> None:
    assert win_rate_interval(2.5, 5).rate == 0.5


@given(st.integers(1, 500), st.data())
def test_interval_holds_the_rate_and_mirrors_the_losses(total: int, data: st.DataObject) -> None:
    wins = data.draw(st.integers(0, total))
    rate, low, high = win_rate_interval(wins, total)
    mirrored = win_rate_interval(total - wins, total)

    assert 0 <= low <= rate + 1e-12
    assert rate - 1e-12 <= high <= 1
    assert (mirrored.low, mirrored.high) == pytest.approx((1 - high, 1 - low))


@pytest.mark.parametrize(("wins", "total"), [(0, 0), (3, 2), (-1, 2), (math.nan, 2)])
def test_interval_of_impossible_counts_is_refused(wins: float, total: int) -> None:
    with pytest.raises(ValueError, match="0 <= wins <= total"):
        win_rate_interval(wins, total)


def test_accuracy_interval_is_that_of_a_rate() -> None:
    assert accuracy_interval(9, 10) == win_rate_interval(9, 10)


def test_kl_estimate_gives_mean_and_standard_error() -> None:
    mean, error = kl_estimate([-1.0, -2.0, -3.0], [-2.0, -2.0, -7.0])

    # Log-ratios 1, 0, 4: mean 5/3, sample deviation sqrt(13/3).
    assert mean == pytest.approx(5 / 3)
    assert error == pytest.approx(math.sqrt(13 / 3) / math.sqrt(3))


def test_kl_estimate_of_one_draw_has_no_error_bound() -> None:
    assert kl_estimate([-1.0], [-2.0]) == (1.0, math.inf)


def test_kl_estimate_refuses_bad_input() -> None:
    with pytest.raises(ValueError, match="at least one"):
        kl_estimate([], [])
    with pytest.raises(ValueError, match="not finite"):
        kl_estimate([math.nan], [0.0])
    with pytest.raises(ValueError, match=r"shorter|longer"):
        kl_estimate([1.0], [])


def test_perplexity_counts_every_token_once_whatever_text_it_is_in() -> None:
    # Three tokens of one half each and one of one eighth: six bits over four tokens.
    assert perplexity([3 * math.log(0.5), math.log(0.125)], [3, 1]) == pytest.approx(2**1.5)
    assert perplexity([10 * math.log(1 / 50)], [10]) == pytest.approx(50)


def test_perplexity_of_no_token_is_none_and_what_is_not_finite_is_an_error() -> None:
    assert perplexity([], []) is perplexity([0.0, 0.0], [0, 0]) is None
    assert perplexity([0.0, math.log(0.5)], [0, 1]) == pytest.approx(2)
    for broken in (math.nan, -math.inf, -1e4):
        with pytest.raises(ValueError, match="not finite"):
            perplexity([broken], [1])


def test_length_summary_interpolates_percentiles() -> None:
    assert length_summary([30, 10, 20]) == pytest.approx((20, 12, 20, 28))
    assert length_summary([7]) == (7, 7, 7, 7)
    with pytest.raises(ValueError, match="at least one"):
        length_summary([])


def test_distinct_n_counts_each_different_n_gram_once() -> None:
    # "a b a" and "b a": unigrams a b a b a (2 of 5), bigrams ab ba | ba (2 of 3), trigrams aba (1 of 1).
    texts = ["a b a", "b  a\n"]

    assert distinct_n(texts, 1) == pytest.approx(2 / 5)
    assert distinct_n(texts, 2) == pytest.approx(2 / 3)
    assert distinct_n(texts, 3) == 1


def test_distinct_n_takes_token_rows_and_never_joins_them() -> None:
    # Bigrams 12, 23 | 12: 2 of 3; the seam 31 is none.
    assert distinct_n([(1, 2, 3), (1, 2)], 2) == pytest.approx(2 / 3)


def test_distinct_n_of_texts_shorter_than_n_is_zero() -> None:
    assert distinct_n(["a", ""], 2) == 0


def test_distinct_n_refuses_bad_input() -> None:
    with pytest.raises(ValueError, match="at least one text"):
        distinct_n([], 1)
    with pytest.raises(ValueError, match="n >= 1"):
        distinct_n(["a"], 0)


def comparisons(*groups: tuple[int, int, int]) -> tuple[list[float], list[int], list[int]]:
    """Outcomes, lengths and opponents' lengths of groups (wins, losses, difference of lengths)."""
    rows = [
        (outcome, 50 + difference, 50)
        for wins, losses, difference in groups
        for outcome in [1.0] * wins + [0.0] * losses
    ]
    outcomes, lengths, opponents = zip(*rows, strict=True)
    return list(outcomes), list(lengths), list(opponents)


def test_length_controlled_win_rate_is_halfway_in_log_odds_between_longer_and_shorter() -> None:
    # Ten longer wins 90 of 100 (odds 9), ten shorter 50 of 100 (odds 1): at equal length odds 3, however many of each.
    assert length_controlled_win_rate(*comparisons((90, 10, 10), (50, 50, -10))) == pytest.approx(0.75, abs=1e-3)
    assert length_controlled_win_rate(*comparisons((270, 30, 10), (50, 50, -10))) == pytest.approx(0.75, abs=1e-3)


def test_length_controlled_win_rate_takes_out_what_length_alone_won() -> None:
    outcomes, lengths, opponents = comparisons((80, 20, 12), (10, 10, 0), (4, 16, -12))

    assert sum(outcomes) / len(outcomes) == pytest.approx(94 / 140)
    assert length_controlled_win_rate(outcomes, lengths, opponents) == pytest.approx(0.5, abs=1e-3)


@pytest.mark.parametrize("outcome", [0.0, 0.5, 1.0])
def test_length_controlled_win_rate_of_one_outcome_is_that_outcome(outcome: float) -> None:
    assert length_controlled_win_rate([outcome] * 3, [1, 2, 3], [3, 2, 2]) == outcome


def test_length_controlled_win_rate_where_every_difference_is_the_same_is_the_plain_rate() -> None:
    assert length_controlled_win_rate([1, 0, 1, 1], [7, 8, 9, 7], [4, 5, 6, 4]) == 0.75
    assert length_controlled_win_rate([1], [7], [4]) == 1


def test_length_controlled_win_rate_stays_finite_where_length_separates_wins_from_losses() -> None:
    assert length_controlled_win_rate([1, 1, 0, 0], [9, 8, 2, 1], [5, 5, 5, 5]) == pytest.approx(0.5, abs=1e-6)
    assert 0.5 < length_controlled_win_rate([1, 1, 1, 0], [9, 6, 5, 1], [5, 5, 5, 5]) < 1


@given(st.lists(st.tuples(st.sampled_from([0.0, 0.5, 1.0]), st.integers(0, 60), st.integers(0, 60)), min_size=1))
def test_length_controlled_win_rate_of_swapped_sides_is_the_rest(rows: list[tuple[float, int, int]]) -> None:
    outcomes, ours, theirs = (list(column) for column in zip(*rows, strict=True))
    rate = length_controlled_win_rate(outcomes, ours, theirs)
    swapped = length_controlled_win_rate([1 - outcome for outcome in outcomes], theirs, ours)

    assert 0 <= rate <= 1
    assert swapped == pytest.approx(1 - rate, abs=1e-5)


def test_length_controlled_win_rate_refuses_bad_input() -> None:
    with pytest.raises(ValueError, match="at least one outcome"):
        length_controlled_win_rate([], [], [])
    with pytest.raises(ValueError, match="within 0 and 1"):
        length_controlled_win_rate([math.nan], [1], [1])
    with pytest.raises(ValueError, match="zip"):
        length_controlled_win_rate([1, 0], [1, 2], [1])
