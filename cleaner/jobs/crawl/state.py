"""Where a crawl's state stands in its archive, and who may run it now."""

import fcntl
import os
import sqlite3
from collections.abc import Awaitable, Callable
from contextlib import closing
from pathlib import Path
from typing import Literal

from cleaner.archive import layout
from cleaner.archive.disk import CRAWLS, on_disk
from cleaner.errors import TryLaterError

__all__ = ["RunLock", "copy_frontier", "frontier_path", "frontiers", "unknown_name"]

LOOK_AGAIN_S = 0.2


def frontier_path(archive: Path, name: str) -> Path:
    """The frontier of the crawl of that name; raises ArchiveError where it is a symbolic link."""
    return layout.below(archive, f"{CRAWLS}/{name}.sqlite")


def frontiers(archive: Path) -> list[Path]:
    """The frontiers of all crawls of the archive, by name."""
    return sorted((archive / CRAWLS).glob("*.sqlite"))


def unknown_name(archive: Path, name: str) -> list[str]:
    """A warning where the crawl of that name begins anew in an archive that has others: its file may have been renamed."""
    others = ", ".join(path.stem for path in frontiers(archive))
    if not others or frontier_path(archive, name).exists():
        return []
    return [
        f"this is the first run of a crawl called {name!r}; to go on with {others}, write its name into the configuration"
    ]


class RunLock:
    """One run of a crawl at a time; gone with its process however that ends."""

    def __init__(self, archive: Path, name: str) -> None:
        self._path = layout.below(archive, f"{CRAWLS}/{name}.lock")
        self._fd: int | None = None

    async def take(self, if_running: Literal["skip", "wait"], sleep: Callable[[float], Awaitable[None]]) -> None:
        """Nothing; this run is the only one. Raises TryLaterError where another is under way and is not waited for."""
        with on_disk(self._path):
            self._path.parent.mkdir(parents=True, exist_ok=True)
            self._fd = os.open(self._path, os.O_RDWR | os.O_CREAT, 0o644)
        while True:
            try:
                fcntl.flock(self._fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                if if_running == "skip":
                    self.release()
                    hint = "let it end, or wait for it with --if-running wait"
                    raise TryLaterError(
                        "another run of this crawl is under way", where=str(self._path), hint=hint, code="running"
                    ) from None
                await sleep(LOOK_AGAIN_S)
            else:
                return

    def release(self) -> None:
        """Nothing; the next run may begin."""
        if self._fd is not None:
            os.close(self._fd)
            self._fd = None


def copy_frontier(source: Path, target: Path) -> None:
    """Nothing; `target` is a copy of the frontier as it stands now, or does not exist where there is none yet."""
    if not source.exists():
        return
    with on_disk(source), closing(sqlite3.connect(source)) as have, closing(sqlite3.connect(target)) as made:
        have.backup(made)
