"""Looks at a model's folder without loading it, so that a wrong one is refused at once. Knows nothing of torch."""

import json
import re
from pathlib import Path
from typing import Any, NoReturn

from app.errors import Invalid

HUB_NAME = re.compile(r"[\w][\w.-]*/[\w][\w.-]*")
PICKLES = ("*.bin", "*.pt", "*.pth", "*.ckpt", "*.pkl")
TOKENIZERS = ("tokenizer.json", "tokenizer.model", "spiece.model", "vocab.json", "vocab.txt")
LFS_POINTER = b"version https://git-lfs"
CAUSAL = ("ForCausalLM", "LMHeadModel")


def check_reference(source: str, *, field: str = "model") -> str:
    """The source to store: the folder's absolute path, or the hub name, which a worker checks.

    Raises Invalid, saying what to do, for a folder that is not there, not a causal language model, has pickled weights
    only, no tokenizer, or no end-of-sequence token. A tokenizer without a padding token is fine: none is needed.
    """
    folder = _find_folder(source, field)
    if folder is None:
        return source
    if (folder / "adapter_config.json").is_file() and not (folder / "config.json").is_file():
        _check_adapter(folder, field)
        return str(folder)
    config = _read_config(folder, field)
    kinds = _architectures(config)
    if kinds and not any(kind.endswith(CAUSAL) for kind in kinds):
        _refuse(field, f"{folder} holds a {', '.join(kinds)}, which is not a causal language model. Give one that is.")
    _check_weights(folder, field)
    _check_tokenizer(folder, field)
    if not _has_eos(folder, config):
        _refuse(
            field,
            f"The tokenizer in {folder} names no end-of-sequence token, so that no completion would ever end. "
            "Set eos_token in tokenizer_config.json.",
        )
    return str(folder)


def check_judge(source: str, *, field: str) -> str:
    """The same for a reward model: sequence classification with one label."""
    folder = _find_folder(source, field)
    if folder is None:
        return source
    config = _read_config(folder, field)
    kinds = _architectures(config)
    if kinds and not any(kind.endswith("ForSequenceClassification") for kind in kinds):
        _refuse(field, f"{folder} holds a {', '.join(kinds)}; a judge is a sequence-classification model.")
    labels = config.get("num_labels", len(config.get("id2label") or {}) or 2)
    if labels != 1:
        _refuse(field, f"The judge in {folder} has {labels} labels; a reward model has one.")
    _check_weights(folder, field)
    _check_tokenizer(folder, field)
    return str(folder)


def context_length(folder: Path) -> int | None:
    """Tokens that the model in the folder is used up to, when its configuration says so.

    Where rotary angles depend on the length, the original context, as workers.learning.context says why.
    """
    config = load_json(folder / "config.json")
    config = config.get("text_config") or config
    names = ("max_position_embeddings", "n_positions", "n_ctx")
    stated = next((config[name] for name in names if name in config), None)
    found = (stated, *_original_contexts(config))
    return min((length for length in found if isinstance(length, int) and length > 0), default=None)


def _original_contexts(config: dict[str, Any]) -> list[object]:
    """Of all layers, or by type of layer; `su` is what longrope was called once."""
    places = [config[name] for name in ("rope_parameters", "rope_scaling") if isinstance(config.get(name), dict)]
    ropes = [rope for place in places for rope in (place, *place.values()) if isinstance(rope, dict)]
    name = "original_max_position_embeddings"
    return [
        rope.get(name) or config.get(name)
        for rope in ropes
        if (rope.get("rope_type") or rope.get("type")) in ("longrope", "su", "dynamic")
    ]


def _find_folder(source: str, field: str) -> Path | None:
    """The folder, or None for a hub name."""
    if "\x00" in source:
        _refuse(field, "A path cannot contain the NUL character.")
    try:
        path = Path(source).expanduser()
        is_folder, is_there = path.is_dir(), path.exists()
    except (OSError, RuntimeError) as error:  # a name longer than files may have, a folder closed to us, no such home
        _refuse(field, f"This folder cannot be looked at: {error}. Give one that the service can read.")
    if is_folder:
        return path.resolve()
    if is_there:
        _refuse(field, f"{source} is a file. Give the folder that holds config.json, the weights and the tokenizer.")
    if not HUB_NAME.fullmatch(source):
        _refuse(
            field,
            f"There is no folder {source!r} on the server. Give the path of a model folder there, or a hub name of "
            "the form organisation/name.",
        )
    return None


def _read_config(folder: Path, field: str) -> dict[str, Any]:
    if not (folder / "config.json").is_file():
        _refuse(field, f"{folder} has no config.json. Give a folder in the Hugging Face layout (save_pretrained).")
    try:
        config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    except ValueError as error:
        _refuse(field, f"config.json in {folder} is not valid JSON: {error}. Download or save the model again.")
    if not isinstance(config, dict):
        _refuse(field, f"config.json in {folder} is not a JSON object. Download or save the model again.")
    return config


def _architectures(config: dict[str, Any]) -> list[str]:
    """Empty when the configuration does not say: then the worker finds out."""
    return [str(kind) for kind in config.get("architectures") or []]


def _check_adapter(folder: Path, field: str) -> None:
    if not (folder / "adapter_model.safetensors").is_file():
        _refuse(field, f"The adapter in {folder} has no adapter_model.safetensors. Save it with safetensors.")
    if not load_json(folder / "adapter_config.json").get("base_model_name_or_path"):
        _refuse(field, f"The adapter in {folder} does not name its base model (base_model_name_or_path).")


def _check_weights(folder: Path, field: str) -> None:
    weights = sorted(folder.glob("*.safetensors"))
    if not weights:
        if any(True for pattern in PICKLES for _ in folder.glob(pattern)):
            _refuse(
                field,
                f"{folder} holds pickled weights only, which could run code when loaded. Convert them to safetensors "
                "(load the model and call save_pretrained), then give that folder.",
            )
        _refuse(field, f"{folder} has no weights. Add model.safetensors.")
    shards = set(load_json(folder / "model.safetensors.index.json").get("weight_map", {}).values())
    if missing := sorted(shards - {file.name for file in weights}):
        _refuse(field, f"{folder} lacks {len(missing)} of its weight files, such as {missing[0]}. Download it again.")
    for file in weights:
        with file.open("rb") as opened:
            if opened.read(len(LFS_POINTER)) == LFS_POINTER:
                _refuse(field, f"{file} is only a pointer of Git LFS. Run `git lfs pull` in the folder.")


def _check_tokenizer(folder: Path, field: str) -> None:
    if not any((folder / name).is_file() for name in TOKENIZERS):
        _refuse(field, f"{folder} has no tokenizer. Save the model's tokenizer there (tokenizer.json).")


def _has_eos(folder: Path, config: dict[str, Any]) -> bool:
    """False only where nothing names one: a tokenizer's class may bring it, which the worker finds when it loads."""
    named = [load_json(folder / name).get("eos_token") for name in ("tokenizer_config.json", "special_tokens_map.json")]
    ids = [config.get("eos_token_id"), load_json(folder / "generation_config.json").get("eos_token_id")]
    return any(named) or any(one is not None for one in ids)


def load_json(file: Path) -> dict[str, Any]:
    """The JSON object in a file; empty when it is not there or cannot be read."""
    try:
        found = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def _refuse(field: str, message: str) -> NoReturn:
    raise Invalid(message, errors=[{"field": field, "message": message}])
