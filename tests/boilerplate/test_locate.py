"""Trafilatura's choice falls exactly on the blocks it was made from, and leaves no trace in them."""

import json
import re
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree
from lxml.html import HtmlElement

from cleaner.boilerplate import Segmented, segment
from cleaner.boilerplate.locate import FIRST_STAMP, LAST_STAMP, Choice, locate, stamp, stamp_number, with_strays
from cleaner.parse import parse_tree
from cleaner.policy import Limits

STAMPS = 131_068
MENU = (
    "<nav><ul>"
    + "".join(f"<li><a href='/{name}'>{name}</a></li>" for name in ("News", "Sport", "Weather"))
    + "</ul></nav>"
)
PARAGRAPHS = [
    "The ferry between the two islands will sail again from Monday, the harbour board said after repairs that took a month.",
    "Tickets bought before the break stay valid until the end of the year, and the fare will not rise before the spring.",
    "Islanders had crossed in fishing boats since the gearbox failed in a gale, and the school sent its pupils home early.",
    "The board has set money aside for a second vessel, which is to cross in half the time and carry forty cars at once.",
]
FOOTER = "<footer><p>Imprint</p><p>All rights reserved.</p></footer>"


def tree_of(body: str) -> HtmlElement:
    tree = parse_tree(f"<html><head><title>Ferry returns</title></head><body>{body}</body></html>", Limits())
    assert tree is not None
    return tree


def article(paragraphs: list[str]) -> str:
    inner = "".join(f"<p>{paragraph}</p>" for paragraph in paragraphs)
    return f"{MENU}<article><h1>Ferry returns</h1>{inner}</article>{FOOTER}"


def located(body: str, *, fast: bool = False) -> tuple[Segmented, Choice]:
    tree = tree_of(body)
    page = segment(tree)
    return page, locate(tree, page, fast=fast)


@pytest.mark.parametrize("fast", [False, True])
def test_kept_blocks_are_the_article_and_no_other(fast: bool) -> None:  # noqa: FBT001
    page, choice = located(article(PARAGRAPHS), fast=fast)
    kept = {block.text for block, share in zip(page.blocks, choice.kept, strict=True) if share > 0.5}
    assert kept - {"Ferry returns"} == set(PARAGRAPHS)


def test_choice_falls_on_the_right_one_of_two_equal_lines() -> None:
    line = "The fare will not rise before the spring."
    page, choice = located(f"<footer><p>{line}</p></footer>{article([*PARAGRAPHS, line])}")
    assert [0.0, 1.0] == [share for block, share in zip(page.blocks, choice.kept, strict=True) if block.text == line]


def test_what_is_taken_out_is_left_out_and_its_tail_stays() -> None:
    tree = tree_of(f"{article(PARAGRAPHS)}<aside><p>{PARAGRAPHS[0]}</p></aside>A word behind it.")
    page = segment(tree)
    aside = [frame for frame in page.frames if frame.tag in ("aside", "footer")]
    choice = locate(tree, page, fast=True, clear=aside)
    kept = {block.text for block, share in zip(page.blocks, choice.kept, strict=True) if share > 0.5}
    assert kept - {"Ferry returns"} == set(PARAGRAPHS)
    assert [] == tree.xpath("//aside | //footer")
    assert "A word behind it." in re.sub(f"[{chr(FIRST_STAMP)}-{chr(LAST_STAMP)}]", "", "".join(tree.itertext()))


def test_text_right_behind_a_clear_element_is_still_found() -> None:
    line = "The crew slept on board."
    boxed = article(PARAGRAPHS * 3).replace("</article>", f"<div class='box'>Share</div>{line}</article>")
    tree = tree_of(boxed)
    page = segment(tree)
    choice = locate(tree, page, fast=True, clear=[frame for frame in page.frames if frame.names == "box"])
    shares = {block.text: share for block, share in zip(page.blocks, choice.kept, strict=True)}
    assert shares[line] == 1.0


@pytest.mark.parametrize("fast", [True, False])
def test_scripts_styles_and_drawings_amid_the_text_change_no_share(fast: bool) -> None:  # noqa: FBT001
    unread = (
        "<script>var tickets = 1 < 2</script>",
        "<style>p { color: red }</style>",
        "<svg><title>Ship</title><text>Sail</text></svg>",
        "<template><p>A paragraph that no browser lays out before a script puts it somewhere on the page.</p></template>",
    )
    plain = MENU + article(PARAGRAPHS) + FOOTER
    mixed = MENU + article([f"{text[:40]}{unread[i]}{text[40:]}" for i, text in enumerate(PARAGRAPHS)]) + FOOTER
    page, choice = located(mixed, fast=fast)
    assert [block.text for block in page.blocks] == [block.text for block in located(plain)[0].blocks]
    assert choice.kept == located(plain, fast=fast)[1].kept


