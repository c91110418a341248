"""Site files, `sites/<host>.toml`: read into a Site and written from one, so that what is taught stays readable."""

import re
from collections.abc import Iterator
from dataclasses import fields, make_dataclass
from typing import Any

import cssselect
from lxml import etree
from lxml.cssselect import CSSSelector

from cleaner.taught.rulefile import rules_of
from cleaner.taught.site import Example, Site
from cleaner.taught.toml import Place, quoted, read_toml, record_of

__all__ = ["is_host", "is_xpath", "parse_site", "site_toml", "why_no_selector"]

_HOST = re.compile(r"(?=.{1,253}$)[a-z0-9_](?:[a-z0-9_-]{0,62})(?:\.[a-z0-9_](?:[a-z0-9_-]{0,62}))*")
_EMPTY_PAGE = etree.Element("html")
_TABLES = ("rule", "example")
_FIELDS = tuple(field for field in fields(Site) if "said" in field.metadata)
# What a file says outside its tables; a record of its own, for what reads it cannot read a rule.
_Plain: Any = make_dataclass(
    "_Plain", [("host", str), *((told.name, tuple[str, ...], ()) for told in _FIELDS)], frozen=True
)


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
    told: Any = record_of(_Plain, plain, place, "a site file")
    if not is_host(told.host):
        place.of("host").fail(f"{told.host!r} is no host", "write it as in addresses, in lower case: www.example.org")
    for field in _FIELDS:
        for selector in getattr(told, field.name) if field.metadata["selects"] else ():
            _check_selector(selector, place.of(selector))
    examples = document.get("example", [])
    return Site(
        **{name: getattr(told, name) for name in _Plain.__dataclass_fields__},
        rules=rules_of(document.get("rule", []), place),
        examples=tuple(
            record_of(Example, table, place.table("example", n), "an example") for n, table in enumerate(examples)
        ),
    )


def why_no_selector(selector: str) -> Exception | None:
    """What is wrong with the selector, found by trying it on an empty page; None where it can be used."""
    try:
        (etree.XPath(selector) if is_xpath(selector) else CSSSelector(selector, translator="html"))(_EMPTY_PAGE)
    except (etree.XPathError, cssselect.SelectorError, ValueError) as error:  # ValueError: a control character
        return error
    return None


def _check_selector(selector: str, place: Place) -> None:
    if error := why_no_selector(selector):
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
    yield f"host = {quoted(site.host)}"
    for name, said in ((field.name, field.metadata["said"]) for field in _FIELDS):
        values = getattr(site, name)
        yield ""
        yield f"# {said}"
        if len(values) > 1:
            yield from (f"{name} = [", *(f"    {quoted(value)}," for value in values), "]")
        else:
            yield f"{name} = [{', '.join(map(quoted, values))}]"
    for example in site.examples:
        yield ""
        yield "[[example]]"
        yield f"url = {quoted(example.url)}"
        yield f"keeps = [{', '.join(map(quoted, example.keeps))}]"
        yield f"drops = [{', '.join(map(quoted, example.drops))}]"
