"""What years in cron bring: renamed sources, clocks set back, lists that lie, sites that move, die and come back."""

import shutil
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from crawling import Ran, Site
from farm import START, Answer, Farm, Reset, Say, page, sentence

from cleaner.archive import Archive
from cleaner.errors import ArchiveError
from cleaner.jobs.crawl.frontier import Frontier
from cleaner.jobs.crawl.revisit import MAX_IDLE

DAY_S = 86_400


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    monkeypatch.setenv("CLEANER_STATE", str(tmp_path / "state"))
    with Farm(pages=4) as farm:
        yield Site(farm, tmp_path)


def change(site: Site, sql: str, *values: Any) -> list[Any]:
    """The rows of a statement on the frontier, which is changed by it."""
    with closing(sqlite3.connect(site.archive / "crawl" / "crawl.sqlite")) as db, db:
        return db.execute(sql, values).fetchall()


def named(site: Site, name: str, **more: Any) -> Ran:
    site.source = {"name": name, "sitemaps": [site.farm.url("/sitemap.xml")], **more}
    return site.run()


def test_a_renamed_source_keeps_its_pages_also_those_that_are_listed_no_more(site: Site) -> None:
    named(site, "papers")
    site.farm.asked.clear()
    site.farm.special["/sitemap.xml"] = lambda farm, host, *_: Say(
        200, (), f"<urlset><url><loc>{farm.url(farm.article_path(0), host)}</loc></url></urlset>".encode()
    )
    assert sorted(named(site, "news").fates.values()) == ["unchanged"] * 4
    assert site.farm.article_bodies() == []
    assert change(site, "SELECT DISTINCT source FROM pages") == [("news",)]


def test_pages_of_a_source_that_is_gone_belong_to_the_one_that_lists_them(site: Site) -> None:
    named(site, "papers", max_pages=1)
    site.source = {"name": "list", "urls": [site.farm.url(site.farm.article_path(number)) for number in (1, 2)]}
    assert {site.farm.article_path(2)} <= set(site.run().fates)
    assert change(site, "SELECT count(*) FROM pages WHERE source = 'papers'") == [(2,)]


def test_pages_of_a_source_that_only_does_not_run_now_stay_with_it(site: Site) -> None:
    both = [
        {"name": "papers", "sitemaps": [site.farm.url("/sitemap.xml")]},
        {"name": "list", "urls": [site.farm.url(site.farm.article_path(1))]},
    ]
    site.top["source"] = both
    site.run(sources=["papers"])
    site.run(sources=["list"])
    assert change(site, "SELECT DISTINCT source FROM pages") == [("papers",)]


def test_a_host_that_asks_for_ten_years_is_asked_again_after_a_day(site: Site) -> None:
    site.farm.special[site.farm.article_path(1)] = lambda *_: Say(503, (("Retry-After", "315360000"),))
    site.run()
    ((until,),) = change(site, "SELECT not_before FROM hosts")
    assert until <= time.time() + DAY_S


def test_what_was_written_while_the_clock_was_ahead_holds_nothing_up(site: Site) -> None:
    site.run()
    ahead = time.time() + 900 * DAY_S
    change(site, "UPDATE pages SET due = ?, visited_at = ?", ahead, ahead)
    change(site, "INSERT INTO hosts (host, not_before) VALUES (?, ?)", site.farm.place(), ahead)
    change(site, "UPDATE robots SET expires = ?, content = 'User-agent: *\nDisallow: /'", ahead)
    assert sorted(site.run().fates.values()) == ["unchanged"] * 4
    ((least,),) = change(site, "SELECT min(watched) FROM pages")
    assert least >= 0


def test_a_lastmod_that_always_says_now_is_believed_three_times_and_then_no_more(site: Site) -> None:
    site.farm.lastmod = True
    asked = []
    for edition in range(MAX_IDLE + 3):
        site.farm._lastmod = lambda _host, _number, at=edition: (  # type: ignore[method-assign,misc]
            f"<lastmod>{time.strftime('%Y-%m-%dT%H:%M:%SZ', time.gmtime(START + at))}</lastmod>"
        )
        before = len(site.farm.asked)
        site.run()
        asked.append(sum(one.path.startswith("/news/") for one in site.farm.asked[before:]))
        if edition:
            change(site, "UPDATE pages SET watched = 864000")
    assert asked == [4] * (1 + MAX_IDLE) + [0, 0]
    change(site, "UPDATE pages SET due = 0")
    site.farm.changed[0, 2] = 1
    assert site.run().fates[site.farm.article_path(2)] == "changed"
    assert change(site, "SELECT idle FROM pages WHERE idle = 0") == [(0,)]


def test_addresses_beyond_the_most_of_a_host_are_told_of(site: Site) -> None:
    site.top["limits"] = {"max_host_pages": 2}
    ran = site.run()
    assert (ran.report.turned_away, ran.report.row()["turned_away"]) == (2, 2)
    assert told(site) == [
        f"more addresses of {site.farm.place()} are listed than limits.max_host_pages = 2 lets in; 2 were left out"
    ]


def told(site: Site) -> list[str]:
    """The warnings of one more run that sees all lists anew."""
    change(site, "DELETE FROM documents")
    process = site.command()
    _, err = process.communicate(timeout=60)
    assert process.returncode == 0
    return [line.removeprefix("cleaner: warning: ") for line in err.splitlines()]


def test_patterns_that_fit_nothing_are_told_of(site: Site) -> None:
    named(site, "papers", include=["/article/*"])
    assert told(site) == ["papers: none of 4 addresses fits include and exclude"]


def test_a_frontier_that_is_no_database_any_more_is_to_be_moved_away_not_the_archive(site: Site) -> None:
    site.run()
    file = site.archive / "crawl" / "crawl.sqlite"
    for leavings in ("-wal", "-shm"):
        file.with_name(file.name + leavings).unlink(missing_ok=True)
    file.write_bytes(b"x" * 40_000)
    with pytest.raises(ArchiveError) as caught:
        site.run()
    assert caught.value.hint
    assert "move it away" in caught.value.hint
    file.rename(file.with_name("old"))
    assert set(site.run().fates.values()) == {"new"}
    with Archive(site.archive) as archive:
        assert {entry.record_kind for entry in archive.ls(limit=4)} == {"revisit"}


def test_an_archive_that_was_moved_goes_on_where_it_stood(site: Site) -> None:
    site.run()
    shutil.move(site.archive, site.folder / "elsewhere")
    site.top["archive"] = "elsewhere"
    site.farm.asked.clear()
    assert set(site.run().fates.values()) == {"unchanged"}
    assert site.farm.article_bodies() == []


def test_marks_and_bodies_that_differ_each_time_make_no_new_text(site: Site) -> None:
    def restless(farm: Farm, host: int, _path: str, count: int) -> Say:
        said = page(farm.article(host, 0).replace("<nav>", f"<nav><i hidden>{count}</i>"))
        return Say(200, (*said.headers, ("ETag", f'"{count}"')), said.body)

    site.top["clean"] = True
    site.farm.pages, site.farm.extra = 0, ["/restless", "/marks"]
    site.farm.special["/restless"] = restless
    site.farm.special["/marks"] = lambda farm, host, _path, count: Say(
        200, (("ETag", f'"{count}"'), ("Content-Type", "text/html")), farm.article(host, 1).encode()
    )
    assert set(site.run().fates.values()) == {"new"}
    for _ in range(2):
        assert site.run().fates == {"/restless": "unchanged", "/marks": "unchanged"}
    with Archive(site.archive) as archive:
        assert [len(archive.versions(site.farm.url(path))) for path in ("/restless", "/marks")] == [1, 1]
        assert sum(entry.url.endswith("/marks") for entry in archive.ls()) == 1


def test_a_canonical_on_another_host_and_other_languages_before(site: Site) -> None:
    links = (
        "<link rel=canonical href='https://elsewhere.example/a'><link rel=alternate hreflang=de href='/de'>"
        "<link rel=canonical href='/'>"
    )
    body = "".join(f"<p>{sentence(0, at, 0, 0)}</p>" for at in range(4))
    site.farm.pages, site.farm.extra = 0, ["/a", "/b"]
    for path in ("/a", "/b"):
        site.farm.special[path] = lambda *_: page(f"<html><head>{links}</head><body><article>{body}</article></body>")
    site.top["clean"] = True
    assert site.run().fates == {"/a": "new", "/b": "new"}
    site.run()
    assert {one.path for one in site.farm.asked} == {"/robots.txt", "/sitemap.xml", "/a", "/b"}


def test_a_site_that_was_away_for_a_month_is_gone_on_with(site: Site) -> None:
    site.run()
    site.farm.special["/robots.txt"] = lambda *_: Say(503)
    for _ in range(3):
        change(site, "DELETE FROM robots")
        ran = site.run()
        assert ran.report.failed_sources == ["127.0.0.1"]
    del site.farm.special["/robots.txt"]
    assert set(site.run().fates.values()) == {"unchanged"}


# what a bare site shows


def test_a_sitemap_that_a_site_gets_later_is_found(site: Site) -> None:
    site.source = {"site": site.farm.url("/")}
    site.farm.special |= {path: lambda *_: Say(404) for path in ("/sitemap.xml", "/sitemap_index.xml")}
    site.run()
    looked = site.farm.counted("/sitemap.xml")
    site.run()
    assert site.farm.counted("/sitemap.xml") == looked == 1, "it is not looked for in every run"
    del site.farm.special["/sitemap.xml"]
    change(site, "UPDATE documents SET read_at = read_at - ? WHERE url LIKE '%#sitemap'", 31 * DAY_S)
    assert any(one.url.endswith("/sitemap.xml") and one.fate == "new" for one in site.run().results)


def test_a_sitemap_that_could_not_be_had_today_is_looked_for_tomorrow(site: Site) -> None:
    site.source = {"site": site.farm.url("/")}
    site.farm.special |= {path: lambda *_: Say(500) for path in ("/sitemap.xml", "/sitemap_index.xml")}
    site.run()
    del site.farm.special["/sitemap.xml"]
    assert any(one.url.endswith("/sitemap.xml") and one.fate == "new" for one in site.run().results)


def test_a_sitemap_that_was_found_and_is_gone_is_reported_and_looked_for_anew(site: Site) -> None:
    site.source = {"site": site.farm.url("/")}
    site.run()
    site.farm.special["/sitemap.xml"] = lambda *_: Say(410)
    assert "/sitemap.xml" in site.run().errors
    ran = site.run()
    assert ran.errors == {}
    assert any(one.url.endswith("/sitemap_index.xml") and one.fate == "new" for one in ran.results)


def test_a_home_page_that_is_not_shown_to_strangers_hides_no_sitemap(site: Site) -> None:
    site.source = {"site": site.farm.url("/")}
    site.farm.special["/"] = lambda *_: Say(403)
    site.farm.robots = f"User-agent: *\nDisallow:\nSitemap: {site.farm.url('/sitemap.xml')}\n"
    ran = site.run()
    assert ran.errors == {"/": "http-status"}
    assert len(ran.fates) == 4
    assert ran.report.failed_sources == []


def test_articles_that_all_lead_to_the_home_page_are_gone_and_the_home_page_is_not_kept_for_them(site: Site) -> None:
    site.run()
    for number, status in ((0, 302), (1, 301), (2, 307)):
        site.farm.special[site.farm.article_path(number)] = lambda *_, status=status: Say(status, (("Location", "/"),))
    site.farm.extra = ["/index.html"]
    site.farm.special["/index.html"] = lambda *_: Say(302, (("Location", "/"),))
    ran = site.run()
    gone = {site.farm.article_path(number): "home" for number in range(3)}
    assert ran.errors == gone
    assert ran.fates["/index.html"] == "new"
    with Archive(site.archive) as archive:
        assert sum(entry.url == site.farm.url("/") for entry in archive.ls()) == 1
    site.farm.asked.clear()
    site.run()
    assert [one.path for one in site.farm.asked if one.path in gone] == [], "they are left alone for a while"


def test_a_source_that_fails_says_what_failed_last(site: Site) -> None:
    site.farm.special |= {site.farm.article_path(number): lambda *_: Say(410) for number in range(4)}
    process = site.command("-q")
    _, err = process.communicate(timeout=60)
    assert process.returncode == 1
    assert err.startswith(
        "cleaner: error[source-failed]: 127.0.0.1: nothing of this source could be had; the last error: "
    )
    assert "410 Gone" in err


def index(site: Site, **marks: str | None) -> None:
    """Nothing; the farm's index names these sitemaps with their marks."""
    entries = "".join(
        f"<sitemap><loc>{site.farm.url(f'/{name}.xml')}</loc>{f'<lastmod>{mark}</lastmod>' if mark else ''}</sitemap>"
        for name, mark in marks.items()
    )
    site.farm.special["/index.xml"] = lambda *_: Say(200, (), f"<sitemapindex>{entries}</sitemapindex>".encode())
    site.source = {"sitemaps": [site.farm.url("/index.xml")]}


def lists_asked(site: Site) -> set[str]:
    """The sitemaps that a run asks for."""
    before = len(site.farm.asked)
    site.run()
    return {one.path for one in site.farm.asked[before:] if one.path.endswith(".xml")} - {"/index.xml"}


def test_old_sitemaps_of_an_index_are_asked_for_as_seldom_as_they_are_old(site: Site) -> None:
    for name in ("old", "today", "bare"):
        site.farm.special[f"/{name}.xml"] = lambda farm, host, *_: Say(200, (), farm._sitemap(host))
    today = time.strftime("%Y-%m-%d")
    index(site, old="2016-01-01", today=today, bare=None)
    assert lists_asked(site) == {"/old.xml", "/today.xml", "/bare.xml"}
    assert lists_asked(site) == {"/today.xml", "/bare.xml"}
    change(site, "UPDATE documents SET read_at = read_at - ?", 31 * DAY_S)
    assert lists_asked(site) == {"/old.xml", "/today.xml", "/bare.xml"}, "a month at most"
    assert lists_asked(site) == {"/today.xml", "/bare.xml"}, "and a month again, though it is as it was"
    index(site, old=today, today=today, bare=None)
    assert "/old.xml" in lists_asked(site)


