"""The way of a page, pure and on one screen: bytes to text to tree to blocks to decisions to a mended article."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache, cached_property, lru_cache

from lxml.html import HtmlElement

from cleaner.article import Article, CleanedText
from cleaner.boilerplate import (
    RuleSet,
    classify,
    clean_plain_text,
    compile_rules,
    locate,
    open_text,
    segment,
    shipped_rules,
    with_strays,
)
from cleaner.boilerplate.classify import Classified
from cleaner.boilerplate.features import PageFeatures
from cleaner.boilerplate.locate import Choice
from cleaner.boilerplate.refine import choose, look, refine
from cleaner.boilerplate.scorer import Scorer, shipped_scorer
from cleaner.boilerplate.segment import Segmented
from cleaner.boilerplate.selectors import forced_by_selectors
from cleaner.boilerplate.sentences import ends_sentence
from cleaner.boilerplate.sites import PartLink, at_site, hints_for, linked, told_body, told_meta, with_body
from cleaner.errors import LimitError
from cleaner.joining import joined
from cleaner.model import Block, Decision, Evidence, Meta, Page, PageType, Reason, ReasonCode, Verdict
from cleaner.normalize import mend, unglued
from cleaner.parse import Head, base_url, decode, gather_head, looks_like_html, parse_tree, read_metadata, stated_text
from cleaner.policy import Limits, Policy, policy_for
from cleaner.rule import Rule
from cleaner.text import fold, words

__all__ = ["MODEL", "clean", "clean_text", "named_link", "rule_set", "scorer_version"]

MODEL = "model"  # in Policy.off: trafilatura's own choice stands, with its slower fallbacks

_URL_HINT = "clean() takes a page's content; use cleaner.fetch(url) first, then clean(page)"
_FIRST_ERROR_STATUS = 400  # RFC 9110: answers from here on are no pages
_MAX_LABEL_CHARS = 80
_QUOTE_CHARS = 60
_MIN_WORDS_UNENDED = 6  # a line of fewer words that ends no sentence is a label, a menu entry, a heading


def clean(
    source: bytes | str | Page,
    url: str | None = None,
    content_type: str | None = None,
    *,
    policy: Policy = Policy(),  # noqa: B008  # frozen, so one instance serves all calls
) -> Article:
    """The article of one page and its `parts`: kept blocks, every dropped line with its evidence, or why there is none.

    `source` is HTML as bytes or text, or a Page from `fetch` or an archive; `url` makes links absolute. Raises
    LimitError for a page too big or too deep, TypeError for anything that is not a page. Same input, same output.
    """
    page = _as_page(source, url, content_type)
    article = _clean_one(source, page, policy)
    return joined(article, [_clean_one(part, part, policy) for part in page.parts]) if page.parts else article


def named_link(page: Page, policy: Policy, kind: PartLink) -> str | None:
    """The address of the whole article on one page, or of its next page, where the site's rules name a link to it."""
    sites = at_site(policy, page.url).sites
    if not any(getattr(site, kind) for site in sites) or _unreadable(page):
        return None
    tree = parse_tree(_text_of(page, page), policy.limits)
    return linked(tree, base_url(tree, page.url), sites, kind) if tree is not None else None


def _clean_one(source: bytes | str | Page, page: Page, policy: Policy) -> Article:
    if len(page.content) > policy.limits.max_bytes:
        raise LimitError(
            f"{len(page.content)} bytes, more than {policy.limits.max_bytes}", where=page.url, hint="raise --max-bytes"
        )
    policy = at_site(policy, page.url)
    rules = rule_set(policy.rules, policy.off)
    reason = _unreadable(page)
    if reason is not None:
        return Article(url=page.url, reason=reason, ruleset=rules.version)
    tree = parse_tree(_text_of(source, page), policy.limits)
    if tree is None:
        nothing = Reason(code=ReasonCode.NO_CONTENT, evidence="no element could be read")
        return Article(url=page.url, reason=nothing, ruleset=rules.version)
    return _assemble(_read(tree, page, policy), rules, policy)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Reading:
    """What was read of one page, before anything is decided: `base` is what its relative links start from."""

    url: str | None
    base: str | None
    meta: Meta
    segmented: Segmented
    choice: Choice
    forced: Mapping[int, Evidence]
    model: str


