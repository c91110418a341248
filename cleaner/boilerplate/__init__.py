"""Blocks, evidence and the decision which of them are the article."""

from cleaner.boilerplate.classify import Classified, classify
from cleaner.boilerplate.locate import Choice, locate, with_strays
from cleaner.boilerplate.plaintext import clean_plain_text
from cleaner.boilerplate.rules import shipped_rules
from cleaner.boilerplate.ruleset import RuleSet, compile_rules
from cleaner.boilerplate.segment import Segmented, open_text, segment

__all__ = [
    "Choice",
    "Classified",
    "RuleSet",
    "Segmented",
    "classify",
    "clean_plain_text",
    "compile_rules",
    "locate",
    "open_text",
    "segment",
    "shipped_rules",
    "with_strays",
]
