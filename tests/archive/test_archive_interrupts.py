"""Whoever interrupts a writer, and wherever: what stands in a WARC is in the catalogue once the file has its name."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from archive_pages import article_html, page

from cleaner import clean
from cleaner.archive import Archive, recovery, writer
from cleaner.archive.catalogue import Catalogue
from cleaner.model import Page


def numbered(number: int) -> Page:
    return page(article_html(more=f"Boat {number} sails."), url=f"https://news.example/{number}")


def failing_once(whole: Callable[..., Any], error: type[BaseException], at: int, *, after: bool) -> Callable[..., Any]:
    """The function; at the call of that number it fails, before or after it has done its work."""
    calls = 0

    def called(*given: Any, **named: Any) -> Any:
        nonlocal calls
        calls += 1
        if calls == at and not after:
            raise error
        done = whole(*given, **named)
        if calls == at:
            raise error
        return done

    return called


def leave_in_doubt(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An archive of two pages, the second interrupted before its rows, and its closing interrupted too."""
    archive = Archive(root, fsync=False)
    archive.add(numbered(1))
    with monkeypatch.context() as twice:
        twice.setattr(Catalogue, "put", failing_once(Catalogue.put, KeyboardInterrupt, 1, after=False))
        with pytest.raises(KeyboardInterrupt):
            archive.keep(numbered(2), clean(numbered(2)))
        twice.setattr(recovery, "_put", failing_once(recovery._put, KeyboardInterrupt, 1, after=False))
        with pytest.raises(KeyboardInterrupt):
            archive.close()


def sound(root: Path) -> int:
    """Captures of an archive that is sound, with nothing left open."""
    with Archive(root, fsync=False) as archive:
        assert archive.warnings == []
        assert archive.verify(deep=True) == []
        return len(list(archive.ls()))


@pytest.mark.parametrize("error", [KeyboardInterrupt, SystemExit, MemoryError])
@pytest.mark.parametrize("way", ["keep", "add", "keep_page"])
@pytest.mark.parametrize("after", [False, True])
def test_page_interrupted_between_its_records_and_its_rows_is_in_the_catalogue(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: type[BaseException], way: str, *, after: bool
) -> None:
    with Archive(tmp_path, fsync=False) as archive:
        archive.add(numbered(1))
        monkeypatch.setattr(Catalogue, "put", failing_once(Catalogue.put, error, 1, after=after))
        article = (clean(numbered(2)),) if way == "keep" else ()
        with pytest.raises(error):
            getattr(archive, way)(numbered(2), *article)
        archive.add(numbered(3))
    assert sound(tmp_path) == 3


@pytest.mark.parametrize("call", [1, 2])
@pytest.mark.parametrize("after", [False, True])
def test_interrupt_while_records_are_written_hides_no_later_record(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, call: int, *, after: bool
) -> None:
    def half(fd: int, content: bytes) -> None:
        os.write(fd, content[: len(content) // 2])

    with Archive(tmp_path, fsync=False) as archive:
        archive.add(numbered(1))
        whole = writer.write_whole
        monkeypatch.setattr(writer, "write_whole", half)
        monkeypatch.setattr(
            writer, "write_whole", failing_once(whole if after else half, KeyboardInterrupt, 1, after=True)
        )
        # A second interrupt comes while the first is being dealt with.
        monkeypatch.setattr(os, "ftruncate", failing_once(os.ftruncate, KeyboardInterrupt, call, after=False))
        with pytest.raises(KeyboardInterrupt):
            archive.keep(numbered(2), clean(numbered(2)))
        monkeypatch.setattr(writer, "write_whole", whole)
        kept = archive.add(numbered(3))
        assert archive.original(archive.show(kept.id).entry) == numbered(3).exchanges[0].response
    assert sound(tmp_path) in {2, 3}


def test_file_is_not_closed_under_a_page_that_waits_for_its_rows(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    leave_in_doubt(tmp_path, monkeypatch)
    assert len(list(tmp_path.rglob("*.open"))) == 2
    with Archive(tmp_path, fsync=False) as archive:
        assert len(archive.warnings) == 2
    assert sound(tmp_path) == 2


@pytest.mark.parametrize("call", [1, 2])
def test_recovery_that_is_interrupted_is_done_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, call: int) -> None:
    leave_in_doubt(tmp_path, monkeypatch)
    monkeypatch.setattr(recovery, "_put", failing_once(recovery._put, KeyboardInterrupt, call, after=False))
    with pytest.raises(KeyboardInterrupt):
        Archive(tmp_path, fsync=False)
    with Archive(tmp_path, fsync=False) as archive:
        assert len(list(archive.ls())) == 2
    assert sound(tmp_path) == 2


def test_reindex_that_is_interrupted_leaves_the_old_catalogue_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Archive(tmp_path, fsync=False) as archive:
        archive.add(numbered(1))
    for file in tmp_path.rglob("*.warc.gz"):
        file.rename(file.with_name(file.name + ".open"))
    monkeypatch.setattr(Catalogue, "settle", failing_once(Catalogue.settle, KeyboardInterrupt, 1, after=True))
    with pytest.raises(KeyboardInterrupt):
        Archive.reindex(tmp_path, fsync=False)
    assert len(list(tmp_path.rglob("*.open"))) == 2
    with Archive(tmp_path, fsync=False) as archive:
        assert len(archive.warnings) == 2
    assert sound(tmp_path) == 1
