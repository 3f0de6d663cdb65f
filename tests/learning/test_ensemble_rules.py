"""The rules of an ensemble of reward heads: worked by hand, their chances by simulation; several pairs per prompt."""

import math
from collections import Counter
from dataclasses import replace

import pytest

from tests.learning.test_acquisition import candidates_of, picked, random_pool
from workers.learning.acquisition import PromptCandidates, select_pairs
from workers.learning.rules import RULES

pytestmark = pytest.mark.unit

ENSEMBLE_RULES = [name for name, rule in RULES.items() if rule.needs_ensemble]


def with_heads(prompt_id: str, *rows: tuple[float, ...]) -> PromptCandidates:
    """A prompt whose completions have these rewards, one per head; each head's mean over the rows is 0 already."""
    assert all(abs(sum(head)) < 1e-9 for head in zip(*rows, strict=True))
    return replace(candidates_of(prompt_id, *(0.0 for _ in rows)), ensemble=rows)


def test_ensemble_variance_asks_where_the_heads_disagree() -> None:
    # Differences 0-1: (2, 2), deviation 0; 0-2: (0, 6), deviation 3; 1-2: (-2, 4), deviation 3.
    torn = with_heads("torn", (2 / 3, 8 / 3), (-4 / 3, 2 / 3), (2 / 3, -10 / 3))
    agreed = with_heads("agreed", (5.0, 5.0), (-5.0, -5.0))

    pairs = select_pairs("ensemble_variance", [agreed, torn], count=2, seed=0)

    assert [p.prompt_id for p in pairs] == ["torn", "agreed"]
    assert [p.score for p in pairs] == pytest.approx([3.0, 0.0])
    assert (pairs[0].first, pairs[0].second) in {(0, 2), (1, 2)}


def test_delta_ucb_asks_for_the_widest_gap_thought_possible() -> None:
    # Means 2, -1, -1 and deviations 0, 3, 0: u0 - l1 = 2 - (-1 - 3) = 6, u0 - l2 = 3, u1 - l2 = 2 + 1 = 3.
    wide = with_heads("wide", (2.0, 2.0), (-4.0, 2.0), (2.0, -4.0))
    assert select_pairs("delta_ucb", [wide], count=1, seed=0)[0].score == pytest.approx(2.0 + 1.0 + 3.0)
    narrow = with_heads("narrow", (2.0, 2.0), (-2.0, -2.0))

    pairs = select_pairs("delta_ucb", [narrow, wide], count=2, seed=0)

    assert [p.prompt_id for p in pairs] == ["wide", "narrow"]
    assert [p.score for p in pairs] == pytest.approx([6.0, 4.0])


def test_drts_sets_one_draws_best_against_another_draws_worst() -> None:
    # Head A ranks 0 > 1 > 2, head B ranks 1 > 0 > 2: the worst is 2 for both, the best 0 or 1 with chance 1/2 each.
    torn = with_heads("torn", (2.0, 0.0), (0.0, 1.0), (-2.0, -1.0))
    sure = with_heads("sure", (1.0, 1.0), (-1.0, -1.0))

    pairs = select_pairs("drts", [sure, torn], count=2, seed=0)

    # Gaps of the four draws: A-A 4, A-B 3, B-A 3, B-B 2.
    assert [p.prompt_id for p in pairs] == ["torn", "sure"]
    assert [p.score for p in pairs] == pytest.approx([3.0, 2.0])
    assert [p.probability for p in pairs] == [0.5, 1.0]
    found = {picked(select_pairs("drts", [torn], count=1, seed=seed))[0] for seed in range(40)}
    assert found == {("torn", 0, 2), ("torn", 1, 2)}


def test_bai_ts_sets_the_best_against_the_rival_it_varies_most_with() -> None:
    # Head A's best is 0; differences to 1: (3, 1), deviation 1; to 2: (3, -1), deviation 2. Head B's best is 2;
    # its differences to 0 have deviation 2, to 1 (0, 2) deviation 1. Both draws name (0, 2).
    torn = with_heads("torn", (2.0, 0.0), (-1.0, -1.0), (-1.0, 1.0))

    [pair] = select_pairs("bai_ts", [torn], count=1, seed=0)

    assert (pair.first, pair.second, pair.probability) == (0, 2, 1.0)
    assert pair.score == pytest.approx(2.0)


