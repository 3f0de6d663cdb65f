"""How many tokens a model can take, each meaning the same whatever it is batched with.

Knows nothing about tokenizers.
"""

import logging
from collections.abc import Iterator, Mapping
from typing import Any

# Architectures name it differently.
_NAMES = ("max_position_embeddings", "n_positions", "max_seq_len", "seq_length")
_ORIGINAL = "original_max_position_embeddings"
# Past the original context these turn all positions of a batch by its longest row: a row's log-prob would depend on
# the rows beside it, and a cache would hold keys turned by the angles of a shorter text.
_BY_LENGTH = ("longrope", "dynamic")

log = logging.getLogger(__name__)


def stated_context(model: Any) -> int | None:
    """The context in tokens that the model's configuration states; None where positions have no end.

    Where rotary angles depend on the length (longrope, dynamic NTK), the original context, up to which they do not;
    dynamic NTK that states none begins past the stated context.
    """
    stated, original = _contexts(model)
    return min((length for length in (stated, original) if length), default=None)


def log_shorter_context(model: Any, source: str) -> None:
    """One line, for whoever loads the model, where it is given less context than it states."""
    stated, original = _contexts(model)
    if original and stated and original < stated:
        log.warning(
            "%s is used up to %d of its %d tokens: past them its rotary angles, and so its log-probs, would depend on "
            "the other rows of a batch.",
            source,
            original,
            stated,
        )


def _contexts(model: Any) -> tuple[int | None, int | None]:
    """What the configuration states, and the least original context of angles that depend on the length."""
    config = model.config.get_text_config().to_dict()
    stated = next((int(config[name]) for name in _NAMES if config.get(name)), None)
    originals = (rope.get(_ORIGINAL) or config.get(_ORIGINAL) for rope in _ropes(config))
    return stated, min((int(length) for length in originals if length), default=None)


def _ropes(config: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """The rotary parameters whose angles depend on the length: of all layers, or by type of layer."""
    for place in (config.get("rope_parameters"), config.get("rope_scaling")):
        for rope in (place, *place.values()) if isinstance(place, Mapping) else ():
            if isinstance(rope, Mapping) and (rope.get("rope_type") or rope.get("type")) in _BY_LENGTH:
                yield rope
