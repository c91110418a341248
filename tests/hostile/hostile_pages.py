"""Pages written to hurt: each a name, its bytes and what the command line must make of it.

`exits` are the codes that are right; `says` must stand in the text; `hides` must not stand in it.
"""

from collections.abc import Callable
from dataclasses import dataclass

PARAGRAPHS = (
    "The lock keeper of Dunmarrow has counted the boats by hand since the bridge was painted green.",
    "Every evening she writes the number into a ledger, and every evening the heron looks over her shoulder.",
    "Nobody has ever asked for the figures, she says, which is precisely why they have to be right.",
)
PROSE = "".join(f"<p>{text}</p>" for text in PARAGRAPHS)
ARTICLE = f"<article><h1>The ledger of Dunmarrow</h1>{PROSE}</article>"
FOUND, NOTHING, REFUSED = 0, 3, 6
EITHER = frozenset({FOUND, NOTHING, REFUSED})


@dataclass(frozen=True, kw_only=True)
class HostilePage:
    """One page: `content` made on demand, since some are large."""

    name: str
    content: Callable[[], bytes]
    exits: frozenset[int] = frozenset({FOUND})
    says: tuple[str, ...] = ()
    hides: tuple[str, ...] = ()


def whole(body: str, *, head: str = "", before: str = "<!DOCTYPE html>") -> str:
    """A page with that body and head."""
    return f"{before}<html lang=en><head><title>The ledger of Dunmarrow</title>{head}</head><body>{body}</body></html>"


def _page(
    name: str,
    content: Callable[[], str | bytes],
    *exits: int,
    says: tuple[str, ...] = (),
    hides: tuple[str, ...] = (),
) -> HostilePage:
    def made() -> bytes:
        page = content()
        return page if isinstance(page, bytes) else page.encode("utf-8", "surrogatepass")

    codes = frozenset(exits) or frozenset({FOUND})
    return HostilePage(name=name, content=made, exits=codes, says=says, hides=hides)


def _ld(text: str) -> str:
    return f'<script type="application/ld+json">{text}</script>'


