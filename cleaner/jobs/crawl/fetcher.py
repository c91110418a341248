"""One page asked for politely: robots first, then the host's turn, then as many attempts as the configuration allows."""

import asyncio
import re
import time
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from http import HTTPStatus
from typing import Protocol

from cleaner.errors import BlockedAddressError, CleanerError, FetchError, RefusedError, TryLaterError
from cleaner.fetch import AsyncClient, Visit
from cleaner.fetch.robots import Robots, product_token
from cleaner.fetch.way import FIRST_PAUSE_S, RETRIED, Headers, retry_after_s
from cleaner.jobs.crawl import address
from cleaner.jobs.crawl.config import CrawlConfig
from cleaner.jobs.crawl.frontier import Frontier
from cleaner.jobs.crawl.gate import Gate
from cleaner.model import Exchange, Page

__all__ = ["BUSY", "Fetcher", "Keep", "kept_nowhere", "last_header"]

ROBOTS_LIFE_S = 86_400.0  # RFC 9309, 2.4: not longer than a day
RETRIED_CODES = frozenset({"connect", "disconnect"})
BUSY = frozenset({HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE})
DEAF_CODES = frozenset({"connect", "timeout", "dns", "tls"})
MAX_DEAF = 5  # addresses in a row that a host did not answer for; then the rest waits for a later run


class Keep(Protocol):
    """Keeps exchanges that are no pages: attempts that were made again, and robots.txt."""

    def __call__(self, exchanges: Sequence[Exchange], /, then: Callable[[], object] | None = None) -> Awaitable[None]:
        """Nothing; `then`, which tells the frontier of them, is called once they are kept."""
        ...


async def kept_nowhere(_exchanges: Sequence[Exchange], then: Callable[[], object] | None = None) -> None:
    """Nothing: a plan keeps no exchange, and its own frontier knows of it all the same."""
    if then:
        then()


def last_header(page: Page, name: str) -> str | None:
    """Value of the first header of that name in the page's own response; None where it has none."""
    if not page.exchanges:
        return None
    head = page.exchanges[-1].response.partition(b"\r\n\r\n")[0]
    found = re.search(rb"\r\n" + name.encode("ascii") + rb":[ \t]*([^\r\n]*)", head, re.IGNORECASE)
    return found[1].decode("latin-1").strip() or None if found else None


