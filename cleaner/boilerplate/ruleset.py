"""The compiled rule set: rules laid out in indexes, so that a line costs the same however many rules there are.

The indexes only name the rules that could hold; each of these is then tested by itself, so the answer is that of a loop over all rules.
"""

import hashlib
import math
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import assert_never

from cleaner.boilerplate.hints import hint_of_phrases
from cleaner.boilerplate.matching import (
    MAX_CHARS_READ,
    MIN_LETTERS_MISSPELT,
    Subject,
    Surroundings,
    Test,
    compile_match,
    fold_phrase,
    forms,
    is_misspelt,
    line_of,
    misspelt_lengths,
    opening_form,
    subject_of,
)
from cleaner.boilerplate.sentences import looks_unspaced
from cleaner.model import Evidence, Verdict
from cleaner.rule import AllOf, Label, Line, Match, Measure, Neighbour, Opening, Pattern, Phrase, Rule, Token
from cleaner.taught.rulefile import linear_pattern
from cleaner.text import fold

MAX_QUOTE_CHARS = 200
_FEW = 4  # rules that are asked one by one; more are asked at once first whether one of them could hold

__all__ = ["MAX_CHARS_READ", "RuleSet", "Subject", "compile_rules", "is_misspelt", "line_of", "subject_of"]

_WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class _Compiled:
    rule: Rule
    holds: Test


@dataclass(slots=True)
class _Index:
    """Rule numbers by what a line must show for the rule to be asked at all."""

    lines: dict[str, list[int]] = field(default_factory=lambda: defaultdict(list))
    misspelt: dict[tuple[str, int], list[int]] = field(default_factory=lambda: defaultdict(list))
    openings: dict[str, list[tuple[str, int]]] = field(default_factory=lambda: defaultdict(list))
    phrases: dict[str, list[tuple[str, int]]] = field(default_factory=lambda: defaultdict(list))
    unspaced: list[tuple[str, int]] = field(default_factory=list)
    tokens: dict[str, list[int]] = field(default_factory=lambda: defaultdict(list))
    always: dict[int, float] = field(default_factory=dict)  # with the most words that a block may have
    neighbours: list[int] = field(default_factory=list)


class RuleSet:
    """Rules compiled once and asked often; holds no state of the texts it sees."""

    def __init__(self, rules: Iterable[Rule]) -> None:
        self.rules = tuple(rules)
        self.version = hashlib.sha256(repr(self.rules).encode()).hexdigest()[:12]
        self._compiled = tuple(_Compiled(rule, compile_match(rule.match)) for rule in self.rules)
        self._index = _indexed(self.rules)
        index = self._index
        self._beginnings = {key: tuple(phrase for phrase, _ in entries) for key, entries in index.openings.items()}
        self._may_hold_phrase = hint_of_phrases(p for entries in index.phrases.values() for p, _ in entries)
        patterns = {number: _pattern_of(self.rules[number].match) for number in index.always}
        self._plain_patterns = _plain_patterns([self.rules[number].match for number in index.always])
        self._patterned = frozenset(number for number, pattern in patterns.items() if pattern is not None)
        self._may_match = _any_of([pattern for pattern in patterns.values() if pattern is not None])
        # Folded labels that machines put in, each with its rule; `gluing` are those looked for inside prose too.
        self.labels: Mapping[str, str] = _labels(self.rules)
        self.misspellable: tuple[str, ...] = _misspellable(self.rules)
        self.gluing: frozenset[str] = frozenset(
            fold(text)
            for rule in self.rules
            for label in _label_matches(rule.match)
            if label.glues
            for text in label.labels
        )

    def __reduce__(self) -> tuple[object, ...]:
        return (RuleSet, (self.rules,))

    def see(self, subject: Subject) -> tuple[Evidence, ...]:
        """What every rule that looks at the block alone says of it, in the order of the rules."""
        found = {number for number, most in self._index.always.items() if subject.words <= most}
        if len(found) > _FEW and not any(matches(subject.folded) for matches in self._may_match):
            found -= self._patterned
        found.update(self._by_token(subject))
        if 0 < len(subject.folded) <= MAX_CHARS_READ:
            found.update(self._by_text(subject.folded))
        return self._testify(sorted(found), subject, Surroundings())

    def may_see(self, folded: str) -> bool:
        """Whether any rule may say something of a line without markup that folds to this; False is certain."""
        patterns = self._plain_patterns
        if patterns is None or any(holds(folded) for holds in patterns):
            return True
        return 0 < len(folded) <= MAX_CHARS_READ and next(self._by_text(folded), None) is not None

    def see_neighbours(
        self, subject: Subject, before_rules: frozenset[str], after_rules: frozenset[str]
    ) -> tuple[Evidence, ...]:
        """What the rules about neighbours say, given the rules that dropped the block before and the block after."""
        if not (before_rules or after_rules):
            return ()
        return self._testify(self._index.neighbours, subject, Surroundings(before_rules, after_rules))

    def _testify(self, numbers: Iterable[int], subject: Subject, around: Surroundings) -> tuple[Evidence, ...]:
        said = []
        for number in numbers:
            asked = self._compiled[number]
            quote = asked.holds(subject, around)
            if quote is not None:
                rule = asked.rule
                said.append(Evidence(rule=rule.id, verdict=rule.verdict, quote=quote[:MAX_QUOTE_CHARS], why=rule.why))
        return tuple(said)

    def _by_token(self, subject: Subject) -> Iterator[int]:
        if subject.tokens:
            for token in self._index.tokens.keys() & subject.tokens:
                yield from self._index.tokens[token]

    def _by_text(self, folded: str) -> Iterator[int]:
        index = self._index
        for form in forms(folded):
            yield from index.lines.get(form, ())
            yield from index.misspelt.get((form[:1], len(form)), ())
        yield from self._by_opening(opening_form(folded))
        yield from self._by_phrase(folded)

    def _by_opening(self, line: str) -> Iterator[int]:
        for key in (line[:1], line[:2]) if len(line) > 1 else (line,):
            if line.startswith(self._beginnings.get(key, ())):
                for phrase, number in self._index.openings[key]:
                    if line.startswith(phrase):
                        yield number

    def _by_phrase(self, folded: str) -> Iterator[int]:
        index = self._index
        if self._may_hold_phrase(folded):
            for word in index.phrases.keys() & set(_WORD.findall(folded)):
                for phrase, number in index.phrases[word]:
                    if phrase in folded:
                        yield number
        if not folded.isascii():
            for phrase, number in index.unspaced:
                if phrase in folded:
                    yield number


