"""What servers do to a crawl, and what a crawl does then: how often it asks, how long it waits, how it ends."""

import asyncio
import itertools
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from email.utils import formatdate
from pathlib import Path
from time import monotonic, time

import pytest
from crawling import Site
from farm import Answer, Farm, Hang, Reset, Say, page

from cleaner.archive import Archive
from cleaner.errors import TryLaterError
from cleaner.jobs.crawl import count_failures, failures
from cleaner.jobs.crawl.frontier import Frontier
from cleaner.jobs.crawl.state import frontier_path
from cleaner.jobs.crawl.storing import Store

PATIENCE_S = 5.0

GOOD = page(
    "<html><body><article><p>At last the ferry answered, and nobody asked why it had not before.</p></article></body></html>"
)


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    monkeypatch.setenv("CLEANER_STATE", str(tmp_path / "state"))
    with Farm(pages=3, extra=["/fault"]) as farm:
        yield Site(farm, tmp_path, top={"limits": {"timeout": 1, "max_wait": 5}})


def hang(*_: object) -> Say:
    raise Hang


def reset(*_: object) -> Say:
    raise Reset


def cut(*_: object) -> Say:
    return Say(200, (), b"x" * 1000, cut=300)


def loop(farm: Farm, host: int, path: str, _count: int) -> Say:
    return Say(302, (("Location", farm.url(path + "x" if len(path) < 60 else "/fault", host)),))


def status(number: int, *headers: tuple[str, str]) -> Answer:
    return lambda *_: Say(number, headers)


@pytest.mark.parametrize(
    ("answer", "asked", "code"),
    [
        (reset, 3, "disconnect"),
        (cut, 3, "disconnect"),
        (hang, 1, "timeout"),
        (status(404), 1, "http-status"),
        (status(410), 1, "http-status"),
        (status(500), 1, "http-status"),
        (status(502), 3, "http-status"),
        (status(302, ("Location", "/fault")), 1, "redirects"),
    ],
)
def test_a_fault_is_asked_for_as_often_as_stated_and_no_more(site: Site, answer: Answer, asked: int, code: str) -> None:
    site.farm.special["/fault"] = answer
    ran = site.run()
    assert ran.fates["/fault"] == "failed"
    assert ran.errors == {"/fault": code}
    assert site.farm.counted("/fault") == asked
    assert ran.report.whole.new == 3
    assert ran.report.failed_sources == []


def test_the_number_of_retries_is_the_one_that_was_asked_for(site: Site) -> None:
    site.farm.special["/fault"] = reset
    site.top["limits"] = {"retries": 0}
    site.run()
    assert site.farm.counted("/fault") == 1


def test_redirects_end_at_the_limit(site: Site) -> None:
    site.farm.special |= {f"/fault{'x' * more}": loop for more in range(60)}
    ran = site.run()
    assert ran.errors == {"/fault": "redirects"}
    assert len([one for one in site.farm.asked if one.path.startswith("/fault")]) == 11


def test_a_cut_body_that_is_whole_at_the_second_try_is_a_page_like_any_other(site: Site) -> None:
    site.farm.special["/fault"] = lambda _farm, _host, _path, count: cut() if count == 1 else GOOD
    assert site.run().fates["/fault"] == "new"


def test_a_cut_body_is_kept_and_marked(site: Site) -> None:
    site.farm.special["/fault"] = cut
    site.run()
    with Archive(site.archive) as archive:
        assert [entry.truncated for entry in archive.ls() if entry.url.endswith("/fault")] == ["disconnect"]


@pytest.mark.parametrize("number", [429, 503])
@pytest.mark.parametrize("as_date", [False, True])
def test_retry_after_is_waited_as_asked_by_the_whole_host(site: Site, number: int, as_date: bool) -> None:  # noqa: FBT001
    def busy(_farm: Farm, _host: int, _path: str, count: int) -> Say:
        wait = formatdate(time() + 2, usegmt=True) if as_date else "1"
        return Say(number, (("Retry-After", wait),)) if count == 1 else GOOD

    site.farm.special["/fault"] = busy
    assert site.run().fates["/fault"] == "new"
    first, second = (one.at for one in site.farm.asked if one.path == "/fault")
    assert second - first >= 0.9
    between = [one.path for one in site.farm.asked if first + 0.1 < one.at < first + 0.9]
    assert between == []


def test_a_wait_beyond_the_cap_puts_the_host_off_to_a_later_run(site: Site) -> None:
    site.farm.special["/fault"] = status(503, ("Retry-After", "3600"))
    site.top["limits"] = {"max_wait": 2, "per_host": 1}
    site.farm.pages = 0
    started = monotonic()
    ran = site.run()
    assert monotonic() - started < 10
    assert ran.fates == {"/fault": "deferred"}
    assert site.farm.counted("/fault") == 1
    site.run()
    assert site.farm.counted("/fault") == 1


