"""Projects, their prompts, model versions and completions."""

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import (
    REAL,
    CheckConstraint,
    ColumnElement,
    Computed,
    ForeignKey,
    Index,
    Integer,
    Text,
    UniqueConstraint,
    and_,
    cast,
    func,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB, JSONPATH, TSVECTOR
from sqlalchemy.orm import InstrumentedAttribute, Mapped, mapped_column, relationship

from app.models.base import Base, CreatedAt, Id, Json, choice


class Split(StrEnum):
    TRAIN = "train"
    EVAL = "eval"


class ModelStatus(StrEnum):
    CHECKING = "checking"
    READY = "ready"
    FAILED = "failed"


class FinishReason(StrEnum):
    STOP = "stop"
    LENGTH = "length"


IN_POOL = "problem IS NULL AND withdrawn_at IS NULL"
WORDS = "to_tsvector('simple'::regconfig, prompt_text(content))"


def prompt_line(content: ColumnElement[Any] | InstrumentedAttribute[Any]) -> ColumnElement[str]:
    """What a list shows the beginning of: a text, or a chat's last user turn, since chats often share all before it."""
    asked = func.jsonb_path_query_array(content, cast('$[*] ? (@.role == "user").content', JSONPATH))
    return func.coalesce(asked.op("->>", return_type=Text())(-1), func.prompt_text(content))


class Project(Base):
    __tablename__ = "projects"
    __table_args__ = (
        CheckConstraint("guideline_version >= 1", name="guideline_version"),
        CheckConstraint("retrain_after_labels >= 1", name="retrain_after_labels"),
    )

    id: Mapped[Id]
    name: Mapped[str] = mapped_column(unique=True)
    guideline: Mapped[str] = mapped_column(server_default="")
    guideline_version: Mapped[int] = mapped_column(server_default="1")
    round_config: Mapped[Json]
    """Defaults of new rounds (`schemas.RoundConfig`)."""
    training_config: Mapped[Json]
    """Defaults of new training runs (`schemas.TrainingConfig`)."""
    evaluation_config: Mapped[Json]
    """Judge and sampling of evaluations (`schemas.EvaluationConfig`)."""
    retrain_after_labels: Mapped[int | None]
    retrain_cron: Mapped[str | None]
    retrain_cron_at: Mapped[datetime | None]
    """When the schedule last fired, or was set."""
    auto_promote: Mapped[bool] = mapped_column(server_default=text("false"))
    """Promote a trained model by itself when its evaluation's lower bound is above one half."""
    is_paused: Mapped[bool] = mapped_column(server_default=text("false"))
    """No pairs are lent; labels of pairs that are lent already are still taken."""
    masks_makers: Mapped[bool] = mapped_column(server_default=text("false"))
    """Completions that name their maker are shown with the name hidden; the stored text stays as it is."""
    reference_version_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("model_versions.id", use_alter=True, name="fk_projects_reference_version_id_model_versions")
    )
    policy_version_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("model_versions.id", use_alter=True, name="fk_projects_policy_version_id_model_versions")
    )
    created_at: Mapped[CreatedAt]


