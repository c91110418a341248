"""WARC records to bytes and back, byte-exact: this floor's only door to warcio."""

import base64
import hashlib
import mmap
import uuid
import zlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import Any, BinaryIO, Literal, TypeAlias

from warcio import archiveiterator, recordloader, statusandheaders, warcwriter
from warcio.exceptions import ArchiveLoadFailed

from cleaner.errors import ArchiveError

__all__ = [
    "Kind",
    "Record",
    "Stored",
    "digest",
    "new_id",
    "pack",
    "read",
    "read_at",
    "warc_date",
    "warc_fields",
    "whole_length",
    "whole_members",
]

Kind: TypeAlias = Literal["warcinfo", "request", "response", "revisit", "resource", "metadata", "conversion"]

# warcio has no types; what it makes is Any, and only here.
_ArchiveIterator: Any = archiveiterator.ArchiveIterator
_ArcWarcRecord: Any = recordloader.ArcWarcRecord
_StatusAndHeaders: Any = statusandheaders.StatusAndHeaders

GZIP = zlib.MAX_WBITS + 16  # zlib's way to say: one gzip member
GZIP_MAGIC = b"\x1f\x8b\x08"  # RFC 1952: every member begins so
SCAN_BYTES = 1 << 16  # read at a time when looking for whole members
RECORD_END = b"\r\n\r\n"  # WARC 1.1, section 4: every record ends so


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """One WARC record to be written: `block` goes into the file byte for byte.

    `fields` are the named fields beside those that follow from the rest (type, id, date, URI, length, block digest).
    """

    kind: Kind
    id: str
    date: str
    content_type: str
    block: bytes
    url: str | None = None
    fields: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Stored:
    """One record as read: its header `fields` (names in lower case), its block, its member's place and bytes in the file."""

    fields: Mapping[str, str]
    block: bytes
    offset: int
    length: int

    @property
    def kind(self) -> str:
        """WARC-Type as written; empty where the field is missing."""
        return self.fields.get("warc-type", "")

    @property
    def id(self) -> str:
        """WARC-Record-ID as written, with its angle brackets."""
        return self.fields.get("warc-record-id", "")


class _Writer(warcwriter.WARCWriter):
    """warcio's writer without its own digests: it would digest a whole HTTP message as if that were the payload."""

    def ensure_digest(self, record: object, block: bool = True, payload: bool = True) -> None:  # noqa: FBT001, FBT002
        """Nothing: `pack` has set the digests that hold."""


_writer: Any = _Writer


def new_id() -> str:
    """A fresh record id, `<urn:uuid:…>`."""
    return f"<urn:uuid:{uuid.uuid4()}>"


def warc_date(moment: datetime) -> str:
    """The moment in UTC to the microsecond, as WARC 1.1 writes it; a moment without zone is taken as UTC."""
    utc = moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    return utc.strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def digest(content: bytes) -> str:
    """`sha1:` and base 32, the form every replay tool indexes by; not a defence against forgers."""
    return "sha1:" + base64.b32encode(hashlib.sha1(content, usedforsecurity=False).digest()).decode("ascii")


def warc_fields(fields: Iterable[tuple[str, str]]) -> bytes:
    """A block of `application/warc-fields`; line breaks in values became spaces, for these are notes, not headers."""
    return "".join(f"{name}: {' '.join(value.split())}\r\n" for name, value in fields).encode("utf-8", "replace")


def pack(record: Record) -> bytes:
    """The record as one gzip member; raises ArchiveError where a header value would break the record open."""
    headers = _headers(record)
    for name, value in headers:
        _check(name, value, record)
    # warcio leaves out the block of what it knows to be a revisit, so it is told of nothing but bytes; the type
    # stands in the header.
    raw = _ArcWarcRecord(
        "warc",
        "resource",
        _StatusAndHeaders("", headers, protocol="WARC/1.1"),
        BytesIO(record.block),
        None,
        record.content_type,
        len(record.block),
    )
    out = BytesIO()
    _writer(out, gzip=True, warc_version="1.1").write_record(raw)
    return out.getvalue()


