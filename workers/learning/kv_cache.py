"""A key-value cache for N samples per prompt: expanded from one prefill, with room for all new tokens at once.

Knows nothing about sampling. The library's own cache grows by concatenation, which copies all of it at every token:
four fifths of the sampling time of a small model on a CPU.
"""

from typing import Any

import torch
from torch import Tensor
from transformers.cache_utils import DynamicCache, DynamicLayer


def expand_cache(cache: Any, prompts: int, samples: int, room: int) -> None:
    """Repeats every prompt of a prefilled cache `samples` times, in place, with room for `room` more tokens.

    Layers other than plain attention (sliding windows, convolutions, recurrent states) are repeated as they are: all
    kinds of layers can be reordered, not all can be repeated. An architecture's own kind of cache repeats itself.
    """
    if type(cache) is not DynamicCache:
        cache.batch_repeat_interleave(samples)
        return
    rows = torch.arange(prompts).repeat_interleave(samples)
    for index, layer in enumerate(cache.layers):
        if type(layer) is DynamicLayer and layer.is_initialized:
            cache.layers[index] = _RoomyLayer(layer.keys, layer.values, samples, room)
        else:
            layer.reorder_cache(rows)


def keep_rows(cache: Any, rows: Tensor) -> None:
    """Row i of an expanded cache becomes what row rows[i] was."""
    if type(cache) is not DynamicCache:
        cache.batch_select_indices(rows)
        return
    for layer in cache.layers:
        layer.reorder_cache(rows)


class _RoomyLayer(DynamicLayer):  # type: ignore[misc]  # The interface that attention modules call.
    """One layer's keys and values in buffers [R, heads, columns + room, head size], filled from the left."""

    def __init__(self, keys_P: Tensor, values_P: Tensor, samples: int, room: int) -> None:
        super().__init__()
        self.dtype, self.device = keys_P.dtype, keys_P.device
        self.is_initialized = True
        self._used = keys_P.shape[-2]
        self._all_keys = _expanded(keys_P, samples, room)
        self._all_values = _expanded(values_P, samples, room)
        self._expose()

    def update(self, key_states: Tensor, value_states: Tensor, *args: Any, **kwargs: Any) -> tuple[Tensor, Tensor]:
        start, self._used = self._used, self._used + key_states.shape[-2]
        self._all_keys[:, :, start : self._used] = key_states
        self._all_values[:, :, start : self._used] = value_states
        self._expose()
        return self.keys, self.values

    def reorder_cache(self, beam_idx: Tensor) -> None:
        self._all_keys = self._all_keys[beam_idx]
        self._all_values = self._all_values[beam_idx]
        self._expose()

    def _expose(self) -> None:
        self.keys = self._all_keys[:, :, : self._used]
        self.values = self._all_values[:, :, : self._used]


def _expanded(states_P: Tensor, samples: int, room: int) -> Tensor:
    prompts, heads, columns, size = states_P.shape
    buffer = states_P.new_empty(prompts, samples, heads, columns + room, size)
    buffer[:, :, :, :columns] = states_P.unsqueeze(1)
    return buffer.flatten(0, 1)
