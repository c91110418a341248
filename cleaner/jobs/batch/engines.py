"""Where shards are worked on: `local` over the cores of this machine, `ray` over a cluster; the same work, the same outputs.

An engine takes works and gives outcomes as they come; a worker that dies costs the item it died over, at most.
"""

from collections.abc import Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from itertools import islice
from typing import Protocol

from cleaner.errors import CleanerError, LimitError
from cleaner.jobs.batch.shard import Outcome, Work, clean_shard
from cleaner.jobs.workers import Workers, WorkLimits
from cleaner.policy import Policy

__all__ = ["PRELOAD", "Engine", "LocalEngine", "supervise"]

PRELOAD = ("cleaner.jobs.batch.warm",)
_STALLS = 6  # deaths in a row that brought nothing and no item explains, before a shard is given up
_AHEAD = 2  # shards handed out for each worker, so that none waits for the next


class Engine(Protocol):
    """Whatever gets works done."""

    def run(self, works: Iterable[Work]) -> Iterator[Outcome]:
        """The outcome of each work, in the order in which they end."""
        ...


class LocalEngine:
    """This machine: `count` workers (None: one a core) that live as long as the run."""

    def __init__(
        self,
        count: int | None,
        *,
        policy: Policy,
        limits: WorkLimits,
    ) -> None:
        self._count, self._policy, self._limits = count, policy, limits

    def run(self, works: Iterable[Work]) -> Iterator[Outcome]:
        """The outcome of each work, in the order in which they end."""
        with (
            Workers(self._count, policy=self._policy, limits=self._limits, preload=PRELOAD) as workers,
            ThreadPoolExecutor(workers.count, thread_name_prefix="shard") as threads,
        ):
            waiting = iter(works)
            running: set[Future[Outcome]] = set()
            try:
                while True:
                    free = workers.count * _AHEAD - len(running)
                    running |= {threads.submit(supervise, workers, work) for work in islice(waiting, free)}
                    if not running:
                        return
                    ended, running = wait(running, return_when=FIRST_COMPLETED)
                    for future in ended:
                        yield future.result()
            finally:
                if running:  # interrupted: what waits is dropped, and what runs ends with its worker
                    threads.shutdown(wait=False, cancel_futures=True)
                    workers.stop()


def supervise(workers: Workers, work: Work) -> Outcome:
    """The outcome of the work, handed to one worker after another as long as each gets further than the one before."""
    killer: str | None = None
    stalls, size = 0, -1
    while True:
        try:
            outcome = workers.run(clean_shard, work, killer).result()
        except LimitError as death:
            killer = death.code
            grown = _spool_size(work)
            stalls, size = (stalls + 1 if grown == size else 0), grown
            if stalls >= _STALLS:
                return Outcome(shard=work.shard.name, source=work.shard.source, error=death)
        except CleanerError as error:
            return Outcome(shard=work.shard.name, source=work.shard.source, error=error)
        except Exception as error:  # noqa: BLE001  # a bug met in one of many shards; the others are done
            bug = CleanerError(f"{type(error).__name__}: {error}", where=work.shard.source, code="internal")
            return Outcome(shard=work.shard.name, source=work.shard.source, error=bug)
        else:
            if not outcome.again:
                return outcome
            killer = None


def _spool_size(work: Work) -> int:
    try:
        return work.output.spool(work.shard.name).stat().st_size
    except OSError:
        return 0
