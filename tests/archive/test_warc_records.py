"""Records are byte-exact on the disk for every reader, and no value can break one open."""

import base64
import gzip
import hashlib
import io
import json
import random
import subprocess
import sys
from itertools import takewhile
from pathlib import Path

import pytest
from archive_pages import AT, odd_pages, page
from fastwarc.warc import ArchiveIterator as FastIterator
from hypothesis import given
from hypothesis import strategies as st
from warcio.archiveiterator import ArchiveIterator
from warcio.recordloader import ArcWarcRecord
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from cleaner.archive import warc
from cleaner.archive.archive import Archive
from cleaner.archive.records import Known, article_records, capture_records
from cleaner.archive.warc import Record
from cleaner.errors import ArchiveError
from cleaner.model import Page

ODD = odd_pages()
NOTHING = Known(payload=lambda _: None, page=lambda _: None)
BIN = Path(sys.executable).parent


def record(block: bytes = b"HTTP/1.1 200 OK\r\n\r\nhi", **more: object) -> Record:
    values = {
        "kind": "response",
        "id": "<urn:uuid:00000000-0000-4000-8000-000000000000>",
        "date": warc.warc_date(AT),
        "content_type": "application/http; msgtype=response",
        "block": block,
        "url": "https://news.example/",
    }
    return Record(**{**values, **more})  # type: ignore[arg-type]


def kept_file(folder: Path, page: Page) -> Path:
    with Archive(folder, fsync=False) as archive:
        kept = archive.add(page)
    return folder / kept.original_file


@pytest.mark.parametrize("name", ODD)
def test_response_and_request_bytes_come_back_from_both_readers(tmp_path: Path, name: str) -> None:
    path = kept_file(tmp_path / "a", ODD[name])
    sent = ODD[name].exchanges[0]
    with path.open("rb") as file:
        one = {r.rec_type: r.raw_stream.read() for r in ArchiveIterator(file, no_record_parse=True)}
    other = {
        r.headers["WARC-Type"]: r.reader.read() for r in FastIterator(io.BytesIO(path.read_bytes()), parse_http=False)
    }
    assert (one["response"], one["request"]) == (sent.response, sent.request)
    assert (other["response"], other["request"]) == (sent.response, sent.request)


def judge(*command: str | Path) -> tuple[int, bytes]:
    result = subprocess.run([BIN / command[0], *command[1:]], capture_output=True, check=False)  # noqa: S603  # ours
    return result.returncode, result.stdout


def test_outside_judges_pass_every_odd_response(tmp_path: Path) -> None:
    with Archive(tmp_path / "a", fsync=False) as archive:
        for page in ODD.values():
            archive.add(page)
    files = sorted((tmp_path / "a").rglob("*.warc.gz"))
    assert len(files) == 2
    for file in files:
        assert judge("fastwarc", "check", "-q", file) == (0, b"")
        assert judge("warcio", "check", file) == (0, b"")
        assert judge("/bin/gzip", "-t", file) == (0, b"")


@pytest.mark.parametrize("name", ["gzip", "chunked", "not-utf-8", "looks-like-warc"])
def test_payload_digests_hold_for_the_outside_judge(tmp_path: Path, name: str) -> None:
    # One page a file: fastwarc takes the payload digest of a revisit, which the standard asks for, as one of its head.
    path = kept_file(tmp_path / "a", ODD[name])
    assert judge("fastwarc", "check", "-q", "-p", path) == (0, b"")


def test_every_record_is_a_gzip_member_of_its_own(tmp_path: Path) -> None:
    path = kept_file(tmp_path / "a", ODD["chunked"])
    content = path.read_bytes()
    offsets = [stored.offset for stored in warc.read(path)]
    members = [content[start:end] for start, end in zip(offsets, [*offsets[1:], len(content)], strict=True)]
    assert all(gzip.decompress(member).startswith(b"WARC/1.1\r\n") for member in members)
    assert [stored.kind for stored in warc.read(path)] == ["warcinfo", "response", "request", "metadata"]


def test_warcinfo_names_software_rules_and_configuration(tmp_path: Path) -> None:
    path = kept_file(tmp_path / "a", ODD["gzip"])
    first, second = list(warc.read(path))[:2]
    lines = dict(line.split(": ", 1) for line in first.block.decode().splitlines())
    assert {"software", "format", "rule-set", "configuration"} <= lines.keys()
    assert first.fields["warc-filename"] == path.name
    assert second.fields["warc-warcinfo-id"] == first.id


@pytest.mark.parametrize(
    ("name", "has_digest"), [("gzip", True), ("chunked", False), ("gzip-chunked", False), ("empty-body", False)]
)
def test_payload_digest_stands_only_where_tools_agree_on_it(name: str, has_digest: bool) -> None:  # noqa: FBT001
    capture = capture_records(ODD[name], AT, NOTHING)
    fields = dict(capture.records[capture.main].fields)
    assert ("WARC-Payload-Digest" in fields) == has_digest


