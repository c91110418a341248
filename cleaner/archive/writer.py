"""One WARC being written: a file of its own, locked, and named `.open` until it is whole."""

import fcntl
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import accumulate
from pathlib import Path, PurePosixPath
from time import monotonic
from typing import NamedTuple, Self

from cleaner.archive import layout, names, warc
from cleaner.archive.disk import on_disk, sync_folder, write_whole
from cleaner.archive.layout import Settings
from cleaner.archive.warc import Record
from cleaner.errors import ArchiveError

__all__ = ["Place", "WarcWriter", "close_open_file", "is_left", "lock"]

MAX_NAMES_TRIED = 1_000  # serials of one millisecond; beyond that something is wrong with the folder


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a record stands: the file's path below the archive in its closed name, and its member's offset."""

    file: str
    offset: int


class Mark(NamedTuple):
    """Where a file stood: what was appended since can be taken back."""

    fd: int | None
    size: int
    waiting: int
    described: tuple[tuple[str, str], ...] | None
    warcinfo_id: str


class WarcWriter:
    """A row of WARC files below `root/<kind>`, one open at a time, none before the first record.

    `append` is all or nothing: records of one call stand in the file whole and in order, on the disk when `fsync` is
    on, or the file is as it was. A file gets its final name only when all that was appended to it is `known`, so that
    a name without `.open` means: the catalogue has what is in here. Any other is let go as it is, for recovery.
    What is appended inside a `lot` is on the disk when the lot ends, and until then nobody may count on it.
    """

    def __init__(self, root: Path, kind: str, prefix: str, settings: Settings) -> None:
        self._root = root
        self._kind = kind
        self._prefix = prefix
        self._settings = settings
        self._fsync = settings.fsync
        self._old_at = 0.0
        self._fd: int | None = None
        self._path = root
        self._file = ""  # its closed name below the archive
        self._size = 0
        self._described: tuple[tuple[str, str], ...] | None = None
        self._warcinfo_id = ""
        self._waiting = 0  # appends of this file that the catalogue does not have yet
        self._synced = 0  # bytes that are on the disk as far as we may say so
        self._is_in_lot = False
        self.has_left = False  # a file was let go under its `.open` name

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def append(self, records: Sequence[Record], about: tuple[tuple[str, str], ...]) -> list[Place]:
        """Where the records now stand; a warcinfo record goes before them when `about` is not what was said last."""
        if self._fd is not None and not self._is_in_lot and self._is_done(self._fd):
            self.close()
        fd = self._fd
        if fd is None:
            with on_disk(self._root / self._kind):
                fd = self._open()
        described = [] if about == self._described else [self._warcinfo(about)]
        told = ("WARC-Warcinfo-ID", self._warcinfo_id)
        members = [*described, *(warc.pack(record, told) for record in records)]
        offsets = list(accumulate(map(len, members), initial=self._size))[len(described) : -1]
        with on_disk(self._path):
            self._write(fd, b"".join(members))
        self._described = about
        return [Place(file=self._file, offset=offset) for offset in offsets]

    @contextmanager
    def lot(self) -> Iterator[None]:
        """The body's appends are on the disk together when it ends; raises as `append` does, and then none of them is."""
        if self._fd is not None and self._is_done(self._fd):
            self.close()
        self._is_in_lot = True
        try:
            yield
        finally:
            self._is_in_lot = False
        if self._fd is not None and os.fstat(self._fd).st_size != self._size:
            raise ArchiveError("holds what was to be taken back", where=str(self._path))
        if self._fd is not None and self._fsync and self._synced < self._size:
            with on_disk(self._path):
                self._sync(self._fd)

    def mark(self) -> Mark:
        """Where the file stands now, within a lot."""
        return Mark(self._fd, self._size, self._waiting, self._described, self._warcinfo_id)

    def back_to(self, mark: Mark) -> None:
        """Nothing; what was appended since, within the same lot, is in no file. Where that fails, so does the lot."""
        if self._fd is None or (self._fd, self._size) == mark[:2]:
            return
        opened = mark.fd is None  # since then, so that nothing of it may stay
        self._size, self._waiting = (0, 0) if opened else (mark.size, mark.waiting)
        self._described, self._warcinfo_id = (None, "") if opened else (mark.described, mark.warcinfo_id)
        with suppress(OSError):
            os.ftruncate(self._fd, self._size)
            os.lseek(self._fd, self._size, os.SEEK_SET)

    def known(self) -> None:
        """Nothing; the catalogue has what was appended last."""
        self._waiting -= 1

    def _is_done(self, fd: int) -> bool:
        # An interrupt may have come between a write and its account; offsets told after that would be wrong.
        is_as_told = os.fstat(fd).st_size == self._size
        return not is_as_told or self._size >= self._settings.max_file_bytes or monotonic() >= self._old_at

    def close(self) -> None:
        """Nothing; the file, if there is one, has no lock, and its final name where the catalogue has all that is in it."""
        if self._fd is None:
            return
        fd, self._fd, self._described = self._fd, None, None
        with on_disk(self._path):
            if self._waiting or os.fstat(fd).st_size != self._size:
                self.has_left = True
                os.close(fd)
                return
            close_open_file(fd, self._path, fsync=self._fsync)

    def _open(self) -> int:
        now = datetime.now(UTC)
        folder = layout.below(self._root, f"{self._kind}/{names.month_folder(now)}")
        folder.mkdir(parents=True, exist_ok=True)
        for _, name in zip(range(MAX_NAMES_TRIED), names.warc_names(self._prefix, now), strict=False):
            path = folder / (name + names.OPEN)
            if (folder / name).exists():
                continue
            fd = _create_locked(path)
            if fd is not None:
                self._fd, self._path, self._size, self._described = fd, path, 0, None
                self._file = (folder / name).relative_to(self._root).as_posix()
                self._waiting = self._synced = 0
                self._old_at = monotonic() + self._settings.max_file_hours * 3_600
                if self._fsync:
                    sync_folder(folder)
                return fd
        raise ArchiveError("no free name for a new WARC", where=str(folder))

    def _warcinfo(self, about: tuple[tuple[str, str], ...]) -> bytes:
        self._warcinfo_id = warc.new_id()
        record = Record(
            kind="warcinfo",
            id=self._warcinfo_id,
            date=warc.warc_date(datetime.now(UTC)),
            content_type="application/warc-fields",
            block=warc.warc_fields(about),
            fields=(("WARC-Filename", PurePosixPath(self._file).name),),
        )
        return warc.pack(record)

    def _write(self, fd: int, content: bytes) -> None:
        self._waiting += 1
        try:
            write_whole(fd, content)
        except BaseException:
            # Half a member would hide every later record from readers.
            os.ftruncate(fd, self._size)
            os.lseek(fd, self._size, os.SEEK_SET)
            self._waiting -= 1
            raise
        if self._fsync and not self._is_in_lot:
            self._sync(fd)
        self._size += len(content)
        self._synced = self._synced if self._is_in_lot else self._size

    def _sync(self, fd: int) -> None:
        try:
            os.fsync(fd)
        except BaseException:
            # After a failed fsync nobody can say what the disk holds, and the next one may lie. What was
            # acknowledged before stands; this file is given up as it is, and the next opening mends and closes it.
            with suppress(OSError):
                os.ftruncate(fd, self._synced)
            self._fd = None
            os.close(fd)
            raise
        self._synced = self._size


