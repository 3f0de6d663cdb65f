"""What each prompt of a round says that the others do not: the texts by which near-identical prompts are known.

Knows nothing of models or tables.
"""

from collections.abc import Hashable, Mapping, Sequence
from itertools import takewhile
from typing import Any, TypeVar

Key = TypeVar("Key", bound=Hashable)


def telling_texts(contents: Mapping[Key, Any]) -> dict[Key, str]:
    """The prompts' words without those that all begin or end with.

    A long instruction or system message in front of every prompt would make all of them look alike. Where nothing is
    left, the text is empty, which is like no other.
    """
    words = {key: _words(content) for key, content in contents.items()}
    start = _shared(list(words.values()))
    rests = {key: said[start:] for key, said in words.items()}
    end = _shared([said[::-1] for said in rests.values()])
    return {key: " ".join(said[: len(said) - end]) for key, said in rests.items()}


def _shared(texts: Sequence[Sequence[str]]) -> int:
    """How many words all texts begin with."""
    places = zip(*texts, strict=False)  # to the end of the shortest
    return len(list(takewhile(lambda words: len(set(words)) == 1, places)))


def _words(content: Any) -> list[str]:
    """Of a text, or of all messages of a conversation."""
    if isinstance(content, str):
        return content.split()
    return [word for message in content for word in str(message["content"]).split()]
