"""What a page says of itself is read from all who say it, in several languages, and freed of what is not it."""

import json
import subprocess
import sys
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from cleaner.boilerplate import segment
from cleaner.model import Meta, PageType
from cleaner.parse import gather_head, parse_tree, read_metadata
from cleaner.parse.metadata.dates import iso
from cleaner.parse.metadata.jsonld import nodes_of
from cleaner.policy import Limits

URL = "https://www.harbourpost.example/2026/03/05/ferry-returns"
ENGLISH = (
    "The ferry between the two islands will sail again from Monday, the company said after repairs that took a month."
)


def read(page: str, url: str | None = URL) -> Meta:
    tree = parse_tree(page, Limits())
    assert tree is not None
    return read_metadata(gather_head(tree, url), segment(tree).blocks)


def linked(value: object) -> str:
    return f'<script type="application/ld+json">{json.dumps(value)}</script>'


ENGLISH_PAGE = """<html lang="en-GB"><head><title>Ferry returns after a month | The Harbour Post</title>
<meta property="og:title" content="Ferry returns after a month"><meta property="og:site_name" content="The Harbour Post">
<meta property="og:image" content="/pictures/ferry.jpg"><meta property="og:description" content="It sails on Monday.">
<meta property="article:modified_time" content="2026-03-06T08:00:00+0100"><link rel="canonical" href="/2026/03/05/ferry-returns">
<script type="application/ld+json">{"@context": "https://schema.org", "@graph": [
 {"@type": "WebSite", "name": "The Harbour Post"}, {"@type": "Person", "@id": "#ann", "name": "Ann O&#8217;Mara"},
 {"@type": ["NewsArticle"], "headline": "Ferry returns after a month", "datePublished": "2026-03-05T07:30:00Z",
  "author": [{"@id": "#ann"}, {"@type": "Person", "name": "By Tom Reed"}, {"@type": "Organization", "name": "The Harbour Post"}]}
]}</script></head><body><h1>Ferry returns after a month</h1><p>Words.</p></body></html>"""


def test_every_field_is_read_with_its_source() -> None:
    expected = Meta(
        title="Ferry returns after a month",
        byline="Ann O’Mara, Tom Reed",
        published="2026-03-05T07:30:00Z",
        modified="2026-03-06T08:00:00+01:00",
        language="en",
        canonical="https://www.harbourpost.example/2026/03/05/ferry-returns",
        site="The Harbour Post",
        image="https://www.harbourpost.example/pictures/ferry.jpg",
        description="It sails on Monday.",
        page_type=PageType.ARTICLE,
        sources={
            "title": "html",
            "byline": "json-ld",
            "published": "json-ld",
            "modified": "opengraph",
            "language": "html",
            "canonical": "html",
            "site": "opengraph",
            "image": "opengraph",
            "description": "opengraph",
            "page_type": "json-ld",
        },
    )
    assert expected == read(ENGLISH_PAGE)


def test_a_page_that_says_nothing_has_no_metadata() -> None:
    assert Meta() == read("<p>Words.</p>", url=None)


def test_reading_leaves_the_tree_as_it_was() -> None:
    for page in (ENGLISH_PAGE, "<h1>Words</h1><p class=date>5 March 2026</p><script>x</script><p>By Ann</p>"):
        tree = parse_tree(page, Limits())
        assert tree is not None
        before = etree.tostring(tree)
        read_metadata(gather_head(tree, None), segment(tree).blocks)
        assert before == etree.tostring(tree)


GERMAN_HEAD = '<html lang="de"><title>Fähre fährt wieder – Hafenbote</title><meta name="author" content="Von Jörg Öztürk, Redakteur">'
FRENCH_HEAD = '<html lang="fr"><title>Le bac repart - Le Phare</title><meta property="og:site_name" content="Le Phare">'
SPANISH_HEAD = (
    '<html lang="es-MX"><title>Vuelve el barco — El Faro</title><meta property="og:site_name" content="El Faro">'
)


