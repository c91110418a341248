"""A batch: inputs cut into shards, those that are not done yet handed to an engine, and a report of what came of all."""

import fcntl
import hashlib
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.metadata import version

from cleaner.archive.disk import on_disk
from cleaner.errors import CleanerError, InputError, TryLaterError, UsageError
from cleaner.jobs.batch.engines import Engine
from cleaner.jobs.batch.files import Output, is_done, join_failures, remove_stale
from cleaner.jobs.batch.plan import SHARD_BYTES, Shard, plan
from cleaner.jobs.batch.shard import Outcome, Work
from cleaner.jobs.limits import WorkLimits
from cleaner.policy import Policy, settled

__all__ = ["Batch", "Report", "run_batch"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """What is to be cleaned, how, and where it goes."""

    inputs: tuple[str, ...]
    output: Output
    policy: Policy
    limits: WorkLimits
    shard_bytes: int = SHARD_BYTES


class Report:
    """What came of all shards so far: counts, and one error for each shard or input that was not done."""

    def __init__(self) -> None:
        self.counts: Counter[str] = Counter()
        self.errors: list[CleanerError] = []
        self.cpu_s = 0.0
        self._items: Counter[str] = Counter()  # by source

    def add(self, outcome: Outcome) -> None:
        """Nothing; the outcome is counted."""
        told = {name: getattr(outcome, name) for name in ("items", "rows", "empty", "failed")}
        self.counts.update({**told, "shards": 1, "skipped": int(outcome.skipped)})
        self.cpu_s += outcome.cpu_s
        self._items[outcome.source] += outcome.items
        if outcome.error is not None:
            outcome.error.where = outcome.error.where or outcome.source
            self.errors.append(outcome.error)
            self._items[outcome.source] += 1  # it has been named; it is not empty as well

    def finish(self) -> None:
        """Nothing; sources that held nothing at all are named among the errors."""
        for source, items in self._items.items():
            if not items:
                hint = "pages of a WARC are its HTML responses and resources"
                self.errors.append(InputError("no page or text is in it", where=source, hint=hint, code="empty"))


def run_batch(batch: Batch, engine: Engine, report: Report) -> Iterator[Outcome]:
    """The outcome of each shard as it comes, skipped ones first; the report is whole when all have come.

    A shard whose outputs are whole, made from the same input under the same rules, is skipped. Raises UsageError for
    outputs that cannot be meant, TryLaterError where another run has the folder, ArchiveError where it cannot be written.
    """
    _check(batch.output)
    with on_disk(batch.output.folder), _own(batch.output):
        made_by = version("article-cleaner")
        decides = _decides(batch, made_by)
        shards = list(_planned(batch, report))
        remove_stale(batch.output, {shard.source for shard in shards}, {shard.name for shard in shards})
        waiting: list[Work] = []
        for shard in shards:
            key = hashlib.sha256(f"{decides} {shard!r}".encode("utf-8", "replace")).hexdigest()
            work = Work(shard=shard, output=batch.output, key=key, version=made_by, limits=batch.limits)
            counts = is_done(batch.output, shard, work.key)
            if counts is None:
                waiting.append(work)
                continue
            outcome = Outcome(shard=shard.name, source=shard.source, skipped=True, **counts)  # type: ignore[arg-type]
            report.add(outcome)
            yield outcome
        for outcome in engine.run(waiting):
            report.add(outcome)
            yield outcome
        report.finish()
        join_failures(batch.output, (shard.name for shard in shards))


def _check(output: Output) -> None:
    if output.wet and output.field:
        raise UsageError("a WET holds pages, not columns", hint="leave out --wet or --field")


def _planned(batch: Batch, report: Report) -> Iterator[Shard]:
    for shard in plan(batch.inputs, batch.shard_bytes):
        if isinstance(shard, CleanerError):
            report.errors.append(shard)
        elif (misfit := _misfit(shard, batch.output)) is not None:
            report.errors.append(misfit)
        else:
            yield shard


def _misfit(shard: Shard, output: Output) -> CleanerError | None:
    """Why this input cannot become such an output."""
    if not output.field:
        return None
    if shard.kind not in {"jsonl", "parquet"}:
        return UsageError("it has no columns", where=shard.source, hint="leave out --field for pages")
    if shard.kind != output.form:
        hint = f"write -f {shard.kind}: the other columns pass through as they are"
        return UsageError(f"{shard.kind} does not become {output.form}", where=shard.source, hint=hint)
    return None


def _decides(batch: Batch, made_by: str) -> str:
    """Everything beside the input that decides what the outputs will be."""
    output = batch.output
    return repr((output.form, output.field, output.wet, settled(batch.policy), _rules(batch.policy), made_by))


def _rules(policy: Policy) -> tuple[str, str]:
    """The versions of the rules and the model that decide."""
    from cleaner.boilerplate.scorer import shipped_scorer
    from cleaner.pipeline import MODEL, rule_set

    scorer = None if MODEL in policy.off else shipped_scorer()
    return rule_set(policy.rules, policy.off).version, scorer.version if scorer else ""


@contextmanager
def _own(output: Output) -> Iterator[None]:
    """The body with the folder to itself."""
    output.folder.mkdir(parents=True, exist_ok=True)
    with (output.folder / ".lock").open("wb") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise TryLaterError("another batch writes there", where=str(output.folder), code="locked") from error
        yield
