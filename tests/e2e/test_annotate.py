"""People who label in the browser: by keyboard alone, with undo, across reloads and restarts, two at once."""

import os
import signal
import time
from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID, uuid4

import pytest
from playwright.sync_api import Locator, Page, expect
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.models import Completion, Disposition, Label, Lease, Pair, Role, User, Verdict
from app.schemas import PracticePairCreate, UserUpdate
from app.services import practice, users
from app.services.audit import SYSTEM
from tests import factories
from tests.e2e.conftest import PATIENCE_MS, Service

SignIn = Callable[[str], Page]

BAD_TEXTS = [
    "<script>alert(1)</script><img src=x onerror=alert(2)><style>*{display:none}</style>",
    "[a](javascript:alert(3)) [b](data:text/html,<script>alert(4)</script>)",
    "x" * 100_000,
    "word " * 20_000,
    "\u202eשלום עולם, العربية \u2066",
    "👩‍👩‍👧‍👦" * 200 + "z" + "\u0336\u0322\u031b" * 50,
    "\u200b\ufeff\u200d",
    "```py\nnever closed **bold | a | b\n|--\n",
    "",
    "$\\frac{" * 50 + "$ \\[x",
]
IS_INTACT = """() => {
  const bar = document.querySelector('section[aria-label="Verdict"]').getBoundingClientRect();
  return document.documentElement.scrollWidth <= innerWidth && bar.bottom <= innerHeight + 1 && bar.height < 200;
}"""
UNTIL_KEPT = """async () => {
  while (!(await caches.match("/annotate"))) await new Promise((resolve) => setTimeout(resolve, 50));
  await navigator.serviceWorker.ready;
}"""
LEAVE_WITH_KEY = """() => {
  document.body.dispatchEvent(new KeyboardEvent("keydown", { key: "t", bubbles: true }));
  location.href = "about:blank";
}"""


@dataclass(frozen=True)
class Open:
    """A project with open pairs."""

    project_id: UUID
    address: str


@pytest.fixture
def project(service: Service) -> Callable[[int], Open]:
    """Makes a project with so many open pairs."""

    def make(pairs: int) -> Open:
        with Session(service.engine) as session, session.begin():
            project = factories.make_project(session)
            factories.make_open_round(session, project, pairs=pairs)
            return Open(project.id, f"/annotate/{project.id}")

    return make


def test_labels_by_keyboard_alone_when_sides_differ_store_the_winner_of_the_side(
    service: Service, sign_in: SignIn, project: Callable[[int], Open]
) -> None:
    found = project(30)
    page = sign_in(service.make_user(f"ann-{uuid4().hex[:6]}", Role.ANNOTATOR))
    page.goto(found.address)
    keys = ["ArrowLeft", "2", "Shift+ArrowRight", "t", "ArrowDown", "1"] * 5
    seen = []
    for key in keys:
        seen.append((_text(page, 1), _text(page, 2)))
        page.keyboard.press(key)
        _wait_for_other(page, seen[-1][0])
    expect(page.get_by_text("All done")).to_be_visible()
    expect(page.get_by_text("Saved", exact=True)).to_be_visible()

    labels = _labels(service, found.project_id)
    assert [(label.verdict, label.strength) for label in labels] == [
        (Verdict.PREFERRED, 1),
        (Verdict.PREFERRED, 1),
        (Verdict.PREFERRED, 2),
        (Verdict.TIE, None),
        (Verdict.BOTH_BAD, None),
        (Verdict.PREFERRED, 1),
    ] * 5
    side = {"ArrowLeft": 0, "1": 0, "2": 1, "Shift+ArrowRight": 1}
    chosen = [texts[side[key]] if key in side else None for key, texts in zip(keys, seen, strict=True)]
    assert [_winner_text(service, label) for label in labels] == chosen
    assert all(label.time_on_task_ms is not None and label.time_on_task_ms > 0 for label in labels)


