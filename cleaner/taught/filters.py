"""Filter lists as ad blockers read them: the cosmetic rules of one list, filed under the names that elements carry.

Read are `##.class`, `###id`, `##tag.class`, `##[class^="x"]`, several such in one, domain-scoped rules
(`example.org,~shop.example.org##.x`) and exceptions (`#@#`). Network rules, scripts and selectors over several elements
are passed over and counted.
"""

import hashlib
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from typing import NamedTuple

__all__ = ["Filter", "FilterList", "HostFilters", "parse_filter_list"]

_RULE = re.compile(r"(?P<domains>[^#\s]*)(?P<sign>#@?#)(?P<selector>.+)")
_NAME = r"(?:[-\w]|[^\x00-\x7f]|\\.)+"
_SIMPLE = re.compile(rf"(?P<tag>[a-zA-Z][a-zA-Z0-9-]*|\*)?(?P<parts>(?:[.#]{_NAME}|\[[^\]]*\])+)")
_PART = re.compile(rf"[.#]{_NAME}|\[[^\]]*\]")
_ATTRIBUTE = re.compile(
    r"\[\s*(?P<name>[\w-]+)\s*(?:(?P<how>[\^$*~|]?)=\s*(?P<value>\"[^\"]*\"|'[^']*'|[^\"'\]]*)\s*)?\]"
)
_LEAST_PREFIX = 3  # characters; shorter beginnings would name half of a page
_PREFIX_CHARS = 7  # beginnings are filed under so many, shorter ones under all they have


class Attribute(NamedTuple):
    """One condition on an attribute: `how` is empty for equal, `?` for merely there, else the selector's own sign."""

    name: str
    how: str
    value: str

    def holds(self, given: str | None) -> bool:
        """Whether an element's attribute of that name fulfils it; None is an attribute that is not there."""
        if given is None:
            return False
        match self.how:
            case "?":
                return True
            case "^":
                return given.startswith(self.value)
            case "$":
                return given.endswith(self.value)
            case "*":
                return self.value in given
            case "~":
                return self.value in given.split()
            case "|":
                return given == self.value or given.startswith(self.value + "-")
            case _:
                return given == self.value


class Filter(NamedTuple):
    """One cosmetic rule: what an element must carry, the domains it holds on (none: all), those it does not, its text."""

    tag: str
    classes: tuple[str, ...]
    ids: tuple[str, ...]
    attributes: tuple[Attribute, ...]
    on: tuple[str, ...]
    not_on: tuple[str, ...]
    text: str

    def holds(self, tag: str, attributes: Mapping[str, str]) -> bool:
        """Whether it hides an element of that tag with those attributes."""
        if self.tag not in ("", "*", tag):
            return False
        classes = set(attributes.get("class", "").split())
        identity = attributes.get("id", "").strip()
        return (
            classes.issuperset(self.classes)
            and all(wanted == identity for wanted in self.ids)
            and all(wanted.holds(attributes.get(wanted.name)) for wanted in self.attributes)
        )


class HostFilters(NamedTuple):
    """The filters that hold on one host, by the name or the beginning of a name that an element must carry."""

    names: Mapping[str, tuple[Filter, ...]]
    beginnings: Mapping[str, tuple[tuple[str, Filter], ...]]
    lengths: tuple[int, ...]

    def for_name(self, name: str) -> Iterator[Filter]:
        """The filters to try on an element that carries the name among its classes and ids."""
        yield from self.names.get(name, ())
        for length in self.lengths:
            for beginning, one in self.beginnings.get(name[:length], ()):
                if name.startswith(beginning):
                    yield one

    def asks_for(self, names: set[str]) -> set[str]:
        """Those of the names that some filter asks for."""
        found = self.names.keys() & names
        for length in self.lengths:
            heads = {name[:length] for name in names}
            if not heads.isdisjoint(self.beginnings):
                found |= {name for name in names if name[:length] in self.beginnings and any(self.for_name(name))}
        return found


class FilterList:
    """One filter list: the rules it was read into and how many lines were passed over. Two of the same text are equal."""

    def __init__(self, text: str) -> None:
        self._text = text
        self.digest = hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()[:12]
        self.filters, self.excepted, self.passed_over = _read(text)
        self._general = [f for f in self.filters if not f.on]
        self._scoped = _by_domain(f for f in self.filters if f.on)
        self._exceptions = _by_domain(self.excepted)
        everywhere = frozenset(f.text for f in self.excepted if not f.on)
        self._everywhere = _filed(f for f in self._general if f.text not in everywhere and not f.not_on)
        self._nearly = [f for f in self._general if f.text not in everywhere and f.not_on]
        self.for_host = lru_cache(maxsize=256)(self._for_host)

    def __reduce__(self) -> tuple[object, ...]:
        return (FilterList, (self._text,))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, FilterList) and other.digest == self.digest

    def __hash__(self) -> int:
        return hash(self.digest)

    def __repr__(self) -> str:
        return f"FilterList({self.digest}, {len(self.filters)} filters)"

    def _for_host(self, host: str) -> tuple[HostFilters, HostFilters, frozenset[str]]:
        """The filters of all hosts, those that this host adds, and the selectors that are excepted on it."""
        domains = _upward(host)
        excepted = {f.text for domain in domains for f in self._exceptions.get(domain, ()) if _is_on(f, domains)}
        own = [f for domain in domains for f in self._scoped.get(domain, ())]
        own += self._nearly
        return self._everywhere, _filed(f for f in own if _is_on(f, domains)), frozenset(excepted)


