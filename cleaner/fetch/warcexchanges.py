"""Pages out of anyone's WARC with the exchange each came by, byte for byte: what an archive takes over from another."""

from collections import OrderedDict
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal, cast, get_args

from cleaner.errors import CleanerError, InputError
from cleaner.fetch.exchange import first_header, response_headers
from cleaner.fetch.options import MAX_BYTES
from cleaner.fetch.warc import Stretch, Walk, WarcRecord
from cleaner.model import Exchange, Page
from cleaner.urls import absolute

__all__ = ["Revisit", "walk_exchanges"]

REDIRECTS = frozenset({301, 302, 303, 307, 308})
MAX_REDIRECTS_HELD = 1_000  # redirects whose page has not come yet; in a crawl it follows at once
MAX_HOPS = 20  # browsers give up there
MAX_HEAD_BYTES = 256 * 1024  # of a request or a revisit's head
NO_DATE = datetime(1970, 1, 1, tzinfo=UTC)

Truncated = Literal["length", "time", "disconnect", "unspecified"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Revisit(Page):
    """A page that repeats one kept before, without its body: URL and date of the record that has it."""

    of_url: str
    of_date: datetime


def walk_exchanges(source: Path, max_bytes: int = MAX_BYTES) -> Iterator[Page | CleanerError]:
    """Every page of the WARC with its exchanges, redirects on the way before it; revisits; and errors of single pages.

    Raises InputError where the file cannot be read, or ends badly after what came before was handed out.
    """
    try:
        with source.open("rb") as stream:
            yield from _Walk(stream, str(source), max_bytes, Stretch()).pages()
    except OSError as error:
        why = (error.strerror or str(error)).lower()
        raise InputError(f"cannot be read: {why}", where=str(source), hint="check the path") from error


class _Walk(Walk):
    """One reading that keeps the bytes; a page waits for the request that follows it."""

    _request: tuple[WarcRecord, bytes] | None = None
    _held: tuple[WarcRecord, Page] | None = None
    _behind: list[Page | CleanerError]
    _ways: OrderedDict[str, Exchange]

    def pages(self) -> Iterator[Page | CleanerError]:
        """Pages, revisits and errors in the file's order."""
        self._behind, self._ways = [], OrderedDict()
        for found in self.run():
            yield found.outcome
            yield from self._taken()
        if last := self._released():
            yield last
        yield from self._taken()

    def _taken(self) -> list[Page | CleanerError]:
        taken, self._behind = self._behind, []
        return taken

    def page(self, record: WarcRecord) -> Page | CleanerError | None:
        kind = record.fields.get("warc-type")
        if kind == "request":
            self._asked(record)
            return None
        if kind == "revisit":
            found: Page | CleanerError | None = self._seen_again(record)
        else:
            found = super().page(record)
        if found is None:
            return None
        released = self._released()
        if kind in {"response", "revisit"} and isinstance(found, Page):
            self._held = (record, found)
            return released
        if released is None:
            return found
        self._behind.append(found)
        return released

    def is_wanted(self, status: int, content_type: str | None) -> bool:
        return status in REDIRECTS or super().is_wanted(status, content_type)

    def finished(self, page: Page, record: WarcRecord, block: bytes) -> Page | None:
        exchange = _exchange(record, page.url or "", page.status or 0, block)
        if self._request and _belong(self._request[0], record):
            exchange = replace(exchange, request=self._request[1])
        page = replace(page, exchanges=(exchange,))
        return page if page.status in REDIRECTS else super().finished(page, record, block) and page

    def _asked(self, record: WarcRecord) -> None:
        block = self.block(MAX_HEAD_BYTES)
        if block is None:
            return
        if self._held and _belong(record, self._held[0]):
            held, page = self._held
            self._held = (held, replace(page, exchanges=(replace(page.exchanges[0], request=block),)))
        else:
            self._request = (record, block)

    def _released(self) -> Page | None:
        """The page that waited, with the redirects that led to it; a redirect itself is put by."""
        if self._held is None:
            return None
        page, self._held = self._held[1], None
        if page.status in REDIRECTS and not isinstance(page, Revisit):
            self._put_by(page)
            return None
        way: list[Exchange] = []
        while len(way) < MAX_HOPS and (hop := self._ways.pop((way[0] if way else page).url or "", None)):
            way.insert(0, hop)
        return replace(page, exchanges=(*way, *page.exchanges))

    def _put_by(self, page: Page) -> None:
        exchange = page.exchanges[0]
        target = absolute(first_header(response_headers(exchange.response), "location") or "", exchange.url)
        if target:
            self._ways[target] = exchange
        while len(self._ways) > MAX_REDIRECTS_HELD:
            self._ways.popitem(last=False)

    def _seen_again(self, record: WarcRecord) -> Revisit | None:
        """The revisit; None where it does not say of what, as WARC 1.0 let it."""
        of_url = record.fields.get("warc-refers-to-target-uri", "").strip("<>")
        block = self.block(MAX_HEAD_BYTES)
        with suppress(ValueError, IndexError):
            of_date = datetime.fromisoformat(record.fields.get("warc-refers-to-date", ""))
            if block and record.url and of_url:
                exchange = _exchange(record, record.url, int(block.split(None, 2)[1]), block)
                return Revisit(
                    content=b"",
                    url=record.url,
                    status=exchange.status,
                    fetched_at=record.date,
                    exchanges=(exchange,),
                    of_url=of_url,
                    of_date=of_date,
                )
        return None


def _exchange(record: WarcRecord, url: str, status: int, block: bytes) -> Exchange:
    why = record.fields.get("warc-truncated")
    truncated = why if why in get_args(Truncated) else "unspecified" if why else None
    return Exchange(
        url=url,
        request=b"",
        response=block,
        status=status,
        started_at=record.date or NO_DATE,
        ip=record.fields.get("warc-ip-address"),
        truncated=cast("Truncated | None", None if record.fields.get("warc-type") == "revisit" else truncated),
    )


def _belong(request: WarcRecord, response: WarcRecord) -> bool:
    """Whether the two are one exchange: either names the other."""
    ids = (request.fields.get("warc-record-id"), response.fields.get("warc-record-id"))
    named = (response.fields.get("warc-concurrent-to"), request.fields.get("warc-concurrent-to"))
    return any(one and one == other for one, other in zip(ids, named, strict=True))