def test_undo_when_pressed_takes_the_label_back_and_the_new_verdict_stands(
    service: Service, sign_in: SignIn, project: Callable[[int], Open]
) -> None:
    found = project(2)
    page = sign_in(service.make_user(f"ann-{uuid4().hex[:6]}", Role.ANNOTATOR))
    page.goto(found.address)
    first, right = _text(page, 1), _text(page, 2)
    page.keyboard.press("ArrowLeft")
    _wait_for_other(page, first)
    page.keyboard.press("u")
    expect(_answer(page, 1)).to_have_text(f"Answer 1{first}")
    page.keyboard.press("ArrowRight")
    _wait_for_other(page, first)
    page.keyboard.press("t")
    expect(page.get_by_text("All done")).to_be_visible()
    expect(page.get_by_text("Saved", exact=True)).to_be_visible()

    taken, undo, again, last = _labels(service, found.project_id)
    assert (undo.verdict, undo.supersedes_id) == (None, taken.id)
    assert again.pair_id == taken.pair_id
    assert _winner_text(service, again) == right
    assert last.verdict is Verdict.TIE


def test_two_browsers_when_labelling_at_once_never_see_the_same_pair(
    service: Service, sign_in: SignIn, project: Callable[[int], Open]
) -> None:
    found = project(16)
    pages = [sign_in(service.make_user(f"ann-{uuid4().hex[:6]}", Role.ANNOTATOR)) for _ in range(2)]
    for page in pages:
        page.goto(found.address)
    seen: list[list[str]] = [[], []]
    for _ in range(4):
        for page, texts in zip(pages, seen, strict=True):
            texts.append(_text(page, 1))
            page.keyboard.press("1")
            _wait_for_other(page, texts[-1])
    for page in pages:
        expect(page.get_by_text("Saved", exact=True)).to_be_visible()
    prompts = [{text.rsplit(" ", 1)[1] for text in texts} for texts in seen]
    assert [len(found) for found in prompts] == [4, 4]
    assert prompts[0].isdisjoint(prompts[1])
    assert len({label.pair_id for label in _labels(service, found.project_id)}) == 8


def test_labels_given_offline_when_the_page_is_reloaded_are_stored_once(
    service: Service, sign_in: SignIn, project: Callable[[int], Open]
) -> None:
    found = project(60)
    page = sign_in(service.make_user(f"ann-{uuid4().hex[:6]}", Role.ANNOTATOR))
    page.goto(found.address)
    _text(page, 1)
    _wait_until_lent(service, found.project_id, 11)
    page.evaluate(UNTIL_KEPT)

    page.context.set_offline(True)
    for _ in range(10):
        before = _text(page, 1)
        page.keyboard.press("1")
        _wait_for_other(page, before)
    expect(page.get_by_text("Offline, 10 waiting")).to_be_visible()
    page.reload()
    expect(page.get_by_text("You are offline")).to_be_visible()
    page.context.set_offline(False)

    expect(page.get_by_text("10 by you today")).to_be_visible()
    expect(page.get_by_text("Saved", exact=True)).to_be_visible()
    labels = _labels(service, found.project_id)
    assert len(labels) == len({label.pair_id for label in labels}) == 10
    assert {label.disposition for label in labels} == {Disposition.COUNTED}


def test_a_label_when_the_service_is_killed_in_between_is_stored_once_it_is_back(
    service: Service, sign_in: SignIn, project: Callable[[int], Open]
) -> None:
    found = project(3)
    page = sign_in(service.make_user(f"ann-{uuid4().hex[:6]}", Role.ANNOTATOR))
    page.goto(found.address)
    before = _text(page, 1)
    os.kill(service.processes.pid("api"), signal.SIGKILL)
    page.keyboard.press("2")
    _wait_for_other(page, before)
    # A new process starts meanwhile, and a request that hung is given up after 15 seconds.
    expect(page.get_by_text("Saved", exact=True)).to_be_visible(timeout=60_000)
    expect(page.get_by_text("1 by you today")).to_be_visible()
    (label,) = _labels(service, found.project_id)
    assert label.disposition is Disposition.COUNTED


