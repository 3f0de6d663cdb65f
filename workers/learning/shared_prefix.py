"""Log-probabilities of completions that share their prompt's forward pass, in one packed row without padding.

Knows nothing about losses or optimisers. A row holds [prompt][completion][completion]... of one prompt after another;
positions start again at each completion, which attends to its own prompt and to itself alone. Shapes: S tokens of
the packed row, N completions, K tokens of all completions, V vocabulary.
"""

import logging
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import torch
from peft import PeftModel
from torch import Tensor
from torch.nn.functional import scaled_dot_product_attention
from transformers import AttentionInterface

from workers.learning.context import stated_context
from workers.learning.errors import ARCHITECTURE_ERRORS
from workers.learning.last_layer import last_layer_at
from workers.learning.rows import Row, batch_logprobs, head_at, token_logprobs

_NAME = "tiebreak_shared_prefix"
# What some architectures hand to their attention that the two calls below do not do.
_REFUSED = ("softcap", "position_bias", "s_aux", "sliding_window")
# In fp32; bf16 logits alone are rounded to a sixteenth of a nat.
_TOLERANCE, _LOW_PRECISION_TOLERANCE = 1e-3, 0.5
# Completion tokens whose attention is one call: more of them look at more that their mask hides.
_TOKENS_PER_CALL = 192

log = logging.getLogger(__name__)


class UnsupportedAttentionError(Exception):
    """The architecture asks of attention what shared-prefix rows do not do."""


def shared_logprobs(model: Any, rows: Sequence[Row], *, device: torch.device) -> tuple[Tensor, Tensor]:
    """log pi sums [N] in nats and completion lengths [N] of the rows, each prompt encoded once; differentiable.

    Rows of equal prompts share it, wherever they stand. Only within `shared_attention(model)`.
    """
    return _forward(model, pack(rows), device=device)


@contextmanager
def shared_attention(model: Any) -> Iterator[None]:
    """Within it, the model's layers attend as `shared_logprobs` needs; without a layout they attend causally."""
    AttentionInterface.register(_NAME, _attend)
    base = model.get_base_model() if isinstance(model, PeftModel) else model
    before = base.config._attn_implementation
    base.set_attn_implementation(_NAME)
    try:
        yield
    finally:
        base.set_attn_implementation(before)


def shared_rows_agree(model: Any, *, device: torch.device) -> bool:
    """Whether shared and separate rows have the same sums for this model: within 1e-3 nats in fp32.

    Compared on a prompt with two completions, longer than the model's sliding window where it has one. Where they
    differ, or the architecture does not take part, the reason goes to the log.
    """
    rows = _probe(model)
    packed = pack(rows)
    try:
        _check_layers(model)
        with torch.inference_mode(), shared_attention(model):
            shared_N, _ = _forward(model, packed, device=device)
        layers = int(model.config.get_text_config().num_hidden_layers)
        if packed.layout.layers != layers:
            raise UnsupportedAttentionError(
                f"{type(model).__name__} lets {packed.layout.layers} of its {layers} layers share a prompt."
            )
    except torch.OutOfMemoryError:
        raise
    except (UnsupportedAttentionError, *ARCHITECTURE_ERRORS) as error:
        log.warning("Each completion gets its own copy of the prompt: %s", error)
        return False
    with torch.inference_mode():
        separate_N, _ = batch_logprobs(model, rows, pad_id=0, device=device)
    difference = float((shared_N - separate_N).abs().max())
    if not difference <= (_TOLERANCE if model.dtype == torch.float32 else _LOW_PRECISION_TOLERANCE):
        log.warning(
            "Each completion gets its own copy of the prompt: under %s a shared prompt changes "
            "log-probabilities by %.2g nats.",
            type(model).__name__,
            difference,
        )
        return False
    return True


