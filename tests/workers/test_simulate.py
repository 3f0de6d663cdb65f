"""Simulated experiments on the sandbox model: rounds as the loop does them, resumed and shared without a difference."""

import fcntl
import json
import shutil
import signal
import subprocess
import sys
import time
from argparse import Namespace
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from workers.learning.errors import PromptError
from workers.learning.policy import load_policy
from workers.learning.prompts import Prompt
from workers.learning.reward_model import load_reward_model
from workers.learning.sampling import SamplingConfig
from workers.sandbox.paths import MODEL, PROMPTS, REWARD_MODEL
from workers.simulate.__main__ import main
from workers.simulate.acquire import acquire
from workers.simulate.evaluate import evaluate, open_arena
from workers.simulate.judges import labels, outcome
from workers.simulate.plan import Run, plan
from workers.simulate.prompts import read_prompts
from workers.simulate.run import World, simulate
from workers.simulate.world import load_world

SMALL = Run("random", rounds=2, labels=6, over_generation=3, max_new_tokens=12, learning_rate=1e-3, heads=2)


@pytest.fixture(scope="module")
def world() -> World:
    pool, arenas = read_prompts(PROMPTS, None, 12)
    reference, judge = load_policy(str(MODEL), device="cpu"), load_reward_model(str(REWARD_MODEL), device="cpu")
    config = SamplingConfig(samples=1, max_new_tokens=12, temperature=0.7)
    arena = open_arena(reference, judge, arenas["eval"], config=config, kl_draws=8)
    return World(str(MODEL), reference, pool[:60], judge, {"eval": arena})


def lines_of(world: World, run: Run, folder: Path) -> list[dict[str, Any]]:
    simulate(world, run, folder, on_round=lambda _: None)
    return [json.loads(path.read_text()) for path in sorted((folder / "runs" / run.key).glob("round-*.json"))]


