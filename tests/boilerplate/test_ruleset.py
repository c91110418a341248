"""The compiled rule set must say what a plain loop over the rules says, whatever the line."""

import pickle
import re
from dataclasses import replace
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rapidfuzz.distance import OSA

from cleaner.boilerplate.rules import shipped_rules
from cleaner.boilerplate.ruleset import Subject, compile_rules, subject_of
from cleaner.model import Verdict
from cleaner.rule import AllOf, Label, Line, Match, Measure, Neighbour, Opening, Pattern, Phrase, Rule, Token
from cleaner.text import fold as fold_once

fold = cache(fold_once)
RULES = shipped_rules()
ALL = compile_rules(RULES)
UNSPACED = re.compile("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3005-\u30ff\u3400-\u9fff\uf900-\ufaff]")


def plainly(match: Match, subject: Subject) -> bool:  # noqa: PLR0911  the closed union, one return a kind
    """The meaning of a match, written without regard to cost."""
    match match:
        case Line():
            return any(form == fold(label) for label in match.labels for form in plain_forms(subject.folded))
        case Label():
            return any(
                plain_label(form, fold(x), match.edits) for x in match.labels for form in plain_forms(subject.folded)
            )
        case Opening():
            return short(subject, match.max_words) and any(plain_opening(subject.folded, p) for p in match.phrases)
        case Phrase():
            return short(subject, match.max_words) and any(plain_phrase(subject.folded, fold(p)) for p in match.phrases)
        case Pattern():
            return subject.words <= match.max_words and re.fullmatch(match.regex, subject.folded) is not None
        case Token():
            return subject.words <= match.max_words and bool(set(match.tokens) & subject.tokens)
        case Measure():
            return match.at_least <= float(getattr(subject, match.name)) <= match.at_most
        case AllOf():
            return all(plainly(part, subject) for part in match.matches)
        case Neighbour():
            return False


def short(subject: Subject, max_words: int) -> bool:
    return subject.words <= max_words and len(subject.folded) <= 1_200


@cache
def plain_forms(folded: str) -> set[str]:
    forms = {folded}
    numbered = re.fullmatch(
        r"(.*?(?:[^\W\d]|[)\]]))\s*[#.(\[/_-]*\s*\d{1,3}(?:\s*(?:of|/|von|de|sur|di|из|z)\s*\d{1,3})?[)\]]?", folded
    )
    if numbered:
        forms.add(fold(numbered[1]))
    half = len(folded) // 2
    if fold(folded[:half]) == fold(folded[half:]) != "":
        forms.add(fold(folded[:half]))
    return forms


def plain_label(form: str, label: str, edits: int) -> bool:
    if form == label:
        return True
    alike = form[:1] == label[:1] and form[-1:].isalnum() and form.count(" ") == label.count(" ")
    return bool(edits) and len(label) >= 8 and alike and OSA.distance(form, label) <= edits


def plain_opening(folded: str, phrase: str) -> bool:
    start, line = colons_closed(fold(phrase.strip() + "x")[:-1]), colons_closed(folded)
    if not line.startswith(start) or line == start:
        return False
    return bool(UNSPACED.match(start[-1])) or not (start[-1].isalnum() and line[len(start)].isalnum())


@cache
def colons_closed(text: str) -> str:
    return re.sub(r"\s+:", ":", text)


def plain_phrase(line: str, phrase: str) -> bool:
    if UNSPACED.match(phrase[0]):
        return phrase in line
    places = [p for p in range(len(line)) if line.startswith(phrase, p)] if phrase in line else []
    return any(not (line[p - 1 : p].isalnum() or line[p + len(phrase) : p + len(phrase) + 1].isalnum()) for p in places)


def loop(subject: Subject) -> list[str]:
    return [rule.id for rule in RULES if plainly(rule.match, subject)]


LINES = sorted({line for rule in RULES for line in (*rule.hits, *rule.misses)})


@pytest.mark.parametrize("part", range(8))
def test_indexes_agree_with_the_loop_on_all_hits_and_misses(part: int) -> None:
    lines = LINES[part::8]
    assert [(x, loop(subject_of(x))) for x in lines] == [(x, [e.rule for e in ALL.see(subject_of(x))]) for x in lines]


WORDS = st.sampled_from(
    "read more advertisement advertisment ad newsletter sign up for our inbox share facebook twitter : 2 min © 2020 lesen sie auch "
    "anzeige werbung publicité 広告 関連記事 続き the ferry subscribe comments 5 photo by source affiliate links we".split()
)


@settings(max_examples=60, deadline=None)
@given(st.lists(WORDS, min_size=1, max_size=8), st.booleans(), st.sampled_from(["", ".", ":", "?", "!"]))
def test_indexes_agree_with_the_loop_on_made_lines(parts: list[str], in_list: bool, end: str) -> None:  # noqa: FBT001
    subject = subject_of(" ".join(parts) + end, in_list=in_list)
    assert loop(subject) == [e.rule for e in ALL.see(subject)]


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=80), st.sets(st.sampled_from(["ad-slot", "advert", "story", "outbrain"])))
def test_indexes_agree_with_the_loop_on_any_line(text: str, tokens: set[str]) -> None:
    subject = replace(subject_of(text), tokens=frozenset(tokens))
    assert loop(subject) == [e.rule for e in ALL.see(subject)]


