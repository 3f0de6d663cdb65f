"""What the set-up of a project asks before there is one: a model looked at, and the sandbox that comes along."""

from typing import Literal

from pydantic import BaseModel, Field

from app.schemas.base import ModelSource, Request
from app.schemas.configs import EvaluationConfig, RoundConfig, TrainingConfig


class ModelLook(Request):
    model: ModelSource = Field(description="A local folder in the Hugging Face layout, or a hub name.")
    kind: Literal["reference", "judge"] = "reference"


class ModelFacts(BaseModel):
    """What a model's files say without being loaded; null where they do not say."""

    source: str
    is_folder: bool = Field(description="False for a hub name: a worker downloads and checks it.")
    base_model: str | None = Field(None, description="Of an adapter.")
    architecture: str | None = None
    parameters: int | None = None
    size_bytes: int | None = Field(None, description="Of the weights.")
    dtype: str | None = None
    context_length: int | None = None
    has_chat_template: bool | None = None
    eos_token: str | None = None


class Sandbox(BaseModel):
    """The small model that comes along, with the settings that suit it; a real model wants others."""

    model: str
    guideline: str
    round: RoundConfig
    training: TrainingConfig
    evaluation: EvaluationConfig
