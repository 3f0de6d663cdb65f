"""The weights, their optimiser, and what one optimiser step does to them.

Knows nothing about epochs, checkpoints or when to stop. B pairs of a micro-batch; logps are sums in nats.
"""

import math
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager, nullcontext
from typing import Any

import torch
from torch import Tensor
from transformers.modeling_layers import GradientCheckpointingLayer

from workers.learning import batching
from workers.learning.arithmetic import Dtype, arithmetic, is_bf16, made_again, naming_mixed_dtypes
from workers.learning.errors import NumericalError
from workers.learning.fit_config import FitConfig
from workers.learning.logprobs import Row, batch_logprobs
from workers.learning.losses import LOSSES, with_ties
from workers.learning.pairs import PreferencePair
from workers.learning.policy import Policy
from workers.learning.processes import Processes
from workers.learning.shared_prefix import shared_attention, shared_logprobs, shared_rows_agree

# What a step sums over its pairs. Margins and gaps (of length) make the correlation of the two.
_MEANS = (
    "rewards_chosen",
    "rewards_rejected",
    "rewards_accuracies",
    "logps_chosen",
    "logps_rejected",
    "drift_chosen",
    "drift_rejected",
)
_SUMS = ("loss", *_MEANS, "gap", "margin_squared", "gap_squared", "margin_times_gap")
_NO_SPREAD = 1e-9


@contextmanager
def open_trainer(policy: Policy, pairs: Sequence[PreferencePair], config: FitConfig) -> Iterator["Trainer"]:
    """A trainer of this policy; what it sets on the model (attention, checkpointing) is undone at the end.

    Pairs share their prompt's forward pass where the model's architecture allows it: tried here, once. Raises
    ValueError for weights that cannot train.
    """
    _trainable(policy.model)
    policy.model.eval()
    with ExitStack() as stack:
        shared = shared_rows_agree(policy.model, device=policy.device)
        if shared:
            stack.enter_context(shared_attention(policy.model))
        if config.gradient_checkpointing:
            stack.enter_context(_gradient_checkpointing(policy.model, policy.device, config.dtype))
        yield Trainer(policy, pairs, config, shared=shared)


