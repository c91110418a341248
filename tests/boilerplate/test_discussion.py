"""Readers' comments go where an article stands above them, by the names around them; threads and near names stay."""

import pytest

from cleaner.boilerplate import Choice, classify, compile_rules, segment
from cleaner.model import Evidence, Meta, Verdict
from cleaner.parse import parse_tree
from cleaner.policy import Limits

PROSE = "The ferry came back to the harbour on Monday after a winter of repairs in the yard at Hollin Head. " * 9
REPLY = "I was on that boat as a child, and it smelled of tar and oranges all the way across."


def left(markup: str, forced: dict[int, Evidence] | None = None) -> list[str]:
    """What stays of the page when the choice holds all of it."""
    tree = parse_tree(markup, Limits())
    assert tree is not None
    page = segment(tree)
    choice = Choice(kept=(1.0,) * len(page.blocks), words=1)
    decisions = classify(page, choice, Meta(), compile_rules([]), forced).decisions
    return [d.block.text for d in decisions if d.verdict is Verdict.KEEP]


@pytest.mark.parametrize(
    "names", ["class='comment-body'", "id=disqus_thread", "class='wide Comments-Area'", "class='forum-texte'"]
)
def test_comments_under_an_article_go(names: str) -> None:
    assert [PROSE.strip()] == left(f"<p>{PROSE}</p><div {names}><section><p>{REPLY}</p></section></div>")


def test_replies_in_a_thread_stay() -> None:
    question = "Does anybody know when the ferry sails again?"
    assert [question, REPLY] == left(f"<p>{question}</p><div class=comment-body><p>{REPLY}</p></div>")


@pytest.mark.parametrize("names", ["has-comments", "commentary", "no-comment-body-here", "comments-open"])
def test_near_names_are_no_comments(names: str) -> None:
    assert [PROSE.strip(), REPLY] == left(f"<p>{PROSE}</p><div class='{names}'><p>{REPLY}</p></div>")


def test_what_the_user_keeps_stays() -> None:
    kept = {1: Evidence(rule="selector/keep", verdict=Verdict.KEEP, quote="")}
    assert [PROSE.strip(), REPLY] == left(f"<p>{PROSE}</p><div class=comment-body><p>{REPLY}</p></div>", kept)


def test_deep_nesting_is_climbed_without_recursion() -> None:
    deep = "<div>" * 1_500 + f"<p>{REPLY}</p>" + "</div>" * 1_500
    assert [PROSE.strip()] == left(f"<p>{PROSE}</p><div class=comment-list>{deep}</div>")
