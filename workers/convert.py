"""The only translator between rows and the learning library's dataclasses."""

from collections.abc import Sequence
from typing import Any, assert_never
from uuid import UUID

from app.models import Completion, FinishReason, Label, Pair, Round, TrainingRun, Verdict
from app.schemas import EvaluationConfig, RoundConfig, SamplingSettings, TrainingConfig
from app.settings import Settings
from workers.learning.acquisition import PromptCandidates
from workers.learning.completion_server import SamplingServer
from workers.learning.logprobs import Row
from workers.learning.pairs import PreferencePair
from workers.learning.policy import Policy, PromptError, encode_completion, encode_prompt
from workers.learning.sampling import Sample, SamplingConfig
from workers.soft_labels import Judgement, WeightedJudgement, combine


def pair_sampling(config: RoundConfig) -> SamplingConfig:
    """How a round samples the completions that people see."""
    return SamplingConfig(
        samples=config.samples_per_prompt,
        max_new_tokens=config.max_new_tokens,
        temperature=config.temperature,
        top_p=config.top_p,
        top_k=config.top_k,
    )


def sampling_server(settings: Settings, source: str) -> SamplingServer | None:
    """The server that samples in place of the model at hand, None where the operator named none."""
    if settings.sampling_url is None:
        return None
    key = settings.sampling_key
    return SamplingServer(
        base_url=settings.sampling_url,
        model=settings.sampling_model or source,
        key=key.get_secret_value() if key else None,
        concurrency=settings.sampling_concurrency,
        requests_per_minute=settings.sampling_requests_per_minute,
    )


def entropy_sampling(config: RoundConfig) -> SamplingConfig:
    """Untruncated temperature-1 draws, which entropy needs."""
    return SamplingConfig(samples=config.entropy_samples, max_new_tokens=config.max_new_tokens)


def evaluation_sampling(config: EvaluationConfig) -> SamplingConfig:
    """One answer per prompt, as the judge sees it."""
    return SamplingConfig(samples=1, max_new_tokens=config.max_new_tokens, temperature=config.temperature)


def divergence_sampling(config: EvaluationConfig) -> SamplingConfig:
    """One untruncated temperature-1 draw per prompt, which KL needs."""
    return SamplingConfig(samples=1, max_new_tokens=config.max_new_tokens)


def playground_sampling(config: SamplingSettings) -> SamplingConfig:
    """How a model answers in the playground."""
    return SamplingConfig(samples=config.samples, max_new_tokens=config.max_new_tokens, temperature=config.temperature)


def completion_values(sample: Sample, *, index: int, prompt_id: UUID, round_: Round) -> dict[str, Any]:
    """Columns of a sampled completion."""
    return {
        "prompt_id": prompt_id,
        "round_id": round_.id,
        "model_version_id": round_.model_version_id,
        "sample_index": index,
        "text": storable(sample.text),
        "token_ids": list(sample.token_ids),
        "token_logprobs": list(sample.token_logprobs),
        "token_count": len(sample.token_ids),
        "logprob": sample.logprob,
        "finish_reason": FinishReason(sample.finish_reason),
    }


def fitting_prompt(policy: Policy, content: Any) -> tuple[tuple[int, ...], str | None]:
    """Token ids of a prompt, and what stands against it: messages without a template, or no room for an answer."""
    try:
        token_ids = encode_prompt(policy, content)
    except PromptError as error:
        return (), str(error)
    if len(token_ids) < policy.context_length:
        return token_ids, None
    return (), (
        f"The prompt has {len(token_ids)} tokens, and the model's context of {policy.context_length} leaves no room "
        "for an answer."
    )


def fitting_row(policy: Policy, content: Any, completion: Completion) -> tuple[Row, str | None]:
    """Token ids of a prompt and its completion, and what stands against the two: they are empty or do not fit.

    Sampled completions keep the ids they were drawn as; imported ones are tokenised in the context of their prompt.
    """
    prompt_ids, problem = fitting_prompt(policy, content)
    if problem is not None:
        return ((), ()), problem
    is_finished = completion.finish_reason is FinishReason.STOP
    completion_ids = tuple(
        completion.token_ids or encode_completion(policy, content, completion.text, finished=is_finished)
    )
    if not completion_ids:
        return ((), ()), f"The imported completion {completion.id} is empty."
    if len(prompt_ids) + len(completion_ids) <= policy.context_length:
        return (prompt_ids, completion_ids), None
    return ((), ()), (
        f"The imported completion {completion.id} has {len(completion_ids)} tokens after a prompt of "
        f"{len(prompt_ids)}, more than the model's context of {policy.context_length}."
    )


