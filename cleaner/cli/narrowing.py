"""Options that say which archived pages a command is about, spelt once."""

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Annotated

import typer

from cleaner.errors import UsageError

if TYPE_CHECKING:
    from cleaner.archive import Filter

__all__ = ["Narrowing", "as_day"]


@dataclass(frozen=True, kw_only=True)
class Narrowing:
    """Which pages."""

    host: Annotated[str | None, typer.Option(metavar="HOST", help="Pages of this host only.")] = None
    site: Annotated[str | None, typer.Option(metavar="HOST", help="Pages of this host and its subdomains.")] = None
    since: Annotated[str | None, typer.Option(metavar="DATE", help="Captured on this day or later: 2026-01-31.")] = None
    until: Annotated[str | None, typer.Option(metavar="DATE", help="Captured on this day or earlier.")] = None
    lang: Annotated[str | None, typer.Option(metavar="TAG", help="Articles in this language: de.")] = None
    title: Annotated[str | None, typer.Option(metavar="TEXT", help="Pages with this in their title.")] = None
    status: Annotated[int | None, typer.Option(metavar="NUMBER", help="Answers with this HTTP status.")] = None
    no_article: Annotated[bool, typer.Option("--no-article", help="Pages that gave no article.")] = False
    changed: Annotated[bool, typer.Option("--changed", help="Captures that brought a new text.")] = False
    newest: Annotated[bool, typer.Option("--newest", help="Each page's last capture only.")] = False

    @property
    def is_asked(self) -> bool:
        """Whether anything at all is narrowed."""
        return any(getattr(self, part.name) for part in fields(self))

    def filter(self, *, articles: bool) -> "Filter":
        """The filter asked for; of pages with an article only where `articles`. Raises UsageError for a day that is none."""
        from cleaner.archive import Filter

        return Filter(
            state="failures" if self.no_article else "articles" if articles else "all",
            host=self.host,
            site=self.site,
            since=as_day("--since", self.since),
            until=as_day("--until", self.until),
            language=self.lang,
            title=self.title,
            status=self.status,
            changed=self.changed,
            newest=self.newest,
        )


def as_day(option: str, value: str | None) -> str | None:
    """The day that an option names, as ISO 8601; raises UsageError for what is none."""
    from cleaner.archive.query import day

    found = day(value) if value else None
    if value and found is None:
        raise UsageError(f"{option} {value} is no date", hint="write it as 2026-01-31")
    return found
