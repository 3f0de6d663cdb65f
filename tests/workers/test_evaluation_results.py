"""What an evaluation's items amount to, by hand."""

import json
import math
from uuid import uuid4

import pytest

from app.models import EvaluationItem
from workers.evaluation_results import NothingJudgedError, summarize

pytestmark = pytest.mark.unit


def item(
    scores: tuple[float | None, float | None] = (None, None),
    *,
    tokens: tuple[int, int] = (10, 20),
    log_ratio: float = 0.0,
    log_ratio_tokens: int | None = 10,
) -> EvaluationItem:
    return EvaluationItem(
        evaluation_id=uuid4(),
        prompt_id=uuid4(),
        model_text="a",
        baseline_text="b",
        model_tokens=tokens[0],
        baseline_tokens=tokens[1],
        model_score=scores[0],
        baseline_score=scores[1],
        log_ratio=log_ratio,
        log_ratio_tokens=log_ratio_tokens,
    )


def test_win_rate_counts_ties_half_and_leaves_out_what_the_judge_abstained_on() -> None:
    scores = [(1.0, 0.0), (2.0, 0.0), (0.0, 1.0), (0.3, 0.0), (None, 1.0)]

    results = summarize([item(pair) for pair in scores], tie_margin=0.5)

    assert {name: results[name] for name in ("prompts", "wins", "losses", "ties", "abstained", "win_rate")} == {
        "prompts": 5,
        "wins": 2,
        "losses": 1,
        "ties": 1,
        "abstained": 1,
        "win_rate": 0.625,
    }
    assert results["win_rate_low"] < 0.625 < results["win_rate_high"]


def test_length_controlled_win_rate_takes_out_what_length_alone_explains() -> None:
    # Both win half the time at equal lengths; what is longer always wins.
    lengths = [(10, 10), (10, 10), (30, 10), (30, 10), (30, 10)]
    scores = [(1.0, 0.0), (0.0, 1.0), (1.0, 0.0), (1.0, 0.0), (1.0, 0.0)]
    items = [item(pair, tokens=tokens) for pair, tokens in zip(scores, lengths, strict=True)]

    longer_wins = summarize(items, tie_margin=0.0)
    of_one_length = summarize([item(pair) for pair in scores], tie_margin=0.0)

    assert longer_wins["win_rate"] == of_one_length["win_rate"] == 0.8
    assert longer_wins["length_controlled_win_rate"] == pytest.approx(0.5, abs=0.05)
    assert of_one_length["length_controlled_win_rate"] == 0.8


def test_abstentions_take_no_part_in_the_length_controlled_win_rate() -> None:
    judged = [item((1.0, 0.0), tokens=(9, 8)), item((0.0, 1.0), tokens=(5, 6)), item((1.0, 0.0), tokens=(7, 9))]

    with_one_more = summarize([*judged, item((None, 1.0), tokens=(500, 1))], tie_margin=0.0)

    name = "length_controlled_win_rate"
    assert with_one_more[name] == summarize(judged, tie_margin=0.0)[name]


def test_kl_per_token_is_all_nats_over_all_tokens_and_not_a_mean_of_ratios() -> None:
    results = summarize(
        [item(log_ratio=4.0, log_ratio_tokens=2), item(log_ratio=2.0, log_ratio_tokens=10)], tie_margin=None
    )

    assert (results["kl"], results["kl_per_token"], results["kl_standard_error"]) == (3.0, 0.5, pytest.approx(1.0))


def test_items_from_before_draws_had_lengths_have_a_kl_and_none_per_token() -> None:
    results = summarize([item(log_ratio=4.0, log_ratio_tokens=None)] * 2, tie_margin=None)

    assert (results["kl"], results["kl_per_token"]) == (4.0, None)


def test_perplexities_are_of_the_prompts_and_null_for_items_from_before_they_were_read() -> None:
    read = [item(), item(), item()]
    for one, tokens, ours, theirs in zip(read, (1, 2, 0), (-2.0, -1.0, 0.0), (-3.0, -3.0, 0.0), strict=True):
        one.prompt_tokens, one.prompt_logprob, one.baseline_prompt_logprob = tokens, ours, theirs

    results = summarize([*read, item()], tie_margin=None)
    from_before = summarize([item()], tie_margin=None)

    assert results["perplexity"] == pytest.approx(math.e)
    assert results["baseline_perplexity"] == pytest.approx(math.exp(2))
    assert (from_before["perplexity"], from_before["baseline_perplexity"]) == (None, None)


def test_lengths_are_told_of_both_models_with_percentiles() -> None:
    results = summarize([item(tokens=(ours, 2 * ours)) for ours in range(11)], tie_margin=None)

    assert [results[f"length_{name}"] for name in ("p10", "p50", "p90")] == [1, 5, 9]
    assert [results[f"baseline_length_{name}"] for name in ("p10", "p50", "p90")] == [2, 10, 18]
    assert (results["mean_length"], results["baseline_mean_length"]) == (5, 10)


def test_without_a_judge_there_is_no_win_rate_and_nobody_abstained() -> None:
    results = summarize([item()] * 3, tie_margin=None)

    assert not {"win_rate", "wins", "abstained"} & set(results)
    assert results["prompts"] == 3


def test_results_of_one_prompt_can_be_stored_as_json() -> None:
    results = summarize([item((1.0, 0.0))], tie_margin=0.0)

    assert json.loads(json.dumps(results, allow_nan=False)) == results
    assert results["kl_standard_error"] is None


def test_nothing_judged_or_nothing_usable_is_an_error_that_says_what_to_do() -> None:
    with pytest.raises(NothingJudgedError, match="could judge no eval prompt"):
        summarize([item((None, 1.0))], tie_margin=0.0)
    with pytest.raises(NothingJudgedError, match="No eval prompt can be used"):
        summarize([], tie_margin=None)
