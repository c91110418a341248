"""What is fuzzed: each target reads bytes as strangers send them and holds the result to its laws.

A target raises nothing but an AssertionError (a law is broken) or what the code under it should not have raised. Errors
of the CleanerError tree are answers.
"""

import ipaddress
import json
import re
import tempfile
import tomllib
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from io import BytesIO
from pathlib import Path

import grammar
from lxml import etree
from lxml.html import HtmlElement, fragment_fromstring

from cleaner import urls
from cleaner.archive import warc
from cleaner.archive.catalogue import Catalogue
from cleaner.archive.query import read_query
from cleaner.article import Article
from cleaner.boilerplate import segment
from cleaner.cli.lists import crawl_toml
from cleaner.errors import (
    ArchiveError,
    BlockedAddressError,
    CleanerError,
    FetchError,
    InputError,
    LimitError,
    RuleError,
    UsageError,
)
from cleaner.fetch.feeds import MAX_ITEMS, read_feed
from cleaner.fetch.guard import Guard, why_not_public
from cleaner.fetch.links import read_leads
from cleaner.fetch.lists import read_list
from cleaner.fetch.robots import MAX_CRAWL_DELAY_S, Robots
from cleaner.fetch.sitemaps import read_sitemap
from cleaner.fetch.target import canonical_host, read_target, resolve_location
from cleaner.fetch.warc import walk_warc
from cleaner.fetch.way import retry_after_s
from cleaner.fetch.wire import cut, parsed_cut
from cleaner.jobs.crawl.config import read_config
from cleaner.model import Page
from cleaner.parse import decode, kind_of, looks_like_html, parse_tree
from cleaner.pipeline import clean, clean_text
from cleaner.policy import Limits, Policy
from cleaner.taught import parse_filter_list
from cleaner.taught.ftr import parse_ftr
from cleaner.taught.rulefile import parse_rules
from cleaner.taught.sitefile import parse_site, site_toml
from cleaner.text import fold, printable, slug

URL = "https://a.example/dir/page"
# As documented at the top of segment.py.
NOT_TEXT = frozenset(
    "script style template noscript svg select textarea iframe object canvas head title datalist math-renderer noframes noembed".split()
)
ACTIVE = frozenset("script style iframe object embed form input button link meta base svg math template".split())
CONTROLS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


@dataclass(frozen=True, kw_only=True)
class Target:
    """`run` takes any bytes; `made` makes such as reach deep; `share` of a long run goes to it, more to what is cheap."""

    run: Callable[[bytes], None]
    made: grammar.Maker
    share: int = 1


def _text(data: bytes) -> str:
    return data.decode("utf-8", "surrogatepass" if b"\xed" in data else "replace")


def text_of(data: bytes) -> str:
    """The bytes as text of any kind, lone surrogates where they are written so."""
    try:
        return _text(data)
    except UnicodeDecodeError:
        return data.decode("utf-8", "replace")


@contextmanager
def answers(*kinds: type[CleanerError]) -> Iterator[None]:
    """The body may end with one of these errors, which says what it is about."""
    try:
        yield
    except kinds as error:
        assert error.message
        assert error.exit_code not in (0, 70)
        assert not CONTROLS.search(printable(str(error)))


def _split(data: bytes) -> tuple[str, bytes]:
    """The content type in the first line, and the content."""
    label, _, content = data.partition(b"\n")
    return label.decode("latin-1"), content


