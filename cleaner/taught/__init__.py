"""What users teach without code: rule files, site files, filter lists, and what was learned from a site; text in, records out.

Nothing here opens a file: `cleaner.fetch.taught` reads them, so that the records stay data that a policy carries. The
readers (`rulefile`, `sitefile`, `ftr`) are imported where they are used: a policy alone stays light.
"""

from cleaner.taught.filters import FilterList, parse_filter_list
from cleaner.taught.memory import PlacedLine, SiteMemory
from cleaner.taught.site import Example, Site, site_for

__all__ = ["Example", "FilterList", "PlacedLine", "Site", "SiteMemory", "parse_filter_list", "site_for"]
