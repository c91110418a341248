"""Redirects, retries, and what is sent where."""

from datetime import UTC, datetime
from typing import Any

import pytest

from cleaner.errors import FetchError, StatusError, TryLaterError, UsageError
from cleaner.fetch import AsyncClient, Client, FetchOptions, fetch, require_page, user_agent
from cleaner.fetch.links import Leads, read_leads
from cleaner.fetch.way import retry_after_s
from cleaner.model import Page

OK = b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\nContent-Length: 2\r\n\r\nok"
ELSEWHERE = ["javascript:alert(1)", "file:///etc/passwd", "data:text/html,<p>x", "ftp://a.example/x"]
BUSY = b"HTTP/1.1 503 Service Unavailable\r\nContent-Length: 4\r\n\r\nbusy"


def to(location: str, status: int = 302, extra: bytes = b"") -> bytes:
    where = location.encode()
    return b"HTTP/1.1 %d Go\r\nLocation: %s\r\n%sContent-Length: 0\r\n\r\n" % (status, where, extra)


def busy(after: str) -> bytes:
    return BUSY.replace(b"\r\n\r\n", f"\r\nRetry-After: {after}\r\n\r\n".encode(), 1)


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_each_redirect_is_an_exchange_of_its_own(status: int, browse: Any, serve: Any, allow: Any) -> None:
    server = serve(to("/b?x=1#part", status), to("c", status), OK)
    visit = browse(server.url("/a#top"), allow(server))
    urls = [server.url(path) for path in ("/a", "/b?x=1", "/c")]
    assert urls == [exchange.url for exchange in visit.exchanges]
    assert [status, status, 200] == [exchange.status for exchange in visit.exchanges]
    page = visit.page
    assert (urls[-1], 200, b"ok") == (page.url, page.status, page.content)
    assert "text/html; charset=utf-8" == page.content_type
    assert visit.exchanges == page.exchanges
    assert page.fetched_at.tzinfo is UTC


@pytest.mark.parametrize(
    "location", ["/é", "//{place}/x", "\\\\{place}\\x", "HTTP://{place}/", " /x\t", "?q", "http:/x"]
)
def test_location_is_read_as_browsers_read_it(location: str, browse: Any, serve: Any, allow: Any) -> None:
    server = serve(to("start"), OK)
    server.answers = (to(location.format(place=server.place)), OK)
    visit = browse(server.url("/a/b"), allow(server))
    if location == "http:/x":  # names the host x, nothing of ours
        assert visit.page is None
    else:
        assert b"ok" == visit.page.content


def test_redirect_to_a_private_address_is_refused_with_its_place(browse: Any, serve: Any, allow: Any) -> None:
    server = serve(to("/second"), to("http://10.0.0.1/admin"))
    visit = browse(server.url("/first"), allow(server))
    assert f"10.0.0.1 is not public (redirect 2 of {server.url('/first')})" == visit.error.message
    assert ("http://10.0.0.1/admin", 2) == (visit.error.where, len(visit.exchanges))
    assert visit.page is None


@pytest.mark.parametrize(("location", "code"), [("file:///etc/passwd", "blocked-scheme"), ("http://", "bad-response")])
def test_redirect_to_nowhere_is_an_error(location: str, code: str, browse: Any, serve: Any, allow: Any) -> None:
    server = serve(to(location))
    visit = browse(server.url(), allow(server))
    assert (code, 1) == (visit.error.code, len(visit.exchanges))
    assert f"(redirect 1 of {server.url()})" in visit.error.message


@pytest.mark.parametrize("place", ELSEWHERE)
def test_redirect_to_another_scheme_is_refused(place: str, browse: Any, serve: Any, allow: Any) -> None:
    server = serve(to(place), OK)
    visit = browse(server.url(), allow(server))
    assert ("blocked-scheme", None, 1) == (visit.error.code, visit.page, len(server.requests))