def _check_layers(model: Any) -> None:
    """Windows and chunks show only on rows longer than they are, which may be too long to try."""
    kinds = set(model.config.get_text_config().to_dict().get("layer_types") or ["full_attention"])
    if kinds != {"full_attention"}:
        raise UnsupportedAttentionError(f"{type(model).__name__} has layers of {', '.join(sorted(kinds))}.")


@dataclass
class _Layout:
    """Per prompt of the packed row: its length and those of its completions, call by call; how many layers followed."""

    groups: list[tuple[int, list[list[int]]]] = field(default_factory=list)
    layers: int = 0
    # Modules of the last layer, where prompts are needed for their keys and values and their last token alone.
    last: frozenset[torch.nn.Module] = frozenset()
    masks: dict[torch.dtype, list[list[Tensor]]] = field(default_factory=dict)

    def masks_for(self, query: Tensor) -> list[list[Tensor]]:
        """Additive masks [C, P + C], one per call: 0 where a completion token may look. Float, for any kernel."""
        if query.dtype not in self.masks:
            self.masks[query.dtype] = [
                [_mask(prompt, lengths, query) for lengths in calls] for prompt, calls in self.groups
            ]
        return self.masks[query.dtype]

    def read_positions(self) -> list[int]:
        """Where the last layer's output is read: the last token of each prompt, and its completions."""
        positions: list[int] = []
        start = 0
        for prompt, calls in self.groups:
            end = start + prompt + sum(map(sum, calls))
            positions += range(start + prompt - 1, end)
            start = end
        return positions


@dataclass
class Packed:
    """Rows packed into one: token ids [S], positions [S], and where each row's completion begins [N]."""

    ids: list[int] = field(default_factory=list)
    positions: list[int] = field(default_factory=list)
    starts: list[int] = field(default_factory=list)
    # Per completion token, in the order of the rows: where its logits are made, and itself.
    predicting: list[int] = field(default_factory=list)
    targets: list[int] = field(default_factory=list)
    lengths: list[int] = field(default_factory=list)
    layout: _Layout = field(default_factory=_Layout)


def run_packed(model: Any, packed: Packed, *, device: torch.device) -> Tensor:
    """The model's logits [1, S, V], or what its head made of fewer positions. Only within `shared_attention(model)`.

    They mean something at the completions' tokens and the last token of each prompt.
    """
    with last_layer_at(model, torch.tensor(packed.layout.read_positions(), device=device)) as packed.layout.last:
        logits: Tensor = model(
            input_ids=torch.tensor([packed.ids], device=device),
            position_ids=torch.tensor([packed.positions], device=device),
            use_cache=False,
            shared_prefix=packed.layout,
        ).logits
    return logits


def _forward(model: Any, packed: Packed, *, device: torch.device) -> tuple[Tensor, Tensor]:
    with head_at(model, torch.tensor(packed.predicting, device=device)):
        logits_K_V = run_packed(model, packed, device=device).squeeze(0)
    return token_logprobs(logits_K_V, torch.tensor(packed.targets, device=device), packed.lengths)


def pack(rows: Sequence[Row]) -> Packed:
    """One packed row that holds each distinct prompt once, and once each distinct completion of it."""
    by_prompt: dict[tuple[int, ...], dict[tuple[int, ...], int]] = {}
    for prompt, completion in rows:
        by_prompt.setdefault(tuple(prompt), {})[tuple(completion)] = 0
    packed = Packed()
    ends: dict[tuple[int, ...], int] = {}
    for prompt, completions in by_prompt.items():
        packed.ids += prompt
        packed.positions += range(len(prompt))
        ends[prompt] = len(packed.ids) - 1
        for completion in completions:
            completions[completion] = len(packed.ids)
            packed.ids += completion
            packed.positions += range(len(prompt), len(prompt) + len(completion))
        packed.layout.groups.append((len(prompt), _calls(map(len, completions))))
    for prompt, completion in rows:
        start = by_prompt[tuple(prompt)][tuple(completion)]
        packed.starts.append(start)
        # The prompt's last token predicts the first token of every completion.
        packed.predicting += [ends[tuple(prompt)], *range(start, start + len(completion) - 1)]
        packed.targets += completion
        packed.lengths.append(len(completion))
    return packed


