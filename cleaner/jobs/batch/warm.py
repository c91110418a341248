"""What a batch's workers need beside `cleaner.jobs.warm`; importing this module loads it, so that forks share it.

The table that languages are guessed with is 75 MB, and takes half a second to read: each worker would pay that at its first
page that states no language, and again after each replacement.
"""

import gc
from contextlib import suppress

import cleaner.jobs.batch.shard  # noqa: F401  # what the workers run
from cleaner.pipeline import clean

__all__: list[str] = []

_PAGE = "<html><title>The night ferry</title><p>The night ferry to Hollin Head will run through the winter, the board decided.</p>"

with suppress(
    OSError
):  # the table is unpacked in the folder for temporary files: one that is full is told of page by page
    clean(_PAGE)
gc.collect()
gc.freeze()
