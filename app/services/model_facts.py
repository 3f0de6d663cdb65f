"""What a model's files say, read without loading it: the set-up of a project shows it. Knows nothing of torch."""

import json
import math
import struct
from collections import Counter
from pathlib import Path
from typing import Any, NoReturn

from app.errors import Invalid
from app.schemas import ModelFacts, ModelLook
from app.services.model_folder import check_judge, check_reference, context_length, load_json

LONGEST_HEADER = 100 * 1024 * 1024
DTYPES = {"F64": "float64", "F32": "float32", "F16": "float16", "BF16": "bfloat16", "I8": "int8", "U8": "uint8"}


def look_at(request: ModelLook) -> ModelFacts:
    """The facts of a folder; of a hub name nothing but that it is one.

    Raises Invalid, saying what to do, for what cannot be used; weights that are cut short are found too.
    """
    check = check_reference if request.kind == "reference" else check_judge
    source = check(request.model, field="model")
    folder = Path(source)
    if not folder.is_dir():
        return ModelFacts(source=source, is_folder=False)
    config, adapter = load_json(folder / "config.json"), load_json(folder / "adapter_config.json")
    weights = sorted(folder.glob("*.safetensors"))
    tensors = [tensor for file in weights for tensor in _tensors(file)]
    return ModelFacts(
        source=source,
        is_folder=True,
        base_model=None if config else adapter.get("base_model_name_or_path"),
        architecture=next(iter(config.get("architectures") or []), None),
        parameters=sum(math.prod(one["shape"]) for one in tensors) or None,
        size_bytes=sum(file.stat().st_size for file in weights),
        dtype=_main_dtype(tensors),
        context_length=context_length(folder),
        has_chat_template=_has_chat_template(folder),
        eos_token=_eos_token(folder),
    )


def _tensors(file: Path) -> list[dict[str, Any]]:
    """Shape and number format of each tensor, out of the header of a safetensors file."""
    with file.open("rb") as opened:
        start = opened.read(8)
        length = struct.unpack("<Q", start)[0] if len(start) == 8 else LONGEST_HEADER + 1
        try:
            header = json.loads(opened.read(length)) if length <= LONGEST_HEADER else None
        except ValueError:
            header = None
    if not isinstance(header, dict):
        _refuse(f"{file} is not a safetensors file. Copy or download it again.")
    tensors = [tensor for name, tensor in header.items() if name != "__metadata__"]
    end = 8 + length + max((tensor["data_offsets"][1] for tensor in tensors), default=0)
    if file.stat().st_size < end:
        _refuse(f"{file} is cut short: it has {file.stat().st_size:,} of {end:,} bytes. Copy or download it again.")
    return tensors


def _main_dtype(tensors: list[dict[str, Any]]) -> str | None:
    """The number format of most parameters."""
    counted: Counter[str] = Counter()
    for tensor in tensors:
        counted[tensor["dtype"]] += math.prod(tensor["shape"])
    return next((DTYPES.get(name, name) for name, _ in counted.most_common(1)), None)


def _has_chat_template(folder: Path) -> bool:
    own_file = any((folder / name).is_file() for name in ("chat_template.jinja", "chat_template.json"))
    return own_file or bool(load_json(folder / "tokenizer_config.json").get("chat_template"))


def _eos_token(folder: Path) -> str | None:
    for name in ("tokenizer_config.json", "special_tokens_map.json"):
        token = load_json(folder / name).get("eos_token")
        token = token.get("content") if isinstance(token, dict) else token
        if isinstance(token, str):
            return token
    return None


def _refuse(message: str) -> NoReturn:
    raise Invalid(message, errors=[{"field": "model", "message": message}])
