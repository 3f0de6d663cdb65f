"""The shipped sandbox: its folders load as any model's, its replies end, its reward model judges well."""

import json
from pathlib import Path
from typing import Any

import pytest
import torch
from transformers import AutoModelForCausalLM, AutoModelForSequenceClassification, AutoTokenizer

from workers.sandbox.examples import split_requests
from workers.sandbox.paths import MODEL, PROMPTS, REWARD_MODEL
from workers.sandbox.quality import Role, Sentence, rate
from workers.sandbox.text import Reply, draw_plan, requests, seeded, write_mixed_reply, write_reply
from workers.sandbox.tokens import CONTEXT, render

pytestmark = pytest.mark.unit

KETTLE = [{"role": "user", "content": "How do I clean my kettle?"}]
KETTLE_REPLY = "Happy to help! Wash the kettle with warm water and a little soap. Rinse it well with clean water."
SPANISH = [{"role": "user", "content": "Hi! How can I learn Spanish quickly? Thanks!"}]
SPANISH_REPLY = "What a lovely question! Learn ten words of Spanish every day. Do not worry about mistakes."
CUPBOARD = [{"role": "user", "content": "Please help. My cupboard squeaks. How do I stop it?"}]
CUPBOARD_REPLY = "Put a drop of oil on the moving parts of the cupboard. I hope that helps!"

# prompt, good reply, the same reply with one quality gone
WORSE = {
    "tone": [
        (KETTLE, KETTLE_REPLY, KETTLE_REPLY.replace("Happy to help!", "What a silly question.")),
        (SPANISH, SPANISH_REPLY, SPANISH_REPLY.replace("What a lovely question!", "Everybody else knows this.")),
        (CUPBOARD, CUPBOARD_REPLY, CUPBOARD_REPLY.replace("I hope that helps!", "Now leave me alone.")),
    ],
    "relevance": [
        (KETTLE, KETTLE_REPLY, SPANISH_REPLY),
        (SPANISH, SPANISH_REPLY, CUPBOARD_REPLY),
        (CUPBOARD, CUPBOARD_REPLY, KETTLE_REPLY),
    ],
    "brevity": [
        (KETTLE, KETTLE_REPLY, KETTLE_REPLY + " I could go on and on about this. I could go on and on about this."),
        (
            SPANISH,
            SPANISH_REPLY,
            2 * "As I said before, it all depends. " + SPANISH_REPLY,
        ),
        (CUPBOARD, CUPBOARD_REPLY, "Well, it is what it is, as they say. " + CUPBOARD_REPLY),
    ],
    "fluency": [
        (
            KETTLE,
            KETTLE_REPLY,
            "help to happy kettle soap warm with the wash and water little clean rinse it well water",
        ),
        (
            SPANISH,
            SPANISH_REPLY,
            "what lovely be question very learn ten words are spanish day not them worry mistakes",
        ),
        (CUPBOARD, CUPBOARD_REPLY, "drop put cupboard of oil on parts the moving the a of hope i that helps"),
    ],
}


@pytest.fixture(scope="module")
def tokenizer() -> Any:
    return AutoTokenizer.from_pretrained(MODEL)


@pytest.fixture(scope="module")
def prompts() -> list[dict[str, Any]]:
    return [json.loads(line) for line in PROMPTS.read_text(encoding="utf-8").splitlines()]


@pytest.mark.parametrize("folder", [MODEL, REWARD_MODEL])
def test_folder_holds_safetensors_and_no_pickle_in_four_megabytes(folder: Path) -> None:
    names = {file.name for file in folder.iterdir()}
    assert {"config.json", "model.safetensors", "tokenizer.json", "tokenizer_config.json"} <= names
    assert {file.suffix for file in folder.iterdir()} <= {".json", ".jinja", ".safetensors"}
    assert sum(file.stat().st_size for file in folder.iterdir()) < 4_000_000


def test_chat_template_writes_what_the_models_were_trained_on(tokenizer: Any) -> None:
    conversation = [
        {"role": "system", "content": "You are a helpful assistant."},
        {"role": "user", "content": "Hi!"},
        {"role": "assistant", "content": "Happy to help!"},
        {"role": "user", "content": "How do I clean my kettle?"},
    ]
    prompt = tokenizer.apply_chat_template(conversation, add_generation_prompt=True, tokenize=False)
    whole = tokenizer.apply_chat_template([*conversation, {"role": "assistant", "content": "Sure."}], tokenize=False)
    assert prompt == render(conversation)
    assert whole == prompt + "Sure." + tokenizer.eos_token


