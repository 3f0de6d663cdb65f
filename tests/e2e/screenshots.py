"""`make screenshots`: the pictures of the documentation, taken from a running service with a filled project."""

import tempfile
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page, expect, sync_playwright
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.db import make_engine
from app.doctor import find_browser
from app.models import Role, User
from app.schemas import UserCreate
from app.services import users
from app.services.audit import SYSTEM
from app.settings import Settings
from app.supervisor import running
from tests.e2e.conftest import ARGUMENTS, PATIENCE_MS
from tests.e2e.filled import Filled, fill

IMAGES = Path(__file__).parents[2] / "docs" / "images"
COLOURS = 128
DESK, PHONE = (1280, 800), (390, 844)


def main() -> None:
    with tempfile.TemporaryDirectory() as data:
        settings = Settings(data=Path(data), database_url=None, redis_url=None)
        with running(settings, on_event=lambda _: None, port=0) as service, sync_playwright() as playwright:
            engine = make_engine(service.database_url)
            with Session(engine) as session, session.begin():
                admin, link = users.create_user(session, UserCreate(username="ada", role=Role.ADMIN), actor=SYSTEM)
                filled = fill(session, admin=admin)
                annotator = session.scalars(select(User).where(User.username == "grace")).one()
                links = [users.create_login_link(session, annotator, actor=SYSTEM) for _ in range(3)]
            browser = playwright.chromium.launch(executable_path=find_browser(), args=ARGUMENTS)
            _admin_pages(_open(browser, service.url, str(link)), filled)
            _annotate_pages(_open(browser, service.url, links[0]), filled)
            _annotate_pair(_open(browser, service.url, links[1], theme="dark"), filled, "annotate-pair-dark")
            _annotate_pair(_open(browser, service.url, links[2], size=PHONE), filled, "annotate-phone")
            browser.close()
            engine.dispose()


def _open(browser: Browser, url: str, link: str, *, size: tuple[int, int] = DESK, theme: str = "light") -> Page:
    context = browser.new_context(
        base_url=url,
        viewport={"width": size[0], "height": size[1]},
        color_scheme="dark" if theme == "dark" else "light",
        reduced_motion="reduce",
    )
    context.set_default_timeout(PATIENCE_MS)
    page = context.new_page()
    page.goto(link)
    expect(page.get_by_role("button", name="Sign out")).to_be_visible(timeout=PATIENCE_MS)
    return page


def _annotate_pages(page: Page, filled: Filled) -> None:
    page.goto(f"/annotate/{filled.project_id}")
    expect(page.get_by_role("region", name="Answer 1")).to_be_visible(timeout=PATIENCE_MS)
    page.keyboard.press("ArrowLeft")
    _take(page, "annotate-practice")
    page.get_by_role("button", name="Next pair").click()
    page.keyboard.press("ArrowLeft")
    page.get_by_role("button", name="Finish").click()
    page.get_by_role("button", name="Start labelling").click()
    _annotate_pair(page, filled, "annotate-pair")
    page.keyboard.press("d")
    _take(page, "annotate-difference")


def _annotate_pair(page: Page, filled: Filled, name: str) -> None:
    page.goto(f"/annotate/{filled.project_id}")
    expect(page.get_by_role("region", name="Answer 1")).to_be_visible(timeout=PATIENCE_MS)
    _take(page, name)


def _admin_pages(page: Page, filled: Filled) -> None:
    home = f"/projects/{filled.project_id}"
    pages = {
        "overview": home,
        "prompts": f"{home}/prompts",
        "round": f"{home}/rounds/{filled.round_id}",
        "labels": f"{home}/labels",
        "run": f"{home}/training/{filled.run_id}",
        "models": f"{home}/models",
        "people": "/people",
    }
    for name, address in pages.items():
        page.goto(address)
        _take(page, f"admin-{name}")


def _take(page: Page, name: str) -> None:
    """A small picture: few colours are enough for pages."""
    expect(page.get_by_label("Loading", exact=True)).to_have_count(0, timeout=PATIENCE_MS)
    page.wait_for_load_state("networkidle")
    path = IMAGES / f"{name}.png"
    page.screenshot(path=path, animations="disabled")
    with Image.open(path) as picture:
        few = picture.convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE)
    few.save(path, optimize=True)


if __name__ == "__main__":
    main()
