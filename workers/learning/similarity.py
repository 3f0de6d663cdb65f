"""When two completions are too alike to ask anybody which is better, or two prompts to ask about both.

Knows nothing about tokens or models: texts only.
"""

import math
import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Sequence
from heapq import nsmallest
from itertools import pairwise
from typing import TypeAlias

# Signs that change what is said, though Unicode calls them punctuation: those of formulas, code and addresses.
_TELLING = frozenset("-/*%#&@\\")
# Scripts that put no spaces between words: each of their letters is compared as a word.
_UNSPACED = (
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
)


def _words_and_signs() -> re.Pattern[str]:
    kinds = [(chr(point), unicodedata.category(chr(point))[0]) for point in range(0x10000)]
    marks = "".join(char for char, kind in kinds if kind == "M")  # parts of letters: the vowels of Hindi
    prose = re.escape("".join(char for char, kind in kinds if kind in "PZC" and char not in _TELLING))
    word = rf"[{_UNSPACED}]|(?:[^\W{_UNSPACED}]|[{marks}])+"
    # A hyphen within a word is spelling, elsewhere a minus.
    return re.compile(rf"{word}|(?<!\w)-|-(?!\w)|[^\w{marks}{prose}-]")


_WORD = _words_and_signs()

# What more texts than these say tells none of them from another: an instruction that many prompts begin with.
_FEW = 4

# Two long texts are alike when they share this much of their neighbouring word pairs: one word changed in about 25.
_SHARED_BIGRAMS = 0.9

# A neighbouring word pair of a text, with which occurrence of that pair it is.
Bigram: TypeAlias = tuple[str, str, int]
# The text's words and its bigrams.
_Profile: TypeAlias = tuple[tuple[str, ...], frozenset[Bigram]]


def near_identical(a: str, b: str) -> bool:
    """True when two texts differ by nothing that a person would judge.

    That is: in case, spacing or punctuation of prose only, or sharing at least nine tenths of their word bigrams. Signs
    of formulas and code, symbols and emoji are words.
    """
    return _alike(_profile(a), _profile(b))


def distinct_indices(texts: Sequence[str]) -> list[int]:
    """Indices of the texts that stay when of near-identical ones only the first is kept."""
    distinct = DistinctTexts()
    return [index for index, text in enumerate(texts) if distinct.add(text)]


def shared_bigrams(texts: Sequence[str]) -> frozenset[Bigram]:
    """What all of the texts say, three at least, or more than four of them: a template, or a common turn of phrase.

    Left out of comparisons, a long system message before short questions does not make all of them alike.
    """
    counts = Counter(bigram for text in texts for bigram in _profile(text)[1])
    few = max(2, min(_FEW, len(texts) - 1))
    return frozenset(bigram for bigram, count in counts.items() if count > few)


class DistinctTexts:
    """Texts of which no two are near-identical, their `shared` bigrams aside.

    Asks each newcomer of the few only that could be like it.
    """

    def __init__(self, shared: frozenset[Bigram] = frozenset()) -> None:
        self._shared = shared
        self._seen: set[tuple[str, ...]] = set()
        self._by_bigram: dict[Bigram, list[_Profile]] = defaultdict(list)

    def add(self, text: str) -> bool:
        """Keeps the text and returns True, unless one that is kept is near-identical."""
        words, bigrams = _profile(text)
        bigrams -= self._shared
        profile = words, bigrams
        # Alike texts share nine tenths, so at least one of any tenth and one more. The rarest are asked: a phrase that
        # all texts begin with does not make each newcomer meet them all.
        amount = len(bigrams) - math.ceil(_SHARED_BIGRAMS * len(bigrams)) + 1
        asked = nsmallest(amount, bigrams, key=lambda bigram: len(self._by_bigram.get(bigram, ())))
        if words in self._seen or any(_alike(profile, one) for b in asked for one in self._by_bigram.get(b, ())):
            return False
        self._seen.add(words)
        for bigram in bigrams:
            self._by_bigram[bigram].append(profile)
        return True


def _profile(text: str) -> _Profile:
    # A text of punctuation alone is compared as it stands.
    words = tuple(_WORD.findall(unicodedata.normalize("NFC", text.casefold()))) or tuple(text.split())
    occurrences: Counter[tuple[str, str]] = Counter()
    bigrams = set()
    for bigram in pairwise(words):
        bigrams.add((*bigram, occurrences[bigram]))
        occurrences[bigram] += 1
    return words, frozenset(bigrams)


def _alike(a: _Profile, b: _Profile) -> bool:
    words_a, bigrams_a = a
    words_b, bigrams_b = b
    if words_a == words_b:
        return True
    needed = _SHARED_BIGRAMS * max(len(bigrams_a), len(bigrams_b))
    # The shorter text cannot share more than it has; most comparisons end here.
    return 0 < needed <= min(len(bigrams_a), len(bigrams_b)) and len(bigrams_a & bigrams_b) >= needed
