"""How good a written reply is, from what its sentences were written to be. Knows nothing of words, topics or models."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from statistics import fmean


class Role(StrEnum):
    """What a sentence is there for: to be friendly or not, to answer, or to fill space."""

    TONE = "tone"
    STEP = "step"
    PADDING = "padding"


@dataclass(frozen=True)
class Sentence:
    """One sentence of a reply.

    `value` is the tone in -1..1 for a tone sentence, the relevance in 0..1 for a step, and unused for padding.
    `fluency` is 1 for correct English, 0 for words without order or grammar.
    """

    text: str
    role: Role
    value: float
    fluency: float = 1.0


WEIGHTS = (1.0, 2.0, 1.0, 1.5)
"""How much tone, relevance, brevity and fluency count."""


@dataclass(frozen=True)
class Quality:
    """How good a reply is, each part on its own: `tone` in -1..1, the others in 0..1, higher is better."""

    tone: float
    relevance: float
    brevity: float
    fluency: float

    @property
    def parts(self) -> tuple[float, ...]:
        """The four numbers in the order of `WEIGHTS`."""
        return self.tone, self.relevance, self.brevity, self.fluency

    @property
    def total(self) -> float:
        """The weighted sum that the reward model gives, from -1 (rude, off topic, rambling, garbled) to 5.5."""
        return sum(weight * part for weight, part in zip(WEIGHTS, self.parts, strict=True))


def rate(sentences: Sequence[Sentence]) -> Quality:
    """Rate a reply: means over its sentences, and a third of the brevity lost with every sentence of padding.

    A reply that says nothing about anything is not relevant; one without a tone sentence is neutral.
    """
    tones = [sentence.value for sentence in sentences if sentence.role is Role.TONE]
    steps = [sentence.value for sentence in sentences if sentence.role is Role.STEP]
    padding = sum(sentence.role is Role.PADDING for sentence in sentences)
    return Quality(
        tone=fmean(tones) if tones else 0.0,
        relevance=fmean(steps) if steps else 0.0,
        brevity=max(0.0, 1.0 - padding / 3),
        fluency=fmean(sentence.fluency for sentence in sentences),
    )
