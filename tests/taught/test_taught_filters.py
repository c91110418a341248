"""Filter lists: which elements a rule of each form hides, and where."""

import pickle

import pytest

from cleaner import Policy, clean
from cleaner.boilerplate.filtered import FILTER_RULE
from cleaner.taught import parse_filter_list

PROSE = (
    "The night ferry to Hollin Head will run through the winter, the harbour board decided on Tuesday after long talks."
)
TEXT = "".join(f"<p>{PROSE} Part {part} of the story follows.</p>" for part in range(4))


def _dropped(filters: str, element: str, url: str = "https://paper.example/1") -> list[str]:
    html = f"<html><body><article><h1>Ferry</h1>{TEXT}{element}{TEXT}</article></body></html>"
    article = clean(html, url, policy=Policy(filters=(parse_filter_list(filters),)))
    assert PROSE in article.text
    return [e.quote for d in article.dropped for e in d.evidence if e.rule == FILTER_RULE]


BOX = '<div class="harbour-slot wide" id="div-gpt-7" data-x="1"><p>Sail away on Saturday with us</p></div>'


@pytest.mark.parametrize(
    "line",
    [
        "##.harbour-slot",
        "###div-gpt-7",
        "##div.harbour-slot",
        "##.wide.harbour-slot",
        '##[id^="div-gpt-"]',
        '##div[id^="div-gpt-"]',
        "##[class~=wide]",
        '##.harbour-slot[data-x="1"]',
        "##.harbour-slot[data-x]",
        "paper.example##.harbour-slot",
        "~other.example##.harbour-slot",
        "other.example,paper.example##.harbour-slot",
        "##.other, .harbour-slot",
    ],
)
def test_rule_hides_the_box(line: str) -> None:
    assert len(_dropped(f"! a comment\n[Adblock Plus 2.0]\n{line}\n", BOX)) == 1


@pytest.mark.parametrize(
    "line",
    [
        "##.harbour-slots",
        "##.Harbour-slot",
        "##span.harbour-slot",
        "###wide",
        '##[id^="gpt-"]',
        '##.harbour-slot[data-x="2"]',
        "other.example##.harbour-slot",
        "~paper.example##.harbour-slot",
        "example,~paper.example##.harbour-slot",
        "##.harbour-slot\n#@#.harbour-slot",
        "##.harbour-slot\npaper.example#@#.harbour-slot",
        "paper.example##.harbour-slot\npaper.example#@#.harbour-slot",
        "##div > .harbour-slot",
        "##.harbour-slot:has(> a)",
        "paper.example#?#.harbour-slot",
        "||harbour-slot.example^",
        "##.x\n##",
    ],
)
def test_rule_leaves_the_box(line: str) -> None:
    assert _dropped(line, BOX) == []


def test_exception_on_one_host_holds_on_that_host_only() -> None:
    filters = "##.harbour-slot\nother.example#@#.harbour-slot"
    assert len(_dropped(filters, BOX)) == 1
    assert _dropped(filters, BOX, "https://news.other.example/1") == []


def test_prose_in_a_hidden_box_stays() -> None:
    assert _dropped("##.layout-ad-right", f'<div class="layout-ad-right">{TEXT}</div>') == []


def test_the_frame_around_the_article_hides_nothing() -> None:
    html = f'<html><body><div class="page-ads"><h1>Ferry</h1>{TEXT}<p>A short word.</p>{TEXT}</div></body></html>'
    article = clean(html, policy=Policy(filters=(parse_filter_list("##.page-ads"),)))
    assert "A short word." in article.text


def test_inline_box_is_hidden_too() -> None:
    assert _dropped("##.harbour-slot", '<p><span class="harbour-slot">Sail away on Saturday</span></p>') != []


def test_line_is_explained_by_the_filter() -> None:
    assert _dropped("##.harbour-slot", BOX) == ["##.harbour-slot"]


def test_lists_are_equal_by_their_text_and_survive_pickling() -> None:
    one = parse_filter_list("##.a\n##.b > .c\n||x^")
    assert pickle.loads(pickle.dumps(one)) == one != parse_filter_list("##.a")  # noqa: S301  # our own
    assert (len(one.filters), one.passed_over) == (1, 2)


def test_escaped_names_are_read() -> None:
    assert parse_filter_list(r"##.md\:hidden").filters[0].classes == ("md:hidden",)
