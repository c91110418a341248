"""`cleaner crawl`: one run of a configured crawl, for cron and for people who watch."""

import asyncio
import signal
import sys
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from time import time
from typing import TYPE_CHECKING, Annotated, Any, Protocol

import typer

from cleaner.cli import terminal
from cleaner.cli.choices import Saying, with_records
from cleaner.cli.disk import output_error
from cleaner.errors import InputError, TryLaterError, UsageError

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator

    from cleaner.jobs.crawl import Crawl, CrawlConfig, CrawlResult, Report
    from cleaner.policy import Policy

__all__ = ["crawl_command"]

EXIT_SOURCE_FAILED = 1
EXIT_INTERRUPTED = 130


class IfRunning(StrEnum):
    """What to do while another run of the same crawl is under way."""

    SKIP = "skip"
    WAIT = "wait"


@dataclass(frozen=True, kw_only=True)
class Running:
    """Which part of the crawl runs, and how."""

    check: Annotated[bool, typer.Option("--check", help="Only say whether the configuration is sound.")] = False
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show what would be done; change nothing.")] = False
    source: Annotated[
        list[str], typer.Option("--source", metavar="NAME", help="Run this source only (repeatable).")
    ] = ()  # type: ignore[assignment]
    max_pages: Annotated[
        int | None, typer.Option("--max-pages", metavar="N", min=1, help="Fetch at most this many pages.")
    ] = None
    metrics: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Write the run's figures there, for Prometheus.")
    ] = None
    if_running: Annotated[
        IfRunning, typer.Option("--if-running", help="While another run is under way: leave with 75, or wait.")
    ] = IfRunning.SKIP
    allow_host: Annotated[
        list[str],
        typer.Option("--allow-host", metavar="HOST:PORT", help="Reach this host though it is not public (repeatable)."),
    ] = ()  # type: ignore[assignment]
    no_progress: Annotated[bool, typer.Option("--no-progress", help="Show no progress bar.")] = False


@with_records
def crawl_command(
    config: Annotated[Path, typer.Argument(metavar="CONFIG.toml", help="The crawl's configuration file.")],
    *,
    running: Running,
    saying: Saying,
) -> int:
    """Fetch what is new or changed on the configured sites, clean it, and archive it.

    Made for cron: the last line has the figures, -q leaves only errors. The same command resumes after any crash.

    Example: cleaner crawl crawl.toml --check
    """
    from cleaner.jobs.crawl import Crawl

    read = _read(config, running)
    crawl = Crawl(read, sources=running.source, max_pages=running.max_pages, if_running=running.if_running.value)
    if running.check:
        return _checked(read, saying)
    if running.dry_run:
        return asyncio.run(_plan(crawl, saying))
    return asyncio.run(_crawl(crawl, running, saying))


def _read(file: Path, running: Running) -> "CrawlConfig":
    import msgspec

    from cleaner.jobs.crawl import read_config

    read = read_config(file)
    read = msgspec.structs.replace(read, allow_hosts=(*read.allow_hosts, *running.allow_host))
    read.fetch_options()  # refuses a host that cannot be meant
    if running.metrics and not running.metrics.absolute().parent.is_dir():
        raise UsageError("there is no such folder", where=str(running.metrics.parent), hint="--metrics wants FILE")
    return read


def _checked(read: "CrawlConfig", saying: Saying) -> int:
    for source in read.source:
        if source.url_file and not Path(source.url_file).is_file():  # a run that lacks it does the other sources
            raise InputError("no such file", where=source.url_file, hint=f"the url_file of source {source.name!r}")
        for off in _unknown_rules(source.cleaning(read.limits.max_bytes, Path(read.archive))):
            # No error: an update may have taken the rule out, and the run goes on without it.
            terminal.note(f"cleaner: warning: source {source.name!r} switches off {off!r}, and there is no such rule")
    if saying.json:
        terminal.product_json({"sound": True, "archive": read.archive, "sources": [s.name for s in read.source]})
    else:
        names = ", ".join(source.name for source in read.source)
        sources = "1 source" if len(read.source) == 1 else f"{len(read.source)} sources"
        terminal.row(f"sound: {sources} ({names}) into {read.archive}")
    return 0


def _unknown_rules(policy: "Policy") -> list[str]:
    """What the policy switches off and no rule is called."""
    from cleaner.boilerplate.rules import shipped_rules
    from cleaner.pipeline import MODEL

    own = (*policy.rules, *(rule for site in policy.sites for rule in site.all_rules()))
    return sorted(policy.off - {MODEL, *(rule.id for rule in (*shipped_rules(), *own))})


