"""Many pages kept with one wait for the disk: all of them or none, and nothing that a single page would not have."""

import os
from collections import Counter
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from archive_pages import article_html, page

from cleaner import clean
from cleaner.archive import Archive, recovery
from cleaner.archive.layout import Settings
from cleaner.errors import ArchiveError, CleanerError
from cleaner.model import Page


def numbered(number: int) -> Page:
    return page(article_html(more=f"Boat {number} sails."), url=f"https://news.example/{number}")


def keep(archive: Archive, *numbers: int) -> None:
    with archive.lot():
        for number in numbers:
            archive.keep(numbered(number), clean(numbered(number)))


def break_off(archive: Archive, number: int) -> None:
    with archive.lot():
        archive.keep(numbered(number), clean(numbered(number)))
        raise ZeroDivisionError


def captures(root: Path) -> list[str]:
    """The addresses kept in an archive that is sound."""
    with Archive(root, fsync=False) as archive:
        assert archive.verify(deep=True) == []
        return sorted(entry.url for entry in archive.ls())


def test_a_lot_waits_once_for_each_file_and_commits_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with Archive(tmp_path, text_files=False) as archive:
        keep(archive, 1)
        waits = Counter[str]()
        real = os.fsync

        def counted(fd: int) -> None:
            waits[Path(f"/proc/self/fd/{fd}").readlink().parts[-4]] += 1
            real(fd)

        monkeypatch.setattr(os, "fsync", counted)
        keep(archive, 2, 3, 4, 5)
        assert waits == {"originals": 1, "articles": 1}
    monkeypatch.undo()
    assert captures(tmp_path) == [f"https://news.example/{number}" for number in range(1, 6)]


def test_the_same_page_twice_in_a_lot_is_one_body_and_one_version(tmp_path: Path) -> None:
    with Archive(tmp_path, fsync=False) as archive, archive.lot():
        first = archive.keep(numbered(1), clean(numbered(1)))
        again = archive.keep(numbered(1), clean(numbered(1)))
    assert (first.revisit, first.changed) == (False, True)
    assert (again.revisit, again.changed, again.version) == (True, False, first.version)
    assert captures(tmp_path) == ["https://news.example/1"] * 2


def test_a_lot_that_breaks_off_counts_for_nothing_until_its_records_are_found(tmp_path: Path) -> None:
    with Archive(tmp_path, fsync=False) as archive:
        keep(archive, 1)
        with pytest.raises(ZeroDivisionError):
            break_off(archive, 2)
        assert [entry.url for entry in archive.ls()] == ["https://news.example/1"]
        keep(archive, 3)
    assert captures(tmp_path) == [f"https://news.example/{number}" for number in (1, 2, 3)]


def test_a_disk_that_fails_at_the_end_of_a_lot_keeps_what_was_kept_before(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(_fd: int) -> None:
        raise OSError(5, "Input/output error")

    with Archive(tmp_path, text_files=False) as archive:
        keep(archive, 1)
        with monkeypatch.context() as failing:
            failing.setattr(os, "fsync", broken)
            with pytest.raises(CleanerError) as caught:
                keep(archive, 2, 3)
            assert caught.value.exit_code == 7
        keep(archive, 4)
    with Archive(tmp_path) as archive:
        assert {entry.url for entry in archive.ls()} >= {"https://news.example/1", "https://news.example/4"}
        assert archive.verify(deep=True) == []


def test_a_file_that_is_full_ends_between_two_lots(tmp_path: Path) -> None:
    with Archive(tmp_path, settings=Settings(fsync=False, max_file_bytes=1)) as archive:
        keep(archive, 1, 2)
        keep(archive, 3)
        files: Any = Counter(entry.original_file for entry in archive.ls())
        assert sorted(files.values()) == [1, 2]
    assert len(captures(tmp_path)) == 3


@pytest.mark.parametrize("broken", [{1}, {2}, {3}, {1, 2}, {1, 3}, {1, 2, 3}])
def test_what_breaks_off_within_a_lot_is_left_out_of_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, broken: set[int]
) -> None:
    with Archive(tmp_path, fsync=False) as archive:
        with archive.lot():
            for number in (1, 2, 3):
                with suppress(ZeroDivisionError), archive.lot():
                    archive.keep(numbered(number), clean(numbered(number)))
                    if number in broken:
                        raise ZeroDivisionError
        kept = [f"https://news.example/{number}" for number in (1, 2, 3) if number not in broken]
        assert sorted(entry.url for entry in archive.ls()) == kept
        texts = {entry.text_file for entry in archive.ls()}
        assert {path.relative_to(tmp_path).as_posix() for path in (tmp_path / "text").rglob("*.md")} == texts
        monkeypatch.setattr(recovery, "recover", None)  # every file is as it should be, so nobody mends one
    monkeypatch.undo()
    Archive.reindex(tmp_path, fsync=False)
    assert captures(tmp_path) == kept


def test_a_piece_that_cannot_be_taken_back_ends_its_lot(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(_fd: int, _size: int) -> None:
        raise OSError(5, "Input/output error")

    def break_off_inside(archive: Archive, failing: pytest.MonkeyPatch) -> None:
        with archive.lot(), suppress(ZeroDivisionError):
            failing.setattr(os, "ftruncate", broken)
            break_off(archive, 2)

    with Archive(tmp_path, fsync=False) as archive:
        keep(archive, 1)
        with monkeypatch.context() as failing, pytest.raises(ArchiveError, match="taken back"):
            break_off_inside(archive, failing)
        assert [entry.url for entry in archive.ls()] == ["https://news.example/1"]
        keep(archive, 3)
    assert {f"https://news.example/{number}" for number in (1, 3)} <= set(captures(tmp_path))


def test_a_file_with_an_article_in_parts_needs_no_mending(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with Archive(tmp_path, fsync=False) as archive:
        whole = replace(numbered(1), parts=(numbered(2), numbered(3)))
        archive.keep(whole, clean(whole))
        archive.keep_page(replace(numbered(4), parts=(numbered(5),)))
        monkeypatch.setattr(recovery, "recover", None)
    monkeypatch.undo()
    assert len(captures(tmp_path)) == 5
