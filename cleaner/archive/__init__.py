"""The archive floor: originals in WARC files, clean articles beside them, a catalogue over both.

An original is a response and a request record for every exchange on the way to the page, a revisit record in place of
the response where its body is kept already, or, for bytes that came from a file or standard input and so without HTTP,
one resource record (of `urn:uuid:…` where no URL was given). A metadata record ends each capture: with it the capture
counts. An article is a conversion record (Markdown) where the clean text is new, and a metadata record of JSON with
all that `Article.to_dict` tells. Of records written together a file holds all or, after a crash, none that count.
"""

from cleaner.archive.archive import Archive
from cleaner.archive.filters import EVERYTHING, Filter
from cleaner.archive.importing import Imported
from cleaner.archive.keeping import Kept
from cleaner.archive.layout import Settings
from cleaner.archive.pruning import Pruned, Retention
from cleaner.archive.schema import Entry, Hit, Shown, Version
from cleaner.archive.survey import Count, Firing, RuleCount, Survey, Totals
from cleaner.archive.verify import Problem

__all__ = [
    "EVERYTHING",
    "Archive",
    "Count",
    "Entry",
    "Filter",
    "Firing",
    "Hit",
    "Imported",
    "Kept",
    "Problem",
    "Pruned",
    "Retention",
    "RuleCount",
    "Settings",
    "Shown",
    "Survey",
    "Totals",
    "Version",
]
