"""The outside programs that must take what we write, in environments of their own (`make judges`)."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
JUDGES, REPLAY = (ROOT / ".venv" / name / "bin" for name in ("judges", "replay"))
needs_judges = pytest.mark.skipif(not (ROOT / ".venv/.judges").exists(), reason="the judges are not there: make judges")
needs_java = pytest.mark.skipif(not shutil.which("java"), reason="epubcheck runs on java, which is not there")

# Their tools take settings of ours from the environment and shell: none is given on.
_PLAIN = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "VIRTUAL_ENV"))}


def judge(command: str, *arguments: str | Path, home: Path = JUDGES) -> subprocess.CompletedProcess[str]:
    """The judge's verdict: its exit code and what it says."""
    program = Path(sys.executable).parent / command if command == "fastwarc" else home / command
    program = Path("/bin/gzip") if command == "gzip" else program
    return subprocess.run(  # noqa: S603  # ours
        [program, *arguments], capture_output=True, text=True, check=False, env=_PLAIN, timeout=120
    )


def faults_of_book(book: Path) -> str:
    """What epubcheck, the W3C's own judge of EPUB, says against this book; empty where it finds no fault."""
    (jar,) = JUDGES.parent.glob("lib/python*/site-packages/epubcheck/epubcheck.jar")
    command = [shutil.which("java") or "java", "-jar", str(jar), "--quiet", str(book)]
    said = subprocess.run(command, capture_output=True, text=True, check=False, env=_PLAIN, timeout=240)  # noqa: S603
    return said.stdout + said.stderr if said.returncode else ""


def refusals(file: Path, scratch: Path) -> list[str]:
    """What the judges of single files say against this one."""
    asked = (
        ("gzip", "-t", file),
        ("fastwarc", "check", "-q", file),
        ("warcio", "check", file),
        ("warcio", "recompress", file, scratch / "recompressed.warc.gz"),
    )
    return [
        f"{one[:2]}: {said.stdout}{said.stderr}"
        for one in asked
        if (said := judge(*one)).returncode or (one[1] == "check" and "digest failed" in said.stdout)
    ]


@contextmanager
def replaying(folder: Path, port: int) -> Iterator[str]:
    """The address of a pywb that serves the folder's `config.yaml`, until the body ends."""
    command = [REPLAY / "wayback", "-b", "127.0.0.1", "-p", str(port), "-d", folder]
    with (
        (folder / "pywb.log").open("wb") as log,
        subprocess.Popen(  # noqa: S603  # ours
            command, stdout=log, stderr=log, env=_PLAIN
        ) as process,
    ):
        try:
            yield f"http://127.0.0.1:{port}"
        finally:
            process.terminate()
            process.wait(20)
