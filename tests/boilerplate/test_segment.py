"""Where each text of a page goes: its block, role, marks and context; no text lost on the way."""

import gc
import re
import weakref
from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree, html
from lxml.html import HtmlElement

from cleaner.boilerplate import Segmented, segment
from cleaner.boilerplate.segment import open_text
from cleaner.model import Block, Mark, Role
from cleaner.parse import parse_tree
from cleaner.policy import Limits


def page_of(body: str) -> Segmented:
    tree = parse_tree(f"<html><head><title>Not text</title></head><body>{body}</body></html>", Limits())
    assert tree is not None
    return segment(tree)


def told(body: str) -> list[tuple[str, str]]:
    return [(block.role.value, block.text) for block in page_of(body).blocks]


def texts(body: str) -> list[str]:
    return [block.text for block in page_of(body).blocks]


def only(body: str) -> Block:
    (block,) = page_of(body).blocks
    return block


# roles and places


def test_headings_have_their_level() -> None:
    blocks = page_of("<h1>One</h1><h4><span>Four</span></h4><h6><div>Six</div></h6>").blocks
    assert [("One", 1), ("Four", 4), ("Six", 6)] == [(b.text, b.level) for b in blocks]
    assert {Role.HEADING} == {b.role for b in blocks}


def test_second_paragraph_of_an_item_is_a_paragraph_at_its_depth() -> None:
    blocks = page_of("<ul><li><p>First.</p><p>More of it.</p></li><li>Second.</li></ul>").blocks
    expected = [("list-item", "First.", 1), ("paragraph", "More of it.", 1), ("list-item", "Second.", 1)]
    assert expected == [(b.role.value, b.text, b.level) for b in blocks]


def test_text_after_a_nested_list_belongs_to_the_outer_item_as_a_paragraph() -> None:
    expected = [("list-item", "Outer"), ("list-item", "inner"), ("paragraph", "still outer")]
    assert expected == told("<ul><li>Outer<ul><li>inner</li></ul>still outer</li></ul>")


def test_nested_lists_have_levels_and_one_group() -> None:
    blocks = page_of(
        "<ul><li>a<ol><li>b<ul><li>c</li></ul></li></ol></li><li>d</li></ul><p>e</p><ul><li>f</li></ul>"
    ).blocks
    assert [("a", 1), ("b", 2), ("c", 3), ("d", 1), ("e", 0), ("f", 1)] == [(b.text, b.level) for b in blocks]
    first, last = blocks[0].group, blocks[-1].group
    assert [first] * 4 + [None, last] == [b.group for b in blocks]
    assert first != last


@pytest.mark.parametrize(
    ("listing", "ordinals"),
    [
        ("<ol><li>a</li><li>b</li><li>c</li></ol>", [1, 2, 3]),
        ("<ol start=5><li>a</li><li>b</li></ol>", [5, 6]),
        ("<ol start=0><li>a</li><li>b</li></ol>", [0, 1]),
        ("<ol><li>a</li><li value=7>b</li><li>c</li></ol>", [1, 7, 8]),
        ("<ol reversed><li>a</li><li>b</li><li>c</li></ol>", [3, 2, 1]),
        ("<ol reversed start=10><li>a</li><li>b</li></ol>", [10, 9]),
        ("<ol start='one'><li value='-3'>a</li><li value='9999999999999'>b</li></ol>", [1, 2]),
        ("<ul><li value=7>a</li></ul>", [None]),
        ("<ol><li>a<ul><li>b</li></ul></li><li>c</li></ol>", [1, None, 2]),
        ("<ol><li><p>a</p><p>more</p></li><li>b</li></ol>", [1, None, 2]),
        ("<dl><dt>a</dt><dd>b</dd></dl>", [None, None]),
    ],
)
def test_ordinals_are_what_a_browser_counts(listing: str, ordinals: list[int | None]) -> None:
    assert ordinals == [block.ordinal for block in page_of(listing).blocks]


