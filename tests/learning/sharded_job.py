"""Trains the job of a folder with weights sharded over CPU processes; started by a launcher, see test_sharded.py.

It stops once, writes its shards, and goes on from them with another model and optimiser.

accelerate shards on accelerators only (`accelerate launch --use_fsdp` or `--use_deepspeed`), torch and DeepSpeed on any
device: accelerate's state is told here what it would find there, and all else is its own.
"""

import sys
import threading
from pathlib import Path

from accelerate import Accelerator
from accelerate.state import AcceleratorState, PartialState
from accelerate.utils import DeepSpeedPlugin, DistributedType, FullyShardedDataParallelPlugin

from workers import train_job

STOP_AFTER = 4


class _StopAfter(threading.Event):
    """Set once it has been asked so many times."""

    asked = 0

    def is_set(self) -> bool:
        self.asked += 1
        return self.asked > STOP_AFTER


def main() -> int:
    kind, folder = sys.argv[1], Path(sys.argv[2])
    Accelerator(cpu=True)
    if kind == "fsdp":
        _use_fsdp()
    else:
        _use_deepspeed(stage=int(kind.removeprefix("zero")))
    assert train_job.train_folder(folder, _StopAfter()) == train_job.STOPPED
    return train_job.train_folder(folder, threading.Event())


def _use_fsdp() -> None:
    AcceleratorState._shared_state["fsdp_plugin"] = FullyShardedDataParallelPlugin(
        fsdp_version=2, auto_wrap_policy="transformer_based_wrap", transformer_cls_names_to_wrap=["LlamaDecoderLayer"]
    )
    _say(DistributedType.FSDP)


def _use_deepspeed(*, stage: int) -> None:
    AcceleratorState._shared_state["deepspeed_plugins"] = DeepSpeedPlugin(zero_stage=stage)
    _say(DistributedType.DEEPSPEED)


def _say(kind: DistributedType) -> None:
    for state in (PartialState._shared_state, AcceleratorState._shared_state):
        state["distributed_type"] = kind


if __name__ == "__main__":
    sys.exit(main())
