"""`cleaner add`: fetch pages, clean them, keep both the article and the untouched original."""

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

__all__ = ["add_command"]


@with_records
def add_command(
    sources: Annotated[
        list[str] | None, typer.Argument(metavar="URL", help="Address, file, or - for standard input.")
    ] = None,
    *,
    archive: ArchiveChoice,
    cleaning: Cleaning,
    fetching: Fetching,
    saying: Saying,
) -> int:
    """Fetch, clean and archive pages.

    The clean text goes to standard output; where everything was kept is said on standard error.

    Example: cleaner add https://example.org/ferry -a archive
    """
    from cleaner.archive import Archive

    named, folder, policy = named_sources(sources), archive.path(), cleaning.policy(fetching.max_bytes)
    fetch_options(fetching)  # what cannot be meant is refused before an archive is made
    tally = Tally(json_lines=saying.json)
    with Archive(folder) as opened:
        for warning in opened.warnings:
            terminal.note(f"cleaner: warning: {warning}", wanted=not saying.json)
        job = _Job(opened, policy, fetching, saying, explains=cleaning.explain is not None)
        for source in named:
            with tally.item(shown(source)):
                job.add(source, several=len(named) > 1)
    return tally.exit_code


class _Job:
    """One run: the open archive and how to fetch, clean and speak."""

    def __init__(
        self, archive: "Archive", policy: Policy, fetching: Fetching, saying: Saying, *, explains: bool
    ) -> None:
        self._archive, self._policy, self._fetching = archive, policy, fetching
        self._options, self._saying, self._explains = fetch_options(fetching), saying, explains

    def add(self, source: str, *, several: bool) -> None:
        """Nothing; the page is kept and said. Raises what fetching and keeping raise, and why there is no article."""
        kept = self._archive.add(self._page(source), policy=self._policy, options=self._options)
        self._say(source, kept, several=several)
        if reason := kept.article.reason:
            raise reason_error(reason, kept.url or shown(source), f"the original is kept as {kept.id}")

    def _page(self, source: str) -> str | Page:
        if is_url(source):
            return source  # the archive fetches for itself: it keeps the way there too
        if holds_many(source):
            raise UsageError("a WARC is not added page by page", hint=f"clean it: cleaner clean {source}")
        page = next(pages_from(source, self._fetching))
        assert isinstance(page, Page), "errors stand among pages only in a WARC"
        return page

    def _say(self, source: str, kept: "Kept", *, several: bool) -> None:
        if self._saying.json:
            terminal.product_json({"source": source, **_row(kept)})
            return
        if kept.article.text and not self._saying.quiet:
            if several:
                terminal.product(heading(kept.url))
            terminal.product(kept.article.text + ("\n" if several else ""))
        if self._explains:
            terminal.explain(kept.article.dropped, kept.article.edits)
        if self._saying.notes:
            _say_where(self._archive.path, kept)


def _say_where(folder: Path, kept: "Kept") -> None:
    again = " (same body as before: a revisit record)" if kept.revisit else ""
    terminal.note(f"original  {folder / kept.original_file} at byte {kept.original_offset}{again}")
    terminal.note(f"article   {folder / kept.article_file} at byte {kept.article_offset}")
    if kept.text_file:
        terminal.note(f"text      {folder / kept.text_file}{'' if kept.changed else ' (unchanged)'}")


def _row(kept: "Kept") -> dict[str, Any]:
    names = ("id", "url", "version", "changed", "revisit", "original_file", "original_offset", "article_file")
    row = {name: getattr(kept, name) for name in (*names, "article_offset", "text_file")}
    return {**row, "article": kept.article.to_dict()}
