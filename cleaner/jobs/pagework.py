"""What a worker does with a page of a crawl. Its imports are the worker's: each is paid for once a worker."""

from typing import TYPE_CHECKING, NamedTuple

from cleaner.model import Page
from cleaner.policy import Policy

if TYPE_CHECKING:
    from cleaner.article import Article
    from cleaner.fetch.links import Leads
    from cleaner.fetch.parts import Look
    from cleaner.taught import PlacedLine

__all__ = ["Cleaned", "Wanted", "clean_page", "find_part_link"]


class Cleaned(NamedTuple):
    """What cleaning a page gave: its article, where it leads, and the lines to learn, the last two where they are asked for.

    `versions` are those of the rules and the scorer that it was cleaned by.
    """

    article: "Article"
    leads: "Leads | None"
    lines: "frozenset[PlacedLine]"
    versions: tuple[str, str]


class Wanted(NamedTuple):
    """What a worker is asked for beside the article."""

    leads: bool
    lines: bool


def clean_page(_policy: Policy, page: Page, own: Policy, wanted: Wanted) -> Cleaned:
    """The page cleaned under its own policy, with all that is wanted."""
    from cleaner import pipeline

    article = pipeline.clean(page, policy=own)
    return Cleaned(
        article,
        _leads(page) if wanted.leads else None,
        _lines(page, own) if wanted.lines and article.text else frozenset(),
        pipeline.versions(own),
    )


def find_part_link(_policy: Policy, look: "Look", own: Policy) -> str | None:
    """Where the page's article goes on, by the rules of its site."""
    from cleaner.pipeline import named_link

    return named_link(look.page, own, look.kind)


def _leads(page: Page) -> "Leads":
    from cleaner.fetch.links import read_leads

    return read_leads(page)


def _lines(page: Page, own: Policy) -> "frozenset[PlacedLine]":
    from cleaner.archive.learning import lines_to_learn

    return lines_to_learn(page, own.limits)
