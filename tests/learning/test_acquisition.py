"""Acquisition: scores and their order worked by hand, probabilities by simulation, and what must not matter."""

import math
import random
from collections import Counter
from dataclasses import dataclass, replace
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workers.learning.acquisition import (
    RULES,
    PromptCandidates,
    SelectedPair,
    control_pair,
    draw_control,
    implicit_reward,
    prompt_entropy,
    select_pairs,
)

pytestmark = pytest.mark.unit

WORDS = ("alpha", "bravo", "charlie", "delta", "echo", "foxtrot", "golf", "hotel")


def candidates_of(prompt_id: str, *rewards: float, entropy: float | None = 1.0, length: int = 5) -> PromptCandidates:
    texts = tuple(WORDS[: len(rewards)])
    return PromptCandidates(prompt_id, entropy, rewards, texts, (length,) * len(rewards))


def random_pool(seed: int, size: int = 20, samples: int = 4, heads: int = 3) -> list[PromptCandidates]:
    rng = random.Random(seed)
    pool = [
        candidates_of(f"p{i}", *(rng.gauss(0, 1) for _ in range(samples)), entropy=rng.uniform(1, 9))
        for i in range(size)
    ]
    return [
        replace(one, ensemble=tuple(tuple(rng.gauss(0, 1) for _ in range(heads)) for _ in range(samples)))
        for one in pool
    ]


def picked(pairs: list[SelectedPair]) -> list[tuple[str, int, int]]:
    return [(p.prompt_id, p.first, p.second) for p in pairs]


def test_implicit_reward_equals_the_numbers_worked_by_hand() -> None:
    assert implicit_reward(-10.0, -12.0, 4, loss="dpo", beta=0.2) == pytest.approx(0.4)
    assert implicit_reward(-10.0, -12.0, 4, loss="ln_dpo", beta=5.0) == pytest.approx(2.5)
    assert implicit_reward(-10.0, -12.0, 4, loss="simpo", beta=0.2) == pytest.approx(0.4)


@pytest.mark.parametrize(
    ("length", "loss", "beta"), [(4, "dop", 0.2), (4, "dpo", 0.0), (4, "dpo", -1.0), (0, "ln_dpo", 5.0)]
)
def test_implicit_reward_out_of_range_is_refused(length: int, loss: str, beta: float) -> None:
    with pytest.raises(ValueError, match=r"no loss named|needs beta > 0"):
        implicit_reward(-1.0, -2.0, length, loss=loss, beta=beta)


def test_rules_are_exactly_these() -> None:
    scored_by_policy = ["random", "offline", "entropy", "certainty", "uncertainty", "entropy_certainty"]
    scored_by_heads = ["ensemble_variance", "delta_ucb", "drts", "bai_ts", "auto"]
    assert list(RULES) == [*scored_by_policy, *scored_by_heads]


@dataclass(frozen=True)
class KnownDraw:
    entropy: float
    logprob: float


def test_prompt_entropy_groups_by_prompt_and_asks_the_uncertain_prompt_first() -> None:
    # One prompt draws one of two texts (log 2), the other one of eight (log 8).
    draws = {"sure": [KnownDraw(math.log(2), -math.log(2))] * 4, "open": [KnownDraw(math.log(8), -math.log(8))] * 4}
    for estimator in ("exact", "published"):
        entropies = {name: prompt_entropy(draws[name], estimator=estimator) for name in draws}
        assert entropies == pytest.approx({"sure": math.log(2), "open": math.log(8)})
        pool = [candidates_of(name, 0.0, 1.0, entropy=entropies[name]) for name in draws]
        assert [p.prompt_id for p in select_pairs("entropy", pool, count=2, seed=0)] == ["open", "sure"]


def test_prompt_entropy_averages_its_two_estimators_apart() -> None:
    draws = [KnownDraw(entropy=3.0, logprob=-1.0), KnownDraw(entropy=5.0, logprob=-9.0)]

    assert prompt_entropy(draws) == 4.0
    assert prompt_entropy(draws, estimator="published") == 5.0


