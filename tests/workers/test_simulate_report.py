"""The report of simulated runs against numbers worked by hand; the figure as a file."""

import json
import math
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import matplotlib
import pytest

from workers.learning.metrics import win_rate_interval
from workers.simulate.report import read_results, write_figure, write_markdown, write_report
from workers.simulate.results import Result
from workers.simulate.summary import (
    Estimate,
    Group,
    baseline_of,
    difference_at_kl,
    estimate_mean,
    group_results,
    label_groups,
    labels_to_reach,
    own_setting,
    paired_difference,
    shared_setting,
    summarise,
    win_rate_at_kl,
)
from workers.simulate.tables import kl_levels

pytestmark = pytest.mark.unit


def make_line(rule: str = "random", *, seed: int = 0, labels: int = 64, rate: float = 0.5, **changed: Any) -> str:
    record: dict[str, Any] = {
        "run": f"{rule}-{seed}",
        "rule": rule,
        "loss": "dpo",
        "seed": seed,
        "setting": {"learning_rate": 1e-4, "epochs": 3},
        "round": labels // 64,
        "labels": labels,
        "rule_used": rule,
        "wins": rate * 100,
        "comparisons": 100,
        "kl": labels / 32,
        "kl_error": 0.5,
        "kl_per_token": 0.1,
        "wrong": 0.25,
        "length": {"mean": 20.0, "p10": 10.0, "p50": 20.0, "p90": 30.0},
        "acquired_length": 17.0,
        "distinct_1": 0.2,
        "distinct_2": 0.6,
        "train_loss": 0.5,
        "seconds": {"sample": 1.0, "train": 2.0},
        **changed,
    }
    return json.dumps(record)


def read_lines(tmp_path: Path, *lines: str) -> list[Result]:
    path = tmp_path / "results.jsonl"
    path.write_text("".join(f"{line}\n" for line in lines))
    return read_results([path])


def group(rule: str, *, loss: str = "dpo", **setting: str) -> Group:
    return Group(rule, loss, tuple(sorted(setting.items())))


def approx(estimate: Estimate) -> Any:
    return pytest.approx(estimate, abs=1e-4)


def test_read_results_takes_every_line_of_every_file(tmp_path: Path) -> None:
    (tmp_path / "a").write_text(make_line(labels=64) + "\n\n" + make_line(labels=128, wrong=None) + "\n")
    (tmp_path / "b").write_text(
        make_line("certainty", length_controlled=0.4, ood={"wins": 1.5, "comparisons": 2}) + "\n"
    )
    first, second, third = read_results([tmp_path / "a", tmp_path / "b"])

    assert (first.win_rate, first.length.p90, first.seconds, first.length_controlled) == (0.5, 30, 3, None)
    assert (second.labels, second.wrong) == (128, None)
    assert (third.rule, third.length_controlled, third.ood_win_rate) == ("certainty", 0.4, 0.75)


@pytest.mark.parametrize(
    ("line", "what"),
    [
        (make_line()[:-9], "line 2 is no JSON"),
        ("[]", "line 2 is no JSON object"),
        (json.dumps({"run": "a"}), "line 2 lacks 'length'"),
        (make_line(kl=math.nan), "line 2: kl must be a finite number, got nan"),
        (make_line(seed=True), "line 2: seed must be a whole number"),
        (make_line(rule=""), "line 2: rule must be a text"),
        (make_line(seconds=3), "line 2: seconds must be an object"),
        (make_line(labels=128, wins=101), "line 2: wins must be within 0 and comparisons"),
        (make_line(labels=128, wins=0, comparisons=0), "line 2: wins must be within 0 and comparisons"),
        (make_line(labels=128, ood={"wins": 3, "comparisons": 2}), "line 2: wins must be within 0 and comparisons"),
        (make_line(labels=128, wrong=25), "line 2: wrong must be a share"),
        (make_line(run="again", setting={"epochs": 3.0, "learning_rate": 0.0001}), "line 2 repeats .*line 1"),
    ],
)
def test_read_results_of_a_broken_line_names_it(tmp_path: Path, line: str, what: str) -> None:
    with pytest.raises(ValueError, match=what):
        read_lines(tmp_path, make_line(), line)


