"""WARC records to bytes and back, byte-exact: this floor's only door to warcio."""

import hashlib
import mmap
import re
import struct
import uuid
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import Any, BinaryIO, Literal, TypeAlias

from cleaner.errors import ArchiveError

__all__ = [
    "Kind",
    "Record",
    "Stored",
    "digest",
    "new_id",
    "own_members",
    "pack",
    "read",
    "read_at",
    "warc_date",
    "warc_fields",
    "whole_length",
]

Kind: TypeAlias = Literal["warcinfo", "request", "response", "revisit", "resource", "metadata", "conversion"]

GZIP = zlib.MAX_WBITS + 16  # zlib's way to say: one gzip member
GZIP_MAGIC = b"\x1f\x8b\x08"  # RFC 1952: every member begins so
GZIP_HEAD = GZIP_MAGIC + b"\0\0\0\0\0\0\xff"  # no name, no time, unknown system
LEVEL = 6  # zlib's own; 9 saved a thousandth on articles and cost up to three times as much (measured)
MIN_STORED_BYTES = 512  # of a packed block; below it the second stream costs more than it saves (measured)
GZIP_WRAP, RAW_WRAP = (
    16,
    0,
)  # what zlib wants added to the window's bits for a gzip member, and its sign for a raw stream
SMALL_WINDOW = (12, 5)  # bits and memory level: 4 KB, which loses nothing for content that is no longer than that
SMALL_BYTES = 3_500  # measured: a fourth of the time for 700 bytes, a half for 2,000, the same size to the byte
SCAN_BYTES = 1 << 16  # read at a time when looking for whole members
_BASE32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"  # RFC 4648; a number's letters are taken two by two
_BASE32_PAIRS = [first + second for first in _BASE32 for second in _BASE32]
RECORD_END = b"\r\n\r\n"  # WARC 1.1, section 4: every record ends so


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """One WARC record to be written: `block` goes into the file byte for byte.

    `fields` are the named fields beside those that follow from the rest (type, id, date, URI, length, block digest).
    From byte `packed_from` on the block is compressed already, so that compressing it once more gains nothing.
    """

    kind: Kind
    id: str
    date: str
    content_type: str
    block: bytes
    url: str | None = None
    fields: tuple[tuple[str, str], ...] = ()
    packed_from: int | None = None


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


def new_id() -> str:
    """A fresh record id, `<urn:uuid:…>`."""
    return f"<urn:uuid:{uuid.uuid4()}>"


def warc_date(moment: datetime) -> str:
    """The moment in UTC to the microsecond, as WARC 1.1 writes it; a moment without zone is taken as UTC."""
    utc = moment if moment.tzinfo is None else moment.astimezone(UTC)
    return utc.replace(tzinfo=None).isoformat(timespec="microseconds") + "Z"


def digest(content: bytes) -> str:
    """`sha1:` and base 32, the form every replay tool indexes by; not a defence against forgers."""
    number = int.from_bytes(hashlib.sha1(content, usedforsecurity=False).digest(), "big")
    return "sha1:" + "".join([_BASE32_PAIRS[number >> bits & 1_023] for bits in range(150, -1, -10)])


def warc_fields(fields: Iterable[tuple[str, str]]) -> bytes:
    """A block of `application/warc-fields`; line breaks in values became spaces, for these are notes, not headers."""
    return "".join(f"{name}: {' '.join(value.split())}\r\n" for name, value in fields).encode("utf-8", "replace")


def pack(record: Record, *more: tuple[str, str]) -> bytes:
    """The record, with these fields more, as one gzip member; raises ArchiveError where a value would break it open.

    Nothing of the block is looked at or rendered anew, as warcio's own writer would do to a head of HTTP.
    """
    head = _head(record, more)
    packed_from = len(record.block) if record.packed_from is None else record.packed_from
    if len(record.block) - packed_from < MIN_STORED_BYTES:
        content = head + record.block + RECORD_END
        packer = zlib.compressobj(LEVEL, zlib.DEFLATED, *_room(len(content), GZIP_WRAP))
        return packer.compress(content) + packer.flush()
    return _member_of(head + record.block[:packed_from], record.block[packed_from:] + RECORD_END)


def _member_of(head: bytes, rest: bytes) -> bytes:
    """A gzip member of both: the head compressed, the rest as it is, which costs a twentieth and comes out smaller."""
    packer = zlib.compressobj(LEVEL, zlib.DEFLATED, *_room(len(head), RAW_WRAP))
    # What ends in a flush ends at a byte, so that another raw stream can go on there.
    first = packer.compress(head) + packer.flush(zlib.Z_SYNC_FLUSH)
    storer = zlib.compressobj(zlib.Z_NO_COMPRESSION, zlib.DEFLATED, *_room(0, RAW_WRAP))
    stored = storer.compress(rest) + storer.flush()
    size = (len(head) + len(rest)) & 0xFFFFFFFF
    return GZIP_HEAD + first + stored + struct.pack("<II", zlib.crc32(rest, zlib.crc32(head)), size)


