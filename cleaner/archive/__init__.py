"""The archive floor: originals in WARC files, clean articles beside them, a catalogue over both.

An original is a response and a request record for every exchange on the way to the page, a revisit record in place of
the response where its body is kept already, or, for bytes that came from a file or standard input and so without HTTP,
one resource record (of `urn:uuid:…` where no URL was given). A metadata record ends each capture: with it the capture
counts. An article is a conversion record (Markdown) where the clean text is new, and a metadata record of JSON with
all that `Article.to_dict` tells. Of records written together a file holds all or, after a crash, none that count.

The names below load when first used: who needs one file of this package does not pay for the others.
"""

from typing import TYPE_CHECKING

from cleaner.lazy import loads_from

if TYPE_CHECKING:
    from cleaner.archive.archive import Archive
    from cleaner.archive.filters import EVERYTHING, Filter
    from cleaner.archive.importing import Imported
    from cleaner.archive.keeping import Kept
    from cleaner.archive.layout import Settings
    from cleaner.archive.pruning import Pruned, Pruning, Retention
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
    "Pruning",
    "Retention",
    "RuleCount",
    "Settings",
    "Shown",
    "Survey",
    "Totals",
    "Version",
]

_HOMES = {
    "Archive": "cleaner.archive.archive",
    "Count": "cleaner.archive.survey",
    "EVERYTHING": "cleaner.archive.filters",
    "Entry": "cleaner.archive.schema",
    "Filter": "cleaner.archive.filters",
    "Firing": "cleaner.archive.survey",
    "Hit": "cleaner.archive.schema",
    "Imported": "cleaner.archive.importing",
    "Kept": "cleaner.archive.keeping",
    "Problem": "cleaner.archive.verify",
    "Pruned": "cleaner.archive.pruning",
    "Pruning": "cleaner.archive.pruning",
    "Retention": "cleaner.archive.pruning",
    "RuleCount": "cleaner.archive.survey",
    "Settings": "cleaner.archive.layout",
    "Shown": "cleaner.archive.schema",
    "Survey": "cleaner.archive.survey",
    "Totals": "cleaner.archive.survey",
    "Version": "cleaner.archive.schema",
}

__getattr__ = loads_from(__name__, _HOMES)
