"""Each exit code with its one line and its remedy, and that nothing half-written remains."""

import socket
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from cleaner.errors import UsageError

Run = Callable[..., Any]
CASES = Path(__file__).resolve().parent.parent.parent / "fixtures" / "cases"
FRONT = (CASES / "page-without-article-section-front" / "page.html").read_bytes()


def told(ran: Any, code: int, slug: str) -> str:
    """The message of the single error that was said, after its form was checked; there is nothing on stdout."""
    assert (code, "") == (ran.code, ran.out)
    line, hint = ran.err.splitlines()
    start = f"cleaner: error[{slug}]: "
    assert line.startswith(start)
    assert hint.startswith("hint: ")
    return str(line.removeprefix(start))


@pytest.mark.parametrize(
    ("content", "slug", "evidence"),
    [
        (b"", "empty", "the page has no content"),
        (b" \n\n", "empty", "the page has no content"),
        (b"%PDF-1.7\n%\xe2\xe3", "not-html", "starts with %PDF-"),
        (b"\0" * 900, "not-html", "900 NUL bytes in the first 900"),
        (FRONT, "no-content", "none of them an article's"),
    ],
)
def test_page_without_article_is_3(run: Run, tmp_path: Path, content: bytes, slug: str, evidence: str) -> None:
    path = tmp_path / "page.html"
    path.write_bytes(content)
    message = told(run("clean", path), 3, slug)
    assert message.startswith(f"{path}: no article found: ")
    assert message.endswith(evidence)


def test_unknown_charset_is_no_error(run: Run, page: Path) -> None:
    page.write_text(page.read_text().replace("utf-8", "x-dunmarrow"))
    assert (0, "") == (run("clean", page).code, run("clean", page).err)


