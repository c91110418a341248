"""The quick looks agree with the slow ones they stand before."""

import re

from hypothesis import given
from hypothesis import strategies as st

from cleaner.boilerplate.hints import hint_of_phrases, hint_of_words
from cleaner.boilerplate.ruleset import subject_of
from cleaner.pipeline import rule_set
from cleaner.text import fold

WORDS = ("advert", "é", "publicité", "ad", "広告", "ad_1", "read")
TEXTS = st.text(alphabet="adverté pu_1blicí 広告\n.-İ", max_size=40)
LINES = [line for rule in rule_set().rules for line in (*rule.hits, *rule.misses)]


@given(TEXTS)
def test_no_word_that_stands_there_is_passed_over(text: str) -> None:
    if set(WORDS) & set(re.findall(r"\w+", text)):
        assert hint_of_words(WORDS)(text)


@given(TEXTS)
def test_a_phrase_is_seen_exactly_where_it_stands(text: str) -> None:
    assert any(word in text for word in WORDS) == hint_of_phrases(WORDS)(text)


def test_a_lone_surrogate_gets_the_closer_look() -> None:
    assert hint_of_words(WORDS)("\ud800")


def test_no_words_are_nowhere() -> None:
    assert not hint_of_phrases(())("anything")


def test_no_line_that_a_rule_speaks_of_is_passed_over() -> None:
    rules = rule_set()
    passed = [line for line in LINES if rules.see(subject_of(line)) and not rules.may_see(fold(line))]
    assert passed == []


def test_prose_is_passed_over() -> None:
    assert not rule_set().may_see(
        fold("Boats leave the north quay at nine, and the galley has been asked to stay open.")
    )


@given(st.sampled_from(LINES), st.sampled_from(LINES))
def test_lines_of_two_rules_are_not_passed_over_either(first: str, second: str) -> None:
    rules, line = rule_set(), f"{first} {second}"
    if rules.see(subject_of(line)):
        assert rules.may_see(fold(line))
