"""Every kind of damage is one finding with its place and remedy; what can be mended is mended and nothing thrown away."""

import random
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from datetime import timedelta
from pathlib import Path

import pytest
from archive_pages import AT, article_html, page

from cleaner import clean
from cleaner.archive import Archive, Problem, layout, verify, warc, writer
from cleaner.archive.catalogue import Catalogue, Row


@pytest.fixture
def kept(tmp_path: Path) -> Path:
    with Archive(tmp_path / "a", fsync=False) as archive:
        archive.add(page())
        archive.add(page(at=AT + timedelta(days=1)))
        archive.add(page(article_html(more="It sails."), url="https://news.example/2"))
        archive.add(page(status=404, url="https://news.example/gone"))
        assert archive.verify(deep=True) == []
    return tmp_path / "a"


def original(root: Path) -> Path:
    return next(root.glob("originals/**/*.warc.gz"))


def records(path: Path, kind: str) -> list[warc.Stored]:
    return [stored for stored in warc.read(path) if stored.kind == kind]


def tear(root: Path) -> None:
    path = original(root)
    path.write_bytes(path.read_bytes()[:-10])


def flip(root: Path) -> None:
    path, content = original(root), bytearray(original(root).read_bytes())
    content[records(path, "response")[1].offset + 60] ^= 0x10
    path.write_bytes(content)


def forge(root: Path) -> None:
    """A sound gzip member whose block is another than its digest says."""
    path = original(root)
    content, stored = path.read_bytes(), records(path, "request")[0]
    import gzip

    member = content[stored.offset : stored.offset + stored.length]
    other = gzip.compress(gzip.decompress(member).replace(b"news.example\r\nAccept", b"NEWS.example\r\nAccept"))
    path.write_bytes(content[: stored.offset] + other + content[stored.offset + stored.length :])


def lose_text(root: Path) -> None:
    next(root.glob("text/**/*.md")).unlink()


def lose_row(root: Path) -> None:
    with sqlite3.connect(root / "catalogue.sqlite") as db:
        db.execute("DELETE FROM captures WHERE status = 404")
    db.close()


def lose_article(root: Path) -> None:
    next(root.glob("articles/**/*.warc.gz")).unlink()


def change_row(root: Path) -> None:
    with sqlite3.connect(root / "catalogue.sqlite") as db:
        db.execute("UPDATE texts SET text = 'another text'")
    db.close()


def lose_referred(root: Path) -> None:
    path = original(root)
    content, stored = path.read_bytes(), records(path, "response")[0]
    path.write_bytes(content[: stored.offset] + content[stored.offset + stored.length :])
    Archive.reindex(root)


DAMAGE: list[tuple[Callable[[Path], None], str, bool]] = [
    (tear, "torn", True),
    (flip, "torn", True),
    (forge, "digest", False),
    (lose_text, "text-file", True),
    (lose_row, "orphan", True),
    (lose_article, "catalogue", True),
    (change_row, "catalogue", True),
    (lose_referred, "reference", False),
]


@pytest.mark.parametrize(("damage", "code", "mended"), DAMAGE)
def test_damage_is_found_and_what_can_be_is_mended(
    kept: Path,
    damage: Callable[[Path], None],
    code: str,
    mended: bool,  # noqa: FBT001
) -> None:
    damage(kept)
    with Archive(kept, fsync=False) as archive:
        found = archive.verify(deep=True)
    assert code in {problem.code for problem in found}
    assert all(problem.remedy and problem.message for problem in found)
    Archive.repair(kept, fsync=False)
    with Archive(kept, fsync=False) as archive:
        left = {problem.code for problem in archive.verify(deep=True)}
    assert (code not in left) == mended


def test_damage_in_the_middle_costs_that_record_alone(kept: Path) -> None:
    before = len(list(warc.read(original(kept))))
    content = original(kept).read_bytes()
    flip(kept)
    damaged = original(kept).read_bytes()
    told = Archive.repair(kept, fsync=False)
    assert len(list(warc.read(original(kept)))) == before - 1
    assert "damaged bytes taken out" in told[0]
    aside = original(kept).with_name(original(kept).name + ".damaged")
    assert (aside.read_bytes() == damaged, damaged == content) == (True, False)
    with Archive(kept, fsync=False) as archive:
        assert {entry.url for entry in archive.ls()} >= {"https://news.example/ferry", "https://news.example/gone"}


