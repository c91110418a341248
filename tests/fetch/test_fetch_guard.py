"""No address that is not public is connected to, whatever it is dressed as."""

import ipaddress
import pickle
from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cleaner.errors import BlockedAddressError, UsageError
from cleaner.fetch import FetchOptions, target
from cleaner.fetch.guard import Guard, why_not_public

INNER = {
    "127.0.0.1": "loopback",
    "10.0.0.1": "private",
    "169.254.169.254": "link-local",
    "100.64.0.1": "carrier-grade NAT",
}
OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"


def in_v6(prefix: int, inner: str, shift: int = 0) -> str:
    return str(ipaddress.IPv6Address(prefix << 32 | int(ipaddress.IPv4Address(inner)) << shift))


@pytest.mark.parametrize(
    ("address", "kind"),
    [
        *INNER.items(),
        ("0.0.0.0", "unspecified"),  # noqa: S104
        ("0.1.2.3", "unspecified"),
        ("127.255.255.254", "loopback"),
        ("172.16.0.1", "private"),
        ("172.31.255.255", "private"),
        ("192.168.1.1", "private"),
        ("100.127.255.255", "carrier-grade NAT"),
        ("100.100.100.200", "carrier-grade NAT"),
        ("168.63.129.16", "cloud metadata"),
        ("192.0.0.192", "reserved"),
        ("192.0.2.1", "reserved"),
        ("198.51.100.1", "reserved"),
        ("203.0.113.1", "reserved"),
        ("198.19.0.1", "benchmarking"),
        ("192.88.99.1", "6to4 relay"),
        ("224.0.0.1", "multicast"),
        ("239.255.255.255", "multicast"),
        ("240.0.0.1", "reserved"),
        ("255.255.255.255", "reserved"),
        ("::", "unspecified"),
        ("::1", "loopback"),
        ("::8.8.8.8", "IPv4-compatible"),
        ("::127.0.0.1", "IPv4-compatible"),
        ("64:ff9b:1::8.8.8.8", "local NAT64"),
        ("2001:0:4136:e378:8000:63bf:3fff:fdd2", "Teredo"),
        ("2001:2::1", "reserved"),
        ("2001:db8::1", "documentation"),
        ("3fff::1", "documentation"),
        ("fc00::1", "private"),
        ("fd00:ec2::254", "private"),
        ("fe80::1", "link-local"),
        ("fe80::1%eth0", "link-local"),
        ("fec0::1", "site-local"),
        ("ff02::1", "multicast"),
        ("ff0e::1", "multicast"),
        ("100::1", "reserved"),
        ("4000::1", "reserved"),
        ("5f00::1", "reserved"),
    ],
)
def test_address_is_not_public(address: str, kind: str) -> None:
    assert kind == why_not_public(address)


@pytest.mark.parametrize("inner", INNER)
@pytest.mark.parametrize(
    ("prefix", "shift"), [(0xFFFF, 0), (0x64FF9B << 64, 0), (0x2002 << 80, 80), (0x26004700 << 64 | 0x5EFE, 0)]
)
def test_wrapped_address_is_judged_by_what_it_holds(inner: str, prefix: int, shift: int) -> None:
    assert INNER[inner] == why_not_public(in_v6(prefix, inner, shift))
    assert why_not_public(in_v6(prefix, "1.1.1.1", shift)) is None


@pytest.mark.parametrize(
    "address",
    ["1.1.1.1", "9.255.255.255", "11.0.0.0", "100.63.255.255", "100.128.0.0", "126.255.255.255", "128.0.0.1",
     "168.63.129.15", "169.253.255.255", "172.15.255.255", "172.32.0.0", "192.167.255.255", "223.255.255.254",
     "2606:4700::1111", "2a00:1450::1"],
)  # fmt: skip
def test_address_next_to_a_blocked_range_is_public(address: str) -> None:
    assert why_not_public(address) is None


