"""Projects, prompts and model versions."""

from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from celery.schedules import ParseException, crontab
from pydantic import BaseModel, Field, field_validator

from app.models import ModelStatus, RunStatus, Split
from app.schemas.base import ModelSource, Name, ProblemItem, Request, Row
from app.schemas.configs import EvaluationConfig, RoundConfig, RoundSettings, TrainingConfig, TrainingSettings


def _valid_cron(value: str | None) -> str | None:
    if value is None:
        return None
    try:
        crontab.from_string(value)
    except (ParseException, ValueError, TypeError) as error:
        raise ValueError("is not a cron expression of five fields such as '0 3 * * *'") from error
    return value


class ProjectCreate(Request):
    name: Name
    model: ModelSource = Field(description="The reference: a local folder in the Hugging Face layout, or a hub name.")
    guideline: str = Field("", max_length=100_000)
    round: RoundConfig = RoundConfig()
    training: TrainingConfig = TrainingConfig()
    evaluation: EvaluationConfig = EvaluationConfig()
    retrain_after_labels: int | None = Field(None, ge=1, description="Retrain after this many new preferences.")
    retrain_cron: str | None = Field(None, description="Retrain by schedule, five fields, UTC.")
    auto_promote: bool = False
    masks_makers: bool = Field(False, description="Hide from annotators the maker that a completion names.")

    _cron = field_validator("retrain_cron")(_valid_cron)


class ProjectUpdate(Request):
    """Fields left out stay as they are, and so do the settings that a given configuration leaves out."""

    name: Name | None = None
    guideline: str | None = Field(None, max_length=100_000)
    guideline_version: int | None = Field(
        None, description="The version that was edited: refused with 409 when another was saved meanwhile."
    )
    round: RoundSettings | None = None
    training: TrainingSettings | None = None
    evaluation: EvaluationConfig | None = None
    retrain_after_labels: int | None = Field(None, ge=1)
    retrain_cron: str | None = None
    auto_promote: bool | None = None
    is_paused: bool | None = Field(None, description="A paused project lends no pairs.")
    masks_makers: bool | None = None

    _cron = field_validator("retrain_cron")(_valid_cron)


class ModelVersionOut(Row):
    id: UUID
    project_id: UUID
    number: int
    parent_id: UUID | None
    training_run_id: UUID | None
    source: str
    status: ModelStatus
    error: str | None
    info: dict[str, Any]
    created_at: datetime


class ModelRun(Row):
    """The run that made a model, and the label set it learned from."""

    id: UUID
    number: int
    label_count: int
    label_set_hash: str


class ModelOut(ModelVersionOut):
    """A model version with where it came from, and what is known of it against the reference."""

    run: ModelRun | None = None
    evaluation_id: UUID | None = Field(None, description="Of the newest comparison with the reference.")
    evaluation_status: RunStatus | None = None
    results: dict[str, Any] = Field({}, description="Of the newest comparison with the reference that succeeded.")


class ProjectOut(Row):
    id: UUID
    name: str
    guideline: str
    guideline_version: int
    round: RoundConfig
    training: TrainingConfig
    evaluation: EvaluationConfig
    retrain_after_labels: int | None
    retrain_cron: str | None
    auto_promote: bool
    is_paused: bool
    masks_makers: bool
    reference: ModelVersionOut
    policy: ModelVersionOut
    created_at: datetime


class AnnotatorProjectOut(BaseModel):
    """What an annotator may know of a project: nothing of models."""

    id: UUID
    name: str
    open_pairs: int = Field(description="At most 10,000: no more are counted.")
    is_paused: bool


class ModelCheck(Request):
    model: ModelSource | None = Field(None, description="Another place than the one that failed.")


class ProjectOverview(BaseModel):
    """Where the loop stands now."""

    train_prompts: int
    eval_prompts: int
    unused_prompts: int = Field(description="Train prompts that no round has put to people yet.")
    open_pairs: int = Field(description="At most 10,000: no more are counted.")
    live_leases: int
    preferences: int = Field(description="Counted preferences that stand: what a training run would learn from.")
    new_preferences: int = Field(description="Of them, those that no successful run has used.")
    toward_retraining: int | None = Field(
        description="Preferences since the last run began, whatever became of it, up to the number that starts the "
        "next; null where no number does."
    )
    labels: int = Field(description="Counted labels of every verdict that stand.")
    ties: int = Field(description="Counted ties that stand, which a training run learns from if it is told to.")
    people_active: int = Field(description="People who hold a pair now.")
    programs_active: int = Field(description="Judges who hold a pair now.")
    policy: ModelVersionOut = Field(description="The model that samples the next round.")
    newest_model: ModelOut | None = Field(description="The newest trained model that is ready.")
    previous_policy: ModelVersionOut | None = Field(description="What a roll back would promote.")


class Message(Request):
    role: Literal["system", "user", "assistant", "tool"]
    content: str


class ImportReport(BaseModel):
    """Counts of an import. With on_error=abort nothing is stored unless `errors` is empty."""

    prompts: int = Field(description="New prompts stored.")
    duplicates: int = Field(description="Rows whose prompt was there already, in the project or earlier in the file.")
    pairs: int = Field(description="Ready-made pairs opened for labelling.")
    labels: int = Field(description="Labels taken over from rows that had them.")
    refused: int = Field(description="Rows refused.")
    errors: list[ProblemItem] = Field(description="The first hundred refusals, each with line, field and reason.")


class PromptFilter(BaseModel):
    """Which prompts a list shows."""

    split: Split | None = None
    state: Literal["usable", "out"] | None = Field(
        None, description="`out`: too long for the model, or taken out of the pool."
    )
    search: str | None = Field(
        None, max_length=500, description="Words of the first 20,000 characters, the last may be a beginning; or an id."
    )
    newest_first: bool = False


class PromptUpdate(Request):
    """Fields left out stay as they are."""

    split: Split | None = None
    is_withdrawn: bool | None = Field(None, description="True takes the prompt out of the pool.")


class PromptOut(Row):
    id: UUID
    external_id: str | None
    content: str | list[dict[str, Any]]
    split: Split
    details: dict[str, Any]
    problem: str | None
    withdrawn_at: datetime | None
    created_at: datetime


class ImportSample(BaseModel):
    """A row of a file as it was understood."""

    line: int
    content: str | list[dict[str, Any]]
    external_id: str | None
    split: Split
    completions: int = Field(description="Ready-made completions that came with the prompt.")
    is_labelled: bool
    is_duplicate: bool


class ImportPreview(BaseModel):
    """What an import with on_error=skip would do, though nothing was stored."""

    rows: int
    report: ImportReport
    samples: list[ImportSample] = Field(description="The first good rows.")


class ImportProgress(BaseModel):
    """How far the import into a project is that runs now; null figures when none runs."""

    done_bytes: int | None = None
    total_bytes: int | None = None
    seconds: float | None = None
