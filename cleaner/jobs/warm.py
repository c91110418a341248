"""What a worker needs in memory before its first page; importing this module loads it, so that forks share it.

Only the fork server and the workers import it: it costs a second.
"""

import gc

from cleaner.pipeline import clean, clean_text
from cleaner.policy import Policy

__all__ = ["warm_up"]

_PAGE = (
    "<html lang='en'><head><title>The night ferry</title></head><body><article><h1>The night ferry</h1>"
    + "<p>The night ferry to Hollin Head will run through the winter, the harbour board decided on Tuesday.</p>" * 4
    + "<p>Advertisement</p></article></body></html>"
)


def warm_up(policy: Policy) -> None:
    """Nothing; rules, model and tables for this policy are loaded, and the collector passes over them from now on."""
    clean(_PAGE, "https://warm.example/", policy=policy)
    clean_text("The night ferry will run.\n\nAdvertisement\n\nIt is late.", policy=policy)
    gc.collect()
    gc.freeze()


warm_up(Policy())
