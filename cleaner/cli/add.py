"""`cleaner add`: fetch pages, clean them, keep both the article and the untouched original."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from cleaner.cli import terminal
from cleaner.cli.choices import ArchiveChoice, Cleaning, Fetching, Saying, with_records
from cleaner.cli.results import heading
from cleaner.cli.sources import fetch_options, holds_many, is_url, named_sources, pages_from, shown
from cleaner.cli.tally import Tally, reason_error
from cleaner.errors import UsageError
from cleaner.model import Page
from cleaner.policy import Policy

if TYPE_CHECKING:
    from cleaner.archive import Archive, Kept
    from cleaner.fetch.browser import Browser

__all__ = ["add_command"]


@dataclass(frozen=True, kw_only=True)
class Gathering:
    """What is fetched beside the page itself."""

    browser: Annotated[
        bool, typer.Option("--browser", help="Run the page's scripts in chromium, and clean what they show.")
    ] = False
    images: Annotated[bool, typer.Option("--images", help="Keep the article's pictures too.")] = False

    def check(self, sources: list[str]) -> None:
        """Nothing; raises UsageError where a browser is to show what has no address."""
        nowhere = next((source for source in sources if not is_url(source)), None)
        if self.browser and nowhere:
            raise UsageError("has no address, and a browser shows nothing else", where=shown(nowhere))


@with_records
def add_command(
    sources: Annotated[
        list[str] | None, typer.Argument(metavar="URL", help="Address, file, or - for standard input.")
    ] = None,
    *,
    archive: ArchiveChoice,
    cleaning: Cleaning,
    fetching: Fetching,
    gathering: Gathering,
    saying: Saying,
) -> int:
    """Fetch, clean and archive pages.

    The clean text goes to standard output; where everything was kept is said on standard error.

    Example: cleaner add https://example.org/ferry -a archive
    """
    from cleaner.archive import Archive
    from cleaner.jobs.apart import Apart

    named, folder, policy = named_sources(sources), archive.path(), cleaning.policy(fetching.max_bytes)
    fetch_options(fetching)  # what cannot be meant is refused before an archive is made
    gathering.check(named)
    tally = Tally(json_lines=saying.json)
    with Apart() as apart, _browser(gathering, fetching) as browser, Archive(folder) as opened:
        opened.clean = apart
        for warning in opened.warnings:
            terminal.note(f"cleaner: warning: {warning}", wanted=not saying.json)
        job = _Job(
            archive=opened,
            policy=policy,
            fetching=fetching,
            saying=saying,
            explains=cleaning.explain is not None,
            browser=browser,
            images=gathering.images,
        )
        for source in named:
            with tally.item(shown(source)):
                job.add(source, several=len(named) > 1)
    return tally.exit_code


@contextmanager
def _browser(gathering: Gathering, fetching: Fetching) -> "Iterator[Browser | None]":
    """The browser, where one is wanted; raises UsageError where there is none to be had."""
    with ExitStack() as open_now:
        browser: Browser | None = None
        if gathering.browser:
            from cleaner.fetch.browser import Browser as Chromium

            browser = open_now.enter_context(Chromium(fetch_options(fetching)))
        yield browser


@dataclass(frozen=True, kw_only=True)
class _Job:
    """One run: the open archive and how to fetch, show, clean and speak."""

    archive: "Archive"
    policy: Policy
    fetching: Fetching
    saying: Saying
    explains: bool
    browser: "Browser | None"
    images: bool

    def add(self, source: str, *, several: bool) -> None:
        """Nothing; the page is kept and said. Raises what fetching and keeping raise, and why there is no article."""
        page, options = self._page(source), fetch_options(self.fetching)
        render = self.browser.render if self.browser else None
        kept = self.archive.add(page, policy=self.policy, options=options, render=render)
        pictures = list(self._pictures(kept))
        self._say(source, kept, pictures, several=several)
        if reason := kept.article.reason:
            raise reason_error(reason, kept.url or shown(source), f"the original is kept as {kept.id}")

    def _pictures(self, kept: "Kept") -> Iterator[str]:
        """The address of each picture that is kept now; what could not be had is said at once."""
        if not self.images:
            return
        from cleaner.archive.pictures import gather

        for address, why in gather(self.archive, kept.article, fetch_options(self.fetching)):
            if why is None:
                yield address
            else:
                terminal.note(
                    f"cleaner: warning: no picture from {address}: {why.message}", wanted=not self.saying.json
                )

    def _page(self, source: str) -> str | Page:
        if is_url(source):
            return source  # the archive fetches for itself: it keeps the way there too
        if holds_many(source):
            raise UsageError("a WARC is not added page by page", hint=f"clean it: cleaner clean {source}")
        page = next(pages_from(source, self.fetching, self.policy))
        assert isinstance(page, Page), "errors stand among pages only in a WARC"
        return page

    def _say(self, source: str, kept: "Kept", pictures: list[str], *, several: bool) -> None:
        if self.saying.json:
            told = {"pictures": pictures} if self.images else {}
            terminal.product_json({"source": source, **_row(kept), **told})
            return
        if kept.article.text and not self.saying.quiet:
            if several:
                terminal.product(heading(kept.url))
            terminal.product(kept.article.text + ("\n" if several else ""))
        if self.explains:
            terminal.explain(kept.article.dropped, kept.article.edits)
        if self.saying.notes:
            _say_where(self.archive.path, kept)
            for address in pictures:
                terminal.note(f"picture   {address}")


def _say_where(folder: Path, kept: "Kept") -> None:
    if kept.missed:
        terminal.note(f"cleaner: warning: a further page of the article is missing: {kept.missed}")
    further = f", with {kept.parts} further {'page' if kept.parts == 1 else 'pages'}" if kept.parts else ""
    again = " (same body as before: a revisit record)" if kept.revisit else ""
    terminal.note(f"original  {folder / kept.original_file} at byte {kept.original_offset}{further}{again}")
    terminal.note(f"article   {folder / kept.article_file} at byte {kept.article_offset}")
    if kept.text_file:
        terminal.note(f"text      {folder / kept.text_file}{'' if kept.changed else ' (unchanged)'}")


def _row(kept: "Kept") -> dict[str, Any]:
    names = ("id", "url", "version", "changed", "revisit", "original_file", "original_offset", "article_file")
    row = {name: getattr(kept, name) for name in (*names, "article_offset", "text_file")}
    missed = str(kept.missed) if kept.missed else None
    return {**row, "parts": kept.parts, "missed": missed, "article": kept.article.to_dict()}
