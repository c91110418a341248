"""What fuzzing found, each by its smallest input: it was a traceback, a lost law or minutes of CPU once."""

import time
from datetime import UTC, datetime
from pathlib import Path

import pytest

from cleaner import clean
from cleaner.archive import warc
from cleaner.errors import ArchiveError, FetchError, InputError, RuleError, UsageError
from cleaner.fetch.feeds import read_feed
from cleaner.fetch.guard import Guard
from cleaner.fetch.lists import read_list
from cleaner.fetch.sitemaps import read_sitemap
from cleaner.fetch.target import read_target, resolve_location
from cleaner.fetch.way import retry_after_s
from cleaner.fetch.wire import cut, parsed_cut
from cleaner.jobs.crawl.config import read_config
from cleaner.policy import Policy
from cleaner.taught.ftr import parse_ftr
from cleaner.taught.sitefile import parse_site

URL = "https://a.example/x"
PROSE = "<p>The boats are counted by hand each evening, she says.</p>" * 3
MAX_CPU_S = 6.0  # each took more than that, some of them minutes; tests/hostile has larger ones


@pytest.mark.parametrize("sign", ["&#1;", "&#x1b;", "&#31", "&#xFFFE;", "&#65535;", "\ufffe", "\uffff"])
def test_control_and_noncharacter_references_are_no_text(sign: str) -> None:
    text = clean(f"<article><h1>Boats</h1>{PROSE}<p>The heron{sign} looks over her shoulder every evening.").text
    assert text.endswith("The heron looks over her shoulder every evening.")


def test_form_feed_reference_is_white_space() -> None:
    assert "The heron looks" in clean(f"<article>{PROSE}<p>The heron&#12;looks over her shoulder every evening.").text


def test_title_of_a_script_brings_no_control_into_the_rendering() -> None:
    told = (
        '{"@type":"NewsArticle","headline":"The \\u001b[31mboats\\u0000 \\u202eof Dunmarrow","author":"A\\ud800nn Doe"}'
    )
    page = f'<html><head><script type="application/ld+json">{told}</script></head><body><article>{PROSE}</article>'
    article = clean(page)
    assert ("The [31mboats of Dunmarrow", "Ann Doe") == (article.meta.title, article.meta.byline)
    assert "\x1b" not in article.markdown + article.html + article.tei


@pytest.mark.parametrize(
    ("around", "inner", "count"),
    [("<table>" * 1_950, "x", 1), ("<article>" * 1_950, "x", 1), ("<div>" * 100, "<a href=x>the boats</a> ", 8_000),
     ("<table><tr><td>" * 80, "<td>x", 5_000), ("<div>" * 1_900, "<p>The boats</p>", 3_000)],
    ids=["tables", "articles", "links", "cells", "paragraphs"],
)  # fmt: skip
def test_deep_page_of_many_elements_ends_soon(around: str, inner: str, count: int) -> None:
    started = time.process_time()
    text = clean(f"<article><h1>Boats</h1>{PROSE}{around}{inner * count}").text
    assert "The boats are counted by hand each evening, she says." in text
    assert time.process_time() - started < MAX_CPU_S


@pytest.mark.parametrize(
    "value", ["Fri, 31 Dec 1999 23:59:59 +99999999999999", "1 Jan 99999999999999999999 00:00:00 GMT"]
)
def test_retry_after_of_twenty_digits_says_nothing(value: str) -> None:
    assert retry_after_s(value, datetime(2026, 1, 1, tzinfo=UTC)) is None


@pytest.mark.parametrize("host", ["a\0b:80", "a\tb:80", "http\u200b:80", "\ud800:80"])
def test_allowed_host_of_odd_characters_is_a_usage_error(host: str) -> None:
    with pytest.raises(UsageError):
        Guard.of([host])


def test_interface_of_odd_characters_is_no_host() -> None:
    with pytest.raises(UsageError):
        read_target("http://[2606:4700::1%\u202eeth0]/")


def test_redirect_to_half_a_surrogate_pair_is_no_url() -> None:
    with pytest.raises(FetchError):
        resolve_location(read_target(URL), "/\ud800")


