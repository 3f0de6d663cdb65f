"""The published acquisition procedure (arXiv 2402.08114), written out plainly with transformers alone.

Every completion is drawn by `model.generate` over left-padded batches, every log-prob comes from a forward pass of its
own over right-padded batches, with logits at every position.
"""

from collections.abc import Iterator, Sequence
from statistics import fmean

import torch

from benchmarks._round_setup import BETA, PAIR_TEMPERATURE, Bench, Step, chunks, highest
from workers.learning.policy import Policy


def published_round(bench: Bench) -> Iterator[Step]:
    """The published procedure: draws regenerated, every log-prob from a forward pass of its own over padded rows."""
    shape = bench.shape
    entropies: list[float] = []
    for chunk in chunks(range(shape.prompts), shape.chunk):
        entropies += _published_entropies(bench, chunk)
        yield Step("entropies")
    pairs: list[tuple[float, int, int, int]] = []
    for chunk in chunks(highest(entropies, shape), shape.chunk):
        pairs += _published_pairs(bench, chunk)
        yield Step("pairs")
    yield Step("selection", pairs=len(sorted(pairs, reverse=True)[: shape.labels]))


def _published_entropies(bench: Bench, chunk: Sequence[int]) -> list[float]:
    """-(1/N) sum_n log pi(y_n | x) of each prompt, N completions drawn at T=1."""
    count = bench.shape.published_samples
    rows = [bench.prompts[i] for i in chunk for _ in range(count)]
    values: list[float] = []
    for batch in chunks(rows, bench.shape.batch):
        completions = _generate(bench, batch, temperature=1.0)
        values += (-_padded_logprobs(bench.policy, batch, completions)).tolist()
    return [fmean(one) for one in chunks(values, count)]


def _published_pairs(bench: Bench, chunk: Sequence[int]) -> list[tuple[float, int, int, int]]:
    """The largest |r1 - r2| among the fresh completions of each prompt, the prompt and the two completions."""
    count = bench.shape.samples
    rows = [bench.prompts[i] for i in chunk for _ in range(count)]
    rewards: list[float] = []
    texts: list[str] = []
    for batch in chunks(rows, bench.shape.batch):
        completions = _generate(bench, batch, temperature=PAIR_TEMPERATURE)
        texts += bench.policy.tokenizer.batch_decode(completions, skip_special_tokens=True)
        policy = _padded_logprobs(bench.policy, batch, completions)
        reference = _padded_logprobs(bench.reference, batch, completions)
        rewards += (BETA * (policy - reference)).tolist()
    found = []
    for index, values in zip(chunk, chunks(rewards, count), strict=True):
        first, second = max(range(count), key=values.__getitem__), min(range(count), key=values.__getitem__)
        found.append((values[first] - values[second], index, first, second))
    return found


@torch.inference_mode()
def _generate(bench: Bench, prompts: Sequence[Sequence[int]], *, temperature: float) -> list[list[int]]:
    """One completion of each prompt by `model.generate`, left-padded, cut after its first end token."""
    policy = bench.policy
    width = max(map(len, prompts))
    ids = torch.tensor([[policy.pad_id] * (width - len(one)) + list(one) for one in prompts])
    mask = torch.tensor([[0] * (width - len(one)) + [1] * len(one) for one in prompts])
    generated = policy.model.generate(
        input_ids=ids,
        attention_mask=mask,
        do_sample=True,
        temperature=temperature,
        top_k=0,
        top_p=1.0,
        max_new_tokens=bench.shape.new_tokens,
        eos_token_id=list(policy.eos_ids),
        pad_token_id=policy.pad_id,
    )
    ends = set(policy.eos_ids)
    rows = [row[width:] for row in generated.tolist()]
    stops = [next((t + 1 for t, token in enumerate(row) if token in ends), len(row)) for row in rows]
    return [row[:stop] for row, stop in zip(rows, stops, strict=True)]


@torch.inference_mode()
def _padded_logprobs(
    policy: Policy, prompts: Sequence[Sequence[int]], completions: Sequence[Sequence[int]]
) -> torch.Tensor:
    """log pi of each completion [B], from logits at every position of right-padded rows."""
    rows = [[*p, *c] for p, c in zip(prompts, completions, strict=True)]
    width = max(map(len, rows))
    ids = torch.tensor([row + [policy.pad_id] * (width - len(row)) for row in rows])
    logprobs = torch.log_softmax(policy.model(ids, use_cache=False).logits[:, :-1], -1)
    taken = logprobs.gather(2, ids[:, 1:].unsqueeze(2)).squeeze(2)
    mask = torch.zeros_like(taken)
    for row, (p, c) in enumerate(zip(prompts, completions, strict=True)):
        mask[row, len(p) - 1 : len(p) - 1 + len(c)] = 1.0
    return (taken * mask).sum(1)
