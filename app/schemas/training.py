"""Training runs, evaluations, results and the audit log."""

from datetime import datetime
from typing import Any
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, Field

from app.models import Arm, RunStatus, Trigger
from app.schemas.base import Request, Row
from app.schemas.configs import EvaluationConfig, TrainingConfig


class TrainingRunOut(Row):
    id: UUID
    project_id: UUID
    number: int
    status: RunStatus
    trigger: Trigger
    config: TrainingConfig
    start_version_id: UUID
    label_count: int
    label_set_hash: str
    attempt: int
    done: int
    total: int
    heartbeat_at: datetime | None
    cancel_requested_at: datetime | None
    error: str | None
    warnings: dict[str, Any]
    model_version_id: UUID | None = None
    started_at: datetime | None
    finished_at: datetime | None
    created_at: datetime


class MetricOut(BaseModel):
    step: int
    values: dict[str, float | None]


class EvaluationCreate(Request):
    model_version_id: UUID
    baseline_version_id: UUID | None = Field(None, description="Null means the reference.")
    config: EvaluationConfig | None = Field(None, description="Null takes the project's.")


class EvaluationOut(Row):
    id: UUID
    project_id: UUID
    model_version_id: UUID
    baseline_version_id: UUID
    status: RunStatus
    config: EvaluationConfig
    done: int
    total: int
    error: str | None
    results: dict[str, Any]
    started_at: datetime | None
    finished_at: datetime | None
    created_at: datetime


class RoundResult(BaseModel):
    """One row of the table that shows what the loop gained."""

    round: int
    rule_used: str | None
    labels: int = Field(description="Counted preferences up to and with this round.")
    accuracy_control: float | None = Field(description="Share of the round's labels that the implicit reward foresaw.")
    accuracy_active: float | None
    labels_control: int
    labels_active: int
    model_version_id: UUID | None = Field(description="The model trained after this round.")
    win_rate: float | None
    win_rate_low: float | None
    win_rate_high: float | None
    length_controlled_win_rate: float | None = Field(description="Expected where both answers have one length.")
    kl: float | None = Field(description="From the reference to the model, in nats per completion.")
    kl_per_token: float | None
    perplexity: float | None = Field(description="Of the eval prompts' own text, per token; lower is better.")
    baseline_perplexity: float | None = Field(description="The reference's, of the same tokens.")
    mean_length: float | None = Field(description="Of the model's answers to the eval prompts, in tokens.")
    length_p10: float | None
    length_p50: float | None
    length_p90: float | None


class ModelGain(BaseModel):
    """One point of the figure that matters: a model against the reference, by the labels it learned from."""

    model_version_id: UUID
    number: int
    labels: int
    judged: int = Field(description="Held-out prompts on which a judge compared the two.")
    win_rate: float
    win_rate_low: float
    win_rate_high: float


class ArmGain(BaseModel):
    """How often the labels of one arm of a round contradicted the model that sampled it."""

    round: int
    arm: Arm
    labels: int = Field(description="Preferences on which the model had an opinion: its margin was not 0.")
    contradicted: int
    rate: float
    rate_low: float
    rate_high: float


class Gain(BaseModel):
    """What the labels brought, with 95 % Wilson intervals."""

    models: list[ModelGain]
    arms: list[ArmGain]


class AuditFilter(BaseModel):
    """Which events a list shows."""

    action: str | None = Field(None, max_length=100)
    user_id: UUID | None = None
    api_key_id: UUID | None = None
    since: AwareDatetime | None = None
    until: AwareDatetime | None = None


class AuditOut(BaseModel):
    id: UUID
    action: str
    user_id: UUID | None
    api_key_id: UUID | None
    author: str | None = Field(description="User name, or the name of the key; null for the program itself.")
    project_id: UUID | None
    project_name: str | None
    subject_id: UUID | None
    subject: str | None = Field(
        description="Whom or what it is about: a user name, the number of a round, run or model, a text's beginning."
    )
    details: dict[str, Any]
    created_at: datetime
