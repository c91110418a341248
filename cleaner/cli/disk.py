"""Files that the command writes: whole or not at all, and the disk's refusals as typed errors."""

import errno
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Self, TextIO

from cleaner.errors import CleanerError, TryLaterError, UsageError

__all__ = ["WholeFile", "free_name", "make_folder", "output_error", "write_whole"]

_FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
_NAME_CHARS = 40  # of the file's name in its temporary one; the rest is for mkstemp's own signs


class WholeFile:
    """A file that stands there whole once `keep` was called; until then, and without it, what was there before.

    Lines go into a temporary file beside it that takes its name at the end. What is no file (a pipe, a device) is
    written to as it is. Raises UsageError where nothing can be written, TryLaterError on a full disk.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._place = Path(os.path.realpath(path))  # a link stays a link
        self._temporary: Path | None = None
        with _typed(path):
            self._file = self._open()

    def _open(self) -> TextIO:
        if self._place.exists() and not self._place.is_file():
            return self._place.open("w", encoding="utf-8", errors="replace", newline="\n")
        prefix = f".{self._place.name[:_NAME_CHARS]}."
        handle, name = tempfile.mkstemp(dir=self._place.parent, prefix=prefix)
        self._temporary = Path(name)
        return os.fdopen(handle, "w", encoding="utf-8", errors="replace", newline="\n")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        with suppress(OSError):  # what could not be written has been told by then
            self._file.close()
        if self._temporary is not None:
            self._temporary.unlink(missing_ok=True)

    def write(self, line: str) -> None:
        """Nothing; the line and its end are written."""
        with _typed(self._path):
            self._file.write(line + "\n")

    def keep(self) -> None:
        """Nothing; the file has its name, and the mode of the one it replaces."""
        with _typed(self._path):
            self._file.close()
            if self._temporary is not None:
                mode = self._place.stat().st_mode & 0o777 if self._place.exists() else 0o666 & ~_umask()
                self._temporary.chmod(mode)
                self._temporary.replace(self._place)
                self._temporary = None


def write_whole(path: Path, text: str) -> None:
    """Nothing; the text and a line's end stand in the file, whole or not at all."""
    with WholeFile(path) as file:
        file.write(text)
        file.keep()


def make_folder(path: Path) -> None:
    """Nothing; the folder is there."""
    with _typed(path):
        path.mkdir(exist_ok=True)


@contextmanager
def _typed(path: Path) -> Iterator[None]:
    try:
        yield
    except BrokenPipeError:
        raise
    except OSError as error:
        raise output_error(error, str(path)) from error


def output_error(error: Exception, where: str) -> CleanerError:
    """The failure to write there as ours: a full disk may be tried later, anything else was asked for wrongly."""
    if isinstance(error, OSError) and error.errno in _FULL:
        return TryLaterError("the disk is full", where=where, hint="make room and run again", code="disk-full")
    why = (error.strerror or str(error)) if isinstance(error, OSError) else "it is closed"
    hint = "name a place that exists and is yours to write"
    return UsageError(f"cannot be written: {why.lower()}", where=where, hint=hint, code="output")


def free_name(path: Path) -> Path:
    """The path, or one with a number where that name is taken, be it by a link to nowhere: nothing in a folder is overwritten."""
    number = 2
    found = path
    while os.path.lexists(found):
        found = path.with_name(f"{path.stem}-{number}{path.suffix}")
        number += 1
    return found


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
