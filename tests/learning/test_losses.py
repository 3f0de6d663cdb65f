"""Losses against numbers worked by hand, their identities, and their defaults."""

import math
from typing import Any

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import Tensor

from workers.learning.acquisition import implicit_reward
from workers.learning.losses import LOSSES, cdpo, dpo, ipo, ln_dpo, robust, rwr, sft, simpo, with_ties

pytestmark = pytest.mark.unit

LOGPS = st.floats(-100, 0)
# Losses of the margin through a sigmoid, at e = 0 the same as dpo or ln_dpo.
SIGMOID = ["dpo", "ln_dpo"]


def column(*values: float) -> Tensor:
    return torch.tensor(values, dtype=torch.float64)


# L_w = 1 of length 4, L_l = -0.5 of length 2.
LOGPS_BY_HAND = (column(-10.0), column(-12.0), column(-11.0), column(-11.5))
LENGTHS_BY_HAND = {"chosen_lengths_B": column(4), "rejected_lengths_B": column(2)}


def extras(name: str, pairs: int = 1, *, flip_chance: float = 0.1) -> dict[str, Any]:
    """What else the loss takes."""
    return {"flip_chances_B": column(*[flip_chance] * pairs)} if LOSSES[name].takes_flip_chances else {}


@pytest.mark.parametrize(
    ("function", "settings", "loss", "rewards"),
    [
        # -log sigmoid(0.2 * 1.5) = log(1 + e^-0.3)
        (dpo, {"beta": 0.2}, 0.5543552, (0.2, -0.1)),
        # 5 * (1/4 + 0.5/2) = 2.5: log(1 + e^-2.5)
        (ln_dpo, {"beta": 5.0}, 0.0788897, (1.25, -1.25)),
        # (1/4 + 1/4 - 1/(2 * 0.5))^2 = (0.5 - 1)^2
        (ipo, {"beta": 0.5}, 0.25, (0.125, -0.125)),
        # 2 * (-10/4 + 12/2 - 0.5) = 6: log(1 + e^-6); rewards of dpo
        (simpo, {"beta": 2.0}, 0.0024757, (2.0, -1.0)),
        # log(1 + e^-0.3) = 0.5543552, log(1 + e^0.3) = 0.8543552: 0.9 * the first + 0.1 * the second
        (cdpo, {"beta": 0.2, "flip_chances_B": column(0.1)}, 0.5843552, (0.2, -0.1)),
        # (0.9 * the first - 0.1 * the second) / 0.8
        (robust, {"beta": 0.2, "flip_chances_B": column(0.1)}, 0.5168552, (0.2, -0.1)),
        # 10/4
        (sft, {"beta": 0.2}, 2.5, (0.2, -0.1)),
        # e^0.5 * 10 + e^-0.5 * 12
        (rwr, {"beta": 1.0}, 23.7655806, (1.0, -0.5)),
    ],
)
def test_loss_equals_the_number_worked_by_hand(
    function: Any, settings: dict[str, Any], loss: float, rewards: tuple[float, float]
) -> None:
    losses_B, chosen_B, rejected_B = function(*LOGPS_BY_HAND, **LENGTHS_BY_HAND, **settings)

    assert losses_B.tolist() == pytest.approx([loss], abs=1e-6)
    assert (chosen_B.tolist(), rejected_B.tolist()) == (pytest.approx([rewards[0]]), pytest.approx([rewards[1]]))


@pytest.mark.parametrize("name", LOSSES)
def test_loss_at_policy_equal_reference_has_margin_0_and_its_known_value(name: str) -> None:
    loss = LOSSES[name]
    chosen, rejected = column(-3.0, -70.0), column(-5.0, -2.0)

    losses_B, chosen_B, rejected_B = loss.function(
        chosen,
        rejected,
        chosen,
        rejected,
        chosen_lengths_B=column(1, 30),
        rejected_lengths_B=column(7, 1),
        beta=loss.default_beta,
        **extras(name, 2),
    )

    known = {
        "ipo": [25.0, 25.0],  # 1 / (4 * 0.1^2)
        "simpo": [math.log1p(math.exp(-2 * (-3 + 5 / 7 - 0.5))), math.log1p(math.exp(-2 * (-70 / 30 + 2 - 0.5)))],
        "sft": [3.0, 70 / 30],
        "rwr": [3 * math.exp(0.5) + 5 * math.exp(-0.5), 70 * math.exp(0.5) + 2 * math.exp(-0.5)],
    }
    assert losses_B.tolist() == pytest.approx(known.get(name, [math.log(2)] * 2))
    assert (chosen_B.tolist(), rejected_B.tolist()) == ([0.0, 0.0], [0.0, 0.0])