@pytest.mark.parametrize(
    ("page", "title", "byline", "published", "language"),
    [
        (
            GERMAN_HEAD + '<h1>Fähre fährt wieder</h1><time datetime="2026-03-05T07:30:00+01:00">5. März</time>',
            "Fähre fährt wieder",
            "Jörg Öztürk",
            "2026-03-05T07:30:00+01:00",
            "de",
        ),
        (
            FRENCH_HEAD
            + '<h1>Le bac repart</h1><p class="article-byline">Par <a href="/jd">Jeanne Dupré</a> et Luc Roy</p>'
            '<meta name="dc.date" content="2026-03-05">',
            "Le bac repart",
            "Jeanne Dupré, Luc Roy",
            "2026-03-05",
            "fr",
        ),
        (
            SPANISH_HEAD
            + '<a rel="author" href="/x">Por María José García Peña</a><time pubdate datetime="2026-03-05 07:30">',
            "Vuelve el barco",
            "María José García Peña",
            "2026-03-05T07:30",
            "es",
        ),
        (
            (
                '<html lang="ja"><title>連絡船が再開｜港新聞</title><meta property="og:site_name" content="港新聞"><h1>連絡船が再開</h1>'
                '<meta name="author" content="山田太郎"><meta property="article:published_time" content="2026-03-05T07:30:00+09:00">'
            ),
            "連絡船が再開",
            "山田太郎",
            "2026-03-05T07:30:00+09:00",
            "ja",
        ),
        (
            (
                '<html lang="ru"><title>Паром вернулся</title><span itemprop="author">Автор: Анна Петрова</span>'
                '<meta itemprop="datePublished" content="20260305T073000Z">'
            ),
            "Паром вернулся",
            "Анна Петрова",
            "2026-03-05T07:30:00Z",
            "ru",
        ),
    ],
)
def test_pages_of_many_languages(page: str, title: str, byline: str, published: str, language: str) -> None:
    found = read(page, url=None)
    assert (title, byline, published, language) == (found.title, found.byline, found.published, found.language)


@pytest.mark.parametrize(
    ("head", "title"),
    [
        ("<title>Ferry returns | Harbour Post</title><h1>Ferry returns</h1>", "Ferry returns"),
        ("<title>Harbour Post » Ferry returns</title><h1>Ferry returns</h1>", "Ferry returns"),
        ("<title>Ferry returns - News - Harbour Post</title><h1>Ferry returns</h1>", "Ferry returns"),
        ("<title>Ferry returns - harbourpost.example</title>", "Ferry returns"),
        ("<title>Ferry returns - HarbourPost</title>", "Ferry returns"),
        ("<title>Ferries - a love story</title>", "Ferries - a love story"),
        ("<title>Ferries - a love story</title><h1>Ferries - a love story</h1>", "Ferries - a love story"),
        ("<title>Ferry returns</title><h1>Harbour Post</h1><h1>Ferry returns</h1>", "Ferry returns"),
        ("<title>Ferry returns | Harbour Post</title><h1>Harbour Post</h1><h1>Ferry returns</h1>", "Ferry returns"),
        (
            '<meta property="og:site_name" content="The Lamp"><title>Ferry returns</title><h1>The Lamp</h1>',
            "Ferry returns",
        ),
        ("<title>Ferry returns</title><h1>Our blog</h1>", "Ferry returns"),
        ("<title>Ferry is back</title><h1>Ferry is back on Monday, at last</h1>", "Ferry is back on Monday, at last"),
        ("<svg><title>Menu</title></svg><title>Ferry returns</title>", "Ferry returns"),
        ("<h1>Ferry<br>returns</h1>", "Ferry returns"),
        ("<h1>Ferry<script>x=1</script> returns</h1>", "Ferry returns"),
        ("<h1>One</h1><h1>Two</h1><article><h1>Ferry returns</h1></article>", "Ferry returns"),
    ],
)
def test_title_is_the_headline_without_the_site(head: str, title: str) -> None:
    assert read(head).title == title


@pytest.mark.parametrize(
    ("marked", "byline"),
    [
        ('<meta name="author" content="By Ann Mara">', "Ann Mara"),
        ('<meta name="author" content="Written by: Ann Mara and Tom Reed">', "Ann Mara, Tom Reed"),
        ('<meta name="author" content="Ann Mara | Harbour Post">', "Ann Mara"),
        ('<meta name="author" content="Bylina Vonnegut">', "Bylina Vonnegut"),
        ('<meta name="author" content="https://www.harbourpost.example/ann">', None),
        ('<meta name="author" content="ann@harbourpost.example">', None),
        ('<meta name="author" content="Harbour Post"><meta property="og:site_name" content="Harbour Post">', None),
        ('<meta name="author" content="admin">', None),
        (
            '<meta property="article:author" content="https://social.example/ann"><meta name="byl" content="By Ann Mara">',
            "Ann Mara",
        ),
        ('<p class="byline">By Ann Mara</p>', "Ann Mara"),
        ('<p class="byline">By <a>Ann Mara</a><span>March 5, 2026 at 7:30</span></p>', "Ann Mara"),
        ('<p class="byline">Ann Mara, Chief Correspondent</p>', "Ann Mara"),
        ('<p class="byline">Ann Mara (Text), Tom Reed (Fotos)</p>', "Ann Mara"),
        ('<div itemprop="author"><a href="/ann"><span itemprop="name">Ann Mara</span></a> Follow</div>', "Ann Mara"),
        ('<figure><span class="author">Tom Reed</span></figure>', None),
        ('<div class="comment"><span class="comment-author">Tom Reed</span></div>', None),
        ('<aside class="related"><span class="byline">By Tom Reed</span></aside>', None),
        (
            '<div class="author-bio">Ann Mara has written about ships for the Post since she came to the island in 2009.</div>',
            None,
        ),
    ],
)
def test_byline_holds_names_and_nothing_else(marked: str, byline: str | None) -> None:
    assert read(marked).byline == byline


