"""What stands before the pages: foreign Hosts are refused, GET changes nothing, tokens count once, nothing of the web runs."""

import re
from pathlib import Path

import pytest
from starlette.testclient import TestClient
from web_library import FERRY, HOST, Library

from cleaner.errors import RefusedError
from cleaner.web.guard import Tokens, host_names

PAGES = [
    "/",
    "/?q=ferry",
    "/?state=all&captures=all",
    "/article/{evil}",
    "/article/{evil}/inspect",
    "/article/{evil}/versions",
    "/article/{evil}/record",
    "/article/{evil}/original",
    "/article/{unchanged}/inspect",
    "/article/{gone}",
    "/article/{file}/record",
    "/rules",
    "/rules/ads/label",
    "/failures",
    "/statistics",
    "/feed.xml",
    "/nothing/here",
]


@pytest.mark.parametrize(
    "host",
    [
        "evil.example",
        "evil.example:8017",
        "127.0.0.1",
        "127.0.0.1:9999",
        "localhost.evil.example:8017",
        "",
        "127.0.0.1:8017.evil.example",
    ],
)
@pytest.mark.parametrize("path", ["/", "/static/style.css", "/nothing"])
def test_foreign_host_is_refused(client: TestClient, host: str, path: str) -> None:
    answer = client.get(path, headers={"Host": host})
    assert 421 == answer.status_code
    assert "Content-Security-Policy" in answer.headers


def test_own_names_are_those_of_the_address_it_listens_on() -> None:
    assert {"127.0.0.1:80", "localhost:80", "[::1]:80", "localhost", "127.0.0.1", "[::1]"} == set(
        host_names("127.0.0.1", 80)
    )
    assert ["10.0.0.7:8017", "reader.lan:8017"] == host_names("10.0.0.7", 8017, ["reader.lan"])
    assert "[::1]:8017" in host_names("::1", 8017)


@pytest.mark.parametrize("path", PAGES)
def test_every_page_has_the_strict_policy(client: TestClient, library: Library, path: str) -> None:
    headers = client.get(path.format(**library.ids)).headers
    assert "default-src 'none'" in headers["Content-Security-Policy"]
    assert "unsafe" not in headers["Content-Security-Policy"]
    assert "script-src" not in headers["Content-Security-Policy"]
    assert ("nosniff", "same-origin") == (headers["X-Content-Type-Options"], headers["Referrer-Policy"])


@pytest.mark.parametrize("path", PAGES)
def test_no_page_holds_script_style_or_handler(client: TestClient, library: Library, path: str) -> None:
    page = client.get(path.format(**library.ids)).text
    outside_text = re.sub(r"&lt;.*?&gt;", "", page)
    assert [] == re.findall(
        r"(?i)<(?:script|style|object|embed|base)\b|<[^>]*\s(?:on\w+|style|srcset)\s*=", outside_text
    )
    assert [] == re.findall(r"""(?i)(?:href|src|action)=["']?\s*(?:javascript|data:text|vbscript)""", outside_text)
    loading = "(?:img|iframe)" if path == "/feed.xml" else "(?:img|link|iframe)"  # a feed's links are only named
    assert [] == re.findall(rf"""(?i)<{loading}[^>]*(?:src|href)=["']?(?:https?:)?//""", outside_text)


def test_frame_is_sandboxed_and_holds_nothing_that_acts(client: TestClient, library: Library) -> None:
    answer = client.get(f"/article/{library.ids['evil']}/frame")
    policy = answer.headers["Content-Security-Policy"]
    assert policy.startswith("sandbox; default-src 'none';")
    assert "allow-" not in policy
    assert "comes ashore" in answer.text
    page = re.sub(r"&lt;.*?&gt;", "", answer.text).replace('<meta charset="utf-8">', "")
    acting = r"(?i)<(?:script|link|iframe|object|embed|form|base|meta)\b|\s(?:on\w+|href|src|srcset|action|poster)\s*="
    assert [] == re.findall(acting, page)
    around = client.get(f"/article/{library.ids['evil']}/original").text
    assert 'sandbox=""' in around


def test_record_bytes_are_saved_never_shown(client: TestClient, library: Library) -> None:
    answer = client.get(f"/article/{library.ids['evil']}/bytes")
    assert "application/octet-stream" == answer.headers["Content-Type"]
    assert answer.headers["Content-Disposition"].startswith("attachment;")
    assert answer.content.startswith(b"HTTP/1.1 200 OK\r\n")