@given(st.ip_addresses(v=4))
def test_everything_the_standard_library_calls_private_is_blocked(ip: ipaddress.IPv4Address) -> None:
    if not ip.is_global or ip.is_multicast:
        assert why_not_public(str(ip))
        assert why_not_public(f"::ffff:{ip}")


@pytest.mark.parametrize(
    "host",
    ["127.0.0.1", "2130706433", "0x7f000001", "0x7f.1", "017700000001", "127.1", "127.0.1", "127.0.0.1.", "１２７.０.０.１",
     "127。0。0。1", "①②⑦.0.0.1", "[::1]", "[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "[64:ff9b::7f00:1]", "[2002:7f00:1::]",
     "0", "0x0", "10.0.0.1", "169.254.169.254", "user@127.0.0.1", "1.1.1.1@127.0.0.1", "127.0.0.1\\@1.1.1.1",
     "127.0.0.1#@1.1.1.1", "[fe80::1%25eth0]"],
)  # fmt: skip
def test_dressed_up_address_is_refused_before_anything_is_sent(host: str, browse: Any) -> None:
    visit = browse(f"http://{host}/")
    assert (BlockedAddressError, "blocked-address") == (type(visit.error), visit.error.code)
    assert () == visit.exchanges


def test_refusal_names_address_and_the_way_round(browse: Any) -> None:
    error = browse("http://10.0.0.1/x").error
    assert "10.0.0.1 is not public" == error.message
    assert "private address; --allow-host 10.0.0.1:80 lets this one through" == error.hint
    assert ("http://10.0.0.1/x", 6) == (error.where, error.exit_code)
    assert str(error) == str(pickle.loads(pickle.dumps(error)))  # noqa: S301


def test_name_of_a_private_address_is_refused(browse: Any) -> None:
    error = browse("https://intern.example/", resolve=lambda _host, _port: ["10.0.0.1"]).error
    assert "10.0.0.1, the address of intern.example, is not public" == error.message
    assert "--allow-host intern.example:443" in error.hint


def test_one_private_address_among_public_ones_refuses_the_name(browse: Any) -> None:
    error = browse("http://mixed.example/", resolve=lambda _host, _port: ["1.1.1.1", "::1"]).error
    assert "blocked-address" == error.code


def test_name_is_resolved_once_and_the_checked_address_connected_to(browse: Any, serve: Any) -> None:
    server, asked = serve(OK), []

    def rebind(host: str, port: int) -> Sequence[str]:
        asked.append((host, port))
        return ["127.0.0.1"] if len(asked) == 1 else ["10.0.0.1"]

    options = FetchOptions(allow_hosts=(f"rebind.example:{server.port}",))
    visit = browse(f"http://rebind.example:{server.port}/", options, resolve=rebind)
    assert b"ok" == visit.page.content
    assert [("rebind.example", server.port)] == asked
    assert "127.0.0.1" == visit.exchanges[0].ip
    assert b"Host: rebind.example:%d\r\n" % server.port in server.requests[0]


def test_second_address_is_tried_when_the_first_does_not_answer(browse: Any, serve: Any) -> None:
    server = serve(OK)
    options = FetchOptions(allow_hosts=(f"two.example:{server.port}",), retries=0)
    visit = browse(f"http://two.example:{server.port}/", options, resolve=lambda _h, _p: ["::1", "127.0.0.1"])
    assert "127.0.0.1" == visit.exchanges[0].ip


def test_rebinding_between_redirects_is_refused(browse: Any, serve: Any) -> None:
    server = serve(b"HTTP/1.1 302 Found\r\nLocation: http://evil.example/\r\nContent-Length: 0\r\n\r\n")
    addresses = {"good.example": "127.0.0.1", "evil.example": "192.168.0.1"}
    options = FetchOptions(allow_hosts=(f"good.example:{server.port}",))
    visit = browse(f"http://good.example:{server.port}/", options, resolve=lambda host, _port: [addresses[host]])
    assert "blocked-address" == visit.error.code
    assert 1 == len(visit.exchanges)