@pytest.mark.parametrize("place", [*ELSEWHERE, "http://10.0.0.1/admin", "/next"])
def test_refresh_is_not_followed_wherever_it_leads(place: str, browse: Any, serve: Any, allow: Any) -> None:
    body = f'<meta http-equiv="refresh" content="0; url={place}"><link rel="canonical" href="{place}"><p>here'.encode()
    head = f"HTTP/1.1 200 OK\r\nRefresh: 0; url={place}\r\nContent-Length: {len(body)}\r\n\r\n"
    server = serve(head.encode() + body, OK)
    visit = browse(server.url(), allow(server))
    assert (server.url(), body, 1) == (visit.page.url, visit.page.content, len(server.requests))
    assert 1 == len(visit.exchanges)


@pytest.mark.parametrize("place", ELSEWHERE)
@pytest.mark.parametrize("base", ["", '<base href="{place}">'])
def test_page_leads_to_no_other_scheme(place: str, base: str) -> None:
    named = '<link rel="canonical" href="{place}"><link rel="alternate" type="application/rss+xml" href="{place}"><a href="{place}">x</a>'
    content = f"<html><head>{base}{named}".replace("{place}", place).encode()
    assert Leads() == read_leads(Page(content=content, url="https://a.example/x", content_type="text/html"))


@pytest.mark.parametrize("place", ELSEWHERE)
def test_base_of_another_scheme_is_no_base(place: str) -> None:
    content = f'<html><head><base href="{place}"><link rel="canonical" href="y"><a href="y">x</a>'.encode()
    found = read_leads(Page(content=content, url="https://a.example/x", content_type="text/html"))
    assert (("https://a.example/y",), "https://a.example/y") == (found.links, found.canonical)


def test_redirect_without_location_is_the_page(browse: Any, serve: Any, allow: Any) -> None:
    server = serve(b"HTTP/1.1 302 Found\r\nContent-Length: 2\r\n\r\nhm")
    page = browse(server.url(), allow(server)).page
    assert (302, b"hm") == (page.status, page.content)
    with pytest.raises(StatusError):
        require_page(page)


def test_circle_of_redirects_ends_when_it_closes(browse: Any, serve: Any, allow: Any) -> None:
    server = serve(to("/b"), to("/a"))
    visit = browse(server.url("/a"), allow(server))
    assert ("redirects", 2, 2) == (visit.error.code, len(visit.exchanges), len(server.requests))


def test_endless_redirects_end_at_the_limit(browse: Any, serve: Any, allow: Any) -> None:
    server = serve(*[to(f"/{n}") for n in range(9)])
    visit = browse(server.url("/start"), allow(server, max_redirects=3))
    assert ("redirects", 4) == (visit.error.code, len(server.requests))
    assert "more than 3 redirects" == visit.error.message


def test_redirect_that_waits_for_its_cookie_ends(browse: Any, serve: Any, allow: Any) -> None:
    server = serve(to("/", extra=b"Set-Cookie: seen=yes; Path=/; HttpOnly\r\n"), OK)
    assert b"ok" == browse(server.url("/"), allow(server)).page.content
    assert b"Cookie:" not in server.requests[0]
    assert b"Cookie: seen=yes\r\n" in server.requests[1]


def test_cookies_do_not_outlive_their_visit(browse: Any, serve: Any, allow: Any) -> None:
    server = serve(OK.replace(b"\r\n", b"\r\nSet-Cookie: id=7\r\n", 1), OK)
    browse.all([server.url(), server.url()], allow(server))
    assert b"cookie" not in server.requests[1].lower()


def test_credentials_and_cookies_never_cross_to_another_origin(browse: Any, serve: Any, allow: Any) -> None:
    home, other = serve(OK), serve(OK)
    home.answers = (to(other.url("/there"), extra=b"Set-Cookie: id=7\r\n"), OK)
    other.answers = (to(home.url("/back")),)
    secret = (("Authorization", "Bearer t"), ("Cookie", "own=1"), ("X-Api-Key", "k"), ("Accept-Language", "de"))
    visit = browse(home.url(), allow(home, other, headers=secret))
    assert b"ok" == visit.page.content
    assert all(word in home.requests[0] for word in (b"Bearer t", b"own=1", b"X-Api-Key: k", b"Accept-Language: de"))
    crossed = other.requests[0] + home.requests[1]
    assert not any(word in crossed for word in (b"Bearer", b"own=1", b"X-Api-Key"))
    assert b"id=7" not in other.requests[0]
    assert 2 == crossed.count(b"Accept-Language: de")


