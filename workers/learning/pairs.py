"""Preference pairs as token ids with their stored reference log-probs: the rows that training reads.

Knows nothing about tensors (torch is not imported) or about who judged the pairs.
"""

import json
import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

# Nearer to a half, the chance of a flip is a half once it is rounded to fp32, at which `robust` is not defined.
_LEAST_STRENGTH = 0.500001


@dataclass(frozen=True)
class PreferencePair:
    """A prompt with a chosen and a rejected completion, as sampled: token ids, never re-tokenised text.

    Reference log-probs are sums in nats over completion tokens at temperature 1. `weight` scales the pair's loss;
    `prompt_key` names the prompt, for splits by prompt. `strength` is the chance that the label is right, where it is
    known: the losses `cdpo` and `robust` take 1 - strength for the chance of a flip. Annotators who disagree need
    none: a row per label, 2 one way and 1 the other, is a soft label of 2/3 with weight 3. A `tie` prefers neither
    completion: half its loss is that of the pair the other way round.
    """

    prompt_ids: tuple[int, ...]
    chosen_ids: tuple[int, ...]
    rejected_ids: tuple[int, ...]
    chosen_reference_logprob: float
    rejected_reference_logprob: float
    weight: float = 1.0
    prompt_key: str = ""
    strength: float | None = None
    tie: bool = False


def validate_pairs(pairs: Sequence[PreferencePair], *, context_length: int, vocab_size: int) -> None:
    """Raises ValueError that names the first row which cannot be trained on, and why."""
    for row, pair in enumerate(pairs):
        fault = _fault(pair, context_length, vocab_size)
        if fault:
            raise ValueError(f"Pair {row}: {fault}.")


def _fault(pair: PreferencePair, context_length: int, vocab_size: int) -> str | None:
    parts = {"prompt": pair.prompt_ids, "chosen": pair.chosen_ids, "rejected": pair.rejected_ids}
    for name, ids in parts.items():
        if not ids:
            return f"the {name} part has no tokens"
        if not 0 <= min(ids) <= max(ids) < vocab_size:
            return f"the {name} part has a token id outside the model's vocabulary of {vocab_size}"
    if len(pair.prompt_ids) >= context_length:
        return f"its prompt of {len(pair.prompt_ids)} tokens leaves no room in the model's context of {context_length}"
    longest = len(pair.prompt_ids) + max(len(pair.chosen_ids), len(pair.rejected_ids))
    if longest > context_length:
        return f"prompt and completion have {longest} tokens, more than the model's context of {context_length}"
    if not math.isfinite(pair.chosen_reference_logprob) or not math.isfinite(pair.rejected_reference_logprob):
        return "a reference log-probability is not finite"
    if not (math.isfinite(pair.weight) and pair.weight > 0):
        return f"its weight is {pair.weight}, not a positive number"
    if pair.strength is not None and not _LEAST_STRENGTH <= pair.strength <= 1:
        return f"its strength is {pair.strength}, not a chance of at least {_LEAST_STRENGTH} and at most 1"
    return None


def write_pairs(path: Path, pairs: Iterable[PreferencePair]) -> None:
    """One JSON object per line; floats keep all their digits."""
    with Path(path).open("w", encoding="utf-8") as file:
        file.writelines(json.dumps(asdict(pair)) + "\n" for pair in pairs)


def read_pairs(path: Path) -> list[PreferencePair]:
    """The pairs of a file that write_pairs made. Raises ValueError naming a line that is not one."""
    with Path(path).open(encoding="utf-8") as file:
        return list(_parse(file, Path(path).name))


def _parse(lines: Iterable[str], name: str) -> Iterator[PreferencePair]:
    for number, line in enumerate(lines, start=1):
        try:
            fields = json.loads(line)
            ids = {key: tuple(fields[key]) for key in ("prompt_ids", "chosen_ids", "rejected_ids")}
            yield PreferencePair(**{**fields, **ids})
        except (ValueError, TypeError, KeyError) as error:
            raise ValueError(f"Line {number} of {name} is not a preference pair: {error}") from error