class Prompt(Base):
    __tablename__ = "prompts"
    __table_args__ = (
        UniqueConstraint("project_id", "content_hash"),
        UniqueConstraint("project_id", "external_id"),
        Index("ix_prompts_project_id_split_id", "project_id", "split", "id"),
        Index("ix_prompts_project_id_id", "project_id", "id"),
        Index("ix_prompts_out", "project_id", "id", postgresql_where=text(f"NOT ({IN_POOL})")),
        Index("ix_prompts_words", "words", postgresql_using="gin"),
    )

    id: Mapped[Id]
    project_id: Mapped[UUID] = mapped_column(ForeignKey("projects.id", ondelete="CASCADE"))
    external_id: Mapped[str | None]
    content: Mapped[Any] = mapped_column(JSONB)
    """A string (plain text to complete) or a list of {"role", "content"} messages."""
    content_hash: Mapped[str]
    split: Mapped[Split] = mapped_column(choice(Split, "split"), server_default="train")
    details: Mapped[Json]
    """The import's `metadata` object, kept as it came."""
    problem: Mapped[str | None]
    """Why this prompt cannot be used (too long for the model's context); such prompts leave the pool."""
    withdrawn_at: Mapped[datetime | None]
    """When an admin took the prompt out of the pool; what was sampled and labelled before stays."""
    is_asked: Mapped[bool] = mapped_column(server_default=text("false"))
    """A round has put it to people: it is drawn no more."""
    words: Mapped[Any] = mapped_column(TSVECTOR, Computed(WORDS, persisted=True), deferred=True)
    """What a search finds: the words of the first 20,000 characters (migration 0004)."""
    created_at: Mapped[CreatedAt]

    @classmethod
    def is_usable(cls) -> ColumnElement[bool]:
        """True of a prompt that may be drawn."""
        return and_(cls.problem.is_(None), cls.withdrawn_at.is_(None))

    @classmethod
    def is_unused(cls) -> ColumnElement[bool]:
        """True of a prompt of the pool: it may be drawn for a round, and no round has put it to people."""
        return and_(cls.split == Split.TRAIN, cls.is_usable(), ~cls.is_asked)


class ModelVersion(Base):
    __tablename__ = "model_versions"
    __table_args__ = (UniqueConstraint("project_id", "number"),)

    id: Mapped[Id]
    project_id: Mapped[UUID] = mapped_column(ForeignKey("projects.id", ondelete="CASCADE"), index=True)
    number: Mapped[int]
    """0 is the reference; trained versions count from 1."""
    parent_id: Mapped[UUID | None] = mapped_column(ForeignKey("model_versions.id"))
    training_run_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("training_runs.id", use_alter=True, name="fk_model_versions_training_run_id_training_runs"),
        unique=True,
    )
    source: Mapped[str]
    """A folder, or a hub name for a reference that was given as one."""
    status: Mapped[ModelStatus] = mapped_column(choice(ModelStatus, "status"), server_default="checking")
    error: Mapped[str | None]
    attempt: Mapped[int] = mapped_column(server_default="0")
    """Checks begun: a model that ends its worker each time must not be checked for ever."""
    info: Mapped[Json]
    """What the worker found at load: parameters, context_length, has_chat_template, eos_token, dtype and so on."""
    created_at: Mapped[CreatedAt]


class Completion(Base):
    __tablename__ = "completions"
    __table_args__ = (
        UniqueConstraint("round_id", "prompt_id", "sample_index"),
        CheckConstraint("token_count = cardinality(token_ids)", name="token_count"),
        CheckConstraint("token_logprobs IS NULL OR cardinality(token_logprobs) = token_count", name="token_logprobs"),
        CheckConstraint("(model_version_id IS NULL) = (round_id IS NULL)", name="sampled_by_a_round"),
        Index("ix_completions_prompt_id", "prompt_id"),
    )

    id: Mapped[Id]
    prompt_id: Mapped[UUID] = mapped_column(ForeignKey("prompts.id", ondelete="CASCADE"))
    round_id: Mapped[UUID | None] = mapped_column(ForeignKey("rounds.id", ondelete="CASCADE"))
    """Null for imported completions."""
    model_version_id: Mapped[UUID | None] = mapped_column(ForeignKey("model_versions.id"), index=True)
    sample_index: Mapped[int | None]
    source_name: Mapped[str | None]
    """The maker that an import named."""
    text: Mapped[str]
    token_ids: Mapped[list[int] | None] = mapped_column(ARRAY(Integer))
    """End-of-sequence token included, padding never. Null for an import that no worker has tokenised yet."""
    token_logprobs: Mapped[list[float] | None] = mapped_column(ARRAY(REAL))
    """Natural log, temperature 1, under the model that sampled it."""
    token_count: Mapped[int | None]
    logprob: Mapped[float | None]
    """Sum over tokens under the model that sampled it."""
    reference_logprob: Mapped[float | None]
    """Sum over tokens under the project's reference, computed once."""
    finish_reason: Mapped[FinishReason] = mapped_column(choice(FinishReason, "finish_reason"))
    created_at: Mapped[CreatedAt]

    prompt: Mapped[Prompt] = relationship()