def test_prompt_entropy_of_no_samples_is_refused() -> None:
    with pytest.raises(ValueError, match="at least one sample"):
        prompt_entropy([])


def test_certainty_takes_the_widest_pair_of_the_widest_prompts() -> None:
    pool = [candidates_of("near", 0.0, 0.1, 0.2), candidates_of("far", 1.0, -3.0, 0.5), candidates_of("mid", 0, 1, 2)]

    pairs = select_pairs("certainty", pool, count=2, seed=0)

    assert pairs == [SelectedPair("far", 0, 1, 4.0, 4.0, 1.0), SelectedPair("mid", 0, 2, 2.0, -2.0, 1.0)]


def test_uncertainty_takes_near_ties_and_scores_them_highest() -> None:
    pool = [candidates_of("near", 0.0, 0.1, 0.25), candidates_of("far", 1.0, -3.0, 0.5)]

    pairs = select_pairs("uncertainty", pool, count=2, seed=0)

    assert picked(pairs) == [("near", 0, 1), ("far", 0, 2)]
    assert [p.score for p in pairs] == pytest.approx([-0.1, -0.5])


def test_entropy_certainty_picks_certain_pairs_among_open_prompts() -> None:
    pool = [
        candidates_of("closed", 0.0, 100.0, entropy=1.0),
        candidates_of("open", 0.0, 2.0, entropy=9.0),
        candidates_of("wide", 0.0, 3.0, entropy=8.0),
        candidates_of("dull", 0.0, 50.0, entropy=2.0),
    ]

    pairs = select_pairs("entropy_certainty", pool, count=1, seed=0, entropy_share=0.5)

    assert picked(pairs) == [("wide", 0, 1)]


def test_entropy_certainty_counts_near_identical_prompts_once() -> None:
    pool = [
        replace(one, entropy=float(-i), prompt="The same question" if i < 4 else f"Question number {i}")
        for i, one in enumerate(random_pool(0, size=16))
    ]

    assert len(select_pairs("entropy_certainty", pool, count=4, seed=0, entropy_share=0.25)) == 4


def test_entropy_certainty_never_keeps_fewer_prompts_than_asked_for() -> None:
    assert len(select_pairs("entropy_certainty", random_pool(0, size=8), count=6, seed=0, entropy_share=0.1)) == 6


def test_normalize_token_divides_by_lengths_and_keeps_the_margin() -> None:
    long = PromptCandidates("long", 30.0, (0.0, 8.0), ("a", "b"), (10, 40))
    short = PromptCandidates("short", 20.0, (0.0, 3.0), ("a", "b"), (2, 6))

    by_sum = select_pairs("certainty", [long, short], count=2, seed=0)
    by_token = select_pairs("certainty", [long, short], count=2, seed=0, normalize="token")
    by_entropy = select_pairs("entropy", [long, short], count=2, seed=0, normalize="token")

    assert [p.prompt_id for p in by_sum] == ["long", "short"]
    assert [(p.prompt_id, p.score, p.margin) for p in by_token] == [("short", 0.5, -3.0), ("long", 0.2, -8.0)]
    assert [(p.prompt_id, p.score) for p in by_entropy] == [("short", 5.0), ("long", 1.2)]


@pytest.mark.parametrize("rule", RULES)
@given(seed=st.integers(0, 1000))
def test_selection_does_not_depend_on_the_order_of_candidates(rule: str, seed: int) -> None:
    pool = random_pool(seed, size=8)
    shuffled = random.Random(seed).sample(pool, len(pool))

    assert select_pairs(rule, shuffled, count=5, seed=seed) == select_pairs(rule, pool, count=5, seed=seed)


