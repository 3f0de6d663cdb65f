"""Preference pairs: written and read back exactly; bad rows named."""

import math
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workers.learning.pairs import PreferencePair, read_pairs, validate_pairs, write_pairs

pytestmark = pytest.mark.unit

PAIR = PreferencePair((1, 2), (3,), (4, 5), -1.5, -2.5, prompt_key="p")

ids = st.lists(st.integers(0, 300_000), min_size=1, max_size=5).map(tuple)
number = st.floats(allow_nan=False, allow_infinity=False)


@given(st.lists(st.builds(PreferencePair, ids, ids, ids, number, number, st.floats(0.1, 9), st.text(max_size=5))))
def test_pairs_written_are_read_back_exactly(
    tmp_path_factory: pytest.TempPathFactory, pairs: list[PreferencePair]
) -> None:
    path = tmp_path_factory.mktemp("pairs") / "pairs.jsonl"

    write_pairs(path, pairs)

    assert read_pairs(path) == pairs


@pytest.mark.parametrize("line", ["not json", "{}", "[1]", '{"prompt_ids": 3}', '{"prompt_ids": [1], "other": 2}'])
def test_read_pairs_names_the_line_that_is_not_one(tmp_path: Path, line: str) -> None:
    path = tmp_path / "pairs.jsonl"
    write_pairs(path, [PAIR])
    with path.open("a") as file:
        file.write(line + "\n")

    with pytest.raises(ValueError, match=r"Line 2 of pairs\.jsonl"):
        read_pairs(path)


@pytest.mark.parametrize(
    ("pair", "message"),
    [
        (replace(PAIR, chosen_ids=()), "Pair 1: the chosen part has no tokens"),
        (replace(PAIR, prompt_ids=()), "Pair 1: the prompt part has no tokens"),
        (replace(PAIR, rejected_ids=(4,) * 9), "Pair 1: prompt and completion have 11 tokens"),
        (replace(PAIR, rejected_ids=(100,)), "Pair 1: the rejected part has a token id outside"),
        (replace(PAIR, chosen_reference_logprob=math.nan), "Pair 1: a reference log-probability is not finite"),
        (replace(PAIR, weight=0.0), "Pair 1: its weight is 0.0"),
        (replace(PAIR, strength=0.5), "Pair 1: its strength is 0.5"),
        (
            replace(PAIR, strength=0.5 + 1e-9),
            r"Pair 1: its strength is 0\.500000001, not a chance of at least 0\.500001",
        ),
    ],
)
def test_validate_pairs_names_the_row_and_the_fault(pair: PreferencePair, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        validate_pairs([PAIR, pair], context_length=10, vocab_size=100)


def test_pairs_and_acquisition_import_no_torch() -> None:
    code = "import sys, workers.learning.pairs, workers.learning.acquisition; sys.exit('torch' in sys.modules)"

    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
