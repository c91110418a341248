"""Teaching by a click: one line of one page becomes part of its host's site file, after a look at what else that changes."""

import hashlib
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from typing import Any, Literal, TypeAlias

from cleaner.archive import layout
from cleaner.archive.archive import Archive
from cleaner.archive.disk import on_disk, write_new
from cleaner.archive.schema import Entry
from cleaner.archive.sites import Change, newest_pages, read_site, site_path
from cleaner.errors import CleanerError, UsageError
from cleaner.fetch import taught
from cleaner.pipeline import clean
from cleaner.policy import Policy
from cleaner.taught import Example, Site
from cleaner.taught.sitefile import parse_site, site_toml
from cleaner.text import fold

__all__ = ["Lesson", "Teaching", "changes", "digest_of", "lesson", "reclean", "save"]

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


def changes(archive: Archive, told: Teaching, policy: Policy, *, limit: int | None = None) -> Iterator[Change]:
    """What the new line changes on each archived page of the host, newest first; most pages have no lines."""
    before, after = _policies(archive, told, policy)
    for entry in islice(newest_pages(archive, told.after.host), limit):
        try:
            page = archive.page(entry)
            if page is not None:
                was, is_now = (clean(page, policy=each).text.splitlines() for each in (before, after))
                yield Change(url=entry.url, id=entry.id, gone=_less(was, is_now), come=_less(is_now, was))
        except CleanerError:
            continue  # a record that is damaged or too big to clean is told elsewhere


def _policies(archive: Archive, told: Teaching, policy: Policy) -> tuple[Policy, Policy]:
    others = (*taught.read_sites(layout.site_files(archive.path)), *policy.sites)
    others = tuple(site for site in others if site.host != told.after.host)
    return replace(policy, sites=(told.before, *others)), replace(policy, sites=(told.after, *others))


def _less(lines: list[str], others: list[str]) -> tuple[str, ...]:
    there = set(others)
    return tuple(line for line in lines if line.strip() and line not in there)


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


def reclean(archive: Archive, host: str, policy: Policy, ids: frozenset[str] | None = None) -> int:
    """How many of the host's pages have a new text, cleaned again with all that is taught by now."""
    changed = 0
    with_sites = taught.heeding(policy, layout.site_files(archive.path))
    for entry in list(newest_pages(archive, host)):
        if ids is not None and entry.id not in ids:
            continue
        try:
            page = archive.page(entry)
            if page is not None:
                changed += archive.keep_again(entry, clean(page, policy=with_sites), policy=with_sites).changed
        except CleanerError:
            continue
    return changed
