"""`cleaner archive`: what is in the archive, whether it is sound, and its catalogue built anew."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cleaner.cli import terminal
from cleaner.cli.choices import ArchiveChoice, Command, Explaining, Saying, with_records
from cleaner.errors import ArchiveError, InputError

if TYPE_CHECKING:
    from cleaner.archive import Archive, Entry, Hit, Shown, Version

__all__ = ["app"]

app = typer.Typer(no_args_is_help=True, help="List, search and check what is archived.", rich_markup_mode=None)

Limit = Annotated[int | None, typer.Option("--limit", "-n", metavar="NUMBER", min=1, help="At most this many.")]
Host = Annotated[str | None, typer.Option(metavar="HOST", help="Pages of this host only.")]


@app.command("ls", cls=Command)
@with_records
def ls_command(
    *,
    limit: Limit = None,
    host: Host = None,
    failed: Annotated[bool, typer.Option("--failed", help="List what the crawls could not get, and why.")] = False,
    archive: ArchiveChoice,
    saying: Saying,
) -> int:
    """List archived pages, newest first.

    A line names id, time, status, title (or why there is no article) and address.

    Example: cleaner archive ls -a archive
    """
    if failed:
        return _list_failures(archive.path(), saying, limit, host)
    with _opened(archive, saying) as opened:
        for entry in opened.ls(limit=limit, host=host):
            terminal.product_json(asdict(entry)) if saying.json else terminal.row(_entry_line(entry))
    return 0


def _list_failures(folder: Path, saying: Saying, limit: int | None, host: str | None) -> int:
    from cleaner import urls
    from cleaner.jobs.crawl import failures

    wanted = (one for one in failures(folder) if not host or urls.host(one[1].url) == host.lower())
    for crawl, outcome in islice(wanted, limit):
        if saying.json:
            terminal.product_json({"crawl": crawl, **asdict(outcome)})
        else:
            times = f"{outcome.failures} times" if outcome.failures > 1 else ""
            terminal.row(f"{crawl:12} {outcome.error:16} {times:9} {outcome.url}  ({outcome.message})")
    return 0


@app.command("show", cls=Command)
@with_records
def show_command(
    page: Annotated[str, typer.Argument(metavar="ID|URL", help="A page's id, or its address for the newest one.")],
    *,
    original: Annotated[bool, typer.Option("--original", help="Write the original record's bytes instead.")] = False,
    explaining: Explaining,
    archive: ArchiveChoice,
    saying: Saying,
) -> int:
    """Show one archived page: its text, or its original.

    Example: cleaner archive show https://example.org/ferry -a archive
    """
    explaining.check()
    with _opened(archive, saying) as opened:
        shown = opened.show(page)
        if original:
            terminal.product_bytes(opened.original(shown.entry))
            return 0
    if saying.json:
        terminal.product_json(asdict(shown))
        return 0
    _show(shown, saying, explains=explaining.explain is not None)
    return 0


@app.command("search", cls=Command)
@with_records
def search_command(
    query: Annotated[
        list[str], typer.Argument(metavar="QUERY", help="Words that a page must hold; a phrase in double quotes.")
    ],
    *,
    limit: Limit = 20,
    host: Host = None,
    archive: ArchiveChoice,
    saying: Saying,
) -> int:
    """Search the newest clean texts, best first.

    Example: cleaner archive search ferry timetable -a archive
    """
    with _opened(archive, saying) as opened:
        hits = opened.search(" ".join(query), limit=limit or -1, host=host)
    for hit in hits:
        if saying.json:
            terminal.product_json(asdict(hit))
        else:
            terminal.row(_hit_line(hit))
            terminal.row(f"    {' '.join(hit.snippet.split())}")
    terminal.note("nothing found", wanted=not hits and saying.notes)
    return 0


@app.command("versions", cls=Command)
@with_records
def versions_command(
    url: Annotated[str, typer.Argument(metavar="URL", help="The page's address.")],
    *,
    archive: ArchiveChoice,
    saying: Saying,
) -> int:
    """List a page's clean texts over time, oldest first.

    A text that did not change is listed once.

    Example: cleaner archive versions https://example.org/ferry -a archive
    """
    with _opened(archive, saying) as opened:
        versions = opened.versions(url)
    if not versions:
        raise InputError("has no clean text in the archive", where=url, hint="`cleaner archive ls` lists what is there")
    for version in versions:
        terminal.product_json(asdict(version)) if saying.json else terminal.row(_version_line(version))
    return 0


@app.command("verify", cls=Command)
@with_records
def verify_command(*, archive: ArchiveChoice, saying: Saying) -> int:
    """Check every record and every catalogue row.

    Each problem is one line on standard output; exit code 7 when there is one.

    Example: cleaner archive verify -a archive
    """
    with _opened(archive, saying) as opened:
        problems = opened.verify()
    for problem in problems:
        terminal.product_json(asdict(problem)) if saying.json else terminal.row(f"{problem.where}: {problem.message}")
    if problems:
        message = f"{len(problems)} {'problem' if len(problems) == 1 else 'problems'} found"
        hint = (
            "for a catalogue that errs: cleaner archive reindex; files that are damaged are best restored from a copy"
        )
        raise ArchiveError(message, where=str(archive.path()), hint=hint, code="damaged")
    terminal.note("the archive is sound", wanted=saying.notes)
    return 0


@app.command("reindex", cls=Command)
@with_records
def reindex_command(*, archive: ArchiveChoice, saying: Saying) -> int:
    """Build the catalogue anew from the WARC files.

    Example: cleaner archive reindex -a archive
    """
    from cleaner.archive import Archive

    path = archive.path()
    warnings = Archive.reindex(path)
    if saying.json:
        terminal.product_json({"archive": str(path), "warnings": warnings})
        return 0
    for warning in warnings:
        terminal.note(f"cleaner: warning: {warning}")
    terminal.note(f"the catalogue of {path} is built anew", wanted=saying.notes)
    return 0


@contextmanager
def _opened(choice: ArchiveChoice, saying: Saying) -> Iterator["Archive"]:
    """The archive, which must be there; what was mended at opening has been said."""
    from cleaner.archive import Archive

    with Archive(choice.path(), create=False) as opened:
        for warning in opened.warnings:
            terminal.note(f"cleaner: warning: {warning}", wanted=not saying.json)
        yield opened


def _show(shown: "Shown", saying: Saying, *, explains: bool) -> None:
    entry = shown.entry
    if shown.text:
        terminal.product(shown.text)
    else:
        terminal.note(f"no article: {entry.reason_evidence or 'the page was not cleaned yet'}")
    for dropped in shown.dropped if explains else ():
        terminal.note(f"dropped  {dropped['rule']!s:24} {terminal.shortened(str(dropped['text']))}")
    terminal.note(f"original  {entry.original_file} at byte {entry.original_offset}", wanted=saying.notes)


def _entry_line(entry: "Entry") -> str:
    told = entry.title or (f"({entry.reason})" if entry.reason else "")
    return (
        f"{entry.id}  {_minute(entry.captured_at)}  {entry.status or '-':>3}  {terminal.shortened(told)}  {entry.url}"
    )


def _hit_line(hit: "Hit") -> str:
    return f"{hit.id}  {_minute(hit.captured_at)}  {terminal.shortened(hit.title)}  {hit.url}"


def _version_line(version: "Version") -> str:
    told = f"{version.id}  {_minute(version.made_at)}  {version.words:>6} words  {terminal.shortened(version.title)}"
    return f"{told}  {version.text_file or ''}".rstrip()


def _minute(moment: str) -> str:
    """`2026-11-22 18:05` of the moment in UTC as WARCs write it; the whole of it stands in --json."""
    return moment[:16].replace("T", " ")
