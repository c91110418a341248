"""One file a format; each renders blocks by a pure function and decides nothing about what is shown."""

from cleaner.render import html, markdown, txt

__all__ = ["html", "markdown", "txt"]
