"""What a page states itself to be, and what follows from it: replies stay in a forum, reviews go in a shop, links stay in a list."""

import pytest

from cleaner import clean
from cleaner.boilerplate import Choice, classify, compile_rules, segment
from cleaner.model import Meta, PageType, Verdict
from cleaner.parse import parse_tree
from cleaner.pipeline import MODEL
from cleaner.policy import Limits, Policy, policy_for

PROSE = "The ferry came back to the harbour on Monday after a winter of repairs in the yard at Hollin Head. " * 9
REPLY = "I was on that boat as a child, and it smelled of tar and oranges all the way across to the island."
HEAD = "<!doctype html><html lang=en><head><title>The night ferry</title>{}</head><body><article>"


def page(head: str = "", body: str = "") -> str:
    return f"{HEAD.format(head)}<h1>The night ferry</h1><p>{PROSE}</p>{body}</article></body></html>"


def ld(kind: str, rest: str = "") -> str:
    return f'<script type="application/ld+json">{{"@type": "{kind}"{rest}}}</script>'


OFFER = ', "offers": {"@type": "Offer", "price": "12"}'
STATED = [
    (ld("DiscussionForumPosting"), "", "forum", "json-ld"),
    (ld("QAPage"), "", "forum", "json-ld"),
    ("", "<div itemscope itemtype='https://schema.org/Comment'>x</div>", "forum", "microdata"),
    ('<meta name=generator content="Discourse 3.3">', "", "forum", "meta"),
    (ld("Product", OFFER), "", "product", "json-ld"),
    ("<meta property=og:type content=product>", "", "product", "opengraph"),
    ('<meta name=generator content="mkdocs-1.6.1">', "", "documentation", "meta"),
    (ld("TechArticle"), "", "documentation", "json-ld"),
    (ld("CollectionPage"), "", "listing", "json-ld"),
    ("<meta property=og:type content=product.group>", "", "listing", "opengraph"),
    (ld("NewsArticle"), "", "article", "json-ld"),
    (ld("NewsArticle", ', "about": {"@type": "Product", "offers": {"@type": "Offer"}}'), "", "article", "json-ld"),
]


@pytest.mark.parametrize(("head", "body", "page_type", "source"), STATED)
def test_a_page_is_what_it_states_to_be(head: str, body: str, page_type: str, source: str) -> None:
    meta = clean(page(head, body)).meta
    assert (meta.page_type, meta.sources["page_type"]) == (page_type, source)


@pytest.mark.parametrize(
    "head",
    [
        "",
        "<meta property=og:type content=website>",
        ld("WebPage"),
        ld("Product"),
        '<meta name=generator content="WordPress 6.7">',
    ],
)
def test_a_page_that_states_nothing_telling_is_of_no_type(head: str) -> None:
    assert clean(page(head)).meta.page_type is None


COMMENTS = f"<p>{PROSE}</p><div class=comment-list><div class=comment-body><p>{REPLY}</p></div></div>"
REVIEWS = f"<p>{PROSE}</p><div class=product-reviews><p>{REPLY}</p></div>"


def stays(markup: str, page_type: PageType | None) -> bool:
    """Whether the reply stays where the choice holds all of the page."""
    tree = parse_tree(markup, Limits())
    assert tree is not None
    blocks = segment(tree)
    choice = Choice(kept=(1.0,) * len(blocks.blocks), words=1)
    decisions = classify(blocks, choice, Meta(page_type=page_type), compile_rules([])).decisions
    return any(d.block.text == REPLY and d.verdict is Verdict.KEEP for d in decisions)


@pytest.mark.parametrize(
    ("markup", "page_type", "expected"),
    [
        (COMMENTS, None, False),
        (COMMENTS, PageType.ARTICLE, False),
        (COMMENTS, PageType.FORUM, True),
        (REVIEWS, None, True),
        (REVIEWS, PageType.PRODUCT, False),
    ],
)
def test_the_type_decides_on_replies_and_reviews(markup: str, page_type: PageType | None, expected: bool) -> None:  # noqa: FBT001
    assert stays(markup, page_type) is expected


def test_reviews_that_are_all_there_is_stay() -> None:
    assert stays(f"<div class=reviews><p>{PROSE}</p><p>{REPLY}</p></div>", PageType.PRODUCT)


@pytest.mark.parametrize(("head", "expected"), [("", False), (ld("CollectionPage"), True), (ld("TechArticle"), True)])
def test_links_to_other_pages_stay_where_they_are_the_matter(head: str, expected: bool) -> None:  # noqa: FBT001
    body = f"<p>Related stories</p><p>{REPLY}</p>"
    text = clean(page(head, body), policy=Policy(off=frozenset({MODEL}))).text
    assert ("Related stories" in text) is expected
    assert PROSE.strip() in text


def test_the_version_of_the_rules_is_the_same_on_every_page() -> None:
    assert clean(page()).ruleset == clean(page(ld("CollectionPage"))).ruleset


def test_every_type_has_a_policy() -> None:
    policies = {page_type: policy_for(page_type) for page_type in PageType}  # a type without one is a KeyError
    assert policies[PageType.ARTICLE] == policy_for(None)
    assert len(set(policies.values())) > 1
