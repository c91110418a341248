"""Addresses, rhythm and patience: the crawl's decisions that need neither network nor disk."""

from datetime import date

import pytest

from cleaner.jobs.crawl import address
from cleaner.jobs.crawl.revisit import Rhythm, after_failure_s, after_visit, is_newer, settles

TODAY = date(2026, 11, 26)


@pytest.mark.parametrize(
    ("written", "normal"),
    [
        ("HTTPS://Example.org:443/a?utm_source=x#top", "https://example.org/a"),
        ("https://example.org/a;jsessionid=12345678?b=1", "https://example.org/a?b=1"),
        ("https://example.org/a?PHPSESSID=0123456789abcdef&b=1", "https://example.org/a?b=1"),
        ("https://example.org/a?side=left", "https://example.org/a?side=left"),
        ("mailto:a@example.org", None),
        ("javascript:void(0)", None),
    ],
)
def test_an_address_has_one_form(written: str, normal: str | None) -> None:
    assert address.normal(written) == normal


@pytest.mark.parametrize(
    "variant",
    [
        "https://example.org/news/ferry/amp/",
        "https://example.org/amp/news/ferry",
        "https://www.example.org/news/ferry?outputType=amp",
        "http://example.org/news/ferry/print",
        "https://amp.example.org/news/ferry/index.html",
    ],
)
def test_variants_fold_into_one_page(variant: str) -> None:
    assert address.folded(variant) == address.folded("https://example.org/news/ferry")


@pytest.mark.parametrize("other", ["https://example.org/news/amplifier", "https://example.org/news/ferry?page=2"])
def test_what_only_looks_like_a_variant_is_a_page_of_its_own(other: str) -> None:
    assert address.folded(other) != address.folded("https://example.org/news/ferry")


@pytest.mark.parametrize(
    ("url", "canonical", "believed"),
    [
        ("https://example.org/a?ref=home", "https://example.org/a", True),
        ("https://example.org/a/amp", "https://example.org/a", True),
        ("https://example.org/a?page=2", "https://example.org/a", False),
        ("https://example.org/?id=7", "https://example.org/", False),
        ("https://example.org/a", "https://example.org/", False),
    ],
)
def test_a_canonical_address_is_believed_where_it_cannot_cost_a_page(url: str, canonical: str, believed: bool) -> None:  # noqa: FBT001
    assert address.stands_for(url, canonical) is believed


@pytest.mark.parametrize(
    ("path", "trap"),
    [
        ("/news/2026/11/26/ferry", None),
        ("/2026/11/", None),
        ("/2031/05/", "calendar"),
        ("/events/calendar/2026-12", "calendar"),
        ("/list?year=2026&month=3", "calendar"),
        ("/calendar-girls-review", None),
        ("/a/b/a/b/a/b", "repeated-segments"),
        ("/" + "x" * 3000, "too-long"),
        ("/photo.JPG", "no-page"),
        ("/ferry.html", None),
        ("/?" + "&".join(f"k{n}=1" for n in range(12)), "too-many-parameters"),
    ],
)
def test_traps_are_known_by_their_looks(path: str, trap: str | None) -> None:
    assert address.trap(f"https://example.org{path}", TODAY) == trap


@pytest.mark.parametrize(
    ("pattern", "url", "fits"),
    [
        ("/news/*", "https://example.org/news/a/b?c=1", True),
        ("/news/*", "https://example.org/sport/news/a", False),
        ("example.org/*", "https://example.org/x", True),
        ("https://*.example.org/*", "https://www.example.org/x", True),
        ("*/live/*", "https://example.org/a/live/b", True),
        ("/a*b*c", "https://example.org/abbbbc", True),
        ("/a*b*c", "https://example.org/abcb", False),
        ("/a", "https://example.org/a", True),
        ("/a", "https://example.org/ab", False),
        ("/a?b=*", "https://example.org/a?b=1", True),
    ],
)
def test_globs_fit_paths_hosts_or_whole_addresses(pattern: str, url: str, fits: bool) -> None:  # noqa: FBT001
    assert address.matches(pattern, url) is fits


def test_a_page_that_never_changes_is_asked_ever_more_rarely() -> None:
    rhythm, waits = Rhythm(), []
    elapsed = 3600.0
    for _ in range(5):
        rhythm, elapsed = after_visit(rhythm, elapsed, changed=False)
        waits.append(elapsed)
    assert waits == sorted(waits)
    assert waits[-1] > 10 * waits[0]


def test_a_page_that_changes_each_time_is_asked_ever_more_often() -> None:
    rhythm, elapsed = Rhythm(), 86_400.0
    for _ in range(6):
        rhythm, elapsed = after_visit(rhythm, elapsed, changed=True)
    assert elapsed < 86_400 / 3


def test_no_change_within_minutes_says_nothing() -> None:
    rhythm, wait = after_visit(Rhythm(), 20.0, changed=False)
    assert (rhythm, wait) == (Rhythm(0.0, 20.0), 0.0)


def test_failures_are_left_alone_for_longer_each_time_and_never_for_ever() -> None:
    waits = [after_failure_s(failures) for failures in range(1, 40)]
    assert waits[:3] == [3600, 7200, 14400]
    assert max(waits) == 30 * 86_400


def test_marks_of_another_spelling_are_no_change() -> None:
    assert not is_newer("2026-11-01T00:00:00+00:00", "2026-11-01T00:00:00Z")
    assert not is_newer("2026-11-01", "2026-11-01T10:00:00Z")
    assert is_newer("2026-11-02", "2026-11-01T10:00:00Z")
    assert is_newer("edition 2", "edition 1")


def test_a_date_tells_of_every_change_only_when_its_day_is_over() -> None:
    noon = 1_790_337_600.0  # 2026-09-25T12:00:00Z
    assert settles("2026-09-24", noon)
    assert not settles("2026-09-25", noon)
    assert settles("2026-09-25T11:00:00Z", noon)
    assert not settles(None, noon)