def without_seconds(lines: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    return [{name: value for name, value in line.items() if name != "seconds"} for line in lines]


@pytest.mark.parametrize("rule", ["offline", "entropy_certainty", "drts"])
def test_rounds_add_labels_and_measure_what_they_gained(world: World, rule: str, tmp_path: Path) -> None:
    labels = 16 if rule == "drts" else 6  # fewer teach an ensemble nothing
    lines = lines_of(world, replace(SMALL, rule=rule, labels=labels), tmp_path)

    assert [(line["round"], line["labels"]) for line in lines] == [(1, labels), (2, 2 * labels)]
    # Nothing is learnt yet in the first round, so a rule that asks the model or its heads falls back.
    assert [line["rule_used"] for line in lines] == ["offline" if rule == "offline" else "random", rule]
    assert [line["wrong"] is None for line in lines] == [True, False]
    assert lines[0]["comparisons"] == 12
    assert 0 <= lines[1]["wins"] <= 12
    assert lines[1]["kl"] != lines[0]["kl"]
    assert (lines[1]["heads_accuracy"] is not None) == (rule == "drts")


def test_auto_falls_back_as_the_service_does_while_its_labels_are_few(world: World, tmp_path: Path) -> None:
    lines = lines_of(world, replace(SMALL, rule="auto"), tmp_path)

    assert [line["rule_used"] for line in lines] == ["random", "certainty"]


def test_a_run_cut_short_goes_on_as_if_it_had_not_been(world: World, tmp_path: Path) -> None:
    run = replace(SMALL, rule="certainty")
    whole = lines_of(world, run, tmp_path / "whole")

    class CutError(Exception):
        pass

    def cut_off(_: dict[str, Any]) -> None:
        raise CutError

    with pytest.raises(CutError):
        simulate(world, run, tmp_path / "cut", on_round=cut_off)
    # The trained model of the first round is lost too: it is made again.
    shutil.rmtree(tmp_path / "cut" / "models")

    assert without_seconds(lines_of(world, run, tmp_path / "cut")) == without_seconds(whole)


def test_a_damaged_file_of_the_folder_is_named(world: World, tmp_path: Path) -> None:
    run = replace(SMALL, rounds=1)
    lines_of(world, run, tmp_path)
    (facts,) = (tmp_path / "models").glob("*.json")
    facts.write_text('{"training": ')
    (tmp_path / "runs" / run.key / "round-01.json").unlink()

    with pytest.raises(ValueError, match=f"{facts.name} is no JSON .* Delete it: what it says is made again"):
        lines_of(world, run, tmp_path)


def test_rules_share_the_first_round_of_a_seed_and_differ_after_it(world: World, tmp_path: Path) -> None:
    by_rule = {rule: lines_of(world, replace(SMALL, rule=rule), tmp_path) for rule in ("random", "certainty")}
    first, second = (
        [{key: lines[place][key] for key in ("wins", "kl", "train_loss")} for lines in by_rule.values()]
        for place in (0, 1)
    )

    assert first[0] == first[1]
    assert second[0] != second[1]
    # Models of finished runs are gone but for the shared one.
    assert len([path for path in (tmp_path / "models").iterdir() if path.is_dir()]) == 1


def test_seeds_meet_different_prompts(world: World, tmp_path: Path) -> None:
    for seed in (1, 2):
        lines_of(world, replace(SMALL, rounds=1, seed=seed), tmp_path)
    texts = [path.read_text() for path in tmp_path.glob("runs/*/round-01.jsonl")]

    assert len(set(texts)) == 2


def test_label_noise_flips_so_many_labels(world: World) -> None:
    prompts: list[Prompt] = [f"Question {i}" for i in range(200)]
    comparisons = [(prompt, "Happy to help! Wash it well.", "a the of of wash") for prompt in prompts]

    def share(noise: float) -> float:
        return sum(labels(world.judge, comparisons, noise=noise, seed=1)) / len(comparisons)

    clean = share(0.0)
    assert share(1.0) == pytest.approx(1 - clean)
    assert abs(share(0.25) - (0.75 * clean + 0.25 * (1 - clean))) < 0.12
    assert labels(world.judge, comparisons, noise=0.25, seed=1) == labels(world.judge, comparisons, noise=0.25, seed=1)


def test_outcome_is_a_win_a_loss_or_half() -> None:
    assert [outcome(2.0, 1.0), outcome(1.0, 2.0), outcome(1.0, 1.0)] == [1.0, 0.0, 0.5]


def test_a_pool_used_up_and_completions_that_do_not_differ_are_named(world: World) -> None:
    def acquire_from(pool: Sequence[Prompt], used: set[int], run: Run) -> None:
        policy = world.reference
        acquire(run, 2, policy=policy, reference=policy, pool=pool, used=used, labelled=[])

    with pytest.raises(ValueError, match=r"Round 2: all 3 prompts of the pool are used"):
        acquire_from(world.pool[:3], {0, 1, 2}, SMALL)
    with pytest.raises(ValueError, match=r"Round 2: the completions of the 1 prompts drawn do not differ"):
        acquire_from(world.pool[:1], set(), replace(SMALL, temperature=1e-4))


def test_plan_has_seeds_outermost_and_lets_a_rule_have_its_own_settings() -> None:
    runs = plan(["random", "drts:samples=8:learning_rate=2e-4"], ["dpo", "ipo"], [3, 4], {"epochs": 7}, {})

    assert [(run.seed, run.loss, run.rule) for run in runs[:4]] == [
        (3, "dpo", "random"),
        (3, "dpo", "drts"),
        (3, "ipo", "random"),
        (3, "ipo", "drts"),
    ]
    assert (runs[1].samples, runs[1].learning_rate, runs[1].epochs) == (8, 2e-4, 7)
    assert len({run.key for run in runs}) == len(runs) == 8
    assert len(plan(["random", "random"], ["dpo"], [0], {}, {})) == 1


def test_plan_gives_a_rule_the_completions_that_a_round_would_where_nothing_is_said() -> None:
    runs = plan(["random", "auto", "drts:samples=4"], ["dpo"], [0], {}, {})
    [stated] = plan(["auto"], ["dpo"], [0], {"samples": 3, "over_generation": 5}, {})

    assert [(run.samples, run.over_generation) for run in runs] == [(2, 16), (8, 4), (4, 4)]
    assert (stated.samples, stated.over_generation) == (3, 5)


@pytest.mark.parametrize(
    ("spec", "message"),
    [
        ("best", "no acquisition rule 'best'"),
        ("random:speed=3", "'speed=3' in 'random:speed=3' is not a setting"),
        ("random:epochs", "'epochs' in 'random:epochs' is not a setting"),
        ("random:epochs=many", "epochs in 'random:epochs=many' must be a number"),
        ("random:samples=1", "samples must be at least 2"),
        ("random:label_noise=2", "label_noise must be between 0 and 1"),
        ("random:learning_rate=-1", "learning_rate must be greater than 0"),
        ("random:temperature=0", "temperature must be greater than 0"),
        ("random:entropy_share=0", "entropy_share must be greater than 0"),
        ("entropy:loss=ln_dpo:normalize=token", "do not go with ln_dpo"),
        ("random:normalize=tokens", "normalize must be one of none, token, got 'tokens'"),
    ],
)
def test_plan_names_what_is_wrong_with_a_rule(spec: str, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        plan([spec], ["dpo"], [0], {}, {})


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("{", "line 2 is not a prompt"),
        ('{"text": "a"}', "line 2 is not a prompt"),
        ('{"prompt": "  "}', "line 2: the prompt must be a text"),
        ('{"prompt": [{"role": "user"}]}', "line 2: the prompt must be a text"),
        ('{"prompt": "a", "split": "test"}', "line 2: split must be train or eval"),
        ('{"prompt": "a"}', "both splits, train and eval; it has 1 and 0"),
        ('{"prompt": "b", "split": "eval"}', "one eval prompt alone"),
    ],
)
def test_prompts_that_cannot_be_used_are_named(line: str, message: str, tmp_path: Path) -> None:
    path = tmp_path / "prompts.jsonl"
    path.write_text('{"prompt": "a"}\n' + line + "\n")
    with pytest.raises(ValueError, match=message):
        read_prompts(path, None, 4)