@pytest.mark.parametrize("rule", ["drts", "bai_ts"])
def test_thompson_rules_draw_among_the_pairs_that_can_be_asked(rule: str) -> None:
    # All heads put 1 on top and 2 at the bottom; 1 says the same as 0.
    heads = ((1.0, 2.0), (2.0, 3.0), (-3.0, -5.0))
    doubled = replace(with_heads("doubled", *heads), texts=("Yes, it is.", "yes it is", "No."))
    taken = replace(doubled, prompt_id="taken", texts=("Yes.", "It is.", "No."))

    [pair] = select_pairs(rule, [doubled], count=1, seed=0)
    [other] = select_pairs(rule, [taken], count=1, seed=0, excluded=[("taken", 1, 2)])

    assert (pair.first, pair.second) == (0, 2)
    assert (other.first, other.second) != (1, 2)
    assert pair.probability == other.probability == 1.0


def test_drts_of_heads_that_see_no_difference_still_names_a_pair() -> None:
    assert len(select_pairs("drts", [with_heads("flat", (0.0, 0.0), (0.0, 0.0))], count=1, seed=0)) == 1


def test_auto_is_the_rule_that_our_measurements_support() -> None:
    pool = random_pool(4)

    assert select_pairs("auto", pool, count=9, seed=2) == select_pairs("delta_ucb", pool, count=9, seed=2)


@pytest.mark.parametrize("rule", ENSEMBLE_RULES)
def test_heads_that_shift_a_whole_prompt_change_nothing(rule: str) -> None:
    pool = random_pool(2, size=6)
    shifted = [
        replace(one, ensemble=tuple(tuple(v + 10.0 * k for k, v in enumerate(row)) for row in one.ensemble or ()))
        for one in pool
    ]

    before, after = (select_pairs(rule, some, count=6, seed=3) for some in (pool, shifted))

    assert picked(before) == picked(after)
    assert [p.score for p in before] == pytest.approx([p.score for p in after])


@pytest.mark.parametrize("rule", ["drts", "bai_ts"])
def test_probability_of_a_thompson_draw_is_its_frequency(rule: str) -> None:
    pool = random_pool(11, size=1, samples=4, heads=4)
    draws = 4000
    counts: Counter[tuple[str, int, int]] = Counter()
    stated: dict[tuple[str, int, int], float] = {}

    for seed in range(draws):
        [pair] = select_pairs(rule, pool, count=1, seed=seed)
        counts[pair.prompt_id, pair.first, pair.second] += 1
        stated[pair.prompt_id, pair.first, pair.second] = pair.probability

    assert len(stated) > 1
    assert sum(stated.values()) == pytest.approx(1.0)
    for pair_id, probability in stated.items():
        deviation = math.sqrt(probability * (1 - probability) / draws)
        assert counts[pair_id] / draws == pytest.approx(probability, abs=4.5 * deviation)


@pytest.mark.parametrize("rule", ENSEMBLE_RULES)
def test_what_an_ensemble_lacks_is_named(rule: str) -> None:
    good = with_heads("p", (1.0, 2.0), (-1.0, -2.0))
    with pytest.raises(ValueError, match="p has no ensemble rewards"):
        select_pairs(rule, [replace(good, ensemble=None)], count=1, seed=0)
    with pytest.raises(ValueError, match="p needs one ensemble reward per completion and head"):
        select_pairs(rule, [replace(good, ensemble=((1.0, 2.0), (1.0,)))], count=1, seed=0)
    with pytest.raises(ValueError, match="completion 1 of prompt p is not finite"):
        select_pairs(rule, [replace(good, ensemble=((1.0, 2.0), (1.0, math.nan)))], count=1, seed=0)


