"""The decision: what is dropped has evidence, guards outrank it, and what stands around a block is heard."""

import pytest
from made_pages import FERRY, RULES, STORM, chosen, decided, decision, dropped, kept, page_of

from cleaner.boilerplate.classify import classify
from cleaner.boilerplate.locate import Choice
from cleaner.boilerplate.ruleset import compile_rules
from cleaner.boilerplate.selectors import forced_by_selectors
from cleaner.model import Decision, Evidence, Meta, Role, Verdict
from cleaner.rule import Line, Rule


def p(*texts: str) -> str:
    return "".join(f"<p>{text}</p>" for text in texts)


def test_every_drop_has_its_evidence_first() -> None:
    found = decided(p(FERRY, "Advertisement", STORM, "Elsewhere"), left_out=("Elsewhere",))
    gone = [d for d in found.decisions if d.verdict is Verdict.DROP]
    assert ["ads/label", "locate/outside"] == [d.evidence[0].rule for d in gone]
    assert all(d.evidence[0].verdict is Verdict.DROP for d in gone)


def test_drop_without_evidence_cannot_be_made() -> None:
    block = page_of(p(FERRY)).blocks[0]
    with pytest.raises(ValueError, match="without evidence"):
        Decision(block=block, verdict=Verdict.DROP)


def test_decisions_stand_index_for_index() -> None:
    found = decided(p(FERRY, "Advertisement", STORM) + "<img src='https://a.example/boat.jpg' alt='a boat'>")
    assert [0, 1, 2, 3] == [d.block.index for d in found.decisions]


def test_guard_outranks_drop() -> None:
    line = "Correction: read more: was printed where the pilot said no more."
    guard = Rule(id="x/guard", match=Line(labels=("Advertisement",)), why="", hits=(), misses=(), verdict=Verdict.KEEP)
    page = page_of(p(FERRY, "Advertisement", STORM))
    found = classify(page, chosen(page), Meta(), compile_rules([*RULES.rules, guard]))
    assert Verdict.KEEP is decision(found, "Advertisement").verdict
    assert line in kept(decided(p(FERRY, line, STORM)))


def test_rule_outranks_the_extractors_choice() -> None:
    found = decided(p(FERRY, "Advertisement", STORM), left_out=("Advertisement",))
    assert ["ads/label", "locate/outside"] == [e.rule for e in decision(found, "Advertisement").evidence]


def test_selector_outranks_all_else() -> None:
    page = page_of(f"<p>{FERRY}</p><p class='y'>Advertisement</p><p class='x'>{STORM}</p>")
    forced = forced_by_selectors(page, keep=(".y",), drop=(".x",))
    found = classify(page, chosen(page), Meta(), RULES, forced)
    assert [FERRY, "Advertisement"] == kept(found)
    assert {STORM: "selector/drop"} == dropped(found)


def test_selector_speaks_of_pictures_too() -> None:
    page = page_of(f"<p>{FERRY}</p><figure class='x'><img src='https://a.example/boat.jpg'></figure><p>{STORM}</p>")
    forced = forced_by_selectors(page, keep=(), drop=(".x",))
    found = classify(page, chosen(page), Meta(), RULES, forced)
    assert ["selector/drop"] == [d.rule for d in found.decisions if d.verdict is Verdict.DROP]


def test_hidden_text_goes_whatever_the_extractor_says() -> None:
    body = f"<p>{FERRY}</p><p style='display:none'>Tides of the week</p><p>{STORM}</p>"
    assert {"Tides of the week": "structure/hidden"} == dropped(decided(body, left_out=("Tides",)))
    assert {"Tides of the week": "structure/hidden"} == dropped(decided(body))


def test_code_that_reads_like_a_label_stays() -> None:
    assert {} == dropped(decided(f"<p>{FERRY}</p><pre>Advertisement</pre><p>{STORM}</p>"))


# headings


def test_heading_whose_content_was_residue_goes_too() -> None:
    found = decided(f"<p>{FERRY}</p><h3>From our shop</h3><p>Advertisement</p><h3>The storm</h3><p>{STORM}</p>")
    assert {"From our shop": "structure/empty-heading", "Advertisement": "ads/label"} == dropped(found)


def test_heading_over_text_that_only_the_extractor_missed_stays() -> None:
    body = f"<p>{FERRY}</p><h3>The tides</h3><p>Low at six, high at noon</p><p>Learn more</p><h3>The storm</h3><p>{STORM}</p>"
    found = decided(body, left_out=("Low at six",))
    assert "The tides" in kept(found)


