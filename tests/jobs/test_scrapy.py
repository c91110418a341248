"""The item pipeline as Scrapy drives it: made from settings, opened, fed items, closed."""

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from farm import Farm

from cleaner.archive import Archive
from cleaner.jobs.scrapy import CleanerPipeline


def piped(archive: str | None, *items: dict[str, Any]) -> list[Any]:
    pipeline = CleanerPipeline.from_crawler(SimpleNamespace(settings={"CLEANER_ARCHIVE": archive}))
    pipeline.open_spider()
    try:
        return [pipeline.process_item(item) for item in items]
    finally:
        pipeline.close_spider()


def item() -> dict[str, Any]:
    return {"url": "https://example.org/news/1", "body": Farm().article(0, 1).encode(), "status": 200, "mine": 7}


@pytest.mark.parametrize("kept", [True, False])
def test_an_item_leaves_clean_and_its_page_is_kept_where_that_is_asked(tmp_path: Path, kept: bool) -> None:  # noqa: FBT001
    (done,) = piped(str(tmp_path / "archive") if kept else None, item())
    assert "body" not in done
    assert done["mine"] == 7
    assert "Advertisement" not in done["text"]
    assert done["text"].startswith("In the ")
    assert (done["reason"], bool(done["archive_id"])) == (None, kept)
    if kept:
        with Archive(tmp_path / "archive") as archive:
            assert [entry.url for entry in archive.ls()] == ["https://example.org/news/1"]


def test_an_item_without_a_page_passes_as_it_is() -> None:
    assert piped(None, {"price": 3}) == [{"price": 3}]
