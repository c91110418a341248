"""The language an article is in, as a BCP 47 primary tag."""

import re

from cleaner.parse.metadata.head import Head
from cleaner.parse.metadata.jsonld import string_of

__all__ = ["language_of"]

PRIMARY = re.compile(r"([a-zA-Z]{2,3})(?:[-_].*)?$", re.DOTALL)
# Placeholders that templates leave behind, and old or wrong codes browsers still meet.
NO_LANGUAGES = frozenset({"xx", "und", "zxx", "mul", "mis", "x", "www"})
RENAMED = {"iw": "he", "in": "id", "ji": "yi", "cz": "cs", "dk": "da", "jp": "ja", "gr": "el", "se": "sv", "kr": "ko"}
SAMPLE_CHARS = 2_000  # costs about 1 ms, measured; an article is in one language
MIN_SAMPLE_CHARS = 40  # below this a guess is noise


def language_of(head: Head, text: str) -> tuple[str, str] | None:
    """Primary tag and source: what the page states, else what its text looks like; None for too little text."""
    html = (
        head.tree.get("lang")
        or head.tree.get("{http://www.w3.org/XML/1998/namespace}lang")
        or head.tree.get("xml:lang")
    )
    stated = (
        ("html", html),
        ("opengraph", head.meta("og:locale")),
        ("meta", head.meta("content-language", "language", "dc.language", "dcterms.language")),
        ("json-ld", string_of(head.article.get("inLanguage"))),
    )
    for source, value in stated:
        if tag := _primary(value):
            return tag, source
    return _guessed(text)


def _primary(value: str | None) -> str | None:
    match = PRIMARY.match((value or "").strip())
    tag = match[1].lower() if match else ""
    return None if not tag or tag in NO_LANGUAGES else RENAMED.get(tag, tag)


def _guessed(text: str) -> tuple[str, str] | None:
    sample = text[:SAMPLE_CHARS].strip()
    if len(sample) < MIN_SAMPLE_CHARS:
        return None
    from py3langid.langid import classify  # numpy under it costs 0.1 s to import

    tag, _ = classify(sample)  # type: ignore[no-untyped-call]
    return None if tag in NO_LANGUAGES else (str(tag), "text")
