"""Turns at a host: its delay and its number of requests at once, kept by all crawls of this user on this machine.

One small file a host holds when the next request may go out; one lock file for each request that may be under way. Both
are advisory locks, so a killed crawl leaves nothing behind.
"""

import fcntl
import hashlib
import os
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

import platformdirs

__all__ = ["Gate", "gate_folder"]

LOOK_AGAIN_S = 0.05  # how often a taken place is looked at
MAX_SPARE = 64  # files of places that stay open between two requests
FIRST_PENALTY_S = 0.5
MAX_PENALTY_S = 30.0
STALE_S = 3_600.0  # no delay reaches this far ahead; what does was written before the clock was set back


def gate_folder(fallback: Path) -> Path:
    """Where turns are kept for this user; below the archive where there is no such place."""
    folder = Path(os.environ.get("CLEANER_STATE") or platformdirs.user_state_path("article-cleaner")) / "hosts"
    with suppress(OSError):
        folder.mkdir(parents=True, exist_ok=True)
        if os.access(folder, os.W_OK):
            return folder
    fallback.mkdir(parents=True, exist_ok=True)
    return fallback


@dataclass(slots=True)
class _Pace:
    """How fast one host may be asked, and how much slower it made us."""

    delay_s: float = 0.0
    penalty_s: float = 0.0
    not_before: float = 0.0


@dataclass(slots=True)
class Gate:
    """Lets requests through to hosts, each in its turn. `sleep` and `clock` (seconds since 1970) stand in for the world."""

    folder: Path
    per_host: int
    sleep: Callable[[float], Awaitable[None]]
    clock: Callable[[], float] = time.time
    _paces: dict[str, _Pace] = field(default_factory=dict)
    _taken: dict[str, int] = field(default_factory=dict)  # places, by their files, and the descriptors that lock them
    _spare: dict[str, int] = field(default_factory=dict)  # free places whose files are still open, longest free first

    def close(self) -> None:
        """Nothing; no file is open, and every place is free."""
        for held in (self._taken, self._spare):
            while held:
                os.close(held.popitem()[1])

    def pace(self, host: str, delay_s: float) -> None:
        """Nothing; the host is asked at most once in that many seconds, or less often if more was asked for before."""
        pace = self._paces.setdefault(host, _Pace())
        pace.delay_s = max(pace.delay_s, delay_s)

    def pause(self, host: str, seconds: float) -> None:
        """Nothing; the host is left alone for so long."""
        pace = self._paces.setdefault(host, _Pace())
        pace.not_before = max(pace.not_before, self.clock() + seconds)

    def slower(self, host: str) -> None:
        """Nothing; the host is in trouble, and from now on asked half as often."""
        pace = self._paces.setdefault(host, _Pace())
        pace.penalty_s = min(max(FIRST_PENALTY_S, pace.penalty_s * 2), MAX_PENALTY_S)

    def faster(self, host: str) -> None:
        """Nothing; the host answers well, and what it slowed us down is halved."""
        pace = self._paces.get(host)
        if pace and pace.penalty_s:
            pace.penalty_s = pace.penalty_s / 2 if pace.penalty_s > FIRST_PENALTY_S / 4 else 0.0

    @asynccontextmanager
    async def turn(self, host: str) -> AsyncIterator[None]:
        """The body runs as one of the host's few requests, not before its turn."""
        place = await self._place(_file_name(host))
        try:
            await self.step(host)
            yield
        finally:
            self._free(place)

    async def _place(self, name: str) -> str:
        while True:
            for number in range(self.per_host):
                path = f"{self.folder}/{name}.{number}"
                # A lock is the descriptor's: asked again, this process would get what it has.
                if path not in self._taken and self._is_locked_now(path):
                    return path
            await self.sleep(LOOK_AGAIN_S)

    def _is_locked_now(self, path: str) -> bool:
        fd = self._spare.pop(path, None)
        fd = os.open(path, os.O_RDWR | os.O_CREAT, 0o600) if fd is None else fd
        try:
            fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(fd)
            return False
        self._taken[path] = fd
        return True

    def _free(self, path: str) -> None:
        fd = self._taken.pop(path, None)
        if fd is None:  # closed meanwhile
            return
        fcntl.flock(fd, fcntl.LOCK_UN)
        self._spare[path] = fd
        if len(self._spare) > MAX_SPARE:
            os.close(self._spare.pop(next(iter(self._spare))))

    async def step(self, host: str) -> None:
        """Nothing, once the host may be sent its next request."""
        pace = self._paces.setdefault(host, _Pace())
        while (left := pace.not_before - self.clock()) > 0:
            await self.sleep(left)
        step = pace.delay_s + pace.penalty_s
        if step > 0 and (left := self._book(_file_name(host), step)) > 0:
            await self.sleep(left)

    def _book(self, name: str, step_s: float) -> float:
        """Seconds until this request's turn, after which nobody goes for `step_s`."""
        fd = os.open(self.folder / name, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(fd, fcntl.LOCK_EX)  # held for a read and a write
            now = self.clock()
            try:
                free = float(os.read(fd, 64) or b"0")
            except ValueError:
                free = 0.0
            start = max(now, free if free < now + STALE_S else 0.0)
            os.pwrite(fd, f"{start + step_s:<32.6f}".encode("ascii"), 0)
            return start - now
        finally:
            os.close(fd)


@lru_cache(maxsize=4_096)
def _file_name(host: str) -> str:
    return hashlib.sha256(host.encode()).hexdigest()[:24]
