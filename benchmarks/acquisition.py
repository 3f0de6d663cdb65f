"""A full `entropy_certainty` round side by side with the published procedure, and how scoring scales with the pool.

The published procedure (arXiv 2402.08114) is written out in `_published_round`: 32 completions regenerated per prompt
with `model.generate` at T=1 and -log pi of each from a separate forward pass; the top share of the prompts by that
entropy; 16 fresh completions at T=0.7 for each of them; separate policy and reference passes over padded batches;
certainty. Ours samples with stored log-probs and exact entropies, scores under the reference with shared prefixes, and
selects. All run in one process, a chunk of prompts in turn, and end with the best pair of 16 completions for the same
number of prompts.
"""

import argparse
import json
import logging
import time
import warnings
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, field, replace
from math import ceil
from statistics import fmean, variance
from typing import Any

import torch
from transformers.utils import logging as transformers_logging

from benchmarks._published_round import published_round
from benchmarks._round_setup import (
    BETA,
    CPU,
    PAIR_TEMPERATURE,
    Bench,
    Shape,
    Step,
    chunks,
    highest,
    make_bench,
    matrix_flops,
)
from benchmarks._scoring import pool_row, shared_row
from workers.learning.acquisition import PromptCandidates, implicit_reward, prompt_entropy, select_pairs
from workers.learning.logprobs import completion_logprobs
from workers.learning.sampling import Sample, SamplingConfig, sample


@dataclass
class Spent:
    """Seconds by the clock and of the processor, these also by stage; floating-point operations; pairs chosen."""

    clock: float = 0.0
    processor: float = 0.0
    stages: dict[str, float] = field(default_factory=dict)
    flops: float = 0.0
    pairs: int = 0


def main() -> None:
    """Prints the table, then one JSON object."""
    parser = argparse.ArgumentParser(description=__doc__)
    default = Shape()
    parser.add_argument("--model", default=default.model, help="a model folder; by default the sandbox")
    parser.add_argument("--hidden", type=int, default=0, help="a random Llama of this hidden size instead")
    sizes = ("layers", "vocabulary", "prompts", "samples", "entropy-samples", "new-tokens", "batch", "pool", "seed")
    for name in sizes:
        parser.add_argument(f"--{name}", type=int, default=getattr(default, name.replace("-", "_")))
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--only", choices=["round", "scoring"], help="one part alone")
    arguments = vars(parser.parse_args())
    _quiet()
    torch.set_num_threads(arguments.pop("threads"))
    only = arguments.pop("only")
    shape = replace(default, **arguments)
    measured: dict[str, dict[str, Any]] = {}
    if only != "scoring":
        measured |= _rounds(make_bench(shape))
    if only != "round":
        measured |= {"pool": pool_row(shape), "shared": shared_row(shape)}
    rate = _matmul_rate()
    _print_table(measured, rate)
    first = next(iter(measured.values()))
    outcome = {"benchmark": "acquisition", **first, "rows": measured, "matmul_gflops": rate, "shape": asdict(shape)}
    print(json.dumps(outcome))


def _rounds(bench: Bench) -> dict[str, dict[str, Any]]:
    """The round by each procedure, in turn: one row per procedure of ours, each against the published one."""
    shape = bench.shape
    exact, published = _entropy_variances(bench)
    # So many exact draws have the standard error of the published estimate.
    as_precise = max(1, ceil(shape.published_samples * exact / published))
    sides = {
        "entropy_first": _entropy_first_round(bench, shape.entropy_samples),
        "as_precise": _entropy_first_round(bench, as_precise),
        "service": _service_round(bench),
        "published": published_round(bench),
    }
    spent = _alternate(sides)
    theirs = spent.pop("published")
    assert all(one.pairs == theirs.pairs for one in spent.values())
    draws = {"service": shape.entropy_samples, "entropy_first": shape.entropy_samples, "as_precise": as_precise}
    return {name: _row(one, theirs) | {"entropy_draws": draws[name]} for name, one in spent.items()}


def _alternate(sides: dict[str, Iterator[Step]]) -> dict[str, Spent]:
    """Runs the sides in turn, a step of each, and times them."""
    spent = {name: Spent() for name in sides}
    running = dict(sides)
    while running:
        for name, side in list(running.items()):
            clock, processor = time.perf_counter(), time.process_time()
            step = next(side, None)
            clock, processor = time.perf_counter() - clock, time.process_time() - processor
            if step is None:
                del running[name]
            else:
                _add(spent[name], step, clock, processor)
    return spent


def _add(spent: Spent, step: Step, clock: float, processor: float) -> None:
    spent.clock += clock
    spent.processor += processor
    spent.stages[step.stage] = spent.stages.get(step.stage, 0.0) + processor
    spent.flops += step.flops
    spent.pairs += step.pairs


def _row(ours: Spent, theirs: Spent) -> dict[str, Any]:
    return {
        "ratio": theirs.clock / ours.clock,
        "ours": ours.clock,
        "theirs": theirs.clock,
        "unit": "s a round",
        "processor_ratio": theirs.processor / ours.processor,
        "processor_seconds": {"ours": ours.processor, "theirs": theirs.processor},
        "stages": {"ours": ours.stages, "theirs": theirs.stages},
        "gflops_per_processor_second": ours.flops / ours.processor / 1e9,
    }


