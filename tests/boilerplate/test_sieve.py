"""The sieve changes nothing but the time: with it and without, a text is cleaned the same."""

import json
import unicodedata
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cleaner.boilerplate.plaintext import clean_lines
from cleaner.boilerplate.ruleset import RuleSet, compile_rules, subject_of
from cleaner.boilerplate.sieve import WORTH_CHARS, Sieve
from cleaner.model import Verdict
from cleaner.pipeline import rule_set
from cleaner.rule import AllOf, Label, Line, Measure, Opening, Pattern, Phrase, Rule
from cleaner.text import fold

ROOT = Path(__file__).parents[2]
SETS = ROOT.parent / "shared" / "bench"
FIRST = "The ferry to the northern islands will stay in the harbour until the storm has passed, the operator said on Monday."
SECOND = "Passengers with a ticket may travel on any later crossing, and those who cannot wait get their money back."
PROSE = (
    FIRST,
    SECOND,
    "Advertising for the route begins in October.",
    "Die Fähre fährt heute nicht, sagte der Betreiber.",
)
LINES = [line for rule in rule_set().rules for line in (*rule.hits, *rule.misses)]
SIEVE = Sieve(rule_set())
SIEVE.made()

labels = st.sampled_from(sorted(rule_set().labels))
decorations = st.sampled_from(
    ["", "- ", "*", "### ", "» ", "|", "\u200b", "\xa0", "…", " 2", " (2 of 3)", "\t", "•", ". ", "\u0301", "＞"]
)


def assert_same(text: str, rules: RuleSet | None = None, sieve: Sieve = SIEVE) -> None:
    rules = rules or rule_set()
    look = sieve.look(text)
    assert look is not None
    assert clean_lines(text, rules) == clean_lines(text, rules, look=look)


def misspelt(label: str, at: int, letter: str) -> str:
    """The label with an error behind its first letter: a letter lost, added, changed, or two swapped."""
    at = 1 + at % max(1, len(label) - 1)
    ways = (
        label[:at] + label[at + 1 :],
        label[:at] + letter + label[at:],
        label[:at] + letter + label[at + 1 :],
        label[:at] + label[at : at + 2][::-1] + label[at + 2 :],
    )
    return ways[ord(letter) % len(ways)]


@st.composite
def decorated(draw: st.DrawFn) -> str:
    """A label or a line of a rule as sites print it: decorated, numbered, doubled, in capitals, misspelt, cut over lines."""
    line = draw(st.one_of(labels, st.sampled_from(LINES)))
    line = draw(
        st.sampled_from([line, line.upper(), line.title(), line * 2, f"{line} {line}", line.replace(" ", "  ")])
    )
    if draw(st.booleans()):
        line = misspelt(line, draw(st.integers(0, 40)), draw(st.sampled_from("axéß-")))
    if draw(st.booleans()):
        line = line.replace(" ", "\n", 1)
    return draw(decorations) + line + draw(decorations)


@st.composite
def torn_texts(draw: st.DrawFn) -> str:
    """Prose and residue in any order, under and beside each other."""
    parts = draw(st.lists(st.one_of(st.sampled_from(PROSE), decorated(), st.sampled_from(LINES)), max_size=8))
    gaps = st.sampled_from(["\n", "\n\n", " ", "", "\r\n", "\r", ", "])
    return "".join(part + draw(gaps) for part in parts)


@settings(max_examples=150, deadline=None)
@given(torn_texts())
def test_residue_in_prose_is_cleaned_the_same(text: str) -> None:
    assert_same(text)


@settings(max_examples=100, deadline=None)
@given(
    st.text(alphabet="adsverti\u0301ßſıİK ﬁ\u200b\u00ad\xa0\n\r…٣-*»|.:;2ГЕклам広告ﾞｶ\u2028\x85\x1c\ud800", max_size=60),
    decorated(),
)
def test_any_signs_beside_a_label_are_cleaned_the_same(signs: str, label: str) -> None:
    assert_same(f"{FIRST}\n{signs}{label}{signs}\n{SECOND} {label}\n{label} {SECOND}{signs}")


def test_every_line_of_every_rule_is_cleaned_the_same() -> None:
    for start in range(0, len(LINES), 60):
        lines = LINES[start : start + 60]
        assert_same("\n\n".join(lines))
        assert_same("\n".join(f"{FIRST}\n{line}\n{line}{SECOND}" for line in lines))
        assert_same("\n\n".join(f"{line} {SECOND}\n\n{FIRST} {line}" for line in lines))


