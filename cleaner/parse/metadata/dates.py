"""When the article was published and last changed, as ISO 8601, from those who say so; no clock is asked."""

import re
from collections.abc import Iterator
from datetime import datetime
from email.utils import parsedate_to_datetime

from lxml.html import HtmlElement

from cleaner.parse.metadata.head import LATEST, Head
from cleaner.parse.metadata.jsonld import string_of

__all__ = ["iso", "modified_of", "published_of", "searched_date"]

PUBLISHED = (
    "article:published_time",
    "og:article:published_time",
    "og:published_time",
    "article:published",
    "datepublished",
    "parsely-pub-date",
    "sailthru.date",
    "cxenseparse:recs:publishtime",
    "dcterms.created",
    "dcterms.issued",
    "dcterms.date",
    "dc.date.issued",
    "dc.date.created",
    "dc.date",
    "citation_publication_date",
    "citation_date",
    "publication_date",
    "publish_date",
    "publish-date",
    "pubdate",
    "published_time",
    "vr:published_time",
    "originalpublicationdate",
    "datecreated",
    "date",
)
MODIFIED = (
    "article:modified_time",
    "og:article:modified_time",
    "og:modified_time",
    "article:modified",
    "og:updated_time",
    "datemodified",
    "dcterms.modified",
    "dc.date.modified",
    "lastmod",
    "last-modified",
    "revision_date",
)
# Years outside are typing errors and default values (0001, 1970-01-01 of an empty clock); the web is from 1991, but
# archives of newspapers go back further. The clock is not asked, so the end is a constant.
FIRST_YEAR, LAST_YEAR = 1900, int(LATEST[:4])

ISO_LIKE = re.compile(
    r"(?P<date>\d{4}-\d{2}-\d{2})"
    r"(?:(?:T|\s+)(?P<time>\d{1,2}:\d{2}(?::\d{2})?)(?:[.,]\d+)?\s*(?P<zone>Z|UTC|GMT|[+-]\d{2}(?::?\d{2})?)?)?",
    re.IGNORECASE,
)
ISO_PLAIN = re.compile(r"(\d{4})(\d{2})(\d{2})(?:T(\d{2})(\d{2})(\d{2})?(Z|[+-]\d{2}:?\d{2})?)?")
ISO_SLASHES = re.compile(r"(\d{4})/(\d{1,2})/(\d{1,2})(?!\d)")
URL_DATE = re.compile(
    r"/((?:19|20)\d{2})[/-](\d{1,2})[/-](\d{1,2})(?=[/_-]|$)|/((?:19|20)\d{2})(\d{2})(\d{2})(?=[/_-])"
)
# A date as people write it: 2026-03-05, 5.3.26, 5. März 2026, March 5th, 2026, 2026年3月5日.
WRITTEN_DATE = re.compile(
    r"\d(?:"
    r"\d{3}\s?[-./年]\s?\d{1,2}\s?[-./月]\s?\d|\d?[-./]\s?\d{1,2}[-./]\s?\d\d"
    r"|\d?(?:st|nd|rd|th)?[., ]\s{0,2}(?:19|20)\d\d"
    r"|\d?(?:st|nd|rd|th|er|º)?[.,]?[ -](?:(?:de|of) )?[^\W\d_]{3,12}[.,]?[ -](?:del? )?(?:19|20)\d\d)"
)
PUBLISHED_CLASS = re.compile(
    r"publish|entry-date|post-date|posted|dateline|article-date|created|pubdate", re.IGNORECASE
)
UPDATED_CLASS = re.compile(r"updat|modif|change|revis", re.IGNORECASE)
OTHERS = frozenset("aside footer nav".split())
OTHERS_CLASS = re.compile(r"comment|related|teaser|sidebar|card|recommend|widget|popular|latest", re.IGNORECASE)


def published_of(head: Head) -> tuple[str, str] | None:
    """Date of publication and its source; None where the page does not tell."""
    candidates = [("json-ld", string_of(head.article.get(name))) for name in ("datePublished", "dateCreated")]
    candidates += _metas(head, PUBLISHED)
    return _first(candidates, head.latest) or _from_times(head) or _from_url(head)


def modified_of(head: Head) -> tuple[str, str] | None:
    """Date of the last change and its source; None where the page does not tell."""
    stated = _first([("json-ld", string_of(head.article.get("dateModified"))), *_metas(head, MODIFIED)], head.latest)
    if stated:
        return stated
    changes = [time for time in head.times if _is_about_change(time) and not _is_elsewhere(time)]
    return _first([("html", time.get("datetime")) for time in changes], head.latest)