@pytest.mark.parametrize("name", LOSSES)
@given(LOGPS, LOGPS, LOGPS, LOGPS, st.integers(1, 50), st.integers(1, 50))
def test_loss_of_a_swapped_pair_flips_the_sign_of_the_margin(
    name: str, policy_w: float, policy_l: float, ref_w: float, ref_l: float, len_w: int, len_l: int
) -> None:
    function = LOSSES[name].function
    lengths = {"chosen_lengths_B": column(len_w), "rejected_lengths_B": column(len_l)}
    swapped = {"chosen_lengths_B": column(len_l), "rejected_lengths_B": column(len_w)}
    settings = {"beta": 0.3, **extras(name)}

    forward = function(column(policy_w), column(policy_l), column(ref_w), column(ref_l), **lengths, **settings)
    back = function(column(policy_l), column(policy_w), column(ref_l), column(ref_w), **swapped, **settings)

    margin = float(forward[1] - forward[2])
    assert float(back[1] - back[2]) == -margin
    difference = float(forward[0] - back[0])
    if name in SIGMOID:
        # log(1 + e^-m) - log(1 + e^m) = -m
        assert difference == pytest.approx(-margin, abs=1e-9)
    if name == "cdpo":
        assert difference == pytest.approx(-0.8 * margin, abs=1e-9)  # 1 - 2e
    if name == "robust":
        assert difference == pytest.approx(-margin / 0.8, abs=1e-9)
    if name == "ipo":
        # (m - c)^2 - (m + c)^2 = -4 m c, with the margin beta * m and c = 1 / (2 beta)
        assert difference == pytest.approx(-2 * margin / 0.3**2, abs=1e-7)


@pytest.mark.parametrize("name", LOSSES)
@given(LOGPS, LOGPS, st.integers(1, 50))
def test_rewards_are_those_that_acquisition_uses(name: str, policy: float, reference: float, length: int) -> None:
    lengths = {"chosen_lengths_B": column(length), "rejected_lengths_B": column(1)}

    _, chosen_B, _ = LOSSES[name].function(
        column(policy), column(0), column(reference), column(0), **lengths, beta=0.7, **extras(name)
    )

    assert float(chosen_B) == pytest.approx(implicit_reward(policy, reference, length, loss=name, beta=0.7))


@pytest.mark.parametrize("name", LOSSES)
def test_loss_falls_as_the_chosen_logprob_rises(name: str) -> None:
    chosen = column(-10.0).requires_grad_()
    losses_B, *_ = LOSSES[name].function(
        chosen, *LOGPS_BY_HAND[1:], **LENGTHS_BY_HAND, beta=LOSSES[name].default_beta, **extras(name)
    )

    losses_B.sum().backward()  # type: ignore[no-untyped-call]

    assert chosen.grad is not None
    assert float(chosen.grad) < 0


def test_rwr_raises_the_rejected_completion_too() -> None:
    rejected = column(-12.0).requires_grad_()
    rwr(LOGPS_BY_HAND[0], rejected, *LOGPS_BY_HAND[2:], **LENGTHS_BY_HAND, beta=1.0)[0].sum().backward()  # type: ignore[no-untyped-call]

    assert rejected.grad is not None
    assert float(rejected.grad) == pytest.approx(-math.exp(-0.5))


def test_sft_does_not_see_the_rejected_completion() -> None:
    chosen, _, *references = LOGPS_BY_HAND

    assert sft(chosen, column(-99.0), *references, **LENGTHS_BY_HAND, beta=0.2)[0].tolist() == [2.5]


def test_ln_dpo_of_length_one_is_dpo() -> None:
    ones = {"chosen_lengths_B": column(1), "rejected_lengths_B": column(1)}

    assert ln_dpo(*LOGPS_BY_HAND, **ones, beta=0.7) == dpo(*LOGPS_BY_HAND, **ones, beta=0.7)


def test_ipo_is_0_at_its_target_and_grows_beyond() -> None:
    ones = {"chosen_lengths_B": column(1, 1), "rejected_lengths_B": column(1, 1)}
    policy = column(-1.0, -0.5)

    losses_B, *_ = ipo(policy, column(-5, -5), column(-6, -6), column(-5, -5), **ones, beta=0.1)

    assert losses_B.tolist() == pytest.approx([0.0, 0.25])


@pytest.mark.parametrize("function", [cdpo, robust])
def test_labels_that_are_surely_right_give_dpo(function: Any) -> None:
    losses_B, *_ = function(*LOGPS_BY_HAND, **LENGTHS_BY_HAND, beta=0.2, flip_chances_B=column(0))

    assert losses_B.tolist() == pytest.approx(dpo(*LOGPS_BY_HAND, **LENGTHS_BY_HAND, beta=0.2)[0].tolist())


