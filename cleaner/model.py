"""The records that pass between the floors: page, block, evidence, decision, edit, metadata. No behaviour but their invariants."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import Literal

__all__ = [
    "RENDERED_TYPE",
    "Block",
    "Decision",
    "Edit",
    "Evidence",
    "Exchange",
    "Mark",
    "MarkKind",
    "Media",
    "Meta",
    "Page",
    "PageType",
    "Reason",
    "ReasonCode",
    "Rendering",
    "Role",
    "Verdict",
]

RENDERED_TYPE = "text/html; charset=utf-8"  # of a DOM written out


class Role(StrEnum):
    """What a block is in the article. Which roles a rendering shows is decided in policy.py alone."""

    TITLE = "title"
    DEK = "dek"
    PARAGRAPH = "paragraph"
    HEADING = "heading"
    LIST_ITEM = "list-item"
    QUOTE = "quote"
    CODE = "code"
    TABLE = "table"
    CAPTION = "caption"
    CREDIT = "credit"
    BYLINE = "byline"
    DATELINE = "dateline"
    EMBED = "embed"


class Verdict(StrEnum):
    """The two answers there are for a block."""

    KEEP = "keep"
    DROP = "drop"


MarkKind = Literal["link", "strong", "emphasis", "code", "sup", "sub"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """Inline markup over `text[start:end]` of its block; `href` only for links."""

    kind: MarkKind
    start: int
    end: int
    href: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Media:
    """What an embed block shows: an image, video, audio or frame, by its address, with its alternative text."""

    kind: Literal["image", "video", "audio", "frame"]
    src: str
    alt: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    r"""Text that a browser lays out as one block.

    `text` has white space laid out as a browser would (runs collapsed, `\\n` for a line break; verbatim in code).
    `index` is the block's place in its page and its name in decisions and edits. `level` is 1 to 6 for headings, the
    nesting depth (from 1) for list items, else 0. `group` is shared by the blocks of one list, table, quote or
    figure; `row` and `column` (from 0) place a table cell, whose `header` says whether it heads its column or row.
    `ordinal` is an ordered list item's number. Embeds carry `media` and an empty text.
    """

    index: int
    text: str
    role: Role = Role.PARAGRAPH
    tag: str = "p"
    level: int = 0
    group: int | None = None
    row: int | None = None
    column: int | None = None
    header: bool = False
    ordinal: int | None = None
    marks: tuple[Mark, ...] = ()
    media: Media | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """What one rule or the model saw in one block: its verdict, the words it saw (`quote`), and why that counts."""

    rule: str
    verdict: Verdict
    quote: str
    why: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """A block with its verdict and all evidence about it, the deciding one first. A drop without evidence is impossible."""

    block: Block
    verdict: Verdict
    evidence: tuple[Evidence, ...] = ()

    def __post_init__(self) -> None:
        if self.verdict is Verdict.DROP and not (self.evidence and self.evidence[0].verdict is Verdict.DROP):
            raise ValueError(f"block {self.block.index} dropped without evidence: {self.block.text[:60]!r}")

    @property
    def rule(self) -> str | None:
        """Id of the deciding rule; None where a block is kept by default."""
        return self.evidence[0].rule if self.evidence else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Edit:
    """One change inside a kept block: at `start` of the text as it then was, `before` became `after`.

    Edits of a block replay in order. `absorbs` is the index of a following block whose text is now part of this one
    (the halves of a torn sentence); `after` then holds what was appended.
    """

    block: int
    rule: str
    start: int
    before: str
    after: str
    absorbs: int | None = None


class PageType(StrEnum):
    """What kind of page this is; what follows from it is decided in policy.py alone."""

    ARTICLE = "article"
    FORUM = "forum"
    PRODUCT = "product"
    DOCUMENTATION = "documentation"
    LISTING = "listing"


@dataclass(frozen=True, slots=True, kw_only=True)
class Meta:
    """What is known of an article; None where unknown. `sources` says for each known field where it came from.

    Dates are ISO 8601 strings (`2026-11-22` or with time and zone as published); `language` is a BCP 47 primary tag;
    `canonical` and `image` are absolute URLs; `page_type` is what the page states itself to be. Source names: `json-ld`,
    `opengraph`, `meta`, `microdata`, `html`, `trafilatura`, `htmldate`, `url`, `text`, `line` (one by the title).
    """

    title: str | None = None
    byline: str | None = None
    published: str | None = None
    modified: str | None = None
    language: str | None = None
    canonical: str | None = None
    site: str | None = None
    image: str | None = None
    description: str | None = None
    page_type: PageType | None = None
    sources: Mapping[str, str] = field(default_factory=dict)


class ReasonCode(StrEnum):
    """Why a page holds no article."""

    EMPTY = "empty"
    NOT_HTML = "not-html"
    NO_CONTENT = "no-content"
    ERROR_PAGE = "error-page"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """Why there is no article, with what was seen."""

    code: ReasonCode
    evidence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Exchange:
    """One HTTP request and its final response, as the bytes on the wire.

    `request` and `response` are head and body exactly as sent and received; interim 1xx responses stand in `interim`,
    bytes beyond the response in `surplus`. `truncated` is WARC's reason (`length`, `time`, `disconnect`) where the
    body was cut, else None. `ip` is the address connected to. `verified` is False where TLS was not checked.
    """

    url: str
    request: bytes
    response: bytes
    status: int
    started_at: datetime
    ip: str | None = None
    truncated: Literal["length", "time", "disconnect", "unspecified"] | None = None
    interim: bytes = b""
    surplus: bytes = b""
    verified: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Rendering:
    """A page as a browser shows it: `content` is its DOM as HTML in UTF-8, when its scripts had come to rest.

    `truncated` is `length` where the page was not let load all that it wanted; `refused` says what was not let through.
    """

    content: bytes
    url: str
    rendered_at: datetime
    truncated: Literal["length"] | None = None
    refused: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """One response with its provenance: `content` is the entity with transfer and content codings undone.

    `url` is the final URL after redirects (None for text from nowhere), `exchanges` the whole way there, last one the
    page itself; empty for files and standard input. `fetched_at` is when the page was received, with its zone. `rendering` is
    there where a browser ran the page's scripts; `shown` is what is read and cleaned then. `parts` are the further pages of
    its article, in order, where that is spread over several.
    """

    content: bytes
    url: str | None = None
    content_type: str | None = None
    status: int | None = None
    fetched_at: datetime | None = None
    exchanges: tuple[Exchange, ...] = ()
    rendering: Rendering | None = None
    parts: tuple["Page", ...] = ()

    @property
    def shown(self) -> "Page":
        """The page as its readers see it: with the DOM for content where a browser ran its scripts, else itself."""
        if self.rendering is None:
            return self
        return replace(self, content=self.rendering.content, content_type=RENDERED_TYPE, rendering=None)
