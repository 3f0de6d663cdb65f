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
        """The text before the first stop string, None where there is none. All tokens but the last were looked at."""
        spoken = [token for token in token_ids[-4 * self._tail :] if token not in self._silent][-self._tail :]
        if len(spoken) == self._tail and self._place(decode(self._policy, spoken)) is None:
            return None
        text = decode(self._policy, token_ids, prompt_ids=prompt_ids)
        place = self._place(text)
        return None if place is None else text[:place]

    def first(self, token_ids: Sequence[int], prompt_ids: Sequence[int]) -> tuple[int, str] | None:
        """How many tokens a whole completion keeps, and its text before the first stop string; None without one."""
        for kept in range(1, len(token_ids) + 1):
            text = self.cut(token_ids[:kept], prompt_ids)
            if text is not None:
                return kept, text
        return None

    def _place(self, text: str) -> int | None:
        """Where the earliest stop string begins."""
        return min((place for stop in self._stop if (place := text.find(stop)) >= 0), default=None)
