"""Articles of several pages are one: in order, nothing twice, everything accounted for."""

from dataclasses import replace

from cleaner import Page, Policy, clean
from cleaner.article import Article
from cleaner.joining import REPEATED, joined
from cleaner.pipeline import named_link
from cleaner.taught import Site

URL = "https://news.example/long"
WORDS = ("ferry", "tram", "clock", "quay", "tide", "heron", "lamp", "rope", "bell", "mast", "crane", "buoy")
DEK = "How a harbour town lost its clocks and found that nobody missed the hour very much."


def paragraph(number: int) -> str:
    word = WORDS[number]
    return f"The {word} was moved on day {number}, and the harbour master wrote of the {word} that it had never stood better."


def html(*paragraphs: str, link: str = "") -> bytes:
    body = "".join(f"<p>{text}</p>" for text in paragraphs)
    return (
        f"<html lang=en><head><title>A long story</title></head><body><article><h1>A long story</h1>{body}</article>{link}</body></html>"
    ).encode()


def page(*numbers: int, more: str = "", parts: tuple[Page, ...] = (), link: str = "") -> Page:
    paragraphs = [*map(paragraph, numbers), *([more] if more else [])]
    return Page(content=html(DEK, *paragraphs, link=link), url=URL, content_type="text/html", parts=parts)


WHOLE = page(0, 1, 2, 3, parts=(page(4, 5, 6, 7), page(7, 8, 9, 10, more="<ul><li>One<li>Two</ul>Advertisement")))


def test_parts_are_one_article_in_order_and_say_nothing_twice() -> None:
    article = clean(WHOLE)
    lines = article.text.split("\n\n")
    assert [paragraph(number) for number in range(11)] == [line for line in lines if line.startswith("The ")]
    assert 1 == article.text.count(DEK)
    repeated = [decision.block.text for decision in article.dropped if decision.rule == REPEATED]
    assert {DEK, paragraph(7)} <= set(repeated)
    assert article.meta.title == "A long story"


def test_blocks_of_all_parts_have_numbers_of_their_own() -> None:
    article = clean(WHOLE)
    indexes = [block.index for block in article.blocks] + [decision.block.index for decision in article.dropped]
    assert len(indexes) == len(set(indexes))
    assert sorted(block.index for block in article.blocks) == [block.index for block in article.blocks]
    assert Article.from_dict(article.to_dict()).text == article.text


def test_a_part_without_text_adds_nothing_and_a_first_one_without_text_takes_nothing_away() -> None:
    alone = clean(page(0, 1, 2, 3))
    nothing = Page(content=b"", url=URL)
    assert alone == clean(page(0, 1, 2, 3, parts=(nothing,)))
    assert clean(replace(nothing, parts=(page(0, 1, 2, 3),))).text == alone.text
    assert joined(clean(nothing), [clean(nothing)]).reason == clean(nothing).reason


def test_links_are_those_that_the_site_names() -> None:
    site = Site(
        host="news.example", next_page_link=("a.next", "//link[@rel='next']/@href"), single_page_link=("a.all",)
    )
    policy = Policy(sites=(site,))
    linking = page(0, link="<a class=next href='/long?page=2#top'>More</a><a rel=next href=/other>x</a>")
    assert "https://news.example/long?page=2" == named_link(linking, policy, "next_page_link")
    assert named_link(linking, policy, "single_page_link") is None
    assert named_link(linking, Policy(), "next_page_link") is None
    assert named_link(page(0, link="<a class=next href='javascript:x'>"), policy, "next_page_link") is None
    head = replace(
        linking,
        content=linking.content.replace(b"<title>", b"<link rel=next href=/p2><title>").replace(b"class=next", b""),
    )
    assert "https://news.example/p2" == named_link(head, policy, "next_page_link")
