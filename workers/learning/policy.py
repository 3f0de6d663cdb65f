"""A causal language model with its tokenizer: load it, describe it, turn text into token ids and back.

Knows nothing about sampling, training or where model folders come from. Weights are read from safetensors only.
"""

import inspect
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from jinja2.exceptions import TemplateError
from peft import PeftConfig, PeftModel
from safetensors import SafetensorError
from transformers import AutoConfig, AutoModelForCausalLM, AutoTokenizer, BitsAndBytesConfig
from transformers.models.auto.modeling_auto import MODEL_FOR_CAUSAL_LM_MAPPING_NAMES

from workers.learning.context import log_shorter_context, stated_context
from workers.learning.errors import ModelError, NumericalError, PromptError
from workers.learning.folders import save_policy, verify_manifest
from workers.learning.prompts import Prompt

__all__ = [
    "ModelError",
    "NumericalError",
    "Policy",
    "PromptError",
    "check_same_vocabulary",
    "decode",
    "describe",
    "encode_completion",
    "encode_prompt",
    "load_policy",
    "save_policy",
    "verify_manifest",
]

# What reading a broken or foreign folder raises; everything else is a bug and crashes.
_LOADING_ERRORS = (OSError, ValueError, KeyError, TypeError, RuntimeError, ImportError, SafetensorError)
_TOKENIZER_FILES = ("tokenizer.json", "tokenizer.model", "spiece.model", "vocab.json", "vocab.txt", "tekken.json")
_CONTEXT_WHEN_UNSTATED = 2048


@dataclass(frozen=True)
class Policy:
    """A model that samples, ready for use: eval mode (dropout off), on one device.

    `eos_ids` holds every token that ends a text, the tokenizer's own first; `pad_id` is always a valid token;
    `context_length` counts prompt and completion together.
    """

    model: Any
    tokenizer: Any
    device: torch.device
    context_length: int
    eos_ids: tuple[int, ...]
    pad_id: int
    has_chat_template: bool
    source: str


def load_policy(
    source: str, *, device: str | None = None, dtype: torch.dtype | None = None, four_bit: bool = False
) -> Policy:
    """Loads a causal LM from a local folder, a PEFT adapter folder, or by its hub name.

    `dtype` defaults to fp32 on CPU and bf16 on a GPU that has it; training all weights wants torch.float32 everywhere.
    `four_bit` quantises the linear layers to nf4 with bitsandbytes, for a LoRA adapter (QLoRA, arXiv 2305.14314).
    Raises ModelError, with a sentence that says what to mend, for whatever cannot be used as a policy.
    """
    chosen_device = torch.device(device or ("cuda" if torch.cuda.is_available() else "cpu"))
    loading = _Loading(dtype or _default_dtype(chosen_device), chosen_device, four_bit)
    model, tokenizer_source = _load_model(source, loading)
    tokenizer = _load_tokenizer(tokenizer_source)
    _check_vocabulary(model, tokenizer, source)
    _check_finite(model, source)
    log_shorter_context(model, source)
    eos_ids = _eos_ids(model, tokenizer, source)
    return Policy(
        # Quantised weights are on their device already and may not be moved.
        model=(model if four_bit else model.to(chosen_device)).eval(),
        tokenizer=tokenizer,
        device=chosen_device,
        context_length=_context_length(model, tokenizer),
        eos_ids=eos_ids,
        pad_id=eos_ids[0] if tokenizer.pad_token_id is None else int(tokenizer.pad_token_id),
        has_chat_template=tokenizer.chat_template is not None,
        source=source,
    )


def check_same_vocabulary(policy: Policy, reference: Policy) -> None:
    """Raises ModelError unless both give every token the same id: one's token ids mean nothing to the other else."""
    ours, theirs = policy.tokenizer.get_vocab(), reference.tokenizer.get_vocab()
    if ours == theirs:
        return
    token = min(token for token in {*ours, *theirs} if ours.get(token) != theirs.get(token))
    raise ModelError(
        f"The models {policy.source} and {reference.source} have different vocabularies: the token {token!r} is "
        f"{ours.get(token, 'absent')} in the first and {theirs.get(token, 'absent')} in the second. A policy and its "
        "reference need the same tokenizer."
    )


def describe(policy: Policy) -> dict[str, object]:
    """Facts about a policy that a page shows, all plain JSON values."""
    config = policy.model.config.get_text_config()
    base = policy.model.get_base_model() if isinstance(policy.model, PeftModel) else policy.model
    return {
        "parameters": sum(p.numel() for p in policy.model.parameters()),
        "context_length": policy.context_length,
        "vocab_size": int(config.vocab_size),
        "has_chat_template": policy.has_chat_template,
        "architecture": type(base).__name__,
        "eos_token": policy.tokenizer.eos_token,
        "dtype": str(next(policy.model.parameters()).dtype).removeprefix("torch."),
    }