def decoding(data: bytes) -> None:
    label, content = _split(data)
    read = decode(content, label)
    assert not re.search("[\0\r\ud800-\udfff]", read.text)
    assert read == decode(content, label)
    kind_of(content)
    looks_like_html(content, label)
    as_utf8 = decode(content, "text/html; charset=utf-8")
    if as_utf8.source == "header" and not content.startswith((b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")):
        plain = content.decode("utf-8", "replace").replace("\r\n", "\n").replace("\r", "\n").replace("\0", "\ufffd")
        assert plain == as_utf8.text


def parsing(data: bytes) -> None:
    label, content = _split(data)
    text = decode(content, label).text
    tree = None
    with answers(LimitError):
        tree = parse_tree(text, Limits())
    if tree is not None:
        body = tree if tree.tag == "body" else tree.find("body")
        nodes = _inked("".join(_laid_out(tree if body is None else body)))
        assert nodes == _inked("".join(block.text for block in segment(tree).blocks))
    read_leads(Page(content=content, url=URL, content_type=label))


def _laid_out(root: HtmlElement) -> Iterator[str]:
    """The plain version of what segment.py reads: every text node under the element that is not under a skipped one."""
    waiting: list[HtmlElement | str] = [root]
    while waiting:
        seen = waiting.pop()
        if isinstance(seen, str):
            yield seen
            continue
        below: list[HtmlElement | str] = [seen.text or ""]
        for child in seen:
            if isinstance(child.tag, str) and child.tag not in NOT_TEXT:
                below.append(child)
            below.append(child.tail or "")
        waiting += reversed(below)


def _inked(text: str) -> str:
    return re.sub(r"\s+", "", text)


def cleaning(data: bytes) -> None:
    label, content = _split(data)
    with answers(LimitError):
        article = clean(content, URL, label, policy=Policy(explain="all"))
        assert bool(article.text) == (article.reason is None)
        assert not re.search("[\0\r\x1b\ud800-\udfff]", article.text + article.markdown + article.html)
        told = json.loads(json.dumps(article.to_dict()))
        assert Article.from_dict(told).to_dict() == article.to_dict()
        _assert_harmless(article.html)
        if article.text:
            etree.fromstring(article.tei.encode())
        assert all(decision.evidence for decision in article.dropped)


def _assert_harmless(html: str) -> None:
    """No element, attribute or address that a browser would act on."""
    for element in fragment_fromstring(html, create_parent="div").iter():
        assert element.tag not in ACTIVE
        for name, value in element.attrib.items():
            assert not name.startswith("on")
            assert name not in ("href", "src") or not re.match(
                r"\W*(?:javascript|data|vbscript|file)\s*:", value, re.IGNORECASE
            )


def texting(data: bytes) -> None:
    text = text_of(data)
    cleaned = clean_text(text)
    assert cleaned.text == clean_text(cleaned.text).text
    if not cleaned.dropped and not cleaned.edits:
        assert text == cleaned.text
    # What is kept and what is dropped hold all letters between them: nothing is lost without a decision.
    kept = _letters(cleaned.text) + _letters("".join(decision.block.text for decision in cleaned.dropped))
    edited = sum(len(_letters(edit.before)) for edit in cleaned.edits)
    assert len(_letters(text)) <= len(kept) + edited
    assert fold(fold(text)) == fold(text)
    assert re.fullmatch(r"[a-z0-9]+(?:-[a-z0-9]+)*", slug(text))
    assert not CONTROLS.search(printable(text))


def _letters(text: str) -> str:
    return "".join(char for char in text if char.isalnum())


def warc_writing(data: bytes) -> None:
    parts = data.split(b"\x1e", 5)
    kind, name_id, url, name, value, block = [*map(text_of, parts[:5]), *[""] * (5 - len(parts[:5])), *parts[5:], b""][
        :6
    ]
    assert isinstance(block, bytes)
    record = warc.Record(
        kind=kind, id=name_id or "<urn:uuid:1>", date="2026-01-01T00:00:00Z", content_type="application/http",  # type: ignore[arg-type]
        block=block, url=url, fields=((name or "WARC-X", value),),
    )  # fmt: skip
    with answers(ArchiveError):
        packed = warc.pack(record)
        with _written(packed + warc.pack(plain_record())) as path:
            stored = list(warc.read(path))
        assert 2 == len(stored)
        assert (block, record.id.strip()) == (stored[0].block, stored[0].id)
        assert plain_record().block == stored[1].block


@cache
def plain_record() -> warc.Record:
    """A record that stands behind another, and must be found there."""
    return warc.Record(
        kind="metadata", id="<urn:uuid:2>", date="2026-01-01T00:00:00Z", content_type="text/plain", block=b"behind"
    )


@cache
def _folder() -> tempfile.TemporaryDirectory[str]:
    return tempfile.TemporaryDirectory(prefix="fuzz-")


@contextmanager
def _written(content: bytes, name: str = "input") -> Iterator[Path]:
    path = Path(_folder().name, name)
    path.write_bytes(content)
    yield path


def warc_reading(data: bytes) -> None:
    with answers(InputError, LimitError):
        for found in walk_warc(BytesIO(data), 1_000_000):
            if isinstance(found, CleanerError):
                raise found
            assert isinstance(found.content, bytes)
    with _written(data) as path, answers(ArchiveError):
        list(warc.read(path))


def crawl_configuration(data: bytes) -> None:
    with _written(data, "crawl.toml") as path, answers(UsageError, InputError, RuleError):
        read_config(path)


def rule_files(data: bytes) -> None:
    with answers(RuleError):
        rules = parse_rules(text_of(data), "rules.toml")
        clean_text("Tide table\n\nThe tide came in.", policy=Policy(rules=rules))


def site_files(data: bytes) -> None:
    with answers(RuleError, UsageError):
        site = parse_site(text_of(data), "a.example.toml")
        again = parse_site(site_toml(site), "a.example.toml")
        assert (site.drop, site.lines, site.examples) == (again.drop, again.lines, again.examples)
        clean("<div><p>The tide came in.</p></div>", f"https://{site.host}/", policy=Policy(sites=(site,)))


def ftr_files(data: bytes) -> None:
    with answers(RuleError, UsageError):  # UsageError: an XPath may fail on the elements of some pages only
        site = parse_ftr(text_of(data), "a.example", "a.example.txt").site
        parse_site(site_toml(site), "x")
        clean("<div><p>The tide came in.</p></div>", "https://a.example/", policy=Policy(sites=(site,)))


def filter_lists(data: bytes) -> None:
    found = parse_filter_list(text_of(data))
    assert found == parse_filter_list(text_of(data))
    page = "<div class='ad x'><p>The tide came in.</p></div><div id=ad>Buy</div>"
    clean(page, "https://shop.example.org/", policy=Policy(filters=(found,)))


def feeds(data: bytes) -> None:
    with answers(FetchError):
        listed = read_feed(data, URL)
        assert len(listed) <= MAX_ITEMS
        assert all(one.url.startswith(("http://", "https://")) for one in listed)


def sitemaps(data: bytes) -> None:
    with answers(FetchError):
        for entry in read_sitemap(data, URL):
            assert entry.listed.url.startswith(("http://", "https://"))


def robots_files(data: bytes) -> None:
    rules = Robots.of(200, data)
    rules.allows("https://a.example/x?y=%zz", "cleaner")
    assert 0.0 <= rules.delay_s("cleaner") <= MAX_CRAWL_DELAY_S
    assert all(isinstance(place, str) for place in rules.sitemaps)


def addresses(data: bytes) -> None:
    text = text_of(data)
    for found in (urls.absolute(text), urls.absolute(text, URL), urls.reference(text, URL)):
        assert found is None or found.lower().startswith(("http://", "https://", "mailto:"))
        assert found is None or not re.search("[\x00-\x20\x7f\ud800-\udfff]", found)
        assert found is None or urls.absolute(found) == found
    key = urls.key(text)
    assert urls.key(key) == key
    urls.host(text)
    urls.without_tracking(text)
    with answers(UsageError, BlockedAddressError):
        _one_reader(text)
    with answers(FetchError, BlockedAddressError):
        resolve_location(read_target(URL), text)
    with answers(UsageError):
        Guard.of([text])


def _one_reader(text: str) -> None:
    """What is checked is what is connected to, and reading it again changes nothing."""
    target = read_target(text)
    again = read_target(target.url)
    assert (target.scheme, target.host, target.port, target.path) == (again.scheme, again.host, again.port, again.path)
    assert canonical_host(f"[{target.host}]" if ":" in target.host else target.host) == target.host
    assert re.fullmatch(r"[a-z0-9_.\-]+|[0-9a-f:.]+(?:%[0-9A-Za-z._\-]+)?", target.host)
    assert "@" not in target.authority
    assert target.path.startswith(b"/")
    assert not re.search(rb"[\x00-\x20\x7f-\xff]", target.path)
    with suppress(ValueError):
        ipaddress.ip_address(target.host.partition("%")[0])
        if why_not_public(target.host):
            try:
                Guard.of([]).check_literal(target.host, target.port)
            except BlockedAddressError:
                return
            raise AssertionError(f"{target.host} was let through")


def headers(data: bytes) -> None:
    label = data.decode("latin-1")
    wait = retry_after_s(label, datetime(2026, 1, 1, tzinfo=UTC))
    assert wait is None or wait >= 0
    with answers(FetchError, BlockedAddressError):
        resolve_location(read_target(URL), label)


def responses(data: bytes) -> None:
    found = cut(data)
    assert found == parsed_cut(data)
    assert 0 <= found.head <= found.body <= len(data)


def queries(data: bytes) -> None:
    text = text_of(data)
    read_query(text)
    _catalogue().search(text)


@cache
def _catalogue() -> Catalogue:
    return Catalogue(Path(_folder().name, "catalogue.sqlite"), fsync=False)


def reading_lists(data: bytes) -> None:
    with answers(InputError):
        found = read_list(data, "list")
        assert all(
            url.startswith(("http://", "https://")) for url in (*found.urls, *(feed.url for feed in found.feeds))
        )
        if found.feeds:
            tomllib.loads(crawl_toml(found.feeds, "archive"))


TARGETS = {
    "decode": Target(run=decoding, made=grammar.typed, share=10),
    "parse": Target(run=parsing, made=grammar.page, share=2),
    "clean": Target(run=cleaning, made=grammar.page, share=1),
    "text": Target(run=texting, made=grammar.plain, share=2),
    "warc-write": Target(run=warc_writing, made=grammar.warc, share=6),
    "warc-read": Target(run=warc_reading, made=grammar.others_warc, share=6),
    "crawl-toml": Target(run=crawl_configuration, made=grammar.crawl, share=3),
    "rules-toml": Target(run=rule_files, made=grammar.rules, share=3),
    "site-toml": Target(run=site_files, made=grammar.site, share=3),
    "ftr": Target(run=ftr_files, made=grammar.ftr, share=1),
    "filter-list": Target(run=filter_lists, made=grammar.filters, share=1),
    "feed": Target(run=feeds, made=grammar.feed, share=4),
    "sitemap": Target(run=sitemaps, made=grammar.sitemap, share=8),
    "robots": Target(run=robots_files, made=grammar.robots, share=8),
    "address": Target(run=addresses, made=grammar.address, share=12),
    "header": Target(run=headers, made=grammar.header, share=12),
    "response": Target(run=responses, made=grammar.response, share=12),
    "query": Target(run=queries, made=grammar.query, share=8),
    "reading-list": Target(run=reading_lists, made=grammar.reading_list, share=4),
}
