"""The library as the outside scorers call it: a page's or a text's content in, plain text out."""

from cleaner.pipeline import clean, clean_text


def page(html: bytes, url: str | None = None) -> str:
    """The article's text."""
    return clean(html, url or None).text


def text(given: str) -> str:
    """The text without residue."""
    return clean_text(given).text
