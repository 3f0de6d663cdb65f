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
from tests.learning.test_train_job import Job, make_job
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


def train_both(folder: Path, kind: str, *, timeout: float) -> tuple[Job, Job]:
    """The same job trained by one process, and sharded over two that stop once and resume (see sharded_job.py)."""
    model = save_model(folder / "untied", build_untied())
    whole = make_job(folder / "whole", model, FIT)
    assert train_job.train_folder(whole.folder, threading.Event()) == train_job.DONE
    sharded = make_job(folder / "sharded", model, FIT)
    launcher = [sys.executable, "-m", "torch.distributed.run", "--standalone", "--nproc_per_node", "2"]
    job = ["-m", "tests.learning.sharded_job", kind, str(sharded.folder)]
    subprocess.run([*launcher, *job], check=True, timeout=timeout)
    return whole, sharded


def assert_same(whole: Job, sharded: Job) -> None:
    assert [step for step, _ in sharded.curve()] == list(range(1, 7))
    assert [loss for _, loss in sharded.curve()] == pytest.approx([loss for _, loss in whole.curve()], abs=1e-4)
    result, expected = sharded.result(), whole.result()
    assert (result["steps"], result["processes"]) == (6, 2)
    assert result["metrics"]["grad_norm"] == pytest.approx(expected["metrics"]["grad_norm"], abs=1e-4)
    assert result["metrics"]["eval_rewards/accuracies"] == expected["metrics"]["eval_rewards/accuracies"]
    verify_manifest(sharded.output)
    weights = load_file(sharded.output / "model.safetensors")
    expected_weights = load_file(whole.output / "model.safetensors")
    assert weights.keys() == expected_weights.keys()
    for name, weight in expected_weights.items():
        torch.testing.assert_close(weights[name], weight, atol=1e-4, rtol=0)


def test_sharded_training_stopped_and_resumed_gives_the_curve_and_weights_of_one_process(tmp_path: Path) -> None:
    whole, sharded = train_both(tmp_path, "fsdp", timeout=280)

    assert_same(whole, sharded)
