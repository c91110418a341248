"""What a person types into a search, read: words and phrases for the index, conditions for the rows. Nothing fails."""

import re
from dataclasses import dataclass
from datetime import date

from cleaner.archive.records import storable

__all__ = ["SEPARATOR", "Query", "day", "read_query", "spaced", "unspaced"]

MAX_TERMS = 50  # different words; FTS5 took minutes over a page of five thousand that somebody pasted
SEPARATOR = "\x1f"  # between letters of scripts without spaces: no letter for FTS5, and in no clean text
COLUMNS = {"title": "title", "by": "byline", "byline": "byline", "author": "byline", "text": "text"}
CONDITIONS = {
    "site": "site",
    "host": "site",
    "lang": "language",
    "language": "language",
    "after": "after",
    "before": "before",
}

# FTS5 takes a run of letters for a word; in these scripts words are not parted, so each letter is a word of its own
# and a word of the query a phrase of letters. Hangul too: its words carry particles. Thai to Khmer, kana, Han, Hangul.
_UNPARTED = re.compile(
    "([\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3005-\u30ff\u3400-\u9fff\uac00-\ud7af\uf900-\ufaff\uff66-\uff9f"
    "\U00020000-\U0003ffff])"
)
_TERM = re.compile(r'(?P<not>-)?(?:(?P<field>[A-Za-z]+):)?(?:"(?P<phrase>[^"]*)"|(?P<word>[^\s"]+))(?P<more>\*)?|\S')
_DATE = re.compile(r"(\d{4})(?:-(\d{1,2})(?:-(\d{1,2}))?)?", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """A search as the catalogue asks it: `match` for FTS5, the rest conditions, None where not asked for.

    `match` is None where only conditions were given. `after` is the first day that counts, `before` the first that does
    not; `site` is a host, subdomains included. `notes` tell what was meant as a condition and could not be, and was searched for as text.
    """

    match: str | None = None
    site: str | None = None
    language: str | None = None
    after: str | None = None
    before: str | None = None
    notes: tuple[str, ...] = ()

    @property
    def is_empty(self) -> bool:
        """Whether nothing at all is asked for."""
        return not any((self.match, self.site, self.language, self.after, self.before))


def spaced(text: str) -> str:
    """The text as the index takes it: letters of scripts without spaces stand apart, `unspaced` undoes it."""
    if text.isascii():
        return text
    return _UNPARTED.sub(rf"{SEPARATOR}\1{SEPARATOR}", text).replace(SEPARATOR * 2, SEPARATOR)


def unspaced(text: str) -> str:
    """The text before `spaced`."""
    return text.replace(SEPARATOR, "")


def read_query(typed: str) -> Query:
    """Words and "phrases" all to be found; `-word` not; `word*` begins so; `title:` `by:` `site:` `lang:` `after:` `before:`.

    A sign that is none of this is text, so any string is a fit query.
    """
    wanted: list[str] = []
    unwanted: list[str] = []
    conditions: dict[str, str] = {}
    notes: list[str] = []
    for found in _TERM.finditer(storable(typed.replace("\0", " "))):
        phrase = found["phrase"] if found["phrase"] is not None else found["word"]
        if phrase is None:
            continue
        field = (found["field"] or "").lower()
        if field in CONDITIONS and not found["not"]:
            value = _condition(CONDITIONS[field], phrase)
            if value:
                conditions[CONDITIONS[field]] = value
                continue
            notes.append(f"{field}:{phrase} was searched for as text; {_expected(CONDITIONS[field])}")
        term = _term(found, field, phrase)
        if term:
            (unwanted if found["not"] else wanted).append(term)
    wanted, unwanted = list(dict.fromkeys(wanted)), list(dict.fromkeys(unwanted))
    if len(wanted) + len(unwanted) > MAX_TERMS:
        notes.append(f"only the first {MAX_TERMS} words were searched for")
        wanted, unwanted = wanted[:MAX_TERMS], unwanted[: max(0, MAX_TERMS - len(wanted))]
    return Query(match=_expression(wanted, unwanted), notes=tuple(notes), **conditions)


def _term(found: re.Match[str], field: str, phrase: str) -> str:
    """One FTS5 string, with its column where one is named; empty where there is no letter or digit in it."""
    column = COLUMNS.get(field)
    prefix = ""
    if found["phrase"] is None and phrase.endswith("*"):
        prefix, phrase = "*", phrase.rstrip("*")
    if found["more"]:
        prefix = "*"
    if field and column is None:
        phrase = f"{found['field']}:{phrase}"
    if not any(map(str.isalnum, phrase)):
        return ""
    quoted = '"' + spaced(phrase).replace('"', '""') + '"' + prefix
    return f"{column} : {quoted}" if column else quoted


def _expression(wanted: list[str], unwanted: list[str]) -> str | None:
    if not wanted:
        return None  # FTS5 knows no search for what is absent alone
    found = " AND ".join(wanted)
    return f"({found}) NOT ({' OR '.join(unwanted)})" if unwanted else found


def _condition(name: str, value: str) -> str | None:
    """The value as rows are compared with it; None for a date that is none."""
    if name in {"after", "before"}:
        return day(value)
    return value.lower().strip(".") or None


def _expected(name: str) -> str:
    return f"{name}: takes a date such as 2026-01-31, 2026-01 or 2026" if name in {"after", "before"} else "no value"


def day(value: str) -> str | None:
    """The day as ISO 8601; of a month or year its first one. None for what is no date."""
    found = _DATE.fullmatch(value)
    if not found:
        return None
    try:
        return date(int(found[1]), int(found[2] or 1), int(found[3] or 1)).isoformat()
    except ValueError:
        return None
