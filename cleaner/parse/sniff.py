"""What a response holds when it is no HTML page, told from its first bytes and its content type, with the evidence in words."""

import re
from typing import Literal, NamedTuple

from cleaner.parse.decode import zero_bytes_are_utf16

__all__ = ["Kind", "kind_of", "looks_like_html"]

Kind = Literal["html", "feed", "xml", "json", "text", "pdf", "image", "audio", "video", "archive", "font", "binary"]


class Magic(NamedTuple):
    """Bytes at the start of a file, what they mean and how to name them."""

    start: bytes
    kind: Kind
    shown: str


# WHATWG MIME sniffing, and what else is met at article addresses.
MAGICS = (
    Magic(b"%PDF-", "pdf", "%PDF-"),
    Magic(b"%!PS-Adobe-", "binary", "%!PS-Adobe-"),
    Magic(b"\x89PNG\r\n\x1a\n", "image", "the PNG signature"),
    Magic(b"\xff\xd8\xff", "image", "the JPEG signature"),
    Magic(b"GIF87a", "image", "GIF87a"),
    Magic(b"GIF89a", "image", "GIF89a"),
    Magic(b"II*\0", "image", "the TIFF signature"),
    Magic(b"MM\0*", "image", "the TIFF signature"),
    Magic(b"\0\0\1\0", "image", "the icon signature"),
    Magic(b"ID3", "audio", "ID3"),
    Magic(b"OggS\0", "audio", "OggS"),
    Magic(b"fLaC", "audio", "fLaC"),
    Magic(b"\x1aE\xdf\xa3", "video", "the Matroska signature"),
    Magic(b"PK\3\4", "archive", "the ZIP signature"),
    Magic(b"\x1f\x8b", "archive", "the gzip signature"),
    Magic(b"7z\xbc\xaf\x27\x1c", "archive", "the 7z signature"),
    Magic(b"Rar!\x1a\7", "archive", "the RAR signature"),
    Magic(b"BZh9", "archive", "BZh9"),
    Magic(b"\xfd7zXZ\0", "archive", "the xz signature"),
    Magic(b"\x28\xb5\x2f\xfd", "archive", "the zstd signature"),
    Magic(b"WARC/1.", "archive", "WARC/1."),
    Magic(b"SQLite format 3\0", "binary", "SQLite format 3"),
    Magic(b"\x7fELF", "binary", "the ELF signature"),
    Magic(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "binary", "the OLE signature of old office files"),
    Magic(b"{\\rtf", "binary", "{\\rtf"),
    Magic(b"wOFF", "font", "wOFF"),
    Magic(b"wOF2", "font", "wOF2"),
)
# RIFF and ISO media name their content a few bytes in.
INNER_MAGICS = (
    (re.compile(rb"RIFF....WEBP", re.DOTALL), "image", "the WebP signature"),
    (re.compile(rb"RIFF....WAVE", re.DOTALL), "audio", "the WAVE signature"),
    (re.compile(rb"RIFF....AVI ", re.DOTALL), "video", "the AVI signature"),
    (re.compile(rb"....ftypavi[fs]", re.DOTALL), "image", "the AVIF signature"),
    (re.compile(rb"....ftyp", re.DOTALL), "video", "the MP4 signature"),
)

HEAD_BYTES = 1_000
MAX_ZERO_BYTES = 10  # of the first 1,000; text has none, a stray few come from broken servers
# WHATWG's binary data bytes: text has none of them. A few are met in text that was cut out of elsewhere.
BINARY_BYTES = bytes([*range(9), 0x0B, *range(0x0E, 0x1B), *range(0x1C, 0x20)])
MAX_CONTROLS_PER_CENT = 2
HTML_START = re.compile(
    rb"<!doctype\s+html|<(?:html|head|body|title|meta|script|style|div|article|section|main|header|nav|p|h[1-6]|table|span|br|a|b|link|iframe)[\s/>]",
    re.IGNORECASE,
)
HTML_ROOT = re.compile(rb"<!doctype\s+html|<html[\s>]|<body[\s>]", re.IGNORECASE)
FEED_ROOT = re.compile(rb"<(?:rss|feed|rdf:RDF|urlset|sitemapindex|opml)[\s>]")
LEADING_MARKUP = re.compile(
    rb"(?:\s+|<!--.*?-->|<\?.*?\?>|<!doctype[^>\[]*(?:\[[^\]]*\])?[^>]*>)*", re.DOTALL | re.IGNORECASE
)
ROOT = re.compile(rb"<([A-Za-z_][\w:.-]*)")
TAG = re.compile(rb"<[a-zA-Z][^<>]{0,1000}>")
JSON_START = re.compile(rb"\{\s*(?:\"(?:[^\"\\]|\\.)*\"\s*:|\})|\[\s*(?:[\[{\"\]]|-?\d)")

