"""What DeepSpeed's engine is told. Training under it is checked by hand: see check_deepspeed.py."""

from typing import Any

import pytest
from accelerate.utils import DeepSpeedPlugin

from workers.learning.deepspeed import settle

pytestmark = pytest.mark.unit


def settings_of(stage: int, **said: Any) -> dict[str, Any]:
    """As a launcher leaves them."""
    settings: dict[str, Any] = DeepSpeedPlugin(
        hf_ds_config={"zero_optimization": {"stage": stage}, **said}
    ).deepspeed_config
    return settings


def test_settings_of_the_training_go_before_those_of_the_launcher() -> None:
    settings = settings_of(
        3,
        gradient_accumulation_steps=8,
        train_batch_size=64,
        train_micro_batch_size_per_gpu="auto",
        gradient_clipping="auto",
        bf16={"enabled": True},
        wall_clock_breakdown=True,
    )

    settle(settings, processes=2, max_grad_norm=0.5, bf16=True)

    # The engine's own rule: batch = passes * micro-batch * processes.
    assert settings["gradient_accumulation_steps"] == 1
    assert (settings["train_micro_batch_size_per_gpu"], settings["train_batch_size"]) == (1, 2)
    assert settings["gradient_clipping"] == 0.5
    assert (settings["bf16"]["enabled"], settings["torch_autocast"]["enabled"]) == (False, True)
    assert settings["zero_optimization"]["stage3_gather_16bit_weights_on_model_save"]
    assert settings["wall_clock_breakdown"]


def test_stage_0_is_refused() -> None:
    with pytest.raises(ValueError, match="stage 0 shards nothing: take stage 1, 2 or 3"):
        settle(settings_of(0), processes=2, max_grad_norm=1.0, bf16=False)
