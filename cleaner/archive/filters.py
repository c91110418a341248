"""Which captures a listing, a count or an export is about: one record, and the condition it becomes."""

from dataclasses import dataclass
from typing import Literal, TypeAlias

from cleaner.archive.records import storable

__all__ = ["EVERYTHING", "NEWEST", "SITE", "Filter", "condition", "of_site"]

State: TypeAlias = Literal["articles", "failures", "all"]

_STATES: dict[str, str] = {"articles": "e.state = 'articles'", "failures": "e.state = 'failures'", "all": "1"}
_CHANGED = "e.maker = e.id"
SITE = "({host} = ? OR substr({host}, -length(?)) = ?)"


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    """Which captures: with an article, without, or all; of one host; captured from `since` to `until` (days, included).

    `newest` asks for the last capture of each page only, `changed` for those that brought a new text. `site` is a host
    with its subdomains, `title` a part of the title, `key` one page's normal URL. `part_of` asks for the further pages of
    the article whose first page is the capture of that id.
    """

    state: State = "articles"
    host: str | None = None
    since: str | None = None
    until: str | None = None
    newest: bool = True
    changed: bool = False
    site: str | None = None
    status: int | None = None
    language: str | None = None
    title: str | None = None
    key: str | None = None
    part_of: str | None = None


EVERYTHING = Filter(state="all", newest=False)
NEWEST = Filter()


def condition(wanted: Filter) -> tuple[str, list[object]]:
    """The view and the condition on it, made of fixed words: `entries e WHERE …`, and the values of its question marks."""
    parts, values = [_STATES[wanted.state]], list[object]()
    for text, value in (
        ("e.host = ?", wanted.host and storable(wanted.host.lower())),
        ("e.key = ?", wanted.key),
        ("e.part_of = ?", wanted.part_of),
        ("e.captured_at >= ?", wanted.since),
        ("e.captured_at < date(?, '+1 day')", wanted.until),
        ("e.status = ?", wanted.status),
        ("e.language = ?", wanted.language and storable(wanted.language.lower())),
        ("instr(lower(e.title), lower(?)) > 0", wanted.title and storable(wanted.title)),
    ):
        if value:
            parts.append(text)
            values.append(value)
    if wanted.site:
        parts.append(SITE.format(host="e.host"))
        values += of_site(wanted.site)
    parts += [_CHANGED] * wanted.changed
    return f"{'latest' if wanted.newest else 'entries'} e WHERE {' AND '.join(parts)}", values


def of_site(site: str) -> list[object]:
    """The values of SITE: the host itself, and the end of its subdomains' names."""
    name = storable(site).lower().strip(".")
    return [name, f".{name}", f".{name}"]
