"""Which lines of a plain text the rules may touch, found by automata over the whole text: clean prose costs next to nothing.

A sieve errs on one side only: of a line that it lets through nothing would be said, a line that it catches is looked at closely.
"""

import re
import unicodedata
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import TypeAlias

import re2

from cleaner.boilerplate.lines import lines_of
from cleaner.boilerplate.loosened import Loosened, glued, loosened
from cleaner.boilerplate.ruleset import RuleSet
from cleaner.text import cased, fold

__all__ = ["WORTH_CHARS", "Look", "Sieve"]

WORTH_CHARS = 100_000  # of text: until so much has come, to look at every line costs less than to make the automaton

_LINES_AT_ONCE = 2_000  # what is made of them on the way stays near the processor, however long the text
_MIN_BYTES = 64 * 1024 * 1024  # for an automaton's states; beyond that re2 starts over, slower, with the same answer
_BYTES_A_CHAR = 1_024  # of the pattern: what the shipped rules take
_JOINING = (
    "\uff9e\uff9f"  # voicing marks of half width, the only signs that NFKC joins to what NFC had left before them
)
_SPACES = bytes(code for code in range(128) if chr(code).isspace() and chr(code) != "\n")
_CAPITALS = bytes(range(ord("A"), ord("Z") + 1))
_LEVEL = bytes.maketrans(_SPACES + _CAPITALS, b" " * len(_SPACES) + _CAPITALS.lower())
_WIDE_SPACES = "\x85\u1680\u2028\u2029"  # white space that NFKC leaves, besides the ASCII ones
_SEPARATORS = re.compile(r"[\s–—·.:-]+")  # what may stand between the words of a label in prose, as in labels.py

_Search: TypeAlias = Callable[[bytes, int], re.Match[bytes] | None]


class Sieve:
    """The automata and the known lines of one rule set, made when enough text has come to be worth it."""

    def __init__(self, rules: RuleSet) -> None:
        self._rules = rules
        self._chars_seen = 0
        self._loose: Loosened | None = None
        self._searches: tuple[_Search, ...] = ()
        self._quiet = _in_words(rules.labels.keys() - rules.gluing)

    def look(self, text: str) -> "Look | None":
        """What may be touched of the text; None where every line is to be looked at."""
        if self._loose is None:
            self._chars_seen += len(text)
            if self._chars_seen < WORTH_CHARS:
                return None
        self.made()
        lines = lines_of(text)
        caught: set[int] = set()
        levels: list[bytes] = []
        for start in range(0, len(lines), _LINES_AT_ONCE):
            batch = lines[start : start + _LINES_AT_ONCE]
            numbers, whole = self._catch(batch)
            caught.update(start + number for number in numbers)
            levels.append(whole)
        return Look(lines, caught, levels, self._quiet)

    def _catch(self, lines: list[str]) -> tuple[set[int], bytes]:
        """The numbers of the lines that a rule may touch, and the lines levelled."""
        loose = self.made()
        level = _levelled(lines.copy())
        caught = level.odd.union(
            loose.known.among(level.whole, level.wide), *(_found(search, level.whole) for search in self._searches)
        )
        if loose.one_by_one:
            folded = enumerate(map(fold, lines))
            caught.update(number for number, line in folded if any(holds(line) for holds in loose.one_by_one))
        return caught, level.whole

    def made(self) -> Loosened:
        """What the sieve is made of; the first call takes a tenth of a second."""
        if self._loose is None:
            loose = loosened(self._rules)
            self._searches = tuple(map(_search, loose.patterns))
            self._loose = loose
        return self._loose


class Look:
    """`lines`: all lines of one text, blank ones too; `caught`: the numbers of those that a rule may touch, counted from 0."""

    def __init__(self, lines: list[str], caught: set[int], levels: list[bytes], quiet: frozenset[str]) -> None:
        self.lines, self.caught = lines, caught
        self._levels, self._quiet = levels, quiet

    def holding(self, known: Collection[str]) -> set[int]:
        """The lines that hold one of the folded labels `known`, of those that only count in prose where the text also has them alone."""
        labels = _in_words(known) & self._quiet
        if not labels:
            return set()
        search = _label_search(labels)
        batches = enumerate(self._levels)
        return {at * _LINES_AT_ONCE + number for at, whole in batches for number in _found(search, whole)}


def _in_words(labels: Iterable[str]) -> frozenset[str]:
    """Each label with one space between its words, whatever stands there."""
    return frozenset(" ".join(filter(None, _SEPARATORS.split(label))) for label in labels)


@lru_cache(maxsize=64)
def _label_search(labels: frozenset[str]) -> _Search:
    return _search(glued(sorted(labels)))


def _search(pattern: str) -> _Search:
    options = re2.Options()
    options.max_mem = max(_MIN_BYTES, _BYTES_A_CHAR * len(pattern))
    options.log_errors = False
    search: _Search = re2.compile(f"(?m){pattern}", options).search  # type: ignore[no-untyped-call]
    return search


def _found(search: _Search, whole: bytes) -> Iterator[int]:
    """The numbers of the lines in which something is found."""
    number = start = 0
    while (found := search(whole, start)) is not None:
        number += whole.count(b"\n", start, found.start())
        yield number
        start = whole.find(b"\n", found.start())
        if start < 0:
            return


@dataclass(frozen=True, slots=True)
class _Levelled:
    """The lines as `fold` levels them, decoration and runs of spaces aside, in one; `wide` are those with other than ASCII signs.

    `odd` are the numbers of lines whose signs have joined or multiplied by it, so that a label may hide.
    """

    whole: bytes
    wide: dict[int, str]
    odd: set[int]


def _levelled(lines: list[str]) -> _Levelled:
    """The lines levelled, which takes the place of them in the list."""
    wide: dict[int, str] = {}
    odd: set[int] = set()
    for number in [number for number, line in enumerate(lines) if not line.isascii()]:
        line = lines[number]
        normal = line if unicodedata.is_normalized("NFKC", line) else unicodedata.normalize("NFKC", line)
        if normal is not line and _is_odd(line, normal):
            odd.add(number)
        level = cased(normal)
        for space in _WIDE_SPACES:
            level = level.replace(space, " ")
        lines[number] = wide[number] = level
    whole = "\n".join(lines).encode("utf-8", "replace").translate(_LEVEL)
    return _Levelled(whole, wide, odd)


def _is_odd(line: str, normal: str) -> bool:
    """Whether signs of the line have joined or multiplied, so that a label's letters need not be there any more."""
    joins = not unicodedata.is_normalized("NFC", line) or any(sign in line for sign in _JOINING)
    return joins or len(normal) != len(line) + 2 * line.count("…")
