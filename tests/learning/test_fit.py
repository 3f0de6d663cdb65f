"""The training loop: curves that repeat and resume, what it refuses, when it stops."""

import math
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch

from tests.learning.conftest import build_llama
from tests.learning.factories import make_pairs
from workers.learning.checkpoint import latest_step
from workers.learning.errors import NumericalError
from workers.learning.fit import FitConfig, FitResult, StepMetrics, fit
from workers.learning.fit_config import config_from
from workers.learning.losses import LOSSES
from workers.learning.pairs import PreferencePair
from workers.learning.policy import Policy, load_policy

pytestmark = pytest.mark.unit

CONFIG = FitConfig(learning_rate=3e-3, epochs=3, batch_size=4, checkpoint_every=2)


def run(
    policy: Policy,
    pairs: list[PreferencePair],
    config: FitConfig = CONFIG,
    *,
    folder: Path | None = None,
    should_stop: Callable[[], bool] = lambda: False,
) -> tuple[list[StepMetrics], FitResult]:
    curve: list[StepMetrics] = []
    result = fit(policy, pairs, config, folder=folder, on_step=curve.append, should_stop=should_stop)
    return curve, result


def losses(curve: list[StepMetrics]) -> list[float]:
    return [metrics.loss for metrics in curve]


@pytest.mark.parametrize("loss", ["dpo", "ln_dpo", "robust", "cdpo"])
def test_fit_starts_at_margin_0_and_log_2_when_policy_is_reference(policy: Policy, loss: str) -> None:
    curve, _ = run(policy, make_pairs(policy, 10), replace(CONFIG, loss=loss))

    first = curve[0]
    assert first.loss == pytest.approx(math.log(2), abs=1e-4)
    assert first.rewards_chosen == pytest.approx(0, abs=1e-4)
    assert first.rewards_rejected == pytest.approx(0, abs=1e-4)


def test_fit_learns_the_preferences(policy: Policy) -> None:
    curve, result = run(policy, make_pairs(policy, 10), replace(CONFIG, epochs=12))

    assert (result.steps, result.total_steps, result.stopped_early) == (36, 36, None)
    assert result.final == curve[-1]
    assert curve[-1].loss < 0.2
    assert curve[-1].rewards_accuracies == 1.0
    assert curve[-1].rewards_chosen > curve[-1].rewards_rejected


@pytest.mark.parametrize("loss", LOSSES)
def test_fit_of_every_loss_raises_the_margin(llama: Policy, loss: str) -> None:
    curve, _ = run(llama, make_pairs(llama, 8), replace(CONFIG, loss=loss, epochs=10))

    assert curve[-1].loss < curve[0].loss
    assert curve[-1].rewards_chosen - curve[-1].rewards_rejected > 0.1
    assert curve[-1].rewards_accuracies > 0.7


def test_fit_of_cdpo_takes_the_strength_of_a_label_before_the_smoothing(llama: Policy) -> None:
    [pair] = make_pairs(llama, 1)
    # A log-ratio of 10 and beta 0.1: margin 1.
    moved = replace(pair, chosen_reference_logprob=pair.chosen_reference_logprob - 10)

    values = [
        run(llama, [given], FitConfig(loss="cdpo", epochs=1, label_smoothing=0.4, learning_rate=1e-9))[0][0].loss
        for given in (moved, replace(moved, strength=0.8))
    ]

    right, flipped = math.log1p(math.exp(-1)), math.log1p(math.e)
    assert values == pytest.approx([0.6 * right + 0.4 * flipped, 0.8 * right + 0.2 * flipped], abs=1e-4)


def test_fit_of_a_tie_brings_its_completions_together(llama: Policy) -> None:
    [pair] = make_pairs(llama, 1)
    apart = replace(pair, chosen_reference_logprob=pair.chosen_reference_logprob - 10, tie=True)

    curve, _ = run(llama, [apart], replace(CONFIG, epochs=8))

    # Beta 0.2: margin 2, log(1 + e^-2) and log(1 + e^2).
    assert curve[0].loss == pytest.approx((math.log1p(math.exp(-2)) + math.log1p(math.exp(2))) / 2, abs=1e-4)
    assert [m.rewards_accuracies for m in curve] == [0.5] * 8
    assert abs(curve[-1].rewards_chosen - curve[-1].rewards_rejected) < 1


