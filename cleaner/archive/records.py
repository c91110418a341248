"""What a page and its article become as WARC records; nothing is written here."""

import hashlib
import json
from base64 import b64encode
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from types import MappingProxyType
from typing import Any

import msgspec

from cleaner.archive import names, payload, warc
from cleaner.archive.payload import Payload
from cleaner.archive.warc import Record
from cleaner.model import RENDERED_TYPE, Exchange, Page, Rendering

__all__ = [
    "NOT_MODIFIED",
    "Capture",
    "Earlier",
    "Exchanged",
    "Known",
    "article_records",
    "capture_records",
    "exchange_records",
    "rendering_record",
    "storable",
]

MAX_NOTED_BYTES = 8_192  # of interim or surplus bytes kept in a note; a head of HTTP is rarely longer
SAME_PAYLOAD = "http://netpreserve.org/warc/1.1/revisit/identical-payload-digest"
SERVER_NOT_MODIFIED = "http://netpreserve.org/warc/1.1/revisit/server-not-modified"
NOT_MODIFIED = 304  # RFC 9110
RESPONSE_TYPE = "application/http; msgtype=response"
REQUEST_TYPE = "application/http; msgtype=request"
FIELDS_TYPE = "application/warc-fields"
_NOTHING: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True, slots=True, kw_only=True)
class Earlier:
    """A response record that already holds a payload; `digest` is the payload's, empty where it is not known."""

    record_id: str
    url: str
    date: str
    digest: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What the archive has already: `payload` by its key, and the page a server calls not modified, by its URL."""

    payload: Callable[[str], Earlier | None]
    page: Callable[[str], Earlier | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Capture:
    """One page as records to be written: `records[main]` is the page itself, the last record its capture note.

    `note` says what the catalogue knows of it; a capture counts once its note stands in the file. `payloads` are the
    bodies that stand in these records whole, by the record's index.
    """

    id: str
    records: tuple[Record, ...]
    main: int
    note: Mapping[str, str]
    payloads: Mapping[int, Payload]


@dataclass(frozen=True, slots=True, kw_only=True)
class Exchanged:
    """Exchanges as records; `payloads` are the bodies that stand in them whole, by the record's index."""

    records: tuple[Record, ...]
    payloads: Mapping[int, Payload]


def capture_records(page: Page, at: datetime, known: Known, more: Mapping[str, str] = _NOTHING) -> Capture:
    """The page as a pair of records for every exchange, or as one resource record where bytes came without HTTP.

    Its capture note also has the facts in `more`.
    """
    if page.exchanges:
        return _from_exchanges(page, at, known, more)
    return _from_bytes(page, at, more)


def _from_exchanges(page: Page, at: datetime, known: Known, more: Mapping[str, str]) -> Capture:
    *way, last = page.exchanges
    before, here = exchange_records(way, known), _exchanged(last, known)
    main = len(before.records)
    note = _facts(page, here.records[0], at) | dict(more) | dict(_oddities(last)) | {"hops": str(len(way))}
    records = (*before.records, *here.records, _note(here.records[0], list(note.items())))
    payloads = {**before.payloads, **{main + place: body for place, body in here.payloads.items()}}
    return Capture(id=note["capture"], records=records, main=main, note=note, payloads=payloads)


def exchange_records(exchanges: Sequence[Exchange], known: Known) -> Exchanged:
    """Each exchange as its pair of records, with a note behind it where something was odd: no capture, for no page is meant."""
    records: list[Record] = []
    payloads: dict[int, Payload] = {}
    for exchange in exchanges:
        pair = _exchanged(exchange, known)
        payloads |= {len(records) + place: body for place, body in pair.payloads.items()}
        notes = list(_oddities(exchange))
        records += [*pair.records, *([_note(pair.records[0], notes)] if notes else [])]
    return Exchanged(records=tuple(records), payloads=payloads)


