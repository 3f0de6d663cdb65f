"""Finds the first stop string in the text of a growing completion. Knows nothing about models."""

from collections.abc import Sequence

from workers.learning.policy import Policy, decode


class StopFinder:
    """Looks for stop strings after each new token. A tail of the tokens is decoded first, all of them only on a hit."""

    def __init__(self, policy: Policy, stop: Sequence[str]) -> None:
        self._policy, self._stop = policy, tuple(stop)
        # A token that adds text adds at least one byte of it; a few more, as the first may lose its space.
        self._tail = max(len(text.encode()) for text in stop) + 4
        self._silent = frozenset(policy.tokenizer.all_special_ids)

    def cut(self, token_ids: Sequence[int], prompt_ids: Sequence[int]) -> str | None:
        """The text before the first stop string, None where there is none."""
        spoken = [token for token in token_ids[-4 * self._tail :] if token not in self._silent][-self._tail :]
        if len(spoken) == self._tail and self._first(decode(self._policy, spoken)) is None:
            return None
        text = decode(self._policy, token_ids, prompt_ids=prompt_ids)
        found = self._first(text)
        return None if found is None else text[:found]

    def _first(self, text: str) -> int | None:
        """Where the earliest stop string begins."""
        return min((place for stop in self._stop if (place := text.find(stop)) >= 0), default=None)
