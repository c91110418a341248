"""What a raw HTTP response carries under its transfer coding, so that a body seen before is known again."""

import hashlib
from dataclasses import dataclass
from io import BytesIO

from cleaner.archive import warc

__all__ = ["Payload", "dechunked", "head_field", "read_payload", "split"]

# How the files of the web that are compressed in themselves begin: PNG, JPEG, WebP, WOFF, ZIP, gzip.
_PACKED = (b"\x89PNG", b"\xff\xd8\xff", b"RIFF", b"wOF", b"PK\x03\x04", b"\x1f\x8b")
MAX_CHUNK_LINE = 64  # bytes; longer ones are chunk extensions nobody sends, and end the reading


@dataclass(frozen=True, slots=True, kw_only=True)
class Payload:
    """A body with its transfer coding undone and its content coding left on.

    Two responses with equal `key` replay alike with either's body: `key` is a SHA-256 over content and both codings.
    `digest` is the WARC form; `whole_body` says that no transfer coding stood between, so every tool computes it alike.
    `starts_at` is where the body begins in the response; `is_packed` says that it is compressed, by its content coding
    or in itself, as pictures are.
    """

    digest: str
    key: str
    whole_body: bool
    starts_at: int
    is_packed: bool


def split(response: bytes) -> tuple[bytes, bytes]:
    """The head with its empty line, and what follows it; a response without an empty line is all head."""
    end = len(response)
    for mark in (b"\r\n\r\n", b"\n\n", b"\n\r\n"):
        at = response.find(mark, 0, end)
        end = at + len(mark) if at >= 0 else end
    return response[:end], response[end:]


def head_field(head: bytes, name: str) -> str | None:
    """The field's values joined by commas as HTTP allows, without surrounding space; None where the head lacks it."""
    wanted = name.lower().encode("ascii")
    values = []
    for line in head.splitlines()[1:]:
        field, colon, value = line.partition(b":")
        if colon and field.strip().lower() == wanted:
            values.append(value.strip().decode("latin-1"))
    return ", ".join(values) if values else None


def read_payload(response: bytes) -> Payload | None:
    """What the response carries; None for an empty body and for one whose transfer coding cannot be undone."""
    head, body = split(response)
    transfer = (head_field(head, "transfer-encoding") or "").lower()
    content = body if not transfer else _unchunked(body) if transfer == "chunked" else None
    if not content:
        return None
    coding = (head_field(head, "content-encoding") or "").lower()
    key = hashlib.sha256(f"{transfer}|{coding}|".encode("latin-1", "replace") + content).hexdigest()
    is_packed = bool(coding) or content.startswith(_PACKED)
    digest = warc.digest(content)
    return Payload(digest=digest, key=key, whole_body=not transfer, starts_at=len(head), is_packed=is_packed)


def _unchunked(body: bytes) -> bytes | None:
    """The chunks joined, trailers passed over; None where they are not whole up to the last, empty one."""
    stream, content = BytesIO(body), bytearray()
    while (size := _chunk_size(stream.readline(MAX_CHUNK_LINE))) is not None:
        if size == 0:
            return bytes(content)
        chunk = stream.read(size)
        if len(chunk) < size or stream.readline(2) != b"\r\n":
            return None
        content += chunk
    return None


def dechunked(body: bytes) -> bytes:
    """The body with its chunks joined; as it is where it is not chunked whole, as some tools store it."""
    joined = _unchunked(body)
    return body if joined is None else joined


def _chunk_size(line: bytes) -> int | None:
    digits = line.partition(b";")[0].strip()
    if not line.endswith(b"\n") or not digits or not all(byte in b"0123456789abcdefABCDEF" for byte in digits):
        return None
    return int(digits, 16)
