"""`cleaner import`: reading lists of other programs as a crawl configuration or a list of addresses."""

import os
from typing import TYPE_CHECKING, Annotated

import typer

from cleaner.cli import terminal
from cleaner.cli.choices import ArchiveChoice, Saying, with_records
from cleaner.errors import InputError
from cleaner.taught.toml import quoted
from cleaner.text import printable, slug

if TYPE_CHECKING:
    from cleaner.fetch.lists import FeedLine

__all__ = ["crawl_toml", "import_command"]

MAX_LIST_BYTES = 64 * 1024 * 1024
MAX_NAME_CHARS = 40


@with_records
def import_command(
    source: Annotated[str, typer.Argument(metavar="FILE", help="The exported list, or - for standard input.")],
    *,
    archive: ArchiveChoice,
    saying: Saying,
) -> int:
    """Turn another program's reading list into one of ours.

    Feeds (OPML) become a crawl configuration; bookmarks (Netscape HTML) and wallabag exports (JSON, CSV) become addresses,
    one a line, for cleaner add.

    Example: cleaner import feeds.opml
    """
    from cleaner.fetch import read_file, read_stdin
    from cleaner.fetch.lists import read_list

    page = read_stdin(None, max_bytes=MAX_LIST_BYTES) if source == "-" else read_file(source, max_bytes=MAX_LIST_BYTES)
    found = read_list(page.content, source)
    if not found.feeds and not found.urls:
        raise InputError("names no address of the web", where=source, hint="is it the whole export?", code="empty-list")
    if saying.json:
        terminal.product_json(
            {"feeds": [line.url for line in found.feeds], "urls": found.urls, "skipped": found.skipped}
        )
        return 0
    text = (
        crawl_toml(found.feeds, str(archive.archive or os.environ.get("CLEANER_ARCHIVE") or "archive"))
        if found.feeds
        else "\n".join(found.urls)
    )
    terminal.product(text)
    count = len(found.feeds or found.urls)
    told = f"{count} {'feed' if found.feeds else 'address'}{'' if count == 1 else 's' if found.feeds else 'es'}"
    more = f", {found.skipped} entries are no addresses of the web" if found.skipped else ""
    terminal.note(told + more, wanted=saying.notes)
    return 0


def crawl_toml(feeds: "tuple[FeedLine, ...]", archive: str) -> str:
    """A crawl configuration with a source for every feed, each under a name of its own."""
    parts = [f"# For: cleaner crawl, written by cleaner import.\narchive = {quoted(archive)}\n"]
    taken: set[str] = set()
    for feed in feeds:
        name = _free(slug(feed.title or feed.url.partition("://")[2], MAX_NAME_CHARS), taken)
        title = f"# {printable(feed.title)}\n" if feed.title else ""
        parts.append(f'{title}[[source]]\nname = "{name}"\nfeeds = [{quoted(feed.url)}]\n')
    return "\n".join(parts).rstrip("\n")


def _free(name: str, taken: set[str]) -> str:
    free, number = name, 2
    while free in taken:
        free, number = f"{name}-{number}", number + 1
    taken.add(free)
    return free
