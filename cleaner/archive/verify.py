"""Whether the archive is sound: every record, every catalogue row, every file; each finding with its place and remedy."""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from cleaner.archive import entries, layout, names, payload, warc
from cleaner.archive.keeping import text_digest
from cleaner.archive.records import NOT_MODIFIED
from cleaner.archive.schema import Entry
from cleaner.archive.warc import Stored
from cleaner.archive.writer import is_left
from cleaner.errors import ArchiveError, InputError

if TYPE_CHECKING:
    from cleaner.archive.archive import Archive

__all__ = ["Problem", "check"]

Code = Literal[
    "torn", "digest", "structure", "reference", "catalogue", "text-file", "left-open", "orphan", "content", "outside"
]

_REMEDIES: dict[str, str] = {
    "torn": "--repair keeps the whole records and puts the rest aside; a copy of the file restores all",
    "digest": "restore the file from a copy; what it says can no longer be trusted at that byte",
    "structure": "restore the file from a copy; --repair cannot know what stood there",
    "reference": "restore the file that holds the record it refers to",
    "catalogue": "--repair builds the catalogue anew from the WARCs",
    "text-file": "--repair writes it again; the article's record holds the same text",
    "left-open": "open the archive where it can be written; that mends the file and closes it",
    "orphan": "nothing is lost: the page stands in its WARC; --repair builds the catalogue anew",
    "content": "restore the file from a copy",
    "outside": "put what it points to in its place; nothing outside the archive is read or written",
}
REPAIRABLE = frozenset({"torn", "catalogue", "text-file", "orphan"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One thing that is not as it should be: where (a file below the archive or a capture's id), what, and what to do.

    `offset` is the byte in the file `where`, None where the whole of it is meant.
    """

    code: Code
    where: str
    message: str
    offset: int | None = None

    @property
    def remedy(self) -> str:
        """What a person can do about it."""
        return _REMEDIES[self.code]

    @property
    def is_repairable(self) -> bool:
        """Whether `repair` mends it without loss of anything that can still be read."""
        return self.code in REPAIRABLE


def check(archive: "Archive", *, deep: bool = False) -> Iterator[Problem]:
    """Every problem: files first, then captures whose records or text are not where the catalogue says.

    `deep` also unpacks every body and compares contents: payload and entity digests, clean texts, text files.
    """
    seen = _Seen()
    for kind in (layout.ORIGINALS, layout.ARTICLES):
        for path in layout.all_files(archive.path, kind):
            if path.name.endswith((layout.WARC, layout.WARC + names.OPEN)):
                yield from _check_file(archive.path, path, seen, deep=deep)
    yield from seen.unresolved(archive.path)
    listed: set[str] = set()
    for entry in archive.ls():
        listed.add(entry.id)
        yield from _check_entry(archive, entry, seen, deep=deep)
    for capture, (file, offset) in seen.captures.items():
        if capture not in listed:
            message = f"the capture {capture} is not in the catalogue"
            yield Problem(code="orphan", where=file, offset=offset, message=message)


@dataclass(slots=True)
class _Seen:
    """What the files hold: records by place, captures, references that wait for their record; which were closed when read."""

    places: dict[tuple[str, int], str] = field(default_factory=dict)
    captures: dict[str, tuple[str, int]] = field(default_factory=dict)
    references: dict[str, tuple[str, int]] = field(default_factory=dict)
    closed: set[str] = field(default_factory=set)

    def unresolved(self, root: Path) -> Iterator[Problem]:
        known = set(self.places.values())
        if not self.references.keys() <= known:
            known |= set(self._written_since(root))
        for record, (file, offset) in self.references.items():
            if record not in known:
                message = f"refers to {record}, which no file holds"
                yield Problem(code="reference", where=file, offset=offset, message=message)

    def _written_since(self, root: Path) -> Iterator[str]:
        """Ids of the records in files that were being written when they were read, or came since."""
        for path in (*layout.all_files(root, layout.ORIGINALS), *layout.all_files(root, layout.ARTICLES)):
            if _name(root, path) not in self.closed:
                with suppress(ArchiveError, OSError):
                    yield from (stored.id for stored in warc.read(path))


def _name(root: Path, path: Path) -> str:
    """The file's closed name below the archive."""
    return path.relative_to(root).as_posix().removesuffix(names.OPEN)


def _check_file(root: Path, path: Path, seen: _Seen, *, deep: bool) -> Iterator[Problem]:
    name = _name(root, path)
    path = layout.resolve(root, name)  # its writer may have closed it since it was listed
    is_open = path.name.endswith(names.OPEN)
    if is_open and is_left(path):
        message = "was left open by a process that has ended"
        yield Problem(code="left-open", where=name, message=message)
    if not is_open:
        seen.closed.add(name)
    whole = 0
    try:
        for stored in warc.read(path):
            whole = stored.offset + stored.length
            yield from _check_record(stored, name, seen, deep=deep)
    except ArchiveError:
        # A file still being written may end in half a record; what the catalogue misses there is told with its capture.
        if not is_open:
            rest = path.stat().st_size - whole
            message = f"no whole record; {rest} bytes from there on cannot be read"
            yield Problem(code="torn", where=name, offset=whole, message=message)
    except OSError as error:
        yield Problem(code="structure", where=name, message=f"cannot be read: {error.strerror}")
    if is_open:  # its writer may be about to catalogue the last of them
        seen.captures = {capture: place for capture, place in seen.captures.items() if place[0] != name}


def _check_record(stored: Stored, file: str, seen: _Seen, *, deep: bool) -> Iterator[Problem]:
    seen.places[file, stored.offset] = stored.id
    written = stored.fields.get("warc-block-digest", "")
    if written.startswith("sha1:") and written != warc.digest(stored.block):
        message = "the record block is not what its digest says"
        yield Problem(code="digest", where=file, offset=stored.offset, message=message)
    missing = [name for name in ("warc-type", "warc-record-id", "warc-date") if not stored.fields.get(name)]
    if missing:
        message = f"the record has no {missing[0]}"
        yield Problem(code="structure", where=file, offset=stored.offset, message=message)
    if refers := stored.fields.get("warc-refers-to"):
        seen.references.setdefault(refers, (file, stored.offset))
    if told := entries.read_note(stored):
        seen.captures.setdefault(told["capture"], (file, stored.offset))
    if deep:
        yield from _check_deep(stored, file)


def _check_deep(stored: Stored, file: str) -> Iterator[Problem]:
    written = stored.fields.get("warc-payload-digest")
    if written and stored.kind == "response":
        body = payload.read_payload(stored.block)
        if written != (body.digest if body else warc.digest(b"")):
            message = "the payload is not what its digest says"
            yield Problem(code="digest", where=file, offset=stored.offset, message=message)
    told = entries.read_told(stored)
    if told and told.get("changed") and text_digest(told.get("text") or "") != told.get("text_digest"):
        message = "the clean text is not what its digest says"
        yield Problem(code="digest", where=file, offset=stored.offset, message=message)


def _check_entry(archive: "Archive", entry: Entry, seen: _Seen, *, deep: bool) -> Iterator[Problem]:
    if _record_at(archive, seen, entry.original_file, entry.original_offset) != entry.record_id:
        message = f"the original is not at byte {entry.original_offset} of {entry.original_file}"
        yield Problem(code="catalogue", where=entry.id, message=message)
    elif deep:
        yield from _check_content(archive, entry)
    if entry.article_file and not _record_at(archive, seen, entry.article_file, entry.article_offset or 0):
        message = f"the article is not at byte {entry.article_offset} of {entry.article_file}"
        yield Problem(code="catalogue", where=entry.id, message=message)
    rendered = archive.rendering_place(entry)
    if rendered and not _record_at(archive, seen, *rendered):
        message = f"what a browser made of it is not at byte {rendered[1]} of {rendered[0]}"
        yield Problem(code="catalogue", where=entry.id, message=message)
    if entry.text_file is not None:
        yield from _check_text_file(archive.path, entry.text_file)


def _check_text_file(root: Path, file: str) -> Iterator[Problem]:
    try:
        if not layout.below(root, file).is_file():
            yield Problem(code="text-file", where=file, message="the text file is missing")
    except ArchiveError as error:
        yield Problem(code="outside", where=file, message=error.message)


def _record_at(archive: "Archive", seen: _Seen, file: str, offset: int) -> str | None:
    """The id of the record there; None for none. What was written since the files were read is read now."""
    if (file, offset) not in seen.places:
        with suppress(ArchiveError):
            return warc.read_at(layout.resolve(archive.path, file), offset).id
    return seen.places.get((file, offset))


def _check_content(archive: "Archive", entry: Entry) -> Iterator[Problem]:
    """Whether the body unpacks to the entity that was cleaned, and the catalogue has the article's own text."""
    try:
        for name, written, now in archive.verify_capture(entry):
            if name == "entity" and written != now and not entry.truncated and entry.status != NOT_MODIFIED:
                message = f"the entity of {entry.url} is not what its digest says"
                yield Problem(code="content", where=entry.original_file, offset=entry.original_offset, message=message)
    except (ArchiveError, InputError) as error:
        if not entry.truncated and entry.version is not None:
            message = f"the body of {entry.url} cannot be had: {error.message}"
            yield Problem(code="content", where=entry.original_file, offset=entry.original_offset, message=message)
    if entry.version and text_digest(archive.version_text(entry.version)) != entry.text_digest:
        yield Problem(code="catalogue", where=entry.id, message="the catalogue's text is not the article's")
