"""Where a source's addresses come from: feeds, sitemaps, section pages, lists, and what a bare site has of these."""

import asyncio
import hashlib
import io
from collections.abc import AsyncIterator, Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import partial
from itertools import islice
from pathlib import Path
from time import monotonic, time
from typing import TypeAlias
from urllib.parse import urljoin

from cleaner.errors import CleanerError, InputError, StatusError
from cleaner.fetch import require_page
from cleaner.fetch.feeds import Listed, read_feed
from cleaner.fetch.links import Leads, read_leads
from cleaner.fetch.sitemaps import Sitemap, read_sitemap
from cleaner.fetch.way import Headers
from cleaner.jobs.crawl import address
from cleaner.jobs.crawl.config import SourceConfig
from cleaner.jobs.crawl.fetcher import BUSY, Fetcher, last_header
from cleaner.jobs.crawl.report import CrawlResult, Fate
from cleaner.jobs.crawl.revisit import freshness_s, settles
from cleaner.jobs.crawl.schema import Document
from cleaner.jobs.crawl.scope import may_fetch, may_follow, scope_digest
from cleaner.model import Page

__all__ = ["Discovery"]

MAX_SITEMAPS = 5_000  # asked for in one run for one source; the largest papers have about one a day for ten years
MAX_FURTHER = 50_000  # that one index names: the protocol's limit
MAX_SITEMAP_DEPTH = 5
GUESS_AGAIN_S = 30 * 86_400.0  # a site that has no feed or sitemap may have one later
CHUNK = 500  # addresses offered at once; between two chunks the fetching goes on
FEED_GUESSES = ("feed", "rss.xml", "atom.xml", "feed.xml", "index.xml", "rss")
SITEMAP_GUESSES = ("sitemap.xml", "sitemap_index.xml", "news-sitemap.xml")

Results: TypeAlias = AsyncIterator[CrawlResult]


@dataclass(slots=True)
class _Reading:
    """One document being asked for: its page where there is something new in it, and what became of asking."""

    result: CrawlResult
    page: Page | None = None
    document: Document | None = None


