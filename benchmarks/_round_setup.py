"""What both sides of the acquisition benchmark share: the size of a round, its models and prompts.

Knows nothing about how either side acquires.
"""

import json
import random
from collections.abc import Sequence
from copy import deepcopy
from dataclasses import dataclass, replace
from math import ceil
from typing import Any

import torch
from tokenizers import Tokenizer, models
from transformers import LlamaConfig, LlamaForCausalLM, PreTrainedTokenizerFast

from workers.learning.policy import Policy, encode_prompt, load_policy
from workers.sandbox.paths import MODEL, PROMPTS

CPU = torch.device("cpu")
BETA = 0.2
PAIR_TEMPERATURE = 0.7
# Of the texts of a random model, before their length limit.
STOPPING_SHARE = 0.3


@dataclass(frozen=True)
class Shape:
    """The round, and the random Llama that runs it where `hidden` is not 0; else a model folder."""

    prompts: int = 64
    samples: int = 16
    entropy_samples: int = 4
    published_samples: int = 32
    share: float = 0.25
    new_tokens: int = 32
    batch: int = 64
    chunk: int = 64
    pool: int = 10_000
    hidden: int = 0
    layers: int = 6
    vocabulary: int = 4096
    prompt: tuple[int, int] = (20, 60)
    seed: int = 0
    model: str = str(MODEL)

    @property
    def labels(self) -> int:
        """Half of the prompts that entropy keeps, so that certainty has a choice."""
        return max(1, round(self.share * self.prompts / 2))


@dataclass(frozen=True)
class Bench:
    """What every side of the round is given."""

    policy: Policy
    reference: Policy
    prompts: Sequence[tuple[int, ...]]
    shape: Shape


@dataclass(frozen=True)
class Step:
    """What a side did last: a chunk's sampling, scoring or selection, its necessary matrix products, pairs chosen."""

    stage: str
    flops: float = 0.0
    pairs: int = 0


def make_bench(shape: Shape) -> Bench:
    reference = random_policy(shape) if shape.hidden else load_policy(shape.model, device="cpu", dtype=torch.float32)
    policy = replace(reference, model=_moved(deepcopy(reference.model), shape.seed))
    if shape.hidden:
        rng = random.Random(shape.seed)
        lengths = [rng.randint(*shape.prompt) for _ in range(shape.prompts)]
        return Bench(policy, reference, [_random_ids(rng, length, shape) for length in lengths], shape)
    texts = [json.loads(line)["prompt"] for line in PROMPTS.read_text().splitlines()[: shape.prompts]]
    prompts = [t if policy.has_chat_template else "\n".join(message["content"] for message in t) for t in texts]
    return Bench(policy, reference, [encode_prompt(policy, one) for one in prompts], shape)


def highest(entropies: Sequence[float], shape: Shape) -> list[int]:
    """The prompts of highest entropy, the share that is kept."""
    order = sorted(range(len(entropies)), key=lambda i: -entropies[i])
    return order[: max(shape.labels, ceil(shape.share * len(entropies)))]


def chunks(items: Sequence[Any], size: int) -> list[Any]:
    return [items[start : start + size] for start in range(0, len(items), size)]


def _moved(model: Any, seed: int) -> Any:
    """A policy some way from its reference: each weight matrix off by a fiftieth."""
    generator = torch.Generator().manual_seed(seed)
    with torch.no_grad():
        for weight in model.parameters():
            weight += 0.02 * weight.std(correction=0) * torch.randn(weight.shape, generator=generator)
    return model


def random_policy(shape: Shape) -> Policy:
    torch.manual_seed(shape.seed)
    config = LlamaConfig(
        vocab_size=shape.vocabulary,
        hidden_size=shape.hidden,
        intermediate_size=shape.hidden * 43 // 16,
        num_hidden_layers=shape.layers,
        num_attention_heads=max(1, shape.hidden // 64),
        num_key_value_heads=max(1, shape.hidden // 64),
        max_position_embeddings=1024,
        tie_word_embeddings=True,
        bos_token_id=None,
        eos_token_id=None,
    )
    # Texts of a random model end at no token of its own choice: so many ends that three tenths stop before the limit.
    ends = max(1, round(shape.vocabulary * (1 - (1 - STOPPING_SHARE) ** (1 / shape.new_tokens))))
    eos_ids = tuple(range(1, 1 + ends))
    return Policy(LlamaForCausalLM(config).eval(), _tokenizer(shape.vocabulary), CPU, 1024, eos_ids, 0, False, "")


def matrix_flops(model: Any, prompt_tokens: int, completion_tokens: int) -> float:
    """Of the matrix products of a forward pass: 2 per weight and token, the output head at completions alone."""
    head, embeddings = model.get_output_embeddings().weight, model.get_input_embeddings().weight
    tables = sum({one.data_ptr(): one.numel() for one in (head, embeddings)}.values())
    body = sum(weight.numel() for weight in model.parameters()) - tables
    return 2.0 * float(body * (prompt_tokens + completion_tokens) + head.numel() * completion_tokens)


def _random_ids(rng: random.Random, length: int, shape: Shape) -> tuple[int, ...]:
    return tuple(rng.randrange(shape.vocabulary // 2, shape.vocabulary) for _ in range(length))


def _tokenizer(size: int) -> Any:
    made = Tokenizer(models.WordLevel({f"t{i}": i for i in range(size)}, unk_token="t0"))
    return PreTrainedTokenizerFast(tokenizer_object=made, eos_token="t1", pad_token="t0")
