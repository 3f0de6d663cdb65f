"""Model versions: promote and roll back, the result of a check, and the download."""

import io
import tarfile
from pathlib import Path
from uuid import uuid4

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.db import transaction
from app.errors import Conflict
from app.models import AuditEvent, ModelStatus, Scope
from app.services import models
from app.services.audit import SYSTEM
from tests import factories
from tests.app.conftest import Factory, assert_problem


def test_promote_makes_a_version_the_policy_and_promoting_the_older_one_rolls_back(session: Session) -> None:
    project = factories.make_project(session)
    version = factories.make_version(session, project, number=1)
    actor = factories.make_actor(session)

    models.promote(session, version.id, actor=actor)
    promoted = project.policy_version_id
    models.promote(session, version.id, actor=actor)
    assert project.reference_version_id is not None
    models.promote(session, project.reference_version_id, actor=actor)

    events = session.scalars(select(AuditEvent).order_by(AuditEvent.id)).all()
    assert promoted == version.id
    assert project.policy_version_id == project.reference_version_id
    assert [(event.action, event.details) for event in events] == [
        ("model.promote", {"from": 0, "to": 1}),
        ("model.promote", {"from": 1, "to": 0}),
    ]


@pytest.mark.parametrize("status", [ModelStatus.CHECKING, ModelStatus.FAILED])
def test_promote_of_a_version_that_is_not_ready_is_refused(session: Session, status: ModelStatus) -> None:
    project = factories.make_project(session)
    version = factories.make_version(session, project, number=1, status=status)

    with pytest.raises(Conflict) as refused:
        models.promote(session, version.id, actor=SYSTEM)

    assert refused.value.code == "model_not_ready"
    assert project.policy_version_id == project.reference_version_id


def test_set_checked_records_what_was_found_once(session: Session) -> None:
    good = factories.make_version(session, factories.make_project(session), number=1, status=ModelStatus.CHECKING)
    bad = factories.make_version(session, factories.make_project(session), number=1, status=ModelStatus.CHECKING)

    assert models.set_checked(session, good.id, info={"parameters": 7})
    assert not models.set_checked(session, good.id, error="a second worker thinks otherwise")
    assert models.set_checked(session, bad.id, error="It has no tokenizer.")

    session.refresh(good)
    session.refresh(bad)
    assert (good.status, good.info, good.error) == (ModelStatus.READY, {"parameters": 7}, None)
    assert (bad.status, bad.error) == (ModelStatus.FAILED, "It has no tokenizer.")


def test_check_again_puts_a_failed_version_back_to_checking_and_refuses_another(session: Session) -> None:
    project = factories.make_project(session)
    version = factories.make_version(session, project, number=1, status=ModelStatus.CHECKING)
    models.set_checked(session, version.id, error="It has no tokenizer.")

    models.check_again(session, version.id, actor=SYSTEM)

    assert (version.status, version.error) == (ModelStatus.CHECKING, None)
    with pytest.raises(Conflict):
        models.check_again(session, version.id, actor=SYSTEM)


@pytest.mark.unit
@pytest.mark.parametrize("size", [0, 1, 511, 512, 513, 3 * 1024 * 1024 + 5])
def test_tar_holds_every_file_of_the_folder(tmp_path: Path, size: int) -> None:
    contents = {"config.json": b"{}", "weights/model.safetensors": bytes(range(256)) * (size // 256 + 1)}
    contents["weights/model.safetensors"] = contents["weights/model.safetensors"][:size]
    for name, data in contents.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(data)

    pieces = list(models.stream_tar(tmp_path, name="model-1"))

    with tarfile.open(fileobj=io.BytesIO(b"".join(pieces))) as tar:
        found = {one.name: one_file.read() for one in tar if (one_file := tar.extractfile(one))}
    assert found == {f"model-1/{name}": data for name, data in contents.items()}
    assert max(map(len, pieces)) <= models.CHUNK_BYTES


def test_models_over_http_list_show_promote_and_download(admin: TestClient, with_key: Factory, tmp_path: Path) -> None:
    folder = tmp_path / ("long-name-" * 20)
    folder.mkdir()
    (folder / "config.json").write_text("{}")
    with transaction() as session:
        project = factories.make_project(session)
        version = factories.make_version(session, project, number=1, source=str(folder))
    address = f"/api/v1/models/{version.id}"
    reader = with_key(Scope.READ)

    listed = admin.get(f"/api/v1/projects/{project.id}/models").json()
    assert [row["number"] for row in listed["items"]] == [1, 0]
    assert reader.get(address).json()["status"] == "ready"
    assert_problem(reader.post(f"{address}/promote"), 403)
    assert admin.post(f"{address}/promote").json()["policy"]["number"] == 1
    answer = reader.get(f"{address}/download")
    assert answer.headers["content-disposition"].endswith('.tar"')
    with tarfile.open(fileobj=io.BytesIO(answer.content)) as tar:
        assert tar.getnames() == [f"model-1-{version.id}/config.json"]


def test_download_of_a_hub_name_is_refused_with_the_name(admin: TestClient) -> None:
    with transaction() as session:
        project = factories.make_project(session, source="someone/some-model")

    answer = admin.get(f"/api/v1/models/{project.reference_version_id}/download")

    assert assert_problem(answer, 409, "someone/some-model")["code"] == "not_local"
    assert_problem(admin.get(f"/api/v1/models/{uuid4()}/download"), 404)
