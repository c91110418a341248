"""Cleaning in worker processes that can be killed: a page beyond its limits costs its worker, never its neighbours.

    >>> with Workers(2, policy=Policy()) as workers:
    ...     article = workers.clean(page).result()                         # from a thread
    ...     article = await asyncio.wrap_future(workers.clean(page))       # from asyncio

A worker is no sandbox: it bounds what a page may cost, not what a parser's bug may do.
"""

import atexit
import gc
import os
import signal
import threading
import traceback
from collections.abc import Callable
from concurrent.futures import CancelledError, Future
from contextlib import suppress
from dataclasses import dataclass, field
from multiprocessing import connection, get_context
from multiprocessing.connection import Connection
from multiprocessing.context import ForkServerContext
from multiprocessing.process import BaseProcess
from queue import SimpleQueue
from time import monotonic
from typing import TYPE_CHECKING, Any, Self, TypeVar

from cleaner.errors import CleanerError, LimitError
from cleaner.jobs.limits import TRIES, WorkLimits, cap_memory, death, held_to, resident_bytes
from cleaner.jobs.sharing import Packer, Unpacker
from cleaner.model import Page
from cleaner.policy import Policy

if TYPE_CHECKING:
    from cleaner.article import Article, CleanedText

__all__ = ["WorkLimits", "Workers", "is_abandoned"]

T = TypeVar("T")

_END = b""  # sent to a worker that is to end
LOOK_EVERY_S = 0.05  # at a busy worker's memory: at 1 GB/s it grows 50 MB between two looks
GRACE_S = 2.0  # beyond the worker's own clock before it is killed from here
_WARM_UP_S = 120.0  # a machine with everything else to do
_STARTS = 8  # workers that die before their first page, in a row
_CHECK_EVERY = 50  # pages between two looks at an idle worker's memory


class Workers:
    """`count` processes that clean pages under one policy, each page within `limits`; a context manager.

    Every method may be called from any thread; its future may be awaited through `asyncio.wrap_future`. Futures raise
    what `clean` raises, and LimitError with the code `too-slow`, `too-much-cpu`, `too-much-memory` or, where five workers
    in a row died over the same page, `worker-died`. `preload` names modules that all workers share, where this process
    had none before.
    """

    def __init__(
        self,
        count: int | None = None,
        *,
        policy: Policy = Policy(),  # noqa: B008  # frozen, as in `clean`
        limits: WorkLimits = WorkLimits(),  # noqa: B008
        preload: tuple[str, ...] = (),
    ) -> None:
        _context().set_forkserver_preload(["cleaner.jobs.warm", *preload])
        self._jobs: SimpleQueue[_Job | None] = SimpleQueue()
        self._closed = False
        self.count = count or _cores()
        self._hands = [_Hand(self._jobs, policy, limits) for _ in range(self.count)]
        atexit.register(self.stop)  # before multiprocessing ends its children, which would look like deaths

    def clean(
        self, page: Page | bytes | str, url: str | None = None, content_type: str | None = None
    ) -> "Future[Article]":
        """The article of the page, as `cleaner.clean` would return it."""
        where = page.url if isinstance(page, Page) else url
        return self.call(_clean, page, url, content_type, where=where)

    def clean_text(self, text: str) -> "Future[CleanedText]":
        """The cleaned text, as `cleaner.clean_text` would return it."""
        return self.call(_clean_text, text)

    def call(self, task: Callable[..., T], *args: object, where: str | None = None) -> "Future[T]":
        """What the task returns, called in a worker with the policy and `args`, within the limits of one page.

        Task, arguments and result are pickled, a policy among them once a worker; `where` is what errors name. A worker
        killed from outside costs one try.
        """
        return self._put(_Job(task, args, where=where))

    def run(self, task: Callable[..., T], *args: object) -> "Future[T]":
        """What the task returns, called in a worker with the policy and `args`; no clock but its own runs.

        Task, arguments and result are pickled. A worker that dies is not tried again: the task knows what it has done.
        """
        return self._put(_Job(task, args, timed=False, tries=1))

    def _put(self, job: "_Job") -> "Future[Any]":
        if self._closed:
            raise RuntimeError("these workers are closed")
        self._jobs.put(job)
        return job.future

    @property
    def pids(self) -> tuple[int, ...]:
        """Process ids of the workers that are alive now."""
        return tuple(pid for hand in self._hands if (pid := hand.pid) is not None)

    def close(self) -> None:
        """Nothing; what was asked for has been done, and the workers have ended."""
        if not self._closed:
            self._closed = True
            for _ in self._hands:
                self._jobs.put(None)
        for hand in self._hands:
            hand.join()
        atexit.unregister(self.stop)

    def stop(self) -> None:
        """Nothing; the workers have been killed, and what was still to be done is cancelled."""
        for hand in self._hands:
            hand.stop()
        self.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        if kind is None:
            self.close()
        else:
            self.stop()


