"""Facts about torn sentences, headings, lists, figures and addresses."""

from collections.abc import Sequence

import pytest

from cleaner.model import Block, Edit, Mark, Media, Role
from cleaner.normalize import levels, mend

FIRST = "The ferry that left the harbour at noon"
SECOND = "was late again because of the storm."


def pair(first: str, second: str, role: Role = Role.PARAGRAPH) -> list[Block]:
    return [Block(index=4, text=first, role=role), Block(index=6, text=second, role=role)]


def texts(blocks: Sequence[Block]) -> list[str]:
    return [block.text for block in blocks]


def test_halves_around_a_gap_are_joined() -> None:
    mended = mend(pair(FIRST, SECOND), {6})
    assert texts(mended.blocks) == [f"{FIRST} {SECOND}"]
    assert mended.edits == (
        Edit(block=4, rule="paragraphs/torn", start=len(FIRST), before="", after=f" {SECOND}", absorbs=6),
    )


def test_marks_of_the_second_half_move_along() -> None:
    blocks = pair(FIRST, SECOND)
    second = Block(index=6, text=SECOND, marks=(Mark(kind="strong", start=4, end=8),))
    (whole,) = mend([blocks[0], second], {6}).blocks
    assert [whole.text[mark.start : mark.end] for mark in whole.marks] == ["late"]


def test_three_parts_of_a_sentence_become_one() -> None:
    blocks = [*pair(FIRST, "with four hundred people on board"), Block(index=9, text=SECOND)]
    assert texts(mend(blocks, {6, 9}).blocks) == [f"{FIRST} with four hundred people on board {SECOND}"]


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (FIRST + ".", SECOND),
        (FIRST + ":", SECOND),
        (FIRST + ".”", SECOND),
        (FIRST, "Was late."),
        (FIRST, "iPhone sales rose sharply this summer."),
    ],
)
def test_whole_paragraphs_stay_apart(first: str, second: str) -> None:
    assert texts(mend(pair(first, second), {6}).blocks) == [first, second]


def test_halves_without_a_gap_stay_apart() -> None:
    assert texts(mend(pair(FIRST, SECOND)).blocks) == [FIRST, SECOND]


def test_list_items_stay_apart() -> None:
    assert texts(mend(pair(FIRST, SECOND, Role.LIST_ITEM), {6}).blocks) == [FIRST, SECOND]


def test_gap_before_an_empty_block_counts_for_the_next() -> None:
    first, second = pair(FIRST, SECOND)
    blocks = [first, Block(index=5, text="\u200b"), second]
    assert texts(mend(blocks, {5}).blocks) == [f"{FIRST} {SECOND}"]


CHINESE = (
    "渡轮在中午时分离开了港口然后一直向着东边的小岛航行了整整三个多小时，",
    "因为风暴的缘故船长决定提前返回港口等待天气好转。",
)
THAI = ("เรือเฟอร์รี่ที่ออกจากท่าเรือตอนเที่ยงวันซึ่งมีผู้โดยสารจำนวนมากกว่าสี่ร้อยคนอยู่บนเรือ", "กลับมาถึงท่าเรือล่าช้าเพราะพายุเข้าฝั่งตั้งแต่ช่วงเช้า")


@pytest.mark.parametrize(("halves", "language"), [(CHINESE, "zh"), (THAI, "th"), (CHINESE, None)])
def test_no_space_is_put_into_scripts_without_spaces(halves: tuple[str, str], language: str | None) -> None:
    assert texts(mend(pair(*halves), {6}, language).blocks) == ["".join(halves)]


def heading(index: int, level: int) -> Block:
    return Block(index=index, text=f"h{level}", role=Role.HEADING, level=level)


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ([1, 2, 3], [2, 3, 4]),
        ([2, 4, 4, 3, 2], [2, 3, 3, 3, 2]),
        ([3, 2], [2, 2]),
        ([4, 6, 4], [2, 3, 2]),
        ([1, 2, 3, 4, 5, 6], [2, 3, 4, 5, 6, 6]),
    ],
)
def test_heading_levels_have_no_gaps(given: list[int], expected: list[int]) -> None:
    blocks = [heading(index, level) for index, level in enumerate(given)]
    assert expected == [block.level for block in levels(blocks)]


def item(index: int, level: int, ordinal: int | None = None) -> Block:
    return Block(index=index, text="x", role=Role.LIST_ITEM, level=level, group=1, ordinal=ordinal)


def test_list_depths_start_at_one_without_gaps_and_ordinals_stay() -> None:
    mended = mend([item(0, 2, 3), item(1, 4), item(2, 2, 7)])
    assert [(block.level, block.ordinal) for block in mended.blocks] == [(1, 3), (2, None), (1, 7)]