class Trainer:
    """The weights, their optimiser, and what one step does to them."""

    def __init__(self, policy: Policy, pairs: Sequence[PreferencePair], config: FitConfig, *, shared: bool) -> None:
        self.policy, self.pairs, self.config, self.shared = policy, pairs, config, shared
        self.processes = Processes(policy.device)
        self.loss = LOSSES[config.loss]
        self.beta = self.loss.default_beta if config.beta is None else config.beta
        optimiser = torch.optim.AdamW(
            _trainable(policy.model).values(),
            lr=config.learning_rate,
            weight_decay=config.weight_decay,
            fused=policy.device.type in ("cpu", "cuda"),
        )
        self.model, self.optimiser = self.processes.prepare(
            policy.model,
            optimiser,
            max_grad_norm=config.max_grad_norm,
            bf16=is_bf16(policy.device, config.dtype),
        )
        # Named once they are where they stay: sharding puts others in their place.
        self.parameters = _trainable(policy.model)

    def step(self, step: int, rows: Sequence[int]) -> dict[str, float]:
        """One optimiser step on these pairs; returns its figures. The loss is sum(w * loss) / sum(w) over the step."""
        total_weight = sum(self.pairs[row].weight for row in rows)
        learning_rate = self._learning_rate(step)
        for group in self.optimiser.param_groups:
            group["lr"] = learning_rate
        self.optimiser.zero_grad(set_to_none=True)
        sums = torch.zeros(len(_SUMS), device=self.policy.device)
        *others, last = self._passes(rows)
        with self.processes.without_sync(self.model):
            for micro_rows, is_own in others:
                sums += self._backward(step, micro_rows, total_weight if is_own else math.inf) * is_own
        micro_rows, is_own = last
        sums += self._backward(step, micro_rows, total_weight if is_own else math.inf) * is_own
        sums = self.processes.sum(sums)
        grad_norm = self.processes.clip_grad_norm(list(self.parameters.values()), self.config.max_grad_norm or math.inf)
        if not math.isfinite(grad_norm):
            raise NumericalError(f"Step {step + 1}: the gradient of pairs {_listed(rows)} is not finite.")
        self.optimiser.step()
        return {**_figures(sums.tolist(), len(rows)), "learning_rate": learning_rate, "grad_norm": grad_norm}

    def accuracy(self, rows: Sequence[int]) -> float:
        """Share of these pairs whose chosen completion has the greater implicit reward; a tie counts half."""
        agreeing = torch.zeros((), device=self.policy.device)
        with torch.no_grad():
            for micro_rows, is_own in self._passes(rows):
                _, chosen_rewards_B, rejected_rewards_B, _, _ = self._forward(self.model, micro_rows)
                agreeing += self._agrees(micro_rows, chosen_rewards_B, rejected_rewards_B).sum() * is_own
        return float(self.processes.sum(agreeing)) / len(rows)

    def _passes(self, rows: Sequence[int]) -> list[tuple[list[int], bool]]:
        """The micro-batches of this process, and as many more as the process with most has: those are for nothing.

        Processes meet in their passes (gradients, sharded weights), so that all must make as many.
        """
        batches = [self._micro_batches(share) for share in self.processes.shares(rows)]
        own = batches[self.processes.rank]
        missing = max(map(len, batches)) - len(own)
        return [(batch, True) for batch in own] + [([rows[0]], False)] * missing

    def _micro_batches(self, rows: Sequence[int]) -> list[list[int]]:
        tokens, vocabulary = self.config.micro_batch_tokens, self.policy.model.config.get_text_config().vocab_size
        found = batching.micro_batches(self.pairs, rows, tokens, vocabulary=int(vocabulary), shared=self.shared)
        return list(found)

    def _backward(self, step: int, rows: Sequence[int], total_weight: float) -> Tensor:
        """Adds the gradients of a micro-batch; returns its loss share, and its sums of rewards, accuracy and logps."""
        losses_B, chosen_rewards_B, rejected_rewards_B, chosen_logps_B, rejected_logps_B = self._forward(
            self.model, rows
        )
        if not bool(torch.isfinite(losses_B).all()):
            broken = self._broken(rows, losses_B)
            raise NumericalError(f"Step {step + 1}: the loss of pairs {_listed(broken)} is not finite.")
        loss = (self._column([self.pairs[row].weight for row in rows]) * losses_B).sum() / total_weight
        self.processes.backward(loss)
        agrees_B = self._agrees(rows, chosen_rewards_B, rejected_rewards_B)
        *drifts, gap_B = self._drifts_and_gap(rows, chosen_logps_B.detach(), rejected_logps_B.detach())
        margin_B = chosen_rewards_B - rejected_rewards_B
        means = (chosen_rewards_B, rejected_rewards_B, agrees_B, chosen_logps_B, rejected_logps_B, *drifts)
        products = (gap_B, margin_B.square(), gap_B.square(), margin_B * gap_B)
        return torch.stack([part.detach().sum() for part in (loss, *means, *products)])

    def _broken(self, rows: Sequence[int], losses_B: Tensor) -> list[int]:
        """The rows whose losses are not finite, by themselves: what is not finite reaches others of its prompt."""
        found = [row for row, fine in zip(rows, torch.isfinite(losses_B).tolist(), strict=True) if not fine]
        if self.processes.sharded:
            # The other processes would have to make these passes too.
            return found
        with torch.no_grad():
            alone = [row for row in found if not bool(torch.isfinite(self._forward(self.policy.model, [row])[0]).all())]
        return alone or found

    def _forward(self, model: Any, rows: Sequence[int]) -> tuple[Tensor, Tensor, Tensor, Tensor, Tensor]:
        """Per pair [B]: losses, chosen and rejected rewards, chosen and rejected logps."""
        batch = [self.pairs[row] for row in rows]
        completions = [(p.prompt_ids, p.chosen_ids) for p in batch] + [(p.prompt_ids, p.rejected_ids) for p in batch]
        with naming_mixed_dtypes(self.policy.model), arithmetic(self.policy.device, self.config.dtype):
            logps_2B, lengths_2B = self._logprobs(model, completions)
        chosen_logps_B, rejected_logps_B = logps_2B.chunk(2)
        chosen_lengths_B, rejected_lengths_B = lengths_2B.chunk(2)
        ties_B = torch.tensor([p.tie for p in batch], device=self.policy.device)
        function = with_ties(self.loss.function, ties_B) if any(p.tie for p in batch) else self.loss.function
        losses_B, chosen_rewards_B, rejected_rewards_B = function(
            chosen_logps_B,
            rejected_logps_B,
            self._column([p.chosen_reference_logprob for p in batch]),
            self._column([p.rejected_reference_logprob for p in batch]),
            chosen_lengths_B=chosen_lengths_B,
            rejected_lengths_B=rejected_lengths_B,
            beta=self.beta,
            **self._settings(batch),
        )
        return losses_B, chosen_rewards_B, rejected_rewards_B, chosen_logps_B, rejected_logps_B

    def _logprobs(self, model: Any, completions: Sequence[Row]) -> tuple[Tensor, Tensor]:
        if self.shared:
            return shared_logprobs(model, completions, device=self.policy.device)
        return batch_logprobs(model, completions, pad_id=self.policy.pad_id, device=self.policy.device)

    def _settings(self, batch: Sequence[PreferencePair]) -> dict[str, Any]:
        """What this loss takes besides beta."""
        settings: dict[str, Any] = {}
        if self.loss.takes_gamma:
            settings["gamma_beta_ratio"] = self.config.gamma_beta_ratio
        if self.loss.takes_flip_chances:
            smoothing = self.config.label_smoothing
            settings["flip_chances_B"] = self._column(
                [smoothing if p.strength is None else 1 - p.strength for p in batch]
            )
        return settings

    def _drifts_and_gap(
        self, rows: Sequence[int], chosen_logps_B: Tensor, rejected_logps_B: Tensor
    ) -> tuple[Tensor, Tensor, Tensor]:
        """Nats per token that each completion lost against the reference, and how many tokens the chosen has more."""
        batch = [self.pairs[row] for row in rows]
        chosen_lengths_B = self._column([len(p.chosen_ids) for p in batch])
        rejected_lengths_B = self._column([len(p.rejected_ids) for p in batch])
        chosen_B = (self._column([p.chosen_reference_logprob for p in batch]) - chosen_logps_B) / chosen_lengths_B
        rejected_B = (self._column([p.rejected_reference_logprob for p in batch]) - rejected_logps_B) / (
            rejected_lengths_B
        )
        return chosen_B, rejected_B, chosen_lengths_B - rejected_lengths_B

    def _agrees(self, rows: Sequence[int], chosen_rewards_B: Tensor, rejected_rewards_B: Tensor) -> Tensor:
        ties_B = self._column([float(self.pairs[row].tie) for row in rows])
        return torch.where(ties_B > 0, 0.5, (chosen_rewards_B > rejected_rewards_B).float())

    def _learning_rate(self, step: int) -> float:
        """Linear warm-up, then constant."""
        warmup = min(1.0, (step + 1) / self.config.warmup_steps) if self.config.warmup_steps else 1.0
        return self.config.learning_rate * warmup

    def _column(self, values: Sequence[float]) -> Tensor:
        return torch.tensor(values, dtype=torch.float32, device=self.policy.device)


