"""Laws of mending: edits replay, twice is once, marks stay inside and on their words."""

from dataclasses import replace

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from cleaner.model import Block, Edit, Mark, Media, Role
from cleaner.normalize import mend, replay
from cleaner.normalize.characters import _STEPS, _is_ordinary

ODD = "aZé \t\n\xa0\u2009\u3000\u200b\u200c\u200d\xad\ufeff\u200f\u202e\u0301\u1100\u1161\u0928\u06cc\x07\x92.,漢字ก😀\ufe0f\ud800Ã©â€™"
HALVES = [
    "The ferry that left the harbour at noon",
    "was late again because of the storm.",
    "渡轮在中午离开港口的时候，",
    "因为风暴",
]
texts = st.one_of(
    st.text(alphabet=ODD, max_size=20),
    st.text(alphabet=st.sampled_from("Ã©â€™ÐŸ\xa0\xad\u200b "), max_size=8),
    st.text(max_size=12),
    st.sampled_from(HALVES),
)
hrefs = st.sampled_from(
    ["https://a.example/?utm_source=x&b=1", "javascript:x", "/a b", "../x#y", "", "mailto:a@b.example"]
)


@st.composite
def blocks(draw: st.DrawFn) -> tuple[Block, ...]:
    made = []
    for index in range(draw(st.integers(0, 7))):
        role = draw(st.one_of(st.just(Role.PARAGRAPH), st.sampled_from(list(Role))))
        text = "" if role is Role.EMBED else draw(texts)
        places = st.integers(-2, len(text) + 2)
        kinds = st.sampled_from(["link", "strong", "code"])
        marks = draw(st.lists(st.builds(Mark, kind=kinds, start=places, end=places, href=hrefs), max_size=3))
        media = Media(kind="image", src=draw(hrefs)) if role is Role.EMBED else None
        group, level = draw(st.sampled_from([None, 1, 2])), draw(st.integers(0, 6))
        if role is Role.PARAGRAPH and draw(st.booleans()):
            group, level = None, 0
        made.append(
            Block(index=index * 2, text=text, role=role, level=level, group=group, marks=tuple(marks), media=media)
        )
    return tuple(made)


torn = st.sets(st.integers(0, 14))
languages = st.sampled_from([None, "en", "zh", "th"])


@given(blocks(), torn, languages)
def test_edits_replay_from_the_originals(made: tuple[Block, ...], gaps: set[int], language: str | None) -> None:
    mended = mend(made, gaps, language)
    assert {block.index: block.text for block in mended.blocks if block.text} == replay(made, mended.edits)


@given(blocks(), torn, languages, st.sampled_from([None, "https://news.example/x/"]))
@example((Block(index=0, text="Ã\u200b©"),), set(), None, None)
@example((Block(index=0, text="Ã\xad\u200bÃ©"),), set(), None, None)
def test_mending_twice_is_mending_once(
    made: tuple[Block, ...], gaps: set[int], language: str | None, base: str | None
) -> None:
    once = mend(made, gaps, language, base)
    twice = mend(once.blocks, (), language, base)
    assert once.blocks == twice.blocks
    assert twice.edits == ()


@given(texts)
def test_quick_look_passes_by_nothing_that_a_step_would_change(text: str) -> None:
    found = [change for _, find in _STEPS for change in find(text)]
    assert not (_is_ordinary(text) and found)


@given(blocks(), torn, languages)
def test_marks_stay_inside_their_text(made: tuple[Block, ...], gaps: set[int], language: str | None) -> None:
    for block in mend(made, gaps, language).blocks:
        assert all(0 <= mark.start < mark.end <= len(block.text) for mark in block.marks)


@given(
    st.lists(
        st.tuples(
            st.sampled_from(["\xa0", "\u200b", " \xad ", "\n ", "e\u0301"]), st.text("abc", min_size=1, max_size=4)
        ),
        min_size=1,
    )
)
def test_mark_stays_on_its_words(pieces: list[tuple[str, str]]) -> None:
    text, marks, words = "", [], []
    for junk, word in pieces:
        text += junk
        marks.append(Mark(kind="strong", start=len(text), end=len(text) + len(word)))
        text += word
        words.append(word)
    (block,) = mend([Block(index=0, text=text, marks=tuple(marks))]).blocks
    assert words == [block.text[mark.start : mark.end] for mark in block.marks]


@given(blocks(), torn)
def test_no_block_is_lost_but_empty_and_absorbed_ones(made: tuple[Block, ...], gaps: set[int]) -> None:
    mended = mend(made, gaps)
    left = {block.index for block in mended.blocks}
    absorbed = {edit.absorbs for edit in mended.edits}
    for block in made:
        alone = mend([block]).blocks
        assert block.index in left or block.index in absorbed or alone == ()


@given(blocks())
def test_headings_start_at_two_and_never_skip(made: tuple[Block, ...]) -> None:
    before = 1
    for block in mend(made).blocks:
        if block.role is Role.HEADING:
            assert 2 <= block.level <= min(6, before + 1)
            before = block.level


def test_edit_that_does_not_fit_is_refused() -> None:
    edit = Edit(block=0, rule="x", start=0, before="b", after="c")
    with pytest.raises(ValueError, match="does not fit block 0"):
        replay([Block(index=0, text="a")], [edit])


def test_what_is_in_order_is_left_as_it_is() -> None:
    block = Block(
        index=3, text="An ordinary sentence – with “signs” and é.", marks=(Mark(kind="strong", start=3, end=11),)
    )
    mended = mend([block, replace(block, index=4)])
    assert mended.blocks == (block, replace(block, index=4))
    assert mended.edits == ()
