"""`cleaner add` and `cleaner archive`: what is kept is said, found again, checked; no archive is made by looking."""

import gzip
import os
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from cleaner.archive import Archive
from cleaner.fetch import FetchOptions
from cleaner.model import Exchange, Page

Run = Callable[..., Any]
LOOKING = [["ls"], ["show", "x"], ["search", "x"], ["versions", "x"], ["verify"], ["reindex"]]
URL = "https://lock.example/ledger"


@pytest.fixture
def kept(tmp_path: Path, page_html: str) -> Path:
    """An archive with one article and one page without."""
    folder = tmp_path / "archive"
    with Archive(folder, fsync=False) as opened:
        opened.add(Page(content=page_html.encode(), url=URL))
        opened.add(Page(content=b"<html><title>\x1b[2J\nNothing</title></html>", url="https://weir.example/"))
    return folder


def test_prune_counts_what_goes_beside_captures_and_then_lets_it_go(run: Run, kept: Path) -> None:
    head = b"HTTP/1.1 404 Not Found\r\n\r\n"
    at = datetime(2020, 1, 1, tzinfo=UTC)
    answer = Exchange(url="https://lock.example/robots.txt", request=b"", response=head, status=404, started_at=at)
    with Archive(kept, fsync=False) as archive:
        archive.keep_exchanges([answer], FetchOptions())
    words = ("archive", "prune", "--keep-since", "2020-02-01", "-a", kept)
    shown = run(*words)
    assert (0, "") == (shown.code, shown.out)
    size = shown.err.split(", ")[2].split()[0]
    assert shown.err == f"0 captures, 1 answer beside pages, {size} bytes would go; --yes lets them go\n"
    gone = run(*words, "--yes", "--json")
    assert [{"beside": 1, "bytes": int(size), "gone": True}] == gone.rows
    assert "0 captures, 0 bytes would go" in run(*words).err


def test_add_prints_the_text_and_says_where_all_is(run: Run, page: Path, tmp_path: Path) -> None:
    ran = run("add", page, "-a", tmp_path / "archive", "--explain")
    assert (0, run("clean", page).out) == (ran.code, ran.out)
    assert ["dropped", "original", "article", "text"] == [line.split()[0] for line in ran.err.splitlines()]


def test_add_is_silent_when_asked(run: Run, page: Path, tmp_path: Path) -> None:
    ran = run("add", page, "-q", "-a", tmp_path / "archive")
    assert (0, "", "") == (ran.code, ran.out, ran.err)


def test_add_with_json_is_one_object_a_page(run: Run, page: Path, tmp_path: Path) -> None:
    ran = run("add", page, page, "--json", "-a", tmp_path / "archive")
    assert (0, "", [str(page)] * 2) == (ran.code, ran.err, [row["source"] for row in ran.rows])
    assert all((tmp_path / "archive" / row["original_file"]).exists() for row in ran.rows)


