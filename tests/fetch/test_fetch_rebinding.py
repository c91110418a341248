"""Names that change their mind: the address that was checked is the one connected to, and nothing else ever sees contact.

The net is virtual: the name's public address leads to a server of the test, loopback to a canary.
"""

import itertools
from collections.abc import Callable, Sequence
from typing import Any

import httpcore2
import pytest

from cleaner.fetch import FetchOptions, stream

PUBLIC, INSIDE = "93.184.216.34", "127.0.0.1"
OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"
CLOSED = b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\nok"
AWAY = b"HTTP/1.1 302 Found\r\nConnection: close\r\nLocation: /again\r\nContent-Length: 0\r\n\r\n"
URL = "http://turn.example/"
REFUSED = "blocked-address"


@pytest.fixture
def net(serve: Any, monkeypatch: pytest.MonkeyPatch) -> Callable[..., list[str]]:
    """The net in which the public address is a server with these answers; a list of the addresses connected to."""
    joined: list[str] = []
    sync, later = httpcore2.SyncBackend.connect_tcp, stream.dialled

    def build(*answers: bytes) -> list[str]:
        server = serve(*answers)
        canary = serve(OK)

        def place(host: str) -> int:
            joined.append(host)
            return int((server if host == PUBLIC else canary).port)

        def connect(self: Any, host: str, _port: int, **more: Any) -> Any:
            return sync(self, "127.0.0.1", place(host), **more)

        async def connect_later(host: str, _port: int, within_s: float) -> stream.Stream:
            return await later("127.0.0.1", place(host), within_s)

        monkeypatch.setattr(httpcore2.SyncBackend, "connect_tcp", connect)
        monkeypatch.setattr(stream, "dialled", connect_later)
        return joined

    return build


def turning(*answers: str) -> Callable[[str, int], list[str]]:
    """A resolver that gives these addresses one after the other, the last for ever."""
    coming = itertools.chain(answers, itertools.repeat(answers[-1]))
    return lambda _host, _port: [next(coming)]


def codes(visits: Sequence[Any]) -> list[str | None]:
    return [visit.error.code if visit.error else None for visit in visits]


def test_net_would_notice_contact_with_the_inside(net: Any, browse: Any) -> None:
    joined = net(OK)
    browse(URL, FetchOptions(allow_hosts=("turn.example:80",)), resolve=turning(INSIDE))
    assert [INSIDE] == joined


def test_public_first_then_loopback(net: Any, browse: Any) -> None:
    joined = net(CLOSED)
    visits = browse.all([URL, URL, URL], resolve=turning(PUBLIC, INSIDE))
    assert [None, REFUSED, REFUSED] == codes(visits)
    assert ([PUBLIC], PUBLIC) == (joined, visits[0].exchanges[0].ip)


def test_loopback_first_then_public(net: Any, browse: Any) -> None:
    joined = net(CLOSED)
    assert [REFUSED, None] == codes(browse.all([URL, URL], resolve=turning(INSIDE, PUBLIC)))
    assert [PUBLIC] == joined


def test_turn_between_a_redirect_and_its_target(net: Any, browse: Any) -> None:
    joined = net(AWAY, CLOSED)
    visit = browse(URL, resolve=turning(PUBLIC, INSIDE))
    assert (REFUSED, 1) == (visit.error.code, len(visit.exchanges))
    assert "redirect 1 of http://turn.example/" in visit.error.message
    assert [PUBLIC] == joined


def test_turn_between_an_attempt_and_its_repetition(net: Any, browse: Any) -> None:
    joined = net(b"HTTP/1.1 503 Later\r\nConnection: close\r\nContent-Length: 0\r\n\r\n", OK)
    visit = browse(URL, FetchOptions(retries=3), resolve=turning(PUBLIC, INSIDE))
    assert (REFUSED, [PUBLIC]) == (visit.error.code, joined)


def test_kept_connection_is_the_one_that_was_checked(net: Any, browse: Any) -> None:
    joined = net(OK)
    visits = browse.all([URL, URL + "2", URL + "3"], resolve=turning(PUBLIC, INSIDE))
    assert [None, None, None] == codes(visits)
    assert [PUBLIC] == joined
    assert {PUBLIC} == {visit.exchanges[0].ip for visit in visits}


def test_kept_connection_of_one_port_serves_no_other(net: Any, browse: Any) -> None:
    joined = net(OK)
    visits = browse.all([URL, "http://turn.example:8080/", "http://turn.example./"], resolve=turning(PUBLIC, INSIDE))
    assert [None, REFUSED, REFUSED] == codes(visits)
    assert [PUBLIC] == joined


def test_one_answer_with_both_addresses_is_refused(net: Any, browse: Any) -> None:
    joined = net(OK)
    for both in ([PUBLIC, INSIDE], [INSIDE, PUBLIC], [PUBLIC, "::ffff:127.0.0.1"]):
        assert REFUSED == browse(URL, resolve=lambda _host, _port, both=both: both).error.code
    assert [] == joined


def test_behind_a_proxy_nothing_is_resolved_here(net: Any, browse: Any) -> None:
    joined = net(OK)

    def never(host: str, _port: int) -> list[str]:
        assert host == "proxy.example", "only the proxy's own name is ours to ask for"
        return [PUBLIC]

    visit = browse(URL, FetchOptions(proxy="http://proxy.example:3128"), resolve=never)
    assert ([PUBLIC], b"ok") == (joined, visit.page.content)
    assert (
        REFUSED
        == browse("http://127.0.0.1/", FetchOptions(proxy="http://proxy.example:3128"), resolve=never).error.code
    )
    assert [PUBLIC] == joined
