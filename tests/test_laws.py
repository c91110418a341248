"""Laws that hold for any input: sameness, no surprise on any bytes, cleaning twice changes nothing more, no text is lost."""

import gzip
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from cases import CASES, KNOWN_FAILURES, Case, cases
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from lxml.html import HtmlElement

from cleaner.article import Article
from cleaner.boilerplate import segment
from cleaner.errors import LimitError
from cleaner.parse import decode, looks_like_html, parse_tree
from cleaner.pipeline import clean, clean_text
from cleaner.policy import Limits

SHARED = Path(__file__).resolve().parent.parent.parent / "shared"
EVERY_SHARED_PAGE = 40  # one page in so many: about fifty pages, two seconds

ALL_CASES = [*cases(CASES), *cases(KNOWN_FAILURES)]
PAGES = [case for case in ALL_CASES if not case.is_plain_text]
TEXTS = [case for case in ALL_CASES if case.is_plain_text]

# Pieces that pages are made of, so that random pages reach deeper than random letters would.
PIECES = st.sampled_from(
    [
        "<p>", "</p>", "<div class='ad'>", "</div>", "<ul><li>", "</li></ul>", "<table><tr><td>", "</table>", "<br>", "<br><br>",
        "<pre>", "</pre>", "<!-- x -->", "<script>1<2</script>", "<blockquote>", "<h2>", "</h2>", "<a href='/x'>", "</a>", "<b>",
        "<figure><img src='/i.png'><figcaption>", "</figcaption></figure>", "&amp;", "&#0;", "<article>", "</article>", "<td>",
        "<span role='tooltip'>", "<span class='tooltip'>", "<span class='tooltip-text'>", "</span>",
        "Advertisement", "Anzeige", "広告", "Read more", "The ferry left the quay at nine. ", "and the harbour board said so, ",
        "He walked to the", "\n\n", "\u200b", "\U000f0001", "\x00", "<!DOCTYPE html>", "<html lang='de'>", "<body>",
    ]
)  # fmt: skip
SOUP = st.lists(st.one_of(PIECES, st.text(max_size=12)), max_size=60).map("".join)

LINES = st.one_of(
    st.sampled_from(
        """Advertisement\nADVERTISEMENT\nAdvertisment\n- Anzeige -\n広告\nStory continues below advertisement\nStory continues
below advertisement\nRead more: Another story\nSign up for our newsletter\nShare this article\n- Advertising\n1. First
# Heading\n> quoted\n| a | b |\n```\n    code\n---\ntitle: x\nMRS DALE.\n\u200bPubli\u00adcité\n**Advertisement**
The board has set aside money for a vessel that will cross in seven minutes. Advertisement
The boundary stone named in his deeds turned out to lie in the middle of
the neighbouring bowling green, between roller and urn.""".split("\n")
    ),
    st.text(max_size=40),
)
PASSAGES = st.lists(st.tuples(LINES, st.sampled_from(["\n", "\n\n", "\n\n\n"])), max_size=14).map(
    lambda rows: "".join(line + gap for line, gap in rows)
)

# As documented at the top of segment.py.
NOT_TEXT = frozenset(
    "script style template noscript svg select textarea iframe object canvas head title datalist math-renderer".split()
)
TOOLTIP_TEXT = re.compile("tooltip[-_]*(bubble|text|content|body|inner)", re.IGNORECASE)

moderate = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@moderate
@given(st.one_of(st.binary(max_size=400), SOUP.map(lambda soup: soup.encode("utf-8", "surrogatepass"))))
@example(b"")
@example(b"\xff\xfe<\x00p\x00>\x00")
@example(b"<" * 300)
def test_any_bytes_give_an_article_or_a_typed_error(content: bytes) -> None:
    try:
        article = clean(content)
    except LimitError:
        return
    assert bool(article.text) == (article.reason is None)


@moderate
@given(SOUP)
def test_same_page_gives_the_same_article(soup: str) -> None:
    assert _told(soup) == _told(soup)


