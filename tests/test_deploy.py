"""The files that run the crawl unattended: what their own programs say of them, and that their commands are ours."""

import fcntl
import re
import shlex
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from cleaner.cli import run

ROOT = Path(__file__).resolve().parents[1]
DEPLOY = ROOT / "docs" / "deploy"
UNITS = ("cleaner-crawl.service", "cleaner-crawl.timer")


@pytest.mark.parametrize("browser", [False, True], ids=["plain", "with a browser"])
def test_systemd_finds_nothing_wrong_with_the_units(tmp_path: Path, *, browser: bool) -> None:
    program = shutil.which("systemd-analyze")
    if program is None:
        pytest.skip("systemd-analyze is not here")
    for unit in UNITS:
        shutil.copy(DEPLOY / unit, tmp_path)
    if browser:
        service = DEPLOY / UNITS[0]
        (tmp_path / UNITS[0]).write_text(service.read_text() + (DEPLOY / "browser.conf").read_text())
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


def instructions(word: str) -> list[list[str]]:
    """The words of each such instruction of the Containerfile."""
    text = (DEPLOY / "Containerfile").read_text().replace("\\\n", " ")
    return [line.split()[1:] for line in text.splitlines() if line.split()[:1] == [word]]


def test_the_image_is_built_from_what_is_there_and_let_in() -> None:
    let_in = {line[1:] for line in (ROOT / ".dockerignore").read_text().splitlines() if line.startswith("!")}
    copied = {name for words in instructions("COPY") if not words[0].startswith("--") for name in words[:-1]}
    assert copied == let_in
    assert [name for name in copied if not (ROOT / name).exists()] == []


def test_the_image_has_a_python_that_the_project_supports() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    images = {words[0] for words in instructions("FROM")}
    (version,) = {re.findall(r"python:(\d+\.\d+)-slim$", image)[0] for image in images}
    assert f"Programming Language :: Python :: {version}" in project["classifiers"]


def test_the_image_does_not_run_as_root() -> None:
    assert instructions("USER") == [["crawler"]]


def cron(folder: Path) -> "subprocess.CompletedProcess[str]":
    """The crontab's command as cron runs it: its own few variables, no terminal; the files' places lie in the folder."""
    *settings, line = [line for line in (DEPLOY / "crontab").read_text().splitlines() if not line.startswith("#")]
    given = dict(setting.split("=", 1) for setting in settings)
    command = line.split(maxsplit=5)[5].replace("/etc/cleaner", str(folder)).replace("/var/lib/cleaner", str(folder))
    env = {"HOME": str(folder), "LOGNAME": "cleaner", "PATH": f"{Path(sys.executable).parent}:{given['PATH']}"}
    words = ["/bin/sh", "-c", command]
    return subprocess.run(  # noqa: S603  # the command that stands in our own file
        words, env=env, cwd="/", stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=60, check=False
    )


@pytest.mark.skipif(shutil.which("flock") is None, reason="flock is not here")
def test_cron_hears_nothing_of_a_run_that_went_well_and_why_of_one_that_did_not(tmp_path: Path) -> None:
    (tmp_path / "list.txt").write_text("# nothing to read today\n")
    config = tmp_path / "crawl.toml"
    config.write_text('archive = "archive"\n[[source]]\nname = "list"\nurl_file = "list.txt"\n')
    done = cron(tmp_path)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert (tmp_path / "archive" / "archive.toml").is_file()
    config.write_text("archive = 3\n")
    done = cron(tmp_path)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("cleaner: error[bad-config]: ")


@pytest.mark.skipif(shutil.which("flock") is None, reason="flock is not here")
def test_cron_hears_nothing_where_the_last_run_is_under_way(tmp_path: Path) -> None:
    (tmp_path / "crawl.toml").write_text("no run would let this pass\n")
    with (tmp_path / "cron.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        done = cron(tmp_path)
    assert (done.stdout, done.stderr) == ("", "")
