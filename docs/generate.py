# a script beside the pages it writes, not a package
"""Writes the pages that follow from the code: docs/rules.md and docs/cli.md. Run by `make docs`; docs/check.py compares."""

import io
import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import redirect_stdout
from itertools import groupby
from pathlib import Path
from typing import Any
from unittest import mock

import typer

from cleaner.boilerplate.rules import shipped_rules
from cleaner.cli import run
from cleaner.cli.app import app
from cleaner.rule import Rule
from cleaner.text import printable

DOCS = Path(__file__).resolve().parent
MAX_HITS = 12  # a page for people; `cleaner rules show ID` has them all
HELP_COLUMNS = "80"

NOTICE = "<!-- Written by docs/generate.py (`make docs`); edit the code it comes from, not this page. -->"
INTRODUCTION = (
    "*Drop* rules name residue; *keep* rules are guards that outrank them. A rule alone does not decide: "
    "[design.md](design.md) says how evidence becomes a decision, and [how-to-add-a-rule.md](how-to-add-a-rule.md) how to "
    "add one. Hits are lines that the rule must catch, misses lines that it must leave; both are tested. A rule about an "
    "element's names shows the text that may stand in such a box."
)


def pages() -> dict[str, str]:
    """File name below docs/ → the content it should have."""
    return {"rules.md": rules_page(shipped_rules()), "cli.md": cli_page()}


def rules_page(rules: Sequence[Rule]) -> str:
    """The catalogue: every shipped rule with its reason, languages, and lines that it must and must not catch."""
    parts = [NOTICE, "# The rules", f"{len(rules)} rules come with the program. {INTRODUCTION}"]
    for shelf, members in groupby(rules, key=lambda rule: rule.id.partition("/")[0]):
        parts.append(f"## {shelf}")
        parts += [part for rule in members for part in _rule_parts(rule)]
    return "\n\n".join(parts) + "\n"


def _rule_parts(rule: Rule) -> Iterator[str]:
    yield f"### {rule.id}"
    yield printable(rule.why)
    more = f" … and {len(rule.hits) - MAX_HITS} more: `cleaner rules show {rule.id}`" * (len(rule.hits) > MAX_HITS)
    yield "\n".join(
        (
            f"- verdict: {rule.verdict}",
            f"- languages: {', '.join(rule.languages)}",
            f"- hits: {_spans(rule.hits[:MAX_HITS])}{more}",
            f"- misses: {_spans(rule.misses)}",
        )
    )


def _spans(lines: Sequence[str]) -> str:
    return " · ".join(_span(printable(line)) for line in lines)


def _span(line: str) -> str:
    """The line as a Markdown code span, whatever backticks it holds."""
    fence = "``" if "`" in line else "`"
    space = " " if line.startswith("`") or line.endswith("`") else ""
    return f"{fence}{space}{line}{space}{fence}"


def cli_page() -> str:
    """What every command says of itself under --help."""
    parts = [
        NOTICE,
        "# The command line",
        "What `--help` says, command by command. Exit codes stand in the [README](../README.md#exit-codes).",
    ]
    for path in command_paths(typer.main.get_command(app)):
        parts += [f"## {' '.join(('cleaner', *path))}", f"```text\n{help_of(path)}\n```"]
    return "\n\n".join(parts) + "\n"


def command_paths(command: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """The words of every command and group, the root's first and empty."""
    yield path
    for name, below in getattr(command, "commands", {}).items():
        yield from command_paths(below, (*path, name))


def help_of(path: Sequence[str]) -> str:
    """The command's help as a terminal of eighty columns without colour shows it."""
    said = io.StringIO()
    with mock.patch.dict(os.environ, {"COLUMNS": HELP_COLUMNS, "NO_COLOR": "1"}), redirect_stdout(said):
        run([*path, "--help"])
    return "\n".join(line.rstrip() for line in said.getvalue().strip().splitlines())


def main() -> int:
    """0 once every generated page stands."""
    for name, content in pages().items():
        (DOCS / name).write_text(content, encoding="utf-8")
        sys.stdout.write(f"wrote docs/{name}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
