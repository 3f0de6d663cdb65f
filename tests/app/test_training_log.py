"""The log of a run: bounded, replaced by its own attempt alone, read by admins."""

from fastapi.testclient import TestClient
from sqlalchemy.orm import Session

from app.db import transaction
from app.models import RunStatus
from app.services import training_log
from tests import factories
from tests.app.conftest import assert_problem


def test_a_log_is_replaced_by_the_attempt_that_owns_the_run_alone(session: Session) -> None:
    run = factories.make_run(session, factories.make_project(session), status=RunStatus.RUNNING, attempt=2)

    assert training_log.read(session, run.id) == ""
    training_log.store(session, run.id, 2, "Step 1.\n")
    training_log.store(session, run.id, 1, "an attempt thought dead")
    training_log.store(session, run.id, 2, "Step 1.\nStep 2.\x00\n")

    session.expire_all()
    assert training_log.read(session, run.id) == "Step 1.\nStep 2.\ufffd\n"


def test_of_a_long_log_the_last_whole_lines_are_kept(session: Session) -> None:
    run = factories.make_run(session, factories.make_project(session), attempt=1)
    lines = [f"Step {number}." for number in range(40_000)]

    training_log.store(session, run.id, 1, "\n".join(lines))

    first, second, *_, last = training_log.read(session, run.id).splitlines()
    assert (first, last) == ("[earlier lines are left out]", lines[-1])
    assert second in lines
    assert len(training_log.read(session, run.id)) <= training_log.LONGEST + len(first) + 1


def test_of_a_line_that_was_written_over_the_last_state_is_kept(session: Session) -> None:
    run = factories.make_run(session, factories.make_project(session), attempt=1)

    training_log.store(session, run.id, 1, "Loading: 0 %\rLoading: 100 %\nStep 1.\r\n")

    assert training_log.read(session, run.id) == "Loading: 100 %\nStep 1.\n"


def test_a_log_over_http_is_text_to_read_or_to_keep(admin: TestClient, annotator: TestClient) -> None:
    with transaction() as session:
        run = factories.make_run(session, factories.make_project(session), attempt=1)
        training_log.store(session, run.id, 1, "<script>alert(1)</script>\n")
    address = f"/api/v1/training-runs/{run.id}/log"

    answer = admin.get(address)

    assert answer.text == "<script>alert(1)</script>\n"
    assert answer.headers["content-type"].startswith("text/plain")
    assert answer.headers["content-disposition"].startswith("attachment")
    assert_problem(annotator.get(address), 403)
    assert_problem(admin.get("/api/v1/training-runs/00000000-0000-0000-0000-000000000000/log"), 404)