def searched_date(head: Head, text: str, modified: str | None) -> tuple[str, str] | None:
    """What htmldate finds, not after `modified`; without its guesses over the whole page, and only where `text` has a date.

    It costs 6 ms a page and is asked last, on two pages of five. An empty `text` tells nothing, so it is asked then too.
    """
    if text and not WRITTEN_DATE.search(text):
        return None
    import htmldate  # its parser of date words costs 0.12 s to import

    try:
        found = htmldate.find_date(
            head.tree,
            extensive_search=False,
            original_date=True,
            url=head.url,
            max_date=min((modified or LATEST)[:10], head.latest),
        )
    except (ValueError, TypeError, AttributeError, OverflowError, RecursionError):  # from its parsers, on odd input
        return None
    date = iso(found)
    return (date, "htmldate") if date else None


def iso(value: str | None) -> str | None:
    """The value as ISO 8601, `2026-11-22` or with time and, where stated, zone; None for what is no plausible date."""
    if not value:
        return None
    value = value.strip()
    if match := ISO_LIKE.match(value):
        return _checked(_joined(match["date"], match["time"], match["zone"]))
    if match := ISO_PLAIN.fullmatch(value):
        year, month, day, hour, minute, second, zone = match.groups()
        return _checked(_joined(f"{year}-{month}-{day}", f"{hour}:{minute}:{second or '00'}" if hour else None, zone))
    if match := ISO_SLASHES.match(value):
        return _checked(f"{match[1]}-{int(match[2]):02}-{int(match[3]):02}")
    return _from_mail_date(value)


def _from_mail_date(value: str) -> str | None:
    try:
        moment = parsedate_to_datetime(value)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    return _checked(moment.isoformat())


def _joined(date: str, time: str | None, zone: str | None) -> str:
    if not time:
        return date
    hour, _, rest = time.partition(":")
    zone = (zone or "").upper()
    if zone in {"UTC", "GMT"}:
        zone = "Z"
    elif zone and zone != "Z" and ":" not in zone:
        zone = f"{zone[:3]}:{zone[3:] or '00'}"
    return f"{date}T{int(hour):02}:{rest}{zone}"


def _checked(text: str) -> str | None:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return text if FIRST_YEAR <= moment.year <= LAST_YEAR and not text.startswith("1970-01-01") else None


def _metas(head: Head, names: tuple[str, ...]) -> list[tuple[str, str | None]]:
    return [
        ("opengraph" if name.startswith(("og:", "article:")) else "meta", value)
        for name in names
        for value in head.metas.get(name, ())
    ]


def _first(candidates: list[tuple[str, str | None]], latest: str) -> tuple[str, str] | None:
    """The first candidate that is a date, and not one that was still to come when the page was received."""
    dates = ((iso(value), source) for source, value in candidates)
    return next(((date, source) for date, source in dates if date and date[:10] <= latest), None)


def _from_times(head: Head) -> tuple[str, str] | None:
    """The <time> that says it is the publication, else the first of the page's own that is no update."""
    own = [time for time in head.times if not _is_elsewhere(time) and not _is_about_change(time)]
    told = [time for time in own if _is_about_publication(time)]
    return _first([("html", time.get("datetime") or time.text) for time in told + own], head.latest)


def _is_about_publication(time: HtmlElement) -> bool:
    return (
        time.get("pubdate") is not None
        or (time.get("itemprop") or "").lower() == "datepublished"
        or any(PUBLISHED_CLASS.search(value) for value in _classes(time))
    )


def _is_about_change(time: HtmlElement) -> bool:
    itemprop = (time.get("itemprop") or "").lower()
    return itemprop == "datemodified" or bool(UPDATED_CLASS.search(time.get("class") or ""))


def _classes(time: HtmlElement) -> Iterator[str]:
    yield time.get("class") or ""
    parent = time.getparent()
    if parent is not None:
        yield parent.get("class") or ""


def _is_elsewhere(time: HtmlElement) -> bool:
    """True in asides, comments and teasers: a date there is another text's."""
    for depth, ancestor in enumerate(time.iterancestors()):
        marks = f"{ancestor.get('class') or ''} {ancestor.get('id') or ''}"
        if ancestor.tag in OTHERS or (depth < 6 and ancestor.tag != "body" and OTHERS_CLASS.search(marks)):  # noqa: PLR2004
            return True
    return False


def _from_url(head: Head) -> tuple[str, str] | None:
    match = URL_DATE.search(head.url or "")
    if not match:
        return None
    year, month, day = (match[1], match[2], match[3]) if match[1] else (match[4], match[5], match[6])
    return _first([("url", f"{year}-{int(month):02}-{int(day):02}")], head.latest)
