"""The crawl as an object: one run over its sources, an asynchronous iterator of what became of each page."""

import asyncio
import tempfile
from collections import Counter, deque
from collections.abc import AsyncIterator, Coroutine, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from time import monotonic, time
from types import TracebackType
from typing import TYPE_CHECKING, Any, Literal, Self

from cleaner.errors import CleanerError, TryLaterError, UsageError
from cleaner.fetch import AsyncClient
from cleaner.jobs.crawl.config import CrawlConfig, SourceConfig
from cleaner.jobs.crawl.discover import Discovery
from cleaner.jobs.crawl.fetcher import Fetcher, Keep, kept_nowhere
from cleaner.jobs.crawl.frontier import Frontier
from cleaner.jobs.crawl.gate import Gate, gate_folder
from cleaner.jobs.crawl.report import CrawlResult, Fate, Planned, Report
from cleaner.jobs.crawl.schema import Item
from cleaner.jobs.crawl.scope import may_fetch, own_headers
from cleaner.jobs.crawl.state import RunLock, copy_frontier, frontier_path, unknown_name
from cleaner.jobs.crawl.storing import Store
from cleaner.jobs.crawl.visiting import Visiting
from cleaner.policy import Policy

if TYPE_CHECKING:
    from cleaner.fetch.browser import AsyncBrowser

__all__ = ["Crawl"]

LEASED_AT_ONCE = 16  # of one host; what a kill leaves to be looked up again
MAX_GROUPS = 128  # hosts that are asked at the same time
LOOK_AGAIN_S = 0.25  # for hosts with new work, while discovery goes on
COMMIT_S = 0.25
FINISH_S = 6.0  # for what is under way at a stop; the whole must end within ten seconds
EVERY_SLACK = 0.1  # cron is never punctual: a source is due a tenth of its rhythm early


class _StoppedError(Exception):
    """The run is to end: whoever waits gives up."""


@dataclass(slots=True)
class _Group:
    """The pages of one host and source that are leased and wait for their turn."""

    source: SourceConfig
    host: str
    items: deque[Item] = field(default_factory=deque)
    lanes: int = 0