def _room(size: int, wrap: int) -> tuple[int, int]:
    """`wbits` and `memLevel` of zlib for so many bytes: to make room for a large window took longer than to fill it."""
    wbits, memory = SMALL_WINDOW if size <= SMALL_BYTES else (zlib.MAX_WBITS, zlib.DEF_MEM_LEVEL)
    return (wbits + wrap if wrap else -wbits), memory


def _head(record: Record, more: tuple[tuple[str, str], ...]) -> bytes:
    """The record's version and fields, up to its block; raises ArchiveError for what no field can hold."""
    fields = _fields(record, more)
    text = "\r\n".join(["WARC/1.1", *map(": ".join, fields), "", ""])
    breaks = len(fields) + 2
    if text.count("\r") == text.count("\n") == breaks and "\0" not in text:
        with suppress(UnicodeEncodeError):
            return text.encode("utf-8")
    raise _unfit(record, more)


def _fields(record: Record, more: tuple[tuple[str, str], ...]) -> list[tuple[str, str]]:
    return [
        ("WARC-Type", record.kind),
        ("WARC-Record-ID", record.id),
        ("WARC-Date", record.date),
        *([] if record.url is None else [("WARC-Target-URI", record.url.replace(" ", "%20"))]),
        *record.fields,
        *more,
        ("WARC-Block-Digest", digest(record.block)),
        ("Content-Type", record.content_type),
        ("Content-Length", str(len(record.block))),
    ]


def _unfit(record: Record, more: tuple[tuple[str, str], ...]) -> ArchiveError:
    """What is wrong with the first value that no field can hold."""
    name, value = next(field for field in _fields(record, more) if not all(map(_is_fit, field)))
    return ArchiveError(
        f"{name} holds a line break, NUL or what is no Unicode text: {value[:80]!r}",
        where=record.id,
        hint="the record was not written; such a value would forge records",
        code="bad-header",
    )


def _is_fit(value: str) -> bool:
    return not set("\r\n\0") & set(value) and not re.search("[\ud800-\udfff]", value)


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
    stored = _parsed(member, offset)
    if stored is None:
        raise _damaged(path, offset)
    return stored


def _parsed(member: tuple[bytes, int], offset: int) -> Stored | None:
    """The member as a record; None where its text is none."""
    from warcio import archiveiterator  # who only writes need not load it
    from warcio.exceptions import ArchiveLoadFailed

    text, length = member
    read: Any = archiveiterator.ArchiveIterator  # warcio has no types; what it reads is Any, and only here
    try:
        record = next(iter(read(BytesIO(text), no_record_parse=True)))
        block = record.raw_stream.read()
        fields = {name.lower(): value for name, value in record.rec_headers.headers}
        whole = len(block) == int(fields.get("content-length", -1))
    except (ArchiveLoadFailed, StopIteration, ValueError, OverflowError):
        return None
    return Stored(fields=fields, block=block, offset=offset, length=length) if whole else None


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


def own_members(path: Path) -> Iterator[tuple[int, int]]:
    """Start and end of every whole record of the file, also behind damage; not for empty files.

    A body that was stored as it came may hold bytes that are a whole record. So behind damage only those count that
    name the file's own warcinfo, whose id no server knows.
    """
    found = list(_whole_members(path))
    own = set(_own_warcinfos(found, path))
    sound = 0  # what begins here follows on a record, not on damage
    for start, end, fields in found:
        if start == sound or (fields.get("warc-record-id") if _is_warcinfo(fields) else _warcinfo(fields)) in own:
            yield start, end
            sound = end


def _own_warcinfos(found: Sequence[tuple[int, int, Mapping[str, str]]], path: Path) -> Iterator[str]:
    """Ids of the warcinfo records that are the file's: by its name in them, and by its first and last whole record."""
    for start, end, fields in found:
        if _is_warcinfo(fields) and fields.get("warc-filename") == path.name:
            yield fields.get("warc-record-id", "")
        # What a body holds stands neither at the file's start nor at its end.
        elif start == 0 or end == path.stat().st_size:
            yield _warcinfo(fields)


def _is_warcinfo(fields: Mapping[str, str]) -> bool:
    return fields.get("warc-type") == "warcinfo"


def _warcinfo(fields: Mapping[str, str]) -> str:
    return fields.get("warc-warcinfo-id", "")


def _whole_members(path: Path) -> Iterator[tuple[int, int, Mapping[str, str]]]:
    """Start, end and fields of whatever in the file is a whole record."""
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content:
        at = content.find(GZIP_MAGIC)
        while at >= 0:
            file.seek(at)
            member = _member(file)
            stored = _parsed(member, at) if member else None
            if stored is None:
                at = content.find(GZIP_MAGIC, at + 1)
                continue
            yield at, at + stored.length, stored.fields
            at = content.find(GZIP_MAGIC, at + stored.length)


def holds_record(content: bytes) -> bool:
    """True when a whole record begins anywhere in these bytes but at their start: then they are more than a torn write."""
    at = content.find(GZIP_MAGIC, 1)
    while at >= 0:
        if _member(BytesIO(content[at:])) is not None:
            return True
        at = content.find(GZIP_MAGIC, at + 1)
    return False
