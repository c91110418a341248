"""Pages from the disk and from standard input."""

import gzip
import io
import sys
from pathlib import Path

import pytest

from cleaner.errors import InputError, LimitError
from cleaner.fetch import read_file, read_stdin
from cleaner.model import Page

HTML = b"<p>The ferry leaves at nine.</p>"


@pytest.mark.parametrize("content", [HTML, b"", b"\x1f", gzip.compress(HTML) + gzip.compress(b"")])
def test_file_is_a_page_without_provenance(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "page.html"
    path.write_bytes(content)
    expected = HTML if content.startswith(b"\x1f\x8b") else content
    assert Page(content=expected) == read_file(path) == read_file(str(path))


@pytest.mark.parametrize("packed", [True, False])
def test_file_beyond_the_limit_is_refused(packed: bool, tmp_path: Path) -> None:  # noqa: FBT001
    path = tmp_path / "page.html.gz"
    path.write_bytes(gzip.compress(bytes(1001)) if packed else bytes(1001))
    with pytest.raises(LimitError) as raised:
        read_file(path, max_bytes=1000)
    assert (6, str(path), "too-large") == (raised.value.exit_code, raised.value.where, raised.value.code)
    assert 1001 == len(read_file(path, max_bytes=1001).content)


@pytest.mark.parametrize("name", ["missing.html", ".", "no\0name"])
def test_what_cannot_be_read_is_an_input_error(name: str, tmp_path: Path) -> None:
    path = f"{tmp_path}/{name}"
    with pytest.raises(InputError, match="cannot be read") as raised:
        read_file(path)
    assert (66, path) == (raised.value.exit_code, raised.value.where)


@pytest.mark.parametrize("content", [gzip.compress(HTML)[:-4], gzip.compress(HTML)[:14] + b"\xff" * 30])
def test_damaged_gzip_is_an_input_error(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "page.html.gz"
    path.write_bytes(content)
    with pytest.raises(InputError, match="damaged"):
        read_file(path)


def test_standard_input_is_read_to_its_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(HTML)))
    assert Page(content=HTML) == read_stdin()
    assert Page(content=HTML) == read_stdin(io.BytesIO(gzip.compress(HTML)))
    with pytest.raises(LimitError):
        read_stdin(io.BytesIO(HTML), max_bytes=3)


def test_no_standard_input_is_an_input_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", None)
    with pytest.raises(InputError):
        read_stdin()
    closed = io.BytesIO()
    closed.close()
    with pytest.raises(InputError):
        read_stdin(closed)
