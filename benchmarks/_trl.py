"""TRL's side of the training benchmark: its DPOTrainer over tokens of ours, its step timed beside one of ours.

Knows nothing about rows of the table.
"""

import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from datasets import Dataset
from tokenizers import Tokenizer, models
from transformers import PreTrainedTokenizerFast, PrinterCallback, TrainerCallback
from trl import DPOConfig, DPOTrainer

from workers.learning.pairs import PreferencePair

BETA = 0.1


@dataclass(frozen=True)
class Settings:
    """How TRL trains: `micro_batch` pairs per pass, `batch` per step."""

    vocabulary: int
    batch: int
    micro_batch: int
    steps: int
    dtype: str
    learning_rate: float
    seed: int
    precomputed: bool = True
    log_every: int = 1


def trl_trainer(model: Any, pairs: Sequence[PreferencePair], settings: Settings, *, reference: Any = None) -> Any:
    """DPOTrainer at its best settings, over exactly these tokens in this order.

    `reference` is the model that it runs beside the policy where its log-probs are not precomputed.
    """
    config = DPOConfig(
        output_dir=tempfile.mkdtemp(),
        beta=BETA,
        learning_rate=settings.learning_rate,
        lr_scheduler_type="constant",
        weight_decay=0.0,
        max_length=None,
        per_device_train_batch_size=settings.micro_batch,
        gradient_accumulation_steps=settings.batch // settings.micro_batch,
        max_steps=settings.steps,
        train_sampling_strategy="sequential",
        precompute_ref_log_probs=settings.precomputed,
        activation_checkpointing=False,
        bf16=settings.dtype == "bfloat16",
        use_cpu=True,
        optim="adamw_torch_fused",
        logging_steps=settings.log_every,
        save_strategy="no",
        report_to=[],
        disable_tqdm=True,
        dataloader_num_workers=0,
        dataloader_pin_memory=False,
        seed=settings.seed,
    )
    text = Dataset.from_list([{"prompt": "a", "chosen": " b", "rejected": " c"}])
    tokenizer = _tokenizer(settings.vocabulary)
    given = {} if settings.precomputed else {"ref_model": reference}
    trainer = DPOTrainer(model=model, args=config, train_dataset=text, processing_class=tokenizer, **given)
    trainer.train_dataset = Dataset.from_list([_row(pair, settings.precomputed) for pair in pairs])
    trainer.remove_callback(PrinterCallback)
    return trainer


def _row(pair: PreferencePair, precomputed: bool) -> dict[str, Any]:
    ids = {"prompt_ids": pair.prompt_ids, "chosen_ids": pair.chosen_ids, "rejected_ids": pair.rejected_ids}
    references = {
        "ref_chosen_logps": pair.chosen_reference_logprob,
        "ref_rejected_logps": pair.rejected_reference_logprob,
    }
    return {**{name: list(part) for name, part in ids.items()}, **(references if precomputed else {})}


def _tokenizer(vocabulary: int) -> Any:
    words = {f"t{i}": i for i in range(vocabulary - 3)} | {"<eos>": vocabulary - 3}
    made = Tokenizer(models.WordLevel(words | {"<pad>": vocabulary - 2}, unk_token="t0"))
    return PreTrainedTokenizerFast(tokenizer_object=made, eos_token="<eos>", pad_token="<pad>")


@dataclass
class Times:
    """Seconds of each step, by the clock and of the processor, which hold still where other programs run too."""

    clock: list[float] = field(default_factory=list)
    processor: list[float] = field(default_factory=list)


class Alternation(TrainerCallback):  # type: ignore[misc]
    """Runs a step of ours before each of TRL's and times both; TRL's includes the fetch of its batch.

    Training ends after the step that passes the budget of seconds, the first not counted.
    """

    def __init__(self, step: Callable[[int], None], budget: float = float("inf")) -> None:
        self.step, self.budget = step, budget
        self.ours, self.theirs = Times(), Times()
        self.last = self.last_processor = 0.0

    def on_epoch_begin(self, *_: Any, **__: Any) -> None:
        self.last, self.last_processor = time.perf_counter(), time.process_time()

    def on_step_begin(self, *_: Any, **__: Any) -> None:
        started, started_processor = time.perf_counter(), time.process_time()
        self.step(len(self.ours.clock))
        self.ours.clock.append(time.perf_counter() - started)
        self.ours.processor.append(time.process_time() - started_processor)

    def on_step_end(self, _: Any, __: Any, control: Any, **___: Any) -> None:
        now, now_processor = time.perf_counter(), time.process_time()
        self.theirs.clock.append(now - self.last - self.ours.clock[-1])
        self.theirs.processor.append(now_processor - self.last_processor - self.ours.processor[-1])
        self.last, self.last_processor = now, now_processor
        control.should_training_stop |= sum(self.ours.clock[1:]) + sum(self.theirs.clock[1:]) > self.budget