def test_quote_holds_its_paragraphs_in_one_group() -> None:
    before, first, second = page_of("<p>He said:</p><blockquote><p>One.</p><p>Two.</p></blockquote>").blocks
    assert [Role.PARAGRAPH, Role.QUOTE, Role.QUOTE] == [before.role, first.role, second.role]
    assert before.group is None
    assert first.group == second.group is not None


def test_code_keeps_its_white_space_to_the_letter() -> None:
    block = only("<pre><code>def f():\n    return  1\n\n\tx = <b>2</b></code></pre>")
    assert (Role.CODE, "def f():\n    return  1\n\n\tx = 2") == (block.role, block.text)


def test_line_break_in_code_is_a_line_and_ends_no_block() -> None:
    assert [("code", "a\n\n  b")] == told("<pre>a<br><br>  b</pre>")


def test_heading_in_code_is_code() -> None:
    assert [("code", "a"), ("code", " b"), ("code", "c")] == told("<pre>a<h2> b</h2>c</pre>")


def test_caption_stays_with_its_picture() -> None:
    picture, caption = page_of(
        '<figure><img src="/f.jpg" alt="A  ferry"><figcaption>The quay.</figcaption></figure>'
    ).blocks
    assert (Role.EMBED, Role.CAPTION) == (picture.role, caption.role)
    assert picture.group == caption.group is not None
    assert picture.media is not None
    assert ("image", "/f.jpg", "A ferry") == (picture.media.kind, picture.media.src, picture.media.alt)


# tables


DATA = "<table><caption>Fares</caption><tr><th>Way</th><th>Fare</th></tr><tr><th>Out</th><td>4</td></tr></table>"


def test_cells_know_row_column_and_whether_they_head() -> None:
    caption, *cells = page_of(DATA).blocks
    assert (Role.CAPTION, "Fares") == (caption.role, caption.text)
    expected = [("Way", 0, 0, True), ("Fare", 0, 1, True), ("Out", 1, 0, True), ("4", 1, 1, False)]
    assert expected == [(c.text, c.row, c.column, c.header) for c in cells]
    assert {caption.group} == {c.group for c in cells}


def test_paragraphs_of_one_cell_share_its_place() -> None:
    blocks = page_of("<table><tr><td><p>a</p><p>b</p></td><td>c</td></tr><tr><td>d</td><td>e</td></tr></table>").blocks
    assert [(0, 0), (0, 0), (0, 1), (1, 0), (1, 1)] == [(b.row, b.column) for b in blocks]


def test_spans_move_the_cells_beside_and_below_them() -> None:
    blocks = page_of(
        "<table><tr><th rowspan=2>Way</th><th colspan=2>Fare</th><th>Note</th></tr>"
        "<tr><td>old</td><td>new</td><td>n</td></tr><tr><td>Out</td><td>4</td><td>5</td><td>m</td></tr></table>"
    ).blocks
    places = {b.text: (b.row, b.column) for b in blocks}
    expected = {"Way": (0, 0), "Fare": (0, 1), "Note": (0, 3), "old": (1, 1), "new": (1, 2), "n": (1, 3)}
    expected |= {"Out": (2, 0), "4": (2, 1), "5": (2, 2), "m": (2, 3)}
    assert expected == places


def test_rows_of_an_inner_table_count_for_themselves() -> None:
    inner = "<table><tr><td>a</td><td>b</td></tr><tr><td>c</td><td>d</td></tr></table>"
    blocks = page_of(
        f"<table><tr><td>w</td><td>x</td></tr><tr><td>{inner}</td><td>y</td></tr><tr><td>z</td></tr></table>"
    ).blocks
    places = {b.text: (b.row, b.column) for b in blocks}
    assert {
        "w": (0, 0),
        "x": (0, 1),
        "a": (0, 0),
        "b": (0, 1),
        "c": (1, 0),
        "d": (1, 1),
        "y": (1, 1),
        "z": (2, 0),
    } == places