def test_heading_at_the_end_goes() -> None:
    assert {"What the pilots say": "structure/empty-heading"} == dropped(
        decided(f"<p>{FERRY}</p><p>{STORM}</p><h2>What the pilots say</h2>")
    )


def test_sentence_set_large_is_no_empty_heading() -> None:
    line = "In all these years, said the oldest of the pilots, the sea had never once asked him for his name."
    assert line in kept(decided(f"<p>{FERRY}</p><p>{STORM}</p><h2>{line}</h2>"))


def test_heading_over_a_smaller_heading_with_text_stays() -> None:
    found = decided(f"<p>{FERRY}</p><h2>The storm</h2><p>Advertisement</p><h3>At sea</h3><p>{STORM}</p>")
    assert {"Advertisement": "ads/label"} == dropped(found)


# neighbours


def test_heading_over_links_takes_its_list_along() -> None:
    links = "".join(
        f"<li><a href='/{n}'>{title}</a></li>" for n, title in enumerate(("A pilot retires", "A crane falls"))
    )
    found = decided(f"<p>{FERRY}</p><h3>Related stories</h3><ul>{links}</ul><p>{STORM}</p>")
    rules = {"Related stories": "related/line", "A pilot retires": "related/linked", "A crane falls": "related/linked"}
    assert rules == dropped(found)


def test_list_of_text_under_such_a_heading_stays() -> None:
    found = decided(f"<p>{FERRY}</p><h3>Recommended</h3><ul><li>a dry coat</li><li>two ropes</li></ul><p>{STORM}</p>")
    assert {"Recommended"} >= set(dropped(found))


def test_linked_label_under_a_teaser_heads_nothing() -> None:
    body = (
        f"<p>{FERRY}</p><p><a href='/1'>Learn more</a></p><p><a href='/2'>The log of the pilots</a></p><p>{STORM}</p>"
    )
    assert {"Learn more": "related/line"} == dropped(decided(body))


def test_text_between_the_head_and_the_button_of_a_newsletter_goes() -> None:
    body = p(FERRY, "Subscribe to our newsletter", "The bay, the boats and the birds.", "Sign up", STORM)
    assert "newsletter/between" == dropped(decided(body))["The bay, the boats and the birds."]


def test_neighbours_are_heard_over_what_the_extractor_left_out() -> None:
    body = f"<p>{FERRY}</p><h3>Related stories</h3><p>12 March</p><p><a href='/1'>A pilot retires</a></p><p>{STORM}</p>"
    assert "related/linked" == dropped(decided(body, left_out=("12 March",)))["A pilot retires"]


# lists, tables, lines


def test_word_of_a_label_is_an_item_among_items() -> None:
    items = "<ul><li>Printing</li><li>Advertising</li><li>Share</li></ul>"
    assert {} == dropped(decided(f"<p>{FERRY}</p>{items}<p>{STORM}</p>"))


def test_row_of_share_links_is_no_list() -> None:
    items = "".join(f"<li><a href='#'>{name}</a></li>" for name in ("Share", "Print", "Copy link"))
    found = decided(f"<p>{FERRY}</p><ul>{items}</ul><p>{STORM}</p>")
    assert {"Share", "Print", "Copy link"} == set(dropped(found))


def test_list_of_networks_without_links_stays() -> None:
    items = "<ul><li>Facebook</li><li>Instagram</li><li>YouTube</li></ul>"
    assert {} == dropped(decided(f"<p>{FERRY}</p>{items}<p>{STORM}</p>"))


def test_data_table_mostly_held_is_held_whole() -> None:
    table = "<table><tr><th>Boat</th><th>Oars</th></tr><tr><td>Gull and sister ship</td><td>9</td></tr></table>"
    assert "9" in kept(decided(f"<p>{FERRY}</p>{table}<p>{STORM}</p>", left_out=("9",)))
    assert "9" not in kept(decided(f"<p>{FERRY}</p>{table}<p>{STORM}</p>", left_out=("9", "Gull", "Boat")))


