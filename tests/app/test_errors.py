"""Every error is a problem; a failed commit is an error; repeated requests are answered once; the schema says so."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlalchemy import Engine, func, select, text

from app.auth import SessionDep
from app.db import transaction
from app.main import create_app
from app.middleware import SECURITY_HEADERS
from app.models import IdempotencyRecord, Project
from app.openapi import describe
from tests.app.conftest import assert_problem

PROJECT = {"name": "p", "model": "some/model"}


@pytest.fixture
def failing_commit(engine: Engine) -> Iterator[None]:
    """Makes every commit that stored a project fail, in the database itself."""
    with engine.begin() as connection:
        connection.execute(
            text(
                "CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS "
                "$$ BEGIN RAISE EXCEPTION 'the secret of the disk'; END $$"
            )
        )
        connection.execute(
            text(
                "CREATE CONSTRAINT TRIGGER refuse AFTER INSERT ON projects DEFERRABLE INITIALLY DEFERRED "
                "FOR EACH ROW EXECUTE FUNCTION refuse()"
            )
        )
    yield
    with engine.begin() as connection:
        connection.execute(text("DROP FUNCTION refuse CASCADE"))


@pytest.mark.usefixtures("failing_commit")
def test_failing_commit_is_a_500_that_tells_nothing_of_the_inside(admin: TestClient) -> None:
    answer = admin.post("/api/v1/projects", json=PROJECT)
    assert_problem(answer, 500, "Something went wrong")
    assert "secret" not in answer.text
    assert {name: answer.headers[name] for name in SECURITY_HEADERS} == SECURITY_HEADERS
    with transaction() as session:
        assert session.scalar(select(func.count()).select_from(Project)) == 0


def test_every_answer_has_the_security_headers(anonymous: TestClient) -> None:
    for path in ("/health/live", "/api/v1/projects", "/nowhere", "/docs"):
        headers = anonymous.get(path).headers
        assert {name: headers[name] for name in SECURITY_HEADERS} == SECURITY_HEADERS
    assert anonymous.get("/api/v1/projects").headers["cache-control"] == "no-store"


@pytest.mark.parametrize("path", ["/api/v1/nothing", "/api/nothing", "/assets/gone.js"])
def test_unknown_address_is_404(anonymous: TestClient, path: str) -> None:
    assert_problem(anonymous.get(path), 404)


def test_wrong_method_is_405(anonymous: TestClient) -> None:
    answer = anonymous.put("/api/v1/auth/login", json={})
    assert_problem(answer, 405)
    assert answer.headers["allow"] == "POST"


def test_body_that_is_not_json_is_422(admin: TestClient) -> None:
    answer = admin.post("/api/v1/projects", content=b"{'a'", headers={"Content-Type": "application/json"})
    assert_problem(answer, 422, "not JSON")


def test_body_with_wrong_fields_names_each(admin: TestClient) -> None:
    body = PROJECT | {"training": {"beta": 0, "loss": "dbo"}, "nmae": "x"}
    problem = assert_problem(admin.post("/api/v1/projects", json=body), 422)
    assert {item["field"] for item in problem["errors"]} == {"training.beta", "training.loss", "nmae"}


def test_body_with_nul_is_422(admin: TestClient) -> None:
    assert_problem(admin.post("/api/v1/users", json={"username": "a\x00b"}), 422, "NUL")


def test_body_that_is_too_large_is_413(admin: TestClient) -> None:
    body = PROJECT | {"guideline": "x" * 5_000_000}
    assert_problem(admin.post("/api/v1/projects", json=body), 413)

    def chunks() -> Iterator[bytes]:
        for _ in range(60):
            yield b"x" * 100_000

    answer = admin.post("/api/v1/projects", content=chunks(), headers={"Content-Type": "application/json"})
    assert_problem(answer, 413)


def test_database_away_is_a_503_with_retry_after(web: FastAPI, anonymous: TestClient) -> None:
    @web.get("/api/v1/break")
    def break_connection(session: SessionDep) -> None:
        session.execute(text("SELECT pg_terminate_backend(pg_backend_pid())"))

    web.router.routes.insert(0, web.router.routes.pop())
    answer = anonymous.get("/api/v1/break")
    assert_problem(answer, 503, "database does not answer")
    assert answer.headers["retry-after"] == "5"
    assert anonymous.get("/health/ready").status_code == 200


def test_more_requests_than_connections_all_get_an_answer(admin: TestClient) -> None:
    with ThreadPoolExecutor(120) as pool:
        statuses = list(pool.map(lambda _: admin.get("/api/v1/users").status_code, range(240)))
    assert set(statuses) == {200}


# Idempotency-Key


def test_same_key_and_body_replays_the_first_answer(admin: TestClient) -> None:
    headers = {"Idempotency-Key": "k1"}
    first = admin.post("/api/v1/projects", json=PROJECT, headers=headers)
    again = admin.post("/api/v1/projects", json=PROJECT, headers=headers)
    assert (first.status_code, again.status_code) == (201, 201)
    assert again.json() == first.json()
    assert again.headers["location"] == f"/api/v1/projects/{first.json()['id']}"
    assert "idempotent-replayed" not in first.headers
    assert again.headers["idempotent-replayed"] == "true"
    with transaction() as session:
        assert session.scalar(select(func.count()).select_from(Project)) == 1


def test_same_key_with_another_body_is_422(admin: TestClient) -> None:
    headers = {"Idempotency-Key": "k1"}
    admin.post("/api/v1/projects", json=PROJECT, headers=headers)
    answer = admin.post("/api/v1/projects", json=PROJECT | {"name": "q"}, headers=headers)
    assert assert_problem(answer, 422, "another body")["code"] == "key_reused"


def test_key_of_a_refused_request_may_be_used_again(admin: TestClient) -> None:
    headers = {"Idempotency-Key": "k1"}
    assert admin.post("/api/v1/projects", json=PROJECT | {"model": "/nowhere"}, headers=headers).status_code == 422
    assert admin.post("/api/v1/projects", json=PROJECT, headers=headers).status_code == 201


def test_same_key_at_the_same_time_creates_once(admin: TestClient) -> None:
    headers = {"Idempotency-Key": "k1"}
    with ThreadPoolExecutor(8) as pool:
        post = lambda _: admin.post("/api/v1/projects", json=PROJECT, headers=headers)  # noqa: E731
        answers = list(pool.map(post, range(8)))
    assert {answer.status_code for answer in answers} <= {201, 409}
    assert len({answer.json()["id"] for answer in answers if answer.status_code == 201}) == 1
    for answer in answers:
        if answer.status_code == 409:
            assert assert_problem(answer, 409, "in flight")["code"] == "in_flight"


def test_request_in_flight_with_the_same_key_is_409(admin: TestClient) -> None:
    headers = {"Idempotency-Key": "k1"}
    admin.post("/api/v1/projects", json=PROJECT, headers=headers)
    with transaction() as session:
        key = session.scalars(select(IdempotencyRecord.key)).one()
        number = int.from_bytes(bytes.fromhex(key[:16]), signed=True)
        session.execute(select(func.pg_advisory_xact_lock(number)))
        answer = admin.post("/api/v1/projects", json=PROJECT, headers=headers)
    assert_problem(answer, 409, "still in flight")
    assert answer.headers["retry-after"] == "1"


# The schema


@cache
def _schema() -> dict[str, Any]:
    return describe(create_app())


def _operations() -> dict[str, dict[str, Any]]:
    paths = _schema()["paths"].values()
    return {operation["operationId"]: operation for methods in paths for operation in methods.values()}


def test_schema_declares_problems_and_unique_names() -> None:
    schema = _schema()
    count = sum(len(methods) for methods in schema["paths"].values())
    operations = _operations()
    assert len(operations) == count
    assert "HTTPValidationError" not in schema["components"]["schemas"]
    reference = {"$ref": "#/components/schemas/Problem"}
    for name, operation in operations.items():
        content = operation["responses"]["default"]["content"]
        assert content == {"application/problem+json": {"schema": reference}}, name
        assert operation["tags"], name


@pytest.mark.parametrize("tag", ["auth", "projects", "export", "health"])
def test_every_operation_declares_what_it_answers(tag: str) -> None:
    operations = {name: one for name, one in _operations().items() if tag in one["tags"]}
    assert operations
    for name, operation in operations.items():
        success = next(answer for status, answer in operation["responses"].items() if status.startswith("2"))
        kinds = success.get("content", {}).values()
        assert all(kind.get("schema") for kind in kinds), name
        assert kinds or "204" in operation["responses"], name


def test_docs_need_nothing_from_elsewhere(anonymous: TestClient) -> None:
    page = anonymous.get("/docs")
    assert page.status_code == 200
    assert "/api/v1/projects/{project_id}/prompts/import" in page.text
    assert "<script" not in page.text
    assert "http://" not in page.text
    assert "https://" not in page.text