@pytest.mark.parametrize(
    "table",
    [
        "<table><tr><td>Menu</td><td>{long}</td></tr><tr><td>a</td><td>b</td></tr></table>",
        "<table><tr><td>One row</td><td>of two</td></tr></table>",
        "<table><tr><td>One column</td></tr><tr><td>of two</td></tr></table>",
    ],
)
def test_cells_of_layout_tables_are_paragraphs(table: str) -> None:
    blocks = page_of(table.replace("{long}", "word " * 61)).blocks
    assert {(Role.PARAGRAPH, None, None, None)} == {(b.role, b.row, b.column, b.group) for b in blocks}


# text


def test_line_break_stands_in_the_text_and_two_end_the_block() -> None:
    assert ["one\ntwo", "three", "four"] == texts("<p> one <br>\n two<br> <br>three<br><br><br>four<br></p>")


def test_white_space_collapses_as_in_a_browser_and_no_break_spaces_stay() -> None:
    assert ["a b c\u00a0 \u00a0d e", "ü x \u3000y"] == texts(
        "<p>\n a\t<b> b </b>\r\n c\u00a0 \u00a0d<i> </i>e </p><p>ü\n x \u3000y</p>"
    )


def test_words_glued_over_inline_elements_stay_glued() -> None:
    assert ["H2O and e=mc2"] == texts("<p>H<sub>2</sub>O and e=mc<sup>2</sup></p>")


def marks(body: str) -> list[tuple[str, str, str | None]]:
    block = only(body)
    return [(mark.kind, block.text[mark.start : mark.end], mark.href) for mark in block.marks]


def test_marks_cover_exactly_their_words() -> None:
    expected = [("strong", "bold", None), ("emphasis", "it", None), ("code", "x = 1", None), ("link", "here", "/a")]
    assert expected == marks("<p>\n  A <b>bold</b>, <em>it</em>  \n and <kbd>x  =\n1</kbd> <a href='/a'>here</a>.</p>")


def test_marks_nest_outer_first() -> None:
    assert [("link", "big news", "/a"), ("strong", "big", None)] == marks("<p>The <a href='/a'><b>big</b> news</a></p>")


def test_mark_over_white_space_at_the_edge_is_cut_to_the_text() -> None:
    assert [("strong", "Title", None)] == marks("<p><b>  Title </b><br></p>")
    assert [Mark(kind="strong", start=0, end=5)] == list(only("<p><b> Title </b><br>text</p>").marks)


def test_empty_marks_and_links_to_nowhere_vanish() -> None:
    assert [] == marks("<p>A<b></b> b <i> </i><a name='here'>c</a></p>")


def test_link_over_several_blocks_marks_each() -> None:
    page = page_of("<a href='/a'><h3>Title</h3><p>Teaser <b>text</b></p></a><p>after</p>")
    found = [[(m.kind, b.text[m.start : m.end]) for m in b.marks] for b in page.blocks]
    assert [[("link", "Title")], [("link", "Teaser text"), ("strong", "text")], []] == found
    assert [1.0, 1.0, 0.0] == [c.link_share for c in page.contexts]


def test_link_share_is_that_of_the_characters() -> None:
    (context,) = page_of("<p>five <a href='/a'>words</a></p>").contexts
    assert context.link_share == pytest.approx(5 / 10)


def test_custom_element_in_a_sentence_parts_nothing() -> None:
    assert ["Shares of ACME rose.", "a", "b"] == texts(
        "<p>Shares of <stock-price>ACME</stock-price> rose.</p><my-card>a</my-card><my-card>b</my-card>"
    )


def test_names_of_inline_elements_wrap_the_block_from_its_start_only() -> None:
    page = page_of("<p><span class='credit' id='c1'>Photo: <b class='late'>A</b></span></p><p>none</p>")
    assert [("credit c1",), ()] == [context.wraps for context in page.contexts]


def test_names_that_wrap_several_blocks_wrap_each() -> None:
    page = page_of("<span class='ad'><p>One</p><p>Two</p></span>")
    assert [("ad",), ("ad",)] == [context.wraps for context in page.contexts]


