"""Projects: created only with a model that can be used, changed with an audit trail, described with their results."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
import redis
from fastapi.testclient import TestClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.db import transaction
from app.models import (
    Arm,
    Completion,
    Disposition,
    Evaluation,
    FinishReason,
    Label,
    Lending,
    ModelVersion,
    Pair,
    Project,
    Prompt,
    Round,
    RunStatus,
    TrainingLabel,
    TrainingRun,
    Trigger,
    User,
    Verdict,
)
from app.services import tallies
from tests.app.conftest import assert_problem, write_model

URL = "/api/v1/projects"


def test_projects_are_listed_newest_first_and_found_by_a_part_of_their_name(
    admin: TestClient, model_folder: Path
) -> None:
    for name in ("Kind replies", "Recipes", "kinder replies"):
        admin.post(URL, json={"name": name, "model": str(model_folder)})

    def names(**wanted: str) -> list[str]:
        return [one["name"] for one in admin.get(URL, params=wanted).json()["items"]]

    assert names() == ["kinder replies", "Recipes", "Kind replies"]
    assert names(search="KIND") == ["kinder replies", "Kind replies"]
    assert names(search="%") == []


def test_create_stores_the_reference_to_be_checked_and_sends_its_id(
    admin: TestClient, model_folder: Path, redis_url: str
) -> None:
    answer = admin.post(URL, json={"name": "Kind replies", "model": str(model_folder)})
    created = answer.json()
    assert answer.status_code == 201
    assert answer.headers["location"] == f"{URL}/{created['id']}"
    assert created["reference"] == created["policy"]
    assert {name: created["reference"][name] for name in ("number", "status", "source")} == {
        "number": 0,
        "status": "checking",
        "source": str(model_folder),
    }
    assert created["round"]["rule"] == "entropy_certainty"
    assert admin.get(f"{URL}/{created['id']}").json() == created
    with redis.Redis.from_url(redis_url) as client:
        (message,) = client.lrange("sample", 0, -1)
    assert json.loads(message)["headers"]["task"] == "check_model"
    assert created["reference"]["id"] in json.loads(message)["headers"]["argsrepr"]


def test_create_with_a_hub_name_leaves_the_check_to_a_worker(admin: TestClient) -> None:
    created = admin.post(URL, json={"name": "p", "model": "openai-community/gpt2"}).json()
    assert created["reference"]["source"] == "openai-community/gpt2"


def test_create_with_a_taken_name_is_409(admin: TestClient, project: dict[str, Any]) -> None:
    answer = admin.post(URL, json={"name": project["name"], "model": "a/b"})
    assert assert_problem(answer, 409, "Kind replies")["code"] == "name_taken"


def _without_config(folder: Path) -> None:
    (folder / "config.json").unlink()


def _malformed_config(folder: Path) -> None:
    (folder / "config.json").write_text("{")


def _classifier(folder: Path) -> None:
    (folder / "config.json").write_text('{"architectures": ["BertForSequenceClassification"], "eos_token_id": 1}')


def _pickle_only(folder: Path) -> None:
    (folder / "model.safetensors").rename(folder / "pytorch_model.bin")


def _without_weights(folder: Path) -> None:
    (folder / "model.safetensors").unlink()


def _pointer_only(folder: Path) -> None:
    (folder / "model.safetensors").write_text("version https://git-lfs.github.com/spec/v1\n")


def _without_shard(folder: Path) -> None:
    index = {"weight_map": {"a": "model.safetensors", "b": "model-00002-of-00002.safetensors"}}
    (folder / "model.safetensors.index.json").write_text(json.dumps(index))


def _without_tokenizer(folder: Path) -> None:
    (folder / "tokenizer.json").unlink()


def _without_eos(folder: Path) -> None:
    (folder / "tokenizer_config.json").write_text("{}")
    (folder / "config.json").write_text('{"architectures": ["LlamaForCausalLM"], "eos_token_id": null}')


@pytest.mark.parametrize(
    ("spoil", "message"),
    [
        (_without_config, "no config.json"),
        (_malformed_config, "not valid JSON"),
        (_classifier, "not a causal language model"),
        (_pickle_only, "Convert them to safetensors"),
        (_without_weights, "no weights"),
        (_pointer_only, "git lfs pull"),
        (_without_shard, "model-00002-of-00002.safetensors"),
        (_without_tokenizer, "no tokenizer"),
        (_without_eos, "end-of-sequence"),
    ],
)
def test_create_with_an_unusable_folder_says_what_to_do(
    admin: TestClient, model_folder: Path, spoil: Callable[[Path], None], message: str
) -> None:
    spoil(model_folder)
    problem = assert_problem(admin.post(URL, json={"name": "p", "model": str(model_folder)}), 422, message)
    assert problem["errors"][0]["field"] == "model"
    assert admin.get(URL).json()["items"] == []


@pytest.mark.parametrize("source", ["/no/such/folder", "./nowhere", "gpt2", "a/b/c", "../x"])
def test_create_with_an_unknown_folder_is_422(admin: TestClient, source: str) -> None:
    assert_problem(admin.post(URL, json={"name": "p", "model": source}), 422, "There is no folder", source)


def test_create_without_a_padding_token_is_fine(admin: TestClient, model_folder: Path) -> None:
    assert "pad" not in (model_folder / "tokenizer_config.json").read_text()
    assert admin.post(URL, json={"name": "p", "model": str(model_folder)}).status_code == 201


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"training": {"loss": "hinge"}}, "training.loss"),
        ({"training": {"beta": 0}}, "training.beta"),
        ({"training": {"beta": -1}}, "training.beta"),
        ({"round": {"rule": "best"}}, "round.rule"),
        ({"retrain_cron": "every day"}, "retrain_cron"),
        ({"name": " "}, "name"),
    ],
)
def test_create_with_a_wrong_setting_names_the_field(admin: TestClient, change: dict[str, Any], field: str) -> None:
    problem = assert_problem(admin.post(URL, json={"name": "p", "model": "a/b"} | change), 422)
    assert [item["field"] for item in problem["errors"]] == [field]


@pytest.mark.parametrize(
    ("config", "message"),
    [
        ({"architectures": ["LlamaForCausalLM"], "id2label": {"0": "x"}}, "sequence-classification"),
        ({"architectures": ["LlamaForSequenceClassification"]}, "has 2 labels"),
    ],
)
def test_judge_folder_is_checked_on_update(
    admin: TestClient, project: dict[str, Any], tmp_path: Path, config: dict[str, Any], message: str
) -> None:
    write_model(tmp_path / "judge", config=config)
    body = {"evaluation": {"judge": {"model": str(tmp_path / "judge")}}}
    problem = assert_problem(admin.patch(f"{URL}/{project['id']}", json=body), 422, message)
    assert problem["errors"][0]["field"] == "evaluation.judge.model"


def test_judge_folder_with_one_label_is_stored_by_its_path(
    admin: TestClient, project: dict[str, Any], tmp_path: Path
) -> None:
    one = {"architectures": ["LlamaForSequenceClassification"], "id2label": {"0": "x"}}
    write_model(tmp_path / "judge", config=one)
    body = {"evaluation": {"judge": {"model": f"{tmp_path}/./judge"}}}
    changed = admin.patch(f"{URL}/{project['id']}", json=body).json()
    assert changed["evaluation"]["judge"]["model"] == str(tmp_path / "judge")


def test_update_of_some_settings_leaves_the_others_of_the_configuration(
    admin: TestClient, project: dict[str, Any]
) -> None:
    url = f"{URL}/{project['id']}"
    admin.patch(url, json={"round": {"labels": 77}, "evaluation": {"judge": {"model": "a/judge"}}})
    changed = admin.patch(url, json={"round": {"control_share": 0.5}, "evaluation": {"seed": 5}}).json()
    assert changed["round"] == project["round"] | {"labels": 77, "control_share": 0.5}
    assert (changed["evaluation"]["judge"]["model"], changed["evaluation"]["seed"]) == ("a/judge", 5)
    assert admin.patch(url, json={"evaluation": {"judge": None}}).json()["evaluation"]["judge"] is None


def test_updated_settings_must_fit_those_that_are_stored(admin: TestClient, project: dict[str, Any]) -> None:
    url = f"{URL}/{project['id']}"
    refused = assert_problem(admin.patch(url, json={"training": {"base_weights": "bfloat16"}}), 422, "fit together")
    assert [item["field"] for item in refused["errors"]] == ["training"]
    assert admin.patch(url, json={"training": {"lora_rank": 8}}).status_code == 200
    assert admin.patch(url, json={"training": {"base_weights": "bfloat16"}}).status_code == 200
    assert_problem(admin.patch(url, json={"training": {"lora_rank": 0}}), 422, "fit together")
    assert admin.get(url).json()["training"]["lora_rank"] == 8


def test_guideline_edited_over_an_older_version_is_refused(admin: TestClient, project: dict[str, Any]) -> None:
    url = f"{URL}/{project['id']}"
    assert admin.patch(url, json={"guideline": "Be kind.", "guideline_version": 1}).json()["guideline_version"] == 2
    stale = admin.patch(url, json={"guideline": "Be brief.", "guideline_version": 1})
    assert assert_problem(stale, 409, "version 2")["code"] == "guideline_changed"
    assert admin.get(url).json()["guideline"] == "Be kind."


def test_update_bumps_the_guideline_only_when_it_changes(admin: TestClient, project: dict[str, Any]) -> None:
    url = f"{URL}/{project['id']}"
    assert admin.patch(url, json={"guideline": "Be kind."}).json()["guideline_version"] == 2
    assert admin.patch(url, json={"guideline": "Be kind."}).json()["guideline_version"] == 2
    changed = admin.patch(url, json={"training": {"loss": "ln_dpo"}}).json()
    assert (changed["guideline"], changed["training"]["loss"]) == ("Be kind.", "ln_dpo")


def test_update_of_the_schedule_counts_from_now_and_null_clears_it(admin: TestClient, project: dict[str, Any]) -> None:
    before = datetime.now(UTC)
    admin.patch(f"{URL}/{project['id']}", json={"retrain_cron": "0 3 * * *", "retrain_after_labels": 5})
    with transaction() as session:
        set_at = session.scalars(select(Project.retrain_cron_at)).one()
    assert set_at is not None
    assert before <= set_at <= datetime.now(UTC)
    changed = admin.patch(f"{URL}/{project['id']}", json={"retrain_cron": None, "name": None}).json()
    assert (changed["retrain_cron"], changed["retrain_after_labels"], changed["name"]) == (None, 5, "Kind replies")


def test_update_to_a_taken_name_is_409(admin: TestClient, project: dict[str, Any]) -> None:
    admin.post(URL, json={"name": "other", "model": "a/b"})
    answer = admin.patch(f"{URL}/{project['id']}", json={"name": "other"})
    assert assert_problem(answer, 409, "'other'")["code"] == "name_taken"


def test_every_change_is_in_the_audit_log(admin: TestClient, project: dict[str, Any]) -> None:
    me = admin.get("/api/v1/auth/session").json()["user"]["id"]
    admin.patch(f"{URL}/{project['id']}", json={"guideline": "Be kind.", "auto_promote": True})
    events = admin.get(f"{URL}/{project['id']}/audit").json()["items"]
    assert [event["action"] for event in events] == ["project.update", "project.create"]
    assert events[0]["details"] == {"guideline_version": 2, "auto_promote": True}
    assert {event["user_id"] for event in events} == {me}


@pytest.mark.parametrize("part", ["", "/overview", "/results", "/audit", "/prompts", "/export"])
def test_unknown_project_is_404(admin: TestClient, part: str) -> None:
    assert_problem(admin.get(f"{URL}/00000000-0000-0000-0000-000000000000{part}"), 404, "no project")


def test_new_project_has_an_empty_overview_and_no_results(admin: TestClient, project: dict[str, Any]) -> None:
    overview = admin.get(f"{URL}/{project['id']}/overview").json()
    assert (overview.pop("newest_model"), overview.pop("previous_policy")) == (None, None)
    assert (overview.pop("policy")["number"], overview.pop("toward_retraining")) == (0, None)
    assert set(overview.values()) == {0}
    assert admin.get(f"{URL}/{project['id']}/results").json() == []


# Results. Rows are written here as the workers would write them.


class Loop:
    """Writes rounds, labels and runs of one project."""

    def __init__(self, session: Session, project_id: UUID) -> None:
        self.session = session
        self.project = session.get_one(Project, project_id)
        self.user = session.scalars(select(User)).one()
        self.labels = 0

    def add(self, row: Any) -> Any:
        self.session.add(row)
        self.session.flush()
        return row

    def open_round(self, number: int) -> Round:
        version = self.project.reference_version_id
        row = Round(project_id=self.project.id, number=number, model_version_id=version, seed=0, status="open")
        return self.add(row)  # type: ignore[no-any-return]

    def label(self, round_: Round, arm: Arm, *, margin: float | None, verdict: Verdict, winner: str | None) -> Label:
        self.labels += 1
        content = {"content": f"{self.labels}", "content_hash": f"{self.labels}"}
        prompt_id = self.add(Prompt(project_id=self.project.id, is_asked=True, **content)).id
        tallies.add_prompts(self.session, self.project.id, train=1)
        texts = [Completion(prompt_id=prompt_id, text=text, finish_reason=FinishReason.STOP) for text in ("a", "b")]
        a, b = sorted(self.add(one).id for one in texts)
        pair = self.add(
            Pair(
                project_id=self.project.id,
                round_id=round_.id,
                prompt_id=prompt_id,
                completion_a_id=a,
                completion_b_id=b,
                arm=arm,
                margin=margin,
                priority=0,
            )
        )
        lending = self.add(Lending(pair_id=pair.id, slot=0, user_id=self.user.id, swapped=False))
        label = Label(
            project_id=self.project.id,
            pair_id=pair.id,
            arm=arm,
            round_id=round_.id,
            slot=0,
            user_id=self.user.id,
            verdict=verdict,
            winner_id={"a": a, "b": b, None: None}[winner],
            left_completion_id=a,
            right_completion_id=b,
            guideline_version=1,
            disposition=Disposition.COUNTED,
            idempotency_key=f"{self.labels}",
            lease_token=lending.token,
        )
        self.add(label)
        tallies.add_labels(self.session, tallies.count_labels(self.session, Label.id == label.id))
        return label

    def undo(self, label: Label) -> None:
        seen = ["project_id", "pair_id", "arm", "round_id", "slot", "user_id"]
        same = [*seen, "left_completion_id", "right_completion_id", "guideline_version", "disposition", "lease_token"]
        values = {name: getattr(label, name) for name in same}
        self.add(Label(**values, idempotency_key=f"undo {label.id}", supersedes_id=label.id))
        tallies.add_labels(self.session, tallies.count_labels(self.session, Label.id == label.id), by=-1)

    def train(self, labels: list[Label]) -> ModelVersion:
        number = len(self.session.scalars(select(TrainingRun.id)).all()) + 1
        run = self.add(
            TrainingRun(
                project_id=self.project.id,
                number=number,
                status=RunStatus.SUCCEEDED,
                trigger=Trigger.MANUAL,
                start_version_id=self.project.reference_version_id,
                label_count=len(labels),
                preference_count=len(labels),
                last_round=max(self.session.get_one(Round, label.round_id).number for label in labels),
                label_set_hash="",
            )
        )
        for position, label in enumerate(labels):
            self.add(TrainingLabel(training_run_id=run.id, label_id=label.id, position=position))
        version = ModelVersion(project_id=self.project.id, number=number, source="x", training_run_id=run.id)
        return self.add(version)  # type: ignore[no-any-return]

    def evaluate(self, version: ModelVersion, win_rate: float) -> None:
        results = {"win_rate": win_rate, "win_rate_low": 0.4, "win_rate_high": 0.8, "kl": 1.5, "mean_length": 20.0}
        results |= {"kl_per_token": 0.1, "length_p90": 31.0, "length_controlled_win_rate": 0.55, "perplexity": 9.5}
        self.add(
            Evaluation(
                project_id=self.project.id,
                model_version_id=version.id,
                baseline_version_id=self.project.reference_version_id,
                status=RunStatus.SUCCEEDED,
                seed=0,
                results=results,
            )
        )


def test_results_tell_what_each_round_gained(admin: TestClient, project: dict[str, Any]) -> None:
    with transaction() as session:
        loop = Loop(session, UUID(project["id"]))
        first, second = loop.open_round(1), loop.open_round(2)
        one = loop.label(first, Arm.ACTIVE, margin=None, verdict=Verdict.PREFERRED, winner="a")
        loop.label(first, Arm.CONTROL, margin=None, verdict=Verdict.TIE, winner=None)
        two = loop.label(second, Arm.ACTIVE, margin=0.5, verdict=Verdict.PREFERRED, winner="a")
        loop.label(second, Arm.ACTIVE, margin=0.5, verdict=Verdict.PREFERRED, winner="b")
        loop.label(second, Arm.ACTIVE, margin=0.0, verdict=Verdict.PREFERRED, winner="b")
        loop.label(second, Arm.CONTROL, margin=-0.1, verdict=Verdict.PREFERRED, winner="b")
        loop.undo(loop.label(second, Arm.CONTROL, margin=-0.1, verdict=Verdict.PREFERRED, winner="a"))
        older, newer, both = loop.train([one]), loop.train([one]), loop.train([one, two])
        loop.evaluate(older, 0.1)
        loop.evaluate(newer, 0.3)
        loop.evaluate(newer, 0.6)
    results = admin.get(f"{URL}/{project['id']}/results").json()
    assert [row["labels"] for row in results] == [1, 5]
    assert [row["accuracy_active"] for row in results] == [None, 0.5]
    assert [row["accuracy_control"] for row in results] == [None, 1.0]
    assert [(row["labels_active"], row["labels_control"]) for row in results] == [(1, 0), (3, 1)]
    assert [row["model_version_id"] for row in results] == [str(newer.id), str(both.id)]
    assert [row["win_rate"] for row in results] == [0.6, None]
    measured = ["kl", "kl_per_token", "perplexity", "mean_length", "length_p50", "length_p90"]
    measured += ["length_controlled_win_rate"]
    assert [results[0][name] for name in measured] == [1.5, 0.1, 9.5, 20.0, None, 31.0, 0.55]
    assert [results[1][name] for name in measured] == [None] * 7


def test_overview_counts_what_stands_and_what_is_new(admin: TestClient, project: dict[str, Any]) -> None:
    with transaction() as session:
        loop = Loop(session, UUID(project["id"]))
        first = loop.open_round(1)
        one = loop.label(first, Arm.ACTIVE, margin=None, verdict=Verdict.PREFERRED, winner="a")
        loop.label(first, Arm.ACTIVE, margin=None, verdict=Verdict.PREFERRED, winner="b")
        loop.label(first, Arm.ACTIVE, margin=None, verdict=Verdict.BOTH_BAD, winner=None)
        loop.undo(loop.label(first, Arm.ACTIVE, margin=None, verdict=Verdict.TIE, winner=None))
        loop.train([one, undone := loop.label(first, Arm.CONTROL, margin=None, verdict=Verdict.PREFERRED, winner="a")])
        loop.undo(undone)
    overview = admin.get(f"{URL}/{project['id']}/overview").json()
    assert (overview["labels"], overview["preferences"], overview["new_preferences"]) == (3, 2, 1)
    assert overview["toward_retraining"] is None
    assert (overview["train_prompts"], overview["unused_prompts"]) == (5, 0)
