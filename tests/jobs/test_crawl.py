"""Whole runs over the farm: what is fetched, what is spared, what is kept, and in which order a site may say so."""

import asyncio
import sqlite3
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from crawling import Site, records
from farm import Farm, Say, page

from cleaner.archive import Archive
from cleaner.fetch import FetchOptions
from cleaner.fetch.feeds import Listed
from cleaner.jobs.crawl.frontier import Frontier
from cleaner.jobs.crawl.storing import Store
from cleaner.model import Exchange, Page


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    monkeypatch.setenv("CLEANER_STATE", str(tmp_path / "state"))
    with Farm(pages=6) as farm:
        yield Site(farm, tmp_path)


def kept(site: Site) -> list[str]:
    with Archive(site.archive) as archive:
        return sorted("/" + entry.url.split("/", 3)[3] for entry in archive.ls())


def articles(farm: Farm) -> list[str]:
    return sorted(farm.article_path(number) for number in range(farm.pages))


def test_every_page_of_a_sitemap_is_kept_once(site: Site) -> None:
    ran = site.run()
    assert ran.fates == dict.fromkeys(articles(site.farm), "new")
    assert kept(site) == articles(site.farm)
    assert sorted(site.farm.article_bodies()) == articles(site.farm)


def test_a_second_run_over_an_unchanged_site_fetches_no_body(site: Site) -> None:
    site.run()
    site.farm.asked.clear()
    ran = site.run()
    assert set(ran.fates.values()) == {"unchanged"}
    assert site.farm.article_bodies() == []
    assert kept(site) == articles(site.farm)


def test_a_lastmod_that_stays_spares_the_request_and_one_that_moves_asks_for_it(site: Site) -> None:
    site.farm.lastmod = True
    site.run()
    site.farm.asked.clear()
    assert site.run().fates == {}
    assert [one.path for one in site.farm.asked] == ["/sitemap.xml"]
    site.farm.changed[0, 2] = 1
    assert site.run().fates == {site.farm.article_path(2): "changed"}


def test_three_changed_pages_are_three_new_versions(site: Site) -> None:
    site.top["clean"] = True
    site.run()
    for number in (0, 3, 5):
        site.farm.changed[0, number] = 1
    ran = site.run()
    assert sorted(path for path, fate in ran.fates.items() if fate == "changed") == sorted(
        site.farm.article_path(number) for number in (0, 3, 5)
    )
    with Archive(site.archive) as archive:
        counts = [len(archive.versions(site.farm.url(path))) for path in articles(site.farm)]
    assert sorted(counts) == [1, 1, 1, 2, 2, 2]


def test_a_page_without_validators_that_did_not_change_is_not_kept_again(site: Site) -> None:
    site.farm.validators = False
    site.run()
    assert set(site.run().fates.values()) == {"unchanged"}
    assert kept(site) == articles(site.farm)


def test_a_bare_site_finds_its_feed_its_sitemap_and_its_links(site: Site) -> None:
    site.source = {"site": site.farm.url("/")}
    site.farm.robots = f"User-agent: *\nDisallow:\nSitemap: {site.farm.url('/sitemap_index.xml')}\n"
    ran = site.run()
    assert set(articles(site.farm)) <= set(ran.fates)
    read = {one.url.split("/", 3)[3] for one in ran.results if one.document}
    assert read == {"", "feed.xml", "sitemap_index.xml", "sitemap.xml.gz"}
    site.farm.asked.clear()
    again = site.run()
    assert site.farm.article_bodies() == []
    assert {one.url.split("/", 3)[3] for one in again.results if one.document} == read


def test_what_robots_forbids_is_refused_and_never_asked_for(site: Site) -> None:
    site.farm.extra = ["/private/diary"]
    ran = site.run()
    assert ran.fates["/private/diary"] == "refused"
    assert ran.errors == {"/private/diary": "robots"}
    assert site.farm.counted("/private/diary") == 0
    assert site.farm.counted("/robots.txt") == 1


@pytest.mark.parametrize(("status", "fetched"), [(404, 6), (403, 6), (500, 0), (503, 0), (429, 0)])
def test_without_robots_a_site_is_free_but_a_server_in_trouble_is_left_alone(
    site: Site, status: int, fetched: int
) -> None:
    site.farm.special["/robots.txt"] = lambda *_: Say(status)
    ran = site.run()
    assert len(site.farm.article_bodies()) == fetched
    assert bool(ran.report.failed_sources) is (fetched == 0)


def test_robots_rules_for_our_own_name_are_the_ones_that_count(site: Site) -> None:
    site.farm.robots = "User-agent: *\nDisallow: /\n\nUser-agent: article-cleaner\nDisallow: /news/0\n"
    ran = site.run()
    assert sorted(ran.fates.values()) == ["new"] * 5 + ["refused"]


def test_session_ids_tracking_and_variants_are_one_page(site: Site) -> None:
    path = site.farm.article_path(1)
    site.farm.extra = [
        f"{path}?utm_source=x&amp;fbclid=1",
        f"{path}/amp",
        f"{path}?print=1",
        f"{path};jsessionid=12345678AB",
    ]
    ran = site.run()
    assert sorted(ran.fates) == articles(site.farm)