async def _plan(crawl: "Crawl", saying: Saying) -> int:
    count = 0
    async for planned in crawl.plan():
        count += not planned.why.startswith("document")
        if saying.json:
            row = {"event": "plan", "url": planned.url, "source": planned.source, "why": planned.why}
            terminal.product_json(row)
        else:
            terminal.row(f"{planned.why:40} {planned.url}")
    _say_beside(crawl, 0, saying)
    terminal.note(f"{count} pages would be looked at", wanted=saying.notes)
    return EXIT_SOURCE_FAILED if crawl.report.failed_sources else 0


async def _crawl(crawl: "Crawl", running: Running, saying: Saying) -> int:
    _end_gently(crawl)
    try:
        async with crawl:
            for warning in crawl.warnings:
                terminal.note(f"cleaner: warning: {warning}", wanted=saying.notes)
            said = len(crawl.warnings)
            with _shown(saying, running) as bar:
                async for result in _results(crawl):
                    _say(result, saying)
                    bar.step(crawl.report)
        _say_beside(crawl, said, saying)
    except TryLaterError as error:
        if error.code != "stopped":  # before it had begun
            raise
    finally:
        if running.metrics and crawl.known is not None:
            # Also of a run that found nothing to ask for: an alarm looks at how old the file is.
            _write_metrics(running.metrics, crawl, crawl.known)
    _say_end(crawl, saying)
    if crawl.report.stopped:
        return EXIT_INTERRUPTED
    return EXIT_SOURCE_FAILED if crawl.report.failed_sources else 0


async def _results(crawl: "Crawl") -> "AsyncIterator[CrawlResult]":
    async for result in crawl:
        yield result


def _end_gently(crawl: "Crawl") -> None:
    """Nothing; SIGTERM and Ctrl-C end the run as soon as what is under way has ended, a second one at once."""
    loop = asyncio.get_running_loop()

    def end(number: int) -> None:
        crawl.stop()
        loop.remove_signal_handler(number)

    for number in (signal.SIGTERM, signal.SIGINT):
        with suppress(ValueError, RuntimeError):  # not in the main thread: whoever runs us minds the signals
            loop.add_signal_handler(number, end, number)


def _write_metrics(path: Path, crawl: "Crawl", known: int) -> None:
    from cleaner.jobs.crawl import write_metrics

    try:
        write_metrics(path, crawl.report, crawl=crawl.config.name, known=known, ended_at=time())
    except OSError as error:
        raise output_error(error, str(path)) from error


def _say_beside(crawl: "Crawl", said: int, saying: Saying) -> None:
    """The warnings but for the first `said` ones, and the sources that did not run."""
    for warning in crawl.warnings[said:]:
        terminal.note(f"cleaner: warning: {warning}", wanted=saying.notes)
    if crawl.report.skipped:
        terminal.note(f"not due yet: {', '.join(crawl.report.skipped)}", wanted=saying.notes)


def _say(result: "CrawlResult", saying: Saying) -> None:
    """A JSON event for each page; for people only what went wrong with feeds and sitemaps, the rest is in the figures."""
    if saying.json:
        terminal.product_json(result.row())
    elif result.document and result.error:
        terminal.report_error(result.error)


def _say_end(crawl: "Crawl", saying: Saying) -> None:
    report = crawl.report
    if saying.json:
        terminal.product_json(report.row())
        return
    if len(report.sources) > 1 and not saying.quiet:
        for name, figures in report.sources.items():
            terminal.row(f"{name}: {figures.line()}")
    for name in report.failed_sources:
        last = report.sources[name].error
        why = f"; the last error: {last}" if last else ""
        terminal.note(f"cleaner: error[source-failed]: {name}: nothing of this source could be had{why}")
    if not saying.quiet:
        terminal.row(("stopped: " if report.stopped else "done: ") + report.whole.line())


class _Bar(Protocol):
    """What shows how far the run is."""

    def step(self, report: "Report") -> None: ...


class _NoBar:
    def step(self, report: "Report") -> None:
        """Nothing is shown."""


class _RichBar:
    def __init__(self, progress: Any) -> None:
        self._progress = progress
        self._task = progress.add_task("", total=None)

    def step(self, report: "Report") -> None:
        self._progress.update(self._task, completed=report.whole.pages, description=report.whole.line())


@contextmanager
def _shown(saying: Saying, running: Running) -> "Iterator[_Bar]":
    """A progress bar on a terminal; nothing where nobody watches."""
    if not saying.notes or running.no_progress or not sys.stderr.isatty():
        yield _NoBar()
        return
    from rich.console import Console
    from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    columns = (SpinnerColumn(), TextColumn("{task.description}", markup=False), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        yield _RichBar(progress)
