"""What a crawl keeps where the archive or the frontier says no: the others of a lot, the waiters, the attempts."""

import asyncio
import gc
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from crawling import Site, records
from farm import Farm, Reset, Say

from cleaner.archive import Archive
from cleaner.errors import ArchiveError, CleanerError, TryLaterError
from cleaner.jobs.crawl import Crawl
from cleaner.jobs.crawl.frontier import Frontier
from cleaner.jobs.crawl.storing import Store
from cleaner.model import Exchange, Page

PATIENCE_S = 5.0


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    monkeypatch.setenv("CLEANER_STATE", str(tmp_path / "state"))
    with Farm(pages=6) as farm:
        yield Site(farm, tmp_path)


@pytest.mark.parametrize("error", [OverflowError("of the database's own"), ArchiveError("full")])
def test_a_commit_that_fails_is_told_to_all_who_wait_for_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    def fail(_: Frontier) -> None:
        raise error

    async def go(frontier: Frontier) -> list[Any]:
        waiters = (frontier.committed() for _ in range(3))
        async with asyncio.timeout(PATIENCE_S):
            return await asyncio.gather(*waiters, return_exceptions=True)

    with Frontier(tmp_path / "f.sqlite") as frontier, monkeypatch.context() as patched:
        patched.setattr(Frontier, "commit", fail)
        told = asyncio.run(go(frontier))
        patched.undo()
    assert told == [error] * 3


def test_a_page_that_the_archive_refuses_is_a_failure_and_the_others_of_its_lot_are_kept(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    bad = site.farm.article_path(2)
    keep = Archive.keep_page

    def refuse(self: Archive, page: Page, **more: Any) -> str:
        kept = keep(self, page, **more)
        if page.url and page.url.endswith(bad):
            raise ValueError("nobody thought of this")
        return kept

    monkeypatch.setattr(Archive, "keep_page", refuse)
    site.top["limits"] = {"per_host": 6}
    ran = site.run()
    assert ran.errors == {bad: "unwritable"}
    assert sorted(ran.fates.values()) == ["failed", *["new"] * 5]
    with Archive(site.archive) as archive:
        paths = {"/" + entry.url.split("/", 3)[3] for entry in archive.ls()}
        assert archive.verify(deep=True) == []
    assert paths == {site.farm.article_path(number) for number in range(6)} - {bad}
    monkeypatch.undo()
    Archive.reindex(site.archive)
    with Archive(site.archive) as archive:
        assert {"/" + entry.url.split("/", 3)[3] for entry in archive.ls()} == paths


@pytest.mark.parametrize("beside", [False, True])
def test_what_is_refused_in_a_lot_is_refused_alone(
    site: Site, monkeypatch: pytest.MonkeyPatch, *, beside: bool
) -> None:
    answer = b"HTTP/1.1 404 Not Found\r\n\r\n"
    told = list[str]()

    def page(path: str) -> Page:
        exchange = Exchange(
            url=site.farm.url(path), request=b"", response=answer, status=404, started_at=datetime.now(UTC)
        )
        return Page(content=b"", url=site.farm.url(path), exchanges=(exchange,))

    keep, keep_exchanges = Archive.keep_page, Archive.keep_exchanges

    def refuse(self: Archive, page: Page, **more: Any) -> str:
        if page.url and page.url.endswith("/1") and not beside:
            raise CleanerError("no", where=page.url)
        return keep(self, page, **more)

    def refuse_exchanges(self: Archive, exchanges: Any, options: Any) -> None:
        keep_exchanges(self, exchanges, options)
        if beside and any(one.url.endswith("/x") for one in exchanges):
            raise CleanerError("no")

    async def go() -> list[Any]:
        store = Store(site.crawl().config)
        await store.open()
        try:
            for path in ("/x", "/y"):
                await store.keep_exchanges(page(path).exchanges, lambda path=path: told.append(path))
            return await asyncio.gather(*(store.keep_page(page(f"/{n}")) for n in range(3)), return_exceptions=True)
        finally:
            with suppress(CleanerError):
                await store.close(kill=False)

    monkeypatch.setattr(Archive, "keep_page", refuse)
    monkeypatch.setattr(Archive, "keep_exchanges", refuse_exchanges)
    results = asyncio.run(go())
    monkeypatch.undo()
    expected = ["/0", "/1", "/2"] if beside else ["/0", "/2"]
    assert [isinstance(one, CleanerError) for one in results] == [False, not beside, False]
    with Archive(site.archive) as archive:
        assert sorted("/" + entry.url.split("/", 3)[3] for entry in archive.ls()) == expected
        assert archive.verify(deep=True) == []
    in_files = {path for _, path, _, _ in records(site)}
    assert in_files == ({*expected, "/y"} if beside else {*expected, "/x", "/y"})
    assert told == ["/x", "/y"], "the frontier knows of what came, kept or not, or it would come again for ever"


def test_attempts_for_robots_are_kept_like_any_other(site: Site) -> None:
    def flaky(_farm: Farm, _host: int, _path: str, count: int) -> Say:
        if count == 1:
            return Say(200, (), b"x" * 900, cut=100)
        if count == 2:
            raise Reset
        return Say(200, (("Content-Type", "text/plain"),), b"User-agent: *\nDisallow:\n")

    site.farm.special["/robots.txt"] = flaky
    ran = site.run()
    assert len(ran.fates) == 6
    kept = [(kind, status) for kind, path, status, _ in records(site) if path == "/robots.txt"]
    assert kept == [("response", "200")] * 2


def test_of_many_who_meet_a_full_disk_at_once_one_tells_of_it(caplog: pytest.LogCaptureFixture) -> None:
    async def fail() -> None:
        raise TryLaterError("the disk is full", code="disk-full")

    async def go() -> None:
        tasks = {asyncio.create_task(fail()) for _ in range(3)}
        done, _ = await asyncio.wait(tasks)
        with pytest.raises(TryLaterError, match="the disk is full"):
            Crawl._reap(tasks, done)
        assert tasks == set()

    asyncio.run(go())
    gc.collect()
    assert caplog.records == []
