"""What came over a real socket stands in the archive to the last byte, whatever was odd about it."""

from base64 import b64encode
from pathlib import Path

import pytest
from judges import judge, needs_judges, refusals
from live import keep_all, noted, plain_socket, stored
from odd_answers import ODD, RawServer

from cleaner.archive import Archive

ASKED = 34  # odd answers at least
# `warcio recompress` renders heads anew, and fails at a reason that is not ASCII; the bytes are what was received.
UNRENDERED = frozenset({"odd-reason"})


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, bytes]]:
    root = tmp_path_factory.mktemp("live") / "a"
    return root, keep_all(root)


def test_every_odd_answer_is_stored_byte_for_byte(kept: tuple[Path, dict[str, bytes]]) -> None:
    root, expected = kept
    assert len(expected) > ASKED
    found = stored(root)
    assert sorted(expected) == sorted(found)
    assert [] == [url for url, response in expected.items() if response != found[url]]


@pytest.mark.parametrize("name", ["sized", "three-interim", "trailing-after-chunks", "cut-body", "folded-header"])
def test_server_says_what_it_was_told_to(name: str) -> None:
    with RawServer() as server:
        assert plain_socket(server.place, name) == ODD[name].wire


def test_interim_and_surplus_bytes_are_noted(kept: tuple[Path, dict[str, bytes]]) -> None:
    root, expected = kept
    for name in ("three-interim", "trailing-after-chunks"):
        note = noted(root, next(url for url in expected if url.endswith(f"/{name}")))
        for part, content in (("interim", ODD[name].interim), ("surplus", ODD[name].surplus)):
            if content:
                assert note[f"{part}-base64"] == b64encode(content).decode()
            else:
                assert f"{part}-bytes" not in note


@needs_judges
def test_archive_of_odd_answers_is_sound_to_itself_and_to_outside_judges(
    tmp_path: Path,
) -> None:
    root = tmp_path / "a"
    keep_all(root, but=UNRENDERED)
    with Archive(root, fsync=False) as archive:
        assert archive.verify(deep=True) == []
    for path in root.rglob("*.warc.gz"):
        assert refusals(path, tmp_path) == []
        assert judge("cdxj-indexer", "-s", path).returncode == 0
