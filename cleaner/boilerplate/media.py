"""Pictures, videos and frames of a page as Media: lazy sources resolved, spacers and tracking pixels left out."""

import re
from collections.abc import Iterator
from itertools import takewhile

from lxml.html import HtmlElement

from cleaner.model import Media

__all__ = ["media_of"]

_LAZY = ("data-src", "data-lazy-src", "data-original", "data-lazy", "data-full-src", "data-hi-res-src")
_SETS = ("data-srcset", "srcset", "data-lazy-srcset")
_NO_ADDRESS = ("data:", "blob:", "javascript:", "about:", "[", "{")
_MIN_PIXELS = 60  # narrower or lower pictures are icons, avatars and counters
_PIXEL_NAMES = ("pixel", "spacer", "blank.gif", "1x1", "tracker")
_ENTRY_END = re.compile(r",\s+")
_SIZE = re.compile(r"[0-9]+(?:\.[0-9]+)?")
_PLAYERS = re.compile(
    r"^(?:https?:)?//(?:www\.)?(?:youtube(?:-nocookie)?\.com|youtu\.be|player\.vimeo\.com|dailymotion\.com)/",
    re.IGNORECASE,
)


def media_of(element: HtmlElement) -> Media | None:
    """What an img, picture, video, audio, iframe or noscript element shows; None for icons, pixels and unknown frames."""
    tag = element.tag
    if tag == "img":
        return _image(element)
    if tag == "noscript":
        image = next(element.iter("img"), None)
        return _image(image) if image is not None else None
    if tag == "iframe":
        src = (element.get("src") or element.get("data-src") or "").strip()
        return Media(kind="video", src=src, alt=element.get("title") or "") if _PLAYERS.match(src) else None
    if tag in ("video", "audio"):
        return _player(element, tag)
    return None


def _player(element: HtmlElement, tag: str) -> Media | None:
    candidates = [element.get("src"), *(source.get("src") for source in element.iter("source"))]
    src = next((found for found in map(_address, candidates) if found), None)
    if src is None:
        return None
    return Media(kind="video" if tag == "video" else "audio", src=src, alt=element.get("title") or "")


def _image(element: HtmlElement) -> Media | None:
    src = _source(element)
    if src is None or _too_small(element):
        return None
    return Media(kind="image", src=src, alt=" ".join((element.get("alt") or "").split()))


def _source(element: HtmlElement) -> str | None:
    """The first address that is one: lazy ones before `src`, where placeholders stand, a <picture>'s sources last."""
    return next((found for found in map(_address, _candidates(element)) if found), None)


def _candidates(element: HtmlElement) -> Iterator[str | None]:
    for name in _LAZY:
        yield element.get(name)
    for name in _SETS:
        yield _largest(element.get(name))
    yield element.get("src")
    # libxml2 does not know that <source> has no end, and puts what follows into it.
    for picture in takewhile(lambda e: e.tag in ("source", "picture"), element.iterancestors()):
        for source in picture.iter("source") if picture.tag == "picture" else ():
            for name in _SETS:
                yield _largest(source.get(name))


def _address(candidate: str | None) -> str | None:
    """The candidate without white space; None for inline pictures, template code and pixels."""
    address = (candidate or "").strip()
    lower = address.lower()
    is_none = lower.startswith(_NO_ADDRESS) or any(name in lower for name in _PIXEL_NAMES)
    return None if is_none or not address else address


def _largest(srcset: str | None) -> str | None:
    """The address with the greatest width or density of a srcset."""
    best, best_size = None, -1.0
    for entry in _ENTRY_END.split(srcset) if srcset else ():
        parts = entry.split()
        if not parts:
            continue
        size = _SIZE.match(parts[1]) if len(parts) > 1 else None
        value = float(size.group()) if size else 0.0
        if value > best_size:
            best, best_size = parts[0], value
    return best


def _too_small(element: HtmlElement) -> bool:
    for side in ("width", "height"):
        size = _SIZE.match((element.get(side) or "").strip())
        if size and float(size.group()) < _MIN_PIXELS and not size.string.endswith("%"):
            return True
    return False