def compile_rules(rules: Iterable[Rule]) -> RuleSet:
    """The rules laid out in indexes; their order is the order of their evidence."""
    return RuleSet(rules)


def _indexed(rules: tuple[Rule, ...]) -> _Index:
    index = _Index()
    for number, rule in enumerate(rules):
        if _speaks_of_neighbours(rule.match):
            index.neighbours.append(number)
        else:
            _place(index, rule.match, number)
    for number in index.always:
        index.always[number] = _most_words(rules[number].match)
    return index


def _most_words(match: Match) -> float:
    """The number of words beyond which the match holds for no block."""
    if isinstance(match, AllOf):
        return min(map(_most_words, match.matches))
    if isinstance(match, Measure):
        return match.at_most if match.name == "words" else math.inf
    return float(getattr(match, "max_words", math.inf))


def _speaks_of_neighbours(match: Match) -> bool:
    if isinstance(match, AllOf):
        return any(_speaks_of_neighbours(part) for part in match.matches)
    return isinstance(match, Neighbour)


def _place(index: _Index, match: Match, number: int) -> None:
    match match:
        case Line() | Label():
            _place_line(index, match, number)
        case Opening():
            for phrase in map(fold_phrase, match.phrases):
                index.openings[phrase[:2]].append((phrase, number))
        case Phrase():
            _place_phrases(index, match, number)
        case Token():
            for token in match.tokens:
                index.tokens[token.lower()].append(number)
        case AllOf():
            _place(index, match.matches[0], number)
        case Pattern() | Measure() | Neighbour():
            index.always[number] = math.inf
        case _:
            assert_never(match)


def _plain_patterns(always: list[Match]) -> tuple[Callable[[str], object], ...] | None:
    """Of each rule that is always asked, one pattern that a line without markup must match; None where one has none."""
    found: list[Pattern] = []
    for match in always:
        parts = match.matches if isinstance(match, AllOf) else (match,)
        if any(
            isinstance(p, Measure) and p.name in {"links", "link_share", "heading"} and p.at_least > 0 for p in parts
        ):
            continue  # plain text has no links and no headings
        pattern = _pattern_of(match)
        if pattern is None:
            return None
        found.append(pattern)
    return _any_of(found)


def _pattern_of(match: Match) -> Pattern | None:
    """The pattern without which the match does not hold; None where there is none."""
    parts = match.matches if isinstance(match, AllOf) else (match,)
    return next((part for part in parts if isinstance(part, Pattern)), None)


def _any_of(patterns: Iterable[Pattern]) -> tuple[Callable[[str], object], ...]:
    """What tells whether one of the patterns matches a folded line: one expression for all that can stand in one."""
    joined: list[str] = []
    alone: list[Callable[[str], object]] = []
    for pattern in patterns:
        if pattern.engine != "re":
            alone.append(linear_pattern(pattern.regex))
            continue
        compiled = re.compile(pattern.regex)
        if compiled.groups or compiled.flags != re.UNICODE:  # which would count, or hold, for the others too
            alone.append(compiled.fullmatch)
        else:
            joined.append(f"(?:{pattern.regex})")
    return (*alone, re.compile("|".join(joined)).fullmatch) if joined else tuple(alone)


def _place_line(index: _Index, match: Line | Label, number: int) -> None:
    for label in map(fold, match.labels):
        index.lines[label].append(number)
        if isinstance(match, Label) and match.edits:
            for length in misspelt_lengths(label, match.edits):
                index.misspelt[label[:1], length].append(number)


def _place_phrases(index: _Index, match: Phrase, number: int) -> None:
    for phrase in map(fold, match.phrases):
        first = _WORD.search(phrase)
        if first is None or looks_unspaced(phrase[0]):
            index.unspaced.append((phrase, number))
        else:
            index.phrases[first.group()].append((phrase, number))


def _labels(rules: tuple[Rule, ...]) -> dict[str, str]:
    """Rule ids of the dropping rules by each folded label that a machine puts in."""
    found: dict[str, str] = {}
    for rule in rules:
        if rule.verdict is Verdict.DROP:
            for label in _label_matches(rule.match):
                for text in label.labels:
                    found.setdefault(fold(text), rule.id)
    return found


def _misspellable(rules: tuple[Rule, ...]) -> tuple[str, ...]:
    """The folded one-word labels in which an error is forgiven and that are looked for inside prose."""
    texts = [fold(t) for rule in rules for m in _label_matches(rule.match) if m.glues and m.edits for t in m.labels]
    return tuple(dict.fromkeys(t for t in texts if len(t) >= MIN_LETTERS_MISSPELT and t.isalpha()))


def _label_matches(match: Match) -> tuple[Label, ...]:
    if isinstance(match, AllOf):
        return tuple(label for part in match.matches for label in _label_matches(part))
    return (match,) if isinstance(match, Label) else ()
