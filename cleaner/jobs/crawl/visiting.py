"""One page of the crawl from its lease to its settling: asked for, cleaned, kept, and when it is due again."""

import hashlib
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import partial
from http import HTTPStatus
from time import monotonic, time
from typing import TYPE_CHECKING, Any

from cleaner.errors import CleanerError, FetchError, RefusedError, TryLaterError
from cleaner.fetch import Visit, require_page
from cleaner.fetch.browsergate import is_showable
from cleaner.fetch.exchange import first_header, response_headers
from cleaner.fetch.feeds import Listed
from cleaner.fetch.links import Leads
from cleaner.fetch.parts import MAX_PARTS
from cleaner.fetch.way import Headers
from cleaner.jobs.crawl import address
from cleaner.jobs.crawl.config import CrawlConfig, SourceConfig
from cleaner.jobs.crawl.fetcher import BUSY, Fetcher, last_header
from cleaner.jobs.crawl.gathering import Gathering, part_addresses, received_bytes
from cleaner.jobs.crawl.report import CrawlResult, Fate
from cleaner.jobs.crawl.revisit import Rhythm, after_failure_s, after_visit, believed, settles
from cleaner.jobs.crawl.schema import Item, Standing
from cleaner.jobs.crawl.scope import may_fetch, may_follow
from cleaner.jobs.crawl.storing import Store, is_hopeless
from cleaner.model import Exchange, Page
from cleaner.policy import Policy

if TYPE_CHECKING:
    from cleaner.archive import Entry
    from cleaner.article import Article
    from cleaner.fetch.browser import AsyncBrowser

__all__ = ["Visiting"]

DAY_S = 86_400.0
SAME_TEXT_LIMIT = 10  # pages of one shape with one text, found by links alone; then the shape is a trap
MIN_LINK_DEPTH = 2  # below, addresses were listed or chosen, and cannot be without end
PERMANENT = frozenset({HTTPStatus.MOVED_PERMANENTLY, HTTPStatus.PERMANENT_REDIRECT})


