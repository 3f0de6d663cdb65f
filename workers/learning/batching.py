"""Which pairs go into which optimiser step: held-out split by prompt, order of an epoch, micro-batches of a step.

Knows nothing about tensors. All orders depend on the seed and the pairs alone, not on the order they came in.
"""

import random
from collections.abc import Iterator, Sequence
from hashlib import blake2b

from workers.learning.pairs import PreferencePair
from workers.learning.rows import LOGITS_PER_BATCH


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


def micro_batches(
    pairs: Sequence[PreferencePair], rows: Sequence[int], tokens: int, *, vocabulary: int, shared: bool = False
) -> Iterator[list[int]]:
    """The rows of one step in groups of at most `tokens` tokens, longest first; at least one row each.

    Counted are padded tokens of both completions with their prompt, or, with `shared` prompts in packed rows, the
    tokens of each prompt once and of the completions; rows of one prompt then stand together. Logits of the
    completions are bounded too, as they are in scoring: a large `vocabulary` makes small groups.
    """
    batch: list[int] = []
    for row in sorted(rows, key=lambda i: _place(pairs[i]) if shared else -_width(pairs[i])):
        wanted = [*batch, row]
        too_many_logits = sum(_completions(pairs[i]) for i in wanted) * vocabulary > LOGITS_PER_BATCH
        if batch and (_tokens(pairs, wanted, shared) > tokens or too_many_logits):
            yield batch
            batch = []
        batch.append(row)
    if batch:
        yield batch


def _tokens(pairs: Sequence[PreferencePair], rows: Sequence[int], shared: bool) -> int:
    if not shared:
        return 2 * len(rows) * max(_width(pairs[row]) for row in rows)
    prompts = {pairs[row].prompt_ids for row in rows}
    return sum(map(len, prompts)) + sum(_completions(pairs[row]) for row in rows)


def _completions(pair: PreferencePair) -> int:
    return len(pair.chosen_ids) + len(pair.rejected_ids)


def _width(pair: PreferencePair) -> int:
    return len(pair.prompt_ids) + max(len(pair.chosen_ids), len(pair.rejected_ids))


def _place(pair: PreferencePair) -> tuple[int, tuple[int, ...], int]:
    return -len(pair.prompt_ids), pair.prompt_ids, -_completions(pair)


def _prompt_of(pair: PreferencePair) -> str:
    return pair.prompt_key or ",".join(map(str, pair.prompt_ids))


def _content(pair: PreferencePair) -> tuple[object, ...]:
    ids = (pair.prompt_key, pair.prompt_ids, pair.chosen_ids, pair.rejected_ids)
    return *ids, pair.weight, -1.0 if pair.strength is None else pair.strength, pair.tie
