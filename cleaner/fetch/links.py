"""Where a page leads: its links, its feeds, its canonical address. Reads HTML with one quick parse, decides nothing."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from cleaner import urls
from cleaner.errors import LimitError
from cleaner.model import Page
from cleaner.policy import Limits

if TYPE_CHECKING:
    from lxml import etree, html

__all__ = ["Leads", "read_leads"]

MAX_LINKS = 5_000  # of one page; the longest hand-made link lists have some hundred
_FEED_TYPES = frozenset({"application/rss+xml", "application/atom+xml", "application/feed+json", "application/rdf+xml"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Leads:
    """Absolute addresses on a page, in its order, each once. `follow` is False where the page asks not to be followed."""

    links: tuple[str, ...] = ()
    feeds: tuple[str, ...] = ()
    canonical: str | None = None
    follow: bool = True


def read_leads(page: Page) -> Leads:
    """Where the page leads; nowhere for what is no HTML or too deep to be read."""
    from cleaner.parse import base_url, decode, parse_tree  # most crawls follow no links

    try:
        tree = parse_tree(decode(page.content, page.content_type).text, Limits())
    except LimitError:
        return Leads()
    if tree is None:
        return Leads()
    base = base_url(tree, page.url)
    return Leads(
        links=tuple(dict.fromkeys(_anchors(tree, base)))[:MAX_LINKS],
        feeds=tuple(dict.fromkeys(_feeds(tree, base))),
        canonical=_canonical(tree, base),
        follow="nofollow" not in _robots_meta(tree),
    )


def _anchors(tree: "html.HtmlElement", base: str | None) -> Iterator[str]:
    for anchor in tree.iter("a", "area"):
        href = anchor.get("href")
        if href and "nofollow" not in (anchor.get("rel") or "").lower() and (found := _web(href, base)):
            yield found.partition("#")[0]


def _web(href: str, base: str | None) -> str | None:
    found = urls.absolute(href, base)
    return found if found and found.startswith("http") else None


def _feeds(tree: "html.HtmlElement", base: str | None) -> Iterator[str]:
    for link in _head_links(tree, "alternate"):
        kind = (link.get("type") or "").partition(";")[0].strip().lower()
        if kind in _FEED_TYPES and (found := _web(link.get("href") or "", base)):
            yield found


def _canonical(tree: "html.HtmlElement", base: str | None) -> str | None:
    return next(
        (found for link in _head_links(tree, "canonical") if (found := _web(link.get("href") or "", base))), None
    )


def _head_links(tree: "html.HtmlElement", rel: str) -> "Iterator[etree._Element]":
    return (link for link in tree.iter("link") if rel in (link.get("rel") or "").lower().split())


def _robots_meta(tree: "html.HtmlElement") -> str:
    return " ".join(
        m.get("content") or "" for m in tree.iter("meta") if (m.get("name") or "").lower() == "robots"
    ).lower()
