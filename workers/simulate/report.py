"""The report of simulated runs: result lines in, report.md with its tables and report.svg with its figure out.

Knows nothing about models: what is measured, and how rules are held against each other, is in `summary`.
"""

from collections.abc import Sequence
from pathlib import Path

from workers.simulate.figure import write_figure
from workers.simulate.results import read_results
from workers.simulate.tables import write_markdown

__all__ = ["read_results", "write_figure", "write_markdown", "write_report"]


def write_report(paths: Sequence[Path], folder: Path) -> tuple[Path, Path]:
    """Writes report.md and report.svg of all result files into the folder and returns their paths."""
    results = read_results(paths)
    folder.mkdir(parents=True, exist_ok=True)
    table, figure = folder / "report.md", folder / "report.svg"
    write_markdown(results, table)
    write_figure(results, figure)
    return table, figure
