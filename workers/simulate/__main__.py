"""`python -m workers.simulate`, which is `tiebreak simulate`: a whole active-learning experiment without a server.

Knows nothing about how a round is done. Several processes share an output folder: each takes the runs that no other
has locked, so that more of them are started with the same words.
"""

import argparse
import fcntl
import json
import math
import os
import re
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import fields
from hashlib import sha256
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn

from workers.learning.prompts import Prompt
from workers.simulate.plan import Run, plan
from workers.simulate.prompts import read_prompts
from workers.simulate.tuning import best_settings

_POLL_SECONDS = 1.0
_OF_RULES = ("samples", "over_generation")


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs what the command line asks for; 0 when all runs are done, 1 while rounds are missing, 2 for words that
    cannot be followed."""
    words = list(sys.argv[1:] if arguments is None else arguments)
    asked = _parser().parse_args(words)
    console = Console(stderr=True)
    try:
        runs = _plan(asked)
        pool, arenas = read_prompts(asked.prompts, asked.ood_prompts, asked.eval_prompts)
        asked.output.mkdir(parents=True, exist_ok=True)
        _check_experiment(asked)
    except (ValueError, OSError) as error:
        console.print(str(error), style="red", markup=False)
        return 2
    if asked.worker:
        return _work(asked, runs, pool, arenas)
    _note_command(asked.output, words)
    try:
        failed = _supervise(asked, words, runs, console)
    except KeyboardInterrupt:
        console.print("Stopped. The finished rounds are kept, and the same command goes on from there.")
        return 130
    finished = _finished(asked.output, runs)
    if not finished:
        return failed or 1
    from workers.simulate.report import write_report

    results = asked.output / "results.jsonl"
    results.write_text("".join(path.read_text() + "\n" for path in finished))
    table, figure = write_report([results], asked.output)
    console.print(f"{len(finished)} rounds are in {results}, their table in {table}, their figure in {figure}.")
    missing = sum(run.rounds for run in runs) - len(finished)
    if missing:
        console.print(f"{missing} rounds are missing: they failed, or another process has their runs. Start it again.")
    return failed or int(missing > 0)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="tiebreak simulate", description=__doc__, allow_abbrev=False)
    add = parser.add_argument
    add("--model", required=True, help="folder or hub name of the model to align")
    add("--prompts", type=Path, required=True, help='JSON lines: {"prompt": "text", "split": "train" or "eval"}')
    add("--judge", required=True, help="reward model (folder or hub name) that labels")
    add("--eval-judge", help="reward model that evaluates; by default the one that labels")
    add("--ood-prompts", type=Path, help="prompts of another kind, on which models are evaluated too")
    add("--output", type=Path, required=True, help="folder of the results; an experiment found there goes on")
    add(
        "--rule",
        action="append",
        dest="rules",
        metavar="RULE[:SETTING=VALUE...]",
        help="a rule, with settings of its own where it needs them; again for more (default: random and certainty)",
    )
    add("--loss", action="append", dest="losses", help="again for more (default: dpo)")
    add("--seeds", type=_seeds, default="0", help="numbers separated by commas")
    add("--tuned-from", type=Path, help="output of an earlier simulation: each rule takes its best setting there")
    add("--kl-limit", type=_nats, default=math.inf, help="settings of --tuned-from that moved further are left out")
    add("--eval-prompts", type=_at_least(2), default=512, help="held-out prompts that models are compared on")
    add("--kl-draws", type=_at_least(2), default=256, help="temperature-1 draws for the KL estimate")
    add("--jobs", type=_at_least(1), default=1, help="processes side by side")
    add("--threads", type=_at_least(1), default=1, help="threads of each process")
    add("--device", type=_device, help="cpu or cuda; by default what there is")
    add("--worker", action="store_true", help=argparse.SUPPRESS)
    for field in fields(Run):
        if field.name in ("rule", "loss", "seed"):
            continue
        kind = field.type if field.type in (int, float) else float if field.name == "beta" else str
        default = f"{field.default}, or the rule's own" if field.name in _OF_RULES else field.default
        add(f"--{field.name.replace('_', '-')}", type=kind, default=argparse.SUPPRESS, help=f"default {default}")
    return parser


def _at_least(least: int) -> Callable[[str], int]:
    def number(text: str) -> int:
        if int(text) < least:
            raise argparse.ArgumentTypeError(f"must be at least {least}, got {text}")
        return int(text)

    return number


def _nats(text: str) -> float:
    if not float(text) >= 0:
        raise argparse.ArgumentTypeError(f"must be a number of at least 0, got {text}")
    return float(text)


def _seeds(text: str) -> list[int]:
    if not re.fullmatch(r"[0-9]+(,[0-9]+)*", text):
        raise argparse.ArgumentTypeError(f"must be numbers of at least 0 separated by commas, as 0,1,2; got {text!r}")
    return [int(seed) for seed in text.split(",")]


def _device(text: str) -> str:
    if not re.fullmatch(r"cpu|cuda(:[0-9]+)?", text):
        raise argparse.ArgumentTypeError(f"must be cpu, cuda or cuda:0 and so on, got {text!r}")
    return text


def _plan(asked: argparse.Namespace) -> list[Run]:
    common = {field.name: getattr(asked, field.name) for field in fields(Run) if hasattr(asked, field.name)}
    rules = asked.rules or ["random", "certainty"]
    losses = asked.losses or [Run("random").loss]
    tuned = best_settings(asked.tuned_from, kl_limit=asked.kl_limit) if asked.tuned_from else {}
    return plan(rules, losses, asked.seeds, common, tuned)


def _check_experiment(asked: argparse.Namespace) -> dict[str, Any]:
    """What all runs of the folder share. Raises ValueError where it holds another experiment."""
    files = {"prompts": asked.prompts, "ood_prompts": asked.ood_prompts}
    facts: dict[str, Any] = {name: path and sha256(path.read_bytes()).hexdigest() for name, path in files.items()}
    for name in ("model", "judge", "eval_judge", "eval_prompts", "kl_draws"):
        facts[name] = getattr(asked, name)
    path = asked.output / "experiment.json"
    before = _noted(path, facts) if path.exists() else facts
    changed = [name for name in facts if facts[name] != before[name]]
    if changed:
        raise ValueError(
            f"{asked.output} holds an experiment with other {', '.join(changed)}: its results do not compare with "
            "these. Name another --output."
        )
    return facts


def _noted(path: Path, names: Iterable[str]) -> dict[str, Any]:
    """The experiment that a folder holds. Raises ValueError where its file does not state all of these."""
    mend = "It says which experiment the folder holds: mend it, or name another --output."
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:
        raise ValueError(f"{path} is no JSON ({error}). {mend}") from error
    missing = [name for name in names if name not in found] if isinstance(found, dict) else list(names)
    if missing:
        raise ValueError(f"{path} lacks {', '.join(missing)}. {mend}")
    return dict(found)


def _note_experiment(asked: argparse.Namespace) -> None:
    """Once its models are loaded: a name that was mistyped must not stay the folder's."""
    path, staging = asked.output / "experiment.json", asked.output / f"experiment.{os.getpid()}.partial"
    staging.write_text(json.dumps(_check_experiment(asked), indent=1) + "\n")
    staging.rename(path)


