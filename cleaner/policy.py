"""Which rules, limits and roles are on: the one place for options. A policy is data; it travels by pickle and prints whole."""

from dataclasses import dataclass, fields
from typing import Literal

from cleaner.model import PageType, Role
from cleaner.rule import Rule
from cleaner.taught import FilterList, Site, SiteMemory

__all__ = [
    "MAX_BYTES",
    "SHOWN_BY_DEFAULT",
    "Limits",
    "PageTypePolicy",
    "Policy",
    "policy_for",
    "settled",
    "shown_in_markup",
]

MAX_BYTES = 64 * 1024 * 1024  # decoded bytes of one page; the command line contract

# Captions are not: on 1,500 pages with a reference text, nine of ten words in captions stand in none. In Markdown and
# HTML a caption stands under its picture all the same, wherever pictures (embeds) are shown.
SHOWN_BY_DEFAULT = frozenset(
    {
        Role.DEK,
        Role.PARAGRAPH,
        Role.HEADING,
        Role.LIST_ITEM,
        Role.QUOTE,
        Role.CODE,
        Role.TABLE,
        Role.DATELINE,
        Role.EMBED,
    }
)


def shown_in_markup(shown: frozenset[Role]) -> frozenset[Role]:
    """The roles that Markdown and HTML show: captions come with their pictures."""
    return shown | {Role.CAPTION} if Role.EMBED in shown else shown


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How much page is still a page; beyond any of these `clean` raises LimitError.

    `max_bytes` of decoded entity; `max_depth` levels of open elements (lxml loses text beyond 2,500, measured), deeper
    ones being laid side by side; `max_attributes` on one tag (40,000 cost lxml 6 s, measured). The heaviest of 2,200
    pages had 9,100 tags; `max_tags`, `max_page_attributes`, `max_blocks` and `max_chars` of text keep any below 20 s and 512 MB.
    """

    max_bytes: int = MAX_BYTES
    max_depth: int = 2_000
    max_attributes: int = 2_000
    max_tags: int = 75_000
    max_page_attributes: int = 200_000
    max_blocks: int = 30_000
    max_chars: int = 5_000_000  # the King James Bible on one page has 4.4 million


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """How one page is cleaned.

    `shown` roles stand in the renderings (all kept roles stay in `article.blocks`); `off` names rules that are not
    asked; `rules` are the user's own records beside the shipped ones; `keep` and `drop` are CSS selectors whose blocks
    are kept or dropped whatever else is seen. `filters` are the user's filter lists, `sites` what is taught about single
    hosts, `learned` what was learned from the host of the page: none is on by itself. `explain="all"` lists blocks
    outside the article's range too. Without `metadata` only what the page states of itself is read, which the body needs:
    no date is searched for and no language guessed.
    """

    shown: frozenset[Role] = SHOWN_BY_DEFAULT
    off: frozenset[str] = frozenset()
    rules: tuple[Rule, ...] = ()
    keep: tuple[str, ...] = ()
    drop: tuple[str, ...] = ()
    filters: tuple[FilterList, ...] = ()
    sites: tuple[Site, ...] = ()
    learned: SiteMemory | None = None
    explain: Literal["range", "all"] = "range"
    metadata: bool = True
    limits: Limits = Limits()


@dataclass(frozen=True, slots=True, kw_only=True)
class PageTypePolicy:
    """What differs on pages of one type.

    `off` are the folders of rules that are not asked; readers' comments are text where `comments_are_text`, customers'
    reviews are not where `reviews_go`.
    """

    off: tuple[str, ...] = ()
    comments_are_text: bool = False
    reviews_go: bool = False


# Measured out of fold on the pages of wcxb-dev that state their type, F1 with less without: forums +.0023 (82 pages), products
# +.0125 (52), listings +.0103 (21), documentation +.0008 (26).
_ARTICLE = PageTypePolicy()
_BY_TYPE = {
    PageType.ARTICLE: _ARTICLE,
    PageType.FORUM: PageTypePolicy(comments_are_text=True),
    PageType.PRODUCT: PageTypePolicy(reviews_go=True),
    PageType.LISTING: PageTypePolicy(off=("related", "navigation")),  # links to other pages are what it is about
    PageType.DOCUMENTATION: PageTypePolicy(off=("related", "navigation")),  # so is the way through a manual
}


def policy_for(page_type: PageType | None) -> PageTypePolicy:
    """What differs on pages of the type; nothing on articles and where no type is stated."""
    return _ARTICLE if page_type is None else _BY_TYPE[page_type]


def settled(policy: Policy) -> tuple[object, ...]:
    """The policy's parts as values that print alike in every process, for digests; sets alone would not."""
    return tuple(_settled(getattr(policy, part.name)) for part in fields(policy))


def _settled(part: object) -> object:
    if isinstance(part, SiteMemory):
        return (part.host, part.pages, sorted(part.often))
    return sorted(map(str, part)) if isinstance(part, frozenset) else part