def as_warcio_writes(one: Record) -> bytes:
    """The record as warcio's own writer has it, told of bytes alone so that it renders no head of HTTP anew."""
    headers = [("WARC-Type", one.kind), ("WARC-Record-ID", one.id), ("WARC-Date", one.date)]
    headers += [("WARC-Target-URI", one.url)] if one.url else []
    headers += [*one.fields, ("WARC-Block-Digest", warc.digest(one.block)), ("Content-Type", one.content_type)]
    raw = ArcWarcRecord(
        "warc",
        "resource",
        StatusAndHeaders("", headers, protocol="WARC/1.1"),
        io.BytesIO(one.block),
        None,
        one.content_type,
        len(one.block),
    )
    raw.rec_headers.headers.append(("WARC-Payload-Digest", "sha1:none"))  # so that it computes none
    out = io.BytesIO()
    WARCWriter(out, gzip=False, warc_version="1.1").write_record(raw)
    return out.getvalue().replace(b"WARC-Payload-Digest: sha1:none\r\n", b"")


@pytest.mark.parametrize("packed_from", [None, 0, 200])
@given(
    block=st.binary(max_size=200),
    repeats=st.integers(1, 40),
    value=st.text(st.characters(codec="utf-8", exclude_characters="\r\n\0")),
)
def test_record_is_what_warcio_writes(block: bytes, repeats: int, value: str, packed_from: int | None) -> None:
    one = record(block * repeats, fields=(("WARC-Odd", value),), packed_from=packed_from)
    assert gzip.decompress(warc.pack(one)) == as_warcio_writes(one)


@given(st.binary(max_size=200))
def test_digest_is_sha1_in_base_32(content: bytes) -> None:
    plain = base64.b32encode(hashlib.sha1(content, usedforsecurity=False).digest()).decode()
    assert warc.digest(content) == f"sha1:{plain}"


def test_body_that_came_compressed_is_stored_as_it_came(tmp_path: Path) -> None:
    body = gzip.compress(random.Random(7).randbytes(5_000))  # noqa: S311  # noise that packs no further
    head = f"HTTP/1.1 200 OK\nContent-Type: text/html\nContent-Encoding: gzip\nContent-Length: {len(body)}"
    path = kept_file(tmp_path / "a", page(b"", head=head, body=body))
    assert body in path.read_bytes()
    for command in (("fastwarc", "check", "-q", "-p"), ("warcio", "check"), ("/bin/gzip", "-t")):
        assert judge(*command, path) == (0, b"")


@pytest.mark.parametrize("sign", ["\r", "\n", "\0", "\r\nWARC-Type: response"])
def test_control_signs_in_a_header_value_are_refused(sign: str) -> None:
    with pytest.raises(ArchiveError) as caught:
        warc.pack(record(url=f"https://news.example/{sign}x"))
    assert caught.value.code == "bad-header"


def test_lone_surrogate_in_a_url_is_refused_typed() -> None:
    with pytest.raises(ArchiveError):
        warc.pack(record(url="https://news.example/\udc80"))


@given(
    block=st.binary(max_size=2_000), url=st.text(st.characters(codec="utf-8", exclude_characters="\r\n\0 "), min_size=1)
)
def test_any_block_comes_back(tmp_path_factory: pytest.TempPathFactory, block: bytes, url: str) -> None:
    path = tmp_path_factory.mktemp("any") / "x.warc.gz"
    path.write_bytes(warc.pack(record(block, url="https://news.example/" + url, kind="resource")))
    (stored,) = warc.read(path)
    assert stored.block == block
    assert warc.whole_length(path) == path.stat().st_size


@given(cut=st.integers(min_value=0, max_value=10_000), noise=st.binary(max_size=40))
def test_whole_length_ends_at_a_member_wherever_the_file_is_torn(
    tmp_path_factory: pytest.TempPathFactory, cut: int, noise: bytes
) -> None:
    members = [warc.pack(record(b"x" * size)) for size in (0, 10, 3_000)]
    ends = [sum(map(len, members[:count])) for count in range(4)]
    cut %= ends[-1] + 1
    path = tmp_path_factory.mktemp("torn") / "x.warc.gz"
    sound = b"".join(members)
    torn = sound[:cut] + b"\0" + noise
    path.write_bytes(torn)
    # Noise may happen to be what was cut off.
    same = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(sound, torn, strict=False)))
    assert max(end for end in ends if end <= same) == warc.whole_length(path)


def test_a_plain_gzip_member_is_no_record(tmp_path: Path) -> None:
    path = tmp_path / "x.warc.gz"
    path.write_bytes(warc.pack(record()) + gzip.compress(b"not a record\r\n\r\n"))
    assert len(warc.pack(record())) == warc.whole_length(path)


def test_reading_what_is_no_warc_raises_typed(tmp_path: Path) -> None:
    path = tmp_path / "x.warc.gz"
    path.write_bytes(b"hello\nworld\n")
    with pytest.raises(ArchiveError):
        list(warc.read(path))
    with pytest.raises(ArchiveError):
        warc.read_at(tmp_path / "missing.warc.gz", 0)


@pytest.mark.parametrize("text", ["Überfahrt 渡船 ⛴", "half a sign \udc80", 'say "hi"\n\0\x1f'])
def test_what_is_told_of_an_article_comes_back_as_it_was(text: str) -> None:
    told = {
        "url": "https://news.example/",
        "cleaned_at": "2026-11-01T00:00:00Z",
        "text": text,
        "words": 3,
        "reason": None,
    }
    *_, metadata = article_records(told, "", "<urn:uuid:1>", "<urn:uuid:2>")
    assert told == json.loads(metadata.block)
