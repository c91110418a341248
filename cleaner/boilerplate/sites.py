"""What is taught about one site, applied to one of its pages: rules and selectors in the policy, body and metadata from it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal, TypeAlias

from lxml.html import HtmlElement

from cleaner import urls
from cleaner.boilerplate.locate import Choice
from cleaner.boilerplate.segment import Segmented
from cleaner.boilerplate.selectors import blocks_under, chosen_elements, selected
from cleaner.boilerplate.sight import evidence_for
from cleaner.model import Meta
from cleaner.policy import Policy
from cleaner.taught import FilterList, Site, SiteMemory, site_for

__all__ = ["Body", "Hints", "PartLink", "at_site", "hints_for", "linked", "told_body", "told_meta", "with_body"]

PartLink: TypeAlias = Literal["single_page_link", "next_page_link"]

BODY_RULE = "site/body"
_META = (("title", "title"), ("author", "byline"), ("date", "published"))
_MAX_CHARS = 300  # of a title or name; a selector that finds more has found something else


@dataclass(frozen=True, slots=True, kw_only=True)
class Hints:
    """What speaks of a page beside rules: its host, the user's filter lists, what was learned from the host."""

    host: str = ""
    filters: tuple[FilterList, ...] = ()
    memory: SiteMemory | None = None


def hints_for(policy: Policy, url: str | None) -> Hints:
    """The policy's hints for the page of that address."""
    host = urls.host(url) if url else ""
    memory = policy.learned if policy.learned is not None and policy.learned.host == host else None
    return Hints(host=host, filters=policy.filters, memory=memory)


def at_site(policy: Policy, url: str | None) -> Policy:
    """The policy on the page of that address: with the rules of its site, if one is known, and of no other."""
    if not policy.sites:
        return policy
    site = site_for(policy.sites, urls.host(url) if url else "")
    if site is None:
        return replace(policy, sites=())
    return replace(
        policy,
        sites=(site,),
        rules=(*policy.rules, *site.all_rules()),
        keep=(*policy.keep, *site.keep),
        drop=(*policy.drop, *site.drop),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Body:
    """The blocks that a site's selector places the article in."""

    selector: str
    blocks: frozenset[int]


def told_body(page: Segmented, sites: Sequence[Site]) -> Body | None:
    """The first of the site's body elements that is on the page and holds text; None where none is."""
    for selector in (selector for site in sites for selector in site.body):
        inside = blocks_under(page, chosen_elements(page, selector))
        if any(page.blocks[index].text for index in inside):
            return Body(selector=selector, blocks=frozenset(inside))
    return None


def with_body(page: Segmented, choice: Choice, body: Body | None) -> Choice:
    """The choice, or what lies in the body where one is told."""
    if body is None:
        return choice
    why = f"the site's rules place the article in {body.selector}"
    outside = {b.index: evidence_for(BODY_RULE, b, why) for b in page.blocks if b.index not in body.blocks}
    return replace(choice, kept=tuple(float(b.index in body.blocks) for b in page.blocks), evidence=outside)


def linked(tree: HtmlElement, base: str | None, sites: Sequence[Site], kind: PartLink) -> str | None:
    """The first address that the site's selectors of that kind lead to: an element's `href`, or a text that is one."""
    for selector in (selector for site in sites for selector in getattr(site, kind)):
        for found in selected(tree, selector):
            href = found if isinstance(found, str) else found.get("href")
            if href and (whole := urls.absolute(href, base)) and whole.startswith("http"):
                return whole.partition("#")[0]
    return None


def told_meta(tree: HtmlElement, meta: Meta, sites: Sequence[Site]) -> Meta:
    """The metadata with what the site's selectors say of title, author and date in place of what was found."""
    told: dict[str, Any] = {
        name: found
        for site in sites
        for selectors, name in ((getattr(site, field), name) for field, name in _META)
        if (found := next(_texts(tree, selectors), None))
    }
    return replace(meta, **told, sources={**meta.sources, **dict.fromkeys(told, "site")}) if told else meta


def _texts(tree: HtmlElement, selectors: Sequence[str]) -> Iterator[str]:
    for selector in selectors:
        for found in selected(tree, selector):
            text = found if isinstance(found, str) else "".join(found.itertext())
            if 0 < len(joined := " ".join(text.split())) <= _MAX_CHARS:
                yield joined
