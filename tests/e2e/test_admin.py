"""An admin's whole turn of the loop in the browser, with the real workers and the sandbox model."""

import json
import re
from collections.abc import Callable
from uuid import uuid4

from playwright.sync_api import Page, expect
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.models import Label, ModelVersion, Project, Role
from tests.e2e.conftest import Service
from workers.sandbox.paths import MODEL, PROMPTS

LABELS = 6
WORK_MS = 90_000


def test_an_admin_when_going_round_once_ends_with_a_promoted_model(
    service: Service, sign_in: Callable[[str], Page]
) -> None:
    page = sign_in(service.make_user(f"admin-{uuid4().hex[:6]}", Role.ADMIN))
    name = f"Loop {uuid4().hex[:6]}"
    _create_project(page, name)
    _import_prompts(page)
    _run_round(page)
    _label(page)
    _retrain(page, name)
    _promote(page)
    with Session(service.engine) as session:
        project = session.scalars(select(Project).where(Project.name == name)).one()
        policy = session.get_one(ModelVersion, project.policy_version_id)
        labels = session.scalar(select(func.count()).where(Label.project_id == project.id))
    assert policy.number == 1
    assert labels == LABELS


def _create_project(page: Page, name: str) -> None:
    page.get_by_role("link", name="New project").click()
    page.get_by_label("Name").fill(name)
    page.get_by_label("Model").fill("/no/such/folder")
    page.get_by_role("button", name="Create the project").click()
    expect(page.get_by_role("alert")).to_contain_text("/no/such/folder")
    page.get_by_label("Model").fill(str(MODEL))
    page.get_by_role("button", name="Create the project").click()
    expect(page.get_by_role("heading", name=name)).to_be_visible()
    expect(page.get_by_text("The model is being checked")).to_have_count(0, timeout=WORK_MS)


def _import_prompts(page: Page) -> None:
    rows = [json.loads(line) for line in PROMPTS.read_text().splitlines()]
    lines = [json.dumps({"prompt": row["prompt"]}) for row in rows if row["split"] == "train"][:40]
    page.get_by_role("link", name="Import prompts").click()
    page.get_by_label("Or paste rows").fill("\n".join([*lines, '{"prompt": 5}']))
    page.get_by_role("button", name="Import", exact=True).click()
    expect(page.get_by_role("alert")).to_contain_text("line 41")
    page.get_by_label("Or paste rows").fill("\n".join(lines))
    page.get_by_role("button", name="Import", exact=True).click()
    expect(page.get_by_text("40 new prompts")).to_be_visible()


def _run_round(page: Page) -> None:
    page.get_by_role("link", name="Rounds").click()
    page.get_by_role("link", name="Start a round").click()
    page.get_by_label("Pairs to open").fill(str(LABELS))
    page.get_by_label("Prompts per kept pair").fill("2")
    page.get_by_role("button", name="More settings").click()
    page.get_by_label("Longest completion").fill("24")
    page.get_by_role("button", name="Start the round").click()
    expect(page.get_by_role("heading", name="Round 1")).to_be_visible()
    expect(page.get_by_text(f"0 of {LABELS} labels")).to_be_visible(timeout=WORK_MS)
    expect(page.get_by_role("table", name="Pairs").get_by_role("row")).to_have_count(1 + LABELS)


def _label(page: Page) -> None:
    page.get_by_role("link", name="Overview").click()
    page.get_by_role("link", name="Label the open pairs").click()
    for done in range(LABELS):
        expect(page.get_by_text(f"{done} of {LABELS} done")).to_be_visible()
        expect(page.get_by_role("region", name="Answer 1")).to_be_visible()
        page.keyboard.press("ArrowLeft")
    expect(page.get_by_text("All done")).to_be_visible()


def _retrain(page: Page, name: str) -> None:
    page.get_by_role("link", name="Projects").click()
    page.get_by_role("link", name=name).click()
    page.get_by_role("link", name="Training").click()
    page.get_by_role("link", name="Start a retrain").click()
    page.get_by_role("button", name="Start the retrain").click()
    expect(page.get_by_role("alert")).to_contain_text(f"There are {LABELS} preferences")
    page.get_by_label("Fewest preferences").fill("2")
    page.get_by_label("Batch size").fill("4")
    page.get_by_label("Epochs").fill("2")
    page.get_by_role("button", name="Start the retrain").click()
    expect(page.get_by_role("heading", name="Run 1")).to_be_visible()
    expect(page.get_by_text("A new model was made")).to_be_visible(timeout=WORK_MS)
    expect(page.get_by_role("figure", name="Loss by step")).to_be_visible()


def _promote(page: Page) -> None:
    page.get_by_role("link", name=re.compile("^Models$")).click()
    page.get_by_role("button", name="Promote model 1").click()
    expect(page.get_by_role("row").filter(has_text="policy")).to_contain_text("1")
    expect(page.get_by_role("button", name="Promote model 0")).to_be_visible()
