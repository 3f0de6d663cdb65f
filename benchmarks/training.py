"""DPO training side by side with trl.DPOTrainer: pairs and tokens per second, peak memory, loss curves.

Both sides run in one process and alternate step by step: TRL's own training loop is the clock, and one step of ours
(`workers.learning.trainer`, what `fit` runs) goes before each of its steps. Same model, tokens, dtype, optimiser and
pairs; reference log-probs are precomputed on both sides, but in the row that says otherwise. Data are random tokens
made here from the seed. On the CPU; the first step of each row is of short pairs, to warm both sides up.
"""

import argparse
import json
import logging
import os
import random
import subprocess
import sys
import time
import warnings
from collections.abc import Sequence
from copy import deepcopy
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from statistics import median
from typing import Any

import datasets
import torch
from transformers import AutoModelForCausalLM, LlamaConfig, LlamaForCausalLM
from transformers.utils import logging as transformers_logging

from benchmarks._trl import BETA, Alternation, Settings, trl_trainer
from workers.learning.arithmetic import has_bf16_instructions
from workers.learning.fit_config import FitConfig
from workers.learning.pairs import PreferencePair
from workers.learning.policy import Policy
from workers.learning.trainer import open_trainer

CPU = torch.device("cpu")
ROWS = ("same", "best", "memory", "curve", "body", "prompts", "reference")


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
    budget: float = float("inf")
    pairs_per_prompt: int = 1


def main() -> None:
    """Prints the table, then one JSON object."""
    arguments = _arguments()
    _quiet()
    torch.set_num_threads(arguments.threads)
    default = Shape(
        hidden=arguments.hidden,
        layers=arguments.layers,
        vocabulary=arguments.vocabulary,
        prompt=tuple(arguments.prompt),
        completion=tuple(arguments.completion),
        batch=arguments.batch,
        micro_batch=arguments.batch,
        steps=arguments.steps + 1,
        dtype=arguments.dtype,
        seed=arguments.seed,
        model=arguments.model,
        budget=arguments.seconds,
    )
    if arguments.side:
        print(json.dumps(_peak(arguments.side, replace(default, steps=2))))
        return
    measured = _measure_rows(default, arguments)
    rates = {"bfloat16": _matmul_rate(torch.bfloat16), "float32": _matmul_rate(torch.float32)}
    _print_table(measured, rates, default.dtype)
    outcome = {"benchmark": "training", **next(iter(measured.values())), "rows": measured, "matmul_gflops": rates}
    print(json.dumps({**outcome, "default": asdict(default), "threads": arguments.threads}))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model", help="a model folder instead of the random Llama of these sizes")
    parser.add_argument("--hidden", type=int, default=512)
    parser.add_argument("--layers", type=int, default=8)
    parser.add_argument("--vocabulary", type=int, default=8192)
    parser.add_argument("--prompt", type=int, nargs=2, default=(200, 450), help="shortest and longest, in tokens")
    parser.add_argument("--completion", type=int, nargs=2, default=(30, 90))
    parser.add_argument("--batch", type=int, default=8, help="pairs of an optimiser step")
    # TRL's bf16 goes at a fifth of fp32's speed where the processor has no bf16 instructions: minutes for 8 such pairs.
    parser.add_argument(
        "--body-batch", type=int, default=8 if has_bf16_instructions() else 2, help="the same, body row"
    )
    parser.add_argument("--trl-micro-batch", type=int, default=4, help="TRL's, in the row of each side's best order")
    parser.add_argument("--dtype", choices=["bfloat16", "float32"], default="bfloat16", help="of the arithmetic")
    parser.add_argument("--steps", type=int, default=4, help="timed steps of a row, at most")
    parser.add_argument("--seconds", type=float, default=20, help="a row ends after the step that passes these")
    parser.add_argument("--curve-steps", type=int, default=64)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--only", choices=ROWS, help="one row alone")
    parser.add_argument("--minutes", type=float, default=2, help="no row begins after these; --only takes its time")
    parser.add_argument("--side", choices=["ours", "theirs"], help=argparse.SUPPRESS)
    return parser.parse_args()


def _measure_rows(default: Shape, arguments: argparse.Namespace) -> dict[str, dict[str, Any]]:
    """The rows asked for, as many as the time allows; those left out are named."""
    if arguments.only:
        return {arguments.only: _measure(arguments.only, default, arguments)}
    started = time.monotonic()
    measured: dict[str, dict[str, Any]] = {}
    for row in ROWS:
        if measured and time.monotonic() - started > 60 * arguments.minutes:
            print(f"Left out after {arguments.minutes:g} minutes: {row} (--only {row})")
        else:
            measured[row] = _measure(row, default, arguments)
    return measured


