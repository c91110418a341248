"""Who wrote the article, from those who say so, freed of "By", addresses, dates and the site's own name."""

import re
from collections.abc import Iterable, Iterator
from itertools import chain

from lxml import etree
from lxml.html import HtmlElement

from cleaner.parse.metadata.head import Head, text_of
from cleaner.parse.metadata.jsonld import names_of
from cleaner.parse.metadata.nearby import credited_names
from cleaner.text import fold

__all__ = ["byline_of"]

META_NAMES = (
    "author",
    "article:author_name",
    "byl",
    "parsely-author",
    "sailthru.author",
    "dc.creator",
    "dcterms.creator",
    "dc.creator.aut",
    "citation_author",
    "shareaholic:article_author_name",
    "cxenseparse:author",
    "vr:author",
    "creator",
    "authors",
    "article:author",
    "og:article:author",
    "og:author",
)
MAX_NAME_WORDS = 6  # the longest Spanish and Portuguese names; more is a sentence
MAX_NAME_CHARS = 60
MAX_CANDIDATE_CHARS = 1_000  # of what metadata call the author: twenty names
MAX_NAMES = 8
MAX_BYLINE_CHARS = 300  # of an element's text, before cleaning; longer is an author's biography

# Words that open a byline, in the languages met; whole words at the start, with or without a colon.
OPENINGS = (
    "ein artikel von",
    "eine analyse von",
    "ein kommentar von",
    "ein interview von",
    "interview von",
    "geschreven door",
    "geplaatst door",
    "publicado por",
    "rédigé par",
    "publié par",
    "écrit par",
    "escrito por",
    "scritto da",
    "a cura di",
    "reported by",
    "written by",
    "posted by",
    "story by",
    "skrevet av",
    "skrevet af",
    "words by",
    "text by",
    "forfatter",
    "skribent",
    "kirjoittaja",
    "autorin",
    "authors",
    "author",
    "autoren",
    "autores",
    "auteur",
    "autore",
    "redactor",
    "autor",
    "автор",
    "текст",
    "tekst",
    "text",
    "yazar",
    "door",
    "via",
    "от",
    "by",
    "von",
    "par",
    "por",
    "di",
    "av",
    "af",
)
OPENING = re.compile(rf"(?:{'|'.join(OPENINGS)})(?:\s*[:：]\s*|\s+)", re.IGNORECASE)
# What follows a name on its line and is none: dates, times, roles after a separator.
CUT = re.compile(
    r"\s*(?:\||•|·|\u2022|\s[–—-]\s|\n|\(|\[|/\s|<|@|(?<!\w)\d|, (?:\w+ ){0,3}(?:editor|correspondent|reporter|writer|redakteur\w*)\b).*",
    re.IGNORECASE | re.DOTALL,
)
# Words of a date that the cut at its number leaves behind.
TIME_WORDS = re.compile(
    r"[\s,»]*\b(?:published|updated|posted|last|on|am|le|vom|el|publié|veröffentlicht|aktualisiert"
    r"|(?:mon|diens|donners|frei|sams|sonn)tag|mittwoch|(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?"
    r"|jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?"
    r"|dec(?:ember)?)[\s:.,»]*$",
    re.IGNORECASE,
)
# A part of a byline with one of these is what somebody does, not what they are called.
ROLE = re.compile(
    r"\b(?:director|editor|correspondent|reporter|writer|manager|president|professor|officer|founder|ceo|cto|chief|expert"
    r"|specialist|contributor|columnist|photographer|producer|analyst|redakteur(?:in)?|korrespondent(?:in)?|chefredakteur"
    r"|journaliste?|journalist(?:in)?|redactora?|periodista|giornalista|rédact(?:eur|rice))\b",
    re.IGNORECASE,
)
ADDRESS = re.compile(r"(?:https?:)?//|www\.|\S+@\S+|\.(?:com|org|net|de|fr|co|html?)\b", re.IGNORECASE)
CONTACT = re.compile(r"\S*(?:@|://)\S*")
SPLIT = re.compile(r"\s*(?:;|,|\s(?:and|und|et|y|e|en|og|och|ja)\s)\s*")
# Words that name a role or an account and no author.
NO_NAMES = frozenset(
    "admin administrator author autor editor editors redaktion redaction editorial staff user guest anonymous unknown root "
    "webmaster none null undefined n/a na wordpress default share follow more about home".split()
) | frozenset(
    {
        "guest author",
        "staff writer",
        "web desk",
        "site admin",
        "super user",
        "about the author",
        "read more",
        "no author",
    }
)

