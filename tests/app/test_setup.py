"""The set-up of a project: what a model's files say, the sandbox, and correcting a model that failed its check."""

import json
import struct
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from sqlalchemy.orm import Session

from app.db import transaction
from app.errors import Conflict, Invalid
from app.models import ModelStatus
from app.schemas import ModelLook
from app.services import model_facts, models, sandbox
from app.services.audit import SYSTEM
from tests import factories
from tests.app.conftest import assert_problem, write_model


def look(folder: Path | str) -> dict[str, object]:
    return model_facts.look_at(ModelLook(model=str(folder))).model_dump()


def write_weights(file: Path, tensors: dict[str, tuple[str, list[int], int]], *, missing: int = 0) -> None:
    """A safetensors file of zeros; `missing` bytes are cut off its end."""
    header, end = {}, 0
    for name, (dtype, shape, size) in tensors.items():
        header[name] = {"dtype": dtype, "shape": shape, "data_offsets": [end, end + size]}
        end += size
    text = json.dumps({"__metadata__": {"format": "pt"}, **header}).encode()
    file.write_bytes(struct.pack("<Q", len(text)) + text + bytes(end - missing))


@pytest.mark.unit
def test_look_at_the_sandbox_model_reads_what_its_files_say() -> None:
    facts = look(sandbox.SANDBOX / "model")

    assert facts["is_folder"]
    assert str(facts["architecture"]).endswith("ForCausalLM")
    assert isinstance(facts["parameters"], int)
    assert facts["parameters"] > 100_000
    assert facts["dtype"] in {"float32", "float16", "bfloat16"}
    assert facts["has_chat_template"] is True
    assert facts["eos_token"]
    assert facts["context_length"]


@pytest.mark.unit
@pytest.mark.parametrize("by_layer", [False, True])
def test_context_of_rotary_angles_that_depend_on_the_length_is_the_original_one(
    by_layer: bool, model_folder: Path
) -> None:
    path = model_folder / "config.json"
    longrope = {"type": "longrope", "original_max_position_embeddings": 4}
    rope = {"full_attention": longrope, "sliding_attention": {"rope_type": "default"}} if by_layer else longrope
    path.write_text(json.dumps(json.loads(path.read_text()) | {"rope_scaling": rope}))

    assert look(model_folder)["context_length"] == 4


@pytest.mark.unit
def test_parameters_and_number_format_come_from_the_headers_of_all_weight_files(model_folder: Path) -> None:
    write_weights(model_folder / "model.safetensors", {"a": ("BF16", [2, 3], 12), "b": ("F32", [1], 4)})
    write_weights(model_folder / "more.safetensors", {"c": ("BF16", [4], 8)})

    facts = look(model_folder)

    assert (facts["parameters"], facts["dtype"], facts["context_length"]) == (11, "bfloat16", 16)
    assert (facts["has_chat_template"], facts["eos_token"]) == (False, "</s>")


@pytest.mark.unit
@pytest.mark.parametrize(
    ("content", "sentence"),
    [(b"", "is not a safetensors file"), (b"x" * 64, "is not a safetensors file"), (None, "is cut short")],
)
def test_look_finds_weights_that_cannot_be_read(model_folder: Path, content: bytes | None, sentence: str) -> None:
    file = model_folder / "model.safetensors"
    if content is None:
        write_weights(file, {"a": ("F32", [4], 16)}, missing=3)
    else:
        file.write_bytes(content)

    with pytest.raises(Invalid, match=sentence):
        look(model_folder)


@pytest.mark.unit
def test_look_at_a_hub_name_knows_nothing_but_the_name() -> None:
    facts = look("someone/some-model")

    assert (facts["is_folder"], facts["source"], facts["parameters"]) == (False, "someone/some-model", None)


@pytest.mark.unit
@pytest.mark.parametrize("name", ["a" * 300, "~no-such-person/model"])
def test_look_at_what_the_system_has_no_place_for_says_so(name: str) -> None:
    with pytest.raises(Invalid, match="cannot be looked at"):
        look(name)


def test_a_long_path_is_a_models_place_wherever_one_is_named(admin: TestClient, tmp_path: Path) -> None:
    folder = tmp_path
    while len(str(folder)) < 900:
        folder /= "d" * 100
    folder.parent.mkdir(parents=True)
    write_model(folder)
    body = {"name": "Far away", "model": str(folder)}

    assert admin.post("/api/v1/models/look", json={"model": str(folder)}).json()["source"] == str(folder)
    assert admin.post("/api/v1/projects", json=body).status_code == 201
    judge = {"evaluation": {"judge": {"model": "j" * 1025}}}
    for path, asked in {"models/look": {"model": "m" * 1025}, "projects": body | judge}.items():
        problem = assert_problem(admin.post(f"/api/v1/{path}", json=asked), 422)
        assert "at most 1024 characters" in problem["errors"][0]["message"]


def test_the_set_up_over_http(admin: TestClient, annotator: TestClient, tmp_path: Path) -> None:
    given = admin.get("/api/v1/sandbox").json()
    assert admin.post("/api/v1/models/look", json={"model": given["model"]}).json()["is_folder"]
    judge = given["evaluation"]["judge"]["model"]
    assert admin.post("/api/v1/models/look", json={"model": judge, "kind": "judge"}).status_code == 200
    assert_problem(admin.post("/api/v1/models/look", json={"model": judge}), 422, "not a causal language model")
    assert_problem(admin.post("/api/v1/models/look", json={"model": str(tmp_path)}), 422, "config.json")
    prompts = admin.get("/api/v1/sandbox/prompts").text.splitlines()
    assert json.loads(prompts[0])["prompt"]
    for path in ("/api/v1/sandbox", "/api/v1/sandbox/prompts"):
        assert_problem(annotator.get(path), 403)
    assert_problem(annotator.post("/api/v1/models/look", json={"model": "a/b"}), 403)


def test_a_reference_that_failed_is_looked_for_at_another_place(admin: TestClient, model_folder: Path) -> None:
    with transaction() as session:
        project = factories.make_project(session, status=ModelStatus.FAILED)
    address = f"/api/v1/models/{project.reference_version_id}/check"

    assert_problem(admin.post(address, json={"model": "/no/such/folder"}), 422, "/no/such/folder")
    corrected = admin.post(address, json={"model": str(model_folder)})

    assert corrected.status_code == 202
    assert (corrected.json()["source"], corrected.json()["status"]) == (str(model_folder), "checking")
    audited = admin.get(f"/api/v1/projects/{project.id}/audit").json()["items"]
    details = {"model": str(model_folder), "number": 0}
    assert [(event["action"], event["details"]) for event in audited] == [("model.check", details)]


def test_a_trained_model_is_not_looked_for_elsewhere(session: Session, model_folder: Path) -> None:
    project = factories.make_project(session)
    version = factories.make_version(session, project, number=1, status=ModelStatus.FAILED)

    with pytest.raises(Conflict) as refused:
        models.check_again(session, version.id, str(model_folder), actor=SYSTEM)

    assert refused.value.code == "not_reference"
