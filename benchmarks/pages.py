"""The annotator's page in Chromium against the real service, and long lists on the server.

A person labels in one tab by keyboard: from a key's press to the next pair painted, from a cold start to the first
pair, the JavaScript loaded until then, the heap after many labels, and how long frames and inputs take while two
answers of 10,000 words are scrolled. The lists are asked for over HTTP, first pages
and deep ones. Servers, web process and workers are started here and stopped again; nothing outside them is touched.
"""

import argparse
import gzip
import json
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
from playwright.sync_api import Browser, BrowserContext, Page, Response, sync_playwright
from rich.console import Console
from rich.table import Table
from sqlalchemy import Engine, select, text
from sqlalchemy.orm import Session

from app.db import make_engine
from app.doctor import find_browser
from app.models import Completion, Prompt, Role, Scope
from app.schemas import KeyCreate, UserCreate
from app.services import keys, users
from app.services.audit import SYSTEM
from app.settings import Settings
from app.supervisor import running
from tests import big_lists, factories
from tests.e2e.conftest import ARGUMENTS

WARM_LABELS = 50
"""Labels after which the heap is first measured: by then every part of the page has run."""
AIMS = {
    "key_to_next_ms_p95": 50.0,
    "first_pair_ms": 1500.0,
    "annotate_kb_gzip": 250.0,
    "memory_growth": 0.20,
    "scroll_frame_ms": 100.0,
    "scroll_input_ms": 100.0,
    "list_page_ms": 100.0,
}
WORDS = ("the", "of", "a", "measure", "light", "river", "slowly", "because", "answer", "north", "paper", "seven")

# Kept by the page itself: when each key went down, and when another prompt stood on screen and had been painted.
WATCH = """
(() => {
  const visible = () => [...document.querySelectorAll('section[aria-label="Prompt"]')]
    .find((one) => one.checkVisibility());
  const seen = () => visible()?.textContent ?? null;
  window.__latencies = [];
  const painted = (then) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = then;
    port2.postMessage(0);
  };
  window.__firstPairMs = new Promise((resolve) => {
    const look = () => {
      if (seen() === null) requestAnimationFrame(look);
      else painted(() => resolve(performance.now()));
    };
    requestAnimationFrame(look);
  });
  window.addEventListener("keydown", (event) => {
    const before = seen(), pressed = event.timeStamp;
    const look = () => {
      const now = seen();
      if (now === null || now === before) requestAnimationFrame(look);
      else painted(() => window.__latencies.push(performance.now() - pressed));
    };
    requestAnimationFrame(look);
  }, true);
})();
"""


# Every frame's time, and how long each input waited until the page was told of it.
WATCH_SCROLLING = """() => {
  window.__frames = [];
  window.__inputs = [];
  let last = performance.now();
  const frame = (now) => {
    window.__frames.push(now - last);
    last = now;
    requestAnimationFrame(frame);
  };
  requestAnimationFrame(frame);
  for (const kind of ["wheel", "keydown"])
    window.addEventListener(kind, (event) => window.__inputs.push(performance.now() - event.timeStamp), true);
}"""
TURNS = 120

