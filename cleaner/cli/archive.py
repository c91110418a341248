"""`cleaner archive`: what is in the archive, whether it is sound, and its catalogue built anew."""

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cleaner.cli import exchange, terminal, upkeep
from cleaner.cli.choices import ArchiveChoice, Command, Explaining, Saying, with_records
from cleaner.cli.disk import write_whole
from cleaner.cli.narrowing import Narrowing
from cleaner.cli.opening import opened
from cleaner.errors import InputError, UsageError
from cleaner.text import printable

if TYPE_CHECKING:
    from cleaner.archive import Archive, Entry, Hit, Shown, Version
    from cleaner.archive.diff import Change

__all__ = ["app"]

app = typer.Typer(no_args_is_help=True, help="List, search and check what is archived.", rich_markup_mode=None)

exchange.add_commands(app)
upkeep.add_commands(app)

Limit = Annotated[int | None, typer.Option("--limit", "-n", metavar="NUMBER", min=1, help="At most this many.")]
Host = Annotated[str | None, typer.Option(metavar="HOST", help="Pages of this host only.")]


@app.command("ls", cls=Command)
@with_records
def ls_command(
    *,
    limit: Limit = None,
    failed: Annotated[bool, typer.Option("--failed", help="List what the crawls could not get, and why.")] = False,
    narrowing: Narrowing,
    archive: ArchiveChoice,
    saying: Saying,
) -> int:
    """List archived pages, newest first.

    A line names id, time, status, title (or why there is no article) and address.

    Example: cleaner archive ls --since 2026-01-31 -a archive
    """
    if failed:
        return _list_failures(archive.path(), saying, limit, narrowing.host)
    wanted = narrowing.filter(articles=False)
    with opened(archive, saying) as source:
        for entry in source.ls(wanted, limit=limit):
            terminal.product_json(asdict(entry)) if saying.json else terminal.row(_entry_line(entry))
    return 0


def _list_failures(folder: Path, saying: Saying, limit: int | None, host: str | None) -> int:
    from cleaner.jobs.crawl import failures

    for failure in failures(folder, limit=limit, host=host):
        if saying.json:
            terminal.product_json(asdict(failure))
        else:
            times = f"{failure.failures} times" if failure.failures > 1 else ""
            terminal.row(f"{failure.crawl:12} {failure.error:16} {times:9} {failure.url}  ({failure.message})")
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
    with opened(archive, saying) as source:
        shown = source.show(page)
        if original:
            terminal.product_bytes(source.original(shown.entry))
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
        list[str],
        typer.Argument(
            metavar="QUERY",
            help='Words to hold, "a phrase", word*, -word, title:, by:, site:, lang:, after:2026-01-31, before:2026.',
        ),
    ],
    *,
    limit: Limit = 20,
    host: Host = None,
    archive: ArchiveChoice,
    saying: Saying,
) -> int:
    """Search the newest clean texts, best first.

    Days are those of publication, or of capture where that is not known; after: takes its day in, before: does not.

    Example: cleaner archive search ferry after:2026-01-31 -a archive
    """
    from cleaner.archive.query import read_query

    with opened(archive, saying) as source:
        hits = source.search(" ".join(query), limit=limit or -1, host=host)
    for told in read_query(" ".join(query)).notes:
        terminal.note(told, wanted=saying.notes)
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
    with opened(archive, saying) as source:
        versions = source.versions(url)
    if not versions:
        raise InputError("has no clean text in the archive", where=url, hint="`cleaner archive ls` lists what is there")
    for version in versions:
        terminal.product_json(asdict(version)) if saying.json else terminal.row(_version_line(version))
    return 0


@app.command("diff", cls=Command)
@with_records
def diff_command(
    pages: Annotated[
        list[str],
        typer.Argument(metavar="A B", help="Two ids of versions or pages; or one address: its last two texts."),
    ],
    *,
    html: Annotated[
        Path | None, typer.Option("--html", metavar="FILE", help="Write a page that shows the changes.")
    ] = None,
    archive: ArchiveChoice,
    saying: Saying,
) -> int:
    """Compare two clean texts word by word.

    Paragraphs that changed are shown, [-what went-] and {+what came+}; nothing where the texts are the same.

    Example: cleaner archive diff https://example.org/ferry -a archive
    """
    from cleaner.archive.diff import compare, html_page

    with opened(archive, saying) as source:
        old, new = _pair(source, pages)
        changes = compare(source.version_text(old), source.version_text(new))
    if html is not None:
        write_whole(html, html_page(changes, f"{old} → {new}"))
        terminal.note(f"wrote {html}", wanted=saying.notes)
    for change in changes:
        if saying.json:
            terminal.product_json(asdict(change))
        elif not change.is_same and html is None:
            terminal.painted(_marked(change) + "\n")
    same = all(change.is_same for change in changes)
    terminal.note("the texts are the same", wanted=same and saying.notes)
    return 0


def _pair(source: "Archive", pages: list[str]) -> tuple[str, str]:
    """The ids of the two versions to compare; raises InputError where there are not two."""
    if len(pages) > 2:  # noqa: PLR2004
        raise UsageError("diff compares two texts", hint="name two ids, or one address")
    if len(pages) == 1:
        versions = source.versions(pages[0])
        if len(versions) < 2:  # noqa: PLR2004
            hint = "`cleaner archive versions` lists them; two ids may be named"
            raise InputError("has no two clean texts in the archive", where=pages[0], hint=hint)
        return versions[-2].id, versions[-1].id
    old, new = (source.version_named(page) for page in pages)
    return old.id, new.id


def _marked(change: "Change") -> str:
    marks = {"same": ("", ""), "out": ("[-", "-]"), "in": ("{+", "+}")}
    coloured = terminal.is_coloured()
    paint = {"same": "", "out": "\x1b[31m", "in": "\x1b[32m"}
    shown = []
    for piece in change.pieces:
        before, after = marks[piece.kind]
        text = before + printable(piece.text, multiline=True) + after
        shown.append(f"{paint[piece.kind]}{text}\x1b[0m" if coloured and before else text)
    return "".join(shown)


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
    further = f"(page {entry.part} of {entry.part_of})" if entry.part_of else ""
    told = entry.title or (f"({entry.reason})" if entry.reason else further)
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
