"""Site files, `sites/<host>.toml`: read into a Site and written from one, so that what is taught stays readable."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, fields

import cssselect
from lxml import etree

from cleaner.taught.rulefile import rules_of
from cleaner.taught.site import Example, Site
from cleaner.taught.toml import Place, read_toml, record_of

__all__ = ["is_host", "is_xpath", "parse_site", "site_toml"]

_HOST = re.compile(r"(?=.{1,253}$)[a-z0-9_](?:[a-z0-9_-]{0,62})(?:\.[a-z0-9_](?:[a-z0-9_-]{0,62}))*")
_SELECTORS = ("body", "keep", "drop", "title", "author", "date", "single_page_link", "next_page_link")
_TABLES = ("rule", "example")
_SAID = {
    "body": "elements that hold the article; the first that is on the page counts",
    "keep": "elements whose text stays, whatever the rules say",
    "drop": "elements whose text goes",
    "lines": "whole lines that go wherever they stand",
    "keep_lines": "whole lines that stay wherever they stand",
    "title": "elements that say the title",
    "author": "elements that say who wrote it",
    "date": "elements that say when it was published",
    "single_page_link": "links to the whole article on one page",
    "next_page_link": "links to the article's next page",
}


def is_host(name: str) -> bool:
    """Whether the name is a host's, in lower case and ASCII, and so safe as a file's name too."""
    return _HOST.fullmatch(name) is not None


def is_xpath(selector: str) -> bool:
    """Whether the selector is XPath rather than CSS."""
    return selector.startswith(("/", "(", "./", "id("))


def parse_site(text: str, where: str) -> Site:
    """The site that one file describes; raises RuleError with file and line for whatever cannot be used."""
    document, place = read_toml(text, where)
    plain = {name: value for name, value in document.items() if name not in _TABLES}
    told = record_of(_Told, plain, place, "a site file")
    if not is_host(told.host):
        place.of("host").fail(f"{told.host!r} is no host", "write it as in addresses, in lower case: www.example.org")
    for name in _SELECTORS:
        for selector in getattr(told, name):
            _check_selector(selector, place.of(selector))
    examples = document.get("example", [])
    return Site(
        **{field.name: getattr(told, field.name) for field in fields(_Told)},
        rules=rules_of(document.get("rule", []), place),
        examples=tuple(
            record_of(Example, table, place.table("example", n), "an example") for n, table in enumerate(examples)
        ),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Told:
    """A site file's plain fields."""

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


def _check_selector(selector: str, place: Place) -> None:
    try:
        if is_xpath(selector):
            etree.XPath(selector)
        else:
            cssselect.parse(selector)
    except (etree.XPathSyntaxError, cssselect.SelectorSyntaxError) as error:
        place.fail(
            f"{selector!r} is no selector: {error}",
            "try something like 'div.promo', or XPath from the root: //div",
            error,
        )


def site_toml(site: Site) -> str:
    """The site as a file's text, each field under what it means; `[[rule]]` tables are not written, they stay where they are."""
    return "\n".join(_toml_lines(site)) + "\n"


def _toml_lines(site: Site) -> Iterator[str]:
    yield f"# What the cleaner knows of {site.host}. Selectors are CSS, or XPath where they begin with /."
    yield f"# Try it: cleaner site test {site.host}"
    yield f"host = {_quoted(site.host)}"
    for name, said in _SAID.items():
        values = getattr(site, name)
        yield ""
        yield f"# {said}"
        if len(values) > 1:
            yield from (f"{name} = [", *(f"    {_quoted(value)}," for value in values), "]")
        else:
            yield f"{name} = [{', '.join(map(_quoted, values))}]"
    for example in site.examples:
        yield ""
        yield "[[example]]"
        yield f"url = {_quoted(example.url)}"
        yield f"keeps = [{', '.join(map(_quoted, example.keeps))}]"
        yield f"drops = [{', '.join(map(_quoted, example.drops))}]"


def _quoted(text: str) -> str:
    """The text as a basic TOML string: JSON's escapes are TOML's too, DEL apart."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
