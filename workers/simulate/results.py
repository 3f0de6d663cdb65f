"""Result lines of simulated runs (JSONL, one line per run and round) as checked values.

Knows nothing about how they were made: a line that is broken, repeated or not finite is an error that names it.
"""

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

from workers.learning.metrics import LengthSummary

# The settings that a run was trained with, by name, their values as text: 0.0001 and 1e-4 are the same.
Setting: TypeAlias = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Result:
    """One round of one run. Win-rate is against the reference, KL in nats per completion, lengths in tokens.

    `wrong` is the share of the acquired pairs whose label contradicted the model's rewards, `length_controlled` the
    win-rate expected at equal lengths, `ood_win_rate` that on prompts of another kind; what may be None is so where a
    round has no such figure.
    """

    run: str
    rule: str
    loss: str
    seed: int
    setting: Setting
    round: int
    labels: int
    rule_used: str
    wins: float
    comparisons: int
    kl: float
    kl_error: float
    kl_per_token: float
    wrong: float | None
    length: LengthSummary
    acquired_length: float | None
    distinct_1: float
    distinct_2: float
    train_loss: float | None
    seconds: float
    length_controlled: float | None
    ood_win_rate: float | None

    @property
    def win_rate(self) -> float:
        return self.wins / self.comparisons


def read_results(paths: Sequence[Path]) -> list[Result]:
    """The results of all files, in their order. Raises ValueError naming the line that is broken or repeated."""
    results: list[Result] = []
    seen: dict[tuple[object, ...], str] = {}
    for path in paths:
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
            if not line.strip():
                continue
            place = f"{path}, line {number}"
            result = _parse(line, place)
            key = (result.rule, result.loss, result.setting, result.seed, result.labels)
            if key in seen:
                raise ValueError(
                    f"{place} repeats {seen[key]}: rule {result.rule}, loss {result.loss}, seed {result.seed}, "
                    f"{result.labels} labels, the same setting."
                )
            seen[key] = place
            results.append(result)
    if not results:
        raise ValueError(f"No result line in {', '.join(map(str, paths)) or 'no file'}.")
    return results


def _parse(line: str, place: str) -> Result:
    try:
        record = json.loads(line)
    except json.JSONDecodeError as error:
        raise ValueError(f"{place} is no JSON: {error}.") from error
    if not isinstance(record, dict):
        raise ValueError(f"{place} is no JSON object.")
    try:
        return _result(record)
    except KeyError as error:
        raise ValueError(f"{place} lacks {error}.") from error
    except ValueError as error:
        raise ValueError(f"{place}: {error}") from error


def _result(record: Mapping[str, Any]) -> Result:
    lengths, seconds = _mapping(record, "length"), _mapping(record, "seconds")
    result = Result(
        run=_text(record, "run"),
        rule=_text(record, "rule"),
        loss=_text(record, "loss"),
        seed=_count(record, "seed"),
        setting=_setting(_mapping(record, "setting")),
        round=_count(record, "round"),
        labels=_count(record, "labels"),
        rule_used=_text(record, "rule_used"),
        wins=_number(record, "wins"),
        comparisons=_count(record, "comparisons"),
        kl=_number(record, "kl"),
        kl_error=_number(record, "kl_error"),
        kl_per_token=_number(record, "kl_per_token"),
        wrong=_number_or_none(record, "wrong"),
        length=LengthSummary(*(_number(lengths, name) for name in ("mean", "p10", "p50", "p90"))),
        acquired_length=_number_or_none(record, "acquired_length"),
        distinct_1=_number(record, "distinct_1"),
        distinct_2=_number(record, "distinct_2"),
        train_loss=_number_or_none(record, "train_loss"),
        seconds=sum(_number(seconds, step) for step in seconds),
        length_controlled=_number_or_none(record, "length_controlled") if "length_controlled" in record else None,
        ood_win_rate=_win_rate(_mapping(record, "ood")) if "ood" in record else None,
    )
    _win_rate(record)
    if result.wrong is not None and not 0 <= result.wrong <= 1:
        raise ValueError(f"wrong must be a share, got {result.wrong}.")
    return result


def _win_rate(record: Mapping[str, Any]) -> float:
    wins, comparisons = _number(record, "wins"), _count(record, "comparisons")
    if not (comparisons >= 1 and 0 <= wins <= comparisons):
        raise ValueError(f"wins must be within 0 and comparisons, got {wins} of {comparisons}.")
    return wins / comparisons


def _setting(values: Mapping[str, Any]) -> Setting:
    return tuple(sorted((name, _as_text(value)) for name, value in values.items()))


def _as_text(value: object) -> str:
    if value is None:
        return "default"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return value if isinstance(value, str) else json.dumps(value)


def _mapping(record: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    value = record[name]
    if not isinstance(value, dict):
        raise ValueError(f"{name} must be an object, got {value!r}.")
    return value


def _text(record: Mapping[str, Any], name: str) -> str:
    value = record[name]
    if not isinstance(value, str) or not value:
        raise ValueError(f"{name} must be a text, got {value!r}.")
    return value


def _count(record: Mapping[str, Any], name: str) -> int:
    value = record[name]
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        raise ValueError(f"{name} must be a whole number of at least 0, got {value!r}.")
    return value


def _number(record: Mapping[str, Any], name: str) -> float:
    value = record[name]
    if not isinstance(value, int | float) or isinstance(value, bool) or not math.isfinite(value):
        raise ValueError(f"{name} must be a finite number, got {value!r}.")
    return float(value)


def _number_or_none(record: Mapping[str, Any], name: str) -> float | None:
    return None if record[name] is None else _number(record, name)
