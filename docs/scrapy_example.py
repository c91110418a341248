# scrapy runspider docs/scrapy_example.py -O articles.jsonl
"""A spider whose pages are cleaned and archived on their way out."""

import scrapy


class FerrySpider(scrapy.Spider):
    """Every article that the front page links to."""

    name = "ferry"
    start_urls = ("https://example.org/",)
    custom_settings = {  # noqa: RUF012  # Scrapy's way
        "ITEM_PIPELINES": {"cleaner.jobs.scrapy.CleanerPipeline": 300},
        "CLEANER_ARCHIVE": "archive",
    }

    def parse(self, response):  # noqa: ANN001, ANN201
        """The links of the front page."""
        yield from response.follow_all(css="article a", callback=self.parse_article)

    def parse_article(self, response):  # noqa: ANN001, ANN201
        """The page as it came; the pipeline does the rest."""
        kind = response.headers.get("Content-Type", b"").decode("latin-1")
        yield {"url": response.url, "body": response.body, "content_type": kind, "status": response.status}