def forged() -> bytes:
    """A record as a server might invent it, in the form in which a body is stored as it came."""
    claims = (("WARC-Warcinfo-ID", "<urn:uuid:00000000-0000-4000-8000-000000000000>"),)
    url, block = "https://bank.example/", b"HTTP/1.1 200 OK\r\n\r\nPay here."
    date = warc.warc_date(AT)
    told = warc.Record(
        kind="response", id=warc.new_id(), date=date, content_type="x", block=block, url=url, fields=claims
    )
    note = f"capture: 0123456789ab\r\nurl: {url}\r\ncaptured-at: {date}\r\n".encode()
    end = warc.Record(
        kind="metadata",
        id=warc.new_id(),
        date=date,
        content_type="application/warc-fields",
        block=note,
        url=url,
        fields=(*claims, ("WARC-Refers-To", told.id)),
    )
    return warc.pack(told) + warc.pack(end)


@pytest.mark.parametrize("hit", ["the page", "the page and the warcinfo"])
def test_body_that_holds_records_is_taken_for_none_behind_damage(tmp_path: Path, hit: str) -> None:
    body = forged() + random.Random(3).randbytes(2_000)  # noqa: S311  # so that the body is stored as it came
    head = f"HTTP/1.1 200 OK\nContent-Type: text/html\nContent-Encoding: gzip\nContent-Length: {len(body)}"
    with Archive(tmp_path, fsync=False) as archive:
        for number in (1, 2):
            archive.keep_page(page(article_html(more=f"{number}"), url=f"https://news.example/{number}"))
            if number == 1:
                archive.keep_page(page(b"", head=head, body=body, url="https://evil.example/"))
    path = original(tmp_path)
    content, evil = bytearray(path.read_bytes()), records(path, "response")[1]
    assert body in content
    content[evil.offset + 12] ^= 0xFF
    content[20] ^= 0xFF if hit != "the page" else 0
    path.write_bytes(content)
    Archive.repair(tmp_path, fsync=False)
    with Archive(tmp_path, fsync=False) as archive:
        assert {entry.url for entry in archive.ls()} == {"https://news.example/1", "https://news.example/2"}
    kinds = [stored.fields.get("warc-target-uri") for stored in warc.read(path)]
    assert "https://bank.example/" not in kinds


def test_torn_tail_is_found_where_warcio_check_sees_none(kept: Path) -> None:
    tear(kept)
    with Archive(kept, fsync=False) as archive:
        (first, *_) = archive.verify()
    assert (first.code, first.where) == ("torn", original(kept).relative_to(kept).as_posix())
    assert first.offset == warc.whole_length(original(kept))


def dump(root: Path) -> dict[str, list[tuple[object, ...]]]:
    """Every table as it says what it says: numbers of versions, which no one sees, are replaced by ids."""
    asked = {
        "captures": "SELECT * FROM captures ORDER BY id",
        "payloads": "SELECT * FROM payloads ORDER BY key",
        "articles": "SELECT * FROM articles ORDER BY capture",
        "removals": "SELECT * FROM removals ORDER BY capture, rule",
        "pages": "SELECT p.key, p.capture, p.captured_at, p.host, p.state, p.language, p.said_at, v.id FROM pages p"
        " LEFT JOIN versions v ON v.number = p.version ORDER BY 1",
        "texts": "SELECT v.*, t.title, t.byline, t.text FROM texts t JOIN versions v ON v.number = t.rowid ORDER BY v.id",
    }
    with sqlite3.connect(root / "catalogue.sqlite") as db:
        found = {name: db.execute(sql).fetchall() for name, sql in asked.items()}
    db.close()
    found["texts"] = [row[1:] for row in found["texts"]]
    return found


