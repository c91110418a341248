"""Any text becomes a tree, nothing, or a refusal; what a tree must hold is held."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree
from lxml.html import HtmlElement

from cleaner.errors import LimitError
from cleaner.parse import parse_tree
from cleaner.policy import Limits

MARKUP = st.lists(
    st.sampled_from(
        [
            "<p>",
            "</p>",
            "<div",
            ">",
            "<!--",
            "-->",
            "<![",
            "<?",
            "&#",
            "xF0000;",
            "1114109;",
            '"',
            "'",
            "=",
            " a",
            "<table>",
            "<td>",
        ]
    )
    | st.text(max_size=5)
).map("".join)


def tree_of(text: str) -> HtmlElement:
    tree = parse_tree(text, Limits())
    assert tree is not None
    return tree


def test_text_at_depth_1_900_is_whole() -> None:
    tree = tree_of("<html><body>" + "<div>a" * 1_900 + "deepest" + "</div>" * 1_900 + "<p>after</p>")
    assert "".join(tree.itertext()) == "a" * 1_900 + "deepestafter"


def test_40_000_unclosed_paragraphs_are_40_000_paragraphs() -> None:
    assert sum(1 for _ in tree_of("<p>words" * 40_000).iter("p")) == 40_000


def test_40_000_attributes_are_refused() -> None:
    with pytest.raises(LimitError, match="max_attributes is 2,000"):
        parse_tree("<p " + " ".join(f"a{number}=1" for number in range(40_000)) + ">", Limits())


def test_depth_beyond_the_limit_is_laid_flat_and_every_word_stays() -> None:
    tree = tree_of("<div title='</div>'>words" * 5_000)
    assert "words" * 5_000 == "".join(tree.itertext())


def test_declarations_of_other_charsets_are_overruled() -> None:
    tree = tree_of(
        '<?xml version="1.0" encoding="iso-8859-1"?><html><head><meta charset="koi8-r"></head><body>Müller „heißt“ 漢字'
    )
    assert tree.text_content() == "Müller „heißt“ 漢字"


def test_comments_and_instructions_are_left_out() -> None:
    assert tree_of("<p>one<!-- two --><?php three ?> four</p>").text_content() == "one four"


def test_children_of_noscript_are_elements() -> None:
    tree = tree_of("<body><noscript><p>See <img src='a.png'></p></noscript></body>")
    assert [e.tag for e in tree.iterfind(".//noscript//*")] == ["p", "img"]


def test_nothing_hidden_is_removed() -> None:
    tree = tree_of(
        "<template><p>one</p></template><p hidden>two</p><p style='display:none'>three</p><script>four</script>"
    )
    assert "".join(tree.itertext()) == "onetwothreefour"


@pytest.mark.parametrize(
    "mark",
    [
        "\U000f0000",
        "\U000ffffd",
        "\U00100000",
        "\U0010fffd",
        "&#xF0000;",
        "&#x010fffd;",
        "&#983040;",
        "&#1114109",
        "&#XF1234",
    ],
)
def test_marks_of_the_locator_are_stripped(mark: str) -> None:
    assert tree_of(f"<p>a{mark} b</p>").text_content() == "a b"


@pytest.mark.parametrize("other", ["\ue000", "😀", "\U000e0041", "&#128512;", "&#x1F600;", "&#xF000;", "&#xF0000F000;"])
def test_other_characters_stay(other: str) -> None:
    assert len(tree_of(f"<p>a{other}b</p>").text_content()) > 2


def test_nul_surrogates_and_controls_are_readable() -> None:
    assert tree_of("<p>a\0b\ud800c\x01d\x0ce\ud83d\ude00</p>").text_content() == "a\ufffdb\ufffdcd e😀"


@pytest.mark.parametrize(
    "text", ["", " \n", "<!-- words -->", "<?php echo 1 ?>", "<html></html>", "<!doctype html>", '<!["']
)
def test_text_without_an_element_or_word_is_none(text: str) -> None:
    assert parse_tree(text, Limits()) is None


def test_a_comment_that_never_ends_does_not_swallow_the_page() -> None:
    tree = tree_of("<!-- <html><p>One article in a comment that never ends.</p>")
    assert [p.text_content() for p in tree.iter("p")] == ["One article in a comment that never ends."]


@given(st.text(max_size=300) | MARKUP)
@settings(deadline=None)  # the first page of its kind imports a library
def test_any_text_parses_or_gives_none(text: str) -> None:
    tree = parse_tree(text, Limits(max_depth=50, max_attributes=50))
    if tree is not None:
        assert tree.tag == "html"
        written = etree.tostring(tree, encoding="unicode")
        assert not any(ord(char) >= 0xF0000 for char in written)


def test_article_after_a_meta_stands_in_the_body_as_browsers_have_it() -> None:
    root = parse_tree("<meta charset=utf-8><title>T</title><article><p>One.</p></article><p>Two.", Limits())
    assert root is not None
    body = root.find("body")
    assert body is not None
    assert ["One.", "Two."] == [p.text for p in body.iter("p")]
    assert ["meta", "title"] == [element.tag for element in root.find("head")]