@dataclass(slots=True, kw_only=True)
class Visiting:
    """Visits leased pages one by one. `began` is when the run did; `headers` are a source's own for an address."""

    config: CrawlConfig
    fetcher: Fetcher
    store: Store
    began: float
    headers: Callable[[SourceConfig, str], Headers]
    blocked: set[tuple[str, str]]
    policies: Mapping[str, Policy]
    browser: "AsyncBrowser | None" = None
    _texts: Counter[tuple[str, str, str]] = field(default_factory=Counter)
    _adopted: dict[str, Standing] = field(default_factory=dict)
    _firsts: dict[str, str] = field(default_factory=dict)  # by the addresses of further pages of articles
    gathering: Gathering = field(init=False)

    def __post_init__(self) -> None:
        self.gathering = Gathering(fetcher=self.fetcher, store=self.store, headers=self.headers)
        self.gathering.free_parts(self.policies)

    async def visit(self, item: Item, source: SourceConfig) -> CrawlResult | None:
        """What became of the page; None where the source does not want it any more. The frontier knows it afterwards."""
        frontier = self.fetcher.frontier
        if not may_fetch(source, item.url):
            frontier.refuse(item, "excluded", "the source's patterns leave it out", time() + DAY_S)
            return None
        if standing := self._adopted.pop(item.url, None):
            frontier.settle(item, standing)
            return None
        if first := self._firsts.get(item.url):
            frontier.alias(item, first)
            return None
        if item.depth >= MIN_LINK_DEPTH and (item.host, address.shape(item.url)) in self.blocked:
            error = RefusedError("one of many pages with the same text", where=item.url, code="trap")
            return await self._refused(item, error, time() + 30 * DAY_S)
        if self.config.clean and item.visited_at is None:
            self.store.warm()  # while the page is on its way
        started = monotonic()
        # A shell of scripts may stay as it is while what they show changes, so it is not asked whether it changed.
        conditions = () if source.browser else item.conditions
        headers = (*conditions, *self.headers(source, item.url))
        async with self.fetcher.fetched(item.url, headers, source.delay_s) as visit:
            try:
                result = await self._judged(item, source, visit)
            except CleanerError as error:
                if is_hopeless(error):
                    raise
                result = self._unkept(item, visit, error)
        size = received_bytes(visit.exchanges) + result.received_bytes
        if source.images and result.kept:
            size += await self.gathering.pictures(source, item.url)
        return replace(result, received_bytes=size, seconds=monotonic() - started)

    async def _judged(self, item: Item, source: SourceConfig, visit: Visit) -> CrawlResult:
        page, error = visit.page, visit.error
        if isinstance(error, TryLaterError) or (page and item.host in self.fetcher.resting and page.status in BUSY):
            # Due in a later run, not again in this one.
            await self.store.keep_exchanges(visit.exchanges, partial(self.fetcher.frontier.release, [item], time()))
            return _result(item, Fate.DEFERRED, page, error or _busy(page, item, self.fetcher.resting[item.host]))
        if isinstance(error, RefusedError) and not page:
            return await self._refused(item, error, time() + DAY_S, visit.exchanges)
        if page and not error and page.status == HTTPStatus.NOT_MODIFIED and item.conditions:
            return await self._unchanged(item, page, visit.exchanges)
        try:
            if error:
                raise error
            assert page is not None, "a visit has a page or an error"
            require_page(page)
        except CleanerError as problem:
            return await self._failed(item, visit, problem)
        if _is_sent_home(item, page):
            # Kept as what was received on the way, not as yet another capture of the home page.
            lost = FetchError("leads to the home page", where=item.url, code="home")
            return await self._failed(item, visit, lost, is_capture=False)
        return await self._fetched(item, source, page)

    # what a visit may come to

    async def _refused(
        self, item: Item, error: CleanerError, due: float, exchanges: Sequence[Exchange] = ()
    ) -> CrawlResult:
        refused = partial(self.fetcher.frontier.refuse, item, error.code, error.message, due)
        await self.store.keep_exchanges(exchanges, refused)
        return _result(item, Fate.REFUSED, None, error)

    async def _failed(self, item: Item, visit: Visit, error: CleanerError, *, is_capture: bool = True) -> CrawlResult:
        """The failure, its bytes kept all the same; the address is left alone the longer the more often it failed."""
        page = visit.kept
        standing = _failing(item, error, page.status if page else None)
        if page and is_capture:
            await self.store.keep_page(page)
            self.fetcher.frontier.settle(item, standing)
        else:
            await self.store.keep_exchanges(visit.exchanges, partial(self.fetcher.frontier.settle, item, standing))
        return _result(item, Fate.FAILED, page, error)

    def _unkept(self, item: Item, visit: Visit, error: CleanerError) -> CrawlResult:
        """The failure of a page that came and that the archive refuses, alone of all."""
        self.fetcher.frontier.settle(item, _failing(item, error, None))
        return _result(item, Fate.FAILED, visit.page, error)

    async def _unchanged(self, item: Item, page: Page, exchanges: Sequence[Exchange]) -> CrawlResult:
        standing = self._standing(item, changed=False)
        etag = last_header(page, "ETag") or item.etag
        modified = last_header(page, "Last-Modified") or item.modified
        standing = replace(standing, etag=etag, modified=modified, digest=item.digest, status=page.status)
        await self.store.keep_exchanges(exchanges, partial(self.fetcher.frontier.settle, item, standing))
        return _result(item, Fate.UNCHANGED, page)

    def _standing(self, item: Item, *, changed: bool) -> Standing:
        """When the page is due again, by its mark where that tells of every change, else by its rhythm."""
        now, bounds = time(), self.config.revisit
        rhythm, wait_s = Rhythm(item.changes, item.watched), 0.0
        if item.visited_at is not None:
            rhythm, wait_s = after_visit(rhythm, now - item.visited_at, changed=changed)
        told = item.seen_mark is not None and item.mark != item.seen_mark
        idle = 0 if changed else item.idle + told
        rests = settles(item.mark, now) and believed(idle)
        return Standing(
            due=now + (float(bounds.max) if rests else min(max(wait_s, bounds.min), bounds.max)),
            visited_at=now,
            seen_mark=item.mark,
            changes=rhythm.changes,
            watched=rhythm.watched_s,
            idle=idle,
        )

    async def _fetched(self, item: Item, source: SourceConfig, page: Page) -> CrawlResult:
        digest = hashlib.sha256(page.content).hexdigest()
        etag, modified = last_header(page, "ETag"), last_header(page, "Last-Modified")
        if item.digest == digest and not source.browser:
            standing = replace(
                self._standing(item, changed=False), digest=digest, status=page.status, etag=etag, modified=modified
            )
            await self.store.keep_exchanges(page.exchanges, partial(self.fetcher.frontier.settle, item, standing))
            return _result(item, Fate.UNCHANGED, page)
        moved = _moved_to(item, page)
        if moved and self.fetcher.frontier.is_visited(moved):
            await self.store.keep_exchanges(page.exchanges, partial(self.fetcher.frontier.alias, item, moved))
            return _result(item, Fate.UNCHANGED, page)
        result = await self._kept(item, source, page)
        changed = result.fate in {Fate.NEW, Fate.CHANGED}
        standing = replace(
            self._standing(item, changed=changed), digest=digest, status=page.status, etag=etag, modified=modified
        )
        pictures = await self.store.lacking(result.kept.article) if source.images and result.kept else None
        self._settle(item, moved, _with_trouble(standing, item, result))
        if pictures is not None:
            self.fetcher.frontier.want_pictures(item, pictures)
        return result

    def _settle(self, item: Item, moved: str | None, standing: Standing) -> None:
        frontier = self.fetcher.frontier
        if first := self._firsts.get(item.url):
            frontier.alias(item, first)  # it came while its article was on its way
        elif not moved:
            frontier.settle(item, standing)
        elif not frontier.alias(item, moved, standing):
            self._adopted[moved] = standing  # its own lease is out in this very run; it need not go

    async def _kept(self, item: Item, source: SourceConfig, page: Page) -> CrawlResult:
        """The page in the archive, with its article unless the crawl only stores; its links offered."""
        if not self.config.clean:
            await self.store.keep_page(page)
            return _result(item, Fate.NEW if item.visited_at is None else Fate.CHANGED, page)
        policy = await self.store.heeding(self.policies[source.name], item.url)
        follows = item.depth < source.max_depth
        fetched = await self.gathering.parts(page, source, policy)
        page, parts = fetched.page, fetched.page.parts
        size = received_bytes(exchange for part in parts for exchange in part.exchanges)
        try:
            if self.browser and source.browser and is_showable(page):
                page = replace(page, rendering=await self.browser.render(page))
            cleaned = await self.store.clean(page, policy, leads=follows)
        except CleanerError as error:
            if is_hopeless(error):
                raise
            await self.store.keep_page(page)
            return replace(_result(item, Fate.FAILED, page, error), received_bytes=size)
        kept = replace(await self.store.keep(page, cleaned, policy), parts=len(parts), missed=fetched.missed)
        article = cleaned.article
        endless = kept.missed is not None and kept.missed.code == "parts"  # a chain without end is made of articles
        addresses = [] if endless else part_addresses(parts, item.url)
        if endless or not kept.missed:
            self.fetcher.frontier.free_parts(item.url, addresses)
        self._mark_parts(item, addresses)
        self._watch_for_traps(item, article)
        if cleaned.leads:
            self._follow(item, source, cleaned.leads, page.url or item.url)
        self._fold(item, article.meta.canonical)
        if article.reason:
            fate = Fate.NO_ARTICLE
        elif not kept.changed:
            fate = Fate.UNCHANGED
        else:
            fate = Fate.NEW if item.digest is None else Fate.CHANGED
        return replace(_result(item, fate, page), kept=kept, received_bytes=size)

    def _mark_parts(self, item: Item, addresses: Sequence[str]) -> None:
        """Nothing; what stands at these addresses came with the item's article, and is not asked for as pages of their own."""
        if item.url in self._firsts:
            return  # the article that it is itself a part of came meanwhile, and has them too
        for url in addresses:
            self._firsts[url] = item.url
            self.fetcher.frontier.mark_part(url, item)

    def _watch_for_traps(self, item: Item, article: "Article") -> None:
        """Nothing; where ever the same text stands under new addresses of one shape, that shape is given up for a while."""
        if article.reason or item.depth < MIN_LINK_DEPTH or item.digest is not None:
            return
        shape = address.shape(item.url)
        key = (item.host, shape, hashlib.sha256(article.text.encode("utf-8", "replace")).hexdigest())
        self._texts[key] += 1
        if self._texts[key] >= SAME_TEXT_LIMIT and (item.host, shape) not in self.blocked:
            self.blocked.add((item.host, shape))
            self.fetcher.frontier.block_shape(item.host, shape)

    def _follow(self, item: Item, source: SourceConfig, leads: Leads, page_url: str) -> None:
        """Nothing; the source's addresses among the links are offered."""
        if not leads.follow:
            return
        links = (link for link in leads.links if may_follow(source, link, page_url))
        fresh = (link for link in links if (address.authority(link), address.shape(link)) not in self.blocked)
        offered = (Listed(url=link) for link in fresh)
        self.fetcher.frontier.offer(offered, source.name, item.depth + 1, self.began)

    def _fold(self, item: Item, canonical: str | None) -> None:
        """Nothing; the address that the page names as its own will not be asked for as another page."""
        other = address.normal(canonical) if canonical else None
        if other and other != item.url and address.same_site(other, item.url) and address.stands_for(item.url, other):
            self.fetcher.frontier.mark_alias(other, item.url, item.source, item.depth)

    # after a crash

    async def recover(self, item: Item) -> bool:
        """Whether the page had been kept when the run that leased it was killed; it is settled then, else it waits again."""
        found = await self.store.newest(item.url)
        frontier = self.fetcher.frontier
        if found is None or item.leased_at is None or not self._is_whole(found[0], int(item.leased_at)):
            frontier.release([item])
            return False
        entry, response = found
        headers = response_headers(response)
        standing = replace(
            self._standing(item, changed=True),
            etag=first_header(headers, "ETag"),
            modified=first_header(headers, "Last-Modified"),
            digest=(entry.entity_digest or "").removeprefix("sha256:") or None,
            status=entry.status,
        )
        if entry.status is not None and entry.status >= HTTPStatus.BAD_REQUEST:
            standing = replace(
                standing, failures=item.failures + 1, error="http-status", message=f"HTTP status {entry.status}"
            )
            standing = replace(standing, due=standing.visited_at + after_failure_s(standing.failures))
        parts = await self.store.parts(entry)
        if any(part.truncated or (part.status or 0) >= HTTPStatus.BAD_REQUEST for part in parts):
            standing = replace(standing, **_ASKED_ANEW)
        if len(parts) < MAX_PARTS:
            self._mark_parts(item, [url for part in parts if (url := address.normal(part.url)) and url != item.url])
        if any(source.images for source in self.config.source if source.name == item.source):
            frontier.want_pictures(item, await self.store.lacking_of(entry))
        frontier.settle(item, standing)
        return True

    def _is_whole(self, entry: "Entry", since: float) -> bool:
        """Whether the capture is one of the killed run, not of a body that was cut, and has its article where it should."""
        is_page = entry.status is None or entry.status < HTTPStatus.BAD_REQUEST
        lacks = self.config.clean and is_page and entry.article_file is None
        return datetime.fromisoformat(entry.captured_at).timestamp() >= since and not entry.truncated and not lacks


