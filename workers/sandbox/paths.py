"""Where the shipped sandbox lies: its model, its reward model and its prompts. Knows nothing of torch."""

from pathlib import Path

_FOLDER = Path(__file__).resolve().parent

MODEL = _FOLDER / "model"
"""The small causal language model, a Hugging Face folder."""

REWARD_MODEL = _FOLDER / "reward_model"
"""The small sequence classifier that judges a prompt and its completion, a Hugging Face folder."""

PROMPTS = _FOLDER / "prompts.jsonl"
"""One `{"prompt": [messages], "split": "train" | "eval"}` a line."""
