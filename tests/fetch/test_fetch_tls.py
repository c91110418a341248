"""TLS is checked always, and where a person switched that off the exchange says so."""

import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
import trustme

from cleaner.errors import UsageError
from cleaner.fetch import Client, FetchOptions

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA(key_type=trustme.KeyType.ECDSA)


@pytest.fixture
def ca_file(authority: trustme.CA, tmp_path: Path) -> str:
    path = tmp_path / "ca.pem"
    authority.cert_pem.write_to_path(path)
    return str(path)


def tls(authority: trustme.CA, name: str) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(name, key_type=trustme.KeyType.ECDSA).configure_cert(context)
    return context


def test_checked_connection_is_recorded_in_the_clear(
    browse: Any, serve: Any, allow: Any, authority: trustme.CA, ca_file: str
) -> None:
    server = serve(OK, tls=tls(authority, "127.0.0.1"))
    first, second = browse.all([server.url("/1"), server.url("/2")], allow(server, ca_file=ca_file))
    assert ([OK] * 2, 1) == ([v.exchanges[0].response for v in (first, second)], server.connections)
    assert first.exchanges[0].request.startswith(b"GET /1 HTTP/1.1\r\n")
    assert first.exchanges[0].verified


def test_surplus_in_a_record_of_its_own_ends_the_connection(
    browse: Any, serve: Any, allow: Any, authority: trustme.CA, ca_file: str
) -> None:
    # A record holds 16 KiB; what follows came with the same read of the socket, but no reader has asked for it yet.
    head = b"HTTP/1.1 200 OK\r\nContent-Length: 16000\r\nX-Pad: "
    whole = head + b"p" * (16 * 1024 - len(head) - 4 - 16_000) + b"\r\n\r\n" + b"x" * 16_000
    surplus = b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nevil"
    server = serve(whole + surplus, OK, tls=tls(authority, "127.0.0.1"))
    first, second = browse.all([server.url("/1"), server.url("/2")], allow(server, ca_file=ca_file))
    assert [whole, OK] == [visit.exchanges[0].response for visit in (first, second)]
    assert 2 == server.connections


