"""Labels that stick to prose: glued to a paragraph's start or end, or dropped into the middle of its sentence."""

import re
from collections import defaultdict
from collections.abc import Container, Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice

from cleaner.boilerplate.hints import hint_of_words
from cleaner.boilerplate.ruleset import MAX_CHARS_READ, RuleSet, is_misspelt, subject_of
from cleaner.boilerplate.sentences import ends_sentence, looks_unspaced
from cleaner.model import Verdict
from cleaner.text import APOSTROPHES, cased, fold, with_plain_apostrophes

__all__ = ["Cut", "LabelFinder"]

MIN_PROSE_CHARS = 40  # what a label is glued to must be prose: shorter lines with a label's word are headings
_MIN_PROSE_LINE = 60  # characters; verses are shorter, so lines of a poem are left alone
_CREDITS = ("media/credit", "media/copyright-credit", "media/symbol-picture", "legal/")  # no verse reads like these
_NOTICE_WORDS = 3  # labels of three and more words do not come about by chance
_BEFORE = re.compile(r"[\s*_~|>=\[({•·↓→–—-]*")
_SEPARATOR = re.compile(r"(?:\s\d{1,2}(?=\s|[^\W\d_a-z][a-z]))?[\s*_~|=\])}•·↓→–—\u200b-]*")
_TAIL = "".join(filter(str.isspace, map(chr, range(0x3001)))) + "*_~|=])}•·↓→–—-"  # no white space lies beyond U+3000
_NEAR_CHARS = 120  # of the prose on either side of a label; what is further off says nothing of it
_MAX_HITS = 200  # of one label in one paragraph that are looked at; a text that repeats it more often is no prose
_LETTERS = re.compile(r"[^\W\d_]{7,40}")
_LETTERS_BEHIND = re.compile(r"(?<![^\W\d_])[^\W\d_]{7,40}$|(?<=[.!?…”\"])[^\W\d_]{7,40}$")
_MAX_WORD_CHARS = 42
_CASE_TURNS = re.compile(r"[a-zß-ÿ](?=[A-ZÀ-Þ])|[A-ZÀ-Þ](?=[A-ZÀ-Þ][a-zß-ÿ])")
_NUMBER_BEHIND = re.compile(r"\s\d{1,2}$")
_NUMBER_INSIDE = re.compile(r" \d{1,2}(?= )")
_LEFT = re.compile(r"\s+(?:[-–—|*\[(]+\s*)?$")
_RIGHT = re.compile(r"(?:\s*[-–—|*\])]+)?\s+")
_NO_LETTER = re.compile(r"\W")
_WORD = re.compile(r"\w+")
_MIN_SHOUT_CHARS = 4
_KEY_CHARS = 4  # labels are filed under so many letters, shorter ones under all they have
_KEY_LENGTHS = range(_KEY_CHARS, 0, -1)
_OPEN_QUOTES = "\"'“„«‘‚「『(["
_SAYS_ITS_NAME = frozenset(
    "word words label labels labelled labeled marked read reads says said headed titled called term phrase sign wort mot palabra "
    "palavra parola woord słowo слово".split()
)
_DETERMINERS = frozenset(
    "the a an this that every each no any of in for to der die das ein eine le la les un une el los o os il".split()
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Cut:
    """A label at `start:end` of a line, to be replaced by `after`, with the rule that knows it."""

    start: int
    end: int
    after: str
    rule: str


@dataclass(frozen=True, slots=True)
class _Spelling:
    """One folded label as it is looked for."""

    label: str
    rule: str
    glues: bool
    words: int

    @property
    def regex(self) -> re.Pattern[str]:
        """The label in any case, with any white space between its words."""
        return _spelt(self.label)


@dataclass(frozen=True, slots=True)
class _Seen:
    """A label as it stands in the text; known when the text also shows it on a line of its own."""

    text: str
    spelt: _Spelling
    is_known: bool

    @property
    def is_notice(self) -> bool:
        return self.spelt.words >= _NOTICE_WORDS

    @property
    def glues(self) -> bool:
        return self.spelt.glues or self.is_known


class LabelFinder:
    """Finds the labels of a rule set at the edges and in the middle of prose; compiled once for a rule set."""

    def __init__(self, rules: RuleSet) -> None:
        self._rules = rules
        self._starts: dict[str, list[_Spelling]] = defaultdict(list)
        self._ends: dict[str, list[_Spelling]] = defaultdict(list)
        self._misspelt: dict[str, list[tuple[str, _Spelling]]] = defaultdict(list)
        self._inside: dict[str, list[tuple[str, _Spelling]]] = defaultdict(list)
        for label, rule in sorted(rules.labels.items(), key=lambda item: -len(item[0])):
            spelt = _Spelling(label, rule, glues=label in rules.gluing, words=len(label.split()))
            self._starts[label[:_KEY_CHARS]].append(spelt)
            self._ends[label[-_KEY_CHARS:]].append(spelt)
            if not looks_unspaced(label[0]):
                self._inside[max(_WORD.findall(label), key=len, default=label)].append((label, spelt))
            if label in rules.misspellable:
                self._misspelt[label[:1]].append((label, spelt))
        self._may_be_inside = hint_of_words(self._inside)

    def at_start(self, text: str, known: Container[str]) -> Cut | None:
        """The label that the paragraph begins with, with what separates it from the prose."""
        first, stop, rest = text.partition("\n")
        if stop and (rule := self._residue_beside(first, rest.partition("\n")[0])):
            return Cut(start=0, end=len(first) + 1, after="", rule=rule)
        if len(text) < MIN_PROSE_CHARS:
            return None
        lead = _BEFORE.match(text)
        start = lead.end() if lead else 0
        for spelt, end in self._from(text, start):
            gap = _SEPARATOR.match(text, end)
            prose = gap.end() if gap else end
            if len(text) - prose < MIN_PROSE_CHARS:
                continue
            seen = _Seen(text[start:end], spelt, is_known=fold(text[start:end]) in known)
            if _starts_anew(text, seen, end, prose):
                return Cut(start=0, end=prose, after="", rule=spelt.rule)
        return None

    def _from(self, text: str, start: int) -> Iterator[tuple[_Spelling, int]]:
        """The labels that may be spelt from `start` on, right ones before misspelt ones, with their ends."""
        for spelt in _under_keys(self._starts, [cased(text[start : start + n]) for n in _KEY_LENGTHS]):
            label = spelt.regex.match(text, start)
            if label is not None:
                yield spelt, _with_stop(text, label.end(), spelt)
        if text[start : start + 1].casefold() in self._misspelt:
            run = _LETTERS.match(text, start)
            for end in _word_ends(run.group()) if run else ():
                spelt_wrong = self._misspelling(text[start : start + end])
                if spelt_wrong is not None:
                    yield spelt_wrong, start + end

    def _misspelling(self, word: str) -> _Spelling | None:
        form = word.casefold()
        for label, spelt in self._misspelt.get(form[:1], ()):
            if is_misspelt(form, label, 1):
                return spelt
        return None

    def _residue_beside(self, line: str, beside: str) -> str | None:
        """The rule that drops this first or last line of a block; None where none does, or where it may be a verse."""
        if not 0 < len(line.strip()) <= MAX_CHARS_READ:
            return None
        seen = self._rules.see(subject_of(line))
        if not seen or any(e.verdict is Verdict.KEEP for e in seen):
            return None
        rule = seen[0].rule
        return rule if len(beside) >= _MIN_PROSE_LINE or rule.startswith(_CREDITS) else None

    def at_end(self, text: str, known: Container[str]) -> Cut | None:
        """The label that stands behind the paragraph's last sentence, with what separates it."""
        rest, stop, last_line = text.rpartition("\n")
        if stop and (rule := self._residue_beside(last_line, rest.rpartition("\n")[2])):
            return Cut(start=len(rest), end=len(text), after="", rule=rule)
        if len(text) < MIN_PROSE_CHARS:
            return None
        last = len(text.rstrip(_TAIL))
        for spelt, start, end in self._to(text, last):
            before = text[:start]
            prose = before.rstrip().rstrip("*_~|=[(•·↓→–—-").rstrip()
            seen = _Seen(text[start:end], spelt, is_known=fold(text[start:end]) in known)
            if len(prose) >= MIN_PROSE_CHARS and _ended(prose, before, seen):
                return Cut(start=len(prose), end=len(text), after="", rule=spelt.rule)
        return None

    def _to(self, text: str, last: int) -> Iterator[tuple[_Spelling, int, int]]:
        """The labels that may end at `last`, a number or a full stop of their own behind them or not."""
        number = _NUMBER_BEHIND.search(text, max(0, last - 4), last)
        for end in (last, number.start()) if number else (last,):
            stop = end - 1 if text[end - 1 : end] in (".", ":") else end
            for spelt in _under_keys(self._ends, [cased(text[max(0, stop - n) : stop]) for n in _KEY_LENGTHS]):
                label = _last(spelt.regex, text, stop)
                if label is not None and (stop == end or spelt.words >= _NOTICE_WORDS):
                    yield spelt, label.start(), end
            run = _LETTERS_BEHIND.search(text, max(0, end - _MAX_WORD_CHARS), end)
            spelt_wrong = self._misspelling(run.group()) if run else None
            if run and spelt_wrong:
                yield spelt_wrong, run.start(), end

    def inside(self, text: str, known: Container[str]) -> Cut | None:
        """The label that stands in the middle of a sentence or between two, spaces on both sides."""
        if len(text) < 2 * MIN_PROSE_CHARS:
            return None
        lowered = with_plain_apostrophes(text.lower())
        if not self._may_be_inside(lowered):
            return None
        present = self._inside.keys() & set(_WORD.findall(lowered))
        if not present:
            return None
        spelt = sorted((entry for word in present for entry in self._inside[word]), key=lambda e: (-len(e[0]), e[0]))
        cuts = (self._first_cut(text, spelling, known) for label, spelling in spelt if label in lowered)
        return next((cut for cut in cuts if cut is not None), None)

    @staticmethod
    def _first_cut(text: str, spelt: _Spelling, known: Container[str]) -> Cut | None:
        cuts = (_cut_inside(text, found, spelt, known) for found in islice(spelt.regex.finditer(text), _MAX_HITS))
        return next((cut for cut in cuts if cut is not None), None)


@lru_cache(maxsize=2_000)
def _spelt(label: str) -> re.Pattern[str]:
    """Made when a text holds the label's first letters: of a thousand labels few are ever met, and each takes 0.1 ms."""
    words = (re.escape(word).replace("'", f"[{APOSTROPHES}]") for word in label.split())
    return re.compile(r"[\s–—·.:-]+".join(words), re.IGNORECASE)


def _under_keys(index: dict[str, list[_Spelling]], keys: list[str]) -> Iterator[_Spelling]:
    for key in dict.fromkeys(keys):
        yield from index.get(key, ())


def _last(regex: re.Pattern[str], text: str, end: int) -> re.Match[str] | None:
    found: Iterator[re.Match[str]] = regex.finditer(text, max(0, end - 120), end)
    return next((match for match in found if match.end() == end), None)


def _with_stop(text: str, end: int, spelt: _Spelling) -> int:
    """The end of the label, the full stop of a notice included."""
    return end + 1 if spelt.words >= _NOTICE_WORDS and text[end : end + 1] == "." else end


def _word_ends(letters: str) -> tuple[int, ...]:
    """Where a word may end in a run of letters: at a small letter before a capital, before a capitalised word, at the end."""
    turns = [m.end() for m in _CASE_TURNS.finditer(letters)]
    return (*turns, len(letters))


def _starts_anew(text: str, seen: _Seen, end: int, prose: int) -> bool:
    """Whether at `prose` a sentence begins that the label, which ends at `end`, is no part of."""
    first, is_tight = text[prose], end == prose
    if not seen.glues or ":" in text[end:prose]:
        return False
    if first in _OPEN_QUOTES:
        return first not in "([" or seen.is_known
    if first.isupper():
        return not is_tight or not seen.text[-1:].isalpha() or _turns_case(seen.text, text[prose : prose + 2])
    if first.isdigit():
        return seen.is_notice or (seen.is_known and not is_tight)
    if first.islower() or not first.isalpha():
        return False
    if looks_unspaced(first):
        return not is_tight or seen.is_known or seen.text.isascii()
    return seen.is_known or seen.is_notice


def _turns_case(label: str, start: str) -> bool:
    """Whether letters change from small to capital, or from all capitals to a capitalised word, where the label ends."""
    return label[-1].islower() or not label[-1].isupper() or (label.isupper() and not start.isupper())


def _ended(prose: str, before: str, seen: _Seen) -> bool:
    """Whether the sentence before the label is over, so that the label is no part of it."""
    if not seen.glues:
        return False
    if ends_sentence(prose):
        return prose[-1] not in ":：" or seen.is_known or seen.is_notice
    is_tight = len(before) == len(prose)
    if is_tight or looks_unspaced(seen.text[0]):
        return False
    return (seen.is_notice and seen.text[0].isupper()) or (seen.text.isupper() and seen.is_known)


def _cut_inside(text: str, found: re.Match[str], spelt: _Spelling, known: Container[str]) -> Cut | None:
    start, end = found.start(), _with_stop(text, found.end(), spelt)
    number = _NUMBER_INSIDE.match(text, end)
    end = number.end() if number else end
    left = _LEFT.search(text, max(0, start - 8), start)
    right = _RIGHT.match(text, end)
    if left is None or right is None:
        return None
    if min(left.start(), len(text) - right.end()) < MIN_PROSE_CHARS // 2:
        return None
    before = text[max(0, left.start() - _NEAR_CHARS) : left.start()]
    after = text[right.end() : right.end() + _NEAR_CHARS]
    seen = _Seen(text[found.start() : end], spelt, is_known=fold(found.group()) in known)
    is_decorated = bool(left.group().strip() and right.group().strip())
    if not _reads_on(before, after) or not (_intrudes(before, seen, after) or (is_decorated and seen.glues)):
        return None
    return Cut(start=left.start(), end=right.end(), after=" ", rule=spelt.rule)


def _reads_on(before: str, after: str) -> bool:
    """Whether a sentence can go over the label, which nobody has called a label."""
    if _last_word(before) in _SAYS_ITS_NAME or not (
        before[-1].isalnum() or before[-1] in ",;" or ends_sentence(before)
    ):
        return False
    return after[0].isalnum() or after[0] in _OPEN_QUOTES


def _last_word(text: str) -> str:
    return _NO_LETTER.sub("", text[-40:].rsplit(maxsplit=1)[-1]).casefold() if text.strip() else ""


def _intrudes(before: str, seen: _Seen, after: str) -> bool:
    """Whether the label has capitals or is a whole notice where the small letters of a sentence should stand."""
    if seen.text[0].islower():
        return seen.is_known and seen.is_notice
    if seen.is_notice and seen.spelt.glues:
        return True
    if seen.is_known and not seen.text.isupper():
        return seen.spelt.glues and (seen.spelt.words > 1 or seen.text[-1].isdigit()) and after[0].islower()
    shouts = seen.text.isupper() and len(seen.text) >= _MIN_SHOUT_CHARS and not _is_loud(before[-80:] + after[:80])
    return shouts and seen.spelt.glues and (seen.is_known or _last_word(before) not in _DETERMINERS)


def _is_loud(text: str) -> bool:
    letters = [c for c in text if c.isalpha()]
    return sum(c.isupper() for c in letters) * 3 > len(letters)
