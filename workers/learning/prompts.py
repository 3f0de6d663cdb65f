"""A prompt, as text or as messages, without any model: what needs no more need not wait for torch to load."""

from collections.abc import Mapping, Sequence
from typing import TypeAlias

Prompt: TypeAlias = str | Sequence[Mapping[str, str]]


def prompt_text(prompt: Prompt) -> str:
    """A prompt as one string, for comparing prompts with each other: a text as it is, messages with their roles."""
    if isinstance(prompt, str):
        return prompt
    return "\n".join(f"{message['role']}: {message['content']}" for message in prompt)
