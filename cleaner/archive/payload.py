"""What a raw HTTP response carries under its transfer coding, so that a body seen before is known again."""

import hashlib
from dataclasses import dataclass
from io import BytesIO

from cleaner.archive import warc

__all__ = ["Payload", "dechunked", "head_field", "read_payload", "split"]

MAX_CHUNK_LINE = 64  # bytes; longer ones are chunk extensions nobody sends, and end the reading


@dataclass(frozen=True, slots=True, kw_only=True)
class Payload:
    """A body with its transfer coding undone and its content coding left on.

    Two responses with equal `key` replay alike with either's body: `key` is a SHA-256 over content and both codings.
    `digest` is the WARC form; `whole_body` says that no transfer coding stood between, so every tool computes it alike.
    """

    digest: str
    key: str
    whole_body: bool


def split(response: bytes) -> tuple[bytes, bytes]:
    """The head with its empty line, and what follows it; a response without an empty line is all head."""
    ends = [(at + len(mark)) for mark in (b"\r\n\r\n", b"\n\n", b"\n\r\n") if (at := response.find(mark)) >= 0]
    end = min(ends, default=len(response))
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
    codings = f"{transfer}|{(head_field(head, 'content-encoding') or '').lower()}|"
    key = hashlib.sha256(codings.encode("latin-1", "replace") + content).hexdigest()
    return Payload(digest=warc.digest(content), key=key, whole_body=not transfer)


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