def test_read_results_of_nothing_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="No result line"):
        read_lines(tmp_path)


def test_estimate_mean_has_the_interval_of_students_t() -> None:
    # Deviation 0.1, three values: 4.30265 * 0.1 / sqrt 3 = 0.24841.
    assert estimate_mean([0.4, 0.5, 0.6]) == approx(Estimate(0.5, 0.25159, 0.74841))
    assert estimate_mean([0.8, 0.9, 1.0], within=(0, 1)).high == 1
    assert estimate_mean([0.5]) == Estimate(0.5, None, None)
    # Twelve values of deviation 1: the table's 2.20099 for 11 degrees, which the expansion gives.
    values = [1.0, -1.0] * 6
    assert estimate_mean(values).high == pytest.approx(2.20099 * math.sqrt(12 / 11) / math.sqrt(12), abs=1e-4)


def test_summarise_averages_over_seeds_at_each_label_count(tmp_path: Path) -> None:
    results = read_lines(
        tmp_path,
        make_line(seed=0, rate=0.4, kl=1.0, wrong=0.1, acquired_length=None),
        make_line(seed=1, rate=0.5, kl=2.0, wrong=None, acquired_length=None),
        make_line(seed=2, rate=0.6, kl=3.0, wrong=0.3, acquired_length=None),
        make_line(seed=0, rate=0.75, labels=128),
    )
    first, second = summarise(results)

    assert (first.labels, first.seeds, first.band) == (64, 3, "seeds")
    assert first.win_rate == approx(Estimate(0.5, 0.25159, 0.74841))
    assert first.kl == approx(Estimate(2, 2 - 2.48414, 2 + 2.48414))
    assert first.wrong is not None
    assert (first.wrong.mean, first.acquired_length, first.length_controlled) == (0.2, None, None)
    assert (second.labels, second.seeds, second.band) == (128, 1, "comparisons")
    assert second.win_rate == Estimate(*win_rate_interval(75, 100))
    assert second.kl == approx(Estimate(4, 4 - 0.97998, 4 + 0.97998))


def test_summarise_puts_the_baseline_first_and_settings_apart(tmp_path: Path) -> None:
    results = read_lines(
        tmp_path, make_line("certainty"), make_line("random"), make_line("certainty", setting={"epochs": 6})
    )

    assert [one.group.rule for one in summarise(results)] == ["random", "certainty", "certainty"]


def test_label_groups_names_losses_and_what_a_rule_was_tried_with() -> None:
    tuned = [group("random", epochs="3"), group("certainty", epochs="6"), group("certainty", epochs="9")]
    losses = [group("random"), group("random", loss="sft")]

    assert list(label_groups(tuned).values()) == ["random", "certainty, epochs 6", "certainty, epochs 9"]
    assert list(label_groups(losses).values()) == ["random, dpo", "random, sft"]


def test_own_setting_is_what_others_do_not_share() -> None:
    tuned = [group("random", epochs="3", beta="1"), group("certainty", epochs="6", beta="1")]

    assert shared_setting(tuned) == (("beta", "1"),)
    assert own_setting(tuned[1], tuned) == (("epochs", "6"),)


def test_labels_to_reach_is_where_the_curve_first_crosses() -> None:
    curve = [(192.0, 0.7), (64.0, 0.6), (128.0, 0.8)]

    assert labels_to_reach(curve, 0.65) == 80
    assert labels_to_reach(curve, 0.8) == 128
    assert labels_to_reach(curve, 0.5) == 64
    assert labels_to_reach(curve, 0.81) is None


def test_paired_difference_takes_the_seeds_that_both_have(tmp_path: Path) -> None:
    lines = [make_line("certainty", seed=seed, rate=rate) for seed, rate in ((0, 0.7), (1, 0.9), (7, 1.0))]
    lines += [make_line(seed=seed, rate=rate) for seed, rate in ((0, 0.6), (1, 0.7), (2, 0.0))]
    theirs, ours = group_results(read_lines(tmp_path, *lines)).values()

    # Differences 0.1 and 0.2: 12.7062 * 0.0707107 / sqrt 2 = 0.63531.
    assert paired_difference(ours, theirs, labels=64) == approx(Estimate(0.15, 0.15 - 0.63531, 0.15 + 0.63531))
    assert paired_difference(ours, theirs, labels=128) is None
    assert paired_difference(ours[-1:], theirs, labels=64) is None


