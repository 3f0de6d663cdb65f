"""One simulated run: rounds of acquire, label, train from the reference, evaluate; every finished round is kept.

Knows nothing about plans or progress bars. Rounds are deterministic, so that a run which was cut short goes on as if
it had not been, and runs that reach the same labels at the same setting share the trained model.
"""

import fcntl
import json
import shutil
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch

from workers.learning.checkpoint import fingerprint
from workers.learning.fit import fit
from workers.learning.pairs import PreferencePair, read_pairs, write_pairs
from workers.learning.policy import Policy, load_policy, save_policy
from workers.learning.prompts import Prompt
from workers.learning.reward_model import RewardModel
from workers.simulate.acquire import Acquired, Acquisition, acquire
from workers.simulate.evaluate import Arena, evaluate
from workers.simulate.judges import labels
from workers.simulate.plan import Run


@dataclass(frozen=True)
class World:
    """What all runs of a simulation share: the model to align, its prompts, and who judges."""

    model: str
    reference: Policy
    pool: Sequence[Prompt]
    judge: RewardModel
    arenas: dict[str, Arena]
    """By name: `eval`, and `ood` where out-of-distribution prompts were given."""


def simulate(world: World, run: Run, folder: Path, *, on_round: Callable[[dict[str, Any]], None]) -> None:
    """Does the rounds of the run that `folder` does not hold yet and calls `on_round` with each result line.

    In `folder/runs/<key>`: `round-NN.jsonl` with the labelled pairs and `round-NN.json` with the result line of each
    round, the latter written last. Trained models go to `folder/models`, one per set of labels and settings; those of
    a finished run are removed but for its first round, which the other rules share.
    """
    own = folder / "runs" / run.key
    own.mkdir(parents=True, exist_ok=True)
    pairs: list[PreferencePair] = []
    used: set[int] = set()
    sizes: list[int] = []
    for number in range(1, run.rounds + 1):
        path = own / f"round-{number:02d}.json"
        if not path.exists():
            line, new = _round(world, run, number, pairs, used, folder / "models")
            write_pairs(path.with_suffix(".jsonl"), new)
            _write_json(path, line)
            on_round(line)
        new = read_pairs(path.with_suffix(".jsonl"))
        pairs += new
        used |= {int(pair.prompt_key) for pair in new}
        sizes.append(len(pairs))
    for size in sizes[1:]:
        model = _model_folder(world, run, pairs[:size], folder / "models")
        with _locked(model.with_suffix(".lock")):
            shutil.rmtree(model, ignore_errors=True)


def _round(
    world: World, run: Run, number: int, pairs: Sequence[PreferencePair], used: set[int], models: Path
) -> tuple[dict[str, Any], list[PreferencePair]]:
    clock = _Clock()
    policy = world.reference if not pairs else _trained(world, run, pairs, models)[0]
    clock.note("load")
    found = acquire(run, number, policy=policy, reference=world.reference, pool=world.pool, used=used, labelled=pairs)
    clock.note("acquire")
    verdicts = _labels(world, run, found.acquired)
    new = [_pair(one, first_wins) for one, first_wins in zip(found.acquired, verdicts, strict=True)]
    clock.note("label")
    _, made = _trained(world, run, [*pairs, *new], models)
    clock.note("train_and_evaluate")
    line = {
        "run": run.key,
        "rule": run.rule,
        "loss": run.loss,
        "seed": run.seed,
        "setting": run.setting(),
        "round": number,
        "labels": len(pairs) + len(new),
        "rule_used": found.rule_used,
        **_acquired_figures(found, verdicts, is_reference=policy is world.reference),
        **made["evaluation"],
        "train_loss": made["training"]["loss"],
        "training": made["training"],
        "seconds": clock.seconds,
    }
    return line, new


def _labels(world: World, run: Run, acquired: Sequence[Acquired]) -> list[bool]:
    comparisons = [(one.candidate.prompt, one.first.text, one.second.text) for one in acquired]
    return labels(world.judge, comparisons, noise=run.label_noise, seed=run.seed)


def _pair(one: Acquired, first_wins: bool) -> PreferencePair:
    chosen, rejected = (one.pair.first, one.pair.second) if first_wins else (one.pair.second, one.pair.first)
    return PreferencePair(
        prompt_ids=one.candidate.prompt_ids,
        chosen_ids=one.candidate.samples[chosen].token_ids,
        rejected_ids=one.candidate.samples[rejected].token_ids,
        chosen_reference_logprob=one.candidate.reference_logprobs[chosen],
        rejected_reference_logprob=one.candidate.reference_logprobs[rejected],
        prompt_key=str(one.candidate.index),
    )


def _acquired_figures(found: Acquisition, verdicts: Sequence[bool], *, is_reference: bool) -> dict[str, Any]:
    """`wrong` is the share of pairs whose label contradicts the implicit reward; at the reference there is none."""
    acquired = found.acquired
    wrong = [(one.pair.margin > 0) != first_wins for one, first_wins in zip(acquired, verdicts, strict=True)]
    lengths = [len(s.token_ids) for one in acquired for s in (one.first, one.second)]
    return {
        "wrong": None if is_reference else sum(wrong) / len(wrong),
        "margin": None if is_reference else sum(abs(one.pair.margin) for one in acquired) / len(acquired),
        "acquired_length": sum(lengths) / len(lengths),
        "heads_accuracy": found.heads_accuracy,
    }


def _trained(world: World, run: Run, pairs: Sequence[PreferencePair], models: Path) -> tuple[Policy, dict[str, Any]]:
    """The model trained on these pairs with its figures; made once, whoever asks first."""
    folder = _model_folder(world, run, pairs, models)
    with _locked(folder.with_suffix(".lock")):
        facts = folder.with_suffix(".json")
        if folder.exists() and facts.exists():
            return load_policy(str(folder), device=str(world.reference.device), dtype=torch.float32), _read(facts)
        fresh = load_policy(world.model, device=str(world.reference.device), dtype=torch.float32)
        done = fit(fresh, pairs, run.fit_config(), folder=None, on_step=lambda _: None, should_stop=lambda: False)
        training = {} if done.final is None else done.final.as_dict()
        evaluation = {name: evaluate(done.policy, world.reference, arena) for name, arena in world.arenas.items()}
        made = {"training": training, "evaluation": evaluation.pop("eval") | evaluation}
        if not folder.exists():
            save_policy(done.policy, folder)
        _write_json(facts, made)
        return done.policy, made


def _model_folder(world: World, run: Run, pairs: Sequence[PreferencePair], models: Path) -> Path:
    return models / fingerprint(world.model, run.fit_config(), pairs)[:20]


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _read(path: Path) -> dict[str, Any]:
    """Raises ValueError with the path where the file was damaged."""
    try:
        content: dict[str, Any] = json.loads(path.read_text())
    except ValueError as error:
        raise ValueError(f"{path} is no JSON ({error}). Delete it: what it says is made again.") from error
    return content


def _write_json(path: Path, content: dict[str, Any]) -> None:
    staging = path.with_suffix(".partial")
    staging.write_text(json.dumps(content))
    staging.rename(path)


class _Clock:
    """Seconds of each part of a round."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}
        self._last = time.monotonic()

    def note(self, part: str) -> None:
        now = time.monotonic()
        self.seconds[part] = round(now - self._last, 2)
        self._last = now
