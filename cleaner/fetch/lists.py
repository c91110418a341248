"""Reading lists as other programs export them: feeds from OPML, addresses from Netscape bookmarks and from wallabag."""

import csv
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from io import StringIO
from typing import Any

from lxml import etree, html

from cleaner import urls
from cleaner.errors import InputError

__all__ = ["FeedLine", "ReadingList", "read_list"]


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedLine:
    """One feed of an OPML list: its address, and the title it has there, which may be empty."""

    url: str
    title: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadingList:
    """What a list names, each address once and in its order; `skipped` counts entries that are no address of the web."""

    feeds: tuple[FeedLine, ...] = ()
    urls: tuple[str, ...] = ()
    skipped: int = 0


def read_list(content: bytes, where: str) -> ReadingList:
    """The feeds or addresses in the file, whichever of the known kinds it is. Raises InputError for any other."""
    text = content.decode("utf-8-sig", "replace").strip()
    lowered = text[:4_096].lower()
    if "<opml" in lowered:
        return _opml(text, where)
    if "netscape-bookmark" in lowered or "<dt>" in lowered or "<a " in lowered:
        return _addresses(_links(text))
    if text.startswith(("[", "{")):
        return _addresses(_wallabag(text, where))
    if "url" in lowered.partition("\n")[0]:
        return _addresses(row.get("url") or row.get("URL") or "" for row in _rows(text, where))
    hint = "known are OPML, Netscape bookmarks (HTML) and wallabag's JSON and CSV; a list of addresses needs no import"
    raise InputError("is no reading list of a known kind", where=where, hint=hint, code="unknown-list")


def _opml(text: str, where: str) -> ReadingList:
    # No entities, no network: a list comes from anywhere.
    parser = etree.XMLParser(resolve_entities=False, no_network=True, recover=True, huge_tree=False)
    try:
        root = etree.fromstring(text.encode("utf-8", "replace"), parser)
    except etree.XMLSyntaxError:  # a NUL before the first element, which even recovering takes for the end
        root = None
    if root is None:
        raise InputError("is no XML that could be read", where=where, code="bad-list")
    named = [{str(name).lower(): str(value) for name, value in line.attrib.items()} for line in root.iter("{*}outline")]
    lines = [line for line in named if "xmlurl" in line]
    found: dict[str, FeedLine] = {}
    for line in lines:
        url = urls.absolute(line["xmlurl"])
        if url and not url.startswith("mailto:"):
            found.setdefault(
                url, FeedLine(url=url, title=" ".join((line.get("title") or line.get("text") or "").split()))
            )
    skipped = sum(urls.absolute(line["xmlurl"]) not in found for line in lines)
    return ReadingList(feeds=tuple(found.values()), skipped=skipped)


def _links(text: str) -> Iterator[str]:
    try:
        root = html.document_fromstring(text or "<p>")
    except etree.ParserError:  # not one element in it
        return
    for link in root.iter("a"):
        yield link.get("href") or ""


def _wallabag(text: str, where: str) -> list[str]:
    try:
        told: Any = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise InputError(f"is no JSON that could be read: {error}", where=where, code="bad-list") from error
    # The export is a list; the interface wraps one as {"_embedded": {"items": […]}}.
    inside = told.get("_embedded", told) if isinstance(told, dict) else told
    items = inside.get("items", []) if isinstance(inside, dict) else inside
    if not isinstance(items, list):
        raise InputError("is JSON without a list of entries", where=where, code="bad-list")
    return [str(item.get("url") or "") for item in items if isinstance(item, dict)]


def _rows(text: str, where: str) -> Iterator[dict[str, str]]:
    try:
        for row in csv.DictReader(StringIO(text)):
            yield {str(name): value for name, value in row.items() if isinstance(value, str)}
    except csv.Error as error:  # a field beyond 128 KiB
        raise InputError(f"is no CSV that could be read: {error}", where=where, code="bad-list") from error


def _addresses(given: Iterable[str]) -> ReadingList:
    found: dict[str, None] = {}
    skipped = 0
    for text in given:
        url = urls.absolute(text)
        if url is None or url.startswith("mailto:"):
            skipped += 1
        else:
            found.setdefault(url)
    return ReadingList(urls=tuple(found), skipped=skipped)
