"""Whether the archive is sound: every record by its digest, every catalogue row by the record and file it names."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from cleaner.archive import layout, names, warc
from cleaner.archive.schema import Entry
from cleaner.errors import ArchiveError

__all__ = ["Problem", "check"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One thing that is not as it should be: where (a file below the archive or a capture's id) and what."""

    where: str
    message: str


def check(root: Path, entries: Iterator[Entry]) -> Iterator[Problem]:
    """Every problem: damaged files first, then captures whose records or text are not where the catalogue says."""
    records: dict[tuple[str, int], str] = {}
    for kind in (layout.ORIGINALS, layout.ARTICLES):
        for path in sorted((root / kind).glob("*/*/*.warc.gz*")):
            if not path.name.endswith(".damaged"):
                yield from _check_file(root, path, records)
    for entry in entries:
        yield from _check_entry(root, entry, records)


def _check_file(root: Path, path: Path, records: dict[tuple[str, int], str]) -> Iterator[Problem]:
    name = path.relative_to(root).as_posix().removesuffix(names.OPEN)
    try:
        for stored in warc.read(path):
            records[name, stored.offset] = stored.id
            written = stored.fields.get("warc-block-digest", "")
            if written.startswith("sha1:") and written != warc.digest(stored.block):
                yield Problem(where=name, message=f"the block at byte {stored.offset} is not what its digest says")
    except ArchiveError as error:
        # A file still being written may end in half a record; what the catalogue misses there is told with its capture.
        if not path.name.endswith(names.OPEN):
            yield Problem(where=name, message=error.message)


def _check_entry(root: Path, entry: Entry, records: dict[tuple[str, int], str]) -> Iterator[Problem]:
    if records.get((entry.original_file, entry.original_offset)) != entry.record_id:
        message = f"the original is not at byte {entry.original_offset} of {entry.original_file}"
        yield Problem(where=entry.id, message=message)
    if entry.article_file is not None and (entry.article_file, entry.article_offset) not in records:
        yield Problem(
            where=entry.id, message=f"the article is not at byte {entry.article_offset} of {entry.article_file}"
        )
    if entry.text_file is not None and not (root / entry.text_file).is_file():
        yield Problem(
            where=entry.text_file, message="the text file is missing; the article's record holds the same text"
        )