AUTHORS: list[tuple[object, str | None]] = [
    ("Ann Mara", "Ann Mara"),
    ({"name": "Ann Mara"}, "Ann Mara"),
    ({"@type": "Person", "name": ["Ann Mara", "Tom Reed"]}, "Ann Mara, Tom Reed"),
    ([{"@type": "Person", "name": "Ann Mara"}, {"@type": "Person", "name": "Ann Mara"}], "Ann Mara"),
    ([{"@type": "Organization", "name": "Agency"}, {"@type": "Person", "name": "Ann Mara"}], "Ann Mara"),
    ({"@type": "Organization", "name": "Agency"}, "Agency"),
    ({"@id": "#nobody"}, None),
    ({"name": None}, None),
    (7, None),
    ([[["Ann Mara"]]], "Ann Mara"),
    ("https://www.harbourpost.example/ann", None),
]


@pytest.mark.parametrize(("author", "byline"), AUTHORS)
def test_json_ld_authors_of_every_shape(author: object, byline: str | None) -> None:
    assert read(linked({"@type": "NewsArticle", "headline": "x", "author": author})).byline == byline


@pytest.mark.parametrize(
    "script",
    [
        '{"headline": "Ferry returns",}',
        '{"headline": "Ferry\n\treturns", "list": [1, 2, ], }',
        '<!-- {"headline": "Ferry returns"} -->',
        '//<![CDATA[\n{"headline": "Ferry returns"}\n//]]>',
        '{"headline": "Ferry returns"};',
        '{"other": 1}{"headline": "Ferry returns"}',
        '{"other": 1},\n{"headline": "Ferry returns"}',
        '[[{"mainEntity": {"headline": "Ferry returns"}}]]',
        '{"headline": "Ferry returns", "text": "it\\\'s \\x"}',
        "{&quot;headline&quot;: &quot;Ferry returns&quot;}",
        '{"headline": "Ferry returns", "text": "cut of',
        '{"text": "an "inner" quote", "headline": "Ferry returns"}',
    ],
)
def test_broken_json_is_read_all_the_same(script: str) -> None:
    assert [" ".join(node["headline"].split()) for node in nodes_of([script]) if "headline" in node] == [
        "Ferry returns"
    ]


@pytest.mark.parametrize(
    "script", ["", "null", "7", '"words"', "[", "{" * 100_000, "[" * 100_000, '{"a":' * 5_000, "not json"]
)
def test_hopeless_json_is_no_nodes(script: str) -> None:
    assert [node for node in nodes_of([script]) if node] == []


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("2026-03-05", "2026-03-05"),
        ("2026-03-05T07:30:00Z", "2026-03-05T07:30:00Z"),
        ("2026-03-05T07:30:00.123+0100", "2026-03-05T07:30:00+01:00"),
        ("2026-03-05 7:30", "2026-03-05T07:30"),
        ("2026-03-05T07:30:00 +01", "2026-03-05T07:30:00+01:00"),
        ("2026-03-05 07:30:00 UTC", "2026-03-05T07:30:00Z"),
        ("20260305", "2026-03-05"),
        ("2026/3/5", "2026-03-05"),
        ("Thu, 05 Mar 2026 07:30:00 GMT", "2026-03-05T07:30:00+00:00"),
        ("2026-02-30", None),
        ("0001-01-01T00:00:00Z", None),
        ("1970-01-01T00:00:00Z", None),
        ("5 of March", None),
        ("", None),
        (None, None),
    ],
)
def test_dates_become_iso_8601(value: str | None, expected: str | None) -> None:
    assert expected == iso(value)


def test_date_words_in_the_text_are_found_last() -> None:
    found = read('<html lang="en"><p>Words.</p><p class="date">March 5, 2026</p>', url=None)
    assert (found.published, found.sources["published"]) == ("2026-03-05", "htmldate")


def test_date_of_the_address_is_used_before_words_of_the_text() -> None:
    found = read("<h1>Ferry</h1><p class='date'>March 9, 2026</p>")
    assert (found.published, found.sources["published"]) == ("2026-03-05", "url")


def test_dates_of_other_texts_are_not_the_articles() -> None:
    others = '<aside><time datetime="2020-01-01"></time></aside><div class="comments"><time datetime="2020-02-02"></time></div>'
    assert read(others + '<p><time datetime="2026-03-05">', url=None).published == "2026-03-05"


