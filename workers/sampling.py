"""Samples the completions of a round's prompts, chunk by chunk; a retry does only the prompts that are left.

The model at hand draws them, or the server that the settings name. Knows nothing of scores: it stores texts, token ids,
log-probabilities, and entropies where the rule needs them.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app.db import transaction
from app.models import Completion, ModelVersion, Project, Prompt, Round, RoundPrompt, RoundStatus
from app.schemas import RoundConfig
from app.services import rounds, tallies
from app.settings import get_settings
from app.tasks import Task
from workers import convert
from workers.celery_app import Family, Superseded, register
from workers.checkpoints import cached_policy, derive_seed
from workers.learning.acquisition import prompt_entropy
from workers.learning.policy import Policy
from workers.learning.remote_sampling import sample_remotely
from workers.learning.rules import RULES
from workers.learning.sampling import Sample, SamplingConfig, sample
from workers.learning.similarity import distinct_indices
from workers.pulse import Pulse

CHUNK = 64
"""Prompts sampled between two commits: what a killed worker loses at most."""


@dataclass(frozen=True)
class Drawn:
    """What one prompt of a chunk gave; `problem` says why it gave nothing."""

    prompt_id: UUID
    samples: Sequence[Sample] = ()
    entropy: float | None = None
    mean_entropy: float | None = None
    problem: str | None = None


def _begin(session: Session, round_id: UUID) -> int | None:
    row = rounds.begin(session, round_id, expect=RoundStatus.QUEUED, to=RoundStatus.SAMPLING)
    return row.attempt if row else None


def _work(round_id: UUID, attempt: int) -> None:
    with transaction() as session:
        round_ = session.get_one(Round, round_id)
        source = session.get_one(ModelVersion, round_.model_version_id).source
        project = session.get_one(Project, round_.project_id)
        is_reference = round_.model_version_id == project.reference_version_id
        total = session.scalars(select(func.count()).where(RoundPrompt.round_id == round_id)).one()
    needs_entropy = _needs_entropy(round_, is_reference)
    with Pulse(Round, round_id, attempt) as pulse:
        policy = cached_policy(source)
        while True:
            with transaction() as session:
                chunk = _next_chunk(session, round_id)
                left = _left(session, round_id)
            pulse.progress(total - left, total)
            if not chunk:
                break
            drawn = _draw(policy, round_, chunk, needs_entropy=needs_entropy)
            with transaction() as session:
                _store(session, round_, drawn)
        with transaction() as session:
            if not rounds.finish_sampling(session, round_id, attempt):
                raise Superseded


def _needs_entropy(round_: Round, is_reference: bool) -> bool:
    """At the reference `entropy_certainty` falls back to random (see scoring), so its entropy would go unused."""
    rule = RULES[RoundConfig.model_validate(round_.config).rule]
    return rule.needs_entropy and not (rule.needs_rewards and is_reference)


def _next_chunk(session: Session, round_id: UUID) -> list[tuple[Prompt, bool]]:
    rows = session.execute(
        select(Prompt, RoundPrompt.is_candidate)
        .join(RoundPrompt, RoundPrompt.prompt_id == Prompt.id)
        .where(RoundPrompt.round_id == round_id, ~RoundPrompt.is_sampled)
        .order_by(RoundPrompt.position)
        .limit(CHUNK)
    )
    return [(prompt, is_candidate) for prompt, is_candidate in rows]


def _left(session: Session, round_id: UUID) -> int:
    left = select(func.count()).where(RoundPrompt.round_id == round_id, ~RoundPrompt.is_sampled)
    return session.scalars(left).one()


def _draw(policy: Policy, round_: Round, chunk: Sequence[tuple[Prompt, bool]], *, needs_entropy: bool) -> list[Drawn]:
    """Sample every prompt of the chunk that fits the model; no transaction is open meanwhile."""
    config = RoundConfig.model_validate(round_.config)
    fitting: list[tuple[UUID, tuple[int, ...], bool]] = []
    drawn: list[Drawn] = []
    for prompt, is_candidate in chunk:
        token_ids, problem = convert.fitting_prompt(policy, prompt.content)
        if problem:
            drawn.append(Drawn(prompt.id, problem=problem))
        else:
            fitting.append((prompt.id, token_ids, is_candidate))
    pairs = _samples(policy, convert.pair_sampling(config), round_, fitting, "pair", exact_entropies=False)
    asked = [row for row in fitting if row[2] and _has_pair(pairs[row[0]])] if needs_entropy else []
    exact = config.entropy_estimator == "exact"
    at_one = _samples(policy, convert.entropy_sampling(config), round_, asked, "entropy", exact_entropies=exact)
    for prompt_id, _, _ in fitting:
        entropy, mean = None, None
        if prompt_id in at_one:
            entropy = prompt_entropy(at_one[prompt_id], estimator=config.entropy_estimator)
            mean = entropy * len(at_one[prompt_id]) / sum(len(one.token_ids) for one in at_one[prompt_id])
        drawn.append(Drawn(prompt_id, pairs[prompt_id], entropy, mean))
    return drawn


def _has_pair(samples: Sequence[Sample]) -> bool:
    """Scoring passes over a prompt without two distinct completions, whatever its entropy."""
    return len(distinct_indices([convert.storable(one.text) for one in samples])) > 1


def _samples(
    policy: Policy,
    config: SamplingConfig,
    round_: Round,
    rows: Sequence[tuple[UUID, tuple[int, ...], bool]],
    use: str,
    *,
    exact_entropies: bool,
) -> dict[UUID, list[Sample]]:
    seeds = [derive_seed(round_.seed, prompt_id, use) for prompt_id, _, _ in rows]
    prompts_ids = [token_ids for _, token_ids, _ in rows]
    server = convert.sampling_server(get_settings(), policy.source)
    if server is None:
        found = sample(policy, prompts_ids, config, seeds=seeds)
    else:
        found = sample_remotely(
            policy, prompts_ids, config, seeds=seeds, server=server, exact_entropies=exact_entropies
        )
    return {rows[index][0]: samples for index, samples in found}


def _store(session: Session, round_: Round, drawn: Sequence[Drawn]) -> None:
    values = [
        convert.completion_values(one, index=index, prompt_id=row.prompt_id, round_=round_)
        for row in drawn
        for index, one in enumerate(row.samples)
    ]
    if values:
        session.execute(insert(Completion).on_conflict_do_nothing(), values)
    for row in drawn:
        here = (RoundPrompt.round_id == round_.id, RoundPrompt.prompt_id == row.prompt_id)
        session.execute(
            update(RoundPrompt).where(*here).values(is_sampled=True, entropy=row.entropy, mean_entropy=row.mean_entropy)
        )
    problems = {row.prompt_id: row.problem for row in drawn if row.problem}
    if problems:
        with tallies.changing_prompts(session, round_.project_id, list(problems)):
            for prompt_id, problem in problems.items():
                session.execute(update(Prompt).where(Prompt.id == prompt_id).values(problem=problem))


register(Task.SAMPLE, Family(begin=_begin, work=_work, fail=rounds.fail_round))
