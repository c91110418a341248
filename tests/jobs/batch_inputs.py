"""Inputs that the batch tests are made of: WARCs, lines, tables and folders of small pages, and how their outputs are read."""

import gzip
import json
from pathlib import Path
from typing import Any

from cleaner.archive import warc

TEXTS = ("The boat left at nine.\n\nAdvertisement\n\nIt came back at eleven.", "Nothing is wrong with this line.", None)


def html(number: int) -> bytes:
    return (
        f"<html><head><title>Boat {number}</title></head><body><article><h1>Boat {number}</h1>"
        f"<p>Boat number {number} left the north quay at nine in the evening, and the board was there to see it go.</p>"
        "<p>Advertisement</p><p>It came back at eleven with everybody on board, and nobody had been sea-sick.</p>"
        "</article></body></html>"
    ).encode()


def write_warc(path: Path, count: int, first: int = 0) -> Path:
    with path.open("wb") as file:
        for number in range(first, first + count):
            file.write(
                warc.pack(
                    warc.Record(
                        kind="resource",
                        id=f"<urn:uuid:00000000-0000-0000-0000-{number:012d}>",
                        date="2026-11-01T00:00:00Z",
                        content_type="text/html; charset=utf-8",
                        block=html(number),
                        url=f"https://boats.example/{number}",
                    )
                )
            )
    return path


def write_lines(path: Path, rows: list[dict[str, Any]]) -> Path:
    content = "".join(json.dumps(row) + "\n" for row in rows).encode()
    path.write_bytes(gzip.compress(content) if path.suffix == ".gz" else content)
    return path


def rows_of(out: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for path in sorted((out / "data").iterdir()) for line in path.read_bytes().splitlines()]


def failures_of(out: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (out / "failures.jsonl").read_bytes().splitlines()]