def _unreadable(page: Page) -> Reason | None:
    """Why the page cannot hold an article, seen before it is parsed; None where it may."""
    if page.status is not None and page.status >= _FIRST_ERROR_STATUS:
        return Reason(code=ReasonCode.ERROR_PAGE, evidence=f"HTTP status {page.status}")
    if not page.content.strip():
        return Reason(code=ReasonCode.EMPTY, evidence="the page has no content")
    foreign = looks_like_html(page.content, page.content_type)
    return Reason(code=ReasonCode.NOT_HTML, evidence=foreign) if foreign else None


def _read(tree: HtmlElement, page: Page, policy: Policy) -> _Reading:
    """Metadata, blocks and the corrected choice; the extractor comes last, since it takes the tree apart."""
    _check_chars(tree, page, policy.limits)
    segmented = segment(tree)
    _check(policy.limits.max_blocks, "blocks", len(segmented.blocks))
    today = page.fetched_at.date() if page.fetched_at else None
    head = gather_head(tree, page.url, today)
    meta = read_metadata(head, segmented.blocks, stated_only=not policy.metadata)
    meta = told_meta(tree, meta, policy.sites)
    forced = forced_by_selectors(segmented, policy.keep, policy.drop)
    body = told_body(segmented, policy.sites)
    scorer = None if MODEL in policy.off else shipped_scorer()
    whole, choice = _choice(head, segmented, meta, scorer)
    return _Reading(
        url=page.url,
        base=head.base,
        meta=meta,
        segmented=whole,
        choice=with_body(whole, choice, body),
        forced=forced,
        model=scorer.version if scorer else "",
    )


def _check_chars(tree: HtmlElement, page: Page, limits: Limits) -> None:
    """None where the text of the page, white space included, is not too long to be an article's; raises LimitError."""
    if len(page.content) > limits.max_chars:
        _check(limits.max_chars, "chars", sum(map(len, open_text(tree))))


def _check(most: int, what: str, met: int) -> None:
    if met > most:
        raise LimitError(f"page too heavy: max_{what} is {most:,}, met {met:,}")


def _choice(head: Head, page: Segmented, meta: Meta, scorer: Scorer | None) -> tuple[Segmented, Choice]:
    """Which blocks are likely the article's: the scorer's choice where it is sure, else trafilatura's, corrected.

    The page comes back with paragraphs that only its scripts held, where trafilatura found such.
    """
    if scorer is None:
        return with_strays(page, locate(head.tree, page))
    stated = stated_text(head)
    seen = look(page, meta, stated, scorer)
    if seen.is_sure:
        return page, choose(page, seen, scorer)
    whole, choice = with_strays(page, locate(head.tree, page, fast=True, clear=seen.clear))
    features = seen.features if whole is page else PageFeatures(whole, meta, scorer.tables, stated)
    return whole, refine(whole, choice, features, scorer)


def _text_of(source: bytes | str | Page, page: Page) -> str:
    return source if isinstance(source, str) else decode(page.content, page.content_type).text


def _assemble(reading: _Reading, rules: RuleSet, policy: Policy) -> Article:
    hints = hints_for(policy, reading.url)
    asked = rule_set(policy.rules, policy.off | _off_on(reading.meta.page_type))
    classified = classify(reading.segmented, reading.choice, reading.meta, asked, reading.forced, hints)
    kept = [d.block for d in classified.decisions if d.verdict is Verdict.KEEP]
    freed, cuts = unglued(kept, asked, _LinesDropped(classified))
    mended = mend(freed, classified.torn, reading.meta.language, reading.base)
    dropped, outside = _dropped(classified, kept, policy)
    article = Article(
        url=reading.url,
        meta=reading.meta,
        blocks=mended.blocks,
        dropped=dropped,
        edits=(*cuts, *mended.edits),
        outside=outside,
        shown=policy.shown,
        ruleset=rules.version,
        model=reading.model,
    )
    return article if _says_something(article) or (reading.forced and article.text) else _without_text(article)


def _says_something(article: Article) -> bool:
    """Whether a shown block is a sentence or as long as one: a lone menu word is no article."""
    shown = (block.text for block in article.blocks if block.role in article.shown)
    return any(ends_sentence(text) or words(text) >= _MIN_WORDS_UNENDED for text in shown)


