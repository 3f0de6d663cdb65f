"""What DeepSpeed's engine must be told to train as the plain loop does, over whatever a launcher told it.

Knows nothing about models or processes. accelerate runs the engine; nothing here imports it.
"""

from typing import Any


def settle(settings: dict[str, Any], *, processes: int, max_grad_norm: float, bf16: bool) -> None:
    """Sets, in place, what the training itself decides. Raises ValueError for ZeRO stage 0, which gives no norm.

    The engine would divide losses by `gradient_accumulation_steps`: here passes vary, and each loss is a share of its
    step's already. Batch sizes are for its reports alone; a `gradient_clipping` of 0 clips nothing.
    """
    zero = settings["zero_optimization"]
    if zero["stage"] == 0:
        raise ValueError("DeepSpeed's ZeRO stage 0 shards nothing: take stage 1, 2 or 3, or launch with --multi_gpu.")
    settings |= {
        "gradient_accumulation_steps": 1,
        "train_micro_batch_size_per_gpu": 1,
        "train_batch_size": processes,
        "gradient_clipping": max_grad_norm,
        # Weights stay fp32.
        "bf16": {"enabled": False},
        "fp16": {"enabled": False},
        # On GPUs the engine ends an autocast that it was not told of. Gradients of modules listed would travel in bf16.
        "torch_autocast": {"enabled": bf16, "dtype": "bfloat16", "lower_precision_safe_modules": []},
    }
    # The whole weights of stage 3 are had no other way; they are fp32, whatever the name.
    zero["stage3_gather_16bit_weights_on_model_save"] = True