def _headers(record: Record) -> list[tuple[str, str]]:
    uri = [("WARC-Target-URI", record.url.replace(" ", "%20"))] if record.url is not None else []
    return [
        ("WARC-Type", record.kind),
        ("WARC-Record-ID", record.id),
        ("WARC-Date", record.date),
        *uri,
        *record.fields,
        ("WARC-Block-Digest", digest(record.block)),
        ("Content-Type", record.content_type),
    ]


def _check(name: str, value: str, record: Record) -> None:
    if any(character in value for character in "\r\n\0"):
        raise ArchiveError(
            f"{name} holds a line break or NUL: {value[:80]!r}",
            where=record.id,
            hint="the record was not written; such a value would forge records",
            code="bad-header",
        )
    try:
        value.encode("utf-8")
    except UnicodeEncodeError as error:
        raise ArchiveError(f"{name} is not Unicode text: {value[:80]!r}", where=record.id, code="bad-header") from error


def read(path: Path) -> Iterator[Stored]:
    """The file's records in order; raises ArchiveError where the file stops being whole members of one record each."""
    with path.open("rb") as file:
        yield from _iterate(file, path)


def read_at(path: Path, offset: int) -> Stored:
    """The record whose member begins at `offset`; raises ArchiveError when there is none."""
    try:
        with path.open("rb") as file:
            file.seek(offset)
            for stored in _iterate(file, path):
                return stored
    except OSError as error:
        raise ArchiveError(f"cannot read {path.name}: {error.strerror}", where=str(path)) from error
    raise ArchiveError(f"no record at byte {offset}", where=str(path), hint="run `cleaner archive verify`")


def _iterate(file: BinaryIO, path: Path) -> Iterator[Stored]:
    offset = file.tell()
    while file.read(1):
        file.seek(offset)
        member = _member(file)
        if member is None:
            raise _damaged(path, offset)
        yield _stored(member, path, offset)
        offset += member[1]
        file.seek(offset)


def _stored(member: tuple[bytes, int], path: Path, offset: int) -> Stored:
    text, length = member
    try:
        record = next(iter(_ArchiveIterator(BytesIO(text), no_record_parse=True)))
        block = record.raw_stream.read()
        fields = {name.lower(): value for name, value in record.rec_headers.headers}
        whole = len(block) == int(fields.get("content-length", -1))
    except (ArchiveLoadFailed, StopIteration, ValueError) as error:
        raise _damaged(path, offset) from error
    if not whole:
        raise _damaged(path, offset)
    return Stored(fields=fields, block=block, offset=offset, length=length)


def _damaged(path: Path, offset: int) -> ArchiveError:
    hint = "run `cleaner archive verify`; what stands before that byte is sound"
    return ArchiveError(f"no whole record at byte {offset}", where=str(path), hint=hint, code="damaged")


def _member(file: BinaryIO) -> tuple[bytes, int] | None:
    """The text of the member that begins here and its bytes in the file; None when it is cut or not one WARC record."""
    member = zlib.decompressobj(GZIP)
    length, text = 0, bytearray()
    while not member.eof:
        piece = file.read(SCAN_BYTES)
        if not piece:
            return None
        length += len(piece)
        try:
            text += member.decompress(piece)
        except zlib.error:
            return None
    if not text.startswith(b"WARC/") or not text.endswith(RECORD_END):
        return None
    return bytes(text), length - len(member.unused_data)


def whole_length(path: Path) -> int:
    """Length in bytes of the file's whole members, each one record; what stands behind it was torn or damaged."""
    whole = 0
    with path.open("rb") as file:
        while (member := _member(file)) is not None:
            whole += member[1]
            file.seek(whole)
    return whole


def whole_members(path: Path) -> Iterator[tuple[int, int]]:
    """Start and end of every whole member of one record in the file, also behind damage; not for empty files."""
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content:
        at = content.find(GZIP_MAGIC)
        while at >= 0:
            file.seek(at)
            member = _member(file)
            if member is None:
                at = content.find(GZIP_MAGIC, at + 1)
                continue
            yield at, at + member[1]
            at = content.find(GZIP_MAGIC, at + member[1])


def holds_record(content: bytes) -> bool:
    """True when a whole record begins anywhere in these bytes but at their start: then they are more than a torn write."""
    at = content.find(GZIP_MAGIC, 1)
    while at >= 0:
        if _member(BytesIO(content[at:])) is not None:
            return True
        at = content.find(GZIP_MAGIC, at + 1)
    return False
