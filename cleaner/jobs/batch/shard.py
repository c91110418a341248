"""The work of one shard, inside a worker: items in, a spool that outlives the worker, outputs that appear whole.

The spool has a sign for each item that was begun, with its place, and a line for what came of it. A worker that takes over
from a dead one enters the input at that place and goes on behind the last line; an item that was begun and has none was the
other's death.
"""

import fcntl
import os
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, BinaryIO

from cleaner.archive.disk import FULL, on_disk, write_whole
from cleaner.errors import CleanerError, LimitError, TryLaterError
from cleaner.jobs.batch import rows
from cleaner.jobs.batch.files import EMPTY, FAILED, ROW, Output, commit
from cleaner.jobs.batch.plan import Shard
from cleaner.jobs.batch.read import Item, Place, items_from
from cleaner.jobs.limits import TRIES, WorkLimits, held_to, resident_bytes
from cleaner.jobs.workers import is_abandoned
from cleaner.model import Page
from cleaner.pipeline import clean, clean_text
from cleaner.policy import Policy

__all__ = ["Outcome", "Work", "clean_shard"]

_BEGUN = ord("@")
# The clocks of an item run for it alone; memory its neighbours filled too.
_TRIES_BY_CODE = {"too-slow": 1, "too-much-cpu": 1, "too-much-memory": 2}
_LOCK_S = 90.0  # longer than a worker that lost its parent takes to end its item
_LOOK_EVERY = 20  # items between two looks at this process's memory


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """One shard, what is to be made of it, and `key`, a digest of everything that decides what that will be."""

    shard: Shard
    output: Output
    key: str
    version: str
    limits: WorkLimits


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What came of a shard: its items, of which some are rows, some pages without an article, some failures.

    `error` is what ended it early. `again` asks for a fresh worker, which goes on where this one stopped.
    """

    shard: str
    source: str
    items: int = 0
    rows: int = 0
    empty: int = 0
    failed: int = 0
    cpu_s: float = 0.0
    error: CleanerError | None = None
    skipped: bool = False
    again: bool = False


def clean_shard(policy: Policy, work: Work, killer: str | None = None) -> Outcome:
    """The outcome, with the outputs committed; `killer` is the code under which this shard's last worker died."""
    started = time.process_time()
    name, source = work.shard.name, work.shard.source
    try:
        with on_disk(work.output.folder), _opened(work) as spool:
            progress = _Progress(work, spool, killer)
            error = progress.go_on(policy)
            if progress.outgrown:
                return Outcome(shard=name, source=source, again=True)
            counts = progress.counts
            if counts or error is None:
                commit(work.output, work.shard, _told(work, counts, error), progress.entries())
            work.output.spool(name).unlink(missing_ok=True)
    except CleanerError as failure:
        return Outcome(shard=name, source=source, error=failure)
    return Outcome(
        shard=name,
        source=source,
        items=counts.total(),
        rows=counts[ROW],
        empty=counts[EMPTY],
        failed=counts[FAILED],
        cpu_s=round(time.process_time() - started, 3),
        error=error,
    )


def _told(work: Work, counts: "Counter[int]", error: CleanerError | None) -> dict[str, Any]:
    named = {"items": counts.total(), "rows": counts[ROW], "empty": counts[EMPTY], "failed": counts[FAILED]}
    failure = {"code": error.code, "message": error.message, "where": error.where} if error else None
    return {"key": work.key, "version": work.version, "counts": named, "error": failure}


@contextmanager
def _opened(work: Work) -> Iterator[BinaryIO]:
    """The shard's spool, this worker's alone; a new one where the old was made for other outputs."""
    path = work.output.spool(work.shard.name)
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a+b", buffering=0) as spool:
        _lock(spool, work.shard.name)
        head = f"#{work.key}\n".encode("ascii")
        spool.seek(0)
        if spool.read(len(head)) != head:
            spool.truncate(0)
            spool.write(head)
        yield spool