@pytest.mark.parametrize("records", [4, 5, 40])
def test_surplus_behind_many_records_in_one_burst_ends_the_connection(
    records: int, browse: Any, serve: Any, allow: Any, authority: trustme.CA, ca_file: str
) -> None:
    # The answer ends where a record does, and fills what room there is before reading is paused: 64 KiB and more.
    size = records * 16 * 1024
    head = b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n"
    whole = head % (size - len(head % size)) + b"x" * (size - len(head % size))
    assert size == len(whole)
    server = serve(whole + b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nevil", OK, tls=tls(authority, "127.0.0.1"))
    first, second = browse.all([server.url("/1"), server.url("/2")], allow(server, ca_file=ca_file))
    assert [whole, OK] == [visit.exchanges[0].response for visit in (first, second)]
    assert 2 == server.connections


def test_certificate_is_checked_against_the_name_not_the_address(
    browse: Any, serve: Any, authority: trustme.CA, ca_file: str
) -> None:
    server = serve(OK, tls=tls(authority, "news.example"))
    options = FetchOptions(allow_hosts=(f"news.example:{server.port}",), ca_file=ca_file)
    visit = browse(f"https://news.example:{server.port}/", options, resolve=lambda _h, _p: ["127.0.0.1"])
    assert b"ok" == visit.page.content


@pytest.mark.parametrize("trusted", [True, False])
def test_unknown_or_wrong_certificate_is_refused(
    trusted: bool,  # noqa: FBT001
    browse: Any,
    serve: Any,
    allow: Any,
    authority: trustme.CA,
    ca_file: str,
) -> None:
    server = serve(OK, tls=tls(authority, "other.example" if trusted else "127.0.0.1"))
    visit = browse(server.url(), allow(server, ca_file=ca_file if trusted else None))
    assert ("tls", 4, ()) == (visit.error.code, visit.error.exit_code, visit.exchanges)
    assert "--insecure" in visit.error.hint
    assert [] == server.requests


def test_unchecked_connection_is_noted(browse: Any, serve: Any, allow: Any, authority: trustme.CA) -> None:
    server = serve(OK, tls=tls(authority, "other.example"))
    visit = browse(server.url(), allow(server, insecure=True))
    assert (b"ok", False) == (visit.page.content, visit.exchanges[0].verified)


def test_plain_http_has_nothing_to_check(browse: Any, serve: Any, allow: Any) -> None:
    server = serve(OK)
    assert browse(server.url(), allow(server, insecure=True)).exchanges[0].verified


def test_https_to_a_plain_server_is_a_tls_error(browse: Any, serve: Any, allow: Any, close: Any) -> None:
    server = serve(close(b"HTTP/1.1 400 Bad Request\r\n\r\n"))
    visit = browse(server.url().replace("http", "https"), allow(server, timeout_s=0.5))
    assert visit.error.code in {"tls", "timeout"}


def test_redirect_from_https_to_http_leaves_credentials_behind(
    browse: Any, serve: Any, allow: Any, authority: trustme.CA, ca_file: str
) -> None:
    plain = serve(OK)
    answer = b"HTTP/1.1 301 Moved\r\nLocation: %s\r\nContent-Length: 0\r\n\r\n" % plain.url().encode()
    server = serve(answer, tls=tls(authority, "127.0.0.1"))
    browse(server.url(), allow(server, plain, ca_file=ca_file, headers=(("Authorization", "Bearer t"),)))
    assert b"Bearer" in server.requests[0]
    assert b"Bearer" not in plain.requests[0]


def test_ca_file_that_is_none_is_a_usage_error(tmp_path: Path) -> None:
    with Client(FetchOptions(ca_file=str(tmp_path / "none.pem"))) as client, pytest.raises(UsageError):
        client.get("https://1.1.1.1/")


@pytest.fixture(params=["http", "https"])
def tunnel(request: pytest.FixtureRequest, authority: trustme.CA) -> Iterator[tuple[str, list[bytes]]]:
    """A proxy that connects through to loopback, whatever name it is given, and what it was asked; with TLS too."""
    asked: list[bytes] = []
    secured = tls(authority, "127.0.0.1") if request.param == "https" else None
    listener = socket.create_server(("127.0.0.1", 0))

    def pump(source: socket.socket, sink: socket.socket) -> None:
        with suppress(OSError):
            while data := source.recv(65536):
                sink.sendall(data)
            sink.shutdown(socket.SHUT_WR)

    def relay() -> None:
        with suppress(OSError):
            client, _ = listener.accept()
            client.settimeout(5)
            client = secured.wrap_socket(client, server_side=True) if secured else client
            asked.append(client.recv(65536))
            port = int(asked[0].split()[1].rpartition(b":")[2])
            with client, socket.create_connection(("127.0.0.1", port), 5) as server:
                client.sendall(b"HTTP/1.1 200 Connection established\r\nVia: x\r\n\r\n")
                back = threading.Thread(target=pump, args=(server, client), daemon=True)
                back.start()
                pump(client, server)
                back.join(5)

    thread = threading.Thread(target=relay, daemon=True)
    thread.start()
    yield f"{request.param}://127.0.0.1:{listener.getsockname()[1]}", asked
    with suppress(OSError):
        listener.shutdown(socket.SHUT_RDWR)
    listener.close()
    thread.join(5)


def test_what_the_proxy_says_before_the_tunnel_is_no_part_of_the_exchange(
    browse: Any, serve: Any, authority: trustme.CA, ca_file: str, tunnel: tuple[str, list[bytes]]
) -> None:
    proxy, asked = tunnel
    server = serve(OK, tls=tls(authority, "news.example"))
    url = f"https://news.example:{server.port}/x"
    (exchange,) = browse(url, FetchOptions(proxy=proxy, ca_file=ca_file)).exchanges
    assert asked[0].startswith(b"CONNECT news.example:%d HTTP/1.1\r\n" % server.port)
    assert (server.requests[0], OK, None) == (exchange.request, exchange.response, exchange.ip)
