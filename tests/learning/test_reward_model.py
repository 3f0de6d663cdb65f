"""Reward models: one logit per prompt and completion, alone or in a batch; folders that must be refused."""

from pathlib import Path

import pytest
import torch
from transformers import LlamaForSequenceClassification

from tests.learning.conftest import TEMPLATE, build_llama, build_tokenizer, save_model
from workers.learning.errors import ModelError, PromptError
from workers.learning.reward_model import RewardModel, load_reward_model, reward_scores

pytestmark = pytest.mark.unit


def reward_folder(folder: Path, *, labels: int = 1, template: str | None = None) -> Path:
    torch.manual_seed(5)
    config = build_llama().config
    config.num_labels = labels
    config.pad_token_id = 260
    return save_model(folder, LlamaForSequenceClassification(config), build_tokenizer(template=template))


@pytest.fixture
def rm(tmp_path: Path) -> RewardModel:
    return load_reward_model(str(reward_folder(tmp_path / "rm")), device="cpu")


def logit(rm: RewardModel, text: str) -> float:
    with torch.no_grad():
        return float(rm.model(torch.tensor([rm.tokenizer(text).input_ids])).logits)


def test_reward_scores_are_those_of_each_text_alone(rm: RewardModel) -> None:
    items = [("The film", " was good"), ("A", "!"), ("Never in my life", " have I seen the end"), ("Oh", "")]

    for batch_tokens in (1, 30, 10_000):
        scores = reward_scores(rm, items, batch_tokens=batch_tokens)
        assert scores == pytest.approx([logit(rm, prompt + text) for prompt, text in items], abs=1e-4)


def test_reward_scores_of_messages_without_template_join_their_contents(rm: RewardModel) -> None:
    messages = [{"role": "system", "content": "Be kind"}, {"role": "user", "content": "Hi"}]

    assert reward_scores(rm, [(messages, "Hello")]) == pytest.approx([logit(rm, "Be kind\nHi\nHello")], abs=1e-4)


def test_reward_scores_of_messages_go_through_the_template(tmp_path: Path) -> None:
    rm = load_reward_model(str(reward_folder(tmp_path / "rm", template=TEMPLATE)), device="cpu")

    [score] = reward_scores(rm, [([{"role": "user", "content": "Hi"}], "Hello")])

    assert score == pytest.approx(logit(rm, "<user>Hi\n<assistant>Hello\n"), abs=1e-4)


def test_reward_scores_name_an_item_longer_than_the_context(rm: RewardModel) -> None:
    with pytest.raises(PromptError, match="Item 1 has 120 tokens"):
        reward_scores(rm, [("a", "b"), ("x" * 60, "y" * 60)])


def test_load_reward_model_with_two_outputs_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="has 2 outputs"):
        load_reward_model(str(reward_folder(tmp_path / "rm", labels=2)))


def test_load_reward_model_from_a_language_model_is_refused(llama_folder: Path) -> None:
    with pytest.raises(ModelError, match=r"lacks score\.weight"):
        load_reward_model(str(llama_folder))


def test_load_reward_model_pickle_only_is_refused(tmp_path: Path) -> None:
    folder = reward_folder(tmp_path / "rm")
    (folder / "model.safetensors").rename(folder / "pytorch_model.bin")

    with pytest.raises(ModelError, match="cannot be loaded"):
        load_reward_model(str(folder))


def test_load_reward_model_unknown_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="no reward model folder"):
        load_reward_model(str(tmp_path / "nowhere"))
