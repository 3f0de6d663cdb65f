"""Reward heads: they learn what the labels say, hold out whole prompts, disagree where nothing is known."""

import pytest
import torch
from torch import Tensor

from workers.learning.reward_heads import train_heads

pytestmark = pytest.mark.unit

HIDDEN = 12


def labelled(pairs: int, *, seed: int = 0, truth: float = 1.0) -> tuple[Tensor, Tensor, list[str]]:
    """Pairs whose chosen completion has the greater first feature (the smaller one for truth = -1)."""
    drawn = torch.randn(2, pairs, HIDDEN, generator=torch.Generator().manual_seed(seed))
    first_is_greater = (drawn[0, :, :1] - drawn[1, :, :1]) * truth > 0
    chosen = torch.where(first_is_greater, drawn[0], drawn[1])
    rejected = torch.where(first_is_greater, drawn[1], drawn[0])
    return chosen, rejected, [f"p{i}" for i in range(pairs)]


@pytest.mark.parametrize("truth", [1.0, -1.0])
def test_heads_learn_what_the_labels_say(truth: float) -> None:
    heads = train_heads(*labelled(128, truth=truth), heads=4, seed=1)
    chosen, rejected, _ = labelled(400, seed=9, truth=truth)

    margins = (heads.rewards(chosen) - heads.rewards(rejected)).mean(1)

    assert float((margins > 0).float().mean()) > 0.85
    assert heads.accuracies_K is not None
    assert len(heads.accuracies_K) == 4
    assert min(heads.accuracies_K) > 0.6


def test_heads_of_noise_alone_are_stopped_before_they_believe_it() -> None:
    chosen, rejected, keys = labelled(64)
    flips = torch.rand(64, 1, generator=torch.Generator().manual_seed(3)) < 0.5
    noise = torch.where(flips, chosen, rejected), torch.where(flips, rejected, chosen)

    of_noise, of_truth = train_heads(*noise, keys, seed=0), train_heads(chosen, rejected, keys, seed=0)

    def gap(heads: object) -> float:
        return float((heads.rewards(chosen) - heads.rewards(rejected)).abs().mean())  # type: ignore[attr-defined]

    assert gap(of_noise) < 0.5 * gap(of_truth)


def test_heads_disagree_more_far_from_the_labels() -> None:
    chosen, rejected, keys = labelled(128)
    heads = train_heads(chosen, rejected, keys, heads=8, seed=0)

    def spread(features: Tensor) -> float:
        return float(heads.rewards(features).std(1).mean())

    assert spread(8 * chosen) > 1.5 * spread(chosen)


def test_same_arguments_give_the_same_heads() -> None:
    data = labelled(32)
    one, same, other = (train_heads(*data, heads=3, seed=seed) for seed in (5, 5, 6))

    assert torch.equal(one.rewards(data[0]), same.rewards(data[0]))
    assert not torch.equal(one.rewards(data[0]), other.rewards(data[0]))


def test_pairs_of_one_prompt_are_never_on_both_sides_of_the_split() -> None:
    # All pairs of one prompt: nothing may be held out, and the heads train all the same.
    chosen, rejected, _ = labelled(16)

    heads = train_heads(chosen, rejected, ["p"] * 16, heads=2, seed=0)

    assert heads.accuracies_K is None
    assert float(((heads.rewards(chosen) - heads.rewards(rejected)) > 0).float().mean()) > 0.9


def test_one_pair_and_a_constant_feature_are_defined() -> None:
    chosen, rejected, keys = labelled(1)
    chosen[:, 3] = rejected[:, 3] = 7.0

    rewards = train_heads(chosen, rejected, keys, heads=2, seed=0).rewards(torch.cat([chosen, rejected]))

    assert bool(torch.isfinite(rewards).all())
    assert bool((rewards[0] > rewards[1]).all())


def test_features_that_the_pairs_share_do_not_tell_near_equal_completions_apart() -> None:
    chosen, rejected, keys = labelled(1)
    chosen[:, 4:] = rejected[:, 4:]
    near = chosen.clone()
    near[:, 4:] += 1e-4

    heads = train_heads(chosen, rejected, keys, heads=8, seed=0)

    def gap(other: Tensor) -> float:
        return float((heads.rewards(chosen) - heads.rewards(other)).abs().max())

    assert gap(near) < 0.1 < gap(rejected)


def test_what_cannot_be_trained_on_is_named() -> None:
    chosen, rejected, keys = labelled(4)
    with pytest.raises(ValueError, match="at least one head and one pair"):
        train_heads(chosen[:0], rejected[:0], [], heads=2)
    with pytest.raises(ValueError, match="one prompt key per pair"):
        train_heads(chosen, rejected, keys[:3], heads=2)
    rejected[2, 5] = float("nan")
    with pytest.raises(ValueError, match="rejected features of pair 2 are not finite"):
        train_heads(chosen, rejected, keys, heads=2)