@pytest.mark.parametrize(
    ("allowed", "host", "port"),
    [
        ("127.0.0.1:8000", "127.0.0.1", 8001),
        ("127.0.0.1:8000", "127.0.0.2", 8000),
        ("127.0.0.1:8000", "localhost", 8000),
        ("localhost:8000", "127.0.0.1", 8000),
        ("localhost:8000", "a.localhost", 8000),
        ("example.org:8000", "www.example.org", 8000),
    ],
)
def test_allowed_host_opens_nothing_beside_it(allowed: str, host: str, port: int) -> None:
    guard = Guard.of([allowed])
    with pytest.raises(BlockedAddressError):
        guard.check(host, port, ["127.0.0.1"])


@pytest.mark.parametrize(
    ("allowed", "host"), [("LOCALHOST:80", "localhost"), ("[::1]:80", "::1"), ("0x7f.1:80", "127.0.0.1")]
)
def test_allowed_host_is_meant_in_its_canonical_form(allowed: str, host: str) -> None:
    assert Guard.of([allowed]).check(host, 80, ["127.0.0.1"]) is None


@pytest.mark.parametrize(
    "allowed", ["localhost", "localhost:", ":80", "http://localhost:80", "*:80x", "::1:80", "a b:80"]
)
def test_allowed_host_without_port_or_sense_is_a_usage_error(allowed: str) -> None:
    with pytest.raises(UsageError):
        Guard.of(FetchOptions(allow_hosts=(allowed,)).allow_hosts)


@pytest.mark.parametrize(
    "url", ["file:///etc/passwd", "ftp://a.example/", "javascript:alert(1)", "data:text/html,x", "gopher://a.example/"]
)
def test_other_scheme_is_refused(url: str, browse: Any) -> None:
    error = browse(url).error
    assert (BlockedAddressError, "blocked-scheme") == (type(error), error.code)


def test_proxy_does_not_open_the_way_to_private_addresses(browse: Any, serve: Any) -> None:
    proxy = serve(OK)
    options = FetchOptions(proxy=proxy.url())
    codes = {browse(url, options).error.code for url in ("http://10.0.0.1/", "https://[::1]/", "http://LOCALHOST./")}
    assert {"blocked-address"} == codes
    assert [] == proxy.requests


def test_proxy_gets_the_whole_address(browse: Any, serve: Any) -> None:
    proxy = serve(OK)
    visit = browse("http://a.example/x?y", FetchOptions(proxy=f"http://me:pw@{proxy.place}"))
    assert (b"ok", None) == (visit.page.content, visit.exchanges[0].ip)
    assert proxy.requests[0].startswith(b"GET http://a.example/x?y HTTP/1.1\r\n")
    secret = b"Proxy-Authorization: Basic bWU6cHc=\r\n"
    assert visit.exchanges[0].request == proxy.requests[0].replace(secret, b"") != proxy.requests[0]


def test_proxy_variables_of_the_environment_are_ignored(
    browse: Any, serve: Any, allow: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    server, proxy = serve(OK), serve(OK)
    for name in ("http_proxy", "HTTP_PROXY", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, proxy.url())
    assert b"ok" == browse(server.url(), allow(server)).page.content
    assert [] == proxy.requests


@given(
    st.sampled_from(["http", "https"]),
    st.sampled_from(["example.org", "127.0.0.1", "a..b", "-a", "1.2.3", "0x7f.1", "012.1.1.1", "a.b."]),
    st.sampled_from(["", ":80", ":443", ":8080", ":0", ":99999", ":080"]),
    st.text("abz09.-/_~?=&:%#@A \\", max_size=12),
)
def test_the_short_way_to_a_target_agrees_with_the_careful_one(scheme: str, host: str, port: str, rest: str) -> None:
    url = f"{scheme}://{host}{port}/{rest}"
    plain = target._plain_target(url)
    assert plain is None or plain == target.careful_target(url)
    assert target._plain_target("https://example.org/news/2026/11/26-ferry.html?page=2") is not None