@pytest.mark.parametrize("rule", ["certainty", "uncertainty", "entropy_certainty"])
@given(st.lists(st.floats(-50, 50), min_size=2, max_size=6, unique=True))
def test_swapping_the_completions_changes_no_score(rule: str, rewards: list[float]) -> None:
    forward = candidates_of("p", *rewards)
    back = replace(forward, rewards=forward.rewards[::-1], texts=forward.texts[::-1])

    [one], [other] = (select_pairs(rule, [c], count=1, seed=0) for c in (forward, back))

    assert one.score == other.score
    assert abs(one.margin) == abs(other.margin)


@pytest.mark.parametrize("rule", RULES)
def test_selection_takes_each_prompt_once_and_returns_what_there_is(rule: str) -> None:
    pairs = select_pairs(rule, random_pool(3, size=6), count=50, seed=1)

    assert sorted(p.prompt_id for p in pairs) == [f"p{i}" for i in range(6)]
    assert select_pairs(rule, [], count=5, seed=1) == []
    assert select_pairs(rule, random_pool(3), count=0, seed=1) == []


@pytest.mark.parametrize("rule", [name for name, rule in RULES.items() if rule.pairs is not None])
def test_selection_score_falls_from_first_to_last(rule: str) -> None:
    scores = [p.score for p in select_pairs(rule, random_pool(5), count=20, seed=1)]

    assert len(set(scores)) == (20 if rule != "entropy_certainty" else len(scores))
    assert all(score is not None for score in scores)
    assert scores == sorted(scores, key=lambda score: -(score or 0.0))


def test_ties_are_broken_by_the_seed_not_by_place() -> None:
    pool = [candidates_of(f"p{i}", 0.0, 1.0, 0.0, 1.0) for i in range(12)]

    selections = {tuple(picked(select_pairs("certainty", pool, count=3, seed=seed))) for seed in range(20)}

    assert len(selections) > 15


def test_near_identical_completions_are_dropped() -> None:
    same = PromptCandidates("same", 1.0, (0.0, 5.0), ("So good!", " so  good"), (3, 3))
    three = PromptCandidates("three", 1.0, (0.0, 9.0, 1.0), ("So good!", "so good", "bad"), (3, 3, 3))

    assert picked(select_pairs("certainty", [same, three], count=5, seed=0)) == [("three", 0, 2)]
    assert control_pair(same, pool=10, count=1, seed=0) is None


def test_excluded_pairs_are_passed_over_in_either_order() -> None:
    candidate = candidates_of("p", 0.0, 9.0, 1.0)

    next_best = select_pairs("certainty", [candidate], count=1, seed=0, excluded={("p", 1, 0)})
    none = select_pairs("certainty", [candidate], count=1, seed=0, excluded=[("p", 1, 0), ("p", 0, 2), ("p", 1, 2)])

    assert picked(next_best) == [("p", 1, 2)]
    assert none == []


@pytest.mark.parametrize("bad", [math.nan, math.inf, -math.inf])
def test_non_finite_rewards_and_entropies_are_refused(bad: float) -> None:
    with pytest.raises(ValueError, match="reward of completion 1 of prompt p"):
        select_pairs("random", [candidates_of("p", 0.0, bad)], count=1, seed=0)
    with pytest.raises(ValueError, match="entropy of prompt p"):
        select_pairs("random", [candidates_of("p", 0.0, 1.0, entropy=bad)], count=1, seed=0)


def test_selection_names_what_is_wrong_with_its_input() -> None:
    good = candidates_of("p", 0.0, 1.0)
    with pytest.raises(ValueError, match="no acquisition rule 'best'"):
        select_pairs("best", [good], count=1, seed=0)
    with pytest.raises(ValueError, match="normalize must be one of none, token, got 'tokens'"):
        select_pairs("random", [good], count=1, seed=0, normalize="tokens")  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="p is among the candidates twice"):
        select_pairs("random", [good, good], count=1, seed=0)
    with pytest.raises(ValueError, match="p has no entropy"):
        select_pairs("entropy", [replace(good, entropy=None)], count=1, seed=0)
    with pytest.raises(ValueError, match="one reward, text and length per completion"):
        select_pairs("random", [replace(good, rewards=(1.0,))], count=1, seed=0)


