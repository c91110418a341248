"""`cleaner archive verify`, `reindex`, `reclean` and `prune`: an archive kept sound over the years."""

from collections import Counter
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated, Any

import typer

from cleaner.cli import terminal
from cleaner.cli.choices import ArchiveChoice, Cleaning, Command, Saying, with_records
from cleaner.cli.narrowing import Narrowing, as_day
from cleaner.cli.opening import opened
from cleaner.errors import ArchiveError, UsageError
from cleaner.policy import MAX_BYTES

if TYPE_CHECKING:
    from cleaner.archive import Problem
    from cleaner.jobs.reclean import Recleaned

__all__ = ["add_commands"]


def add_commands(app: typer.Typer) -> None:
    """Nothing; the commands stand under this one."""
    app.command("verify", cls=Command)(verify_command)
    app.command("reindex", cls=Command)(reindex_command)
    app.command("reclean", cls=Command)(reclean_command)
    app.command("prune", cls=Command)(prune_command)


@with_records
def verify_command(
    *,
    deep: Annotated[bool, typer.Option("--deep", help="Unpack every body and compare contents too.")] = False,
    repair: Annotated[bool, typer.Option("--repair", help="Mend what can be mended; nothing is thrown away.")] = False,
    archive: ArchiveChoice,
    saying: Saying,
) -> int:
    """Check every record, every file and every catalogue row.

    Each problem is one line on standard output: file, byte, what, and what to do; exit code 7 when there is one.

    Example: cleaner archive verify --deep -a archive
    """
    problems = _problems(archive, saying, deep=deep)
    for problem in problems:
        terminal.product_json(_row(problem)) if saying.json else terminal.row(_line(problem))
    if problems and repair:
        problems = _repaired(problems, archive, saying, deep=deep)
    if problems:
        message = f"{len(problems)} {'problem' if len(problems) == 1 else 'problems'} found"
        mendable = any(problem.is_repairable for problem in problems)
        hint = "cleaner archive verify --repair mends what it can" if mendable else "restore the files from a copy"
        raise ArchiveError(message, where=str(archive.path()), hint=hint, code="damaged")
    terminal.note("the archive is sound", wanted=saying.notes)
    return 0


def _problems(archive: ArchiveChoice, saying: Saying, *, deep: bool) -> list["Problem"]:
    with opened(archive, saying) as source:
        return source.verify(deep=deep)


def _repaired(problems: list["Problem"], archive: ArchiveChoice, saying: Saying, *, deep: bool) -> list["Problem"]:
    """What is still not sound after repair, and what was lost by the damage."""
    from cleaner.archive import Archive

    for told in Archive.repair(archive.path()):
        terminal.note(f"repaired  {told}", wanted=not saying.json)
    left = _problems(archive, saying, deep=deep)
    torn = [problem for problem in problems if problem.code == "torn"]
    for problem in left:
        terminal.product_json(_row(problem)) if saying.json else terminal.row(f"still: {_line(problem)}")
    return left or torn


def _row(problem: "Problem") -> dict[str, Any]:
    return {
        "code": problem.code,
        "where": problem.where,
        "offset": problem.offset,
        "message": problem.message,
        "remedy": problem.remedy,
    }


def _line(problem: "Problem") -> str:
    place = f"{problem.where} at byte {problem.offset}" if problem.offset is not None else problem.where
    return f"{place}: {problem.message} ({problem.remedy})"


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


@with_records
def reclean_command(
    *,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show what would be done; change nothing.")] = False,
    learned: Annotated[bool, typer.Option("--learned", help="Heed what crawls learned of each site too.")] = False,
    cleaning: Cleaning,
    narrowing: Narrowing,
    archive: ArchiveChoice,
    saying: Saying,
) -> int:
    """Clean what is kept by today's rules.

    Each changed line is shown with the rule that took or gave it. A run that was cut short is simply run again.

    Example: cleaner archive reclean --dry-run -a archive
    """
    from cleaner.jobs.reclean import reclean

    policy, counts = cleaning.policy(MAX_BYTES), Counter[str]()
    with opened(archive, saying) as source:
        wanted = narrowing.filter(articles=False)
        for done in reclean(source, policy, wanted, dry_run=dry_run, learned=learned):
            counts[done.what] += 1
            _say(done, saying)
    told = ", ".join(f"{counts[what]} {what}" for what in ("changed", "same", "failed") if counts[what])
    terminal.note(f"{told or 'nothing to clean'}{' (nothing written)' if dry_run else ''}", wanted=saying.notes)
    return 1 if counts["failed"] else 0


def _say(done: "Recleaned", saying: Saying) -> None:
    if done.error:
        terminal.report_error(done.error, json_lines=saying.json)
    if saying.json:
        lines = [asdict(line) for line in done.lines]
        terminal.product_json({"id": done.entry.id, "url": done.entry.url, "what": done.what, "lines": lines})
    elif done.lines:
        terminal.row(f"{done.entry.id}  {done.entry.url}")
        for line in done.lines:
            sign = "-" if line.kind == "out" else "+"
            terminal.row(f"  {sign} {line.text}{f'  [{line.rule}]' if line.rule else ''}")


@with_records
def prune_command(
    *,
    since: Annotated[str | None, typer.Option("--keep-since", metavar="DATE", help="Let older captures go.")] = None,
    versions: Annotated[
        int | None, typer.Option("--keep-versions", metavar="NUMBER", min=1, help="Keep so many texts of each page.")
    ] = None,
    size: Annotated[
        int | None,
        typer.Option("--max-size", metavar="BYTES", min=1, help="Let the oldest go until WARCs are so small."),
    ] = None,
    yes: Annotated[bool, typer.Option("--yes", help="Do it; without this it is only shown.")] = False,
    archive: ArchiveChoice,
    saying: Saying,
) -> int:
    """Show which old captures may go, and with --yes let them go.

    The newest capture of a page stays, and so does whatever holds a body or text that others refer to. What crawls
    received beside pages (feeds, robots.txt, answers of 304) goes with what it belongs to, or by its day.

    Example: cleaner archive prune --keep-versions 3 -a archive
    """
    from cleaner.archive import Retention

    retention = Retention(since=as_day("--keep-since", since), versions=versions, max_bytes=size)
    if retention == Retention():
        raise UsageError("nothing says what may go", hint="give --keep-since, --keep-versions or --max-size")
    with opened(archive, saying) as source:
        gone = source.prune(retention) if yes else source.plan_pruning(retention)
    for one in gone.captures:
        row = {"id": one.entry.id, "url": one.entry.url, "captured_at": one.entry.captured_at}
        if saying.json:
            terminal.product_json({**row, "bytes": one.bytes, "why": one.why, "gone": yes})
        else:
            terminal.row(
                f"{one.entry.id}  {one.entry.captured_at[:10]}  {one.bytes:>9} bytes  {one.why}  {one.entry.url}"
            )
    did = "gone" if yes else "would go; --yes lets them go"
    if saying.json and gone.beside:
        terminal.product_json({"beside": gone.beside, "bytes": gone.beside_bytes, "gone": yes})
    size = sum(one.bytes for one in gone.captures) + gone.beside_bytes
    beside = f", {_counted(gone.beside, 'answer')} beside pages" if gone.beside else ""
    terminal.note(f"{_counted(len(gone.captures), 'capture')}{beside}, {size} bytes {did}", wanted=saying.notes)
    return 0


def _counted(number: int, what: str) -> str:
    return f"{number} {what}" if number == 1 else f"{number} {what}s"