# So that the next visit brings the whole page again, with its parts.
_ASKED_ANEW: Mapping[str, Any] = {"digest": "incomplete", "etag": None, "modified": None}


def _failing(item: Item, error: CleanerError, status: int | None) -> Standing:
    """The standing of an address that was asked for in vain: all that was known of it, and when it is due again."""
    failures, now = item.failures + 1, time()
    return Standing(
        due=now + after_failure_s(failures),
        visited_at=now,
        seen_mark=item.mark,
        etag=item.etag,
        modified=item.modified,
        digest=item.digest,
        changes=item.changes,
        watched=item.watched,
        idle=item.idle,
        failures=failures,
        status=status,
        error=error.code,
        message=error.message,
    )


def _with_trouble(standing: Standing, item: Item, result: CrawlResult) -> Standing:
    """The standing of a page that came, with what is wrong with it; what may be had later is asked for again, patiently."""
    missed = result.kept.missed if result.kept else None
    if missed:
        message = f"a further page of the article is missing: {missed}"
        standing = replace(standing, error=missed.code, message=message)
        standing = standing if isinstance(missed, RefusedError) else replace(standing, **_ASKED_ANEW)
    elif result.error:
        standing = replace(standing, error=result.error.code, message=result.error.message)
    if isinstance(
        missed or result.error, FetchError | TryLaterError
    ):  # a part's, or the browser's: the page itself came
        failures = item.failures + 1
        standing = replace(standing, failures=failures, due=time() + after_failure_s(failures))
    return standing


def _result(item: Item, fate: Fate, page: Page | None, error: CleanerError | None = None) -> CrawlResult:
    return CrawlResult(url=item.url, source=item.source, fate=fate, status=page.status if page else None, error=error)


def _busy(page: Page | None, item: Item, why: str) -> FetchError:
    status = f"{page.status}: " if page else ""
    return FetchError(f"{status}the host {why}", where=item.url, code="host-resting")


def _is_sent_home(item: Item, page: Page) -> bool:
    """Whether the page is the home page of its site in place of one below it, as sites answer for what they have no more."""
    final = address.normal(page.url) if page.url else None
    if final is None or len(page.exchanges) < 2 or not address.same_site(final, item.url):  # noqa: PLR2004 - a redirect and a page
        return False
    return address.folded(final).endswith("/") and address.folded(item.url) != address.folded(final)


def _moved_to(item: Item, page: Page) -> str | None:
    """The address that the page has moved to for good; None where it stands where it was asked for."""
    hops = page.exchanges[:-1]
    final = address.normal(page.url) if page.url else None
    if not hops or final is None or final == item.url or any(hop.status not in PERMANENT for hop in hops):
        return None
    return final
