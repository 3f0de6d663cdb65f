"""Which pairs go into which optimiser step: held-out split by prompt, order of an epoch, micro-batches of a step.

Knows nothing about tensors. All orders depend on the seed and the pairs alone, not on the order they came in.
"""

import random
from collections.abc import Iterator, Sequence
from hashlib import blake2b

from workers.learning.pairs import PreferencePair


def split_by_prompt(pairs: Sequence[PreferencePair], holdout_share: float, seed: int) -> tuple[list[int], list[int]]:
    """(training rows, held-out rows): whole prompts are held out, at least one prompt always trains.

    A share above 0 holds out at least one prompt where there are two.
    """
    keys = sorted({_prompt_of(p) for p in pairs}, key=lambda key: blake2b(f"{seed}:{key}".encode()).digest())
    count = min(len(keys) - 1, max(1, round(holdout_share * len(keys)))) if holdout_share else 0
    heldout = set(keys[:count])
    rows = range(len(pairs))
    return [i for i in rows if _prompt_of(pairs[i]) not in heldout], [
        i for i in rows if _prompt_of(pairs[i]) in heldout
    ]


def epoch_order(pairs: Sequence[PreferencePair], rows: Sequence[int], *, epoch: int, seed: int) -> list[int]:
    """The rows of an epoch, shuffled by seed and epoch from an order that the pairs themselves give."""
    ordered = sorted(rows, key=lambda i: _content(pairs[i]))
    random.Random(f"{seed}:{epoch}").shuffle(ordered)  # noqa: S311  # An order, not a secret.
    return ordered


def micro_batches(pairs: Sequence[PreferencePair], rows: Sequence[int], tokens: int) -> Iterator[list[int]]:
    """The rows of one step in groups of at most `tokens` padded tokens (both completions), longest first."""
    batch: list[int] = []
    for row in sorted(rows, key=lambda i: -_width(pairs[i])):
        if batch and 2 * (len(batch) + 1) * _width(pairs[batch[0]]) > tokens:
            yield batch
            batch = []
        batch.append(row)
    if batch:
        yield batch


def _width(pair: PreferencePair) -> int:
    return len(pair.prompt_ids) + max(len(pair.chosen_ids), len(pair.rejected_ids))


def _prompt_of(pair: PreferencePair) -> str:
    return pair.prompt_key or ",".join(map(str, pair.prompt_ids))


def _content(pair: PreferencePair) -> tuple[object, ...]:
    return (pair.prompt_key, pair.prompt_ids, pair.chosen_ids, pair.rejected_ids, pair.weight)