@pytest.mark.parametrize(
    "attribute", ["hidden", "style='Display : NONE'", "style='color:red;visibility:hidden'", "aria-hidden=true"]
)
@pytest.mark.parametrize("tag", ["div", "span"])
def test_hidden_text_is_kept_and_flagged(tag: str, attribute: str) -> None:
    page = page_of(f"<{tag} {attribute}><p>One</p></{tag}><p>Two</p>")
    assert [("One", True), ("Two", False)] == [
        (b.text, c.hidden) for b, c in zip(page.blocks, page.contexts, strict=True)
    ]


def test_block_with_a_few_hidden_letters_is_not_hidden() -> None:
    (context,) = page_of("<p>A long enough sentence <span hidden>share</span></p>").contexts
    assert not context.hidden


@pytest.mark.parametrize("attribute", ["style='display:block'", "aria-hidden=false", "class=hidden"])
def test_what_does_not_hide_is_not_flagged(attribute: str) -> None:
    (context,) = page_of(f"<div {attribute}>One</div>").contexts
    assert not context.hidden


def test_scripts_forms_and_drawings_are_no_text_but_what_follows_them_is() -> None:
    skipped = "<script>1<2</script>a<style>p{}</style>b<svg><text>x</text></svg>c<select><option>y</select>d"
    assert ["abcd"] == texts(f"<p>{skipped}</p>")


# trees out of the common


def test_text_outside_any_element_is_a_block() -> None:
    assert ["Before.", "Inside.", "After."] == texts("Before.<p>Inside.</p>After.")


def test_tree_without_a_body_is_read_from_its_root() -> None:
    assert ["One", "Two"] == [b.text for b in segment(html.fragment_fromstring("<div><p>One</p>Two</div>")).blocks]


def test_text_after_the_given_element_is_not_its_text() -> None:
    tree = html.fragment_fromstring("<section><div><p>One</p></div>tail</section>")
    assert ["One"] == [b.text for b in segment(tree[0]).blocks]


def test_frameset_has_no_text_of_its_own() -> None:
    page = "<html><frameset><frame src=a><noframes>Use <a href=/b>this</a>.</noframes></frameset></html>"
    tree = parse_tree(page, Limits())
    assert tree is not None
    assert () == segment(tree).blocks


def test_empty_page_has_no_block() -> None:
    assert () == page_of("<div> <p>\n</p><br><a href=/a> </a></div>").blocks


def test_text_behind_a_comment_is_text() -> None:
    tree = html.document_fromstring("<p>one <!-- not --> two <?php not ?> three</p>")
    assert ["one two three"] == [b.text for b in segment(tree).blocks]
    assert ["one ", " two ", " three"] == list(open_text(tree))


def test_text_1_900_levels_deep_is_whole() -> None:
    page = page_of("<div>a" * 1_900 + "<p>deepest</p>" + "</div>" * 1_900 + "<p>after</p>")
    assert ["a"] * 1_900 + ["deepest", "after"] == [b.text for b in page.blocks]
    assert len(page.contexts[1_900].frame.chain()) == page.contexts[1_900].frame.depth + 1


def test_frames_count_in_document_order_and_point_upward() -> None:
    page = page_of("<div id=a class='b c' role=main><ul><li>x</li></ul></div><p>y</p>")
    assert list(range(len(page.frames))) == [frame.number for frame in page.frames]
    names = {frame.tag: frame.names for frame in page.frames if frame.names}
    assert {"div": "a b c main"} == names
    assert ["li", "ul", "div", "body", "body"] == [frame.tag for frame in page.contexts[0].frame.chain()]
    assert all(frame.parent is None or frame.parent.number < frame.number for frame in page.frames)


def test_tree_goes_with_its_blocks_without_the_collector() -> None:
    gc.disable()
    try:
        page = page_of(f"<ol><li>a</li></ol>{DATA}<pre>b</pre>")
        seen = weakref.ref(page.frames[1].element)
        del page
        assert seen() is None
    finally:
        gc.enable()


