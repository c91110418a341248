"""The items of one shard in their order: pages or texts, each with its place, and errors of single ones among them."""

import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, BinaryIO, cast

import msgspec

from cleaner.errors import CleanerError, InputError, LimitError
from cleaner.fetch.coding import GZIP_MAGIC
from cleaner.fetch.files import read_stream
from cleaner.fetch.warc import Stretch, walk_records
from cleaner.jobs.batch import places
from cleaner.jobs.batch.plan import Shard
from cleaner.model import Page

__all__ = ["HTML_COLUMN", "Item", "Place", "items_from", "items_of", "page_of"]

HTML_COLUMN = "html"  # what a table's pages stand in, beside `url` and `content_type`
_SHOWN_COLUMNS = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One page or one text of a shard, or why it cannot be read.

    `offset` is the byte or the row where it begins in its source; `columns` are the others of a line of JSON, verbatim.
    """

    source: str
    offset: int
    content: Page | str | CleanerError | None
    record_id: str | None = None
    columns: Mapping[str, msgspec.Raw] | None = None

    @property
    def url(self) -> str | None:
        """Its address where it is a page that has one."""
        return self.content.url if isinstance(self.content, Page) else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a shard can be entered again: an item's `offset`, and the number of the first item that has it."""

    offset: int
    number: int


def items_from(place: Place | None, shard: Shard, field: str | None, max_bytes: int) -> Iterator[tuple[int, Item]]:
    """The items with their numbers, from the place on where the input can be entered there, else all; as `items_of`."""
    if place is None or not _can_be_entered(shard):
        yield from enumerate(items_of(shard, field, max_bytes))
    else:
        rest = replace(shard, start=place.offset, files=shard.files[place.number :])
        yield from enumerate(items_of(rest, field, max_bytes), place.number)


def _can_be_entered(shard: Shard) -> bool:
    """Whether an item's offset is a place to begin to read; lines in gzip have none, and tables are passed over quickly."""
    if shard.kind == "jsonl":
        return places.start_of(shard.source, len(GZIP_MAGIC)) != GZIP_MAGIC
    return shard.kind in {"warc", "html"}


def items_of(shard: Shard, field: str | None, max_bytes: int) -> Iterator[Item]:
    """The items; raises InputError where the shard cannot be read on, naming where."""
    if shard.kind == "html":
        yield from _files(shard, max_bytes)
    elif shard.kind == "parquet":
        from cleaner.jobs.batch.parquet import rows_of

        yield from rows_of(shard, field)
    else:
        with places.open_input(shard.source) as stream, places.reading(shard.source):
            stream.seek(shard.start)
            yield from (
                _records(stream, shard, max_bytes) if shard.kind == "warc" else _lines(stream, shard, field, max_bytes)
            )


def _records(stream: BinaryIO, shard: Shard, max_bytes: int) -> Iterator[Item]:
    for found in walk_records(stream, shard.source, max_bytes, Stretch(start=shard.start, end=shard.end)):
        yield Item(source=shard.source, offset=found.offset, content=found.outcome, record_id=found.record_id)


def _files(shard: Shard, max_bytes: int) -> Iterator[Item]:
    for number, path in enumerate(shard.files):
        content: Page | CleanerError
        try:
            with places.open_input(path) as stream, places.reading(path):
                content = read_stream(stream, path, max_bytes)
        except CleanerError as error:
            content = error
        yield Item(source=path, offset=shard.start + number, content=content)


def _lines(stream: BinaryIO, shard: Shard, field: str | None, max_bytes: int) -> Iterator[Item]:
    """The lines of JSON; raises InputError where the first line is an object without the column."""
    lines, offset = _Unzipped(stream).lines(max_bytes), shard.start
    for number, (line, length) in enumerate(lines):
        if shard.end is not None and offset >= shard.end:
            return
        if line.strip():
            item = _line(line, shard.source, offset, field, max_bytes)
            if number == 0 and shard.start == 0 and isinstance(item.content, _NoColumnError):
                raise item.content
            yield item
        offset += length


class _NoColumnError(InputError):
    """A line or table has no column of that name."""

    default_code = "no-column"


def no_column(field: str | None, there: list[str], where: str) -> InputError:
    """That the column is missing, with the ones there are."""
    wanted = field or HTML_COLUMN
    hint = f"name a text column with --field; there are: {', '.join(there[:_SHOWN_COLUMNS])}"
    return _NoColumnError(f"no column {wanted!r}", where=where, hint=hint)


def _line(line: bytes, source: str, offset: int, field: str | None, max_bytes: int) -> Item:
    columns: dict[str, msgspec.Raw] | None = None
    content: Page | str | CleanerError | None
    try:
        if len(line) > max_bytes:
            raise LimitError(f"a line of more than {max_bytes} bytes", hint="raise --max-bytes", code="too-large")
        columns = msgspec.json.decode(line, type=dict[str, msgspec.Raw])
        if (field or HTML_COLUMN) not in columns:
            raise no_column(field, list(columns), source)
        if field:
            content = msgspec.json.decode(columns[field], type=str | None)
        else:
            told = {name: msgspec.json.decode(columns[name]) for name in _PAGE_COLUMNS if name in columns}
            content = page_of(told)
    except CleanerError as error:
        content = error
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        content = InputError(f"not a line of JSON to read: {error}", where=source, code="bad-json")
    return Item(source=source, offset=offset, content=content, columns=columns if field else None)


_PAGE_COLUMNS = (HTML_COLUMN, "url", "content_type")


def page_of(row: Mapping[str, Any]) -> Page | CleanerError:
    """The page that a table's row holds."""
    html, url = row.get(HTML_COLUMN), row.get("url")
    if not isinstance(html, str | bytes):
        return InputError(f"column {HTML_COLUMN!r} holds no text", code="bad-column")
    content_type = row.get("content_type")
    if isinstance(html, str):
        html, content_type = html.encode("utf-8", "replace"), "text/html; charset=utf-8"
    return Page(
        content=html,
        url=url if isinstance(url, str) else None,
        content_type=content_type if isinstance(content_type, str) else None,
    )


class _Unzipped:
    """Lines of a file of JSON, gunzipped where it is gzip."""

    def __init__(self, stream: BinaryIO) -> None:
        import gzip

        at = stream.tell()
        zipped = at == 0 and stream.read(len(GZIP_MAGIC)) == GZIP_MAGIC
        stream.seek(at)
        self._stream = cast("BinaryIO", gzip.GzipFile(fileobj=stream)) if zipped else stream

    def lines(self, max_bytes: int) -> Iterator[tuple[bytes, int]]:
        """Each line with its end, and its length; of a line beyond the limit no more than shows that it is."""
        try:
            while line := self._stream.readline(max_bytes + 1):
                length, end = len(line), line
                while len(end) > max_bytes and not end.endswith(b"\n"):
                    end = self._stream.readline(max_bytes + 1)
                    length += len(end)
                yield line, length
        except (EOFError, zlib.error) as error:
            raise InputError(f"a damaged gzip stream: {error}", code="bad-gzip") from error
