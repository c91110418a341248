"""What a sitemap lists: pages with their last change, or further sitemaps; XML, news, gzip, plain text, feeds.

Reads bytes as a stream, broken ones too; fetches nothing.
"""

import re
import zlib
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from io import BytesIO
from itertools import islice
from typing import IO

from lxml import etree

from cleaner import urls
from cleaner.errors import FetchError
from cleaner.fetch.feeds import MAX_FEED_BYTES, MAX_URL_CHARS, Listed, read_feed

__all__ = ["MAX_SITEMAP_ITEMS", "Sitemap", "read_sitemap"]

MAX_SITEMAP_ITEMS = 1_000_000  # twenty times the protocol's limit; what lies beyond is left out
MAX_UNPACKED_BYTES = 512 * 1024 * 1024  # read as a stream, so this bounds time, not memory
MAX_ENTRY_ELEMENTS = 20_000  # of one entry, and between two: a page may name 1,000 pictures with five elements each
_PIECE = 64 * 1024
_GZIP = b"\x1f\x8b"
_TEXT_LINE = re.compile(rb"https?://[^\s<>\"]+")
_TAIL_BYTES = 400
_ENDS = re.compile(rb"</(?:\w+:)?(?:urlset|sitemapindex)\s*>", re.IGNORECASE)
_ENTRIES = frozenset({"url", "sitemap"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Sitemap:
    """One entry: a page where `further` is False, else another sitemap to read."""

    listed: Listed
    further: bool = False


def read_sitemap(content: bytes, url: str) -> Iterator[Sitemap]:
    """The entries of the sitemap at `url`, in order, as far as it can be read; addresses relative to it made absolute.

    Raises FetchError at the first step for what is no sitemap: HTML, a wrong type, an entity bomb.
    """
    stream: IO[bytes] = _Unzipped(content) if content[:2] == _GZIP else BytesIO(content)
    start = stream.read(4096)
    head = start.lstrip(b"\xef\xbb\xbf \t\r\n")
    if head[:200].lower().startswith((b"<!doctype html", b"<html")):
        raise _no_sitemap(url, "HTML")
    if b"<!entity" in start.lower():
        raise _no_sitemap(url, "it declares entities of its own")
    if not head.startswith(b"<"):
        yield from _text_entries(start, stream, url)
        return
    if re.search(rb"<(?:\w+:)?(?:rss|feed|RDF)[\s>]", start):
        yield from (Sitemap(listed=item) for item in read_feed(start + stream.read(MAX_FEED_BYTES), url))
        return
    yield from _xml_entries(_Joined(start, stream), url)


def _no_sitemap(url: str, why: str) -> FetchError:
    return FetchError(f"not a sitemap: {why}", where=url, hint="open it in a browser: is this XML?", code="bad-sitemap")


class _Unzipped(BytesIO):
    """The gzip stream's content, piece by piece, to the last byte that can be had and never beyond the limit."""

    def __init__(self, content: bytes) -> None:
        super().__init__(content)
        self._inflate, self._left, self._ready = zlib.decompressobj(zlib.MAX_WBITS | 32), MAX_UNPACKED_BYTES, b""

    def read(self, size: int | None = -1) -> bytes:
        wanted = MAX_UNPACKED_BYTES if size is None or size < 0 else size
        while len(self._ready) < wanted and (piece := self._unpack(wanted - len(self._ready))):
            self._ready += piece
        taken, self._ready = self._ready[:wanted], self._ready[wanted:]
        return taken

    def _unpack(self, wanted: int) -> bytes:
        if self._inflate.eof or self._left <= 0:
            return b""
        packed = self._inflate.unconsumed_tail or super().read(_PIECE)
        try:
            piece = self._inflate.decompress(packed, min(max(wanted, _PIECE), self._left)) if packed else b""
        except zlib.error:  # a torn tail: what came before it counts
            self._left = 0
            return b""
        self._left -= len(piece)
        return piece


class _Joined(BytesIO):
    """The bytes already read, then the rest of the stream."""

    def __init__(self, start: bytes, rest: IO[bytes]) -> None:
        super().__init__(start)
        self._rest, self._tail = rest, b""

    def read(self, size: int | None = -1) -> bytes:
        piece = super().read(size) or self._rest.read(-1 if size is None else size)
        self._tail = (self._tail + piece)[-_TAIL_BYTES:]
        return piece

    @property
    def was_cut(self) -> bool:
        """Whether what was read ends without a root's end tag."""
        return not _ENDS.search(self._tail)


def _xml_entries(stream: _Joined, url: str) -> Iterator[Sitemap]:
    """Entries of XML, namespaces ignored: sites write http, https, none, or their own."""
    # `recover` takes what stands before and after a broken spot; entities stay unread, and nothing is loaded.
    steps = etree.iterparse(
        stream, events=("end",), recover=True, resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False
    )
    count, since, root = 0, 0, ""
    last: Sitemap | None = None
    try:
        for _, element in steps:
            since, root = since + 1, _local(element)
            if not count and since == 1 and _declares_entities(element):
                raise _no_sitemap(url, "it declares entities of its own")
            if root in _ENTRIES:
                if last:
                    yield last
                last = _entry(element, root, url)
                count, since = count + 1, 0
                _forget(element)
            if count >= MAX_SITEMAP_ITEMS or since > MAX_ENTRY_ELEMENTS:
                break
    except etree.XMLSyntaxError as error:
        if not count:
            raise _no_sitemap(url, "broken XML") from error
    if not count and root not in {"urlset", "sitemapindex"}:
        raise _no_sitemap(url, f"its root is {root or 'missing'}")
    # Where the file was cut, the last address may be half of one.
    if last and not stream.was_cut:
        yield last


def _declares_entities(element: etree._Element) -> bool:
    declared = element.getroottree().docinfo.internalDTD
    return declared is not None and next(declared.iterentities(), None) is not None


def _forget(element: etree._Element) -> None:
    """Nothing; the element and all before it are out of memory."""
    element.clear()
    parent = element.getparent()
    while parent is not None and element.getprevious() is not None:
        del parent[0]


def _local(element: etree._Element) -> str:
    """The element's name without its namespace, in lower case; empty for what has none that can be read."""
    try:
        tag: object = element.tag
    except UnicodeDecodeError:  # a lone surrogate in its namespace, which libxml2 takes for a character
        return ""
    return tag.rpartition("}")[2].lower() if isinstance(tag, str) else ""


def _entry(element: etree._Element, name: str, url: str) -> Sitemap | None:
    place = mark = None
    with suppress(UnicodeDecodeError):  # a lone surrogate, which libxml2 takes for a character
        for child in element:
            kind = _local(child)
            if kind == "loc" and place is None:
                place = urls.absolute("".join(child.itertext()).strip(), url)
            elif kind == "lastmod":
                mark = (child.text or "").strip()[:40] or None
    if not place or not place.startswith("http") or len(place) > MAX_URL_CHARS:
        return None
    return Sitemap(listed=Listed(url=place, mark=mark), further=name == "sitemap")


def _text_entries(start: bytes, stream: IO[bytes], url: str) -> Iterator[Sitemap]:
    """One address a line, as the protocol also allows."""
    count = 0
    for line in islice(_lines(start, stream), MAX_SITEMAP_ITEMS):
        found = _TEXT_LINE.fullmatch(line.strip())
        place = found and urls.absolute(found[0].decode("utf-8", "replace"))
        if place:
            count += 1
            yield Sitemap(listed=Listed(url=place), further=bool(re.search(r"\.xml(\.gz)?$", place)))
    if not count:
        raise _no_sitemap(url, "neither XML nor a list of addresses")


def _lines(start: bytes, stream: IO[bytes]) -> Iterator[bytes]:
    """The lines, those left out that are longer than any address; never more than a piece in memory."""
    rest, piece = b"", start
    while piece:
        *whole, rest = (rest + piece).replace(b"\r", b"\n").split(b"\n")
        yield from (line for line in whole if len(line) <= MAX_URL_CHARS)
        rest = rest[: MAX_URL_CHARS + 1]
        piece = stream.read(_PIECE)
    if len(rest) <= MAX_URL_CHARS:
        yield rest
