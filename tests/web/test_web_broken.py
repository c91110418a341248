"""Whatever is broken behind the pages gives a clear page that says what to do, harms nothing, and leaves the others readable."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest
from starlette.testclient import TestClient
from web_library import AT, HOST, SITE, Library, fill, kept

from cleaner import Archive
from cleaner.jobs.crawl.state import frontier_path
from cleaner.web import make_app

GARBAGE = b"this is no database" * 400


@pytest.fixture
def broken(tmp_path: Path) -> Library:
    return fill(tmp_path / "archive")


@contextmanager
def asking(path: Path) -> Iterator[TestClient]:
    with TestClient(make_app(path, [HOST]), base_url=f"http://{HOST}", follow_redirects=False) as client:
        yield client


def test_catalogue_that_breaks_while_serving_is_told_with_its_remedy_and_can_be_built_anew(broken: Library) -> None:
    originals = {path: path.read_bytes() for path in broken.path.rglob("*.warc.gz")}
    catalogue = broken.path / "catalogue.sqlite"
    with asking(broken.path) as client:
        for end in ("", "-wal", "-shm"):
            catalogue.with_name(catalogue.name + end).unlink(missing_ok=True)
        catalogue.write_bytes(GARBAGE)
        for path in ("/", "/?q=ferry", "/statistics", f"/article/{broken.ids['ferry']}"):
            answer = client.get(path)
            assert (500, True) == (answer.status_code, "cleaner archive reindex" in answer.text), path
        Archive.reindex(broken.path, fsync=False)
        assert "left-hand side" in client.get(f"/article/{broken.ids['ferry']}").text
    assert originals == {path: path.read_bytes() for path in originals}


def test_state_of_a_crawl_that_is_broken_is_told_and_the_articles_stay_readable(broken: Library) -> None:
    frontier_path(broken.path, "papers").write_bytes(GARBAGE)
    with asking(broken.path) as client:
        answer = client.get("/failures")
        assert (500, True) == (answer.status_code, "papers.sqlite" in answer.text)
        assert 200 == client.get("/").status_code


def test_site_file_that_is_broken_is_told_with_its_line_and_left_as_it_is(broken: Library) -> None:
    path = broken.path / "sites" / "quayside.example.toml"
    path.parent.mkdir()
    path.write_text('host = "quayside.example"\ndrop = ["p["]\n', encoding="utf-8")
    with Archive(broken.path, create=False) as archive:
        article = archive.article(archive.show(broken.ids["ferry"]).entry)
    assert article is not None
    with asking(broken.path) as client:
        answer = client.get(f"/article/{broken.ids['ferry']}/teach/drop/{article.blocks[-1].index}")
        assert (400, True) == (answer.status_code, "quayside.example.toml:2" in answer.text)
        assert 200 == client.get(f"/article/{broken.ids['ferry']}").status_code
    assert path.read_text(encoding="utf-8") == 'host = "quayside.example"\ndrop = ["p["]\n'


def test_huge_article_is_read_inspected_and_compared(tmp_path: Path) -> None:
    def huge(word: str) -> bytes:
        lines = (
            f"<p>Paragraph {n} of the {word} says that boat {n} left the quay and came back with lamps.</p>"
            for n in range(2_000)
        )
        long = f"<p>{f'The {word} went on and on without an end, as such sentences do. ' * 6_000}</p>"
        return f"<html><title>Long {word}</title><article><h1>Long</h1>{''.join(lines)}{long}</article></html>".encode()

    with Archive(tmp_path / "archive", fsync=False) as archive:
        archive.add(kept(huge("ledger"), f"{SITE}/huge", AT))
        ident = archive.add(kept(huge("logbook"), f"{SITE}/huge", AT + timedelta(days=1))).id
    with asking(tmp_path / "archive") as client:
        for end in ("", "/inspect", "/versions"):
            answer = client.get(f"/article/{ident}{end}")
            assert (200, True) == (answer.status_code, "Paragraph 1500 of the" in answer.text.replace("<ins>", "")), end
