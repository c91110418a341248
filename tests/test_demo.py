"""The demo that `make run` shows: the whole way from a page on loopback to a WARC, through the command people type."""

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

DEMO = Path(__file__).resolve().parent.parent / "fixtures" / "demo.py"
MENDED = (
    "The harbour board approved the arrangement on condition that "
    "the piano is never moved, and that whoever plays it after midnight keeps to the left-hand side."
)


@dataclass(frozen=True)
class Run:
    code: int
    text: str
    told: str
    archive: Path


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Run:
    archive = tmp_path_factory.mktemp("demo") / "archive"
    run = subprocess.run(  # noqa: S603  # our own script
        [sys.executable, str(DEMO)],
        env={**os.environ, "CLEANER_ARCHIVE": str(archive)},
        capture_output=True,
        encoding="utf-8",
        timeout=60,
        check=False,
    )
    return Run(code=run.returncode, text=run.stdout, told=run.stderr, archive=archive)


def test_demo_succeeds(demo: Run) -> None:
    assert demo.code == 0, demo.told


@pytest.mark.parametrize(
    "residue", ["Advertisment", "Advertisement\n", "newsletter", "READ MORE", "Related stories", "cookies", "Most read"]
)
def test_demo_text_is_clean(demo: Run, residue: str) -> None:
    assert residue not in demo.text


def test_demo_keeps_prose_about_advertising(demo: Run) -> None:
    assert "Advertising for the new line has been modest." in demo.text


def test_demo_mends_the_split_sentence(demo: Run) -> None:
    assert MENDED in demo.text


@pytest.mark.parametrize("rule", ["ads/", "newsletter/", "related/"])
def test_demo_names_the_rule_of_each_removed_line(demo: Run, rule: str) -> None:
    assert rule in demo.told


def test_demo_says_where_the_original_lies(demo: Run) -> None:
    warcs = [path.name for path in demo.archive.glob("originals/**/*.warc.gz")]
    assert len(warcs) == 1
    assert warcs[0] in demo.told
