"""A rule set as patterns for one automaton, each loosened: it finds at least every line that its rule could speak of, seldom more.

The automaton reads lines in the letters of `fold`, their white space all spaces, with the decoration that `fold` takes away. Only
ASCII letters are told from other signs where that is enough: wider classes cost the automaton more than they spare.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import assert_never

from cleaner.boilerplate.knownlines import KnownLines
from cleaner.boilerplate.matching import MIN_LETTERS_MISSPELT, fold_phrase
from cleaner.boilerplate.ruleset import RuleSet
from cleaner.boilerplate.sentences import looks_unspaced
from cleaner.model import Verdict
from cleaner.rule import AllOf, Label, Line, Match, Measure, Neighbour, Opening, Pattern, Phrase, Token
from cleaner.taught.rulefile import linear_pattern
from cleaner.text import FOLDED_AWAY, fold

__all__ = ["Loosened", "glued", "loosened"]

_EDGE = r"[^\pL\pN\n]*"  # decoration and white space, and no letter
_BEFORE, _AFTER = r"(?:^|[^a-z0-9\n])", r"(?:[^a-z0-9\n]|$)"  # what may stand beside a word
_GAP = "[ –—·.:-]+"  # between the words of a label in prose, as in labels.py
_NEVER = r"[^\x00-\x{10ffff}]"
_NOT_IN_TEXT = frozenset({"links", "link_share", "heading", "repeated"})  # measures that are 0 where there is no markup


@dataclass(frozen=True, slots=True, kw_only=True)
class Loosened:
    """`known` lines; `patterns` for automata over levelled text; `one_by_one`: what else each folded line is tried with.

    The patterns are several, since one automaton for all would have too many states.
    """

    known: KnownLines
    patterns: tuple[str, ...]
    one_by_one: tuple[Callable[[str], object], ...]


def loosened(rules: RuleSet) -> Loosened:
    """What finds every line that a rule of the set could drop, or cut a label out of."""
    shelves = _Shelves()
    for rule in rules.rules:
        if rule.verdict is Verdict.DROP:
            shelves.add(rule.match)
    in_lines = [*shelves.beginning(), *shelves.standing(), *shelves.matching(), FOLDED_AWAY]
    in_prose = [glued(sorted(rules.gluing)), _misspelt_in_prose(rules)]
    return Loosened(
        known=KnownLines({*shelves.lines, *_first_parts(rules)}, shelves.misspellable),
        patterns=tuple("|".join(group) for group in (in_lines, in_prose)),
        one_by_one=tuple(shelves.one_by_one),
    )


def glued(labels: Iterable[str]) -> str:
    """The pattern that finds folded labels at the start of a line and as whole words, whatever stands between their words."""
    found = _any(_GAP.join(map(re.escape, label.split())) for label in labels)
    return f"^{_EDGE}{found}|{_BEFORE}{found}{_AFTER}"


@dataclass(slots=True)
class _Shelves:
    """The folded texts of the rules by what makes a line speak of them."""

    lines: set[str] = field(default_factory=set)
    misspellable: set[str] = field(default_factory=set)  # whole lines, one error forgiven
    beginnings: set[str] = field(default_factory=set)  # nothing is known of such lines but how they begin
    openings: set[str] = field(default_factory=set)
    phrases: set[str] = field(default_factory=set)
    whole: list[str] = field(default_factory=list)  # patterns of folded lines
    one_by_one: list[Callable[[str], object]] = field(default_factory=list)

    def add(self, match: Match) -> None:
        """Nothing; lines that the match may hold for will be found."""
        parts = match.matches if isinstance(match, AllOf) else (match,)
        if not any(map(_needs_markup, parts)):
            self._shelve(min(parts, key=_price))

    def _shelve(self, match: Match) -> None:
        match match:
            case Line() | Label():
                self._add_lines(match)
            case Opening():
                self.openings.update(map(fold_phrase, match.phrases))
            case Phrase():
                self.phrases.update(map(fold, match.phrases))
            case Pattern():
                self._add_pattern(match)
            case AllOf():
                self.add(match)
            case Measure() | Neighbour() | Token():
                self.one_by_one.append(lambda _: True)
            case _:
                assert_never(match)

    def _add_lines(self, match: Line | Label) -> None:
        labels = set(map(fold, match.labels))
        self.lines |= labels
        long = {label for label in labels if len(label) >= MIN_LETTERS_MISSPELT}
        match getattr(match, "edits", 0):
            case 0:
                pass
            case 1:
                self.misspellable |= {label for label in long if label[0].isalpha()}
                self.beginnings |= {label[0] for label in long if not label[0].isalpha()}
            case _:
                self.beginnings |= {label[0] for label in long}

    def _add_pattern(self, match: Pattern) -> None:
        pattern = _loosened_pattern(match.regex) if match.engine == "re" else None
        if pattern is not None:
            self.whole.append(pattern)
        else:
            engine = linear_pattern(match.regex) if match.engine == "re2" else re.compile(match.regex).fullmatch
            self.one_by_one.append(engine)

    def beginning(self) -> Iterator[str]:
        """Patterns of lines that are told by how they begin."""
        yield f"^{_EDGE}{_any(map(_literal, self.beginnings))}"
        ends = {phrase for phrase in self.openings if phrase[-1:].isalnum() and not looks_unspaced(phrase[-1])}
        yield f"^{_EDGE}{_any(map(_opening, ends))}[^a-z0-9\n]"
        yield f"^{_EDGE}{_any(map(_opening, self.openings - ends))}"

    def standing(self) -> Iterator[str]:
        """Patterns of what may stand anywhere in a line."""
        spaced = {phrase for phrase in self.phrases if not looks_unspaced(phrase[:1])}
        yield f"{_BEFORE}{_any(map(_literal, spaced))}{_AFTER}"
        yield _any(map(_literal, self.phrases - spaced))

    def matching(self) -> Iterator[str]:
        """The pattern of lines that a pattern matches whole."""
        yield f"^{_EDGE}{_any(self.whole)}{_EDGE}$"


def _needs_markup(match: Match) -> bool:
    """Whether the match never holds for a line of plain text looked at by itself."""
    if isinstance(match, Measure):
        return match.name in _NOT_IN_TEXT and match.at_least > 0
    return isinstance(match, Token | Neighbour)


def _price(match: Match) -> int:
    """How many lines that a rule says nothing of are found by this part of it: few where texts say what is looked for."""
    return 2 if isinstance(match, Measure) else int(isinstance(match, Pattern | AllOf))


def _misspelt_in_prose(rules: RuleSet) -> str:
    """The pattern of prose with a misspelt label glued to its beginning or its end."""
    wrong = _any(map(_with_one_error, rules.misspellable))
    return f"^{_EDGE}{wrong}|{_BEFORE}{wrong}[^\\pL\\n]*$"


def _first_parts(rules: RuleSet) -> Iterator[str]:
    """What stands in the first line of a label that is cut over lines."""
    for label in rules.labels:
        words = label.split()
        yield from (" ".join(words[:end]) for end in range(1, len(words)))


def _any(patterns: Iterable[str]) -> str:
    """One of the patterns; where there is none, what never matches."""
    return f"(?:{'|'.join(sorted(set(patterns) - {''})) or _NEVER})"


def _literal(text: str) -> str:
    return " +".join(map(re.escape, text.split()))


def _opening(phrase: str) -> str:
    return _literal(phrase).replace(":", " *:")


def _with_one_error(label: str) -> str:
    """The label, or what has one letter behind its first too many, too few, another, or two that changed places."""
    pattern = ""
    for at in range(len(label) - 1, 0, -1):
        letter, rest = re.escape(label[at]), re.escape(label[at + 1 :])
        wrong = [f"[^\\n]{letter}?{rest}", rest]
        if at + 1 < len(label):
            wrong.append(re.escape(label[at + 1]) + letter + re.escape(label[at + 2 :]))
        pattern = f"(?:{letter}{pattern}|{'|'.join(wrong)})"
    return re.escape(label[0]) + pattern


_PARTS = re.compile(
    r"(?P<class>\[\^?\]?(?:\\.|[^\]\\])*\])|(?P<open>\(\?:|\((?!\?))|(?P<plain>[|)])|(?P<count>(?:\{\d*,?\d*\}|[*+?])\??)"
    r"|\\(?P<escaped>.)|(?P<any>\.)|(?P<other>[^\\^$(])",
    re.DOTALL,
)
_CLASS_PARTS = re.compile(r"\\(?P<escaped>.)|(?P<first>[^\\])-(?P<last>[^\\])|(?P<other>[^\\])", re.DOTALL)
_WIDE = r"\x{80}-\x{10ffff}"
_ESCAPES = {"d": rf"0-9{_WIDE}", "w": rf"0-9a-z_{_WIDE}", "s": " "}


def _loosened_pattern(regex: str) -> str | None:
    """What finds every line whose folded text the pattern matches whole; None where a part of it is not known here."""
    made: list[str] = []
    at = 0
    while at < len(regex):
        part = _PARTS.match(regex, at)
        loose = _loosened_part(part) if part else None
        if part is None or loose is None:
            return None
        made.append(loose)
        at = part.end()
    return "".join(made)


def _loosened_part(part: re.Match[str]) -> str | None:
    """The part in the automaton's letters: spaces are any white space, counts are `none`, `some` or `any`; None if not known."""
    text = part.group()
    match part.lastgroup:
        case "open":
            return "(?:"
        case "plain":
            return text
        case "count":
            return (text[0] if text[0] != "{" else "*") if text[0] in "*+?" or text[1] in "0," else "+"
        case "any":
            return r"(?:[^\n]+)"
        case "class":
            return _loosened_class(text[1:-1])
        case "escaped":
            letter = part["escaped"]
            if letter.isalnum():
                return f"(?:[{_ESCAPES[letter]}]+)" if letter in _ESCAPES else None
            return re.escape(letter)
        case _:
            return "(?: +)" if text == " " else re.escape(text)


def _loosened_class(inside: str) -> str | None:
    negated = inside.startswith("^")
    made = [] if not negated else [r"\n"]
    for part in _CLASS_PARTS.finditer(inside, int(negated)):
        letter = part["escaped"]
        if letter and letter.isalnum():
            wide = _ESCAPES.get(letter) if not negated else ""  # fewer are kept out
            if wide is None:
                return None
            made.append(wide)
        else:
            made.append(_code_points(part))
    spaced = negated or any(sign in inside for sign in (r"\s", " "))
    return f"(?:[{'^' * negated}{''.join(made)}]{'+' * spaced})"


def _code_points(part: re.Match[str]) -> str:
    if part["first"]:
        return f"\\x{{{ord(part['first']):x}}}-\\x{{{ord(part['last']):x}}}"
    return f"\\x{{{ord(part['escaped'] or part['other']):x}}}"
