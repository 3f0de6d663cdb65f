"""An admin's whole turn of the loop in the browser, from the set-up on, with the real workers and the sandbox model."""

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

PROMPT_COUNT = 24
LABELS = 8
WORK_MS = 90_000


def test_an_admin_when_going_round_once_ends_with_a_promoted_model(
    service: Service, sign_in: Callable[[str], Page]
) -> None:
    page = sign_in(service.make_user(f"admin-{uuid4().hex[:6]}", Role.ADMIN))
    name = f"Loop {uuid4().hex[:6]}"
    _name_project(page, name)
    _import_prompts(page, name)
    _start_first_round(page)
    _label(page)
    _retrain(page, name)
    _promote_and_roll_back(page)
    _play(page)
    with Session(service.engine) as session:
        project = session.scalars(select(Project).where(Project.name == name)).one()
        policy = session.get_one(ModelVersion, project.policy_version_id)
        labels = session.scalar(select(func.count()).where(Label.project_id == project.id))
    assert policy.number == 0
    assert labels == LABELS


def test_an_annotator_when_at_admin_addresses_never_loads_their_pages(
    service: Service, sign_in: Callable[[str], Page]
) -> None:
    page = sign_in(service.make_user(f"ann-{uuid4().hex[:6]}", Role.ANNOTATOR))
    loaded: list[str] = []
    page.on("request", lambda request: loaded.append(request.url))
    for address in ["/projects", f"/projects/{uuid4()}/models"]:
        page.goto(address)
        expect(page.get_by_role("heading", level=1)).to_be_visible()
    scripts = [url for url in loaded if url.endswith(".js")]
    assert any("/assets/index-" in url for url in scripts)
    assert not [url for url in scripts if "/assets/pages-" in url]


def _name_project(page: Page, name: str) -> None:
    page.goto("/projects/new")
    page.get_by_label("Name").fill(name)
    page.get_by_role("textbox", name="Model").fill("/no/such/folder")
    expect(page.get_by_role("alert")).to_contain_text("/no/such/folder")
    page.get_by_role("textbox", name="Model").fill(str(MODEL))
    expect(page.get_by_role("status").filter(has_text="Found")).to_contain_text("million parameters")
    page.get_by_role("button", name="Create the project").click()
    expect(page.get_by_role("status").filter(has_text="The model can be used")).to_be_visible(timeout=WORK_MS)


def _import_prompts(page: Page, name: str) -> None:
    """Prompts are imported after the set-up was left; the overview leads back to it."""
    page.get_by_role("link", name="Projects", exact=True).first.click()
    page.get_by_role("link", name=name).click()
    page.get_by_role("link", name="Continue the set-up").click()
    rows = [json.loads(line) for line in PROMPTS.read_text().splitlines()]
    lines = [json.dumps({"prompt": row["prompt"]}) for row in rows if row["split"] == "train"][:PROMPT_COUNT]
    page.get_by_label("Or paste rows").fill("\n".join([*lines, '{"prompt": 5}']))
    page.get_by_role("button", name="Preview").click()
    refused = page.get_by_role("table", name="Refused rows").get_by_role("row")
    expect(refused).to_contain_text(["Line", str(PROMPT_COUNT + 1)])
    page.get_by_role("button", name="Back, to mend the rows").click()
    page.get_by_label("Or paste rows").fill("\n".join(lines))
    page.get_by_role("button", name="Preview").click()
    page.get_by_role("button", name=f"Import {PROMPT_COUNT} prompts").click()
    expect(page.get_by_role("status").filter(has_text=f"{PROMPT_COUNT} new prompts")).to_be_visible()
    page.get_by_role("button", name="Continue").click()


def _start_first_round(page: Page) -> None:
    page.get_by_role("button", name="Start the first round").click()
    page.get_by_role("link", name="Label the first pair").click(timeout=WORK_MS)


def _label(page: Page) -> None:
    for done in range(LABELS):
        expect(page.get_by_role("region", name="Answer 1")).to_be_visible()
        expect(page.get_by_text(re.compile(rf"^{done} of \d+ done"))).to_be_visible()
        page.keyboard.press("ArrowLeft")
    expect(page.get_by_text(re.compile(rf"^{LABELS} of \d+ done"))).to_be_visible()


def _retrain(page: Page, name: str) -> None:
    page.get_by_role("link", name="Projects").click()
    page.get_by_role("link", name=name).click()
    page.get_by_role("link", name="Training").click()
    page.get_by_role("link", name="Start a retrain").click()
    expect(page.get_by_text(f"It would learn from {LABELS} preferences")).to_be_visible()
    page.get_by_label("Fewest preferences").fill(str(LABELS + 1))
    page.get_by_role("button", name="Start the retrain").click()
    expect(page.get_by_role("alert")).to_contain_text(f"There are {LABELS} preferences")
    page.get_by_label("Fewest preferences").fill("2")
    page.get_by_label("Batch size").fill("4")
    page.get_by_label("Epochs").fill("2")
    page.get_by_role("button", name="Start the retrain").click()
    expect(page.get_by_role("heading", name="Run 1")).to_be_visible()
    expect(page.get_by_text("A new model was made")).to_be_visible(timeout=WORK_MS)
    expect(page.get_by_role("figure", name="Loss by step")).to_be_visible()
    expect(page.get_by_role("region", name="Log of the run")).to_contain_text("Step 4 of 4")


def _promote_and_roll_back(page: Page) -> None:
    page.get_by_role("link", name=re.compile("^Models$")).click()
    page.get_by_role("button", name="Promote model 1").click()
    expect(page.get_by_role("row").filter(has_text="policy")).to_contain_text("Run 1")
    page.get_by_role("button", name="Roll back to model 0").click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("Model 0 samples the next rounds in the place of model 1.")
    dialog.get_by_role("button", name="Roll back").click()
    expect(page.get_by_role("row").filter(has_text="policy")).to_contain_text("reference")
    expect(page.get_by_role("button", name="Promote model 1")).to_be_visible()


def _play(page: Page) -> None:
    page.get_by_role("link", name="Playground").click()
    page.get_by_label("User").fill("How do I descale a <script>kettle</script>?")
    page.get_by_label("Longest answer").fill("16")
    page.get_by_role("button", name="Sample").click()
    for number in (0, 1):
        answers = page.get_by_role("region", name=f"Answers of Model {number}")
        expect(answers).to_contain_text("tokens", timeout=WORK_MS)
    expect(page.get_by_role("table", name="Last samplings")).to_contain_text("succeeded")
    page.get_by_role("button", name="Delete").click()
    expect(page.get_by_text("Nothing was asked yet.")).to_be_visible()
