"""The product: metadata, kept blocks, what was dropped and why, what was edited; with its renderings."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from cleaner.model import Block, Decision, Edit, Meta, Reason, Role
from cleaner.policy import shown_in_markup
from cleaner.render import html, markdown, txt

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

    def to_dict(self) -> dict[str, Any]:
        """The whole article as JSON-ready values: metadata, text, blocks, dropped lines with evidence, edits, versions."""
        meta = asdict(self.meta)
        return {
            "url": self.url,
            "meta": {**meta, "sources": dict(self.meta.sources)},
            "text": self.text,
            "blocks": [_block_dict(block) for block in self.blocks],
            "dropped": [decision_dict(decision) for decision in self.dropped],
            "edits": [edit_dict(edit) for edit in self.edits],
            "outside": dict(self.outside),
            "reason": {"code": str(self.reason.code), "evidence": self.reason.evidence} if self.reason else None,
            "ruleset": self.ruleset,
            "model": self.model,
        }


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


def _block_dict(block: Block) -> dict[str, Any]:
    row = {"index": block.index, "role": str(block.role), "text": block.text}
    if block.media is not None:
        row["media"] = asdict(block.media)
    if block.level:
        row["level"] = block.level
    return row


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
    return asdict(edit)