@dataclass(slots=True, kw_only=True)
class Fetcher:
    """Asks for pages under the crawl's limits. `resting` holds hosts that are left alone for the rest of this run."""

    config: CrawlConfig
    client: AsyncClient
    gate: Gate
    frontier: Frontier
    keep: Keep
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
    slots: asyncio.Semaphore = field(init=False)
    resting: dict[str, str] = field(default_factory=dict)
    requests: int = 0
    _token: str = field(init=False)
    _robots: dict[str, tuple[Robots, float]] = field(default_factory=dict)
    _troubles: dict[str, str] = field(default_factory=dict)
    _asking: dict[str, asyncio.Lock] = field(default_factory=dict)
    _deaf: Counter[str] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        self.slots = asyncio.Semaphore(self.config.limits.concurrency)
        self._token = product_token(self.config.agent)

    @asynccontextmanager
    async def fetched(self, url: str, headers: Headers = (), delay_s: float | None = None) -> AsyncIterator[Visit]:
        """What came of asking for `url`; one of the crawl's requests counts as under way until the body has ended."""
        host = address.authority(url)
        self.gate.pace(host, float(self.config.delay if delay_s is None else delay_s))
        refusal = await self.refusal(url)
        if refusal:
            yield Visit(error=refusal)
            return
        for attempt in range(self.config.limits.retries + 1):
            async with self.gate.turn(host):
                await self.slots.acquire()
                try:
                    visit = await self._visit(url, headers)
                except BaseException:
                    self.slots.release()
                    raise
            pause = self._judged(visit, host, attempt)
            if pause is None:
                break
            self.slots.release()
            await self.keep(visit.exchanges)
            await self.sleep(pause)
        try:
            yield visit
        finally:
            self.slots.release()

    @asynccontextmanager
    async def aside(self) -> AsyncIterator[None]:
        """The body asks for more while its page is under way: it takes places of its own, so the page's is free meanwhile.

        To wait for a host's turn with a place in hand, while others have the turn and wait for the place, would never end.
        """
        self.slots.release()
        try:
            yield
        finally:
            await self.slots.acquire()

    async def _visit(self, url: str, headers: Headers) -> Visit:
        started = False

        async def consent(target: str) -> CleanerError | None:
            nonlocal started
            self.requests += 1
            first, started = not started, True
            if first:
                return None
            if refusal := await self.refusal(target, inside=True):
                return refusal
            await self.gate.step(address.authority(target))
            return None

        return await self.client.visit(url, headers=headers, consent=consent)

    def _judged(self, visit: Visit, host: str, attempt: int) -> float | None:
        """Seconds to wait before asking again; None where the visit stands. The host's pace follows how it answered."""
        code = visit.error.code if visit.error else None
        status = visit.page.status if visit.page else None
        self._deaf[host] = self._deaf[host] + 1 if code in DEAF_CODES and not visit.page else 0
        if self._deaf[host] >= MAX_DEAF:
            self.resting[host] = f"did not answer {MAX_DEAF} times in a row"
        if status in BUSY or code in {"timeout", "connect"}:
            self.gate.slower(host)
        elif not visit.error:
            self.gate.faster(host)
        if not (code in RETRIED_CODES or (status in RETRIED and code is None)):
            return None
        asked = self._asked_s(visit) if status in BUSY else None
        if asked is not None and asked > self.config.limits.max_wait:
            self.frontier.rest(host, time.time() + asked)
            self.resting[host] = f"asks to be left alone for {asked:.0f} s"
            return None
        if asked is not None:
            self.gate.pause(host, asked)
        return None if attempt >= self.config.limits.retries else asked or FIRST_PAUSE_S * 2**attempt

    @staticmethod
    def _asked_s(visit: Visit) -> float | None:
        assert visit.page is not None, "a status came with a page"
        return retry_after_s(last_header(visit.page, "Retry-After"), datetime.now(UTC))

    # robots

    async def refusal(self, url: str, *, inside: bool = False) -> CleanerError | None:
        """Why `url` may not be asked for now; None where it may. `inside` another request no place is waited for."""
        host = address.authority(url)
        if host in self.resting:
            return TryLaterError(f"the host {self.resting[host]}", where=url, code="host-resting")
        robots = await self.robots(url, inside=inside)
        if not robots.reachable:
            why = self._troubles.get(address.origin(url), "")
            self.resting.setdefault(host, f"has a robots.txt that cannot be had{why}")
            message = f"robots.txt cannot be had{why}, so nothing may be asked for"
            return TryLaterError(
                message, where=url, hint="it is asked for again in the next run", code="robots-unreachable"
            )
        self.gate.pace(host, robots.delay_s(self._token))
        if not robots.allows(url, self._token):
            return RefusedError("robots.txt forbids it", where=url, code="robots")
        return None

    async def may_load(self, url: str) -> bool:
        """Whether a page that is shown may load this beside itself; what no robots.txt stands for may always be."""
        return not url.startswith(("http://", "https://")) or await self.refusal(url, inside=True) is None

    async def robots(self, url: str, *, inside: bool = False) -> Robots:
        """The rules of `url`'s origin, asked for once a day."""
        origin = address.origin(url)
        async with self._asking.setdefault(origin, asyncio.Lock()):
            if origin not in self._robots or self._robots[origin][1] <= time.time():  # a run may take days
                self._robots[origin] = await self._read_robots(origin, inside=inside)
            return self._robots[origin][0]

    async def _read_robots(self, origin: str, *, inside: bool) -> tuple[Robots, float]:
        """The rules, and when they are to be read anew."""
        kept = self.frontier.robots(origin)
        if kept and kept[2] > time.time():
            return Robots.of(kept[0], kept[1]), kept[2]
        host = address.authority(origin)
        if inside:
            visit = await self._robots_visit(origin)
        else:
            async with self.gate.turn(host):
                visit = await self._robots_visit(origin)
        status, content = _robots_answer(visit)
        expires = time.time() + ROBOTS_LIFE_S
        told = partial(self.frontier.put_robots, origin, status, content, expires)
        robots = Robots.of(status, content)
        await self.keep(visit.exchanges, told if robots.reachable else None)
        if not robots.reachable:
            self._troubles[origin] = f" ({visit.error.message if visit.error else f'status {status}'})"
        return robots, expires

    async def _robots_visit(self, origin: str) -> Visit:
        async def consent(_url: str) -> None:
            self.requests += 1

        visit = await self.client.visit(f"{origin}/robots.txt", consent=consent)
        for attempt in range(self.config.limits.retries):
            if not visit.error or visit.error.code not in RETRIED_CODES:
                break
            await self.keep(visit.exchanges)
            await self.sleep(FIRST_PAUSE_S * 2**attempt)
            visit = await self.client.visit(f"{origin}/robots.txt", consent=consent)
        return visit


def _robots_answer(visit: Visit) -> tuple[int | None, bytes]:
    """Status and content that count for robots.txt; None where there was no answer, 404 where it leads in circles."""
    if isinstance(visit.error, FetchError) and visit.error.code == "redirects":
        return int(HTTPStatus.NOT_FOUND), b""  # RFC 9309, 2.3.1.2
    if isinstance(visit.error, BlockedAddressError):
        return int(HTTPStatus.NOT_FOUND), b""  # the address itself will be refused, and with the better reason
    page = visit.page
    if page is None or (visit.error and visit.error.code != "too-large"):
        return None, b""
    return page.status, page.content
