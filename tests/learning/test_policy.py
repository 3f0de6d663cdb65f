"""Loading, describing and saving policies; text to token ids and back; folders that must be refused."""

import json
from pathlib import Path

import pytest
import torch
from transformers import LlamaConfig, LlamaForSequenceClassification

from tests.learning.conftest import TEMPLATE, build_llama, build_tokenizer, save_model
from workers.learning.policy import (
    ModelError,
    Policy,
    PromptError,
    check_same_vocabulary,
    decode,
    describe,
    encode_completion,
    encode_prompt,
    load_policy,
    save_policy,
    verify_manifest,
)

pytestmark = pytest.mark.unit


def test_describe_llama_tells_its_facts(llama: Policy) -> None:
    assert describe(llama) == {
        "parameters": sum(p.numel() for p in build_llama().parameters()),
        "context_length": 96,
        "vocab_size": 264,
        "has_chat_template": False,
        "architecture": "LlamaForCausalLM",
        "eos_token": "<eos>",
        "dtype": "float32",
    }


def test_load_gpt2_with_dropout_is_in_eval_mode(gpt2: Policy) -> None:
    assert not any(module.training for module in gpt2.model.modules())
    assert gpt2.context_length == 96


def test_load_unknown_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="There is no model folder"):
        load_policy(str(tmp_path / "nowhere"))


def test_load_empty_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"no config\.json"):
        load_policy(str(tmp_path))


def test_load_pickle_only_folder_is_refused_without_reading_it(tmp_path: Path) -> None:
    folder = save_model(tmp_path / "model", build_llama())
    (folder / "model.safetensors").unlink()
    (folder / "pytorch_model.bin").write_bytes(b"not even a pickle")

    with pytest.raises(ModelError, match=r"only pytorch_model\.bin, a pickle"):
        load_policy(str(folder))


def test_load_pickled_adapter_is_refused(tmp_path: Path) -> None:
    (tmp_path / "adapter_config.json").write_text("{}")
    (tmp_path / "adapter_model.bin").write_bytes(b"")

    with pytest.raises(ModelError, match="pickled weights are not read"):
        load_policy(str(tmp_path))


def test_load_without_tokenizer_is_refused(tmp_path: Path) -> None:
    build_llama().save_pretrained(tmp_path)

    with pytest.raises(ModelError, match="no tokenizer"):
        load_policy(str(tmp_path))


def test_load_tokenizer_without_eos_is_refused(tmp_path: Path) -> None:
    folder = save_model(tmp_path / "model", build_llama(), build_tokenizer(eos=False))

    with pytest.raises(ModelError, match="no end-of-sequence token"):
        load_policy(str(folder))


def test_load_tokenizer_without_pad_takes_eos_as_pad(tmp_path: Path) -> None:
    folder = save_model(tmp_path / "model", build_llama(), build_tokenizer(pad=False))

    policy = load_policy(str(folder), device="cpu")

    assert policy.eos_ids == (259,)
    assert policy.pad_id == 259


def test_load_sequence_classifier_is_refused(tmp_path: Path) -> None:
    classifier = LlamaForSequenceClassification(build_llama().config)
    folder = save_model(tmp_path / "model", classifier)

    with pytest.raises(ModelError, match="not a causal language model"):
        load_policy(str(folder))


def test_load_nan_weights_is_refused(tmp_path: Path) -> None:
    model = build_llama()
    with torch.no_grad():
        model.model.norm.weight[3] = float("nan")
    folder = save_model(tmp_path / "model", model)

    with pytest.raises(ModelError, match=r"NaN or infinite weights in model\.norm\.weight"):
        load_policy(str(folder))


def test_load_missing_weights_is_refused(tmp_path: Path) -> None:
    folder = save_model(tmp_path / "model", build_llama())
    config = json.loads((folder / "config.json").read_text())
    (folder / "config.json").write_text(json.dumps({**config, "num_hidden_layers": 3}))

    with pytest.raises(ModelError, match=r"lacks weights: model\.layers\.2"):
        load_policy(str(folder))


def test_load_tokenizer_larger_than_the_embedding_is_refused(tmp_path: Path) -> None:
    config = LlamaConfig(**{**build_llama().config.to_dict(), "vocab_size": 100})
    folder = save_model(tmp_path / "model", type(build_llama())(config))

    with pytest.raises(ModelError, match="261 tokens, its model only 100"):
        load_policy(str(folder))


def test_load_folder_of_mixed_dtypes_has_the_asked_one(tmp_path: Path) -> None:
    model = build_llama()
    model.model.layers[0].to(torch.bfloat16)
    folder = save_model(tmp_path / "model", model)

    loaded = load_policy(str(folder), device="cpu")

    assert {p.dtype for p in loaded.model.parameters()} == {torch.float32}