def test_reindexed_catalogue_equals_the_one_that_grew(kept: Path) -> None:
    with Archive(kept, fsync=False) as one, Archive(kept, fsync=False) as two:
        one.add(page(article_html(more="One."), url="https://news.example/3", at=AT + timedelta(days=2)))
        two.add(page(article_html(more="One."), url="https://news.example/4", at=AT + timedelta(days=3)))
        one.add(page(article_html(more="Two."), url="https://news.example/4", at=AT + timedelta(days=4)))
        entry = two.show("https://news.example/3").entry
        two.keep_again(entry, two.article(two.show("https://news.example/4").entry))
    before = dump(kept)
    Archive.reindex(kept)
    assert before == dump(kept)
    assert all(rows for name, rows in before.items() if name != "removals")


def test_pages_that_are_kept_while_it_reads_are_no_problem(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    unresolved = verify._Seen.unresolved
    with Archive(tmp_path, fsync=False) as reader, Archive(tmp_path, fsync=False) as writing:
        writing.add(page(url="https://news.example/1"))

        def meanwhile(seen: verify._Seen, root: Path) -> Iterator[Problem]:
            writing.add(page(article_html(more="Later."), url="https://news.example/2"))
            yield from unresolved(seen, root)

        monkeypatch.setattr(verify._Seen, "unresolved", meanwhile)
        assert reader.verify(deep=True) == []
        assert len(list(reader.ls())) == 2


def test_pages_kept_between_originals_and_articles_are_no_problem(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    all_files = layout.all_files
    with Archive(tmp_path, fsync=False) as reader, Archive(tmp_path, fsync=False) as writing:
        writing.add(page(url="https://news.example/1"))

        def meanwhile(root: Path, kind: str) -> list[Path]:
            if kind == layout.ARTICLES:
                monkeypatch.undo()
                writing.add(page(article_html(more="Later."), url="https://news.example/2"))
            return all_files(root, kind)

        monkeypatch.setattr(layout, "all_files", meanwhile)
        assert reader.verify(deep=True) == []


def test_file_that_its_writer_closes_after_it_was_listed_is_no_problem(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    all_files = layout.all_files
    writing = Archive(tmp_path, fsync=False)
    writing.add(page())

    def closed_after(root: Path, kind: str) -> list[Path]:
        found = all_files(root, kind)
        monkeypatch.undo()
        writing.close()
        return found

    with Archive(tmp_path, fsync=False) as reader:
        monkeypatch.setattr(layout, "all_files", closed_after)
        assert reader.verify(deep=True) == []


def test_file_left_open_where_nothing_can_be_mended_is_a_finding(kept: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = original(kept)
    file.rename(file.with_name(file.name + ".open"))
    monkeypatch.setattr(layout, "is_read_only", lambda _: True)
    with Archive(kept) as archive:
        (problem,) = archive.verify(deep=True)
    assert (problem.code, problem.where) == ("left-open", file.relative_to(kept).as_posix())


def test_record_that_its_living_writer_has_half_written_is_no_damage(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Archive(tmp_path, fsync=False) as reader, Archive(tmp_path, fsync=False) as writing:
        writing.add(page(url="https://news.example/1"))
        whole, found = writer.write_whole, list[list[Problem]]()

        def looked_at_between(fd: int, content: bytes) -> None:
            whole(fd, content[: len(content) // 2])
            found.append(reader.verify(deep=True))
            whole(fd, content[len(content) // 2 :])

        monkeypatch.setattr(writer, "write_whole", looked_at_between)
        writing.add(page(article_html(more="Later."), url="https://news.example/2"))
        assert found == [[], []]


def test_capture_that_its_living_writer_has_not_catalogued_yet_is_no_orphan(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Archive(tmp_path, fsync=False) as reader, Archive(tmp_path, fsync=False) as writing:
        put = Catalogue.put

        def looked_at_first(catalogue: Catalogue, rows: Sequence[Row]) -> None:
            found.append(reader.verify())
            put(catalogue, rows)

        found: list[list[Problem]] = []
        monkeypatch.setattr(Catalogue, "put", looked_at_first)
        writing.keep(page(), clean(page()))
        assert found == [[]]
