"""The command as a process of its own: signals, pipes, closed streams, locales, and what starting it loads."""

import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

PATIENCE_S = 30.0  # a process that takes longer hangs
COMMAND = [sys.executable, "-m", "cleaner"]
HEAVY = ("trafilatura", "lxml", "httpx2", "httpcore2", "numpy", "warcio", "rich", "sqlite3")


def finished(*words: object, piping: str = "", **more: Any) -> "subprocess.CompletedProcess[bytes]":
    command = [*COMMAND, *map(str, words)]
    if piping:  # "$@" stands for the command, so nothing needs quoting
        command = ["bash", "-c", piping, "bash", *command]
    return subprocess.run(command, capture_output=True, timeout=PATIENCE_S, check=False, **more)  # noqa: S603


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_signal_ends_it_with_its_code_and_leaves_nothing(number: signal.Signals, server: Any, page: Path) -> None:
    words = ["clean", str(page), server.url("/wait"), "--allow-host", server.place, "-o", str(page.parent / "a.jsonl")]
    with subprocess.Popen([*COMMAND, *words], stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:  # noqa: S603
        assert server.asked.wait(PATIENCE_S)
        process.send_signal(number)
        out, err = process.communicate(timeout=PATIENCE_S)
    assert (130, b"", b"") == (process.returncode, out, err)
    assert ["page.html"] == [path.name for path in page.parent.iterdir()]


@pytest.mark.parametrize("words", [["rules", "list"], ["clean", "--help"]])
def test_reader_that_leaves_early_is_no_error(words: list[str]) -> None:
    done = finished(*words, piping='"$@" | true; exit "${PIPESTATUS[0]}"')
    assert (0, b"") == (done.returncode, done.stderr)


@pytest.mark.parametrize(
    ("piping", "code", "told"),
    [
        ('"$@" >&-', 2, b"standard output: cannot be written: it is closed"),
        ('"$@" >/dev/full', 75, b"standard output: the disk is full"),
        ('"$@" 2>&-', 0, b""),
        ('"$@" <&-', 0, b""),
    ],
)
def test_closed_and_full_streams(page: Path, piping: str, code: int, told: bytes) -> None:
    done = finished("clean", page, piping=piping)
    assert (code, told in done.stderr) == (done.returncode, True)


def test_pipe_into_it_and_out_of_it(page: Path, paragraphs: tuple[str, ...]) -> None:
    done = finished("clean", input=page.read_bytes())
    assert (0, b"") == (done.returncode, done.stderr)
    assert done.stdout.startswith(paragraphs[0].encode())


def test_stdout_is_utf8_whatever_the_locale(page: Path) -> None:
    page.write_text(page.read_text().replace("lock keeper", "Schleusenwärterin 水門"), encoding="utf-8")
    plain = {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0", "PYTHONIOENCODING": "ascii"}
    done = finished("clean", page, env={**os.environ, **plain})
    assert "Schleusenwärterin 水門".encode() in done.stdout


@pytest.mark.parametrize("word", ["--help", "--version"])
def test_start_loads_nothing_heavy(word: str) -> None:
    script = (
        f"import sys; from cleaner.cli import run; run([{word!r}]); print(*[m for m in {HEAVY} if m in sys.modules])"
    )
    done = subprocess.run(  # noqa: S603
        [sys.executable, "-c", script], capture_output=True, timeout=PATIENCE_S, check=True, encoding="utf-8"
    )
    assert "" == done.stdout.splitlines()[-1]


@pytest.mark.parametrize("colour", [{"NO_COLOR": "1"}, {"FORCE_COLOR": "1"}])
def test_terminal_gets_no_escape_of_the_web(tmp_path: Path, colour: dict[str, str]) -> None:
    path = tmp_path / "evil.txt"
    path.write_bytes(b"The weir \x1b]0;owned\x07 is [bold]open[/bold] and [/etc] is not, says \x9b2J the notice.\n")
    script = "import pty, sys; sys.exit(pty.spawn(sys.argv[1:]) >> 8)"
    done = subprocess.run(  # noqa: S603
        [sys.executable, "-c", script, *COMMAND, "clean", "--text", str(path), "missing\x1b[2J"],
        capture_output=True,
        timeout=PATIENCE_S,
        check=False,
        stdin=subprocess.DEVNULL,
        env={**os.environ, **colour},
    )
    assert 1 == done.returncode
    assert b"\x1b" not in done.stdout
    assert b"[bold]open[/bold] and [/etc]" in done.stdout