def _supervise(asked: argparse.Namespace, words: Sequence[str], runs: Sequence[Run], console: Console) -> int:
    """Starts the workers and shows how far they are; returns the first exit code that is not 0."""
    command = [sys.executable, "-m", "workers.simulate", *words, "--worker"]
    # Ctrl-C is for the supervisor, which ends them.
    workers = [subprocess.Popen(command, process_group=0) for _ in range(asked.jobs)]
    columns = (TextColumn("{task.description}"), BarColumn(), TextColumn("{task.completed}/{task.total} rounds"))
    try:
        with Progress(*columns, TimeElapsedColumn(), TimeRemainingColumn(), console=console) as progress:
            bars = {run: progress.add_task(run.key, total=run.rounds, visible=False) for run in runs}
            whole = progress.add_task(f"{len(runs)} runs", total=sum(run.rounds for run in runs))
            while True:
                are_running = any(worker.poll() is None for worker in workers)
                done = {run: len(_finished(asked.output, [run])) for run in runs}
                for run, bar in bars.items():
                    progress.update(bar, completed=done[run], visible=0 < done[run] < run.rounds)
                progress.update(whole, completed=sum(done.values()))
                if not are_running:
                    break
                time.sleep(_POLL_SECONDS)
    finally:
        for worker in workers:
            if worker.poll() is None:
                worker.terminate()
            worker.wait()
    return next((worker.returncode for worker in workers if worker.returncode), 0)


def _work(
    asked: argparse.Namespace, runs: Sequence[Run], pool: Sequence[Prompt], arenas: dict[str, list[Prompt]]
) -> int:
    """Does every run that no other process does."""
    import torch

    from workers.learning.errors import ModelError, NumericalError, PromptError
    from workers.simulate.run import simulate
    from workers.simulate.world import load_world

    _end_with_parent()
    torch.set_num_threads(asked.threads)
    try:
        world = load_world(asked, runs, pool, arenas)
        _note_experiment(asked)
    except (ModelError, PromptError, ValueError) as error:
        sys.stderr.write(f"{error}\n")
        return 1
    failed = 0
    for run in runs:
        folder = asked.output / "runs" / run.key
        folder.mkdir(parents=True, exist_ok=True)
        with (folder / "lock").open("w") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                simulate(world, run, asked.output, on_round=_say)
            except BlockingIOError:
                continue
            except (ModelError, NumericalError, PromptError, ValueError) as error:
                # The other runs go on: what they measure does not depend on this one.
                sys.stderr.write(f"{run.key}: {error}\n")
                failed = 1
    return failed


def _end_with_parent() -> None:
    """A worker whose supervisor was killed ends too; what it has not written is made again."""
    parent = os.getppid()

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(_POLL_SECONDS)
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()


def _say(line: dict[str, Any]) -> None:
    win_rate = line["wins"] / line["comparisons"]
    sys.stderr.write(f"{line['run']}: {line['labels']} labels, win-rate {win_rate:.3f}, KL {line['kl']:.1f}\n")


def _finished(output: Path, runs: Sequence[Run]) -> list[Path]:
    return [path for run in runs for path in sorted((output / "runs" / run.key).glob("round-*.json"))]


def _note_command(output: Path, words: Sequence[str]) -> None:
    """What was run, for whoever finds the folder."""
    with (output / "commands.jsonl").open("a") as file:
        file.write(json.dumps(list(words)) + "\n")


if __name__ == "__main__":
    sys.exit(main())