# Pages that weigh much: length, number and depth of everything that can be long, many or deep.
HEAVY = (
    _page("one-line-of-20-mb", lambda: whole("<p>" + "a" * 20_000_000 + "</p>" + ARTICLE), *EITHER),
    _page("words-of-20-mb", lambda: whole("<p>" + "the boats of the lock " * 900_000 + "</p>"), *EITHER),
    _page("spaces-of-20-mb", lambda: whole("<p>a" + " " * 20_000_000 + "b</p>" + ARTICLE), FOUND, REFUSED),
    _page("newlines-of-5-mb", lambda: whole("<pre>a" + "\n" * 5_000_000 + "b</pre>" + ARTICLE), *EITHER),
    _page("nbsp-of-5-mb", lambda: whole("<p>a" + "\u00a0" * 5_000_000 + "b</p>" + ARTICLE), REFUSED),
    _page("less-than-of-1-mb", lambda: whole("<" * 1_000_000 + ARTICLE), *EITHER),
    _page("ampersands-of-1-mb", lambda: whole("<p>" + "&" * 1_000_000 + "</p>" + ARTICLE), *EITHER),
    _page("references-of-2-mb", lambda: whole("<p>" + "&amp;" * 400_000 + "</p>" + ARTICLE), *EITHER),
    _page("reference-without-end", lambda: whole("<p>&#x" + "0" * 2_000_000 + "</p>" + ARTICLE), *EITHER),
    _page("quotes-of-1-mb", lambda: whole("<p title='" + '"' * 1_000_000 + "'>x</p>" + ARTICLE), says=PARAGRAPHS),
    _page("open-quote", lambda: whole(ARTICLE + '<p title="' + "x > " * 500_000), *EITHER),
    _page("open-comment-of-5-mb", lambda: whole(ARTICLE + "<!--" + "- " * 2_500_000), says=PARAGRAPHS),
    _page("comments-without-end", lambda: whole(ARTICLE + "<!-- " * 300_000), *EITHER),
    _page("comment-dashes", lambda: whole("<!--" + "-" * 2_000_000 + ">" + ARTICLE), *EITHER),
    _page("open-cdata", lambda: whole(ARTICLE + "<![CDATA[" * 100_000), *EITHER),
    _page("open-script", lambda: whole(ARTICLE + "<script>" + "</scrip " * 300_000), says=PARAGRAPHS),
    _page("open-style", lambda: whole(ARTICLE + "<style>" + "</styl " * 300_000), says=PARAGRAPHS),
    _page("open-textarea", lambda: whole(ARTICLE + "<textarea>" * 100_000), *EITHER),
    _page("open-title", lambda: "<title>" * 100_000 + ARTICLE, *EITHER),
    _page("million-tags", lambda: whole("<b>x</b>" * 1_000_000), *EITHER),
    _page("million-br", lambda: whole(ARTICLE + "<br>" * 1_000_000), *EITHER),
    _page("million-paragraphs", lambda: whole("<p>x" * 1_000_000), *EITHER),
    _page("paragraphs-300000", lambda: whole("<p>The boats are counted here." * 300_000), *EITHER),
    _page("images-200000", lambda: whole(ARTICLE + "<img src=a.png>" * 200_000), *EITHER),
    _page("links-200000", lambda: whole(ARTICLE + "<a href=x>y</a> " * 200_000), *EITHER),
    _page("attributes-100000", lambda: whole("<p " + " ".join(f"a{i}=1" for i in range(100_000)) + ">x"), REFUSED),
    _page("same-attribute-100000", lambda: whole("<p " + "a=1 " * 100_000 + ">x"), REFUSED),
    _page(
        "attributes-2000-on-500-tags",
        lambda: whole(("<p " + " ".join(f"a{i}" for i in range(2_000)) + ">x</p>") * 500 + ARTICLE),
        *EITHER,
    ),
    _page("class-of-10-mb", lambda: whole(f"<div class='{'ad ' * 3_300_000}'>{ARTICLE}</div>"), *EITHER),
    _page(
        "style-of-5-mb", lambda: whole(f"<div style='{'display:block;' * 400_000}'>{ARTICLE}</div>"), says=PARAGRAPHS
    ),
    _page("style-spaces", lambda: whole(f"<div style='display{' ' * 3_000_000}'>{ARTICLE}</div>"), says=PARAGRAPHS),
    _page("attribute-name-of-5-mb", lambda: whole(f"<p {'x' * 5_000_000}=1>x</p>{ARTICLE}"), *EITHER),
    _page("tag-name-of-5-mb", lambda: whole(f"<{'x' * 5_000_000}>y{ARTICLE}"), *EITHER),
    _page(
        "data-uri-of-20-mb",
        lambda: whole(f"<img src='data:image/png;base64,{'A' * 20_000_000}'>{ARTICLE}"),
        says=PARAGRAPHS,
    ),
    _page(
        "href-of-10-mb", lambda: whole(f"<p>{PARAGRAPHS[0]} <a href='/{'a' * 10_000_000}'>x</a></p>{PROSE}"), *EITHER
    ),
    _page("divs-1900-deep", lambda: whole("<div>" * 1_900 + ARTICLE + "</div>" * 1_900), says=PARAGRAPHS),
    _page("divs-5000-deep", lambda: whole("<div>" * 5_000 + ARTICLE + "</div>" * 5_000), says=PARAGRAPHS),
    _page("divs-100000-deep", lambda: whole("<div>" * 100_000 + ARTICLE), FOUND, REFUSED),
    _page("divs-5000-deep-beside", lambda: whole(ARTICLE + "<div>" * 5_000 + "deep"), says=PARAGRAPHS),
    _page("inline-5000-deep", lambda: whole("<b>" * 5_000 + ARTICLE), FOUND, REFUSED),
    _page("fonts-100000", lambda: whole("<font><p>x" * 100_000 + ARTICLE), *EITHER),
    _page("misnested-50000", lambda: whole("<a><b><i></a></b></i>" * 50_000 + ARTICLE), *EITHER),
    _page("lists-100000-deep", lambda: whole("<ul><li>x" * 100_000), *EITHER),
    _page("lists-1900-deep", lambda: whole("<ul><li>The boats" * 900 + ARTICLE), *EITHER),
    _page("quotes-1500-deep", lambda: whole("<blockquote>" * 1_500 + ARTICLE), says=PARAGRAPHS),
    _page("tables-1950-deep", lambda: whole(ARTICLE + "<table>" * 1_950 + "x"), says=PARAGRAPHS),
    _page("articles-1950-deep", lambda: whole("<article>" * 1_950 + PROSE), says=PARAGRAPHS),
    _page(
        "links-30000-under-100",
        lambda: whole(f"<article>{PROSE}{'<div>' * 100}{'<a href=x>the boats</a> ' * 30_000}"),
        *EITHER,
    ),
    _page(
        "links-70000-under-20", lambda: whole(f"<article>{PROSE}{'<div>' * 20}{'<a href=x>y</a> ' * 70_000}"), *EITHER
    ),
    _page(
        "cells-20000-in-250-tables",
        lambda: whole(f"<article>{PROSE}{'<table><tr><td>' * 250}{'<td>x' * 20_000}"),
        *EITHER,
    ),
    _page(
        "cells-10000-in-200-bare-tables", lambda: whole(f"<article>{PROSE}{'<table>' * 200}{'<td>x' * 10_000}"), *EITHER
    ),
    _page(
        "paragraphs-25000-under-1900",
        lambda: whole(f"<article>{PROSE}{'<div>' * 1_900}{'<p>The boats</p>' * 25_000}"),
        *EITHER,
    ),
    _page(
        "quotes-25000-under-1900",
        lambda: whole(f"<article>{PROSE}{'<div>' * 1_900}{'<blockquote>x</blockquote>' * 25_000}"),
        *EITHER,
    ),
    _page(
        "control-references",
        lambda: whole(f"<article><h1>x&#1;&#x1b;[31m</h1>{PROSE}<p>{'&#x1f;&#xffff;&#27;' * 1_000}boats</article>"),
        says=PARAGRAPHS,
    ),
    _page("tables-600-deep", lambda: whole("<table><tr><td>" * 600 + ARTICLE), *EITHER),
    _page("sections-1900-deep-text", lambda: whole("<section><p>The boats." * 1_900), *EITHER),
    _page(
        "span-of-a-million",
        lambda: whole("<table><tr><td colspan=1000000 rowspan=1000000>x</td></tr></table>" + ARTICLE),
        says=PARAGRAPHS,
    ),
    _page(
        "spans-in-every-cell",
        lambda: whole(
            "<article><table>" + ("<tr>" + "<td rowspan=65534 colspan=1000>boats" * 10) * 1_000 + "</table>" + PROSE
        ),
        *EITHER,
    ),
    _page(
        "table-300000-cells",
        lambda: whole("<article>" + PROSE + "<table>" + ("<tr>" + "<td>boats" * 100) * 3_000),
        *EITHER,
    ),
    _page("table-row-of-100000", lambda: whole("<article>" + PROSE + "<table><tr>" + "<td>boats" * 100_000), *EITHER),
    _page("list-of-100000", lambda: whole("<article>" + PROSE + "<ul>" + "<li>A boat of the lock." * 100_000), *EITHER),
    _page("json-ld-deep", lambda: whole(ARTICLE, head=_ld("[" * 100_000 + "]" * 100_000)), says=PARAGRAPHS),
    _page(
        "json-ld-wide", lambda: whole(ARTICLE, head=_ld("[" + '{"@type":"Article"},' * 100_000 + "0]")), says=PARAGRAPHS
    ),
    _page(
        "json-ld-digits",
        lambda: whole(ARTICLE, head=_ld('{"@type":"Article","wordCount":' + "9" * 100_000 + "}")),
        says=PARAGRAPHS,
    ),
    _page(
        "json-ld-nan",
        lambda: whole(ARTICLE, head=_ld('{"@type":"NewsArticle","datePublished":NaN,"headline":1e999}')),
        says=PARAGRAPHS,
    ),
    _page(
        "json-ld-wrong-kinds",
        lambda: whole(
            ARTICLE, head=_ld('{"@type":{"a":1},"headline":[1],"author":{"name":{"x":[]}},"datePublished":{}}')
        ),
        says=PARAGRAPHS,
    ),
    _page(
        "json-ld-graph-of-graphs",
        lambda: whole(ARTICLE, head=_ld('{"@graph":' * 900 + "[]" + "}" * 900)),
        says=PARAGRAPHS,
    ),
    _page("metas-100000", lambda: whole(ARTICLE, head="<meta property=og:title content=x>" * 100_000), REFUSED),
    _page("metas-70000", lambda: whole(ARTICLE, head="<meta property=og:title content=x>" * 70_000), says=PARAGRAPHS),
    _page("title-of-5-mb", lambda: f"<title>{'boats ' * 800_000}</title>{ARTICLE}", says=PARAGRAPHS),
    _page("heading-of-5-mb", lambda: whole(f"<article><h1>{'boats ' * 800_000}</h1>{PROSE}</article>"), *EITHER),
    _page("dates-100000", lambda: whole(ARTICLE + "<p>2026-01-01 1 January 2026 " * 50_000), *EITHER),
    _page("digits-of-5-mb", lambda: whole(f"<article>{PROSE}<p>{'1' * 5_000_000}</p></article>"), *EITHER),
    _page("punctuation-of-5-mb", lambda: whole(f"<article>{PROSE}<p>{'.,' * 2_500_000}</p></article>"), *EITHER),
    _page("dashes-of-5-mb", lambda: whole(f"<article>{PROSE}<p>{'- ' * 2_500_000}</p></article>"), *EITHER),
    _page("stars-of-2-mb", lambda: whole(f"<article>{PROSE}<p>{'*' * 2_000_000}</p></article>"), *EITHER),
    _page(
        "backticks-of-2-mb",
        lambda: whole(f"<article>{PROSE}<pre><code>{'`' * 2_000_000}</code></pre></article>"),
        *EITHER,
    ),
    _page("mojibake-of-2-mb", lambda: whole(f"<article>{PROSE}<p>{'Ã©â€™' * 400_000}</p></article>"), *EITHER),
    _page("combining-marks", lambda: whole(f"<article>{PROSE}<p>a{chr(0x301) * 1_000_000}</p></article>"), *EITHER),
    _page("soft-hyphens", lambda: whole(f"<article>{PROSE}<p>{chr(0xAD) * 1_000_000}</p></article>"), *EITHER),
    _page("at-signs", lambda: whole(f"<article>{PROSE}<p>By {'@a.' * 500_000}</p></article>"), *EITHER),
    _page("labels-100000", lambda: whole(f"<article>{PROSE}{'<p>Advertisement</p>' * 100_000}</article>"), *EITHER),
    _page(
        "read-more-in-one-line", lambda: whole(f"<article>{PROSE}<p>{'Read more: ' * 300_000}</p></article>"), *EITHER
    ),
    _page(
        "advertisement-glued", lambda: whole(f"<article>{PROSE}<p>{'Advertisement' * 300_000}</p></article>"), *EITHER
    ),
    _page(
        "capitals-of-2-mb", lambda: whole(f"<article>{PROSE}<p>{'ADVERT ISEMENT ' * 130_000}</p></article>"), *EITHER
    ),
)


