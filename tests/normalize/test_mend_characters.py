"""Facts about the characters of running text."""

import pytest

from cleaner.model import Block, Edit, Role
from cleaner.normalize import mend


def mended(text: str, role: Role = Role.PARAGRAPH) -> str:
    blocks = mend([Block(index=0, text=text, role=role)]).blocks
    return blocks[0].text if blocks else ""


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("cafe\u0301 noir", "café noir"),
        ("\u1112\u1161\u11ab\u1100\u1173\u11af", "한글"),
        ("12\xa0000\u202fkm", "12 000 km"),
        ("  a \t b  ", "a b"),
        ("a \n  b", "a\nb"),
        ("a\u2028b", "a\nb"),
        ("\u3000段落", "段落"),
        ("Ver\xadsiche\xadrung", "Versicherung"),
        ("wo\u200brd\u2060s\ufeff", "words"),
        ("safe\u202etxt.exe", "safetxt.exe"),
        ("left\u200e right", "left right"),
        ("bell\x07 nul\0", "bell nul"),
        ("It\x92s", "It’s"),
        ("half \ud83d", "half \ufffd"),
    ],
)
def test_characters_become_ordinary(text: str, expected: str) -> None:
    assert expected == mended(text)


@pytest.mark.parametrize(
    "text",
    [
        "می\u200cخواهم",
        "क्\u200dष",
        "ශ්\u200dරී",
        "👩\u200d👩\u200d👧 family",
        "❤\ufe0f\u200d🔥",
        "שלום\u200f!",
    ],
)
def test_characters_that_a_script_needs_stay(text: str) -> None:
    assert text == mended(text)


@pytest.mark.parametrize("text", ["sof\u200ct", "a\u200db"])
def test_joiners_between_latin_letters_vanish(text: str) -> None:
    assert len(text) - 1 == len(mended(text))


@pytest.mark.parametrize(
    "text",
    [
        "It’s “fine” – naïve café, 5 €",
        "Привет, мир",
        "渡轮在中午离开，😀",
        "Größe: 5 £ · Ærø",
    ],
)
@pytest.mark.parametrize("reading", ["cp1252", "latin-1"])
def test_utf8_read_as_western_bytes_is_repaired(text: str, reading: str) -> None:
    bytes_read = text.encode()
    broken = "".join(bytes([b]).decode(reading, "ignore") or chr(b) for b in bytes_read)
    assert text == mended(broken)


@pytest.mark.parametrize(
    "text",
    [
        "Also Ä… nein",
        "Ele disse “IRMÔ",
        "« UNE IDÉE » À LA CARTE",
        "SÃO PAULO, AÇÃO",
        "Ã© is what é looks like when — “broken”",
        "CAFÉ”",
        "Đà Nẵng",
    ],
)
def test_text_that_may_be_meant_is_left(text: str) -> None:
    assert text == mended(text)


def test_twice_broken_text_is_repaired_twice() -> None:
    once = "é à tout".encode().decode("cp1252")
    assert mended(once.encode().decode("cp1252")) == "é à tout"


def test_code_is_verbatim() -> None:
    code = "\tif\xa0x:\n\n    y = '\u200b'\n"
    assert code == mended(code, Role.CODE)


def test_block_without_visible_characters_vanishes() -> None:
    assert mend([Block(index=0, text="\xa0\u200b"), Block(index=1, text=" \n", role=Role.CODE)]).blocks == ()


def test_edit_says_what_was_where() -> None:
    mended = mend([Block(index=7, text="5\xa0km\xad")])
    assert mended.edits == (
        Edit(block=7, rule="characters/zero-width", start=4, before="\xad", after=""),
        Edit(block=7, rule="characters/space", start=1, before="\xa0", after=" "),
    )
