"""The last layer's work, done only where somebody looks at its output.

Knows nothing about prompts or losses. Behind the last layer only some positions are read; elsewhere it is needed for
its keys and values alone. Shapes: S tokens of a packed row, L positions that are read, H hidden size.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import torch
from torch import Tensor
from transformers.modeling_layers import GradientCheckpointingLayer

# Parts of a layer that see each position by itself, as architectures name them.
_PARTS = ("mlp", "self_attn.o_proj", "attn.c_proj", "attention.dense")


@contextmanager
def last_layer_at(model: Any, positions_L: Tensor) -> Iterator[frozenset[torch.nn.Module]]:
    """Within it, parts of the last layer run at these positions only; their output elsewhere is 0.

    Yields the modules of that layer, so that its attention may leave out the other queries too; none where the layer
    is made again in the backward pass (gradient checkpointing), which would happen outside of this context.
    """
    layers = [module for module in model.modules() if isinstance(module, GradientCheckpointingLayer)]
    if not layers or (layers[-1].gradient_checkpointing and layers[-1].training):
        yield frozenset()
        return
    handles = []
    parts = dict(layers[-1].named_modules())
    for name in _PARTS:
        if name in parts:
            selection = _Selection(positions_L)
            handles += [
                parts[name].register_forward_pre_hook(selection.take),
                parts[name].register_forward_hook(selection.put_back),
            ]
    try:
        yield frozenset(parts.values())
    finally:
        for handle in handles:
            handle.remove()


class _Selection:
    """The hooks around one part: [1, S, H] outside, [1, L, H] inside. A part of several inputs is left alone."""

    def __init__(self, positions_L: Tensor) -> None:
        self.positions_L = positions_L
        self.length = 0

    def take(self, _: torch.nn.Module, inputs: tuple[Tensor, ...]) -> tuple[Tensor, ...]:
        self.length = inputs[0].shape[1]
        return inputs if len(inputs) > 1 else (inputs[0].index_select(1, self.positions_L),)

    def put_back(self, _: torch.nn.Module, inputs: tuple[Tensor, ...], output: Tensor) -> Tensor:
        if len(inputs) > 1:
            return output
        return output.new_zeros(1, self.length, output.shape[-1]).index_copy(1, self.positions_L, output)