def _measure(row: str, default: Shape, arguments: argparse.Namespace) -> dict[str, Any]:
    match row:
        case "same":
            return _alternate(default, _pairs(default))
        case "best":
            shape = replace(default, micro_batch=arguments.trl_micro_batch)
            return _alternate(shape, _by_length(_pairs(default), default.batch))
        case "body":
            shape = replace(default, hidden=2 * default.hidden, layers=default.layers * 3 // 2)
            shape = replace(shape, batch=arguments.body_batch, micro_batch=arguments.body_batch)
            return _alternate(shape, _pairs(shape))
        case "prompts":
            shape = replace(default, pairs_per_prompt=4)
            return _alternate(shape, _pairs(shape))
        case "reference":
            return _alternate(default, _pairs(default), precomputed=False)
        case "curve":
            shape = replace(default, dtype="float32", steps=arguments.curve_steps, learning_rate=1e-5)
            # Among the other rows a model and texts of a fraction of the size: 64 steps of both sides take minutes.
            small = replace(shape, hidden=128, layers=4, prompt=(40, 90), completion=(10, 30))
            return _curves(shape if arguments.only else small)
        case _:
            return _peaks(arguments)


def _by_length(pairs: Sequence[PreferencePair], batch: int) -> list[PreferencePair]:
    """Sorted by length behind the first step, so that TRL pads least; ours pads nothing in any order.

    Steps of middling length first: a row that its budget ends early has had typical ones.
    """
    rest = sorted(pairs[batch:], key=lambda p: len(p.prompt_ids) + max(len(p.chosen_ids), len(p.rejected_ids)))
    starts = sorted(range(0, len(rest), batch), key=lambda start: abs(2 * start + batch - len(rest)))
    return [*pairs[:batch], *(pair for start in starts for pair in rest[start : start + batch])]


def _alternate(shape: Shape, pairs: Sequence[PreferencePair], *, precomputed: bool = True) -> dict[str, Any]:
    """Pairs per second of both sides; each step of TRL's loop is preceded by one of ours, on the same pairs."""
    model = _model(shape)
    reference = None if precomputed else deepcopy(model)
    trl = trl_trainer(deepcopy(model), pairs, _settings(shape, precomputed), reference=reference)
    with open_trainer(_policy(model), pairs, _config(shape)) as trainer:
        assert trainer.shared
        clock = Alternation(lambda i: _discard(trainer.step(i, _rows(shape, i))), shape.budget)
        trl.add_callback(clock)
        trl.train()
    return _rates(model, pairs[shape.batch : len(clock.ours.clock) * shape.batch], clock, shape)


def _rates(model: Any, timed: Sequence[PreferencePair], clock: Alternation, shape: Shape) -> dict[str, Any]:
    """Of all timed steps together; the first step warmed both sides up."""
    ours, theirs = sum(clock.ours.clock[1:]), sum(clock.theirs.clock[1:])
    ours_processor, theirs_processor = sum(clock.ours.processor[1:]), sum(clock.theirs.processor[1:])
    tokens = sum(2 * len(p.prompt_ids) + len(p.chosen_ids) + len(p.rejected_ids) for p in timed)
    step_ratios = [b / a for a, b in zip(clock.ours.clock[1:], clock.theirs.clock[1:], strict=True)]
    return {
        # Of steps on the same pairs the median: a busy moment of the machine moves it least.
        "ratio": median(step_ratios),
        "ours": len(timed) / ours,
        "theirs": len(timed) / theirs,
        "unit": "pairs/s",
        "tokens_per_second": {"ours": tokens / ours, "theirs": tokens / theirs},
        "step_ratios": step_ratios,
        "processor_ratio": theirs_processor / ours_processor,
        "processor_seconds_per_step": {"ours": clock.ours.processor[1:], "theirs": clock.theirs.processor[1:]},
        "steps": len(step_ratios),
        "pairs_per_step": shape.batch,
        "gflops_ours": _flops(model, timed) / ours / 1e9,
        "gflops_ours_processor": _flops(model, timed) / ours_processor / 1e9,
        "micro_batch_theirs": shape.micro_batch,
    }


def _curves(shape: Shape) -> dict[str, Any]:
    """The largest difference between the two loss curves, step by step on the same pairs."""
    model = _model(shape)
    # References apart from the policy, so that the losses say something from the first step on.
    pairs = [
        replace(p, chosen_reference_logprob=p.chosen_reference_logprob + i % 7 - 3) for i, p in enumerate(_pairs(shape))
    ]
    trl = trl_trainer(deepcopy(model), pairs, replace(_settings(shape), log_every=1))
    curve: list[float] = []
    with open_trainer(_policy(model), pairs, _config(shape)) as trainer:
        trl.add_callback(Alternation(lambda i: curve.append(trainer.step(i, _rows(shape, i))["loss"])))
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
    given = [argument for argument in sys.argv[1:] if argument not in ("--only", "memory")]
    peaks = {}
    for side in ("ours", "theirs"):
        command = [sys.executable, "-m", "benchmarks.training", *given, "--side", side]
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
    loaded = _peak_mib()
    if side == "ours":
        with open_trainer(_policy(model), pairs, _config(shape)) as trainer:
            for index in range(shape.steps):
                trainer.step(index, _rows(shape, index))
    else:
        trl_trainer(model, pairs, _settings(shape)).train()
    return {"peak_mib": _peak_mib(), "loaded_mib": loaded}


def _peak_mib() -> float:
    """Of this process alone: the peak that `getrusage` tells is never below that of the parent."""
    status = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in status if line.startswith("VmHWM:")) / 1024


