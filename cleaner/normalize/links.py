"""Addresses of links and media: absolute, without tracking, none that could run code."""

from dataclasses import replace

from cleaner.model import Block, Mark, Media
from cleaner.urls import reference, without_tracking

__all__ = ["addressed"]


def addressed(block: Block, base: str | None) -> Block | None:
    """The block with clean addresses; None for a picture or player that has none.

    A link that may not be followed loses its mark, never its words. Without a base, relative addresses stay relative.
    """
    media = block.media
    if media is not None:
        media = _media(media, base)
        if media is None and not block.text.strip():
            return None
    if media == block.media and not any(mark.kind == "link" for mark in block.marks):
        return block
    marks = tuple(kept for kept in (_mark(mark, base) for mark in block.marks) if kept is not None)
    return replace(block, marks=marks, media=media)


def _mark(mark: Mark, base: str | None) -> Mark | None:
    if mark.kind != "link":
        return mark
    href = reference(mark.href or "", base)
    return replace(mark, href=without_tracking(href)) if href else None


def _media(media: Media, base: str | None) -> Media | None:
    src = reference(media.src, base)
    if not src or src.startswith("mailto:"):
        return None
    src = without_tracking(src)
    return media if src == media.src else replace(media, src=src)
