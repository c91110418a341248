"""Teaching by a click: one line of one page becomes part of its host's site file, after a look at what else that changes."""

import hashlib
import os
import re
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal, TypeAlias

from cleaner.archive import layout
from cleaner.archive.disk import on_disk, write_new
from cleaner.archive.schema import Entry
from cleaner.archive.sites import read_site, site_path
from cleaner.errors import UsageError
from cleaner.taught import Example, Site
from cleaner.taught.sitefile import parse_site, site_toml
from cleaner.text import fold

__all__ = ["Lesson", "Teaching", "digest_of", "lesson", "save"]

Lesson: TypeAlias = Literal["keep", "drop"]

_RULE_TABLES = re.compile(r"^\[\[rule\]\].*?(?=^\[\[(?!rule\]\])|\Z)", re.MULTILINE | re.DOTALL)
_DIGEST_CHARS = 16
FORMER = "former"  # below sites/: what a file held before it was changed here


@dataclass(frozen=True, slots=True, kw_only=True)
class Teaching:
    """A host's site file as it is (`digest` "" where there is none) and as it would be with one line more."""

    before: Site
    after: Site
    digest: str
    line: str

    @property
    def is_new(self) -> bool:
        """Whether the file does not say this already."""
        return self.before != self.after


def lesson(root: Path, entry: Entry, text: str, wanted: Lesson) -> Teaching:
    """What the host's file would say once this line of the page is always kept or dropped. Raises UsageError."""
    line = " ".join(text.split())
    if not entry.host or not fold(line):
        raise UsageError(
            "nothing can be taught by this", where=entry.id, hint="a line of a page from the web is needed"
        )
    path = site_path(root, entry.host)
    before = read_site(root, entry.host) if path.exists() else Site(host=path.stem)
    gains, loses = ("keep_lines", "lines") if wanted == "keep" else ("lines", "keep_lines")
    here, there = getattr(before, gains), getattr(before, loses)
    known = fold(line) in map(fold, here)
    lines: dict[str, Any] = {
        gains: here if known else (*here, line),
        loses: tuple(other for other in there if fold(other) != fold(line)),
    }
    after = replace(before, examples=_with_example(before.examples, entry.url, line, wanted), **lines)
    return Teaching(before=before, after=after, digest=digest_of(path), line=line)


def _with_example(examples: tuple[Example, ...], url: str, line: str, wanted: Lesson) -> tuple[Example, ...]:
    """The examples, the page's own now saying that the line is there, or is not."""
    own = next((example for example in examples if example.url == url), Example(url=url))
    keeps = tuple(part for part in own.keeps if part != line) + ((line,) if wanted == "keep" else ())
    drops = tuple(part for part in own.drops if part != line) + ((line,) if wanted == "drop" else ())
    told = replace(own, keeps=keeps, drops=drops)
    return (*(example for example in examples if example.url != url), told)


def digest_of(path: Path) -> str:
    """A short name for what the file holds; empty where there is none."""
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest()[:_DIGEST_CHARS]
    except FileNotFoundError:
        return ""


def save(root: Path, told: Teaching) -> Path:
    """The host's file, which now says it; what it held before stands in `sites/former/`.

    Raises UsageError, and changes nothing, where somebody else changed the file meanwhile or it cannot be written so
    that nothing of it is lost.
    """
    path = site_path(root, told.after.host)
    with layout.only_one(root), on_disk(path.parent):
        if digest_of(path) != told.digest:
            hint = "look at the preview again: what you saw is not what would be saved"
            raise UsageError("the file was changed meanwhile", where=path.name, hint=hint, code="changed-meanwhile")
        former = path.read_text(encoding="utf-8-sig") if told.digest else ""
        text = site_toml(told.after) + "".join("\n" + table.strip() + "\n" for table in _RULE_TABLES.findall(former))
        if parse_site(text, path.name) != told.after:
            raise UsageError(
                "the file cannot be rewritten without a loss", where=path.name, hint="add the line by hand"
            )
        path.parent.mkdir(exist_ok=True)
        if former:
            aside = layout.below(path.parent, f"{FORMER}/{path.stem}-{told.digest}.toml")
            write_new(aside, path.read_bytes(), fsync=True)
        beside = path.with_name(f".{path.name}.new")
        beside.unlink(missing_ok=True)
        with beside.open("x", encoding="utf-8") as file:
            file.write(text)
        os.replace(beside, path)  # noqa: PTH105  # atomic, and says so
    return path