# Only looked for where nothing in the head tells: elements whose class, rel or itemprop says author.
AUTHOR_CLASSES = ("uthor", "yline", "autor")
NO_BYLINES = frozenset("body html article img script".split())
MAX_MARKED = 12  # elements looked at a kind: later ones are comments and teasers
OUTSIDE = frozenset("footer nav aside form figure figcaption".split())
NOT_AUTHORS = re.compile(
    r"comment|related|teaser|share|social|avatar|bio\b|footer|sidebar|widget|recommend", re.IGNORECASE
)


def byline_of(head: Head, site: str | None, lines: Iterable[str] = ()) -> tuple[str, str] | None:
    """The authors' names joined by commas, and the source; None where nobody is named, or only the site itself.

    The `lines` around the title are asked last.
    """
    not_names = NO_NAMES | {
        fold(name) for name in (site, head.host, head.meta("og:site_name"), head.meta("publisher")) if name
    }
    for source, candidates in chain(_sources(head), (("line", [credit]) for credit in credited_names(lines))):
        names = _accepted(candidates, not_names)
        if names:
            return ", ".join(names), source
    return None


def _sources(head: Head) -> Iterator[tuple[str, Iterable[str]]]:
    named = names_of(head.article.get("author") or head.article.get("creator"), head.nodes)
    persons = [name for name, is_person in named if is_person]
    yield "json-ld", persons or [name for name, _ in named]
    for name in META_NAMES:
        if name in head.metas:
            yield ("opengraph" if name.startswith(("og:", "article:")) else "meta"), head.metas[name]
    for element in _marked(head.tree):
        yield "html", [_marked_text(element)]


def _marked(tree: HtmlElement) -> Iterator[HtmlElement]:
    """The elements marked as an author's: links by their `rel` first, then items, then classes; one walk, no XPath."""
    links: list[HtmlElement] = []
    items: list[HtmlElement] = []
    named: list[HtmlElement] = []
    for element in tree.iter(etree.Element):
        attribute = element.get
        names = attribute("class")
        if names and any(mark in names for mark in AUTHOR_CLASSES) and element.tag not in NO_BYLINES:
            named.append(element)
        if (names := attribute("itemprop")) and "author" in names.split():
            items.append(element)
        if element.tag == "a" and (names := attribute("rel")) and "author" in names.split():
            links.append(element)
    for marked in (links, items, named):
        yield from (element for element in marked[:MAX_MARKED] if not _is_elsewhere(element))


def _is_elsewhere(element: HtmlElement) -> bool:
    """True within comments, teasers, asides: an author there is another text's."""
    own = element.get("class") or ""
    if NOT_AUTHORS.search(own):
        return True
    for depth, ancestor in enumerate(element.iterancestors()):
        if ancestor.tag in OUTSIDE or (depth < 4 and NOT_AUTHORS.search(ancestor.get("class") or "")):  # noqa: PLR2004
            return True
    return False


def _marked_text(element: HtmlElement) -> str:
    content = element.get("content")
    if content:
        return content
    inner = element.find('.//*[@itemprop="name"]')
    text = text_of(inner if inner is not None else element)
    return text if len(text) <= MAX_BYLINE_CHARS else ""


def _accepted(candidates: Iterable[str], not_names: frozenset[str] | set[str]) -> list[str]:
    """The names in the candidates, each once, in order."""
    names: dict[str, str] = {}
    for candidate in candidates:
        parts = SPLIT.split(_cleaned(candidate))
        for name in map(_name, parts):
            key = fold(name)
            if key and key not in not_names and key not in names:
                names[key] = name
    return list(names.values())[:MAX_NAMES]


def _cleaned(candidate: str) -> str:
    text = " ".join(candidate[:MAX_CANDIDATE_CHARS].split())
    while match := OPENING.match(text):
        text = text[match.end() :]
    text = CUT.sub("", CONTACT.sub(" ", text).strip())
    while match := TIME_WORDS.search(text):
        text = text[: match.start()]
    return text


def _name(part: str) -> str:
    """The part as a name; empty where it is an address, a number or a sentence."""
    if match := OPENING.match(part):
        part = part[match.end() :]
    name = part.strip(" \t,;:.-–—'\"“”")
    wrong = (
        len(name) > MAX_NAME_CHARS
        or len(name.split()) > MAX_NAME_WORDS
        or ADDRESS.search(part)
        or not name[:1].isalpha()
    )
    return "" if wrong else name