def test_a_prompt_gives_up_to_so_many_pairs() -> None:
    rich, poor = candidates_of("rich", 0.0, 9.0, 4.0), candidates_of("poor", 0.0, 1.0)

    two = select_pairs("certainty", [rich, poor], count=3, seed=0, max_per_prompt=2)

    assert picked(two) == [("rich", 0, 1), ("rich", 1, 2), ("poor", 0, 1)]
    assert [p.probability for p in two] == [1.0, 1.0, 1.0]
    assert len(select_pairs("certainty", [rich, poor], count=9, seed=0, max_per_prompt=5)) == 4


@pytest.mark.parametrize("rule", ["random", "entropy"])
def test_probability_with_several_pairs_per_prompt_is_their_frequency(rule: str) -> None:
    pool = [candidates_of("a", 0, 1, 2, entropy=5.0), candidates_of("b", 0, 1, 2, 3, entropy=4.0)]
    draws = 5000
    counts: Counter[tuple[str, int, int]] = Counter()
    stated: dict[tuple[str, int, int], float] = {}

    for seed in range(draws):
        for pair in select_pairs(rule, pool, count=3, seed=seed, max_per_prompt=2):
            counts[pair.prompt_id, pair.first, pair.second] += 1
            stated[pair.prompt_id, pair.first, pair.second] = pair.probability

    assert len(stated) == 3 + 6
    for pair_id, probability in stated.items():
        deviation = math.sqrt(probability * (1 - probability) / draws)
        assert counts[pair_id] / draws == pytest.approx(probability, abs=4.5 * deviation)


def test_entropy_certainty_keeps_prompts_until_they_offer_enough_pairs() -> None:
    pool = random_pool(3, size=8, samples=2)

    assert len(select_pairs("entropy_certainty", pool, count=8, seed=0, max_per_prompt=4)) == 8


def test_probability_of_pairs_tied_at_the_cut_is_their_frequency() -> None:
    tied = candidates_of("tied", 1.0, 0.0, 1.0, 0.0)
    within = Counter(picked(select_pairs("certainty", [tied], count=1, seed=seed))[0] for seed in range(2000))
    assert len(within) == 4
    assert min(within.values()) > 400
    assert select_pairs("certainty", [tied], count=1, seed=0)[0].probability == 0.25

    # One pair is certain, two prompts share the other place.
    pool = [candidates_of("first", 0.0, 9.0), candidates_of("second", 0.0, 2.0), candidates_of("third", 0.0, 2.0)]
    chances = [p.probability for p in select_pairs("certainty", pool, count=2, seed=0)]
    assert chances == [1.0, 0.5]


def test_of_near_identical_prompts_only_the_best_is_asked() -> None:
    words = " ".join(f"word{i}" for i in range(40))
    first = replace(candidates_of("first", 0.0, 3.0), prompt=words)
    twin = replace(candidates_of("twin", 0.0, 5.0), prompt=words.upper() + "!")
    other = replace(candidates_of("other", 0.0, 1.0), prompt="something else")

    assert picked(select_pairs("certainty", [first, twin, other], count=3, seed=0)) == [("twin", 0, 1), ("other", 0, 1)]
    # A uniform choice states each pair's chance, and so drops none.
    assert len(select_pairs("random", [first, twin, other], count=3, seed=0)) == 3


def test_of_equal_near_identical_prompts_every_seed_asks_the_same() -> None:
    pool = [replace(candidates_of(text, 0.0, 1.0), prompt=text) for text in ("Write a poem", "write a poem!")]

    pairs = [select_pairs("certainty", pool, count=1, seed=seed)[0] for seed in range(20)]

    assert len({pair.prompt_id for pair in pairs}) == 1
    assert {pair.probability for pair in pairs} == {1.0}


def test_long_templates_do_not_make_different_questions_alike() -> None:
    rules = " ".join(f"Rule {i}: be friendly on topic {i} and never promise refund {i}." for i in range(25))
    templates = [f"Today is day {day}. {rules} {closing}" for day in range(4) for closing in ("Be brief.", "Be kind.")]
    texts = [f"{templates[i % 8]} What of number {i}?" for i in range(40)] + ["A plain question"]
    pool = [replace(candidates_of(f"p{i}", 0.0, float(i)), prompt=text) for i, text in enumerate(texts)]

    assert len(select_pairs("certainty", pool, count=41, seed=0)) == 41
