"""What belongs to a page and is asked for by itself, as politely as pages are: the further pages of its article, its pictures."""

import asyncio
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from http import HTTPStatus

from cleaner import urls
from cleaner.archive.pictures import why_no_picture
from cleaner.errors import CleanerError, RefusedError
from cleaner.fetch import Visit
from cleaner.fetch.parts import Fetched, Look, has_part_links, part_steps
from cleaner.fetch.way import Headers
from cleaner.jobs.crawl import address
from cleaner.jobs.crawl.config import SourceConfig
from cleaner.jobs.crawl.fetcher import BUSY, Fetcher
from cleaner.jobs.crawl.scope import may_fetch
from cleaner.jobs.crawl.storing import Store, is_hopeless
from cleaner.model import Exchange, Page
from cleaner.policy import Policy

__all__ = ["Gathering", "part_addresses", "received_bytes"]

PUT_OFF = (
    5  # runs in which a picture's host may be in trouble, or want to be left alone, before the picture is given up
)


@dataclass(slots=True, kw_only=True)
class Gathering:
    """Asks for parts and pictures through the crawl's fetcher; `headers` are a source's own for an address."""

    fetcher: Fetcher
    store: Store
    headers: Callable[[SourceConfig, str], Headers]
    _parted: dict[tuple[str, str], bool] = field(default_factory=dict)
    _few: asyncio.Semaphore = field(init=False)

    def __post_init__(self) -> None:
        """Articles whose parts are gathered at the same time hold all of them in memory: as many as requests may be."""
        self._few = asyncio.Semaphore(self.fetcher.config.limits.concurrency)

    # the further pages of an article

    def free_parts(self, policies: Mapping[str, Policy]) -> None:
        """Nothing; where no rule says any more how articles go on, what were further pages of them are pages of their own."""
        frontier = self.fetcher.frontier
        for source, host in frontier.parted_hosts():
            if source in policies and not has_part_links(policies[source], f"https://{host}/"):
                frontier.free_host(source, host)

    async def parts(self, page: Page, source: SourceConfig, policy: Policy) -> Fetched:
        """The page with its further parts as far as they came, and what ended the way before its end.

        The page's own place among the requests is free meanwhile.
        """
        if not self._has_parts(page, source, policy):
            return Fetched(page=page)
        async with self.fetcher.aside(), self._few:
            visits: list[Visit] = []
            fetched = await self._followed(page, source, policy, visits)
            held = {id(exchange) for part in fetched.page.parts for exchange in part.exchanges}
            left = [one for visit in visits for one in visit.exchanges if id(one) not in held]
            await self.store.keep_exchanges(left)
        return fetched

    def _has_parts(self, page: Page, source: SourceConfig, policy: Policy) -> bool:
        key = source.name, urls.host(page.url or "")
        if key not in self._parted:  # looked up once a host: thousands of sites may be taught
            self._parted[key] = has_part_links(policy, page.url)
        return self._parted[key]

    async def _followed(self, page: Page, source: SourceConfig, policy: Policy, visits: list[Visit]) -> Fetched:
        steps = part_steps(page, policy, self.fetcher.config.limits.max_bytes)
        reply: Visit | CleanerError | str | None = None
        while True:
            try:
                step = steps.send(reply)
            except StopIteration as end:
                fetched: Fetched = end.value
                return fetched
            if isinstance(step, Look):
                reply = await self._link(step, policy)
            else:
                reply = visit = await self._visit(step, source)
                visits.append(visit)

    async def _link(self, look: Look, policy: Policy) -> CleanerError | str | None:
        try:
            return await self.store.part_link(look, policy)
        except CleanerError as error:
            return error

    async def _visit(self, url: str, source: SourceConfig) -> Visit:
        if not may_fetch(source, url):
            return Visit(error=RefusedError("the source's patterns leave it out", where=url, code="excluded"))
        async with self.fetcher.fetched(url, self.headers(source, url), source.delay_s) as visit:
            return visit

    # pictures

    async def pictures(self, source: SourceConfig, page: str) -> int:
        """Bytes received for the pictures of the page that are still to be had; each is kept as it comes."""
        size, frontier = 0, self.fetcher.frontier
        for url in frontier.pictures(source.name, page):
            tried = partial(frontier.tried_picture, source.name, page, url)
            # What came just before a kill may be kept though its row does not say so yet.
            if size >= self.fetcher.config.limits.max_bytes or await self.store.has_picture(url):
                tried(tries=1)
                continue
            async with self.fetcher.fetched(url, self.headers(source, url), source.delay_s) as visit:
                size += received_bytes(visit.exchanges)
                if visit.page and why_no_picture(visit) is None:
                    await self._kept(visit.page)
                    tried(tries=1)
                else:
                    tries = PUT_OFF if self._may_come(visit, url) else 1
                    await self.store.keep_exchanges(visit.exchanges, partial(tried, tries=tries))
        return size

    def _may_come(self, visit: Visit, url: str) -> bool:
        """Whether a later run may have what did not come now: the host rests, is in trouble, or was not to be reached."""
        if visit.error or visit.page is None or address.authority(url) in self.fetcher.resting:
            return not isinstance(visit.error, RefusedError)
        status = visit.page.status or HTTPStatus.OK
        return status >= HTTPStatus.INTERNAL_SERVER_ERROR or status in BUSY

    async def _kept(self, picture: Page) -> None:
        """Nothing; the picture is kept, unless no record can be made of it."""
        try:
            await self.store.keep_page(picture)
        except CleanerError as error:
            if is_hopeless(error):
                raise
            self.store.refused.append(error)

    async def left_pictures(self, source: SourceConfig) -> None:
        """Nothing; the pictures that earlier runs were not to have are asked for now, where the source still wants any."""
        for page in self.fetcher.frontier.pages_lacking(source.name) if source.images else ():
            await self.pictures(source, page)


def part_addresses(parts: Iterable[Page], first: str) -> Sequence[str]:
    """Every address at which a part was asked for or stands, none of them the first page's, in normal form."""
    told = (url for part in parts for url in (*(exchange.url for exchange in part.exchanges), part.url) if url)
    return [url for url in dict.fromkeys(map(address.normal, told)) if url and url != first]


def received_bytes(exchanges: Iterable[Exchange]) -> int:
    """Bytes of the responses, heads included."""
    return sum(len(exchange.response) for exchange in exchanges)
