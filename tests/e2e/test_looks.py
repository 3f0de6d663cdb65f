"""Every page of the routes, in both themes and at three widths: accessible, in its frame, without an error.

The pictures stay in test-results/looks for whoever wants to look.
"""

import re
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Literal
from uuid import uuid4
from xml.etree import ElementTree

import pytest
from playwright.sync_api import Browser, Page, TimeoutError, expect
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models import Role, User
from app.services import users
from app.services.audit import SYSTEM
from tests.e2e.conftest import PATIENCE_MS, Service
from tests.e2e.filled import Filled, fill

ROOT = Path(__file__).parents[2]
PICTURES = ROOT / "test-results" / "looks"
AXE = (ROOT / "frontend/node_modules/axe-core/axe.min.js").read_text()
ROUTE = re.compile(r'\b(open|adminOnly|inProject)\("([^"]+)"')
WIDTHS = (390, 768, 1440)
DIALOGS = {"s": "skip", "f": "flag", "c": "comment", "g": "guideline", "?": "keys", "h": "last-labels"}
THEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


@pytest.fixture(scope="module")
def filled(service: Service) -> tuple[str, Filled]:
    """The name of an admin, and the project whose pages they look at."""
    name = f"looker-{uuid4().hex[:6]}"
    service.make_user(name, Role.ADMIN)
    with Session(service.engine) as session, session.begin():
        admin = session.scalars(select(User).where(User.username == name)).one()
        found = fill(session, admin=admin)
    return name, found


def addresses(filled: Filled) -> list[str]:
    """Of every page that the routes name; a page whose parameter is not known here fails."""
    ids = {"projectId": filled.project_id, "roundId": filled.round_id, "runId": filled.run_id}
    found = []
    for kind, path in ROUTE.findall((ROOT / "frontend/src/routes.tsx").read_text()):
        whole = f"/projects/$projectId/{path.strip('/')}".rstrip("/") if kind == "inProject" else path
        whole = "/there-is-no-such-page" if whole == "/$" else whole
        found.append(re.sub(r"\$(\w+)", lambda part: str(ids[part.group(1)]), whole))
    assert len(found) > 20
    return ["/login", *found]


@pytest.mark.timeout(600)
def test_every_page_is_accessible_and_fits_its_window(
    browser: Browser, service: Service, filled: tuple[str, Filled]
) -> None:
    page, troubles = _open(browser, service)
    for place, address in enumerate(addresses(filled[1])):
        if place == 1:  # the page before is the one to sign in on
            page.goto(_new_link(service, filled[0]))
            expect(page.get_by_role("button", name="Sign out")).to_be_visible()
        themes = THEMES if place % 2 == 0 else THEMES[::-1]  # some pages start in the dark
        page.emulate_media(color_scheme=themes[0])
        page.goto(address)
        expect(page.locator("h1, main section").first).to_be_visible()
        expect(page.get_by_label("Loading", exact=True)).to_have_count(0)
        page.evaluate(AXE)  # through the debugger: the page's Content-Security-Policy stays as it is
        for theme in themes:
            page.emulate_media(color_scheme=theme)
            expect(page.locator(f"html[data-mantine-color-scheme={theme}]")).to_be_attached()
            name = re.sub(r"[0-9a-f]{8}-[0-9a-f-]{27}", "x", address).strip("/").replace("/", "-") or "home"
            troubles += _look(page, name, theme)
    page.context.close()
    assert not troubles, "\n".join(troubles)


def test_what_opens_on_a_page_is_accessible_and_fits_its_window(
    browser: Browser, service: Service, filled: tuple[str, Filled]
) -> None:
    page, troubles = _open(browser, service)
    home = f"/projects/{filled[1].project_id}"
    page.goto(_new_link(service, filled[0]))
    expect(page.get_by_role("button", name="Sign out")).to_be_visible()

    page.goto(f"{home}/training/compare?a={filled[1].other_run_id}&b={filled[1].run_id}")
    expect(page.locator("svg.recharts-surface")).to_have_count(5)
    troubles += _look_at(page, "compare-runs")
    page.goto(f"{home}/rounds/{filled[1].round_id}")
    page.get_by_role("region", name="Pairs").get_by_role("button", name="How do I").first.click()
    troubles += _look_at(page, "pair-of-a-round")

    page.goto(f"/annotate/{filled[1].project_id}")
    expect(page.get_by_text("Practice, pair 1 of 2")).to_be_visible()
    page.keyboard.press("ArrowRight")
    expect(page.get_by_role("button", name="Next pair")).to_be_visible()
    troubles += _look_at(page, "practice-explained")
    page.get_by_role("button", name="Next pair").click()
    page.keyboard.press("t")
    page.get_by_role("button", name="Finish").click()
    troubles += _look_at(page, "practice-done")
    page.get_by_role("button", name="Start labelling").click()
    expect(page.get_by_role("region", name="Answer 1")).to_be_visible()
    troubles += _look_at(page, "labelling")
    page.keyboard.press("ArrowRight")  # the last labels are not empty then
    expect(page.get_by_text("1 by you today")).to_be_visible()
    for key, name in (("d", "difference"), *DIALOGS.items()):
        page.keyboard.press(key)
        if key in DIALOGS:
            expect(page.get_by_role("dialog")).to_be_visible()
        troubles += _look_at(page, f"labelling-{name}")
        page.keyboard.press("Escape")
        expect(page.get_by_role("dialog")).to_have_count(0)
    page.context.close()
    assert not troubles, "\n".join(troubles)


