"""ftr-site-config files, as the Full-Text RSS community keeps them for some two thousand hosts, read as site rules.

Lines are `name: value`; what names elements is XPath. What only fetching or mending of markup understands is passed
over and named, so that nobody believes it was taken.
"""

from dataclasses import dataclass

from cleaner.errors import RuleError
from cleaner.taught.site import Example, Site
from cleaner.taught.sitefile import is_host, is_xpath, why_no_selector

__all__ = ["Imported", "parse_ftr"]

_FIELDS = {
    "body": "body", "title": "title", "author": "author", "date": "date", "strip": "drop",
    "single_page_link": "single_page_link", "next_page_link": "next_page_link",
}  # fmt: skip
_BY_ATTRIBUTE = {
    "strip_id_or_class": "//*[contains(@class, {0}) or contains(@id, {0})]",
    "strip_image_src": "//img[contains(@src, {0})]",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Imported:
    """A site read from a configuration, and the lines of it that could not be taken, each with its number."""

    site: Site
    passed_over: tuple[str, ...]


def parse_ftr(text: str, host: str, where: str) -> Imported:
    """The site that the configuration describes; `host` is its file's name without `.txt`, a dot before it or not."""
    name = host.lower().removeprefix(".").removeprefix("www.")
    if not is_host(name):
        raise RuleError(f"{host!r} is no host", where=where, hint="the file is named after its host: example.org.txt")
    found: dict[str, list[str]] = {}
    tests: list[str] = []
    passed: list[str] = []
    for number, line in enumerate(text.splitlines(), 1):
        key, _, value = (part.strip() for part in line.strip().partition(":"))
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        if key == "test_url":
            tests.append(value)
        elif (taken := _selector(key, value)) is not None:
            found.setdefault(_FIELDS.get(key, "drop"), []).append(taken)
        else:
            passed.append(f"{where}:{number}: {line.strip()}")
    selectors = {field: tuple(values) for field, values in found.items()}
    site = Site(host=name, **selectors, examples=tuple(Example(url=url) for url in tests if url))  # type: ignore[arg-type]
    return Imported(site=site, passed_over=tuple(passed))


def _selector(key: str, value: str) -> str | None:
    """The XPath that the line stands for; None for a line that is none of ours or cannot be read."""
    path = _path(key, value)
    return None if path is None or why_no_selector(path) else path


def _path(key: str, value: str) -> str | None:
    if key in _BY_ATTRIBUTE:
        plain = value.strip("'\"")
        quote = "'" if '"' in plain else '"'
        return None if not plain or quote in plain else _BY_ATTRIBUTE[key].format(f"{quote}{plain}{quote}")
    if key not in _FIELDS or not value:
        return None
    return value if is_xpath(value) else f"//{value}"
