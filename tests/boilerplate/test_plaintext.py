"""Text without HTML: what goes, what is mended, and above all what stays byte for byte."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cleaner import clean_text
from cleaner.boilerplate.labels import LabelFinder
from cleaner.boilerplate.plaintext import clean_plain_text
from cleaner.boilerplate.rules import shipped_rules
from cleaner.boilerplate.ruleset import compile_rules
from cleaner.boilerplate.sentences import MENDED
from cleaner.model import Verdict

RULES = compile_rules(shipped_rules())
FINDER = LabelFinder(RULES)
MAX_CPU_S = 6.0  # for 150,000 characters: a second, where a quadratic step would take ten and more
FIRST = "The ferry to the northern islands will stay in the harbour until the storm has passed, the operator said on Monday."
SECOND = "Passengers with a ticket may travel on any later crossing, and those who cannot wait get their money back."


def clean(text: str) -> str:
    return clean_plain_text(text, RULES)[0]


def test_text_without_residue_comes_back_as_it_was() -> None:
    text = f"\r\n {FIRST}\r\n\r\n\t{SECOND}  \n\n\n"
    assert (text, (), ()) == clean_plain_text(text, RULES)


@pytest.mark.parametrize(
    "label",
    [
        "Advertisement",
        "Advertisment",
        "ADVERTISEMENT 2",
        "**Advertisement**",
        "[ad_1]",
        "- Anzeige -",
        "### Sponsored",
        "| Publicidad |",
        "\u00a0Publicité\u00a0",
        "\u200bRekl\u00adama ↓",
        "広告",
        "реклама",
        "Advertisement\n\nAdvertisement",
        "Story continues below advertisement",
        "Story continues\nbelow advertisement",
        "SKIP\nADVERTISEMENT",
        "La suite après la publicité",
        "Sign up for our newsletter",
        "Read more: Ferry strike enters third week",
        "6 min read",
        "Share on Facebook",
    ],
)
def test_residue_between_paragraphs_goes(label: str) -> None:
    assert f"{FIRST}\n\n{SECOND}\n" == clean(f"{FIRST}\n\n{label}\n\n{SECOND}\n")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (f"Advertisement\n\n{FIRST}", FIRST),
        (f"{FIRST}\n\nAdvertisement\n", f"{FIRST}\n"),
        (f"{FIRST}\nAdvertisement\n{SECOND}", f"{FIRST}\n{SECOND}"),
        (f"{FIRST}\n\nAdvertisement\n{SECOND}", f"{FIRST}\n\n{SECOND}"),
        (f"{FIRST}\nAdvertisement\n\n{SECOND}", f"{FIRST}\n\n{SECOND}"),
        (f"{FIRST}\r\n\r\nAdvertisement\r\n\r\n{SECOND}", f"{FIRST}\r\n\r\n{SECOND}"),
        ("Advertisement", ""),
    ],
)
def test_white_space_closes_over_the_hole(text: str, expected: str) -> None:
    assert expected == clean(text)


@pytest.mark.parametrize(
    "stuck",
    [
        f"Advertisement {FIRST}",
        f"Advertisement{FIRST}",
        f"ADVERTISEMENT{FIRST}",
        f"Advertisment {FIRST}",
        f"Adverstisement{FIRST}",
        f"Advertisement 2 {FIRST}",
        f"Advertisement 2{FIRST}",
        f"Advertisement. Scroll to continue reading.{FIRST}",
        f"{FIRST} Advertisement",
        f"{FIRST}Advertisement",
        f"{FIRST} Advertisment",
        f"{FIRST} Advertisement 2",
        f"{FIRST} Story continues below advertisement",
        f"[ad_1] {FIRST}",
    ],
)
def test_label_stuck_to_a_paragraph_is_cut_off(stuck: str) -> None:
    text, dropped, edits = clean_plain_text(stuck, RULES)
    assert (text, dropped, len(edits)) == (FIRST, (), 1)


def test_label_that_also_stands_alone_is_cut_off_at_both_ends() -> None:
    assert f"{FIRST}\n\n{SECOND}" == clean(f"{FIRST}\n\nAbout this ad\n\nAbout this ad {SECOND} About this ad")


def test_label_between_the_halves_of_a_sentence_goes_and_they_are_joined() -> None:
    first, second = FIRST.split(" until ")
    text, dropped, edits = clean_plain_text(f"{first}\n\nAdvertisement\n\nuntil {second}\n\n{SECOND}", RULES)
    assert f"{FIRST}\n\n{SECOND}" == text
    assert [d.block.index for d in dropped] == [1]
    assert [(e.block, e.rule, e.absorbs) for e in edits] == [(0, MENDED, 2)]


def test_halves_are_joined_without_a_space_where_the_script_has_none() -> None:
    first = "港を出た船は嵐のために北の島へ向かうことができず乗客はその夜を港の近くの小さな宿で過ごす"
    second = "ことになったと船会社の担当者が月曜日に開かれた会見で説明した。"
    assert first + second == clean(f"{first}\n\n広告\n\n{second}")


def test_heading_is_not_joined_to_its_paragraph() -> None:
    assert f"Storm in the north\n\n{FIRST}" == clean(f"Storm in the north\n\nAdvertisement\n\n{FIRST}")


def test_article_on_one_line_loses_every_label_inside_it() -> None:
    label = " Story continues below advertisement "
    assert clean(label.join([FIRST, SECOND] * 15)) == " ".join([FIRST, SECOND] * 15)


@pytest.mark.parametrize(
    "label",
    [
        "Story continues below advertisement",
        "ADVERTISEMENT",
        "- Advertisement -",
        "Advertisement. Scroll to continue reading.",
        "La suite de l’article après la publicité",
        "La suite de lʼarticle après la publicité",
    ],
)
def test_label_inside_a_sentence_is_cut_out(label: str) -> None:
    first, second = FIRST.split(" until ")
    assert clean(f"{first} {label} until {second}") == FIRST


@pytest.mark.parametrize(
    "text",
    [
        # what a list, a table, code, a play, a poem or a dictionary says stays
        "Designers work in\n\n- Branding\n- Advertising\n- Illustration",
        "Designers work in\n\n1. Branding\n2. Advertising\n3. Illustration",
        "Branding\n\nAdvertising\n\nIllustration",
        "| Item | Share |\n| Advertising | 20 % |\n| Advertising |\n| Print | 5 % |",
        "```\nAdvertisement\n```",
        "    def label():\n    Advertisement\n    end",
        "fn summarize() -> String {\n\n(Read more...)\n\n}",
        "ROPER.\n\nDo me a favour.\n\nADVERTISEMENT.\n\nCertainly.\n\nFARNCOMBE.\n\nNo, no, Ma!",
        "What did you see?\n\n“Advertisement”\n\nAnd then?",
        "We walked along the quay\nand read upon the wall\nAdvertisement\nin letters red\nand did not care at all\n\nThe tide came in.",
        "Advertisement, a public notice.\n\nADVERTISING, the process of making known.",
        "Advertising\n\nAdvertising pays for most of what stands in the paper, as it did two hundred years ago.",
        "### Werbung\n\nWerbung ist in der Schule seit dem vergangenen Jahr verboten, sagte die Ministerin.",
        # hard-wrapped prose
        "He went to the office of the harbour gazette and placed an\nadvertisement\nthat nobody read.",
        "The man went to the police and filed a complaint. Anzeige\nerstattete auch seine Frau.",
        # names and sentences that begin or end with a label's word
        "Advertising Standards Authority officials said the poster misled passengers about the price of the crossing.",
        "Sponsored by the city, the festival drew forty thousand visitors to the old harbour in its first year.",
        "What did the young woman from the northern islands study at the university? Advertising.",
        "The word ADVERTISEMENT stood above the text in small letters, and nobody on the quay had noticed it before.",
        "advertisement spending fell by four per cent in the third quarter, the agency said on Monday morning.",
        "„Anzeige“, sagte der Beamte, und mehr war an diesem Morgen im Hafen nicht aus ihm herauszubekommen.",
    ],
)
def test_prose_code_lists_and_plays_stay(text: str) -> None:
    assert (text, (), ()) == clean_plain_text(text, RULES)


def test_rule_that_is_off_is_not_asked() -> None:
    text = f"{FIRST}\n\nAdvertisement\n\n{SECOND} Advertisement"
    assert text == clean_plain_text(text, RULES, frozenset({"ads/label"}))[0]


def test_every_drop_has_its_evidence() -> None:
    _, dropped, _ = clean_plain_text(f"{FIRST}\n\nAdvertisement\n\n{SECOND}\n\nTags: ferry, storm", RULES)
    assert [(d.block.text, d.rule) for d in dropped] == [
        ("Advertisement", "ads/label"),
        ("Tags: ferry, storm", "related/opening"),
    ]
    assert {Verdict.DROP} == {d.verdict for d in dropped}


PARTS = st.sampled_from(
    [
        FIRST,
        SECOND,
        "Storm in the north",
        "Advertisement",
        "advertisement",
        "ADVERTISEMENT",
        "[ad_1]",
        "Story continues",
        "below advertisement",
        "- Advertising",
        "- Branding",
        "Branding",
        "Read more",
        "Share",
        "until the storm has passed over the coast and the islands",
        "The ferry to the northern islands will stay in the harbour",
        "広告",
        "船は港に戻った。",
        "```",
        "ROPER.",
        "\u200b",
        "| a |",
    ]
)
GAPS = st.sampled_from(["\n\n", "\n", " ", "", "\r\n\r\n", "\n\n\n"])


@settings(max_examples=400, deadline=None)
@given(st.lists(st.tuples(PARTS, GAPS), max_size=10))
def test_cleaning_twice_changes_nothing_more(parts: list[tuple[str, str]]) -> None:
    once = clean("".join(part + gap for part, gap in parts))
    assert once == clean(once)


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=200))
def test_any_text_can_be_cleaned(text: str) -> None:
    cleaned, dropped, edits = clean_plain_text(text, RULES)
    assert cleaned == text or dropped or edits


@settings(max_examples=200, deadline=None)
@given(st.lists(st.tuples(PARTS, GAPS), max_size=10))
def test_edits_and_drops_account_for_every_change(parts: list[tuple[str, str]]) -> None:
    source = "".join(part + gap for part, gap in parts)
    cleaned, dropped, edits = clean_plain_text(source, RULES)
    lines = dict(enumerate(x for x in source.replace("\r\n", "\n").split("\n") if x.strip()))
    for edit in edits:
        line = lines[edit.block]
        assert edit.before == line[edit.start : edit.start + len(edit.before)]
        lines[edit.block] = line[: edit.start] + edit.after + line[edit.start + len(edit.before) :]
        if edit.absorbs is not None:
            del lines[edit.absorbs]
    for decision in dropped:
        lines.pop(decision.block.index)
    assert [x for x in cleaned.replace("\r\n", "\n").split("\n") if x.strip()] == [lines[i] for i in sorted(lines)]


def test_line_that_one_of_two_speakers_says_stays() -> None:
    play = "MRS DALE.\n\nRead more.\n\nTHE PILOT.\n\nNo.\n\nMRS DALE.\n\nRead more.\n\nTHE PILOT.\n\nNever.\n"
    assert play == clean(play)


def test_first_line_without_a_full_stop_is_no_half_where_there_are_no_capitals() -> None:
    title = "नौका तूफान के गुजर जाने तक उत्तरी द्वीपों के बंदरगाह में ही रुकी रहेगी और यात्री इंतजार करेंगे"
    text = "संचालक ने सोमवार को कहा कि टिकट वाले यात्री बाद की किसी भी यात्रा में जा सकते हैं।"
    assert f"{title}\n\n{text}" == clean(f"{title}\n\nAdvertisement\n\n{text}")


_PARAGRAPH = "The night ferry will run through the winter, the harbour board decided on Tuesday after long talks."


def test_row_of_buttons_with_bullets_goes() -> None:
    buttons = "- Share on Twitter\n- Share on Facebook\n- 1 of 5\n- Close\n- Fullscreen\n- Previous\n- Next"
    cleaned = clean_text(f"{_PARAGRAPH}\n\n{buttons}\n\n{_PARAGRAPH}").text
    assert [line for line in cleaned.splitlines() if line.startswith("-")] == []


def test_list_with_some_words_of_buttons_stays() -> None:
    items = "- Advertising\n- Newsletter\n- Printing\n- Sponsored\n- Posters on the pier"
    text = f"{_PARAGRAPH}\n\n{items}\n\n{_PARAGRAPH}"
    assert clean_text(text).text == text


@pytest.mark.parametrize(
    "unit",
    [
        "Advertisement\n\n",
        "- Share\n",
        "Share\nfoo bar\n",
        "Share\nTweet\nPrint\n",
        "ADVERTISEMENT.\n\nROPER.\n\n",
        f"Share\n\nShare prices fell on Monday, and all who held them were sorry.\n\n{FIRST}\n\n",
    ],
)
def test_no_text_takes_more_than_linear_time(unit: str) -> None:
    text = unit * (150_000 // len(unit))
    started = time.process_time()
    clean(text)
    assert time.process_time() - started < MAX_CPU_S


@settings(max_examples=200, deadline=None)
@given(
    st.lists(st.sampled_from([FIRST, SECOND, *sorted(RULES.labels)[::7]]), min_size=2, max_size=5),
    st.sampled_from([" ", ". ", " - ", ""]),
    st.sets(st.sampled_from(sorted(RULES.labels)[::7])),
)
def test_what_has_no_label_glued_to_it_has_none_with_fewer_labels_known(
    parts: list[str], gap: str, known: set[str]
) -> None:
    """What the memory of lines that nothing is cut out of relies on."""
    text = gap.join(parts).replace("said", "SPONSORED" if len(known) % 2 else "said")
    for look in (FINDER.at_start, FINDER.at_end, FINDER.inside):
        if look(text, frozenset(RULES.labels)) is None:
            assert look(text, known) is None
        if look(text, known) is None:
            assert look(text, frozenset()) is None
