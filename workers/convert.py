"""The only translator between rows and the learning library's dataclasses."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from app.models import Completion, FinishReason, Label, Prompt, Round, TrainingRun
from app.schemas import EvaluationConfig, RoundConfig, TrainingConfig
from workers.learning.acquisition import PromptCandidates
from workers.learning.pairs import PreferencePair
from workers.learning.policy import Policy, PromptError, encode_prompt
from workers.learning.sampling import Sample, SamplingConfig


def pair_sampling(config: RoundConfig) -> SamplingConfig:
    """How a round samples the completions that people see."""
    return SamplingConfig(
        samples=config.samples_per_prompt,
        max_new_tokens=config.max_new_tokens,
        temperature=config.temperature,
        top_p=config.top_p,
        top_k=config.top_k,
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


def storable(text: str) -> str:
    """PostgreSQL cannot store U+0000; the token ids keep what was really drawn."""
    return text.replace("\x00", "\ufffd")


def candidates(
    prompt_id: UUID, entropy: float | None, completions: Sequence[Completion], rewards: Sequence[float]
) -> PromptCandidates:
    """One prompt of a round with its completions in sample order."""
    return PromptCandidates(
        prompt_id=str(prompt_id),
        entropy=entropy,
        rewards=tuple(rewards),
        texts=tuple(row.text for row in completions),
        lengths=tuple(row.token_count or 0 for row in completions),
    )


# The chance that a "much better" is right; a plain "better" has the run's label_smoothing.
_STRENGTHS = {2: 0.98}


def preference_pair(label: Label, prompt: Prompt, policy: Policy) -> PreferencePair:
    """A label with its winner as chosen; completions must be tokenised and have their reference log-prob."""
    chosen, rejected = label.pair.completion_a, label.pair.completion_b
    if label.winner_id == rejected.id:
        chosen, rejected = rejected, chosen
    if chosen.token_ids is None or rejected.token_ids is None:
        raise ValueError(f"Pair {label.pair_id} has a completion that was not tokenised.")
    if chosen.reference_logprob is None or rejected.reference_logprob is None:
        raise ValueError(f"Pair {label.pair_id} has a completion without its reference log-probability.")
    return PreferencePair(
        prompt_ids=encode_prompt(policy, prompt.content),
        chosen_ids=tuple(chosen.token_ids),
        rejected_ids=tuple(rejected.token_ids),
        chosen_reference_logprob=chosen.reference_logprob,
        rejected_reference_logprob=rejected.reference_logprob,
        prompt_key=str(prompt.id),
        strength=_STRENGTHS.get(label.strength or 1),
    )


def fit_fields(run: TrainingRun) -> dict[str, Any]:
    """The fields of `FitConfig` out of a run's configuration."""
    config = TrainingConfig.model_validate(run.config)
    ours = {"start_from", "minimum_labels", "evaluate"}
    return config.model_dump(mode="json", exclude=ours)
