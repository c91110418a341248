"""Learning from a site: counts in the catalogue, and the weak words they give weight to."""

from pathlib import Path

from cleaner import Archive, Page, Policy, clean
from cleaner.archive.learning import Learning, lines_to_learn
from cleaner.taught import PlacedLine, SiteMemory

PROSE = (
    "The night ferry to Hollin Head will run through the winter, the harbour board decided on Tuesday after long talks."
)


def _page(number: int, more: str = "") -> Page:
    body = "".join(f"<p>{PROSE} Day {number}, part {part}, and the wind stood well.</p>" for part in range(4))
    box = '<p class="note">Become one of our subscribers and support the harbour</p>'
    html = f"<html><body><article><h1>Ferry {number}</h1>{body}{box}{more}{body}</article></body></html>"
    return Page(content=html.encode(), url=f"https://paper.example/{number}")


def _learnt(root: Path, pages: int) -> SiteMemory:
    with Archive(root) as archive:
        assert archive.path.is_dir()
    with Learning(root) as learning:
        for number in range(pages):
            page = _page(number)
            assert learning.add(page.url or "", lines_to_learn(page))
        return learning.memory("paper.example")


def test_line_with_a_weak_word_goes_where_the_site_repeats_it(tmp_path: Path) -> None:
    memory = _learnt(tmp_path / "a", 6)
    before = clean(_page(99))
    after = clean(_page(99), policy=Policy(learned=memory))
    assert "Become one of our subscribers" in before.text
    assert [d.rule for d in after.dropped if "subscribers" in d.block.text] == ["learned/word"]


def test_repetition_alone_drops_nothing(tmp_path: Path) -> None:
    line = "<p>Conclusion and a last word from the pier</p>"
    root = tmp_path / "a"
    Archive(root).close()
    with Learning(root) as learning:
        for number in range(8):
            page = _page(number, line)
            learning.add(page.url or "", lines_to_learn(page))
        memory = learning.memory("paper.example")
    assert any(one.line.startswith("conclusion") for one in memory.often)
    assert "Conclusion and a last word" in clean(_page(99, line), policy=Policy(learned=memory)).text


def test_few_pages_are_no_site(tmp_path: Path) -> None:
    assert _learnt(tmp_path / "a", 4).often == frozenset()


def test_a_page_counts_once(tmp_path: Path) -> None:
    Archive(tmp_path / "a").close()
    with Learning(tmp_path / "a") as learning:
        lines = frozenset({PlacedLine("p", "x")})
        assert [learning.add("https://paper.example/1", lines) for _ in range(3)] == [True, False, False]
        assert learning.memory("paper.example").pages == 1
        learning.forget("paper.example")
        assert learning.memory("paper.example").pages == 0


def test_memory_of_another_host_says_nothing(tmp_path: Path) -> None:
    memory = _learnt(tmp_path / "a", 6)
    page = Page(content=_page(99).content, url="https://other.example/99")
    assert "Become one of our subscribers" in clean(page, policy=Policy(learned=memory)).text


def test_the_same_line_in_another_place_is_not_repeated(tmp_path: Path) -> None:
    memory = _learnt(tmp_path / "a", 6)
    moved = Page(
        content=_page(99).content.replace(b'<p class="note">', b'<p class="lead">'), url="https://paper.example/99"
    )
    assert "Become one of our subscribers" in clean(moved, policy=Policy(learned=memory)).text


def test_counts_survive_an_opening(tmp_path: Path) -> None:
    memory = _learnt(tmp_path / "a", 6)
    Archive(tmp_path / "a").close()
    with Learning(tmp_path / "a") as learning:
        assert learning.memory("paper.example") == memory


def test_what_is_no_html_teaches_nothing() -> None:
    assert lines_to_learn(Page(content=b"%PDF-1.7 ...", url="https://paper.example/p")) == frozenset()
