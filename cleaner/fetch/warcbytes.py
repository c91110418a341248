"""The text of a WARC file, gunzipped member by member, with the place in the file that each piece came from."""

import zlib
from collections import deque
from typing import BinaryIO

from cleaner.fetch.coding import GZIP_MAGIC

__all__ = ["GZIP", "READ_BYTES", "TornError", "WarcBytes"]

GZIP = zlib.MAX_WBITS + 16  # zlib's way to say: one gzip member
READ_BYTES = 64 * 1024
MAX_LINE_BYTES = 1024 * 1024  # of a header; a line without end is no header


class TornError(Exception):
    """The gzip stream ends in the middle or is damaged, or a header's line does not end."""


class WarcBytes:
    """The file's text, gunzipped where it is gzip, with the place in the file it came from; what warcio reads from.

    `begin` draws a line after so many bytes, which neither `read` nor `readline` crosses; no more is held in memory
    than is asked for.
    """

    def __init__(self, stream: BinaryIO, start: int = 0) -> None:
        self._stream = stream
        self._start = start  # where in the file the stream stood
        self._text = bytearray()
        self._taken = 0  # bytes of text handed out
        self._file_at = start  # bytes of the file read
        self._members: deque[tuple[int, int]] = deque()  # where a member's text begins, and where it does in the file
        self._left: int | None = None
        self._raw = self._more()
        self._gzip: zlib._Decompress | None = None
        self._is_gzip = self._raw.startswith(GZIP_MAGIC)

    @property
    def offset(self) -> int:
        """The byte of the file where the text that comes next began: of its gzip member where there are such."""
        if not self._is_gzip:
            return self._start + self._taken
        while len(self._members) > 1 and self._members[1][0] <= self._taken:
            self._members.popleft()
        return self._members[0][1] if self._members else self._start

    def begin(self, length: int) -> None:
        """Nothing; the next `length` bytes are a record's block."""
        self._left = length

    def skip_record(self) -> bool:
        """Whether the block was there to its end; the line drawn is gone."""
        while self._left:
            if not self.read(min(self._left, READ_BYTES)):
                return False
        self._left = None
        return True

    def skip_blank_lines(self) -> bool:
        """Whether anything follows the empty lines that part records."""
        while self._fill(1):
            if self._text[0] not in b"\r\n":
                return True
            self._take(1)
        return False

    def rest(self) -> bytes:
        """The block to its end, or to the file's."""
        pieces = []
        while piece := self.read(READ_BYTES):
            pieces.append(piece)
        return b"".join(pieces)

    def read(self, size: int) -> bytes:
        """At most `size` bytes; empty at the end of the block or the file."""
        size = size if self._left is None else min(size, self._left)
        self._fill(size)
        return self._take(min(size, len(self._text)))

    def readline(self, size: int = MAX_LINE_BYTES) -> bytes:
        """The line with its end, or what there is before the end of block or file."""
        size = size if self._left is None else min(size, self._left)
        wanted = 0
        while b"\n" not in self._text[wanted:size] and len(self._text) < size:
            wanted = len(self._text)
            if not self._fill(wanted + 1):
                break
        end = self._text.find(b"\n", 0, size) + 1 or min(size, len(self._text))
        if end >= MAX_LINE_BYTES:
            raise TornError("a header without end")
        return self._take(end)

    def tell(self) -> int:
        """Bytes of text handed out so far."""
        return self._taken

    def _take(self, size: int) -> bytes:
        piece = bytes(self._text[:size])
        del self._text[:size]
        self._taken += size
        if self._left is not None:
            self._left -= size
        return piece

    def _fill(self, size: int) -> bool:
        """Whether `size` bytes of text stand ready."""
        while len(self._text) < size:
            if not self._raw and not (raw := self._more()):
                self._ended()
                return False
            self._raw = self._raw or raw
            self._inflate() if self._is_gzip else self._plain()
        return True

    def _more(self) -> bytes:
        raw = self._stream.read(READ_BYTES)
        self._file_at += len(raw)
        return raw

    def _plain(self) -> None:
        self._text += self._raw
        self._raw = b""

    def _inflate(self) -> None:
        if self._gzip is None:
            self._raw = self._raw.lstrip(b"\0")  # padding between members, as gzip(1) takes it
            if not self._raw:
                return
            self._members.append((self._taken + len(self._text), self._file_at - len(self._raw)))
            self._gzip = zlib.decompressobj(GZIP)
        try:
            self._text += self._gzip.decompress(self._raw, READ_BYTES)
        except zlib.error as error:
            raise self._torn("a damaged gzip member") from error
        self._raw = self._gzip.unused_data if self._gzip.eof else self._gzip.unconsumed_tail
        if self._gzip.eof:
            self._gzip = None

    def _ended(self) -> None:
        if self._gzip is not None:
            raise self._torn("a gzip member that is cut short")

    def _torn(self, what: str) -> TornError:
        # The member that breaks is the one to be named, even while the text before it is still being read.
        self._taken += len(self._text)
        self._text.clear()
        return TornError(what)
