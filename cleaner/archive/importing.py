"""Pages taken over from anyone's WARC: exchanges byte for byte, cleaned by today's rules, each kept once."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from cleaner.archive import layout, payload, received, warc
from cleaner.archive.catalogue import Catalogue
from cleaner.archive.records import NOT_MODIFIED
from cleaner.errors import CleanerError
from cleaner.model import Page
from cleaner.policy import Policy

if TYPE_CHECKING:
    from cleaner.archive.archive import Archive
    from cleaner.archive.keeping import Kept
    from cleaner.fetch.warcexchanges import Revisit

__all__ = ["Imported", "take_in"]

What = Literal["kept", "known", "unresolved", "failed"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Imported:
    """What became of one page: `kept` (with its Kept), `known` (here already), `unresolved` (its body is not), `failed`."""

    url: str | None
    what: What
    kept: "Kept | None" = None
    error: CleanerError | None = None


def take_in(
    archive: "Archive", catalogue: Catalogue, source: Path, policy: Policy, max_bytes: int
) -> Iterator[Imported]:
    """What became of each page of the WARC, in its order."""
    from cleaner.fetch.warcexchanges import Revisit, walk_exchanges  # which load what reads WARCs

    for found in walk_exchanges(source, max_bytes):
        if isinstance(found, CleanerError):
            yield Imported(url=found.where, what="failed", error=found)
            continue
        page: Page | None = _again(archive, catalogue, found) if isinstance(found, Revisit) else found
        yield Imported(url=found.url, what="unresolved") if page is None else _taken(archive, catalogue, page, policy)


def _taken(archive: "Archive", catalogue: Catalogue, page: Page, policy: Policy) -> Imported:
    if page.fetched_at is not None:
        digest = "sha256:" + hashlib.sha256(page.content).hexdigest()
        if catalogue.has(page.url, warc.warc_date(page.fetched_at), digest):
            return Imported(url=page.url, what="known")
    try:
        return Imported(url=page.url, what="kept", kept=archive.add(page, policy=policy))
    except CleanerError as error:
        if error.exit_code in (7, 75):  # the archive or its disk, not the page
            raise
        return Imported(url=page.url, what="failed", error=error)


def _again(archive: "Archive", catalogue: Catalogue, revisit: "Revisit") -> Page | None:
    """The revisit with the body that it repeats; None where that is neither here nor came before it in the file."""
    place = catalogue.body_of(revisit.of_url, warc.warc_date(revisit.of_date))
    if place is None:
        return None
    *way, exchange = revisit.exchanges
    if exchange.status != NOT_MODIFIED:
        earlier = warc.read_at(layout.resolve(archive.path, place[0]), place[1])
        body = payload.split(earlier.block)[1]
        exchange = replace(exchange, response=payload.split(exchange.response)[0] + body)
        whole = received.page(replace(earlier, block=exchange.response))
        if whole is None:
            return None
    else:
        whole = Page(content=b"", status=NOT_MODIFIED)
    return replace(whole, url=revisit.url, fetched_at=revisit.fetched_at, exchanges=(*way, exchange))
