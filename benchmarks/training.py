"""DPO training side by side with trl.DPOTrainer: pairs per second, peak memory, loss curves.

Both sides run in one process and alternate step by step: TRL's own training loop is the clock, and one step of ours
(`workers.learning.trainer`, what `fit` runs) goes before each of its steps. Same model, tokens, dtype, optimiser and
pairs; reference log-probs are precomputed on both sides. Data are random tokens made here from the seed.
"""

import argparse
import json
import logging
import os
import random
import resource
import subprocess
import sys
import tempfile
import time
import warnings
from collections.abc import Sequence
from copy import deepcopy
from dataclasses import asdict, dataclass, replace
from statistics import median
from typing import Any

import datasets
import torch
from datasets import Dataset
from tokenizers import Tokenizer, models
from transformers import (
    AutoModelForCausalLM,
    LlamaConfig,
    LlamaForCausalLM,
    PreTrainedTokenizerFast,
    PrinterCallback,
    TrainerCallback,
)
from transformers.utils import logging as transformers_logging
from trl import DPOConfig, DPOTrainer

from workers.learning.fit_config import FitConfig
from workers.learning.pairs import PreferencePair
from workers.learning.policy import Policy
from workers.learning.trainer import open_trainer

CPU = torch.device("cpu")
BETA = 0.1


@dataclass(frozen=True)
class Shape:
    """A model and the data it trains on; `model` names a folder instead of the sizes."""

    hidden: int = 512
    layers: int = 8
    vocabulary: int = 8192
    prompt: tuple[int, int] = (200, 450)
    completion: tuple[int, int] = (30, 90)
    batch: int = 8
    micro_batch: int = 8
    steps: int = 6
    dtype: str = "bfloat16"
    learning_rate: float = 1e-6
    seed: int = 0
    model: str | None = None


def main() -> None:
    """Prints the table, then one JSON object."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model", help="a model folder instead of the random Llama")
    parser.add_argument("--steps", type=int, default=5, help="optimiser steps of each timed row, after one to warm up")
    parser.add_argument("--curve-steps", type=int, default=64)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--side", choices=["ours", "theirs"], help=argparse.SUPPRESS)
    parser.add_argument("--only", choices=["same", "best", "body", "curve", "memory"], help="one row alone")
    arguments = parser.parse_args()
    _quiet()
    torch.set_num_threads(arguments.threads)
    default = Shape(steps=arguments.steps, seed=arguments.seed, model=arguments.model)
    if arguments.side:
        print(json.dumps(_peak(arguments.side, replace(default, steps=2))))
        return
    rows = [arguments.only] if arguments.only else ["same", "best", "body", "curve", "memory"]
    measured = {row: _measure(row, default, arguments) for row in rows}
    measured["matmul_gflops"] = {"bfloat16": _matmul_rate(torch.bfloat16), "float32": _matmul_rate(torch.float32)}
    _print_table(measured)
    first = measured[rows[0]]
    outcome = {"benchmark": "training", **first, "rows": measured, "default": asdict(default)}
    print(json.dumps(outcome))


def _measure(row: str, default: Shape, arguments: argparse.Namespace) -> dict[str, Any]:
    match row:
        case "same":
            return _alternate(default, _pairs(default))
        case "best":
            # Sorted by length TRL pads least; ours pads nothing in any order.
            shape = replace(default, micro_batch=4)
            warm, rest = _pairs(default)[: default.batch], _pairs(default)[default.batch :]
            ordered = sorted(rest, key=lambda p: len(p.prompt_ids) + max(len(p.chosen_ids), len(p.rejected_ids)))
            return _alternate(shape, warm + ordered, ours=warm + rest)
        case "body":
            shape = replace(default, hidden=1024, layers=12, steps=max(2, default.steps // 2))
            return _alternate(shape, _pairs(shape))
        case "curve":
            short = replace(default, hidden=128, layers=4, prompt=(40, 90), completion=(10, 30), dtype="float32")
            shape = replace(short, steps=arguments.curve_steps, learning_rate=1e-5)
            return _curves(shape)
        case _:
            return _peaks(arguments)


def _alternate(
    shape: Shape, pairs: Sequence[PreferencePair], ours: Sequence[PreferencePair] | None = None
) -> dict[str, Any]:
    """Pairs per second of both sides; each step of TRL's loop is preceded by one of ours."""
    model = _model(shape)
    trl = _trl_trainer(deepcopy(model), pairs, shape)
    mine = list(ours or pairs)
    with open_trainer(_policy(model), mine, _config(shape)) as trainer:
        assert trainer.shared

        def step(index: int) -> None:
            trainer.step(index, range(index * shape.batch, (index + 1) * shape.batch))

        clock = _Clock(step)
        trl.add_callback(clock)
        trl.remove_callback(PrinterCallback)
        trl.train()
    # The first step warms both up.
    ours_seconds, theirs_seconds = clock.ours[1:], clock.theirs[1:]
    # Of steps on the same pairs the median: a busy moment of the machine moves it least. Else of all steps together.
    step_ratios = [a / b for a, b in zip(theirs_seconds, ours_seconds, strict=True)]
    ratio = median(step_ratios) if ours is None else sum(theirs_seconds) / sum(ours_seconds)
    tokens = sum(2 * len(p.prompt_ids) + len(p.chosen_ids) + len(p.rejected_ids) for p in mine[shape.batch :])
    return {
        "ratio": ratio,
        "ours": shape.batch / median(ours_seconds),
        "theirs": shape.batch / median(theirs_seconds),
        "unit": "pairs/s",
        "tokens_per_second": {"ours": tokens / sum(ours_seconds), "theirs": tokens / sum(theirs_seconds)},
        "step_ratios": step_ratios,
        "processor_ratio": sum(clock.theirs_cpu[1:]) / sum(clock.ours_cpu[1:]),
        "processor_seconds_per_step": {"ours": clock.ours_cpu[1:], "theirs": clock.theirs_cpu[1:]},
        "gflops_ours": _flops(model, mine[: shape.batch]) / min(ours_seconds) / 1e9,
    }


