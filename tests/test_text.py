import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cleaner.text import _any_words, fold, printable, slug, words


@pytest.mark.parametrize(
    "line",
    [
        "Advertisement",
        "ADVERTISEMENT",
        "**Advertisement**",
        "[Advertisement]",
        "— Advertisement —",
        "| Advertisement |",
        "### Advertisement",
        "> Advertisement",
        "Advertisement:",
        "Advertisement ↓",
        "\u00a0Advertisement\u00a0",
        "\u200bAdver\u00adtise\u200dment",
        "Ａｄｖｅｒｔｉｓｅｍｅｎｔ",
        "» Advertisement",
    ],
)
def test_decoration_case_and_width_do_not_count(line: str) -> None:
    assert fold(line) == "advertisement"


@pytest.mark.parametrize(
    "line", ["Advertisement?", '"Advertisement"', "„Anzeige“", "»Anzeige«", "「広告」", "© Harbour"]
)
def test_marks_that_say_something_stay(line: str) -> None:
    assert fold(line) == line.casefold()


def test_accents_stay() -> None:
    assert fold("PUBLICITÉ") == "publicité"


def test_turkish_dots_are_levelled() -> None:
    assert fold("İLAN") == fold("ilan") == fold("ılan")


@pytest.mark.parametrize("line", ["Don’t miss", "Donʼt miss", "DON＇T MISS"])
def test_apostrophes_are_levelled(line: str) -> None:
    assert fold(line) == fold("Don't miss")


@pytest.mark.parametrize("line", ["Must‑read", "Must‐read"])
def test_hyphens_are_levelled(line: str) -> None:
    assert fold(line) == fold("Must-read")


@given(st.text())
def test_folding_twice_is_folding_once(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", 0),
        ("—", 0),
        ("The mayor's plan", 3),
        ("a 1.5 % rise", 3),
        ("広告です", 2),
        ("日本の首相は hello", 4),
        ("Größe zählt", 2),
    ],
)
def test_words_are_counted(text: str, expected: int) -> None:
    assert words(text) == expected


@given(st.text() | st.text("a.-’'_ é1²\x81\x85½ͅ", max_size=12))
def test_words_of_western_text_are_counted_as_those_of_any_other(text: str) -> None:
    assert words(text) == _any_words(text)


def test_terminal_controls_are_escaped() -> None:
    assert printable("a\x1b[31mb\u202ec\x9b\n") == "a\\x1b[31mb\\u202ec\\x9b\\n"


def test_lines_stay_lines_when_asked() -> None:
    assert printable("a\n\tb\x07", multiline=True) == "a\n\tb\\x07"


@given(st.text())
def test_printable_text_holds_no_control(text: str) -> None:
    assert [c for c in printable(text) if unicodedata.category(c) in ("Cc", "Cs")] == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The Ferry's Return!", "the-ferrys-return"),
        ("Größe der Łódź", "grosse-der-lodz"),
        ("日本", "article"),
        ("", "article"),
        ("../../etc/passwd", "etc-passwd"),
    ],
)
def test_slug_is_a_safe_file_name(text: str, expected: str) -> None:
    assert slug(text) == expected


def test_long_slug_is_cut_at_a_word() -> None:
    assert slug("one two three four", max_chars=10) == "one-two"


@given(st.text(), st.integers(1, 80))
def test_slug_keeps_its_length(text: str, most: int) -> None:
    made = slug(text, most)
    assert made == "article" or len(made) <= most