def test_tokenizer_round_trips_any_text(tokenizer: Any) -> None:
    text = "Crème brûlée, 北京 — 3×4 = 12 🙂\n\tdone"
    assert tokenizer.decode(tokenizer(text, add_special_tokens=False).input_ids) == text
    assert tokenizer.pad_token_id != tokenizer.eos_token_id


def test_prompts_are_well_formed_and_splits_share_no_question(prompts: list[dict[str, Any]], tokenizer: Any) -> None:
    core_of = {request.text: request.core for request in requests()}
    cores: dict[str, set[str]] = {"train": set(), "eval": set()}
    for row in prompts:
        assert row.keys() == {"prompt", "split"}
        (message,) = row["prompt"]
        assert message["role"] == "user"
        cores[row["split"]].add(core_of[message["content"]])
        assert len(tokenizer(render(row["prompt"])).input_ids) < CONTEXT - 64
    assert len({row["prompt"][0]["content"] for row in prompts}) == len(prompts)
    assert [sum(row["split"] == split for row in prompts) for split in cores] == [3000, 512]
    assert not cores["train"] & cores["eval"]


def test_replies_of_the_model_end_and_differ(prompts: list[dict[str, Any]], tokenizer: Any) -> None:
    model = AutoModelForCausalLM.from_pretrained(MODEL, dtype=torch.float32).eval()
    texts = [render(row["prompt"]) for row in prompts[-64:] for _ in range(2)]
    batch = tokenizer(texts, return_tensors="pt", padding=True, padding_side="left", return_token_type_ids=False)
    torch.manual_seed(0)
    ids_B_T = model.generate(**batch, max_new_tokens=64, do_sample=True, temperature=0.7, top_k=0)
    replies_B_T = ids_B_T[:, batch["input_ids"].shape[1] :]
    assert (replies_B_T == tokenizer.eos_token_id).any(1).float().mean() >= 0.95
    decoded = tokenizer.batch_decode(replies_B_T, skip_special_tokens=True)
    assert sum(a == b for a, b in zip(decoded[::2], decoded[1::2], strict=True)) <= 3


@pytest.mark.parametrize("quality", WORSE)
def test_reward_model_prefers_the_better_reply(quality: str, tokenizer: Any) -> None:
    model = AutoModelForSequenceClassification.from_pretrained(REWARD_MODEL, dtype=torch.float32).eval()
    for prompt, good, bad in WORSE[quality]:
        good_reward, bad_reward = (_reward(model, tokenizer, prompt, reply) for reply in (good, bad))
        assert good_reward > bad_reward + 0.2, (good, bad)


def _reward(model: Any, tokenizer: Any, prompt: list[dict[str, str]], reply: str) -> float:
    messages = [*prompt, {"role": "assistant", "content": reply}]
    text = tokenizer.apply_chat_template(messages, tokenize=False)
    with torch.no_grad():
        return float(model(torch.tensor([tokenizer(text, add_special_tokens=False).input_ids])).logits)


def test_generator_writes_the_same_under_the_same_seed() -> None:
    def write(seed: int) -> list[Reply]:
        rng = seeded(seed)
        asked = split_requests(rng).train[:50]
        return [write_reply(rng, r, draw_plan(rng)) for r in asked] + [write_mixed_reply(rng, r) for r in asked]

    assert write(1) == write(1)
    assert write(1) != write(2)


def test_rate_gives_the_hand_worked_quality() -> None:
    quality = rate(
        [
            Sentence("Happy to help!", Role.TONE, 1.0),
            Sentence("wash kettle the", Role.STEP, 1.0, fluency=0.0),
            Sentence("As I said before, it all depends.", Role.PADDING, 0.0),
            Sentence("Now leave me alone.", Role.TONE, -1.0),
        ]
    )
    assert (quality.tone, quality.relevance, quality.fluency) == (0.0, 1.0, 0.75)
    assert quality.brevity == pytest.approx(2 / 3)
    assert quality.total == pytest.approx(0.0 + 2.0 + 2 / 3 + 1.125)


def test_generator_has_thousands_of_different_requests() -> None:
    texts = [request.text for request in requests()]
    assert len(set(texts)) == len(texts) > 10_000