def test_a_session_that_ends_at_work_when_signed_in_again_goes_on_with_the_same_pair(
    service: Service, sign_in: SignIn, project: Callable[[int], Open]
) -> None:
    found = project(4)
    name = f"ann-{uuid4().hex[:6]}"
    page = sign_in(service.make_user(name, Role.ANNOTATOR))
    page.goto(found.address)
    before = _text(page, 1)
    with Session(service.engine) as session, session.begin():
        user = session.scalars(select(User).where(User.username == name)).one()
        users.update_user(session, user.id, UserUpdate(password="correct horse battery"), actor=SYSTEM)
    page.keyboard.press("1")
    dialog = page.get_by_role("dialog", name="Please sign in again")
    expect(dialog).to_be_visible()
    dialog.get_by_role("textbox", name="Password").fill("correct horse battery")
    dialog.get_by_role("button", name="Sign in", exact=True).click()
    expect(dialog).to_have_count(0)
    expect(page.get_by_text("Saved", exact=True)).to_be_visible()
    assert _text(page, 1) != before
    assert len(_labels(service, found.project_id)) == 1


def test_a_second_tab_when_opened_takes_over_and_the_first_says_so(
    service: Service, sign_in: SignIn, project: Callable[[int], Open]
) -> None:
    found = project(6)
    first = sign_in(service.make_user(f"ann-{uuid4().hex[:6]}", Role.ANNOTATOR))
    first.goto(found.address)
    text = _text(first, 1)
    second = first.context.new_page()
    second.goto(found.address)
    assert _text(second, 1) == text
    expect(first.get_by_role("heading", name="You are labelling in another tab")).to_be_visible()
    second.keyboard.press("1")
    _wait_for_other(second, text)
    expect(second.get_by_text("Saved", exact=True)).to_be_visible()
    first.get_by_role("button", name="Go on in this tab").click()
    assert _text(first, 1) != text
    expect(second.get_by_role("heading", name="You are labelling in another tab")).to_be_visible()
    assert [label.disposition for label in _labels(service, found.project_id)] == [Disposition.COUNTED]


def test_practice_when_not_done_comes_first_and_is_explained(
    service: Service, sign_in: SignIn, project: Callable[[int], Open]
) -> None:
    found = project(2)
    with Session(service.engine) as session, session.begin():
        pair = {"prompt": "2 + 2?", "left": "four", "right": "five", "verdict": "preferred", "winner": "left"}
        body = PracticePairCreate.model_validate(pair | {"explanation": "Five is wrong."})
        practice.add_practice(session, found.project_id, body, actor=SYSTEM)
    page = sign_in(service.make_user(f"ann-{uuid4().hex[:6]}", Role.ANNOTATOR))
    page.goto(found.address)
    expect(page.get_by_text("Practice, pair 1 of 1")).to_be_visible()
    page.keyboard.press("2")
    expect(page.get_by_text("Not quite: it is “1 better”")).to_be_visible()
    expect(page.get_by_text("Five is wrong.")).to_be_visible()
    page.keyboard.press("Enter")
    expect(page.get_by_text("0 of 1 as explained")).to_be_visible()
    page.keyboard.press("Enter")
    assert _text(page, 1).startswith("Answer")
    assert _labels(service, found.project_id) == []
    page.reload()
    assert _text(page, 1).startswith("Answer")


def test_the_size_of_the_text_when_changed_is_remembered(
    service: Service, sign_in: SignIn, project: Callable[[int], Open]
) -> None:
    page = sign_in(service.make_user(f"ann-{uuid4().hex[:6]}", Role.ANNOTATOR))
    page.goto(project(1).address)
    expect(_answer(page, 1).locator("[data-column]")).to_have_css("font-size", "16px")
    page.get_by_role("button", name="View").click()
    page.get_by_role("button", name="larger text").click()
    expect(_answer(page, 1).locator("[data-column]")).to_have_css("font-size", "18px")
    page.reload()
    expect(_answer(page, 1).locator("[data-column]")).to_have_css("font-size", "18px")


def test_texts_that_would_break_a_page_when_shown_are_harmless_and_the_layout_holds(
    service: Service, sign_in: SignIn, project: Callable[[int], Open]
) -> None:
    found = project(len(BAD_TEXTS))
    with Session(service.engine) as session, session.begin():
        pairs = session.scalars(select(Pair).where(Pair.project_id == found.project_id)).all()
        for pair, text in zip(pairs, BAD_TEXTS, strict=True):
            pair.completion_a.text = pair.completion_b.text = pair.prompt.content = text
    page = sign_in(service.make_user(f"ann-{uuid4().hex[:6]}", Role.ANNOTATOR))
    page.on("dialog", lambda dialog: pytest.fail(f"a script ran: {dialog.message}"))
    page.goto(found.address)
    for done in range(len(BAD_TEXTS)):
        expect(_answer(page, 2)).to_be_visible()
        assert page.evaluate(IS_INTACT)
        page.keyboard.press("1")
        expect(page.get_by_text(f"{done + 1} by you today")).to_be_visible()
    expect(page.get_by_text("All done")).to_be_visible()