def _service_round(bench: Bench) -> Iterator[Step]:
    """As a round of the service runs: completions of every prompt are drawn and scored, whatever its entropy."""
    shape = bench.shape
    candidates: list[PromptCandidates] = []
    for chunk in chunks(range(shape.prompts), shape.chunk):
        pairs = _draws(bench, chunk, _pair_config(shape))
        at_one = _draws(bench, chunk, SamplingConfig(shape.entropy_samples, shape.new_tokens))
        yield Step("sampling", _flops(bench, chunk, pairs) + _flops(bench, chunk, at_one))
        candidates += _candidates(bench, chunk, pairs, [prompt_entropy(draws) for draws in at_one])
        yield Step("scoring", _flops(bench, chunk, pairs))
    chosen = select_pairs(
        "entropy_certainty", candidates, count=shape.labels, seed=shape.seed, entropy_share=shape.share
    )
    yield Step("selection", pairs=len(chosen))


def _entropy_first_round(bench: Bench, entropy_samples: int) -> Iterator[Step]:
    """The same choice, but completions are drawn and scored for the prompts that entropy keeps alone."""
    shape = bench.shape
    entropies: list[float] = []
    for chunk in chunks(range(shape.prompts), shape.chunk):
        at_one = _draws(bench, chunk, SamplingConfig(entropy_samples, shape.new_tokens))
        entropies += [prompt_entropy(draws) for draws in at_one]
        yield Step("sampling", _flops(bench, chunk, at_one))
    candidates: list[PromptCandidates] = []
    for chunk in chunks(highest(entropies, shape), shape.chunk):
        pairs = _draws(bench, chunk, _pair_config(shape))
        yield Step("sampling", _flops(bench, chunk, pairs))
        candidates += _candidates(bench, chunk, pairs, [entropies[i] for i in chunk])
        yield Step("scoring", _flops(bench, chunk, pairs))
    chosen = select_pairs("certainty", candidates, count=shape.labels, seed=shape.seed)
    yield Step("selection", pairs=len(chosen))


def _flops(bench: Bench, chunk: Sequence[int], draws: Sequence[Sequence[Sample]]) -> float:
    """What drawing or scoring these needs, each prompt once."""
    completions = sum(len(one.token_ids) for row in draws for one in row)
    return matrix_flops(bench.policy.model, sum(len(bench.prompts[i]) for i in chunk), completions)


def _draws(bench: Bench, chunk: Sequence[int], config: SamplingConfig) -> list[list[Sample]]:
    seeds = [hash((bench.shape.seed, index, config.samples)) % 2**31 for index in chunk]
    return [draws for _, draws in sorted(sample(bench.policy, [bench.prompts[i] for i in chunk], config, seeds=seeds))]


def _candidates(
    bench: Bench, chunk: Sequence[int], pairs: Sequence[Sequence[Sample]], entropies: Sequence[float]
) -> list[PromptCandidates]:
    """The chunk's candidates, with their reference log-probs from one pass that shares each prompt."""
    rows = [(bench.prompts[i], one.token_ids) for i, draws in zip(chunk, pairs, strict=True) for one in draws]
    reference = bench.reference
    stored = iter(completion_logprobs(reference.model, rows, pad_id=reference.pad_id, device=CPU))
    found = []
    for index, draws, entropy in zip(chunk, pairs, entropies, strict=True):
        lengths = tuple(len(one.token_ids) for one in draws)
        rewards = tuple(
            implicit_reward(one.logprob, next(stored), length, loss="dpo", beta=BETA)
            for one, length in zip(draws, lengths, strict=True)
        )
        found.append(PromptCandidates(str(index), entropy, rewards, tuple(one.text for one in draws), lengths))
    return found


def _entropy_variances(bench: Bench) -> tuple[float, float]:
    """Of one draw around its prompt's mean, in nats squared: the exact estimate's, and that of -log pi.

    Runs a few steps of everything first, so that nothing is timed cold.
    """
    few = Bench(bench.policy, bench.reference, bench.prompts[:8], replace(bench.shape, prompts=8))
    _alternate({"ours": _service_round(few), "theirs": published_round(few)})
    drawn = _draws(bench, range(min(24, bench.shape.prompts)), SamplingConfig(16, bench.shape.new_tokens))
    exact = fmean(variance(one.entropy for one in draws) for draws in drawn)
    return exact, fmean(variance(one.logprob for one in draws) for draws in drawn)


def _pair_config(shape: Shape) -> SamplingConfig:
    return SamplingConfig(shape.samples, shape.new_tokens, temperature=PAIR_TEMPERATURE)


_TITLES = {
    "entropy_first": "round, {} exact entropy draws",
    "as_precise": "round, entropies as precise as 32 drawn: {} draws",
    "service": "round as the service runs it: pairs for all, {}",
    "pool": "scoring and selection, large pool against small",
    "shared": "log-probs of 16 completions, shared against padded",
}


def _print_table(measured: dict[str, dict[str, Any]], rate: float) -> None:
    print(f"{'':50}{'ours':>10}{'published':>11}{'ratio':>8}{'processor':>11}  unit")
    for name, row in measured.items():
        title = _TITLES[name].format(row.get("entropy_draws"))
        figures = f"{row['ours']:10.3f}{row['theirs']:11.3f}{row['ratio']:8.2f}{row['processor_ratio']:11.2f}"
        print(f"{title:50}{figures}  {row['unit']}")
    print(f"{'matrix products, float32':50}{rate:10.0f}{'':30}  GFLOP per processor second")


def _matmul_rate() -> float:
    """GFLOP per processor second of [4096, 512] x [512, 1376] in fp32: what a larger model's layers could reach."""
    left, right = torch.randn(4096, 512), torch.randn(1376, 512)
    best = float("inf")
    for _ in range(10):
        started = time.process_time()
        torch.nn.functional.linear(left, right)
        best = min(best, time.process_time() - started)
    return 2 * 4096 * 512 * 1376 / best / 1e9


def _quiet() -> None:
    warnings.simplefilter("ignore")
    logging.disable(logging.INFO)
    transformers_logging.set_verbosity_error()
    transformers_logging.disable_progress_bar()


if __name__ == "__main__":
    main()