def test_every_case_and_document_is_cleaned_the_same() -> None:
    paths = [
        *ROOT.glob("fixtures/**/*.txt"),
        *ROOT.glob("fixtures/**/*.html"),
        *ROOT.glob("docs/*.md"),
        ROOT / "README.md",
    ]
    assert len(paths) > 100
    for path in paths:
        assert_same(path.read_bytes().decode("utf-8", "replace"))


@pytest.mark.skipif(not SETS.exists(), reason="the evaluation pages do not stand beside the project")
def test_reference_texts_are_cleaned_the_same() -> None:
    rows = [row for path in sorted(SETS.glob("*/truth.jsonl")) for row in path.read_bytes().split(b"\n")[::40] if row]
    texts = [text for row in rows if (text := json.loads(row).get("text"))]
    assert texts
    for text in texts:
        assert_same(text)


def test_no_line_that_a_rule_would_drop_is_let_through() -> None:
    dropped = [line for line in LINES if {e.verdict for e in rule_set().see(subject_of(line))} == {Verdict.DROP}]
    assert len(dropped) > 500
    look = SIEVE.look("\n".join(dropped))
    assert look is not None
    assert [dropped[number] for number in sorted(set(range(len(dropped))) - look.caught)] == []


def test_prose_is_let_through() -> None:
    look = SIEVE.look("\n\n".join(PROSE[:2]) * 20)
    assert look is not None
    assert not look.caught


def test_every_shipped_pattern_goes_into_the_automata() -> None:
    assert SIEVE.made().one_by_one == ()


def test_few_texts_are_not_worth_the_automata() -> None:
    sieve = Sieve(rule_set())
    assert sieve.look("x" * (WORTH_CHARS - 1)) is None
    assert sieve.look("x") is not None


def test_only_two_signs_join_what_stands_before_them_when_their_width_is_levelled() -> None:
    """What `_is_odd` relies on: a sign that stays in NFC and whose NFKC begins with a mark that joins the letter before."""
    joining = [
        sign
        for sign in map(chr, range(0xA0, 0x110000))
        if not 0xD800 <= ord(sign) <= 0xDFFF
        and unicodedata.is_normalized("NFC", sign)
        and (normal := unicodedata.normalize("NFKC", sign)) != sign
        and any(len(unicodedata.normalize("NFC", letter + normal[0])) == 1 for letter in "aeouAかハ")
    ]
    assert ["\uff9e", "\uff9f"] == joining


def mine(number: int, **of: object) -> Rule:
    return Rule(id=f"mine/{number}", why="-", hits=(), misses=(), **of)  # type: ignore[arg-type]


USERS = (
    mine(1, match=Pattern(regex=r"(?i)tide \pN+ \w+", max_words=9, engine="re2")),
    mine(2, match=AllOf(matches=(Measure(name="words", at_most=3), Phrase(phrases=("tide table",), max_words=5)))),
    mine(3, match=Label(labels=("tidal information board",), edits=2)),
    mine(4, match=Label(labels=("'tis the season box",), edits=1)),
    mine(5, match=Opening(phrases=("Tides :", "gezeiten"), max_words=30)),
    mine(6, match=Pattern(regex=r"tide (?=x)x\b.*", max_words=9)),
    mine(7, match=Line(labels=("…",))),
)


@pytest.mark.parametrize(
    "line",
    [
        "Tide 12 high",
        "a tide table",
        "tidl informtion board",
        "'tis teh season box",
        "Tides: at noon",
        "Gezeiten um neun",
        "tide x y",
        "tide",
        "…",
    ],
)
def test_rules_of_users_see_the_same(line: str) -> None:
    rules, sieve = with_users()
    assert_same(f"{FIRST}\n\n{line}\n\n{SECOND}\n{line} {line}\n", rules, sieve)


@cache
def with_users() -> tuple[RuleSet, Sieve]:
    rules = compile_rules([*rule_set().rules, *USERS])
    sieve = Sieve(rules)
    sieve.made()
    return rules, sieve


def test_thousands_of_rules_see_the_same() -> None:
    rules = compile_rules(
        [
            *rule_set().rules,
            *(
                mine(n, match=Phrase(phrases=(f"{fold(LINES[n % len(LINES)])} {n}",), max_words=60))
                for n in range(3_000)
            ),
        ]
    )
    sieve = Sieve(rules)
    sieve.made()
    assert_same("\n\n".join([*PROSE, *(f"{LINES[n]} {n}" for n in range(0, 300, 7))]), rules, sieve)
