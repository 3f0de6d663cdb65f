"""Trains the job of a folder with weights sharded over CPU processes; started by a launcher, see test_sharded.py.

accelerate shards on accelerators only (`accelerate launch --use_fsdp`), torch on any device: accelerate's state is told
here what it would find there, and all else is its own.
"""

import sys
from pathlib import Path

from accelerate import Accelerator
from accelerate.state import AcceleratorState, PartialState
from accelerate.utils import DistributedType, FullyShardedDataParallelPlugin

from workers import train_job


def main() -> int:
    Accelerator(cpu=True)
    plugin = FullyShardedDataParallelPlugin(
        fsdp_version=2, auto_wrap_policy="transformer_based_wrap", transformer_cls_names_to_wrap=["LlamaDecoderLayer"]
    )
    for state in (PartialState._shared_state, AcceleratorState._shared_state):
        state["distributed_type"] = DistributedType.FSDP
    AcceleratorState._shared_state["fsdp_plugin"] = plugin
    return train_job.main([str(Path(sys.argv[1]))])


if __name__ == "__main__":
    sys.exit(main())