def _curves(shape: Shape) -> dict[str, Any]:
    """The largest difference between the two loss curves, step by step on the same pairs."""
    pairs = _pairs(shape)
    model = _model(shape)
    # References apart from the policy, so that the losses say something from the first step on.
    pairs = [replace(p, chosen_reference_logprob=p.chosen_reference_logprob + i % 7 - 3) for i, p in enumerate(pairs)]
    trl = _trl_trainer(deepcopy(model), pairs, shape)
    curve: list[float] = []
    with open_trainer(_policy(model), pairs, _config(shape)) as trainer:
        clock = _Clock(lambda i: curve.append(trainer.step(i, range(i * shape.batch, (i + 1) * shape.batch))["loss"]))
        trl.add_callback(clock)
        trl.remove_callback(PrinterCallback)
        trl.train()
    theirs = [entry["loss"] for entry in trl.state.log_history if "loss" in entry]
    difference = max(abs(a - b) for a, b in zip(curve, theirs, strict=True))
    return {
        "ratio": difference,
        "unit": "largest difference of the losses",
        "steps": len(curve),
        "ours": curve[-1],
        "theirs": theirs[-1],
        "first": curve[0],
    }


def _peaks(arguments: argparse.Namespace) -> dict[str, Any]:
    """Peak resident memory of the whole process, each side in its own."""
    peaks = {}
    for side in ("ours", "theirs"):
        command = [sys.executable, "-m", "benchmarks.training", "--side", side, "--seed", str(arguments.seed)]
        command += ["--threads", str(arguments.threads)] + (["--model", arguments.model] if arguments.model else [])
        output = subprocess.run(command, check=True, capture_output=True, text=True).stdout
        peaks[side] = json.loads(output.splitlines()[-1])
    return {
        "ratio": peaks["ours"]["peak_mib"] / peaks["theirs"]["peak_mib"],
        "unit": "MiB",
        "ours": peaks["ours"]["peak_mib"],
        "theirs": peaks["theirs"]["peak_mib"],
        "before_training": {side: peak["loaded_mib"] for side, peak in peaks.items()},
    }