def test_prompts_that_are_no_text_are_named(tmp_path: Path) -> None:
    path = tmp_path / "prompts.jsonl"
    path.write_bytes(b'{"prompt": "\xdd"}\n')
    with pytest.raises(ValueError, match="is not UTF-8 text"):
        read_prompts(path, None, 4)


def test_prompts_count_once_and_heldout_ones_are_the_same_every_time(tmp_path: Path) -> None:
    rows = [{"prompt": f"p{i % 20}", "split": "eval" if i % 20 < 10 else "train"} for i in range(40)]
    path, ood = tmp_path / "prompts.jsonl", tmp_path / "ood.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    ood.write_text('{"prompt": [{"role": "user", "content": "Hi"}]}\n')

    pool, arenas = read_prompts(path, ood, 4)

    assert sorted(map(str, pool)) == sorted(f"p{i}" for i in range(10, 20))
    assert len(arenas["eval"]) == 4
    assert arenas == read_prompts(path, ood, 4)[1]
    assert arenas["ood"] == [[{"role": "user", "content": "Hi"}]]


def test_command_runs_an_experiment_and_writes_its_report(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "app.cli", "simulate", "--model", str(MODEL), "--prompts", str(PROMPTS)]
    command += ["--judge", str(REWARD_MODEL), "--output", str(tmp_path / "out")]
    command += ["--rule", "random", "--rule", "certainty"]
    command += ["--rounds", "1", "--labels", "4", "--over-generation", "2", "--max-new-tokens", "8"]
    command += ["--eval-prompts", "8", "--kl-draws", "4", "--jobs", "2"]

    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=240)

    assert done.returncode == 0, done.stderr
    lines = [json.loads(line) for line in (tmp_path / "out" / "results.jsonl").read_text().splitlines()]
    assert [(line["rule"], line["labels"]) for line in lines] == [("random", 4), ("certainty", 4)]
    assert "certainty" in (tmp_path / "out" / "report.md").read_text()
    assert (tmp_path / "out" / "report.svg").read_text().lstrip().startswith("<?xml")

    other = [*command, "--eval-prompts", "6"]
    refused = subprocess.run(other, capture_output=True, text=True, check=False, timeout=120)
    assert refused.returncode == 2
    assert "holds an experiment with other eval_prompts" in " ".join(refused.stderr.split())


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--rule", "best"], "There is no acquisition rule 'best'"),
        (["--kl-draws", "1"], "argument --kl-draws: must be at least 2"),
        (["--jobs", "0"], "argument --jobs: must be at least 1"),
        (["--seeds", "-1"], "argument --seeds: must be numbers of at least 0"),
        (["--seeds", "0,"], "argument --seeds: must be numbers of at least 0 separated by commas"),
        (["--device", "tpu"], "argument --device: must be cpu, cuda"),
        (["--rule", "random", "--rule", "random:rounds=2"], "asked for twice, with other rounds alone"),
        (["--kl-limit", "nan"], "argument --kl-limit: must be a number of at least 0, got nan"),
        (["--normalize", "token", "--loss", "ipo"], "do not go with ipo"),
    ],
)
def test_command_that_cannot_be_followed_says_why(
    words: list[str], message: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    command = ["--model", str(MODEL), "--prompts", str(PROMPTS), "--judge", str(REWARD_MODEL)]
    try:
        code = main([*command, "--output", str(tmp_path / "out"), *words])
    except SystemExit as error:
        code = int(str(error.code))

    assert code == 2
    assert message in " ".join(capsys.readouterr().err.split())


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ('{"prompts": "', "experiment.json is no JSON"),
        ('{"prompts": "0", "ood_prompts": null, "model": "m"}', "lacks judge, eval_judge, eval_prompts, kl_draws."),
        ("[]", "lacks prompts, ood_prompts, model,"),
    ],
)
def test_command_on_a_folder_whose_experiment_is_broken_names_its_file(
    content: str, message: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "experiment.json").write_text(content)
    command = ["--model", str(MODEL), "--prompts", str(PROMPTS), "--judge", str(REWARD_MODEL)]

    assert main([*command, "--output", str(tmp_path)]) == 2

    said = capsys.readouterr().err.replace("\n", "")
    assert str(tmp_path / "experiment.json") in said
    assert message.replace(" ", "") in said.replace(" ", "")


