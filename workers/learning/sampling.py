"""Batched sampling with a KV cache: N completions per prompt from one prefill, with the log-prob of every drawn token.

Knows nothing about prompts as text, rounds or rewards: token ids in, samples out. Shapes: P prompts of a batch,
N samples per prompt, R = P * N rows, of which A are still alive, T new tokens, C prompt columns, V vocabulary.
"""

import inspect
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import torch
from peft import PeftModel
from torch import Tensor

from workers.learning.errors import NumericalError, PromptError
from workers.learning.kv_cache import expand_cache
from workers.learning.policy import Policy, decode

# Finished rows leave the batch once they are this share of it: the cache is copied then.
_RETIRE_SHARE = 0.2


@dataclass(frozen=True)
class SamplingConfig:
    """How to draw. `batch_tokens` bounds the cache: rows of a batch times (prompt + new tokens).

    Raises ValueError for settings out of range: temperature > 0, 0 < top_p <= 1, top_k >= 0 (0: no limit).
    """

    samples: int
    max_new_tokens: int
    temperature: float = 1.0
    top_p: float = 1.0
    top_k: int = 0
    batch_tokens: int = 16384

    def __post_init__(self) -> None:
        if min(self.samples, self.max_new_tokens, self.batch_tokens) < 1:
            raise ValueError("samples, max_new_tokens and batch_tokens must be at least 1.")
        if not self.temperature > 0 or not 0 < self.top_p <= 1 or self.top_k < 0:
            raise ValueError("Sampling needs temperature > 0, 0 < top_p <= 1 and top_k >= 0.")


@dataclass(frozen=True)
class Sample:
    """One completion. Its end-of-sequence token, where it has one, is part of it; a cut one has none.

    `token_logprobs` are at temperature 1 from the raw logits, whatever the draw's temperature. `entropy` is the sum
    in nats of the exact entropies (temperature 1) of the distributions met along the draw.
    """

    token_ids: tuple[int, ...]
    token_logprobs: tuple[float, ...]
    entropy: float
    finish_reason: Literal["stop", "length"]
    text: str

    @property
    def logprob(self) -> float:
        return sum(self.token_logprobs)


def sample(
    policy: Policy, prompts_ids: Sequence[Sequence[int]], config: SamplingConfig, *, seeds: Sequence[int]
) -> Iterator[tuple[int, list[Sample]]]:
    """Yields (prompt index, its N samples) as batches finish, longest prompts first.

    One seed per prompt; what a prompt draws depends on its seed alone, never on its batch. Raises PromptError at once
    for a prompt that is empty or leaves no room in the context, ValueError for a wrong number of seeds, and
    NumericalError when a model's logits are not finite.
    """
    if len(seeds) != len(prompts_ids):
        raise ValueError(f"{len(prompts_ids)} prompts need as many seeds, got {len(seeds)}.")
    _check_prompts(policy, prompts_ids)
    return _sample_batches(policy, prompts_ids, config, seeds)


def _check_prompts(policy: Policy, prompts_ids: Sequence[Sequence[int]]) -> None:
    for index, ids in enumerate(prompts_ids):
        if not ids:
            raise PromptError(f"Prompt {index} is empty.")
        if len(ids) > policy.context_length - 1:
            raise PromptError(
                f"Prompt {index} has {len(ids)} tokens; the model's context of {policy.context_length} leaves no room "
                "for a completion."
            )


def _sample_batches(
    policy: Policy, prompts_ids: Sequence[Sequence[int]], config: SamplingConfig, seeds: Sequence[int]
) -> Iterator[tuple[int, list[Sample]]]:
    for batch in _batches(prompts_ids, config):
        rows = _Rows(policy, [prompts_ids[i] for i in batch], [seeds[i] for i in batch], config)
        with torch.inference_mode():
            _draw(policy, rows, config, batch)
        yield from zip(batch, rows.samples(policy, config.samples), strict=True)


def _batches(prompts_ids: Sequence[Sequence[int]], config: SamplingConfig) -> Iterator[list[int]]:
    """Prompt indices grouped by length under the token budget; at least one prompt each. Long ones first: a memory
    error shows at once."""
    batch: list[int] = []
    for index in sorted(range(len(prompts_ids)), key=lambda i: (-len(prompts_ids[i]), i)):
        width = len(prompts_ids[batch[0] if batch else index]) + config.max_new_tokens
        if batch and (len(batch) + 1) * config.samples * width > config.batch_tokens:
            yield batch
            batch = []
        batch.append(index)
    if batch:
        yield batch


