"""Facts and laws about addresses."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from cleaner.urls import absolute, host, key, reference, without_tracking

BASE = "https://news.example/world/story.html?page=1"

hrefs = st.one_of(
    st.text(max_size=40),
    st.text(alphabet="htp:/\\?#&=.@[]%aeé漢 \t\n\x00jvscript", max_size=40),
    st.builds("https://{}".format, st.text(max_size=30)),
)


@pytest.mark.parametrize(
    ("href", "expected"),
    [
        ("/a", "https://news.example/a"),
        ("b", "https://news.example/world/b"),
        ("../c", "https://news.example/c"),
        ("?page=2", "https://news.example/world/story.html?page=2"),
        ("#note", "https://news.example/world/story.html?page=1#note"),
        ("//cdn.example/x.js", "https://cdn.example/x.js"),
        ("HTTP://Other.example/", "http://Other.example/"),
        (" https://a.example/\n", "https://a.example/"),
        ("https:\\\\a.example\\b", "https://a.example/b"),
        ("https://a.example/a b", "https://a.example/a%20b"),
        ('https://a.example/"><i>', "https://a.example/%22%3E%3Ci%3E"),
        ("https://de.example/Größe", "https://de.example/Größe"),
        ("mailto:desk@news.example", "mailto:desk@news.example"),
    ],
)
def test_link_becomes_absolute(href: str, expected: str) -> None:
    assert expected == absolute(href, BASE)


@pytest.mark.parametrize(
    "href",
    [
        "",
        "javascript:alert(1)",
        "java\nscript:alert(1)",
        "\x01javascript:alert(1)",
        "JaVaScRiPt:alert(1)",
        "data:text/html,x",
        "vbscript:x",
        "blob:https://a.example/1",
        "file:///etc/hosts",
        "tel:+49",
        "mailto:?subject=Read%20this",
        "https://",
        "http://[::1",
        "http://a:port/",
        "http://a b.example/",
    ],
)
def test_what_is_no_address_of_a_page_is_none(href: str) -> None:
    assert absolute(href, BASE) is None


def test_relative_link_without_base_is_none() -> None:
    assert absolute("/a") is None


def test_link_without_scheme_and_base_is_read_as_https() -> None:
    assert absolute("//a.example/b") == "https://a.example/b"


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://a.example/x?utm_source=tw&id=7&fbclid=Z", "https://a.example/x?id=7"),
        ("https://a.example/x?utm_source=tw", "https://a.example/x"),
        ("https://a.example/x?UTM_Source=tw#part", "https://a.example/x#part"),
        ("https://a.example/x#xtor=RSS-1", "https://a.example/x"),
        ("https://a.example/x?q=a%20b&&c", "https://a.example/x?q=a%20b&&c"),
        ("https://a.example/?", "https://a.example/?"),
        ("https://a.example/x?ref=7", "https://a.example/x?ref=7"),
        ("https://a.example/x?q=utm_source", "https://a.example/x?q=utm_source"),
    ],
)
def test_only_tracking_is_taken_off(url: str, expected: str) -> None:
    assert expected == without_tracking(url)


def test_host_has_neither_user_nor_port_nor_capitals() -> None:
    assert host("https://me:pw@WWW.News.Example:8443/x") == "www.news.example"


def test_host_in_another_script_is_punycode() -> None:
    assert host("https://münchen.example/") == "xn--mnchen-3ya.example"


def test_no_host_is_empty() -> None:
    assert host("mailto:a@b.example") == ""


@pytest.mark.parametrize(
    "other",
    [
        "HTTPS://News.Example/a~b",
        "https://news.example:443/a%7Eb",
        "https://me@news.example/a~b#part",
        "https://news.example/a~b?utm_medium=mail",
    ],
)
def test_addresses_of_one_page_have_one_key(other: str) -> None:
    assert key("https://news.example/a~b") == key(other)


@pytest.mark.parametrize("other", ["http://news.example/a", "https://news.example/a/", "https://news.example/a?id=1"])
def test_addresses_of_two_pages_have_two_keys(other: str) -> None:
    assert key("https://news.example/a") != key(other)


@given(hrefs)
@example("https://a.example/\ud800")
@example("//[")
def test_absolute_gives_a_safe_address_or_none_and_is_settled(href: str) -> None:
    url = absolute(href, BASE)
    if url is not None:
        assert url.startswith(("https://", "http://", "mailto:"))
        assert not set(url) & set(' \t\r\n"<>`\x00')
        assert url == absolute(url, None)


def test_reference_without_base_stays_relative() -> None:
    assert reference("../a b") == "../a%20b"


def test_reference_with_base_is_absolute() -> None:
    assert reference("../a", BASE) == "https://news.example/a"


@given(hrefs)
@example("java\nscript:x")
@example("\x01javascript:x")
def test_reference_is_safe_and_settled(href: str) -> None:
    found = reference(href)
    if found is not None:
        assert not found.lower().startswith(("javascript:", "data:"))
        assert not set(found) & set(' \t\r\n"<>`\x00')
        assert found == reference(found)


@given(hrefs, hrefs)
def test_any_base_is_safe(href: str, base: str) -> None:
    url = absolute(href, base)
    assert url is None or url.startswith(("https://", "http://", "mailto:"))


@given(hrefs)
def test_tracking_is_gone_after_one_pass(url: str) -> None:
    once = without_tracking(url)
    assert once == without_tracking(once)


@given(hrefs)
@example("http://[::1]:80/")
@example("https://\u2100.example/")
def test_key_of_a_key_is_itself(url: str) -> None:
    assert key(url) == key(key(url))
    assert host(url) == host(url).lower()
