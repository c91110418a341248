"""Front matter: title, dek and byline are told from prose, and never hide it."""

import pytest
from made_pages import FERRY, STORM, decided, decision, dropped, kept

from cleaner.model import Meta, Role

TITLE = "Ferry waits for the storm to pass"
META = Meta(title=TITLE, byline="Ada Pell and Tom Wren", description="Nobody knows for how long the boat will stay")


def role(body: str, text: str, *, meta: Meta = META) -> Role:
    return decision(decided(body, meta=meta), text).block.role


def test_title_takes_its_role() -> None:
    assert Role.TITLE is role(f"<h1>{TITLE}</h1><p>{FERRY}</p><p>{STORM}</p>", TITLE)


def test_title_is_known_by_changed_quotation_marks() -> None:
    meta = Meta(title="Ferry ‘waits’ for the storm to pass")
    assert Role.TITLE is role(f"<h1>Ferry 'waits' for the storm to pass</h1><p>{FERRY}</p>", "Ferry '", meta=meta)


def test_title_repeated_goes() -> None:
    found = decided(f"<h1>{TITLE}</h1><p>12 March</p><h2>{TITLE}</h2><p>{FERRY}</p><p>{STORM}</p>", meta=META)
    assert {TITLE: "structure/title-repeated"} == dropped(found)


def test_heading_with_the_titles_words_far_down_stays() -> None:
    found = decided(f"<h1>{TITLE}</h1><p>{FERRY}</p><h2>{TITLE}</h2><p>{STORM}</p>", meta=META)
    assert {} == dropped(found)
    assert [Role.TITLE, Role.HEADING] == [d.block.role for d in found.decisions if d.block.text == TITLE]


def test_title_below_a_menu_is_found() -> None:
    menu = "<p>" + " | ".join(f"<a href='/{n}'>The logs of boat number {n}</a>" for n in range(20)) + "</p>"
    assert Role.TITLE is role(f"{menu}<h1>{TITLE}</h1><p>{FERRY}</p><p>{STORM}</p>", TITLE)


def test_path_that_ends_in_the_title_is_not_the_title() -> None:
    body = f"<ul><li>{TITLE}</li></ul><h1>{TITLE}</h1><p>{FERRY}</p>"
    found = decided(body, meta=META, left_out=(TITLE,))
    assert [Role.LIST_ITEM, Role.TITLE] == [d.block.role for d in found.decisions if d.block.text == TITLE]


@pytest.mark.parametrize(
    "line",
    [
        "Ada Pell",
        "By Ada Pell and Tom Wren",
        "12 March 2026",
        "Published 2026-03-12 at noon",
        "March 12, 2026",
        "<span class='byline'>Harbour desk</span>",
    ],
)
def test_byline_and_date_take_their_role(line: str) -> None:
    found = decided(f"<h1>{TITLE}</h1><p>{line}</p><p>{FERRY}</p>", meta=META)
    assert Role.BYLINE is found.decisions[1].block.role


@pytest.mark.parametrize(
    "line",
    [
        "By the time the boat came in, all had gone.",
        "On 12 March 2026 the ferry will sail again, says the oldest pilot of the bay",
        "<span class='author'>How nine pilots and a clerk kept the ferry afloat in May</span>",
        "<span class='author'>They waited.</span>",
    ],
)
def test_prose_under_the_title_is_no_byline(line: str) -> None:
    found = decided(f"<h1>{TITLE}</h1><p>{line}</p><p>{FERRY}</p>", meta=META)
    assert Role.PARAGRAPH is found.decisions[1].block.role


def test_dates_below_the_first_long_paragraph_stay_text() -> None:
    assert Role.PARAGRAPH is role(f"<h1>{TITLE}</h1><p>{FERRY}</p><p>12 March 2026</p><p>{STORM}</p>", "12 March")


def test_list_of_dates_is_no_front_matter() -> None:
    dates = "".join(f"<p>{day} March 2026</p>" for day in range(1, 13))
    found = decided(f"<h1>{TITLE}</h1>{dates}<p>{FERRY}</p>", meta=META)
    assert [Role.BYLINE] * 8 + [Role.PARAGRAPH] * 4 == [d.block.role for d in found.decisions[1:13]]


def test_description_under_the_title_is_the_dek_whatever_the_extractor_says() -> None:
    body = f"<h1>{TITLE}</h1><p>{META.description}</p><p>{FERRY}</p>"
    found = decided(body, meta=META, left_out=("Nobody knows",))
    assert Role.DEK is decision(found, "Nobody knows").block.role
    assert META.description in kept(found)


def test_dek_is_known_by_its_name() -> None:
    body = f"<h1>{TITLE}</h1><p class='standfirst'>The pilots have seen worse, they say</p><p>{FERRY}</p>"
    assert Role.DEK is role(body, "The pilots")


def test_advertisement_called_a_dek_goes() -> None:
    body = f"<h1>{TITLE}</h1><p class='dek'>Sign up to our newsletter for the news of the bay</p><p>{FERRY}</p>"
    assert "newsletter" in next(iter(dropped(decided(body, meta=META)).values()))


def test_page_without_metadata_has_no_title() -> None:
    assert Role.HEADING is role(f"<h1>{TITLE}</h1><p>{FERRY}</p>", TITLE, meta=Meta())


def test_sentence_between_title_and_byline_is_the_dek() -> None:
    line = "Some of the passengers had unkind things to say about the clerk"
    body = f"<h1>{TITLE}</h1><div>{line}</div><div>Ada Pell</div><p>{FERRY}</p><p>{STORM}</p>"
    found = decided(body, meta=META, left_out=("unkind",))
    assert Role.DEK is decision(found, line).block.role


@pytest.mark.parametrize(
    "between",
    [
        "<div>Harbour and weather</div>",
        "<div><a href='/crane'>Some of the passengers had unkind things to say about the crane</a></div>",
        "<img src='https://a.example/boat.jpg'><div>Some of the passengers wait beside the old crane of the harbour</div>",
        "<div>Harbour</div><div>Some of the passengers had unkind things to say about the clerk</div>",
    ],
)
def test_labels_and_links_between_title_and_byline_are_no_dek(between: str) -> None:
    found = decided(f"<h1>{TITLE}</h1>{between}<div>Ada Pell</div><p>{FERRY}</p><p>{STORM}</p>", meta=META)
    assert Role.DEK not in {d.block.role for d in found.decisions}
