"""Text that no reader sees is no article text, however it is hidden; what only waits to be opened is."""

import pytest

from cleaner import clean
from cleaner.boilerplate.hiding import hides_by_name, hides_by_style

TEXTS = (
    "The lock keeper of Dunmarrow has counted the boats by hand since the bridge was painted green.",
    "Every evening she writes the number into a ledger, and every evening the heron looks over her shoulder.",
    "Nobody has ever asked for the figures, she says, which is precisely why they have to be right.",
)
UNSEEN = "The secret sentence about cheap watches and pills is hidden from every reader of this page, of course."
HIDING = (
    *(
        "display:none",
        "DISPLAY : NONE !important",
        "visibility: hidden",
        "visibility:collapse",
        "content-visibility:hidden",
    ),
    *("position:absolute;left:-9999px", "position:fixed; top:-5000px", "text-indent:-9999px", "margin-left:-9999em"),
    *("font-size:0", "font-size: 0px", "opacity:0", "opacity: 0.0", "color:transparent", "transform: scale(0)"),
    *("clip:rect(0,0,0,0);position:absolute", "clip-path: inset(50%)", "height:0;overflow:hidden"),
    *(
        "width:1px;height:1px;overflow:hidden;position:absolute",
        "dis\\play:none",
        "display:/**/none",
        "d\\69splay:none",
    ),
)
SEEN = (
    *(
        "",
        "color:red",
        "display:block",
        "opacity:0.5",
        "font-size:0.9em",
        "position:absolute;left:10px",
        "margin-left:-10px",
    ),
    *(
        "overflow:hidden",
        "overflow:hidden;height:300px",
        "background:none",
        "border:none;outline:none",
        "text-indent:2em",
    ),
    *("text-decoration:none", "left:-9999px", "list-style:none", "transform:scale(0.5)", "display:nonesuch"),
)


def article(inner: str) -> str:
    return (
        f"<html><body><article><h1>The ledger</h1><p>{TEXTS[0]}</p><p>{TEXTS[1]}</p>{inner}<p>{TEXTS[2]}</p></article>"
    )


@pytest.mark.parametrize("style", HIDING)
def test_hiding_style_is_seen(style: str) -> None:
    assert hides_by_style(style)


@pytest.mark.parametrize("style", SEEN)
def test_style_that_shows_is_no_hiding(style: str) -> None:
    assert not hides_by_style(style)


@pytest.mark.parametrize(
    "opened",
    [
        *(f'<div style="{style}"><p>' for style in ("display:none", "position:absolute;left:-9999px", "opacity:0")),
        *(
            "<p hidden>",
            '<p aria-hidden="true">',
            '<p class="sr-only">',
            "<dialog><p>",
            "<template><p>",
            "<noscript><p>",
        ),
    ],
)
def test_hidden_text_is_not_article_text(opened: str) -> None:
    found = clean(article(f"{opened}{UNSEEN}</p></div></dialog></template></noscript>"))
    assert "\n\n".join(TEXTS) == found.text


@pytest.mark.parametrize(
    "opened", ["<details><summary>More</summary><p>", '<p hidden="until-found">', "<dialog open><p>"]
)
def test_text_that_can_be_opened_stays(opened: str) -> None:
    assert UNSEEN in clean(article(f"{opened}{UNSEEN}</p></details></dialog>")).text


def test_article_that_a_script_shows_stays() -> None:
    page = f"<html><body><div style='opacity:0'>{article('').removeprefix('<html><body>')}</div>"
    assert "\n\n".join(TEXTS) == clean(page).text


def test_every_hidden_block_says_so() -> None:
    found = clean(article(f"<p hidden>{UNSEEN}</p>"))
    assert ["structure/hidden"] == [decision.rule for decision in found.dropped if decision.block.text == UNSEEN]


@pytest.mark.parametrize(
    ("names", "hides"), [("a sr-only b", True), ("visually-hidden", True), ("sr-only-focus", False)]
)
def test_names_of_screen_reader_text(names: str, hides: bool) -> None:  # noqa: FBT001
    assert hides == hides_by_name(names)


def test_visible_words_beside_a_hidden_note_stay() -> None:
    visible = "The ducks of the lock sleep on the gate"
    assert (
        visible in clean(article(f'<p>{visible} <span style="display:none">{UNSEEN}</span> when it is warm.</p>')).text
    )