@pytest.mark.parametrize("case", PAGES, ids=lambda case: case.name)
def test_same_fixture_page_gives_the_same_article(case: Case) -> None:
    first, second = (clean(case.content, case.source["url"], case.source["content_type"]) for _ in range(2))
    assert first.to_dict() == second.to_dict()


@moderate
@given(PASSAGES)
def test_cleaning_text_twice_changes_nothing_more(text: str) -> None:
    once = clean_text(text).text
    assert once == clean_text(once).text


@pytest.mark.parametrize("case", TEXTS, ids=lambda case: case.name)
def test_cleaning_a_fixture_text_twice_changes_nothing_more(case: Case) -> None:
    once = clean_text(case.content.decode("utf-8")).text
    assert once == clean_text(once).text


@pytest.mark.parametrize("case", [case for case in TEXTS if "untouched" in case.name], ids=lambda case: case.name)
def test_text_without_residue_comes_back_as_it_was(case: Case) -> None:
    text = case.content.decode("utf-8")
    assert text == clean_text(text).text


@pytest.mark.parametrize("case", PAGES, ids=lambda case: case.name)
def test_every_dropped_line_carries_evidence(case: Case) -> None:
    article = clean(case.content, case.source["url"], case.source["content_type"])
    assert isinstance(article, Article)
    unproved = [d.block.text for d in article.dropped if not d.evidence or not d.evidence[0].quote]
    assert unproved == []


@moderate
@given(SOUP)
def test_segmenting_loses_no_text_of_any_page(soup: str) -> None:
    tree = parse_tree(soup, Limits())
    if tree is not None:
        _assert_no_text_lost(tree)


@pytest.mark.parametrize("case", PAGES, ids=lambda case: case.name)
def test_segmenting_loses_no_text_of_a_fixture_page(case: Case) -> None:
    content, content_type = case.content, case.source["content_type"]
    tree = None if looks_like_html(content, content_type) else parse_tree(decode(content, content_type).text, Limits())
    if tree is not None:
        _assert_no_text_lost(tree)


@pytest.mark.shared
@pytest.mark.skipif(not (SHARED / "bench").is_dir(), reason="the evaluation pages do not stand beside this project")
def test_segmenting_loses_no_text_of_real_pages() -> None:
    for path in sorted((SHARED / "bench").glob("*/pages/*.html.gz"))[::EVERY_SHARED_PAGE]:
        tree = parse_tree(decode(gzip.decompress(path.read_bytes())).text, Limits())
        if tree is not None:
            _assert_no_text_lost(tree, path.name)


def _assert_no_text_lost(tree: HtmlElement, name: str = "") -> None:
    """Same visible characters, in the same order, in the text nodes of the body and in the blocks."""
    body = tree if tree.tag == "body" else tree.find("body")
    nodes = _inked("".join(_laid_out(tree if body is None else body)))
    blocks = _inked("".join(block.text for block in segment(tree).blocks))
    lost, won = Counter(nodes) - Counter(blocks), Counter(blocks) - Counter(nodes)
    assert (lost, won) == (Counter(), Counter()), name
    assert nodes == blocks, name


def _laid_out(element: HtmlElement) -> Iterator[str]:
    """The plain version of what segment.py reads: every text node under the element that is not under a skipped one."""
    yield element.text or ""
    for child in element:
        if isinstance(child.tag, str) and child.tag not in NOT_TEXT and not _is_tooltip(child):
            yield from _laid_out(child)
        yield child.tail or ""


def _is_tooltip(element: HtmlElement) -> bool:
    says_so = element.get("role") == "tooltip" or TOOLTIP_TEXT.search(element.get("class") or "")
    return element.tag == "span" and bool(says_so)


def _inked(text: str) -> str:
    return re.sub(r"\s+", "", text)


def _told(soup: str) -> dict[str, object]:
    return clean(soup).to_dict()
