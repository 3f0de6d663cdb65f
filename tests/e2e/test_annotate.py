"""People who label in the browser: by keyboard alone, with undo, across reloads, two at once."""

from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID, uuid4

import pytest
from playwright.sync_api import Locator, Page, expect
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models import Completion, Label, Role, Verdict
from tests import factories
from tests.e2e.conftest import Service

SignIn = Callable[[str], Page]


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
    found = project(6)
    page = sign_in(service.make_user(f"ann-{uuid4().hex[:6]}", Role.ANNOTATOR))
    page.goto(found.address)
    seen = []
    for key in ["ArrowLeft", "2", "Shift+ArrowRight", "t", "ArrowDown", "1"]:
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
    ]
    chosen = [seen[0][0], seen[1][1], seen[2][1], None, None, seen[5][0]]
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
    found = project(5)
    page = sign_in(service.make_user(f"ann-{uuid4().hex[:6]}", Role.ANNOTATOR))
    page.goto(found.address)
    first = _text(page, 1)
    page.route("**/api/v1/annotate/labels", lambda route: route.abort())
    page.keyboard.press("1")
    _wait_for_other(page, first)
    page.keyboard.press("2")
    expect(page.get_by_text("2 waiting")).to_be_visible()
    page.unroute("**/api/v1/annotate/labels")
    page.reload()
    expect(page.get_by_text("Saved", exact=True)).to_be_visible()
    expect(page.get_by_text("2 by you today")).to_be_visible()
    assert len(_labels(service, found.project_id)) == 2


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
    expect(page.get_by_role("heading", name="Sign in to Tiebreak")).to_be_visible()
    page.goto(link)
    expect(page.get_by_role("alert")).to_contain_text("This link did not sign you in")


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