@pytest.mark.parametrize(
    "received",
    [b"HTTP/1.1 204 No\n\n3\r\nabc\r\n0\r\n\r\n", b"HTTP/1.1 200\r\nX\r\ncontent-length:3\r\n\r\nabc"],
)
def test_head_of_odd_lines_is_cut_where_the_parser_cuts_it(received: bytes) -> None:
    assert parsed_cut(received) == cut(received)


def test_sitemap_of_one_entry_behind_a_comment_is_read() -> None:
    entries = list(read_sitemap(b"<!-- x --><url><loc>https://a.example/1</loc></url>", URL))
    assert entries == []  # without a root that ends it may have been cut


def test_feed_with_half_a_surrogate_pair_is_read() -> None:
    content = b"<rss version='2.0'><channel><title>&#xD800;</title><item><link>https://a.example/1</link></item></channel></rss>"
    assert ["https://a.example/1"] == [one.url for one in read_feed(content, URL)]


@pytest.mark.parametrize("inside", ["1", "null", '{"items": 3}'])
def test_export_without_a_list_is_a_typed_error(inside: str) -> None:
    with pytest.raises(InputError):
        read_list(f'{{"_embedded": {inside}}}'.encode(), "list")


@pytest.mark.parametrize("before", ["\0", "\0\0<!DE $pml [ \x08\0"])
def test_opml_behind_a_nul_is_a_typed_error(before: str) -> None:
    with pytest.raises(InputError, match="no XML"):
        read_list(f"{before}<opml><outline xmlUrl='https://a.example/'/>".encode(), "list")


def test_record_that_claims_more_bytes_than_there_are_numbers_is_damaged(tmp_path: Path) -> None:
    import gzip

    head = b"WARC/1.1\r\nWARC-Type: response\r\nContent-Length: 1" + b"0" * 30 + b"\r\n\r\nx\r\n\r\n"
    path = tmp_path / "x.warc.gz"
    path.write_bytes(gzip.compress(head))
    with pytest.raises(ArchiveError, match="no whole record"):
        list(warc.read(path))


def test_field_whose_name_holds_a_line_break_is_refused() -> None:
    record = warc.Record(
        kind="metadata", id="<urn:uuid:1>", date="x", content_type="x", block=b"", fields=(("a\nb", "c"),)
    )
    with pytest.raises(ArchiveError, match="line break"):
        warc.pack(record)


def test_bookmarks_without_one_element_are_empty() -> None:
    assert () == read_list(b"<!DOCTYPE NETSCAPE-Bookmark-/body>", "list").urls


@pytest.mark.parametrize("selector", ["//p[\\u0001]", "p\\u0001", "p:nope(1)", "p::before", "//p[", "nope()"])
def test_selector_that_cannot_run_is_refused_with_its_line(selector: str) -> None:
    with pytest.raises(RuleError):
        parse_site(f'host = "a.example"\ndrop = ["{selector}"]', "a.example.toml")


def test_selector_of_the_command_line_that_holds_a_control_is_a_usage_error() -> None:
    with pytest.raises(UsageError):
        clean(f"<article>{PROSE}", policy=Policy(drop=("//p[\0]",)))


def test_imported_selector_that_holds_a_control_is_passed_over() -> None:
    assert 2 == len(parse_ftr("strip: //p\0\nstrip_id_or_class: x\x01\nbody: //div", "a.example", "x").passed_over)


@pytest.mark.parametrize("odd", ['<loc xmlns="http://x/&#xD800;">x</loc>', "<loc>https://a.example/&#xD800;</loc>"])
def test_half_a_character_in_a_sitemap_spoils_its_own_entry_alone(odd: str) -> None:
    data = f"<urlset><url>{odd}</url><url><loc>https://a.example/2</loc></url></urlset>".encode()
    assert "https://a.example/2" in [entry.listed.url for entry in read_sitemap(data, URL)]


@pytest.mark.parametrize("name", ["\\u0000", "~nobody-of-that-name/x"])
def test_a_path_that_is_none_is_a_configuration_error(tmp_path: Path, name: str) -> None:
    file = tmp_path / "crawl.toml"
    file.write_text(f'archive = "x"\n[[source]]\nsite = "https://a.example/"\nurl_file = "{name}"\n', encoding="utf-8")
    with pytest.raises((UsageError, InputError)):
        read_config(file)
