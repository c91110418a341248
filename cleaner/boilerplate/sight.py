"""What is known of one block while a page is being decided: what the steps of classify pass to each other."""

from dataclasses import dataclass, field

from cleaner.boilerplate.ruleset import Subject
from cleaner.model import Block, Evidence, Role, Verdict

__all__ = ["ADDED", "HIDDEN_RULE", "OUTSIDE_BY_SCORER", "OUTSIDE_RULE", "UNLIKELY", "Sight", "evidence_for", "outside"]

OUTSIDE_RULE = "locate/outside"  # the extractor left it out
OUTSIDE_BY_SCORER = "model/outside"  # the scorer did, without asking the extractor
ADDED = "model/added"  # the scorer added it to the extractor's choice
UNLIKELY = "model/unlikely"  # the scorer took it back from the extractor's choice
HIDDEN_RULE = "structure/hidden"
_OUTSIDE = "the extractor places this outside the article"
_QUOTE_CHARS = 80


@dataclass(slots=True)
class Sight:
    """What is known of one block so far.

    `located` says whether the choice holds it, `chosen_by` why where that is the scorer's doing. `role` is set where its
    place gives the block another than its tag did. `told` is what the user's filter lists say.
    """

    block: Block
    located: bool
    chosen_by: Evidence | None = None
    subject: Subject | None = None
    evidence: list[Evidence] = field(default_factory=list)
    role: Role | None = None
    told: tuple[Evidence, ...] = ()

    @property
    def dropped(self) -> bool:
        """Whether what decides so far speaks for dropping it."""
        return bool(self.evidence) and self.evidence[0].verdict is Verdict.DROP

    @property
    def left_out(self) -> Evidence:
        """Why a block that is not located is not: the scorer's evidence, else the extractor's choice."""
        return self.chosen_by or outside(self.block)

    @property
    def is_residue(self) -> bool:
        """Whether a rule dropped it for what it is, not only the extractor's choice or the scorer's."""
        return self.dropped and not self.evidence[0].rule.startswith(("locate/", "model/"))

    @property
    def is_figure(self) -> bool:
        """Whether it is a picture, a player, or what is said about one."""
        return self.block.media is not None or self.block.role in (Role.CAPTION, Role.CREDIT)

    def drop(self, evidence: Evidence) -> None:
        """Puts the evidence before all other."""
        self.evidence.insert(0, evidence)


def outside(block: Block) -> Evidence:
    """Evidence that the extractor left the block out."""
    return evidence_for(OUTSIDE_RULE, block, _OUTSIDE)


def evidence_for(rule: str, block: Block, why: str) -> Evidence:
    """Evidence for dropping the block, its text or its picture's address quoted."""
    quote = block.text or (block.media.src if block.media else "")
    return Evidence(rule=rule, verdict=Verdict.DROP, quote=quote[:_QUOTE_CHARS], why=why)
