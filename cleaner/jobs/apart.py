"""Cleaning one page after the other in processes of their own that are killed beyond their limits; for commands of few pages.

A command of one page cannot wait for a worker to load all that it has loaded itself: where it has but one thread, it
forks for each page, which costs some hundredths of a second. Elsewhere the pages go to one of the Workers.
"""

import gc
import multiprocessing
import os
import signal
import sys
import threading
from contextlib import suppress
from dataclasses import replace
from multiprocessing import connection
from multiprocessing.connection import Connection
from time import monotonic
from typing import TYPE_CHECKING, Any, NoReturn, Self

from cleaner.errors import CleanerError
from cleaner.jobs.limits import WorkLimits, cap_memory, death, held_to, resident_bytes
from cleaner.jobs.workers import GRACE_S, LOOK_EVERY_S, Workers, portable
from cleaner.model import Page
from cleaner.policy import Policy

if TYPE_CHECKING:
    from cleaner.article import Article

__all__ = ["Apart"]


class Apart:
    """What `cleaner.clean` does, done in another process; a context manager.

    Raises what `clean` raises, and LimitError for a page that cost too much, as Workers do; the next page is not touched.
    """

    def __init__(self, limits: WorkLimits = WorkLimits()) -> None:  # noqa: B008  # frozen
        self._limits = limits
        self._workers: Workers | None = None
        self._lock = threading.Lock()

    def __call__(self, page: Page, policy: Policy) -> "Article":
        """The page's article."""
        # The exchanges stay here: what cleans needs the content alone.
        bare = replace(page, exchanges=())
        # macOS' own libraries do not survive a fork, and a lock that another thread holds is held for ever in the child.
        if sys.platform == "linux" and threading.active_count() == 1:
            return _forked(bare, policy, self._limits)
        with self._lock:
            self._workers = self._workers or Workers(1, limits=self._limits)
        return self._workers.call(_cleaned, bare, policy, where=page.url).result()

    def close(self) -> None:
        """Nothing; no process of its own is left."""
        with self._lock:
            workers, self._workers = self._workers, None
        if workers is not None:
            workers.stop()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def _cleaned(_policy: Policy, page: Page, policy: Policy) -> "Article":
    from cleaner.pipeline import clean

    return clean(page, policy=policy)


def _forked(page: Page, policy: Policy, limits: WorkLimits) -> "Article":
    ours, theirs = multiprocessing.Pipe(duplex=False)
    shared = resident_bytes(os.getpid())  # by the child too, in which it counts as held
    pid = os.fork()
    if not pid:
        _clean_and_end(theirs, page, policy, limits)
    theirs.close()
    answer: tuple[bool, Any] | None = None
    outgrown = late = True
    try:
        outgrown, late = _watched(pid, ours, limits, shared)
        if not outgrown and not late:
            with suppress(EOFError, OSError):
                answer = ours.recv()
    finally:
        ours.close()
        exit_code = _ended(pid, kill=answer is None and (outgrown or late))
    if answer is None:
        answer = (False, death(-signal.SIGALRM if late else exit_code, limits, outgrown=outgrown))
    return _told(answer, page)


def _told(answer: tuple[bool, Any], page: Page) -> "Article":
    succeeded, value = answer
    if succeeded:
        article: Article = value
        return article
    if isinstance(value, CleanerError):
        value.where = value.where or page.url
    raise value


def _watched(pid: int, pipe: Connection, limits: WorkLimits, shared: int) -> tuple[bool, bool]:
    """Whether the process outgrew its memory beside what is `shared`, and whether it is late; neither where it answers or has ended."""
    last = monotonic() + limits.wall_s + GRACE_S
    while not connection.wait([pipe], LOOK_EVERY_S):
        if resident_bytes(pid) - shared > limits.memory_bytes:
            return True, False
        if monotonic() > last:
            return False, True
    return False, False


def _ended(pid: int, *, kill: bool) -> int:
    if kill:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


def _clean_and_end(pipe: Connection, page: Page, policy: Policy, limits: WorkLimits) -> NoReturn:
    """Never; this process cleans the page, sends what came of it, and is gone without a word to anything it inherited."""
    code = 1
    try:
        gc.freeze()  # a collection would copy all that is shared with the parent
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # a person's Ctrl-C is for the parent
        for number in (signal.SIGALRM, signal.SIGPROF, signal.SIGTERM):
            signal.signal(number, signal.SIG_DFL)
        cap_memory(limits)
        _send(pipe, page, policy, limits)
        code = 0
    finally:
        os._exit(code)


def _send(pipe: Connection, page: Page, policy: Policy, limits: WorkLimits) -> None:
    try:
        with held_to(limits):
            answer: tuple[bool, Any] = (True, _cleaned(policy, page, policy))
    except Exception as error:  # noqa: BLE001  # it travels to whoever asked
        answer = (False, portable(error))
    pipe.send(answer)