def test_fit_same_seed_and_pairs_in_any_order_give_the_same_curve(llama_folder: Path) -> None:
    pairs = make_pairs(load_policy(str(llama_folder), device="cpu"), 10)

    curves = [
        losses(run(load_policy(str(llama_folder), device="cpu"), given)[0]) for given in (pairs, pairs, pairs[::-1])
    ]

    assert curves[0] == curves[1]
    assert curves[2] == pytest.approx(curves[0], abs=1e-5)


def test_fit_other_seed_gives_another_order(llama_folder: Path) -> None:
    first, second = (load_policy(str(llama_folder), device="cpu") for _ in range(2))
    pairs = make_pairs(first, 10)

    one = [m.logps_chosen for m in run(first, pairs)[0]]
    other = [m.logps_chosen for m in run(second, pairs, replace(CONFIG, seed=1))[0]]

    assert one[0] != pytest.approx(other[0], abs=1e-3)


def test_fit_with_gradient_checkpointing_gives_the_same_curve(policy: Policy) -> None:
    pairs = make_pairs(policy, 8)
    again = load_policy(policy.source, device="cpu")

    expected = losses(run(policy, pairs)[0])
    curve, result = run(again, pairs, replace(CONFIG, gradient_checkpointing=True))

    assert losses(curve) == pytest.approx(expected, abs=1e-5)
    assert not any(module.training for module in result.policy.model.modules())


def test_fit_in_bf16_with_gradient_checkpointing_gives_the_curve_without(policy: Policy) -> None:
    pairs = make_pairs(policy, 8)
    again = load_policy(policy.source, device="cpu")
    config = replace(CONFIG, dtype="bfloat16", epochs=2)

    expected = losses(run(policy, pairs, config)[0])
    curve = losses(run(again, pairs, replace(config, gradient_checkpointing=True))[0])

    assert curve == pytest.approx(expected, abs=0.02)