class _Job:
    """One call to be made in a worker, and the future of what comes back."""

    def __init__(
        self,
        task: Callable[..., Any],
        args: tuple[Any, ...],
        *,
        where: str | None = None,
        timed: bool = True,
        tries: int = TRIES,
    ) -> None:
        self.task, self.args, self.where, self.timed, self.tries = task, args, where, timed, tries
        self.future: Future[Any] = Future()

    def fail(self, error: BaseException) -> None:
        """Nothing; the future raises the error, which says where it happened."""
        if isinstance(error, CleanerError):
            error.where = error.where or self.where
        self.future.set_exception(error)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Worker:
    """One process, this end of the pipe to it, and what went through it once and for all."""

    process: BaseProcess
    pipe: Connection
    packer: Packer = field(default_factory=Packer)

    @property
    def pid(self) -> int:
        assert self.process.pid is not None, "it was started"
        return self.process.pid

    def ended(self) -> int | None:
        """Its exit code; it has been killed, where it had not ended by itself."""
        self.process.join(GRACE_S if self.pipe.closed else 0.2)
        self.process.kill()
        self.process.join()
        self.pipe.close()
        return self.process.exitcode


class _DiedError(Exception):
    """The worker is gone; carries why, as the page's own error, and whether that was the page's own doing."""

    def __init__(self, error: LimitError) -> None:
        super().__init__(error)
        self.error = error
        self.own_fault = error.code != "worker-died"


class _Hand:
    """The thread that owns one worker: it hands over a page, waits no longer than it may, and replaces a dead worker."""

    def __init__(self, jobs: "SimpleQueue[_Job | None]", policy: Policy, limits: WorkLimits) -> None:
        self._jobs, self._policy, self._limits = jobs, policy, limits
        self._worker: _Worker | None = None
        self._stopped = threading.Event()
        self._served = 0
        self._thread = threading.Thread(target=self._serve_all, name="cleaner-worker", daemon=True)
        self._thread.start()

    @property
    def pid(self) -> int | None:
        worker = self._worker
        return worker.pid if worker is not None and worker.process.is_alive() else None

    def stop(self) -> None:
        """Nothing; the worker is killed, and every job from now on is cancelled."""
        self._stopped.set()
        worker = self._worker
        if worker is not None:
            worker.process.kill()

    def join(self) -> None:
        """Nothing; the queue has said that it is over, and the worker has ended."""
        self._thread.join()

    def _serve_all(self) -> None:
        with suppress(Exception):
            self._ready()  # warm before the first page comes; where that fails the first page will tell
        while (job := self._jobs.get()) is not None:
            if self._stopped.is_set():
                job.future.cancel()
            if job.future.set_running_or_notify_cancel():
                self._serve(job)
        if self._worker is not None:
            self._retire(self._worker)

    def _serve(self, job: _Job) -> None:
        for tries_left in reversed(range(job.tries)):
            try:
                succeeded, value = self._carried(self._ready(), job)
            except _DiedError as died:
                if self._stopped.is_set():
                    return job.future.set_exception(CancelledError())
                if died.own_fault or not tries_left:
                    return job.fail(died.error)
            except Exception as error:  # noqa: BLE001  # what cannot be pickled, or no worker can be had
                return job.fail(error)
            else:
                return job.future.set_result(value) if succeeded else job.fail(value)
        return None

    def _carried(self, worker: _Worker, job: _Job) -> tuple[bool, Any]:
        """Whether the call succeeded, and its result or error; raises _DiedError where the worker did not survive it."""
        limits = self._limits if job.timed else None
        try:
            worker.pipe.send_bytes(worker.packer.packed((job.task, job.args, limits)))
        except OSError as error:
            raise self._died() from error
        last = monotonic() + self._limits.wall_s + GRACE_S
        while not connection.wait([worker.pipe, worker.process.sentinel], LOOK_EVERY_S):
            if resident_bytes(worker.pid) > self._limits.memory_bytes:
                raise self._died(outgrown=True)
            if job.timed and monotonic() > last:
                raise self._died(exit_code=-signal.SIGALRM)
        try:
            answer: tuple[bool, Any] = worker.pipe.recv()
        except (EOFError, OSError) as error:
            raise self._died() from error
        self._served += 1
        if (not job.timed or self._served % _CHECK_EVERY == 0) and resident_bytes(
            worker.pid
        ) > self._limits.memory_bytes // 2:
            self._retire(worker)
        return answer

    def _died(self, *, outgrown: bool = False, exit_code: int | None = None) -> _DiedError:
        worker, self._worker = self._worker, None
        assert worker is not None, "only a worker dies"
        if outgrown or exit_code is not None:
            worker.process.kill()
        ended = worker.ended()
        return _DiedError(death(ended if exit_code is None else exit_code, self._limits, outgrown=outgrown))

    def _ready(self) -> _Worker:
        """The worker, warm; a new one where there is none. Raises LimitError where several in a row die at their start."""
        for _ in range(_STARTS):
            if self._worker is not None and self._worker.process.is_alive():
                return self._worker
            if self._stopped.is_set():
                raise CancelledError
            self._worker = self._started()
            with suppress(EOFError, OSError):
                if self._worker.pipe.poll(_WARM_UP_S):
                    succeeded, error = self._worker.pipe.recv()
                    if succeeded:
                        return self._worker
                    raise error
            self._worker.ended()
            self._worker = None
        hint = 'is there memory left? and does your own program begin its work under `if __name__ == "__main__"`?'
        raise LimitError("no worker comes up", code="worker-died", hint=hint)

    def _started(self) -> _Worker:
        context = _context()
        ours, theirs = context.Pipe()
        process = context.Process(target=_work, args=(theirs, self._policy, self._limits), daemon=True)
        process.start()
        theirs.close()
        return _Worker(process=process, pipe=ours)

    def _retire(self, worker: _Worker) -> None:
        self._worker = None
        with suppress(OSError):
            worker.pipe.send_bytes(_END)
        worker.pipe.close()
        worker.ended()


