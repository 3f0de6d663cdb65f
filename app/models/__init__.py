"""All tables, one file per noun. Knows nothing of services, HTTP or models' weights."""

from app.models.annotators import Flag, PracticeAnswer, PracticePair
from app.models.audit import AuditEvent, IdempotencyRecord
from app.models.base import Base
from app.models.labels import Disposition, Label, Lease, LeaseKind, Lending, Verdict
from app.models.people import ApiKey, LoginLink, LoginSession, Role, Scope, User
from app.models.playground import Sampling
from app.models.projects import Completion, FinishReason, ModelStatus, ModelVersion, Project, Prompt, Split
from app.models.rounds import Arm, Pair, Round, RoundPrompt, RoundStatus
from app.models.tallies import LabelTally, PromptTally, RoundTally
from app.models.training import (
    Evaluation,
    EvaluationItem,
    RunStatus,
    TrainingLabel,
    TrainingLog,
    TrainingMetric,
    TrainingRun,
    Trigger,
)

__all__ = [
    "ApiKey",
    "Arm",
    "AuditEvent",
    "Base",
    "Completion",
    "Disposition",
    "Evaluation",
    "EvaluationItem",
    "FinishReason",
    "Flag",
    "IdempotencyRecord",
    "Label",
    "LabelTally",
    "Lease",
    "LeaseKind",
    "Lending",
    "LoginLink",
    "LoginSession",
    "ModelStatus",
    "ModelVersion",
    "Pair",
    "PracticeAnswer",
    "PracticePair",
    "Project",
    "Prompt",
    "PromptTally",
    "Role",
    "Round",
    "RoundPrompt",
    "RoundStatus",
    "RoundTally",
    "RunStatus",
    "Sampling",
    "Scope",
    "Split",
    "TrainingLabel",
    "TrainingLog",
    "TrainingMetric",
    "TrainingRun",
    "Trigger",
    "User",
    "Verdict",
]
