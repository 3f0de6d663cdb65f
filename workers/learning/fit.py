"""The training loop: a policy and preference pairs in, the tuned policy out, one optimiser step after another.

Knows nothing about jobs, rows or progress bars: it calls `on_step` and asks `should_stop`. One process, one device;
`_Trainer.step` is the seam where several would share the micro-batches of a step and sum their gradients.
"""

import math
import time
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import replace
from pathlib import Path
from typing import Any, Literal

import torch
from torch import Tensor

from workers.learning import batching, checkpoint
from workers.learning.errors import NumericalError
from workers.learning.fit_config import FitConfig
from workers.learning.fit_metrics import FitResult, StepMetrics
from workers.learning.logprobs import batch_logprobs
from workers.learning.lora import with_adapter
from workers.learning.losses import LOSSES, with_ties
from workers.learning.pairs import PreferencePair, validate_pairs
from workers.learning.policy import Policy

__all__ = ["FitConfig", "FitResult", "StepMetrics", "fit"]

_SMOOTHING = 0.9


def fit(
    policy: Policy,
    pairs: Sequence[PreferencePair],
    config: FitConfig,
    *,
    folder: Path | None,
    on_step: Callable[[StepMetrics], None],
    should_stop: Callable[[], bool],
) -> FitResult:
    """Trains the policy's weights in place (or a LoRA adapter put on them) and returns it with its final metrics.

    Same seed and pairs, in whatever order, give the same curve. Checkpoints go to `folder`; one that is found there
    is resumed, and its curve goes on as if never interrupted (CPU, fp32). `should_stop` is asked before every step.
    Raises ValueError for no pairs, a pair that cannot be trained on, weights that are not fp32, or a checkpoint of
    another job; NumericalError naming the step and the rows when a loss or gradient is not finite.
    """
    if not pairs:
        raise ValueError("There are no preference pairs to train on: label some pairs first.")
    vocab_size = int(policy.model.config.get_text_config().vocab_size)
    validate_pairs(pairs, context_length=policy.context_length, vocab_size=vocab_size)
    trained = replace(policy, model=with_adapter(policy.model, config))
    train_rows, heldout_rows = batching.split_by_prompt(pairs, config.holdout_share, config.seed)
    trainer = _Trainer(trained, pairs, config)
    steps_per_epoch = math.ceil(len(train_rows) / config.batch_size)
    total_steps = config.epochs * steps_per_epoch

    fingerprint = checkpoint.fingerprint(policy.source, config, pairs)
    progress = checkpoint.Progress()
    if folder is not None:
        progress = checkpoint.resume(folder, fingerprint, trainer.parameters, trainer.optimiser) or progress
    started = time.monotonic() - progress.seconds

    while progress.step < total_steps and progress.stopped_early is None:
        if should_stop():
            progress.stopped_early = "requested"
            break
        epoch, index = divmod(progress.step, steps_per_epoch)
        order = batching.epoch_order(pairs, train_rows, epoch=epoch, seed=config.seed)
        rows = order[index * config.batch_size : (index + 1) * config.batch_size]
        figures = trainer.step(progress.step, rows)
        progress.step += 1
        progress.seconds = time.monotonic() - started
        accuracy = trainer.accuracy(heldout_rows) if heldout_rows and progress.step % steps_per_epoch == 0 else None
        metrics = StepMetrics(
            step=progress.step,
            total_steps=total_steps,
            epoch=progress.step / steps_per_epoch,
            heldout_accuracy=accuracy,
            **figures,
        )
        _note(progress, metrics, config)
        on_step(metrics)
        if folder is not None and config.checkpoint_every and progress.step % config.checkpoint_every == 0:
            checkpoint.save(folder, fingerprint, progress, trainer.parameters, trainer.optimiser)

    if folder is not None and progress.stopped_early == "requested":
        resumable = replace(progress, stopped_early=None)
        checkpoint.save(folder, fingerprint, resumable, trainer.parameters, trainer.optimiser)
    return FitResult(
        policy=trained,
        steps=progress.step,
        total_steps=total_steps,
        seconds=progress.seconds,
        stopped_early=progress.stopped_early,
        final=StepMetrics(**progress.last_metrics) if progress.last_metrics else None,
    )


def _note(progress: checkpoint.Progress, metrics: StepMetrics, config: FitConfig) -> None:
    """Keeps what early stopping needs, and decides it."""
    progress.last_metrics = vars(metrics).copy()
    progress.smoothed_loss = _SMOOTHING * progress.smoothed_loss + (1 - _SMOOTHING) * metrics.loss
    # Division by 1 - decay^n takes the start at zero out of the moving average.
    smoothed = progress.smoothed_loss / (1 - _SMOOTHING**metrics.step)
    if config.early_stop_loss is not None and smoothed < config.early_stop_loss:
        progress.stopped_early = "loss"
    if metrics.heldout_accuracy is None:
        return
    improved = metrics.heldout_accuracy > progress.best_accuracy
    progress.best_accuracy = max(progress.best_accuracy, metrics.heldout_accuracy)
    progress.stale_epochs = 0 if improved else progress.stale_epochs + 1
    if config.early_stop_patience and progress.stale_epochs >= config.early_stop_patience:
        progress.stopped_early = "accuracy"


