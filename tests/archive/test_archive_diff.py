"""Two texts compared: what stands in both, what went, what came; and an end to it for any two texts."""

from random import Random
from time import process_time

from hypothesis import given
from hypothesis import strategies as st

from cleaner.archive.diff import Piece, compare, words

PARAGRAPHS = st.lists(st.text(alphabet="ab \n", max_size=12), max_size=8).map("\n\n".join)
MAX_S = 20.0  # CPU, far above what it takes, far below what a quadratic one would


def text_of(pieces: tuple[Piece, ...]) -> str:
    return "".join(piece.text for piece in pieces)


@given(old=PARAGRAPHS, new=PARAGRAPHS)
def test_both_texts_can_be_read_out_of_their_changes(old: str, new: str) -> None:
    changes = compare(old, new)
    for text, side in ((old, [change.old for change in changes]), (new, [change.new for change in changes])):
        assert [part for part in text.split("\n\n") if part.strip()] == [
            told for one in side if (told := text_of(one)).strip()
        ]
    assert all(change.is_same for change in compare(old, old))


def test_rewritten_paragraph_is_found_behind_new_ones() -> None:
    (came, rewritten) = compare("The boat left at nine.", "A new first line stands here.\n\nThe boat left at ten.")
    assert [("in", "A new first line stands here.")] == [(piece.kind, piece.text) for piece in came.pieces]
    assert [("out", "nine"), ("in", "ten")] == [(p.kind, p.text) for p in rewritten.pieces if p.kind != "same"]


def test_huge_texts_are_compared_in_time() -> None:
    chance = Random(7)  # noqa: S311  # the same texts each time
    vocabulary = [f"word{number}" for number in range(5_000)]
    old, new = ("\n\n".join(" ".join(chance.choices(vocabulary, k=30)) for _ in range(3_000)) for _ in range(2))
    start = process_time()
    assert len(compare(old, new)) > 3_000
    compare("\n\n".join(["The same line."] * 20_000), "\n\n".join(["The same line."] * 19_000 + ["Another."]))
    words("ja nein " * 50_000, "nein ja " * 50_000)
    assert process_time() - start < MAX_S
