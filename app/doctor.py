"""Looks at the machine and the service and says how to mend what is not right. Mends nothing itself."""

import os
import platform
import shutil
import subprocess
import sys
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Literal

from rich.markup import escape

from app.main import STATIC
from app.services import health
from app.settings import Settings

Status = Literal["ok", "warn", "fail"]
GIGABYTE = 1 << 30
PACKAGES = ("torch", "transformers", "peft", "celery", "sqlalchemy")
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
COLOURS = {"ok": "green", "warn": "yellow", "fail": "red"}
CURES = {
    "database": "Check DATABASE_URL, or unset it to use the embedded server.",
    "migrations": "Run `tiebreak migrate`.",
    "redis": "Check REDIS_URL, or unset it to use the embedded server.",
}


@dataclass(frozen=True)
class Result:
    """One line: what was looked at, how it stands, and, unless all is well, how to mend it."""

    status: Status
    subject: str
    finding: str
    cure: str = ""


def examine(settings: Settings) -> list[Result]:
    """Look at everything, in the order in which things are needed."""
    return [
        _python(),
        *(_package(name) for name in PACKAGES),
        _node(),
        _pages(),
        *_checks(),
        _workers(),
        _gpu(),
        _disk(settings.data),
        _browser(),
    ]


def line(result: Result) -> str:
    """The result as a line of rich markup."""
    cure = "" if result.status == "ok" else f" {result.cure}"
    return f"[{COLOURS[result.status]}]{result.status:<4}[/] {escape(f'{result.subject}: {result.finding}.{cure}')}"


def find_browser() -> Path | None:
    """A Chromium for the browser tests: `CHROMIUM`, or one on the PATH."""
    for name in (os.environ.get("CHROMIUM"), *BROWSERS):
        if name and (found := shutil.which(name)):
            return Path(found)
    return None


def _python() -> Result:
    found = platform.python_version()
    if sys.version_info[:2] in ((3, 11), (3, 12)):
        return Result("ok", "Python", found)
    return Result("warn", "Python", found, "Redis comes embedded with 3.11 and 3.12 only; set REDIS_URL otherwise.")


def _package(name: str) -> Result:
    try:
        return Result("ok", name, version(name))
    except PackageNotFoundError:
        return Result("fail", name, "not installed", "Run `make setup`, or `pip install '.[ml]'`.")


def _node() -> Result:
    found = _output("node", "--version")
    if found and _builds_pages(found):
        return Result("ok", "Node", found)
    return Result("warn", "Node", found or "not found", "Install Node 20.19, 22.12 or newer to build the pages.")


def _builds_pages(node: str) -> bool:
    major, minor = (int(part) for part in node.removeprefix("v").split(".")[:2])
    return (major == 20 and minor >= 19) or (major == 22 and minor >= 12) or major > 22


def _pages() -> Result:
    if (STATIC / "index.html").is_file():
        return Result("ok", "pages", "built")
    return Result("warn", "pages", "not built", "Run `make setup`; until then only the API answers.")


def _checks() -> list[Result]:
    return [
        Result("ok" if check.ok else "fail", check.name, check.detail.rstrip("."), CURES[check.name])
        for check in health.run_checks()
    ]


def _workers() -> Result:
    seen = health.list_workers()
    served = {queue for worker in seen for queue in worker.queues}
    if missing := sorted({"sample", "score", "judge", "train", "beat"} - served):
        cure = "Start them with `tiebreak up`, or `tiebreak worker` and `tiebreak beat`."
        return Result("warn", "workers", f"none for the queues {', '.join(missing)}", cure)
    return Result("ok", "workers", ", ".join(worker.name for worker in seen))


def _gpu() -> Result:
    card = _output("nvidia-smi", "--query-gpu=name,memory.total", "--format=csv,noheader")
    if not card:
        return Result("ok", "GPU", "none; models run on the CPU")
    seen = _output(sys.executable, "-c", "import torch; print(torch.cuda.is_available())")
    if seen == "True":
        return Result("ok", "GPU", "; ".join(card.splitlines()))
    return Result("warn", "GPU", f"{card} is there, but torch cannot use it", "Install a CUDA build of torch.")


def _disk(data: Path) -> Result:
    place = next(path for path in (data.absolute(), *data.absolute().parents) if path.exists())
    free = shutil.disk_usage(place).free / GIGABYTE
    status: Status = "ok" if free > 10 else "warn" if free > 1 else "fail"
    return Result(status, "disk", f"{free:.1f} GB free at {place}", "Every retrain keeps a model; make room.")


def _browser() -> Result:
    if found := find_browser():
        return Result("ok", "Chromium", str(found))
    return Result("warn", "Chromium", "not found", "Only the browser tests need it: install it, or set CHROMIUM.")


def _output(*argv: str) -> str:
    """What a program prints, or nothing when it is not there or fails."""
    if shutil.which(argv[0]) is None:
        return ""
    done = subprocess.run(argv, capture_output=True, text=True, check=False)
    return done.stdout.strip() if done.returncode == 0 else ""
