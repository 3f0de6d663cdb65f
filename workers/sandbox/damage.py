"""Takes the fluency out of sentences: words out of order, grammar and capitals gone. Knows nothing of replies."""

from dataclasses import replace
from enum import StrEnum
from random import Random

from workers.sandbox.quality import Sentence

_SMALL_WORDS = frozenset({"a", "an", "the", "to", "of", "with", "is", "it", "for", "and", "in", "on", "at", "by"})
_WRONG_WORDS = ("is", "are", "be", "doing", "them", "very", "of")


class Damage(StrEnum):
    """What is done to the words of a sentence, and how much fluency is left."""

    SCRAMBLED = "scrambled"
    BROKEN = "broken"
    SLIPPED = "slipped"


_FLUENCY = {Damage.SCRAMBLED: 0.0, Damage.BROKEN: 0.0, Damage.SLIPPED: 0.5}


def spoil(rng: Random, sentence: Sentence, kind: Damage) -> Sentence:
    """Return the sentence with the damage done; a sentence that chance leaves as it was stays fluent."""
    text = _DAMAGES[kind](rng, sentence.text)
    return replace(sentence, text=text, fluency=1.0 if text == sentence.text else _FLUENCY[kind])


def _scramble(rng: Random, text: str) -> str:
    """Shuffle the words within every four."""
    words = _bare(text)
    windows = [words[at : at + 4] for at in range(0, len(words), 4)]
    return " ".join(word for window in windows for word in rng.sample(window, len(window)))


def _break(rng: Random, text: str) -> str:
    kept = [word for word in _bare(text) if word not in _SMALL_WORDS]
    for word in rng.sample(_WRONG_WORDS, 1 + len(kept) // 4):
        kept.insert(rng.randrange(len(kept) + 1), word)
    return " ".join(kept)


def _slip(rng: Random, text: str) -> str:
    """Repeat one word, drop one, or swap two neighbours."""
    words = text.split()
    place = rng.randrange(len(words) - 1) if len(words) > 1 else 0
    match rng.randrange(3):
        case 0:
            words.insert(place, words[place])
        case 1:
            del words[place]
        case _:
            words[place : place + 2] = reversed(words[place : place + 2])
    return " ".join(words)


def _bare(text: str) -> list[str]:
    return [word.strip(".,!?").lower() for word in text.split()]


_DAMAGES = {Damage.SCRAMBLED: _scramble, Damage.BROKEN: _break, Damage.SLIPPED: _slip}
