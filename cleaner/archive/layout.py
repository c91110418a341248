"""The folders of an archive and the file that makes a folder one; no other folder is ever written into."""

import fcntl
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from cleaner.archive import names
from cleaner.archive.disk import on_disk, write_new
from cleaner.errors import ArchiveError, UsageError

__all__ = ["ARTICLES", "CATALOGUE", "FORMAT", "ORIGINALS", "TEXT", "claim", "only_one", "resolve", "warc_files"]

FORMAT = 1
MARKER = "archive.toml"
ORIGINALS, ARTICLES, TEXT, CATALOGUE = "originals", "articles", "text", "catalogue.sqlite"

MARKER_TEXT = f"""\
# This folder is an archive of article-cleaner. The WARC files below originals/ and articles/ are the truth;
# catalogue.sqlite can be built anew from them, text/ is there for people.
format = {FORMAT}
"""


def claim(root: Path, *, create: bool, fsync: bool) -> None:
    """Nothing; `root` is an archive this program can write, made now if it was missing or empty and `create` is on."""
    with on_disk(root):
        marker = root / MARKER
        if not marker.is_file():
            _refuse_foreign(root, create=create)
            write_new(marker, MARKER_TEXT.encode("utf-8"), fsync=fsync)
        _check_format(marker)


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


def _check_format(marker: Path) -> None:
    try:
        found = tomllib.loads(marker.read_text("utf-8")).get("format")
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ArchiveError(f"cannot be read: {error}", where=str(marker), hint="it should hold `format = 1`") from error
    if not isinstance(found, int) or not 1 <= found <= FORMAT:
        raise ArchiveError(
            f"archive format {found!r} is not known here", where=str(marker), hint="update article-cleaner"
        )


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
