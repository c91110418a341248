"""`cleaner archive import` and `export`: pages of other archives in, this one's in other programs' forms out."""

from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from cleaner.cli import terminal
from cleaner.cli.choices import ArchiveChoice, Cleaning, Command, Saying, with_records
from cleaner.cli.narrowing import Narrowing
from cleaner.cli.opening import opened
from cleaner.cli.tally import Tally
from cleaner.errors import InputError, UsageError

if TYPE_CHECKING:
    from cleaner.archive import Archive, Imported

__all__ = ["add_commands"]

_FORMS = "wacz, warc, cdxj, wet, jsonl, atom, epub, html (files); md, tei (folders)"


def add_commands(app: typer.Typer) -> None:
    """Nothing; both commands stand under this one."""
    app.command("import", cls=Command)(import_command)
    app.command("export", cls=Command)(export_command)


@with_records
def import_command(
    sources: Annotated[list[Path], typer.Argument(metavar="WARC", help="WARC files of any origin, gzipped or not.")],
    *,
    archive: ArchiveChoice,
    cleaning: Cleaning,
    max_bytes: Annotated[
        int, typer.Option(metavar="BYTES", show_default=False, help="Most decoded bytes of one page; default: 64 MiB.")
    ] = 64 * 1024 * 1024,
    saying: Saying,
) -> int:
    """Take over the pages of WARC files, bytes and dates as they are there.

    Each page is cleaned and kept as `cleaner add` keeps one; what is here already is passed over.

    Example: cleaner archive import crawl.warc.gz -a archive
    """
    from cleaner.archive import Archive
    from cleaner.jobs.apart import Apart

    policy, tally = cleaning.policy(max_bytes), Tally(json_lines=saying.json)
    with Apart() as apart, Archive(archive.path()) as target:
        target.clean = apart
        for source in sources:
            counts: Counter[str] = Counter()
            with tally.item(str(source)):
                for done in target.import_warc(source, policy=policy, max_bytes=max_bytes):
                    counts[done.what] += 1
                    _say(done, saying)
                if not counts:
                    raise InputError("holds no page", where=str(source), hint="pages are responses that hold HTML")
            terminal.note(f"{source}: {_counted(counts)}", wanted=saying.notes and bool(counts))
    return tally.exit_code


def _say(done: "Imported", saying: Saying) -> None:
    if saying.json:
        row: dict[str, Any] = {"url": done.url, "what": done.what}
        kept = done.kept
        terminal.product_json(row | ({"id": kept.id, "version": kept.version, "changed": kept.changed} if kept else {}))
    elif done.what == "kept" and done.kept:
        terminal.row(f"{done.kept.id}  {done.url}")
    if done.error:
        terminal.report_error(done.error, json_lines=saying.json)


def _counted(counts: Counter[str]) -> str:
    told = {"known": "here already", "unresolved": "without the body they refer to", "failed": "failed", "kept": "kept"}
    return ", ".join(f"{counts[name]} {words}" for name, words in told.items() if counts[name])


@with_records
def export_command(
    *,
    form: Annotated[str, typer.Option("--format", "-f", metavar="FORMAT", help=f"{_FORMS}.")],
    out: Annotated[Path, typer.Option("-o", metavar="PATH", help="The new file, or the folder.")],
    limit: Annotated[
        int | None, typer.Option("--limit", "-n", metavar="NUMBER", min=1, help="At most so many.")
    ] = None,
    narrowing: Narrowing,
    archive: ArchiveChoice,
    saying: Saying,
) -> int:
    """Write the archive, or a part of it, for other programs.

    Originals go into wacz, warc and cdxj, each page's newest article into the others.

    Example: cleaner archive export -f wacz -o archive.wacz -a archive
    """
    from cleaner.archive.exports import ExportFormat

    if form not in list(ExportFormat):
        raise UsageError(f"-f {form} is unknown", hint=f"there are: {_FORMS}")
    chosen = ExportFormat(form)
    with opened(archive, saying) as source:
        count = _export(source, chosen, out, narrowing, limit)
    if saying.json:
        terminal.product_json({"path": str(out), "format": form, "count": count})
    terminal.note(f"wrote {out} ({count} {_unit(form)})", wanted=saying.notes)
    return 0


def _export(source: "Archive", form: Any, out: Path, narrowing: Narrowing, limit: int | None) -> int:
    from dataclasses import replace

    originals = form in {"wacz", "warc", "cdxj"}
    wanted = narrowing.filter(articles=not originals)
    return source.export(form, out, wanted if originals else replace(wanted, newest=True), limit=limit)


def _unit(form: str) -> str:
    return {"cdxj": "records", "warc": "captures", "wacz": "pages"}.get(form, "articles")
