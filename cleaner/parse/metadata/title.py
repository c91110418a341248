"""The article's title, voted on by all who name it, and the site's name, which must not stand in it."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from cleaner.parse.metadata.head import Head, text_of
from cleaner.parse.metadata.jsonld import string_of
from cleaner.text import fold

__all__ = ["Titled", "title_of"]

MAX_TITLE_CHARS = 400  # longer ones are a paragraph in the wrong element
SEPARATOR = re.compile(r"\s+(?:[|–—·•»«›‹~:⋆*<>]|-{1,2}|::|//|/|\\)\s+|\s*[|｜»]\s*|(?<=\w)\s*[_—]\s*(?=\w)")
MIN_HOST_CHARS = 4  # shorter labels (www, de, co) are in too many addresses
WORD = re.compile(r"\w+")
MIN_SHARED_WORDS = 0.7  # of the shorter title: two wordings of one headline

# How much a candidate counts by itself: what readers see, then what is written for machines, then the window title.
WEIGHTS = {"h1": 1.2, "json-ld": 1.1, "opengraph": 1.0, "meta": 0.6, "title": 0.9}
UNSHARED_WEIGHT = 0.3  # of an <h1> none of whose words another source has: a logo or a slogan
SOURCES = {"h1": "html", "title": "html"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Titled:
    """A title and which of the sources named in `Meta` it was taken from."""

    text: str
    source: str


@dataclass(frozen=True, slots=True)
class _Candidate:
    origin: str
    text: str
    key: str


def title_of(head: Head, site: str | None) -> Titled | None:
    """The title most sources agree on, without the site's name; None where no source names one.

    The names of the site are cut from `Headline | Site` where a site name, the host or another source confirms it.
    """
    raw = [pair for pair in _named(head) if pair[1] and len(pair[1]) <= MAX_TITLE_CHARS]
    keys = {fold(text) for _, text in raw}
    site_keys = _site_keys(head, site)
    candidates = [_Candidate(origin, text, fold(text)) for origin, text in _shortened(raw, keys, site_keys)]
    spoken = [c for c in candidates if c.key and c.key not in site_keys] or [c for c in candidates if c.key]
    if not spoken:
        return None
    best = max(spoken, key=lambda c: _votes(c, spoken))  # the first of equals, so in the order of WEIGHTS
    return Titled(text=best.text, source=SOURCES.get(best.origin, best.origin))


def _named(head: Head) -> Iterator[tuple[str, str]]:
    heading = _heading(head)
    if heading:
        yield "h1", heading
    headline = string_of(head.article.get("headline")) or string_of(head.article.get("name"))
    if headline:
        yield "json-ld", headline
    for origin, names in (
        ("opengraph", ("og:title",)),
        ("meta", ("twitter:title", "headline", "parsely-title", "sailthru.title", "dc.title", "citation_title")),
    ):
        if value := head.meta(*names):
            yield origin, value
    if head.title:
        yield "title", head.title


def _heading(head: Head) -> str | None:
    """The <h1> that the rest of the page calls its title, else the only one, else the first within an article."""
    texts = [
        (heading, text) for heading in head.headings if (text := text_of(heading)) and len(text) <= MAX_TITLE_CHARS
    ]
    named = [fold(t) for t in (head.title, head.meta("og:title"), string_of(head.article.get("headline"))) if t]
    said = [text for _, text in texts if _is_named(fold(text), named)]
    if said:
        return max(said, key=len)  # the site's name stands in the window title too, and is shorter
    if len(texts) == 1:
        return texts[0][1]
    inner = (text for heading, text in texts if next(heading.iterancestors("article", "main"), None) is not None)
    return next(inner, None)


def _is_named(key: str, named: list[str]) -> bool:
    return any(key == name or (len(key.split()) > 1 and key in name) for name in named)


def _site_keys(head: Head, site: str | None) -> set[str]:
    names = (site, *head.metas.get("og:site_name", ()), *head.metas.get("application-name", ()), head.host)
    return {key for name in names if name for key in (fold(name), fold(name).removesuffix(".com").strip()) if key}


def _shortened(raw: list[tuple[str, str]], keys: set[str], site_keys: set[str]) -> Iterator[tuple[str, str]]:
    for origin, text in raw:
        yield origin, _without_site(text, keys - {fold(text)}, site_keys)


def _without_site(text: str, others: set[str], site_keys: set[str]) -> str:
    """The text up to or from the separator where what is cut off is the site, or what remains is what others say."""
    for match in SEPARATOR.finditer(text):
        before, after = text[: match.start()].strip(), text[match.end() :].strip()
        if not before or not after:
            continue
        if fold(before) in others or _is_site(after, site_keys):
            return before
        if fold(after) in others or _is_site(before, site_keys):
            return _without_site(after, others, site_keys)
    return text


def _is_site(part: str, site_keys: set[str]) -> bool:
    key = fold(part)
    squeezed = "".join(WORD.findall(key))
    return (
        key in site_keys
        or any(squeezed == "".join(WORD.findall(site)) for site in site_keys)
        or _is_host(squeezed, site_keys)
    )


def _is_host(squeezed: str, site_keys: set[str]) -> bool:
    # `The Example Times` stands at theexampletimes.com
    return len(squeezed) >= MIN_HOST_CHARS and any(
        "." in site and squeezed in site.replace("-", "").split(".") for site in site_keys
    )


def _votes(candidate: _Candidate, all_of_them: list[_Candidate]) -> float:
    others = [other for other in all_of_them if other is not candidate]
    shared = set(WORD.findall(candidate.key)) & {word for other in others for word in WORD.findall(other.key)}
    is_alone = candidate.origin == "h1" and bool(others) and not shared
    own = UNSHARED_WEIGHT if is_alone else WEIGHTS[candidate.origin]
    return own + sum(WEIGHTS[other.origin] * _agreement(candidate.key, other.key) for other in others)


def _agreement(one: str, other: str) -> float:
    if one == other:
        return 1.0
    mine, theirs = set(WORD.findall(one)), set(WORD.findall(other))
    fewest = min(len(mine), len(theirs))
    return 0.5 if fewest and len(mine & theirs) / fewest >= MIN_SHARED_WORDS else 0.0
