"""Pages out of WARC files, anyone's: each response or resource record that could be an article's page, in the file's order."""

import logging
import zlib
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from pathlib import Path
from typing import Any, BinaryIO, TypeAlias

from warcio import bufferedreaders, recordloader
from warcio.exceptions import ArchiveLoadFailed
from warcio.statusandheaders import StatusAndHeadersParserException

from cleaner.errors import CleanerError, InputError, LimitError
from cleaner.fetch.coding import GZIP_MAGIC, CodingError, Unpacker, codings_of
from cleaner.fetch.options import MAX_BYTES
from cleaner.fetch.warcbytes import GZIP, READ_BYTES, TornError, WarcBytes
from cleaner.model import Page
from cleaner.parse.sniff import HTML_TYPES, VAGUE_TYPES, XML_TYPES, looks_like_html

__all__ = [
    "SNIFFED_BYTES",
    "Found",
    "Stretch",
    "Walk",
    "WarcRecord",
    "is_warc",
    "is_warc_name",
    "read_warc",
    "walk_records",
    "walk_warc",
]

WARC_MAGIC = b"WARC/"
SNIFFED_BYTES = 1_024  # a deflate block may begin with 300 bytes of code tables before the first letter comes out
HEAD_BYTES = 256 * 1024  # room for the HTTP head beside the body; four times what the fetcher takes
READABLE_TYPES = HTML_TYPES | VAGUE_TYPES | XML_TYPES | {"text/plain"}
BODILESS = frozenset({204, 205, 304})  # RFC 9110: these never carry a page
HTTP_TYPE = "application/http"

Source: TypeAlias = str | Path | BinaryIO

# warcio has no types; what it makes is Any, and only here.
_Loader: Any = recordloader.ArcWarcRecordLoader
_Chunked: Any = bufferedreaders.ChunkedDataReader
# It warns of spaces in addresses through logging, and without a handler that would stand in people's terminals.
logging.getLogger("warcio").addHandler(logging.NullHandler())


def is_warc_name(name: str) -> bool:
    """Whether a file of this name is taken for a WARC whatever it begins with."""
    return name.lower().endswith((".warc", ".warc.gz"))


def is_warc(start: bytes) -> bool:
    """Whether the first bytes are those of a WARC, plain or gzipped; SNIFFED_BYTES of them are enough."""
    if not start.startswith(GZIP_MAGIC):
        return start.startswith(WARC_MAGIC)
    with suppress(zlib.error):
        return zlib.decompressobj(GZIP).decompress(start, len(WARC_MAGIC)) == WARC_MAGIC
    return False


def read_warc(source: Source, max_bytes: int = MAX_BYTES) -> Iterator[Page]:
    """The pages of a WARC (a path, or a stream of its bytes), read one at a time; raises at the first that is unreadable.

    `url` and `fetched_at` are the record's, `status` and `content_type` the response's; codings are undone and
    `exchanges` stay empty. Redirects, revisits, pictures and other records that cannot be articles are passed over.
    Raises InputError naming the byte where the file stops being a WARC, LimitError for a page beyond `max_bytes`.
    """
    for found in walk_warc(source, max_bytes):
        if isinstance(found, CleanerError):
            raise found
        yield found


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A page or the error of a single one, with its record's id and the byte where the record begins."""

    outcome: Page | CleanerError
    record_id: str | None
    offset: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Stretch:
    """The records of a file that begin at `start` or after it and before `end` (None: to the file's end)."""

    start: int = 0
    end: int | None = None


def walk_records(
    stream: BinaryIO,
    where: str,
    max_bytes: int = MAX_BYTES,
    stretch: Stretch = Stretch(),
) -> Iterator[Found]:
    """As walk_warc, with the place of each; the stream stands at the stretch's start, which begins a record."""
    yield from Walk(stream, where, max_bytes, stretch).run()


def walk_warc(source: Source, max_bytes: int = MAX_BYTES) -> Iterator[Page | CleanerError]:
    """As read_warc, but with the error of a single page in its place among the others; raises where the file ends badly."""
    if not isinstance(source, str | Path):
        yield from (found.outcome for found in walk_records(source, "-", max_bytes))
        return
    try:
        stream = Path(source).open("rb")  # noqa: SIM115  # closed below; only its opening is tried here
    except (OSError, ValueError) as error:  # ValueError: a NUL in the path
        raise _unreadable(source, error) from error
    with stream:
        try:
            yield from (found.outcome for found in walk_records(stream, str(source), max_bytes))
        except OSError as error:
            raise _unreadable(source, error) from error


def _unreadable(source: str | Path, error: Exception) -> InputError:
    why = (error.strerror if isinstance(error, OSError) else None) or str(error)
    return InputError(f"cannot be read: {why.lower()}", where=str(source), hint="check the path and its permissions")


@dataclass(frozen=True, slots=True, kw_only=True)
class WarcRecord:
    """One record whose head has been read: its fields by lower-case name, its length, and where it begins in the file."""

    fields: dict[str, str]
    length: int
    offset: int

    @property
    def url(self) -> str | None:
        """The web address the record is about; None for others."""
        address = self.fields.get("warc-target-uri", "").strip("<>")
        return address if address.lower().startswith(("http://", "https://")) else None

    @property
    def date(self) -> datetime | None:
        """When it was made; None where the field is missing or no date."""
        with suppress(ValueError):
            return datetime.fromisoformat(self.fields.get("warc-date", ""))
        return None


