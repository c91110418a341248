"""A killed process, a torn file, a lost catalogue, two writers: no acknowledged capture is ever lost."""

import shutil
import signal
import sqlite3
import subprocess
import sys
from pathlib import Path
from threading import Thread

import pytest
from archive_pages import article_html, page

from cleaner.archive import Archive, warc
from cleaner.errors import ArchiveError, TryLaterError

HERE = Path(__file__).parent

# Adds pages for ever, telling each id on stdout only after `add` has returned.
ADD_FOR_EVER = """
import sys
sys.path.insert(0, sys.argv[2])
from archive_pages import article_html, page
from cleaner.archive import Archive
archive = Archive(sys.argv[1], fsync=False)
number = 0
while True:
    number += 1
    url = f"https://news.example/{number}"
    print(archive.add(page(article_html(more=f"Ferry number {number} left on time."), url=url)).id, flush=True)
"""


def urls_of(archive: Archive) -> list[str]:
    return sorted(entry.url for entry in archive.ls())


def leave_open(root: Path) -> list[Path]:
    """The archive's WARC files named as a killed process leaves them."""
    files = sorted(root.rglob("*.warc.gz"))
    return [file.rename(file.with_name(file.name + ".open")) for file in files]


def copy_without_catalogue(root: Path, to: Path) -> Path:
    shutil.copytree(root, to, ignore=shutil.ignore_patterns("catalogue.sqlite*"))
    return to


def facts(root: Path) -> list[object]:
    with Archive(root, fsync=False) as archive:
        return [sorted(map(repr, archive.ls())), archive.versions("https://news.example/1"), archive.search("ferry")]


