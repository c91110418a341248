"""The compiled rule set: rules laid out in indexes, so that a line costs the same however many rules there are.

The indexes only name the rules that could hold; each of these is then tested by itself, so the answer is that of a loop over all rules.
"""

import hashlib
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import assert_never

from rapidfuzz.distance import OSA

from cleaner.boilerplate.sentences import ends_sentence, looks_unspaced
from cleaner.model import Evidence, Verdict
from cleaner.rule import AllOf, Label, Line, Match, Measure, Neighbour, Opening, Pattern, Phrase, Rule, Token
from cleaner.text import fold, words

__all__ = ["MAX_CHARS_READ", "RuleSet", "Subject", "compile_rules", "is_misspelt", "subject_of"]

MIN_LETTERS_MISSPELT = 8  # in shorter labels one error makes another word (annonce, announce)
MAX_QUOTE_CHARS = 200
MAX_CHARS_READ = 1_200  # no rule speaks of longer blocks by their words; 100 words of the longest languages

_ALIKE_CHARS = 3  # compared first, so that most lines are not halved and folded twice

_NUMBERED = re.compile(
    r"(.*?(?:[^\W\d]|[)\]]))\s*[#.(\[/_-]*\s*\d{1,3}(?:\s*(?:of|/|von|de|sur|di|из|z)\s*\d{1,3})?[)\]]?"
)
_COLON_SPACE = re.compile(r"\s+(?=:)")
_WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """What rules look at in one block: `folded` is its text folded once, `tokens` its and its ancestors' names in lower case.

    `link_share` is the share of its characters inside links, `list_links` the number of links in its list, `in_list`
    whether it stands among like items (a list, a table, lines of one shape), where ambiguous words are content.
    """

    text: str
    folded: str
    words: int
    tokens: frozenset[str] = frozenset()
    link_share: float = 0.0
    list_links: int = 0
    in_list: bool = False
    ends_sentence: bool = False
    tag: str = "p"
    role: str = "paragraph"


def subject_of(text: str, *, in_list: bool = False) -> Subject:
    """The subject for a bare text: folded, counted, without names or links."""
    return Subject(text=text, folded=fold(text), words=words(text), in_list=in_list, ends_sentence=ends_sentence(text))


@dataclass(frozen=True, slots=True)
class _Surroundings:
    before: frozenset[str] = frozenset()
    after: frozenset[str] = frozenset()


_Test = Callable[[Subject, _Surroundings], str | None]


@dataclass(frozen=True, slots=True)
class _Compiled:
    rule: Rule
    holds: _Test


@dataclass(slots=True)
class _Index:
    """Rule numbers by what a line must show for the rule to be asked at all."""

    lines: dict[str, list[int]] = field(default_factory=lambda: defaultdict(list))
    misspelt: dict[tuple[str, int], list[int]] = field(default_factory=lambda: defaultdict(list))
    openings: dict[str, list[tuple[str, int]]] = field(default_factory=lambda: defaultdict(list))
    phrases: dict[str, list[tuple[str, int]]] = field(default_factory=lambda: defaultdict(list))
    unspaced: list[tuple[str, int]] = field(default_factory=list)
    tokens: dict[str, list[int]] = field(default_factory=lambda: defaultdict(list))
    always: list[int] = field(default_factory=list)
    neighbours: list[int] = field(default_factory=list)


class RuleSet:
    """Rules compiled once and asked often; holds no state of the texts it sees."""

    def __init__(self, rules: Iterable[Rule]) -> None:
        self.rules = tuple(rules)
        self.version = hashlib.sha256(repr(self.rules).encode()).hexdigest()[:12]
        self._compiled = tuple(_Compiled(rule, _compile(rule.match)) for rule in self.rules)
        self._index = _indexed(self.rules)
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
        found = set(self._index.always)
        found.update(self._by_token(subject))
        if 0 < len(subject.folded) <= MAX_CHARS_READ:
            found.update(self._by_text(subject.folded))
        return self._testify(sorted(found), subject, _Surroundings())

    def see_neighbours(
        self, subject: Subject, before_rules: frozenset[str], after_rules: frozenset[str]
    ) -> tuple[Evidence, ...]:
        """What the rules about neighbours say, given the rules that dropped the block before and the block after."""
        if not (before_rules or after_rules):
            return ()
        return self._testify(self._index.neighbours, subject, _Surroundings(before_rules, after_rules))

    def _testify(self, numbers: Iterable[int], subject: Subject, around: _Surroundings) -> tuple[Evidence, ...]:
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
        for form in _forms(folded):
            yield from index.lines.get(form, ())
            yield from index.misspelt.get((form[:1], len(form)), ())
        line = _opening_form(folded)
        for key in {line[:1], line[:2]}:
            for phrase, number in index.openings.get(key, ()):
                if line.startswith(phrase):
                    yield number
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


def _forms(folded: str) -> tuple[str, ...]:
    """The folded line as it stands, without its number, and halved where it says the same twice."""
    forms = [folded]
    if folded[-1:].isdigit() or folded[-2:-1].isdigit():
        numbered = _NUMBERED.fullmatch(folded)
        if numbered:
            forms.append(fold(numbered.group(1)))
    half = len(folded) // 2
    if folded[:_ALIKE_CHARS] in folded[half - 2 : half + 2 * _ALIKE_CHARS]:
        first, second = fold(folded[:half]), fold(folded[half:])
        if first and first == second:
            forms.append(first)
    return tuple(forms)


def _opening_form(folded: str) -> str:
    return _COLON_SPACE.sub("", folded) if ":" in folded else folded