def _rows(shape: Shape, step: int) -> range:
    return range(step * shape.batch, (step + 1) * shape.batch)


def _discard(_: object) -> None:
    """A step's figures are not looked at."""


def _settings(shape: Shape, precomputed: bool = True) -> Settings:
    return Settings(
        vocabulary=shape.vocabulary,
        batch=shape.batch,
        micro_batch=min(shape.micro_batch, shape.batch),
        steps=shape.steps,
        dtype=shape.dtype,
        learning_rate=shape.learning_rate,
        seed=shape.seed,
        precomputed=precomputed,
        log_every=shape.steps,
    )


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
    """Random pairs for all steps, those of the first step short; reference log-probs are those of a uniform model."""
    rng = random.Random(shape.seed)

    def ids(bounds: tuple[int, int]) -> tuple[int, ...]:
        return tuple(rng.randrange(8, shape.vocabulary) for _ in range(rng.randint(*bounds)))

    pairs = []
    for index in range(shape.steps * shape.batch):
        is_warm_up = index < shape.batch and shape.steps > 1
        if index % shape.pairs_per_prompt == 0:
            prompt = ids((16, 32) if is_warm_up else shape.prompt)
        completions = (8, 16) if is_warm_up else shape.completion
        chosen, rejected = ids(completions), ids(completions)
        pairs.append(PreferencePair(prompt, chosen, rejected, -9.2 * len(chosen), -9.2 * len(rejected)))
    return pairs


def _flops(model: Any, pairs: Sequence[PreferencePair]) -> float:
    """Of the matrix products of shared rows: 6 per weight and token, the head at completions alone."""
    head = model.get_output_embeddings().weight.numel()
    body = sum(p.numel() for p in model.parameters()) - head - model.get_input_embeddings().weight.numel()
    completions = sum(len(p.chosen_ids) + len(p.rejected_ids) for p in pairs)
    prompts = sum(map(len, {p.prompt_ids for p in pairs}))
    return 6.0 * float(body * (completions + prompts) + head * completions)


def _matmul_rate(dtype: torch.dtype) -> float:
    """GFLOP/s of one [4096, 512] x [512, 1376] product, the model's commonest."""
    left, right = torch.randn(4096, 512, dtype=dtype), torch.randn(1376, 512, dtype=dtype)
    best = float("inf")
    for _ in range(10):
        started = time.perf_counter()
        torch.nn.functional.linear(left, right)
        best = min(best, time.perf_counter() - started)
    return 2 * 4096 * 512 * 1376 / best / 1e9


_TITLES = {
    "same": "same pairs in each step",
    "best": "TRL sorted by length, best micro-batch",
    "body": "twice the width, half more layers",
    "memory": "peak memory of the process",
    "curve": "loss curves, fp32",
    "prompts": "data of four pairs per prompt",
    "reference": "TRL runs its reference model",
}


def _print_table(measured: dict[str, Any], rates: dict[str, float], dtype: str) -> None:
    print(f"{dtype + ' arithmetic':40}{'ours':>10}{'TRL':>10}{'ratio':>9}{'by CPU time':>13}  unit (pairs x steps)")
    for row, m in measured.items():
        processor = f"{m['processor_ratio']:13.2f}" if "processor_ratio" in m else " " * 13
        size = f" ({m['pairs_per_step']} x {m['steps']})" if "pairs_per_step" in m else ""
        print(f"{_TITLES[row]:40}{m['ours']:10.3f}{m['theirs']:10.3f}{m['ratio']:9.4f}{processor}  {m['unit']}{size}")
    for name, rate in rates.items():
        print(f"{'matrix products, ' + name:40}{rate:10.0f}{'':32}  GFLOP/s")


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
