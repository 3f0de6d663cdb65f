"""What a training run is trained on: job.json and pairs.jsonl, written from the run's frozen labels.

Imported completions get their tokens and their reference log-probs here. Knows nothing of the training process.
"""

import json
from collections.abc import Sequence
from pathlib import Path
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.orm import Session, contains_eager

from app.db import transaction
from app.models import Completion, Label, ModelVersion, Pair, Project, TrainingLabel, TrainingRun
from app.schemas import TrainingConfig
from workers import convert
from workers.checkpoints import cached_policy, forget_policies
from workers.learning.logprobs import Row
from workers.learning.pairs import write_pairs
from workers.learning.policy import Policy, check_same_vocabulary
from workers.references import reference_logprobs, store_reference_logprobs

CHUNK = 256
"""Imported completions scored under the reference between two commits."""


class RowsError(Exception):
    """Nothing of what was labelled can be trained on; the sentence says why."""


def prepare(run_id: UUID, folder: Path, output: Path) -> dict[str, str]:
    """Write job.json and pairs.jsonl from the frozen labels; the same run gives the same files in every attempt.

    A pair that the model cannot be trained on (an import longer than its context) is left out, and a warning says so.
    """
    with transaction() as session:
        run = session.get_one(TrainingRun, run_id)
        source = _reference(session, run).source
    policy = cached_policy(source)
    problems = _tokenise_imports(run_id, policy)
    with transaction() as session:
        run = session.get_one(TrainingRun, run_id)
        start = session.get_one(ModelVersion, run.start_version_id).source
        labels = [label for label in _labels(session, run_id) if label.pair_id not in problems]
        pairs = convert.preference_pairs(labels, policy, TrainingConfig.model_validate(run.config))
        job = {"model": start, "fit": convert.fit_fields(run), "output": str(output), "threads": None}
        total = run.label_count
    if start != source:
        check_same_vocabulary(cached_policy(start), policy)
    warnings = {}
    if problems:
        example = next(iter(problems.values()))
        warnings["left_out"] = f"{total - len(labels)} of {total} labels were left out, such as this: {example}"
    if not pairs:
        raise RowsError(f"No pair can be trained on. {warnings['left_out']}")
    write_pairs(folder / "pairs.jsonl", pairs)
    (folder / "job.json").write_text(json.dumps(job, indent=2))
    _forget_failure(folder / "result.json")
    # The training process needs the memory: nothing of the reference stays in this one.
    del policy
    forget_policies()
    return warnings


def _forget_failure(result: Path) -> None:
    """A retry starts from the checkpoint; what the failed attempt said must not be read as its result."""
    if result.exists() and json.loads(result.read_text()).get("status") != "succeeded":
        result.unlink()


def _reference(session: Session, run: TrainingRun) -> ModelVersion:
    project = session.get_one(Project, run.project_id)
    return session.get_one(ModelVersion, project.reference_version_id)


def _labels(session: Session, run_id: UUID) -> Sequence[Label]:
    return (
        session.scalars(
            select(Label)
            .join(TrainingLabel, TrainingLabel.label_id == Label.id)
            .join(Label.pair)
            .options(contains_eager(Label.pair))
            .where(TrainingLabel.training_run_id == run_id)
            .order_by(TrainingLabel.position)
        )
        .unique()
        .all()
    )


def _tokenise_imports(run_id: UUID, policy: Policy) -> dict[UUID, str]:
    """Imported completions come as text: give them token ids and their reference log-prob, once.

    Returns the pairs that do not fit the model, each with the reason.
    """
    with transaction() as session:
        frozen = select(Label.pair_id).join(TrainingLabel, TrainingLabel.label_id == Label.id)
        chosen = select(Pair).where(Pair.id.in_(frozen.where(TrainingLabel.training_run_id == run_id)))
        rows = [(pair.id, one) for pair in session.scalars(chosen) for one in (pair.completion_a, pair.completion_b)]
        missing = [(pair_id, one, one.prompt.content) for pair_id, one in rows if one.reference_logprob is None]
    problems: dict[UUID, str] = {}
    encoded: dict[UUID, Row] = {}
    for pair_id, one, content in missing:
        row, problem = convert.fitting_row(policy, content, one)
        if problem:
            problems[pair_id] = problem
        else:
            encoded[one.id] = row
    ids = list(encoded)
    for start in range(0, len(ids), CHUNK):
        part = ids[start : start + CHUNK]
        values = reference_logprobs(policy, [encoded[completion_id] for completion_id in part])
        with transaction() as session:
            for completion_id in part:
                tokens = list(encoded[completion_id][1])
                columns = update(Completion).where(Completion.id == completion_id)
                session.execute(columns.values(token_ids=tokens, token_count=len(tokens)))
            store_reference_logprobs(session, part, values)
    return problems