def test_excluded_and_not_included_addresses_are_never_asked_for(site: Site) -> None:
    site.source = {
        "sitemaps": [site.farm.url("/sitemap.xml")],
        "include": ["/news/*"],
        "exclude": [f"*{site.farm.article_path(0)}"],
    }
    site.farm.extra = ["/shop/1"]
    ran = site.run()
    assert sorted(ran.fates) == [path for path in articles(site.farm) if path != site.farm.article_path(0)]


def test_max_pages_ends_a_run_and_the_next_goes_on(site: Site) -> None:
    assert len(site.run(max_pages=4).fates) == 4
    ran = site.run(max_pages=4)
    assert len(ran.fates) == 4
    assert len(set(site.farm.article_bodies())) == 6


def test_a_permanent_redirect_is_kept_under_its_new_address_and_asked_for_once(site: Site) -> None:
    target = site.farm.article_path(1)
    site.farm.special["/old"] = lambda farm, host, *_: Say(301, (("Location", farm.url(target, host)),))
    site.farm.extra = ["/old"]
    site.run()
    assert kept(site).count(target) == 1
    site.farm.asked.clear()
    site.run()
    assert site.farm.counted("/old") == 0


def test_links_are_followed_to_the_depth_that_is_asked_for(site: Site) -> None:
    chain = {
        f"/chain/{n}": f"<p>Step {n}.</p><a href='/chain/{n + 1}'>on</a><a href='http://elsewhere.test/'>off</a>"
        for n in range(6)
    }
    for path, html in chain.items():
        site.farm.special[path] = lambda *_, html=html: page(f"<html><body>{html}</body></html>")
    site.source = {"pages": [site.farm.url("/chain/0")], "max_depth": 3}
    site.top["clean"] = True
    assert sorted(site.run().fates) == ["/chain/1", "/chain/2", "/chain/3"]


def test_the_same_text_again_and_again_ends_the_search_there(site: Site) -> None:
    def maze(_farm: Farm, _host: int, path: str, _count: int) -> Say:
        number = int(path.rsplit("/", 1)[1])
        links = "".join(f"<a href='/maze/{number * 2 + step}'>{step}</a>" for step in (1, 2))
        text = (
            "<p>"
            + "You are in a maze of twisty little passages, all alike, and so is everybody else here. " * 4
            + "</p>"
        )
        return page(f"<html><body><article><h1>Maze</h1>{text}</article>{links}</body></html>")

    for number in range(2_000):
        site.farm.special[f"/maze/{number}"] = maze
    site.source = {"pages": [site.farm.url("/maze/0")], "max_depth": 9}
    site.top["clean"] = True
    site.run()
    assert 10 <= len([one for one in site.farm.asked if one.path.startswith("/maze/")]) < 60


def test_bad_feeds_and_sitemaps_are_reported_once_and_the_rest_goes_on(site: Site) -> None:
    farm = site.farm
    bomb = b'<?xml version="1.0"?><!DOCTYPE b [<!ENTITY a "b"><!ENTITY c "&a;&a;">]><urlset><url><loc>&c;</loc></url></urlset>'
    said = {
        "/bomb.xml": bomb,
        "/page.xml": b"<!doctype html><html></html>",
        "/empty.xml": b"",
        "/png.xml": b"\x89PNG\r\n",
    }
    for path, body in said.items():
        farm.special[path] = lambda *_, body=body: Say(200, (), body)
    farm.special["/half.xml"] = lambda farm, host, *_: Say(200, (), farm._sitemap(host)[:700])
    good = {
        "sitemaps": [farm.url(path) for path in (*said, "/half.xml", "/missing.xml")],
        "feeds": [farm.url(path) for path in said],
    }
    site.source = good
    ran = site.run()
    assert set(said) | {"/missing.xml"} == set(ran.errors)
    assert len([one for one in ran.results if one.document and one.error]) == len(said) + 1
    assert len(ran.fates) >= 3
    assert ran.report.failed_sources == []


def test_a_million_items_take_little_memory_and_only_what_a_host_may_have_is_taken_in(site: Site) -> None:
    rows = b"".join(b"<url><loc>/p/%d</loc></url>" % number for number in range(20_000))
    site.farm.special["/sitemap.xml"] = lambda *_: Say(200, (), b"<urlset>" + rows + b"</urlset>")
    site.top["limits"] = {"max_host_pages": 1_000}
    ran = site.run(max_pages=1)
    assert ran.known == 1_000


