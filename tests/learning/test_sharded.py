"""Weights sharded over processes (FSDP): the curve, the checkpoint and the model of one process."""

import subprocess
import sys
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


def run_sharded(job: Job) -> None:
    launch = [
        "-m",
        "torch.distributed.run",
        "--standalone",
        "--nproc_per_node",
        "2",
        "-m",
        "tests.learning.sharded_job",
    ]
    with subprocess.Popen([sys.executable, *launch, str(job.folder)], stdin=subprocess.PIPE) as process:
        assert process.wait(timeout=280) == train_job.DONE


def test_sharded_training_and_its_resume_give_the_curve_and_weights_of_one_process(tmp_path: Path) -> None:
    model = save_model(tmp_path / "untied", build_untied())
    whole = make_job(tmp_path / "whole", model, FIT)
    assert whole.run() == train_job.DONE
    sharded = make_job(tmp_path / "sharded", model, FIT)

    run_sharded(sharded)
    first = (sharded.folder / "metrics.jsonl").read_text().splitlines()
    # As if killed before its model was there: two of its six steps were made after the checkpoint.
    (sharded.folder / "result.json").unlink()
    sharded.output.rename(tmp_path / "first")
    run_sharded(sharded)

    losses = [loss for _, loss in whole.curve()]
    assert [loss for _, loss in sharded.curve()] == pytest.approx(losses, abs=1e-4)
    assert (sharded.folder / "metrics.jsonl").read_text().splitlines()[:4] == first[:4]
    assert (sharded.result()["steps"], sharded.result()["processes"]) == (len(losses), 2)
    assert (
        sharded.result()["metrics"]["eval_rewards/accuracies"] == whole.result()["metrics"]["eval_rewards/accuracies"]
    )
    verify_manifest(sharded.output)
    expected = load_file(whole.output / "model.safetensors")
    for folder in (sharded.output, tmp_path / "first"):
        weights = load_file(folder / "model.safetensors")
        assert weights.keys() == expected.keys()
        for name, weight in expected.items():
            torch.testing.assert_close(weights[name], weight, atol=1e-4, rtol=0)
