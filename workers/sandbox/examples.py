"""Draws the texts that the sandbox's models learn from, and splits the requests. Knows nothing of models or files."""

from dataclasses import dataclass
from random import Random

from workers.sandbox.text import Reply, Request, draw_plan, requests, write_mixed_reply, write_reply, write_short_reply

TRAIN_PROMPTS = 3000
EVAL_PROMPTS = 512
_EVAL_SHARE = 0.12
_SYSTEM_MESSAGES = (
    "You are a helpful assistant.",
    "You answer short everyday questions.",
    "Answer in a few sentences.",
)

Message = dict[str, str]


@dataclass(frozen=True)
class Split:
    """All requests, apart by their core: a question asked in one split is never asked in the other, however greeted."""

    train: list[Request]
    eval: list[Request]


@dataclass(frozen=True)
class Example:
    """A conversation that ends with the user's turn, and one reply to it."""

    messages: list[Message]
    reply: Reply


def split_requests(rng: Random) -> Split:
    """Give about one question in eight, with all its greetings, to the eval split."""
    everything = list(requests())
    cores = sorted({request.core for request in everything})
    held_out = set(rng.sample(cores, round(len(cores) * _EVAL_SHARE)))
    return Split(
        train=[request for request in everything if request.core not in held_out],
        eval=[request for request in everything if request.core in held_out],
    )


def prompt_rows(rng: Random, split: Split) -> list[dict[str, object]]:
    """Draw the rows of the prompts file: `TRAIN_PROMPTS` train rows, then `EVAL_PROMPTS` eval rows."""
    drawn = [("train", request) for request in rng.sample(split.train, TRAIN_PROMPTS)]
    drawn += [("eval", request) for request in rng.sample(split.eval, EVAL_PROMPTS)]
    return [{"prompt": [user(request.text)], "split": name} for name, request in drawn]


def draw_example(rng: Random, among: list[Request]) -> Example:
    """Draw a request with a reply of the mixture; now and then after a system message or an earlier turn."""
    request = rng.choice(among)
    return Example([*_before(rng, among), user(request.text)], write_reply(rng, request, draw_plan(rng)))


def draw_mixed_example(rng: Random, among: list[Request]) -> Example:
    """Draw a request with a reply of mixed quality, for the reward model."""
    request = rng.choice(among)
    return Example([*_before(rng, among), user(request.text)], write_mixed_reply(rng, request))


def draw_short_example(rng: Random, among: list[Request]) -> Example:
    """Draw a bare question with a short reply, for the reward model."""
    request = rng.choice(among)
    return Example([user(request.core)], write_short_reply(rng, request))


def _before(rng: Random, among: list[Request]) -> list[Message]:
    messages: list[Message] = []
    if rng.random() < 0.06:
        messages.append({"role": "system", "content": rng.choice(_SYSTEM_MESSAGES)})
    if rng.random() < 0.06:
        earlier = rng.choice(among)
        answer = write_reply(rng, earlier, draw_plan(rng)).text
        messages += [user(earlier.text), {"role": "assistant", "content": answer}]
    return messages


def user(text: str) -> Message:
    """Return a user's message."""
    return {"role": "user", "content": text}