def _peak(side: str, shape: Shape) -> dict[str, float]:
    pairs, model = _pairs(shape), _model(shape)
    loaded = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    if side == "ours":
        with open_trainer(_policy(model), pairs, _config(shape)) as trainer:
            for index in range(shape.steps):
                trainer.step(index, range(index * shape.batch, (index + 1) * shape.batch))
    else:
        _trl_trainer(model, pairs, shape).train()
    return {"peak_mib": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, "loaded_mib": loaded}


class _Clock(TrainerCallback):  # type: ignore[misc]
    """Runs a step of ours before each of TRL's and times both; TRL's includes the fetch of its batch."""

    def __init__(self, step: Any) -> None:
        self.step, self.ours, self.theirs = step, list[float](), list[float]()
        # Processor seconds too: they hold still where other programs take the processors.
        self.ours_cpu, self.theirs_cpu = list[float](), list[float]()
        self.last = self.last_cpu = 0.0

    def on_epoch_begin(self, *_: Any, **__: Any) -> None:
        self.last, self.last_cpu = time.perf_counter(), time.process_time()

    def on_step_begin(self, *_: Any, **__: Any) -> None:
        started, started_cpu = time.perf_counter(), time.process_time()
        self.step(len(self.ours))
        self.ours.append(time.perf_counter() - started)
        self.ours_cpu.append(time.process_time() - started_cpu)

    def on_step_end(self, *_: Any, **__: Any) -> None:
        now, now_cpu = time.perf_counter(), time.process_time()
        self.theirs.append(now - self.last - self.ours[-1])
        self.theirs_cpu.append(now_cpu - self.last_cpu - self.ours_cpu[-1])
        self.last, self.last_cpu = now, now_cpu


def _trl_trainer(model: Any, pairs: Sequence[PreferencePair], shape: Shape) -> Any:
    """DPOTrainer at its best settings, over exactly these tokens in this order."""
    folder = tempfile.mkdtemp()
    config = DPOConfig(
        output_dir=folder,
        beta=BETA,
        learning_rate=shape.learning_rate,
        lr_scheduler_type="constant",
        weight_decay=0.0,
        max_length=None,
        per_device_train_batch_size=shape.micro_batch,
        gradient_accumulation_steps=shape.batch // shape.micro_batch,
        max_steps=shape.steps,
        train_sampling_strategy="sequential",
        precompute_ref_log_probs=True,
        activation_checkpointing=False,
        bf16=shape.dtype == "bfloat16",
        use_cpu=True,
        optim="adamw_torch_fused",
        logging_steps=1 if shape.dtype == "float32" else shape.steps,
        save_strategy="no",
        report_to=[],
        disable_tqdm=True,
        dataloader_num_workers=0,
        dataloader_pin_memory=False,
        seed=shape.seed,
    )
    text = Dataset.from_list([{"prompt": "a", "chosen": " b", "rejected": " c"}])
    trainer = DPOTrainer(model=model, args=config, train_dataset=text, processing_class=_tokenizer(shape))
    trainer.train_dataset = Dataset.from_list(
        [
            {
                "prompt_ids": list(p.prompt_ids),
                "chosen_ids": list(p.chosen_ids),
                "rejected_ids": list(p.rejected_ids),
                "ref_chosen_logps": p.chosen_reference_logprob,
                "ref_rejected_logps": p.rejected_reference_logprob,
            }
            for p in pairs
        ]
    )
    return trainer


def _config(shape: Shape) -> FitConfig:
    return FitConfig(beta=BETA, learning_rate=shape.learning_rate, batch_size=shape.batch, dtype=shape.dtype)  # type: ignore[arg-type]


def _policy(model: Any) -> Policy:
    return Policy(model, None, CPU, 1024, (1,), 0, False, "benchmark")


