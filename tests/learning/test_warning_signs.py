"""Warnings of a run: which figures give cause, and that real runs which go wrong say so."""

from dataclasses import replace
from typing import Any

import pytest
import torch

from tests.learning.factories import make_pairs
from workers.learning.fit import FitConfig, FitResult, StepMetrics, fit
from workers.learning.logprobs import completion_logprobs
from workers.learning.pairs import PreferencePair
from workers.learning.policy import Policy
from workers.learning.warning_signs import WARNINGS, corrected, signs, updated

pytestmark = pytest.mark.unit

CALM = {"rewards_chosen": 0.1, "rewards_rejected": -0.3, "length_correlation": 0.1, "loss": 0.6}
CALM |= {"drift_chosen": -0.02, "drift_rejected": 0.06}


def after(steps: int, **changed: float) -> tuple[str, ...]:
    averages: dict[str, float] = {}
    for _ in range(steps):
        averages = updated(averages, {**CALM, **changed})
    return signs(averages, steps)


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({}, ()),
        ({"rewards_chosen": -0.1}, ("chosen_reward",)),
        # Down with a margin that shrinks: that is no contrast, and not this sign.
        ({"rewards_chosen": -0.1, "rewards_rejected": 0.1}, ()),
        ({"drift_chosen": 1.2}, ("kl",)),
        ({"drift_chosen": -1.2}, ("kl",)),
        ({"drift_chosen": -0.9, "drift_rejected": 0.9}, ()),
        # One side rises as far as the other falls.
        ({"drift_chosen": -1.2, "drift_rejected": 1.2}, ("kl",)),
        ({"length_correlation": 0.7}, ("length",)),
        ({"length_correlation": -0.7}, ()),
        ({"drift_rejected": 2.0, "rewards_chosen": -5.0, "rewards_rejected": -9.0}, ("chosen_reward", "kl")),
    ],
)
def test_signs_name_what_the_averages_give_cause_for(changed: dict[str, float], expected: tuple[str, ...]) -> None:
    assert after(12, **changed) == expected


def test_a_correlation_of_few_steps_is_no_sign() -> None:
    assert after(9, length_correlation=0.9) == ()
    assert after(10, length_correlation=0.9) == ("length",)


def test_one_bad_step_among_many_is_no_sign() -> None:
    averages: dict[str, float] = {}
    for step in range(20):
        averages = updated(averages, {**CALM, "drift_chosen": 5.0 if step == 15 else 0.02})

    assert signs(averages, 20) == ()


def test_corrected_averages_of_a_constant_are_that_constant() -> None:
    averages = updated(updated({}, {"loss": 0.7}), {"loss": 0.7})

    assert corrected(averages, 2)["loss"] == pytest.approx(0.7)


def run(policy: Policy, pairs: list[PreferencePair], **settings: Any) -> tuple[list[StepMetrics], FitResult]:
    curve: list[StepMetrics] = []
    config = FitConfig(batch_size=8, **settings)
    result = fit(policy, pairs, config, folder=None, on_step=curve.append, should_stop=lambda: False)
    return curve, result


def test_fit_whose_chosen_rewards_are_below_zero_and_above_the_rejected_warns(llama: Policy) -> None:
    pairs = [
        replace(
            p,
            chosen_reference_logprob=p.chosen_reference_logprob + 1,
            rejected_reference_logprob=p.rejected_reference_logprob + 3,
        )
        for p in make_pairs(llama, 8)
    ]

    [metrics], result = run(llama, pairs, epochs=1, learning_rate=1e-9)

    assert (metrics.rewards_chosen, metrics.rewards_rejected) == pytest.approx((-0.2, -0.6), abs=1e-3)
    assert "chosen_reward" in metrics.warnings
    assert result.warnings["chosen_reward"] == WARNINGS["chosen_reward"]
    assert metrics.as_dict()["warning"] is True


def test_fit_far_from_its_reference_warns_of_kl_and_drift_is_the_mean_loss_per_token(llama: Policy) -> None:
    pairs = [
        replace(
            p,
            chosen_reference_logprob=p.chosen_reference_logprob + 1.5 * len(p.chosen_ids),
            rejected_reference_logprob=p.rejected_reference_logprob + 2.5 * len(p.rejected_ids),
        )
        for p in make_pairs(llama, 8)
    ]

    [metrics], result = run(llama, pairs, epochs=1, learning_rate=1e-9)

    assert metrics.drift == pytest.approx(2.0, abs=1e-3)
    assert (metrics.drift_chosen, metrics.drift_rejected) == pytest.approx((1.5, 2.5), abs=1e-3)
    assert "kl" in metrics.warnings
    assert "Try a lower learning rate" in result.warnings["kl"]


@pytest.mark.parametrize("loss", ["sft", "rwr"])
def test_fit_that_learns_its_chosen_completions_by_heart_warns_of_kl(llama: Policy, loss: str) -> None:
    curve, result = run(llama, make_pairs(llama, 8), loss=loss, epochs=40, learning_rate=3e-3)

    assert curve[0].warnings == ()
    assert curve[-1].drift_chosen < -1
    assert "kl" in result.warnings


def test_fit_whose_margins_follow_length_warns_of_it(llama: Policy) -> None:
    drawn = make_pairs(llama, 16)
    lengths = [(2 + i % 8, 9 - i % 8) for i in range(16)]
    pairs = [
        replace(p, chosen_ids=(3 + i, *(5,) * w), rejected_ids=(3 + i, *(6,) * r))
        for i, (p, (w, r)) in enumerate(zip(drawn, lengths, strict=True))
    ]

    def with_references(per_token: float) -> list[PreferencePair]:
        found = []
        for p in pairs:
            values = completion_logprobs(
                llama.model,
                [(p.prompt_ids, p.chosen_ids), (p.prompt_ids, p.rejected_ids)],
                pad_id=llama.pad_id,
                device=torch.device("cpu"),
            )
            chosen, rejected = (
                v - per_token * len(ids) for v, ids in zip(values, (p.chosen_ids, p.rejected_ids), strict=True)
            )
            found.append(replace(p, chosen_reference_logprob=chosen, rejected_reference_logprob=rejected))
        return found

    # Each token is half a nat likelier than under the reference: a margin is its difference of length.
    curve, result = run(llama, with_references(0.5), epochs=5, learning_rate=1e-9)
    assert curve[0].length_correlation == pytest.approx(1, abs=1e-3)
    assert [("length" in m.warnings) for m in curve] == [False] * 9 + [True]
    assert "ln_dpo" in result.warnings["length"]

    curve, result = run(llama, with_references(-0.5), epochs=5, learning_rate=1e-9)
    assert curve[0].length_correlation == pytest.approx(-1, abs=1e-3)
    assert "length" not in result.warnings


def test_fit_of_one_pair_has_no_correlation(llama: Policy) -> None:
    [metrics], _ = run(llama, make_pairs(llama, 1), epochs=1)

    assert metrics.length_correlation == 0
