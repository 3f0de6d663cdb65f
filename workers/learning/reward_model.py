"""A reward model: a sequence classifier with one logit that scores a prompt with its completion.

Knows nothing about preferences or judges: texts in, logits out.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError
from transformers import AutoModelForSequenceClassification, AutoTokenizer

from workers.learning.context import log_shorter_context, stated_context
from workers.learning.errors import ModelError, NumericalError, PromptError
from workers.learning.prompts import Prompt

_LOADING_ERRORS = (OSError, ValueError, KeyError, TypeError, RuntimeError, ImportError, SafetensorError)


@dataclass(frozen=True)
class RewardModel:
    """A sequence classifier ready to score: eval mode, on one device."""

    model: Any
    tokenizer: Any
    device: torch.device
    context_length: int
    pad_id: int
    source: str


def load_reward_model(source: str, *, device: str | None = None) -> RewardModel:
    """Loads a one-logit sequence classifier (a folder or hub name, safetensors only), in fp32.

    Raises ModelError for anything else, or when its score head is not among the weights.
    """
    chosen = torch.device(device or ("cuda" if torch.cuda.is_available() else "cpu"))
    folder = Path(source).expanduser()
    if not folder.is_dir() and source.startswith(("/", ".", "~")):
        raise ModelError(f"There is no reward model folder {source}.")
    path = str(folder) if folder.is_dir() else source
    try:
        model, loading = AutoModelForSequenceClassification.from_pretrained(
            path, dtype=torch.float32, use_safetensors=True, trust_remote_code=False, output_loading_info=True
        )
        tokenizer = AutoTokenizer.from_pretrained(path, trust_remote_code=False)
    except _LOADING_ERRORS as error:
        raise ModelError(f"The reward model {source} cannot be loaded: {error}") from error
    if loading["missing_keys"]:
        missing = ", ".join(sorted(loading["missing_keys"])[:3])
        raise ModelError(f"{source} is not a sequence classifier: it lacks {missing}.")
    if model.config.num_labels != 1:
        raise ModelError(f"The reward model {source} has {model.config.num_labels} outputs; it must have one.")
    config = model.config.get_text_config()
    pad_id = next(
        (i for i in (tokenizer.pad_token_id, config.pad_token_id, tokenizer.eos_token_id) if i is not None), 0
    )
    # The classifier reads the last token that is not padding, and asks its configuration which that is.
    config.pad_token_id = pad_id
    log_shorter_context(model, source)
    return RewardModel(
        model=model.to(chosen).eval(),
        tokenizer=tokenizer,
        device=chosen,
        context_length=stated_context(model) or int(tokenizer.model_max_length),
        pad_id=int(pad_id),
        source=source,
    )


def reward_scores(rm: RewardModel, items: Sequence[tuple[Prompt, str]], *, batch_tokens: int = 8192) -> list[float]:
    """The logit of every (prompt, completion text), higher = better, in the order of the items.

    Plain prompts are followed by the completion as it is; messages go through the model's chat template, or, without
    one, are joined by line breaks. Raises PromptError naming an item longer than the context, NumericalError for a
    score that is not finite.
    """
    ids = [_encode(rm, prompt, text) for prompt, text in items]
    for index, row in enumerate(ids):
        if not 0 < len(row) <= rm.context_length:
            raise PromptError(f"Item {index} has {len(row)} tokens; the reward model takes 1 to {rm.context_length}.")
    scores = [0.0] * len(items)
    for batch in _batches(ids, batch_tokens):
        for index, score in zip(batch, _score(rm, [ids[i] for i in batch]), strict=True):
            if score != score or abs(score) == float("inf"):
                raise NumericalError(f"The reward of item {index} is {score}.")
            scores[index] = score
    return scores


def scores_or_abstain(rm: RewardModel, items: Sequence[tuple[Prompt, str]]) -> list[float | None]:
    """As reward_scores, but None for an item that the model cannot read (longer than its context): it abstains."""
    try:
        return list(reward_scores(rm, items))
    except PromptError:
        return [_score_or_none(rm, item) for item in items]


def _score_or_none(rm: RewardModel, item: tuple[Prompt, str]) -> float | None:
    try:
        return reward_scores(rm, [item])[0]
    except PromptError:
        return None


def _encode(rm: RewardModel, prompt: Prompt, text: str) -> list[int]:
    if isinstance(prompt, str):
        return _ids(rm, prompt + text, True)
    if rm.tokenizer.chat_template is None:
        return _ids(rm, "\n".join([*(message["content"] for message in prompt), text]), True)
    messages = [*map(dict, prompt), {"role": "assistant", "content": text}]
    return _ids(rm, rm.tokenizer.apply_chat_template(messages, tokenize=False), False)


def _ids(rm: RewardModel, text: str, add_special_tokens: bool) -> list[int]:
    ids: list[int] = rm.tokenizer(text, add_special_tokens=add_special_tokens, verbose=False).input_ids
    return ids


def _score(rm: RewardModel, rows: Sequence[list[int]]) -> list[float]:
    width = max(map(len, rows))
    ids = torch.tensor([row + [rm.pad_id] * (width - len(row)) for row in rows], device=rm.device)
    mask = torch.tensor([[1] * len(row) + [0] * (width - len(row)) for row in rows], device=rm.device)
    with torch.inference_mode():
        scores: list[float] = rm.model(input_ids=ids, attention_mask=mask).logits.squeeze(-1).float().tolist()
    return scores


def _batches(rows: Sequence[list[int]], batch_tokens: int) -> Iterator[list[int]]:
    batch: list[int] = []
    for index in sorted(range(len(rows)), key=lambda i: (-len(rows[i]), i)):
        if batch and (len(batch) + 1) * len(rows[batch[0]]) > batch_tokens:
            yield batch
            batch = []
        batch.append(index)
    if batch:
        yield batch
