"""A WACZ: the originals, their index and a list of pages in one ZIP, as replayweb.page and pywb read it (WACZ 1.1.1)."""

import gzip
import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import IO, Any
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

from cleaner.archive import cdxj

__all__ = ["Member", "write"]

WACZ_VERSION = "1.1.1"
BLOCK_LINES = 300  # of the index in one gzip member, found by the lines of index.idx; py-wacz packs as many
COPY_BYTES = 1 << 20
ZIP_TIME = (1980, 1, 1, 0, 0, 0)  # nothing in a WACZ is as old as its records say; a fixed time keeps it reproducible


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """One WARC to go in, and its name there."""

    name: str
    path: Path


def write(out: IO[bytes], members: Iterable[Member], pages: Iterable[dict[str, Any]], created: str) -> None:
    """Nothing; the WACZ stands in `out`. `pages` are rows with url, ts, title and text."""
    with ZipFile(out, "w", allowZip64=True) as file:
        package = _Package(file)
        index: list[str] = []
        for member in members:
            package.put(f"archive/{member.name}", _pieces(member.path), packed=False)
            index += cdxj.lines(member.path, member.name)
        blocks, entries = _packed(sorted(index))
        package.put("indexes/index.cdx.gz", blocks, packed=False)
        package.put("indexes/index.idx", [entries], packed=True)
        package.put("pages/pages.jsonl", _pages(pages), packed=True)
        package.finish(created)


class _Package:
    """The files put so far, with their hashes."""

    def __init__(self, file: ZipFile) -> None:
        self._file = file
        self._resources: list[dict[str, Any]] = []

    def put(self, path: str, pieces: Iterable[bytes], *, packed: bool) -> None:
        digest, size = hashlib.sha256(), 0
        name = ZipInfo(path, ZIP_TIME)
        name.compress_type = ZIP_DEFLATED if packed else ZIP_STORED
        with self._file.open(name, "w", force_zip64=True) as target:
            for piece in pieces:
                digest.update(piece)
                size += len(piece)
                target.write(piece)
        told = {"name": path.rpartition("/")[2], "path": path, "hash": f"sha256:{digest.hexdigest()}", "bytes": size}
        self._resources.append(told)

    def finish(self, created: str) -> None:
        package = {
            "profile": "data-package",
            "resources": self._resources,
            "created": created,
            "wacz_version": WACZ_VERSION,
            "software": f"article-cleaner {version('article-cleaner')}",
        }
        content = json.dumps(package, indent=2).encode("ascii")
        told = {"path": "datapackage.json", "hash": f"sha256:{hashlib.sha256(content).hexdigest()}"}
        for path, written in (("datapackage.json", content), ("datapackage-digest.json", json.dumps(told).encode())):
            self._file.writestr(ZipInfo(path, ZIP_TIME), written, ZIP_DEFLATED)


def _pieces(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while piece := file.read(COPY_BYTES):
            yield piece


def _packed(lines: list[str]) -> tuple[list[bytes], bytes]:
    """The index in gzip members of BLOCK_LINES each, and the index over them."""
    blocks: list[bytes] = []
    entries = ['!meta 0 {"format": "cdxj-gzip-1.0", "filename": "index.cdx.gz"}\n']
    offset = 0
    for at in range(0, len(lines), BLOCK_LINES):
        part = lines[at : at + BLOCK_LINES]
        block = gzip.compress("".join(line + "\n" for line in part).encode("utf-8"), mtime=0)
        told = {"offset": offset, "length": len(block), "digest": f"sha256:{hashlib.sha256(block).hexdigest()}"}
        entries.append(f"{' '.join(part[0].split(' ')[:2])} {json.dumps(told)}\n")
        blocks.append(block)
        offset += len(block)
    return blocks, "".join(entries).encode("utf-8")


def _pages(pages: Iterable[dict[str, Any]]) -> Iterator[bytes]:
    yield b'{"format": "json-pages-1.0", "id": "pages", "title": "All Pages", "hasText": true}\n'
    for page in pages:
        yield json.dumps(page).encode("ascii") + b"\n"
