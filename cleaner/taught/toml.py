"""TOML text to plain tables, each with the line it begins on, so that an error names a place a person can go to."""

import json
import re
import tomllib
from collections.abc import Mapping
from dataclasses import MISSING, fields, is_dataclass
from typing import Any, NoReturn, TypeVar, cast

import msgspec

from cleaner.errors import RuleError

__all__ = ["Place", "quoted", "read_toml", "record_of"]

_AT_LINE = re.compile(r"\(at line (\d+), column \d+\)")
Record = TypeVar("Record")


class Place:
    """Where in which file something is told: errors raised from here name the line."""

    def __init__(self, text: str, where: str, line: int = 1) -> None:
        self._text = text
        self._where = where
        self.line = line

    def table(self, name: str, number: int) -> "Place":
        """The place of the table array's item of that number, counted from 0; this place where it is written otherwise."""
        heads = [m.start() for m in re.finditer(rf"^\s*\[\[\s*{re.escape(name)}\s*\]\]", self._text, re.MULTILINE)]
        return self._at(heads[number]) if number < len(heads) else self

    def of(self, words: str) -> "Place":
        """The place of the first line from here on that holds the words; this place where none does."""
        start = sum(map(len, self._text.splitlines(keepends=True)[: self.line - 1]))
        for spelt in (words, words.replace("\\", "\\\\")):  # a basic TOML string doubles its backslashes
            found = self._text.find(spelt, start)
            if spelt and found >= 0:
                return self._at(found)
        return self

    def fail(self, message: str, hint: str, cause: Exception | None = None) -> NoReturn:
        """Never; raises RuleError with file and line."""
        raise RuleError(message, where=f"{self._where}:{self.line}", hint=hint) from cause

    def _at(self, position: int) -> "Place":
        offset = len(self._text[position:]) - len(self._text[position:].lstrip())
        return Place(self._text, self._where, self._text.count("\n", 0, position + offset) + 1)


def read_toml(text: str, where: str) -> tuple[dict[str, Any], Place]:
    """The document's tables and the place of its first line; raises RuleError with the line of what is no TOML."""
    place = Place(text, where)
    try:
        return tomllib.loads(text), place
    except tomllib.TOMLDecodeError as error:
        at = _AT_LINE.search(str(error))
        spot = Place(text, where, int(at[1]) if at else text.count("\n") + 1)
        what = str(error).partition(" (at ")[0]
        spot.fail(
            f"this is no TOML: {what[:1].lower()}{what[1:]}",
            'texts stand in "quotes", lists in [brackets]; docs/how-to-write-your-own-rules.md has an example',
            error,
        )


def record_of(kind: type[Record], table: Mapping[str, Any], place: Place, what: str) -> Record:
    """The table as a record of that kind, checked field by field; raises RuleError for a missing, unknown or wrong field."""
    assert is_dataclass(kind)
    known = {field.name: field for field in fields(kind)}
    for name in table:
        if name not in known:
            place.of(name).fail(f"{what} has no field {name!r}", f"its fields are: {', '.join(known)}")
    for name, field in known.items():
        if name not in table and field.default is MISSING and field.default_factory is MISSING:
            place.fail(f"{what} has no {name!r}", f"add {name} = …; docs/how-to-write-your-own-rules.md has all fields")
    try:
        return cast("Record", msgspec.convert(dict(table), type=kind))
    except msgspec.ValidationError as error:
        told = str(error)
        field_name = re.search(r"\$\.(\w+)", told)
        spot = place.of(field_name[1]) if field_name else place
        spot.fail(f"{what}: {told[:1].lower()}{told[1:]}", "texts stand in quotes, lists in [brackets]", error)


def quoted(text: str) -> str:
    """The text as a basic string of TOML: JSON's escapes are TOML's too, and DEL is escaped here."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