def _lock(spool: BinaryIO, name: str) -> None:
    """Nothing; no other worker writes to it. A dead worker's orphan lets go after its item; raises TryLaterError beyond that."""
    last = time.monotonic() + _LOCK_S
    while True:
        try:
            return fcntl.flock(spool, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            if time.monotonic() > last:
                raise TryLaterError("another run works on this shard", where=name, code="locked") from error
            time.sleep(0.1)


def _place_of(line: bytes) -> Place | None:
    """The place in the sign of an item that was begun; spools of earlier programs have none."""
    told = line[1:].split()
    return Place(offset=int(told[0]), number=int(told[1])) if told else None


class _Progress:
    """How far a shard has come, as its spool tells."""

    def __init__(self, work: Work, spool: BinaryIO, killer: str | None) -> None:
        self._work, self._spool, self._killer = work, spool, killer
        self.counts: Counter[int] = Counter()
        self.outgrown = False
        self._tries = 0  # of the item that comes next
        self._place: Place | None = None  # of the last item that was begun
        whole = 0
        spool.seek(0)
        for line in self._lines():
            if not line.endswith(b"\n"):
                break
            whole += len(line)
            if line[0] == _BEGUN:
                self._tries, self._place = self._tries + 1, _place_of(line) or self._place
                continue
            self._tries = 0
            if line[0] in (ROW, FAILED, EMPTY):
                self.counts[line[0]] += 1
        spool.truncate(whole)
        if killer is None:
            self._tries = 0  # the whole run was ended; that says nothing about the item

    def _lines(self) -> Iterator[bytes]:
        with open(self._spool.fileno(), "rb", closefd=False) as lines:
            lines.seek(0)
            yield from lines

    def entries(self) -> Iterator[tuple[int, bytes]]:
        """What became of each item, in order."""
        return ((line[0], line[1:-1]) for line in self._lines() if line[0] in (ROW, FAILED, EMPTY))

    def go_on(self, policy: Policy) -> CleanerError | None:
        """Why the input could not be read to its end; None where it was, or where this worker has grown too large."""
        done, field = self.counts.total(), self._work.output.field
        try:
            for number, item in items_from(self._place, self._work.shard, field, policy.limits.max_bytes):
                if self._place is None or item.offset != self._place.offset:
                    self._place = Place(offset=item.offset, number=number)
                if number < done:
                    continue
                if is_abandoned():
                    raise SystemExit  # whoever asked is gone, and somebody else may be at work on this already
                if number % _LOOK_EVERY == 0 and number > done and self._is_large():
                    self.outgrown = True
                    return None
                kind, row = self._became(item, policy)
                self.counts[kind] += 1
                self._put(b"%c%s\n" % (kind, rows.encoded(row)))
        except CleanerError as error:
            return error
        return None

    def _put(self, line: bytes) -> None:
        write_whole(self._spool.fileno(), line)  # a disk about to be full takes the half of it, and says no at the rest

    def _is_large(self) -> bool:
        return resident_bytes(os.getpid()) > self._work.limits.memory_bytes // 2

    def _became(self, item: Item, policy: Policy) -> tuple[int, dict[str, Any]]:
        """What the item became, and its row."""
        tries, self._tries = self._tries, 0
        if tries and tries >= _TRIES_BY_CODE.get(self._killer or "", TRIES):
            return FAILED, rows.failure_row(item, LimitError("ended its worker", code=self._killer))
        if isinstance(item.content, CleanerError):
            return FAILED, rows.failure_row(item, item.content)
        place = self._place or Place(offset=item.offset, number=0)
        self._put(b"%c%d %d\n" % (_BEGUN, place.offset, place.number))
        try:
            with held_to(self._work.limits):
                return self._row(item, item.content, policy)
        except CleanerError as error:
            return FAILED, rows.failure_row(item, error)
        except Exception as error:
            if isinstance(error, OSError) and error.errno in FULL:  # not the page's doing: the shard is tried again
                raise OSError(error.errno, error.strerror, tempfile.gettempdir()) from error
            # A bug met on one of a million pages is a row, with its name.
            return FAILED, rows.failure_row(item, CleanerError(f"{type(error).__name__}: {error}", code="internal"))

    def _row(self, item: Item, content: Page | str | None, policy: Policy) -> tuple[int, dict[str, Any]]:
        field = self._work.output.field
        if not isinstance(content, Page):
            row = rows.text_row(None if content is None else clean_text(content, policy=policy))
            return ROW, rows.cleaned_columns(item, field, row) if field and item.columns is not None else row
        article = clean(content, policy=policy)
        if article.reason is not None:
            why = CleanerError(article.reason.evidence, code=str(article.reason.code))
            return EMPTY, rows.failure_row(item, why)
        return ROW, rows.article_row(article, item, self._work.version)
