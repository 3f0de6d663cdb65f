"""Puts a LoRA adapter on a model, or says which weights train without one.

Knows nothing about data or optimisers.
"""

from typing import Any

import torch
from peft import LoraConfig, PeftModel, get_peft_model, prepare_model_for_kbit_training
from transformers.pytorch_utils import Conv1D

from workers.learning.fit_config import FitConfig


def with_adapter(model: Any, config: FitConfig) -> Any:
    """The model to train: itself (all weights), or itself under a fresh adapter on every linear layer but the head.

    LoRA: arXiv 2106.09685; an adapter starts as the identity, so the policy equals its start at step 0. The model is
    changed in place. An adapter that is there already is trained on. The adapter is fp32 whatever its base is: bf16,
    or quantised (QLoRA, arXiv 2305.14314). Raises ValueError for a quantised model that is to train without one.
    """
    if isinstance(model, PeftModel):
        return model
    if config.lora_rank == 0:
        if _is_quantised(model):
            raise ValueError("Quantised weights cannot be trained: train a LoRA adapter on them (lora_rank).")
        return model
    if _is_quantised(model):
        # Gradients reach adapters through the layers themselves (checkpointing is not the reentrant one).
        prepare_model_for_kbit_training(model, use_gradient_checkpointing=False)
    adapter = LoraConfig(
        task_type="CAUSAL_LM",
        r=config.lora_rank,
        lora_alpha=config.lora_alpha,
        lora_dropout=0.0,
        target_modules="all-linear",
        # GPT-2 stores its linear layers transposed.
        fan_in_fan_out=any(isinstance(module, Conv1D) for module in model.modules()),
    )
    with torch.random.fork_rng():
        torch.manual_seed(config.seed)
        return get_peft_model(model, adapter)


def _is_quantised(model: Any) -> bool:
    return bool(model.config.to_dict().get("quantization_config"))
