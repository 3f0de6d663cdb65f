"""How many tokens a model can take.

Knows nothing about tokenizers.
"""

from typing import Any

# Architectures name it differently.
_NAMES = ("max_position_embeddings", "n_positions", "max_seq_len", "seq_length")


def stated_context(model: Any) -> int | None:
    """The context in tokens that the model's configuration states; None where positions have no end."""
    config = model.config.get_text_config().to_dict()
    return next((int(config[name]) for name in _NAMES if config.get(name)), None)