def asked_for(folder: Path, *words: str) -> list[str]:
    command = [sys.executable, "-m", "workers.simulate", "--prompts", str(PROMPTS), "--judge", str(REWARD_MODEL)]
    command += ["--output", str(folder), "--rounds", "1", "--labels", "4", "--over-generation", "2"]
    return [*command, "--max-new-tokens", "4", "--eval-prompts", "4", "--kl-draws", "2", "--rule", "random", *words]


def test_command_with_a_wrong_model_leaves_the_folder_free(tmp_path: Path) -> None:
    command = asked_for(tmp_path, "--model", str(tmp_path / "absent"))
    wrong = subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)

    assert wrong.returncode == 1
    assert "There is no model folder" in wrong.stderr
    assert not (tmp_path / "experiment.json").exists()


def test_command_whose_run_another_process_holds_is_not_done(tmp_path: Path) -> None:
    run = Run("random", rounds=1, labels=4, over_generation=2, max_new_tokens=4)
    (tmp_path / "runs" / run.key).mkdir(parents=True)
    with (tmp_path / "runs" / run.key / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        command = asked_for(tmp_path, "--model", str(MODEL), "--seeds", "0,1")
        done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)

    assert done.returncode == 1
    assert "1 rounds are missing" in done.stderr
    assert len((tmp_path / "results.jsonl").read_text().splitlines()) == 1


def test_a_prompt_that_is_too_long_is_named_by_its_line_before_the_first_round(tmp_path: Path) -> None:
    path = tmp_path / "prompts.jsonl"
    rows = [{"prompt": text, "split": split} for text in ("a", "b", "long " * 400) for split in ("eval", "train")]
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    pool, arenas = read_prompts(path, None, 2)
    models = {"model": str(MODEL), "judge": str(REWARD_MODEL), "eval_judge": None, "device": "cpu"}
    asked = Namespace(**models, prompts=path, ood_prompts=None, kl_draws=2)

    with pytest.raises(PromptError, match=r"prompts\.jsonl, line [56]: The prompt has \d+ tokens"):
        load_world(asked, [SMALL], pool, arenas)


def test_command_whose_supervisor_is_killed_leaves_no_worker(tmp_path: Path) -> None:
    command = asked_for(tmp_path, "--model", str(MODEL), "--seeds", ",".join(map(str, range(400))))
    supervisor = subprocess.Popen(command, stderr=subprocess.PIPE)
    assert supervisor.stderr is not None
    while not (tmp_path / "experiment.json").exists():
        time.sleep(0.05)

    supervisor.kill()

    with supervisor.stderr as held_by_the_worker:
        held_by_the_worker.read()
    assert supervisor.wait() == -signal.SIGKILL
    assert len(list(tmp_path.glob("runs/*/round-01.json"))) < 400


def test_one_prompt_of_another_kind_has_a_kl_without_error(world: World) -> None:
    config = SamplingConfig(samples=1, max_new_tokens=4)
    arena = open_arena(world.reference, world.judge, [world.pool[0]], config=config, kl_draws=4)

    assert evaluate(world.reference, world.reference, arena)["kl_error"] is None