def storable(text: str) -> str:
    """PostgreSQL cannot store U+0000; the token ids keep what was really drawn."""
    return text.replace("\x00", "\ufffd")


def candidates(
    prompt_id: UUID,
    entropy: float | None,
    completions: Sequence[Completion],
    rewards: Sequence[float],
    *,
    ensemble: tuple[tuple[float, ...], ...] | None,
    prompt: str,
) -> PromptCandidates:
    """One prompt of a round with its completions in sample order, and the text by which prompts are compared."""
    return PromptCandidates(
        prompt_id=str(prompt_id),
        entropy=entropy,
        rewards=tuple(rewards),
        texts=tuple(row.text for row in completions),
        lengths=tuple(row.token_count or 0 for row in completions),
        ensemble=ensemble,
        prompt=prompt,
    )


# The chance that a "much better" is right; a plain "better" has the run's label_smoothing.
_STRENGTHS = {2: 0.98}


def preference_pairs(labels: Sequence[Label], policy: Policy, config: TrainingConfig) -> list[PreferencePair]:
    """The training rows of these labels, pairs in the order of their first label.

    Completions must be tokenised and have their reference log-prob. How several labels of one pair count together is
    `workers.soft_labels`; only `cdpo` takes their agreement for a soft label. (`robust` divides by 1 - 2e: there a
    pair on which two of three agree would pull harder than one on which all do.)
    """
    by_pair: dict[UUID, list[Label]] = {}
    for label in labels:
        by_pair.setdefault(label.pair_id, []).append(label)
    counts_once, states_agreement = config.label_weights == "pair", config.loss == "cdpo"
    rows = []
    for given in by_pair.values():
        said = [_judgement(label) for label in given]
        for row in combine(said, counts_once=counts_once, states_agreement=states_agreement):
            rows.append(_preference_pair(given[0].pair, policy, row))
    return rows


def _judgement(label: Label) -> Judgement:
    match label.verdict:
        case Verdict.PREFERRED:
            a_won = label.winner_id == label.pair.completion_a_id
            return Judgement(a_won=a_won, strength=_STRENGTHS.get(label.strength or 1))
        case Verdict.TIE:
            return Judgement(a_won=None)
        case Verdict.BOTH_BAD | Verdict.SKIP | None:
            raise ValueError(f"Label {label.id} prefers nothing and is no tie: it cannot train.")
        case _:
            assert_never(label.verdict)


def _preference_pair(pair: Pair, policy: Policy, row: WeightedJudgement) -> PreferencePair:
    """A pair with its winner as chosen; a tie has its two completions as they are stored."""
    chosen, rejected = pair.completion_a, pair.completion_b
    if row.judgement.a_won is False:
        chosen, rejected = rejected, chosen
    if chosen.token_ids is None or rejected.token_ids is None:
        raise ValueError(f"Pair {pair.id} has a completion that was not tokenised.")
    if chosen.reference_logprob is None or rejected.reference_logprob is None:
        raise ValueError(f"Pair {pair.id} has a completion without its reference log-probability.")
    return PreferencePair(
        prompt_ids=encode_prompt(policy, pair.prompt.content),
        chosen_ids=tuple(chosen.token_ids),
        rejected_ids=tuple(rejected.token_ids),
        chosen_reference_logprob=chosen.reference_logprob,
        rejected_reference_logprob=rejected.reference_logprob,
        prompt_key=str(pair.prompt_id),
        weight=row.weight,
        strength=row.judgement.strength,
        tie=row.judgement.a_won is None,
    )


NOT_FOR_FIT = frozenset({"start_from", "minimum_labels", "evaluate", "ties", "label_weights"})
"""Settings of a run that decide what is trained, and on which labels, before `fit` is called."""


def fit_fields(run: TrainingRun) -> dict[str, Any]:
    """The fields of `FitConfig` out of a run's configuration."""
    config = TrainingConfig.model_validate(run.config)
    return config.model_dump(mode="json", exclude=set(NOT_FOR_FIT))