@pytest.mark.parametrize("acknowledged", [1, 7])
def test_kill_in_the_middle_loses_no_acknowledged_capture(tmp_path: Path, acknowledged: int) -> None:
    command = [sys.executable, "-c", ADD_FOR_EVER, str(tmp_path / "a"), str(HERE)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:  # noqa: S603  # our own
        assert process.stdout is not None
        told = [process.stdout.readline().strip() for _ in range(acknowledged)]
        process.send_signal(signal.SIGKILL)
        told += process.stdout.read().split()
    with Archive(tmp_path / "a") as archive:
        assert len(archive.warnings) == 2
        for capture in told:
            shown = archive.show(capture)
            assert "Ferry number" in shown.text
            assert archive.original(shown.entry).startswith(b"HTTP/1.1 200 OK\r\n")
            assert (tmp_path / "a" / str(shown.entry.text_file)).is_file()
    assert list(tmp_path.rglob("*.open")) == []
    for file in tmp_path.rglob("*.warc.gz"):
        assert warc.whole_length(file) == file.stat().st_size


def test_torn_tail_is_cut_reported_and_the_file_closed(tmp_path: Path) -> None:
    with Archive(tmp_path, fsync=False) as archive:
        archive.add(page())
    for file in leave_open(tmp_path):
        file.write_bytes(file.read_bytes() + warc.pack(_record())[:-9])
    with Archive(tmp_path, fsync=False) as archive:
        assert len(archive.warnings) == 2
        assert all(f"{len(warc.pack(_record())) - 9} bytes" in warning for warning in archive.warnings)
        assert urls_of(archive) == ["https://news.example/ferry"]
    assert list(tmp_path.rglob("*.open")) == []
    with Archive(tmp_path, fsync=False) as archive:
        assert archive.warnings == []


def _record() -> warc.Record:
    return warc.Record(
        kind="resource", id="<urn:uuid:0>", date="2026-11-22T08:30:15Z", content_type="text/plain", block=b"x" * 99
    )


def test_captures_of_a_left_file_that_the_catalogue_never_saw_are_taken_in(tmp_path: Path) -> None:
    with Archive(tmp_path / "a", fsync=False) as archive:
        archive.add(page(url="https://news.example/1"))
        empty = copy_of_catalogue(tmp_path)
        kept = archive.add(page(article_html(more="One more."), url="https://news.example/2"))
    leave_open(tmp_path / "a")
    for file in (tmp_path / "a").glob("catalogue.sqlite*"):
        file.unlink()
    empty.rename(tmp_path / "a" / "catalogue.sqlite")
    text_file = tmp_path / "a" / str(kept.text_file)
    written = text_file.read_bytes()
    text_file.unlink()
    with Archive(tmp_path / "a", fsync=False) as archive:
        assert urls_of(archive) == ["https://news.example/1", "https://news.example/2"]
        assert kept.article.text == archive.show(kept.id).text
        assert archive.add(page(article_html(more="One more."), url="https://news.example/2")).revisit
    assert written == text_file.read_bytes()


def copy_of_catalogue(folder: Path) -> Path:
    """The catalogue as it is now, in one file."""
    target = folder / "then.sqlite"
    source, copy = sqlite3.connect(folder / "a" / "catalogue.sqlite"), sqlite3.connect(target)
    source.backup(copy)
    copy.close()
    source.close()
    return target


def test_catalogue_built_anew_says_the_same(tmp_path: Path) -> None:
    with Archive(tmp_path / "a", fsync=False) as archive:
        for number in (1, 2, 1):
            archive.add(page(article_html(more=f"Ferry {number}."), url=f"https://news.example/{number}"))
        archive.add(page(status=404, url="https://news.example/gone"))
    copy = copy_without_catalogue(tmp_path / "a", tmp_path / "b")
    assert facts(tmp_path / "a") == facts(copy)


def test_file_with_a_living_writer_is_left_alone(tmp_path: Path) -> None:
    with Archive(tmp_path, fsync=False) as one:
        one.add(page(url="https://news.example/1"))
        with Archive(tmp_path, fsync=False) as two:
            assert two.warnings == []
            assert len(list(tmp_path.rglob("*.open"))) == 2
            two.add(page(article_html(more="Two."), url="https://news.example/2"))
            assert len(list(tmp_path.rglob("*.open"))) == 4
        one.add(page(article_html(more="Three."), url="https://news.example/3"))
        assert urls_of(one) == [f"https://news.example/{number}" for number in (1, 2, 3)]


def test_two_archives_write_at_once(tmp_path: Path) -> None:
    def add_all(name: str) -> None:
        with Archive(tmp_path, fsync=False) as archive:
            for number in range(8):
                html = article_html(more=f"Ferry {name}{number}.")
                added.append(archive.add(page(html, url=f"https://news.example/{name}{number}")))

    added: list[object] = []
    threads = [Thread(target=add_all, args=(name,)) for name in "ab"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(added) == 16
    with Archive(tmp_path, fsync=False) as archive:
        entries = list(archive.ls())
        assert len(entries) == 16
        assert len({entry.original_file for entry in entries}) == 2
        for entry in entries:
            stored = warc.read_at(tmp_path / entry.original_file, entry.original_offset)
            assert (entry.record_id, entry.url) == (stored.id, stored.fields["warc-target-uri"])
            assert f"Ferry {entry.url.rpartition('/')[2]}." in archive.show(entry.id).text


def test_empty_left_file_goes_away(tmp_path: Path) -> None:
    with Archive(tmp_path, fsync=False):
        pass
    folder = tmp_path / "originals" / "2026" / "11"
    folder.mkdir(parents=True)
    (folder / "x.warc.gz.open").write_bytes(b"\x1f\x8b\x08")
    with Archive(tmp_path, fsync=False) as archive:
        assert "3 bytes" in archive.warnings[0]
    assert list(folder.iterdir()) == []


def test_damage_in_the_middle_of_a_left_file_is_kept_aside(tmp_path: Path) -> None:
    with Archive(tmp_path, fsync=False) as archive:
        kept = archive.add(page())
    (original,) = (file for file in leave_open(tmp_path) if "originals" in file.parts)
    content = bytearray(original.read_bytes())
    content[kept.original_offset + 40] ^= 0xFF
    original.write_bytes(content)
    with Archive(tmp_path, fsync=False) as archive:
        assert any("kept in" in warning for warning in archive.warnings)
    (aside,) = tmp_path.rglob("*.damaged")
    assert bytes(content[kept.original_offset :]) == aside.read_bytes()


def test_broken_catalogue_is_an_archive_error_with_the_way_out(tmp_path: Path) -> None:
    with Archive(tmp_path, fsync=False) as archive:
        kept = archive.add(page())
    (tmp_path / "catalogue.sqlite").write_bytes(b"no database " * 400)
    with pytest.raises(ArchiveError) as caught:
        Archive(tmp_path, fsync=False)
    assert "reindex" in str(caught.value.hint)
    assert (tmp_path / kept.original_file).is_file()


def test_reindex_replaces_a_broken_catalogue(tmp_path: Path) -> None:
    with Archive(tmp_path, fsync=False) as archive:
        kept = archive.add(page())
    (tmp_path / "catalogue.sqlite").write_bytes(b"no database " * 400)
    assert "built anew" in Archive.reindex(tmp_path)[0]
    with Archive(tmp_path, fsync=False) as archive:
        assert kept.article.text == archive.show(kept.id).text


def test_verify_finds_nothing_in_a_sound_archive_and_names_what_is_unsound(tmp_path: Path) -> None:
    with Archive(tmp_path, fsync=False) as archive:
        kept = archive.add(page())
        archive.add(page(status=404, url="https://news.example/gone"))
        assert archive.verify() == []
    file = tmp_path / kept.original_file
    content = bytearray(file.read_bytes())
    content[kept.original_offset + 60] ^= 0x10
    file.write_bytes(content)
    (tmp_path / str(kept.text_file)).unlink()
    with Archive(tmp_path, fsync=False) as archive:
        found = archive.verify()
    assert found[0].where == kept.original_file
    assert {kept.original_file, kept.id, kept.text_file} <= {problem.where for problem in found}


def test_reindex_waits_for_no_writer(tmp_path: Path) -> None:
    with Archive(tmp_path, fsync=False) as archive:
        archive.add(page())
        with pytest.raises(TryLaterError):
            Archive.reindex(tmp_path)
        assert len(list(archive.ls())) == 1
