"""The lines around the title tell date and author where no metadata does, and no other day and no other words."""

import pytest

from cleaner.boilerplate import segment
from cleaner.model import Meta
from cleaner.parse import gather_head, parse_tree, read_metadata
from cleaner.parse.metadata.nearby import credited_names, lines_near, written_date
from cleaner.policy import Limits

LATEST = "2026-12-31"
STORY = """<p>The ferry between the two islands will sail again from Monday, the company said after repairs that took a
month and cost as much as a new engine would have.</p>"""


def read(page: str, *, stated_only: bool = False) -> Meta:
    tree = parse_tree(page, Limits())
    assert tree is not None
    return read_metadata(gather_head(tree, None), segment(tree).blocks, stated_only=stated_only)


@pytest.mark.parametrize(
    ("line", "language", "expected"),
    [
        ("March 5, 2026", "en", "2026-03-05"),
        ("Sept. 5th, 2025 · 4 min read", "en", "2025-09-05"),
        ("Thursday, 5 March 2026, 17:23, UK", "en", "2026-03-05"),
        ("5. März 2026", "de", "2026-03-05"),
        ("05.03.2026 (ch)", "de", "2026-03-05"),
        ("5 de março de 2026", "pt", "2026-03-05"),
        ("1er mars 2026", "fr", "2026-03-01"),
        ("5 марта 2026, 13:43", "ru", "2026-03-05"),
        ("2026年3月5日", "ja", "2026-03-05"),
        ("2026-03-05", "en", "2026-03-05"),
        ("05/03/2026", "es", "2026-03-05"),
        ("25/03/2026", "en", "2026-03-25"),
        ("03/25/2026", "en", "2026-03-25"),
        ("03/03/2026", "en", "2026-03-03"),
        ("05/03/2026", "en", None),  # May or March
        ("March 5, 2026", "qq", "2026-03-05"),
        ("Updated March 5, 2026", "en", None),
        ("Stand: 05.03.2026", "de", None),
        ("Deadline: March 5, 2026", "en", None),
        ("30 February 2026", "en", None),
        ("Sofa 12, 2021", "en", None),
        ("Version 2.3.2026.1", "en", None),
        ("5 March 2027", "en", None),  # still to come
        ("January 1, 1970", "en", None),  # of an empty clock
        ("How the blaze of 4 May 1912 changed the town", "en", None),
        ("Ju 5, 2026", "en", None),
        ("Jun 5, 2026", "en", "2026-06-05"),
        ("Jui 5, 2026", "fr", None),  # of two months
        ("5. červen 2026", "cs", "2026-06-05"),  # July begins with it
        ("5 tháng 3, 2026", "vi", None),  # "5 month 3": each month is named so
    ],
)
def test_date_is_read_as_the_language_writes_it(line: str, language: str, expected: str | None) -> None:
    found = written_date([line], language, LATEST)
    assert expected == (found[0] if found else None)


def test_first_date_that_is_of_no_change_is_taken() -> None:
    assert written_date(["Updated 9 March 2026", "By Ann", "5 March 2026", "1 March 2026"], "en", LATEST) == (
        "2026-03-05",
        "line",
    )


@pytest.mark.parametrize(
    ("line", "name"),
    [
        ("By Ann O’Mara", "Ann O’Mara"),
        ("Von Jörg Öztürk", "Jörg Öztürk"),
        ("Written by Ann Reed", "Ann Reed"),
        ("May 3, 2026 By Ann Reed", "Ann Reed"),
        ("by Ann Reed ● 5 March 2026", "Ann Reed"),
        ("by Ann Reed on March 5, 2026", "Ann Reed"),
        ("4 min read | By Ann Reed", "Ann Reed"),
        ("Par avion | Par Ann Reed", "Ann Reed"),
        ("Przez Łukasz Żak", "Łukasz Żak"),
        ("By Şebnem Öz", "Şebnem Öz"),
        ("By 王小明", "王小明"),
    ],
)
def test_name_after_by_is_credited(line: str, name: str) -> None:
    assert [name] == list(credited_names([line]))


@pytest.mark.parametrize(
    "line",
    [
        "By using the site you agree to its terms.",
        "by train",
        "Written by",
        "By Train Through the Alps",
        "Von Berlin nach Paris",
        "Por Favor",
        "Photo: Ann Reed",
        "Posted in Harbour",
    ],
)
def test_line_without_a_name_credits_nobody(line: str) -> None:
    assert list(credited_names([line])) == []


def test_page_without_metadata_tells_by_its_lines() -> None:
    found = read(f"<nav><p>1 May 2020</nav><h1>Ferry returns</h1><p>By Ann Reed</p><p>March 5, 2026</p>{STORY}")
    assert (found.byline, found.sources["byline"]) == ("Ann Reed", "line")
    assert (found.published, found.sources["published"]) == ("2026-03-05", "line")


def test_what_metadata_state_stands_before_the_lines() -> None:
    head = '<meta name="author" content="Tom Hale"><meta name="date" content="2026-03-04">'
    found = read(f"{head}<h1>Ferry returns</h1><p>By Ann Reed</p><p>March 5, 2026</p>{STORY}")
    assert (found.byline, found.published) == ("Tom Hale", "2026-03-04")


def test_lines_are_not_asked_where_only_statements_are_wanted() -> None:
    found = read(f"<h1>Ferry returns</h1><p>By Ann Reed</p><p>March 5, 2026</p>{STORY}", stated_only=True)
    assert (found.byline, found.published) == (None, None)


def test_lines_end_at_the_text_and_at_the_next_heading() -> None:
    tree = parse_tree(f"<p>1 June 2026</p><h1>Ferry</h1><p>By Ann</p>{STORY}<p>By Tom</p>", Limits())
    assert tree is not None
    assert ["By Ann", "1 June 2026"] == lines_near("Ferry", segment(tree).blocks)
    tree = parse_tree("<h1>Ferry</h1><p>By Ann</p><h2>Related</h2><p>By Tom</p>", Limits())
    assert tree is not None
    assert ["By Ann"] == lines_near("Ferry", segment(tree).blocks)


def test_caption_speaks_of_its_picture_alone() -> None:
    picture = '<figure><img src="a.jpg"><figcaption>The harbour on 3 May 1956 | by Tom Hale</figcaption></figure>'
    for page in (f"<h1>Ferry returns</h1>{picture}{STORY}", f"{picture}<h1>Ferry returns</h1>{STORY}"):
        found = read(page)
        assert (found.byline, found.published) == (None, None)


def test_heading_without_a_letter_is_not_the_title() -> None:
    tree = parse_tree("<h1>|</h1><p>By Tom</p><h1>Ferry returns at last</h1><p>By Ann</p>", Limits())
    assert tree is not None
    assert lines_near("Ferry returns", segment(tree).blocks)[:1] == ["By Ann"]


def test_page_whose_headings_are_not_its_title_has_no_such_lines() -> None:
    tree = parse_tree("<h1>Harbour Post</h1><p>By Ann</p>", Limits())
    assert tree is not None
    assert lines_near("Ferry returns", segment(tree).blocks) == []
