"""What each kind of match sees in a block, and where a residue line leaves its paragraph."""

import pytest
from made_pages import RULES, STORM

from cleaner.boilerplate.labels import LabelFinder
from cleaner.boilerplate.matching import Subject, Surroundings, compile_match, forms, line_of, subject_of
from cleaner.rule import AllOf, Label, Line, Match, Measure, Neighbour, Opening, Phrase, Token

HERE = Surroundings()
FINDER = LabelFinder(RULES)


def sees(match: Match, subject: Subject, around: Surroundings = HERE) -> str | None:
    return compile_match(match)(subject, around)


def test_line_is_seen_numbered_and_doubled() -> None:
    match = Line(labels=("Read more",))
    assert ["READ MORE", "Read more 2", "Read more Read more"] == [
        sees(match, subject_of(text)) for text in ("READ MORE", "Read more 2", "Read more Read more")
    ]
    assert sees(match, subject_of("Read more books")) is None


@pytest.mark.parametrize(
    ("folded", "wanted"), [("gull", ("gull",)), ("gull 2", ("gull 2", "gull")), ("2024", ("2024",))]
)
def test_forms_of_a_line(folded: str, wanted: tuple[str, ...]) -> None:
    assert wanted == forms(folded)


def test_label_forgives_an_error_only_in_long_words() -> None:
    assert sees(Label(labels=("Advertisement",), edits=1), subject_of("Advertisment"))
    assert sees(Label(labels=("Annonce",), edits=1), subject_of("Announce")) is None


def test_opening_goes_on() -> None:
    match = Opening(phrases=("Read more:",), max_words=6)
    assert sees(match, subject_of("Read more : the crane"))
    assert sees(match, subject_of("Read more:")) is None
    assert sees(match, subject_of("Read more: one two three four five six")) is None


def test_phrase_is_whole_words() -> None:
    match = Phrase(phrases=("in your inbox",), max_words=9)
    assert sees(match, subject_of("Every day in your inbox"))
    assert sees(match, subject_of("Every day in your inboxes")) is None


def test_token_leaves_long_blocks() -> None:
    match = Token(tokens=("related",), max_words=3)
    inside = Subject(text="A crane", folded="a crane", words=2, tokens=frozenset({"related"}))
    longer = Subject(text="A crane fell down", folded="a crane fell down", words=4, tokens=frozenset({"related"}))
    assert "related" == sees(match, inside)
    assert sees(match, longer) is None


def test_measure_of_what_only_markup_shows_fails_in_plain_text() -> None:
    assert sees(Measure(name="links", at_least=1), subject_of("Boats | Birds")) is None
    assert "heading 0" == sees(Measure(name="heading", at_most=0), subject_of("Boats"))


def test_neighbour_hears_its_side_only() -> None:
    match = AllOf(matches=(Neighbour(side="before", rules=("x/a",)), Measure(name="words", at_most=3)))
    assert "before: x/a" == sees(match, subject_of("A crane"), Surroundings(before=frozenset({"x/a"})))
    assert sees(match, subject_of("A crane"), Surroundings(after=frozenset({"x/a"}))) is None


def test_line_of_a_block_keeps_the_blocks_box() -> None:
    block = Subject(text="A crane.\nRead more", folded="", words=4, tokens=frozenset({"x"}), ends_sentence=False)
    line = line_of(block, "A crane.")
    assert ("a crane", 2, frozenset({"x"}), True) == (line.folded, line.words, line.tokens, line.ends_sentence)


@pytest.mark.parametrize(
    ("text", "wanted"), [(f"{STORM}\nPhoto: Ada Pell", STORM), (f"Read more: the crane\n{STORM}", STORM)]
)
def test_residue_line_of_a_paragraph_is_cut(text: str, wanted: str) -> None:
    cut = FINDER.at_start(text, ()) or FINDER.at_end(text, ())
    assert cut is not None
    assert wanted == text[: cut.start] + cut.after + text[cut.end :]


def test_residue_line_among_verses_is_not_cut() -> None:
    verses = "The gull is gone,\nthe boat is late,\nSubscribe"
    assert FINDER.at_end(verses, ()) is None


def test_credit_is_cut_from_below_a_short_line() -> None:
    cut = FINDER.at_end("Translated by Ada Pell\nCopyright: Harbour Press, 2025", ())
    assert cut is not None
    assert "media/copyright-credit" == cut.rule
