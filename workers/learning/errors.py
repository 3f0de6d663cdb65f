"""The named errors of the library: each message is a sentence that a user can act on.

Knows nothing about where an error is shown; bad arguments are plain `ValueError`.
"""

# Whatever an architecture's own code stumbles over where it does not do what others do. Running out of memory is one
# of them to Python, and nothing that another way of running the model answers: catch it first.
ARCHITECTURE_ERRORS = (AttributeError, LookupError, RuntimeError, TypeError, ValueError)


class ModelError(Exception):
    """A model that cannot be used: absent, pickle-only, not a causal LM, without tokenizer, with NaN weights or
    weights of several dtypes that do not go together."""


class PromptError(Exception):
    """A prompt that the model cannot take: too long, empty, or messages for a tokenizer without a chat template."""


class NumericalError(Exception):
    """A number that must be finite is not: logits, a log-probability, a loss or a gradient. Names the row."""


class SamplingServerError(Exception):
    """A sampling server that does not answer, refuses, answers with something else, or serves another model."""
