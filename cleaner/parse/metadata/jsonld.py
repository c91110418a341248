"""The JSON-LD of a page as plain nodes, read tolerantly: what sites write between <script> tags is often not quite JSON."""

import html
import json
import re
from collections.abc import Iterable, Iterator
from typing import Any

__all__ = ["Node", "article_node", "names_of", "nodes_of", "site_name", "string_of", "types_of"]

Node = dict[str, Any]

MAX_SCRIPT_CHARS = 1_000_000  # a product list can be longer; an article's own record is not
MAX_NODES = 2_000
MAX_DEPTH = 12  # of nodes in nodes, beyond which nothing about the page itself was seen

WRAPPING = re.compile(
    r"<!--|-->|//\s*<!\[CDATA\[|//\s*\]\]>|/\*\s*<!\[CDATA\[\s*\*/|/\*\s*\]\]>\s*\*/|<!\[CDATA\[|\]\]>"
)
TRAILING_COMMA = re.compile(r",(\s*[}\]])")
BAD_ESCAPE = re.compile(r'\\(?!["\\/bfnrt]|u[0-9a-fA-F]{4})')
FIELD = re.compile(r'"(headline|datePublished|dateModified|inLanguage)"\s*:\s*"((?:[^"\\]|\\.)*)"')
AUTHOR_NAME = re.compile(r'"author"\s*:\s*[\[{][^\]}]{0,2000}?"name"\s*:\s*"((?:[^"\\]|\\.)*)"')

ARTICLE_TYPES = frozenset(
    "Article NewsArticle BlogPosting Report ReportageNewsArticle AnalysisNewsArticle OpinionNewsArticle BackgroundNewsArticle "
    "ReviewNewsArticle AskPublicNewsArticle AdvertiserContentArticle SatiricalArticle ScholarlyArticle TechArticle "
    "LiveBlogPosting SocialMediaPosting MedicalScholarlyArticle Review Recipe HowTo DiscussionForumPosting QAPage".split()
)
PAGE_TYPES = frozenset("WebPage ItemPage AboutPage CollectionPage MedicalWebPage FAQPage".split())
SITE_TYPES = frozenset("WebSite NewsMediaOrganization Organization Corporation".split())
PERSON_TYPES = frozenset({"Person", ""})


def nodes_of(scripts: Iterable[str]) -> list[Node]:
    """Every JSON object of the scripts in document order, those in `@graph`, lists and other objects included."""
    nodes: list[Node] = []
    for script in scripts:
        if len(script) <= MAX_SCRIPT_CHARS:
            for value in _values(script):
                nodes.extend(_walk(value, 0))
        if len(nodes) >= MAX_NODES:
            break
    return nodes[:MAX_NODES]


def article_node(nodes: list[Node]) -> Node:
    """The node that speaks of the page's article: the first article with a headline or date; empty where none does."""
    articles = [node for node in nodes if types_of(node) & ARTICLE_TYPES]
    told = [node for node in articles if _tells(node)]
    if told:
        return told[0]
    pages = [node for node in nodes if types_of(node) & PAGE_TYPES and _tells(node)]
    return next(iter(articles or pages), {})


def site_name(nodes: list[Node], article: Node) -> str | None:
    """The publisher's or site's name; None where no node tells it."""
    publisher = article.get("publisher") or article.get("sourceOrganization")
    names = names_of(publisher, nodes)
    if names:
        return names[0][0]
    site = next((node for node in nodes if "WebSite" in types_of(node)), {})
    return string_of(site.get("name"))


def names_of(value: Any, nodes: list[Node]) -> list[tuple[str, bool]]:
    """Each name in an author or publisher value, and whether a person bears it; references by `@id` are followed."""
    if isinstance(value, list):
        return [pair for item in value[:20] for pair in names_of(item, nodes)]
    if isinstance(value, str):
        return [(text, True)] if (text := string_of(value)) else []
    if not isinstance(value, dict):
        return []
    node = value if value.get("name") else _by_id(value.get("@id"), nodes)
    is_person = not types_of(node) or "Person" in types_of(node)
    name = node.get("name")
    names = name if isinstance(name, list) else [name]
    return [(text, is_person) for text in map(string_of, names) if text]


def string_of(value: Any) -> str | None:
    """The value as one line of text, entities and tags undone; None for anything but a string with words."""
    if isinstance(value, list):
        value = value[0] if value else None
    if isinstance(value, dict):
        value = value.get("@value")
    if not isinstance(value, str):
        return None
    if "&" in value:
        value = html.unescape(value)
    if "<" in value:
        value = re.sub(r"<[^<>]*>", " ", value)
    return " ".join(value.split()) or None


def types_of(node: Node) -> frozenset[str]:
    """The names in `@type`, without the address of the vocabulary."""
    value = node.get("@type")
    kinds = value if isinstance(value, list) else [value]
    return frozenset(kind.rsplit("/", 1)[-1] for kind in kinds if isinstance(kind, str))


def _tells(node: Node) -> bool:
    return bool(node.get("headline") or node.get("datePublished") or node.get("author"))


def _by_id(reference: Any, nodes: list[Node]) -> Node:
    if not isinstance(reference, str):
        return {}
    return next((node for node in nodes if node.get("@id") == reference and node.get("name")), {})


def _walk(value: Any, depth: int) -> Iterator[Node]:
    if depth > MAX_DEPTH:
        return
    if isinstance(value, dict):
        yield value
        for inner in value.values():
            if isinstance(inner, dict | list):
                yield from _walk(inner, depth + 1)
    elif isinstance(value, list):
        for inner in value:
            yield from _walk(inner, depth + 1)


def _values(script: str) -> list[Any]:
    """The JSON values of one script: as they stand, else mended, else the few fields that can be picked out."""
    script = script.strip().rstrip(";")
    if not script:
        return []
    for attempt in (str, _mended, _unescaped):
        try:
            return [json.loads(attempt(script), strict=False)]
        except (ValueError, RecursionError):
            continue
    return _several(_mended(script)) or _picked(script)


def _mended(script: str) -> str:
    return BAD_ESCAPE.sub(r"\\\\", TRAILING_COMMA.sub(r"\1", WRAPPING.sub("", script))).strip().rstrip(";")


def _unescaped(script: str) -> str:
    return html.unescape(_mended(script))


def _several(script: str) -> list[Any]:
    """Values that follow each other without a list around them, up to the first that is broken."""
    decoder = json.JSONDecoder(strict=False)
    values: list[Any] = []
    at = 0
    while at < len(script):
        try:
            value, end = decoder.raw_decode(script, at)
        except (ValueError, RecursionError):
            break
        values.append(value)
        at = end + len(script[end:]) - len(script[end:].lstrip(" \t\r\n,;"))
    return values


def _picked(script: str) -> list[Any]:
    node: Node = {}
    for name, value in FIELD.findall(script):
        node.setdefault(name, _plain(value))
    if author := AUTHOR_NAME.search(script):
        node["author"] = _plain(author[1])
    return [{"@type": "Article"} | node] if node else []


def _plain(value: str) -> str:
    try:
        return str(json.loads(f'"{BAD_ESCAPE.sub(r"", value)}"', strict=False))
    except ValueError:
        return value
