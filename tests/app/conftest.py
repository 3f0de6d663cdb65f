"""Clients of the real application over real PostgreSQL and Redis: an admin, an annotator, programs with keys."""

import json
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlalchemy import Engine

from app.auth import COOKIE
from app.db import transaction
from app.main import create_app
from app.models import Role, Scope, User
from app.schemas import KeyCreate
from app.services import keys, users
from app.services.audit import SYSTEM

PASSWORD = "correct horse battery"

Factory = Callable[..., TestClient]


@pytest.fixture
def web(engine: Engine) -> FastAPI:
    """The application on an empty database."""
    return create_app()


@pytest.fixture
def open_client(web: FastAPI) -> Iterator[Callable[[], TestClient]]:
    """Makes clients that are not signed in; a server error is an answer to them, as it is to a browser."""
    opened: list[TestClient] = []

    def open_one() -> TestClient:
        client = TestClient(web, raise_server_exceptions=False)
        opened.append(client.__enter__())
        return client

    yield open_one
    for client in opened:
        client.__exit__(None, None, None)


@pytest.fixture
def anonymous(open_client: Callable[[], TestClient]) -> TestClient:
    return open_client()


@pytest.fixture
def sign_in(open_client: Callable[[], TestClient]) -> Factory:
    """Makes a person of a role and a browser in which they are signed in, CSRF token included."""

    def sign_in_one(username: str, role: Role = Role.ANNOTATOR) -> TestClient:
        client = open_client()
        with transaction() as session:
            user = User(username=username, role=role, password_hash=_password_hash())
            session.add(user)
            row, token = users.start_session(session, user, days=1)
        client.cookies.set(COOKIE, token)
        client.headers["X-CSRF-Token"] = row.csrf_token
        return client

    return sign_in_one


@cache
def _password_hash() -> str:
    return users.hash_password(PASSWORD)


@pytest.fixture
def admin(sign_in: Factory) -> TestClient:
    return sign_in("ada", Role.ADMIN)


@pytest.fixture
def annotator(sign_in: Factory) -> TestClient:
    return sign_in("ann")


@pytest.fixture
def with_key(open_client: Callable[[], TestClient]) -> Factory:
    """Makes a program with a key of a scope."""

    def with_one_key(scope: Scope, name: str = "program") -> TestClient:
        with transaction() as session:
            _, text = keys.create_key(session, KeyCreate(name=name, scope=scope), actor=SYSTEM)
        client = open_client()
        client.headers["Authorization"] = f"Bearer {text}"
        return client

    return with_one_key


@pytest.fixture
def model_folder(tmp_path: Path) -> Path:
    """A folder that looks like a causal language model with a context of 16 tokens; its weights are not loadable."""
    folder = tmp_path / "model"
    write_model(folder)
    return folder


def write_model(folder: Path, *, config: dict[str, Any] | None = None) -> None:
    """Write config, weights and a whitespace tokenizer, in which every word is one token."""
    folder.mkdir()
    default = {"architectures": ["LlamaForCausalLM"], "eos_token_id": 1, "max_position_embeddings": 16}
    (folder / "config.json").write_text(json.dumps(default if config is None else config))
    (folder / "model.safetensors").write_bytes(b"\x02\x00\x00\x00\x00\x00\x00\x00{}")
    tokenizer: dict[str, Any] = {
        "version": "1.0",
        "truncation": None,
        "padding": None,
        "added_tokens": [],
        "normalizer": None,
        "pre_tokenizer": {"type": "Whitespace"},
        "post_processor": None,
        "decoder": None,
        "model": {"type": "WordLevel", "vocab": {"?": 0, "</s>": 1}, "unk_token": "?"},
    }
    (folder / "tokenizer.json").write_text(json.dumps(tokenizer))
    (folder / "tokenizer_config.json").write_text(json.dumps({"eos_token": "</s>"}))


@pytest.fixture
def project(admin: TestClient, model_folder: Path) -> dict[str, Any]:
    """A project as the API describes it."""
    answer = admin.post("/api/v1/projects", json={"name": "Kind replies", "model": str(model_folder)})
    assert answer.status_code == 201, answer.text
    created: dict[str, Any] = answer.json()
    return created


def assert_problem(answer: Any, status: int, *parts: str) -> dict[str, Any]:
    """The answer is a problem of this status whose detail contains every part; returns it."""
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    problem: dict[str, Any] = answer.json()
    assert problem["status"] == status
    assert problem["title"]
    for part in parts:
        assert part in problem["detail"], problem
    return problem
