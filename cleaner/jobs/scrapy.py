"""An item pipeline for Scrapy: items that carry a page leave with its clean text, and the page stands in an archive.

    ITEM_PIPELINES = {"cleaner.jobs.scrapy.CleanerPipeline": 300}
    CLEANER_ARCHIVE = "archive"        # left out: cleaned only, nothing is kept

An item is a mapping with `url` and the page as bytes in `body`; `content_type` and `status` are used where they are there.
Scrapy does not keep the exchange as it went over the wire, so the archive gets the page alone, as a resource record.
"""

from collections.abc import MutableMapping
from datetime import UTC, datetime
from typing import Any, Self

from cleaner.archive import Archive
from cleaner.model import Page
from cleaner.pipeline import clean

__all__ = ["CleanerPipeline"]


class CleanerPipeline:
    """Takes `body` out of each item and puts in `text`, `markdown`, `title`, `published`, `reason` and `archive_id`."""

    def __init__(self, archive: str | None = None) -> None:
        self._path = archive
        self._archive: Archive | None = None

    @classmethod
    def from_crawler(cls, crawler: Any) -> Self:
        """The pipeline as the crawler's settings want it."""
        return cls(crawler.settings.get("CLEANER_ARCHIVE"))

    def open_spider(self, spider: Any = None) -> None:  # noqa: ARG002  # Scrapy's signature
        """Nothing; the archive is open where there is to be one."""
        self._archive = Archive(self._path) if self._path else None

    def close_spider(self, spider: Any = None) -> None:  # noqa: ARG002
        """Nothing; the archive is closed."""
        if self._archive:
            self._archive.close()

    def process_item(self, item: MutableMapping[str, Any], spider: Any = None) -> MutableMapping[str, Any]:  # noqa: ARG002
        """The item, cleaned; one without a page as it was. Raises LimitError for a page too big or deep."""
        if not isinstance(item.get("body"), bytes):
            return item
        page = Page(
            content=item.pop("body"),
            url=item.get("url"),
            content_type=item.get("content_type"),
            status=item.get("status"),
            fetched_at=datetime.now(UTC),
        )
        article = clean(page)
        kept = self._archive.keep(page, article) if self._archive else None
        item["text"], item["markdown"] = article.text, article.markdown
        item["title"], item["published"] = article.meta.title, article.meta.published
        item["reason"] = str(article.reason.code) if article.reason else None
        item["archive_id"] = kept.id if kept else None
        return item
