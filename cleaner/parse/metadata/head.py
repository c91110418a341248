"""What a page says of itself in elements made for that, gathered in one walk over the tree; nothing is judged here."""

from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property

from lxml.html import HtmlElement

from cleaner import urls
from cleaner.parse.metadata.jsonld import Node, article_node, nodes_of

__all__ = ["LATEST", "Head", "base_url", "gather", "one_line", "text_of"]

MAX_VALUE_CHARS = 2_000  # of a meta value: descriptions are shorter, page dumps longer
MAX_HEADINGS = 20
MAX_TIMES = 50
ONE_DAY = timedelta(days=1)  # the page's own clock may stand in another zone
LATEST = "2099-12-31"  # the last day believed where nobody says when the page was received; no clock is asked


@dataclass(frozen=True, kw_only=True)
class Head:
    """The raw statements of a page. `metas` maps a lower-case name, property or itemprop to its values in order.

    `scripts` are texts of JSON-LD, `other_scripts` of all other scripts. `latest` is the last day the page can speak of
    as past, as ISO 8601.
    """

    tree: HtmlElement
    url: str | None
    base: str | None
    metas: dict[str, list[str]]
    links: dict[str, str]
    scripts: list[str]
    other_scripts: list[str]
    title: str | None
    headings: list[HtmlElement]
    times: list[HtmlElement]
    latest: str = LATEST

    @cached_property
    def nodes(self) -> list[Node]:
        """Every JSON-LD object of the page."""
        return nodes_of(self.scripts)

    @cached_property
    def article(self) -> Node:
        """The JSON-LD object about the article; empty where there is none."""
        return article_node(self.nodes)

    @cached_property
    def host(self) -> str:
        """The page's host without `www.`; empty where its address is not known."""
        return urls.host(self.url or self.links.get("canonical") or "").removeprefix("www.")

    def meta(self, *names: str) -> str | None:
        """The first value any of the names has, in the order of the names."""
        return next((self.metas[name][0] for name in names if name in self.metas), None)

    def absolute(self, href: object) -> str | None:
        """The address as an absolute http(s) one; None where it is none."""
        found = urls.absolute(href, self.base) if isinstance(href, str) and len(href) <= MAX_VALUE_CHARS else None
        return found if found and found.startswith("http") else None


def gather(tree: HtmlElement, url: str | None, today: date | None = None) -> Head:
    """The statements of the page, from one walk over the elements that can make them.

    Relative addresses need `url` to become absolute and are left out without it. `today` is the day the page was
    received: dates later than the day after are typing errors and are passed over.
    """
    metas: dict[str, list[str]] = {}
    links: dict[str, str] = {}
    found: dict[str, list[HtmlElement]] = {"title": [], "h1": [], "time": [], "script": [], "base": []}
    for element in tree.iter("meta", "link", *found):
        if element.tag == "meta":
            _add_meta(element, metas)
        elif element.tag == "link":
            _add_link(element, links)
        else:
            found[str(element.tag)].append(element)
    return Head(
        tree=tree,
        url=url,
        base=_base(found["base"], url),
        metas=metas,
        links=links,
        scripts=[e.text or "" for e in found["script"] if _is_linked_data(e)],
        other_scripts=[e.text or "" for e in found["script"] if not _is_linked_data(e)],
        title=_title(found["title"]),
        headings=found["h1"][:MAX_HEADINGS],
        times=found["time"][:MAX_TIMES],
        latest=(today + ONE_DAY).isoformat() if today and today < date.max else LATEST,
    )


def _is_linked_data(script: HtmlElement) -> bool:
    return "ld+json" in (script.get("type") or "").lower()


def text_of(element: HtmlElement) -> str:
    """The element's text on one line, without scripts and styles; a space where elements part what reads as two."""
    if len(element) == 0:
        return one_line(element.text or "")
    text = ""
    for piece in element.xpath(".//text()[not(parent::script or parent::style)]"):
        parted = piece.is_tail and piece.getparent().tag == "br"
        text += " " + piece if parted or _reads_as_two(text[-1:], piece[:1]) else piece
    return one_line(text)


def _reads_as_two(before: str, after: str) -> bool:
    return (before.islower() or before.isdigit()) and (after.isupper() or after in {'"', "“", "„", "«"})


def one_line(text: str) -> str:
    """The text with white space collapsed."""
    return " ".join(text.split())


def _add_meta(element: HtmlElement, metas: dict[str, list[str]]) -> None:
    content = one_line((element.get("content") or "")[:MAX_VALUE_CHARS])
    if not content:
        return
    for attribute in ("property", "name", "itemprop", "http-equiv"):
        if name := element.get(attribute):
            for word in name.lower().split():
                metas.setdefault(word, []).append(content)


def _add_link(element: HtmlElement, links: dict[str, str]) -> None:
    href = element.get("href")
    if href:
        for word in (element.get("rel") or "").lower().split():
            links.setdefault(word, href)


def base_url(tree: HtmlElement, url: str | None) -> str | None:
    """The address that relative links of the page start from: its first <base href>, seen from `url`, else `url`."""
    return _base(list(tree.iter("base")), url)


def _base(elements: list[HtmlElement], url: str | None) -> str | None:
    href = next((href for e in elements if (href := e.get("href")) is not None), None)
    found = urls.absolute(href, url) if href else None
    return found if found and found.startswith("http") else url


def _title(elements: list[HtmlElement]) -> str | None:
    first = next((element for element in elements if not _is_drawn(element)), None)
    return (one_line(first.text_content()) or None) if first is not None else None


def _is_drawn(element: HtmlElement) -> bool:
    """True for the <title> of a drawing: an <svg> has titles of its own."""
    return next(element.iterancestors("svg"), None) is not None