class Walk:
    """One reading of one file."""

    def __init__(self, stream: BinaryIO, where: str, max_bytes: int, stretch: Stretch) -> None:
        self._bytes = WarcBytes(stream, stretch.start)
        self._end = stretch.end
        self._where = where
        self._max_bytes = max_bytes
        self._loader = _Loader(verify_http=False)

    def run(self) -> Iterator[Found]:
        """Pages and errors of single pages."""
        try:
            while self._bytes.skip_blank_lines():
                if self._end is not None and self._bytes.offset >= self._end:
                    return
                record = self._record()
                outcome = self.page(record)
                self._skip(record)
                if outcome is not None:
                    yield Found(outcome=outcome, record_id=record.fields.get("warc-record-id"), offset=record.offset)
        except TornError as error:
            raise self._damaged(str(error), self._bytes.offset) from error

    def _record(self) -> WarcRecord:
        offset = self._bytes.offset
        try:
            head = self._loader.warc_parser.parse(self._bytes)
        except (ArchiveLoadFailed, StatusAndHeadersParserException, EOFError, ValueError) as error:
            raise self._damaged("no WARC record", offset) from error
        fields = {str(name).lower(): str(value).strip() for name, value in head.headers}
        length = fields.get("content-length", "")
        if not (length.isascii() and length.isdigit()):
            raise self._damaged("a record without its length", offset)
        self._bytes.begin(int(length[:18]))
        return WarcRecord(fields=fields, length=int(length[:18]), offset=offset)

    def _skip(self, record: WarcRecord) -> None:
        if not self._bytes.skip_record():
            raise self._damaged("a record that is cut short", record.offset)

    def page(self, record: WarcRecord) -> Page | CleanerError | None:
        """The page in this record, or why it cannot be had; None where the record is of no use here."""
        kind = record.fields.get("warc-type")
        is_http = record.fields.get("content-type", "").lower().startswith(HTTP_TYPE)
        if kind == "response" and is_http and record.url:
            return self._response(record)
        if kind == "resource":
            return self._resource(record)
        return None

    def _resource(self, record: WarcRecord) -> Page | CleanerError | None:
        content_type = record.fields.get("content-type")
        if not _readable(content_type):
            return None
        if record.length > self._max_bytes:
            return self._too_large(record)
        content = self._bytes.rest()
        return _worthwhile(Page(content=content, url=record.url, content_type=content_type, fetched_at=record.date))

    def _response(self, record: WarcRecord) -> Page | CleanerError | None:
        # Codings are bought with bytes that are no content; a quarter more is beyond any honest server.
        too_large = record.length > self._max_bytes + self._max_bytes // 4 + HEAD_BYTES
        block = None if too_large else self._bytes.rest()
        stream = self._bytes if block is None else BytesIO(block)
        try:
            head = self._loader.http_parser.parse(stream)
            status = int(head.get_statuscode())
        except (StatusAndHeadersParserException, EOFError, ValueError):
            return None  # whatever it is, it is no HTTP response
        content_type = head.get_header("content-type")
        if not self.is_wanted(status, content_type):
            return None
        if block is None:
            return self._too_large(record)
        try:
            content = self._entity(head, block[stream.tell() :], cut="warc-truncated" in record.fields)
        except CodingError as error:
            return self._spoilt(record, f"damaged: {error}")
        if content is None:
            return self._too_large(record)
        page = Page(content=content, url=record.url, content_type=content_type, status=status, fetched_at=record.date)
        return self.finished(page, record, block)

    def is_wanted(self, status: int, content_type: str | None) -> bool:
        """Whether a response of this kind may be a page."""
        redirects = 300 <= status < 400  # noqa: PLR2004
        return not redirects and status not in BODILESS and _readable(content_type)

    def finished(self, page: Page, record: WarcRecord, block: bytes) -> Page | None:
        """The page as it is handed out; None where its content is no page after all."""
        del record, block
        return _worthwhile(page)

    def block(self, max_bytes: int) -> bytes | None:
        """The record's block where it is no longer than that."""
        content = self._bytes.read(max_bytes + 1)
        while len(content) <= max_bytes and (more := self._bytes.read(max_bytes + 1 - len(content))):
            content += more
        return content if len(content) <= max_bytes else None

    def _entity(self, head: Any, body: bytes, *, cut: bool) -> bytes | None:
        """The body with its codings undone; None where it is beyond the limit."""
        if (head.get_header("transfer-encoding") or "").lower() == "chunked":
            # Many tools store the body unchunked under the old header; this reader lets such a body through.
            body = _unchunked(body)
        named = [
            (name.encode("latin-1", "replace"), value.encode("latin-1", "replace")) for name, value in head.headers
        ]
        unpacker = Unpacker(codings_of(named), self._max_bytes)
        if not unpacker.feed(body):
            return None
        if not cut:
            unpacker.finish()
        return bytes(unpacker.content)

    def _too_large(self, record: WarcRecord) -> LimitError:
        message = f"more than {self._max_bytes} bytes (record at byte {record.offset} of {self._where})"
        return LimitError(message, where=record.url or self._where, hint="raise --max-bytes", code="too-large")

    def _spoilt(self, record: WarcRecord, message: str) -> InputError:
        message = f"{message} (record at byte {record.offset} of {self._where})"
        return InputError(message, where=record.url or self._where, hint="the other records are read all the same")

    def _damaged(self, what: str, offset: int) -> InputError:
        hint = "what stands before that byte has been read; is the file whole?"
        return InputError(f"{what} at byte {offset}", where=self._where, hint=hint, code="bad-warc")


def _readable(content_type: str | None) -> bool:
    return (content_type or "").partition(";")[0].strip().lower() in READABLE_TYPES


def _worthwhile(page: Page) -> Page | None:
    return None if looks_like_html(page.content, page.content_type) else page


def _unchunked(body: bytes) -> bytes:
    reader, pieces = _Chunked(BytesIO(body)), []
    while piece := reader.read(READ_BYTES):
        pieces.append(piece)
    return b"".join(pieces)