def test_table_comes_back_where_the_scorer_took_its_cells_one_by_one() -> None:
    table = "<table><tr><th>Boat</th><th>Oars</th></tr><tr><td>Gull</td><td>9</td></tr></table>"
    page = page_of(f"<p>{FERRY}</p>{table}<p>{STORM}</p>")
    evidence = {n: Evidence(rule="model/unlikely", verdict=Verdict.DROP, quote="") for n in (2, 3, 4)}
    choice = Choice(kept=(1.0, 1.0, 0.0, 0.0, 0.0, 1.0), words=9, evidence=evidence)
    assert {} == dropped(classify(page, choice, Meta(), RULES))


def test_block_whose_lines_are_all_residue_goes() -> None:
    assert {"Advertisement\nRead more: the crane": "ads/label"} == dropped(
        decided(p(FERRY, "Advertisement<br>Read more: the crane", STORM))
    )
    assert {} == dropped(decided(p(FERRY, "Advertisement<br>of the pilots", STORM)))


# figures


def test_caption_stays_with_its_picture() -> None:
    figure = "<figure><img src='https://a.example/boat.jpg'><figcaption>The ferry in May</figcaption></figure>"
    found = decided(f"<p>{FERRY}</p>{figure}<p>{STORM}</p>", left_out=("in May",))
    assert {} == dropped(found)
    assert Role.CAPTION is decision(found, "The ferry in May").block.role


def test_picture_that_is_a_link_or_stands_outside_goes() -> None:
    image = "<img src='https://a.example/boat.jpg'>"
    found = decided(f"<p>Logs</p>{image}<p>{FERRY}</p><p>{STORM}</p>{image}", left_out=("Logs",))
    assert [Verdict.DROP, Verdict.DROP] == [d.verdict for d in found.decisions if d.block.media]


def test_caption_of_a_table_is_read_with_it() -> None:
    table = "<table><caption>Oars by boat</caption><tr><th>Boat</th><th>Oars</th></tr><tr><td>Gull</td><td>9</td></tr></table>"
    found = decided(f"<p>{FERRY}</p>{table}<p>{STORM}</p>")
    assert Role.PARAGRAPH is decision(found, "Oars by boat").block.role


# torn


def test_block_after_residue_may_be_torn() -> None:
    assert frozenset({2}) == decided(p(FERRY, "Advertisement", STORM)).torn
    assert frozenset() == decided(p(FERRY, STORM)).torn


def test_page_of_nothing_chosen_is_all_outside() -> None:
    found = decided(p("Home", "Tides"), left_out=("Home", "Tides"))
    assert {"Home": "locate/outside", "Tides": "locate/outside"} == dropped(found)


# tables of contents


def contents(*targets: str) -> str:
    return (
        "<ul>" + "".join(f"<li>{n}. <a href='{t}'>The tides of May</a></li>" for n, t in enumerate(targets)) + "</ul>"
    )


def test_table_of_contents_goes_whoever_chose_it() -> None:
    found = decided(f"<p>{FERRY}</p>{contents('#one', '#two', '#three')}<p>{STORM}</p>")
    assert {"navigation/contents"} == set(dropped(found).values())


@pytest.mark.parametrize("targets", [("#one", "#two"), ("#one", "#two", "/three"), ("/one", "/two", "/three")])
def test_other_lists_of_links_are_no_table_of_contents(targets: tuple[str, ...]) -> None:
    assert {} == dropped(decided(f"<p>{FERRY}</p>{contents(*targets)}<p>{STORM}</p>"))


def test_notes_that_lead_back_are_text() -> None:
    note = "<li>Logs of the harbour office, volume nine, written by the clerk in May. <a href='#ref'>back</a></li>"
    assert {} == dropped(decided(f"<p>{FERRY}</p><ol>{note * 3}</ol><p>{STORM}</p>"))


def test_line_at_the_end_that_announces_what_was_dropped_goes() -> None:
    links = "<ul><li><a href='/oars'>Oars are dear</a></li><li><a href='/ropes'>Ropes are not</a></li></ul>"
    left_out = ("Oars", "Ropes")
    found = decided(f"<p>{FERRY}</p><p>On the same subject, try these:</p>{links}", left_out=left_out)
    assert "structure/empty-heading" == dropped(found)["On the same subject, try these:"]
    assert {} == dropped(decided(f"<p>{FERRY}</p><p>What the clerk said:</p>"))
    amid = decided(f"<p>{FERRY}</p><p>On the same subject, try these:</p>{links}<p>{STORM}</p>", left_out=left_out)
    assert "On the same subject, try these:" not in dropped(amid)
