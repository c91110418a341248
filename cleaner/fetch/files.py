"""Pages from the disk and from standard input: no URL, no exchange, gzip undone where the bytes are gzip."""

import sys
from pathlib import Path
from typing import BinaryIO

from cleaner.errors import InputError, LimitError
from cleaner.fetch.coding import GZIP_MAGIC, CodingError, Unpacker
from cleaner.fetch.options import MAX_BYTES
from cleaner.model import Page

__all__ = ["read_file", "read_stdin", "read_stream"]

_READ_BYTES = 64 * 1024


def read_file(path: str | Path, *, max_bytes: int = MAX_BYTES) -> Page:
    """The file as a page without URL or content type; a gzip file unpacked.

    Raises InputError where it is missing, unreadable or a directory, LimitError beyond `max_bytes` (unpacked).
    """
    try:
        with Path(path).open("rb") as stream:
            return read_stream(stream, str(path), max_bytes)
    except (OSError, ValueError) as error:  # ValueError: a NUL in the path
        why = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        raise InputError(
            f"cannot be read: {why.lower()}", where=str(path), hint="check the path and its permissions"
        ) from error


def read_stdin(stream: BinaryIO | None = None, *, max_bytes: int = MAX_BYTES) -> Page:
    """Standard input (or `stream`) to its end as a page; raises like `read_file`, with `-` as the place."""
    try:
        return read_stream(sys.stdin.buffer if stream is None else stream, "-", max_bytes)
    except (
        OSError,
        ValueError,
        AttributeError,
    ) as error:  # ValueError: closed; AttributeError: there is no stdin at all
        raise InputError("standard input cannot be read", where="-", hint="pipe a page into the command") from error


def read_stream(stream: BinaryIO, where: str, max_bytes: int) -> Page:
    """The stream to its end as a page, unpacked where it is gzip; `where` is what errors name."""
    start = stream.read(len(GZIP_MAGIC))
    unpacker = Unpacker(["gzip"] if start == GZIP_MAGIC else [], max_bytes)
    data = start
    try:
        while data:
            if not unpacker.feed(data):
                raise LimitError(
                    f"more than {max_bytes} bytes", where=where, hint="raise --max-bytes", code="too-large"
                )
            data = stream.read(_READ_BYTES)
        unpacker.finish()
    except CodingError as error:
        raise InputError(f"damaged: {error}", where=where, hint="unpack it by hand to see what is left") from error
    return Page(content=bytes(unpacker.content))
