"""Probes, metrics and the pages of the front end."""

import json
import re
from pathlib import Path

import pytest
import redis
from fastapi.testclient import TestClient
from sqlalchemy import Engine, text

from app.db import transaction
from app.main import create_app
from app.models import Disposition, Verdict
from app.services.audit import Actor
from tests import factories
from tests.app.conftest import assert_problem


def test_ready_lists_checks_and_the_workers_seen(anonymous: TestClient, redis_url: str) -> None:
    with redis.Redis.from_url(redis_url) as client:
        client.set("tiebreak:worker:model", json.dumps({"queues": ["sample", "score"]}), ex=30)
    answer = anonymous.get("/health/ready")
    assert answer.status_code == 200
    assert answer.json() == {
        "status": "ok",
        "checks": [{"name": name, "ok": True, "detail": "ok"} for name in ("database", "migrations", "redis")],
        "workers": [{"name": "model", "queues": ["sample", "score"]}],
    }


def test_ready_when_migrations_are_missing_is_503(anonymous: TestClient, engine: Engine) -> None:
    with engine.begin() as connection:
        version = connection.scalar(text("UPDATE alembic_version SET version_num = '0000' RETURNING version_num"))
    try:
        answer = anonymous.get("/health/ready")
    finally:
        with engine.begin() as connection:
            connection.execute(text("UPDATE alembic_version SET version_num = '0001'"))
    assert version == "0000"
    assert answer.status_code == 503
    assert answer.headers["retry-after"] == "5"
    assert [check["ok"] for check in answer.json()["checks"]] == [True, False, True]


def test_live_and_version(anonymous: TestClient) -> None:
    assert anonymous.get("/health/live").json() == {"status": "ok"}
    assert anonymous.get("/version").json()["version"]


def test_metrics_count_requests_by_route_and_rows_by_kind(admin: TestClient, project: dict[str, str]) -> None:
    admin.get(f"/api/v1/projects/{project['id']}")
    text_ = admin.get("/metrics").text
    assert 'tiebreak_request_seconds_count{method="GET",route="get_project",status="200"} 1.0' in text_
    assert 'tiebreak_queued_rows{kind="model_check"} 1.0' in text_
    assert "tiebreak_live_leases 0.0" in text_


def test_metrics_count_standing_labels_by_who_gave_them_and_verdict(admin: TestClient) -> None:
    with transaction() as session:
        project = factories.make_project(session)
        pairs = factories.round_pairs(session, factories.make_open_round(session, project, pairs=4))
        person, key = factories.make_actor(session), Actor(api_key_id=factories.make_key(session).id)
        for pair, verdict in zip(pairs[:3], (Verdict.PREFERRED, Verdict.TIE, Verdict.SKIP), strict=True):
            factories.make_label(session, pair, actor=person, verdict=verdict)
        factories.make_label(session, pairs[3], actor=key, verdict=Verdict.BOTH_BAD)
        factories.make_label(session, pairs[3], actor=person, disposition=Disposition.SURPLUS)
    found = re.findall(r'tiebreak_labels\{source="(\w+)",verdict="(\w+)"\} (\d)', admin.get("/metrics").text)
    given = {("person", "preferred"), ("person", "tie"), ("person", "skip"), ("key", "both_bad")}
    assert {(source, verdict) for source, verdict, count in found if count == "1"} == given
    assert {count for *_, count in found} == {"0", "1"}


@pytest.fixture
def site(tmp_path: Path, engine: Engine) -> TestClient:
    """The application with a front end of two files."""
    static = tmp_path / "static"
    (static / "assets").mkdir(parents=True)
    (static / "index.html").write_text("<!doctype html><title>Tiebreak</title>")
    (static / "assets" / "index-abc.js").write_text("1")
    (tmp_path / "secret.txt").write_text("hunter2")
    return TestClient(create_app(static))


def test_pages_are_index_and_assets_are_kept_for_ever(site: TestClient) -> None:
    for path in ("/", "/login", "/projects/1/rounds"):
        answer = site.get(path)
        assert "Tiebreak" in answer.text
        assert answer.headers["cache-control"] == "no-cache"
    asset = site.get("/assets/index-abc.js")
    assert "immutable" in asset.headers["cache-control"]
    assert asset.headers["content-type"].startswith("text/javascript")


@pytest.mark.parametrize("path", ["/assets/gone.js", "/api/v1/gone"])
def test_missing_file_or_route_is_404_not_a_page(site: TestClient, path: str) -> None:
    assert_problem(site.get(path), 404)


@pytest.mark.parametrize("path", ["/..%2fsecret.txt", "/%2e%2e/secret.txt", "/assets/..%2f..%2fsecret.txt", "/a%00b"])
def test_pages_never_leave_their_folder(site: TestClient, path: str) -> None:
    assert "hunter2" not in site.get(path).text