def test_win_rate_at_kl_joins_the_points_of_each_seed(tmp_path: Path) -> None:
    results = read_lines(
        tmp_path,
        make_line(seed=0, labels=64, kl=2.0, rate=0.6),
        make_line(seed=0, labels=128, kl=6.0, rate=0.8),
        make_line(seed=1, labels=64, kl=3.0, rate=0.6),
        make_line(seed=1, labels=128, kl=4.5, rate=0.9),
    )
    found = win_rate_at_kl(results, 4)

    # Seed 0: halfway, 0.7; seed 1: two thirds, 0.8.
    assert found is not None
    assert found == approx(Estimate(0.75, 0.75 - 0.63531, 1))
    assert win_rate_at_kl(results, 5) is None
    assert win_rate_at_kl(results, 2) is None


def test_difference_at_kl_is_paired_by_seed(tmp_path: Path) -> None:
    lines = [
        make_line(rule, seed=seed, labels=labels, kl=labels / slow, rate=0.5 + labels / 1000 + seed / 10)
        for rule, slow in (("random", 32), ("certainty", 16))
        for seed in (0, 1)
        for labels in (64, 128)
    ]
    theirs, ours = group_results(read_lines(tmp_path, *lines)).values()

    # At KL 4 certainty stands at 64 labels, random at 128: 0.064 below it on both seeds.
    assert difference_at_kl(ours, theirs, kl=4) == approx(Estimate(-0.064, -0.064, -0.064))
    assert difference_at_kl(ours, theirs, kl=5) is None
    # A seed that does not come to this KL is not left out of the mean in silence.
    assert (
        difference_at_kl([result for result in ours if (result.seed, result.labels) != (1, 128)], theirs, kl=4) is None
    )


def test_baseline_of_is_the_best_tuned_random_with_the_most_labels(tmp_path: Path) -> None:
    slow, fast, short = ({"epochs": epochs} for epochs in (1, 2, 3))
    summaries = summarise(
        read_lines(
            tmp_path,
            make_line(labels=128, rate=0.6, setting=slow),
            make_line(labels=128, rate=0.8, setting=fast),
            make_line(labels=64, rate=0.9, setting=short),
            make_line("certainty", labels=128, rate=0.95),
        )
    )

    assert baseline_of(summaries, "dpo") == group("random", epochs="2")
    assert baseline_of(summaries, "sft") is None


def test_kl_levels_are_round_and_within_what_was_reached(tmp_path: Path) -> None:
    lines = [make_line(labels=labels, kl=kl) for labels, kl in ((64, 0.7), (128, 12.7))]

    assert kl_levels(read_lines(tmp_path, *lines)) == [2, 4, 6, 8, 10, 12]
    assert kl_levels(read_lines(tmp_path, make_line(kl=0.0))) == []


def test_markdown_compares_rules_with_random(tmp_path: Path) -> None:
    lines = [
        make_line(rule, seed=seed, labels=labels, kl=labels / 32, rate=0.5 + gain * labels / 64)
        for rule, gain in (("random", 0.1), ("certainty", 0.2))
        for seed in (0, 1)
        for labels in (64, 128)
    ]
    write_markdown(read_lines(tmp_path, *lines), tmp_path / "report.md")
    rows = (tmp_path / "report.md").read_text().splitlines()

    assert "4 runs, 8 rounds, 0.0 hours. Loss: dpo. All runs: epochs 3, learning_rate 0.0001." in rows
    (row,) = [row for row in rows if row.startswith("| certainty | 128 | 2 |")]
    assert "| 90.0 (90.0 to 90.0) | 4.0 (4.0 to 4.0) | 25.0 (25.0 to 25.0) | 20.0 | 17.0 |" in row
    assert "| certainty | 70.0% at 128 | ≤ 64 | ≤ 0.50 |" in rows
    assert "| random | 70.0% at 128 | 128 | 1.00 |" in rows
    assert "| certainty | +10.0 (+10.0 to +10.0) | +20.0 (+20.0 to +20.0) |" in rows