def test_headers_stay_on_a_redirect_within_the_origin(browse: Any, serve: Any, allow: Any) -> None:
    server = serve(to("/b"), OK)
    browse(server.url("/a"), allow(server, headers=(("Authorization", "Bearer t"),)))
    assert b"Authorization: Bearer t\r\n" in server.requests[1]


def test_userinfo_is_neither_sent_nor_kept(browse: Any, serve: Any, allow: Any) -> None:
    server = serve(OK)
    visit = browse(f"http://me:secret@{server.place}/", allow(server))
    assert server.url() == visit.page.url == visit.exchanges[0].url
    assert b"secret" not in server.requests[0]
    assert b"authorization" not in server.requests[0].lower()


def test_userinfo_is_not_in_errors(browse: Any) -> None:
    for url in (
        "http://me:secret@10.0.0.1/",
        "ftp://me:secret@a.example/",
        "http://me:secret@[::/",
        "http://me:secret@a b/",
    ):
        error = browse(url).error
        assert "secret" not in f"{error} {error.hint}"


def test_request_says_who_asks_and_takes_gzip_alone(browse: Any, serve: Any, allow: Any) -> None:
    server = serve(OK)
    browse(server.url("/x y?ü"), allow(server))
    lines = server.requests[0].decode().split("\r\n")
    assert "GET /x%20y?%C3%BC HTTP/1.1" == lines[0]
    assert {"Accept-Encoding: gzip", f"User-Agent: {user_agent()}", f"Host: {server.place}"} <= set(lines)
    assert user_agent().startswith("article-cleaner/")
    assert f"{user_agent()} (+me@a.example)" == user_agent("me@a.example")


def test_given_headers_take_the_place_of_the_usual_ones(browse: Any, serve: Any, allow: Any) -> None:
    server = serve(OK)
    browse(server.url(), allow(server, user_agent="other/1", headers=(("accept", "text/plain"),)))
    assert b"User-Agent: other/1\r\n" in server.requests[0]
    assert 1 == server.requests[0].lower().count(b"\r\naccept:")


@pytest.mark.parametrize(
    "header",
    [("A b", "c"), ("A", "c\r\nX: y"), ("A", "…"), ("Host", "x"), ("content-length", "0"), ("", "x"), ("A", "\0")],
)
def test_header_that_cannot_be_sent_is_a_usage_error(header: tuple[str, str]) -> None:
    with pytest.raises(UsageError):
        FetchOptions(headers=(header,))


@pytest.mark.parametrize("status", [429, 502, 503, 504])
def test_busy_server_is_asked_again_with_growing_pauses(status: int, browse: Any, serve: Any, allow: Any) -> None:
    answer = BUSY.replace(b"503", b"%d" % status)
    server = serve(answer, answer, OK)
    visit = browse(server.url(), allow(server, retries=2))
    assert [status, status, 200] == [exchange.status for exchange in visit.exchanges]
    assert (b"ok", [0.5, 1.0]) == (visit.page.content, browse.slept)


def test_retries_end_with_the_answer_as_it_is(browse: Any, serve: Any, allow: Any) -> None:
    server = serve(BUSY)
    visit = browse(server.url(), allow(server, retries=1))
    assert (503, b"busy", None) == (visit.page.status, visit.page.content, visit.error)
    assert 2 == len(server.requests)


@pytest.mark.parametrize("status", [400, 401, 403, 404, 410, 500, 501])
def test_other_statuses_are_pages_at_once(status: int, browse: Any, serve: Any, allow: Any) -> None:
    server = serve(BUSY.replace(b"503", b"%d" % status))
    visit = browse(server.url(), allow(server))
    assert (status, 1, []) == (visit.page.status, len(server.requests), browse.slept)
    with pytest.raises(StatusError) as raised:
        require_page(visit.page)
    assert (5, "http-status", server.url()) == (raised.value.exit_code, raised.value.code, raised.value.where)
    assert raised.value.message.startswith(str(status))