def rule(match: Match, name: str = "test/rule", verdict: Verdict = Verdict.DROP) -> Rule:
    return Rule(id=name, match=match, why="Seen.", hits=(), misses=(), verdict=verdict)


def test_evidence_quotes_what_was_seen() -> None:
    (seen,) = compile_rules([rule(Line(labels=("Read more",)))]).see(subject_of(" **Read more:** "))
    assert (seen.rule, seen.verdict, seen.quote, seen.why) == ("test/rule", Verdict.DROP, "**Read more:**", "Seen.")


def test_evidence_stands_in_the_order_of_the_rules() -> None:
    rules = [rule(Line(labels=("Ad",)), f"test/{name}") for name in "cab"]
    assert [e.rule for e in compile_rules(rules).see(subject_of("Ad"))] == ["test/c", "test/a", "test/b"]


def test_line_takes_a_number() -> None:
    rules = compile_rules([rule(Line(labels=("Comments",)))])
    assert [bool(rules.see(subject_of(x))) for x in ("Comments 12", "Comments", "Comments on it")] == [
        True,
        True,
        False,
    ]


def test_label_forgives_an_error_in_long_labels_only() -> None:
    rules = compile_rules([rule(Label(labels=("Advertisement", "Annonce"), edits=1))])
    assert [bool(rules.see(subject_of(x))) for x in ("Advertisment", "Announce", "Avertisment")] == [True, False, False]


def test_opening_needs_something_behind_it() -> None:
    rules = compile_rules([rule(Opening(phrases=("Read more:",), max_words=5))])
    lines = ("Read more: books", "Read more : books", "Read more:", "Read more books", "Read more: a b c d e f")
    assert [bool(rules.see(subject_of(x))) for x in lines] == [True, True, False, False, False]


def test_phrase_stands_as_whole_words() -> None:
    rules = compile_rules([rule(Phrase(phrases=("in your inbox",), max_words=9))])
    assert [bool(rules.see(subject_of(x))) for x in ("News in your inbox daily", "In your inboxes")] == [True, False]


def test_token_has_a_prose_guard() -> None:
    rules = compile_rules([rule(Token(tokens=("ad-slot",), max_words=4))])
    texts = ("Buy one now", "The mayor opened the new harbour")
    subjects = [replace(subject_of(text), tokens=frozenset({"ad-slot"})) for text in texts]
    assert [bool(rules.see(s)) for s in subjects] == [True, False]


def test_measure_takes_both_bounds() -> None:
    rules = compile_rules([rule(Measure(name="link_share", at_least=0.5, at_most=0.9))])
    shares = (0.4, 0.5, 0.9, 1.0)
    assert [bool(rules.see(replace(subject_of("x"), link_share=s))) for s in shares] == [False, True, True, False]


def test_neighbour_is_asked_apart() -> None:
    match = AllOf(matches=(Neighbour(side="before", rules=("related/line",)), Measure(name="link_share", at_least=0.8)))
    rules = compile_rules([rule(match)])
    linked = replace(subject_of("Ferry back"), link_share=1.0)
    before = frozenset({"related/line"})
    assert rules.see(linked) == ()
    assert [e.rule for e in rules.see_neighbours(linked, before, frozenset())] == ["test/rule"]
    assert rules.see_neighbours(linked, frozenset(), before) == ()
    assert rules.see_neighbours(subject_of("Ferry back"), before, frozenset()) == ()


def test_version_tells_rule_sets_apart() -> None:
    assert compile_rules(RULES).version == ALL.version != compile_rules(RULES[1:]).version


def test_rule_set_survives_pickling() -> None:
    copy = pickle.loads(pickle.dumps(ALL))  # noqa: S301  # our own bytes
    assert (ALL.version, ALL.see(subject_of("Anzeige"))) == (copy.version, copy.see(subject_of("Anzeige")))


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("tide tide", ["test/again"]),
        ("tides out", ["test/flagged"]),
        ("tide 3", ["test/3"]),
        ("tide 3 high", ["test/3", "test/linear"]),
        ("tide", []),
    ],
)
def test_patterns_that_cannot_stand_beside_others_in_one_expression_hold_all_the_same(
    line: str, expected: list[str]
) -> None:
    plain = [rule(Pattern(regex=rf"tide {number}(?: high)?", max_words=9), f"test/{number}") for number in range(9)]
    again = rule(Pattern(regex=r"(\w+) \1", max_words=9), "test/again")
    flagged = rule(Pattern(regex="(?i)TIDES .+", max_words=9), "test/flagged")
    linear = rule(Pattern(regex=r"tide \d high", max_words=9, engine="re2"), "test/linear")
    rules = compile_rules([*plain, again, flagged, linear])
    assert [evidence.rule for evidence in rules.see(subject_of(line))] == expected
    assert rules.may_see(line) == bool(expected)
