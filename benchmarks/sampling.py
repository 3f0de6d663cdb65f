"""Sampling N completions per prompt, side by side: ours, model.generate, and transformers' continuous batching.

All sides run in one process in alternation on the same random Llama, prompts (random tokens, made here from the seed)
and end tokens, so many that about three samples in ten stop early. `generate` gets its prompts sorted by length,
padded on the left, in batches of several sizes; its best counts.
"""

import argparse
import json
import logging
import os
import random
import time
import warnings
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import Any

import torch
from tokenizers import Tokenizer, models
from torch import Tensor
from transformers import (
    AutoModelForCausalLM,
    ContinuousBatchingConfig,
    GenerationConfig,
    LlamaConfig,
    LlamaForCausalLM,
    PreTrainedTokenizerFast,
)
from transformers.utils import logging as transformers_logging

from benchmarks._round_setup import matrix_flops
from workers.learning.policy import Policy
from workers.learning.sampling import SamplingConfig, sample

CPU = torch.device("cpu")


@dataclass(frozen=True)
class Shape:
    """A model and what it samples; `model` names a folder instead of the sizes."""

    hidden: int = 512
    layers: int = 8
    vocabulary: int = 8192
    prompt: tuple[int, int] = (200, 450)
    samples: int = 16
    new_tokens: int = 64
    prompts: int = 4
    rounds: int = 1
    batch_tokens: int = 16384
    stopping: float = 0.3
    seed: int = 0
    model: str | None = None


@dataclass
class Side:
    """What one side took, over all rounds."""

    seconds: float = 0.0
    processor_seconds: float = 0.0
    tokens: int = 0
    samples: int = 0
    stopped: int = 0
    rates: list[float] = field(default_factory=list)

    def add(self, lengths: Sequence[int], stopped: int, seconds: float, processor_seconds: float) -> None:
        self.seconds += seconds
        self.processor_seconds += processor_seconds
        self.tokens += sum(lengths)
        self.samples += len(lengths)
        self.stopped += stopped
        self.rates.append(sum(lengths) / seconds)


# Draws for these prompts; returns the lengths of the samples and how many stopped.
Draw = Callable[[Sequence[list[int]], int], tuple[list[int], int]]


def main() -> None:
    """Prints the table, then one JSON object."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model", help="a model folder instead of the random Llama")
    parser.add_argument("--prompts", type=int, default=2, help="prompts of each round")
    parser.add_argument("--rounds", type=int, default=1)
    parser.add_argument("--samples", type=int, default=16)
    parser.add_argument("--new-tokens", type=int, default=64)
    parser.add_argument("--generate-batch", type=int, nargs="+", default=[1, 2], help="prompts in a batch of generate")
    parser.add_argument("--batch-tokens", type=int, default=16384, help="budget of both caches that have one")
    parser.add_argument("--no-continuous", action="store_true", help="leave out transformers' continuous batching")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--threads", type=int, default=2)
    arguments = parser.parse_args()
    _quiet()
    torch.set_num_threads(arguments.threads)
    shape = Shape(
        samples=arguments.samples,
        new_tokens=arguments.new_tokens,
        prompts=arguments.prompts,
        rounds=arguments.rounds,
        batch_tokens=arguments.batch_tokens,
        seed=arguments.seed,
        model=arguments.model,
    )
    policy = _policy(shape)
    sides, problems = _alternate(policy, shape, arguments.generate_batch, continuous=not arguments.no_continuous)
    needed = matrix_flops(
        policy.model, sum(len(one) for round_ in _prompts(shape) for one in round_), sides["ours"].tokens
    )
    rates = {"ours": needed / sides["ours"].seconds / 1e9, "one_product": _matmul_rate(shape)}
    _print_table(sides, problems, rates)
    print(json.dumps(_outcome(shape, sides, problems) | {"gflops": rates}))


def _alternate(
    policy: Policy, shape: Shape, generate_batches: Sequence[int], *, continuous: bool
) -> tuple[dict[str, Side], dict[str, str]]:
    """Every side on every round's prompts, one side after another; what a side cannot do is a problem, by its name."""
    draws: dict[str, Draw] = {"ours": lambda prompts, seed: _ours(policy, shape, prompts, seed)}
    for size in generate_batches:
        draws[f"generate, {size} prompts"] = lambda prompts, seed, size=size: _generate(  # type: ignore[misc]
            policy, shape, prompts, seed, size
        )
    if continuous:
        draws["continuous batching"] = lambda prompts, seed: _continuous(policy, shape, prompts, seed)
    sides: dict[str, Side] = {}
    problems: dict[str, str] = {}
    rounds = _prompts(shape)
    for draw in draws.values():
        # Everything is touched once before it is timed.
        draw([rounds[0][0][:32]], 0)
    for index, prompts in enumerate(rounds):
        for name, draw in draws.items():
            if name in problems:
                continue
            started, started_cpu = time.perf_counter(), time.process_time()
            try:
                lengths, stopped = draw(prompts, shape.seed + index)
            except (RuntimeError, ValueError) as error:
                problems[name] = f"{type(error).__name__}: {error}"
                continue
            seconds, processor = time.perf_counter() - started, time.process_time() - started_cpu
            sides.setdefault(name, Side()).add(lengths, stopped, seconds, processor)
            print(f"round {index + 1}, {name}: {seconds:.1f} s, {processor:.1f} processor seconds", flush=True)
    return sides, problems


