"""`cleaner batch`: WARCs, JSON lines, Parquet and folders of pages in, shards of clean articles out."""

import re
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cleaner.cli import terminal
from cleaner.cli.choices import Cleaning, Saying, with_records
from cleaner.errors import CleanerError, TryLaterError, UsageError
from cleaner.policy import MAX_BYTES

if TYPE_CHECKING:
    from cleaner.jobs.batch import Batch, Report
    from cleaner.jobs.batch.engines import Engine

__all__ = ["batch_command"]

EXIT_SOME_FAILED = 1
EXIT_NO_ARTICLE = 3
_ADDRESS = re.compile(r"[a-z][a-z0-9+.-]+:/", re.IGNORECASE)  # a path has lost one of two slashes
_ERRORS_SHOWN = 20  # of shards that failed; all stand in the manifests


class Rows(StrEnum):
    """What rows are written as."""

    JSONL = "jsonl"
    PARQUET = "parquet"


class EngineName(StrEnum):
    """Where the work is done."""

    LOCAL = "local"
    RAY = "ray"


@dataclass(frozen=True, kw_only=True)
class Making:
    """What is made of the inputs, and where it goes."""

    out: Annotated[Path, typer.Option("--out", metavar="FOLDER", help="The folder of the outputs; made if missing.")]
    form: Annotated[
        Rows, typer.Option("--format", "-f", metavar="FORMAT", show_default=False, help="jsonl (default) or parquet.")
    ] = Rows.JSONL
    field: Annotated[
        str | None, typer.Option(metavar="COLUMN", help="Clean this text column; the others pass through as they are.")
    ] = None
    wet: Annotated[bool, typer.Option("--wet", help="Write WARC conversion records of the texts too.")] = False
    max_bytes: Annotated[
        int, typer.Option(metavar="BYTES", show_default=False, help="Most decoded bytes of one page; default: 64 MiB.")
    ] = MAX_BYTES


@dataclass(frozen=True, kw_only=True)
class Running:
    """Where the work is done."""

    engine: Annotated[
        EngineName, typer.Option(metavar="ENGINE", show_default=False, help="local (default) or ray.")
    ] = EngineName.LOCAL
    ray_address: Annotated[
        str | None, typer.Option(metavar="ADDRESS", help="The Ray cluster, or auto; default: start one here.")
    ] = None
    workers: Annotated[int | None, typer.Option(min=1, metavar="N", help="Worker processes; default: one a core.")] = (
        None
    )
    shard_bytes: Annotated[
        int | None, typer.Option(min=1, metavar="BYTES", help="Input bytes of one shard; default: 64 MiB.")
    ] = None
    no_progress: Annotated[bool, typer.Option("--no-progress", help="Show no progress bar.")] = False


@with_records
def batch_command(
    inputs: Annotated[
        list[str], typer.Argument(metavar="INPUT", help="WARC, JSON lines, Parquet, page, folder, pattern, @LIST.")
    ],
    *,
    making: Making,
    running: Running,
    cleaning: Cleaning,
    saying: Saying,
) -> int:
    """Clean many pages into shards of JSON lines or Parquet.

    What an earlier run finished is skipped; failures.jsonl has every page that could not be cleaned.

    Example: cleaner batch page.html --out clean
    """
    from cleaner.jobs.batch import Report, run_batch

    batch = _batch(inputs, making, running, cleaning)
    report = Report()
    progress = not running.no_progress and saying.notes and terminal.is_watched()
    for outcome in run_batch(batch, _engine(batch, running), report):
        if progress:
            done, rows = report.counts["shards"], report.counts["rows"]
            terminal.note(f"shard {done}  {outcome.shard}  {'skipped' if outcome.skipped else rows}")
    _say(report, making.out, saying)
    return _exit_code(report)


def _batch(inputs: list[str], making: Making, running: Running, cleaning: Cleaning) -> "Batch":
    from cleaner.jobs.batch import Batch
    from cleaner.jobs.batch.files import Output
    from cleaner.jobs.batch.plan import SHARD_BYTES
    from cleaner.jobs.limits import WorkLimits

    if running.ray_address and running.engine is not EngineName.RAY:
        raise UsageError("--ray-address is for --engine ray", hint="add --engine ray")
    if _ADDRESS.match(str(making.out)):
        hint = "write to a folder of this machine or a mounted one, and copy it there"
        raise UsageError("outputs are not written to addresses", where=str(making.out), hint=hint)
    folder = making.out.absolute()
    return Batch(
        inputs=tuple(inputs),
        output=Output(folder=folder, form=making.form.value, field=making.field, wet=making.wet),
        policy=cleaning.policy(making.max_bytes),
        limits=WorkLimits(),
        shard_bytes=running.shard_bytes or SHARD_BYTES,
    )


def _engine(batch: "Batch", running: Running) -> "Engine":
    if running.engine is EngineName.LOCAL:
        from cleaner.jobs.batch.engines import LocalEngine

        return LocalEngine(running.workers, policy=batch.policy, limits=batch.limits)
    from cleaner.jobs.batch.rayengine import RayEngine

    return RayEngine(running.ray_address, running.workers, policy=batch.policy, limits=batch.limits)


def _say(report: "Report", out: Path, saying: Saying) -> None:
    for error in report.errors[:_ERRORS_SHOWN]:
        terminal.report_error(error, json_lines=saying.json)
    counts = report.counts
    if saying.json:
        told = {name: counts[name] for name in ("shards", "skipped", "items", "rows", "empty", "failed")}
        terminal.product_json({"out": str(out), **told, "errors": len(report.errors), "cpu_s": round(report.cpu_s, 1)})
        return
    skipped = f" ({counts['skipped']} of them done before)" if counts["skipped"] else ""
    terminal.note(f"shards    {counts['shards']}{skipped}", wanted=saying.notes)
    terminal.note(f"rows      {counts['rows']} in {out / 'data'}", wanted=saying.notes)
    if counts["empty"] or counts["failed"]:
        text = f"{counts['empty']} without an article, {counts['failed']} failed: {out / 'failures.jsonl'}"
        terminal.note(f"left out  {text}", wanted=saying.notes)


def _exit_code(report: "Report") -> int:
    """75 where trying later helps, the error's own code where one input was all there was, 1 for some of several."""
    errors: list[CleanerError] = report.errors
    if any(isinstance(error, TryLaterError) for error in errors):
        return TryLaterError.exit_code
    if errors:
        return errors[0].exit_code if len(errors) == 1 and not report.counts["rows"] else EXIT_SOME_FAILED
    return 0 if report.counts["rows"] else EXIT_NO_ARTICLE
