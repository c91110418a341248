"""Content codings undone piece by piece and never beyond a limit: gzip, deflate, br and zstd, also stacked."""

import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Protocol

import brotli  # type: ignore[import-untyped]
import zstandard

__all__ = ["CodingError", "Unpacker", "codings_of"]

GZIP_MAGIC = b"\x1f\x8b"
PIECE_BYTES = 1024 * 1024  # what one call of a decoder may put out, so a bomb never stands in memory whole
# A zstd block of 128 KiB can be four bytes long and decompressobj has no bound: 128 bytes in are at most 4 MiB out.
ZSTD_SLICE_BYTES = 128
ZSTD_WINDOW_BYTES = 8 * 1024 * 1024  # RFC 9659: what a receiver of Content-Encoding zstd must support
MAX_CODINGS = 5  # nobody honest stacks more


class CodingError(Exception):
    """A body is not in the coding that its header names, or ends in the middle of it."""


class _Stage(Protocol):
    def push(self, data: bytes) -> Iterator[bytes]: ...
    def done(self) -> bool: ...


class _Gzip:
    """gzip, any number of members; a body that is not gzip at all (mislabelled) passes as it is."""

    def __init__(self) -> None:
        self._start = b""
        self._plain = False
        self._inner = zlib.decompressobj(zlib.MAX_WBITS | 16)
        self._begun = False

    def push(self, data: bytes) -> Iterator[bytes]:
        if not self._begun:
            data = self._start = self._start + data
            if len(data) < len(GZIP_MAGIC):
                return
            self._begun = True
            self._plain = not data.startswith(GZIP_MAGIC)
        if self._plain:
            yield data
        else:
            yield from self._members(data)

    def _members(self, data: bytes) -> Iterator[bytes]:
        while data:
            if self._inner.eof:
                if not data.startswith(GZIP_MAGIC[:1]):
                    return  # padding after the last member, as gzip(1) takes it
                self._inner = zlib.decompressobj(zlib.MAX_WBITS | 16)
            yield self._inner.decompress(data, PIECE_BYTES)
            data = self._inner.unconsumed_tail or self._inner.unused_data

    def done(self) -> bool:
        return self._plain or self._inner.eof or not self._start


class _Deflate:
    """deflate: with the zlib wrapper as the standard says, or raw as many servers send it."""

    def __init__(self) -> None:
        self._start = b""
        self._inner: zlib._Decompress | None = None

    def push(self, data: bytes) -> Iterator[bytes]:
        if self._inner is None:
            data = self._start = self._start + data
            if len(data) < 2:  # noqa: PLR2004 - the zlib header is two bytes
                return
            wrapped = data[0] & 0x0F == zlib.DEFLATED and (data[0] << 8 | data[1]) % 31 == 0
            self._inner = zlib.decompressobj(zlib.MAX_WBITS if wrapped else -zlib.MAX_WBITS)
        while data:
            yield self._inner.decompress(data, PIECE_BYTES)
            data = self._inner.unconsumed_tail

    def done(self) -> bool:
        return self._inner.eof if self._inner else not self._start


class _Brotli:
    def __init__(self) -> None:
        self._inner = brotli.Decompressor()
        self._begun = False

    def push(self, data: bytes) -> Iterator[bytes]:
        if not data or self._inner.is_finished():
            return
        self._begun = True
        # Until nothing comes: it says it can accept more while it still holds output back.
        while piece := self._inner.process(data, output_buffer_limit=PIECE_BYTES // 2):
            yield piece
            data = b""

    def done(self) -> bool:
        return not self._begun or bool(self._inner.is_finished())


class _Zstandard:
    def __init__(self) -> None:
        self._inner = self._fresh()
        self._between = True

    @staticmethod
    def _fresh() -> "zstandard.ZstdDecompressionObj":
        return zstandard.ZstdDecompressor(max_window_size=ZSTD_WINDOW_BYTES).decompressobj()

    def push(self, data: bytes) -> Iterator[bytes]:
        for start in range(0, len(data), ZSTD_SLICE_BYTES):
            piece = data[start : start + ZSTD_SLICE_BYTES]
            while piece:
                if self._inner.eof:
                    self._inner = self._fresh()
                yield self._inner.decompress(piece)
                piece = self._inner.unused_data
                self._between = self._inner.eof

    def done(self) -> bool:
        return self._between


_STAGES: Mapping[str, Callable[[], _Stage]] = {
    "gzip": _Gzip,
    "x-gzip": _Gzip,
    "deflate": _Deflate,
    "br": _Brotli,
    "zstd": _Zstandard,
}
_BROKEN = (zlib.error, brotli.error, zstandard.ZstdError)


def codings_of(headers: Sequence[tuple[bytes, bytes]]) -> list[str]:
    """Content codings in the order they were put on; names nobody knows ("utf-8", "none") are left out."""
    values = b",".join(value for name, value in headers if name.lower() == b"content-encoding")
    named = [coding.strip().lower() for coding in values.decode("latin-1").split(",")]
    return [coding for coding in named if coding in _STAGES]


class Unpacker:
    """Takes a body in pieces and holds its decoded `content`, at most `max_bytes` of it; `full` once there was more."""

    def __init__(self, codings: Sequence[str], max_bytes: int) -> None:
        if len(codings) > MAX_CODINGS:
            raise CodingError(f"{len(codings)} content codings one over the other")
        self.content = bytearray()
        self.full = False
        self._max_bytes = max_bytes
        self._named = ", ".join(codings)
        self._stages = [_STAGES[coding]() for coding in reversed(codings)]

    def feed(self, data: bytes) -> bool:
        """Whether there is room for more; False as soon as the decoded body passes the limit. Raises CodingError."""
        try:
            for piece in self._through(data, 0):
                self.content += piece
                if len(self.content) > self._max_bytes:
                    del self.content[self._max_bytes :]
                    self.full = True
                    return False
        except _BROKEN as error:
            raise CodingError(f"the body is not {self._named}: {error}") from error
        return True

    def _through(self, data: bytes, level: int) -> Iterator[bytes]:
        if level == len(self._stages):
            yield data
            return
        for piece in self._stages[level].push(data):
            yield from self._through(piece, level + 1)

    def finish(self) -> None:
        """None where the body was whole; raises CodingError where it ended inside a coding."""
        if not all(stage.done() for stage in self._stages):
            raise CodingError(f"the {self._named} body ends in the middle")
