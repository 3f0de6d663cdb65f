"""Trains under ZeRO stages 1 to 3 of DeepSpeed on two CPU processes and compares each with one process.

Run by hand, since DeepSpeed comes without a wheel: `pip install --no-build-isolation deepspeed`, then
`python -m tests.learning.check_deepspeed`. Where it finds a C++ compiler, DeepSpeed first builds an operation for CPUs.
"""

import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.learning.test_sharded import assert_same, train_both
from tests.learning.test_train_job import Job

STAGES = (1, 2, 3)
# The first stage waits for the compiler.
TIMEOUT_SECONDS = 1800


def main() -> None:
    for stage in STAGES:
        with TemporaryDirectory() as folder:
            whole, sharded = train_both(Path(folder), f"zero{stage}", timeout=TIMEOUT_SECONDS)
            assert_same(whole, sharded)
            sys.stdout.write(f"ZeRO stage {stage}: losses differ by at most {_difference(whole, sharded):.1e}.\n")


def _difference(whole: Job, sharded: Job) -> float:
    losses = zip(whole.curve(), sharded.curve(), strict=True)
    return max(abs(expected - loss) for (_, expected), (_, loss) in losses)


if __name__ == "__main__":
    main()
