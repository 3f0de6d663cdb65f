"""Weights sharded over processes (FSDP): the curve, the checkpoint and the model of one process."""

import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors.torch import load_file
from transformers import LlamaForCausalLM

from tests.learning.conftest import build_llama, save_model
from tests.learning.test_train_job import make_job
from workers import train_job
from workers.learning.policy import verify_manifest

# 8 pairs in steps of 3: the last step of an epoch has fewer pairs, and the first more micro-batches than processes.
FIT: dict[str, Any] = {
    "epochs": 2,
    "batch_size": 3,
    "micro_batch_tokens": 1,
    "checkpoint_every": 2,
    "holdout_share": 0.1,
}


def build_untied() -> Any:
    config = build_llama().config
    config.tie_word_embeddings = False
    torch.manual_seed(0)
    return LlamaForCausalLM(config)


def test_sharded_training_stopped_and_resumed_gives_the_curve_and_weights_of_one_process(tmp_path: Path) -> None:
    model = save_model(tmp_path / "untied", build_untied())
    whole = make_job(tmp_path / "whole", model, FIT)
    assert train_job.train_folder(whole.folder, threading.Event()) == train_job.DONE
    sharded = make_job(tmp_path / "sharded", model, FIT)
    launch = [
        "-m",
        "torch.distributed.run",
        "--standalone",
        "--nproc_per_node",
        "2",
        "-m",
        "tests.learning.sharded_job",
    ]

    subprocess.run([sys.executable, *launch, str(sharded.folder)], check=True, timeout=280)

    assert [step for step, _ in sharded.curve()] == list(range(1, 7))
    assert [loss for _, loss in sharded.curve()] == pytest.approx([loss for _, loss in whole.curve()], abs=1e-4)
    result, expected = sharded.result(), whole.result()
    assert (result["steps"], result["processes"]) == (6, 2)
    assert result["metrics"]["eval_rewards/accuracies"] == expected["metrics"]["eval_rewards/accuracies"]
    verify_manifest(sharded.output)
    weights = load_file(sharded.output / "model.safetensors")
    expected_weights = load_file(whole.output / "model.safetensors")
    assert weights.keys() == expected_weights.keys()
    for name, weight in expected_weights.items():
        torch.testing.assert_close(weights[name], weight, atol=1e-4, rtol=0)
