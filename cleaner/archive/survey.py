"""What people ask of a whole archive: pages by filter, counts by day, site and rule. Reads the catalogue, changes nothing."""

from dataclasses import dataclass

from cleaner.archive.catalogue import Catalogue
from cleaner.archive.filters import Filter, condition
from cleaner.archive.records import storable

__all__ = ["Count", "Filter", "Firing", "RuleCount", "Survey", "Totals"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Count:
    """A name (a day, a host, a reason, a language) and how many there are of it."""

    name: str
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleCount:
    """How often a rule dropped a block within articles and outside them, and in how many captures."""

    rule: str
    inside: int
    outside: int
    captures: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Firing:
    """One capture in which a rule dropped something, and the first line it dropped there; empty where all lay outside."""

    capture: str
    url: str
    title: str
    captured_at: str
    count: int
    example: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Totals:
    """How much is in the archive: captures, pages (addresses), captures with an article, clean texts, hosts."""

    captures: int
    pages: int
    articles: int
    versions: int
    hosts: int
    first: str | None
    last: str | None


class Survey:
    """Questions to one open catalogue."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue

    def count(self, wanted: Filter) -> int:
        """How many captures the filter lets through."""
        found, values = condition(wanted)
        # A LIMIT keeps SQLite from counting in the view itself, where it would read every table that the view joins.
        sql = f"SELECT count(*) AS n FROM (SELECT e.id FROM {found} LIMIT -1)"  # noqa: S608  # fixed words only
        return self._number(sql, *values)

    def totals(self) -> Totals:
        """How much there is of everything."""
        # One question each: together they would take one pass over whole rows instead of a look at an index.
        sql = """SELECT (SELECT count(*) FROM captures) AS captures, (SELECT count(*) FROM pages) AS pages,
                        (SELECT count(DISTINCT host) FROM pages) AS hosts, (SELECT count(*) FROM versions) AS versions,
                        (SELECT count(*) FROM articles WHERE version IS NOT NULL) AS articles,
                        (SELECT min(captured_at) FROM captures) AS first, (SELECT max(captured_at) FROM captures) AS last"""
        return Totals(**next(self._catalogue.rows(sql)))

    def days(self, *, limit: int) -> list[Count]:
        """New clean texts by day of capture, for the last `limit` days that had any, oldest first."""
        sql = """SELECT substr(made_at, 1, 10) AS name, count(*) AS count FROM versions
                 GROUP BY 1 ORDER BY 1 DESC LIMIT ?"""
        return self._counts(sql, limit)[::-1]

    def hosts(self, *, limit: int = -1) -> list[Count]:
        """Pages by host, most first."""
        sql = """SELECT host AS name, count(*) AS count FROM pages WHERE host <> ''
                 GROUP BY host ORDER BY 2 DESC, 1 LIMIT ?"""
        return self._counts(sql, limit)

    def reasons(self) -> list[Count]:
        """Pages whose last capture gave no article by the reason why, most first."""
        sql = """SELECT coalesce(reason, 'not-cleaned') AS name, count(*) AS count FROM latest
                 WHERE state = 'failures' GROUP BY 1 ORDER BY 2 DESC, 1"""
        return self._counts(sql)

    def languages(self) -> list[Count]:
        """Articles by language, most first."""
        sql = """SELECT coalesce(language, 'unknown') AS name, count(*) AS count FROM articles
                 WHERE version IS NOT NULL GROUP BY 1 ORDER BY 2 DESC, 1"""
        return self._counts(sql)

    def rules(self) -> list[RuleCount]:
        """How often each rule dropped something, most often within articles first."""
        sql = """SELECT rule, sum(inside) AS inside, sum(outside) AS outside, count(*) AS captures FROM removals
                 GROUP BY rule ORDER BY 2 DESC, 3 DESC, 1"""
        return [RuleCount(**row) for row in self._catalogue.rows(sql)]

    def rule(self, rule: str) -> RuleCount:
        """How often this rule dropped something."""
        sql = """SELECT total(inside) AS inside, total(outside) AS outside, count(*) AS captures
                 FROM removals WHERE rule = ?"""
        row = next(self._catalogue.rows(sql, storable(rule)))
        return RuleCount(rule=rule, **{name: int(value) for name, value in row.items()})

    def firings(self, rule: str, *, limit: int) -> list[Firing]:
        """The newest captures in which this rule dropped a line within the article."""
        sql = """SELECT r.capture, c.url, coalesce(a.title, '') AS title, c.captured_at, r.inside AS count, r.example
                 FROM removals r JOIN captures c ON c.id = r.capture JOIN articles a ON a.capture = r.capture
                 WHERE r.rule = ? AND r.inside > 0 ORDER BY c.captured_at DESC LIMIT ?"""
        return [Firing(**row) for row in self._catalogue.rows(sql, storable(rule), limit)]

    def _counts(self, sql: str, *values: object) -> list[Count]:
        return [Count(**row) for row in self._catalogue.rows(sql, *values)]

    def _number(self, sql: str, *values: object) -> int:
        return int(next(self._catalogue.rows(sql, *values))["n"])
