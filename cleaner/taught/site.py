"""Rules for one site: what its people teach the cleaner about its pages, and what those pages must then look like."""

from dataclasses import dataclass, replace
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """What is taught about the pages of `host` and of the hosts below it.

    `body` names the elements that hold the article, the first that is on the page; `keep` and `drop` elements whose text
    stays or goes; `lines` and `keep_lines` whole lines that go or stay wherever they stand. `title`, `author` and `date`
    name elements that say so. Selectors are CSS, or XPath where they begin with `/` or `(`. `single_page_link` and
    `next_page_link` name links to the whole article or its next page.
    """

    host: str
    body: tuple[str, ...] = ()
    keep: tuple[str, ...] = ()
    drop: tuple[str, ...] = ()
    lines: tuple[str, ...] = ()
    keep_lines: tuple[str, ...] = ()
    title: tuple[str, ...] = ()
    author: tuple[str, ...] = ()
    date: tuple[str, ...] = ()
    single_page_link: tuple[str, ...] = ()
    next_page_link: tuple[str, ...] = ()
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
