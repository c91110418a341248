"""Pictures, videos and frames of a page as Media: lazy sources resolved, spacers and tracking pixels left out."""

import re
from collections.abc import Iterator
from urllib.parse import urljoin

from lxml.html import HtmlElement

from cleaner.model import Media

__all__ = ["media_of"]

_LAZY = ("data-src", "data-lazy-src", "data-original", "data-lazy", "data-full-src", "data-hi-res-src")
_SETS = ("data-srcset", "srcset", "data-lazy-srcset")
_MIN_PIXELS = 60  # narrower or lower pictures are icons, avatars and counters
_PIXEL_NAMES = ("pixel", "spacer", "blank.gif", "1x1", "tracker")
_ENTRY_END = re.compile(r",\s+")
_SIZE = re.compile(r"[\d.]+")
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
    src = element.get("src") or next((s.get("src") for s in element.iter("source") if s.get("src")), None)
    if not src or src.startswith(("blob:", "data:")):
        return None
    return Media(kind="video" if tag == "video" else "audio", src=src.strip(), alt=element.get("title") or "")


def _image(element: HtmlElement) -> Media | None:
    src = _source(element)
    if src is None or _too_small(element):
        return None
    lower = src.lower()
    if any(name in lower for name in _PIXEL_NAMES):
        return None
    return Media(kind="image", src=src, alt=" ".join((element.get("alt") or "").split()))


def _source(element: HtmlElement) -> str | None:
    """The first address that is one: lazy ones before `src`, where placeholders stand."""
    for candidate in _candidates(element):
        if candidate and candidate.strip() and not candidate.startswith(("data:", "blob:", "javascript:", "[", "{")):
            return candidate.strip()
    return None


def _candidates(element: HtmlElement) -> Iterator[str | None]:
    for name in _LAZY:
        yield element.get(name)
    for name in _SETS:
        yield _largest(element.get(name))
    yield element.get("src")


def _largest(srcset: str | None) -> str | None:
    """The address with the greatest width or density of a srcset."""
    best, best_size = None, -1.0
    for entry in _ENTRY_END.split(srcset) if srcset else ():
        parts = entry.split()
        if not parts:
            continue
        size = _SIZE.match(parts[1]) if len(parts) > 1 else None
        value = float(size.group().rstrip(".") or 0) if size else 0.0
        if value > best_size:
            best, best_size = parts[0], value
    return best


def _too_small(element: HtmlElement) -> bool:
    for side in ("width", "height"):
        value = element.get(side)
        if value and value.isdecimal() and int(value) < _MIN_PIXELS:
            return True
    return False


def absolute_media(media: Media, base: str | None) -> Media:
    """The same media with its address made absolute against the page's."""
    return Media(kind=media.kind, src=urljoin(base, media.src), alt=media.alt) if base else media
