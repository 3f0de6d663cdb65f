"""Exports: what goes out, in which form, safe for spreadsheets, readable by datasets and TRL."""

import csv
import io
import json
from pathlib import Path
from typing import Any

import datasets
import pytest
import torch
from fastapi.testclient import TestClient
from tokenizers import Tokenizer
from tokenizers.models import WordLevel
from tokenizers.pre_tokenizers import Whitespace
from transformers import LlamaConfig, LlamaForCausalLM, PreTrainedTokenizerFast
from trl import DPOConfig, DPOTrainer

from app.db import transaction
from app.models import Label, Scope, Verdict
from tests.app.conftest import Factory, assert_problem

CHAT = [{"role": "user", "content": "Hello"}]


def _import(client: TestClient, project: dict[str, Any], *rows: dict[str, Any]) -> None:
    content = "".join(json.dumps(row) + "\n" for row in rows)
    answer = client.post(f"/api/v1/projects/{project['id']}/prompts/import", content=content.encode())
    assert answer.status_code == 201, answer.text


def _export(client: TestClient, project: dict[str, Any], **query: Any) -> str:
    answer = client.get(f"/api/v1/projects/{project['id']}/export", params=query)
    assert answer.status_code == 200, answer.text
    return answer.text


def _rows(text: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in text.splitlines()]


def test_export_of_messages_is_conversational(admin: TestClient, project: dict[str, Any]) -> None:
    _import(admin, project, {"prompt": CHAT, "chosen": "Hi \u2028 you", "rejected": "Go"})
    answer = admin.get(f"/api/v1/projects/{project['id']}/export")
    assert answer.headers["content-type"].startswith("application/jsonl")
    assert answer.headers["content-disposition"] == 'attachment; filename="kind-replies-preferences.jsonl"'
    (row,) = [json.loads(line) for line in answer.text.split("\n") if line]
    assert row == {
        "prompt": CHAT,
        "chosen": [{"role": "assistant", "content": "Hi \u2028 you"}],
        "rejected": [{"role": "assistant", "content": "Go"}],
    }


def test_export_of_plain_text_is_standard_unless_asked(admin: TestClient, project: dict[str, Any]) -> None:
    _import(admin, project, {"prompt": "Once", "chosen": " more", "rejected": " less"})
    assert _rows(_export(admin, project)) == [{"prompt": "Once", "chosen": " more", "rejected": " less"}]
    (row,) = _rows(_export(admin, project, style="conversational"))
    assert row["prompt"] == [{"role": "user", "content": "Once"}]
    assert row["chosen"] == [{"role": "assistant", "content": " more"}]


def test_export_of_messages_as_standard_is_422(admin: TestClient, project: dict[str, Any]) -> None:
    _import(admin, project, {"prompt": CHAT})
    answer = admin.get(f"/api/v1/projects/{project['id']}/export", params={"style": "standard"})
    assert_problem(answer, 422, "chat template")


def test_export_holds_standing_preferences_only(admin: TestClient, project: dict[str, Any]) -> None:
    for name in ("kept", "undone", "tie", "both_bad", "skip", "surplus"):
        _import(admin, project, {"prompt": name, "chosen": "good", "rejected": "bad"})
    with transaction() as session:
        labels = {label.pair.prompt.content: label for label in session.query(Label)}
        for name in ("tie", "both_bad", "skip"):
            labels[name].verdict, labels[name].winner_id = Verdict(name), None
        labels["surplus"].disposition = "surplus"  # type: ignore[assignment]
        undone = labels["undone"]
        seen = ["project_id", "pair_id", "arm", "slot", "user_id", "left_completion_id", "right_completion_id"]
        values = {name: getattr(undone, name) for name in [*seen, "guideline_version", "disposition", "lease_token"]}
        session.add(Label(**values, idempotency_key="undo", supersedes_id=undone.id))
    assert [row["prompt"] for row in _rows(_export(admin, project))] == ["kept"]


def test_export_with_provenance_tells_where_a_row_came_from(admin: TestClient, project: dict[str, Any]) -> None:
    _import(admin, project, {"prompt": "x", "chosen": "a", "rejected": "b"})
    (row,) = _rows(_export(admin, project, provenance=True))
    with transaction() as session:
        label = session.query(Label).one()
        side = "left" if label.winner_id == label.left_completion_id else "right"
        assert (row["pair_id"], row["created_at"]) == (str(label.pair_id), label.created_at.isoformat())
        assert str(label.user_id) not in json.dumps(row)
    assert row["annotator"].startswith("person-")
    assert (row["verdict"], row["winner_side"], row["arm"]) == ("preferred", side, "imported")
    empty = ("strength", "model_version", "score", "selection_probability", "round")
    assert [row[name] for name in empty] == [None] * 5


