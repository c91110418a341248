"""Where a job's inputs lie: files of this machine, or any address that the user's own fsspec knows (`s3://`, `hf://`)."""

import glob
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO, cast

from cleaner.errors import CleanerError, InputError, UsageError

__all__ = ["files_under", "is_folder", "matching", "open_input", "reading", "size_and_stamp", "start_of"]


_TAGS = (
    "ETag",
    "etag",
    "md5Hash",
    "LastModified",
    "last_modified",
    "updated",
    "mtime",
    "created",
)  # as storages call them


def _remote(path: str) -> tuple[Any, str]:
    """The file system and the path in it; raises UsageError where the package for it is missing."""
    try:
        from fsspec.core import url_to_fs
    except ImportError as error:
        hint = "pip install fsspec, and the package of that storage (s3fs, gcsfs, …)"
        raise UsageError("fsspec is not installed", where=path, hint=hint) from error
    try:
        return cast("tuple[Any, str]", url_to_fs(path))
    except (ImportError, ValueError) as error:
        raise UsageError(str(error), where=path, hint="pip install the package of that storage") from error


def _is_remote(path: str) -> bool:
    return "://" in path


@contextmanager
def reading(path: str) -> Iterator[None]:
    """The body's failures to read as ours, naming the path."""
    try:
        yield
    except CleanerError:
        raise
    except Exception as error:
        if not (isinstance(error, OSError | ValueError) or _is_remote(path)):  # ValueError: a NUL in the path
            raise  # ours; a storage's package has errors of its own
        why = (error.strerror if isinstance(error, OSError) else None) or str(error)
        hint = "check the path and its permissions"
        raise InputError(f"cannot be read: {why.lower()}", where=path, hint=hint) from error


def open_input(path: str) -> BinaryIO:
    """The file, open for reading and seeking; raises InputError."""
    with reading(path):
        if _is_remote(path):
            system, inner = _remote(path)
            return cast("BinaryIO", system.open(inner, "rb"))
        return Path(path).open("rb")


def start_of(path: str, size: int) -> bytes:
    """The first bytes of the file; raises InputError."""
    with open_input(path) as stream, reading(path):
        return stream.read(size)


def matching(pattern: str) -> list[str]:
    """The paths that a pattern or a plain path names, sorted, local ones absolute; none where nothing is there."""
    with reading(pattern):
        if _is_remote(pattern):
            system, inner = _remote(pattern)
            found = system.glob(inner) if glob.has_magic(inner) else [inner] * bool(system.exists(inner))
            return sorted(system.unstrip_protocol(path) for path in found)
        if os.path.exists(pattern):  # noqa: PTH110  # Path.exists fails on long names
            return [os.path.abspath(pattern)]  # noqa: PTH100  # resolve() would follow links
        return sorted(map(os.path.abspath, glob.iglob(pattern, recursive=True)))  # noqa: PTH207


def is_folder(path: str) -> bool:
    """Whether files stand under this path rather than in it."""
    if path.startswith(("http://", "https://")):
        return False  # fsspec would read the page, and take what it links to for the files of a folder
    if _is_remote(path):
        with reading(path):
            system, inner = _remote(path)
            return bool(system.isdir(inner))
    return Path(path).is_dir()


def files_under(folder: str) -> tuple[list[str], list[OSError]]:
    """Every file below the folder, sorted, and why folders in it cannot be read; links to folders are not followed.

    Hidden files are passed over.
    """
    with reading(folder):
        if _is_remote(folder):
            system, inner = _remote(folder)
            return sorted(system.unstrip_protocol(path) for path in system.find(inner)), []
        found: list[str] = []
        refused: list[OSError] = []
        for place, folders, names in os.walk(folder, onerror=refused.append):
            folders[:] = [name for name in folders if not name.startswith(".")]
            found += [os.path.join(place, name) for name in names if not name.startswith(".")]  # noqa: PTH118
        return sorted(found), refused


def size_and_stamp(path: str) -> tuple[int, str]:
    """Bytes of the file, and what changes when it does: its time of change, or the storage's own tag."""
    with reading(path):
        if not _is_remote(path):
            stat = os.stat(path)  # noqa: PTH116  # one call for both
            return stat.st_size, str(stat.st_mtime_ns)
        system, inner = _remote(path)
        told = system.info(inner)
        tag = next((told[name] for name in _TAGS if told.get(name)), None)
        return int(told.get("size") or 0), str(tag or system.ukey(inner))
