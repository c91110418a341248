"""Every bench of the Makefile begins: what it imports from the tests is where it looks for it."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).parent
CALLED = sorted(set(re.findall(r"python tests/bench/(\w+)\.py", (HERE.parents[1] / "Makefile").read_text())))
ELSEWHERE = {"train"}  # needs packages that `make train` alone installs


def test_the_makefile_calls_benches() -> None:
    assert {"archive", "crawl", "report", "speed", "web"} <= set(CALLED)


@pytest.mark.parametrize("name", sorted(set(CALLED) - ELSEWHERE))
def test_bench_can_be_loaded(name: str) -> None:
    code = f"import sys; sys.path.insert(0, {str(HERE)!r}); import {name}"
    subprocess.run([sys.executable, "-c", code], cwd=HERE.parents[1], check=True, timeout=60)  # noqa: S603  # our own code
