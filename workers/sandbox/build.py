"""Builds the whole sandbox from a seed: `python -m workers.sandbox.build --out FOLDER`. Knows the recipe, no details.

Writes FOLDER/model, FOLDER/reward_model and FOLDER/prompts.jsonl, and prints how well they came out.
"""

import argparse
import json
import time
from collections.abc import Callable
from pathlib import Path
from random import Random
from statistics import fmean
from typing import Any

import torch
from rich.console import Console

from workers.sandbox.examples import (
    Example,
    draw_example,
    draw_mixed_example,
    draw_short_example,
    prompt_rows,
    split_requests,
)
from workers.sandbox.pretrain import Encoded, new_model, pretrain
from workers.sandbox.quality import Quality, rate
from workers.sandbox.reward import Rated, rewards, train_reward_model
from workers.sandbox.text import Request, seeded
from workers.sandbox.tokens import CONTEXT, END, render, train_tokenizer

MODEL_EXAMPLES = 80_000
REWARD_EXAMPLES = 64_000
_TOKENIZER_EXAMPLES = 20_000
_console = Console()


def build(out: Path, *, seed: int) -> None:
    """Build tokenizer, language model, reward model and prompts into `out`; the same seed gives the same files."""
    out.mkdir(parents=True, exist_ok=True)
    rng = seeded(seed)
    split = split_requests(rng)
    _write_prompts(out / "prompts.jsonl", prompt_rows(rng, split))
    examples = [draw_example(rng, split.train) for _ in range(MODEL_EXAMPLES)]
    tokenizer = train_tokenizer(render(e.messages) + e.reply.text for e in examples[:_TOKENIZER_EXAMPLES])
    model = new_model(len(tokenizer), end=tokenizer.eos_token_id, pad=tokenizer.pad_token_id, seed=seed)
    _console.print(f"Language model: {sum(p.numel() for p in model.parameters()):,} parameters")
    encoded = [e for e in (_encode(tokenizer, example) for example in examples) if len(e.ids) <= CONTEXT]
    pretrain(model, encoded, lr=3e-3, rng=rng, tokens_per_batch=2048, report=_progress("nats per token"))
    _save(model, tokenizer, out / "model")
    rng = seeded(seed + 1)
    rated = _rated(tokenizer, rng, split.train, REWARD_EXAMPLES)
    reward_model = train_reward_model(
        model, rated, lr=1e-3, rng=rng, tokens_per_batch=2048, report=_progress("squared error")
    )
    _save(reward_model, tokenizer, out / "reward_model")
    agreement = _agreement(reward_model, _rated(tokenizer, rng, split.eval, 4_000))
    _console.print(f"Reward model: agrees with the known quality on {agreement:.1%} of held-out pairs")


def _rated(tokenizer: Any, rng: Random, among: list[Request], count: int) -> list[Rated]:
    """Rate replies of three kinds: short ones, ones written to a plan, and ones mixed from several plans."""
    kinds = (draw_short_example, draw_example, draw_short_example, draw_mixed_example)
    drawn = [kinds[i % len(kinds)](rng, among) for i in range(count)]
    rated = [_encode_rated(tokenizer, example) for example in drawn]
    return [example for example in rated if len(example.ids) <= CONTEXT]


def _encode_rated(tokenizer: Any, example: Example) -> Rated:
    """Encode sentence by sentence: no token reaches over a space, so the ids are those of the whole text."""
    sentences = example.reply.sentences
    ids: list[int] = tokenizer(render(example.messages), add_special_tokens=False).input_ids
    places = []
    for at, sentence in enumerate(sentences):
        ids = ids + tokenizer((" " if at else "") + sentence.text, add_special_tokens=False).input_ids
        places.append(len(ids) - 1)
    parts = [rate(sentences[: said + 1]).parts for said in range(len(sentences))]
    return Rated([*ids, tokenizer.eos_token_id], [*places, len(ids)], [*parts, parts[-1]])


def _agreement(model: Any, rated: list[Rated]) -> float:
    """Return the share of pairs, those 0.2 or more apart in quality, whose better reply has the higher reward."""
    reward_of = rewards(model, [example.ids for example in rated]).tolist()
    known = [Quality(*example.parts[-1]).total for example in rated]
    pairs = [(i, i + 1) for i in range(0, len(rated) - 1, 2) if abs(known[i] - known[i + 1]) >= 0.2]
    return fmean((reward_of[i] > reward_of[j]) == (known[i] > known[j]) for i, j in pairs)


def _encode(tokenizer: Any, example: Example) -> Encoded:
    """Encode prompt and reply apart, as a sampler sees them."""
    prompt_ids: list[int] = tokenizer(render(example.messages), add_special_tokens=False).input_ids
    reply_ids: list[int] = tokenizer(example.reply.text + END, add_special_tokens=False).input_ids
    return Encoded(prompt_ids + reply_ids, len(prompt_ids))


def _save(model: Any, tokenizer: Any, folder: Path) -> None:
    """Round the weights to bf16, in place so that what follows is built on the shipped ones, and write the folder."""
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.copy_(parameter.bfloat16().float())
    model.bfloat16().save_pretrained(folder)
    model.float()
    tokenizer.save_pretrained(folder)
    _console.print(f"{folder}: {sum(f.stat().st_size for f in folder.iterdir()) / 1e6:.1f} MB")


def _write_prompts(path: Path, rows: list[dict[str, object]]) -> None:
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")


def _progress(what: str) -> Callable[[int, int, float], None]:
    """Return a reporter that prints a line at every twentieth part of the work."""
    started, losses = time.monotonic(), list[float]()

    def report(done: int, steps: int, loss: float) -> None:
        losses.append(loss)
        if done == steps or done % max(1, steps // 20) == 0:
            seconds = time.monotonic() - started
            _console.print(f"  step {done:5d} of {steps}   {what} {fmean(losses[-50:]):.3f}   {seconds:4.0f} s")

    return report


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, required=True, help="folder to write to")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--threads", type=int, default=2, help="CPU threads")
    arguments = parser.parse_args()
    torch.set_num_threads(arguments.threads)
    build(arguments.out, seed=arguments.seed)
