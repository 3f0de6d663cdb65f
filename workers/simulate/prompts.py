"""The prompts of a simulation: the pool that is labelled, and the held-out ones that models are compared on.

Knows nothing about models.
"""

import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from workers.learning.prompts import Prompt, prompt_text
from workers.learning.rules import seeded


def read_prompts(path: Path, ood_path: Path | None, eval_prompts: int) -> tuple[list[Prompt], dict[str, list[Prompt]]]:
    """The train prompts, and the held-out prompts by arena: `eval`, and `ood` where a file is given.

    Prompts are texts or lists of messages. At most `eval_prompts` of each arena, drawn by hash: the same ones in
    every simulation. Of equal prompts the first counts. Raises ValueError naming a line that is no prompt, or saying
    which part is empty.
    """
    rows = list(_rows(path))
    pool = _distinct(prompt for prompt, split in rows if split == "train")
    heldout = _distinct(prompt for prompt, split in rows if split == "eval")
    if not pool or not heldout:
        raise ValueError(f"{path} needs prompts of both splits, train and eval; it has {len(pool)} and {len(heldout)}.")
    if len(heldout) < 2:
        raise ValueError(f"{path} has one eval prompt alone: a mean and its error need two.")
    arenas = {"eval": _drawn(heldout, eval_prompts)}
    if ood_path is not None:
        arenas["ood"] = _drawn(_distinct(prompt for prompt, _ in _rows(ood_path)), eval_prompts)
        if not arenas["ood"]:
            raise ValueError(f"{ood_path} holds no prompt.")
    return pool, arenas


def place_of(prompt: Prompt, paths: Iterable[Path]) -> str:
    """The file and line where a prompt that `read_prompts` gave first stands."""
    for path in paths:
        for number, found, _ in _numbered(path):
            if found == prompt:
                return f"{path}, line {number}"
    raise ValueError("None of the files holds this prompt.")


def _distinct(prompts: Iterable[Prompt]) -> list[Prompt]:
    first: dict[str, Prompt] = {}
    for prompt in prompts:
        first.setdefault(prompt_text(prompt), prompt)
    return list(first.values())


def _drawn(prompts: list[Prompt], count: int) -> list[Prompt]:
    return sorted(prompts, key=lambda prompt: seeded("eval-prompt", prompt_text(prompt)))[:count]


def _rows(path: Path) -> Iterator[tuple[Prompt, str]]:
    return ((prompt, split) for _, prompt, split in _numbered(path))


def _numbered(path: Path) -> Iterator[tuple[int, Prompt, str]]:
    try:
        lines = path.read_text(encoding="utf-8").split("\n")
    except UnicodeDecodeError as error:
        raise ValueError(f"{path} is not UTF-8 text: {error}.") from error
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
            prompt, split = row["prompt"], row.get("split", "train")
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise ValueError(f"{path}, line {number} is not a prompt: {error!r}.") from error
        if not _is_prompt(prompt):
            raise ValueError(
                f"{path}, line {number}: the prompt must be a text that is not empty, or a list of messages with "
                "role and content."
            )
        if split not in ("train", "eval"):
            raise ValueError(f"{path}, line {number}: split must be train or eval, not {split!r}.")
        yield number, prompt, split


def _is_prompt(prompt: Any) -> bool:
    if isinstance(prompt, str):
        return bool(prompt.strip())
    return isinstance(prompt, list) and bool(prompt) and all(map(_is_message, prompt))


def _is_message(message: Any) -> bool:
    return isinstance(message, dict) and all(isinstance(message.get(key), str) for key in ("role", "content"))
