"""Rules for one site: what its people teach the cleaner about its pages, and what those pages must then look like."""

from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Any

from cleaner.model import Verdict
from cleaner.rule import Line, Rule

__all__ = ["Example", "Site", "site_for"]

_LINES = "site/line"
_KEPT_LINES = "site/keep"


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """One page of the site and what its article must hold (`keeps`) and must not (`drops`), each a part of a line."""

    url: str
    keeps: tuple[str, ...] = ()
    drops: tuple[str, ...] = ()


def _told(said: str, *, selects: bool = True) -> Any:
    """A field of a site file: what it names, as the file's own comment says it, and whether its values are selectors."""
    return field(default=(), metadata={"said": said, "selects": selects})


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """What is taught about the pages of `host` and of the hosts below it.

    What each field names stands beside it, and is written so into a site file. Selectors are CSS, or XPath where they begin
    with `/` or `(`.
    """

    host: str
    body: tuple[str, ...] = _told("elements that hold the article; the first that is on the page counts")
    keep: tuple[str, ...] = _told("elements whose text stays, whatever the rules say")
    drop: tuple[str, ...] = _told("elements whose text goes")
    lines: tuple[str, ...] = _told("whole lines that go wherever they stand", selects=False)
    keep_lines: tuple[str, ...] = _told("whole lines that stay wherever they stand", selects=False)
    title: tuple[str, ...] = _told("elements that say the title")
    author: tuple[str, ...] = _told("elements that say who wrote it")
    date: tuple[str, ...] = _told("elements that say when it was published")
    single_page_link: tuple[str, ...] = _told("links to the whole article on one page")
    next_page_link: tuple[str, ...] = _told("links to the article's next page")
    rules: tuple[Rule, ...] = ()
    examples: tuple[Example, ...] = ()

    def all_rules(self) -> tuple[Rule, ...]:
        """Its own rules, and one more for each kind of line it names."""
        return _rules(self.host, self.lines, self.keep_lines) + self.rules

    def merged(self, more: "Site") -> "Site":
        """This site with what another file says of the same host behind its own."""
        names = set(Site.__slots__) - {"host"}
        both: dict[str, Any] = {name: tuple(dict.fromkeys(getattr(self, name) + getattr(more, name))) for name in names}
        return replace(self, **both)


@lru_cache(maxsize=256)
def _rules(host: str, lines: tuple[str, ...], keep_lines: tuple[str, ...]) -> tuple[Rule, ...]:
    told = ((_LINES, lines, Verdict.DROP, "goes"), (_KEPT_LINES, keep_lines, Verdict.KEEP, "stays"))
    return tuple(
        Rule(
            id=rule_id,
            match=Line(labels=labels),
            why=f"The rules for {host} say that this line {does}.",
            hits=labels,
            misses=(f"{labels[0]} and more",),
            languages=("und",),
            verdict=verdict,
        )
        for rule_id, labels, verdict, does in told
        if labels
    )


def site_for(sites: tuple[Site, ...], host: str) -> Site | None:
    """The site of that host, or of the nearest one above it (`example.org` for `news.example.org`); None without any."""
    known = {site.host.removeprefix("www."): site for site in sites}
    name = host.removeprefix("www.")
    while name:
        if name in known:
            return known[name]
        name = name.partition(".")[2]
    return None