def test_headers_with_secrets_stay_with_their_own_site(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FARM_TOKEN", "open sesame")
    seen: list[str] = []
    site.source = {
        "sitemaps": [site.farm.url("/sitemap.xml")],
        "headers": {"User-Agent": "told-by-${FARM_TOKEN}"},
    }
    site.run()
    seen = [one.agent for one in site.farm.asked if one.path != "/robots.txt"]
    assert set(seen) == {"told-by-open sesame"}


def test_every_exchange_is_kept_and_what_was_seen_before_only_referred_to(site: Site) -> None:
    site.source = {"sitemaps": [site.farm.url("/sitemap.xml")], "feeds": [site.farm.url("/feed.xml")]}
    first, second = articles(site.farm)[:2]
    site.run()
    site.farm.special[second] = lambda farm, host, _path, _count: page(farm.article(host, 1))  # 200 again, same body
    site.run()
    told = Counter(records(site))
    assert told["response", "/sitemap.xml", "200", ""] == told["response", "/feed.xml", "200", ""] == 1
    assert told["response", "/robots.txt", "200", ""] == 1
    assert told["revisit", "/sitemap.xml", "304", "server-not-modified"] == 1
    assert told["revisit", "/feed.xml", "304", "server-not-modified"] == 1
    assert told["revisit", first, "304", "server-not-modified"] == 1
    assert told["revisit", second, "200", "identical-payload-digest"] == 1
    assert kept(site) == articles(site.farm), "and the list has the pages alone, each once"
    with Archive(site.archive) as archive:
        assert archive.verify(deep=True) == []
    before = kept(site)
    Archive.reindex(site.archive)
    assert kept(site) == before


def test_attempts_that_were_made_again_are_kept_too(site: Site) -> None:
    busy = Say(503, (("Retry-After", "0"),), b"busy")
    site.farm.extra = ["/late"]
    site.farm.special["/late"] = lambda _farm, _host, _path, count: busy if count == 1 else page("<p>at last</p>")
    assert site.run().fates["/late"] == "new"
    assert [(kind, status) for kind, path, status, _ in sorted(records(site)) if path == "/late"] == [
        ("response", "200"),
        ("response", "503"),
    ]


def test_the_frontier_never_says_of_an_answer_that_the_archive_lacks_that_it_came(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    site.source = {"feeds": [site.farm.url("/feed.xml")], "sitemaps": [site.farm.url("/sitemap.xml")]}
    site.run()
    kept_304, told = [0], list[tuple[int, int]]()
    keep, commit = Archive.keep_exchanges, Frontier.commit

    def keeping(self: Archive, exchanges: Sequence[Exchange], options: FetchOptions) -> None:
        keep(self, exchanges, options)
        kept_304[0] += sum(exchange.status == 304 for exchange in exchanges)

    def committing(self: Frontier) -> None:
        commit(self)
        with sqlite3.connect(self.path) as db:
            told.append((db.execute("SELECT count(*) FROM pages WHERE status = 304").fetchone()[0], kept_304[0]))

    monkeypatch.setattr(Archive, "keep_exchanges", keeping)
    monkeypatch.setattr(Frontier, "commit", committing)
    assert set(site.run().fates.values()) == {"unchanged"}
    assert [pair for pair in told if pair[0] > pair[1]] == []
    assert told[-1][0] == len(articles(site.farm))


def test_what_an_exchange_tells_waits_until_it_is_kept(site: Site) -> None:
    async def go() -> list[str]:
        happened: list[str] = []
        store = Store(site.crawl().config)
        await store.open()
        try:
            answer = b"HTTP/1.1 404 Not Found\r\n\r\n"
            exchange = Exchange(
                url=site.farm.url("/gone"), request=b"", response=answer, status=404, started_at=datetime.now(UTC)
            )
            await store.keep_exchanges([exchange], lambda: happened.append("told"))
            happened.append("handed over")
            await store.keep_page(Page(content=b"", url=site.farm.url("/a"), exchanges=(exchange,)))
            happened.append("page kept")
            await store.keep_exchanges([], lambda: happened.append("told later"))
            await store.flush()
        finally:
            await store.close(kill=False)
        return happened

    assert asyncio.run(go()) == ["handed over", "told", "page kept", "told later"]


def test_a_list_that_stayed_as_it_is_is_not_offered_again(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    offered = list[str]()
    offer = Frontier.offer

    def offering(self: Frontier, listed: Iterable[Listed], *more: Any) -> int:
        ones = list(listed)
        offered.extend(one.url for one in ones)
        return offer(self, ones, *more)

    monkeypatch.setattr(Frontier, "offer", offering)
    urls = [site.farm.url(path) for path in articles(site.farm)]
    file = site.folder / "urls.txt"
    file.write_text(f"# mine\n{urls[0]}\n\n{urls[1]}\n")
    site.source = {"url_file": str(file)}

    def offered_by_a_run() -> list[str]:
        offered.clear()
        site.run()
        return list(offered)

    assert offered_by_a_run() == urls[:2]
    assert offered_by_a_run() == []
    with file.open("a") as more:
        more.write(urls[2])
    assert offered_by_a_run() == urls[:3]
    site.source["exclude"] = [urls[1]]
    assert offered_by_a_run() == [urls[0], urls[2]]
    site.top["limits"] = {"max_host_pages": 50_000}
    assert offered_by_a_run() == [urls[0], urls[2]]
    assert offered_by_a_run() == []
