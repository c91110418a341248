"""Small pages for tests of the decision: written inline, segmented for real, the extractor's choice made up."""

from collections.abc import Mapping

from cleaner.boilerplate.classify import Classified, classify
from cleaner.boilerplate.locate import Choice
from cleaner.boilerplate.rules import shipped_rules
from cleaner.boilerplate.ruleset import compile_rules
from cleaner.boilerplate.segment import Segmented, segment
from cleaner.model import Decision, Evidence, Meta, Verdict
from cleaner.parse import parse_tree
from cleaner.policy import Limits

__all__ = ["FERRY", "RULES", "STORM", "chosen", "decided", "decision", "dropped", "kept", "page_of"]

RULES = compile_rules(shipped_rules())
FERRY = (
    "The ferry to the northern islands will stay in the harbour until the storm has passed, the operator said on"
    " Monday, and nobody on the pier looked surprised, least of all the pilots."
)
STORM = (
    "Passengers with a ticket may travel on any later crossing, while those who cannot wait get their money back at the"
    " office by the old crane, which opens at nine and closes when the clerk is hungry."
)


def page_of(body: str) -> Segmented:
    """The blocks of a page with this body."""
    tree = parse_tree(f"<html><body>{body}</body></html>", Limits())
    assert tree is not None
    return segment(tree)


def chosen(page: Segmented, left_out: tuple[str, ...] = ()) -> Choice:
    """A choice of all blocks but those that hold one of the texts `left_out`."""
    kept = tuple(0.0 if any(text in block.text for text in left_out) else 1.0 for block in page.blocks)
    return Choice(kept=kept, words=sum(len(block.text.split()) for block in page.blocks))


def decided(
    body: str,
    *,
    left_out: tuple[str, ...] = (),
    meta: Meta = Meta(),  # noqa: B008  # frozen
    forced: Mapping[int, Evidence] | None = None,
) -> Classified:
    """The decisions about a page with this body, of which the extractor leaves out the blocks with these texts."""
    page = page_of(body)
    return classify(page, chosen(page, left_out), meta, RULES, forced)


def decision(found: Classified, text: str) -> Decision:
    """The decision about the first block whose text begins so."""
    return next(d for d in found.decisions if d.block.text.startswith(text))


def kept(found: Classified) -> list[str]:
    """Texts of the kept blocks."""
    return [d.block.text for d in found.decisions if d.verdict is Verdict.KEEP and d.block.text]


def dropped(found: Classified) -> dict[str, str]:
    """Rule by text of the dropped blocks."""
    return {d.block.text: d.rule or "" for d in found.decisions if d.verdict is Verdict.DROP and d.block.text}
