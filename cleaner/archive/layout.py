"""The folders of an archive and the file that makes a folder one; no other folder is ever written into."""

import fcntl
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

__all__ = [
    "ARTICLES",
    "CATALOGUE",
    "FORMAT",
    "ORIGINALS",
    "TEXT",
    "Settings",
    "claim",
    "only_one",
    "resolve",
    "warc_files",
]

FORMAT = 1
MARKER = "archive.toml"
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
        marker = root / MARKER
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


def warc_files(root: Path, kind: str) -> list[Path]:
    """The closed WARC files of `originals` or `articles`, oldest folder first."""
    return sorted((root / kind).glob("*/*/*.warc.gz"))


def resolve(root: Path, file: str) -> Path:
    """The WARC of that closed name below `root`, under its `.open` name while it is still being written."""
    closed = root / file
    being_written = closed.with_name(closed.name + names.OPEN)
    return being_written if not closed.exists() and being_written.exists() else closed
