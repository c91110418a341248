"""`cleaner batch` as a person runs it: what it prints, its exit codes, and that a second run finds the first."""

import json
import os
import resource
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Run = Callable[..., Any]
TEXT = "The boat left at nine.\n\nAdvertisement\n\nIt came back at eleven."


@pytest.fixture
def lines(tmp_path: Path) -> Path:
    path = tmp_path / "texts.jsonl"
    path.write_text("".join(json.dumps({"id": n, "text": TEXT}) + "\n" for n in range(3)), encoding="utf-8")
    return path


def test_batch_says_what_it_made_and_where(run: Run, lines: Path, tmp_path: Path) -> None:
    ran = run("batch", lines, "--field", "text", "--out", tmp_path / "out", "--workers", 1)
    assert (ran.code, ran.out) == (0, "")
    assert ran.err.splitlines() == ["shards    1", f"rows      3 in {tmp_path / 'out' / 'data'}"]
    again = run("batch", lines, "--field", "text", "--out", tmp_path / "out", "--json")
    told = {"shards": 1, "skipped": 1, "items": 3, "rows": 3, "empty": 0, "failed": 0, "errors": 0, "cpu_s": 0.0}
    assert (again.code, again.rows, again.err) == (0, [{"out": str(tmp_path / "out"), **told}], "")


def test_the_only_input_that_is_missing_is_66(run: Run, tmp_path: Path) -> None:
    ran = run("batch", tmp_path / "none.warc.gz", "--out", tmp_path / "out", "--json")
    assert (ran.code, [(e["error"], e["where"]) for e in ran.errors]) == (
        66,
        [("input", str(tmp_path / "none.warc.gz"))],
    )


def test_one_bad_input_of_several_is_1_and_the_others_are_done(run: Run, lines: Path, tmp_path: Path) -> None:
    ran = run("batch", lines, tmp_path / "none.jsonl", "--field", "text", "--out", tmp_path / "out", "-q")
    assert ran.code == 1
    assert ran.err.startswith("cleaner: error[input]: ")


def test_nothing_found_in_any_page_is_3(run: Run, tmp_path: Path) -> None:
    (tmp_path / "empty.html").write_bytes(b" ")
    assert run("batch", tmp_path / "empty.html", "--out", tmp_path / "out", "-q").code == 3


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        (("--wet", "--field", "text"), "a WET holds pages"),
        (("--ray-address", "auto"), "--ray-address is for --engine ray"),
        (("--engine", "abacus"), "'abacus' is not one of"),
        (("-f", "parquet", "--field", "text"), "jsonl does not become parquet"),
        (("--out", "s3://bucket/folder"), "outputs are not written to addresses"),
    ],
)
def test_what_cannot_be_meant_is_2(
    run: Run, lines: Path, tmp_path: Path, words: tuple[str, ...], complaint: str
) -> None:
    ran = run("batch", lines, "--out", tmp_path / "out", *words)
    assert ran.code == 2
    assert complaint in ran.err


def test_out_is_asked_for(run: Run, lines: Path) -> None:
    assert run("batch", lines).code == 2


def test_a_folder_that_cannot_be_written_is_7(run: Run, lines: Path, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    assert run("batch", lines, "--field", "text", "--out", tmp_path / "file" / "out").code == 7


def test_a_disk_that_fills_up_is_75_and_the_same_command_goes_on(lines: Path, tmp_path: Path) -> None:
    rows = "".join(json.dumps({"id": n, "text": TEXT}) + "\n" for n in range(200))
    lines.write_text(rows, encoding="utf-8")
    words = [sys.executable, "-m", "cleaner", "batch", str(lines), "--field", "text", "--out", str(tmp_path / "out")]

    def fill_up() -> None:
        resource.setrlimit(
            resource.RLIMIT_FSIZE, (10_000, 10_000)
        )  # of any file: a full disk for those who cannot mount one

    full = subprocess.run(words, check=False, capture_output=True, preexec_fn=fill_up, timeout=60)  # noqa: S603
    assert full.returncode == 75
    assert b"error[disk-full]" in full.stderr
    assert list(tmp_path.glob("out/data/*")) == list(tmp_path.glob("out/manifests/*")) == []
    again = subprocess.run(words, check=False, capture_output=True, timeout=60)  # noqa: S603
    assert again.returncode == 0
    made = [json.loads(line) for path in tmp_path.glob("out/data/*") for line in path.read_bytes().splitlines()]
    assert [(n, "The boat left at nine.\n\nIt came back at eleven.") for n in range(200)] == [
        (row["id"], row["text"]) for row in made
    ]


@pytest.mark.skipif(os.geteuid() == 0, reason="root writes where nobody may")
def test_a_folder_that_is_read_only_is_7(run: Run, lines: Path, tmp_path: Path) -> None:
    (tmp_path / "out").mkdir(mode=0o555)
    assert run("batch", lines, "--field", "text", "--out", tmp_path / "out").code == 7