def assert_frequency(pool: list[PromptCandidates], rule: str, count: int, max_per_prompt: int, *, pairs: int) -> None:
    draws = 4000
    counts: Counter[tuple[str, int, int]] = Counter()
    stated: dict[tuple[str, int, int], float] = {}

    for seed in range(draws):
        for pair in select_pairs(rule, pool, count=count, seed=seed, max_per_prompt=max_per_prompt):
            counts[pair.prompt_id, pair.first, pair.second] += 1
            stated[pair.prompt_id, pair.first, pair.second] = pair.probability

    assert len(stated) == pairs
    for pair_id, probability in stated.items():
        deviation = math.sqrt(probability * (1 - probability) / draws)
        assert counts[pair_id] / draws == pytest.approx(probability, abs=4.5 * deviation)


@pytest.mark.parametrize("rule", ["random", "offline"])
def test_probability_of_a_random_choice_is_its_frequency(rule: str) -> None:
    pool = [candidates_of("a", 0, 1, 2), candidates_of("b", 0, 1), candidates_of("c", 0, 1, 2, 3)]
    assert_frequency(pool, rule, 2, 1, pairs=3 + 1 + 6)


@pytest.mark.parametrize(
    ("rule", "rewards", "count", "max_per_prompt", "pairs"),
    [
        ("certainty", [(0, 1), (0, 1, 0)], 1, 2, 3),
        ("certainty", [(0, 1), (0, 1, 0, 1), (5, 9)], 2, 2, 6),
        ("uncertainty", [(0, 0, 0), (0, 0)], 2, 1, 4),
        ("entropy", [(0, 1), (0, 1, 2)], 1, 3, 4),
        ("entropy", [(0, 1, 2)], 2, 1, 3),
        ("entropy_certainty", [(0, 1), (0, 2), (0, 3), (0, 4)], 1, 1, 1),
    ],
)
def test_probability_of_what_is_tied_is_its_frequency(
    rule: str, rewards: list[tuple[float, ...]], count: int, max_per_prompt: int, pairs: int
) -> None:
    pool = [candidates_of(f"p{i}", *one) for i, one in enumerate(rewards)]
    assert_frequency(pool, rule, count, max_per_prompt, pairs=pairs)


def test_control_draw_is_uniform_without_replacement() -> None:
    pool = [f"p{i}" for i in range(6)]
    draws = 6000
    orders = Counter(tuple(draw_control(pool, count=2, seed=seed)) for seed in range(draws))

    assert set(orders) == {(a, b) for a in pool for b in pool if a != b}
    expected = draws / 30
    chi_square = sum((count - expected) ** 2 / expected for count in orders.values())
    assert chi_square < 29 + 4 * math.sqrt(2 * 29)


def test_control_draw_ignores_order_and_returns_what_there_is() -> None:
    assert draw_control(["a", "b", "c"], count=2, seed=4) == draw_control(["c", "a", "b"], count=2, seed=4)
    assert sorted(draw_control(["a", "b"], count=9, seed=4)) == ["a", "b"]
    with pytest.raises(ValueError, match="twice"):
        draw_control(["a", "a"], count=1, seed=0)


def test_control_probability_is_its_frequency() -> None:
    pool = {name: candidates_of(name, 0, 1, 2) for name in "abcde"}
    draws = 6000
    counts: Counter[tuple[str, int, int]] = Counter()

    for seed in range(draws):
        for prompt_id in draw_control(list(pool), count=2, seed=seed):
            pair = control_pair(pool[prompt_id], pool=5, count=2, seed=seed)
            assert pair is not None
            assert pair.score is None
            assert pair.probability == pytest.approx(2 / 5 / 3)
            counts[pair.prompt_id, pair.first, pair.second] += 1

    assert set(counts) == {(name, i, j) for name in pool for i, j in combinations(range(3), 2)}
    probability = 2 / 5 / 3
    deviation = math.sqrt(probability * (1 - probability) / draws)
    for count in counts.values():
        assert count / draws == pytest.approx(probability, abs=4.5 * deviation)
