"""Bytes become text the way browsers make it."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cleaner.parse import Decoded, decode
from cleaner.parse.prescan import declared_label

GERMAN = "Die Straße über den Fluß ist für Fußgänger gesperrt, heißt es in größeren Städten; Müller äußerte sich übrigens später."


def meta(label: str) -> bytes:
    return f'<meta charset="{label}">'.encode()


@pytest.mark.parametrize(
    ("mark", "codec", "name"),
    [
        (b"\xef\xbb\xbf", "utf-8", "utf-8"),
        (b"\xff\xfe", "utf-16-le", "utf-16le"),
        (b"\xfe\xff", "utf-16-be", "utf-16be"),
    ],
)
def test_byte_order_mark_outranks_header_and_meta(mark: bytes, codec: str, name: str) -> None:
    content = mark + ('<meta charset="koi8-r">' + GERMAN).encode(codec)
    expected = Decoded(text='<meta charset="koi8-r">' + GERMAN, encoding=name, source="bom")
    assert expected == decode(content, "text/html; charset=shift_jis")


def test_header_outranks_meta() -> None:
    content = meta("windows-1251") + GERMAN.encode("iso-8859-15")
    found = decode(content, 'text/html; Charset="ISO-8859-15"')
    assert (found.encoding, found.source) == ("iso-8859-15", "header")
    assert found.text.endswith(GERMAN)


def test_latin1_label_means_windows_1252() -> None:
    found = decode(b"<p>\x93quoted\x94 \x80 5</p>", "text/html; charset=latin1")
    assert (found.text, found.encoding) == ("<p>“quoted” € 5</p>", "windows-1252")


def test_unknown_labels_are_ignored() -> None:
    found = decode(meta("no-such-charset") + meta("windows-1252") + b"caf\xe9", "text/html; charset=also-none")
    assert (found.encoding, found.source) == ("windows-1252", "meta")


@pytest.mark.parametrize("label", ["iso-2022-kr", "hz-gb-2312", "replacement"])
def test_labels_browsers_refuse_do_not_empty_the_page(label: str) -> None:
    assert decode(b"<p>Plain words</p>", f"text/html; charset={label}").text == "<p>Plain words</p>"


@pytest.mark.parametrize(
    ("head", "label"),
    [
        (b'<meta charset="windows-1251">', "windows-1251"),
        (b"<META CHARSET=windows-1251 />", "windows-1251"),
        (b"<meta\ncharset = 'windows-1251'>", "windows-1251"),
        (b'<meta http-equiv="Content-Type" content="text/html; charset=windows-1251">', "windows-1251"),
        (b'<meta content="text/html; charset=windows-1251" http-equiv=content-type>', "windows-1251"),
        (b'<!-- <meta charset="koi8-r"> --><meta charset="windows-1251">', "windows-1251"),
        (b'<!--><meta charset="windows-1251">', "windows-1251"),
        (b'<a title="<meta charset=koi8-r>"><meta charset="windows-1251">', "windows-1251"),
        (b'<meta name="charset" content="x"><meta charset="windows-1251">', "windows-1251"),
        (b'<meta charset="utf-16le">', "utf-8"),
        (b'<meta charset="x-user-defined">', "windows-1252"),
        (b'<?xml version="1.0" encoding="windows-1251"?><html>', "windows-1251"),
        (b"<?xml version='1.0' encoding='windows-1251'?><meta charset='koi8-r'>", "koi8-r"),
        (b'<meta content="text/html; charset=windows-1251">', None),
        (b'<metadata charset="windows-1251">', None),
        (b'<!-- never ended <meta charset="windows-1251">', None),
        (b'<p title="never closed <meta charset=windows-1251>', None),
        (b"<p>charset=windows-1251</p>", None),
        (b" " * 1_024 + b'<meta charset="windows-1251">', None),
    ],
)
def test_prescan_finds_what_the_standard_finds(head: bytes, label: str | None) -> None:
    assert label == declared_label(head)


def test_few_bad_bytes_do_not_flip_a_declared_utf8_page() -> None:
    content = (GERMAN * 5).encode() + b"\xe9\xff"
    found = decode(content, "text/html; charset=utf-8")
    assert (found.text, found.encoding, found.source) == (GERMAN * 5 + "\ufffd\ufffd", "utf-8", "header")


def test_one_bad_byte_on_an_english_page_stays_one_bad_byte() -> None:
    found = decode(meta("utf-8") + b"<p>\xa9 The Harbour Post</p>")
    assert (found.encoding, found.source) == ("utf-8", "meta")
    assert found.text.count("\ufffd") == 1


def test_few_bad_bytes_do_not_flip_an_undeclared_utf8_page() -> None:
    found = decode((GERMAN * 5).encode() + b"\xe9")
    assert (found.text, found.encoding, found.source) == (GERMAN * 5 + "\ufffd", "utf-8", "guess")


def test_declared_utf8_with_nearly_all_sequences_broken_is_guessed_anew() -> None:
    found = decode((GERMAN * 3).encode("windows-1252"), "text/html; charset=utf-8")
    assert found.text == GERMAN * 3
    assert found.source in {"guess", "default"}


def test_declared_utf8_that_is_gbk_is_guessed_anew_though_many_pairs_are_whole_by_chance() -> None:
    text = "今天新的图书馆开馆了，许多市民前来参观，大家都说这里非常安静。" * 6
    found = decode(text.encode("gbk"), "text/html; charset=utf-8")
    assert (found.text, found.source) == (text, "guess")


@pytest.mark.parametrize("signs", ["\u2019 \u201c \u201d \u2013 \u00a9 ", "\u00a0", "\u00ab\u00bb \u00b0 "])
def test_a_few_signs_in_english_are_windows_1252(signs: str) -> None:
    text = "The ferry between the two islands sails again from Monday, the company said. " * 40 + signs * 3
    found = decode(text.encode("windows-1252"))
    assert (found.text, found.encoding, found.source) == (text, "windows-1252", "default")


@pytest.mark.parametrize("label", ["iso-8859-1", "us-ascii", "windows-1252", "windows-1251"])
def test_declared_single_byte_page_that_is_whole_utf8_is_utf8(label: str) -> None:
    found = decode(GERMAN.encode(), f"text/html; charset={label}")
    assert (found.text, found.encoding, found.source) == (GERMAN, "utf-8", "guess")


def test_accidental_utf8_pair_does_not_flip_a_latin_page() -> None:
    content = "«RIEN NE VA PERCHÉ»".encode("windows-1252").replace(b"\xab", b"")
    assert decode(content, "text/html; charset=iso-8859-1").text == "RIEN NE VA PERCHÉ»"


@pytest.mark.parametrize(
    ("text", "codec"),
    [
        ("Сегодня в городе открылась новая библиотека, и жители пришли посмотреть на неё. " * 4, "windows-1251"),
        ("今日は新しい図書館が開館し、多くの市民が訪れました。とても静かな場所です。" * 4, "shift_jis"),
        ("今日は新しい図書館が開館し、多くの市民が訪れました。とても静かな場所です。" * 4, "euc_jp"),
        ("今天新的图书馆开馆了，许多市民前来参观，大家都说这里非常安静。" * 4, "gbk"),
        (
            "서울시는 이번 겨울에 대중교통 요금을 올리지 않기로 했다고 밝혔다. 시장은 시민의 부담을 덜기 위한 결정이라고 설명했다. "
            * 4,
            "euc_kr",
        ),
        (
            "Zażółć gęślą jaźń. Dzisiaj w mieście otwarto nową bibliotekę, a mieszkańcy przyszli ją obejrzeć. " * 4,
            "cp1250",
        ),
        (GERMAN * 3, "windows-1252"),
    ],
)
def test_undeclared_charsets_are_guessed(text: str, codec: str) -> None:
    assert text == decode(b"<html><body><p>" + text.encode(codec)).text.removeprefix("<html><body><p>")


@pytest.mark.parametrize(("codec", "name"), [("utf-16-le", "utf-16le"), ("utf-16-be", "utf-16be")])
def test_utf16_without_mark_is_known_by_its_zeros(codec: str, name: str) -> None:
    found = decode(f"<html><p>{GERMAN}</p></html>".encode(codec))
    assert (name, "guess") == (found.encoding, found.source)
    assert GERMAN in found.text


def test_gbk_pages_may_hold_what_only_gb18030_knows() -> None:
    assert decode("€ 5，㐀".encode("gb18030"), "text/html; charset=gb2312").text == "€ 5，㐀"


def test_plain_ascii_is_the_default() -> None:
    assert Decoded(text="<p>words</p>", encoding="windows-1252", source="default") == decode(b"<p>words</p>")


def test_line_ends_and_nul_are_levelled() -> None:
    assert decode(b"a\r\nb\rc\nd\0e").text == "a\nb\nc\nd\ufffde"


@given(st.binary(max_size=2_000), st.none() | st.text(max_size=60))
@settings(deadline=None)  # the first page of its kind imports a library
def test_any_bytes_decode(content: bytes, content_type: str | None) -> None:
    text = decode(content, content_type).text
    text.encode()  # no surrogate
    assert not {"\0", "\r"} & set(text)


@given(st.text(max_size=300))
def test_declared_utf8_comes_back_whole(text: str) -> None:
    clean = text.encode("utf-8", "replace").decode().replace("\r\n", "\n").replace("\r", "\n").replace("\0", "\ufffd")
    assert clean.lstrip("\ufeff") == decode(clean.lstrip("\ufeff").encode(), "text/html; charset=utf-8").text


def test_page_saved_anew_as_utf8_is_read_so_though_its_meta_still_says_gb2312() -> None:
    page = '<meta charset="gb2312"><p>渡轮在周一恢复了两座岛屿之间的航班,乘客从清晨就开始排队。</p>'.encode()
    assert ("utf-8", "guess") == (decode(page).encoding, decode(page).source)


def test_declared_gb2312_is_followed_where_the_bytes_are_gb2312() -> None:
    page = '<meta charset="gb2312"><p>渡轮在周一恢复了两座岛屿之间的航班,乘客从清晨就开始排队。</p>'.encode("gb2312")
    assert ("gbk", "meta") == (decode(page).encoding, decode(page).source)
