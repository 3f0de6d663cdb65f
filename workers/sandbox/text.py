"""Writes requests and replies whose quality is known: tone, relevance, brevity and fluency vary on their own.

Knows nothing of tokens, models or files. All randomness comes from the generator that the caller passes in.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import product
from random import Random

from workers.sandbox.damage import Damage, spoil
from workers.sandbox.phrases import CLOSERS, GREETINGS, OPENERS, PADDING, THANKS
from workers.sandbox.quality import Quality, Role, Sentence, rate
from workers.sandbox.topics import TOPICS, Topic

MAX_WORDS = 46
"""Longer replies are written again, so that nearly all of them fit in 64 tokens."""

_TONE_VALUE = {"warm": 1.0, "neutral": 0.0, "rude": -1.0}


@dataclass(frozen=True)
class Request:
    """One message of a user: `text`, its `core` without greeting and thanks, and what it is about."""

    text: str
    core: str
    topic: Topic
    x: str
    y: str


class Subject(StrEnum):
    """What the answer is about: the question, the right kind of answer about the wrong thing, or another topic."""

    ON_TOPIC = "on_topic"
    WRONG_THING = "wrong_thing"
    OFF_TOPIC = "off_topic"


_RELEVANCE = {Subject.ON_TOPIC: 1.0, Subject.WRONG_THING: 0.25, Subject.OFF_TOPIC: 0.0}


@dataclass(frozen=True)
class Reply:
    """One answer, sentence by sentence."""

    sentences: tuple[Sentence, ...]

    @property
    def text(self) -> str:
        return " ".join(sentence.text for sentence in self.sentences)

    @property
    def quality(self) -> Quality:
        return rate(self.sentences)


@dataclass(frozen=True)
class Plan:
    """What a reply will be like, before its words are chosen. `opener` and `closer` are tones, or empty for none."""

    opener: str
    closer: str
    subject: Subject
    steps: int
    padding: int
    damage: Damage | None
    damaged_share: float


def seeded(seed: int) -> Random:
    """Return the generator of pseudo-random numbers for `seed`."""
    return Random(seed)  # noqa: S311 (texts, not secrets)


def requests() -> Iterator[Request]:
    """Yield every request that the generator can write, each once, in a fixed order."""
    for topic in TOPICS:
        for x, y, ask in product(topic.x, topic.y, topic.asks):
            core = _fill(ask, x, y)
            for greeting, thanks in product(GREETINGS, THANKS):
                yield Request(greeting + core + thanks, core, topic, x, y)


def draw_plan(rng: Random) -> Plan:
    """Draw a plan from the mixture that the sandbox model learns: mediocre on the whole, now and then good."""
    tone = rng.choices(("warm", "neutral", "rude"), (0.3, 0.35, 0.35))[0]
    rambles = rng.random() < 0.45
    damaged = rng.random() < 0.33
    return Plan(
        opener=tone if tone != "neutral" or rng.random() < 0.5 else "",
        closer=tone if rng.random() < (0.2 if tone == "neutral" else 0.6) else "",
        subject=rng.choices(tuple(Subject), (0.68, 0.04, 0.28))[0],
        steps=1 if rambles else rng.choices((1, 2, 3), (0.25, 0.55, 0.2))[0],
        padding=rng.choice((1, 2, 2, 3)) if rambles else 0,
        damage=rng.choice((Damage.SCRAMBLED, Damage.BROKEN)) if damaged else None,
        damaged_share=rng.choice((0.5, 1.0, 1.0)),
    )


def write_reply(rng: Random, request: Request, plan: Plan) -> Reply:
    """Write a reply to `request` as planned; its quality follows from what was really written."""
    while True:
        sentences = _sentences(rng, request, plan)
        if plan.damage is not None:
            sentences = _spoil_share(rng, sentences, plan.damage, plan.damaged_share)
        reply = Reply(tuple(sentences))
        if len(reply.text.split()) <= MAX_WORDS:
            return reply


def write_short_reply(rng: Random, request: Request) -> Reply:
    """Write one or two correct sentences, as often beside the point as not: for the reward model to learn relevance."""
    opener = rng.choice(("", "", "warm", "neutral", "rude"))
    subject = rng.choices(tuple(Subject), (0.4, 0.35, 0.25))[0]
    plan = Plan(opener, "", subject, steps=1, padding=0, damage=None, damaged_share=0.0)
    return write_reply(rng, request, plan)


def write_mixed_reply(rng: Random, request: Request) -> Reply:
    """Write a reply whose sentences were planned apart, as a model's samples mix things up: for the reward model.

    Opener and closer may disagree, steps may change the subject, single sentences may be damaged, one may be said
    twice, and the end may be missing.
    """
    plans = [draw_plan(rng) for _ in range(rng.choice((1, 2, 2, 3)))]
    written = [sentence for plan in plans for sentence in _pick(rng, _sentences(rng, request, plan))]
    if rng.random() < 0.15:
        written.append(replace(rng.choice(written), role=Role.PADDING))
    sentences = [spoil(rng, s, rng.choice(tuple(Damage))) if rng.random() < 0.25 else s for s in written]
    return Reply(tuple(_cut(rng, sentences) if rng.random() < 0.15 else sentences))


def _pick(rng: Random, sentences: Sequence[Sentence]) -> list[Sentence]:
    """Keep one or two of the sentences, in their order."""
    places = sorted(rng.sample(range(len(sentences)), min(rng.choice((1, 2, 2)), len(sentences))))
    return [sentences[i] for i in places]


def _cut(rng: Random, sentences: Sequence[Sentence]) -> list[Sentence]:
    """Stop in the middle of the last sentence, which counts as half fluent then."""
    words = sentences[-1].text.split()
    rest = " ".join(words[: rng.randrange(1, len(words))]) if len(words) > 1 else words[0]
    return [*sentences[:-1], replace(sentences[-1], text=rest, fluency=sentences[-1].fluency / 2)]


def _sentences(rng: Random, request: Request, plan: Plan) -> list[Sentence]:
    topic, x, y = _about(rng, request, plan.subject)
    steps = [rng.choice(topic.first), *_in_order(rng, topic.then, plan.steps - 1)]
    body = [Sentence(_fill(step, x, y), Role.STEP, _RELEVANCE[plan.subject]) for step in steps]
    padding = [Sentence(text, Role.PADDING, 0.0) for text in _draw_padding(rng, plan.padding)]
    place = rng.randrange(2)
    before = _tone_sentences(rng, OPENERS, plan.opener)
    return before + padding[:place] + body + padding[place:] + _tone_sentences(rng, CLOSERS, plan.closer)


def _tone_sentences(rng: Random, phrases: dict[str, tuple[str, ...]], tone: str) -> list[Sentence]:
    return [Sentence(rng.choice(phrases[tone]), Role.TONE, _TONE_VALUE[tone])] if tone else []


def _about(rng: Random, request: Request, subject: Subject) -> tuple[Topic, str, str]:
    if subject is Subject.ON_TOPIC:
        return request.topic, request.x, request.y
    if subject is Subject.WRONG_THING:
        return request.topic, rng.choice([x for x in request.topic.x if x != request.x]), rng.choice(request.topic.y)
    topic = rng.choice([topic for topic in TOPICS if topic is not request.topic])
    return topic, rng.choice(topic.x), rng.choice(topic.y)


def _in_order(rng: Random, sentences: tuple[str, ...], count: int) -> list[str]:
    return [sentences[i] for i in sorted(rng.sample(range(len(sentences)), count))]


def _draw_padding(rng: Random, count: int) -> list[str]:
    """Rambling repeats itself: half of the time every padding sentence is the same one."""
    if count > 1 and rng.random() < 0.5:
        return [rng.choice(PADDING)] * count
    return rng.sample(PADDING, count)


def _spoil_share(rng: Random, sentences: Sequence[Sentence], kind: Damage, share: float) -> list[Sentence]:
    spoilt = set(rng.sample(range(len(sentences)), max(1, round(share * len(sentences)))))
    return [spoil(rng, sentence, kind) if i in spoilt else sentence for i, sentence in enumerate(sentences)]


def _fill(template: str, x: str, y: str) -> str:
    """Fill the slots and set a capital at the start, where a slot may have put a small letter."""
    text = template.replace("{x}", x).replace("{y}", y)
    return text[0].upper() + text[1:]
