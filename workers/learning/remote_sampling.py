"""Sampling by an OpenAI-compatible server (vLLM) in place of the local model; the samples are of the same type.

Knows nothing about rounds or rows. The policy stays at hand: it tokenises, fills in what the server leaves out, and
is compared with what the server serves.
"""

import math
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import closing
from statistics import fmean

import httpx

from workers.learning.completion_server import Choice, CompletionClient, CompletionRequest, SamplingServer
from workers.learning.errors import NumericalError, SamplingServerError
from workers.learning.policy import Policy, decode, encode_completion
from workers.learning.sampling import Sample, SamplingConfig, check_prompts
from workers.learning.stopping import StopFinder
from workers.learning.token_scores import TokenScores, token_scores

# Mean difference in nats per token between the server's log-probs and the policy's. Arithmetic in 16 bits gives about
# a hundredth; another model, or processed log-probs, several tenths.
_TOLERANCE = 0.1
# The answers that are compared: those of this many prompts.
_COMPARED = 2


def sample_remotely(
    policy: Policy,
    prompts_ids: Sequence[Sequence[int]],
    config: SamplingConfig,
    *,
    seeds: Sequence[int],
    server: SamplingServer,
    exact_entropies: bool = True,
) -> Iterator[tuple[int, list[Sample]]]:
    """As `sample`, drawn by `server`; yields (prompt index, its N samples) as answers come.

    The server's log-probs are used where each token has one; the first are compared with the policy's. Where it gives
    no token ids, the text is tokenised after its prompt, and the policy computes the log-probs. Exact entropies always
    need a forward pass of the policy: without `exact_entropies` they are nan where that pass is saved. The draws come
    from the seeds, but how far they repeat is the server's affair.

    Raises what `sample` raises at once, SamplingServerError when the server fails or serves another model, and
    NumericalError when a log-prob is not finite.
    """
    if len(seeds) != len(prompts_ids):
        raise ValueError(f"{len(prompts_ids)} prompts need as many seeds, got {len(seeds)}.")
    check_prompts(policy, prompts_ids)
    return _answers(_Reader(policy, prompts_ids, config, exact_entropies), server, seeds)


def _answers(reader: "_Reader", server: SamplingServer, seeds: Sequence[int]) -> Iterator[tuple[int, list[Sample]]]:
    with (
        httpx.Client() as http,
        closing(CompletionClient(server, http)) as client,
        ThreadPoolExecutor(server.concurrency) as pool,
    ):
        asked = {
            pool.submit(client.complete, reader.request(prompt), reader.config.samples, seed): prompt
            for prompt, seed in enumerate(seeds)
        }
        try:
            for answered in as_completed(asked):
                yield asked[answered], reader.read(asked[answered], answered.result())
        finally:
            # One failed, or nobody asks for more: what waits is not asked.
            client.close()
            pool.shutdown(cancel_futures=True)