def test_fit_of_pairs_that_share_a_prompt_equals_separate_rows(
    llama_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shared, separate = (load_policy(str(llama_folder), device="cpu") for _ in range(2))
    pairs = make_pairs(shared, 10)
    pairs += [replace(pair, chosen_ids=pair.rejected_ids, rejected_ids=(7, 8)) for pair in pairs[:5]]

    curve = losses(run(shared, pairs)[0])
    monkeypatch.setattr("workers.learning.trainer.shared_rows_agree", lambda model, device: False)
    expected = losses(run(separate, pairs)[0])

    assert curve == pytest.approx(expected, abs=1e-3)


@pytest.mark.parametrize("micro_batch_tokens", [1, 60])
def test_fit_curve_does_not_depend_on_micro_batches(llama_folder: Path, micro_batch_tokens: int) -> None:
    whole, split = (load_policy(str(llama_folder), device="cpu") for _ in range(2))
    pairs = [replace(pair, weight=1.0 + i % 3) for i, pair in enumerate(make_pairs(whole, 10))]

    expected = run(whole, pairs)[0]
    curve = run(split, pairs, replace(CONFIG, micro_batch_tokens=micro_batch_tokens))[0]

    assert losses(curve) == pytest.approx(losses(expected), abs=1e-4)
    assert [m.grad_norm for m in curve] == pytest.approx([m.grad_norm for m in expected], rel=1e-3)


def test_fit_step_loss_is_the_weighted_mean_over_the_step(llama: Policy) -> None:
    pairs = make_pairs(llama, 3)
    # Reference log-probs set apart by hand: beta 0.2 and log-ratios 5, 0 and -5 give margins 1, 0 and -1.
    moved = [
        replace(pair, chosen_reference_logprob=pair.chosen_reference_logprob - shift, weight=weight)
        for pair, shift, weight in zip(pairs, (5.0, 0.0, -5.0), (1.0, 2.0, 5.0), strict=True)
    ]

    [metrics] = run(llama, moved, FitConfig(epochs=1, batch_size=3, micro_batch_tokens=1))[0]

    by_hand = [math.log(1 + math.exp(-margin)) for margin in (1, 0, -1)]
    assert metrics.loss == pytest.approx((by_hand[0] + 2 * by_hand[1] + 5 * by_hand[2]) / 8, abs=1e-4)
    assert metrics.rewards_accuracies == pytest.approx(1 / 3, abs=0.34)
    assert metrics.rewards_chosen == pytest.approx(0, abs=1e-4)


@pytest.mark.parametrize("stop_after", [1, 2, 5])
def test_fit_resumed_gives_the_curve_of_an_uninterrupted_run(
    policy: Policy, llama_folder: Path, gpt2_folder: Path, tmp_path: Path, stop_after: int
) -> None:
    pairs = make_pairs(policy, 10)
    uninterrupted = load_policy(policy.source, device="cpu")
    resumed = load_policy(policy.source, device="cpu")
    expected, _ = run(uninterrupted, pairs)

    seen: list[StepMetrics] = []
    stopped = fit(
        policy,
        pairs,
        CONFIG,
        folder=tmp_path,
        on_step=seen.append,
        should_stop=lambda: len(seen) == stop_after,
    )
    rest, result = run(resumed, pairs, folder=tmp_path)

    assert (stopped.stopped_early, stopped.steps) == ("requested", stop_after)
    assert [m.step for m in seen + rest] == list(range(1, 10))
    assert losses(seen + rest) == losses(expected)
    assert result.stopped_early is None
    for one, other in zip(uninterrupted.model.parameters(), resumed.model.parameters(), strict=True):
        assert torch.equal(one, other)


@pytest.mark.filterwarnings("ignore:`is_gradient_checkpointing` is deprecated:FutureWarning")
@pytest.mark.parametrize(
    "changed",
    [
        {"lora_rank": 2, "learning_rate": 1e-2},
        {"micro_batch_tokens": 30, "gradient_checkpointing": True},
        {"holdout_share": 0.25, "early_stop_patience": 2, "epochs": 6},
        {"early_stop_loss": 0.45, "epochs": 20},
    ],
    ids=["adapter", "accumulation", "patience", "loss bound"],
)
def test_fit_resumed_anywhere_ends_as_an_uninterrupted_run(
    llama_folder: Path, tmp_path: Path, changed: dict[str, Any]
) -> None:
    config = replace(CONFIG, **changed)
    pairs = make_pairs(load_policy(str(llama_folder), device="cpu"), 10)
    expected, whole = run(load_policy(str(llama_folder), device="cpu"), pairs, config)

    seen: list[StepMetrics] = []
    for _ in range(len(expected)):
        limit = len(seen) + 5
        result = fit(
            load_policy(str(llama_folder), device="cpu"),
            pairs,
            config,
            folder=tmp_path,
            on_step=seen.append,
            should_stop=lambda limit=limit: len(seen) >= limit,  # type: ignore[misc]
        )
        if result.stopped_early != "requested":
            break

    assert seen == expected
    assert (result.steps, result.stopped_early, result.warnings) == (whole.steps, whole.stopped_early, whole.warnings)
    for one, other in zip(whole.policy.model.parameters(), result.policy.model.parameters(), strict=True):
        assert torch.equal(one, other)


def test_fit_keeps_one_checkpoint_and_resumes_a_finished_run_without_steps(llama: Policy, tmp_path: Path) -> None:
    pairs = make_pairs(llama, 8)
    curve, first = run(llama, pairs, folder=tmp_path)

    again, second = run(llama, pairs, folder=tmp_path)

    assert latest_step(tmp_path) == 6
    assert [path.name for path in tmp_path.iterdir()] == ["step-00000006"]
    assert again == []
    assert second.final == first.final == curve[-1]


def test_fit_stopped_right_after_a_checkpoint_leaves_that_one_alone(llama: Policy, tmp_path: Path) -> None:
    seen: list[StepMetrics] = []

    fit(
        llama,
        make_pairs(llama, 8),
        CONFIG,
        folder=tmp_path,
        on_step=seen.append,
        should_stop=lambda: len(seen) == 2,
    )

    assert [path.name for path in tmp_path.iterdir()] == ["step-00000002"]


def test_fit_refuses_the_checkpoint_of_another_job(llama: Policy, tmp_path: Path) -> None:
    pairs = make_pairs(llama, 8)
    run(llama, pairs, folder=tmp_path)

    with pytest.raises(ValueError, match="belongs to another model, label set or configuration"):
        run(llama, pairs[1:], folder=tmp_path)


def test_fit_of_one_pair_works(policy: Policy) -> None:
    curve, _ = run(policy, make_pairs(policy, 1), replace(CONFIG, epochs=5))

    assert len(curve) == 5
    assert curve[-1].loss < curve[0].loss


def test_fit_of_one_sided_labels_works(llama: Policy) -> None:
    """Every label prefers the same completion."""
    first, *others = make_pairs(llama, 6)
    one_sided = [
        replace(p, chosen_ids=first.chosen_ids, prompt_ids=first.prompt_ids, rejected_reference_logprob=-40.0)
        for p in others
    ]
    one_sided = [replace(p, chosen_reference_logprob=first.chosen_reference_logprob) for p in one_sided]

    curve, _ = run(llama, one_sided, replace(CONFIG, epochs=5))

    assert all(math.isfinite(m.loss) for m in curve)


def test_fit_of_no_pairs_is_refused(llama: Policy) -> None:
    with pytest.raises(ValueError, match="no preference pairs to train on"):
        run(llama, [])


def test_fit_of_one_pair_holds_nothing_out(llama: Policy) -> None:
    config = replace(CONFIG, epochs=5, holdout_share=0.5, early_stop_patience=1)

    curve, result = run(llama, make_pairs(llama, 1), config)

    assert (len(curve), result.stopped_early) == (5, None)
    assert {m.heldout_accuracy for m in curve} == {None}


@pytest.mark.parametrize(
    ("prompt", "chosen", "message"),
    [
        (96, 1, "Pair 1: its prompt of 96 tokens leaves no room in the model's context of 96"),
        (90, 7, "Pair 1: prompt and completion have 97 tokens, more than the model's context of 96"),
        (5, 0, "Pair 1: the chosen part has no tokens"),
    ],
)
def test_fit_names_the_pair_that_does_not_fit_the_context(
    llama: Policy, prompt: int, chosen: int, message: str
) -> None:
    good = make_pairs(llama, 1)[0]

    with pytest.raises(ValueError, match=message):
        run(llama, [good, replace(good, prompt_ids=(7,) * prompt, chosen_ids=(8,) * chosen, rejected_ids=(9,))])


def test_fit_at_the_very_end_of_the_context_works(llama: Policy) -> None:
    good = make_pairs(llama, 1)[0]

    curve, _ = run(llama, [replace(good, prompt_ids=(7,) * 95, chosen_ids=(8,), rejected_ids=(9,))])

    assert math.isfinite(curve[0].loss)


def test_fit_names_a_pair_that_cannot_be_trained_on(llama: Policy) -> None:
    good = make_pairs(llama, 1)[0]

    with pytest.raises(ValueError, match="Pair 1: the chosen part has no tokens"):
        run(llama, [good, replace(good, chosen_ids=())])


def test_fit_refuses_bf16_weights(llama_folder: Path) -> None:
    policy = load_policy(str(llama_folder), device="cpu", dtype=torch.bfloat16)

    with pytest.raises(ValueError, match=r"load the policy with dtype=torch\.float32"):
        run(policy, [PreferencePair((1,), (2,), (3,), -1.0, -1.0)])


def test_fit_refuses_weights_of_mixed_dtypes_by_name(llama: Policy) -> None:
    llama.model.model.layers[1].mlp.up_proj.to(torch.bfloat16)

    with pytest.raises(ValueError, match=r"The weights model\.layers\.1\.mlp\.up_proj\.weight are torch\.bfloat16"):
        run(llama, make_pairs(load_policy(llama.source, device="cpu"), 2))


def test_fit_non_finite_loss_names_step_and_rows() -> None:
    model = build_llama().eval()
    with torch.no_grad():
        model.model.embed_tokens.weight[77] = float("nan")
        model.lm_head.weight = torch.nn.Parameter(build_llama().lm_head.weight.detach())
    policy = Policy(model, None, torch.device("cpu"), 96, (259,), 260, False, "broken")
    good, others = PreferencePair((1,), (2,), (3,), -1.0, -1.0), PreferencePair((1, 77), (2,), (3,), -1.0, -1.0)
    # Its prompt is that of the first: in their shared row one's NaN reaches the other.
    neighbour = PreferencePair((1,), (77, 2), (4,), -1.0, -1.0)

    for pairs in ([good, others], [good, neighbour]):
        with pytest.raises(NumericalError, match="Step 1: the loss of pairs 1 is not finite"):
            run(policy, pairs)


def test_fit_stops_once_the_smoothed_loss_is_below_the_bound(llama: Policy) -> None:
    curve, result = run(llama, make_pairs(llama, 8), replace(CONFIG, epochs=40, early_stop_loss=0.4))

    assert result.stopped_early == "loss"
    assert result.steps == len(curve) < 80
    assert curve[-1].loss < 0.4


def test_fit_stops_once_heldout_accuracy_no_longer_improves(llama: Policy) -> None:
    config = replace(CONFIG, epochs=40, holdout_share=0.25, early_stop_patience=2, learning_rate=1e-9)

    curve, result = run(llama, make_pairs(llama, 12), config)

    accuracies = [m.heldout_accuracy for m in curve if m.heldout_accuracy is not None]
    assert result.stopped_early == "accuracy"
    # 9 pairs train in 3 steps an epoch; a rate of 1e-9 changes nothing that could improve for long.
    assert len(curve) == 3 * len(accuracies)
    assert len(accuracies) < 10
    assert max(accuracies[:-2]) >= max(accuracies[-2:])


def test_fit_warm_up_raises_the_learning_rate_in_steps(llama: Policy) -> None:
    curve, _ = run(llama, make_pairs(llama, 8), replace(CONFIG, warmup_steps=4))

    assert [m.learning_rate for m in curve] == pytest.approx([3e-3 * f for f in (0.25, 0.5, 0.75, 1, 1, 1)])


def test_fit_bf16_arithmetic_stays_near_fp32_and_keeps_fp32_weights(llama_folder: Path) -> None:
    exact, rounded = (load_policy(str(llama_folder), device="cpu") for _ in range(2))
    pairs = make_pairs(exact, 8)

    expected = losses(run(exact, pairs)[0])
    curve = losses(run(rounded, pairs, replace(CONFIG, dtype="bfloat16"))[0])

    assert curve == pytest.approx(expected, abs=0.1)
    assert curve != expected
    assert {p.dtype for p in rounded.model.parameters()} == {torch.float32}


def test_step_metrics_have_the_names_that_trl_logs() -> None:
    metrics = StepMetrics(
        2, 10, 0.2, 0.5, -0.3, -0.8, 0.75, -20.0, -30.0, 1e-5, 1.5, None, 0.4, 0.1, ("kl",), -0.2, 1.0
    )

    assert metrics.as_dict() == {
        "step": 2,
        "total_steps": 10,
        "epoch": 0.2,
        "loss": 0.5,
        "rewards/chosen": -0.3,
        "rewards/rejected": -0.8,
        "rewards/margins": 0.5,
        "rewards/accuracies": 0.75,
        "logps/chosen": -20.0,
        "logps/rejected": -30.0,
        "learning_rate": 1e-5,
        "grad_norm": 1.5,
        "drift": 0.4,
        "drift/chosen": -0.2,
        "drift/rejected": 1.0,
        "length_correlation": 0.1,
        "warning": False,
        "warnings": ["kl"],
    }


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"loss": "dop"}, "no loss 'dop'"),
        ({"beta": 0.0}, "beta must be greater than 0"),
        ({"beta": -1.0}, "beta must be greater than 0"),
        ({"learning_rate": math.nan}, "learning_rate must be greater than 0"),
        ({"epochs": 0}, "epochs must be greater than 0"),
        ({"warmup_steps": -1}, "warmup_steps must not be negative"),
        ({"dtype": "float16"}, "dtype must be one of"),
        ({"label_smoothing": 0.5}, "label_smoothing must be at least 0 and below 0.5"),
        ({"gamma_beta_ratio": -1.0}, "gamma_beta_ratio must not be negative"),
        ({"loss": "rwr", "beta": 0.019}, "at least 0.02 for rwr"),
        ({"early_stop_loss": math.nan}, "early_stop_loss must be a finite number, got nan"),
        ({"holdout_share": 1.0}, "holdout_share must be"),
        ({"early_stop_patience": 1}, "needs held-out prompts"),
        ({"momentum": 0.9}, "no setting named momentum"),
        ({"epochs": "three"}, "epochs is not of its type"),
        ({"epochs": True}, "epochs is not of its type"),
        ({"batch_size": 2.5}, "batch_size is not of its type: 2.5"),
        ({"seed": "x"}, "seed is not of its type"),
        ({"gradient_checkpointing": "no"}, "gradient_checkpointing is not of its type"),
        ({"beta": [1]}, "beta is not of its type"),
    ],
)
def test_config_out_of_range_is_refused(changed: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        config_from(changed)


def test_config_made_in_python_is_checked_for_its_types_too() -> None:
    with pytest.raises(ValueError, match=r"batch_size is not of its type: 2\.5"):
        FitConfig(batch_size=2.5)  # type: ignore[arg-type]


def test_config_of_plain_json_is_taken() -> None:
    settings = {"beta": 1, "lora_alpha": 16.0, "early_stop_loss": None, "loss": "rwr", "dtype": "float32"}

    assert config_from(settings) == FitConfig(loss="rwr", beta=1.0, lora_alpha=16, dtype="float32")
