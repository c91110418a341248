"""The rule record and the closed union of what a rule can look at; boilerplate/ruleset.py compiles these, nothing else runs them.

Texts in matches are written as people write them; the rule set folds them (case, accents kept, punctuation at the
edges, white space) exactly as it folds the lines it looks at.
"""

from dataclasses import dataclass
from typing import Literal, TypeAlias

from cleaner.model import Verdict

__all__ = ["AllOf", "Label", "Line", "Match", "Measure", "Neighbour", "Opening", "Pattern", "Phrase", "Rule", "Token"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """The whole line is one of `labels`, a number behind it or not (`Comments 2`)."""

    labels: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Label:
    """The whole line is one of `labels`, numbered or doubled or not; a mark put in by a machine wherever it falls.

    `edits` typing errors are forgiven in labels of eight letters and more. In plain text such a mark is also looked for
    glued to a paragraph, cut over lines and inside a sentence; where `glues` is False (words that open names and
    sentences too) only in a text that also shows it on a line of its own.
    """

    labels: tuple[str, ...]
    edits: int = 0
    glues: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """The line begins with one of `phrases`, goes on after it, and has at most `max_words` words.

    A colon at a phrase's end is part of it, white space before the colon or not.
    """

    phrases: tuple[str, ...]
    max_words: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Phrase:
    """The line holds one of `phrases` as whole words and has at most `max_words` words."""

    phrases: tuple[str, ...]
    max_words: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Pattern:
    """The whole folded line matches `regex` (linear time, no look-around, no back-reference); at most `max_words` words.

    `engine` is what runs it: RE2 for what users write, whose time no pattern can blow up, Python's for the shipped ones.
    """

    regex: str
    max_words: int
    engine: Literal["re", "re2"] = "re"


@dataclass(frozen=True, slots=True, kw_only=True)
class Token:
    """The element or one of its block-level ancestors carries one of `tokens` in class, id, role or data-component names.

    Holds only for blocks of at most `max_words` words: the guard that keeps prose in a `layout-ad-right` column.
    """

    tokens: tuple[str, ...]
    max_words: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Neighbour:
    """The block `side` of this one (skipping dropped ones of the same rule) was dropped by one of `rules`."""

    side: Literal["before", "after"]
    rules: tuple[str, ...]


MeasureName = Literal["link_share", "words", "links", "ends_sentence", "in_list", "heading", "repeated"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """A number of the block lies within the bounds, both included: shares 0.0 to 1.0, counts as they are, facts 0 or 1."""

    name: MeasureName
    at_least: float = 0.0
    at_most: float = float("inf")


@dataclass(frozen=True, slots=True, kw_only=True)
class AllOf:
    """Every one of `matches` holds; the first is the indexed one, so name the rarest first."""

    matches: "tuple[Match, ...]"


Match: TypeAlias = Line | Label | Opening | Phrase | Pattern | Token | Neighbour | Measure | AllOf


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One reason to drop (or, for guards, to keep) a block.

    `id` is its path, `ads/label` in rules/ads.py: never renamed, only retired. `hits` are lines it must catch,
    `misses` lines one word away that it must leave. `languages` are the ones with evidence, for the catalogue.
    """

    id: str
    match: Match
    why: str
    hits: tuple[str, ...]
    misses: tuple[str, ...]
    languages: tuple[str, ...] = ("en",)
    verdict: Verdict = Verdict.DROP