@dataclass(slots=True)
class Discovery:
    """Looks at one source and offers its addresses to the frontier; yields a result for each document it read.

    `now` is when the run began. `headers` are those for an address.
    """

    fetcher: Fetcher
    source: SourceConfig
    now: float
    headers: Callable[[SourceConfig, str], Headers]
    _listed: int = 0
    _wanted: int = 0
    _sitemaps: int = 0
    _cut: int = 0
    _odd: list[str] = field(default_factory=list)
    _seen: set[str] = field(default_factory=set)

    async def run(self) -> Results:
        """A result for each document; afterwards the frontier knows what the source lists."""
        source = self.source
        self._offer((Listed(url=url) for url in source.urls), 1)
        if source.url_file:
            await self._list_file(source.url_file)
        for url in source.feeds:
            async for result in self._feed(url):
                yield result
        for url in source.sitemaps:
            async for result in self._sitemap(url):
                yield result
        for url in source.pages:
            async for result in self._section(url):
                yield result
        if source.site:
            async for result in self._site(source.site):
                yield result
        await self.fetcher.keep((), partial(self.fetcher.frontier.put_started, source.name, self.now))

    @property
    def warnings(self) -> list[str]:
        """What the source's user should know that is no error."""
        told = []
        if self._listed and not self._wanted:
            told.append(f"{self.source.name}: none of {self._listed} addresses fits include and exclude")
        if self._odd:
            name, first = Path(self.source.url_file or "").name, self._odd[0][:80]
            told.append(
                f"{self.source.name}: {len(self._odd)} lines of {name} are no addresses, the first is {first!r}"
            )
        if self._cut:
            told.append(f"{self.source.name}: {self._cut} sitemaps were left to later runs, {MAX_SITEMAPS} were read")
        return told

    @property
    def _scope(self) -> str:
        """Changes when the source would take in other addresses: beyond the cap they wait for it to be raised."""
        return f"{scope_digest(self.source)} {self.fetcher.config.limits.max_host_pages}"

    async def _list_file(self, file: str) -> None:
        """Nothing; the addresses in the file are offered, unless they were when the file last was as it is."""
        frontier, name = self.fetcher.frontier, f"{self.source.name}#{file}"
        scope = self._scope
        digest = await asyncio.to_thread(_digest, file)
        known = frontier.document(name)
        if known and (known.digest, known.scope) == (digest, scope):
            return
        await self._offer_all(filter(self._is_address, _lines(file)), 1)
        read = Document(url=name, source=self.source.name, scope=scope, digest=digest, read_at=time())
        await self.fetcher.keep((), partial(frontier.put_document, read))

    def _is_address(self, listed: Listed) -> bool:
        if listed.url.startswith(("http://", "https://")) or address.normal(listed.url):
            return True
        self._odd.append(listed.url if not self._odd else "")  # the first is told, the others are counted
        return False

    def _offer(self, listed: Iterable[Listed], depth: int) -> int:
        source, every = self.source, list(listed)
        wanted = [one for one in every if may_fetch(source, one.url)]
        self._listed, self._wanted = self._listed + len(every), self._wanted + len(wanted)
        return self.fetcher.frontier.offer(wanted, source.name, depth, self.now)

    async def _offer_all(self, listed: Iterator[Listed], depth: int) -> None:
        while chunk := await asyncio.to_thread(list, islice(listed, CHUNK)):
            self._offer(chunk, depth)
            self.fetcher.frontier.commit()

    # documents

    async def _read(self, url: str) -> _Reading:
        """The document at `url`, its page only where it is another than at the last time."""
        frontier, started, scope = self.fetcher.frontier, monotonic(), self._scope
        known = frontier.document(url)
        if known and known.source != self.source.name:
            frontier.succeed(known.source, self.source.name)
        known = known if known and known.scope == scope and known.source == self.source.name else None
        conditions = ((("If-None-Match", known.etag), ("If-Modified-Since", known.modified))) if known else ()
        headers = (*((n, v) for n, v in conditions if v), *self.headers(self.source, url))
        async with self.fetcher.fetched(url, headers, self.source.delay_s) as visit:
            await self.fetcher.keep(visit.exchanges)
            size = sum(len(exchange.response) for exchange in visit.exchanges)
        made = _maker(url, self.source.name, size, monotonic() - started)
        page = visit.page
        if visit.error or page is None:
            return _Reading(made(Fate.FAILED, page, visit.error))
        asked = replace(known, read_at=time()) if known else None
        if known and page.status == 304:  # noqa: PLR2004 - not modified
            return _Reading(made(Fate.UNCHANGED, page), document=asked)
        try:
            require_page(page)
        except CleanerError as error:
            return _Reading(made(Fate.FAILED, page, error))
        digest = hashlib.sha256(page.content).hexdigest()
        if known and known.digest == digest:
            return _Reading(made(Fate.UNCHANGED, page), document=asked)
        document = Document(
            url=url,
            source=self.source.name,
            scope=scope,
            etag=last_header(page, "ETag"),
            modified=last_header(page, "Last-Modified"),
            digest=digest,
            read_at=time(),
        )
        return _Reading(made(Fate.CHANGED if known else Fate.NEW, page), page, document)

    async def _done(self, reading: _Reading) -> None:
        """Nothing; the document counts as read once its addresses are committed and its exchange is kept."""
        self.fetcher.frontier.commit()
        if reading.document:
            await self.fetcher.keep((), partial(self.fetcher.frontier.put_document, reading.document))

    async def _feed(self, url: str) -> Results:
        if url in self._seen:
            return
        self._seen.add(url)
        reading = await self._read(url)
        if reading.page:
            try:
                listed = await asyncio.to_thread(read_feed, reading.page.content, reading.page.url or url)
                await self._offer_all(iter(listed), 1)
            except CleanerError as error:
                reading = _Reading(_failed(reading.result, error))
        await self._done(reading)
        yield reading.result

    async def _sitemap(self, url: str, depth: int = 0, mark: str | None = None) -> Results:
        """The sitemap and those below it; not asked for where its `mark` in the index says that it is as it was."""
        if url in self._seen or depth > MAX_SITEMAP_DEPTH:
            return
        self._seen.add(url)
        further = self.fetcher.frontier.places(self.source.name, url)
        if not self._is_fresh(url, mark):
            if self._sitemaps >= MAX_SITEMAPS:
                self._cut += 1
                return
            self._sitemaps += 1
            result, further = await self._read_sitemap(url)
            yield result
        for child in further:
            async for result in self._sitemap(child.url, depth + 1, child.mark):
                yield result

    def _is_fresh(self, url: str, mark: str | None) -> bool:
        known = self.fetcher.frontier.document(url)
        if mark is None or known is None or (known.scope, known.source) != (self._scope, self.source.name):
            return False
        return settles(mark, known.read_at) and 0 <= self.now - known.read_at < freshness_s(mark, known.read_at)

    async def _read_sitemap(self, url: str) -> tuple[CrawlResult, list[Listed]]:
        """What became of asking for it, and the sitemaps that it names; its pages are offered."""
        reading, further = await self._read(url), list[Listed]()
        if reading.page:
            try:
                await self._offer_all(
                    _pages_of(read_sitemap(reading.page.content, reading.page.url or url), further), 1
                )
            except CleanerError as error:
                reading = _Reading(_failed(reading.result, error))
            else:
                self.fetcher.frontier.put_places(self.source.name, url, further)
        elif not reading.result.error:
            further = self.fetcher.frontier.places(self.source.name, url)
        await self._done(reading)
        return reading.result, further

    async def _section(self, url: str) -> Results:
        reading = await self._read(url)
        if reading.page:
            leads = await asyncio.to_thread(read_leads, reading.page)
            self._follow(leads, reading.page.url or url)
        await self._done(reading)
        yield reading.result

    def _follow(self, leads: Leads, page_url: str) -> None:
        if leads.follow and self.source.max_depth >= 1:
            links = (link for link in leads.links if may_follow(self.source, link, page_url))
            self._offer((Listed(url=link) for link in links if address.normal(link) != address.normal(page_url)), 1)

    # a bare site

    async def _site(self, url: str) -> Results:
        """Feeds that the home page names or that stand at usual places, sitemaps likewise, and the home page's links."""
        frontier = self.fetcher.frontier
        reading = await self._read(url)
        feeds = [place.url for place in frontier.places(self.source.name, url)]
        if reading.page:
            leads = await asyncio.to_thread(read_leads, reading.page)
            self._follow(leads, reading.page.url or url)
            feeds = list(leads.feeds)
            frontier.put_places(self.source.name, url, [Listed(url=feed) for feed in feeds])
        await self._done(reading)
        yield reading.result
        if reading.result.error and not isinstance(reading.result.error, StatusError):
            return  # whoever does not show strangers the home page may have feeds for them; who is not there has none
        async for result in self._with_guesses(feeds, url, FEED_GUESSES, self._feed, "feed"):
            yield result
        robots = await self.fetcher.robots(url)
        async for result in self._with_guesses(list(robots.sitemaps), url, SITEMAP_GUESSES, self._sitemap, "sitemap"):
            yield result

    async def _with_guesses(
        self, named: list[str], site: str, guesses: tuple[str, ...], read: Callable[..., Results], kind: str
    ) -> Results:
        """What the site names; where it names none, what was found at a usual place, or is found there now."""
        frontier, key = self.fetcher.frontier, f"{site}#{kind}"
        places = (place.url for place in frontier.places(self.source.name, key))
        known = named or [place for place in places if place.startswith("http")]
        for url in known:
            found = [result async for result in read(urljoin(site, url))]
            for result in found:
                yield result
            if not named and found and found[0].error and _is_final(found[0]):
                frontier.put_places(self.source.name, key, [])  # and the next run looks around anew
        if not known:
            async for result in self._guessed([urljoin(site, f"/{guess}") for guess in guesses], read, key):
                yield result

    async def _guessed(self, places: list[str], read: Callable[..., Results], key: str) -> Results:
        """The first of the places that has what is looked for, remembered for later runs; so is for a while that none has."""
        frontier = self.fetcher.frontier
        vain = frontier.document(key)
        if vain and self.now - GUESS_AGAIN_S < vain.read_at <= self.now:
            return
        finals = 0
        for url in places:
            found = [result async for result in read(url)]
            if found and not found[0].error:
                frontier.put_places(self.source.name, key, [Listed(url=url)])
                for result in found:
                    yield result
                return
            finals += not found or _is_final(found[0])
        if finals == len(places):
            frontier.put_document(Document(url=key, source=self.source.name, scope="", read_at=self.now))


