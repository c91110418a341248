"""Laws of the renderings: text survives, nothing that could run passes."""

import re
import unicodedata

from hypothesis import example, given
from hypothesis import strategies as st
from lxml.html import fragment_fromstring
from markdown_it import MarkdownIt
from markdown_it.token import Token

from cleaner.model import Block, Mark, Media, Meta, Role
from cleaner.render import html, markdown, txt

ALL = frozenset(Role)
READER = MarkdownIt("commonmark", {"maxNesting": 200}).enable(["table", "strikethrough"])

MARKUP = "*_`[]()<>!#+-=~|\\&;:.1\n \"'aä漢.—/"
texts = st.one_of(
    st.text(alphabet=MARKUP, max_size=16),
    st.text(alphabet=st.characters(exclude_categories=["Cs", "Cc", "Cf", "Co", "Cn"]), max_size=12),
    st.sampled_from(
        ["- a", "1. b", "# c", "> d", "---", "===", "```", "[x]: /u", "&amp;", "<b>", "a\n---", "| a |\n| - |"]
    ),
)
hrefs = st.sampled_from(
    ["https://a.example/x_(y)?a=1&copy;=2", "javascript:alert(1)", "/rel*x*", 'https://a.example/"><script>', "data:x"]
)


@st.composite
def marks(draw: st.DrawFn, length: int) -> tuple[Mark, ...]:
    found = []
    for _ in range(draw(st.integers(0, 4))):
        kind = draw(st.sampled_from(["link", "strong", "emphasis", "code", "sup", "sub"]))
        start = draw(st.integers(0, length))
        end = draw(st.integers(start, length))
        found.append(Mark(kind=kind, start=start, end=end, href=draw(hrefs) if kind == "link" else None))
    return tuple(found)


@st.composite
def blocks(draw: st.DrawFn) -> tuple[Block, ...]:
    made = []
    for index in range(draw(st.integers(0, 6))):
        text, role = draw(texts), draw(st.sampled_from(list(Role)))
        media = None
        if role is Role.EMBED:
            text, media = (
                "",
                Media(kind=draw(st.sampled_from(["image", "video", "frame"])), src=draw(hrefs), alt=draw(texts)),
            )
        made.append(
            Block(
                index=index,
                text=text,
                role=role,
                level=draw(st.integers(0, 7)),
                group=draw(st.sampled_from([None, 1, 2])),
                row=draw(st.integers(0, 2)) if role is Role.TABLE else None,
                column=draw(st.integers(0, 2)) if role is Role.TABLE else None,
                header=draw(st.booleans()),
                ordinal=draw(st.sampled_from([None, None, 1, 2, 3, 7, 10**9])) if role is Role.LIST_ITEM else None,
                marks=draw(marks(len(text))),
                media=media,
            )
        )
    return tuple(made)


def read_back(token: Token) -> str:
    if token.type in ("text", "code_inline", "fence"):
        return token.content
    if token.type in ("softbreak", "hardbreak"):
        return " "
    if token.type == "image":
        return ""
    return "".join(map(read_back, token.children or ()))


def text_of(source: str) -> str:
    return as_figures("".join(map(read_back, READER.parse(source))))


def squeezed(made: tuple[Block, ...]) -> str:
    return "".join("".join(block.text.split()) for block in made)


def as_figures(text: str) -> str:
    """Without white space, and with raised and lowered figures as the figures they are."""
    return unicodedata.normalize("NFKC", "".join(text.split())).replace("−", "-")


@given(
    texts.flatmap(
        lambda text: st.tuples(st.just(text), marks(len(text)), st.sampled_from(list(set(Role) - {Role.EMBED})))
    )
)
@example(("a\n- b", (), Role.PARAGRAPH))
@example(("x!y", (Mark(kind="link", start=2, end=3, href="https://a.example/"),), Role.PARAGRAPH))
@example(("a|`b", (Mark(kind="code", start=0, end=4),), Role.TABLE))
@example(("ab", (Mark(kind="strong", start=0, end=1), Mark(kind="strong", start=1, end=2)), Role.PARAGRAPH))
def test_markdown_gives_each_text_back(case: tuple[str, tuple[Mark, ...], Role]) -> None:
    text, made, role = case
    block = Block(index=0, text=text, role=role, level=1, row=0, column=0, marks=made)
    assert as_figures(squeezed((block,))) == text_of(markdown.render(Meta(), (block,), ALL))


@given(blocks().filter(lambda made: not any(block.role in (Role.TABLE, Role.EMBED) for block in made)))
def test_markdown_gives_the_article_back(made: tuple[Block, ...]) -> None:
    assert as_figures(squeezed(made)) == text_of(markdown.render(Meta(), made, ALL))


@given(blocks())
def test_markdown_holds_no_raw_html(made: tuple[Block, ...]) -> None:
    tokens = READER.parse(markdown.render(Meta(title="<b>T</b>"), made, ALL))
    inner = [child.type for token in tokens for child in token.children or ()]
    assert not {"html_block", "html_inline"} & {*(token.type for token in tokens), *inner}


@given(blocks())
def test_txt_holds_the_words_and_adds_none(made: tuple[Block, ...]) -> None:
    rendered = txt.render(made, ALL)
    assert rendered == rendered.strip("\n")
    assert all(word in rendered for block in made for word in block.text.split())
    if not any(block.role in (Role.LIST_ITEM, Role.TABLE) for block in made):
        assert squeezed(made) == "".join(rendered.split())


@given(blocks(), st.one_of(st.none(), texts), st.sampled_from([None, "en", 'x" onload="y']))
@example((), "<script>alert(1)</script><img onerror=x>", None)
def test_html_is_always_sanitised(made: tuple[Block, ...], title: str | None, language: str | None) -> None:
    tree = fragment_fromstring(html.render(Meta(title=title, language=language), made, ALL))
    for element in tree.iter():
        assert element.tag in html._TAGS
        assert not [name for name in element.attrib if name.startswith("on") or name == "style"]
        assert not re.match(
            r"\s*(?:javascript|data|vbscript):", element.get("href") or element.get("src") or "", re.IGNORECASE
        )
        assert element.tag != "a" or element.get("rel") == "noopener nofollow"


@given(blocks().filter(lambda made: not any(block.media or block.role is Role.TABLE for block in made)))
def test_html_holds_the_text(made: tuple[Block, ...]) -> None:
    tree = fragment_fromstring(html.render(Meta(), made, ALL))
    assert squeezed(made) == "".join(str(tree.text_content()).split())
