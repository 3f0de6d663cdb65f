"""The processes that train together: one, unless a launcher (`accelerate launch`, `torchrun`) started several.

Knows nothing about losses or pairs. Under several, accelerate wraps the model and sums the gradients; with FSDP and
DeepSpeed every process holds a part of the weights or of the optimiser ("sharded").
"""

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

import torch
from accelerate import Accelerator
from accelerate.utils import DistributedType
from torch import Tensor

from workers.learning.deepspeed import settle

T = TypeVar("T")


class Processes:
    """This process among those that train together; every method but `shares` must be called by all of them."""

    def __init__(self, device: torch.device) -> None:
        several = int(os.environ.get("WORLD_SIZE", "1")) > 1
        self.accelerator = Accelerator(cpu=device.type == "cpu") if several else None
        self.rank = self.accelerator.process_index if self.accelerator else 0
        self.count = self.accelerator.num_processes if self.accelerator else 1
        kind = self.accelerator.distributed_type if self.accelerator else DistributedType.NO
        self.sharded = kind in (DistributedType.FSDP, DistributedType.DEEPSPEED)

    def prepare(
        self, model: Any, optimiser: torch.optim.Optimizer, *, max_grad_norm: float, bf16: bool
    ) -> tuple[Any, Any]:
        """The model to call and the optimiser to step.

        DeepSpeed wants to know beforehand how gradients will be clipped (0: not at all), and the model's arithmetic.
        """
        if self.accelerator is None:
            return model, optimiser
        if self.accelerator.distributed_type == DistributedType.DEEPSPEED:
            plugin = self.accelerator.state.deepspeed_plugin
            settle(plugin.deepspeed_config, processes=self.count, max_grad_norm=max_grad_norm, bf16=bf16)
        wrapped: tuple[Any, Any] = self.accelerator.prepare(model, optimiser)
        return wrapped

    def shares(self, rows: Sequence[T]) -> list[list[T]]:
        """Every process's part of the rows, this one's at its rank."""
        return [list(rows[rank :: self.count]) for rank in range(self.count)]

    @contextmanager
    def without_sync(self, model: Any) -> Iterator[None]:
        """Within it gradients only add up: for all backward passes of a step but the last.

        Under DeepSpeed the last pass clips and steps too: the learning rate must be set before.
        """
        if self.accelerator is None:
            yield
            return
        self.accelerator.sync_gradients = False
        try:
            with self.accelerator.no_sync(model):
                yield
        finally:
            self.accelerator.sync_gradients = True

    def backward(self, loss: Tensor) -> None:
        """Adds the gradients of a share of a sum: over the processes gradients sum up, they are not averaged."""
        if self.accelerator is None:
            loss.backward()  # type: ignore[no-untyped-call]
        else:
            self.accelerator.backward(loss * self.count)

    def clip_grad_norm(self, parameters: list[Tensor], bound: float) -> float:
        """Clips, and returns the norm before; infinity clips nothing.

        DeepSpeed has clipped and stepped by now, unless the norm is not finite.
        """
        if self.accelerator is None:
            return float(torch.nn.utils.clip_grad_norm_(parameters, bound))
        return float(self.accelerator.clip_grad_norm_(parameters, bound))

    def sum(self, values: Tensor) -> Tensor:
        """The sum over the processes."""
        return self.accelerator.reduce(values, "sum") if self.accelerator else values

    def any(self, flag: bool, device: torch.device) -> bool:
        """Whether it is true in one of the processes."""
        return bool(self.sum(torch.tensor(float(flag), device=device)) > 0) if self.accelerator else flag

    def wait(self) -> None:
        """Returns once all processes have come here."""
        if self.accelerator:
            self.accelerator.wait_for_everyone()

    def whole_weights(self, model: Any) -> dict[str, Tensor] | None:
        """The sharded weights put together, in the first process; None where the model holds them whole."""
        return self.accelerator.get_state_dict(model) if self.accelerator and self.sharded else None

    def save_shards(self, folder: Path) -> None:
        """Every process writes its part of weights and optimiser."""
        if self.accelerator:
            self.accelerator.save_state(str(folder))

    def load_shards(self, folder: Path) -> None:
        """Every process reads its part of weights and optimiser."""
        if self.accelerator:
            self.accelerator.load_state(str(folder))
