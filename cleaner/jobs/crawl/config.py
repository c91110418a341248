"""The crawl's configuration: a TOML file read into records, every mistake named with its place and a remedy."""

import os
import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import replace
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from cleaner import urls
from cleaner.archive import layout
from cleaner.errors import CleanerError, InputError, UsageError
from cleaner.fetch import MAX_BYTES, FetchOptions, taught, user_agent
from cleaner.fetch.options import check_headers
from cleaner.fetch.policies import read_policy
from cleaner.fetch.target import read_target
from cleaner.jobs.crawl.duration import Seconds, read_duration
from cleaner.policy import Limits, Policy
from cleaner.taught.sitefile import why_no_selector

if TYPE_CHECKING:
    from cleaner.fetch.browser import BrowserLimits

__all__ = ["CrawlConfig", "LimitsConfig", "RevisitConfig", "SourceConfig", "read_config"]

MAX_URL_FILE_BYTES = 256 * 1024 * 1024
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
_VARIABLE = re.compile(r"\$\{(\w+)\}|\$(\w+)")
_UNKNOWN_TYPE = re.compile(r"^(.*?)(?: - at `\$?(.*)`)?$")


class LimitsConfig(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What one run may use, and when it gives up on an exchange.

    `concurrency` requests at once, `per_host` of them to one host; `timeout` for one exchange; `retries` after a failed
    one; `max_wait` is the longest Retry-After waited for, longer ones put the host off to a later run; `max_pages` of
    all sources together; `max_host_pages` known of one host; `workers` clean pages (0: one a core), each page within
    `clean_timeout` and `clean_memory_mb`; the browser shows each within `browser_timeout` and `browser_memory_mb`.
    """

    concurrency: int = 16
    per_host: int = 2
    timeout: Seconds = Seconds(15)
    max_bytes: int = MAX_BYTES
    max_redirects: int = 10
    retries: int = 2
    max_wait: Seconds = Seconds(60)
    max_pages: int | None = None
    max_host_pages: int = 100_000
    workers: int = 0
    clean_timeout: Seconds = Seconds(30)
    clean_memory_mb: int = 1_024
    browser_timeout: Seconds = Seconds(30)
    browser_memory_mb: int = 1_500

    def __post_init__(self) -> None:
        """Raises ValueError for numbers with which no crawl can run."""
        for name in ("concurrency", "per_host", "max_bytes", "max_host_pages", "clean_memory_mb", "browser_memory_mb"):
            if getattr(self, name) < 1:
                raise ValueError(f"{name} must be 1 or more")
        for name in ("max_redirects", "retries", "workers"):
            if getattr(self, name) < 0:
                raise ValueError(f"{name} must be 0 or more")
        spans = (self.timeout, self.clean_timeout, self.browser_timeout)
        if not all(spans) or (self.max_pages is not None and self.max_pages < 1):
            raise ValueError("timeout, clean_timeout, browser_timeout and max_pages must be above 0")


class RevisitConfig(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Bounds of the time between two visits to one page; the rhythm between them follows the page's own changes."""

    min: Seconds = Seconds(0)
    max: Seconds = Seconds(30 * 86_400)

    def __post_init__(self) -> None:
        """Raises ValueError where the bounds stand the wrong way round."""
        if self.min > self.max:
            raise ValueError("min is longer than max")


class SourceConfig(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One place to find articles, and how its pages are fetched and cleaned.

    `site` finds feeds and sitemaps by itself; `feeds`, `sitemaps`, `pages` (whose links lead to articles), `urls` and
    `url_file` name them. `links` are the patterns that links must match, `include` and `exclude` all addresses.
    `browser` runs the pages' scripts, `images` keeps the articles' pictures.
    """

    name: str = ""
    site: str | None = None
    feeds: tuple[str, ...] = ()
    sitemaps: tuple[str, ...] = ()
    pages: tuple[str, ...] = ()
    urls: tuple[str, ...] = ()
    url_file: str | None = None
    links: tuple[str, ...] = ()
    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    every: Seconds = Seconds(0)
    delay: Seconds | None = None
    max_pages: int | None = None
    max_depth: int = 1
    policy: str = "default"
    keep: tuple[str, ...] = ()
    drop: tuple[str, ...] = ()
    off: tuple[str, ...] = ()
    rules: tuple[str, ...] = ()
    filter_lists: tuple[str, ...] = ()
    headers: Mapping[str, str] = {}
    browser: bool = False
    images: bool = False

    def __post_init__(self) -> None:
        """Raises ValueError for a source without a place, and for limits that let nothing through."""
        if not any((self.site, self.feeds, self.sitemaps, self.pages, self.urls, self.url_file)):
            raise ValueError("names no place to look: give site, feeds, sitemaps, pages, urls or url_file")
        if self.max_depth < 0 or (self.max_pages is not None and self.max_pages < 1):
            raise ValueError("max_depth must be 0 or more, max_pages 1 or more")

    @property
    def delay_s(self) -> float | None:
        """Seconds between two requests to one host; None where the crawl's own hold."""
        return None if self.delay is None else float(self.delay)

    @property
    def starts(self) -> tuple[str, ...]:
        """Every address that the source names."""
        return (*((self.site,) if self.site else ()), *self.feeds, *self.sitemaps, *self.pages, *self.urls)

    def cleaning(self, max_bytes: int, archive: Path) -> Policy:
        """How this source's pages are cleaned: the user's own rules and the archive's site files in it, as in `add`.

        Raises UsageError for an unknown policy, RuleError for a broken file.
        """
        base = read_policy(self.policy)
        own = replace(
            base,
            keep=(*base.keep, *self.keep),
            drop=(*base.drop, *self.drop),
            off=base.off | set(self.off),
            rules=(*taught.users_rules(), *base.rules, *(r for file in self.rules for r in taught.read_rules(file))),
            sites=taught.users_sites(),
            filters=(*base.filters, *map(taught.read_filters, self.filter_lists)),
            limits=Limits(max_bytes=max_bytes),
        )
        return taught.heeding(own, layout.site_files(archive))


class CrawlConfig(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A whole configuration. `name` names the crawl's state in the archive; relative paths start from the file.

    With `learn` the archive counts which lines stand on many pages of a host, and cleaning heeds what it counted before.
    """

    archive: str
    source: tuple[SourceConfig, ...]
    name: str = "crawl"
    user_agent: str = ""
    contact: str = ""
    delay: Seconds = Seconds(1)
    allow_hosts: tuple[str, ...] = ()
    proxy: str | None = None
    insecure: bool = False
    clean: bool = True
    learn: bool = False
    fsync: bool = True
    text_files: bool = True
    limits: LimitsConfig = LimitsConfig()
    revisit: RevisitConfig = RevisitConfig()

    def __post_init__(self) -> None:
        """Raises ValueError for what cannot be meant as a whole."""
        if not self.archive.strip():
            raise ValueError("archive names no folder")
        if not self.source:
            raise ValueError("there is no [[source]]")
        if not _NAME.fullmatch(self.name):
            raise ValueError(f"name {self.name!r} must be letters, digits, '.', '_' and '-'")

    @property
    def agent(self) -> str:
        """The User-Agent that is sent."""
        return self.user_agent or user_agent(self.contact or None)

    @property
    def source_names(self) -> tuple[str, ...]:
        """The names of all sources."""
        return tuple(source.name for source in self.source)

    def browser_limits(self) -> "BrowserLimits":
        """What the browser may take to show one page."""
        limits = self.limits
        from cleaner.fetch.browser import BrowserLimits

        return BrowserLimits(
            time_s=float(limits.browser_timeout),
            quiet_s=float(limits.browser_timeout) / 4,
            memory_bytes=limits.browser_memory_mb * 1_000_000,
        )

    def fetch_options(self) -> FetchOptions:
        """How pages are fetched; the crawl itself counts its attempts, so the client makes one."""
        limits = self.limits
        return FetchOptions(
            timeout_s=float(limits.timeout),
            max_bytes=limits.max_bytes,
            allow_hosts=self.allow_hosts,
            user_agent=self.agent,
            max_redirects=limits.max_redirects,
            retries=0,
            insecure=self.insecure,
            proxy=self.proxy,
            resend=False,
        )


def read_config(path: str | Path) -> CrawlConfig:
    """The configuration in a TOML file, paths made absolute, environment variables put into headers.

    Raises InputError for a file that cannot be read, UsageError for anything in it that cannot be meant.
    """
    file = Path(path)
    try:
        table = tomllib.loads(file.read_text("utf-8"))
    except OSError as error:
        raise InputError(str(error.strerror or error).lower(), where=str(path)) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise UsageError(
            f"not TOML: {error}", where=str(path), hint="strings stand in quotes", code="bad-config"
        ) from error
    return made_config(table, file)


def made_config(table: Mapping[str, Any], file: Path) -> CrawlConfig:
    """The configuration in a table, as if it stood in `file`; raises UsageError."""
    _refuse_unknown(table, CrawlConfig, "", file)
    try:
        config = msgspec.convert(dict(table), CrawlConfig, dec_hook=_convert)
    except msgspec.ValidationError as error:
        raise _mistake(str(error), file) from error
    named = {} if "name" in table or not _NAME.fullmatch(file.stem) else {"name": file.stem}
    sources = _named_sources([_settled(source, file) for source in config.source], file)
    archive = _beside(file, config.archive)
    whole = msgspec.structs.replace(config, source=tuple(sources), archive=archive, **named)
    for number, source in enumerate(whole.source, 1):
        own = source.cleaning(whole.limits.max_bytes, Path(whole.archive))
        _check_selectors((*own.keep, *own.drop), f"source[{number}]", file)
    try:
        options = whole.fetch_options()
        for source in whole.source:
            check_headers(tuple(source.headers.items()))
        if whole.proxy:
            _check_proxy(whole.proxy)
        if any(source.browser for source in whole.source):
            from cleaner.fetch.browser import AsyncBrowser

            AsyncBrowser(options)  # says what is missing now, not when the first page comes
    except UsageError as error:
        code = "no-browser" if error.code == "no-browser" else "bad-config"
        raise UsageError(error.message, where=str(file), hint=error.hint, code=code) from error
    return whole


def _convert(kind: type, value: Any) -> Any:
    if kind is Seconds:
        return read_duration(value)
    raise NotImplementedError(f"no such type: {kind}")


def _refuse_unknown(table: Mapping[str, Any], record: type[msgspec.Struct], where: str, file: Path) -> None:
    fields = {field.name: field.type for field in msgspec.structs.fields(record)}
    for key, value in table.items():
        if key not in fields:
            near = get_close_matches(key, fields, n=1, cutoff=0.6)
            hint = f"did you mean {near[0]!r}?" if near else f"known here: {', '.join(fields)}"
            raise UsageError(f"unknown key {where + key!r}", where=str(file), hint=hint, code="bad-config")
        below = _BELOW.get(key)
        if below and record is CrawlConfig:
            rows = [(f"{key}.", value)] if isinstance(value, Mapping) else _numbered(key, value)
            for place, row in rows:
                _refuse_unknown(row, below, place, file)


_BELOW: Mapping[str, type[msgspec.Struct]] = {
    "limits": LimitsConfig,
    "revisit": RevisitConfig,
    "source": SourceConfig,
}


def _numbered(key: str, value: Any) -> list[tuple[str, Mapping[str, Any]]]:
    rows = value if isinstance(value, list) else []
    return [(f"{key}[{number}].", row) for number, row in enumerate(rows, 1) if isinstance(row, Mapping)]


def _mistake(message: str, file: Path) -> UsageError:
    """The complaint of msgspec with the place as the file's reader counts it."""
    found = _UNKNOWN_TYPE.match(message.replace("\n", " "))
    what, place = (found[1], found[2] or "") if found else (message, "")
    place = re.sub(r"\[(\d+)\]", lambda number: f"[{int(number[1]) + 1}]", place.lstrip("."))
    what = re.sub(r"^Object missing required field `(\w+)`", r"the key \1 is missing", what)
    what = what.replace("`object`", "a table").replace("`array`", "a list").replace("`str`", "a text in quotes")
    hint = "see the commented example: docs/crawl.toml"
    said = what[:1].lower() + what[1:]
    return UsageError(f"{place}: {said}" if place else said, where=str(file), hint=hint, code="bad-config")


def _settled(source: SourceConfig, file: Path) -> SourceConfig:
    """The source with its addresses whole, its list file's absolute path, and its headers filled in."""
    headers = {name: _filled(value, name, file) for name, value in source.headers.items()}
    url_file = _beside(file, source.url_file) if source.url_file else None
    rules, lists = (tuple(_beside(file, name) for name in names) for names in (source.rules, source.filter_lists))
    policy = _beside(file, source.policy) if "/" in source.policy or source.policy.endswith(".toml") else source.policy
    site = source.site if source.site is None or "://" in source.site else f"https://{source.site}"
    settled = msgspec.structs.replace(
        source, headers=headers, url_file=url_file, site=site, rules=rules, filter_lists=lists, policy=policy
    )
    for address in settled.starts:
        _check_address(address, file)
    return settled


def _beside(file: Path, name: str) -> str:
    """The path that the file names, seen from its own folder; raises UsageError for what is none."""
    try:
        return str((file.parent / Path(name).expanduser()).resolve())
    except (ValueError, OSError, RuntimeError) as error:  # a NUL in it, a name too long, a home that nobody has
        message = f"{name!r} is no path: {error}"
        raise UsageError(message, where=str(file), hint="see docs/crawl.toml", code="bad-config") from error


def _filled(value: str, name: str, file: Path) -> str:
    def read(found: re.Match[str]) -> str:
        variable = found[1] or found[2]
        if variable not in os.environ:
            message = f"headers.{name}: the environment has no {variable}"
            raise UsageError(message, where=str(file), hint=f"set {variable}, or write the value", code="bad-config")
        return os.environ[variable]

    return _VARIABLE.sub(read, value)


def _check_address(address: str, file: Path) -> None:
    try:
        read_target(address)
    except CleanerError as error:
        message = f"{address!r}: {error.message}"
        raise UsageError(
            message, where=str(file), hint="write it whole: https://host/path", code="bad-config"
        ) from error


def _check_selectors(selectors: Iterable[str], place: str, file: Path) -> None:
    """Nothing; a broken one would make a failure of every page."""
    for selector in selectors:
        if error := why_no_selector(selector):
            message = f"{place}: {selector!r} is no CSS selector: {error}"
            raise UsageError(message, where=str(file), hint="try something like 'div.promo'", code="bad-config")


def _check_proxy(proxy: str) -> None:
    try:
        read_target(proxy)
    except CleanerError as error:
        raise UsageError(f"proxy: {error.message}", hint="write it as http://host:port") from error


def _named_sources(sources: list[SourceConfig], file: Path) -> list[SourceConfig]:
    """The sources, each with a name of its own: as given, else the host of its first address, numbered where needed."""
    taken: set[str] = set()
    named = []
    for source in sources:
        base = source.name or (urls.host(source.starts[0]) if source.starts else Path(source.url_file or "list").stem)
        if source.name in taken:
            raise UsageError(f"two sources are called {base!r}", where=str(file), hint="rename one", code="bad-config")
        name = next(n for n in (base, *(f"{base}-{i}" for i in range(2, len(sources) + 2))) if n not in taken)
        taken.add(name)
        named.append(msgspec.structs.replace(source, name=name))
    return named