# Pages that stop just short of a limit: what they cost is the most that any page may.
LIMITS = (
    _page("tags-74900-inline", lambda: whole(ARTICLE + "<a href=x>y</a> " * 74_800), *EITHER),
    _page("tags-74900-br", lambda: whole(ARTICLE + "<br>" * 74_900), says=PARAGRAPHS),
    _page("tags-74900-images", lambda: whole(ARTICLE + "<img src=a.png>" * 74_900), *EITHER),
    _page("blocks-29900", lambda: whole("<p>The boats are counted here." * 29_900), *EITHER),
    _page(
        "blocks-29900-labels", lambda: whole(f"<article>{PROSE}{'<p>Advertisement</p>' * 29_900}</article>"), *EITHER
    ),
    _page(
        "blocks-29900-list", lambda: whole("<article>" + PROSE + "<ul>" + "<li>A boat of the lock." * 29_900), *EITHER
    ),
    _page(
        "blocks-29900-cells",
        lambda: whole("<article>" + PROSE + "<table>" + ("<tr>" + "<td>boats" * 100) * 299),
        *EITHER,
    ),
    _page("blocks-29900-row", lambda: whole("<article>" + PROSE + "<table><tr>" + "<td>boats" * 29_900), *EITHER),
    _page("blocks-29900-dates", lambda: whole(ARTICLE + "<p>2026-01-01 1 January 2026 " * 29_900), *EITHER),
    _page("text-of-5-million", lambda: whole("<p>" + "the boats of the lock " * 220_000 + "</p>"), *EITHER),
    _page("text-of-5-million-in-blocks", lambda: whole(("<p>" + "the boats of the lock " * 6) * 29_900), *EITHER),
    _page(
        "attributes-190000",
        lambda: whole(("<p " + " ".join(f"a{i}" for i in range(1_900)) + ">x</p>") * 100 + ARTICLE),
        *EITHER,
    ),
    _page("script-of-60-mb", lambda: whole(f"<script>{'x = 1; ' * 8_500_000}</script>{ARTICLE}"), FOUND, REFUSED),
    _page("comment-of-60-mb", lambda: whole(f"<!--{'x = 1; ' * 8_500_000}-->{ARTICLE}"), FOUND, REFUSED),
    _page(
        "data-uri-of-60-mb",
        lambda: whole(f"<img src='data:image/png;base64,{'A' * 60_000_000}'>{ARTICLE}"),
        FOUND,
        REFUSED,
    ),
)

PAGES = (*HEAVY, *LIMITS)
