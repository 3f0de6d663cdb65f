"""LoRA: an adapter trains, is saved as one, loads on its base, samples, and goes on training."""

from dataclasses import replace
from pathlib import Path

import pytest
import torch

from tests.learning.factories import make_pairs, make_rows
from workers.learning.fit import FitConfig, fit
from workers.learning.logprobs import completion_logprobs
from workers.learning.policy import ModelError, Policy, load_policy, save_policy, verify_manifest
from workers.learning.sampling import SamplingConfig, sample

# PEFT asks transformers by a name that transformers has deprecated.
DEPRECATED = pytest.mark.filterwarnings("ignore:`is_gradient_checkpointing` is deprecated:FutureWarning")
pytestmark = [pytest.mark.unit, DEPRECATED]

CONFIG = FitConfig(learning_rate=1e-2, epochs=6, batch_size=4, lora_rank=2, lora_alpha=8)


def train(policy: Policy, config: FitConfig = CONFIG) -> tuple[list[float], Policy]:
    curve: list[float] = []
    result = fit(
        policy,
        make_pairs(policy, 8),
        config,
        folder=None,
        on_step=lambda metrics: curve.append(metrics.loss),
        should_stop=lambda: False,
    )
    return curve, result.policy


def test_lora_trains_few_weights_and_leaves_the_base_alone(policy: Policy) -> None:
    base = load_policy(policy.source, device="cpu")

    curve, tuned = train(policy)

    trainable = {name for name, p in tuned.model.named_parameters() if p.requires_grad}
    assert trainable
    assert all("lora_" in name for name in trainable)
    assert curve[0] == pytest.approx(0.693147, abs=1e-4)
    assert curve[-1] < 0.6
    kept = {name: p for name, p in tuned.model.named_parameters() if "lora_" not in name}
    for name, weight in base.model.named_parameters():
        matches = [p for n, p in kept.items() if n.replace(".base_layer", "").endswith(name)]
        assert len(matches) == 1
        assert torch.equal(matches[0], weight)


def test_lora_same_seed_gives_the_same_curve(llama_folder: Path) -> None:
    one, other = (load_policy(str(llama_folder), device="cpu") for _ in range(2))

    assert train(one)[0] == train(other)[0]


def test_lora_saved_adapter_loads_samples_and_trains_on(policy: Policy, tmp_path: Path) -> None:
    _, tuned = train(policy)
    rows = list(make_rows(6))
    expected = completion_logprobs(tuned.model, rows, pad_id=tuned.pad_id, device=tuned.device)

    save_policy(tuned, tmp_path / "adapter")

    verify_manifest(tmp_path / "adapter")
    assert (tmp_path / "adapter" / "adapter_model.safetensors").is_file()
    assert not list((tmp_path / "adapter").glob("model*.safetensors"))
    loaded = load_policy(str(tmp_path / "adapter"), device="cpu")
    values = completion_logprobs(loaded.model, rows, pad_id=loaded.pad_id, device=loaded.device)
    assert values == pytest.approx(expected, abs=1e-4)
    [(_, [drawn])] = sample(loaded, [(1, 2, 3)], SamplingConfig(samples=1, max_new_tokens=8), seeds=[3])
    fresh = completion_logprobs(tuned.model, [((1, 2, 3), drawn.token_ids)], pad_id=tuned.pad_id, device=tuned.device)
    assert [drawn.logprob] == pytest.approx(fresh, abs=1e-4)
    curve, _ = train(loaded)
    assert curve[0] == pytest.approx(0.693147, abs=1e-4)
    assert curve[-1] < curve[0]


@pytest.mark.parametrize("gradient_checkpointing", [False, True])
def test_lora_on_a_bf16_base_trains_fp32_adapters_and_leaves_the_base_in_bf16(
    llama_folder: Path, gradient_checkpointing: bool
) -> None:
    policy = load_policy(str(llama_folder), device="cpu", dtype=torch.bfloat16)
    before = {name: weight.clone() for name, weight in policy.model.named_parameters()}

    curve, tuned = train(policy, replace(CONFIG, gradient_checkpointing=gradient_checkpointing))

    # Sums of a bf16 model are rounded; policy = reference all the same.
    assert curve[0] == pytest.approx(0.693147, abs=0.05)
    assert curve[-1] < 0.6
    dtypes = {"lora_" in name: p.dtype for name, p in tuned.model.named_parameters()}
    assert dtypes == {True: torch.float32, False: torch.bfloat16}
    for name, weight in before.items():
        [kept] = [
            p
            for n, p in tuned.model.named_parameters()
            if "lora_" not in n and n.replace(".base_layer", "").endswith(name)
        ]
        assert torch.equal(kept, weight)


def test_lora_on_a_base_of_mixed_dtypes_names_two_weights(llama_folder: Path) -> None:
    policy = load_policy(str(llama_folder), device="cpu", dtype=torch.bfloat16)
    pairs = make_pairs(load_policy(str(llama_folder), device="cpu"), 2)
    policy.model.model.layers[1].mlp.up_proj.to(torch.float32)

    with pytest.raises(ModelError, match=r"mixes dtypes .*: .* is bfloat16, .* is float32"):
        fit(policy, pairs, CONFIG, folder=None, on_step=lambda _: None, should_stop=lambda: False)


def test_quantised_model_without_an_adapter_is_refused(llama: Policy) -> None:
    llama.model.config.quantization_config = {"quant_method": "bitsandbytes", "load_in_4bit": True}

    with pytest.raises(ValueError, match=r"train a LoRA adapter on them \(lora_rank\)"):
        train(llama, replace(CONFIG, lora_rank=0))


def test_four_bit_without_bitsandbytes_says_what_is_missing(llama_folder: Path) -> None:
    with pytest.raises(ModelError, match="bitsandbytes"):
        load_policy(str(llama_folder), device="cpu", four_bit=True)


def test_adapter_without_its_base_is_refused(policy: Policy, tmp_path: Path) -> None:
    _, tuned = train(policy)
    save_policy(tuned, tmp_path / "adapter")
    config = tmp_path / "adapter" / "adapter_config.json"
    config.write_text(config.read_text().replace(policy.source, str(tmp_path / "gone")))

    with pytest.raises(ModelError, match="There is no model folder"):
        load_policy(str(tmp_path / "adapter"))
