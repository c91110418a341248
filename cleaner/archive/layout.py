"""The folders of an archive and the file that makes a folder one; no other folder is ever written into."""

import fcntl
import os
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Annotated

import msgspec

from cleaner.archive import names
from cleaner.archive.disk import on_disk, write_new
from cleaner.errors import ArchiveError, UsageError
from cleaner.fetch import taught

__all__ = [
    "ARTICLES",
    "CATALOGUE",
    "FORMAT",
    "ORIGINALS",
    "TEXT",
    "VISITS",
    "Settings",
    "all_files",
    "below",
    "catalogue",
    "claim",
    "is_read_only",
    "only_one",
    "open_files",
    "resolve",
    "site_files",
    "warc_files",
]

FORMAT = 1
MARKER = "archive.toml"
SITES = taught.SITES
WARC = ".warc.gz"
MONTH_LEVELS = 2  # of folders between a kind and its files: years, months

_OUTSIDE = "somebody changed a record or the catalogue; `cleaner archive verify` tells what else is not sound"
VISITS = "visits"  # begins the name of a file of exchanges that are no pages, among the originals
ORIGINALS, ARTICLES, TEXT, CATALOGUE = "originals", "articles", "text", "catalogue.sqlite"

MARKER_TEXT = f"""\
# This folder is an archive of article-cleaner. The WARC files below originals/ and articles/ are the truth;
# catalogue.sqlite can be built anew from them, text/ is there for people.
#
# What may be set here, with what holds where it is not:
#   fsync = true                  what is reported as kept is on the disk; false leaves the moment to the system
#   text_files = true             a Markdown file for people beside each new article
#   max_file_bytes = 1000000000   a new WARC begins when the last has this size ...
#   max_file_hours = 24           ... or this age
format = {FORMAT}
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """How an archive is written.

    With `fsync` off a power cut may lose the last captures; a killed process still loses none. A new WARC begins
    beyond `max_file_bytes` (1 GB is what the standard recommends, WARC 1.1, annex C) or `max_file_hours`.
    """

    fsync: bool = True
    text_files: bool = True
    max_file_bytes: Annotated[int, msgspec.Meta(gt=0)] = 1_000_000_000
    max_file_hours: Annotated[float, msgspec.Meta(gt=0)] = 24.0


def claim(root: Path, *, create: bool) -> Settings:
    """The settings of `root`, which is an archive, made now if it was missing or empty and `create` is on."""
    with on_disk(root):
        marker = below(root, MARKER)
        if not marker.is_file():
            _refuse_foreign(root, create=create)
            write_new(marker, MARKER_TEXT.encode("utf-8"), fsync=True)
        return _settings(marker)


def _refuse_foreign(root: Path, *, create: bool) -> None:
    if root.exists() and not root.is_dir():
        raise UsageError("is a file, not an archive's folder", where=str(root))
    # Another process may be making this very archive: its marker is on the way under a name of its own.
    taken = [path.name for path in root.iterdir() if not path.name.startswith(f".{MARKER}")] if root.exists() else []
    if taken and not (root / MARKER).exists():
        hint = "name an empty or new folder; nothing was written"
        raise UsageError(f"is not an archive and not empty (holds {taken[0]!r})", where=str(root), hint=hint)
    if not create and not taken:
        raise UsageError("there is no archive here", where=str(root), hint="`cleaner add` makes one")


def _settings(marker: Path) -> Settings:
    try:
        found = tomllib.loads(marker.read_text("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ArchiveError(f"cannot be read: {error}", where=str(marker), hint="it should hold `format = 1`") from error
    number = found.pop("format", None)
    if not isinstance(number, int) or not 1 <= number <= FORMAT:
        raise ArchiveError(
            f"archive format {number!r} is not known here", where=str(marker), hint="update article-cleaner"
        )
    hint = "the file's own comments say what may be set"
    if unknown := sorted(found.keys() - {part.name for part in fields(Settings)}):
        raise UsageError(f"{unknown[0]!r} is no setting", where=str(marker), hint=hint)
    try:
        return msgspec.convert(found, Settings)
    except msgspec.ValidationError as error:
        raise UsageError(str(error).lower(), where=str(marker), hint=hint) from error


@contextmanager
def only_one(root: Path) -> Iterator[None]:
    """The body runs while no other process opens or repairs this archive."""
    with on_disk(root), (root / MARKER).open("rb") as marker:
        fcntl.flock(marker, fcntl.LOCK_EX)
        yield


def is_read_only(root: Path) -> bool:
    """True where nothing can be written: on a read-only medium, or where this user may not."""
    index = root / CATALOGUE
    return not os.access(root, os.W_OK) or (index.exists() and not os.access(index, os.W_OK))


def below(root: Path, file: str) -> Path:
    """The path of that name below `root`; raises ArchiveError where it leads out, by `..` or a symbolic link.

    Records and catalogue rows name files, and an archive may come from anywhere.
    """
    parts = file.split("/")
    if not all(parts) or not {".", ".."}.isdisjoint(parts):
        raise ArchiveError("names no file of the archive", where=file, hint=_OUTSIDE, code="outside")
    path = str(root)
    for part in parts:
        path = f"{path}/{part}"
        if os.path.islink(path):  # noqa: PTH114  # of every folder on the way to every record that is read
            raise _link(path)
    return Path(path)


def _link(path: str) -> ArchiveError:
    message = "is a symbolic link, and none is followed within an archive"
    return ArchiveError(message, where=path, hint="put what it points to in its place", code="outside")


def catalogue(root: Path) -> Path:
    """The catalogue's path; raises ArchiveError where it, or what SQLite keeps beside it, is a symbolic link."""
    for leavings in ("-wal", "-shm", "-journal"):
        below(root, CATALOGUE + leavings)
    return below(root, CATALOGUE)


def site_files(root: Path) -> Path:
    """The folder of the archive's site files; raises ArchiveError where it or one of them is a symbolic link."""
    folder = below(root, SITES)
    for path in folder.glob("*.toml"):
        below(folder, path.name)
    return folder


def warc_files(root: Path, kind: str) -> list[Path]:
    """The closed WARC files of `originals` or `articles`, oldest folder first; raises ArchiveError for a symbolic link."""
    return [path for path in all_files(root, kind) if path.name.endswith(WARC)]


def open_files(root: Path) -> list[Path]:
    """The WARC files that are being written, or were left so; raises ArchiveError for a symbolic link."""
    files = [*all_files(root, ORIGINALS), *all_files(root, ARTICLES)]
    return [path for path in files if path.name.endswith(WARC + names.OPEN)]


def all_files(root: Path, kind: str) -> list[Path]:
    """Whatever stands where WARC files of that kind do, oldest folder first; raises ArchiveError for a symbolic link."""
    return sorted(map(Path, _files(str(below(root, kind)), MONTH_LEVELS)))


def _files(folder: str, levels: int) -> Iterator[str]:
    try:
        found = list(os.scandir(folder))
    except (FileNotFoundError, NotADirectoryError):
        return
    for entry in found:
        if entry.is_symlink():
            raise _link(entry.path)
        if levels:
            yield from _files(entry.path, levels - 1)
        else:
            yield entry.path


def resolve(root: Path, file: str) -> Path:
    """The WARC of that closed name below `root`, under its `.open` name while it is still being written.

    Raises ArchiveError for a name that leads out of the archive.
    """
    closed = below(root, file)
    if closed.exists():
        return closed
    being_written = below(root, file + names.OPEN)
    return being_written if being_written.exists() else closed