def test_depth_outlives_a_picture_within_the_list() -> None:
    picture = Block(index=1, text="", role=Role.EMBED, media=Media(kind="image", src="https://a.example/p.jpg"))
    mended = mend([item(0, 1), picture, item(2, 2)])
    assert [block.level for block in mended.blocks] == [1, 0, 2]


def embed(index: int, src: str = "https://a.example/p.jpg") -> Block:
    return Block(index=index, text="", role=Role.EMBED, group=5, media=Media(kind="image", src=src))


def caption(index: int, role: Role = Role.CAPTION) -> Block:
    return Block(index=index, text="c", role=role, group=5)


@pytest.mark.parametrize(
    ("blocks", "expected"),
    [
        ([caption(0), embed(1)], [1, 0]),
        ([embed(0), Block(index=1, text="Prose."), caption(2)], [0, 2, 1]),
        ([embed(0), embed(1), caption(2), caption(3, Role.CREDIT)], [0, 1, 2, 3]),
        ([caption(0), embed(1), caption(2), embed(3)], [1, 0, 3, 2]),
        ([caption(0), Block(index=1, text="Prose.")], [0, 1]),
    ],
)
def test_caption_follows_its_picture(blocks: list[Block], expected: list[int]) -> None:
    assert expected == [block.index for block in mend(blocks).blocks]


def linked(href: str, base: str | None = None) -> list[str | None]:
    mark = Mark(kind="link", start=0, end=4, href=href)
    (block,) = mend([Block(index=0, text="link", marks=(mark,))], base=base).blocks
    return [mark.href for mark in block.marks]


def test_links_lose_their_tracking() -> None:
    assert linked("https://a.example/?utm_source=x&id=1") == ["https://a.example/?id=1"]


def test_links_become_absolute() -> None:
    assert linked("../a", "https://news.example/x/y") == ["https://news.example/a"]


def test_link_that_could_run_code_loses_its_mark_not_its_words() -> None:
    assert linked("javascript:alert(1)") == []


def test_picture_without_an_address_vanishes_but_its_caption_stays() -> None:
    assert texts(mend([embed(0, "data:image/gif;base64,R0"), caption(1)]).blocks) == ["c"]


def test_address_changes_are_no_edits() -> None:
    mark = Mark(kind="link", start=0, end=4, href="https://a.example/?utm_source=x")
    assert mend([Block(index=0, text="link", marks=(mark,))]).edits == ()


# headings that link to themselves, bold headings, definitions


def section(text: str, *marks: Mark) -> Block:
    return Block(index=1, text=text, role=Role.HEADING, level=2, marks=marks)


def link(start: int, end: int, href: str) -> Mark:
    return Mark(kind="link", start=start, end=end, href=href)


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [("#Tides", 0, 1), ("Tides¶", 5, 6), ("Tides 🔗", 6, 7), ("Tides Permalink", 6, 15), ("§ Tides", 0, 1)],
)
@pytest.mark.parametrize("href", ["#tides", "https://a.example/sea#tides", "/sea#tides"])
def test_sign_that_links_to_its_heading_goes(text: str, start: int, end: int, href: str) -> None:
    mended = mend([section(text, link(start, end, href))], base="https://a.example/sea")
    assert ["Tides"] == [block.text.strip() for block in mended.blocks]
    assert () == mended.blocks[0].marks
    assert ["headings/anchor"] == [edit.rule for edit in mended.edits]


@pytest.mark.parametrize(
    ("text", "mark"),
    [
        ("Tides of C#", link(9, 11, "#c")),
        ("#1 boat", link(0, 2, "#one")),
        ("#Tides", link(0, 1, "https://b.example/sea#tides")),
        ("Tides link here", link(6, 10, "#tides")),
        ("#", link(0, 1, "#tides")),
    ],
)
def test_other_links_in_headings_leave_the_text_alone(text: str, mark: Mark) -> None:
    mended = mend([section(text, mark)], base="https://a.example/sea")
    assert ([text], ()) == (texts(mended.blocks), mended.edits)


def test_heading_that_is_all_a_link_to_itself_or_all_bold_is_plain() -> None:
    own = section(
        "High tides", link(0, 10, "#tides"), Mark(kind="strong", start=0, end=4), Mark(kind="strong", start=5, end=10)
    )
    assert () == mend([own], base="https://a.example/sea").blocks[0].marks
    other = section("High tides", link(0, 10, "/tides"), Mark(kind="strong", start=0, end=4))
    assert ["link", "strong"] == [mark.kind for mark in mend([other], base="https://a.example/sea").blocks[0].marks]


def test_definition_stands_under_its_term() -> None:
    rows = [
        Block(index=n, text=t, role=Role.LIST_ITEM, tag=t[:2], level=1, group=1)
        for n, t in enumerate(("dt ebb", "dd out"))
    ]
    mended = mend(rows)
    assert [1, 2] == [block.level for block in mended.blocks]
    assert mended.blocks == mend(mended.blocks).blocks
