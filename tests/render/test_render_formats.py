"""Facts about each format: what a list, table, quote, figure or title looks like."""

from cleaner.model import Block, Mark, MarkKind, Media, Meta, Role
from cleaner.render import html, markdown, txt

ALL = frozenset(Role)
BODY = ALL - {Role.TITLE, Role.BYLINE, Role.CREDIT}
META = Meta(title="Ferry *late*", language="en")


def block(text: str, role: Role = Role.PARAGRAPH, *, level: int = 0, group: int | None = None) -> Block:
    return Block(index=0, text=text, role=role, level=level, group=group)


def item(text: str, level: int = 1, ordinal: int | None = None, group: int = 1) -> Block:
    return Block(index=0, text=text, role=Role.LIST_ITEM, level=level, group=group, ordinal=ordinal)


def cell(text: str, row: int, column: int, *, header: bool = False) -> Block:
    return Block(index=0, text=text, role=Role.TABLE, group=2, row=row, column=column, header=header)


def marked(text: str, kind: MarkKind, word: str, href: str | None = None) -> Block:
    start = text.index(word)
    return Block(index=0, text=text, marks=(Mark(kind=kind, start=start, end=start + len(word), href=href),))


def md(*blocks: Block) -> str:
    return markdown.render(Meta(), blocks, BODY)


def body(*blocks: Block) -> str:
    return html.render(Meta(), blocks, BODY).removeprefix("<article>\n").removesuffix("\n</article>")


PICTURE = Block(
    index=0,
    text="",
    role=Role.EMBED,
    group=3,
    media=Media(kind="image", src="https://a.example/p.jpg", alt="A [ferry]"),
)
CAPTION = block("The ferry.", Role.CAPTION, group=3)
NESTED = (item("a"), item("b", 2), item("c", 3), item("d"))
NUMBERED = (item("a", ordinal=1), item("b", ordinal=2), item("c", ordinal=5))
TABLE = (cell("Port", 0, 0, header=True), cell("Time", 0, 1, header=True), cell("Harwich", 1, 0), cell("a|b", 1, 1))
GAPPED = (cell("a", 0, 0), cell("b", 0, 1), cell("c", 1, 1))
MORE_IN_ITEM = (item("a"), block("More.", level=1, group=1), item("b"))


def test_txt_separates_paragraphs_by_blank_lines() -> None:
    assert txt.render((block("One."), block("Two.\nThree.")), BODY) == "One.\n\nTwo.\nThree."


def test_txt_of_nothing_is_empty() -> None:
    assert txt.render((), BODY) == ""


def test_txt_nests_list_items_on_successive_lines() -> None:
    assert txt.render((block("List:"), *NESTED, block("End.")), BODY) == "List:\n\n- a\n  - b\n    - c\n- d\n\nEnd."


def test_txt_keeps_the_numbers_of_the_page() -> None:
    assert txt.render(NUMBERED, BODY) == "1. a\n2. b\n5. c"


def test_txt_of_two_lists_is_two_paragraphs() -> None:
    assert txt.render((item("a"), item("b", group=9)), BODY) == "- a\n\n- b"


def test_txt_keeps_further_paragraphs_of_an_item_under_it() -> None:
    assert txt.render(MORE_IN_ITEM, BODY) == "- a\n  More.\n- b"


def test_txt_writes_a_table_row_a_line() -> None:
    assert txt.render(TABLE, BODY) == "Port | Time\nHarwich | a|b"


def test_txt_keeps_the_place_of_a_missing_cell() -> None:
    assert txt.render(GAPPED, BODY) == "a | b\n | c"


def test_txt_has_captions_but_no_pictures() -> None:
    assert txt.render((PICTURE, CAPTION), BODY) == "The ferry."


def test_txt_keeps_the_indent_of_code() -> None:
    assert txt.render((block("\n  if x:\n    y\n", Role.CODE),), BODY) == "  if x:\n    y"


def test_roles_that_are_not_shown_are_in_no_format() -> None:
    hidden = (block("T", Role.TITLE), block("B", Role.BYLINE), block("C", Role.CREDIT), block("P"))
    assert txt.render(hidden, BODY) == "P"
    assert md(*hidden) == "P"
    assert body(*hidden) == "<p>P</p>"


def test_byline_is_shown_where_asked_for() -> None:
    assert txt.render((block("By A", Role.BYLINE), block("P")), ALL) == "By A\n\nP"


def test_title_stands_once() -> None:
    blocks = (block("Ferry late", Role.TITLE), block("P"))
    assert markdown.render(META, blocks, ALL) == "# Ferry \\*late\\*\n\nP"
    assert html.render(META, blocks, ALL) == '<article lang="en">\n<h1>Ferry *late*</h1>\n<p>P</p>\n</article>'


def test_markdown_without_title_begins_with_the_text() -> None:
    assert markdown.render(META, (block("P"),), BODY, title=False) == "P"


def test_markdown_headings_have_their_level() -> None:
    assert md(block("Why?", Role.HEADING, level=3), block("C #", Role.HEADING, level=2)) == "### Why?\n\n## C \\#"


