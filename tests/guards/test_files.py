"""What the repository's files may hold: no machine's paths, no unfinished business, no pickled weights, no secrets."""

import re
import subprocess
from pathlib import Path

import pytest

pytestmark = pytest.mark.unit

ROOT = Path(__file__).parents[2]
FORBIDDEN = {
    # Written in pieces, so that this file does not hold them.
    "an absolute path of somebody's machine": re.compile(r"/(?:ho" + r"me|ro" + r"ot|Us" + r"ers|wo" + r"rk)/\w"),
    "unfinished business": re.compile(r"\b(?:TO" + r"DO|FIX" + r"ME|X" + r"XX)\b"),
    "a package registry": re.compile(r"pypi\.o" + r"rg|pythonhos" + r"ted|registry\.np" + r"mjs"),
    "a private key": re.compile(r"-----BEGIN [A-Z ]*PRIVATE KEY"),
    "a pickle being read": re.compile(r"pickle\.l" + r"oad|torch\.load\((?![^\n]*weights_only=True)"),
}
PICKLED = {".bin", ".pt", ".pth", ".pkl", ".ckpt"}


def tracked() -> list[Path]:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    return [path for name in listed.split("\0") if name and (path := ROOT / name).is_file()]


@pytest.mark.parametrize("what", FORBIDDEN)
def test_no_file_holds(what: str) -> None:
    found = []
    for path in tracked():
        try:
            lines = path.read_text().splitlines()
        except UnicodeDecodeError:  # an image or weights
            continue
        found += [f"{path.relative_to(ROOT)}:{n}" for n, line in enumerate(lines, 1) if FORBIDDEN[what].search(line)]
    assert found == []


@pytest.mark.parametrize(
    ("what", "text"),
    [
        ("an absolute path of somebody's machine", "cd /ho" + "me/ann/tiebreak"),
        ("unfinished business", "# TO" + "DO: later"),
        ("a package registry", "https://pypi.o" + "rg/simple"),
        ("a private key", "-----BEGIN RSA " + "PRIVATE KEY-----"),
        ("a pickle being read", "torch.l" + "oad(path)"),
    ],
)
def test_pattern_finds_what_it_is_for(what: str, text: str) -> None:
    assert FORBIDDEN[what].search(text)


def test_no_weights_are_pickled() -> None:
    assert [str(path) for path in tracked() if path.suffix in PICKLED] == []
