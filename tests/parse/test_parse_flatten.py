"""What lies too deep is laid flat: every word stays, in its order, and hidden text stays hidden."""

import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cleaner import clean
from cleaner.boilerplate import segment
from cleaner.parse import parse_tree
from cleaner.parse.flatten import flattened
from cleaner.policy import Limits

LEVELS = 8
PIECES = st.sampled_from(
    "<div> </div> <p> </p> <b> </b> <a> </a> <ul> <li> </li> </ul> <table> <tr> <td> </td> </table> <br> <h2> </h2> "
    "<span> </span> <section> </section> one two three".split()
)


def said(markup: str) -> str:
    return " ".join(re.sub(r"<[^>]*>", " ", markup).split())


@given(st.lists(PIECES, max_size=120))
def test_no_word_is_lost_and_none_changes_its_place(pieces: list[str]) -> None:
    page = " ".join(pieces)
    assert said(page) == said(flattened(page.encode(), LEVELS).decode())


@given(st.lists(PIECES, max_size=120))
def test_page_is_no_deeper_than_asked(pieces: list[str]) -> None:
    page = flattened(("<div>" * 40 + " ".join(pieces)).encode(), LEVELS)
    tree = parse_tree("<html><body>" + page.decode() + "x", Limits())
    assert tree is not None
    assert max(sum(1 for _ in element.iterancestors()) for element in tree.iter("*")) < 2 * LEVELS + 60


@pytest.mark.parametrize("wrapper", ["div", "section", "span", "b", "blockquote", "article", "font", "custom-element"])
def test_paragraphs_under_5_000_wrappers_are_blocks(wrapper: str) -> None:
    page = f"<{wrapper}>" * 5_000 + "<h2>The weir</h2><p>One.</p><p>Two <i>and</i> three.</p>" + f"</{wrapper}>" * 5_000
    tree = parse_tree(f"<html><body>{page}<p>After.</p>", Limits())
    assert tree is not None
    blocks = segment(tree).blocks
    assert ["The weir", "One.", "Two and three.", "After."] == [block.text for block in blocks]
    assert ["h2", "p", "p", "p"] == [block.tag for block in blocks]


def test_hidden_text_stays_hidden_when_laid_flat() -> None:
    page = (
        "<div>" * 3_000
        + "<p>Seen.</p><div style='display:none'><p>Not seen.</p><div>Nor this.</div></div><p>Seen too.</p>"
    )
    tree = parse_tree(f"<html><body>{page}", Limits())
    assert tree is not None
    found = segment(tree)
    shown = [block.text for block, context in zip(found.blocks, found.contexts, strict=True) if not context.hidden]
    assert ["Seen.", "Seen too."] == shown


def test_article_under_5_000_wrappers_is_found() -> None:
    texts = [
        "The lock keeper of Dunmarrow has counted the boats by hand since the bridge was painted green.",
        "Every evening she writes the number into a ledger, and every evening the heron looks over her shoulder.",
    ]
    page = "<div>" * 5_000 + "<article>" + "".join(f"<p>{text}</p>" for text in texts)
    assert "\n\n".join(texts) == clean(page).text


def test_depth_that_libxml2_alone_sees_is_laid_flat() -> None:
    page = "<section><p>The boats." * 1_900  # a paragraph ends where a section begins, but not for libxml2
    tree = parse_tree(page, Limits())
    assert tree is not None
    assert 1_900 == len(segment(tree).blocks)


def test_flattening_is_linear() -> None:
    started = time.process_time()
    flattened(b"<div><b><p>x" * 100_000)
    flattened(b"<b>" * 100_000 + b"</b>" * 100_000)
    assert time.process_time() - started < 5