def _fold_phrase(phrase: str) -> str:
    """The phrase folded as the start of a line is: its own end is no edge."""
    return _opening_form(fold(phrase.strip() + "x")[:-1])


def _indexed(rules: tuple[Rule, ...]) -> _Index:
    index = _Index()
    for number, rule in enumerate(rules):
        if _speaks_of_neighbours(rule.match):
            index.neighbours.append(number)
        else:
            _place(index, rule.match, number)
    return index


def _speaks_of_neighbours(match: Match) -> bool:
    if isinstance(match, AllOf):
        return any(_speaks_of_neighbours(part) for part in match.matches)
    return isinstance(match, Neighbour)


def _place(index: _Index, match: Match, number: int) -> None:
    match match:
        case Line() | Label():
            _place_line(index, match, number)
        case Opening():
            for phrase in map(_fold_phrase, match.phrases):
                index.openings[phrase[:2]].append((phrase, number))
        case Phrase():
            _place_phrases(index, match, number)
        case Token():
            for token in match.tokens:
                index.tokens[token.lower()].append(number)
        case AllOf():
            _place(index, match.matches[0], number)
        case Pattern() | Measure() | Neighbour():
            index.always.append(number)
        case _:
            assert_never(match)


def _place_line(index: _Index, match: Line | Label, number: int) -> None:
    for label in map(fold, match.labels):
        index.lines[label].append(number)
        if isinstance(match, Label) and match.edits:
            for length in _misspelt_lengths(label, match.edits):
                index.misspelt[label[:1], length].append(number)


def _place_phrases(index: _Index, match: Phrase, number: int) -> None:
    for phrase in map(fold, match.phrases):
        first = _WORD.search(phrase)
        if first is None or looks_unspaced(phrase[0]):
            index.unspaced.append((phrase, number))
        else:
            index.phrases[first.group()].append((phrase, number))


def _compile(match: Match) -> _Test:  # noqa: C901, PLR0911  the closed union, one line a kind
    match match:
        case Line():
            return _line(frozenset(map(fold, match.labels)))
        case Label():
            return _label(tuple(dict.fromkeys(map(fold, match.labels))), match.edits)
        case Opening():
            return _opening(tuple(map(_fold_phrase, match.phrases)), match.max_words)
        case Phrase():
            return _phrase(tuple(map(fold, match.phrases)), match.max_words)
        case Pattern():
            return _pattern(re.compile(match.regex), match.max_words)
        case Token():
            return _token(frozenset(map(str.lower, match.tokens)), match.max_words)
        case Neighbour():
            return _neighbour(match)
        case Measure():
            return _measure(match)
        case AllOf():
            return _all_of(tuple(map(_compile, match.matches)))
        case _:
            assert_never(match)


def _line(labels: frozenset[str]) -> _Test:
    def holds(subject: Subject, _: _Surroundings) -> str | None:
        seen = any(form in labels for form in _forms(subject.folded))
        return subject.text.strip() if seen else None

    return holds


def _label(labels: tuple[str, ...], edits: int) -> _Test:
    exact = frozenset(labels)
    alike: dict[tuple[str, int], list[str]] = defaultdict(list)
    for label in labels if edits else ():
        for length in _misspelt_lengths(label, edits):
            alike[label[:1], length].append(label)

    def holds(subject: Subject, _: _Surroundings) -> str | None:
        for form in _forms(subject.folded):
            if form in exact or any(is_misspelt(form, label, edits) for label in alike.get((form[:1], len(form)), ())):
                return subject.text.strip()
        return None

    return holds


def _misspelt_lengths(label: str, edits: int) -> range:
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


def _opening(phrases: tuple[str, ...], max_words: int) -> _Test:
    def holds(subject: Subject, _: _Surroundings) -> str | None:
        if subject.words > max_words or len(subject.folded) > MAX_CHARS_READ:
            return None
        line = _opening_form(subject.folded)
        return next((phrase for phrase in phrases if _opens(line, phrase)), None)

    return holds


def _opens(line: str, phrase: str) -> bool:
    if not line.startswith(phrase) or len(line) == len(phrase):
        return False
    last, after = phrase[-1], line[len(phrase)]
    return not (last.isalnum() and after.isalnum()) or looks_unspaced(last)


def _phrase(phrases: tuple[str, ...], max_words: int) -> _Test:
    def holds(subject: Subject, _: _Surroundings) -> str | None:
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


def _pattern(regex: re.Pattern[str], max_words: int) -> _Test:
    def holds(subject: Subject, _: _Surroundings) -> str | None:
        if subject.words > max_words or not regex.fullmatch(subject.folded):
            return None
        return subject.text.strip()

    return holds


def _token(tokens: frozenset[str], max_words: int) -> _Test:
    def holds(subject: Subject, _: _Surroundings) -> str | None:
        if subject.words > max_words:
            return None
        return min(tokens & subject.tokens, default=None)

    return holds


def _neighbour(match: Neighbour) -> _Test:
    wanted = frozenset(match.rules)

    def holds(_: Subject, around: _Surroundings) -> str | None:
        met = wanted & (around.before if match.side == "before" else around.after)
        return f"{match.side}: {min(met)}" if met else None

    return holds


def _measure(match: Measure) -> _Test:
    def holds(subject: Subject, _: _Surroundings) -> str | None:
        value = float(getattr(subject, match.name))
        return f"{match.name} {value:g}" if match.at_least <= value <= match.at_most else None

    return holds


def _all_of(tests: tuple[_Test, ...]) -> _Test:
    def holds(subject: Subject, around: _Surroundings) -> str | None:
        first = tests[0](subject, around)
        if first is None or any(test(subject, around) is None for test in tests[1:]):
            return None
        return first

    return holds


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
