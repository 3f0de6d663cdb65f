"""Losses against numbers worked by hand, their identities, and their defaults."""

import math

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import Tensor

from workers.learning.losses import LOSSES, dpo, ln_dpo

pytestmark = pytest.mark.unit

LOGPS = st.floats(-100, 0)


def column(*values: float) -> Tensor:
    return torch.tensor(values, dtype=torch.float64)


def test_dpo_equals_the_number_worked_by_hand() -> None:
    losses_B, chosen_B, rejected_B = dpo(
        column(-10.0),
        column(-12.0),
        column(-11.0),
        column(-11.5),
        chosen_lengths_B=column(4),
        rejected_lengths_B=column(2),
        beta=0.2,
    )

    # L_w = 1, L_l = -0.5: -log sigmoid(0.2 * 1.5) = log(1 + e^-0.3)
    assert losses_B.tolist() == pytest.approx([0.5543552], abs=1e-6)
    assert chosen_B.tolist() == pytest.approx([0.2])
    assert rejected_B.tolist() == pytest.approx([-0.1])


def test_ln_dpo_equals_the_number_worked_by_hand() -> None:
    losses_B, chosen_B, rejected_B = ln_dpo(
        column(-10.0),
        column(-12.0),
        column(-11.0),
        column(-11.5),
        chosen_lengths_B=column(4),
        rejected_lengths_B=column(2),
        beta=5.0,
    )

    # 5 * (1/4 + 0.5/2) = 2.5: log(1 + e^-2.5)
    assert losses_B.tolist() == pytest.approx([0.0788897], abs=1e-6)
    assert chosen_B.tolist() == pytest.approx([1.25])
    assert rejected_B.tolist() == pytest.approx([-1.25])


@pytest.mark.parametrize("name", LOSSES)
def test_loss_at_policy_equal_reference_is_log_2(name: str) -> None:
    loss = LOSSES[name]

    losses_B, chosen_B, rejected_B = loss.function(
        column(-3.0, -70.0),
        column(-5.0, -2.0),
        column(-3.0, -70.0),
        column(-5.0, -2.0),
        chosen_lengths_B=column(1, 30),
        rejected_lengths_B=column(7, 1),
        beta=loss.default_beta,
    )

    assert losses_B.tolist() == pytest.approx([math.log(2)] * 2)
    assert (chosen_B.tolist(), rejected_B.tolist()) == ([0.0, 0.0], [0.0, 0.0])


@pytest.mark.parametrize("name", LOSSES)
@given(LOGPS, LOGPS, LOGPS, LOGPS, st.integers(1, 50), st.integers(1, 50))
def test_loss_of_a_swapped_pair_flips_the_sign_of_the_margin(
    name: str, policy_w: float, policy_l: float, ref_w: float, ref_l: float, len_w: int, len_l: int
) -> None:
    function = LOSSES[name].function
    lengths = {"chosen_lengths_B": column(len_w), "rejected_lengths_B": column(len_l)}
    swapped = {"chosen_lengths_B": column(len_l), "rejected_lengths_B": column(len_w)}

    forward = function(column(policy_w), column(policy_l), column(ref_w), column(ref_l), **lengths, beta=0.3)
    back = function(column(policy_l), column(policy_w), column(ref_l), column(ref_w), **swapped, beta=0.3)

    margin = float(forward[1] - forward[2])
    assert float(back[1] - back[2]) == -margin
    # log(1 + e^-m) - log(1 + e^m) = -m
    assert float(forward[0] - back[0]) == pytest.approx(-margin, abs=1e-9)


def test_ln_dpo_of_length_one_is_dpo() -> None:
    arguments = [column(-1.0), column(-2.0), column(-1.5), column(-1.0)]
    ones = {"chosen_lengths_B": column(1), "rejected_lengths_B": column(1)}

    assert ln_dpo(*arguments, **ones, beta=0.7) == dpo(*arguments, **ones, beta=0.7)


@pytest.mark.parametrize("name", LOSSES)
@pytest.mark.parametrize("beta", [0.0, -1.0, math.nan])
def test_loss_with_beta_not_above_zero_is_refused(name: str, beta: float) -> None:
    one = column(1)
    with pytest.raises(ValueError, match="beta must be greater than 0"):
        LOSSES[name].function(one, one, one, one, chosen_lengths_B=one, rejected_lengths_B=one, beta=beta)


def test_default_betas_are_the_published_ones() -> None:
    assert {name: loss.default_beta for name, loss in LOSSES.items()} == {"dpo": 0.2, "ln_dpo": 5.0}