def _exchanged(exchange: Exchange, known: Known) -> Exchanged:
    """The response's record, or a revisit in its place, and the request's where there is one."""
    body = payload.read_payload(exchange.response)
    earlier = known.payload(body.key) if body and not exchange.truncated else None
    response = _not_modified(exchange, known) or _response(exchange, body, earlier)
    request = (_request(exchange, response),) if exchange.request else ()
    is_whole = body is not None and earlier is None and not exchange.truncated
    return Exchanged(records=(response, *request), payloads={0: body} if body and is_whole else {})


def _response(exchange: Exchange, body: Payload | None, earlier: Earlier | None) -> Record:
    whole = Record(
        kind="response",
        id=warc.new_id(),
        date=warc.warc_date(exchange.started_at),
        content_type=RESPONSE_TYPE,
        block=exchange.response,
        url=exchange.url,
        fields=tuple(_response_fields(exchange, body)),
        packed_from=body.starts_at if body and body.is_packed else None,
    )
    if earlier is None or body is None:
        return whole
    head = exchange.response[: body.starts_at]
    cut = ("WARC-Truncated", "length")  # the standard asks for it where the block leaves the body out
    refers = _refers(replace(earlier, digest=body.digest), SAME_PAYLOAD)
    return replace(whole, kind="revisit", block=head, packed_from=None, fields=(*_address(exchange), cut, *refers))


def _not_modified(exchange: Exchange, known: Known) -> Record | None:
    """A revisit of the page as it was kept before; None for any other answer, and where it was not kept."""
    if exchange.status != NOT_MODIFIED or exchange.truncated:
        return None
    earlier = known.page(exchange.url)
    if earlier is None:
        return None
    whole = _response(exchange, None, None)
    return replace(whole, kind="revisit", fields=(*_address(exchange), *_refers(earlier, SERVER_NOT_MODIFIED)))


def _refers(earlier: Earlier, profile: str) -> Iterator[tuple[str, str]]:
    if earlier.digest:
        yield "WARC-Payload-Digest", earlier.digest
    yield "WARC-Profile", profile
    yield "WARC-Refers-To", earlier.record_id
    yield "WARC-Refers-To-Target-URI", earlier.url
    yield "WARC-Refers-To-Date", earlier.date


def _response_fields(exchange: Exchange, body: Payload | None) -> Iterator[tuple[str, str]]:
    yield from _address(exchange)
    # Tools disagree on the payload of chunked bodies, so only a body that is its own payload has the digest.
    if body and body.whole_body:
        yield "WARC-Payload-Digest", body.digest
    if exchange.truncated:
        yield "WARC-Truncated", exchange.truncated


def _address(exchange: Exchange) -> tuple[tuple[str, str], ...]:
    return (("WARC-IP-Address", exchange.ip),) if exchange.ip else ()


def _request(exchange: Exchange, response: Record) -> Record:
    return Record(
        kind="request",
        id=warc.new_id(),
        date=response.date,
        content_type=REQUEST_TYPE,
        block=exchange.request,
        url=exchange.url,
        fields=(("WARC-Concurrent-To", response.id), *_address(exchange)),
    )


def _note(about: Record, notes: list[tuple[str, str]]) -> Record:
    return Record(
        kind="metadata",
        id=warc.new_id(),
        date=about.date,
        content_type=FIELDS_TYPE,
        block=warc.warc_fields(notes),
        url=about.url,
        fields=(("WARC-Concurrent-To", about.id), ("WARC-Refers-To", about.id)),
    )


def _oddities(exchange: Exchange) -> Iterator[tuple[str, str]]:
    """What was received beside the final response, with its first bytes in base 64, and whether TLS went unchecked."""
    for name, content in (("interim", exchange.interim), ("surplus", exchange.surplus)):
        if content:
            yield f"{name}-bytes", str(len(content))
            yield f"{name}-base64", b64encode(content[:MAX_NOTED_BYTES]).decode("ascii")
    if not exchange.verified:
        yield "tls-verified", "no"