@contextmanager
def _opened(file: str) -> Iterator[io.BufferedReader]:
    try:
        with Path(file).open("rb") as opened:
            yield opened
    except OSError as error:
        raise InputError(str(error.strerror).lower(), where=file, hint="see url_file") from error


def _digest(file: str) -> str:
    with _opened(file) as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()


def _lines(file: str) -> Iterator[Listed]:
    with _opened(file) as opened, io.TextIOWrapper(opened, "utf-8", "replace") as text_lines:
        for line in text_lines:
            text = line.strip()
            if text and not text.startswith("#"):
                yield Listed(url=text)


def _maker(url: str, source: str, size: int, seconds: float) -> Callable[..., CrawlResult]:
    def made(fate: Fate, page: Page | None, error: CleanerError | None = None) -> CrawlResult:
        return CrawlResult(
            url=url,
            source=source,
            fate=fate,
            status=page.status if page else None,
            error=error,
            received_bytes=size,
            seconds=seconds,
            document=True,
        )

    return made


def _is_final(result: CrawlResult) -> bool:
    """Whether the answer is one that the same request would have had tomorrow."""
    return result.status is not None and result.status < 500 and result.status not in BUSY  # noqa: PLR2004 - server errors


def _failed(result: CrawlResult, error: CleanerError) -> CrawlResult:
    return CrawlResult(
        url=result.url,
        source=result.source,
        fate=Fate.FAILED,
        status=result.status,
        error=error,
        received_bytes=result.received_bytes,
        seconds=result.seconds,
        document=True,
    )


def _pages_of(entries: Iterator[Sitemap], further: list[Listed]) -> Iterator[Listed]:
    """The pages among the entries; further sitemaps are put aside, as many as a source may have."""
    for entry in entries:
        if entry.further:
            if len(further) < MAX_FURTHER:
                further.append(entry.listed)
        else:
            yield entry.listed
