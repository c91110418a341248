"""Nothing outside the archive is read or written, whatever links stand in it and whatever its records and rows name."""

import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest
from archive_pages import article_html, page

from cleaner import clean
from cleaner.archive import Archive, layout, recovery, sites, teaching
from cleaner.archive.keeping import Keeper
from cleaner.archive.learning import Learning
from cleaner.archive.pruning import Retention
from cleaner.errors import ArchiveError
from cleaner.taught import Site

PLACES = (
    "archive.toml",
    "originals",
    "originals/2026",
    "articles",
    "articles/2026",
    "catalogue.sqlite",
    "catalogue.sqlite-wal",
    "catalogue.sqlite-shm",
)


@pytest.fixture
def kept(tmp_path: Path) -> Path:
    with Archive(tmp_path / "a", fsync=False) as archive:
        archive.add(page())
    return tmp_path / "a"


def contents(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def move_out(root: Path, place: str) -> Path:
    """What stood there, now outside the archive; a link stands in its place."""
    inside, outside = root / place, root.parent / "outside" / place
    outside.parent.mkdir(parents=True, exist_ok=True)
    if inside.exists():
        inside.rename(outside)
    else:
        outside.write_bytes(b"")
    inside.symlink_to(outside)
    return root.parent / "outside"


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize(
    "opens",
    [lambda root: Archive(root, fsync=False), Archive.reindex, Archive.repair],
    ids=["open", "reindex", "repair"],
)
def test_archive_with_a_link_in_it_is_refused_and_nothing_changed(
    kept: Path, place: str, opens: Callable[[Path], object]
) -> None:
    place = place.replace("/2026", f"/{next((kept / 'originals').iterdir()).name}")
    outside = move_out(kept, place)
    before = contents(outside)
    with pytest.raises(ArchiveError) as caught:
        opens(kept)
    assert (caught.value.code, caught.value.exit_code) == ("outside", 7)
    assert place in str(caught.value.where)
    assert before == contents(outside)


@pytest.mark.parametrize("kind", ["originals", "articles"])
@pytest.mark.parametrize("suffix", ["", ".open"])
def test_file_that_is_a_link_is_neither_read_nor_cut(kept: Path, kind: str, suffix: str) -> None:
    secret = kept.parent / "secret"
    secret.write_bytes(b"not a record")
    file = next((kept / kind).rglob("*.warc.gz"))
    file.with_name("planted.warc.gz" + suffix).symlink_to(secret)
    with pytest.raises(ArchiveError, match="symbolic link"):
        Archive(kept, fsync=False)
    assert secret.read_bytes() == b"not a record"


@pytest.mark.parametrize("kind", ["originals", "articles"])
def test_link_planted_under_an_open_archive_is_not_followed(kept: Path, kind: str) -> None:
    with Archive(kept, fsync=False) as archive:
        outside = move_out(kept, kind)
        before = contents(outside)
        entry = next(archive.ls())
        with pytest.raises(ArchiveError, match="symbolic link"):
            archive.add(page(article_html(more="It sails."), url="https://news.example/2"))
        with pytest.raises(ArchiveError, match="symbolic link"):
            archive.original(entry) if kind == "originals" else archive.article(entry)
        with pytest.raises(ArchiveError, match="symbolic link"):
            archive.verify()
        assert before == contents(outside)
        (kept / kind).unlink()
        (outside / kind).rename(kept / kind)
    with Archive(kept, fsync=False) as archive:
        assert archive.verify(deep=True) == []


@pytest.mark.parametrize("place", ["text", "text/news.example", "text/news.example/2026"])
def test_text_file_is_not_written_through_a_link(kept: Path, place: str) -> None:
    outside = move_out(kept, place)
    before = contents(outside)
    with Archive(kept, fsync=False) as archive:
        with pytest.raises(ArchiveError, match="symbolic link"):
            archive.add(page(article_html(more="It sails."), url="https://news.example/2"))
        assert {problem.code for problem in archive.verify()} == {"outside"}
    # The page itself is kept, and is listed.
    with Archive(kept, fsync=False) as archive:
        assert len(list(archive.ls())) == 2
    assert before == contents(outside)


def test_pruning_takes_no_text_file_behind_a_link(kept: Path) -> None:
    with Archive(kept, fsync=False) as archive:
        archive.add(page(article_html(more="It sails.")))
    outside = move_out(kept, "text/news.example")
    before = contents(outside)
    with Archive(kept, fsync=False) as archive, pytest.raises(ArchiveError, match="symbolic link"):
        archive.prune(Retention(versions=1))
    assert before == contents(outside)
    with Archive(kept, fsync=False) as archive:
        assert len(list(archive.ls())) == 2


def test_text_file_that_a_record_places_outside_is_not_written(kept: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with Archive(kept, fsync=False) as archive, monkeypatch.context() as hostile:
        hostile.setattr(Keeper, "_text_file", lambda *_: "../text/x.md")
        hostile.setattr(recovery, "write_text", lambda *_, **__: None)
        archive.keep(page(url="https://news.example/2"), clean(page()))
    assert "../text/x.md is not written" in Archive.reindex(kept, fsync=False)[-1]
    assert not (kept.parent / "text").exists()
    with Archive(kept, fsync=False) as archive:
        assert [(problem.code, problem.where) for problem in archive.verify()] == [("outside", "../text/x.md")]
        assert len(list(archive.ls())) == 2


@pytest.mark.parametrize("file", ["../outside.warc.gz", "/etc/passwd", "originals/../../x", "", "originals//x"])
def test_row_that_names_a_file_outside_reads_none(kept: Path, file: str) -> None:
    with sqlite3.connect(kept / "catalogue.sqlite") as db:
        db.execute("UPDATE captures SET original_file = ?, original_offset = 0", (file,))
    db.close()
    (kept.parent / "outside.warc.gz").write_bytes(next(kept.rglob("originals/**/*.warc.gz")).read_bytes())
    with Archive(kept, fsync=False) as archive:
        with pytest.raises(ArchiveError, match="names no file"):
            archive.original(next(archive.ls()))
        assert "catalogue" in {problem.code for problem in archive.verify(deep=True)}


@pytest.mark.parametrize("place", ["sites", "sites/news.example.toml", "sites/former"])
def test_site_files_are_no_links(kept: Path, place: str) -> None:
    with Archive(kept, fsync=False) as archive:
        sites.write_site(kept, Site(host="news.example", lines=("Boats",)))
        (kept / "sites/former").mkdir()
        told = teaching.lesson(kept, next(archive.ls()), "Tide table", "drop")
        outside = move_out(kept, place)
        before = contents(outside)
        with pytest.raises(ArchiveError, match="symbolic link"):
            teaching.save(kept, told)
        assert before == contents(outside)
        if place != "sites/former":
            for asks in (lambda: sites.read_site(kept, "news.example"), lambda: archive.add(page())):
                with pytest.raises(ArchiveError, match="symbolic link"):
                    asks()


def test_memory_is_not_learned_through_a_link(kept: Path) -> None:
    move_out(kept, "catalogue.sqlite")
    with pytest.raises(ArchiveError, match="symbolic link"):
        Learning(kept)


def test_file_that_a_repair_writes_beside_does_not_follow_what_stands_there(kept: Path) -> None:
    victim = kept.parent / "victim"
    victim.write_bytes(b"mine")
    file = next(kept.rglob("originals/**/*.warc.gz"))
    file.with_name(f".{file.name}.new").symlink_to(victim)
    with pytest.raises(ArchiveError, match="symbolic link"):
        Archive.repair(kept)
    assert victim.read_bytes() == b"mine"


def test_archive_may_be_named_by_a_link(kept: Path) -> None:
    (kept.parent / "link").symlink_to(kept)
    with Archive(kept.parent / "link", fsync=False) as archive:
        archive.add(page(url="https://news.example/2"))
        assert archive.verify(deep=True) == []
    assert len(layout.warc_files(kept, layout.ORIGINALS)) == 2