def _context() -> ForkServerContext:
    """Workers are forked from a server that is warm already, never from this process, whose threads a fork would break."""
    return get_context("forkserver")


def _cores() -> int:
    """The cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


_lifeline: list[Connection] = []  # in a worker: its pipe to whoever it works for


def is_abandoned() -> bool:
    """Whether this process is a worker whose parent has gone, so that nobody waits for what it does."""
    return any(pipe.poll() for pipe in _lifeline)  # a parent sends nothing while its worker is busy


def _work(pipe: Connection, policy: Policy, limits: WorkLimits) -> None:
    """Nothing; a worker's life: warm up, then one call after another until the pipe closes."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # a person's Ctrl-C is for the parent, which ends its workers
    for number in (signal.SIGALRM, signal.SIGPROF, signal.SIGTERM):
        signal.signal(number, signal.SIG_DFL)
    _lifeline.append(pipe)
    try:
        _settle(policy, limits)
        pipe.send((True, None))
    except Exception as error:  # noqa: BLE001  # a policy that does not compile is the caller's to hear of
        pipe.send((False, portable(error)))
        return
    unpacker = Unpacker()
    with suppress(EOFError, OSError):  # the parent is gone
        while message := pipe.recv_bytes():
            _answer(pipe, unpacker.unpacked(message), policy)


def _settle(policy: Policy, limits: WorkLimits) -> None:
    from cleaner.jobs.warm import warm_up

    if policy != Policy():
        gc.unfreeze()
        warm_up(policy)
    cap_memory(limits)


def _answer(
    pipe: Connection, message: tuple[Callable[..., Any], tuple[Any, ...], WorkLimits | None], policy: Policy
) -> None:
    task, args, limits = message
    answer: tuple[bool, Any]
    try:
        if limits is None:
            answer = (True, task(policy, *args))
        else:
            with held_to(limits):
                answer = (True, task(policy, *args))
    except Exception as error:  # noqa: BLE001  # it travels to whoever asked
        answer = (False, portable(error))
    try:
        pipe.send(answer)
    except (OSError, EOFError):
        raise
    except Exception as error:  # noqa: BLE001  # pickle raises what it likes
        pipe.send((False, CleanerError(f"what a worker made cannot be sent: {error}", code="internal")))


def portable(error: Exception) -> Exception:
    """The error as it can be sent, with the traceback of this process among its notes where it is a bug."""
    if not isinstance(error, CleanerError):
        error.add_note("in a worker:\n" + "".join(traceback.format_exception(error)))
    return error


def _clean(policy: Policy, page: Page | bytes | str, url: str | None, content_type: str | None) -> "Article":
    from cleaner.pipeline import clean

    return clean(page, url, content_type, policy=policy)


def _clean_text(policy: Policy, text: str) -> "CleanedText":
    from cleaner.pipeline import clean_text

    return clean_text(text, policy=policy)
