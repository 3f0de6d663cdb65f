"""What an evaluation measured: win-rate, KL, perplexities, lengths. Knows nothing of models or of tasks."""

import math
from collections.abc import Sequence
from typing import Any

from app.models import EvaluationItem
from workers.learning.metrics import (
    kl_estimate,
    length_controlled_win_rate,
    length_summary,
    perplexity,
    win_rate_interval,
)


class NothingJudgedError(Exception):
    """An evaluation in which not one pair of answers was judged."""


def summarize(items: Sequence[EvaluationItem], *, tie_margin: float | None) -> dict[str, Any]:
    """KL(model || baseline) in nats, perplexities, lengths in tokens, and the win-rate unless `tie_margin` is None.

    Raises NothingJudgedError when there is no item, or when the judge abstained throughout.
    """
    if not items:
        raise NothingJudgedError(
            "No eval prompt can be used with both models (see their `problem`). Import shorter eval prompts."
        )
    judged = {} if tie_margin is None else _win_rate(items, tie_margin)
    return {"prompts": len(items)} | judged | _divergence(items) | _perplexities(items) | _lengths(items)


def _win_rate(items: Sequence[EvaluationItem], tie_margin: float) -> dict[str, Any]:
    """Win-rate over judged prompts, ties count half, with its 95 % interval, and what it would be at equal lengths."""
    judged = [
        (item, _outcome(item.model_score - item.baseline_score, tie_margin))
        for item in items
        if item.model_score is not None and item.baseline_score is not None
    ]
    if not judged:
        raise NothingJudgedError(
            "The judge could judge no eval prompt: each was longer with its answer than the judge's context. Import "
            "shorter eval prompts, or lower max_new_tokens."
        )
    outcomes = [outcome for _, outcome in judged]
    rate, low, high = win_rate_interval(sum(outcomes), len(outcomes))
    return {
        "wins": outcomes.count(1.0),
        "losses": outcomes.count(0.0),
        "ties": outcomes.count(0.5),
        "abstained": len(items) - len(judged),
        "win_rate": rate,
        "win_rate_low": low,
        "win_rate_high": high,
        "length_controlled_win_rate": length_controlled_win_rate(
            outcomes, [item.model_tokens for item, _ in judged], [item.baseline_tokens for item, _ in judged]
        ),
    }


def _outcome(difference: float, tie_margin: float) -> float:
    if abs(difference) <= tie_margin:
        return 0.5
    return 1.0 if difference > 0 else 0.0


def _divergence(items: Sequence[EvaluationItem]) -> dict[str, Any]:
    """KL in total, with its standard error, and per token: the sum over all draws by the sum of their tokens."""
    ratios = [item.log_ratio for item in items]
    kl, standard_error = kl_estimate(ratios, [0.0] * len(ratios))
    counted = [(item.log_ratio, item.log_ratio_tokens) for item in items if item.log_ratio_tokens is not None]
    tokens = sum(amount for _, amount in counted)
    per_token = sum(ratio for ratio, _ in counted) / tokens if tokens else None
    # That of a single draw is infinite, which JSON cannot say.
    error = standard_error if math.isfinite(standard_error) else None
    return {"kl": kl, "kl_standard_error": error, "kl_per_token": per_token}


def _perplexities(items: Sequence[EvaluationItem]) -> dict[str, Any]:
    """Of the prompts' own text under both models, over the tokens after each prompt's first."""
    read = [
        (item.prompt_tokens, item.prompt_logprob, item.baseline_prompt_logprob)
        for item in items
        if item.prompt_tokens is not None
        and item.prompt_logprob is not None
        and item.baseline_prompt_logprob is not None
    ]
    tokens = [amount for amount, _, _ in read]
    return {
        "perplexity": perplexity([ours for _, ours, _ in read], tokens),
        "baseline_perplexity": perplexity([theirs for _, _, theirs in read], tokens),
    }


def _lengths(items: Sequence[EvaluationItem]) -> dict[str, Any]:
    ours = length_summary([item.model_tokens for item in items])
    theirs = length_summary([item.baseline_tokens for item in items])
    return {
        "mean_length": ours.mean,
        "length_p10": ours.p10,
        "length_p50": ours.p50,
        "length_p90": ours.p90,
        "baseline_mean_length": theirs.mean,
        "baseline_length_p10": theirs.p10,
        "baseline_length_p50": theirs.p50,
        "baseline_length_p90": theirs.p90,
    }
