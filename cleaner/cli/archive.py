"""`cleaner archive`: what is in the archive."""

import sys
from dataclasses import asdict
from typing import Annotated, Any

import typer

from cleaner.archive import Archive
from cleaner.archive.schema import Entry
from cleaner.cli import terminal
from cleaner.cli.choices import ArchiveChoice, Saying, with_records

__all__ = ["app"]

app = typer.Typer(no_args_is_help=True, help="List and show what is archived.", rich_markup_mode=None)


@app.command("ls")
@with_records
def ls_command(
    *,
    limit: Annotated[int | None, typer.Option("--limit", "-n", min=1, help="At most this many, newest first.")] = None,
    host: Annotated[str | None, typer.Option(metavar="HOST", help="Pages of this host only.")] = None,
    archive: ArchiveChoice,
    saying: Saying,
) -> int:
    """List archived pages, newest first: id, time, status, title or reason, address.

    Example: cleaner archive ls -a archive
    """
    with Archive(archive.path(), create=False) as opened:
        _warn(opened)
        for entry in opened.ls(limit=limit, host=host):
            if saying.json:
                terminal.product_json(asdict(entry))
            else:
                terminal.product(_line(entry))
    return 0


@app.command("show")
@with_records
def show_command(
    page: Annotated[str, typer.Argument(metavar="ID|URL", help="A page's id, or its address for the newest one.")],
    *,
    explain: Annotated[bool, typer.Option("--explain", help="List removed lines with their rules.")] = False,
    original: Annotated[bool, typer.Option("--original", help="Write the original record's bytes instead.")] = False,
    archive: ArchiveChoice,
    saying: Saying,
) -> int:
    """Show one archived page: its clean text, or with --original the bytes that were received.

    Example: cleaner archive show https://example.org/ferry -a archive
    """
    with Archive(archive.path(), create=False) as opened:
        _warn(opened)
        shown = opened.show(page)
        if original:
            sys.stdout.buffer.write(opened.original(shown.entry))
            return 0
    if saying.json:
        terminal.product_json(asdict(shown))
        return 0
    terminal.product(shown.text) if shown.text else terminal.note(f"no article: {shown.entry.reason_evidence}")
    for row in shown.dropped if explain else ():
        terminal.note(f"dropped  {row['rule']!s:24} {row['text']}")
    terminal.note(f"original  {shown.entry.original_file} at byte {shown.entry.original_offset}", quiet=saying.quiet)
    return 0


def _line(entry: Entry) -> str:
    told: Any = entry.title or (f"({entry.reason})" if entry.reason else "")
    return f"{entry.id}  {entry.captured_at}  {entry.status or '-':>3}  {told}  {entry.url}"


def _warn(opened: Archive) -> None:
    for warning in opened.warnings:
        terminal.note(f"cleaner: warning: {warning}")
