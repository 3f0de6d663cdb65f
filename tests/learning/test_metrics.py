"""Evaluation figures against numbers worked by hand or known tables."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workers.learning.metrics import accuracy_interval, kl_estimate, length_summary, win_rate_interval

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


def test_length_summary_interpolates_percentiles() -> None:
    assert length_summary([30, 10, 20]) == pytest.approx((20, 12, 20, 28))
    assert length_summary([7]) == (7, 7, 7, 7)
    with pytest.raises(ValueError, match="at least one"):
        length_summary([])
