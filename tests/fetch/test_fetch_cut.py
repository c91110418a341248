"""The quick look at a plain response agrees with the parser that reads every response."""

import pytest

from cleaner.fetch.wire import cut, parsed_cut

HEADS = [
    b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nabc",
    b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nab",
    b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nabcd",
    b"HTTP/1.1 200 OK\r\ncontent-length:3\r\nContent-Length: 3\r\n\r\nabc",
    b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    b"HTTP/1.1 200 OK\r\n\r\nabc",
    b"HTTP/1.1 304 Not Modified\r\nETag: x\r\n\r\n",
    b"HTTP/1.1 304 Not Modified\r\nContent-Length: 30\r\n\r\n",
    b"HTTP/1.1 304 Not Modified\r\n\r\nsurplus",
    b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n",
    b"HTTP/1.1 200 OK\r\nX: content-length: 3\r\n\r\nabc",
    b"HTTP/1.0 200 OK\r\nContent-Length: 3\r\n\r\nabc",
    b"HTTP/1.1 200 OK\r\nContent-Length: +3\r\n\r\nabc",
    b"nonsense",
    b"",
]


@pytest.mark.parametrize("received", HEADS)
def test_bounds_are_those_that_the_parser_finds(received: bytes) -> None:
    assert cut(received) == parsed_cut(received)
