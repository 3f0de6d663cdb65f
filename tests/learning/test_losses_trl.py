"""Losses equal those of trl.DPOTrainer on the tokens of its own batch."""

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import torch
from datasets import Dataset
from trl import DPOConfig, DPOTrainer
from trl.experimental.cpo import CPOTrainer

from tests.learning.conftest import build_llama, build_tokenizer
from workers.learning.logprobs import batch_logprobs
from workers.learning.losses import LOSSES

# TRL asks transformers by a name that transformers has deprecated.
pytestmark = pytest.mark.filterwarnings("ignore:`is_gradient_checkpointing` is deprecated:FutureWarning")


TRL_NAMES = {"dpo": "sigmoid", "ln_dpo": "sigmoid_norm", "ipo": "ipo", "robust": "robust", "sft": "sft"}


@pytest.mark.parametrize(("name", "trl_name"), TRL_NAMES.items())
def test_loss_equals_that_of_trl_on_the_same_tokens(name: str, trl_name: str, tmp_path: Path) -> None:
    policy, reference = build_llama(seed=1).eval(), build_llama(seed=2).eval()
    trainer = trl_trainer(policy, reference, trl_name, beta=0.3, folder=tmp_path)
    batch = next(iter(trainer.get_train_dataloader()))
    with torch.no_grad():
        theirs = float(trainer.compute_loss(trainer.model, batch))

    rows = rows_of(batch)
    with torch.no_grad():
        policy_2B, lengths_2B = batch_logprobs(policy, rows, pad_id=260, device=torch.device("cpu"))
        reference_2B, _ = batch_logprobs(reference, rows, pad_id=260, device=torch.device("cpu"))
    chosen_lengths_B, rejected_lengths_B = lengths_2B.chunk(2)
    losses_B, _, _ = LOSSES[name].function(
        *policy_2B.chunk(2),
        *reference_2B.chunk(2),
        chosen_lengths_B=chosen_lengths_B,
        rejected_lengths_B=rejected_lengths_B,
        beta=0.3,
        **({"flip_chances_B": torch.full((4,), 0.1)} if name == "robust" else {}),
    )

    assert len(losses_B) == 4
    # TRL's sft is a mean over the tokens of the batch, ours over the tokens of each pair.
    weights_B = chosen_lengths_B if name == "sft" else torch.ones(4)
    assert float((weights_B * losses_B).sum() / weights_B.sum()) == pytest.approx(theirs, abs=1e-5)


@pytest.mark.parametrize("name", ["simpo", "cdpo"])
def test_loss_equals_that_of_trl_cpo_on_the_same_numbers(name: str) -> None:
    """TRL has SimPO in its CPO trainer, which sees no reference; its label smoothing is that of conservative DPO."""
    generator = torch.Generator().manual_seed(0)
    logps = [-80 * torch.rand(16, generator=generator) for _ in range(4)]
    lengths = [torch.randint(1, 60, (16,), generator=generator) for _ in range(2)]
    settings = {"flip_chances_B": torch.full((16,), 0.2)} if name == "cdpo" else {"gamma_beta_ratio": 0.6}
    if name == "simpo":
        seen = [logps[0] / lengths[0], logps[1] / lengths[1]]
    else:
        seen = [logps[0] - logps[2], logps[1] - logps[3]]
    trainer = SimpleNamespace(
        alpha=0.0,
        beta=0.3,
        loss_type="simpo" if name == "simpo" else "sigmoid",
        simpo_gamma=0.6 * 0.3,
        label_smoothing=0.2 if name == "cdpo" else 0.0,
        accelerator=SimpleNamespace(device="cpu"),
    )

    theirs_B, _, _ = CPOTrainer.cpo_loss(trainer, *seen)
    losses_B, _, _ = LOSSES[name].function(
        *logps, chosen_lengths_B=lengths[0], rejected_lengths_B=lengths[1], beta=0.3, **settings
    )

    torch.testing.assert_close(losses_B, theirs_B, atol=1e-5, rtol=0)


def trl_trainer(policy: Any, reference: Any, loss_type: str, *, beta: float, folder: Path) -> Any:
    rows = [
        {"prompt": "The film", "chosen": " was the best of all", "rejected": " was dull"},
        {"prompt": "A", "chosen": " b", "rejected": " long and winding road"},
        {"prompt": "Never in my life", "chosen": " the end", "rejected": " the start"},
        {"prompt": "Oh", "chosen": " no", "rejected": " yes"},
    ]
    config = DPOConfig(
        output_dir=str(folder),
        loss_type=[loss_type],
        beta=beta,
        label_smoothing=0.1,
        per_device_train_batch_size=4,
        activation_checkpointing=False,
        disable_dropout=True,
        bf16=False,
        use_cpu=True,
        report_to=[],
    )
    dataset = Dataset.from_list(rows)
    return DPOTrainer(
        model=policy, ref_model=reference, args=config, train_dataset=dataset, processing_class=build_tokenizer()
    )


def rows_of(batch: Any) -> list[tuple[list[int], list[int]]]:
    """TRL's batch (chosen rows, then rejected ones) as prompt and completion ids."""
    rows = []
    for ids, attended, completed in zip(
        batch["input_ids"], batch["attention_mask"].bool(), batch["completion_mask"].bool(), strict=True
    ):
        rows.append((ids[attended & ~completed].tolist(), ids[attended & completed].tolist()))
    return rows
