"""Trains the sandbox's reward model, a sequence classifier on a copy of the language model's body.

Knows nothing of text. It learns the four parts of a reply's quality apart, at the end of every sentence, for what was
said so far: many more numbers to learn from than one per reply. The four outputs are then added up into one.

Shapes: B sequences in a batch, T tokens, K places with a known quality in the whole batch, Q = 4 parts of the quality.
"""

from collections.abc import Callable
from dataclasses import dataclass
from random import Random

import torch
from torch import Tensor, nn
from transformers import LlamaForCausalLM, LlamaForSequenceClassification

from workers.sandbox.pretrain import batches_by_length, small_llama
from workers.sandbox.quality import WEIGHTS


@dataclass(frozen=True)
class Rated:
    """Token ids of a whole conversation; `parts[k]` are the parts of the quality of its reply up to `places[k]`."""

    ids: list[int]
    places: list[int]
    parts: list[tuple[float, ...]]


def train_reward_model(
    policy: LlamaForCausalLM,
    examples: list[Rated],
    *,
    lr: float,
    rng: Random,
    tokens_per_batch: int,
    report: Callable[[int, int, float], None],
) -> LlamaForSequenceClassification:
    """Return a classifier with one output, trained in one pass over `examples` by least squares.

    `report` gets the steps done, the steps in all and the batch's mean squared error, each part in its weight.
    """
    model = _classifier(policy, outputs=len(WEIGHTS))
    batches = list(batches_by_length([len(example.ids) for example in examples], tokens_per_batch, rng))
    optimizer = torch.optim.AdamW(model.parameters(), lr=lr, weight_decay=0.01)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, lr, total_steps=len(batches), pct_start=0.1)
    for done, batch in enumerate(batches, start=1):
        loss = _loss(model, [examples[i] for i in batch])
        optimizer.zero_grad()
        torch.autograd.backward(loss)
        nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        schedule.step()
        report(done, len(batches), loss.item())
    return _added_up(model)


@torch.no_grad()
def rewards(model: LlamaForSequenceClassification, sequences: list[list[int]]) -> Tensor:
    """Return the reward of each conversation, shape [sequences], in their order."""
    found = []
    for start in range(0, len(sequences), 64):
        input_ids_B_T = _right_padded(sequences[start : start + 64], int(model.config.pad_token_id))
        mask_B_T = (input_ids_B_T != model.config.pad_token_id).long()
        found.append(model(input_ids=input_ids_B_T, attention_mask=mask_B_T, use_cache=False).logits.squeeze(-1))
    return torch.cat(found)


def _classifier(policy: LlamaForCausalLM, *, outputs: int) -> LlamaForSequenceClassification:
    body = policy.config
    config = small_llama(body.vocab_size, end=body.eos_token_id, pad=body.pad_token_id, num_labels=outputs)
    model = LlamaForSequenceClassification(config)
    model.model.load_state_dict(policy.model.state_dict())
    nn.init.zeros_(model.score.weight)
    return model


def _loss(model: LlamaForSequenceClassification, examples: list[Rated]) -> Tensor:
    """Return the mean over places of the weighted squared error. Padding is on the right, where no place sees it."""
    hidden_B_T_D = model.model(
        input_ids=_right_padded([example.ids for example in examples], int(model.config.pad_token_id)), use_cache=False
    ).last_hidden_state
    rows_K = [row for row, example in enumerate(examples) for _ in example.places]
    places_K = [place for example in examples for place in example.places]
    parts_K_Q = torch.tensor([parts for example in examples for parts in example.parts])
    error_K_Q = (model.score(hidden_B_T_D[rows_K, places_K]) - parts_K_Q) * torch.tensor(WEIGHTS)
    loss: Tensor = error_K_Q.square().sum(-1).mean()
    return loss


def _added_up(model: LlamaForSequenceClassification) -> LlamaForSequenceClassification:
    """Return the classifier whose one output is the weighted sum of the four."""
    single = _classifier(model, outputs=1)
    with torch.no_grad():
        single.score.weight.copy_(torch.tensor([WEIGHTS]) @ model.score.weight)
    return single.eval()


def _right_padded(sequences: list[list[int]], pad: int) -> Tensor:
    longest = max(map(len, sequences))
    return torch.tensor([ids + [pad] * (longest - len(ids)) for ids in sequences])
