"""A real Chromium against the real service with its workers; these tests are left out where no Chromium is found.

`REQUIRE_CHROMIUM` turns a missing one into an error.
"""

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from app.db import make_engine
from app.doctor import find_browser
from app.models import Role
from app.processes import Processes
from app.schemas import UserCreate
from app.services import users
from app.services.audit import SYSTEM
from app.settings import Settings
from app.supervisor import running

ARGUMENTS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
HERE = Path(__file__).parent
PATIENCE_MS = 20_000


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    ours = [item for item in items if item.path.is_relative_to(HERE)]
    for item in ours:
        item.add_marker(pytest.mark.e2e)
    if not ours or find_browser() is not None:
        return
    if os.environ.get("REQUIRE_CHROMIUM"):
        raise pytest.UsageError("No Chromium was found, and REQUIRE_CHROMIUM is set. Set CHROMIUM to its path.")
    items[:] = [item for item in items if item not in ours]
    config.hook.pytest_deselected(items=ours)
    print("The browser tests are left out: no Chromium was found. Install one, or set CHROMIUM.")  # noqa: T201


@dataclass(frozen=True)
class Service:
    """The running service and its database."""

    url: str
    engine: Engine
    processes: Processes

    def make_user(self, name: str, role: Role) -> str:
        """A new person; returns the address of the one-time sign-in link."""
        with Session(self.engine) as session, session.begin():
            _, link = users.create_user(session, UserCreate(username=name, role=role), actor=SYSTEM)
        return f"{self.url}{link}"


@pytest.fixture(scope="session")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """Servers, web process and workers, on a data folder of their own."""
    settings = Settings(data=tmp_path_factory.mktemp("service"), database_url=None, redis_url=None)
    with running(settings, on_event=lambda _: None, port=0) as found:
        engine = make_engine(found.database_url)
        yield Service(found.url, engine, found.processes)
        engine.dispose()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One Chromium, with a new profile that is thrown away."""
    expect.set_options(timeout=PATIENCE_MS)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_browser(), args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture
def sign_in(browser: Browser, service: Service) -> Iterator[Callable[[str], Page]]:
    """Opens a sign-in link in a browser window of its own, with its own cookies; errors of its pages fail the test."""
    contexts: list[BrowserContext] = []
    errors: list[str] = []

    def open_link(link: str) -> Page:
        context = browser.new_context(base_url=service.url, viewport={"width": 1280, "height": 800})
        context.set_default_timeout(PATIENCE_MS)
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.goto(link)
        expect(page.get_by_role("button", name="Sign out")).to_be_visible()
        return page

    yield open_link
    for context in contexts:
        context.close()
    assert errors == []
