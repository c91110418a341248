"""Pictures in the archive: what counts as one, and the newest one of an address."""

from typing import TYPE_CHECKING

from cleaner.errors import CleanerError

if TYPE_CHECKING:
    from cleaner.archive.archive import Archive
    from cleaner.archive.schema import Entry

__all__ = ["Picture", "picture", "picture_at", "picture_type"]

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
