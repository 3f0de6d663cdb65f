"""An ensemble of small reward heads on a policy's hidden states, trained on the labels so far.

Knows nothing about models, texts or rules: features in, one reward per head out. Shapes: K heads, P labelled pairs,
N completions, H features, U hidden units. The heads differ by their start and by the prompts each of them holds out.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import blake2b

import torch
from torch import Tensor
from torch.nn.functional import logsigmoid, tanh

_UNITS = 32
_STEPS = 300
_LEARNING_RATE = 0.01
_WEIGHT_DECAY = 0.1
# A head stops where the loss on its own held-out prompts is lowest.
_HELDOUT_SHARE = 0.2
# A feature that hardly differs in the training pairs says nothing of its scale: its deviation counts as at least this
# share of the mean one, or rounding in it would decide rewards.
_LEAST_DEVIATION, _NO_DEVIATION = 1e-2, 1e-6


@dataclass(frozen=True)
class RewardHeads:
    """K heads with one hidden layer each; features are standardised by the training pairs' own mean and deviation.

    `accuracies_K` is each head's share of held-out pairs in the right order, None where nothing could be held out.
    """

    mean_H: Tensor
    deviation_H: Tensor
    hidden_K_H_U: Tensor
    output_K_U: Tensor
    accuracies_K: tuple[float, ...] | None

    def rewards(self, features_N_H: Tensor) -> Tensor:
        """Rewards [N, K]: only differences between completions of one prompt mean anything."""
        return _rewards((features_N_H - self.mean_H) / self.deviation_H, self.hidden_K_H_U, self.output_K_U).T


def train_heads(
    chosen_P_H: Tensor, rejected_P_H: Tensor, prompt_keys: Sequence[str], *, heads: int = 8, seed: int = 0
) -> RewardHeads:
    """Bradley-Terry heads: -log sigmoid(r(chosen) - r(rejected)), full-batch AdamW, each head stopped early.

    Every head holds out a fifth of the prompts of its own (whole prompts: pairs of one prompt are alike) and keeps the
    weights at which its loss on them was lowest. With one prompt alone nothing is held out and all steps are taken.
    The ensemble follows SEA (arXiv 2411.01493): disagreement between heads stands for what the labels leave open.
    Same arguments, same heads. Raises ValueError for no pairs, rows that do not match, or features not finite.
    """
    _check(chosen_P_H, rejected_P_H, prompt_keys, heads)
    both_2P_H = torch.cat([chosen_P_H, rejected_P_H]).float()
    mean_H, deviation_H = both_2P_H.mean(0), both_2P_H.std(0)
    deviation_H = deviation_H.clamp(min=max(_LEAST_DEVIATION * float(deviation_H.mean()), _NO_DEVIATION))
    chosen_P_H, rejected_P_H = ((both_2P_H - mean_H) / deviation_H).chunk(2)
    heldout_K_P = _heldout(prompt_keys, heads, seed)
    generator = torch.Generator().manual_seed(seed)
    features = chosen_P_H.shape[1]
    hidden_K_H_U = torch.randn(heads, features, _UNITS, generator=generator) / features**0.5
    output_K_U = torch.randn(heads, _UNITS, generator=generator) / _UNITS**0.5
    hidden_K_H_U, output_K_U = _fit(chosen_P_H, rejected_P_H, heldout_K_P, hidden_K_H_U, output_K_U)
    margins_K_P = _rewards(chosen_P_H, hidden_K_H_U, output_K_U) - _rewards(rejected_P_H, hidden_K_H_U, output_K_U)
    right_K = ((margins_K_P > 0) & heldout_K_P).sum(1) / heldout_K_P.sum(1)
    accuracies = tuple(right_K.tolist()) if bool(heldout_K_P.any()) else None
    return RewardHeads(mean_H, deviation_H, hidden_K_H_U, output_K_U, accuracies)


def _fit(
    chosen_P_H: Tensor, rejected_P_H: Tensor, heldout_K_P: Tensor, hidden_K_H_U: Tensor, output_K_U: Tensor
) -> tuple[Tensor, Tensor]:
    """The weights of every head at the step where its held-out loss was lowest (without any held out, at the end)."""
    weights = [hidden_K_H_U.clone().requires_grad_(), output_K_U.clone().requires_grad_()]
    optimiser = torch.optim.AdamW(weights, lr=_LEARNING_RATE, weight_decay=_WEIGHT_DECAY)
    best_K = torch.full((len(hidden_K_H_U),), float("inf"))
    kept = [hidden_K_H_U, output_K_U]
    nothing_heldout = not bool(heldout_K_P.any())
    with torch.enable_grad():
        for _ in range(_STEPS):
            margins_K_P = _rewards(chosen_P_H, *weights) - _rewards(rejected_P_H, *weights)
            losses_K_P = -logsigmoid(margins_K_P)
            heldout_K = _masked_mean(losses_K_P.detach(), heldout_K_P)
            better_K = heldout_K < best_K
            best_K = torch.where(better_K, heldout_K, best_K)
            kept = [_choose(better_K, new.detach(), old) for new, old in zip(weights, kept, strict=True)]
            optimiser.zero_grad()
            # Heads share no weight: the gradient of the sum is each head's own.
            _masked_mean(losses_K_P, ~heldout_K_P).sum().backward()  # type: ignore[no-untyped-call]
            optimiser.step()
    hidden_K_H_U, output_K_U = [weight.detach() for weight in weights] if nothing_heldout else kept
    return hidden_K_H_U, output_K_U


def _rewards(features_N_H: Tensor, hidden_K_H_U: Tensor, output_K_U: Tensor) -> Tensor:
    """[K, N]"""
    units_K_N_U = tanh(features_N_H @ hidden_K_H_U)
    return (units_K_N_U @ output_K_U.unsqueeze(2)).squeeze(2)


def _masked_mean(values_K_P: Tensor, mask_K_P: Tensor) -> Tensor:
    return (values_K_P * mask_K_P).sum(1) / mask_K_P.sum(1).clamp(min=1)


def _choose(rows_K: Tensor, new: Tensor, old: Tensor) -> Tensor:
    return torch.where(rows_K.reshape(-1, *[1] * (new.dim() - 1)), new, old)


def _heldout(prompt_keys: Sequence[str], heads: int, seed: int) -> Tensor:
    """Per head [K, P], the pairs whose prompt it holds out; never all prompts, none where there is one alone."""
    keys = sorted(set(prompt_keys))
    count = min(len(keys) - 1, max(1, round(_HELDOUT_SHARE * len(keys))))
    rows = []
    for head in range(heads):
        ranked = sorted(keys, key=lambda key, head=head: blake2b(f"{seed}:{head}:{key}".encode()).digest())  # type: ignore[misc]
        out = set(ranked[:count])
        rows.append([key in out for key in prompt_keys])
    return torch.tensor(rows)


def _check(chosen_P_H: Tensor, rejected_P_H: Tensor, prompt_keys: Sequence[str], heads: int) -> None:
    if heads < 1 or not len(chosen_P_H) == len(rejected_P_H) == len(prompt_keys) > 0:
        raise ValueError("Reward heads need at least one head and one pair, with one prompt key per pair.")
    for name, features in (("chosen", chosen_P_H), ("rejected", rejected_P_H)):
        broken_P = ~torch.isfinite(features).all(1)
        if bool(broken_P.any()):
            raise ValueError(f"The {name} features of pair {int(broken_P.nonzero()[0])} are not finite.")