def test_markdown_lists_what_each_rule_was_trained_with_and_no_empty_column(tmp_path: Path) -> None:
    lines = [
        make_line(),
        make_line("certainty", setting={"epochs": 3, "beta": None}, ood={"wins": 1, "comparisons": 4}),
    ]
    write_markdown(read_lines(tmp_path, *lines), tmp_path / "report.md")
    rows = (tmp_path / "report.md").read_text().splitlines()

    assert "| random | learning_rate 0.0001 |" in rows
    assert "| certainty | beta default |" in rows
    (header,) = [row for row in rows if row.startswith("| rule | labels")]
    assert "elsewhere" in header
    assert "at equal length" not in header


def test_markdown_without_random_or_with_one_seed_says_what_it_can(tmp_path: Path) -> None:
    write_markdown(read_lines(tmp_path, make_line("certainty", rate=0.75, wrong=None)), tmp_path / "report.md")
    text = (tmp_path / "report.md").read_text()

    assert "| certainty | 64 | 1 | 75.0 (65.7 to 82.5)* |" in text
    assert "minus" not in text
    assert "Labels needed" not in text


def full_size_lines() -> list[str]:
    return [
        make_line(f"rule {rule}", seed=seed, labels=labels, rate=(50 + rule + labels // 10 + seed) / 100)
        for rule in range(8)
        for seed in range(3)
        for labels in range(64, 385, 64)
    ]


def test_figure_is_small_the_same_each_time_and_changes_no_global_style(tmp_path: Path) -> None:
    results = read_lines(tmp_path, *full_size_lines())
    before = dict(matplotlib.rcParams)
    write_figure(results, tmp_path / "a.svg")
    write_figure(results, tmp_path / "b.svg")

    drawn = (tmp_path / "a.svg").read_bytes()
    assert drawn == (tmp_path / "b.svg").read_bytes()
    assert len(drawn) < 150_000
    assert b"dc:date" not in drawn
    assert dict(matplotlib.rcParams) == before


def test_figure_names_its_panels_units_and_every_rule_once(tmp_path: Path) -> None:
    write_figure(read_lines(tmp_path, *full_size_lines()), tmp_path / "a.svg")
    texts = [node.text for node in ElementTree.parse(tmp_path / "a.svg").iter("{http://www.w3.org/2000/svg}text")]

    assert {
        "Win-rate against labels",
        "Win-rate against KL",
        "Acquired pairs that the model got wrong",
        "Length of completions",
        "Variety: distinct-2",
        "KL, nats per completion",
        "win-rate against the reference, %",
        "share of acquired pairs, %",
        "mean length, tokens",
        "384",
    } <= set(texts)
    assert [texts.count(f"rule {rule}") for rule in range(8)] == [1] * 8


def test_figure_shows_the_labels_that_each_rule_needed(tmp_path: Path) -> None:
    lines = [make_line("random", labels=labels, rate=rate) for labels, rate in ((64, 0.6), (128, 0.7))]
    lines += [make_line("certainty", labels=labels, rate=rate) for labels, rate in ((64, 0.6), (128, 0.8))]
    lines += [make_line("entropy", labels=labels, rate=0.5) for labels in (64, 128)]
    write_figure(read_lines(tmp_path, *lines), tmp_path / "a.svg")
    texts = [node.text for node in ElementTree.parse(tmp_path / "a.svg").iter("{http://www.w3.org/2000/svg}text")]

    assert "Labels needed to reach random's final win-rate" in texts
    assert texts.count("96") == texts.count("not reached") == 1
    assert texts.count("certainty") == 2  # its bar, and the legend


def test_figure_of_one_round_that_won_everything_is_drawn(tmp_path: Path) -> None:
    write_figure(read_lines(tmp_path, make_line(rate=1.0, wrong=None)), tmp_path / "a.svg")

    assert (tmp_path / "a.svg").stat().st_size > 5_000


def test_write_report_returns_the_paths_of_what_it_wrote(tmp_path: Path) -> None:
    read_lines(tmp_path, make_line())
    table, figure = write_report([tmp_path / "results.jsonl"], tmp_path / "new" / "folder")

    assert table.read_text().startswith("# Simulated labelling")
    assert figure.read_text().startswith("<?xml")
    assert {table.name, figure.name} == {path.name for path in (tmp_path / "new" / "folder").iterdir()}
