"""What counts as a picture or a player of the article, and by which address."""

import pytest
from lxml import html

from cleaner.boilerplate import segment
from cleaner.boilerplate.media import media_of
from cleaner.model import Media


def shown(markup: str) -> list[str]:
    tree = html.document_fromstring(f"<body><p>Words.</p>{markup}</body>")
    return [block.media.src for block in segment(tree).blocks if block.media]


def player(markup: str) -> Media | None:
    return media_of(html.fragment_fromstring(markup))


@pytest.mark.parametrize(
    "attributes",
    [
        'src="/a.jpg"',
        'src=" /a.jpg "',
        'data-src="/a.jpg" src="data:image/gif;base64,R0"',
        'data-lazy-src="/a.jpg" src="/blank.gif"',
        'data-original="/a.jpg" src="/low.jpg"',
        'srcset="/s.jpg 300w, /a.jpg 1200w, /m.jpg 600w" src="/s.jpg"',
        'srcset="/s.jpg, /a.jpg 2x"',
        'data-srcset="/a.jpg 1.5x, /s.jpg 1x" src="DATA:image/gif;base64,R0"',
        'data-src="{{ picture.url }}" src="/a.jpg"',
        'srcset="/b.jpg 1.2.3x" data-src="/a.jpg"',
        'src="/a.jpg" width="640" height="100%"',
    ],
)
def test_picture_has_its_best_real_address(attributes: str) -> None:
    assert ["/a.jpg"] == shown(f"<img {attributes}>")


@pytest.mark.parametrize(
    "attributes",
    [
        "",
        'src=""',
        'src="data:image/png;base64,R0"',
        'src=" data:image/png;base64,R0"',
        'src="/Spacer.gif"',
        'src="//stats.example/1x1.png"',
        'src="/a.jpg" width=1 height=1',
        'src="/icon.png" width="24px"',
        'src="javascript:void(0)"',
    ],
)
def test_spacers_pixels_icons_and_placeholders_are_left_out(attributes: str) -> None:
    assert [] == shown(f"<img {attributes}>")


def test_width_of_any_length_is_read_or_passed_over() -> None:
    assert ["/a.jpg"] == shown(f'<img src="/a.jpg" width="{"9" * 5_000}" height="²">')


def test_copy_in_noscript_stands_for_a_picture_without_an_address() -> None:
    assert ["/a.jpg"] == shown('<img src="data:image/gif;base64,R0"><noscript><img src="/a.jpg"></noscript>')


def test_copy_in_noscript_of_a_picture_shown_is_left_out() -> None:
    assert ["/big.jpg"] == shown('<img data-src="/big.jpg"><noscript><img src="/small.jpg"></noscript>')
    assert ["/big.jpg"] == shown('<picture><img src="/big.jpg"></picture><noscript><img src="/small.jpg"></noscript>')


def test_picture_takes_its_sources_where_its_image_is_a_placeholder() -> None:
    sources = '<source media="(min-width: 900px)" srcset="/wide.webp 900w, /huge.webp 1800w"><source srcset="/n.webp">'
    assert ["/huge.webp"] == shown(f'<picture>{sources}<img src="data:,"></picture>')
    assert ["/a.jpg"] == shown(f'<picture>{sources}<img src="/a.jpg"></picture>')


def test_same_picture_twice_in_a_row_is_one() -> None:
    assert ["/a.jpg", "/b.jpg"] == shown('<img src="/a.jpg"><img src="/a.jpg"><img src="/b.jpg">')


def test_picture_within_a_sentence_comes_after_its_block() -> None:
    tree = html.document_fromstring('<p>One <img src="/a.jpg"> two.</p><p>Three.</p>')
    blocks = segment(tree).blocks
    assert [("One two.", None), ("", "/a.jpg"), ("Three.", None)] == [(b.text, b.media and b.media.src) for b in blocks]


@pytest.mark.parametrize(
    "src",
    [
        "https://www.youtube.com/embed/x1",
        "//youtube-nocookie.com/embed/x1",
        "https://player.vimeo.com/video/1",
        "//www.dailymotion.com/embed/video/x1",
    ],
)
def test_video_players_are_media(src: str) -> None:
    assert Media(kind="video", src=src, alt="The quay") == player(f'<iframe src="{src}" title="The quay"></iframe>')


@pytest.mark.parametrize(
    "src", ["https://ads.example/frame", "https://evil.example/?u=//youtube.com/embed/x", "", "about:blank"]
)
def test_other_frames_are_not(src: str) -> None:
    assert player(f'<iframe src="{src}"></iframe>') is None


def test_video_and_audio_have_the_first_real_source() -> None:
    video = '<video src="blob:x"><source src="data:x"><source src=" /v.mp4 "><source src="/v.webm"></video>'
    assert Media(kind="video", src="/v.mp4") == player(video)
    assert Media(kind="audio", src="/a.mp3") == player('<audio src="/a.mp3"></audio>')
    assert player("<video><source></video>") is None
