"""Site files of an archive, `sites/<host>.toml`: made, tried on their examples, and previewed over all pages of the host."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path

from cleaner import urls
from cleaner.archive import layout
from cleaner.archive.archive import Archive
from cleaner.archive.disk import on_disk, write_new
from cleaner.archive.filters import Filter
from cleaner.archive.schema import Entry
from cleaner.errors import CleanerError, InputError, UsageError
from cleaner.fetch import taught
from cleaner.policy import Policy
from cleaner.taught import Example, Site
from cleaner.taught.sitefile import is_host, parse_site, site_toml

__all__ = ["Change", "Outcome", "newest_pages", "preview", "read_site", "site_path", "try_examples", "write_site"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What a site file changes on one archived page: lines of its text that go, and lines that come."""

    url: str
    id: str
    gone: tuple[str, ...]
    come: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What came of one example: parts that should be in the text and are not (`lost`), or are and should not be (`left`).

    `problem` says why it could not be tried at all; empty where it could.
    """

    example: Example
    lost: tuple[str, ...] = ()
    left: tuple[str, ...] = ()
    problem: str = ""

    @property
    def is_green(self) -> bool:
        """Whether the example is as it should be."""
        return not (self.lost or self.left or self.problem)


def site_path(root: Path, host: str) -> Path:
    """Where the host's file lies, whether or not there is one; raises UsageError for no host, ArchiveError for a link."""
    name = host.lower().removeprefix("www.")
    if not is_host(name):
        raise UsageError(f"{host!r} is no host", hint="write it as in addresses: example.org")
    return layout.below(root, f"{layout.SITES}/{name}.toml")


def read_site(root: Path, host: str) -> Site:
    """The host's site; raises InputError where it has no file, RuleError for a broken one."""
    path = site_path(root, host)
    if not path.exists():
        raise InputError("there is no such file", where=str(path), hint=f"`cleaner site new {path.stem}` makes it")
    return parse_site(taught.read_text_file(path), str(path))


def write_site(root: Path, site: Site) -> Path:
    """The file made for the site; raises UsageError where there is one, which is left as it is."""
    path = site_path(root, site.host)
    with on_disk(path.parent):
        path.parent.mkdir(exist_ok=True)
        if path.exists() or not write_new(path, site_toml(site).encode("utf-8"), fsync=True):
            raise UsageError("there is a file already", where=str(path), hint="edit it, or move it away first")
    return path


def newest_pages(archive: Archive, host: str) -> Iterator[Entry]:
    """The last capture of each page of the host and of the hosts below it, where it gave an article; newest first."""
    return archive.ls(Filter(site=host))


def preview(
    archive: Archive, site: Site, policy: Policy, *, before: Site | None = None, limit: int | None = None
) -> Iterator[Change]:
    """What the site file changes on the host's archived pages, newest first; pages that stay as they are have no lines.

    `before` is the file as it was, None where there was none.
    """
    others = tuple(
        other for other in taught.heeding(policy, layout.site_files(archive.path)).sites if other.host != site.host
    )
    sides = [replace(policy, sites=(*told, *others)) for told in ((before,) if before else (), (site,))]
    for entry in islice(newest_pages(archive, site.host), limit):
        try:
            page = archive.page(entry)
            if page is not None:
                was, is_now = (archive.clean(page, side).text.splitlines() for side in sides)
                yield Change(url=entry.url, id=entry.id, gone=_less(was, is_now), come=_less(is_now, was))
        except CleanerError:
            continue  # a record that is damaged, or too big to clean, is `archive verify`'s to tell


def _less(lines: list[str], others: list[str]) -> tuple[str, ...]:
    kept = set(others)
    return tuple(line for line in lines if line.strip() and line not in kept)


def try_examples(archive: Archive, site: Site, policy: Policy) -> Iterator[Outcome]:
    """The outcome of each example, on its page's newest capture."""
    policy = replace(policy, sites=(site, *(s for s in policy.sites if s.host != site.host)))
    for example in site.examples:
        yield _tried(archive, example, policy)


def _tried(archive: Archive, example: Example, policy: Policy) -> Outcome:
    entry = archive.newest(example.url)
    if entry is None:
        return Outcome(example=example, problem=f"not archived; add it: cleaner add {example.url}")
    if not urls.host(example.url):
        return Outcome(example=example, problem="this is no address")
    try:
        page = archive.page(entry)
    except CleanerError as error:
        return Outcome(example=example, problem=str(error))
    if page is None:
        return Outcome(example=example, problem="what is archived is no page")
    try:
        article = archive.clean(page, policy)
    except CleanerError as error:
        return Outcome(example=example, problem=str(error))
    if article.reason is not None:
        return Outcome(example=example, problem=f"no article: {article.reason.evidence}")
    text = _squeezed(article.text)
    return Outcome(
        example=example,
        lost=tuple(part for part in example.keeps if _squeezed(part) not in text),
        left=tuple(part for part in example.drops if _squeezed(part) in text),
    )


def _squeezed(text: str) -> str:
    return " ".join(text.split())
