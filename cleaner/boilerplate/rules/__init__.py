"""The shipped rules: one file a class of residue, data only; `shipped_rules()` gives all of them in the order they are asked."""

from cleaner.boilerplate.rules import (
    ads,
    affiliate,
    author,
    comments,
    consent,
    keep,
    learned,
    legal,
    media,
    navigation,
    newsletter,
    paywall,
    prompts,
    related,
    share,
    sponsored,
)
from cleaner.rule import Rule

__all__ = ["shipped_rules"]

_SHIPPED: tuple[Rule, ...] = (
    *keep.RULES,
    *ads.RULES,
    *sponsored.RULES,
    *newsletter.RULES,
    *related.RULES,
    *share.RULES,
    *media.RULES,
    *legal.RULES,
    *affiliate.RULES,
    *author.RULES,
    *consent.RULES,
    *paywall.RULES,
    *comments.RULES,
    *navigation.RULES,
    *prompts.RULES,
    *learned.RULES,
)


def shipped_rules() -> tuple[Rule, ...]:
    """All rules that come with the program, guards first."""
    return _SHIPPED
