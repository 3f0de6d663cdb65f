"""Log-probabilities of given tokens from logits, in fp32 chunk by chunk: no copy of all logits is made.

Knows nothing about rows or models. Shapes: K tokens, V vocabulary. The logits keep their dtype, and so does their
gradient; for a vocabulary of 150,000 in bf16 that is a quarter of the memory of a plain log-softmax.
"""

from collections.abc import Iterator
from typing import Any

import torch
from torch import Tensor

# Numbers of a chunk: 1 MiB in fp32 stays in a processor's cache; a GPU wants fewer, larger kernels.
_CHUNK, _GPU_CHUNK = 2**18, 2**26


def target_logprobs(logits_K_V: Tensor, targets_K: Tensor) -> Tensor:
    """log softmax(logits)[target] per token [K], fp32, differentiable in the logits."""
    return _TargetLogprobs.apply(logits_K_V, targets_K)  # type: ignore[no-untyped-call, no-any-return]


class _TargetLogprobs(torch.autograd.Function):
    @staticmethod
    def forward(ctx: Any, logits_K_V: Tensor, targets_K: Tensor) -> Tensor:
        logprobs_K = torch.empty(len(targets_K), dtype=torch.float32, device=logits_K_V.device)
        normalisers_K = torch.empty_like(logprobs_K)
        for chunk in _chunks(logits_K_V):
            logits_C_V = logits_K_V[chunk].float()
            normalisers_K[chunk] = torch.logsumexp(logits_C_V, dim=1)
            logprobs_K[chunk] = logits_C_V.gather(1, targets_K[chunk].unsqueeze(1)).squeeze(1) - normalisers_K[chunk]
        ctx.save_for_backward(logits_K_V, targets_K, normalisers_K)
        return logprobs_K

    @staticmethod
    def backward(ctx: Any, *gradients: Tensor) -> tuple[Tensor, None]:
        """d logprob / d logits = [target] - softmax."""
        logits_K_V, targets_K, normalisers_K = ctx.saved_tensors
        gradient_K_V = torch.empty_like(logits_K_V)
        for chunk in _chunks(logits_K_V):
            gradient_C_1 = gradients[0][chunk].unsqueeze(1)
            logits_C_V = logits_K_V[chunk].float()
            # Not in place: of fp32 logits this is the caller's own tensor.
            chances_C_V = (logits_C_V - normalisers_K[chunk].unsqueeze(1)).exp_()
            chances_C_V.mul_(-gradient_C_1).scatter_add_(1, targets_K[chunk].unsqueeze(1), gradient_C_1)
            gradient_K_V[chunk] = chances_C_V
        return gradient_K_V, None


def _chunks(logits_K_V: Tensor) -> Iterator[slice]:
    numbers = _CHUNK if logits_K_V.device.type == "cpu" else _GPU_CHUNK
    size = max(1, numbers // logits_K_V.shape[1])
    for start in range(0, logits_K_V.shape[0], size):
        yield slice(start, start + size)