def _trainable(model: Any) -> dict[str, torch.nn.Parameter]:
    """The parameters that train. Raises ValueError for one that is not fp32; what is frozen may be anything."""
    found = {name: parameter for name, parameter in model.named_parameters() if parameter.requires_grad}
    for name, parameter in found.items():
        if parameter.dtype != torch.float32:
            raise ValueError(
                f"The weights {name} are {parameter.dtype}: load the policy with dtype=torch.float32 to train it, or "
                "train a LoRA adapter on it (lora_rank); bf16 weights swallow small updates."
            )
    return found


def _figures(sums: Sequence[float], count: int) -> dict[str, float]:
    """The figures of a step from its sums over `count` pairs."""
    of = dict(zip(_SUMS, sums, strict=True))
    margin = of["rewards_chosen"] - of["rewards_rejected"]
    spread = (count * of["margin_squared"] - margin**2) * (count * of["gap_squared"] - of["gap"] ** 2)
    # Of one pair, or of pairs that do not differ, there is no correlation.
    together = count * of["margin_times_gap"] - margin * of["gap"]
    correlation = together / math.sqrt(spread) if spread > _NO_SPREAD else 0.0
    return {
        "loss": of["loss"],
        "drift": (of["drift_chosen"] + of["drift_rejected"]) / 2 / count,
        **{name: of[name] / count for name in _MEANS},
        "length_correlation": max(-1.0, min(1.0, correlation)),
    }


@contextmanager
def _gradient_checkpointing(model: Any, device: torch.device, dtype: Dtype) -> Iterator[None]:
    """Activations of a layer are made again when its gradient is due. Only the layers' own flag says "training":
    their parts stay in eval mode, so that dropout stays off.
    """
    layers = [module for module in model.modules() if isinstance(module, GradientCheckpointingLayer)]
    settings = {"use_reentrant": False, "context_fn": lambda: (nullcontext(), made_again(device, dtype))}
    model.activation_checkpointing_enable(activation_checkpointing_kwargs=settings)
    for layer in layers:
        layer.training = True
    try:
        yield
    finally:
        model.activation_checkpointing_disable()
        model.eval()


def _listed(rows: Sequence[int]) -> str:
    shown = ", ".join(map(str, rows[:8]))
    return shown if len(rows) <= 8 else f"{shown} and {len(rows) - 8} more"