def encode_prompt(policy: Policy, prompt: Prompt) -> tuple[int, ...]:
    """Token ids of a prompt: messages through the chat template with the generation prompt, text as it is.

    Raises PromptError for messages on a tokenizer without a template, messages its template refuses, or nothing at all.
    """
    text, add_special_tokens = _render(policy, prompt)
    ids = _tokenize(policy, text, add_special_tokens)
    if not ids:
        raise PromptError("The prompt is empty: write at least one word.")
    return ids


def encode_completion(policy: Policy, prompt: Prompt, text: str, *, finished: bool) -> tuple[int, ...]:
    """Token ids of an imported completion, tokenised in the context of its prompt.

    Where the prompt's tokens change once the text follows (a merge across the border), the text is tokenised alone.
    `finished` appends the end-of-sequence token; a cut completion has none.
    """
    rendered, add_special_tokens = _render(policy, prompt)
    prompt_ids = _tokenize(policy, rendered, add_special_tokens)
    joined_ids = _tokenize(policy, rendered + text, add_special_tokens)
    in_context = joined_ids[: len(prompt_ids)] == prompt_ids
    ids = joined_ids[len(prompt_ids) :] if in_context else _tokenize(policy, text, False)
    return (*ids, policy.eos_ids[0]) if finished else ids


def decode(policy: Policy, token_ids: Sequence[int], *, prompt_ids: Sequence[int] = ()) -> str:
    """The text of a completion, special tokens skipped.

    With `prompt_ids` the text is what follows the prompt exactly, as tokenizers that mark word starts
    (SentencePiece) drop the first space of a text decoded by itself.
    """
    before = list(prompt_ids[-4:])
    lead = _decode_plainly(policy, before) if before else ""
    joined = _decode_plainly(policy, [*before, *token_ids])
    return joined[len(lead) :] if joined.startswith(lead) else _decode_plainly(policy, list(token_ids))


def _decode_plainly(policy: Policy, token_ids: list[int]) -> str:
    text: str = policy.tokenizer.decode(token_ids, skip_special_tokens=True, clean_up_tokenization_spaces=False)
    return text


def _render(policy: Policy, prompt: Prompt) -> tuple[str, bool]:
    """The prompt as one string, and whether the tokenizer adds its special tokens (a chat template writes its own)."""
    if isinstance(prompt, str):
        return prompt, True
    if not policy.has_chat_template:
        raise PromptError(
            "The prompt is a list of messages, but the model's tokenizer has no chat template: "
            "import plain-text prompts, or add a chat_template.jinja to the model folder."
        )
    messages = [dict(message) for message in prompt]
    try:
        text: str = policy.tokenizer.apply_chat_template(messages, add_generation_prompt=True, tokenize=False)
    except (TemplateError, ValueError, KeyError, IndexError, TypeError) as error:
        raise PromptError(f"The model's chat template refuses these messages: {error}.") from error
    return text, False


def _tokenize(policy: Policy, text: str, add_special_tokens: bool) -> tuple[int, ...]:
    ids: list[int] = policy.tokenizer(text, add_special_tokens=add_special_tokens, verbose=False).input_ids
    # Some tokenizers close every text with their end token; a prompt that goes on must not have it.
    if add_special_tokens and len(ids) > 1 and ids[-1] in policy.eos_ids:
        closed_by_text = policy.tokenizer(text, add_special_tokens=False, verbose=False).input_ids[-1:] == ids[-1:]
        ids = ids if closed_by_text else ids[:-1]
    return tuple(ids)


@dataclass(frozen=True)
class _Loading:
    """How weights are read."""

    dtype: torch.dtype
    device: torch.device
    four_bit: bool

    def settings(self) -> dict[str, Any]:
        if not self.four_bit:
            return {"dtype": self.dtype}
        quantisation = BitsAndBytesConfig(
            load_in_4bit=True,
            bnb_4bit_quant_type="nf4",
            bnb_4bit_use_double_quant=True,
            bnb_4bit_compute_dtype=self.dtype,
        )
        return {"dtype": self.dtype, "quantization_config": quantisation, "device_map": {"": self.device}}


def _default_dtype(device: torch.device) -> torch.dtype:
    return torch.bfloat16 if device.type == "cuda" and torch.cuda.is_bf16_supported() else torch.float32


def _load_model(source: str, loading: _Loading) -> tuple[Any, str]:
    """The model and where its tokenizer is. An adapter folder brings its base along."""
    folder = Path(source).expanduser()
    if not folder.is_dir() and (source.startswith(("/", ".", "~")) or folder.is_file()):
        raise ModelError(f"There is no model folder {source}.")
    if (folder / "adapter_config.json").is_file():
        return _load_adapter(folder, loading)
    if folder.is_dir():
        _check_folder(folder)
    path = str(folder) if folder.is_dir() else source
    return _load_causal_lm(path, loading), path


