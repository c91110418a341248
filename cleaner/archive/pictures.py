"""Pictures in the archive: what counts as one, which an article shows and the archive lacks, and the one of an address."""

from collections.abc import Iterator
from dataclasses import replace
from http import HTTPStatus
from typing import TYPE_CHECKING

from cleaner.errors import CleanerError, FetchError, LimitError
from cleaner.fetch import Client, FetchOptions, Visit
from cleaner.fetch.target import read_target

if TYPE_CHECKING:
    from cleaner.archive.archive import Archive
    from cleaner.archive.schema import Entry
    from cleaner.article import Article

__all__ = [
    "MAX_PICTURES",
    "Picture",
    "gather",
    "has_picture",
    "lacking",
    "picture",
    "picture_at",
    "picture_type",
    "why_no_picture",
]

MAX_PICTURES = 60  # of one article; the longest galleries of papers have some fifty

# Pictures that hold no script; their bytes must begin as their type says.
_TYPES = {
    "image/png": (b"\x89PNG\r\n\x1a\n",),
    "image/jpeg": (b"\xff\xd8\xff",),
    "image/gif": (b"GIF87a", b"GIF89a"),
    "image/webp": (b"RIFF",),
    "image/avif": (b"\0\0\0",),
}

Picture = tuple[str, bytes]


def picture_type(entry: "Entry") -> str | None:
    """The media type by which the capture is a picture; None for any other."""
    kind = (entry.content_type or "").partition(";")[0].strip().lower()
    return kind if kind in _TYPES else None


def picture(archive: "Archive", entry: "Entry | None") -> Picture | None:
    """Type and bytes of the picture that this capture is; None where it is none, or cannot be read."""
    kind = picture_type(entry) if entry else None
    if entry is None or kind is None:
        return None
    try:
        content = archive.content(entry)
    except CleanerError:
        return None  # an article is shown and exported without a picture that is damaged
    return (kind, content) if content.startswith(_TYPES[kind]) else None


def picture_at(archive: "Archive", url: str) -> Picture | None:
    """Type and bytes of the newest picture of that address; None where the archive has none."""
    return picture(archive, archive.newest(url))


def lacking(archive: "Archive", article: "Article") -> list[str]:
    """Addresses of the pictures that the article shows and the archive has not, in its order, MAX_PICTURES at most."""
    shown = (block.media.src for block in article.blocks if block.media and block.media.kind == "image")
    found = dict.fromkeys(src for src in shown if src.startswith(("http://", "https://")))
    return [src for src in list(found)[:MAX_PICTURES] if not has_picture(archive, src)]


def has_picture(archive: "Archive", url: str) -> bool:
    """Whether what the archive had from that address last is a picture."""
    entry = archive.newest(url)
    return entry is not None and picture_type(entry) is not None


def why_no_picture(visit: Visit) -> CleanerError | None:
    """Why no whole picture came of it; None where one did."""
    if visit.error or visit.page is None:
        return visit.error or FetchError("nothing came")
    kind = (visit.page.content_type or "").partition(";")[0].strip().lower()
    if visit.page.status == HTTPStatus.OK and kind.startswith("image/"):
        return None
    return FetchError(f"is no picture: {visit.page.status} {kind}", where=visit.page.url, code="no-picture")


def gather(archive: "Archive", article: "Article", options: FetchOptions) -> Iterator[tuple[str, CleanerError | None]]:
    """The address of each picture that the article shows and the archive lacked, and why it could not be had, if so.

    Each is kept with its own request and response. What the options say of who asks goes to the article's own origin
    alone. All pictures together have at most `max_bytes`.
    """
    left, home = options.max_bytes, _origin(article.url)
    nobody = replace(options, headers=())
    with Client(nobody) as client:
        for address in lacking(archive, article):
            if left <= 0:
                yield address, LimitError(f"pictures of more than {options.max_bytes} bytes", where=address)
                continue
            visit = client.visit(address, headers=options.headers if _origin(address) == home else ())
            left -= sum(len(exchange.response) for exchange in visit.exchanges)
            why = why_no_picture(visit)
            if why is None and visit.page:
                archive.keep_page(visit.page, options=nobody)
            yield address, why


def _origin(url: str | None) -> tuple[str, str, int] | None:
    try:
        return read_target(url).origin if url else None
    except CleanerError:
        return None