def test_an_update_is_no_publication() -> None:
    found = read(
        '<p><time class="updated" datetime="2026-03-07">x</time><time datetime="2026-03-05">y</time>', url=None
    )
    assert (found.published, found.modified) == ("2026-03-05", "2026-03-07")


@pytest.mark.parametrize(
    ("page", "language", "source"),
    [
        ('<html lang="pt-BR"><p>x', "pt", "html"),
        ('<html lang="DE_at"><p>x', "de", "html"),
        ('<html lang="xx"><meta property="og:locale" content="nb_NO"><p>x', "nb", "opengraph"),
        ('<meta http-equiv="content-language" content="cs"><p>x', "cs", "meta"),
        (
            '<html lang="{{ lang }}"><p>x' + linked({"@type": "Article", "headline": "x", "inLanguage": "fi-FI"}),
            "fi",
            "json-ld",
        ),
        ('<html lang="iw"><p>x', "he", "html"),
        ("<p>x", "en", "text"),
    ],
)
def test_language_is_a_primary_tag(page: str, language: str, source: str) -> None:
    found = read(f"{page}<p>{ENGLISH}")
    assert (language, source) == (found.language, found.sources["language"])


def test_language_of_a_few_words_is_not_guessed() -> None:
    assert read("<p>Ferry").language is None


@pytest.mark.parametrize(
    ("href", "expected"), [("javascript:x", None), ("data:image/png;base64,AA", None), ("http://[", None)]
)
def test_addresses_that_are_none_are_left_out(href: str, expected: str | None) -> None:
    found = read(f'<link rel="canonical" href="{href}"><meta property="og:image" content="{href}">')
    assert (expected, expected) == (found.canonical, found.image)


def test_relative_addresses_need_the_page_address_or_a_base() -> None:
    page = '<link rel="canonical" href="/a"><meta property="og:image" content="b.png">'
    assert read(page, url=None).canonical is None
    found = read('<base href="https://cdn.example/x/">' + page)
    assert (found.canonical, found.image) == ("https://cdn.example/a", "https://cdn.example/x/b.png")


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("https://a.example/1.png", "https://a.example/1.png"),
        ({"url": "/1.png"}, "https://www.harbourpost.example/1.png"),
        ([{"@type": "ImageObject", "url": "/1.png"}, "/2.png"], "https://www.harbourpost.example/1.png"),
        ({"@id": "#x"}, None),
    ],
)
def test_json_ld_images_of_every_shape(value: object, expected: str | None) -> None:
    assert expected == read(linked({"@type": "Article", "headline": "x", "image": value})).image


ODD = [
    None,
    "",
    7,
    True,
    [],
    {},
    [None],
    {"name": {}},
    {"@value": 3},
    "x" * 3_000,
    [[]],
    {"@type": 5, "name": ["", None]},
]
FIELDS = ["headline", "author", "datePublished", "publisher", "image", "inLanguage", "description", "@type"]


@pytest.mark.parametrize(("field", "value"), list(product(FIELDS, ODD)))
def test_odd_json_ld_values_never_raise(field: str, value: object) -> None:
    node = {"@type": "NewsArticle", "headline": "Ferry returns"} | {field: value}
    assert isinstance(read(linked(node)), Meta)


PIECES = st.sampled_from(
    [
        "<title>",
        "</title>",
        "<h1>",
        '<meta name="author" content="',
        '"><meta property="article:published_time" content="',
        '<time datetime="',
        '<script type="application/ld+json">',
        "</script>",
        '{"@type":"Article","author":',
        '"datePublished":"2026-',
        "}",
        "]",
        '<link rel="canonical" href="',
        '<html lang="',
        '<p class="byline">By ',
        " | ",
        "2026-13-45",
        "//[",
    ]
)


@given(st.lists(PIECES | st.text(max_size=8), max_size=15).map("".join), st.none() | st.text(max_size=30))
@settings(deadline=None)  # the first page of its kind imports a library
def test_any_page_has_metadata(page: str, url: str | None) -> None:
    tree = parse_tree(page, Limits())
    if tree is not None:
        found = read_metadata(gather_head(tree, url), segment(tree).blocks)
        known = {name for name in Meta.__dataclass_fields__ if name != "sources" and getattr(found, name) is not None}
        assert known == set(found.sources)


def test_importing_the_room_loads_nothing_heavy() -> None:
    heavy = "trafilatura htmldate py3langid numpy bs4 cchardet dateparser"
    script = f"import sys, cleaner.parse; print(*[m for m in {heavy.split()!r} if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)  # noqa: S603
    assert done.stdout.split() == []
