"""Catalogue rows from what stands in records: the one way in, for a page just kept and for a WARC read again."""

import json
import sys
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from cleaner import urls
from cleaner.archive.payload import read_payload
from cleaner.archive.records import storable
from cleaner.archive.schema import ArticleRow, CaptureRow, PayloadRow, RemovalRow, TextRow, VersionRow
from cleaner.archive.warc import Stored
from cleaner.archive.writer import Place

__all__ = ["META", "PageRecord", "article_rows", "capture_row", "payload_row", "read_note", "read_told"]

META = ("title", "byline", "published", "modified", "language", "site", "canonical")  # what rows repeat of an article

MAX_EXAMPLE_CHARS = 200  # two lines on a rule's page


def read_note(stored: Stored) -> dict[str, str] | None:
    """The capture note in this record; None for any other record."""
    if stored.kind != "metadata" or not stored.fields.get("content-type", "").startswith("application/warc-fields"):
        return None
    lines = (line.partition(": ") for line in stored.block.decode("utf-8", "replace").splitlines())
    note = {name: value for name, _, value in lines}
    return note if {"capture", "url", "captured-at"} <= note.keys() else None


def read_told(stored: Stored) -> dict[str, Any] | None:
    """What was told about cleaning a capture; None for any other record."""
    if stored.kind != "metadata" or stored.fields.get("content-type") != "application/json":
        return None
    try:
        told = json.loads(stored.block)
    except ValueError:
        return None
    return told if isinstance(told, dict) and {"capture", "url", "cleaned_at"} <= told.keys() else None


@dataclass(frozen=True, slots=True, kw_only=True)
class PageRecord:
    """The record that holds a capture's page: its id and kind, for a revisit the record it refers to, and its place."""

    id: str
    kind: str
    refers_to: str | None
    place: Place


def capture_row(note: Mapping[str, str], page: PageRecord) -> CaptureRow:
    """The row of a capture whose page stands in that record."""
    return CaptureRow(
        id=note["capture"],
        url=note["url"],
        key=urls.key(note["url"]),
        host=urls.host(note["url"]),
        captured_at=note["captured-at"],
        status=_number(note.get("status")),
        content_type=note.get("content-type"),
        truncated=note.get("truncated"),
        entity_digest=note.get("entity-digest"),
        entity_bytes=_number(note.get("entity-bytes")),
        record_id=page.id,
        record_kind=page.kind,
        refers_to=page.refers_to,
        original_file=page.place.file,
        original_offset=page.place.offset,
        part_of=note.get("part-of"),
        part=_number(note.get("part")),
    )


def _number(value: str | None) -> int | None:
    return int(value) if value and value.isascii() and value.isdecimal() else None


def payload_row(stored: Stored, file: str) -> PayloadRow | None:
    """The row of the body that stands whole in this response; None for other records and for cut or empty bodies."""
    if stored.kind != "response" or "warc-truncated" in stored.fields:
        return None
    body = read_payload(stored.block)
    if body is None:
        return None
    fields = stored.fields
    return PayloadRow(
        key=body.key,
        record_id=stored.id,
        url=fields.get("warc-target-uri", ""),
        date=fields.get("warc-date", ""),
        digest=body.digest,
        file=file,
        offset=stored.offset,
    )


def article_rows(told: Mapping[str, Any], place: Place) -> list[VersionRow | TextRow | ArticleRow | RemovalRow]:
    """The rows of a cleaning told of at `place`: its version where the text was new, the article, what rules dropped."""
    meta, reason = told.get("meta") or {}, told.get("reason") or {}
    article = ArticleRow(
        capture=told["capture"],
        version=told.get("version"),
        key=urls.key(told["url"]),
        cleaned_at=told["cleaned_at"],
        ruleset=told.get("ruleset") or "",
        model=told.get("model") or "",
        cleaning=told.get("cleaning") or "",
        reason=reason.get("code"),
        reason_evidence=_plain(reason.get("evidence")),
        **{name: _plain(meta.get(name)) for name in META},
        words=told.get("words") or 0,
        dropped=len(told.get("dropped") or ()),
        edits=len(told.get("edits") or ()),
        article_file=place.file,
        article_offset=place.offset,
    )
    return [*_version_rows(told, article), article, *_removal_rows(told)]


def _removal_rows(told: Mapping[str, Any]) -> Iterable[RemovalRow]:
    kept = [row["index"] for row in told.get("blocks") or ()]
    first, last = (kept[0], kept[-1]) if kept else (0, sys.maxsize)  # a policy that explains all lists outer ones too
    dropped = [row for row in told.get("dropped") or () if row.get("rule") and first <= row["index"] <= last]
    inside = Counter(row["rule"] for row in dropped)
    outside = told.get("outside") or {}
    examples = {row["rule"]: row["text"] for row in reversed(dropped)}
    for rule in sorted(inside.keys() | outside.keys() - {""}):
        example = storable(examples.get(rule, "")[:MAX_EXAMPLE_CHARS])
        yield RemovalRow(
            rule=rule, capture=told["capture"], inside=inside[rule], outside=outside.get(rule, 0), example=example
        )


def _version_rows(told: Mapping[str, Any], article: ArticleRow) -> Iterable[VersionRow | TextRow]:
    if not told.get("changed") or article.version is None:
        return
    yield VersionRow(
        id=article.version,
        capture=article.capture,
        key=article.key,
        url=told["url"],
        made_at=told["captured_at"],
        cleaned_at=article.cleaned_at,
        title=article.title or "",
        text_digest=told["text_digest"],
        words=article.words,
        text_file=told.get("text_file"),
        file=article.article_file,
        offset=article.article_offset,
    )
    text = storable(told["text"])
    yield TextRow(version=article.version, title=article.title or "", byline=article.byline or "", text=text)


def _plain(value: str | None) -> str | None:
    return storable(value) if value else None
