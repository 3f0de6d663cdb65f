"""The only reader of the environment. Knows nothing of the database, HTTP or models."""

from functools import lru_cache
from pathlib import Path

from pydantic import Field, SecretStr, field_validator
from pydantic_core import PydanticCustomError
from pydantic_settings import BaseSettings, SettingsConfigDict

_POSTGRES = "postgresql+psycopg://"
_REDIS = ("redis://", "rediss://", "unix://")


class Settings(BaseSettings):
    """Where things are and how processes behave; every field is an environment variable of the same name."""

    model_config = SettingsConfigDict(env_prefix="TIEBREAK_", populate_by_name=True, extra="ignore")

    data: Path = Path(".tiebreak")
    """Folder of embedded servers, models, training jobs and logs (TIEBREAK_DATA)."""
    database_url: str | None = Field(default=None, validation_alias="DATABASE_URL")
    redis_url: str | None = Field(default=None, validation_alias="REDIS_URL")
    host: str = "127.0.0.1"
    port: int = Field(default=8000, ge=1, le=65535)
    base_url: str | None = None
    """Address that people see, when a proxy stands in front."""
    secure_cookies: bool = False
    """Says that people come over HTTPS where `base_url` does not say so."""
    train_launcher: str = ""
    """Command put in front of the training process, for example `accelerate launch --num_processes 4`."""
    device: str | None = None
    """Torch device of sampling and scoring; chosen by what the machine has when empty."""
    sampling_url: str | None = None
    """Address of an OpenAI-compatible server (vLLM) that samples the rounds in place of this machine, with its /v1."""
    sampling_key: SecretStr | None = None
    sampling_model: str | None = None
    """The name it serves the policy by; the model's folder or hub name when empty."""
    sampling_concurrency: int = Field(default=16, ge=1)
    sampling_requests_per_minute: float | None = Field(default=None, gt=0)
    lease_seconds: int = 300
    session_days: int = 14
    upload_limit_mb: int = 200
    stale_after_seconds: int = 120
    """A running row without a heartbeat for this long is taken from its worker."""
    stall_seconds: int = 1800
    """A training process that reports no step for this long is ended and its run fails."""
    requeue_after_seconds: int = 30
    """A row still queued after this long has its message sent again."""
    sweep_seconds: float = 10.0

    @field_validator("database_url")
    @classmethod
    def _is_postgres(cls, url: str | None) -> str | None:
        if url and not url.startswith(_POSTGRES):
            raise PydanticCustomError("database_url", f"begins with {_POSTGRES}, then user:password@host:5432/name")
        return url

    @field_validator("redis_url")
    @classmethod
    def _is_redis(cls, url: str | None) -> str | None:
        if url and not url.startswith(_REDIS):
            raise PydanticCustomError("redis_url", f"begins with {' or '.join(_REDIS)}")
        return url

    @property
    def is_https(self) -> bool:
        """Whether people come over HTTPS: then cookies are Secure, and browsers are told to stay with HTTPS."""
        return self.secure_cookies or (self.base_url or "").lower().startswith("https://")

    @property
    def broker_url(self) -> str | None:
        """REDIS_URL in kombu's form: a unix socket is redis+socket:// there and unix:// for redis-py."""
        if self.redis_url and self.redis_url.startswith("unix://"):
            return "redis+socket://" + self.redis_url.removeprefix("unix://").replace("?db=", "?virtual_host=")
        return self.redis_url

    @property
    def models_folder(self) -> Path:
        return self.data.resolve() / "models"

    @property
    def jobs_folder(self) -> Path:
        return self.data.resolve() / "jobs"


@lru_cache(maxsize=1)
def get_settings() -> Settings:
    """Read the environment once per process."""
    return Settings()
