"""`cleaner import`: lists as feed readers, browsers and wallabag write them, and as nobody should."""

import csv
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from cleaner.errors import InputError
from cleaner.fetch.lists import read_list

Run = Callable[..., Any]

OPML = """<?xml version="1.0" encoding="UTF-8"?>
<opml version="2.0"><head><title>Subscriptions</title></head><body>
<outline text="Harbour"><outline type="rss" text="The Quayside Lantern" xmlUrl="https://quayside.example/feed.xml" htmlUrl="https://quayside.example/"/>
<outline type="rss" title="Tram &amp; &quot;Ferry&quot;" xmlUrl="https://tram.example/atom?a=1&amp;b=2"/></outline>
<outline type="rss" text="The Quayside Lantern" xmlUrl="https://other.example/feed"/>
<outline type="rss" text="Twice" xmlUrl="https://quayside.example/feed.xml"/>
<outline type="rss" text="No web" xmlUrl="javascript:alert(1)"/></body></opml>"""
BOOKMARKS = """<!DOCTYPE NETSCAPE-Bookmark-file-1>
<META HTTP-EQUIV="Content-Type" CONTENT="text/html; charset=UTF-8"><TITLE>Bookmarks</TITLE><H1>Bookmarks</H1>
<DL><p><DT><H3>News</H3><DL><p>
<DT><A HREF="https://quayside.example/news/ferry.html" ADD_DATE="1790000000">Ferry</A>
<DT><A HREF="place:sort=8">Most visited</A>
<DT><A HREF="https://tram.example/caf\u00e9?a=1&amp;b=2">Tram</A>
<DT><A HREF="https://quayside.example/news/ferry.html">Ferry again</A></DL><p></DL>"""
WALLABAG = '[{"id": 1, "url": "https://quayside.example/news/ferry.html", "title": "Ferry"}'
WALLABAG += ', {"url": null}, {"url": "https://tram.example/x"}, 7]'
WALLABAG_CSV = (
    'Title;x,URL,Tags\r\n"Ferry, late",https://quayside.example/news/ferry.html,a\r\nTram,https://tram.example/x,\r\n'
)
BOTH = ("https://quayside.example/news/ferry.html", "https://tram.example/x")


def test_feeds_become_a_crawl_configuration(run: Run, tmp_path: Path) -> None:
    (tmp_path / "feeds.opml").write_text(OPML, encoding="utf-8")
    ran = run("import", tmp_path / "feeds.opml", "-a", "C:\\news")
    assert 0 == ran.code
    assert "3 feeds" in ran.err
    assert "1 entries are no addresses" in ran.err
    told = tomllib.loads(ran.out)
    assert "C:\\news" == told["archive"]
    assert [
        ("the-quayside-lantern", ["https://quayside.example/feed.xml"]),
        ("tram-ferry", ["https://tram.example/atom?a=1&b=2"]),
        ("the-quayside-lantern-2", ["https://other.example/feed"]),
    ] == [(source["name"], source["feeds"]) for source in told["source"]]


@pytest.mark.parametrize("listed", [WALLABAG, WALLABAG_CSV, f'{{"_embedded": {{"items": {WALLABAG}}}}}'])
def test_wallabag_becomes_addresses(listed: str) -> None:
    assert BOTH == read_list(listed.encode(), "-").urls


def test_bookmarks_become_addresses_one_a_line(run: Run) -> None:
    ran = run("import", "-", stdin=BOOKMARKS.encode())
    assert 0 == ran.code
    assert ["https://quayside.example/news/ferry.html", "https://tram.example/café?a=1&b=2"] == ran.out.splitlines()
    assert "2 addresses, 1 entries" in ran.err


def test_json_tells_all(run: Run) -> None:
    (row,) = run("import", "-", "--json", stdin=WALLABAG.encode()).rows
    assert {"feeds": [], "urls": list(BOTH), "skipped": 1} == row


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", 66),
        (b"\xff\xfe\0\0", 66),
        (b"hello", 66),
        (b"[1, 2", 66),
        (b"<opml", 66),
        (b"[]", 66),
        (b"{}", 66),
        (OPML.encode()[:60], 66),
    ],
)
def test_what_is_no_list_is_an_input_error(run: Run, content: bytes, code: int) -> None:
    assert code == run("import", "-", stdin=content).code


def test_field_beyond_what_csv_allows_is_an_input_error(run: Run) -> None:
    listed = f"Title,URL\r\n{'x' * (csv.field_size_limit() + 1)},https://quayside.example/\r\n".encode()
    with pytest.raises(InputError, match="no CSV that could be read") as caught:
        read_list(listed, "list.csv")
    assert ("bad-list", "list.csv") == (caught.value.code, caught.value.where)
    ran = run("import", "-", stdin=listed)
    assert (66, "") == (ran.code, ran.out)


def test_missing_file_is_an_input_error(run: Run, tmp_path: Path) -> None:
    assert 66 == run("import", tmp_path / "none").code


def test_entities_are_never_expanded(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("https://secret.example/", encoding="utf-8")
    bomb = (
        f'<!DOCTYPE opml [<!ENTITY a "https://x.example/"><!ENTITY f SYSTEM "file://{secret}">]>'
        '<opml><body><outline xmlUrl="https://ok.example/"/><outline text="&f;">&f;</outline></body></opml>'
    )
    assert ["https://ok.example/"] == [feed.url for feed in read_list(bomb.encode(), "-").feeds]


@pytest.mark.parametrize("cut", range(0, len(OPML), 37))
def test_torn_list_gives_feeds_or_an_input_error(cut: int) -> None:
    try:
        found = read_list(OPML.encode()[:cut], "-")
    except InputError:
        return
    assert len(found.feeds) <= 3