class _Trainer:
    """The weights, their optimiser, and what one step does to them."""

    def __init__(self, policy: Policy, pairs: Sequence[PreferencePair], config: FitConfig) -> None:
        self.policy, self.pairs, self.config = policy, pairs, config
        self.loss = LOSSES[config.loss]
        self.beta = self.loss.default_beta if config.beta is None else config.beta
        # Dropout stays off: with it a policy equal to its reference has margins other than 0.
        policy.model.eval()
        self.parameters = {name: p for name, p in policy.model.named_parameters() if p.requires_grad}
        for name, parameter in self.parameters.items():
            if parameter.dtype != torch.float32:
                raise ValueError(
                    f"The weights {name} are {parameter.dtype}: load the policy with dtype=torch.float32 to train it; "
                    "bf16 weights swallow small updates."
                )
        self.optimiser = torch.optim.AdamW(
            self.parameters.values(),
            lr=config.learning_rate,
            weight_decay=config.weight_decay,
            fused=policy.device.type in ("cpu", "cuda"),
        )

    def step(self, step: int, rows: Sequence[int]) -> dict[str, float]:
        """One optimiser step on these pairs; returns its figures. The loss is sum(w * loss) / sum(w) over the step."""
        total_weight = sum(self.pairs[row].weight for row in rows)
        self.optimiser.zero_grad(set_to_none=True)
        sums = torch.zeros(6, device=self.policy.device)
        for micro_rows in batching.micro_batches(self.pairs, rows, self.config.micro_batch_tokens):
            sums += self._backward(step, micro_rows, total_weight)
        grad_norm = float(
            torch.nn.utils.clip_grad_norm_(self.parameters.values(), self.config.max_grad_norm or math.inf)
        )
        if not math.isfinite(grad_norm):
            raise NumericalError(f"Step {step + 1}: the gradient of pairs {_listed(rows)} is not finite.")
        learning_rate = self._learning_rate(step)
        for group in self.optimiser.param_groups:
            group["lr"] = learning_rate
        self.optimiser.step()
        loss, *totals = sums.tolist()
        names = ("rewards_chosen", "rewards_rejected", "rewards_accuracies", "logps_chosen", "logps_rejected")
        means = {name: total / len(rows) for name, total in zip(names, totals, strict=True)}
        return {"loss": loss, **means, "learning_rate": learning_rate, "grad_norm": grad_norm}

    def accuracy(self, rows: Sequence[int]) -> float:
        """Share of these pairs whose chosen completion has the greater implicit reward; a tie counts half."""
        agreeing = 0.0
        with torch.inference_mode():
            for micro_rows in batching.micro_batches(self.pairs, rows, self.config.micro_batch_tokens):
                _, chosen_rewards_B, rejected_rewards_B, _, _ = self._forward(micro_rows)
                agreeing += float(self._agrees(micro_rows, chosen_rewards_B, rejected_rewards_B).sum())
        return agreeing / len(rows)

    def _backward(self, step: int, rows: Sequence[int], total_weight: float) -> Tensor:
        """Adds the gradients of a micro-batch; returns its loss share, and its sums of rewards, accuracy and logps."""
        losses_B, chosen_rewards_B, rejected_rewards_B, chosen_logps_B, rejected_logps_B = self._forward(rows)
        if not bool(torch.isfinite(losses_B).all()):
            broken = [row for row, fine in zip(rows, torch.isfinite(losses_B).tolist(), strict=True) if not fine]
            raise NumericalError(f"Step {step + 1}: the loss of pairs {_listed(broken)} is not finite.")
        loss = (self._column([self.pairs[row].weight for row in rows]) * losses_B).sum() / total_weight
        loss.backward()  # type: ignore[no-untyped-call]
        agrees_B = self._agrees(rows, chosen_rewards_B, rejected_rewards_B)
        parts = (loss, chosen_rewards_B, rejected_rewards_B, agrees_B, chosen_logps_B, rejected_logps_B)
        return torch.stack([part.detach().sum() for part in parts])

    def _forward(self, rows: Sequence[int]) -> tuple[Tensor, Tensor, Tensor, Tensor, Tensor]:
        """Per pair [B]: losses, chosen and rejected rewards, chosen and rejected logps."""
        batch = [self.pairs[row] for row in rows]
        completions = [(p.prompt_ids, p.chosen_ids) for p in batch] + [(p.prompt_ids, p.rejected_ids) for p in batch]
        with _autocast(self.policy.device, self.config.dtype):
            logps_2B, lengths_2B = batch_logprobs(
                self.policy.model, completions, pad_id=self.policy.pad_id, device=self.policy.device
            )
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

    def _agrees(self, rows: Sequence[int], chosen_rewards_B: Tensor, rejected_rewards_B: Tensor) -> Tensor:
        ties_B = self._column([float(self.pairs[row].tie) for row in rows])
        return torch.where(ties_B > 0, 0.5, (chosen_rewards_B > rejected_rewards_B).float())

    def _learning_rate(self, step: int) -> float:
        """Linear warm-up, then constant."""
        warmup = min(1.0, (step + 1) / self.config.warmup_steps) if self.config.warmup_steps else 1.0
        return self.config.learning_rate * warmup

    def _column(self, values: Sequence[float]) -> Tensor:
        return torch.tensor(values, dtype=torch.float32, device=self.policy.device)


def _autocast(device: torch.device, dtype: Literal["auto", "float32", "bfloat16"]) -> AbstractContextManager[Any]:
    """bf16 arithmetic where asked for, or where the device is a GPU that has it; weights stay fp32."""
    wanted = dtype == "bfloat16" or (dtype == "auto" and device.type == "cuda" and torch.cuda.is_bf16_supported())
    return torch.autocast(device.type, dtype=torch.bfloat16) if wanted else nullcontext()


def _listed(rows: Sequence[int]) -> str:
    shown = ", ".join(map(str, rows[:8]))
    return shown if len(rows) <= 8 else f"{shown} and {len(rows) - 8} more"
