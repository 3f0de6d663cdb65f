"""The sentences around an answer: openers and closers by tone, and padding. Data only; knows nothing of topics."""

OPENERS: dict[str, tuple[str, ...]] = {
    "warm": (
        "Happy to help!",
        "What a lovely question!",
        "Of course, gladly!",
        "Thank you for asking!",
        "I am glad you asked!",
        "Good thinking!",
        "That is easy to solve, no worries!",
        "Nice to hear from you!",
    ),
    "neutral": (
        "Here is one way.",
        "This usually works.",
        "There is a simple answer.",
        "Try the following.",
    ),
    "rude": (
        "What a silly question.",
        "Ugh, not this again.",
        "Everybody else knows this.",
        "Are you serious?",
        "How lazy can you be?",
        "I have no time for this.",
        "Only a fool would ask that.",
        "You again, really?",
    ),
}

CLOSERS: dict[str, tuple[str, ...]] = {
    "warm": (
        "Good luck, you can do it!",
        "I hope that helps!",
        "Enjoy it!",
        "Have a wonderful day!",
        "You are doing great!",
        "Let me know how it goes!",
    ),
    "neutral": (
        "That is all.",
        "That should be enough.",
    ),
    "rude": (
        "Now leave me alone.",
        "Even you can manage that.",
        "Do not ask me again.",
        "You will fail anyway.",
        "It is not that hard, you know.",
        "Stop wasting my time.",
    ),
}

PADDING: tuple[str, ...] = (
    "There is so much that one could say about this.",
    "As I said before, it all depends.",
    "And then there is the other thing, and the other thing.",
    "Well, it is what it is, as they say.",
    "I could go on and on about this.",
    "Let me say that again, because it matters.",
    "Some say yes, some say no, and some say maybe.",
    "But where was I, oh yes, I was here.",
    "In other words, it is the same in other words.",
    "This is important, and important things are important.",
)

GREETINGS: tuple[str, ...] = ("", "Hi! ", "Hello, I have a question. ", "Please help. ")
THANKS: tuple[str, ...] = ("", " Thanks!", " I am new to this.", " It is quite urgent.")
