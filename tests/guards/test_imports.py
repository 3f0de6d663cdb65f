"""Every module imports, and the borders between the parts hold when the program runs."""

import importlib
import pkgutil
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.unit

ROOT = Path(__file__).parents[2]
IMPORT_ALL = """
import importlib, pkgutil, sys

package, *forbidden = sys.argv[1:]
found = pkgutil.walk_packages(importlib.import_module(package).__path__, package + ".")
for name in sorted(module.name for module in found):
    importlib.import_module(name)
print(*sorted({name.split(".")[0] for name in sys.modules} & set(forbidden)))
"""


def modules(package: str) -> list[str]:
    found = pkgutil.walk_packages([str(ROOT / package.replace(".", "/"))], f"{package}.")
    return sorted(module.name for module in found)


@pytest.mark.parametrize("name", modules("app") + modules("workers") + modules("migrations.versions"))
def test_module_imports(name: str) -> None:
    importlib.import_module(name)


def test_service_runs_without_the_learning_stack() -> None:
    forbidden = ["workers", "torch", "transformers", "peft", "accelerate"]
    command = [sys.executable, "-c", IMPORT_ALL, "app", *forbidden]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.split() == []


@pytest.mark.parametrize(
    ("module", "forbidden"), [("workers.training", "torch"), ("workers.simulate.__main__", "transformers")]
)
def test_module_of_a_process_that_waits_for_others_starts_without(module: str, forbidden: str) -> None:
    command = [sys.executable, "-c", f"import sys, {module}; sys.exit({forbidden!r} in sys.modules)"]
    subprocess.run(command, cwd=ROOT, check=True)


@pytest.mark.parametrize("package", ["app", "workers"])
def test_package_does_nothing_by_itself(package: str) -> None:
    assert (ROOT / package / "__init__.py").read_text() == ""


def test_import_contracts_are_kept() -> None:
    done = subprocess.run(
        [Path(sys.executable).with_name("lint-imports"), "--no-cache"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout
