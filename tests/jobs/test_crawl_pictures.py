"""The pictures of a crawl's articles: a run that ends between a page and its pictures loses none of them."""

import signal
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
from browser_farm import png
from crawling import PATIENCE_S, Site, until
from farm import Answer, Farm, Hang, Say, page, sentence

from cleaner.archive import Archive

PICTURES = ("/a.png", "/b.png", "/c.png")


def picture(*_: object) -> Say:
    return Say(200, (("Content-Type", "image/png"),), png())


def story(*_: object) -> Say:
    figures = "".join(
        f"<p>{sentence(0, at, 0, 0)}</p><figure><img src='{src}' width=640 height=480 alt='A boat in the harbour'>"
        f"<figcaption>Boat {at} in the harbour on Tuesday.</figcaption></figure><p>{sentence(0, at, 1, 0)}</p>"
        for at, src in enumerate(PICTURES)
    )
    return page(f"<html lang=en><title>Boats</title><body><article><h1>Boats</h1>{figures}</article></body></html>")


def cut(*_: object) -> Say:
    return Say(200, (("Content-Type", "image/png"),), png(), cut=20)


def hang_once(_farm: Farm, _host: int, _path: str, count: int) -> Say:
    if count == 1:
        raise Hang
    return picture()


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    monkeypatch.setenv("CLEANER_STATE", str(tmp_path / "state"))
    with Farm(pages=0, extra=["/story"]) as farm:
        farm.special |= {"/story": story, **dict.fromkeys(PICTURES, picture)}
        source = {"name": "boats", "sitemaps": [farm.url("/sitemap.xml")], "images": True}
        yield Site(farm, tmp_path, source=source, top={"clean": True, "limits": {"timeout": 60}})


def kept(site: Site) -> list[str]:
    with Archive(site.archive) as archive:
        return sorted("/" + entry.url.split("/", 3)[3] for entry in archive.ls())


def rows(site: Site) -> int:
    with sqlite3.connect(site.archive / "crawl" / "crawl.sqlite") as db:
        found: int = db.execute("SELECT count(*) FROM pictures").fetchone()[0]
    return found


@pytest.mark.parametrize("end", [signal.SIGKILL, signal.SIGTERM])
def test_a_run_that_ends_between_a_page_and_its_pictures_leaves_them_to_the_next(
    site: Site, end: signal.Signals
) -> None:
    site.farm.special["/b.png"] = hang_once
    first = site.command("-q")
    until(lambda: site.farm.counted("/b.png") == 1)
    first.send_signal(end)
    first.communicate(timeout=PATIENCE_S)
    assert kept(site) == ["/a.png", "/story"]
    site.farm.asked.clear()
    site.run()
    assert kept(site) == ["/a.png", "/b.png", "/c.png", "/story"]
    assert site.farm.counted("/a.png") == 0
    assert rows(site) == 0


def test_a_picture_that_was_kept_before_a_kill_is_not_asked_for_again(site: Site) -> None:
    site.run()
    with sqlite3.connect(site.archive / "crawl" / "crawl.sqlite") as db:
        row = ("boats", site.farm.url("/story"), 0, site.farm.url("/a.png"))
        db.execute("INSERT INTO pictures (source, page, place, url) VALUES (?, ?, ?, ?)", row)
    site.run()
    assert (site.farm.counted("/a.png"), rows(site)) == (1, 0)


def test_what_was_kept_before_a_kill_but_not_settled_gets_its_pictures(site: Site) -> None:
    site.source["images"] = False
    site.run()
    with sqlite3.connect(site.archive / "crawl" / "crawl.sqlite") as db:
        db.execute("UPDATE pages SET state = 1, leased_at = visited_at - 1, visited_at = NULL, digest = NULL, due = 0")
    site.source["images"] = True
    site.farm.asked.clear()
    site.run()
    assert kept(site) == ["/a.png", "/b.png", "/c.png", "/story"]
    assert [site.farm.counted(path) for path in PICTURES] == [1, 1, 1]


def test_a_page_kept_without_its_article_before_a_kill_is_fetched_again(site: Site) -> None:
    site.top["clean"] = False
    site.run()
    with sqlite3.connect(site.archive / "crawl" / "crawl.sqlite") as db:
        db.execute("UPDATE pages SET state = 1, leased_at = visited_at - 1, visited_at = NULL, digest = NULL, due = 0")
    site.top["clean"] = True
    site.run()
    with Archive(site.archive) as archive:
        assert sentence(0, 1, 0, 0) in archive.show(site.farm.url("/story")).text


def test_a_picture_that_cannot_be_had_is_asked_for_once(site: Site) -> None:
    site.farm.special["/b.png"] = lambda *_: Say(404)
    site.run()
    assert rows(site) == 0
    site.run()
    assert site.farm.counted("/b.png") == 1


@pytest.mark.parametrize("answer", [lambda *_: Say(500), cut])
def test_a_picture_that_could_not_be_had_today_is_asked_for_in_five_runs(site: Site, answer: Answer) -> None:
    site.farm.special["/b.png"] = answer
    site.top["limits"] = {"retries": 0}
    for _ in range(6):
        site.run()
    assert (site.farm.counted("/b.png"), rows(site)) == (5, 0)


def test_a_picture_whose_host_wants_to_be_left_alone_is_had_in_a_later_run(site: Site) -> None:
    site.farm.special["/b.png"] = lambda *_: Say(503, (("Retry-After", "900"),))
    site.run()
    assert kept(site) == ["/a.png", "/story"]
    assert rows(site) == 2
    site.farm.special["/b.png"] = picture
    with sqlite3.connect(site.archive / "crawl" / "crawl.sqlite") as db:
        db.execute("DELETE FROM hosts")
    site.run()
    assert kept(site) == ["/a.png", "/b.png", "/c.png", "/story"]


def test_a_frontier_of_the_version_without_pictures_is_read_on(site: Site) -> None:
    site.source["images"] = False
    site.run()
    with sqlite3.connect(site.archive / "crawl" / "crawl.sqlite") as db:
        db.execute("DROP TABLE pictures")
        db.execute("ALTER TABLE pages DROP COLUMN idle")
        db.execute("ALTER TABLE places DROP COLUMN mark")
        db.execute("ALTER TABLE shapes DROP COLUMN blocked_at")
        db.execute("PRAGMA user_version = 1")
    site.source["images"] = True
    assert site.run().fates == {"/story": "unchanged"}
    assert rows(site) == 0
