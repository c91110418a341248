"""Catalogue rows from what stands in records: the one way in, for a page just kept and for a WARC read again."""

import json
import sys
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from cleaner import urls
from cleaner.archive.payload import read_payload
from cleaner.archive.records import storable
from cleaner.archive.schema import ArticleRow, CaptureRow, PayloadRow, RemovalRow, VersionRow
from cleaner.archive.warc import Stored
from cleaner.archive.writer import Place

__all__ = ["article_rows", "capture_row", "payload_row", "read_note", "read_told"]

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


def capture_row(note: Mapping[str, str], record_id: str, kind: str, place: Place) -> CaptureRow:
    """The row of a capture whose page stands at `place` in a record of that id and kind."""
    return CaptureRow(
        id=note["capture"],
        url=note["url"],
        key=urls.key(note["url"]),
        host=urls.host(note["url"]),
        captured_at=note["captured-at"],
        status=int(note["status"]) if note.get("status", "").isdecimal() else None,
        content_type=note.get("content-type"),
        truncated=note.get("truncated"),
        entity_digest=note.get("entity-digest"),
        record_id=record_id,
        record_kind=kind,
        original_file=place.file,
        original_offset=place.offset,
    )


def payload_row(stored: Stored) -> PayloadRow | None:
    """The row of the body that stands whole in this response; None for other records and for cut or empty bodies."""
    if stored.kind != "response" or "warc-truncated" in stored.fields:
        return None
    body = read_payload(stored.block)
    if body is None:
        return None
    fields = stored.fields
    return PayloadRow(key=body.key, record_id=stored.id, url=fields["warc-target-uri"], date=fields["warc-date"])


def article_rows(told: Mapping[str, Any], place: Place) -> list[ArticleRow | VersionRow | RemovalRow]:
    """The rows of a cleaning told of at `place`: the article, its version where the text was new then, what rules dropped."""
    meta, reason = told.get("meta") or {}, told.get("reason") or {}
    article = ArticleRow(
        capture=told["capture"],
        version=told.get("version"),
        cleaned_at=told["cleaned_at"],
        ruleset=told.get("ruleset") or "",
        reason=reason.get("code"),
        reason_evidence=_plain(reason.get("evidence")),
        **{name: _plain(meta.get(name)) for name in ("title", "byline", "published", "language")},
        article_file=place.file,
        article_offset=place.offset,
    )
    return [article, *_version_rows(told, article), *_removal_rows(told)]


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


def _version_rows(told: Mapping[str, Any], article: ArticleRow) -> Iterable[VersionRow]:
    if not told.get("changed") or article.version is None:
        return
    yield VersionRow(
        id=article.version,
        capture=article.capture,
        key=urls.key(told["url"]),
        url=told["url"],
        made_at=told["captured_at"],
        title=article.title or "",
        text=storable(told["text"]),
        text_digest=told["text_digest"],
        text_file=told.get("text_file"),
    )


def _plain(value: str | None) -> str | None:
    return storable(value) if value else None
