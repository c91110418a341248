"""A few targets are fuzzed for seconds, led by coverage; `make fuzz ENGINE=atheris` does it for as long as one likes."""

import importlib.util
import json
import os
import subprocess
import sys
from pathlib import Path

import guided
import pytest

# What a stranger's bytes reach first: cheap targets, so that two seconds are thousands of inputs.
TARGETS = ("decode", "address", "header", "crawl-toml")
WATCHED = (
    "cleaner.parse",
    "cleaner.fetch.target",
    "cleaner.fetch.guard",
    "cleaner.fetch.way",
    "cleaner.urls",
    "cleaner.jobs.crawl.config",
)
SECONDS = 2  # of each
MIN_INPUTS = 200  # an idle machine tries 3,000 to 15,000 in that time
MAX_WALL_S = 240  # for a process that hangs; it takes 14 s on a busy machine
PLANTED = """
from types import SimpleNamespace

def run(data):
    if data[:1] == b"B":
        if data[1:2] == b"O":
            if data[2:3] == b"A":
                if data[3:4] == b"T":
                    raise KeyError("planted")

def breathe(data):
    return None

TARGETS = {"planted": SimpleNamespace(run=run), "sound": SimpleNamespace(run=breathe)}
"""


@pytest.fixture(autouse=True)
def needs_atheris() -> None:
    """The test is skipped where atheris is not installed, or fails in CI where there is a wheel of it."""
    if importlib.util.find_spec("atheris") is None:
        if os.environ.get("CI") and guided.is_offered():
            pytest.fail("atheris is not installed, though requirements-dev.lock names it")
        pytest.skip("atheris is not installed; there are wheels for Linux on x86_64, to Python 3.13")


def _guided(*options: str, path: Path | None = None) -> tuple[int, list[dict[str, object]], str]:
    """Exit code, a row a target, and what was said on stderr."""
    ran = subprocess.run(  # noqa: S603  # our own script
        [sys.executable, guided.__file__, "--seed=1", *options],
        capture_output=True, text=True, check=False, timeout=MAX_WALL_S,
        env={**os.environ, "PYTHONPATH": str(path or "")},
    )  # fmt: skip
    return ran.returncode, [json.loads(line) for line in ran.stdout.splitlines()], ran.stderr


def test_what_coverage_leads_to_holds_to_the_laws(tmp_path: Path) -> None:
    named = [f"--target={name}" for name in TARGETS]
    watched = [f"--watch={name}" for name in WATCHED]
    code, rows, said = _guided(*named, *watched, f"--seconds={SECONDS}", f"--out={tmp_path}")
    assert (0, list(TARGETS)) == (code, [row["target"] for row in rows]), said[-4_000:]
    for row in rows:
        assert int(str(row["inputs"])) >= MIN_INPUTS, row
        assert int(str(row["branches"])) > 10, row  # else the program was not instrumented, and nothing led


def test_planted_crash_behind_four_bytes_is_found(tmp_path: Path) -> None:
    (tmp_path / "planted.py").write_text(PLANTED)
    code, rows, said = _guided(
        "--targets=planted", "--watch=planted", "--seconds=20", "--runs=1000000", f"--out={tmp_path / 'out'}", path=tmp_path
    )  # fmt: skip
    assert (1, [("planted", True), ("sound", False)]) == (code, [(row["target"], row["failed"]) for row in rows])
    assert "KeyError: 'planted'" in said
    assert [b"BOAT"] == [path.read_bytes()[:4] for path in (tmp_path / "out" / "planted").glob("crash-*")]
