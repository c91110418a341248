"""Odd answers fetched from a raw socket and kept, and what an independent reader finds of them in the archive."""

import socket
import ssl
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

import trustme
from fastwarc.warc import ArchiveIterator
from odd_answers import ODD, RawServer, sized

from cleaner.archive import Archive
from cleaner.errors import CleanerError
from cleaner.fetch import FetchOptions
from cleaner.model import Exchange, Page


def keep_all(root: Path, *, but: frozenset[str] = frozenset()) -> dict[str, bytes]:
    """What the archive must hold of each address, byte for byte; all of it has been fetched and kept there."""
    expected: dict[str, bytes] = {}
    authority = trustme.CA(key_type=trustme.KeyType.ECDSA)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1", key_type=trustme.KeyType.ECDSA).configure_cert(context)
    authority.cert_pem.write_to_path(ca_file := str(root.parent / "ca.pem"))
    with Archive(root, fsync=False) as archive, RawServer() as plain, RawServer(context) as tls:
        options = FetchOptions(allow_hosts=(plain.place, tls.place), ca_file=ca_file, retries=0)
        for name, odd in ODD.items():
            if name in but:
                continue
            url = (tls if name.startswith("tls-") else plain).url(name)
            expected[url] = odd.response
            with suppress(CleanerError):  # a cut body is an error, and kept
                archive.add(url, options=options)
        expected |= _keep_head(archive, plain)
    return expected


def _keep_head(archive: Archive, server: RawServer) -> dict[str, bytes]:
    """HEAD, which no client of ours sends, as another program might hand it over."""
    url = server.url("head-request")
    response = sized(b"").replace(b"Content-Length: 0", b"Content-Length: 1234")
    request = b"HEAD /head-request HTTP/1.1\r\nHost: news.example\r\n\r\n"
    now = datetime.now(UTC)
    sent = Exchange(url=url, request=request, response=response, status=200, started_at=now, ip="127.0.0.1")
    archive.add(Page(content=b"", url=url, status=200, fetched_at=now, exchanges=(sent,)))
    return {url: response}


def stored(root: Path) -> dict[str, bytes]:
    """The response record of each address, as fastwarc reads it."""
    found: dict[str, bytes] = {}
    for path in sorted(root.glob("originals/*/*/*.warc.gz")):
        with path.open("rb") as file:
            for record in ArchiveIterator(file, parse_http=False):
                if record.headers["WARC-Type"] in {"response", "revisit"}:
                    found[record.headers["WARC-Target-URI"]] = record.reader.read()
    return found


def noted(root: Path, url: str) -> dict[str, str]:
    """The capture note of that address."""
    for path in sorted(root.glob("originals/*/*/*.warc.gz")):
        with path.open("rb") as file:
            for record in ArchiveIterator(file, parse_http=False):
                if record.headers["WARC-Type"] == "metadata" and record.headers["WARC-Target-URI"] == url:
                    lines = record.reader.read().decode().splitlines()
                    return dict(line.split(": ", 1) for line in lines)
    return {}


def plain_socket(place: str, name: str) -> bytes:
    """What a plain socket hears of that answer, until nothing more comes."""
    host, port = place.split(":")
    with socket.create_connection((host, int(port)), timeout=5) as connection:
        connection.sendall(f"GET /{name} HTTP/1.1\r\nHost: {place}\r\n\r\n".encode())
        heard = b""
        while len(heard) < len(ODD[name].wire) and (piece := connection.recv(65536)):
            heard += piece
    return heard
