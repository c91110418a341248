"""The product: metadata, kept blocks, what was dropped and why, what was edited; with its renderings."""

from collections.abc import Mapping
from dataclasses import MISSING, dataclass, field, fields, replace
from functools import cache
from typing import TYPE_CHECKING, Any, Self

from cleaner.model import Block, Decision, Edit, Evidence, Meta, Reason, Role, Verdict
from cleaner.policy import shown_in_markup
from cleaner.render import html, markdown, tei, txt

if TYPE_CHECKING:
    import msgspec
    from _typeshed import DataclassInstance

__all__ = ["Article", "CleanedText", "decision_dict", "edit_dict"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Article:
    """One cleaned page. A page without an article has no blocks, an empty `text`, and a `reason`.

    `blocks` are all kept blocks in reading order, also those whose role `shown` does not render. `dropped` are the
    decisions inside the article's range (first to last kept block), or all of them where the policy explains all;
    `outside` counts the dropped blocks beyond the range by rule id. `edits` replay on the original blocks.
    `ruleset` is the digest of the rules that decided, `model` the scorer's version, empty where it was not asked.
    """

    url: str | None = None
    meta: Meta = field(default_factory=Meta)
    blocks: tuple[Block, ...] = ()
    dropped: tuple[Decision, ...] = ()
    edits: tuple[Edit, ...] = ()
    reason: Reason | None = None
    outside: Mapping[str, int] = field(default_factory=dict)
    shown: frozenset[Role] = frozenset()
    ruleset: str = ""
    model: str = ""

    @property
    def text(self) -> str:
        """The article as plain text, paragraphs separated by blank lines; empty exactly when there is a reason."""
        return txt.render(self.blocks, self.shown)

    @property
    def markdown(self) -> str:
        """The article as CommonMark with its title; empty without an article."""
        return markdown.render(self.meta, self.blocks, shown_in_markup(self.shown)) if self.blocks else ""

    @property
    def html(self) -> str:
        """The article as a sanitised HTML fragment; empty without an article."""
        return html.render(self.meta, self.blocks, shown_in_markup(self.shown)) if self.blocks else ""

    @property
    def tei(self) -> str:
        """The article as a TEI-XML document; empty without an article."""
        if not self.blocks:
            return ""
        return tei.render(self.meta, self.blocks, shown_in_markup(self.shown), self.url)

    def to_dict(self) -> dict[str, Any]:
        """The whole article as JSON-ready values: metadata, text, blocks, dropped lines with evidence, edits, versions."""
        return {
            "url": self.url,
            "meta": {**_flat(self.meta), "sources": dict(self.meta.sources)},
            "text": self.text,
            "blocks": [_block_dict(block) for block in self.blocks],
            "shown": sorted(map(str, self.shown)),
            "dropped": [decision_dict(decision) for decision in self.dropped],
            "edits": [edit_dict(edit) for edit in self.edits],
            "outside": dict(self.outside),
            "reason": {"code": str(self.reason.code), "evidence": self.reason.evidence} if self.reason else None,
            "ruleset": self.ruleset,
            "model": self.model,
        }

    def __reduce_ex__(self, protocol: Any) -> "str | tuple[Any, ...]":
        """As it is pickled: in one piece, by what reads types once, which takes a sixth of the time (measured)."""
        try:
            return _unpacked, (_packer().encode(self),)
        except UnicodeEncodeError:  # half a character of a broken page
            return object.__reduce_ex__(self, protocol)

    @classmethod
    def from_dict(cls, row: Mapping[str, Any]) -> Self:
        """The article that `to_dict` gave this for; keys it does not know are passed over.

        A dropped block comes back with its index and text alone. Raises ValueError where the values are of other kinds.
        """
        import msgspec

        read = {name: row[name] for name in _FIELDS if name in row and name != "dropped"}
        article = msgspec.convert(read, cls, strict=False)
        return replace(article, dropped=tuple(map(_decision, row.get("dropped", ()))))


@dataclass(frozen=True, slots=True, kw_only=True)
class CleanedText:
    """Cleaned plain text, the lines dropped from it with evidence, and the edits inside kept paragraphs."""

    text: str
    dropped: tuple[Decision, ...] = ()
    edits: tuple[Edit, ...] = ()
    ruleset: str = ""

    def to_dict(self) -> dict[str, Any]:
        """The text, dropped lines and edits as JSON-ready values."""
        return {
            "text": self.text,
            "dropped": [decision_dict(decision) for decision in self.dropped],
            "edits": [edit_dict(edit) for edit in self.edits],
            "ruleset": self.ruleset,
        }


_FIELDS = tuple(part.name for part in fields(Article))
_BLOCK_DEFAULTS = {
    part.name: part.default for part in fields(Block) if part.default is not MISSING and part.name != "role"
}


@cache
def _packer() -> "msgspec.msgpack.Encoder":
    import msgspec

    return msgspec.msgpack.Encoder()


@cache
def _unpacker() -> "msgspec.msgpack.Decoder[Article]":
    import msgspec

    return msgspec.msgpack.Decoder(Article)


def _unpacked(packed: bytes) -> Article:
    return _unpacker().decode(packed)


def _flat(record: "DataclassInstance") -> dict[str, Any]:
    """The record's fields by name, values as they are: `asdict` copies them in depth, which took half of writing a page."""
    return {name: getattr(record, name) for name in record.__dataclass_fields__}


def _block_dict(block: Block) -> dict[str, Any]:
    """The block's index, role and text, and of the rest what is not as it is by default."""
    row: dict[str, Any] = {"index": block.index, "role": str(block.role), "text": block.text}
    for name, default in _BLOCK_DEFAULTS.items():
        value = getattr(block, name)
        if value != default:
            row[name] = value
    if block.media is not None:
        row["media"] = _flat(block.media)
    if block.marks:
        row["marks"] = [{k: v for k, v in _flat(mark).items() if v is not None} for mark in block.marks]
    return row


def _decision(row: Mapping[str, Any]) -> Decision:
    import msgspec

    return Decision(
        block=Block(index=row["index"], text=row["text"]),
        verdict=Verdict(row["verdict"]),
        evidence=msgspec.convert(row["evidence"], tuple[Evidence, ...]),
    )


def decision_dict(decision: Decision) -> dict[str, Any]:
    """One decision as JSON-ready values: block index, text, verdict and every evidence."""
    return {
        "index": decision.block.index,
        "text": decision.block.text,
        "verdict": str(decision.verdict),
        "rule": decision.rule,
        "evidence": [
            {"rule": e.rule, "verdict": str(e.verdict), "quote": e.quote, "why": e.why} for e in decision.evidence
        ],
    }


def edit_dict(edit: Edit) -> dict[str, Any]:
    """One edit as JSON-ready values."""
    return _flat(edit)
