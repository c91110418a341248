"""Pictures of the article stay with what is said about them; icons, portraits and copies go, each with its reason."""

import pytest
from made_pages import FERRY, STORM, decided, decision, dropped

from cleaner.boilerplate.classify import Classified
from cleaner.model import Meta, Role, Verdict

BOAT = "<img src='https://a.example/ferry-in-may.jpg' alt='The ferry in May'>"
META = Meta(title="Ferry waits for the storm to pass", byline="Ada Pell")
HEAD = "<h1>Ferry waits for the storm to pass</h1>"


def pictures(found: Classified) -> dict[str, str | None]:
    """File names of the pictures, with the rule that dropped them, None for kept ones."""
    media = [(d, d.block.media) for d in found.decisions if d.block.media]
    return {m.src.rpartition("/")[2]: d.rule if d.verdict is Verdict.DROP else None for d, m in media}


def test_picture_between_the_title_and_the_text_stays_whatever_is_dropped_beside_it() -> None:
    body = f"{HEAD}<div>Read time: 3 min</div><div>{BOAT}</div><p>Print</p><p>{FERRY}</p><p>{STORM}</p>"
    assert {"ferry-in-may.jpg": None} == pictures(decided(body, meta=META, left_out=("Read time", "Print")))


def test_caption_comes_with_its_picture_whatever_its_element_is() -> None:
    figure = f"<div>{BOAT}<p>The ferry in May</p></div>"
    named = "<div><img src='https://a.example/crane.jpg'><p class='caption'>The crane, lately</p></div>"
    body = f"<p>{FERRY}</p>{figure}<p>{STORM}</p>{named}<p>{FERRY}</p>"
    found = decided(body, left_out=("in May", "lately"))
    assert {} == dropped(found)
    assert Role.CAPTION is decision(found, "The ferry in May").block.role
    assert Role.CAPTION is decision(found, "The crane").block.role


def test_number_of_a_picture_is_no_caption() -> None:
    body = f"<p>{FERRY}</p><div>{BOAT}<p class='caption'>3</p></div><p>{STORM}</p>"
    assert {"3": "locate/outside"} == dropped(decided(body, left_out=("3",)))


def test_picture_of_a_teaser_goes() -> None:
    teaser = f"<div>{BOAT}<a href='/crane'>The crane is sold</a></div>"
    found = decided(f"<p>{FERRY}</p>{teaser}<p>{STORM}</p>", left_out=("crane is sold",))
    assert {"ferry-in-may.jpg": "locate/outside"} == pictures(found)


def test_picture_of_a_teaser_with_a_heading_goes() -> None:
    teaser = f"<div>{BOAT}<div><h3>The crane is sold</h3></div><p>It was old.</p></div>"
    found = decided(f"<p>{FERRY}</p>{teaser}<p>{STORM}</p>", left_out=("crane is sold", "It was old"))
    assert {"ferry-in-may.jpg": "locate/outside"} == pictures(found)


@pytest.mark.parametrize(
    "name",
    [
        "facebook.svg",
        "print.png",
        "download_arrow.svg",
        "btn-follow.png",
        "placeholder.webp",
        "subscribe-box.jpg",
        "agency-logo.svg",
    ],
)
def test_icon_goes(name: str) -> None:
    body = f"<p>{FERRY}</p><img src='https://a.example/i/{name}'><p>{STORM}</p>"
    assert {name: "structure/decoration"} == pictures(decided(body))


@pytest.mark.parametrize(
    "name", ["map-of-icons.jpg", "facebook-headquarters.png", "button-factory.jpg", "tide-table.svg", "new-logo.png"]
)
def test_photograph_of_an_icon_stays(name: str) -> None:
    body = f"<p>{FERRY}</p><img src='https://a.example/i/{name}'><p>{STORM}</p>"
    assert {name: None} == pictures(decided(body))


@pytest.mark.parametrize("alt", ["Ada Pell", "Headshot of the pilot", ""])
def test_portrait_of_the_author_goes(alt: str) -> None:
    box = f"<div><img src='https://a.example/pell.jpg' alt='{alt}'><span>By Ada Pell</span></div>"
    assert {"pell.jpg": "structure/decoration"} == pictures(
        decided(f"{HEAD}{box}<p>{FERRY}</p><p>{STORM}</p>", meta=META)
    )


def test_picture_of_somebody_else_stays() -> None:
    body = f"{HEAD}<p>{FERRY}</p><img src='https://a.example/wren.jpg' alt='Tom Wren'><p>{STORM}</p>"
    assert {"wren.jpg": None} == pictures(decided(body, meta=META))


def test_same_picture_in_two_sizes_is_shown_once() -> None:
    sizes = "".join(f"<img src='https://a.example/{width}/tide-table-of-may.png'>" for width in (320, 640))
    found = decided(f"<p>{FERRY}</p>{sizes}<p>{STORM}</p>")
    assert [None, "structure/decoration"] == [d.rule for d in found.decisions if d.block.media]
    others = "<img src='https://a.example/1/600.png'><img src='https://a.example/2/600.png'>"
    assert [None, None] == [d.rule for d in decided(f"<p>{FERRY}</p>{others}<p>{STORM}</p>").decisions if d.block.media]
