"""Trains the job of a folder with weights sharded over CPU processes; started by a launcher, see test_sharded.py.

It stops once, writes its shards, and goes on from them with another model and optimiser.

accelerate shards on accelerators only (`accelerate launch --use_fsdp`), torch on any device: accelerate's state is told
here what it would find there, and all else is its own.
"""

import sys
import threading
from pathlib import Path

from accelerate import Accelerator
from accelerate.state import AcceleratorState, PartialState
from accelerate.utils import DistributedType, FullyShardedDataParallelPlugin

from workers import train_job

STOP_AFTER = 4


class _StopAfter(threading.Event):
    """Set once it has been asked so many times."""

    asked = 0

    def is_set(self) -> bool:
        self.asked += 1
        return self.asked > STOP_AFTER


def main() -> int:
    Accelerator(cpu=True)
    plugin = FullyShardedDataParallelPlugin(
        fsdp_version=2, auto_wrap_policy="transformer_based_wrap", transformer_cls_names_to_wrap=["LlamaDecoderLayer"]
    )
    for state in (PartialState._shared_state, AcceleratorState._shared_state):
        state["distributed_type"] = DistributedType.FSDP
    AcceleratorState._shared_state["fsdp_plugin"] = plugin
    folder = Path(sys.argv[1])
    assert train_job.train_folder(folder, _StopAfter()) == train_job.STOPPED
    return train_job.train_folder(folder, threading.Event())


if __name__ == "__main__":
    sys.exit(main())
