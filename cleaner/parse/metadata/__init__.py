"""What is known of an article beside its text, each field with its source; nothing here raises on a bad page."""

from collections.abc import Iterator, Sequence

from cleaner.model import Block, Meta
from cleaner.parse.metadata.byline import byline_of
from cleaner.parse.metadata.dates import modified_of, published_of, searched_date
from cleaner.parse.metadata.head import Head, base_url, gather
from cleaner.parse.metadata.jsonld import nodes_of, site_name, string_of
from cleaner.parse.metadata.language import language_of
from cleaner.parse.metadata.nearby import lines_near, written_date
from cleaner.parse.metadata.pagetype import page_type_of
from cleaner.parse.metadata.title import title_of
from cleaner.text import without_controls

__all__ = ["Head", "base_url", "gather", "read", "stated_text"]

Found = tuple[str, str] | None

MAX_DESCRIPTION_CHARS = 1_000  # longer ones are the article again
BODY = "articleBody"  # schema.org's name for an article's whole text


def read(head: Head, blocks: Sequence[Block], *, stated_only: bool = False) -> Meta:
    """The page's metadata; fields nobody states are None. The `blocks` tell of language, date and author what no metadata does.

    The tree stays as it is. With `stated_only` neither page nor blocks are searched: what the page does not state is None.
    """
    text = "" if stated_only else " ".join(block.text for block in blocks)
    site = _site(head)
    modified = modified_of(head)
    title = title_of(head, site[0] if site else None)
    language = language_of(head, text)

    def lines() -> Iterator[str]:  # seldom asked for
        if title and not stated_only:
            yield from lines_near(title.text, blocks)

    found: dict[str, Found] = {
        "title": (title.text, title.source) if title else None,
        "byline": byline_of(head, site[0] if site else None, lines()),
        "published": published_of(head)
        or written_date(lines(), language[0] if language else None, head.latest)
        or (None if stated_only else searched_date(head, text, modified[0] if modified else None)),
        "modified": modified,
        "language": language,
        "canonical": _canonical(head),
        "site": site,
        "image": _image(head),
        "description": _description(head),
    }
    # Scripts and attributes may say any character, and what a page calls itself goes into files, headers and terminals.
    known = {name: (without_controls(pair[0]), pair[1]) for name, pair in found.items() if pair is not None}
    sources = {name: source for name, (_, source) in known.items()}
    page_type, stated_by = page_type_of(head) or (None, "")
    if page_type is not None:
        sources["page_type"] = stated_by
    return Meta(**{name: value for name, (value, _) in known.items()}, page_type=page_type, sources=sources)


def _site(head: Head) -> Found:
    return _first(
        (head.meta("og:site_name"), "opengraph"),
        (site_name(head.nodes, head.article), "json-ld"),
        (head.meta("application-name", "dc.publisher", "citation_journal_title"), "meta"),
    )


def _canonical(head: Head) -> Found:
    return _first(
        (head.absolute(head.links.get("canonical")), "html"),
        (head.absolute(head.meta("og:url")), "opengraph"),
    )


def _image(head: Head) -> Found:
    return _first(
        (head.absolute(head.meta("og:image", "og:image:url", "og:image:secure_url")), "opengraph"),
        (head.absolute(_address(head.article.get("image"))), "json-ld"),
        (head.absolute(head.meta("twitter:image", "twitter:image:src")), "meta"),
        (head.absolute(head.links.get("image_src")), "html"),
    )


def _address(value: object) -> str | None:
    """The address in a JSON-LD image value: a string, an object with `url`, or a list of these."""
    if isinstance(value, list):
        value = value[0] if value else None
    if isinstance(value, dict):
        value = value.get("url") or value.get("contentUrl")
    return string_of(value)


def _description(head: Head) -> Found:
    found = _first(
        (head.meta("og:description"), "opengraph"),
        (head.meta("description", "dc.description", "dcterms.description", "twitter:description"), "meta"),
        (string_of(head.article.get("description")), "json-ld"),
    )
    return found if found and len(found[0]) <= MAX_DESCRIPTION_CHARS else None


def _first(*candidates: tuple[str | None, str]) -> Found:
    return next(((value, source) for value, source in candidates if value), None)


def stated_text(head: Head) -> str:
    """The longest text that the page's JSON states as an article's body, on one line; empty where none does."""
    others = nodes_of(text for text in head.other_scripts if f'"{BODY}"' in text)
    told = (string_of(node[BODY]) or "" for node in (*head.nodes, *others) if BODY in node)
    return max(map(without_controls, told), key=len, default="")