def test_policies_of_one_tokenizer_have_the_same_vocabulary(llama: Policy, gpt2: Policy) -> None:
    check_same_vocabulary(llama, gpt2)


def test_policies_of_different_vocabularies_are_refused_by_a_token(llama: Policy, tmp_path: Path) -> None:
    tokenizer = build_tokenizer()
    tokenizer.add_tokens(["zebra"])
    other = load_policy(str(save_model(tmp_path / "model", build_llama(), tokenizer)), device="cpu")

    with pytest.raises(ModelError, match="the token 'zebra' is absent in the first and 261 in the second"):
        check_same_vocabulary(llama, other)


def test_load_bf16_keeps_the_asked_dtype(llama_folder: Path) -> None:
    assert describe(load_policy(str(llama_folder), device="cpu", dtype=torch.bfloat16))["dtype"] == "bfloat16"


def test_encode_text_prompt_without_template_gives_its_tokens(llama: Policy) -> None:
    ids = encode_prompt(llama, "Say the word")

    assert decode(llama, ids) == "Say the word"
    assert len(ids) == len("Say the word") - 3  # " the" is one token


def test_encode_messages_without_template_is_refused(llama: Policy) -> None:
    with pytest.raises(PromptError, match="no chat template"):
        encode_prompt(llama, [{"role": "user", "content": "Hi"}])


def test_encode_messages_with_template_ends_at_the_answer(chat_folder: Path) -> None:
    policy = load_policy(str(chat_folder), device="cpu")

    ids = encode_prompt(policy, [{"role": "system", "content": "Be kind"}, {"role": "user", "content": "Hi"}])

    assert policy.has_chat_template
    assert decode(policy, ids) == "<system>Be kind\n<user>Hi\n<assistant>"


def test_encode_messages_the_template_refuses_is_a_prompt_error(tmp_path: Path) -> None:
    template = "{{ raise_exception('roles must alternate') }}"
    folder = save_model(tmp_path / "model", build_llama(), build_tokenizer(template=template))

    with pytest.raises(PromptError, match="roles must alternate"):
        encode_prompt(load_policy(str(folder), device="cpu"), [{"role": "user", "content": "Hi"}])


def test_encode_empty_prompt_is_refused(llama: Policy) -> None:
    with pytest.raises(PromptError, match="empty"):
        encode_prompt(llama, "")


def test_encode_completion_is_tokenised_in_the_context_of_its_prompt(llama: Policy) -> None:
    ids = encode_completion(llama, "Say", " the end", finished=True)

    assert (*encode_prompt(llama, "Say"), *ids) == (*encode_prompt(llama, "Say the end"), 259)


def test_encode_completion_whose_border_merges_is_tokenised_alone(llama: Policy) -> None:
    ids = encode_completion(llama, "Say ", "the end", finished=False)

    assert decode(llama, ids) == "the end"


def test_encode_completion_of_messages_follows_the_template(chat_folder: Path) -> None:
    policy = load_policy(str(chat_folder), device="cpu")

    ids = encode_completion(policy, [{"role": "user", "content": "Hi"}], "Hello", finished=True)

    assert decode(policy, ids) == "Hello"
    assert ids[-1] == 259


def test_decode_skips_special_tokens(llama: Policy) -> None:
    assert decode(llama, (*encode_prompt(llama, "a b"), 259, 260)) == "a b"


def test_save_then_load_gives_the_same_model_and_template(tmp_path: Path, chat_folder: Path) -> None:
    policy = load_policy(str(chat_folder), device="cpu")

    save_policy(policy, tmp_path / "saved")

    verify_manifest(tmp_path / "saved")
    loaded = load_policy(str(tmp_path / "saved"), device="cpu")
    assert loaded.tokenizer.chat_template == TEMPLATE
    before, after = policy.model.state_dict(), loaded.model.state_dict()
    assert before.keys() == after.keys()
    assert all(torch.equal(before[name], after[name]) for name in before)
    assert [path.name for path in tmp_path.iterdir()] == ["saved"]


def test_save_onto_an_existing_folder_is_refused(tmp_path: Path, llama: Policy) -> None:
    with pytest.raises(FileExistsError, match="never overwritten"):
        save_policy(llama, tmp_path)


def test_verify_manifest_names_the_changed_file(tmp_path: Path, llama: Policy) -> None:
    save_policy(llama, tmp_path / "saved")
    (tmp_path / "saved" / "config.json").write_text("{}")

    with pytest.raises(ModelError, match=r"differs from its manifest in config\.json"):
        verify_manifest(tmp_path / "saved")


def test_verify_manifest_without_one_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"no manifest\.json"):
        verify_manifest(tmp_path)