def _model(shape: Shape) -> Any:
    torch.manual_seed(shape.seed)
    if shape.model:
        return AutoModelForCausalLM.from_pretrained(shape.model, dtype=torch.float32).eval()
    config = LlamaConfig(
        vocab_size=shape.vocabulary,
        hidden_size=shape.hidden,
        intermediate_size=shape.hidden * 43 // 16,
        num_hidden_layers=shape.layers,
        num_attention_heads=shape.hidden // 64,
        num_key_value_heads=shape.hidden // 64,
        max_position_embeddings=1024,
        tie_word_embeddings=False,
    )
    return LlamaForCausalLM(config).eval()


def _pairs(shape: Shape) -> list[PreferencePair]:
    """Random pairs for all steps; the reference log-probs are those of a uniform model."""
    rng = random.Random(shape.seed)

    def ids(bounds: tuple[int, int]) -> tuple[int, ...]:
        return tuple(rng.randrange(8, shape.vocabulary) for _ in range(rng.randint(*bounds)))

    drawn = [
        (ids(shape.prompt), ids(shape.completion), ids(shape.completion)) for _ in range(shape.steps * shape.batch)
    ]
    return [PreferencePair(p, c, r, -9.2 * len(c), -9.2 * len(r)) for p, c, r in drawn]


def _tokenizer(shape: Shape) -> Any:
    vocabulary = {f"t{i}": i for i in range(shape.vocabulary - 3)} | {"<eos>": shape.vocabulary - 3}
    made = Tokenizer(models.WordLevel(vocabulary | {"<pad>": shape.vocabulary - 2}, unk_token="t0"))
    return PreTrainedTokenizerFast(tokenizer_object=made, eos_token="<eos>", pad_token="<pad>")


def _flops(model: Any, pairs: Sequence[PreferencePair]) -> float:
    """Of the matrix products that the shared rows need: 6 per weight and token, the head at completions alone."""
    head = model.get_output_embeddings().weight.numel()
    body = sum(p.numel() for p in model.parameters()) - head - model.get_input_embeddings().weight.numel()
    completions = sum(len(p.chosen_ids) + len(p.rejected_ids) for p in pairs)
    return 6.0 * float(body * (completions + sum(len(p.prompt_ids) for p in pairs)) + head * completions)


def _matmul_rate(dtype: torch.dtype) -> float:
    """GFLOP/s of one [4096, 512] x [512, 1376] product, the model's commonest."""
    left, right = torch.randn(4096, 512, dtype=dtype), torch.randn(1376, 512, dtype=dtype)
    best = float("inf")
    for _ in range(20):
        started = time.perf_counter()
        torch.nn.functional.linear(left, right)
        best = min(best, time.perf_counter() - started)
    return 2 * 4096 * 512 * 1376 / best / 1e9


_TITLES = {
    "same": "same 8 pairs in each step",
    "best": "each side at its own best order",
    "body": "hidden 1,024, 12 layers",
    "curve": "loss curves, fp32",
    "memory": "peak memory of the process",
}


def _print_table(measured: dict[str, Any]) -> None:
    print(f"{'':36}{'ours':>12}{'TRL':>12}{'ratio':>10}  unit")
    for row, title in _TITLES.items():
        if row in measured:
            m = measured[row]
            print(f"{title:36}{m['ours']:12.3f}{m['theirs']:12.3f}{m['ratio']:10.4f}  {m['unit']}")
    for dtype, rate in measured["matmul_gflops"].items():
        print(f"{'matrix products, ' + dtype:36}{rate:12.0f}{'':22}  GFLOP/s")


def _quiet() -> None:
    os.environ["HF_HUB_OFFLINE"] = "1"
    os.environ["TQDM_DISABLE"] = "1"
    datasets.disable_progress_bars()
    warnings.simplefilter("ignore")
    logging.disable(logging.INFO)
    transformers_logging.set_verbosity_error()
    transformers_logging.disable_progress_bar()


if __name__ == "__main__":
    main()
