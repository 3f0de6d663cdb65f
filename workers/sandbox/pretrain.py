"""Trains the sandbox's causal language model from scratch on encoded examples. Knows nothing of text or quality.

Shapes: B sequences in a batch, T tokens.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from random import Random

import torch
from torch import Tensor, nn
from transformers import LlamaConfig, LlamaForCausalLM

from workers.sandbox.tokens import CONTEXT

IGNORED = -100
"""The target of a token that no loss is taken of."""


@dataclass(frozen=True)
class Encoded:
    """Token ids of a conversation; the reply, with its end, starts at `reply_start`."""

    ids: list[int]
    reply_start: int


def new_model(vocabulary: int, *, end: int, pad: int, seed: int) -> LlamaForCausalLM:
    """Return a model of about 1.3 million parameters with random weights."""
    torch.manual_seed(seed)
    return LlamaForCausalLM(small_llama(vocabulary, end=end, pad=pad))


def small_llama(vocabulary: int, *, end: int, pad: int, num_labels: int = 2) -> LlamaConfig:
    """Return the architecture of both models; only a classifier reads `num_labels`."""
    return LlamaConfig(
        vocab_size=vocabulary,
        hidden_size=128,
        intermediate_size=352,
        num_hidden_layers=5,
        num_attention_heads=4,
        num_key_value_heads=4,
        max_position_embeddings=CONTEXT,
        tie_word_embeddings=True,
        bos_token_id=None,
        eos_token_id=end,
        pad_token_id=pad,
        num_labels=num_labels,
    )


def pretrain(
    model: LlamaForCausalLM,
    examples: list[Encoded],
    *,
    lr: float,
    rng: Random,
    tokens_per_batch: int,
    report: Callable[[int, int, float], None],
) -> None:
    """Take one pass over `examples`, in batches of like length; only the replies' tokens carry loss.

    `report` gets the steps done, the steps in all and the batch's mean loss per token in nats.
    """
    batches = list(batches_by_length([len(example.ids) for example in examples], tokens_per_batch, rng))
    optimizer = torch.optim.AdamW(model.parameters(), lr=lr, betas=(0.9, 0.98), weight_decay=0.01)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, lr, total_steps=len(batches), pct_start=0.05)
    model.train()
    for done, batch in enumerate(batches, start=1):
        loss = _loss(model, [examples[i] for i in batch])
        optimizer.zero_grad()
        torch.autograd.backward(loss)
        nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        schedule.step()
        report(done, len(batches), loss.item())
    model.eval()


def batches_by_length(lengths: list[int], tokens_per_batch: int, rng: Random) -> Iterator[list[int]]:
    """Yield, in random order, lists of indices of like length, each of at most `tokens_per_batch` padded tokens."""
    order = sorted(range(len(lengths)), key=lambda i: (lengths[i], rng.random()))
    batches: list[list[int]] = [[]]
    for i in order:
        if (len(batches[-1]) + 1) * lengths[i] > tokens_per_batch and batches[-1]:
            batches.append([])
        batches[-1].append(i)
    rng.shuffle(batches)
    yield from batches


def _loss(model: LlamaForCausalLM, examples: list[Encoded]) -> Tensor:
    """Return the mean loss per reply token in nats, a scalar. Padding is on the right, where no reply token sees it."""
    longest = max(len(example.ids) for example in examples)
    input_ids_B_T = torch.zeros(len(examples), longest, dtype=torch.long)
    targets_B_T = torch.full((len(examples), longest), IGNORED)
    for row, example in enumerate(examples):
        ids = torch.tensor(example.ids)
        input_ids_B_T[row, : len(ids)] = ids
        targets_B_T[row, example.reply_start - 1 : len(ids) - 1] = ids[example.reply_start :]
    hidden_B_T_D = model.model(input_ids=input_ids_B_T, use_cache=False).last_hidden_state
    wanted_B_T = targets_B_T != IGNORED
    return nn.functional.cross_entropy(model.lm_head(hidden_B_T_D[wanted_B_T]), targets_B_T[wanted_B_T])