HTML_TYPES = frozenset({"text/html", "application/xhtml+xml", "application/vnd.wap.xhtml+xml"})
# Types servers send for want of a better one, or for XHTML: the content decides.
VAGUE_TYPES = frozenset(
    {"", "application/octet-stream", "binary/octet-stream", "unknown/unknown", "application/unknown", "*/*"}
)
XML_TYPES = frozenset({"text/xml", "application/xml"})


def looks_like_html(content: bytes, content_type: str | None) -> str | None:
    """None where the content is HTML or could be; else the evidence in words (`starts with %PDF-`).

    A page that begins as HTML is HTML whatever its content type says; servers err there more often than bytes.
    """
    head = _without_mark(content)
    if found := _magic(head):
        return f"starts with {found.shown}"
    if zeros := _too_many_zeros(content):
        return f"{zeros} NUL bytes in the first {min(len(content), HEAD_BYTES):,}"
    if controls := _too_many_controls(head):
        return f"{controls} control bytes in the first {min(len(head), HEAD_BYTES):,}"
    kind = _markup_kind(head)
    if kind == "html":
        return None
    if kind in {"feed", "xml"}:
        return f"root element <{_root(head)}>"
    mime = _mime(content_type)
    if kind == "json" and mime not in HTML_TYPES:
        return "starts as JSON" if mime in VAGUE_TYPES else f"content type {mime}"
    if mime in HTML_TYPES | VAGUE_TYPES | XML_TYPES or (mime == "text/plain" and TAG.search(content)):
        return None
    return f"content type {mime}"


def kind_of(content: bytes) -> Kind:
    """What the bytes are, from their start; `text` where they are neither markup nor a known format."""
    head = _without_mark(content)
    if found := _magic(head):
        return found.kind
    if _too_many_zeros(content) or _too_many_controls(head):
        return "binary"
    return _markup_kind(head) or "text"


def _mime(content_type: str | None) -> str:
    return (content_type or "").split(";")[0].split(",")[0].strip().lower()


def _without_mark(content: bytes) -> bytes:
    """The first bytes as ASCII markup: byte order mark off, UTF-16 narrowed."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")) or zero_bytes_are_utf16(content):
        return content[: 16 * HEAD_BYTES].replace(b"\0", b"").lstrip(b"\xff\xfe")
    return content[: 8 * HEAD_BYTES].removeprefix(b"\xef\xbb\xbf")


def _magic(head: bytes) -> Magic | None:
    for magic in MAGICS:
        if head.startswith(magic.start):
            return magic
    for pattern, kind, shown in INNER_MAGICS:
        if pattern.match(head):
            return Magic(b"", kind, shown)  # type: ignore[arg-type]
    return None


def _too_many_zeros(content: bytes) -> int:
    """Number of NUL bytes at the start where they are too many for text and not UTF-16's; else 0."""
    zeros = content.count(0, 0, HEAD_BYTES)
    if zeros <= MAX_ZERO_BYTES or content.startswith((b"\xff\xfe", b"\xfe\xff")) or zero_bytes_are_utf16(content):
        return 0
    return zeros


def _too_many_controls(head: bytes) -> int:
    """Number of control bytes at the start where they are too many for text and no markup is seen; else 0."""
    start = head[:HEAD_BYTES]
    controls = len(start) - len(start.translate(None, BINARY_BYTES))
    is_text = controls * 100 <= MAX_CONTROLS_PER_CENT * len(start) or HTML_START.search(start) is not None
    return 0 if is_text else controls


def _markup_kind(head: bytes) -> Kind | None:
    if HTML_ROOT.search(head[: 2 * HEAD_BYTES]):
        return "html"
    start = LEADING_MARKUP.match(head)
    body = head[start.end() if start else 0 :]
    if FEED_ROOT.match(body):
        return "feed"
    if HTML_START.match(body):
        return "html"
    if body[:1] in b"{[" and JSON_START.match(body):
        return "json"
    is_xml = head.lstrip().startswith(b"<?xml") or body.startswith(b"<svg")
    return "xml" if is_xml and ROOT.match(body) else None


def _root(head: bytes) -> str:
    start = LEADING_MARKUP.match(head)
    match = ROOT.match(head, start.end() if start else 0)
    return match[1][:40].decode("ascii", "replace") if match else "?"