def test_segmenting_leaves_the_tree_as_it_was() -> None:
    tree = parse_tree(f"<p>a <b>b</b><br> c</p>{DATA}<noscript><img src=a></noscript>", Limits())
    assert tree is not None
    before = etree.tostring(tree)
    segment(tree)
    assert before == etree.tostring(tree)


# laws

TAGS = st.sampled_from(
    "p div ul ol li table tr td th blockquote pre figure figcaption h2 a b i span code br img my-card script noscript".split()
)
ATTRIBUTES = st.dictionaries(
    st.sampled_from(["class", "id", "role", "style", "hidden", "href", "src", "start", "value", "colspan", "rowspan"]),
    st.sampled_from(["ad", "7", "display:none", "/x", "", "1000", "http://a.example/b.jpg"]),
    max_size=2,
)
WORDS = st.sampled_from(["", " ", "\n", "a", " b ", "long words here", "\u00a0", "ü\n ", "漢字", "\t", "-", "  two  "])


@st.composite
def trees(draw: st.DrawFn, depth: int = 4) -> HtmlElement:
    element = html.Element(draw(TAGS), draw(ATTRIBUTES))
    element.text = draw(WORDS)
    if depth:
        for child in draw(st.lists(trees(depth - 1), max_size=3)):
            child.tail = draw(WORDS)
            element.append(child)
    return element


def inked(pieces: Iterator[str]) -> str:
    return re.sub(r"\s+", "", "".join(pieces))


@given(trees())
@settings(deadline=None, max_examples=150)
def test_no_text_is_lost_doubled_or_moved(tree: HtmlElement) -> None:
    page = segment(tree)
    assert inked(open_text(tree)) == inked(block.text for block in page.blocks)


@given(trees())
@settings(deadline=None, max_examples=150)
def test_indexes_contexts_marks_and_nodes_fit_the_blocks(tree: HtmlElement) -> None:
    page = segment(tree)
    assert list(range(len(page.blocks))) == [block.index for block in page.blocks]
    assert len(page.blocks) == len(page.contexts)
    for block, context in zip(page.blocks, page.contexts, strict=True):
        assert all(0 <= mark.start < mark.end <= len(block.text) for mark in block.marks)
        assert 0.0 <= context.link_share <= 1.0
        assert bool(block.text) != bool(block.media)
        assert page.frames[context.frame.number] is context.frame
    held = [0] * len(page.blocks)
    for node in page.nodes:
        held[node.block] += node.characters
    assert [len(inked(iter([block.text]))) for block in page.blocks] == held


@given(trees())
@settings(deadline=None, max_examples=50)
def test_same_tree_gives_the_same_blocks(tree: HtmlElement) -> None:
    assert segment(tree).blocks == segment(tree).blocks


def test_credit_is_set_apart_from_its_caption() -> None:
    caption = "<figcaption>The <b>f</b>erry<span>Photo: Pell</span><cite>Wren</cite></figcaption>"
    page = page_of(f"<figure><img src='/a.jpg'>{caption}</figure><p>The ferry<b>Wren</b></p>")
    assert ["The ferry Photo: Pell Wren", "The ferryWren"] == [block.text for block in page.blocks if block.text]


@pytest.mark.parametrize("mark", ["role='tooltip'", "class='tooltiptext'", "class='Term_tooltipBubble__x'"])
def test_tooltip_of_a_word_is_no_text_of_its_sentence(mark: str) -> None:
    page = page_of(f"<p>The ebb<sup>1</sup><span {mark}>Water that <b>falls</b></span> comes late.</p>")
    assert ["The ebb1 comes late."] == [block.text for block in page.blocks]


def test_word_that_has_a_tooltip_is_text() -> None:
    assert ["The ebb comes"] == texts("<p>The <span class='has-tooltip' data-tooltip='Low'>ebb</span> comes</p>")
    assert ["The ebb comes"] == texts("<p>The <span class='group/tooltip text-sm body'>ebb</span> comes</p>")