def parse_filter_list(text: str) -> FilterList:
    """The list; lines that cannot be used are counted, none is an error: lists are long and other programs read them too."""
    return FilterList(text)


def _read(text: str) -> tuple[tuple[Filter, ...], tuple[Filter, ...], int]:
    filters: list[Filter] = []
    excepted: list[Filter] = []
    passed_over = 0
    for line in text.splitlines():
        rule = line.strip()
        if not rule or rule.startswith(("!", "[Adblock")):
            continue
        match = _RULE.fullmatch(rule) if "##" in rule or "#@#" in rule else None
        read = [_filter(one.strip(), match["domains"]) for one in _alternatives(match["selector"])] if match else []
        if match is None or None in read:
            passed_over += 1
            continue
        (excepted if "@" in match["sign"] else filters).extend(one for one in read if one)
    return tuple(filters), tuple(excepted), passed_over


def _alternatives(selector: str) -> list[str]:
    return [selector] if "[" in selector or "(" in selector else selector.split(",")


def _filter(selector: str, domains: str) -> Filter | None:
    on, not_on = _domains(domains)
    sign, name = selector[:1], selector[1:]
    if sign in ".#" and name and name.isascii() and name.replace("-", "").replace("_", "").isalnum():
        # Nine of ten rules are one name; reading them without a pattern halves the time of a list.
        return Filter("", (name,) if sign == "." else (), (name,) if sign == "#" else (), (), on, not_on, selector)
    simple = _SIMPLE.fullmatch(selector)
    if simple is None:
        return None
    parts = _PART.findall(simple["parts"])
    attributes = [_attribute(part) for part in parts if part[0] == "["]
    one = Filter(
        tag=(simple["tag"] or "").lower(),
        classes=tuple(_unescaped(part) for part in parts if part[0] == "."),
        ids=tuple(_unescaped(part) for part in parts if part[0] == "#"),
        attributes=tuple(a for a in attributes if a is not None),
        on=on,
        not_on=not_on,
        text=selector,
    )
    return one if None not in attributes and _key(one) else None


def _domains(told: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The domains that a rule holds on, and those it does not."""
    if not told:
        return (), ()
    names = [name.strip().lower() for name in told.split(",") if name.strip()]
    return tuple(n for n in names if n[0] != "~"), tuple(n[1:] for n in names if n[0] == "~")


def _unescaped(part: str) -> str:
    return re.sub(r"\\(.)", r"\1", part[1:])


def _attribute(part: str) -> Attribute | None:
    match = _ATTRIBUTE.fullmatch(part)
    if match is None:
        return None
    if match["value"] is None:
        return Attribute(match["name"].lower(), "?", "")
    value = match["value"].strip()
    return Attribute(match["name"].lower(), match["how"], value[1:-1] if value[:1] in "\"'" else value)


def _key(one: Filter) -> tuple[str, bool] | None:
    """The name, or the beginning of one (True), under which the filter is filed; None for one that is not cheap to ask."""
    for name in (*one.ids, *one.classes):
        return name, False
    for attribute in one.attributes:
        if attribute.name in ("class", "id") and attribute.value and " " not in attribute.value:
            if attribute.how in ("", "~"):
                return attribute.value, False
            if attribute.how == "^" and len(attribute.value) >= _LEAST_PREFIX:
                return attribute.value, True
    return None


def _filed(filters: Iterable[Filter]) -> HostFilters:
    names: dict[str, list[Filter]] = defaultdict(list)
    beginnings: dict[str, list[tuple[str, Filter]]] = defaultdict(list)
    for one in filters:
        key = _key(one)
        assert key is not None, "a filter without a key is not read"
        if key[1]:
            beginnings[key[0][:_PREFIX_CHARS]].append((key[0], one))
        else:
            names[key[0]].append(one)
    lengths = tuple(sorted({len(key) for key in beginnings}))
    return HostFilters({k: tuple(v) for k, v in names.items()}, {k: tuple(v) for k, v in beginnings.items()}, lengths)


def _by_domain(filters: Iterable[Filter]) -> dict[str, list[Filter]]:
    found: dict[str, list[Filter]] = defaultdict(list)
    for one in filters:
        for domain in one.on:
            found[domain].append(one)
    return dict(found)


def _upward(host: str) -> tuple[str, ...]:
    """The host and the domains above it, the nearest first."""
    found = []
    while host:
        found.append(host)
        host = host.partition(".")[2]
    return tuple(found)


def _is_on(one: Filter, domains: tuple[str, ...]) -> bool:
    """Whether the nearest domain that the filter names is one it holds on."""
    for domain in domains:
        if domain in one.not_on:
            return False
        if domain in one.on:
            return True
    return not one.on
