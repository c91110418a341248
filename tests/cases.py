"""Case folders as records, and the facts each states; test_cases.py asks them one by one, case_tools.py writes and measures them.

A folder is named kind-what-where and holds `page.html` or `page.txt`, `expected.txt` and `dropped.json`; a page.html also
`meta.json` and `source.json`, and `reason.json` where no article is there to be found. `edits.json` is for text that goes
from inside a kept paragraph. A folder under known-failures/ holds `why.txt` besides.
"""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import Any

from cleaner.article import Article, CleanedText
from cleaner.model import Page
from cleaner.pipeline import clean, clean_text

__all__ = ["CASES", "FIXTURES", "KNOWN_FAILURES", "Case", "Fact", "cases", "drops", "facts", "result"]

FIXTURES = Path(__file__).resolve().parent.parent / "fixtures"
CASES = FIXTURES / "cases"
KNOWN_FAILURES = FIXTURES / "known-failures"


@dataclass(frozen=True)
class Case:
    """One case folder; reading an expectation that is missing raises FileNotFoundError, so its fact fails."""

    folder: Path

    @property
    def name(self) -> str:
        """The folder's name, kind-what-where."""
        return self.folder.name

    @property
    def is_plain_text(self) -> bool:
        """Whether the input is page.txt, for clean_text."""
        return (self.folder / "page.txt").exists()

    @property
    def content(self) -> bytes:
        """The page's bytes as a server would send them."""
        return (self.folder / ("page.txt" if self.is_plain_text else "page.html")).read_bytes()

    @cached_property
    def source(self) -> dict[str, Any]:
        """Where the page came from: `url`, `content_type`, and `status` where it matters."""
        return dict(self._json("source.json"))

    @property
    def text(self) -> str:
        """The expected text without the file's last line end; empty where no article is expected."""
        return (self.folder / "expected.txt").read_text(encoding="utf-8").removesuffix("\n")

    @property
    def dropped(self) -> list[dict[str, str]]:
        """Lines that must be among the dropped ones, each with its rule's id or the beginning of it."""
        return list(self._json("dropped.json"))

    @property
    def edits(self) -> list[dict[str, str]]:
        """Text that must have been edited out of kept blocks (`before`), each with its rule; usually none."""
        return list(self._json("edits.json")) if (self.folder / "edits.json").exists() else []

    @property
    def meta(self) -> dict[str, str]:
        """Metadata fields that must hold."""
        return dict(self._json("meta.json"))

    @property
    def reason(self) -> str | None:
        """Code of the reason why there is no article; None where one is expected."""
        return self._json("reason.json")["code"] if (self.folder / "reason.json").exists() else None

    @property
    def why(self) -> str:
        """What the program gets wrong in a known failure, in a sentence."""
        return (self.folder / "why.txt").read_text(encoding="utf-8").strip()

    def _json(self, name: str) -> Any:
        return json.loads((self.folder / name).read_text(encoding="utf-8"))


@dataclass(frozen=True)
class Fact:
    """One thing a case states: `seen()` is what the program says, `wanted` what stands in the folder."""

    case: Case
    name: str
    wanted: object
    seen: Callable[[], object]

    @property
    def id(self) -> str:
        """Name for the test report, case first."""
        return f"{self.case.name}::{self.name}"


def cases(root: Path) -> list[Case]:
    """All case folders under root, by name."""
    return [Case(folder) for folder in sorted(root.iterdir()) if folder.is_dir()] if root.is_dir() else []


@cache
def result(case: Case) -> Article | CleanedText:
    """What the program makes of the case's page, computed once."""
    if case.is_plain_text:
        return clean_text(case.content.decode("utf-8"))
    source = case.source
    return clean(
        Page(content=case.content, url=source["url"], content_type=source["content_type"], status=source.get("status"))
    )


def facts(case: Case) -> Iterator[Fact]:
    """Every fact of a case, in the order of its files."""
    yield Fact(case, "text", case.text, lambda: result(case).text.removesuffix("\n"))
    for number, line in enumerate(case.dropped):
        nth = case.dropped[: number + 1].count(line)
        yield Fact(
            case, f"dropped[{number}]", (line, True), lambda line=line, nth=nth: (line, drops(case, line) >= nth)
        )
    for number, edit in enumerate(case.edits):
        yield Fact(case, f"edits[{number}]", (edit, True), lambda edit=edit: (edit, edits(case, edit)))
    if case.is_plain_text:
        return
    for field, value in case.meta.items():
        yield Fact(case, f"meta[{field}]", value, lambda field=field: getattr(_article(case).meta, field))
    yield Fact(case, "reason", case.reason, lambda: _reason(case))


def drops(case: Case, line: dict[str, str]) -> int:
    """How often the program dropped the line by the rule named."""
    decisions = result(case).dropped
    return sum(d.block.text == line["text"] and (d.rule or "").startswith(line["rule"]) for d in decisions)


def edits(case: Case, wanted: dict[str, str]) -> bool:
    """Whether an edit by the rule named took the text out."""
    return any(wanted["before"] in e.before and e.rule.startswith(wanted["rule"]) for e in result(case).edits)


def _article(case: Case) -> Article:
    article = result(case)
    assert isinstance(article, Article)
    return article


def _reason(case: Case) -> str | None:
    reason = _article(case).reason
    return str(reason.code) if reason else None
