"""The files that run the crawl unattended: what their own programs say of them, and that their commands are ours."""

import re
import shlex
import shutil
import subprocess
from pathlib import Path

import pytest

from cleaner.cli import run

DEPLOY = Path(__file__).resolve().parents[1] / "docs" / "deploy"
UNITS = ("cleaner-crawl.service", "cleaner-crawl.timer")


def test_systemd_finds_nothing_wrong_with_the_units(tmp_path: Path) -> None:
    program = shutil.which("systemd-analyze")
    if program is None:
        pytest.skip("systemd-analyze is not here")
    for unit in UNITS:
        shutil.copy(DEPLOY / unit, tmp_path)
    words = [program, "verify", *(str(tmp_path / unit) for unit in UNITS)]
    done = subprocess.run(words, capture_output=True, text=True, timeout=60, check=False)  # noqa: S603
    assert (done.returncode, done.stderr) == (0, "")


def commands() -> list[list[str]]:
    """The crawl's command line as each of the files has it, from `cleaner` on."""
    lines = [*(DEPLOY / UNITS[0]).read_text().splitlines(), *(DEPLOY / "crontab").read_text().splitlines()]
    found = [line[line.index("cleaner crawl") :] for line in lines if "cleaner crawl " in line]
    entry, words = re.findall(r"^(?:ENTRYPOINT|CMD) (\[.*\])$", (DEPLOY / "Containerfile").read_text(), re.MULTILINE)
    return [*map(shlex.split, found), [*re.findall(r'"([^"]+)"', entry), *re.findall(r'"([^"]+)"', words)]]


@pytest.mark.parametrize("command", commands(), ids=lambda words: words[2])
def test_each_command_is_one_of_ours(command: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    config = tmp_path / "crawl.toml"
    config.write_text('archive = "archive"\n[[source]]\nurls = ["https://example.org/"]\n')
    ours = [str(config) if word.endswith("crawl.toml") else word for word in command[1:]]
    ours = [str(tmp_path / "crawl.prom") if word.endswith(".prom") else word for word in ours]
    assert run([*ours, "--check"]) == 0, capsys.readouterr().err


def test_a_run_that_was_told_to_stop_or_found_another_one_is_no_failure() -> None:
    text = (DEPLOY / UNITS[0]).read_text()
    (codes,) = re.findall(r"^SuccessExitStatus=(.*)$", text, re.MULTILINE)
    assert set(codes.split()) == {"75", "130"}