def test_a_label_when_the_page_is_left_with_the_key_is_stored_at_once(
    service: Service, sign_in: SignIn, project: Callable[[int], Open]
) -> None:
    found = project(2)
    page = sign_in(service.make_user(f"ann-{uuid4().hex[:6]}", Role.ANNOTATOR))
    page.goto(found.address)
    _text(page, 1)
    page.evaluate(LEAVE_WITH_KEY)
    end = time.monotonic() + PATIENCE_MS / 1000
    while not _labels(service, found.project_id):
        assert time.monotonic() < end, "the label waits in a browser that may not come back"
        page.wait_for_timeout(50)


def test_leaving_the_page_when_pairs_were_lent_gives_them_back(
    service: Service, sign_in: SignIn, project: Callable[[int], Open]
) -> None:
    found = project(2)
    first = sign_in(service.make_user(f"ann-{uuid4().hex[:6]}", Role.ANNOTATOR))
    first.goto(found.address)
    _text(first, 1)
    second = sign_in(service.make_user(f"ann-{uuid4().hex[:6]}", Role.ANNOTATOR))
    second.goto(found.address)
    expect(second.get_by_text("Others have the rest")).to_be_visible()
    first.get_by_role("link", name="Tiebreak", exact=True).click()
    second.get_by_role("button", name="Look now").click()
    expect(_answer(second, 1)).to_be_visible()


def test_an_annotator_when_at_an_admin_address_sees_no_admin_page(service: Service, sign_in: SignIn) -> None:
    page = sign_in(service.make_user(f"ann-{uuid4().hex[:6]}", Role.ANNOTATOR))
    for address in ["/projects", "/people", "/projects/new"]:
        page.goto(address)
        expect(page.get_by_role("heading", name="This page is for admins")).to_be_visible()
    expect(page.get_by_role("link", name="Projects")).to_have_count(0)
    assert page.request.get("/api/v1/projects").status == 403


def test_a_sign_in_link_when_used_twice_works_once(service: Service, sign_in: SignIn) -> None:
    link = service.make_user(f"ann-{uuid4().hex[:6]}", Role.ANNOTATOR)
    page = sign_in(link)
    page.get_by_role("button", name="Sign out").click()
    page.get_by_role("button", name="Sign out all the same").click()
    expect(page.get_by_role("heading", name="Sign in to Tiebreak")).to_be_visible()
    page.goto(link)
    expect(page.get_by_role("alert")).to_contain_text("This link did not sign you in")


def _wait_until_lent(service: Service, project_id: UUID, pairs: int) -> None:
    """Wait until the page has loaded so many pairs, the one on screen included."""
    lent = select(func.count()).where(Lease.project_id == project_id, Lease.token.is_not(None))
    deadline = time.monotonic() + 20
    with Session(service.engine) as session:
        while (session.scalar(lent) or 0) < pairs:
            session.rollback()
            assert time.monotonic() < deadline, "the page loads no pairs ahead"
            time.sleep(0.05)


def _answer(page: Page, number: int) -> Locator:
    return page.get_by_role("region", name=f"Answer {number}")


def _text(page: Page, number: int) -> str:
    return _answer(page, number).inner_text().split("\n")[-1]


def _wait_for_other(page: Page, text: str) -> None:
    """Wait until the answer is off the screen."""
    expect(page.get_by_text(text, exact=True)).to_have_count(0)


def _labels(service: Service, project_id: UUID) -> list[Label]:
    with Session(service.engine) as session:
        return list(session.scalars(select(Label).where(Label.project_id == project_id).order_by(Label.id)))


def _winner_text(service: Service, label: Label) -> str | None:
    with Session(service.engine) as session:
        return session.scalars(select(Completion.text).where(Completion.id == label.winner_id)).one_or_none()
