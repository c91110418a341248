"""What a feed lists: RSS, Atom, RDF and JSON Feed, broken ones too. Reads bytes; fetches nothing."""

import calendar
import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from io import BytesIO
from typing import Any

from cleaner import urls
from cleaner.errors import FetchError

__all__ = ["MAX_ITEMS", "Listed", "read_feed"]

MAX_ITEMS = 50_000  # the sitemap protocol's own limit; no feed for people comes near
MAX_FEED_BYTES = 16 * 1024 * 1024  # feedparser holds about ten times this in memory
_ROOT = re.compile(rb"<(?:\w+:)?(?:rss|feed|rdf)[\s>]", re.IGNORECASE)
MIN_ID_CHARS = 8  # shorter ids are counters, and two feeds count alike


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """One address that a feed or sitemap lists.

    `mark` changes when the page does (Atom's `updated`, JSON Feed's `date_modified`, a sitemap's `lastmod`); None where
    nothing says so: RSS tells when a page was published, never when it was changed. `id` is the feed's name for it.
    """

    url: str
    mark: str | None = None
    id: str | None = None


def read_feed(content: bytes, url: str) -> list[Listed]:
    """The addresses that the feed at `url` lists, in its order, relative ones made absolute; items without are left out.

    Raises FetchError for what is no feed at all. An id that several items share names none of them.
    """
    if len(content) > MAX_FEED_BYTES:
        raise _no_feed(url, f"{len(content)} bytes are no feed")
    start = content.lstrip(b"\xef\xbb\xbf \t\r\n")[:1]
    listed = list(_json_items(content, url) if start == b"{" else _xml_items(content, url))[:MAX_ITEMS]
    shared = {name for name, count in Counter(item.id for item in listed if item.id).items() if count > 1}
    return [Listed(url=item.url, mark=item.mark) if item.id in shared else item for item in listed]


def _no_feed(url: str, why: str) -> FetchError:
    return FetchError(
        f"not a feed: {why}", where=url, hint="open it in a browser: is this RSS or Atom?", code="bad-feed"
    )


def _xml_items(content: bytes, url: str) -> Iterator[Listed]:
    import feedparser

    prolog = content[: root.start()] if (root := _ROOT.search(content)) else content
    if not prolog.strip() and root is None:
        raise _no_feed(url, "it is empty")
    if b"<!entity" in prolog.lower():
        raise _no_feed(url, "it declares entities of its own")
    # Neither HTML in items nor relative addresses in texts are of use here, and both cost time.
    parsed = feedparser.parse(  # type: ignore[attr-defined, no-untyped-call]
        BytesIO(content), response_headers={"content-location": url}, sanitize_html=False, resolve_relative_uris=False
    )
    if not parsed.get("version") and not parsed.entries:
        raise _no_feed(url, "no element of RSS or Atom in it")
    base = parsed.feed.get("link") or url
    for entry in parsed.entries:
        link = entry.get("link") or (entry.get("id") if str(entry.get("id", "")).startswith("http") else None)
        if found := link and _address(str(link), str(base), url):
            yield Listed(url=found, mark=_moment(entry.get("updated_parsed"), entry), id=_id(entry.get("id")))


def _address(link: str, base: str, url: str) -> str | None:
    found = urls.absolute(link, urls.absolute(base, url) or url)
    return found if found and found.startswith("http") else None


def _moment(parsed: Any, entry: Mapping[str, Any]) -> str | None:
    """When the entry says it was changed, in UTC; None where it only says when it was published."""
    if not parsed or "updated" not in dict.keys(entry):  # type: ignore[arg-type] # feedparser's get() takes `published` for it
        return None
    try:
        return datetime.fromtimestamp(calendar.timegm(parsed), UTC).isoformat()
    except (ValueError, OverflowError, OSError):
        return None


def _id(value: Any) -> str | None:
    return value if isinstance(value, str) and len(value) >= MIN_ID_CHARS else None


def _json_items(content: bytes, url: str) -> Iterator[Listed]:
    try:
        feed = json.loads(content.decode("utf-8-sig", "replace"))
    except (ValueError, RecursionError) as error:
        raise _no_feed(url, "broken JSON") from error
    items = feed.get("items")
    if not isinstance(items, list):
        raise _no_feed(url, "JSON without items")
    for item in items:
        if not isinstance(item, dict):
            continue
        link = item.get("url") or item.get("external_url") or item.get("id")
        if isinstance(link, str) and (found := _address(link, url, url)):
            mark = item.get("date_modified")
            yield Listed(url=found, mark=mark if isinstance(mark, str) else None, id=_id(item.get("id")))
