"""Pages on their way into the archive: cleaned in workers that can be killed, then kept, one after the other."""

import asyncio
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

from cleaner import urls
from cleaner.archive import Archive
from cleaner.archive.filters import EVERYTHING
from cleaner.archive.pictures import has_picture, lacking
from cleaner.errors import ArchiveError, CleanerError, InputError
from cleaner.fetch import FetchOptions
from cleaner.fetch.parts import Look
from cleaner.jobs.crawl.config import CrawlConfig
from cleaner.jobs.pagework import Cleaned, Wanted, clean_page, find_part_link
from cleaner.jobs.workers import Workers, WorkLimits
from cleaner.model import Exchange, Page
from cleaner.policy import Policy

if TYPE_CHECKING:
    from cleaner.archive import Entry, Kept
    from cleaner.archive.learning import Learning
    from cleaner.article import Article

__all__ = ["Store"]

T = TypeVar("T")
UNWRITABLE = "unwritable"  # code of an error about something that no record can be made of
LINGER_S = 0.05  # a lot waits so long for pages that are being cleaned; each lot costs a commit and waits for the disk
LOT, LOT_BYTES = 64, 4 * 1024 * 1024  # pages, or exchanges without one, that are written in one piece


class _Job(NamedTuple):
    """Something to be written to the archive, and who waits for it."""

    write: Callable[[Archive], Any]
    done: asyncio.Future[Any]