class _Reader:
    """Turns prompts into requests and choices into samples."""

    def __init__(
        self, policy: Policy, prompts_ids: Sequence[Sequence[int]], config: SamplingConfig, exact_entropies: bool
    ) -> None:
        self.config = config
        self._policy, self._prompts_ids, self._exact_entropies = policy, prompts_ids, exact_entropies
        self._stops = StopFinder(policy, config.stop) if config.stop else None
        self._to_compare = _COMPARED

    def request(self, prompt: int) -> CompletionRequest:
        ids, config = tuple(self._prompts_ids[prompt]), self.config
        return CompletionRequest(
            prompt_ids=ids,
            prompt_text=_text_of(self._policy, ids),
            max_tokens=min(config.max_new_tokens, self._policy.context_length - len(ids)),
            temperature=config.temperature,
            top_p=config.top_p,
            top_k=config.top_k,
            stop=config.stop,
            eos_ids=self._policy.eos_ids,
            pad_id=self._policy.pad_id,
        )

    def read(self, prompt: int, choices: Sequence[Choice]) -> list[Sample]:
        """The samples of one prompt."""
        drafts = [self._draft(prompt, choice) for choice in choices]
        stated = [_stated(choice, draft) for choice, draft in zip(choices, drafts, strict=True)]
        if not all(math.isfinite(value) for values in stated if values is not None for value in values):
            raise NumericalError(f"The sampling server's log-probs for prompt {prompt} are not finite.")
        compares = self._to_compare > 0 and any(stated)
        needed = [i for i, values in enumerate(stated) if values is None or self._exact_entropies or compares]
        rows = [(self._prompts_ids[prompt], drafts[i].token_ids) for i in needed]
        scores = dict(zip(needed, token_scores(self._policy, rows), strict=True)) if rows else {}
        if compares:
            self._to_compare -= 1
            _compare([(values, scores[i].logprobs) for i, values in enumerate(stated) if values is not None])
        return [
            _with_scores(draft, values, scores.get(i))
            for i, (draft, values) in enumerate(zip(drafts, stated, strict=True))
        ]

    def _draft(self, prompt: int, choice: Choice) -> Sample:
        """The choice as a sample that has no numbers yet."""
        prompt_ids = self._prompts_ids[prompt]
        token_ids = choice.token_ids if choice.token_ids is not None else self._tokenised(prompt, choice.text)
        self._check_tokens(prompt, token_ids)
        if self._stops and (found := self._stops.first(token_ids, prompt_ids)):
            kept, text = found
            return Sample(token_ids[:kept], (), math.nan, "stop", text)
        if choice.finish_reason == "stop" and (not token_ids or token_ids[-1] not in self._policy.eos_ids):
            token_ids = (*token_ids, self._policy.eos_ids[0])
        if not token_ids:
            raise SamplingServerError(f"The sampling server's completion of prompt {prompt} is empty, but not ended.")
        limit = self._policy.context_length - len(prompt_ids)
        if len(token_ids) > limit:
            # A text may have more tokens than were drawn. It is cut as a length limit would.
            token_ids = token_ids[:limit]
            return Sample(token_ids, (), math.nan, "length", decode(self._policy, token_ids, prompt_ids=prompt_ids))
        text = choice.text if choice.token_ids is None else decode(self._policy, token_ids, prompt_ids=prompt_ids)
        return Sample(token_ids, (), math.nan, choice.finish_reason, text)

    def _check_tokens(self, prompt: int, token_ids: Sequence[int]) -> None:
        vocabulary = int(self._policy.model.config.get_text_config().vocab_size)
        if not all(0 <= token < vocabulary for token in token_ids):
            raise SamplingServerError(
                f"The sampling server's completion of prompt {prompt} has a token {max(token_ids)}, but the model's "
                f"vocabulary has {vocabulary}: it serves another model."
            )

    def _tokenised(self, prompt: int, text: str) -> tuple[int, ...]:
        prompt_text = _text_of(self._policy, tuple(self._prompts_ids[prompt]))
        assert prompt_text is not None
        return encode_completion(self._policy, prompt_text, text, finished=False) if text else ()


def _text_of(policy: Policy, prompt_ids: tuple[int, ...]) -> str | None:
    """A text that a server's tokenizer, adding its special tokens, turns into exactly these ids; None without one."""
    written: str = policy.tokenizer.decode(prompt_ids, skip_special_tokens=False, clean_up_tokenization_spaces=False)
    begin = policy.tokenizer.bos_token
    for text in (written, written.removeprefix(begin) if begin else written):
        if tuple(policy.tokenizer(text, verbose=False).input_ids) == prompt_ids:
            return text
    return None


def _stated(choice: Choice, draft: Sample) -> tuple[float, ...] | None:
    """The server's log-probs of the sample's tokens, None unless each has one."""
    if choice.token_ids is None or choice.token_logprobs is None or len(choice.token_logprobs) != len(choice.token_ids):
        return None
    kept = choice.token_logprobs[: len(draft.token_ids)]
    return kept if len(kept) == len(draft.token_ids) else None


def _with_scores(draft: Sample, stated: tuple[float, ...] | None, scores: TokenScores | None) -> Sample:
    if stated is None:
        assert scores is not None
        stated = scores.logprobs
    entropy = math.nan if scores is None else scores.entropy
    return Sample(draft.token_ids, stated, entropy, draft.finish_reason, draft.text)


def _compare(pairs: Sequence[tuple[Sequence[float], Sequence[float]]]) -> None:
    differences = [abs(a - b) for stated, ours in pairs for a, b in zip(stated, ours, strict=True)]
    if not fmean(differences) <= _TOLERANCE:
        raise SamplingServerError(
            f"The sampling server's log-probs differ from the model's by {fmean(differences):.2f} nats per token: it "
            "serves another model or another version of it, or does not state them at temperature 1 from the raw "
            "logits (vLLM: --logprobs-mode raw_logprobs)."
        )
