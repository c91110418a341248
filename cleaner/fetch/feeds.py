"""What a feed lists: RSS, Atom, RDF and JSON Feed, broken ones too. Reads bytes; fetches nothing."""

import calendar
import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from io import BytesIO
from itertools import islice, pairwise
from typing import Any

from cleaner import urls
from cleaner.errors import FetchError

__all__ = ["MAX_FEED_BYTES", "MAX_ITEMS", "MAX_URL_CHARS", "Listed", "read_feed"]

MAX_ITEMS = 10_000  # no feed for people comes near; feedparser takes 0.1 ms of CPU for the smallest
MAX_TAGS = 250_000  # feedparser takes 30 µs for one, and as much again where the XML is broken
MAX_FEED_BYTES = 16 * 1024 * 1024  # feedparser holds about ten times this in memory
MAX_URL_CHARS = 8_192  # browsers and servers stop about there; the sitemap protocol at 2,048
MIN_ID_CHARS, MAX_ID_CHARS = 8, 1_024  # shorter ids are counters, and two feeds count alike
_MAX_MARK_CHARS = 40
_HALF_PAIRS = re.compile(
    rb"&#(?:[xX]0*[dD][89a-fA-F][0-9a-fA-F]{2}|0*5(?:529[6-9]|5[3-9]\d\d|6\d\d\d|7[0-2]\d\d|73[0-3]\d|734[0-3]));?"
)
_ITEM = re.compile(rb"<(?:\w+:)?(?:item|entry)[\s/>]", re.IGNORECASE)
_MAX_ATTRIBUTES = 2_000  # 20,000 on one tag cost feedparser 4.5 s, and it is quadratic
_LIGHT_TAG = re.compile(rb"[!/?]|[\w:.-]++(?:\s++[\w:.-]++\s*+=\s*+(?:\"[^\"]*+\"|'[^']*+')){0,100}+\s*+/?>")
# What may stand before a document type: space, instructions, comments. What may stand in one before its own declarations.
_BEFORE_TYPE = re.compile(rb"(?:\s|\xef\xbb\xbf|<\?.*?\?>|<!--.*?-->)*", re.DOTALL)
_OWN_DECLARATIONS = re.compile(rb"<!doctype(?:[^\"'<>\[]|\"[^\"]*\"|'[^']*')*\[", re.IGNORECASE)


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

    if not content.strip():
        raise _no_feed(url, "it is empty")
    before = _BEFORE_TYPE.match(content)
    if _OWN_DECLARATIONS.match(content, before.end() if before else 0):
        raise _no_feed(url, "it declares entities of its own")
    if any(part.count(b"=") > _MAX_ATTRIBUTES and not _LIGHT_TAG.match(part) for part in content.split(b"<")):
        raise _no_feed(url, f"more than {_MAX_ATTRIBUTES:,} attributes on one tag")
    # Neither HTML in items nor relative addresses in texts are of use here, and both cost time.
    try:
        parsed = feedparser.parse(  # type: ignore[attr-defined, no-untyped-call]
            BytesIO(_HALF_PAIRS.sub(b"", _bounded(content, url))),
            response_headers={"content-location": url},
            sanitize_html=False,
            resolve_relative_uris=False,
        )
    except FetchError:
        raise
    except Exception as error:  # an old parser raises what it likes, and a stranger wrote what it read
        raise _no_feed(url, f"it breaks the parser: {type(error).__name__}") from error
    if not parsed.get("version") and not parsed.entries:
        raise _no_feed(url, "no element of RSS or Atom in it")
    base = parsed.feed.get("link") or url
    for entry in parsed.entries:
        link = entry.get("link") or (entry.get("id") if str(entry.get("id", "")).startswith("http") else None)
        if found := link and _address(str(link), str(base), url):
            yield Listed(url=found, mark=_moment(entry.get("updated_parsed"), entry), id=_id(entry.get("id")))


def _bounded(content: bytes, url: str) -> bytes:
    """The feed up to the item with which it passes a limit; raises FetchError where the first item already does."""
    starts = [item.start() for item in islice(_ITEM.finditer(content), MAX_ITEMS + 1)]
    ends = [*starts, len(content)] if len(starts) <= MAX_ITEMS else starts
    tags, whole = 0, 0
    for begun, end in pairwise([0, *ends]):
        tags += content.count(b"<", begun, end)
        if tags > MAX_TAGS:
            break
        whole = end
    if whole == 0 or (starts and whole == starts[0] < len(content)):
        raise _no_feed(url, f"more than {MAX_TAGS:,} tags before its second item")
    return content[:whole]


def _address(link: str, base: str, url: str) -> str | None:
    if len(link) > MAX_URL_CHARS:
        return None
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
    return value if isinstance(value, str) and MIN_ID_CHARS <= len(value) <= MAX_ID_CHARS else None


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
            yield Listed(
                url=found, mark=mark[:_MAX_MARK_CHARS] if isinstance(mark, str) else None, id=_id(item.get("id"))
            )
