"""Compares a model version with another on the eval prompts: both answer, a judge decides, KL is estimated.

Items are stored chunk by chunk; a retry does only the prompts that are left. Knows nothing of how models are trained.
"""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from app.db import transaction
from app.models import Evaluation, EvaluationItem, ModelVersion, Prompt, Split
from app.schemas import EvaluationConfig
from app.services import evaluation
from app.tasks import Task
from workers import convert
from workers.celery_app import Family, Superseded, register
from workers.checkpoints import cached_policy, cached_reward_model, derive_seed
from workers.evaluation_results import summarize
from workers.learning.logprobs import completion_logprobs, text_logprobs
from workers.learning.policy import Policy, check_same_vocabulary, encode_prompt
from workers.learning.reward_model import scores_or_abstain
from workers.learning.sampling import Sample, SamplingConfig, sample
from workers.pulse import Pulse

CHUNK = 64
"""Prompts answered and judged between two commits."""


def _begin(session: Session, evaluation_id: UUID) -> int | None:
    row = evaluation.begin_evaluation(session, evaluation_id)
    return row.attempt if row else None


def _work(evaluation_id: UUID, attempt: int) -> None:
    with transaction() as session:
        row = session.get_one(Evaluation, evaluation_id)
        config = EvaluationConfig.model_validate(row.config)
        model = session.get_one(ModelVersion, row.model_version_id).source
        baseline = session.get_one(ModelVersion, row.baseline_version_id).source
        prompts = _prompts(session, row, config)
        done = set(session.scalars(_done(evaluation_id)))
    left = [prompt for prompt in prompts if prompt.id not in done]
    with Pulse(Evaluation, evaluation_id, attempt) as pulse:
        for start in range(0, len(left), CHUNK):
            pulse.progress(len(prompts) - len(left) + start, len(prompts))
            policies = cached_policy(model), cached_policy(baseline)
            check_same_vocabulary(*policies)
            usable, problems = _usable(policies, left[start : start + CHUNK])
            items = _measure(row, config, *policies, usable) if usable else []
            with transaction() as session:
                for prompt_id, problem in problems.items():
                    session.execute(update(Prompt).where(Prompt.id == prompt_id).values(problem=problem))
                if not evaluation.add_items(session, evaluation_id, attempt, items):
                    raise Superseded
        pulse.progress(len(prompts), len(prompts))
        with transaction() as session:
            tie_margin = config.judge.tie_margin if config.judge else None
            results = summarize(session.scalars(_items(evaluation_id)).all(), tie_margin=tie_margin)
            if not evaluation.finish_evaluation(session, evaluation_id, attempt, results):
                raise Superseded


def _items(evaluation_id: UUID) -> Any:
    return select(EvaluationItem).where(EvaluationItem.evaluation_id == evaluation_id)


def _done(evaluation_id: UUID) -> Any:
    return select(EvaluationItem.prompt_id).where(EvaluationItem.evaluation_id == evaluation_id)


def _prompts(session: Session, row: Evaluation, config: EvaluationConfig) -> Sequence[Prompt]:
    """The same prompts for every evaluation of a project that asks for as many: ordered by a hash of their id."""
    usable = select(Prompt).where(Prompt.project_id == row.project_id, Prompt.split == Split.EVAL, Prompt.is_usable())
    return session.scalars(usable.order_by(func.md5(Prompt.content_hash), Prompt.id).limit(config.prompts)).all()


def _usable(policies: tuple[Policy, Policy], prompts: Sequence[Prompt]) -> tuple[list[Prompt], dict[UUID, str]]:
    """The prompts that both models can answer, and what stands against the others: they leave the eval set."""
    problems = {}
    for prompt in prompts:
        for policy in policies:
            if problem := convert.fitting_prompt(policy, prompt.content)[1]:
                problems[prompt.id] = problem
    return [prompt for prompt in prompts if prompt.id not in problems], problems


def _measure(
    row: Evaluation, config: EvaluationConfig, policy: Policy, other: Policy, prompts: Sequence[Prompt]
) -> list[EvaluationItem]:
    """Answers of both models, judged where there is a judge; under both, a draw of the model, for the KL, and the
    prompt itself, for the perplexity."""
    ours = _answers(policy, prompts, convert.evaluation_sampling(config), (row.seed, "model"))
    theirs = _answers(other, prompts, convert.evaluation_sampling(config), (row.seed, "baseline"))
    at_one = _answers(policy, prompts, convert.divergence_sampling(config), (row.seed, "divergence"))
    rows = [(encode_prompt(other, prompt.content), one.token_ids) for prompt, one in zip(prompts, at_one, strict=True)]
    under_baseline = completion_logprobs(other.model, rows, pad_id=other.pad_id, device=other.device)
    texts = [encode_prompt(policy, prompt.content) for prompt in prompts]
    # The same tokens under both: two perplexities of different tokens could not be compared.
    read, read_by_other = (
        text_logprobs(one.model, texts, pad_id=one.pad_id, device=one.device) for one in (policy, other)
    )
    scores = _scores(config, prompts, ours, theirs)
    return [
        EvaluationItem(
            evaluation_id=row.id,
            prompt_id=prompt.id,
            model_text=convert.storable(ours[i].text),
            baseline_text=convert.storable(theirs[i].text),
            model_tokens=len(ours[i].token_ids),
            baseline_tokens=len(theirs[i].token_ids),
            model_score=scores[i],
            baseline_score=scores[len(prompts) + i],
            log_ratio=at_one[i].logprob - under_baseline[i],
            log_ratio_tokens=len(at_one[i].token_ids),
            prompt_tokens=len(texts[i]) - 1,
            prompt_logprob=read[i],
            baseline_prompt_logprob=read_by_other[i],
        )
        for i, prompt in enumerate(prompts)
    ]


def _scores(
    config: EvaluationConfig, prompts: Sequence[Prompt], ours: Sequence[Sample], theirs: Sequence[Sample]
) -> Sequence[float | None]:
    """The judge's scores of our answers, then of theirs; None where it abstains, as it does where there is none."""
    if config.judge is None:
        return [None] * (2 * len(prompts))
    texts = [(prompt.content, one.text) for prompt, one in zip(prompts, ours, strict=True)]
    texts += [(prompt.content, one.text) for prompt, one in zip(prompts, theirs, strict=True)]
    return scores_or_abstain(cached_reward_model(config.judge.model), texts)


def _answers(policy: Policy, prompts: Sequence[Prompt], config: SamplingConfig, seed: tuple[int, str]) -> list[Sample]:
    encoded = [encode_prompt(policy, prompt.content) for prompt in prompts]
    seeds = [derive_seed(*seed, prompt.id) for prompt in prompts]
    found = {index: samples[0] for index, samples in sample(policy, encoded, config, seeds=seeds)}
    return [found[index] for index in range(len(prompts))]


register(Task.EVALUATE, Family(begin=_begin, work=_work, fail=evaluation.fail_evaluation))