def _calls(lengths: Iterable[int]) -> list[list[int]]:
    """Completions of a prompt, by length, in runs of at most `_TOKENS_PER_CALL` tokens; at least one each."""
    calls: list[list[int]] = []
    for length in lengths:
        if calls and sum(calls[-1]) + length <= _TOKENS_PER_CALL:
            calls[-1].append(length)
        else:
            calls.append([length])
    return calls


def _mask(prompt: int, lengths: Sequence[int], query: Tensor) -> Tensor:
    total = sum(lengths)
    mask = torch.full((total, prompt + total), float("-inf"), dtype=query.dtype, device=query.device)
    mask[:, :prompt] = 0
    start = 0
    for length in lengths:
        block = mask[start : start + length, prompt + start : prompt + start + length]
        block.copy_(torch.full_like(block, float("-inf")).triu(1))
        start += length
    return mask


def _attend(
    module: torch.nn.Module,
    query: Tensor,
    key: Tensor,
    value: Tensor,
    attention_mask: Tensor | None,
    *,
    scaling: float | None = None,
    shared_prefix: _Layout | None = None,
    **settings: Any,
) -> tuple[Tensor, None]:
    """The attention of one layer, as transformers calls it: [1, heads, S, size] in, [1, S, heads, size] out.

    Per prompt one call for its own tokens, causally, and one for each run of its completions against prompt and run.
    `split` rather than slices: a slice's gradient is as large as the whole row.
    """
    refused = [name for name in _REFUSED if settings.get(name) is not None]
    if refused:
        raise UnsupportedAttentionError(f"{type(module).__name__} attends with {', '.join(refused)}.")
    if value.shape[-1] != query.shape[-1]:
        raise UnsupportedAttentionError(f"The values of {type(module).__name__} are of another size than its queries.")
    grouped = key.shape[1] != query.shape[1]
    if shared_prefix is None:
        out = scaled_dot_product_attention(query, key, value, is_causal=True, scale=scaling, enable_gqa=grouped)
        return out.transpose(1, 2).contiguous(), None
    shared_prefix.layers += 1
    sizes = [size for prompt, calls in shared_prefix.groups for size in (prompt, *map(sum, calls))]
    pieces = zip(*(torch.split(states, sizes, dim=2) for states in (query, key, value)), strict=True)
    parts = []
    for masks in shared_prefix.masks_for(query):
        queries, keys, values = next(pieces)
        if module in shared_prefix.last:
            own = scaled_dot_product_attention(queries[:, :, -1:], keys, values, scale=scaling, enable_gqa=grouped)
            parts += [torch.zeros_like(queries[:, :, 1:]), own]
        else:
            parts.append(
                scaled_dot_product_attention(queries, keys, values, is_causal=True, scale=scaling, enable_gqa=grouped)
            )
        for mask in masks:
            own_queries, own_keys, own_values = next(pieces)
            parts.append(
                scaled_dot_product_attention(
                    own_queries,
                    torch.cat([keys, own_keys], dim=2),
                    torch.cat([values, own_values], dim=2),
                    attn_mask=mask,
                    scale=scaling,
                    enable_gqa=grouped,
                )
            )
    return torch.cat([part.transpose(1, 2) for part in parts], dim=1), None


def _probe(model: Any) -> list[Row]:
    """Two completions of one prompt, and one of another, from the vocabulary's first tokens."""
    config = model.config.get_text_config()
    window = config.to_dict().get("sliding_window") or 0
    room = stated_context(model) or window + 64
    length = max(1, min(window + 8, room - 8) if window else min(32, room - 8))
    ids = [1 + (7 * index) % (int(config.vocab_size) - 1) for index in range(length + 16)]
    prompt = ids[:length]
    return [(prompt, ids[length : length + 6]), (prompt, ids[length + 6 : length + 12][::-1]), (prompt[:1], ids[3:5])]