def _ours(policy: Policy, shape: Shape, prompts: Sequence[list[int]], seed: int) -> tuple[list[int], int]:
    config = SamplingConfig(shape.samples, shape.new_tokens, batch_tokens=shape.batch_tokens)
    seeds = [seed * 1000 + index for index in range(len(prompts))]
    drawn = [one for _, samples in sample(policy, prompts, config, seeds=seeds) for one in samples]
    return [len(one.token_ids) for one in drawn], sum(one.finish_reason == "stop" for one in drawn)


def _generate(
    policy: Policy, shape: Shape, prompts: Sequence[list[int]], seed: int, size: int
) -> tuple[list[int], int]:
    torch.manual_seed(seed)
    lengths: list[int] = []
    stopped = 0
    ordered = sorted(prompts, key=len)
    for start in range(0, len(ordered), size):
        ids, mask = _left_padded(ordered[start : start + size])
        with torch.inference_mode():
            made = policy.model.generate(ids, attention_mask=mask, generation_config=_generation(policy, shape))
        for row in made[:, ids.shape[1] :].tolist():
            end = next((index for index, token in enumerate(row) if token in policy.eos_ids), None)
            lengths.append(len(row) if end is None else end + 1)
            stopped += end is not None
    return lengths, stopped


def _continuous(policy: Policy, shape: Shape, prompts: Sequence[list[int]], seed: int) -> tuple[list[int], int]:
    # Without a size it takes most of the memory; this one has whole pages for every sample of a round at once.
    page, longest = 64, max(map(len, prompts)) + shape.new_tokens
    blocks = len(prompts) * shape.samples * -(-longest // page) + shape.samples
    before = policy.model.config._attn_implementation
    try:
        made = policy.model.generate_batch(
            [list(ids) for ids in prompts],
            generation_config=_generation(policy, shape),
            continuous_batching_config=ContinuousBatchingConfig(
                page_size=page,
                num_blocks=blocks,
                max_batch_tokens=max(512, shape.samples * len(prompts)),
                seed=seed,
            ),
            warmup=False,
        )
    finally:
        policy.model.set_attn_implementation(before)
    if len(made) != len(prompts) * shape.samples:
        raise RuntimeError(f"{len(made)} of {len(prompts) * shape.samples} samples came back")
    tokens = [output.generated_tokens for output in made.values()]
    return list(map(len, tokens)), sum(row[-1] in policy.eos_ids for row in tokens)


def _generation(policy: Policy, shape: Shape) -> GenerationConfig:
    return GenerationConfig(
        do_sample=True,
        num_return_sequences=shape.samples,
        max_new_tokens=shape.new_tokens,
        temperature=1.0,
        top_k=0,
        top_p=1.0,
        eos_token_id=list(policy.eos_ids),
        pad_token_id=policy.pad_id,
    )


def _left_padded(prompts: Sequence[list[int]]) -> tuple[Tensor, Tensor]:
    width = max(map(len, prompts))
    ids = [[0] * (width - len(row)) + row for row in prompts]
    mask = [[0] * (width - len(row)) + [1] * len(row) for row in prompts]
    return torch.tensor(ids), torch.tensor(mask)


def _policy(shape: Shape) -> Policy:
    """The random Llama draws nearly uniformly: so many end tokens that the wanted share of samples meets one."""
    model = _model(shape)
    vocabulary = int(model.config.get_text_config().vocab_size)
    hazard = 1 - (1 - shape.stopping) ** (1 / shape.new_tokens)
    ends = tuple(range(1, 1 + max(1, round(hazard * vocabulary))))
    words = Tokenizer(models.WordLevel({f"t{i}": i for i in range(vocabulary)}, unk_token="t0"))
    tokenizer = PreTrainedTokenizerFast(tokenizer_object=words, eos_token="t1", pad_token="t0")
    return Policy(model, tokenizer, CPU, 1024, ends, 0, False, "benchmark")


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


def _prompts(shape: Shape) -> list[list[list[int]]]:
    rng = random.Random(shape.seed)
    low = shape.vocabulary // 2

    def prompt() -> list[int]:
        return [rng.randrange(low, shape.vocabulary) for _ in range(rng.randint(*shape.prompt))]

    return [[prompt() for _ in range(shape.prompts)] for _ in range(shape.rounds)]


def _matmul_rate(shape: Shape) -> float:
    """GFLOP/s of one product of a decoding step, 256 rows by the model's widest layer."""
    rows, width = torch.randn(256, shape.hidden), torch.randn(shape.hidden * 43 // 16, shape.hidden)
    best = float("inf")
    for _ in range(30):
        started = time.perf_counter()
        torch.nn.functional.linear(rows, width)
        best = min(best, time.perf_counter() - started)
    return 2 * rows.shape[0] * width.numel() / best / 1e9


def _best(sides: dict[str, Side]) -> str:
    """The batch size at which generate was fastest."""
    return max(
        (name for name in sides if name.startswith("generate")),
        key=lambda name: sides[name].tokens / sides[name].seconds,
    )


def _outcome(shape: Shape, sides: dict[str, Side], problems: dict[str, str]) -> dict[str, Any]:
    ours, theirs = sides["ours"], sides[_best(sides)]

    def against(side: Side) -> dict[str, float]:
        return {
            "ratio": (ours.tokens / ours.seconds) / (side.tokens / side.seconds),
            "processor_ratio": (ours.tokens / ours.processor_seconds) / (side.tokens / side.processor_seconds),
        }

    return {
        "benchmark": "sampling",
        **against(theirs),
        "ours": ours.tokens / ours.seconds,
        "theirs": theirs.tokens / theirs.seconds,
        "unit": "tokens/s",
        "against": {name: against(side) for name, side in sides.items() if name != "ours"},
        "sides": {name: asdict(side) | {"stop_share": side.stopped / side.samples} for name, side in sides.items()},
        "problems": problems,
        "default": asdict(replace(shape)),
    }


def _print_table(sides: dict[str, Side], problems: dict[str, str], rates: dict[str, float]) -> None:
    print(f"{'':28}{'tokens/s':>10}{'per CPU s':>11}{'ratio':>8}{'CPU ratio':>11}{'stopped':>9}{'tokens':>9}")
    ours = sides["ours"]
    for name, side in sides.items():
        rate, processor = side.tokens / side.seconds, side.tokens / side.processor_seconds
        ratio = ours.tokens / ours.seconds / rate
        processor_ratio = ours.tokens / ours.processor_seconds / processor
        print(
            f"{name:28}{rate:10.1f}{processor:11.1f}{ratio:8.2f}{processor_ratio:11.2f}"
            f"{side.stopped / side.samples:9.2f}{side.tokens:9}"
        )
    for name, problem in problems.items():
        print(f"{name:28}could not run: {problem}")
    print(f"GFLOP/s, the products that ours needs: {rates['ours']:.0f}; one such product: {rates['one_product']:.0f}")


def _quiet() -> None:
    os.environ["HF_HUB_OFFLINE"] = "1"
    os.environ["TQDM_DISABLE"] = "1"
    warnings.simplefilter("ignore")
    logging.disable(logging.INFO)
    transformers_logging.set_verbosity_error()
    transformers_logging.disable_progress_bar()


if __name__ == "__main__":
    main()
