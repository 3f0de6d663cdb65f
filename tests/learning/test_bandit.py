"""The two findings of the on-policy paper on its bandit: where pairs come from, and what a loss pushes down."""

import math

import pytest
import torch

from workers.learning.bandit import LIKELY_PEAK, UNLIKELY_PEAK, Bandit, BanditConfig, learn_bandit, make_bandit

pytestmark = pytest.mark.unit

SEEDS = range(3)
# At each loss's own beta the first step then moves a chosen arm's logit equally far.
LEARNING_RATES = {"dpo": 50.0, "sft": 5.0, "rwr": 5 / math.exp(0.5)}


def learn(peak: int, loss: str, *, on_policy: bool, times: float = 1, seeds: range = SEEDS) -> list[list[float]]:
    config = BanditConfig(loss, on_policy, times * LEARNING_RATES[loss])
    return [learn_bandit(make_bandit(peak), config, seed=seed) for seed in seeds]


def best_of_two(peak: int) -> float:
    """Expected reward of the better of two draws from the reference."""
    bandit = make_bandit(peak)
    better_A_A = torch.maximum(bandit.rewards_A[:, None], bandit.rewards_A)
    return float(bandit.reference_A @ better_A_A @ bandit.reference_A)


def rounds_to_reach(curve: list[float], reward: float) -> float:
    return next((number for number, reached in enumerate(curve, start=1) if reached >= reward), math.inf)


def test_make_bandit_bins_a_squashed_cauchy() -> None:
    bandit = make_bandit(UNLIKELY_PEAK)

    assert float(bandit.reference_A.sum()) == pytest.approx(1)
    # tanh keeps the sign: the lower half holds the Cauchy's mass below 0.
    assert float(bandit.reference_A[:50].sum()) == pytest.approx(math.atan(0.7 / 0.4) / math.pi + 0.5)
    assert float(bandit.reference_A[LIKELY_PEAK]) == pytest.approx(0.0243, abs=1e-4)
    assert float(bandit.reference_A[UNLIKELY_PEAK]) == pytest.approx(0.0021, abs=1e-4)


def test_make_bandit_pays_most_at_the_peak() -> None:
    rewards_A = make_bandit(UNLIKELY_PEAK).rewards_A

    assert (int(rewards_A.argmax()), float(rewards_A[UNLIKELY_PEAK])) == (UNLIKELY_PEAK, 1)
    assert float(rewards_A[UNLIKELY_PEAK - 10]) == pytest.approx(1 / math.e)


def test_on_policy_pairs_reach_a_peak_that_as_many_pairs_of_the_reference_do_not() -> None:
    on_policy = learn(UNLIKELY_PEAK, "dpo", on_policy=True)
    offline = learn(UNLIKELY_PEAK, "dpo", on_policy=False)

    assert min(curve[-1] for curve in on_policy) > 0.9
    assert max(max(curve) for curve in offline) < 0.2


@pytest.mark.parametrize("times", [0.25, 4])
def test_no_learning_rate_makes_up_for_pairs_of_the_reference(times: float) -> None:
    (curve,) = learn(UNLIKELY_PEAK, "dpo", on_policy=False, times=times, seeds=range(1))

    assert max(curve) < 0.4


def test_pairs_of_the_reference_are_enough_where_it_covers_the_peak() -> None:
    assert min(curve[-1] for curve in learn(LIKELY_PEAK, "dpo", on_policy=False)) > 0.9


@pytest.mark.parametrize("times", [0.2, 1, 5])
def test_likelihood_alone_stops_at_the_better_of_two_draws_where_the_negative_gradient_goes_on(times: float) -> None:
    # The same seeds, so the same pairs as in the test above, where dpo passes 0.9.
    for curve in learn(LIKELY_PEAK, "sft", on_policy=False, times=times):
        assert curve[-1] == pytest.approx(best_of_two(LIKELY_PEAK), abs=0.08)
    for curve in learn(UNLIKELY_PEAK, "sft", on_policy=False, times=times, seeds=range(1)):
        assert curve[-1] == pytest.approx(best_of_two(UNLIKELY_PEAK), abs=0.08)


def test_on_policy_the_negative_gradient_reaches_the_peak_in_fewer_rounds() -> None:
    contrastive, likelihood, weighted = (
        [rounds_to_reach(curve, 0.8) for curve in learn(UNLIKELY_PEAK, loss, on_policy=True)]
        for loss in ("dpo", "sft", "rwr")
    )

    assert max(contrastive) < 30
    assert all(fast * 1.25 < slow for fast, slow in zip(contrastive, likelihood, strict=True))
    assert min(weighted) == math.inf


def test_learn_bandit_is_the_same_for_the_same_seed_alone() -> None:
    config = BanditConfig("dpo", True, 50.0, rounds=3)
    bandit = make_bandit(LIKELY_PEAK)

    assert learn_bandit(bandit, config, seed=1) == learn_bandit(bandit, config, seed=1)
    assert learn_bandit(bandit, config, seed=1) != learn_bandit(bandit, config, seed=2)


def test_learn_bandit_without_two_arms_to_compare_stays_where_it_is() -> None:
    reference_A = torch.zeros(100, dtype=torch.float64)
    reference_A[3] = 1
    bandit = Bandit(reference_A, make_bandit(3).rewards_A)

    assert learn_bandit(bandit, BanditConfig("dpo", True, 50.0, rounds=2), seed=0) == [1, 1]


def test_learn_bandit_refuses_a_loss_for_labels_that_may_be_wrong() -> None:
    with pytest.raises(ValueError, match="cdpo"):
        learn_bandit(make_bandit(LIKELY_PEAK), BanditConfig("cdpo", True, 1.0), seed=0)