class _LinesDropped:
    """Folded texts of the dropped blocks that may be labels: seen alone on this page, they are known when glued."""

    def __init__(self, classified: Classified) -> None:
        self._classified = classified

    def __contains__(self, folded: object) -> bool:
        return folded in self._folded

    @cached_property
    def _folded(self) -> frozenset[str]:
        """Few pages have a label that sticks to a paragraph: for the others nothing is folded."""
        texts = (d.block.text for d in self._classified.decisions if d.verdict is Verdict.DROP)
        return frozenset(fold(text) for text in texts if len(text) <= _MAX_LABEL_CHARS)


def _dropped(classified: Classified, kept: list[Block], policy: Policy) -> tuple[tuple[Decision, ...], dict[str, int]]:
    """Dropped decisions to list, those within the article's range or all; and the others counted by rule."""
    first, last = (kept[0].index, kept[-1].index) if kept else (0, -1)
    listed = []
    counts: Counter[str] = Counter()
    for decision in classified.decisions:
        if decision.verdict is Verdict.KEEP:
            continue
        if first <= decision.block.index <= last:
            if decision.block.text or policy.explain == "all":
                listed.append(decision)
        else:
            counts[decision.rule or ""] += 1
            if policy.explain == "all":
                listed.append(decision)
    return tuple(listed), dict(counts)


def clean_text(text: str, *, policy: Policy = Policy()) -> CleanedText:  # noqa: B008
    """Plain or already extracted text without its residue lines; clean text comes back as it was.

    Paragraphs may be separated by blank lines or stand one a line; Markdown is understood. Cleaning twice changes
    nothing more, unless more than forty labels are glued into one line.
    """
    if not isinstance(text, str):
        raise TypeError(
            f"clean_text() takes str, not {type(text).__name__}; decode bytes first, or use clean() for HTML"
        )
    rules = rule_set(policy.rules, policy.off)
    cleaned, dropped, edits = clean_plain_text(text, rules)
    return CleanedText(text=cleaned, dropped=dropped, edits=edits, ruleset=rules.version)


@lru_cache(maxsize=128)
def rule_set(extra: tuple[Rule, ...] = (), off: frozenset[str] = frozenset()) -> RuleSet:
    """The shipped rules and the user's own, less the ones that are off, compiled once a policy."""
    return compile_rules([rule for rule in (*shipped_rules(), *extra) if rule.id not in off])


@cache
def _off_on(page_type: PageType | None) -> frozenset[str]:
    """The shipped rules that are not asked on pages of the type."""
    folders = policy_for(page_type).off
    return frozenset(rule.id for rule in shipped_rules() if rule.id.partition("/")[0] in folders)


def versions(policy: Policy) -> tuple[str, str]:
    """Versions of the rules and of the scorer that decide under this policy."""
    return rule_set(policy.rules, policy.off).version, scorer_version(policy)


def scorer_version(policy: Policy) -> str:
    """Version of the scorer that decides under this policy; empty where it is not asked."""
    scorer = None if MODEL in policy.off else shipped_scorer()
    return scorer.version if scorer else ""


def _as_page(source: bytes | str | Page, url: str | None, content_type: str | None) -> Page:
    if isinstance(source, Page):
        return source
    if isinstance(source, str):
        if source.lstrip()[:8].lower().startswith(("http://", "https://")) and len(source.split()) == 1:
            raise TypeError(f"{source.strip()[:200]!r} is a URL; {_URL_HINT}")
        return Page(content=source.encode("utf-8", "replace"), url=url, content_type=content_type)
    if isinstance(source, bytes | bytearray | memoryview):
        return Page(content=bytes(source), url=url, content_type=content_type)
    raise TypeError(f"clean() takes bytes, str or Page, not {type(source).__name__}; {_URL_HINT}")


def _without_text(article: Article) -> Article:
    """The same article with the reason why it shows no text."""
    seen = sum(article.outside.values()) + len(article.dropped)
    left = f", and nothing left but {article.text[:_QUOTE_CHARS]!r}" if article.text else ""
    evidence = f"{seen} blocks, none of them an article's{left}"
    return replace(article, blocks=(), edits=(), reason=Reason(code=ReasonCode.NO_CONTENT, evidence=evidence))