def test_export_of_one_split(admin: TestClient, project: dict[str, Any]) -> None:
    row = {"chosen": "a", "rejected": "b"}
    _import(admin, project, {"prompt": "x"} | row, {"prompt": "y", "split": "eval"} | row)
    assert [row["prompt"] for row in _rows(_export(admin, project, split="eval"))] == ["y"]


def test_export_csv_cannot_hold_formulas(admin: TestClient, project: dict[str, Any]) -> None:
    starts = ("=1+1", "+1", "-1", "@x", "\t=1", "\r=1")
    for start in starts:
        _import(admin, project, {"prompt": f"p {start}", "chosen": start, "rejected": 'plain, "quoted"\nline'})
    text = _export(admin, project, format="csv", provenance=True)
    rows = list(csv.DictReader(io.StringIO(text, newline="")))
    assert [row["chosen"] for row in rows] == [f"'{start}" for start in starts]
    assert {row["rejected"] for row in rows} == {'plain, "quoted"\nline'}


def test_export_csv_of_messages_holds_json(admin: TestClient, project: dict[str, Any]) -> None:
    _import(admin, project, {"prompt": CHAT, "chosen": "a", "rejected": "b"})
    (row,) = csv.DictReader(io.StringIO(_export(admin, project, format="csv"), newline=""))
    assert json.loads(row["prompt"]) == CHAT


def test_export_needs_more_than_an_annotator(
    admin: TestClient, annotator: TestClient, project: dict[str, Any], with_key: Factory
) -> None:
    path = f"/api/v1/projects/{project['id']}/export"
    assert_problem(annotator.get(path), 403)
    assert_problem(with_key(Scope.JUDGE).get(path), 403)
    assert with_key(Scope.READ).get(path).status_code == 200


def test_export_that_its_reader_leaves_gives_its_connection_back(admin: TestClient, project: dict[str, Any]) -> None:
    from app.db import get_engine
    from app.services.export import stream_preferences

    rows = [{"prompt": f"{place}", "chosen": "a", "rejected": "b"} for place in range(1001)]
    _import(admin, project, *rows)
    pieces = stream_preferences(project["id"], file_format="jsonl", style="standard", provenance=False, split=None)
    assert next(pieces).count("\n") == 500
    assert get_engine().pool.checkedout() == 1  # type: ignore[attr-defined]
    pieces.close()  # type: ignore[attr-defined]
    assert get_engine().pool.checkedout() == 0  # type: ignore[attr-defined]


TEMPLATE = (
    "{% for message in messages %}{{ message['role'] }} : {{ message['content'] }} </s> {% endfor %}"
    "{% if add_generation_prompt %}assistant : {% endif %}"
)


def _tokenizer() -> PreTrainedTokenizerFast:
    words = ["<pad>", "</s>", "?", "user", "assistant", ":", "Hello", "good", "bad", "Once"]
    tokenizer = Tokenizer(WordLevel({word: place for place, word in enumerate(words)}, unk_token="?"))
    tokenizer.pre_tokenizer = Whitespace()
    special = {"eos_token": "</s>", "pad_token": "<pad>", "unk_token": "?"}
    return PreTrainedTokenizerFast(tokenizer_object=tokenizer, chat_template=TEMPLATE, **special)


# TRL itself still uses names that transformers has deprecated.
@pytest.mark.filterwarnings("ignore:.*deprecated and will be removed in v6:FutureWarning")
@pytest.mark.parametrize("prompt", [CHAT, "Once"], ids=["conversational", "standard"])
def test_export_trains_one_step_of_dpo(admin: TestClient, project: dict[str, Any], tmp_path: Path, prompt: Any) -> None:
    _import(admin, project, {"prompt": prompt, "chosen": "good", "rejected": "bad"})
    file = tmp_path / "preferences.jsonl"
    file.write_text(_export(admin, project), encoding="utf-8")
    rows = datasets.load_dataset("json", data_files=str(file), split="train", cache_dir=str(tmp_path / "cache"))
    torch.manual_seed(0)
    config = LlamaConfig(
        vocab_size=10, hidden_size=8, intermediate_size=8, num_hidden_layers=1, num_attention_heads=1, pad_token_id=0
    )
    LlamaForCausalLM(config).save_pretrained(tmp_path / "tiny")
    trainer = DPOTrainer(
        model=str(tmp_path / "tiny"),
        args=DPOConfig(
            output_dir=str(tmp_path / "out"),
            max_steps=1,
            report_to=[],
            use_cpu=True,
            save_strategy="no",
            activation_checkpointing=False,
        ),
        train_dataset=rows,
        processing_class=_tokenizer(),
    )
    assert trainer.train().training_loss == pytest.approx(0.6931, abs=1e-3)