class Crawl:
    """One run of a configured crawl; an asynchronous context manager and iterator, used once.

    `sources` names those to run, all if it is empty; `max_pages` bounds the run. `if_running` says what to do while
    another run of this crawl is under way. `stop()` lets what is under way finish and ends the iteration. `report`
    holds the figures so far. Nobody has to iterate slowly: results wait until they are taken, and the crawl with them.
    """

    def __init__(
        self,
        config: CrawlConfig,
        *,
        sources: Sequence[str] = (),
        max_pages: int | None = None,
        if_running: Literal["skip", "wait"] = "skip",
    ) -> None:
        self.config, self.report, self.warnings = config, Report(), list[str]()
        self.known: int | None = None  # addresses in the frontier, once the run has ended
        self._sources = _chosen(config, sources)
        self._if_running: Literal["skip", "wait"] = if_running
        self._archive = Path(config.archive)
        self._lock = RunLock(self._archive, config.name)
        self._stop = asyncio.Event()
        self._left = Counter({source.name: source.max_pages or 2**62 for source in self._sources.values()})
        self._run_left = min(max_pages or 2**62, config.limits.max_pages or 2**62)
        self._results: asyncio.Queue[CrawlResult | BaseException | None] = asyncio.Queue(maxsize=64)
        self._task: asyncio.Task[None] | None = None
        self._browser: AsyncBrowser | None = None
        self._keep: Keep = kept_nowhere
        self._began = self._clock = 0.0

    # life

    async def __aenter__(self) -> Self:
        """The crawl with its archive and frontier open; raises TryLaterError where another run is under way."""
        self._began, self._clock = time(), monotonic()
        self._store = Store(self.config)
        self._keep = self._store.keep_exchanges
        try:
            self.warnings += await self._store.open()
            await self._lock.take(self._if_running, self._wait)
            self.warnings += unknown_name(self._archive, self.config.name)
            self._open(frontier_path(self._archive, self.config.name))
        except BaseException as error:
            await self._store.close(kill=True)
            self._lock.release()
            if isinstance(error, _StoppedError):
                raise TryLaterError("told to stop while another run was waited for", code="stopped") from error
            raise
        self._began = time()
        return self

    def _open(self, path: Path) -> None:
        limits = self.config.limits
        self._frontier = Frontier(path, max_host_pages=limits.max_host_pages, sources=self.config.source_names)
        self._frontier.heed_clock(time(), float(self.config.revisit.max))
        self._gate = Gate(gate_folder(path.parent / "hosts"), limits.per_host, self._wait)
        self._client = AsyncClient(self.config.fetch_options())
        self._fetcher = Fetcher(
            config=self.config,
            client=self._client,
            gate=self._gate,
            frontier=self._frontier,
            keep=self._keep,
            sleep=self._wait,
        )
        if any(source.browser for source in self._sources.values()):
            from cleaner.fetch.browser import AsyncBrowser

            shown, allowed = self.config.browser_limits(), self._fetcher.may_load
            self._browser = AsyncBrowser(self.config.fetch_options(), limits=shown, allowed=allowed)

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stop.set()
        if self._task and not self._task.done():
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
        try:
            if self._browser:
                await self._browser.aclose()
            await self._store.close(kill=self.report.stopped or kind is not None)
            self.warnings += [*map(str, self._store.refused), *self._frontier.warnings()]
        finally:
            await self._client.aclose()
            self._gate.close()
            self.known, self.report.turned_away = self._frontier.count(), self._frontier.turned_away.total()
            self._frontier.close()
            self._lock.release()
            self.report.whole.seconds = monotonic() - self._clock

    def stop(self) -> None:
        """Nothing; no further page is begun, and the iteration ends when those under way have ended, within seconds."""
        self.report.stopped = True
        self._stop.set()

    async def __aiter__(self) -> AsyncIterator[CrawlResult]:
        """Every page and document as its fate is known; raises what makes going on senseless, as a full disk."""
        if self._task is not None:
            raise UsageError("a crawl runs once", hint="make another Crawl")
        self._task = asyncio.create_task(self._run())
        while (result := await self._results.get()) is not None:
            if isinstance(result, BaseException):
                raise result
            self.report.count(result)
            yield result

    async def _wait(self, seconds: float) -> None:
        """Nothing, after so many seconds; raises _StoppedError as soon as the run is to end."""
        try:
            async with asyncio.timeout(seconds):
                await self._stop.wait()
        except TimeoutError:
            return
        raise _StoppedError

    # the run

    async def _run(self) -> None:
        try:
            await self._supervise()
        except Exception as error:  # noqa: BLE001  # it is raised where the results are taken
            await self._results.put(error)
        else:
            await self._results.put(None)

    async def _supervise(self) -> None:
        sources = self._sources.values()
        self._visiting = Visiting(
            config=self.config,
            fetcher=self._fetcher,
            store=self._store,
            began=self._began,
            headers=own_headers,
            blocked=self._frontier.blocked_shapes(self._began),
            policies=self._policies(),
            browser=self._browser,
        )
        for item in self._frontier.leased():
            await self._visiting.recover(item)
        self._frontier.commit()
        self._active: dict[tuple[str, str], _Group] = {}
        works = [*map(self._discover, self._due_sources()), *map(self._visiting.gathering.left_pictures, sources)]
        tasks = set(map(self._started, works))
        committing = asyncio.create_task(self._commit_regularly())
        try:
            await self._until_done(tasks, committing)
        finally:
            committing.cancel()
            if self._browser and tasks:
                await self._browser.abort()  # what it shows has had its time; nobody may wait for it to close
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, committing, return_exceptions=True)
            for group in self._active.values():
                self._frontier.release(group.items)
            try:
                await self._store.flush()
            finally:
                self._frontier.commit()

    def _policies(self) -> dict[str, Policy]:
        max_bytes = self.config.limits.max_bytes
        return {name: source.cleaning(max_bytes, self._archive) for name, source in self._sources.items()}

    async def _until_done(self, tasks: set[asyncio.Task[None]], committing: asyncio.Task[None]) -> None:
        stopping = asyncio.create_task(self._stop.wait())
        beside: set[asyncio.Task[Any]] = {stopping, committing}
        looked = 0.0
        try:
            while not self._stop.is_set():
                if monotonic() - looked >= LOOK_AGAIN_S or not tasks:
                    tasks |= self._new_lanes()
                    looked = monotonic()
                if not tasks:
                    return
                done, _ = await asyncio.wait(tasks | beside, timeout=LOOK_AGAIN_S, return_when="FIRST_COMPLETED")
                self._reap(tasks, done - {stopping})
            if tasks:
                done, _ = await asyncio.wait(tasks, timeout=FINISH_S)
                self._reap(tasks, done)
        finally:
            stopping.cancel()

    @staticmethod
    def _reap(tasks: set[asyncio.Task[None]], done: set[asyncio.Task[Any]]) -> None:
        """Nothing; ended tasks are no longer waited for. Raises what one of them could not go on from."""
        tasks -= done
        for error in filter(None, [task.exception() for task in done]):  # of all: asyncio prints what nobody asks for
            raise error

    def _started(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        async def until_stopped() -> None:
            try:
                await work
            except _StoppedError:
                return

        return asyncio.create_task(until_stopped())

    async def _commit_regularly(self) -> None:
        while True:
            await asyncio.sleep(COMMIT_S)
            await self._store.flush()
            self._frontier.commit()

    # sources

    def _due_sources(self) -> list[SourceConfig]:
        due = []
        for source in self._sources.values():
            before = self._frontier.started_at(source.name)
            wait_s = float(source.every) * (1 - EVERY_SLACK)
            if before is not None and before <= self._began and self._began - before < wait_s:
                self.report.skipped.append(source.name)
            else:
                due.append(source)
        return due

    async def _discover(self, source: SourceConfig) -> None:
        discovery = Discovery(self._fetcher, source, self._began, own_headers)
        try:
            async for result in discovery.run():
                await self._results.put(result)
        except CleanerError as error:
            place = error.where or source.name
            failed = CrawlResult(url=place, source=source.name, fate=Fate.FAILED, error=error, document=True)
            await self._results.put(failed)
        self.warnings += discovery.warnings

    # hosts

    def _new_lanes(self) -> set[asyncio.Task[None]]:
        """A lane for every place that a host with work has free."""
        lanes: set[asyncio.Task[None]] = set()
        names = [name for name in self._sources if self._left[name] > 0 and self._run_left > 0]
        for name, host in self._frontier.hosts_due(names, self._began):
            if len(self._active) >= MAX_GROUPS:
                break
            if (name, host) not in self._active and host not in self._fetcher.resting:
                group = self._active[name, host] = _Group(self._sources[name], host)
                group.lanes = self.config.limits.per_host
                lanes |= {self._started(self._lane(group)) for _ in range(group.lanes)}
        return lanes

    async def _lane(self, group: _Group) -> None:
        """One page of the host after the other until none is due, the host wants rest, or the run is to end."""
        try:
            while (item := self._next(group)) is not None:
                await self._one(group, item)
        finally:
            group.lanes -= 1
            if not group.lanes:
                self._give_back(group)

    def _next(self, group: _Group) -> Item | None:
        if self._stop.is_set() or group.host in self._fetcher.resting:
            return None
        if not group.items:
            name = group.source.name
            room = min(LEASED_AT_ONCE, self._left[name], self._run_left)
            if room > 0:
                group.items.extend(self._frontier.lease(name, group.host, self._began, room))
                self._left[name] -= len(group.items)
                self._run_left -= len(group.items)
        return group.items.popleft() if group.items else None

    def _give_back(self, group: _Group) -> None:
        self._frontier.release(group.items)
        self._left[group.source.name] += len(group.items)
        self._run_left += len(group.items)
        del self._active[group.source.name, group.host]

    async def _one(self, group: _Group, item: Item) -> None:
        try:
            result = await self._visiting.visit(item, group.source)
        except BaseException:
            self._frontier.release([item])
            raise
        if result is not None:
            if result.fate is not Fate.UNCHANGED:
                await self._frontier.committed()
            await self._results.put(result)

    # a plan only

    async def plan(self) -> AsyncIterator[Planned]:
        """What a run would fetch now, and why; nothing is kept, and no article asked for. Not inside `async with`."""
        self._began = time()
        with tempfile.TemporaryDirectory(prefix="cleaner-") as folder:
            copy = Path(folder) / "frontier.sqlite"
            copy_frontier(frontier_path(self._archive, self.config.name), copy)
            self._open(copy)
            try:
                async for planned in self._planned():
                    yield planned
            finally:
                await self._client.aclose()
                self._gate.close()
                self._frontier.close()

    async def _planned(self) -> AsyncIterator[Planned]:
        for source in self._due_sources():
            discovery = Discovery(self._fetcher, source, self._began, own_headers)
            async for result in discovery.run():
                self.report.count(result)
                why = result.error.message if result.error else f"{result.fate}"
                yield Planned(url=result.url, source=source.name, why=f"document, {why}")
            self.warnings += discovery.warnings
        self.warnings += self._frontier.warnings()
        for name, source in self._sources.items():
            for host in [host for _, host in self._frontier.hosts_due([name], self._began)]:
                for item in self._frontier.due(name, host, self._began, min(self._left[name], self._run_left)):
                    if may_fetch(source, item.url):
                        self._left[name] -= 1
                        self._run_left -= 1
                        yield Planned(url=item.url, source=name, why=await self._why(item))

    async def _why(self, item: Item) -> str:
        refusal = await self._fetcher.refusal(item.url)
        if refusal:
            return f"not fetched: {refusal.message}"
        if item.visited_at is None:
            return "new"
        if item.failures:
            return f"tried again after {item.failures} failures"
        return "its feed or sitemap says it changed" if item.due == 0 else "due for a look"

    def __repr__(self) -> str:
        return f"Crawl({self.config.name!r}, {list(self._sources)})"


def _chosen(config: CrawlConfig, names: Sequence[str]) -> dict[str, SourceConfig]:
    every = {source.name: source for source in config.source}
    for name in names:
        if name not in every:
            raise UsageError(f"no source is called {name!r}", hint=f"there are: {', '.join(every)}")
    return {name: source for name, source in every.items() if not names or name in names}