def test_share_of_a_block_over_inline_elements_is_whole() -> None:
    marked = PARAGRAPHS[0].replace("two islands", "<b>two <a href='/i'>islands</a></b>")
    page, choice = located(article([marked, *PARAGRAPHS[1:]]))
    index = next(block.index for block in page.blocks if block.text == PARAGRAPHS[0])
    assert choice.kept[index] == 1.0


def test_words_are_those_of_the_choice() -> None:
    _, choice = located(article(PARAGRAPHS))
    assert choice.words >= sum(len(re.findall(r"\w+", paragraph)) for paragraph in PARAGRAPHS)


@pytest.mark.parametrize("body", ["<img src='/a.jpg'>", MENU, "<p>Hi.</p>"])
def test_page_without_an_article_has_shares_for_all_its_blocks(body: str) -> None:
    page, choice = located(body)
    assert len(page.blocks) == len(choice.kept)
    assert all(0.0 <= share <= 1.0 for share in choice.kept)


def test_nothing_found_is_zeros() -> None:
    page, choice = located("<img src='/a.jpg'><script>Menu</script>")
    assert Choice(kept=(0.0,) * len(page.blocks), words=0) == choice


def test_article_in_json_alone_becomes_blocks() -> None:
    body = " ".join(PARAGRAPHS)
    script = json.dumps({"@context": "https://schema.org", "@type": "NewsArticle", "articleBody": body})
    page, choice = located(
        f'<script type="application/ld+json">{script}</script><div id=app><p>Please enable scripts.</p></div>'
    )
    assert "forty cars" in " ".join(choice.strays)
    whole, kept = with_strays(page, choice)
    added = whole.blocks[len(page.blocks) :]
    assert body == " ".join(block.text for block in added)
    assert list(range(len(whole.blocks))) == [block.index for block in whole.blocks]
    assert (len(whole.blocks), len(whole.contexts)) == (len(kept.kept), len(kept.kept))
    assert [1.0] * len(added) == list(kept.kept[len(page.blocks) :])
    assert () == kept.strays


def test_few_stray_words_are_no_article() -> None:
    page = segment(tree_of("<p>Words.</p>"))
    choice = Choice(kept=(0.0,), words=3, strays=("Please enable scripts.",))
    assert (page, choice) == with_strays(page, choice)


def test_stamps_reach_no_block() -> None:
    page, choice = located(article(PARAGRAPHS))
    stray = any(ord(char) >= FIRST_STAMP for block in page.blocks for char in block.text)
    assert not stray
    assert not any(ord(char) >= FIRST_STAMP for text in choice.strays for char in text)


def test_tree_of_another_page_is_untouched() -> None:
    other = tree_of(article(PARAGRAPHS))
    before = etree.tostring(other)
    located(article(PARAGRAPHS))
    assert before == etree.tostring(other)


def test_more_text_nodes_than_stamps_leave_the_rest_bare(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys.modules[stamp.__module__], "LAST_STAMP", FIRST_STAMP + 2)
    tree = tree_of("<p>one</p><p>two<b>three</b>four</p><p>five</p>")
    locate(tree, segment(tree))
    marked = [any(ord(char) >= FIRST_STAMP for char in text) for text in tree.itertext() if text != "Ferry returns"]
    assert [True, True, True, False, False] == marked


def test_stamps_step_over_the_noncharacters_between_the_planes() -> None:
    numbers = (0, 65_533, 65_534, STAMPS - 1)
    assert [0xF0000, 0xFFFFD, 0x100000, LAST_STAMP] == [ord(stamp(number) or "") for number in numbers]
    assert stamp(STAMPS) is None


@given(st.integers(min_value=0, max_value=STAMPS - 1))
def test_every_stamp_can_be_written_and_tells_its_number(number: int) -> None:
    character = stamp(number)
    assert character is not None
    assert number == stamp_number(character)
    element = etree.Element("p")
    element.text = character  # lxml refuses what XML cannot hold
    assert character == element.text