def test_dead_addresses_are_left_alone_by_the_next_run(site: Site) -> None:
    site.farm.special["/fault"] = status(404)
    site.run()
    site.run()
    assert site.farm.counted("/fault") == 1


def test_a_host_that_answers_nothing_any_more_is_given_up_for_this_run(site: Site) -> None:
    site.farm.extra = [f"/dead/{number}" for number in range(40)]
    site.farm.special |= dict.fromkeys(site.farm.extra, hang)
    site.top["limits"] = {"timeout": 0.3, "per_host": 4}
    ran = site.run()
    dead = [one for one in site.farm.asked if one.path.startswith("/dead/")]
    assert 5 <= len(dead) <= 9
    assert ran.report.whole.new == 3


def test_a_source_that_cannot_be_reached_is_a_failed_source(site: Site) -> None:
    gone = "http://127.0.0.1:9/sitemap.xml"
    site.top |= {"source": [{"sitemaps": [gone]}, {"name": "good", "sitemaps": [site.farm.url("/sitemap.xml")]}]}
    site.top["allow_hosts"] = [site.farm.place(), "127.0.0.1:9"]
    ran = site.run()
    assert ran.report.failed_sources == ["127.0.0.1"]
    assert ran.report.sources["good"].new == 3


def test_an_address_that_is_not_public_is_refused(site: Site) -> None:
    site.farm.special["/fault"] = status(302, ("Location", "http://10.0.0.1/"))
    ran = site.run()
    assert ran.fates["/fault"] in {"refused", "failed"}
    assert ran.errors["/fault"] == "blocked-address"


def test_delay_and_concurrency_hold(site: Site) -> None:
    site.top |= {"delay": 0.2}
    site.farm.extra = []
    site.run()
    moments = [one.at for one in site.farm.asked if one.path != "/robots.txt"]
    assert min(later - earlier for earlier, later in itertools.pairwise(moments)) > 0.15


def test_crawl_delay_of_robots_holds(site: Site) -> None:
    site.farm.robots = "User-agent: *\nCrawl-delay: 0.3\n"
    site.farm.extra = []
    site.run()
    moments = [one.at for one in site.farm.asked if one.path.startswith("/news/")]
    assert min(later - earlier for earlier, later in itertools.pairwise(moments)) > 0.25


def test_failures_are_read_while_a_run_is_under_way_and_nothing_is_made_where_nothing_was_crawled(site: Site) -> None:
    assert (failures(site.archive), count_failures(site.archive)) == ([], 0)
    site.farm.special |= {"/fault": status(404), "/private/x": status(200)}
    site.farm.extra = ["/fault", "/private/x"]
    site.run()
    with Frontier(frontier_path(site.archive, "crawl")) as frontier, frontier.writing():
        found = {failure.url: failure for failure in failures(site.archive)}
    gone, private = (found[site.farm.url(path)] for path in ("/fault", "/private/x"))
    assert (gone.crawl, gone.error, gone.status, gone.failures, gone.source) == (
        "crawl",
        "http-status",
        404,
        1,
        "127.0.0.1",
    )
    assert (private.error, private.status, private.failures, private.visited_at) == ("robots", None, 0, None)
    assert failures(site.archive, limit=1) == [gone]
    assert failures(site.archive, host="other.example") == []
    assert count_failures(site.archive) == 2


def test_a_disk_that_fills_up_while_a_run_is_stopped_is_told_of(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    writes, stopped, settled = threading.Event(), threading.Event(), list[str]()

    @contextmanager
    def full(_: Archive) -> Iterator[None]:
        writes.set()
        assert stopped.wait(PATIENCE_S)
        yield
        raise TryLaterError("the disk is full", code="disk-full")

    async def go() -> None:
        store = Store(site.crawl().config)
        await store.open()
        try:
            with monkeypatch.context() as patched:
                patched.setattr(Archive, "lot", full)
                await store.keep_exchanges((), lambda: settled.append("settled"))
                waiting = asyncio.create_task(store.flush())
                assert await asyncio.to_thread(writes.wait, PATIENCE_S)
                waiting.cancel()
                stopped.set()
                await asyncio.gather(waiting, return_exceptions=True)
                await store.flush()
        finally:
            await store.close(kill=True)

    with pytest.raises(TryLaterError, match="the disk is full"):
        asyncio.run(go())
    assert settled == []
    Archive(site.archive).close()  # nobody holds it
