"""The user's CSS selectors name blocks by the elements around them and by the inline elements that hold their whole text."""

import pytest
from lxml import html

from cleaner.boilerplate import segment
from cleaner.boilerplate.selectors import forced_by_selectors
from cleaner.errors import UsageError
from cleaner.model import Verdict

PAGE = segment(
    html.document_fromstring(
        "<body><div class=promo><h2>Buy</h2><ul><li>this <b>now</b></li></ul></div><p>A <span class=tip>tip</span> for all.</p>"
        "<p> <span class=tip>Whole <i>tip</i></span> </p><div class=promo><p id=keep>Kept.</p><img src=/a.jpg></div></body>"
    )
)


def named(keep: tuple[str, ...] = (), drop: tuple[str, ...] = ()) -> dict[str, Verdict]:
    found = forced_by_selectors(PAGE, keep, drop)
    return {PAGE.blocks[index].text: evidence.verdict for index, evidence in found.items()}


def test_all_blocks_under_an_element_are_named() -> None:
    drop = Verdict.DROP
    assert {"Buy": drop, "this now": drop, "Kept.": drop, "": drop} == named(drop=("div.promo",))


def test_keep_wins_where_both_name_a_block() -> None:
    found = named(keep=("#keep",), drop=(".promo", "h2"))
    assert (Verdict.KEEP, Verdict.DROP) == (found["Kept."], found["Buy"])


def test_inline_element_names_a_block_only_when_it_holds_all_of_it() -> None:
    assert {"Whole tip": Verdict.DROP} == named(drop=("span.tip",))


def test_evidence_quotes_the_selector() -> None:
    (evidence,) = forced_by_selectors(PAGE, ["#keep"], []).values()
    assert ("selector/keep", "#keep") == (evidence.rule, evidence.quote)


def test_selector_that_meets_nothing_names_nothing() -> None:
    assert {} == named(drop=("aside", "p.promo"))
    assert {} == forced_by_selectors(segment(html.document_fromstring("<html></html>")), ["p"], ["p"])


def test_selectors_are_read_as_html_whatever_their_case() -> None:
    assert {"Buy"} == set(named(drop=("H2",)))


@pytest.mark.parametrize("selector", ["div[", "", "p::", ">"])
def test_broken_selector_is_a_usage_error_that_shows_it(selector: str) -> None:
    with pytest.raises(UsageError) as caught:
        forced_by_selectors(PAGE, [], [selector])
    assert repr(selector) in caught.value.message


def test_selector_on_a_deep_page_is_answered() -> None:
    deep = segment(html.document_fromstring("<div>a" * 250 + "<p class=x>b</p>"))
    assert [250] == list(forced_by_selectors(deep, [], [".x"]))
