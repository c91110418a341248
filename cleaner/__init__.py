"""Strips ads and other residue from articles and archives clean text beside the untouched original.

    >>> from cleaner import clean
    >>> article = clean(html_bytes, url="https://example.org/ferry")  # doctest: +SKIP
    >>> article.text, article.dropped  # doctest: +SKIP

The names below are the library; they load when first used, so that `import cleaner` costs almost nothing.
"""

from typing import TYPE_CHECKING

from cleaner.lazy import loads_from

if TYPE_CHECKING:
    from cleaner.archive import Archive
    from cleaner.article import Article, CleanedText
    from cleaner.errors import CleanerError
    from cleaner.fetch import FetchOptions, fetch
    from cleaner.model import Page, Role
    from cleaner.pipeline import clean, clean_text
    from cleaner.policy import Limits, Policy
    from cleaner.rule import Rule

__all__ = [
    "Archive",
    "Article",
    "CleanedText",
    "CleanerError",
    "FetchOptions",
    "Limits",
    "Page",
    "Policy",
    "Role",
    "Rule",
    "clean",
    "clean_text",
    "fetch",
]

_HOMES = {
    "Archive": "cleaner.archive",
    "Article": "cleaner.article",
    "CleanedText": "cleaner.article",
    "CleanerError": "cleaner.errors",
    "FetchOptions": "cleaner.fetch",
    "Limits": "cleaner.policy",
    "Page": "cleaner.model",
    "Policy": "cleaner.policy",
    "Role": "cleaner.model",
    "Rule": "cleaner.rule",
    "clean": "cleaner.pipeline",
    "clean_text": "cleaner.pipeline",
    "fetch": "cleaner.fetch",
}

__getattr__ = loads_from(__name__, _HOMES)


def __dir__() -> list[str]:
    return sorted(__all__)
