"""The library as the outside scorers call it: a page's or a text's content in, plain text out."""

import gzip
import json
import os
from functools import cache
from pathlib import Path

from cleaner import pipeline
from cleaner.boilerplate.scorer import Scorer
from cleaner.pipeline import clean, clean_text

FOLDS = "CLEANER_FOLDS"  # the folder that `make train` wrote the fold models to


def page(html: bytes, url: str | None = None) -> str:
    """The article's text."""
    return clean(html, url or None).text


def page_out_of_fold(html: bytes, url: str | None = None) -> str:
    """The article's text by the fold model that never saw the page's registered domain."""
    from tld import get_fld

    fold = _fold_of_domains().get(get_fld(url or "", fail_silently=True, fix_protocol=True) or url or "", 0)
    shipped = pipeline.shipped_scorer
    pipeline.shipped_scorer = lambda: _fold_model(fold)
    try:
        return clean(html, url or None).text
    finally:
        pipeline.shipped_scorer = shipped


def text(given: str) -> str:
    """The text without residue."""
    return clean_text(given).text


@cache
def _fold_of_domains() -> dict[str, int]:
    return dict(json.loads((Path(os.environ[FOLDS]) / "domains.json").read_text()))


@cache
def _fold_model(fold: int) -> Scorer:
    return Scorer.from_dict(
        json.loads(gzip.decompress((Path(os.environ[FOLDS]) / f"fold-{fold}.json.gz").read_bytes()))
    )


if FOLDS in os.environ:  # four models instead of one: to read them is not what a page costs
    for number in set(_fold_of_domains().values()):
        _fold_model(number)