def _create_locked(path: Path) -> int | None:
    """A descriptor of the new file, locked; None when the name is taken or a repair took the file first."""
    try:
        fd = os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o644)
    except FileExistsError:
        return None
    if lock(fd, path):
        return fd
    os.close(fd)
    return None


def lock(fd: int, path: Path) -> bool:
    """True when this descriptor alone now writes, to what `path` still names; the lock ends with the descriptor."""
    try:
        # flock, not lockf: a POSIX lock is lost as soon as this process closes any other descriptor of the file.
        fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    with suppress(FileNotFoundError):
        return os.path.samestat(os.fstat(fd), path.stat())
    return False


def is_left(path: Path) -> bool:
    """True where no process writes the file, which has the name of one that is being written."""
    try:
        with path.open("rb") as file:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)  # what a writer holds excludes it
            return path.exists()
    except (BlockingIOError, FileNotFoundError):
        return False


def close_open_file(fd: int, path: Path, *, fsync: bool) -> None:
    """Nothing; the file has its final name, or is gone if it was empty, and the descriptor is closed."""
    try:
        if os.fstat(fd).st_size == 0:
            path.unlink()
            return
        if fsync:
            os.fsync(fd)
        path.rename(path.with_name(path.name.removesuffix(names.OPEN)))
        if fsync:
            sync_folder(path.parent)
    finally:
        os.close(fd)