def test_markdown_marks() -> None:
    assert md(marked("a bold word", "strong", "bold")) == "a **bold** word"
    assert md(marked("a soft word", "emphasis", "soft")) == "a _soft_ word"
    assert md(marked("非常重要的", "strong", "重要")) == "非常**重要**的"
    assert md(marked("run x`y now", "code", "x`y")) == "run ``x`y`` now"
    assert md(marked("a link!", "link", "link", "https://a.example/(b)")) == "a [link](<https://a.example/(b)>)!"
    assert md(marked("a link", "link", "link", "javascript:x")) == "a link"


def test_markdown_raises_what_unicode_can() -> None:
    assert md(marked("about 106 boats", "sup", "6")) == "about 10⁶ boats"
    assert md(marked("about 10-6 m", "sup", "-6")) == "about 10⁻⁶ m"
    assert md(marked("of H2O only", "sub", "2")) == "of H₂O only"
    assert md(marked("the 5th boat", "sup", "th")) == "the 5th boat"


def test_markdown_mark_holds_no_space_at_its_edges() -> None:
    assert md(marked("a bold word", "strong", " bold ")) == "a **bold** word"


def test_markdown_marks_nest() -> None:
    marks = (Mark(kind="link", start=0, end=8, href="https://a.example/"), Mark(kind="strong", start=4, end=8))
    assert md(Block(index=0, text="see this now", marks=marks)) == "[see **this**](https://a.example/) now"


def test_markdown_mark_that_would_stay_as_stars_is_left_out() -> None:
    assert md(marked("a“bold”word", "strong", "“bold”")) == "a“bold”word"


def test_markdown_escapes_only_what_would_be_markup() -> None:
    assert md(block("snake_case, 3.5 - 2 = 1.5 & AT&T *")) == "snake_case, 3.5 - 2 = 1.5 & AT&T \\*"
    assert md(block("1. no list")) == "1\\. no list"
    assert md(block("- no list")) == "\\- no list"


def test_markdown_nests_lists() -> None:
    assert md(*NESTED) == "- a\n  - b\n    - c\n- d"


def test_markdown_begins_a_new_list_where_numbers_jump() -> None:
    assert md(*NUMBERED) == "1. a\n2. b\n\n5) c"


def test_markdown_of_two_lists_is_two_lists() -> None:
    assert md(item("a"), item("b", group=9)) == "- a\n\n* b"


def test_markdown_further_paragraph_stays_in_its_item() -> None:
    assert md(*MORE_IN_ITEM) == "- a\n\n  More.\n- b"


def test_markdown_table_has_its_heading_row() -> None:
    assert md(*TABLE) == "| Port | Time |\n| --- | --- |\n| Harwich | a\\|b |"


def test_markdown_table_without_headings_has_an_empty_heading_row() -> None:
    assert md(*GAPPED) == "|  |  |\n| --- | --- |\n| a | b |\n|  | c |"


def test_markdown_quote_keeps_its_paragraphs_together() -> None:
    quotes = (
        block("One.", Role.QUOTE, group=4),
        block("Two.", Role.QUOTE, group=4),
        block("Other.", Role.QUOTE, group=5),
    )
    assert md(*quotes) == "> One.\n>\n> Two.\n\n> Other."


def test_markdown_fence_is_longer_than_any_in_the_code() -> None:
    assert md(block("```\nx\n```", Role.CODE)) == "````\n```\nx\n```\n````"


def test_markdown_line_break_stays() -> None:
    assert md(block("a\nb")) == "a\\\nb"


def test_markdown_picture_and_caption() -> None:
    assert md(PICTURE, CAPTION) == "![A \\[ferry\\]](https://a.example/p.jpg)\n\nThe ferry."


def test_html_figure_holds_picture_and_caption() -> None:
    expected = '<figure><img src="https://a.example/p.jpg" alt="A [ferry]"><figcaption>The ferry.</figcaption></figure>'
    assert expected == body(PICTURE, CAPTION)


def test_html_link_passes_nothing_on() -> None:
    expected = '<p>a <a href="https://a.example/" rel="noopener nofollow">link</a></p>'
    assert expected == body(marked("a link", "link", "link", "https://a.example/"))


def test_html_lists_nest_and_keep_their_numbers() -> None:
    assert body(*NESTED) == "<ul><li>a<ul><li>b<ul><li>c</li></ul></li></ul></li><li>d</li></ul>"
    assert body(*NUMBERED) == '<ol><li>a</li><li>b</li><li value="5">c</li></ol>'


def test_html_table_marks_heading_cells() -> None:
    expected = "<table><tbody><tr><th>Port</th><th>Time</th></tr><tr><td>Harwich</td><td>a|b</td></tr></tbody></table>"
    assert expected == body(*TABLE)


def test_html_quote_code_and_line_break() -> None:
    assert body(block("Q", Role.QUOTE)) == "<blockquote><p>Q</p></blockquote>"
    assert body(block("\na < b", Role.CODE)) == "<pre><code>\na &lt; b</code></pre>"
    assert body(block("a\nb")) == "<p>a<br>b</p>"


def test_html_escapes_text() -> None:
    assert body(block("<script>alert(1)</script> & co")) == "<p>&lt;script&gt;alert(1)&lt;/script&gt; &amp; co</p>"


def test_deep_nesting_is_rendered() -> None:
    deep = tuple(item("x", level) for level in range(1, 1500))
    for rendered in (txt.render(deep, BODY), md(*deep), body(*deep)):
        assert rendered.count("x") == len(deep)