def _load_adapter(folder: Path, loading: _Loading) -> tuple[Any, str]:
    if not (folder / "adapter_model.safetensors").is_file():
        raise ModelError(
            f"The adapter folder {folder} holds no adapter_model.safetensors; pickled weights are not read."
        )
    try:
        base_source = PeftConfig.from_pretrained(str(folder)).base_model_name_or_path
    except _LOADING_ERRORS as error:
        raise ModelError(f"The adapter in {folder} cannot be read: {error}") from error
    if not base_source:
        raise ModelError(f"The adapter in {folder} does not name its base model (base_model_name_or_path).")
    base, tokenizer_source = _load_model(str(base_source), loading)
    try:
        model = PeftModel.from_pretrained(base, str(folder), is_trainable=True)
    except _LOADING_ERRORS as error:
        raise ModelError(f"The adapter in {folder} does not fit its base model {base_source}: {error}") from error
    return model, str(folder) if _has_tokenizer(folder) else tokenizer_source


def _check_folder(folder: Path) -> None:
    """The faults of a folder that deserve a better sentence than the loader's own."""
    if not (folder / "config.json").is_file():
        raise ModelError(f"{folder} is not a model folder: it holds no config.json.")
    if not any(folder.glob("*.safetensors")):
        pickled = sorted(p.name for pattern in ("*.bin", "*.pt", "*.pth") for p in folder.glob(pattern))
        found = f"only {pickled[0]}, a pickle, which can run code when read" if pickled else "no weights"
        raise ModelError(f"{folder} holds {found}: save the model as safetensors.")
    if not _has_tokenizer(folder):
        raise ModelError(f"{folder} holds no tokenizer: save the tokenizer's files beside the weights.")


def _has_tokenizer(folder: Path) -> bool:
    return any((folder / name).is_file() for name in _TOKENIZER_FILES)


def _load_causal_lm(path: str, loading: _Loading) -> Any:
    try:
        config = AutoConfig.from_pretrained(path, trust_remote_code=False)
        _check_architecture(config, path)
        model, report = AutoModelForCausalLM.from_pretrained(
            path,
            config=config,
            use_safetensors=True,
            trust_remote_code=False,
            output_loading_info=True,
            **loading.settings(),
        )
    except _LOADING_ERRORS as error:
        raise ModelError(f"The model {path} cannot be loaded: {error}") from error
    if report["missing_keys"]:
        raise ModelError(f"The model {path} lacks weights: {', '.join(sorted(report['missing_keys'])[:3])}.")
    if "past_key_values" not in inspect.signature(model.forward).parameters:
        raise ModelError(
            f"The model {path} ({type(model).__name__}) keeps no attention cache and cannot be sampled here."
        )
    return model


def _check_architecture(config: Any, path: str) -> None:
    architectures = config.architectures or []
    known = set(MODEL_FOR_CAUSAL_LM_MAPPING_NAMES.values())
    if config.is_encoder_decoder or (architectures and not known & set(architectures)):
        raise ModelError(f"The model {path} is a {', '.join(architectures)}, not a causal language model.")


def _load_tokenizer(path: str) -> Any:
    try:
        return AutoTokenizer.from_pretrained(path, trust_remote_code=False)
    except _LOADING_ERRORS as error:
        raise ModelError(f"The tokenizer of {path} cannot be loaded: {error}") from error


def _check_vocabulary(model: Any, tokenizer: Any, source: str) -> None:
    rows = model.get_input_embeddings().weight.shape[0]
    if len(tokenizer) > rows:
        raise ModelError(f"The tokenizer of {source} has {len(tokenizer)} tokens, its model only {rows} embeddings.")


def _check_finite(model: Any, source: str) -> None:
    for name, parameter in model.named_parameters():
        if not bool(torch.isfinite(parameter).all()):
            raise ModelError(f"The model {source} has NaN or infinite weights in {name}.")


def _eos_ids(model: Any, tokenizer: Any, source: str) -> tuple[int, ...]:
    if tokenizer.eos_token_id is None:
        raise ModelError(f"The tokenizer of {source} has no end-of-sequence token: set eos_token.")
    stated = model.generation_config.eos_token_id if model.generation_config is not None else None
    others = [] if stated is None else [stated] if isinstance(stated, int) else list(stated)
    return tuple(dict.fromkeys([int(tokenizer.eos_token_id), *map(int, others)]))


def _context_length(model: Any, tokenizer: Any) -> int:
    """What the config says; else what the tokenizer says; else 2,048 (models with relative positions state none)."""
    stated = stated_context(model)
    if stated is not None:
        return stated
    return int(tokenizer.model_max_length) if tokenizer.model_max_length < 10**7 else _CONTEXT_WHEN_UNSTATED