def test_picture_is_served_only_where_it_is_one(client: TestClient, library: Library) -> None:
    assert "image/png" == client.get(f"/image/{library.ids['picture']}").headers["Content-Type"]
    assert 404 == client.get(f"/image/{library.ids['evil']}").status_code


def test_get_changes_nothing(client: TestClient, library: Library) -> None:
    def files(path: Path) -> dict[str, bytes]:
        return {
            str(file): file.read_bytes()
            for file in sorted(path.rglob("*"))
            if file.is_file() and not file.name.endswith(("-shm", "-wal"))
        }

    before = files(library.path)
    for path in PAGES:
        client.get(path.format(**library.ids))
    assert before == files(library.path)


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH"])
@pytest.mark.parametrize("path", ["/", "/article/{evil}", "/feed.xml"])
def test_pages_answer_nothing_but_get(client: TestClient, library: Library, method: str, path: str) -> None:
    assert 405 == client.request(method, path.format(**library.ids)).status_code


def token_of(client: TestClient, ident: str) -> str:
    found = re.search(r'name="token" value="([^"]+)"', client.get(f"/article/{ident}/record").text)
    assert found is not None
    return found[1]


def test_verify_needs_a_token_that_counts_once(client: TestClient, library: Library) -> None:
    ident = library.ids["ferry"]
    good = {"token": token_of(client, ident)}
    assert 403 == client.post(f"/article/{ident}/verify").status_code
    assert 403 == client.post(f"/article/{ident}/verify", data={"token": "1.2.3"}).status_code
    assert 403 == client.post(f"/article/{library.ids['evil']}/verify", data=good).status_code
    answer = client.post(f"/article/{ident}/verify", data=good)
    assert 200 == answer.status_code
    assert 3 == answer.text.count('<span class="chip good">sound</span>')
    again = client.post(f"/article/{ident}/verify", data=good)
    assert 403 == again.status_code
    assert "sent before" in again.text


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
    ],
)
def test_form_of_another_site_is_refused(client: TestClient, library: Library, headers: dict[str, str]) -> None:
    ident = library.ids["ferry"]
    data = {"token": token_of(client, ident)}
    assert 403 == client.post(f"/article/{ident}/verify", data=data, headers=headers).status_code
    assert 200 == client.post(f"/article/{ident}/verify", data=data, headers={"Origin": f"http://{HOST}"}).status_code


def test_token_is_for_one_purpose_and_grows_old(monkeypatch: pytest.MonkeyPatch) -> None:
    tokens = Tokens()
    with pytest.raises(RefusedError):
        tokens.spend(tokens.issue("read"), "write")
    with pytest.raises(RefusedError):
        Tokens().spend(tokens.issue("read"), "read")
    old = tokens.issue("read")
    import time

    now = time.time()
    monkeypatch.setattr("time.time", lambda: now + 5 * 3600)
    with pytest.raises(RefusedError, match="too old"):
        tokens.spend(old, "read")


@pytest.mark.parametrize(
    "path",
    [
        "/article/none",
        "/article/../../etc/passwd",
        "/article/%2e%2e%2f%2e%2e%2fetc%2fpasswd",
        "/article/%00",
        "/article/{evil}/../../x",
        "/rules/no/such",
        "/rules/..%2f..%2fetc",
        "/image/none",
        "/article/{ferry}/versions?old=nonsense",
        "/static/../app.py",
    ],
)
def test_strange_address_is_a_clear_404(client: TestClient, library: Library, path: str) -> None:
    answer = client.get(path.format(**library.ids))
    assert 404 == answer.status_code
    assert "<h1>" in answer.text
    assert "root:" not in answer.text


@pytest.mark.parametrize(
    "query",
    [
        "page=0",
        "page=x",
        "page=-1",
        "page=99999999999999999999",
        "state=odd",
        "since=tomorrow",
        "before=x",
        "after=2026-01-01T00:00:00Z",
        "until=2026-13-01",
    ],
)
def test_strange_filter_is_a_clear_400(client: TestClient, query: str) -> None:
    assert 400 == client.get(f"/?{query}").status_code


@pytest.mark.parametrize(
    "query", ['"', "((", "NEAR(a", "*", "title:", "' OR 1=1 --", "\u202e", "x" * 5_000, "%00", "%ff", "-", "a AND"]
)
def test_any_query_is_answered(client: TestClient, query: str) -> None:
    assert 200 == client.get("/", params={"q": query}).status_code


def test_url_finds_its_newest_capture(client: TestClient) -> None:
    assert 404 == client.get(f"/article/{FERRY}").status_code  # slashes are no part of an id