def _from_bytes(page: Page, at: datetime, more: Mapping[str, str]) -> Capture:
    record_id = warc.new_id()
    resource = Record(
        kind="resource",
        id=record_id,
        date=warc.warc_date(at),
        content_type=page.content_type or "application/octet-stream",
        block=page.content,
        url=page.url or record_id.strip("<>"),
        fields=(("WARC-Payload-Digest", warc.digest(page.content)),),
    )
    note = _facts(page, resource, at) | dict(more)
    records = (resource, _note(resource, list(note.items())))
    return Capture(id=note["capture"], records=records, main=0, note=note, payloads={})


def _facts(page: Page, main: Record, at: datetime) -> dict[str, str]:
    status = page.status if page.status is not None else page.exchanges[-1].status if page.exchanges else None
    facts = {
        "capture": names.capture_id(main.id),
        "url": page.url or main.url or "",
        "captured-at": warc.warc_date(at),
        "status": "" if status is None else str(status),
        "content-type": page.content_type or "",
        "entity-digest": "sha256:" + hashlib.sha256(page.content).hexdigest(),
        "entity-bytes": str(len(page.content)),
        "truncated": (page.exchanges[-1].truncated or "") if page.exchanges else "",
    }
    return {name: storable(value) for name, value in facts.items() if value}


def article_records(told: Mapping[str, Any], markdown: str, original: str, version_record: str | None) -> list[Record]:
    """A conversion record with the Markdown where the text is new, and always, as the last, a metadata record.

    `told` is the article and the facts of its cleaning; blocks and text are left out where an earlier version has
    them. `original` is the id of the page's record, `version_record` that of the conversion record to be written, None
    where there is none.
    """
    if version_record is None:
        told = {name: value for name, value in told.items() if name not in {"text", "blocks"}}
        return [_told_record(told, original, ())]
    conversion = Record(
        kind="conversion",
        id=version_record,
        date=told["cleaned_at"],
        content_type="text/markdown",
        block=storable(markdown).encode("utf-8"),
        url=told["url"],
        fields=(("WARC-Refers-To", original),),
    )
    return [conversion, _told_record(told, original, (("WARC-Concurrent-To", version_record),))]


def _told_record(told: Mapping[str, Any], original: str, concurrent: tuple[tuple[str, str], ...]) -> Record:
    return Record(
        kind="metadata",
        id=warc.new_id(),
        date=told["cleaned_at"],
        content_type="application/json",
        block=_as_json(told),
        url=told["url"],
        fields=(("WARC-Refers-To", original), *concurrent),
    )


def _as_json(told: Mapping[str, Any]) -> bytes:
    try:
        return msgspec.json.encode(told)  # a fifth of the time that the standard library takes
    except UnicodeEncodeError:  # escaped to ASCII, the lone surrogates of a broken page come back as they were
        return json.dumps(told, separators=(",", ":")).encode("ascii")


def rendering_record(rendering: Rendering, url: str, original: str) -> Record:
    """The DOM that a browser made of the page whose record is `original`, as it is cleaned; it goes with the articles."""
    cut = (("WARC-Truncated", rendering.truncated),) if rendering.truncated else ()
    return Record(
        kind="resource",
        id=warc.new_id(),
        date=warc.warc_date(rendering.rendered_at),
        content_type=RENDERED_TYPE,
        block=rendering.content,
        url=url,
        fields=(("WARC-Payload-Digest", warc.digest(rendering.content)), ("WARC-Concurrent-To", original), *cut),
    )


def storable(text: str) -> str:
    """The text with lone surrogates replaced and NULs out: what UTF-8 and SQLite can hold."""
    if text.isascii() and "\0" not in text:
        return text
    return text.replace("\0", "").encode("utf-8", "replace").decode("utf-8")