class _Rows:
    """The records of one batch: what each of its R rows drew so far."""

    def __init__(
        self, policy: Policy, prompts_ids: Sequence[Sequence[int]], seeds: Sequence[int], config: SamplingConfig
    ) -> None:
        self.prompts_ids = prompts_ids
        self.limits_P = [min(config.max_new_tokens, policy.context_length - len(ids)) for ids in prompts_ids]
        steps = max(self.limits_P)
        uniforms = [
            _uniforms(seed, config.samples, limit, steps) for seed, limit in zip(seeds, self.limits_P, strict=True)
        ]
        self.uniforms_R_T = torch.cat(uniforms).to(policy.device)
        self.limits_R = torch.tensor(self.limits_P, device=policy.device).repeat_interleave(config.samples)
        shape = self.uniforms_R_T.shape
        self.tokens_R_T = torch.full(shape, policy.pad_id, dtype=torch.long, device=policy.device)
        self.logprobs_R_T = torch.zeros(shape, device=policy.device)
        self.entropy_R = torch.zeros(shape[0], device=policy.device)
        self.lengths_R = self.limits_R.clone()
        self.stopped_R = torch.zeros(shape[0], dtype=torch.bool, device=policy.device)

    def samples(self, policy: Policy, samples_per_prompt: int) -> list[list[Sample]]:
        """The finished rows as samples, grouped by prompt."""
        tokens, logprobs, lengths = self.tokens_R_T.tolist(), self.logprobs_R_T.tolist(), self.lengths_R.tolist()
        entropies, stopped = self.entropy_R.tolist(), self.stopped_R.tolist()
        made = []
        for row, length in enumerate(lengths):
            token_ids = tuple(tokens[row][:length])
            text = decode(policy, token_ids, prompt_ids=self.prompts_ids[row // samples_per_prompt])
            reason: Literal["stop", "length"] = "stop" if stopped[row] else "length"
            made.append(Sample(token_ids, tuple(logprobs[row][:length]), entropies[row], reason, text))
        return [made[i : i + samples_per_prompt] for i in range(0, len(made), samples_per_prompt)]


def _uniforms(seed: int, samples: int, limit: int, steps: int) -> Tensor:
    """Uniform draws [N, steps] of one prompt, from its seed alone; columns past its own limit are never used."""
    drawn = torch.rand(samples, limit, generator=torch.Generator().manual_seed(seed))
    return torch.nn.functional.pad(drawn, (0, steps - limit))


def _draw(policy: Policy, rows: _Rows, config: SamplingConfig, batch: Sequence[int]) -> None:
    """Fills the rows: one prefill of the P prompts, the cache expanded to R rows, then a token per step and row."""
    ids_P_C, mask_P_C = _left_padded(policy, rows.prompts_ids)
    # Without padding the model may take its faster causal path, which needs no mask.
    padded = not bool(mask_P_C.all())
    forward = _Forward(policy.model, mask_P_C if padded else None, last_position=policy.context_length - 1)
    logits_A_V = forward.prefill(ids_P_C, mask_P_C.sum(1)).repeat_interleave(config.samples, 0)
    forward.expand(config.samples, rows.tokens_R_T.shape[1])
    alive_A = torch.arange(len(rows.limits_R), device=policy.device)
    eos_ids = torch.tensor(policy.eos_ids, device=policy.device)
    for step in range(rows.tokens_R_T.shape[1]):
        tokens_A, logprobs_A, entropies_A = _choose(logits_A_V, rows.uniforms_R_T[alive_A, step], config)
        running_A = (step < rows.lengths_R[alive_A]) & ~rows.stopped_R[alive_A]
        _check_finite(entropies_A, running_A, alive_A, config.samples, batch)
        rows.tokens_R_T[alive_A, step] = tokens_A
        rows.logprobs_R_T[alive_A, step] = logprobs_A
        rows.entropy_R[alive_A] += entropies_A * running_A
        stops_A = running_A & torch.isin(tokens_A, eos_ids)
        rows.stopped_R[alive_A] |= stops_A
        rows.lengths_R[alive_A] = torch.where(stops_A, step + 1, rows.lengths_R[alive_A])
        running_A &= ~stops_A & (step + 1 < rows.limits_R[alive_A])
        running = int(running_A.sum())
        if running == 0:
            return
        if running <= (1 - _RETIRE_SHARE) * len(alive_A):
            kept = running_A.nonzero().squeeze(1)
            alive_A, tokens_A = alive_A[kept], tokens_A[kept]
            forward.keep(kept)
        logits_A_V = forward.step(tokens_A)


def _choose(logits_A_V: Tensor, uniforms_A: Tensor, config: SamplingConfig) -> tuple[Tensor, Tensor, Tensor]:
    """Draws a token per row by inverting the distribution's sum function.

    Returns the tokens, their temperature-1 log-probs and the exact temperature-1 entropies.
    """
    logprobs_A_V = torch.log_softmax(logits_A_V.float(), -1)
    probs_A_V = logprobs_A_V.exp()
    entropies_A = -(probs_A_V * logprobs_A_V).sum(-1)
    if config.temperature != 1.0:
        probs_A_V = torch.softmax(logprobs_A_V / config.temperature, -1)
    if config.top_k or config.top_p < 1.0:
        probs_A_V = filter_probs(probs_A_V, top_k=config.top_k, top_p=config.top_p)
    sums_A_V = probs_A_V.cumsum(-1)
    targets_A_1 = uniforms_A.unsqueeze(1) * sums_A_V[:, -1:]
    # The first token whose sum passes the target; rounding may put the target on the total itself.
    tokens_A_1 = torch.searchsorted(sums_A_V, targets_A_1, right=True)
    last_A_1 = torch.searchsorted(sums_A_V, sums_A_V[:, -1:].contiguous())
    tokens_A_1 = torch.minimum(tokens_A_1, last_A_1).clamp_(max=logits_A_V.shape[1] - 1)
    return tokens_A_1.squeeze(1), logprobs_A_V.gather(1, tokens_A_1).squeeze(1), entropies_A


def filter_probs(probs_A_V: Tensor, *, top_k: int, top_p: float) -> Tensor:
    """Zeroes what top-k and nucleus filtering leave out; rows are not renormalised (the draw scales by their sum).

    The nucleus is the smallest set of most probable tokens whose sum reaches top_p (arXiv 1904.09751); at least one
    token stays.
    """
    sorted_A_V, order_A_V = probs_A_V.sort(-1, descending=True)
    dropped_A_V = sorted_A_V.cumsum(-1) - sorted_A_V >= top_p * sorted_A_V.sum(-1, keepdim=True)
    if top_k:
        dropped_A_V[:, top_k:] = True
    dropped_A_V[:, 0] = False
    return torch.zeros_like(probs_A_V).scatter_(-1, order_A_V, sorted_A_V.masked_fill(dropped_A_V, 0.0))


def _check_finite(
    entropies_A: Tensor, running_A: Tensor, alive_A: Tensor, samples_per_prompt: int, batch: Sequence[int]
) -> None:
    """An entropy is finite exactly when all logits of its row are: one cheap check covers the vocabulary."""
    broken_A = running_A & ~torch.isfinite(entropies_A)
    if bool(broken_A.any()):
        row = int(alive_A[broken_A][0])
        raise NumericalError(f"The model's logits for prompt {batch[row // samples_per_prompt]} are not finite.")


def _left_padded(policy: Policy, prompts_ids: Sequence[Sequence[int]]) -> tuple[Tensor, Tensor]:
    width = max(map(len, prompts_ids))
    ids = [[policy.pad_id] * (width - len(row)) + list(row) for row in prompts_ids]
    mask = [[0] * (width - len(row)) + [1] * len(row) for row in prompts_ids]
    return torch.tensor(ids, device=policy.device), torch.tensor(mask, device=policy.device)


class _Forward:
    """The model with the cache of one batch: prefill once, expand, step, keep some rows."""

    def __init__(self, model: Any, mask: Tensor | None, *, last_position: int) -> None:
        base = model.get_base_model() if isinstance(model, PeftModel) else model
        # Models with relative positions (ALiBi) read them from the mask and take no position_ids.
        self._takes_positions = "position_ids" in inspect.signature(base.forward).parameters
        self._model, self._mask, self._last_position = model, mask, last_position
        self._cache: Any = None
        self._positions: Tensor = torch.empty(0)

    def prefill(self, ids_P_C: Tensor, lengths_P: Tensor) -> Tensor:
        columns_C = torch.arange(ids_P_C.shape[1], device=ids_P_C.device)
        positions_P_C = (columns_C - (ids_P_C.shape[1] - lengths_P).unsqueeze(1)).clamp(min=0)
        self._positions = lengths_P
        return self._run(ids_P_C, positions_P_C)

    def expand(self, samples: int, room: int) -> None:
        expand_cache(self._cache, samples, room)
        self._positions = self._positions.repeat_interleave(samples)
        self._mask = None if self._mask is None else self._mask.repeat_interleave(samples, 0)

    def keep(self, rows: Tensor) -> None:
        self._cache.batch_select_indices(rows)
        self._positions = self._positions[rows]
        self._mask = None if self._mask is None else self._mask[rows]

    def step(self, tokens_A: Tensor) -> Tensor:
        if self._mask is not None:
            self._mask = torch.nn.functional.pad(self._mask, (0, 1), value=1)
        logits_A_V = self._run(tokens_A.unsqueeze(1), self._positions.unsqueeze(1))
        # A finished row that is not retired yet may stand at the context's end, where positions end too.
        self._positions = (self._positions + 1).clamp(max=self._last_position)
        return logits_A_V

    def _run(self, ids: Tensor, positions: Tensor) -> Tensor:
        extra = {"position_ids": positions} if self._takes_positions else {}
        output = self._model(
            input_ids=ids,
            attention_mask=self._mask,
            past_key_values=self._cache,
            use_cache=True,
            logits_to_keep=1,
            **extra,
        )
        self._cache = output.past_key_values
        logits: Tensor = output.logits[:, -1, :]
        return logits
