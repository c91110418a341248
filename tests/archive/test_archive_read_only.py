"""An archive that cannot be written can be read: on a read-only medium, or where this user may not write."""

import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest
from archive_pages import article_html, page

from cleaner import clean
from cleaner.archive import Archive, layout
from cleaner.archive.pruning import Retention
from cleaner.errors import ArchiveError

CLEANER = Path(sys.executable).with_name("cleaner")
URL = "https://news.example/ferry"
READING: list[tuple[Sequence[str], str]] = [
    (("ls",), "Night ferry sails late"),
    (("show", URL), "harbour"),
    (("show", URL, "--original"), "HTTP/1.1 200 OK"),
    (("show", URL, "--explain"), "harbour"),
    (("search", "ferry"), "Night ferry sails late"),
    (("versions", URL), "news.example"),
    (("diff", URL, "https://news.example/2"), "waits"),
    (("verify", "--deep"), "the archive is sound"),
]
WRITING: list[Sequence[str]] = [("reindex",), ("prune", "--keep-versions", "1", "--yes")]


@pytest.fixture
def kept(tmp_path: Path) -> Path:
    with Archive(tmp_path / "a", fsync=False) as archive:
        archive.add(page())
        archive.add(page(article_html(more="It sails.")))
        archive.add(page(article_html(more="The tram waits."), url="https://news.example/2"))
    return tmp_path / "a"


@pytest.fixture
def unwritable(kept: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An archive of which the system says that nothing can be written there, as it says to root of a medium alone."""
    whole = os.access
    monkeypatch.setattr(os, "access", lambda path, mode: mode != os.W_OK and whole(path, mode))
    return kept


def state(root: Path) -> dict[str, tuple[int, int]]:
    # Of a catalogue that other programs write, SQLite keeps a log beside it where it can; here it is empty.
    files = {path: path.stat() for path in root.rglob("*") if path.is_file() and not path.name.endswith("-shm")}
    return {path.name: (seen.st_mtime_ns, seen.st_size) for path, seen in files.items() if seen.st_size}


def test_reading_makes_and_changes_no_file(unwritable: Path) -> None:
    before = state(unwritable)
    with Archive(unwritable) as archive:
        assert (archive.is_read_only, archive.warnings) == (True, [])
        assert sorted(entry.url for entry in archive.ls()) == ["https://news.example/2", URL, URL]
        assert len(archive.search("ferry")) == 2
        assert len(archive.versions(URL)) == 2
        assert "harbour" in archive.show(URL).text
        assert archive.verify(deep=True) == []
    assert before == state(unwritable)


def test_whatever_writes_is_refused_before_anything_is_fetched(unwritable: Path) -> None:
    with Archive(unwritable) as archive:
        entry = next(archive.ls())
        for writes in (
            lambda: archive.add("https://nowhere.invalid/"),
            lambda: archive.keep(page(), clean(page())),
            lambda: archive.keep_page(page()),
            lambda: archive.keep_again(entry, clean(page())),
            lambda: archive.prune(Retention(versions=1)),
        ):
            with pytest.raises(ArchiveError) as caught:
                writes()
            assert (caught.value.code, caught.value.exit_code) == ("not-writable", 7)


def test_what_stands_in_the_log_alone_is_read_or_its_lack_is_said(kept: Path, tmp_path: Path) -> None:
    """A copy of an archive in use: its log with the last captures, without the memory file that belongs to it."""
    with Archive(kept, fsync=False) as archive:
        archive.add(page(url="https://news.example/late"))
        shutil.copytree(kept, tmp_path / "copy", ignore=shutil.ignore_patterns("*-shm"))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(os, "access", lambda _path, mode: mode != os.W_OK)
        with Archive(tmp_path / "copy") as archive:
            urls = {entry.url for entry in archive.ls()}
            assert "https://news.example/late" in urls or "log" in archive.warnings[0]


@pytest.mark.parametrize("lacks", ["missing", "older"])
def test_catalogue_that_would_have_to_be_built_is_an_error_with_a_remedy(unwritable: Path, lacks: str) -> None:
    path = unwritable / layout.CATALOGUE
    if lacks == "missing":
        path.unlink()
    else:
        with sqlite3.connect(path) as db:
            db.execute("PRAGMA user_version = 1")
        db.close()
    with pytest.raises(ArchiveError) as caught:
        Archive(unwritable)
    assert (caught.value.code, "reindex" in str(caught.value.hint)) == ("not-writable", True)


def mounted(root: Path, *command: str | Path) -> "subprocess.CompletedProcess[str]":
    """The command's end, run where `root` is mounted so that nobody can write it."""
    steps = 'mount --bind "$0" "$0" && mount -o remount,ro,bind "$0" && exec "$@"'
    return subprocess.run(  # noqa: S603  # ours
        ["/usr/bin/unshare", "--mount", "/bin/sh", "-c", steps, root, *command],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


@pytest.fixture
def medium(kept: Path) -> Path:
    if mounted(kept, "true").returncode:
        pytest.skip("no file system can be mounted read-only here")
    assert mounted(kept, "touch", kept / "x").returncode
    return kept


def test_every_reading_command_runs_on_a_read_only_medium(medium: Path) -> None:
    for command, expected in READING:
        done = mounted(medium, CLEANER, "archive", *command, "-a", medium)
        assert (done.returncode, "error" in done.stderr) == (0, False), (command, done.stderr)
        assert expected in done.stdout + done.stderr, command


def test_every_writing_command_says_that_nothing_can_be_written_there(medium: Path) -> None:
    for command in WRITING:
        done = mounted(medium, CLEANER, "archive", *command, "-a", medium)
        assert (done.returncode, "[not-writable]" in done.stderr) == (7, True), (command, done.stderr)
    done = mounted(medium, CLEANER, "add", "https://nowhere.invalid/", "-a", medium)
    assert (done.returncode, "[not-writable]" in done.stderr) == (7, True), done.stderr