class Store:
    """The crawl's archive and its workers; opened and used from the event loop, working in threads and processes."""

    def __init__(self, config: CrawlConfig) -> None:
        self._config = config
        self._options = config.fetch_options()
        # One thread: the archive writes one page after the other anyway.
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="archive")
        self._workers: Workers | None = None
        self._archive: Archive | None = None
        self._learning: Learning | None = None
        self._jobs: list[_Job] = []
        self._writing: asyncio.Task[None] | None = None
        self._cleaning = 0  # pages that are with the workers, and then mostly come to be kept
        self._all_cleaned = asyncio.Event()
        self._waiting: list[Exchange] = []
        self._waiting_bytes = 0
        self._afterwards: list[Callable[[], object]] = []
        self._unheard: Exception | None = None  # why a lot was not written whose waiters had all been told to stop
        self.refused: list[CleanerError] = []  # of exchanges beside pages that could not be kept
        self._heeding: dict[tuple[int, str], Policy] = {}

    async def open(self) -> list[str]:
        """What was found torn in the archive and mended; raises what opening an archive raises."""
        config = self._config
        self._archive = await self._run(
            lambda: Archive(config.archive, fsync=config.fsync, text_files=config.text_files)
        )
        if config.learn:
            from cleaner.archive.learning import Learning  # which loads the cleaner, half a second for those who learn

            self._learning = await self._run(lambda: Learning(Path(config.archive)))
        return list(self._archive.warnings)

    async def close(self, *, kill: bool) -> None:
        """Nothing; the archive is closed, and so are the workers, at once where they are to be killed."""
        if self._workers:
            workers = self._workers
            await asyncio.to_thread(workers.stop if kill else workers.close)
        if self._learning:
            await self._run(self._learning.close)
        if self._archive:
            try:
                await self.flush()
                if self._writing:
                    await self._writing
            finally:
                await self._run(self._archive.close)
        self._thread.shutdown()

    def warm(self) -> Workers:
        """The workers, which are coming up from the first time on that they are asked for."""
        if self._workers is None:
            limits = self._config.limits
            self._workers = Workers(
                limits.workers or None,
                limits=WorkLimits(
                    wall_s=float(limits.clean_timeout),
                    cpu_s=float(limits.clean_timeout),
                    memory_bytes=limits.clean_memory_mb * 1024 * 1024,
                ),
            )
        return self._workers

    async def clean(self, page: Page, policy: Policy, *, leads: bool) -> Cleaned:
        """The page's article, and where it leads if that is asked; raises LimitError for a page that cost too much."""
        bare = replace(_bare(page.shown), parts=tuple(map(_bare, page.parts)))
        self._cleaning += 1
        self._all_cleaned.clear()
        try:
            return await asyncio.wrap_future(
                self.warm().call(clean_page, bare, policy, Wanted(leads, self._config.learn), where=page.url)
            )
        finally:
            self._cleaning -= 1
            if not self._cleaning:
                self._all_cleaned.set()

    async def part_link(self, look: Look, policy: Policy) -> str | None:
        """Where the page's article goes on; raises LimitError for a page that cost too much to be read."""
        bare = Look(replace(_bare(look.page), parts=()), look.kind)
        return await asyncio.wrap_future(self.warm().call(find_part_link, bare, policy, where=look.page.url))

    async def keep(self, page: Page, cleaned: Cleaned, policy: Policy) -> "Kept":
        """The page with its article, kept; its lines are counted where the archive learns."""
        options, learning = self._options, self._learning
        kept = await self._write(
            lambda archive: archive.keep(
                page, cleaned.article, policy=policy, options=options, versions=cleaned.versions
            )
        )
        url = page.url
        if learning and url and not cleaned.article.reason:
            await self._run(lambda: learning.add(url, cleaned.lines))  # outside the lot: it writes by itself
        return kept

    async def heeding(self, policy: Policy, url: str) -> Policy:
        """The policy with what earlier runs learned of the host, where the archive learns; the same all through a run."""
        learning, host = self._learning, urls.host(url)
        if learning is None:
            return policy
        key = (id(policy), host)  # of the run's few policies, which outlive it
        if key not in self._heeding:
            memory = await self._run(lambda: learning.memory(host))
            self._heeding[key] = replace(policy, learned=memory)
        return self._heeding[key]

    async def keep_page(self, page: Page) -> str:
        """The id of a page kept without an article."""
        return await self._write(lambda archive: archive.keep_page(page, options=self._options))

    async def keep_exchanges(self, exchanges: Sequence[Exchange], then: Callable[[], object] | None = None) -> None:
        """Nothing; the exchanges are kept with the next lot, and `then` is called once they and all before them are."""
        self._waiting += exchanges
        self._waiting_bytes += sum(len(exchange.response) for exchange in exchanges)
        if then:
            self._afterwards.append(then)
        if len(self._waiting) >= LOT or self._waiting_bytes >= LOT_BYTES:
            await self.flush()

    async def flush(self) -> None:
        """Nothing; no exchange that was handed over waits any more, nor what was to follow on it.

        Raises what kept them from being written, also where nobody was left to be told of it.
        """
        if self._waiting or self._afterwards:
            await self._write(lambda _archive: None)
        elif self._writing:
            await asyncio.shield(self._writing)
        if self._unheard:
            error, self._unheard = self._unheard, None
            raise error

    async def lacking(self, article: "Article") -> list[str]:
        """Addresses of the pictures that the article shows and the archive has not."""
        return await self._asked(lambda archive: lacking(archive, article))

    async def has_picture(self, url: str) -> bool:
        """Whether the archive has the picture of that address."""
        return await self._asked(lambda archive: has_picture(archive, url))

    async def lacking_of(self, entry: "Entry") -> list[str]:
        """As `lacking`, of the article that is kept of the capture."""
        article = await self._asked(lambda archive: archive.article(entry))
        return await self.lacking(article) if article else []

    async def parts(self, entry: "Entry") -> "list[Entry]":
        """The captures of the further pages of the article whose first page this one is, in order."""
        wanted = replace(EVERYTHING, part_of=entry.id)
        return sorted(await self._asked(lambda archive: list(archive.ls(wanted))), key=lambda one: one.part or 0)

    async def newest(self, url: str) -> "tuple[Entry, bytes] | None":
        """The newest capture of the address, with its response's bytes; None where there is none."""

        def look(archive: Archive) -> "tuple[Entry, bytes] | None":
            try:
                entry = archive.show(url).entry
            except InputError:
                return None
            return entry, archive.original(entry)

        return await self._asked(look)

    async def _write(self, write: Callable[[Archive], T]) -> T:
        """What `write` gives, once it is on the disk and in the catalogue, with whatever else waited to be written."""
        done: asyncio.Future[T] = asyncio.get_running_loop().create_future()
        self._jobs.append(_Job(write, done))
        if self._writing is None or self._writing.done():
            self._writing = asyncio.create_task(self._write_all())
        return await done

    async def _write_all(self) -> None:
        """Nothing; no job waits any more. What comes while one lot is written is the next one.

        Exchanges that wait go first in each lot: who is told that a page is kept may rely on what came before it.
        """
        archive = self._opened()
        while self._jobs:
            await self._company()
            lot, self._jobs = self._jobs[:LOT], self._jobs[LOT:]
            beside, self._waiting, self._waiting_bytes = self._waiting, [], 0
            afterwards, self._afterwards = self._afterwards, []
            try:
                written = await self._run(lambda: _written(archive, beside, self._options, lot))  # noqa: B023  # it has run before the next
                for change in afterwards:
                    change()
            except Exception as error:  # noqa: BLE001  # it is raised where each of them is waited for
                heard = [job for job in lot if not job.done.done()]
                for job in heard:
                    job.done.set_exception(error)
                if not heard:
                    self._unheard = error
            else:
                self.refused += written.refused
                for job, outcome in zip(lot, written.outcomes, strict=True):
                    self._tell(job, outcome)

    def _tell(self, job: _Job, outcome: "_Kept | CleanerError") -> None:
        if job.done.done():  # who waited may have been told to stop
            if isinstance(outcome, CleanerError) and is_hopeless(outcome):
                self._unheard = outcome
        elif isinstance(outcome, CleanerError):
            job.done.set_exception(outcome)
        else:
            job.done.set_result(outcome.value)

    async def _company(self) -> None:
        """Nothing, once the lot is as large as may be, no page is with the workers, or it has waited long enough."""
        if self._cleaning and len(self._jobs) < LOT:
            with suppress(TimeoutError):
                await asyncio.wait_for(self._all_cleaned.wait(), LINGER_S)

    def _opened(self) -> Archive:
        assert self._archive is not None, "the store is opened before it is used"
        return self._archive

    async def _asked(self, look: Callable[[Archive], T]) -> T:
        archive = self._opened()
        return await self._run(lambda: look(archive))

    async def _run(self, call: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._thread, call)


