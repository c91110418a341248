"""The crawl: finds what is new or changed on the configured sites, fetches each thing once, and keeps it.

>>> from cleaner.jobs.crawl import Crawl, read_config                     # doctest: +SKIP
>>> async with Crawl(read_config("crawl.toml")) as crawl:                 # doctest: +SKIP
...     async for result in crawl:
...         print(result.fate, result.url)
"""

from cleaner.jobs.crawl.config import CrawlConfig, LimitsConfig, RevisitConfig, SourceConfig, made_config, read_config
from cleaner.jobs.crawl.failing import Failure, count_failures, failures
from cleaner.jobs.crawl.report import CrawlResult, Fate, Figures, Planned, Report, write_metrics
from cleaner.jobs.crawl.run import Crawl

__all__ = [
    "Crawl",
    "CrawlConfig",
    "CrawlResult",
    "Failure",
    "Fate",
    "Figures",
    "LimitsConfig",
    "Planned",
    "Report",
    "RevisitConfig",
    "SourceConfig",
    "count_failures",
    "failures",
    "made_config",
    "read_config",
    "write_metrics",
]
