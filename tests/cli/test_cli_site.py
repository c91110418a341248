"""`cleaner site`: a file is made, tried on its examples, previewed over the archive, and then obeyed."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from cleaner import Archive, Page

Run = Callable[..., Any]


@pytest.fixture
def archive(tmp_path: Path, page_html: str) -> Path:
    html = page_html.replace("<p>Advertisement</p>", "<p>Tide table</p>")
    with Archive(tmp_path / "archive", fsync=False) as opened:
        for number in range(4):
            opened.add(Page(content=html.encode(), url=f"https://www.paper.example/{number}"))
    return tmp_path / "archive"


def _taught(run: Run, archive: Path, old: str, new: str) -> None:
    assert run("site", "new", "paper.example", "-a", archive).code == 0
    path = archive / "sites" / "paper.example.toml"
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), "utf-8")


def test_new_file_names_archived_pages(run: Run, archive: Path) -> None:
    ran = run("site", "new", "www.paper.example", "-a", archive, "--json")
    assert ran.code == 0
    assert len(ran.rows[0]["site"]["examples"]) == 3
    assert run("site", "test", "paper.example", "-a", archive).code == 0


def test_file_is_never_overwritten(run: Run, archive: Path) -> None:
    _taught(run, archive, "lines = []", 'lines = ["mine"]')
    assert run("site", "new", "paper.example", "-a", archive).code == 2
    assert "mine" in (archive / "sites" / "paper.example.toml").read_text("utf-8")


def test_preview_shows_every_page_that_changes(run: Run, archive: Path) -> None:
    _taught(run, archive, "lines = []", 'lines = ["Tide table"]')
    ran = run("site", "test", "paper.example", "-a", archive)
    assert ran.out.count("- Tide table") == 4
    assert "4 of 4 archived pages of paper.example change" in ran.err


def test_example_is_red_where_it_loses_or_leaves(run: Run, archive: Path) -> None:
    _taught(run, archive, "keeps = []\ndrops = []", 'keeps = ["no such words"]\ndrops = ["Tide table"]')
    ran = run("site", "test", "paper.example", "-a", archive, "--json")
    assert ran.code == 1
    assert next((row["verdict"], row["lost"], row["left"]) for row in ran.rows if "verdict" in row) == (
        "red",
        ["no such words"],
        ["Tide table"],
    )


def test_example_that_is_not_archived_is_red(run: Run, archive: Path) -> None:
    _taught(run, archive, "https://www.paper.example/3", "https://www.paper.example/none")
    ran = run("site", "test", "paper.example", "-a", archive)
    assert ran.code == 1
    assert "not archived" in ran.out


def test_archive_obeys_its_site_files(run: Run, archive: Path, page_html: str) -> None:
    _taught(run, archive, "lines = []", 'lines = ["Tide table"]')
    html = page_html.replace("<p>Advertisement</p>", "<p>Tide table</p>")
    with Archive(archive, fsync=False) as opened:
        kept = opened.add(Page(content=html.encode(), url="https://news.paper.example/9"))
        other = opened.add(Page(content=html.encode(), url="https://other.example/9"))
    assert "Tide table" not in kept.article.text
    assert "Tide table" in other.article.text


def test_configuration_is_taken_over_and_the_rest_is_named(run: Run, archive: Path, tmp_path: Path) -> None:
    configuration = tmp_path / "paper.example.txt"
    configuration.write_text("body: //article\nstrip_id_or_class: promo\ntidy: no\n")
    ran = run("site", "new", "paper.example", "--ftr", configuration, "-a", archive)
    assert ran.code == 0
    assert f"{configuration}:3: tidy: no" in ran.err
    assert 'body = ["//article"]' in (archive / "sites" / "paper.example.toml").read_text("utf-8")


@pytest.mark.parametrize(
    ("words", "code"),
    [(("new", "../etc"), 2), (("test", "no.example"), 66), (("new", "paper.example", "--ftr", "none.txt"), 66)],
)
def test_what_cannot_be_meant_has_its_exit_code(run: Run, archive: Path, words: tuple[str, ...], code: int) -> None:
    assert run("site", *words, "-a", archive).code == code


def test_no_archive_is_a_usage_error(run: Run, tmp_path: Path) -> None:
    assert run("site", "new", "paper.example", "-a", tmp_path / "none").code == 2
    assert not (tmp_path / "none").exists()