def _bare(page: Page) -> Page:
    """The page without its exchange: a worker needs the content alone, and pickling it twice would cost as much again."""
    return replace(page, exchanges=())


class _Kept(NamedTuple):
    """What writing something gave."""

    value: Any


class _Written(NamedTuple):
    """What became of each job of a lot, and the errors of exchanges beside them that could not be kept."""

    outcomes: Sequence[_Kept | CleanerError]
    refused: Sequence[CleanerError]


def _written(archive: Archive, beside: Sequence[Exchange], options: FetchOptions, lot: Sequence[_Job]) -> _Written:
    """All kept with one wait for the disk; what cannot be kept is left out, and said.

    It is first tried as one piece, and only where that fails each by itself: a piece costs 90 µs of CPU.
    """
    refused: list[CleanerError] = []
    with archive.lot():
        tried = _tried(archive, lambda: _all_written(archive, beside, options, lot))
        if isinstance(tried, _Kept):
            return _Written(tried.value, [])
        if beside and isinstance(_tried(archive, lambda: archive.keep_exchanges(beside, options)), CleanerError):
            for one in beside:
                tried = _tried(archive, lambda: archive.keep_exchanges([one], options))  # noqa: B023  # it has run by then
                refused += [tried] if isinstance(tried, CleanerError) else []
        if hopeless := next(filter(is_hopeless, refused), None):
            raise hopeless
        outcomes = [_tried(archive, lambda: job.write(archive)) for job in lot]  # noqa: B023
    return _Written(outcomes, refused)


def _all_written(
    archive: Archive, beside: Sequence[Exchange], options: FetchOptions, lot: Sequence[_Job]
) -> list[_Kept]:
    if beside:
        archive.keep_exchanges(beside, options)
    return [_Kept(job.write(archive)) for job in lot]


def _tried(archive: Archive, write: Callable[[], Any]) -> _Kept | CleanerError:
    try:
        with archive.lot():
            return _Kept(write())
    except CleanerError as error:
        return error
    except Exception as error:  # noqa: BLE001  # a page that nobody thought of must not stand in the way of every run
        return ArchiveError(f"cannot be written: {type(error).__name__}: {error}", code=UNWRITABLE)


def is_hopeless(error: CleanerError) -> bool:
    """Whether the archive itself refuses: then nothing more can be done in this run."""
    return error.exit_code in {7, 75} and error.code not in {UNWRITABLE, "outside"}
