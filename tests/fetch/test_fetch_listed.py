"""Feeds and sitemaps written to hurt: each ends soon, with what could be read or a typed error."""

import gzip
import time

import pytest

from cleaner.errors import FetchError
from cleaner.fetch.feeds import MAX_ITEMS, MAX_URL_CHARS, read_feed
from cleaner.fetch.sitemaps import read_sitemap

URL = "https://a.example/feed.xml"
MAX_CPU_S = 15.0  # uncapped, the heavy ones took 20 s to minutes
LAUGHS = b"<!DOCTYPE x [<!ENTITY l0 'lol'>" + b"".join(
    b"<!ENTITY l%d '%s'>" % (level, b"&l%d;" % (level - 1) * 10) for level in range(1, 12)
) + b"]>"  # fmt: skip
OUTSIDE = b"<!DOCTYPE x [<!ENTITY l11 SYSTEM 'file:///etc/passwd'>]>"
HIDDEN = b"<!-- <rss > " + b"x" * 5_000 + b" -->"


def feed(inside: bytes, before: bytes = b"") -> bytes:
    return before + b"<rss version='2.0'><channel>" + inside + b"</channel></rss>"


def sitemap(inside: bytes, before: bytes = b"") -> bytes:
    return before + b"<urlset>" + inside + b"</urlset>"


def places(content: bytes) -> list[str]:
    return [entry.listed.url for entry in read_sitemap(content, URL)]


@pytest.mark.parametrize("before", [LAUGHS, OUTSIDE, HIDDEN + LAUGHS, HIDDEN + OUTSIDE])
def test_own_entities_are_refused(before: bytes) -> None:
    with pytest.raises(FetchError, match="entities"):
        read_feed(feed(b"<item><link>https://a.example/&l11;</link></item>", before), URL)
    with pytest.raises(FetchError, match=r"entities|root is missing"):
        places(sitemap(b"<url><loc>https://a.example/&l11;</loc></url>", before))


def test_doctype_without_declarations_is_no_entity_bomb() -> None:
    old = b'<!DOCTYPE rss PUBLIC "-//N//DTD RSS 0.91//EN" "http://a.example/[rss].dtd">'
    item = b"<item><link>https://a.example/1</link></item>"
    assert ["https://a.example/1"] == [one.url for one in read_feed(feed(item, old), URL)]


def test_feed_of_a_quarter_million_items_gives_the_first_ones_soon() -> None:
    content = feed(b"".join(b"<item><link>https://a.example/%d</link></item>" % n for n in range(250_000)))
    started = time.process_time()
    found = read_feed(content, URL)
    assert (MAX_ITEMS, "https://a.example/0") == (len(found), found[0].url)
    assert time.process_time() - started < MAX_CPU_S


@pytest.mark.parametrize("inside", [b"<a>" * 300_000, b"<item>" + b"<a/>" * 300_000])
def test_feed_of_too_many_tags_is_refused(inside: bytes) -> None:
    with pytest.raises(FetchError, match="tags"):
        read_feed(feed(inside), URL)


def test_feed_tag_of_too_many_attributes_is_refused() -> None:
    many = b" ".join(b"a%d='>'" % n for n in range(300_000))
    with pytest.raises(FetchError, match="attributes"):
        read_feed(b"<rss " + many + b"></rss>", URL)


@pytest.mark.parametrize(
    "content", [b"<!doctype html><html><p>x</p></html>", b"<html><body>x</body></html>", b"", b"\0"]
)
def test_what_is_no_list_is_a_typed_error(content: bytes) -> None:
    with pytest.raises(FetchError):
        read_feed(content, URL)
    with pytest.raises(FetchError):
        places(content)


def test_elements_without_end_in_a_sitemap_are_no_entries() -> None:
    with pytest.raises(FetchError):
        places(sitemap(b"<x/>" * 1_000_000))


def test_packed_line_without_end_is_no_address() -> None:
    with pytest.raises(FetchError):
        places(gzip.compress(b"https://a.example/" + b"a" * 50_000_000, 1))


def test_long_address_is_left_out() -> None:
    long = b"https://a.example/" + b"a" * MAX_URL_CHARS
    assert ["https://a.example/1"] == places(
        sitemap(b"<url><loc>%s</loc></url><url><loc>https://a.example/1</loc></url>" % long)
    )
    assert [] == read_feed(feed(b"<item><link>%s</link></item>" % long), URL)


def test_lines_over_pieces_are_whole() -> None:
    lines = [f"https://a.example/{number}" for number in range(20_000)]
    assert lines == places("\r\n".join(lines).encode())
