"""Blocks as rules see them: names of the boxes around, but not of the article's own frame."""

from made_pages import FERRY, STORM, chosen, page_of

from cleaner.boilerplate.observe import Observer
from cleaner.boilerplate.ruleset import Subject


def subject(body: str, index: int) -> Subject:
    page = page_of(body)
    return Observer(page, chosen(page).kept).subject(index)


def test_names_of_the_boxes_around_are_tokens() -> None:
    seen = subject(f"<p>{FERRY}</p><div class='shareTools'><p id='to_friends'>Tell them</p></div><p>{STORM}</p>", 1)
    assert {"sharetools", "share", "tools", "to_friends", "friends"} <= seen.tokens


def test_name_of_an_inline_wrapper_is_a_token() -> None:
    assert (
        "ad-label"
        in subject(f"<p>{FERRY}</p><p><span class='ad-label'>Advertisement</span></p><p>{STORM}</p>", 1).tokens
    )


def test_name_of_the_articles_frame_is_none() -> None:
    seen = subject(f"<div class='layout-ad-right'><p>{FERRY}</p><p>{STORM}</p><p class='x'>Tides</p></div>", 2)
    assert frozenset({"x"}) == seen.tokens


def test_words_of_a_headings_own_id_are_none() -> None:
    seen = subject(
        f"<p>{FERRY}</p><h2 id='copyright-in-the-bay' class='big'>Copyright in the bay</h2><p>{STORM}</p>", 1
    )
    assert {"copyright", "bay"}.isdisjoint(seen.tokens)
    assert "big" in seen.tokens


def test_links_are_counted_and_shared_out() -> None:
    seen = subject(f"<p>{FERRY}</p><p><a href='/1'>Boats</a> | <a href='/2'>Birds</a></p>", 1)
    assert 2 == seen.links
    assert 0.7 < seen.link_share < 0.8


def test_heading_and_sentence_are_told() -> None:
    heading, sentence = subject("<h2>The storm</h2><p>It came.</p>", 0), subject("<h2>The storm</h2><p>It came.</p>", 1)
    assert (True, False) == (heading.heading, heading.ends_sentence)
    assert (False, True) == (sentence.heading, sentence.ends_sentence)


def test_item_is_among_content_only_when_its_list_says_so() -> None:
    assert not subject("<ul><li>Printing</li><li>Advertising</li></ul>", 1).in_list
