"""What a record holds of the page that was received: its content with codings undone, and its digests computed anew."""

import hashlib
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import datetime

from cleaner.archive import payload, warc
from cleaner.archive.schema import Entry
from cleaner.archive.warc import Stored
from cleaner.errors import InputError
from cleaner.fetch.coding import CodingError, Unpacker, codings_of
from cleaner.model import Page
from cleaner.policy import MAX_BYTES

__all__ = ["content", "digests", "joined", "page"]

_HTTP = frozenset({"response", "revisit"})
_REDIRECTS = range(300, 400)


def joined(revisit: Stored, earlier: Stored) -> Stored:
    """The revisit with the body of the record it refers to."""
    body = payload.split(earlier.block)[1]
    return replace(revisit, block=payload.split(revisit.block)[0] + body)


def page(stored: Stored) -> Page | None:
    """The record as a page; None for redirects and for what is no page by type and content. Raises InputError."""
    head = payload.split(stored.block)[0] if stored.kind in _HTTP else b""
    content_type = payload.head_field(head, "content-type") if head else stored.fields.get("content-type")
    status = _status(head)
    received = content(stored)
    from cleaner.parse import looks_like_html  # who only keeps pages need not load it

    if status in _REDIRECTS or looks_like_html(received, content_type):
        return None
    return Page(
        content=received,
        url=stored.fields.get("warc-target-uri"),
        content_type=content_type,
        status=status,
        fetched_at=_moment(stored),
    )


def content(stored: Stored) -> bytes:
    """The entity: the body with transfer and content codings undone. Raises InputError where that cannot be done."""
    if stored.kind not in _HTTP:
        return stored.block
    head, body = payload.split(stored.block)
    if (payload.head_field(head, "transfer-encoding") or "").lower() == "chunked":
        body = payload.dechunked(body)
    coding = payload.head_field(head, "content-encoding") or ""
    try:
        unpacker = Unpacker(codings_of([(b"content-encoding", coding.encode("latin-1", "replace"))]), MAX_BYTES)
        if not unpacker.feed(body):
            raise InputError(f"more than {MAX_BYTES} bytes", where=stored.id, code="too-large")
    except CodingError as error:
        raise InputError(f"the body cannot be unpacked: {error}", where=stored.id, code="bad-body") from error
    return bytes(unpacker.content)


def digests(stored: Stored, whole: Stored, entry: Entry) -> Iterator[tuple[str, str, str]]:
    """Name, digest as written and as it is now, of the record block, the payload and the entity."""
    yield "record block", stored.fields.get("warc-block-digest", ""), warc.digest(stored.block)
    if written := stored.fields.get("warc-payload-digest"):
        body = payload.split(whole.block)[1] if stored.kind in _HTTP else stored.block
        read = payload.read_payload(whole.block) if stored.kind in _HTTP else None
        yield "payload", written, read.digest if read else warc.digest(body)
    if entry.entity_digest:
        yield "entity", entry.entity_digest, "sha256:" + hashlib.sha256(content(whole)).hexdigest()


def _status(head: bytes) -> int | None:
    with suppress(ValueError, IndexError):
        return int(head.split(b" ", 2)[1].split()[0])
    return None


def _moment(stored: Stored) -> datetime | None:
    with suppress(ValueError):
        return datetime.fromisoformat(stored.fields.get("warc-date", ""))
    return None
