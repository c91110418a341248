"""Files whole or not at all, on the disk before they count; and the disk's refusals as typed errors."""

import errno
import os
import sqlite3
import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, Any

from cleaner.errors import ArchiveError, CleanerError, TryLaterError, UsageError

__all__ = ["CRAWLS", "FULL", "on_disk", "rows_of", "sync_folder", "whole_file", "write_new", "write_whole"]

CRAWLS = "crawl"  # the folder of what crawls know, which no WARC tells
FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
FORBIDDEN = frozenset({errno.EACCES, errno.EPERM, errno.EROFS})


@contextmanager
def on_disk(where: Path) -> Iterator[None]:
    """The body's failures as ours: a full disk or a lock means try later, anything else is the archive's error."""
    try:
        yield
    except OSError as error:
        raise _from_system(error, where) from error
    except sqlite3.Error as error:
        raise _from_sqlite(error, where) from error


def rows_of(db: sqlite3.Connection, where: Path, sql: str, values: Sequence[object]) -> Iterator[dict[str, Any]]:
    """The rows of a reading statement, by column name; what the database at `where` refuses comes as ours."""
    with on_disk(where):
        cursor = db.execute(sql, values)
        columns = [column[0] for column in cursor.description]
        for row in cursor:
            yield dict(zip(columns, row, strict=True))


def _from_system(error: OSError, where: Path) -> CleanerError:
    place = str(error.filename or where)
    if error.errno in FULL:
        return TryLaterError(
            "the disk is full", where=place, hint="make room and run the command again", code="disk-full"
        )
    reason = (error.strerror or str(error)).lower()
    code = "not-writable" if error.errno in FORBIDDEN else None
    return ArchiveError(reason, where=place, hint="check the folder's owner, mode and mount", code=code)


def _from_sqlite(error: sqlite3.Error, where: Path) -> CleanerError:
    number = (getattr(error, "sqlite_errorcode", None) or 0) & 0xFF  # the low byte is the kind, the rest detail
    if number == sqlite3.SQLITE_FULL:
        return TryLaterError(
            "the disk is full", where=str(where), hint="make room and run the command again", code="disk-full"
        )
    if number in {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}:
        return TryLaterError("another program writes to the catalogue", where=str(where), code="locked")
    if number in {sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_PERM}:
        return ArchiveError(str(error), where=str(where), hint="check the folder's owner and mode", code="not-writable")
    hint = "the WARCs are the truth: `cleaner archive reindex` builds the catalogue anew"
    if where.parent.name == CRAWLS:
        hint = "move it away: the next run begins anew, and keeps nothing twice that is as it was"
    return ArchiveError(str(error), where=str(where), hint=hint, code="damaged")


def write_whole(fd: int, content: bytes) -> None:
    """Everything written, however many calls it takes."""
    rest = memoryview(content)
    while rest:
        rest = rest[os.write(fd, rest) :]


def write_new(path: Path, content: bytes, *, fsync: bool) -> bool:
    """True when the file now stands there whole; False when there was one already, which is left as it was.

    It is written beside its place and linked into it, so nobody ever sees half a file and nothing is overwritten.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f".{path.name}-{uuid.uuid4().hex}.new")
    fd = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o644)
    try:
        try:
            write_whole(fd, content)
            if fsync:
                os.fsync(fd)
        finally:
            os.close(fd)
        return _place(beside, path, fsync=fsync)
    finally:
        with suppress(FileNotFoundError):
            beside.unlink()


@contextmanager
def whole_file(path: Path) -> Iterator[IO[bytes]]:
    """A file to write to, which stands at `path` when the body ends well and nowhere otherwise; replaces none."""
    if path.exists():
        raise UsageError("exists already", where=str(path), hint="name another file, or remove it first")
    beside = path.with_name(f".{path.name}-{uuid.uuid4().hex}.new")
    try:
        with beside.open("xb") as file:
            yield file
        _place(beside, path, fsync=False)
    finally:
        with suppress(FileNotFoundError):
            beside.unlink()


def _place(beside: Path, path: Path, *, fsync: bool) -> bool:
    try:
        os.link(beside, path)
    except FileExistsError:
        return False
    except OSError as error:
        if error.errno not in {errno.EPERM, errno.ENOTSUP, errno.EMLINK}:
            raise
        # A file system without hard links: the check and the rename are two steps there.
        if path.exists():
            return False
        beside.rename(path)
    if fsync:
        sync_folder(path.parent)
    return True


def sync_folder(folder: Path) -> None:
    """The folder's entries on the disk, so a new name survives a power cut."""
    fd = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(fd)
    finally:
        os.close(fd)
