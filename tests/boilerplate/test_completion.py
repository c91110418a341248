"""What belongs to located text by its place is located too: headings over it, lists under the line that announces them."""

from made_pages import FERRY, STORM, decided, dropped


def test_heading_over_text_of_the_article_stays() -> None:
    body = f"<p>{FERRY}</p><h2>What the clerk said</h2><p>{STORM}</p>"
    assert {} == dropped(decided(body, left_out=("What the clerk",)))


def test_linked_heading_amid_the_article_stays() -> None:
    body = f"<p>{FERRY}</p><h2><a href='#clerk'>What the clerk said</a></h2><p>{STORM}</p>"
    assert {} == dropped(decided(body, left_out=("What the clerk",)))


def test_heading_in_the_head_of_a_card_stays() -> None:
    body = f"<p>{FERRY}</p><div><div><h2>What the clerk said</h2></div><div><p>{STORM}</p></div></div>"
    assert "What the clerk said" in dropped(decided(body, left_out=("What the clerk",)))
    body = f"<p>{FERRY}</p><div><h2>What the clerk said</h2><div><p>{STORM}</p></div></div>"
    assert {} == dropped(decided(body, left_out=("What the clerk",)))


def test_heading_of_another_element_goes() -> None:
    body = f"<p>{FERRY}</p><aside><h2><a href='/crane'>The crane is sold</a></h2></aside><p>{STORM}</p>"
    assert {"The crane is sold": "locate/outside"} == dropped(decided(body, left_out=("crane is",)))


def test_linked_heading_after_what_is_left_out_goes() -> None:
    body = f"<p>{FERRY}</p><p>More of the bay</p><h2><a href='/crane'>The crane is sold</a></h2><p>{STORM}</p>"
    assert {"More of the bay", "The crane is sold"} == set(dropped(decided(body, left_out=("crane is", "More of"))))


def test_heading_before_the_article_is_not_its_own() -> None:
    body = f"<h2>Harbour desk</h2><p>{FERRY}</p><p>{STORM}</p>"
    assert {"Harbour desk": "locate/outside"} == dropped(decided(body, left_out=("Harbour desk",)))


def test_list_under_the_line_that_announces_it_stays() -> None:
    body = f"<p>{FERRY}</p><p>They found that:</p><ol><li>Oars are dear</li><li>Ropes are not</li></ol><p>{STORM}</p>"
    assert {} == dropped(decided(body, left_out=("Oars", "Ropes")))
    body = body.replace("found that:", "found that out.")
    assert {"Oars are dear", "Ropes are not"} == set(dropped(decided(body, left_out=("Oars", "Ropes"))))


def test_list_of_links_under_such_a_line_does_not() -> None:
    links = "<ul><li><a href='/oars'>Oars are dear</a></li><li><a href='/ropes'>Ropes are not</a></li></ul>"
    body = f"<p>{FERRY}</p><p>In the news this week:</p>{links}<p>{STORM}</p>"
    assert {"Oars are dear", "Ropes are not"} == set(dropped(decided(body, left_out=("Oars", "Ropes"))))


def _cards(texts: list[str], *, name: str = "card-{}") -> str:
    cards = (f"<div class='{name.format(number)}'><p>{text}</p></div>" for number, text in enumerate(texts))
    return f"<p>{FERRY}</p>{''.join(cards)}<p>{STORM}</p>"


CARDS = ["Oars of ash", "Ropes of hemp", "Lamps of tin", "Sails of flax", "Bells of brass"]


def test_card_among_cards_that_stay_stays() -> None:
    assert {} == dropped(decided(_cards(CARDS), left_out=("Lamps",)))


def test_card_at_the_edge_of_those_that_stay_does_not() -> None:
    assert {"Bells of brass": "locate/outside"} == dropped(decided(_cards(CARDS), left_out=("Bells",)))


def test_card_among_cards_half_of_which_go_goes() -> None:
    assert {"Ropes of hemp", "Lamps of tin"} == set(dropped(decided(_cards(CARDS), left_out=("Ropes", "Lamps"))))


def test_few_cards_do_not_speak_for_each_other() -> None:
    assert {"Ropes of hemp": "locate/outside"} == dropped(decided(_cards(CARDS[:3]), left_out=("Ropes",)))


def test_paragraphs_without_names_do_not_speak_for_each_other() -> None:
    body = "".join(f"<p>{text}</p>" for text in [FERRY, *CARDS, STORM])
    assert {"Lamps of tin": "locate/outside"} == dropped(decided(body, left_out=("Lamps",)))


def test_link_among_cards_of_text_goes() -> None:
    cards = [*CARDS[:2], "<a href='/lamps'>Lamps of tin</a>", *CARDS[3:], "Oars of oak"]
    assert {"Lamps of tin": "locate/outside"} == dropped(decided(_cards(cards), left_out=("Lamps",)))