UNTIL_LABELLED = """(amount) => new Promise((resolve) => {
  const look = () => window.__latencies.length >= amount ? resolve() : setTimeout(look, 4);
  look();
})"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--labels", type=int, default=500, help="labels in one tab; the heap is compared over them")
    parser.add_argument("--timed", type=int, default=200, help="of them, so many are timed from key to next pair")
    parser.add_argument("--loads", type=int, default=5, help="cold starts of the page; their median counts")
    parser.add_argument("--rows", type=int, default=100_000, help="prompts, and labels, of the lists: 10,000 at least")
    parser.add_argument("--pause-ms", type=float, default=60, help="between a pair's paint and the next key")
    arguments = parser.parse_args()
    console = Console()
    if find_browser() is None:
        console.print("Left out: no Chromium was found. Install one, or set CHROMIUM.")
        return
    before = _processor_time()
    with tempfile.TemporaryDirectory() as data, _service(Path(data)) as (url, engine):
        found = _in_browser(url, engine, arguments) | {"list_page_ms": _lists(url, engine, arguments.rows, console)}
    table = Table("figure", "measured", "aim", title="Pages")
    for name, aim in AIMS.items():
        table.add_row(name, f"{found[name]:.3g}", f"at most {aim:g}")
    console.print(table)
    stolen, total = (b - a for a, b in zip(before, _processor_time(), strict=True))
    console.print(f"Meanwhile the host gave {stolen / max(1, total):.0%} of these processors' time to other machines.")
    print(json.dumps({name: round(found[name], 3) for name in AIMS}))


def _processor_time() -> tuple[int, int]:
    """Ticks that the host took from this machine, and all ticks, since it started; zeros where it does not say."""
    stat = Path("/proc/stat")
    ticks = [int(one) for one in stat.read_text().splitlines()[0].split()[1:9]] if stat.exists() else [0] * 8
    return ticks[7], sum(ticks)


@contextmanager
def _service(data: Path) -> Iterator[tuple[str, Engine]]:
    with running(Settings(data=data, database_url=None, redis_url=None), on_event=lambda _: None, port=0) as service:
        engine = make_engine(service.database_url)
        yield service.url, engine
        engine.dispose()


def _in_browser(url: str, engine: Engine, arguments: argparse.Namespace) -> dict[str, float]:
    address = f"{url}/annotate/{_make_open_pairs(engine, arguments.labels + 50)}"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_browser(), args=ARGUMENTS)
        state = _sign_in(browser, url, engine)
        loads = [_load(browser, state, address) for _ in range(arguments.loads)]
        latencies, growth = _label(browser, state, address, arguments)
        frame, wait = _scroll(browser, state, f"{url}/annotate/{_make_open_pairs(engine, 3, words=10_000)}")
        browser.close()
    return {
        "key_to_next_ms_p95": statistics.quantiles(latencies, n=20)[-1],
        "first_pair_ms": statistics.median(ms for ms, _ in loads),
        "annotate_kb_gzip": max(kb for _, kb in loads),
        "memory_growth": growth,
        "scroll_frame_ms": frame,
        "scroll_input_ms": wait,
    }


def _sign_in(browser: Browser, url: str, engine: Engine) -> Any:
    with Session(engine) as session, session.begin():
        _, link = users.create_user(session, UserCreate(username="bench", role=Role.ANNOTATOR), actor=SYSTEM)
    with browser.new_context() as context:
        page = context.new_page()
        page.goto(f"{url}{link}")
        page.get_by_role("button", name="Sign out").wait_for()
        return context.storage_state()


def _open(browser: Browser, state: Any) -> BrowserContext:
    context = browser.new_context(storage_state=state, viewport={"width": 1440, "height": 900})
    context.add_init_script(WATCH)
    return context


def _load(browser: Browser, state: Any, address: str) -> tuple[float, float]:
    """Milliseconds from a cold start to the first pair painted, and kB of gzipped JavaScript until then."""
    with _open(browser, state) as context:
        page = context.new_page()
        scripts: list[Response] = []
        page.on("response", lambda one: scripts.append(one) if one.url.endswith(".js") else None)
        page.goto(address, wait_until="commit")
        milliseconds: float = page.evaluate("window.__firstPairMs")
        return milliseconds, sum(len(gzip.compress(one.body())) for one in list(scripts)) / 1000


def _label(browser: Browser, state: Any, address: str, arguments: argparse.Namespace) -> tuple[list[float], float]:
    """Milliseconds from each timed key to the next pair, and the growth of the heap over all labels but the first."""
    with _open(browser, state) as context:
        page = context.new_page()
        page.goto(address)
        page.evaluate("window.__firstPairMs")
        heap = 0.0
        for done in range(1, arguments.labels + 1):
            page.keyboard.press(("1", "2", "t", "b", "ArrowLeft", "ArrowRight")[done % 6])
            page.evaluate(UNTIL_LABELLED, done)
            page.wait_for_timeout(arguments.pause_ms)
            if done == WARM_LABELS:
                heap = _settled_heap(page)
        return page.evaluate("window.__latencies")[: arguments.timed], _settled_heap(page) / heap - 1


def _scroll(browser: Browser, state: Any, address: str) -> tuple[float, float]:
    """Milliseconds of the longest frame and of the longest wait of an input, while wheel and keys scroll a long pair.

    The last key is a verdict: it is obeyed in the middle of the scrolling.
    """
    with _open(browser, state) as context:
        page = context.new_page()
        page.goto(address)
        page.evaluate("window.__firstPairMs")
        page.evaluate(WATCH_SCROLLING)
        page.mouse.move(400, 500)
        for turn in range(TURNS):
            page.mouse.wheel(0, 900 if turn < TURNS // 2 else -900)
            if turn % 10 == 0:
                page.keyboard.press("PageDown")
        page.keyboard.press("1")
        page.evaluate(UNTIL_LABELLED, 1)
        frames, inputs = page.evaluate("[window.__frames, window.__inputs]")
        assert len(inputs) == TURNS + TURNS // 10 + 1, f"{len(inputs)} inputs arrived"
        page.get_by_text("Saved", exact=True).wait_for()
        return max(frames), max(inputs)


def _settled_heap(page: Page) -> float:
    """Bytes of JavaScript objects and code in use after a collection, once all labels are sent.

    Waiting brings Playwright's own script into the page, half a megabyte: so it is waited each time.
    """
    page.get_by_text("Saved", exact=True).wait_for()
    session = page.context.new_cdp_session(page)
    session.send("HeapProfiler.enable")
    for _ in range(2):
        session.send("HeapProfiler.collectGarbage")
    used: float = session.send("Runtime.getHeapUsage")["usedSize"]
    session.detach()
    return used


def _make_open_pairs(engine: Engine, amount: int, *, words: int = 120) -> UUID:
    """A project with so many open pairs of plain text, of so many words an answer, a hundred in a paragraph."""
    with Session(engine) as session, session.begin():
        project = factories.make_project(session)
        factories.make_open_round(session, project, pairs=amount)
        ours = select(Completion).join(Prompt, Prompt.id == Completion.prompt_id).where(Prompt.project_id == project.id)
        for number, completion in enumerate(session.scalars(ours)):
            drawn = [WORDS[(number * 7 + place * place) % len(WORDS)] for place in range(words)]
            paragraphs = [" ".join(drawn[start : start + 100]) for start in range(0, words, 100)]
            completion.text = f"Answer {number}. " + ".\n\n".join(paragraphs) + "."
        return project.id


# Lists and counts


def _lists(url: str, engine: Engine, rows: int, console: Console) -> float:
    """Milliseconds of the slowest list page: each the median of five requests, over HTTP, JSON included."""
    project_id, pages = _make_long_lists(engine, rows)
    with Session(engine) as session, session.begin():
        _, secret = keys.create_key(session, KeyCreate(name="bench", scope=Scope.ADMIN), actor=SYSTEM)
    client = httpx.Client(base_url=f"{url}/api/v1", headers={"Authorization": f"Bearer {secret}"})
    table = Table("page", "ms", title=f"{rows:,} prompts and labels")
    slowest = 0.0
    for name, (path, parameters) in pages.items():
        milliseconds = statistics.median(_timed(lambda p=path, q=parameters: _page(client, p, q)) for _ in range(5))
        slowest = max(slowest, milliseconds)
        table.add_row(name, f"{milliseconds:.1f}")
    people = client.get("/users", params={"limit": 200}).raise_for_status().json()["items"]
    work = "&".join(f"user_id={person['id']}" for person in people)
    for name, path in {
        "overview": f"/projects/{project_id}/overview",
        "work of people": f"/users/work?{work}",
        "an author's progress": f"/annotate/projects/{project_id}/progress",
        "projects to label in": "/annotate/projects",
    }.items():
        milliseconds = statistics.median(_timed(lambda p=path: client.get(p).raise_for_status()) for _ in range(5))
        table.add_row(name, f"{milliseconds:.1f}")
    console.print(table)
    return slowest


def _page(client: httpx.Client, path: str, parameters: dict[str, str]) -> None:
    answer = client.get(path, params=parameters)
    answer.raise_for_status()
    assert answer.json()["items"], f"{path} {parameters} lists nothing"


def _timed(act: Callable[[], object]) -> float:
    started = time.perf_counter()
    act()
    return (time.perf_counter() - started) * 1000


def _make_long_lists(engine: Engine, rows: int) -> tuple[UUID, dict[str, tuple[str, dict[str, str]]]]:
    """A project of so many prompts, each with a labelled pair; its id, and the pages to ask for."""
    with Session(engine) as session, session.begin():
        project, people = big_lists.fill(session, rows)
        project_id, user_id, round_id = project.id, people[1].id, big_lists.first_round(session, project.id)
    big_lists.vacuum(engine)
    with engine.connect() as connection:
        middle = {"project": project_id, "middle": rows // 2}
        prompt, label = (str(connection.scalar(one, middle)) for one in (_MIDDLE_PROMPT, _MIDDLE_LABEL))
    filters = {
        "prompts": [{"split": "eval"}, {"state": "usable"}, {"state": "out"}]
        + [{"search": word} for word in ("kettle", "number17", "number4999", f"Prompt {rows * 7 // 9}")],
        "labels": [{"verdict": one} for one in ("preferred", "skip")]
        + [{"user_id": str(user_id)}, {"round_id": str(round_id)}, {"disposition": "surplus"}, {"is_remarked": "true"}]
        + [{"arm": one} for one in ("active", "control")]
        + [{"sort": one} for one in ("oldest", "slowest", "quickest")]
        + [{"verdict": "skip", "sort": "slowest"}, {"search": "rude"}],
    }
    pages: dict[str, tuple[str, dict[str, str]]] = {}
    for noun, cursor in (("prompts", prompt), ("labels", label)):
        for asked in [{}, *filters[noun]]:
            words = [one if one.endswith("_id") else f"{one} {value}" for one, value in asked.items()]
            name = ", ".join([noun, *words])
            pages[name] = (f"/projects/{project_id}/{noun}", asked)
            if asked.keys() <= {"split", "arm", "verdict"} or "kettle" in asked.values():
                pages[f"{name}, from the middle"] = (f"/projects/{project_id}/{noun}", asked | {"cursor": cursor})
    pages["pairs of a round by score"] = (f"/rounds/{round_id}/pairs", {"sort": "score"})
    return project_id, pages


_MIDDLE_PROMPT = text("SELECT id FROM prompts WHERE project_id = :project ORDER BY id OFFSET :middle LIMIT 1")
_MIDDLE_LABEL = text("SELECT id FROM labels WHERE project_id = :project ORDER BY id DESC OFFSET :middle LIMIT 1")

if __name__ == "__main__":
    main()
