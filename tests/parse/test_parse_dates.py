"""Where a page's links start from, which dates are believed, and when its text is searched for one."""

from datetime import date

import pytest

from cleaner.boilerplate import segment
from cleaner.parse import base_url, gather_head, parse_tree, read_metadata
from cleaner.parse.metadata.dates import WRITTEN_DATE
from cleaner.policy import Limits

URL = "https://www.harbourpost.example/2026/03/05/ferry-returns"


@pytest.mark.parametrize(
    ("head", "url", "expected"),
    [
        ("", URL, URL),
        ("<base href='/en/'>", URL, "https://www.harbourpost.example/en/"),
        ("<base target=_blank><base href='//cdn.example/x/'><base href='/late/'>", URL, "https://cdn.example/x/"),
        ("<base href='javascript:alert(1)'>", URL, URL),
        ("<base href='mailto:a@b.example'>", URL, URL),
        ("<base href=''>", URL, URL),
        ("<base href='/en/'>", None, None),
        ("<base href='https://a.example/b/'>", None, "https://a.example/b/"),
    ],
)
def test_links_start_from_the_first_base_that_is_an_address(head: str, url: str | None, expected: str | None) -> None:
    tree = parse_tree(f"<html><head>{head}</head><p>Words.</p>", Limits())
    assert tree is not None
    assert expected == base_url(tree, url)


TODAY = date(2026, 3, 6)


def dates_of(page: str, url: str | None = None) -> tuple[str | None, str | None]:
    tree = parse_tree(page, Limits())
    assert tree is not None
    meta = read_metadata(gather_head(tree, url, TODAY), segment(tree).blocks)
    return meta.published, meta.modified


@pytest.mark.parametrize(
    "page",
    [
        '<meta property="article:published_time" content="{}T10:00:00Z"><p>Words.</p>',
        '<script type="application/ld+json">{"@type": "Article", "datePublished": "{}"}</script><p>Words.</p>',
        '<h1>Words</h1><time datetime="{}">soon</time>',
    ],
)
def test_dates_still_to_come_when_the_page_was_received_are_passed_over(page: str) -> None:
    assert ("2026-03-07", None) == tuple(
        (found or "")[:10] or None for found in dates_of(page.replace("{}", "2026-03-07"))
    )
    assert (None, None) == dates_of(page.replace("{}", "2026-03-08"))


def test_next_date_counts_where_the_first_is_still_to_come() -> None:
    metas = '<meta name="date" content="2026-03-01"><meta name="pubdate" content="2036-03-01"><meta name="lastmod" content="2036-01-01">'
    assert ("2026-03-01", None) == dates_of(metas)
    assert (None, None) == dates_of("<p>Words.</p>", "https://a.example/2036/03/01/ferry")


def test_searched_date_still_to_come_is_none() -> None:
    page = "<p>Words</p><p class='date'>{}</p><p>The ferry sails.</p>"
    assert ("2026-03-05", None) == dates_of(page.format("5 March 2026"))
    assert (None, None) == dates_of(page.format("5 March 2036"))


@pytest.mark.parametrize(
    "written",
    [
        "2026-03-05", "5.3.26", "05/03/2026", "5. März 2026", "5 de marzo de 2026", "March 5th, 2026", "Mar. 5, 2026", "2026年3月5日",
        "1er mars 2026", "5-Mar-2026", "2026. 3. 5.", "5 марта 2026",
    ],
)  # fmt: skip
def test_text_with_a_written_date_is_searched(written: str) -> None:
    assert WRITTEN_DATE.search(f"By Ann Reed {written} The ferry sails.")


@pytest.mark.parametrize(
    "text", ["© 2026 The Harbour Post", "Call 0123 456 789", "Cars 1990 to 2026", "Version 2.10 of 2026"]
)
def test_text_without_a_written_date_is_not(text: str) -> None:
    assert not WRITTEN_DATE.search(text)


def test_last_day_of_the_calendar_is_a_day_like_any_other() -> None:
    tree = parse_tree('<meta name="date" content="2026-03-01"><p>Words.</p>', Limits())
    assert tree is not None
    assert read_metadata(gather_head(tree, None, date.max), segment(tree).blocks).published == "2026-03-01"