def _open(browser: Browser, service: Service) -> tuple[Page, list[str]]:
    """A page, and what goes wrong on it from now on."""
    context = browser.new_context(base_url=service.url, reduced_motion="reduce")
    context.set_default_timeout(PATIENCE_MS)
    page = context.new_page()
    troubles: list[str] = []
    page.on("pageerror", lambda error: troubles.append(f"{page.url}: {error}"))
    page.on("console", lambda message: _note(troubles, page, message.type, message.text))
    return page, troubles


def _new_link(service: Service, name: str) -> str:
    with Session(service.engine) as session, session.begin():
        user = session.scalars(select(User).where(User.username == name)).one()
        return f"{service.url}{users.create_login_link(session, user, actor=SYSTEM)}"


def _look_at(page: Page, name: str) -> list[str]:
    """On a phone in the dark, then on a wide screen in the light."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE)
    troubles = []
    for theme, width in (("dark", 390), ("light", 1440)):
        page.emulate_media(color_scheme="dark" if theme == "dark" else "light")
        expect(page.locator(f"html[data-mantine-color-scheme={theme}]")).to_be_attached()
        troubles += _look(page, name, theme, [width])
    return troubles


def _look(page: Page, name: str, theme: str, widths: Sequence[int] = WIDTHS) -> list[str]:
    """What is wrong with the page that is open."""
    troubles = []
    for width in widths:
        _take_picture(page, width, PICTURES / f"{name}-{width}-{theme}.png")
        beyond = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        if beyond > 0:
            troubles.append(f"{name} at {width}: {beyond} pixels too wide")
        if (
            width == 1440 or len(widths) == 1 or (width == 390 and theme == "light")
        ):  # colours are the same at each width
            troubles += [f"{name} at {width}: {found}" for found in _violations(page)]
    return troubles


def _take_picture(page: Page, width: int, path: Path) -> None:
    """Asks Chromium up to three times: once in some thousand pictures, of any page, it never answers.

    See https://github.com/microsoft/playwright/issues/33330. Another height makes it draw the page anew.
    """
    for height in (900, 901, 902):
        page.set_viewport_size({"width": width, "height": height})
        try:
            page.screenshot(path=path, full_page=True, animations="disabled", timeout=PATIENCE_MS / 2)
        except TimeoutError:
            continue
        return
    raise AssertionError(f"Chromium takes no picture of {page.url} at {width} pixels")


def _violations(page: Page) -> list[str]:
    found = page.evaluate(
        "options => axe.run(options).then(({ violations }) => violations)",
        {"runOnly": RULES, "resultTypes": ["violations"]},
    )
    return [
        f"{one['id']} ({one['impact']}): {node['html'][:200]} {node.get('failureSummary', '')[:200]}"
        for one in found
        for node in one["nodes"][:2]
        if one["impact"] in ("serious", "critical")
    ]


def _note(troubles: list[str], page: Page, kind: str, text: str) -> None:
    # Asking who is signed in, while nobody is, is answered 401, which Chromium calls an error.
    if kind == "error" and "401" not in text:
        troubles.append(f"{page.url}: {text}")


def test_chart_saves_a_drawing_that_stands_alone(
    sign_in: Callable[[str], Page], service: Service, filled: tuple[str, Filled]
) -> None:
    page = sign_in(_new_link(service, filled[0]))
    page.goto(f"/projects/{filled[1].project_id}")
    expect(page.locator("svg.recharts-surface").first).to_be_visible(timeout=60_000)  # what draws loads first
    with page.expect_download() as saved:
        page.get_by_role("button", name="SVG of Win-rate against the reference").click()
    drawing = ElementTree.parse(saved.value.path())
    texts = [text.text for text in drawing.iter("{http://www.w3.org/2000/svg}text")]
    assert texts[0] == "Win-rate against the reference"
    assert "Even with the reference" in texts
    assert "var(" not in ElementTree.tostring(drawing.getroot(), encoding="unicode")