def test_add_takes_the_archive_from_the_environment(
    run: Run, page: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CLEANER_ARCHIVE", str(tmp_path / "named"))
    run("add", page)
    assert (tmp_path / "named" / "archive.toml").exists()


def test_add_keeps_a_page_without_article_and_is_3(run: Run, tmp_path: Path) -> None:
    ran = run("add", "-", "-a", tmp_path / "archive", stdin=b"<html><body></body></html>")
    assert (3, "") == (ran.code, ran.out)
    assert "hint: the original is kept as " in ran.err
    assert 1 == len(run("archive", "ls", "--json", "-a", tmp_path / "archive").rows)


def test_add_keeps_an_error_page_and_is_5(run: Run, server: Any, tmp_path: Path) -> None:
    ran = run("add", server.url("/404"), "--allow-host", server.place, "-a", tmp_path / "archive")
    assert 5 == ran.code
    assert [404] == [row["status"] for row in run("archive", "ls", "--json", "-a", tmp_path / "archive").rows]


def test_add_of_a_warc_says_what_to_do_instead(run: Run, tmp_path: Path) -> None:
    (tmp_path / "a.warc.gz").write_bytes(gzip.compress(b"WARC/1.1\r\n"))
    ran = run("add", tmp_path / "a.warc.gz", "-a", tmp_path / "archive")
    assert 2 == ran.code
    assert "cleaner clean" in ran.err


def test_refused_option_makes_no_archive(run: Run, tmp_path: Path) -> None:
    assert 2 == run("add", URL, "--header", "bad", "-a", tmp_path / "archive").code
    assert [] == list(tmp_path.iterdir())


@pytest.mark.parametrize("folder", ["/dev/null/archive", "/proc/archive"])
def test_archive_that_cannot_be_written_is_7(run: Run, page: Path, folder: str) -> None:
    ran = run("add", page, "-a", folder)
    assert (7, "") == (ran.code, ran.out)
    assert "hint: " in ran.err


@pytest.mark.parametrize("words", LOOKING)
def test_looking_makes_no_archive(run: Run, tmp_path: Path, words: list[str]) -> None:
    ran = run("archive", *words, "-a", tmp_path / "none")
    assert (2, "") == (ran.code, ran.out)
    assert "there is no archive here\nhint: " in ran.err
    assert not (tmp_path / "none").exists()


@pytest.mark.parametrize("words", LOOKING)
def test_looking_needs_an_archive_named(run: Run, words: list[str]) -> None:
    ran = run("archive", *words)
    assert (2, True) == (ran.code, "no archive named" in ran.err)


def test_ls_is_one_line_a_page_whatever_its_title_holds(run: Run, kept: Path) -> None:
    lines = run("archive", "ls", "-a", kept).out.splitlines()
    assert ["https://weir.example/", URL] == [line.split()[-1] for line in lines]
    assert not any("\x1b" in line for line in lines)
    assert "The ledger of Dunmarrow" in lines[1]


def test_ls_can_be_limited_and_of_one_host(run: Run, kept: Path) -> None:
    assert 1 == len(run("archive", "ls", "-n", 1, "-a", kept).out.splitlines())
    assert [URL] == [row["url"] for row in run("archive", "ls", "--json", "--host", "lock.example", "-a", kept).rows]


def test_show_finds_by_id_and_by_address(run: Run, kept: Path, page: Path) -> None:
    name = run("archive", "ls", "--host", "lock.example", "-a", kept).out.split()[0]
    by_id, by_url = run("archive", "show", name, "-a", kept), run("archive", "show", URL, "-a", kept)
    assert by_id == by_url
    assert run("clean", page).out == by_id.out


@pytest.mark.parametrize("word", ["--explain", "--explain=all"])
def test_show_explains(run: Run, kept: Path, word: str) -> None:
    err = run("archive", "show", URL, word, "-q", "-a", kept).err
    assert "dropped  ads/label                Advertisement\n" == err


def test_show_original_is_byte_for_byte(run: Run, kept: Path, page_html: str) -> None:
    assert page_html == run("archive", "show", URL, "--original", "-a", kept).out


def test_show_of_what_is_not_there_is_66(run: Run, kept: Path) -> None:
    ran = run("archive", "show", "https://lock.example/other", "-a", kept)
    assert (66, "") == (ran.code, ran.out)


def test_search_finds_words_and_phrases(run: Run, kept: Path) -> None:
    ran = run("archive", "search", "ledger", '"by hand"', "-a", kept)
    assert (0, True) == (ran.code, URL in ran.out)
    assert [URL] == [row["url"] for row in run("archive", "search", "heron", "--json", "-a", kept).rows]


def test_search_without_hits_says_so_and_is_0(run: Run, kept: Path) -> None:
    ran = run("archive", "search", "locomotive", "-a", kept)
    assert (0, "", "nothing found\n") == (ran.code, ran.out, ran.err)


def test_versions_are_listed_oldest_first(run: Run, kept: Path, page_html: str) -> None:
    with Archive(kept, fsync=False) as opened:
        opened.add(Page(content=page_html.replace("green", "blue").encode(), url=URL))
    ran = run("archive", "versions", URL, "-a", kept)
    assert 2 == len(ran.out.splitlines())
    assert "The ledger of Dunmarrow" in ran.out
    made = [row["made_at"] for row in run("archive", "versions", URL, "--json", "-a", kept).rows]
    assert sorted(made) == made


def test_versions_of_what_is_not_there_is_66(run: Run, kept: Path) -> None:
    assert 66 == run("archive", "versions", "https://lock.example/other", "-a", kept).code


def test_verify_of_a_sound_archive_is_0(run: Run, kept: Path) -> None:
    ran = run("archive", "verify", "-a", kept)
    assert (0, "", "the archive is sound\n") == (ran.code, ran.out, ran.err)


def test_verify_names_each_problem_on_a_line_and_is_7(run: Run, kept: Path) -> None:
    (text,) = (kept / "text").rglob("*.md")
    text.unlink()
    (original,) = (kept / "originals").rglob("*.warc.gz")
    original.write_bytes(original.read_bytes()[:-40])
    ran = run("archive", "verify", "-a", kept)
    rows = run("archive", "verify", "--json", "-a", kept).rows
    assert (7, len(rows)) == (ran.code, len(ran.out.splitlines()))
    assert str(text.relative_to(kept)) in [row["where"] for row in rows]
    assert f"cleaner: error[damaged]: {kept}: {len(rows)} problems found\nhint: " in ran.err


def test_reindex_builds_the_catalogue_anew(run: Run, kept: Path) -> None:
    before = run("archive", "ls", "-a", kept).out
    (kept / "catalogue.sqlite").write_bytes(b"not a database at all, " * 99)
    assert 7 == run("archive", "ls", "-a", kept).code
    assert 0 == run("archive", "reindex", "-a", kept).code
    assert before == run("archive", "ls", "-a", kept).out


def test_reindex_of_an_archive_in_use_is_75(run: Run, kept: Path, page_html: str) -> None:
    with Archive(kept, fsync=False) as writing:
        writing.add(Page(content=page_html.encode(), url=URL))
        ran = run("archive", "reindex", "-a", kept)
    assert (75, True) == (ran.code, "error[locked]" in ran.err)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_read_only_archive_is_7(run: Run, kept: Path, page: Path) -> None:
    kept.chmod(0o500)
    assert 7 == run("add", page, "-a", kept).code


def test_rules_list_names_every_rule(run: Run) -> None:
    lines = run("rules", "list").out.splitlines()
    assert [row["id"] for row in run("rules", "list", "--json").rows] == [line.split()[0] for line in lines]


def test_every_rule_can_be_shown(run: Run) -> None:
    for row in run("rules", "list", "--json").rows:
        out = run("rules", "show", row["id"]).out
        assert out.startswith(f"{row['id']}\n  why        {row['why']}\n  verdict    {row['verdict']}\n")
        assert [row] == run("rules", "show", row["id"], "--json").rows