def test_sitemaps_beyond_the_most_of_a_run_are_told_of_and_read_by_the_next(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("cleaner.jobs.crawl.discover.MAX_SITEMAPS", 3)
    marks = {f"s{number}": "2016-01-01" for number in range(4)}
    index(site, **marks)
    for name in marks:
        site.farm.special[f"/{name}.xml"] = lambda farm, host, *_: Say(200, (), farm._sitemap(host))
    assert len(lists_asked(site)) == 2
    assert len(lists_asked(site)) == 2
    assert lists_asked(site) == set()


def test_a_cap_that_is_raised_lets_in_what_was_left_out(site: Site) -> None:
    site.top["limits"] = {"max_host_pages": 2}
    assert len(site.run().fates) == 2
    site.top["limits"] = {"max_host_pages": 100}
    assert len(site.run().fates) == 4


def test_a_crawl_that_got_another_name_is_told_that_it_begins_anew(site: Site) -> None:
    site.run()
    assert told(site) == []
    site.top["name"] = "news"
    (said,) = told(site)
    assert said.startswith("this is the first run of a crawl called 'news'; to go on with crawl, write its name")
    assert told(site) == []


def test_a_dry_run_says_why_it_would_do_nothing(site: Site) -> None:
    def planned() -> list[str]:
        process = site.command("--dry-run")
        _, err = process.communicate(timeout=60)
        assert process.returncode == 0
        return [line.removeprefix("cleaner: warning: ") for line in err.splitlines()]

    site.top["limits"] = {"max_host_pages": 3}
    site.source = {
        "name": "papers",
        "sitemaps": [site.farm.url("/sitemap.xml")],
        "include": ["/article/*"],
        "every": "1d",
    }
    assert planned() == ["papers: none of 4 addresses fits include and exclude", "0 pages would be looked at"]
    del site.source["include"]
    first, second = planned()
    assert (first.endswith("1 were left out"), second) == (True, "3 pages would be looked at")
    site.run()
    assert planned() == ["not due yet: papers", "3 pages would be looked at"]


def cut_off(*_: object) -> Say:
    raise Reset


@pytest.mark.parametrize(
    ("answer", "why"), [(lambda *_: Say(503), "status 503"), (cut_off, "closed without an answer")]
)
def test_a_robots_txt_that_cannot_be_had_says_why(site: Site, answer: Answer, why: str) -> None:
    site.farm.special["/robots.txt"] = answer
    site.top["limits"] = {"retries": 0}
    ran = site.run()
    assert ran.report.failed_sources == ["127.0.0.1"]
    assert why in ran.report.whole.error


def linked(site: Site) -> None:
    """Nothing; thirty articles that are found two links below the page that the source names."""
    links = "".join(f"<a href='/deep/{number}'>{number}</a>" for number in range(30))
    site.farm.special |= {
        "/": lambda *_: page("<a href='/list'>all</a>"),
        "/list": lambda *_: page(f"<html><body>{links}</body></html>"),
    }
    site.farm.pages, site.source, site.top["clean"] = 0, {"pages": [site.farm.url("/")], "max_depth": 2}, True
    site.top["limits"] = {"per_host": 1}


def told_apart(_farm: Farm, _host: int, path: str, _count: int) -> Say:
    number = int(path.rpartition("/")[2])
    body = "".join(f"<p>{sentence(0, number, at, 0)}</p>" for at in range(4))
    return page(f"<html><body><article><h1>Story {number}</h1>{body}</article></body></html>")


def closed(*_: object) -> Say:
    body = "<p>This paper is being mended tonight, and all of its stories will be back here tomorrow morning.</p>" * 3
    return page(f"<html><body><article><h1>Closed</h1>{body}</article></body></html>")


def test_a_site_that_says_the_same_everywhere_on_one_day_is_not_given_up_for_ever(site: Site) -> None:
    linked(site)
    deep = [f"/deep/{number}" for number in range(30)]
    site.farm.special |= dict.fromkeys(deep, closed)
    first = site.run().fates
    assert 10 <= sum(path in first for path in deep) < 30
    site.farm.special |= dict.fromkeys(deep, told_apart)
    assert not {path for path, fate in site.run().fates.items() if path in deep and fate == "new"}
    change(site, "UPDATE shapes SET blocked_at = blocked_at - ?", 31 * DAY_S)
    change(site, "UPDATE pages SET due = due - ?", 31 * DAY_S)
    second = site.run().fates
    assert {second.get(path) for path in deep} <= {"new", "changed"}
    assert len([path for path in deep if path in second]) == 30


def test_pages_that_are_known_and_say_the_same_on_one_day_are_no_trap(site: Site) -> None:
    linked(site)
    deep = [f"/deep/{number}" for number in range(30)]
    site.farm.special |= dict.fromkeys(deep, told_apart)
    site.run()
    site.farm.special |= dict.fromkeys(deep, closed)
    site.run()
    assert change(site, "SELECT count(*) FROM shapes") == [(0,)]


def test_a_robots_txt_is_read_anew_when_its_day_is_over_in_the_middle_of_a_run(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("cleaner.jobs.crawl.fetcher.ROBOTS_LIFE_S", 0.0)
    site.run()
    assert site.farm.counted("/robots.txt") > 1


def test_lines_of_a_list_that_are_no_addresses_are_told_of(site: Site) -> None:
    good = site.farm.url(site.farm.article_path(1))
    (site.folder / "urls.txt").write_text(f"# mine\n{good}\nexample.org/a\n\nmailto:x@example.org\n{'x' * 500}\n")
    site.source = {"name": "list", "url_file": "urls.txt"}
    ran = site.command()
    out, err = ran.communicate(timeout=60)
    assert out.startswith("done: 1 pages, 1 new")
    assert err == "cleaner: warning: list: 3 lines of urls.txt are no addresses, the first is 'example.org/a'\n"


def test_a_run_before_the_clock_is_set_takes_nothing_for_written_in_the_future(site: Site) -> None:
    site.run()
    before = change(site, "SELECT url, due, visited_at FROM pages")
    with Frontier(site.archive / "crawl" / "crawl.sqlite") as frontier:
        frontier.heed_clock(3_600.0, 0.0)  # an hour after a boot in 1970
    assert change(site, "SELECT url, due, visited_at FROM pages") == before


def test_a_page_that_was_not_looked_at_for_ages_was_watched_for_a_year(site: Site) -> None:
    site.run()
    change(site, "UPDATE pages SET visited_at = 0, due = 0")
    site.run()
    ((most,),) = change(site, "SELECT max(watched) FROM pages")
    assert most <= 366 * DAY_S