def test_short_retry_after_is_waited_for(browse: Any, serve: Any, allow: Any) -> None:
    server = serve(busy("3"), OK)
    assert b"ok" == browse(server.url(), allow(server)).page.content
    assert [3.0] == browse.slept


def test_retry_after_beyond_the_deadline_is_not_waited_for(browse: Any, serve: Any, allow: Any) -> None:
    server = serve(busy("60"), OK)
    visit = browse(server.url(), allow(server))
    assert (503, []) == (visit.page.status, browse.slept)
    with pytest.raises(TryLaterError, match="wait 60 s") as raised:
        require_page(visit.page)
    assert 75 == raised.value.exit_code


@pytest.mark.parametrize(
    ("value", "seconds"),
    [(None, None), ("7", 7.0), (" 0 ", 0.0), ("Sun, 22 Nov 2026 12:00:30 GMT", 30.0), ("soon", None), ("-3", None),
     ("Sun, 22 Nov 2026 11:00:00 GMT", 0.0), ("", None), ("²", None)],
)  # fmt: skip
def test_retry_after_is_a_number_or_a_date(value: str | None, seconds: float | None) -> None:
    assert seconds == retry_after_s(value, datetime(2026, 11, 22, 12, tzinfo=UTC))


def test_failed_connection_is_tried_again(browse: Any, serve: Any, allow: Any) -> None:
    server = serve(OK)
    options, url = allow(server, retries=2), server.url()
    server.close()
    visit = browse(url, options)
    assert ("connect", 4, [0.5, 1.0]) == (visit.error.code, visit.error.exit_code, browse.slept)
    assert "no connection: connection refused" == visit.error.message


def test_connection_closed_without_an_answer_is_not_tried_again(
    browse: Any, serve: Any, allow: Any, close: Any
) -> None:
    server = serve(close(b""))
    visit = browse(server.url(), allow(server))
    assert ("disconnect", []) == (visit.error.code, browse.slept)


def test_unknown_name_is_a_dns_error(browse: Any) -> None:
    def unknown(_host: str, _port: int) -> list[str]:
        raise OSError(-2, "Name or service not known")

    error = browse("http://nowhere.example/", resolve=unknown).error
    assert ("dns", "nowhere.example has no address: Name or service not known") == (error.code, error.message)
    assert "dns" == browse("http://nowhere.example/", resolve=lambda _h, _p: []).error.code


@pytest.mark.parametrize("url", ["", "example.org/x", "http://", "http:///x", "http://a b/", "http://a:99999/", "http://[::/",
                                 "http://1.2.3.4.5/", "http://256.1/", "http://a.example:x/", "http://℀.example/"])  # fmt: skip
def test_what_is_no_url_is_a_usage_error(url: str, browse: Any) -> None:
    error = browse(url).error
    assert (UsageError, "bad-url") == (type(error), error.code)


def test_get_returns_any_status_and_raises_the_rest(serve: Any, allow: Any) -> None:
    server = serve(BUSY.replace(b"503", b"404"))
    assert 404 == fetch(server.url(), allow(server)).status
    server.answers = (to("/"),)
    with Client(allow(server)) as client, pytest.raises(FetchError, match="redirects"):
        client.get(server.url("/"))


def test_headers_of_one_visit_are_sent_beside_the_others(serve: Any, allow: Any) -> None:
    server = serve(b"HTTP/1.1 304 Not Modified\r\n\r\n")
    with Client(allow(server, headers=(("X-A", "1"),))) as client:
        assert 304 == client.get(server.url(), headers=(("If-None-Match", '"x"'),)).status
    assert all(line in server.requests[0] for line in (b"X-A: 1\r\n", b'If-None-Match: "x"\r\n'))


def test_client_reads_no_environment_when_made() -> None:
    assert Client().options == AsyncClient().options == FetchOptions()
