"""Tiny models of many architectures, from a fixed seed; the tokenizer of conftest fits them all."""

from collections.abc import Callable
from typing import Any

import torch
from transformers import (
    BloomConfig,
    BloomForCausalLM,
    DeepseekV2Config,
    DeepseekV2ForCausalLM,
    DiffLlamaConfig,
    DiffLlamaForCausalLM,
    Gemma2Config,
    Gemma2ForCausalLM,
    Gemma3ForCausalLM,
    Gemma3TextConfig,
    GemmaConfig,
    GemmaForCausalLM,
    GPTNeoXConfig,
    GPTNeoXForCausalLM,
    Lfm2Config,
    Lfm2ForCausalLM,
    Llama4ForCausalLM,
    Llama4TextConfig,
    MiniMaxConfig,
    MiniMaxForCausalLM,
    MistralConfig,
    MistralForCausalLM,
    MptConfig,
    MptForCausalLM,
    Qwen2Config,
    Qwen2ForCausalLM,
    Qwen3NextConfig,
    Qwen3NextForCausalLM,
)

from tests.learning.conftest import build_gpt2, build_llama, build_tokenizer
from workers.learning.policy import Policy

_SIZES: dict[str, Any] = {
    "vocab_size": 264,
    "hidden_size": 32,
    "intermediate_size": 48,
    "num_hidden_layers": 2,
    "num_attention_heads": 4,
    "max_position_embeddings": 96,
    "initializer_range": 0.25,
}
_GROUPED = {**_SIZES, "num_key_value_heads": 2}
_WINDOW = 8
_EXPERTS: dict[str, Any] = {
    "num_local_experts": 2,
    "num_experts_per_tok": 1,
    "intermediate_size_mlp": 48,
    "head_dim": 8,
}
_DELTA: dict[str, Any] = {
    "num_experts": 2,
    "num_experts_per_tok": 1,
    "moe_intermediate_size": 16,
    "shared_expert_intermediate_size": 16,
    "head_dim": 8,
    "linear_num_value_heads": 4,
    "linear_num_key_heads": 2,
    "linear_key_head_dim": 8,
    "linear_value_head_dim": 8,
}
_LATENT: dict[str, Any] = {"q_lora_rank": 8, "kv_lora_rank": 8, "qk_nope_head_dim": 8, "qk_rope_head_dim": 4}

PLAIN: dict[str, Callable[[], Any]] = {
    "llama": build_llama,
    "gpt2": build_gpt2,
    "qwen2": lambda: Qwen2ForCausalLM(Qwen2Config(**_GROUPED)),
    "gemma": lambda: GemmaForCausalLM(GemmaConfig(**_GROUPED, head_dim=8)),
    "neox": lambda: GPTNeoXForCausalLM(GPTNeoXConfig(**_SIZES)),
    "mistral": lambda: MistralForCausalLM(MistralConfig(**_GROUPED, sliding_window=None)),
}
"""Attention is plain in every layer."""

OTHER: dict[str, Callable[[], Any]] = {
    "sliding mistral": lambda: MistralForCausalLM(MistralConfig(**_GROUPED, sliding_window=_WINDOW)),
    "gemma2": lambda: Gemma2ForCausalLM(Gemma2Config(**_GROUPED, head_dim=8, sliding_window=_WINDOW)),
    "gemma3": lambda: Gemma3ForCausalLM(Gemma3TextConfig(**_GROUPED, head_dim=8, sliding_window=_WINDOW)),
    "mpt": lambda: MptForCausalLM(MptConfig(vocab_size=264, d_model=32, n_layers=2, n_heads=4, max_seq_len=96)),
    "bloom": lambda: BloomForCausalLM(BloomConfig(vocab_size=264, hidden_size=32, n_layer=2, n_head=4)),
    "llama4": lambda: Llama4ForCausalLM(
        Llama4TextConfig(**_GROUPED, **_EXPERTS, attention_chunk_size=_WINDOW, bos_token_id=None)
    ),
    "deepseek2": lambda: DeepseekV2ForCausalLM(
        DeepseekV2Config(**_SIZES, **_LATENT, v_head_dim=6, first_k_dense_replace=2, n_routed_experts=2)
    ),
    "deepseek2 of equal heads": lambda: DeepseekV2ForCausalLM(
        DeepseekV2Config(**_SIZES, **_LATENT, v_head_dim=12, first_k_dense_replace=2, n_routed_experts=2)
    ),
    "diffllama": lambda: DiffLlamaForCausalLM(DiffLlamaConfig(**_GROUPED)),
    "lfm2": lambda: Lfm2ForCausalLM(Lfm2Config(**_GROUPED, layer_types=["conv", "full_attention"])),
    "qwen3 next": lambda: Qwen3NextForCausalLM(
        Qwen3NextConfig(**_GROUPED, **_DELTA, layer_types=["linear_attention", "full_attention"])
    ),
}
"""Sliding windows, soft caps, ALiBi, chunks, values of another size than queries, caches of compressed keys and values,
two attentions per layer, convolutions, recurrent states."""

UNDECODABLE: dict[str, Callable[[], Any]] = {
    "minimax": lambda: MiniMaxForCausalLM(
        MiniMaxConfig(**_GROUPED, num_local_experts=2, layer_types=["linear_attention", "full_attention"])
    ),
}
"""A cache that fails in transformers itself where several prompts decode together."""


def build_policy(make: Callable[[], Any]) -> Policy:
    """Six tokens end a text, so that some samples stop early and others are cut."""
    torch.manual_seed(0)
    model = make().eval()
    return Policy(model, build_tokenizer(), torch.device("cpu"), 96, (259, 10, 40, 80, 120, 200), 260, False, "tiny")
