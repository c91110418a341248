"""What stands in the outputs of a batch: one row an article or a cleaned text, one row a failure, one record a WET."""

import uuid
from datetime import UTC, datetime
from typing import Any

import msgspec

from cleaner.archive import warc
from cleaner.article import Article, CleanedText
from cleaner.errors import CleanerError
from cleaner.jobs.batch.read import Item
from cleaner.model import Decision, Page
from cleaner.text import words

__all__ = ["article_row", "cleaned_columns", "conversion", "encoded", "failure_row", "text_row"]


def article_row(article: Article, item: Item, version: str) -> dict[str, Any]:
    """The article with its place in the source and what made it; every key is always there."""
    meta, text = article.meta, article.text
    fetched_at = item.content.fetched_at if isinstance(item.content, Page) else None
    return {
        "url": article.url or meta.canonical,
        "date": meta.published,
        "fetched_at": fetched_at.isoformat() if fetched_at else None,
        "title": meta.title,
        "byline": meta.byline,
        "language": meta.language,
        "text": text,
        "markdown": article.markdown,
        "words": words(text),
        "blocks": len(article.blocks),
        "edits": len(article.edits),
        "outside": sum(article.outside.values()),
        "dropped": _dropped(article.dropped),
        "source": item.source,
        "offset": item.offset,
        "record_id": item.record_id,
        "ruleset": article.ruleset,
        "model": article.model,
        "version": version,
    }


def _dropped(decisions: tuple[Decision, ...]) -> list[dict[str, str]]:
    return [{"rule": decision.rule or "", "text": decision.block.text} for decision in decisions]


def text_row(cleaned: CleanedText | None) -> dict[str, Any]:
    """The cleaned text with what was removed; all empty for a row that had none."""
    if cleaned is None:
        return {"text": None, "dropped": [], "edits": 0}
    return {"text": cleaned.text, "dropped": _dropped(cleaned.dropped), "edits": len(cleaned.edits)}


def cleaned_columns(item: Item, field: str, row: dict[str, Any]) -> dict[str, Any]:
    """A line of JSON again: its columns verbatim and in their order, the cleaned one replaced, two added."""
    columns: dict[str, Any] = dict(item.columns or {})
    columns[field] = row["text"]
    return columns | {"cleaner_dropped": row["dropped"], "cleaner_edits": row["edits"]}


def failure_row(item: Item, error: CleanerError) -> dict[str, Any]:
    """What could not be cleaned, where it stands and why."""
    return {
        "url": item.url or (error.where if error.where != item.source else None),
        "source": item.source,
        "offset": item.offset,
        "code": error.code,
        "reason": error.message,
    }


def encoded(row: Any) -> bytes:
    """The row as JSON on one line, without its end; lone surrogates of broken pages became question marks."""
    try:
        return msgspec.json.encode(row)
    except UnicodeEncodeError:
        return msgspec.json.encode(_whole(row))


def _whole(value: Any) -> Any:
    if isinstance(value, str):
        return value.encode("utf-8", "replace").decode("utf-8")
    if isinstance(value, dict):
        return {key: _whole(one) for key, one in value.items()}
    return [_whole(one) for one in value] if isinstance(value, list) else value


def conversion(row: dict[str, Any]) -> bytes:
    """The article as a WARC conversion record of plain text, as in Common Crawl's WET files; the same row, the same record."""
    named = uuid.uuid5(uuid.NAMESPACE_URL, f"{row['source']}#{row['offset']}#{row['ruleset']}")
    fetched_at = datetime.fromisoformat(row["fetched_at"]) if row["fetched_at"] else datetime.fromtimestamp(0, UTC)
    language = (("WARC-Identified-Content-Language", row["language"]),) if row["language"] else ()
    refers = (("WARC-Refers-To", row["record_id"]),) if row["record_id"] else ()
    return warc.pack(
        warc.Record(
            kind="conversion",
            id=f"<urn:uuid:{named}>",
            date=warc.warc_date(fetched_at),
            content_type="text/plain",
            block=row["text"].replace("\0", "").encode("utf-8"),
            url=row["url"] or f"urn:uuid:{named}",
            fields=(*refers, *language),
        )
    )
