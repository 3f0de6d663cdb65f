"""Draws a token per row from its logits: temperature, top-k, nucleus; with log-prob and entropy at temperature 1.

Knows nothing about models, caches or prompts. Shapes: A rows, V vocabulary, W the vocabulary padded to whole blocks,
B blocks of it.
"""

import torch
from torch import Tensor

# The draw first finds a block of the vocabulary, then a token in it: two short sums instead of one over all of it.
_BLOCK = 64
# Nucleus filtering looks at so many tokens first; only rows that need more are sorted whole.
_SHORTLIST = 256


def draw_uniforms(seed: int, samples: int, steps: int) -> list[list[float]]:
    """Uniform draws [samples, steps] of one prompt, from its seed alone."""
    drawn: list[list[float]] = torch.rand(samples, steps, generator=torch.Generator().manual_seed(seed)).tolist()
    return drawn


def draw_tokens(
    logits_A_V: Tensor, uniforms_A: Tensor, *, temperature: float, top_k: int, top_p: float
) -> tuple[Tensor, Tensor, Tensor]:
    """Draws a token per row by inverting the distribution's sum function.

    Returns the tokens, their temperature-1 log-probs and the exact temperature-1 entropies, in nats. An entropy is
    finite exactly when all logits of its row are.
    """
    vocabulary = logits_A_V.shape[1]
    logits_A_V = logits_A_V.float()
    shifted_A_V = logits_A_V - logits_A_V.amax(-1, keepdim=True)
    weights_A_W = _exp(shifted_A_V)
    blocks_A_B = _block_sums(weights_A_W)
    sums_A = blocks_A_B.sum(-1)
    log_sums_A = sums_A.log()
    entropies_A = log_sums_A - torch.linalg.vecdot(weights_A_W[:, :vocabulary], shifted_A_V) / sums_A
    if temperature != 1.0:
        weights_A_W = _exp(shifted_A_V / temperature)
    if top_k or top_p < 1.0:
        weights_A_W = filter_probs(weights_A_W, top_k=top_k, top_p=top_p)
    if temperature != 1.0 or top_k or top_p < 1.0:
        blocks_A_B = _block_sums(weights_A_W)
    tokens_A = _invert(weights_A_W, blocks_A_B, uniforms_A).clamp_(max=vocabulary - 1)
    return tokens_A, shifted_A_V.gather(1, tokens_A.unsqueeze(1)).squeeze(1) - log_sums_A, entropies_A


def filter_probs(probs_A_V: Tensor, *, top_k: int, top_p: float) -> Tensor:
    """Zeroes what top-k and nucleus filtering leave out; rows are not renormalised (the draw scales by their sum).

    The nucleus is the smallest set of most probable tokens whose sum reaches top_p of that of the `top_k` tokens, or
    of the row's where there is no top_k (arXiv 1904.09751; filters in this order, as others do); at least one token
    stays. How a row is filtered depends on that row alone.
    """
    if top_k:
        return _filter_best(probs_A_V, None, top_k, top_p)
    totals_A_1 = probs_A_V.sum(-1, keepdim=True)
    kept_A_V = _filter_best(probs_A_V, totals_A_1, _SHORTLIST, top_p)
    # Where the shortlist falls short of the nucleus, the whole row is sorted.
    short_A = kept_A_V.count_nonzero(-1) == _SHORTLIST
    if bool(short_A.any()):
        kept_A_V[short_A] = _filter_best(probs_A_V[short_A], totals_A_1[short_A], probs_A_V.shape[1], top_p)
    return kept_A_V


def _filter_best(probs_A_V: Tensor, totals_A_1: Tensor | None, count: int, top_p: float) -> Tensor:
    """Keeps at most the `count` most probable tokens, and of those the nucleus: its share is of `totals_A_1`, or of
    what those tokens sum to."""
    best_A_K, order_A_K = probs_A_V.topk(min(count, probs_A_V.shape[1]), dim=-1)
    if totals_A_1 is None:
        totals_A_1 = best_A_K.sum(-1, keepdim=True)
    dropped_A_K = best_A_K.cumsum(-1) - best_A_K >= top_p * totals_A_1
    dropped_A_K[:, 0] = False
    return torch.zeros_like(probs_A_V).scatter_(-1, order_A_K, best_A_K.masked_fill(dropped_A_K, 0.0))


def _exp(logits_A_V: Tensor) -> Tensor:
    """exp of the logits, padded with zeros to whole blocks."""
    rows, vocabulary = logits_A_V.shape
    weights_A_W = logits_A_V.new_empty(rows, -(-vocabulary // _BLOCK) * _BLOCK)
    weights_A_W[:, vocabulary:] = 0
    torch.exp(logits_A_V, out=weights_A_W[:, :vocabulary])
    return weights_A_W


def _block_sums(weights_A_W: Tensor) -> Tensor:
    return weights_A_W.view(len(weights_A_W), -1, _BLOCK).sum(-1)


def _invert(weights_A_W: Tensor, blocks_A_B: Tensor, uniforms_A: Tensor) -> Tensor:
    """The first token whose running sum passes uniform x total."""
    targets_A_1 = uniforms_A.unsqueeze(1) * blocks_A_B.sum(-1, keepdim=True)
    block_A_1, before_A_1 = _first_past(blocks_A_B, targets_A_1)
    rows = len(uniforms_A)
    inner_A_64 = weights_A_W.view(rows, -1, _BLOCK)[torch.arange(rows), block_A_1.squeeze(1)]
    inner_A_1, _ = _first_past(inner_A_64, targets_A_1 - before_A_1)
    return (block_A_1 * _BLOCK + inner_A_1).squeeze(1)


def _first_past(values_A_N: Tensor, targets_A_1: Tensor) -> tuple[Tensor, Tensor]:
    """Per row the first index whose running sum passes the target, and the sum before it; never one of value 0."""
    sums_A_N = values_A_N.cumsum(-1)
    # Rounding may put the target on the total or past it: then the last index that adds to the sum is meant.
    last_A_1 = torch.searchsorted(sums_A_N, sums_A_N[:, -1:].contiguous())
    index_A_1 = torch.minimum(torch.searchsorted(sums_A_N, targets_A_1, right=True), last_A_1)
    index_A_1.clamp_(max=values_A_N.shape[1] - 1)
    return index_A_1, sums_A_N.gather(1, index_A_1) - values_A_N.gather(1, index_A_1)
