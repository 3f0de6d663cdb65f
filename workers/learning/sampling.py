"""N completions per prompt from one prefill, batched continuously, with the log-prob of every drawn token.

Knows nothing about prompts as text, rounds, rewards or attention: token ids in, samples out. Shapes: A rows (samples
being drawn), V vocabulary.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Literal, Protocol

import torch
from torch import Tensor

from workers.learning.drawing import draw_tokens, draw_uniforms
from workers.learning.errors import NumericalError, PromptError
from workers.learning.padded_decoding import PaddedDecoder, check_decoding
from workers.learning.policy import Policy, decode
from workers.learning.shared_decoding import SharedDecoder, sharing_agrees
from workers.learning.stopping import StopFinder

# New prompts join only when they fill this share of the budget: a prefill and a cohort of their own for each prompt
# cost more than the rows that wait.
_JOIN_SHARE = 0.25


@dataclass(frozen=True)
class SamplingConfig:
    """How to draw.

    `batch_tokens` bounds the cache, in tokens: per prompt its own and `samples` times max_new_tokens (or, for
    architectures whose samples cannot share a prompt's cache, `samples` times both). At least one prompt runs, whatever
    it takes. `stop` holds strings that end a completion: its text is cut before the first that it contains, its tokens
    are kept up to the one that completed it.

    Raises ValueError for settings out of range: temperature > 0, 0 < top_p <= 1, top_k >= 0 (0: no limit), no empty
    stop string.
    """

    samples: int
    max_new_tokens: int
    temperature: float = 1.0
    top_p: float = 1.0
    top_k: int = 0
    batch_tokens: int = 16384
    stop: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if min(self.samples, self.max_new_tokens, self.batch_tokens) < 1:
            raise ValueError("samples, max_new_tokens and batch_tokens must be at least 1.")
        if not self.temperature > 0 or not 0 < self.top_p <= 1 or self.top_k < 0:
            raise ValueError("Sampling needs temperature > 0, 0 < top_p <= 1 and top_k >= 0.")
        if not all(self.stop):
            raise ValueError("A stop string must not be empty.")


@dataclass(frozen=True)
class Sample:
    """One completion. Its end-of-sequence token, where it has one, is part of it; a cut one has none.

    `token_logprobs` are at temperature 1 from the raw logits, whatever the draw's temperature. `entropy` is the sum
    in nats of the exact entropies (temperature 1) of the distributions met along the draw. A stop string is part of
    the tokens, not of the text.
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
    """Yields (prompt index, its N samples) as prompts finish, longest prompts first.

    One seed per prompt; what a prompt draws depends on its seed alone, never on its batch. Between two prompts the
    model is as it was before; while one is waited for, no other thread may use it. Raises PromptError at once for a
    prompt that is empty or leaves no room in the context, ValueError for a wrong number of seeds, NumericalError when a
    model's logits are not finite, and ModelError for weights of several dtypes that do not go together or for an
    architecture whose cache cannot be decoded with.
    """
    if len(seeds) != len(prompts_ids):
        raise ValueError(f"{len(prompts_ids)} prompts need as many seeds, got {len(seeds)}.")
    check_prompts(policy, prompts_ids)
    return _Sampler(policy, prompts_ids, config, seeds).run()


def check_prompts(policy: Policy, prompts_ids: Sequence[Sequence[int]]) -> None:
    """Raises PromptError naming the first prompt that is empty, leaves no room for a token, or has a foreign token."""
    vocabulary = int(policy.model.config.get_text_config().vocab_size)
    for index, ids in enumerate(prompts_ids):
        if not ids:
            raise PromptError(f"Prompt {index} is empty.")
        if len(ids) > policy.context_length - 1:
            raise PromptError(
                f"Prompt {index} has {len(ids)} tokens; the model's context of {policy.context_length} leaves no room "
                "for a completion."
            )
        if not 0 <= min(ids) <= max(ids) < vocabulary:
            raise PromptError(f"Prompt {index} has a token id outside the model's vocabulary of {vocabulary}.")


class _Cache(Protocol):
    """What a decoder keeps of prompts that were prefilled together; its rows are in the order of `_Running.rows`."""

    @property
    def tokens(self) -> int: ...

    def keep(self, rows: Sequence[int]) -> None: ...


class _Decoder(Protocol):
    """A model with caches: `SharedDecoder` or `PaddedDecoder`."""

    joins: bool

    def cost(self, prompts: int, columns: int, samples: int, room: int) -> int: ...

    def prefill(self, prompts_ids: Sequence[Sequence[int]], samples: int, room: int) -> tuple[Any, Tensor]: ...

    def step(self, caches: Sequence[Any], tokens_A: Tensor) -> Tensor: ...


@dataclass
class _Row:
    """A completion being drawn."""

    prompt: int
    uniforms: list[float]
    token_ids: list[int]
    token_logprobs: list[float]
    entropy: float = 0.0
    text: str = ""
    finish_reason: Literal["stop", "length"] | None = None


@dataclass
class _Running:
    """Prompts that were prefilled together: their cache and their unfinished rows."""

    cache: _Cache
    rows: list[_Row]


class _Sampler:
    """The state of one call: prompts that wait, those that run, and the rows of each."""

    def __init__(
        self, policy: Policy, prompts_ids: Sequence[Sequence[int]], config: SamplingConfig, seeds: Sequence[int]
    ) -> None:
        self._policy, self._prompts_ids, self._config, self._seeds = policy, prompts_ids, config, seeds
        # Long ones first: a memory error shows at once. Taken from the end.
        self._waiting = sorted(range(len(prompts_ids)), key=lambda i: (-len(prompts_ids[i]), i))[::-1]
        self._running: list[_Running] = []
        self._rows: dict[int, list[_Row]] = {}
        self._logits_A_V = torch.empty(0)
        self._stops = StopFinder(policy, config.stop) if config.stop else None

    def run(self) -> Iterator[tuple[int, list[Sample]]]:
        if not self._waiting:
            return
        decoder = _decoder(self._policy)
        while self._waiting or self._running:
            with torch.inference_mode():
                if joining := self._joining(decoder):
                    self._admit(decoder, joining)
                finished = self._advance(decoder)
            for prompt in finished:
                yield prompt, [_finished(row) for row in self._rows.pop(prompt)]

    def _joining(self, decoder: _Decoder) -> list[int]:
        """The prompts that join now: as many as the budget holds, or none while they are too few to be worth it."""
        if self._running and not decoder.joins:
            return []
        budget = self._config.batch_tokens
        free = budget - sum(running.cache.tokens for running in self._running)
        taken: list[int] = []
        cost = 0
        for prompt in reversed(self._waiting):
            widest, room = taken[0] if taken else prompt, max(self._limit(p) for p in (*taken, prompt))
            wanted = decoder.cost(len(taken) + 1, len(self._prompts_ids[widest]), self._config.samples, room)
            if wanted > free and (taken or self._running):
                break
            taken.append(prompt)
            cost = wanted
        enough = not self._running or cost >= _JOIN_SHARE * budget or len(taken) == len(self._waiting)
        return taken if enough else []

    def _limit(self, prompt: int) -> int:
        return min(self._config.max_new_tokens, self._policy.context_length - len(self._prompts_ids[prompt]))

    def _admit(self, decoder: _Decoder, prompts: Sequence[int]) -> None:
        del self._waiting[len(self._waiting) - len(prompts) :]
        samples = self._config.samples
        room = max(map(self._limit, prompts))
        cache, logits_P_V = decoder.prefill([self._prompts_ids[prompt] for prompt in prompts], samples, room)
        for prompt in prompts:
            uniforms = draw_uniforms(self._seeds[prompt], samples, self._limit(prompt))
            self._rows[prompt] = [_Row(prompt, row, [], []) for row in uniforms]
        rows = [row for prompt in prompts for row in self._rows[prompt]]
        logits_A_V = logits_P_V.repeat_interleave(samples, 0)
        self._logits_A_V = torch.cat([self._logits_A_V, logits_A_V]) if self._running else logits_A_V
        self._running.append(_Running(cache, rows))

    def _advance(self, decoder: _Decoder) -> list[int]:
        """Draws a token for every row, retires finished ones, runs the model on the rest. Returns finished prompts."""
        rows = [row for running in self._running for row in running.rows]
        tokens_A = self._draw(rows)
        left, offset = list[int](), 0
        for running in self._running:
            kept = _closed_up([row.finish_reason is None for row in running.rows])
            left += [offset + row for row in kept]
            offset += len(running.rows)
            if 0 < len(kept) < len(running.rows):
                running.cache.keep(kept)
            running.rows = [running.rows[row] for row in kept]
        self._running = [running for running in self._running if running.rows]
        if left:
            tokens_A = tokens_A if len(left) == len(rows) else tokens_A[left]
            self._logits_A_V = decoder.step([running.cache for running in self._running], tokens_A)
        ended = dict.fromkeys(row.prompt for row in rows if row.finish_reason)
        return [prompt for prompt in ended if all(row.finish_reason for row in self._rows[prompt])]

    def _draw(self, rows: Sequence[_Row]) -> Tensor:
        config = self._config
        uniforms = [row.uniforms[len(row.token_ids)] for row in rows]
        tokens_A, logprobs_A, entropies_A = draw_tokens(
            self._logits_A_V,
            torch.tensor(uniforms, device=self._logits_A_V.device),
            temperature=config.temperature,
            top_k=config.top_k,
            top_p=config.top_p,
        )
        # One copy from the device; token ids are exact in fp64.
        drawn = torch.stack([tokens_A.double(), logprobs_A.double(), entropies_A.double()]).tolist()
        for row, token, logprob, entropy in zip(rows, *drawn, strict=True):
            if entropy - entropy != 0:
                raise NumericalError(f"The model's logits for prompt {row.prompt} are not finite.")
            row.token_ids.append(int(token))
            row.token_logprobs.append(logprob)
            row.entropy += entropy
            self._finish(row)
        return tokens_A

    def _finish(self, row: _Row) -> None:
        """Ends the row at an end token, a stop string or its limit."""
        prompt_ids = self._prompts_ids[row.prompt]
        cut = self._stops.cut(row.token_ids, prompt_ids) if self._stops else None
        if cut is not None:
            row.text, row.finish_reason = cut, "stop"
        elif row.token_ids[-1] in self._policy.eos_ids:
            row.finish_reason = "stop"
        elif len(row.token_ids) == len(row.uniforms):
            row.finish_reason = "length"
        if row.finish_reason and cut is None:
            row.text = decode(self._policy, row.token_ids, prompt_ids=prompt_ids)


def _decoder(policy: Policy) -> _Decoder:
    if sharing_agrees(policy.model, policy.device):
        return SharedDecoder(policy.model, policy.device)
    check_decoding(policy.model, policy.device, pad_id=policy.pad_id)
    return PaddedDecoder(policy.model, policy.device, pad_id=policy.pad_id, context=policy.context_length)


def _closed_up(running: Sequence[bool]) -> list[int]:
    """The running rows, the last of them moved into the places of finished ones: few rows of a cache are copied."""
    order = list(range(len(running)))
    place = 0
    while place < len(order):
        if running[order[place]]:
            place += 1
        elif (last := order.pop()) != place and place < len(order):
            order[place] = last
    return order


def _finished(row: _Row) -> Sample:
    assert row.finish_reason is not None
    return Sample(tuple(row.token_ids), tuple(row.token_logprobs), row.entropy, row.finish_reason, row.text)
