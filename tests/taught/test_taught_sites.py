"""Sites: files read and written, configurations imported, and what they do to a page."""

import pytest

from cleaner import Policy, clean
from cleaner.errors import RuleError
from cleaner.taught import Example, Site, site_for
from cleaner.taught.ftr import parse_ftr
from cleaner.taught.sitefile import parse_site, site_toml

SITE = Site(
    host="paper.example",
    drop=(".promo", "//p[contains(@class, 'x\"y')]"),
    lines=("Tide table",),
    examples=(Example(url="https://paper.example/1", keeps=("The boat",), drops=('say "ahoy"',)),),
)
PROSE = (
    "The night ferry to Hollin Head will run through the winter, the harbour board decided on Tuesday after long talks."
)
TEXT = "".join(f"<p>{PROSE} Part {part} of the story follows.</p>" for part in range(4))


def test_site_comes_back_as_it_was_written() -> None:
    assert parse_site(site_toml(SITE), "x") == SITE


def _page(more: str) -> str:
    return f"<html><body><article><h1>Ferry</h1>{TEXT}{more}{TEXT}</article></body></html>"


@pytest.mark.parametrize("host", ["paper.example", "www.paper.example", "news.paper.example"])
def test_line_and_selector_drop_on_their_host_and_below(host: str) -> None:
    html = _page('<p>Tide table</p><p class="promo">Sail with us, it is a joy.</p>')
    article = clean(html, f"https://{host}/1", policy=Policy(sites=(SITE,)))
    assert "Tide table" not in article.text
    assert "Sail with us" not in article.text
    assert PROSE in article.text
    assert {d.rule for d in article.dropped} >= {"site/line", "selector/drop"}


def test_other_hosts_are_left_alone() -> None:
    assert (
        "Tide table" in clean(_page("<p>Tide table</p>"), "https://other.example/1", policy=Policy(sites=(SITE,))).text
    )


def test_kept_line_stays() -> None:
    site = Site(host="paper.example", keep_lines=("Advertisement",))
    html = _page("<p>Advertisement</p>")
    assert "Advertisement" in clean(html, "https://paper.example/", policy=Policy(sites=(site,))).text


def test_nearest_host_wins() -> None:
    near = Site(host="news.paper.example")
    assert site_for((SITE, near), "www.news.paper.example") is near
    assert site_for((SITE, near), "paper.example.org") is None


def test_body_and_metadata_are_where_the_site_says() -> None:
    html = (
        f"<html><body><div class=menu>{TEXT}</div><div id=story><h2 class=hd>The real title</h2>"
        f"<span class=who>Philippa Orme</span><p>Short words only, said the pilot, and he left.</p></div></body></html>"
    )
    site = Site(
        host="paper.example", body=("//div[@id='none']", "//div[@id='story']"), title=(".hd",), author=(".who",)
    )
    article = clean(html, "https://paper.example/1", policy=Policy(sites=(site,)))
    assert PROSE not in article.text
    assert "said the pilot" in article.text
    assert (article.meta.title, article.meta.byline) == ("The real title", "Philippa Orme")


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ('host = "paper.example"\ndrop = ["p["]\n', 2),
        ('host = "paper.example"\nbody = ["//p["]\n', 2),
        ('host = "../etc"\n', 1),
        ("drop = []\n", 1),
        ('host = "paper.example"\n[[example]]\nkeeps = ["x"]\n', 2),
        ('host = "paper.example"\nstrip = ["x"]\n', 2),
    ],
)
def test_broken_site_file_is_refused_with_its_line(text: str, line: int) -> None:
    with pytest.raises(RuleError) as caught:
        parse_site(text, "x.toml")
    assert caught.value.where == f"x.toml:{line}"


def test_configuration_of_the_community_is_read() -> None:
    text = (
        "# comment\nbody: //div[@id='story']\nstrip: //p[@class='ad']\nstrip_id_or_class: promo\nauthor: //span\n"
        "next_page_link: //a[@rel='next']\ntidy: no\nbody: //div[\ntest_url: https://paper.example/1\n"
    )
    imported = parse_ftr(text, ".paper.example", "paper.example.txt")
    site = imported.site
    assert (site.host, site.body, site.next_page_link) == (
        "paper.example",
        ("//div[@id='story']",),
        ("//a[@rel='next']",),
    )
    assert site.drop == ("//p[@class='ad']", '//*[contains(@class, "promo") or contains(@id, "promo")]')
    assert site.examples == (Example(url="https://paper.example/1"),)
    assert imported.passed_over == ("paper.example.txt:7: tidy: no", "paper.example.txt:8: body: //div[")
    assert parse_site(site_toml(site), "x") == site