@pytest.mark.parametrize("source", ["missing.html", ".", "a\0b", "x" * 300])
def test_unreadable_file_is_66(run: Run, source: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert "cannot be read: " in told(run("clean", source), 66, "input")


def test_forgotten_scheme_is_hinted_at(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert "https://lock.example/ledger" in run("clean", "lock.example/ledger").err


def test_missing_standard_input_is_66(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", None)
    assert "standard input cannot be read" == told(run("clean", "-"), 66, "input")


def test_nothing_to_clean_is_2(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", None)
    assert "nothing to clean" == told(run("clean"), 2, "usage")


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["clean", "--bogus"], "no such option: --bogus"),
        (["clean", "-f", "pdf", "-"], "invalid value for '--format' / '-f': 'pdf' is not one of"),
        (["clean", "-f"], "option '-f' requires an argument"),
        (["bogus"], "no such command 'bogus'"),
        (["archive", "bogus"], "no such command 'bogus'"),
        (["archive", "show"], "missing argument 'ID|URL'"),
        (["archive", "ls", "-n", "0"], "invalid value for '--limit' / '-n'"),
        (["archive", "ls"], "no archive named"),
        (["clean", "--explain=most", "-"], "--explain=most is unknown"),
        (["clean", "--text", "-f", "html", "-"], "--text has no html form"),
        (["clean", "--url", "lock.example", "-"], "--url lock.example is no web address"),
        (["clean", "--max-bytes", "0", "-"], "--max-bytes 0 lets nothing through"),
        (["clean", "--header", "no colon", "https://lock.example/"], "'no colon' is no header"),
        (["clean", "--timeout", "0", "https://lock.example/"], "time-out and size are above zero"),
        (["clean", "a", "b", "-o", "out.txt"], "out.txt: several articles do not go into one file"),
        (["clean", "a", "-o", "none/out.txt"], "none: there is no such folder"),
        (["rules", "show", "ads/lable"], "no rule 'ads/lable'"),
    ],
)
def test_wrong_usage_is_2(
    run: Run, words: list[str], message: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert told(run(*words), 2, "usage").startswith(message)
    assert [] == list(tmp_path.iterdir())


@pytest.mark.parametrize("more", [[], ["-o", "-"]])
def test_json_has_no_other_format_on_stdout(run: Run, more: list[str]) -> None:
    ran = run("clean", "--json", "-f", "md", *more, stdin=b"")
    assert (2, "", 1) == (ran.code, ran.out, len(ran.errors))
    assert "-f md and --json contradict each other" == ran.errors[0]["message"]


@pytest.mark.parametrize("words", [[], ["archive"], ["rules"]])
def test_command_without_words_shows_its_help_and_is_2(run: Run, words: list[str]) -> None:
    ran = run(*words)
    assert (2, "") == (ran.code, ran.out)
    assert ran.err.startswith("Usage: cleaner")


@pytest.mark.parametrize("words", [["--json", "bogus"], ["clean", "--json", "--bogus"], ["archive", "ls", "--json"]])
def test_errors_are_objects_with_json(run: Run, words: list[str]) -> None:
    ran = run(*words)
    (error,) = ran.errors
    assert {"error", "message", "where", "hint", "exit_code"} == set(error)
    assert (2, "usage", "") == (ran.code, error["error"], ran.out)


def test_json_behind_two_dashes_is_a_file(run: Run) -> None:
    told(run("clean", "--", "--json"), 66, "input")


def test_refused_connection_is_4(run: Run) -> None:
    with socket.create_server(("127.0.0.1", 0)) as unused:
        place = f"127.0.0.1:{unused.getsockname()[1]}"
    message = told(run("clean", f"http://{place}/", "--allow-host", place, "--timeout", "0.3"), 4, "connect")
    assert f"http://{place}/: no connection: connection refused" == message


def test_time_out_is_4(run: Run, server: Any) -> None:
    message = told(run("clean", server.url("/wait"), "--allow-host", server.place, "--timeout", "0.2"), 4, "timeout")
    assert "within 0.2 s" in message


@pytest.mark.parametrize("status", [403, 404, 410, 500])
def test_error_status_is_5(run: Run, server: Any, status: int) -> None:
    url = server.url(f"/{status}")
    assert told(run("clean", url, "--allow-host", server.place), 5, "http-status").startswith(f"{url}: {status} ")


def test_retry_after_is_75(run: Run, server: Any) -> None:
    message = told(run("clean", server.url("/503"), "--allow-host", server.place), 75, "try-later")
    assert message.endswith("the server asks to wait 3600 s")


@pytest.mark.parametrize(
    ("url", "slug"),
    [
        ("http://127.0.0.1/", "blocked-address"),
        ("http://10.0.0.1/", "blocked-address"),
        ("http://[::1]/", "blocked-address"),
        ("ftp://lock.example/", "blocked-scheme"),
        ("file:///etc/passwd", "blocked-scheme"),
    ],
)
def test_refused_address_is_6(run: Run, url: str, slug: str) -> None:
    told(run("clean", url), 6, slug)


def test_size_beyond_the_limit_is_6(run: Run, page: Path, server: Any) -> None:
    told(run("clean", page, "--max-bytes", "100"), 6, "too-large")
    told(run("clean", server.url("/"), "--allow-host", server.place, "--max-bytes", "100"), 6, "too-large")


def test_weight_beyond_the_limit_is_6(run: Run) -> None:
    assert "standard input: " in told(run("clean", stdin=b"<html><body>" + b"<b></b>" * 80_000), 6, "limit")


@pytest.mark.parametrize("out", ["/proc/out.txt", "/dev/null/out.txt"])
def test_output_that_cannot_be_written_is_2(run: Run, page: Path, out: str) -> None:
    assert 2 == run("clean", page, "-o", out).code


def test_full_disk_is_75(run: Run, page: Path) -> None:
    assert "/dev/full: the disk is full" == told(run("clean", page, "-o", "/dev/full"), 75, "disk-full")


def test_failed_page_leaves_the_old_file(run: Run, tmp_path: Path) -> None:
    out = tmp_path / "out.txt"
    out.write_text("old")
    run("clean", "-o", out, stdin=b"")
    assert ["out.txt"] == [path.name for path in tmp_path.iterdir()]
    assert "old" == out.read_text()


def test_limit_hit_in_the_middle_leaves_whole_lines_only(run: Run, page: Path, tmp_path: Path) -> None:
    big = tmp_path / "big.html"
    big.write_text(page.read_text() + " " * 4_000)
    ran = run("clean", page, big, page, "--max-bytes", "3000", "-o", tmp_path / "all.jsonl")
    assert (1, 2) == (ran.code, len((tmp_path / "all.jsonl").read_text().splitlines()))
    assert ["all.jsonl", "big.html", "page.html"] == sorted(path.name for path in tmp_path.iterdir())


@pytest.fixture
def broken(monkeypatch: pytest.MonkeyPatch) -> Callable[[BaseException], None]:
    """Makes cleaning raise."""

    def breaks(error: BaseException) -> None:
        def clean(*_: object, **__: object) -> None:
            raise error

        monkeypatch.setattr("cleaner.pipeline.clean", clean)

    return breaks


def test_bug_is_70_and_says_how_to_report_it(run: Run, page: Path, broken: Callable[[BaseException], None]) -> None:
    broken(RuntimeError("the weir\x1b[2J broke"))
    message = told(run("clean", page), 70, "internal")
    assert message.startswith(f"{page}: RuntimeError: the weir\\x1b[2J broke (test_cli_errors.py:")


def test_bug_in_one_page_does_not_stop_the_others(
    run: Run, page: Path, broken: Callable[[BaseException], None]
) -> None:
    broken(RuntimeError("the weir broke"))
    ran = run("clean", page, page, "--json")
    assert 1 == ran.code
    assert ["internal", "internal"] == [error["error"] for error in ran.errors]


@pytest.mark.parametrize("out", [[], ["-o", "out.txt"]])
def test_interrupt_is_130_and_leaves_nothing(
    run: Run, page: Path, broken: Callable[[BaseException], None], out: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(page.parent)
    broken(KeyboardInterrupt())
    assert 130 == run("clean", page, *out).code
    assert ["page.html"] == [path.name for path in page.parent.iterdir()]


def test_bug_outside_any_page_is_70(run: Run, page: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cleaner.cli.clean.chosen_way", None)
    told(run("clean", page), 70, "internal")


def test_error_of_the_program_outside_any_page_keeps_its_code(
    run: Run, page: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise UsageError("no")

    monkeypatch.setattr("cleaner.cli.clean._check", refuse)
    assert "no" == told(run("clean", page), 2, "usage")
