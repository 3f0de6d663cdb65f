"""Who labels and who evaluates in a simulation: a reward model, which may err on purpose.

Knows nothing about rounds. Everything random depends on the seed and the texts alone.
"""

from collections.abc import Sequence

from workers.learning.prompts import Prompt, prompt_text
from workers.learning.reward_model import RewardModel, reward_scores
from workers.learning.rules import seeded

Comparison = tuple[Prompt, str, str]


def outcome(first: float, second: float) -> float:
    """1 where the first has the higher reward, 0 where the second, 0.5 where neither."""
    return 0.5 if first == second else float(first > second)


def labels(judge: RewardModel, comparisons: Sequence[Comparison], *, noise: float, seed: int) -> list[bool]:
    """Whether the first completion is preferred. A label is flipped with the chance `noise`; equal rewards are a
    coin's choice, as a forced answer is."""
    items = [(prompt, text) for prompt, first, second in comparisons for text in (first, second)]
    scores = reward_scores(judge, items)
    return [
        _label(outcome(first, second), seeded("label", seed, prompt_text(comparison[0]), *comparison[1:]), noise)
        for first, second, comparison in zip(scores[::2], scores[1::2], comparisons, strict=True)
    ]


def _label(result: float, draw: int, noise: float) -> bool:
    if result == 0.5:
        return bool(draw & 1)
    # 53 bits of the draw as a number in [0, 1).
    is_flipped = (draw >> 11) / 2**53 < noise
    return (result == 1.0) != is_flipped
