"""Tiny models and a tiny tokenizer, made here from a fixed seed: a Llama and a GPT-2 that load like any real folder."""

from pathlib import Path
from typing import Any

import pytest
import torch
from tokenizers import AddedToken, Tokenizer
from tokenizers.decoders import ByteLevel as ByteLevelDecoder
from tokenizers.models import BPE
from tokenizers.pre_tokenizers import ByteLevel
from transformers import GPT2Config, GPT2LMHeadModel, LlamaConfig, LlamaForCausalLM, PreTrainedTokenizerFast

from workers.learning.policy import Policy, load_policy

TEMPLATE = (
    "{% for message in messages %}<{{ message['role'] }}>{{ message['content'] }}\n{% endfor %}"
    "{% if add_generation_prompt %}<assistant>{% endif %}"
)


def build_tokenizer(*, eos: bool = True, pad: bool = True, template: str | None = None) -> Any:
    """One token per byte, plus two merges that cross word borders, plus <eos> and <pad>."""
    alphabet = sorted(ByteLevel.alphabet())
    merged = ["Ġt", "he", "Ġthe"]
    vocabulary = {token: index for index, token in enumerate([*alphabet, *merged, "<eos>", "<pad>"])}
    tokenizer = Tokenizer(BPE(vocab=vocabulary, merges=[("Ġ", "t"), ("h", "e"), ("Ġt", "he")]))
    tokenizer.pre_tokenizer = ByteLevel(add_prefix_space=False)
    tokenizer.decoder = ByteLevelDecoder()
    tokenizer.add_special_tokens([AddedToken("<eos>", special=True), AddedToken("<pad>", special=True)])
    specials = {"eos_token": "<eos>" if eos else None, "pad_token": "<pad>" if pad else None}
    made = PreTrainedTokenizerFast(tokenizer_object=tokenizer, **specials)
    made.chat_template = template
    return made


def build_llama(*, seed: int = 0, context: int = 96) -> Any:
    torch.manual_seed(seed)
    config = LlamaConfig(
        vocab_size=264,
        hidden_size=32,
        intermediate_size=48,
        num_hidden_layers=2,
        num_attention_heads=4,
        num_key_value_heads=2,
        max_position_embeddings=context,
        initializer_range=0.25,
        tie_word_embeddings=True,
        eos_token_id=259,
        bos_token_id=None,
        pad_token_id=None,
    )
    return LlamaForCausalLM(config)


def build_gpt2(*, seed: int = 0) -> Any:
    """Its configuration keeps GPT-2's dropout of 0.1."""
    torch.manual_seed(seed)
    config = GPT2Config(
        vocab_size=264,
        n_embd=32,
        n_layer=2,
        n_head=4,
        n_positions=96,
        initializer_range=0.25,
        eos_token_id=259,
        bos_token_id=259,
    )
    assert config.resid_pdrop == 0.1
    return GPT2LMHeadModel(config)


def save_model(folder: Path, model: Any, tokenizer: Any | None = None) -> Path:
    model.save_pretrained(folder)
    (tokenizer or build_tokenizer()).save_pretrained(folder)
    return folder


@pytest.fixture(scope="session")
def llama_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return save_model(tmp_path_factory.mktemp("models") / "llama", build_llama())


@pytest.fixture(scope="session")
def gpt2_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return save_model(tmp_path_factory.mktemp("models") / "gpt2", build_gpt2())


@pytest.fixture(scope="session")
def chat_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return save_model(tmp_path_factory.mktemp("models") / "chat", build_llama(), build_tokenizer(template=TEMPLATE))


@pytest.fixture
def llama(llama_folder: Path) -> Policy:
    return load_policy(str(llama_folder), device="cpu")


@pytest.fixture
def gpt2(gpt2_folder: Path) -> Policy:
    return load_policy(str(gpt2_folder), device="cpu")


@pytest.fixture(params=["llama", "gpt2"])
def policy(request: pytest.FixtureRequest, llama_folder: Path, gpt2_folder: Path) -> Policy:
    """Each architecture in turn."""
    return load_policy(str({"llama": llama_folder, "gpt2": gpt2_folder}[request.param]), device="cpu")