def test_robust_over_flipped_labels_has_the_mean_of_dpo() -> None:
    chances_B = column(0.3)
    chosen, rejected, ref_chosen, ref_rejected = LOGPS_BY_HAND
    swapped = {"chosen_lengths_B": column(2), "rejected_lengths_B": column(4)}

    right = robust(*LOGPS_BY_HAND, **LENGTHS_BY_HAND, beta=0.2, flip_chances_B=chances_B)[0]
    flipped = robust(rejected, chosen, ref_rejected, ref_chosen, **swapped, beta=0.2, flip_chances_B=chances_B)[0]

    expected = dpo(*LOGPS_BY_HAND, **LENGTHS_BY_HAND, beta=0.2)[0]
    assert float(0.7 * right + 0.3 * flipped) == pytest.approx(float(expected))


def test_labels_two_to_one_are_a_soft_label_of_two_thirds() -> None:
    chosen, rejected, ref_chosen, ref_rejected = LOGPS_BY_HAND
    swapped = {"chosen_lengths_B": column(2), "rejected_lengths_B": column(4)}

    for_it = dpo(*LOGPS_BY_HAND, **LENGTHS_BY_HAND, beta=0.2)[0]
    against = dpo(rejected, chosen, ref_rejected, ref_chosen, **swapped, beta=0.2)[0]
    soft = cdpo(*LOGPS_BY_HAND, **LENGTHS_BY_HAND, beta=0.2, flip_chances_B=column(1 / 3))[0]

    assert float(2 * for_it + against) == pytest.approx(float(3 * soft))


def test_tie_is_half_the_loss_each_way_and_leaves_other_pairs_alone() -> None:
    doubled = [torch.cat([values, values]) for values in LOGPS_BY_HAND]
    lengths = {name: torch.cat([values, values]) for name, values in LENGTHS_BY_HAND.items()}

    losses_B, chosen_B, _ = with_ties(dpo, torch.tensor([True, False]))(*doubled, **lengths, beta=0.2)

    # (log(1 + e^-0.3) + log(1 + e^0.3)) / 2 and log(1 + e^-0.3)
    assert losses_B.tolist() == pytest.approx([0.7043552, 0.5543552], abs=1e-6)
    assert chosen_B.tolist() == pytest.approx([0.2, 0.2])


def test_tie_of_equal_margins_is_at_its_lowest_and_pulls_nowhere() -> None:
    logps = [column(-3.0).requires_grad_(), column(-5.0).requires_grad_()]
    lengths = {"chosen_lengths_B": column(3), "rejected_lengths_B": column(5)}

    losses_B, *_ = with_ties(dpo, torch.tensor([True]))(*logps, column(-3), column(-5), **lengths, beta=0.2)
    losses_B.sum().backward()  # type: ignore[no-untyped-call]

    assert losses_B.tolist() == pytest.approx([math.log(2)])
    assert [float(p.grad) for p in logps if p.grad is not None] == [0.0, 0.0]


@pytest.mark.parametrize("name", LOSSES)
@pytest.mark.parametrize("beta", [0.0, -1.0, math.nan])
def test_loss_with_beta_not_above_zero_is_refused(name: str, beta: float) -> None:
    one = column(1)
    with pytest.raises(ValueError, match="beta must be greater than 0"):
        LOSSES[name].function(
            one, one, one, one, chosen_lengths_B=one, rejected_lengths_B=one, beta=beta, **extras(name)
        )


@pytest.mark.parametrize(("name", "chance"), [("cdpo", 0.6), ("cdpo", -0.1), ("robust", 0.5), ("robust", math.nan)])
def test_loss_with_an_impossible_chance_of_a_flip_is_refused(name: str, chance: float) -> None:
    settings = extras(name, flip_chance=chance)
    with pytest.raises(ValueError, match="chance that a label is wrong"):
        LOSSES[name].function(*LOGPS_BY_HAND, **LENGTHS_BY_HAND, beta=0.1, **settings)


def test_rwr_with_a_temperature_that_overflows_is_refused() -> None:
    with pytest.raises(ValueError, match=r"at least 0\.02 for rwr"):
        rwr(*LOGPS_BY_HAND, **LENGTHS_BY_HAND, beta=0.019)


def test_default_betas_are_the_published_ones() -> None:
    assert {name: loss.default_beta for name, loss in LOSSES.items()} == {
        "dpo": 0.2,
        "ln_dpo": 5.0,
        "ipo": 0.1,
        "simpo": 2.0,
        "robust": 0.1,
        "cdpo": 0.1,
        "sft": 0.2,
        "rwr": 1.0,
    }
