"""What one kind of match sees in one block: each compiled to a function that gives the words it saw, or None."""

import re
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import assert_never

from rapidfuzz.distance import OSA

from cleaner.boilerplate.sentences import ends_sentence, looks_unspaced
from cleaner.rule import AllOf, Label, Line, Match, Measure, Neighbour, Opening, Pattern, Phrase, Token
from cleaner.taught.rulefile import linear_pattern
from cleaner.text import fold, words

__all__ = [
    "MAX_CHARS_READ",
    "MIN_LETTERS_MISSPELT",
    "Subject",
    "Surroundings",
    "Test",
    "compile_match",
    "fold_phrase",
    "forms",
    "is_misspelt",
    "line_of",
    "misspelt_lengths",
    "opening_form",
    "subject_of",
]

MIN_LETTERS_MISSPELT = 8  # in shorter labels one error makes another word (annonce, announce)
MAX_CHARS_READ = 1_200  # no rule speaks of longer blocks by their words; 100 words of the longest languages

_ALIKE_CHARS = 3  # compared first, so that most lines are not halved and folded twice

_NUMBERED = re.compile(
    r"(.*?(?:[^\W\d]|[)\]]))\s*[#.(\[/_-]*\s*\d{1,3}(?:\s*(?:of|/|von|de|sur|di|из|z)\s*\d{1,3})?[)\]]?"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """What rules look at in one block: `folded` is its text folded once, `tokens` its and its ancestors' names in lower case.

    `link_share` is the share of its characters inside links, `links` their number, `in_list` whether it stands among
    like items that are content (a list, a table, lines of one shape), where ambiguous words are content too. What
    only markup shows is empty for plain text. `repeated` says that the site sets this line on many of its pages, in the
    same place.
    """

    text: str
    folded: str
    words: int
    tokens: frozenset[str] = frozenset()
    link_share: float = 0.0
    links: int = 0
    in_list: bool = False
    ends_sentence: bool = False
    heading: bool = False
    repeated: bool = False


def subject_of(text: str, *, in_list: bool = False) -> Subject:
    """The subject for a bare text: folded, counted, without names or links."""
    return Subject(text=text, folded=fold(text), words=words(text), in_list=in_list, ends_sentence=ends_sentence(text))


def line_of(subject: Subject, line: str) -> Subject:
    """The subject for one line of a block: its own words in the block's box."""
    return replace(subject, text=line, folded=fold(line), words=words(line), ends_sentence=ends_sentence(line))


@dataclass(frozen=True, slots=True)
class Surroundings:
    """The rules that dropped the block before and the block after."""

    before: frozenset[str] = frozenset()
    after: frozenset[str] = frozenset()


Test = Callable[[Subject, Surroundings], str | None]


def forms(folded: str) -> tuple[str, ...]:
    """The folded line as it stands, without its number, and halved where it says the same twice."""
    found = [folded]
    if len(folded) <= MAX_CHARS_READ and (folded[-1:].isdigit() or folded[-2:-1].isdigit()):
        numbered = _NUMBERED.fullmatch(folded)
        if numbered:
            found.append(fold(numbered.group(1)))
    half = len(folded) // 2
    if folded[:_ALIKE_CHARS] in folded[half - 2 : half + 2 * _ALIKE_CHARS]:
        first, second = fold(folded[:half]), fold(folded[half:])
        if first and first == second:
            found.append(first)
    return tuple(found)


def opening_form(folded: str) -> str:
    """The folded line without white space before colons, as openings are compared."""
    return folded.replace(" :", ":")


def fold_phrase(phrase: str) -> str:
    """The phrase folded as the start of a line is: its own end is no edge."""
    return opening_form(fold(phrase.strip() + "x")[:-1])


def compile_match(match: Match) -> Test:  # noqa: PLR0911  the closed union, one line a kind
    """The function that tells what the match sees in a block."""
    match match:
        case Line():
            return _line(frozenset(map(fold, match.labels)))
        case Label():
            return _label(tuple(dict.fromkeys(map(fold, match.labels))), match.edits)
        case Opening():
            return _opening(tuple(map(fold_phrase, match.phrases)), match.max_words)
        case Phrase():
            return _phrase(tuple(map(fold, match.phrases)), match.max_words)
        case Pattern():
            return _pattern(match)
        case Token():
            return _token(frozenset(map(str.lower, match.tokens)), match.max_words)
        case Neighbour():
            return _neighbour(match)
        case Measure():
            return _measure(match)
        case AllOf():
            return _all_of(tuple(map(compile_match, match.matches)))
        case _:
            assert_never(match)


def _line(labels: frozenset[str]) -> Test:
    def holds(subject: Subject, _: Surroundings) -> str | None:
        seen = any(form in labels for form in forms(subject.folded))
        return subject.text.strip() if seen else None

    return holds


def _label(labels: tuple[str, ...], edits: int) -> Test:
    exact = frozenset(labels)
    alike: dict[tuple[str, int], list[str]] = defaultdict(list)
    for label in labels if edits else ():
        for length in misspelt_lengths(label, edits):
            alike[label[:1], length].append(label)

    def holds(subject: Subject, _: Surroundings) -> str | None:
        for form in forms(subject.folded):
            if form in exact or any(is_misspelt(form, label, edits) for label in alike.get((form[:1], len(form)), ())):
                return subject.text.strip()
        return None

    return holds


def misspelt_lengths(label: str, edits: int) -> range:
    """The lengths that the label may have with so many errors in it; none for a short label."""
    return range(len(label) - edits, len(label) + edits + 1) if len(label) >= MIN_LETTERS_MISSPELT else range(0)


def is_misspelt(form: str, label: str, edits: int) -> bool:
    """Whether the form is the label with at most `edits` errors behind the first letter, its number of words unchanged."""
    if (
        form[:1] != label[:1]
        or not form[-1:].isalnum()
        or abs(len(form) - len(label)) > edits
        or form.count(" ") != label.count(" ")
    ):
        return False
    return OSA.distance(form, label, score_cutoff=edits) <= edits


def _opening(phrases: tuple[str, ...], max_words: int) -> Test:
    def holds(subject: Subject, _: Surroundings) -> str | None:
        if subject.words > max_words or len(subject.folded) > MAX_CHARS_READ:
            return None
        line = opening_form(subject.folded)
        return next((phrase for phrase in phrases if _opens(line, phrase)), None)

    return holds


def _opens(line: str, phrase: str) -> bool:
    if not line.startswith(phrase) or len(line) == len(phrase):
        return False
    last, after = phrase[-1], line[len(phrase)]
    return not (last.isalnum() and after.isalnum()) or looks_unspaced(last)


def _phrase(phrases: tuple[str, ...], max_words: int) -> Test:
    def holds(subject: Subject, _: Surroundings) -> str | None:
        if subject.words > max_words or len(subject.folded) > MAX_CHARS_READ:
            return None
        return next((phrase for phrase in phrases if _contains(subject.folded, phrase)), None)

    return holds


def _contains(line: str, phrase: str) -> bool:
    """Whether the phrase stands in the line as whole words; in scripts without spaces, anywhere."""
    start = line.find(phrase)
    while start >= 0:
        end = start + len(phrase)
        if looks_unspaced(phrase[0]) or not (line[start - 1 : start].isalnum() or line[end : end + 1].isalnum()):
            return True
        start = line.find(phrase, start + 1)
    return False


def _pattern(match: Pattern) -> Test:
    matches = re.compile(match.regex).fullmatch if match.engine == "re" else linear_pattern(match.regex)

    def holds(subject: Subject, _: Surroundings) -> str | None:
        if subject.words > match.max_words or not matches(subject.folded):
            return None
        return subject.text.strip()

    return holds


def _token(tokens: frozenset[str], max_words: int) -> Test:
    def holds(subject: Subject, _: Surroundings) -> str | None:
        if subject.words > max_words:
            return None
        return min(tokens & subject.tokens, default=None)

    return holds


def _neighbour(match: Neighbour) -> Test:
    wanted = frozenset(match.rules)

    def holds(_: Subject, around: Surroundings) -> str | None:
        met = wanted & (around.before if match.side == "before" else around.after)
        return f"{match.side}: {min(met)}" if met else None

    return holds


def _measure(match: Measure) -> Test:
    def holds(subject: Subject, _: Surroundings) -> str | None:
        value = float(getattr(subject, match.name))
        return f"{match.name} {value:g}" if match.at_least <= value <= match.at_most else None

    return holds


def _all_of(tests: tuple[Test, ...]) -> Test:
    def holds(subject: Subject, around: Surroundings) -> str | None:
        first = tests[0](subject, around)
        if first is None or any(test(subject, around) is None for test in tests[1:]):
            return None
        return first

    return holds
