"""Help pages: every command has one, with an example that the parser takes and options spelt the same everywhere."""

import re
import shlex
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from cleaner.archive import Archive
from cleaner.model import Page

MINE = Path(__file__).parents[2] / "docs" / "mine.toml"
CRAWL = MINE.with_name("crawl.toml")
Run = Callable[..., Any]
GROUPS = [[], ["archive"], ["rules"], ["site"]]
COMMANDS = [
    ["clean"],
    ["add"],
    ["import"],
    ["crawl"],
    ["batch"],
    ["mcp"],
    *(
        ["archive", name]
        for name in (
            "ls",
            "show",
            "search",
            "versions",
            "diff",
            "verify",
            "reindex",
            "reclean",
            "prune",
            "import",
            "export",
            "serve",
        )
    ),
    *(["rules", name] for name in ("list", "show", "test")),
    *(["site", name] for name in ("new", "test")),
]


OWN = {"-n,", "-f,", "-o"}  # search has a default of its own, and export formats and places of its own


def named(command: list[str]) -> str:
    return " ".join(command) or "cleaner"


@pytest.mark.parametrize("command", [*GROUPS, *COMMANDS], ids=named)
@pytest.mark.parametrize("word", ["--help", "-h"])
def test_help_goes_to_stdout_and_is_0(run: Run, command: list[str], word: str) -> None:
    ran = run(*command, word)
    assert (0, "") == (ran.code, ran.err)
    assert ran.out.startswith(f"Usage: {' '.join(['cleaner', *command])} ")


def test_every_command_is_tested_here(run: Run) -> None:
    listed = [
        [*group, line.split()[0]]
        for group in GROUPS
        for line in run(*group, "--help").out.partition("Commands:\n")[2].splitlines()
        if line.startswith("  ") and not line.startswith("  Exit") and re.match(r"  [a-z]+  ", line)
    ]
    assert sorted([*COMMANDS, *GROUPS[1:]]) == sorted(listed)


@pytest.mark.parametrize("command", COMMANDS, ids=named)
def test_example_runs(
    run: Run, command: list[str], page: Path, monkeypatch: pytest.MonkeyPatch, page_html: str
) -> None:
    monkeypatch.chdir(page.parent)
    with Archive("archive", fsync=False) as archive:
        for own in (MINE, CRAWL):
            Path(own.name).write_bytes(own.read_bytes())
        for more in ("", " A ferry timetable hangs there."):
            html = page_html.replace("</p>", f"{more}</p>", 1)
            archive.add(Page(content=html.encode(), url="https://example.org/ferry"))
    (original,) = Path("archive").glob("originals/*/*/*.warc.gz")
    Path("crawl.warc.gz").write_bytes(original.read_bytes())
    example = re.search(r"Example: cleaner (.*)", run(*command, "--help").out)
    assert example is not None
    words = shlex.split(example[1])
    assert command == words[: len(command)]
    opml = '<opml><body><outline xmlUrl="https://example.org/feed.xml"/></body></opml>'
    Path("feeds.opml").write_text(opml, encoding="utf-8")
    monkeypatch.setattr("uvicorn.Server.run", lambda *_, **__: None)  # a server would wait to be told to end
    monkeypatch.setattr("mcp.server.mcpserver.MCPServer.run", lambda *_: None)
    if command == ["site", "test"]:
        assert run("site", "new", "example.org", "-a", "archive").code == 0
    if command == ["add"]:  # its page is on the network
        words[1] = "page.html"
    assert 0 == run(*words).code


@pytest.mark.parametrize("command", COMMANDS, ids=named)
def test_options_of_one_name_have_one_help(run: Run, command: list[str]) -> None:
    def options(words: list[str]) -> dict[str, str]:
        text = run(*words, "--help").out.partition("Options:\n")[2]
        joined = re.sub(r"\n {4,}", " ", text)
        return {line.split("  ")[1].split()[0]: " ".join(line.split()) for line in joined.splitlines() if line}

    ours = options(command)
    for other in COMMANDS:
        for name, help_text in options(other).items():
            if name in ours and name not in OWN:
                assert help_text == ours[name]


def test_square_brackets_survive_in_help(run: Run) -> None:
    assert "--explain [=all]" in run("clean", "--help").out


@pytest.mark.parametrize("command", COMMANDS, ids=named)
def test_help_shows_no_types_of_python(run: Run, command: list[str]) -> None:
    assert re.search(r"<\w+(\[\w+\])?>", run(*command, "--help").out) is None


def test_help_names_every_exit_code(run: Run) -> None:
    told = run("--help").out.partition("Exit codes: ")[2]
    assert ["0", "1", "2", "3", "4", "5", "6", "7", "66", "70", "75", "130"] == re.findall(r"\d+", told)


def test_version_is_one_line(run: Run) -> None:
    assert re.fullmatch(r"cleaner \d+\.\d+\.\d+\n", run("--version").out)


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_script_is_shown(run: Run, shell: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("_TYPER_COMPLETE_TEST_DISABLE_SHELL_DETECTION", "1")
    monkeypatch.setenv("_CLEANER_COMPLETE", f"source_{shell}")
    ran = run()
    assert 0 == ran.code
    assert "_CLEANER_COMPLETE" in ran.out


def test_completion_names_the_commands(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in (("_CLEANER_COMPLETE", "complete_bash"), ("COMP_WORDS", "cleaner a"), ("COMP_CWORD", "1")):
        monkeypatch.setenv(name, value)
    assert ["add", "archive"] == run().out.split()
