"""The training loop: a policy and preference pairs in, the tuned policy out, one optimiser step after another.

Knows nothing about jobs, rows or progress bars: it calls `on_step` and asks `should_stop`. Under a launcher all
processes run this loop side by side; the first one alone calls `on_step` and writes checkpoints.
"""

import math
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from workers.learning import batching, checkpoint, warning_signs
from workers.learning.fit_config import FitConfig
from workers.learning.fit_metrics import FitResult, StepMetrics
from workers.learning.lora import with_adapter
from workers.learning.pairs import PreferencePair, validate_pairs
from workers.learning.policy import Policy
from workers.learning.trainer import Trainer, open_trainer

__all__ = ["FitConfig", "FitResult", "StepMetrics", "fit"]


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
    with open_trainer(trained, pairs, config) as trainer:
        return _run(trainer, train_rows, heldout_rows, folder, on_step, should_stop)


def _run(
    trainer: Trainer,
    train_rows: Sequence[int],
    heldout_rows: Sequence[int],
    folder: Path | None,
    on_step: Callable[[StepMetrics], None],
    should_stop: Callable[[], bool],
) -> FitResult:
    policy, pairs, config, processes = trainer.policy, trainer.pairs, trainer.config, trainer.processes
    steps_per_epoch = math.ceil(len(train_rows) / config.batch_size)
    total_steps = config.epochs * steps_per_epoch

    fingerprint = checkpoint.fingerprint(policy.source, config, pairs)
    progress = checkpoint.Progress()
    if folder is not None:
        progress = _resumed(trainer, folder, fingerprint) or progress
    started = time.monotonic() - progress.seconds

    while progress.step < total_steps and progress.stopped_early is None:
        if processes.any(should_stop(), policy.device):
            progress.stopped_early = "requested"
            break
        epoch, index = divmod(progress.step, steps_per_epoch)
        order = batching.epoch_order(pairs, train_rows, epoch=epoch, seed=config.seed)
        rows = order[index * config.batch_size : (index + 1) * config.batch_size]
        figures = trainer.step(progress.step, rows)
        progress.step += 1
        progress.seconds = time.monotonic() - started
        progress.averages = warning_signs.updated(progress.averages, figures)
        accuracy = trainer.accuracy(heldout_rows) if heldout_rows and progress.step % steps_per_epoch == 0 else None
        metrics = StepMetrics(
            step=progress.step,
            total_steps=total_steps,
            epoch=progress.step / steps_per_epoch,
            heldout_accuracy=accuracy,
            warnings=warning_signs.signs(progress.averages, progress.step),
            **figures,
        )
        _note(progress, metrics, config)
        if processes.rank == 0:
            on_step(metrics)
        if folder is not None and config.checkpoint_every and progress.step % config.checkpoint_every == 0:
            _save(trainer, folder, fingerprint, progress)

    if folder is not None and progress.stopped_early == "requested":
        resumable = replace(progress, stopped_early=None)
        _save(trainer, folder, fingerprint, resumable)
    return FitResult(
        policy=policy,
        steps=progress.step,
        total_steps=total_steps,
        seconds=progress.seconds,
        stopped_early=progress.stopped_early,
        final=_last_metrics(progress),
        processes=processes.count,
        weights=processes.whole_weights(trainer.model),
    )


def _save(trainer: Trainer, folder: Path, fingerprint: str, progress: checkpoint.Progress) -> None:
    checkpoint.save(folder, fingerprint, progress, trainer.parameters, trainer.optimiser, trainer.processes)


def _resumed(trainer: Trainer, folder: Path, fingerprint: str) -> checkpoint.Progress | None:
    return checkpoint.resume(folder, fingerprint, trainer.parameters, trainer.optimiser, trainer.processes)


def _last_metrics(progress: checkpoint.Progress) -> StepMetrics | None:
    """Of the step before; JSON has made lists of tuples."""
    last = progress.last_metrics
    return StepMetrics(**{**last, "warnings": tuple(last["warnings"])}) if last else None


def _note(progress: checkpoint.Progress, metrics: StepMetrics, config: FitConfig) -> None:
    """Keeps what early stopping needs, and decides it."""
    progress.last_metrics = vars(metrics).copy()
    smoothed = warning_signs.corrected(progress.averages, metrics.step)["loss"]
    if config.early_stop_loss is not None and smoothed < config.early_stop_loss:
        progress.stopped_early = "loss"
    if metrics.heldout_accuracy is None:
        return
    improved = metrics.heldout_accuracy > progress.best_accuracy
    progress.best_accuracy = max(progress.best_accuracy, metrics.heldout_accuracy)
    progress.stale_epochs = 0 if improved else progress.stale_epochs + 1
    if config.early_stop_patience and progress.stale_epochs >= config.early_stop_patience:
        progress.stopped_early = "accuracy"
