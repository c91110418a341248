"""The page sets beside the project as training and evaluation examples: blocks, trafilatura's choice, metadata, labels, folds."""

import gzip
import json
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from multiprocessing import Pool
from pathlib import Path
from typing import Any

from labels import Labels, is_doubtful, label_by_segments, label_by_text
from tld import get_fld

from cleaner.boilerplate import Choice, Segmented, locate, segment, with_strays
from cleaner.model import Meta
from cleaner.parse import decode, gather_head, parse_tree, read_metadata, stated_text
from cleaner.policy import Limits

FOLDS = 4
FOLD_SEED = 7


@dataclass(kw_only=True)
class Example:
    """One page of a set; `labels[i]` says whether block i is article, None where the truth does not say."""

    set_name: str
    truth: dict[str, Any]
    page: Segmented
    choice: Choice
    meta: Meta
    stated: str
    labels: Labels
    domain: str
    doubtful: bool
    fold: int = 0

    @property
    def kind(self) -> str:
        """Page type; sets that state none hold articles."""
        return str(self.truth.get("type", "article"))


def examples(folder: Path) -> list[Example]:
    """Every readable page of every set under `folder`, with folds by registered domain."""
    jobs = [
        (folder / path.parent.name, truth) for path in sorted(folder.glob("*/truth.jsonl")) for truth in _rows(path)
    ]
    with Pool() as pool:
        found = [example for example in pool.imap(_example, jobs, chunksize=8) if example]
    folds = fold_of_domains({example.domain for example in found})
    for example in found:
        example.fold = folds[example.domain]
    return found


def fold_of_domains(domains: set[str]) -> dict[str, int]:
    """A fold for each registered domain, the same in every run."""
    names = sorted(domains)
    random.Random(FOLD_SEED).shuffle(names)  # noqa: S311  # folds, not secrets
    return {name: i % FOLDS for i, name in enumerate(names)}


def domain_of(url: str | None, page_id: str) -> str:
    """The page's registered domain; its own id where it has no address."""
    return get_fld(url or "", fail_silently=True, fix_protocol=True) or url or page_id


def _rows(path: Path) -> Iterator[dict[str, Any]]:
    with path.open(encoding="utf-8") as lines:
        for line in lines:
            yield json.loads(line)


def _example(job: tuple[Path, dict[str, Any]]) -> Example | None:
    folder, truth = job
    content = gzip.decompress((folder / "pages" / f"{truth['id']}.html.gz").read_bytes())
    tree = parse_tree(decode(content).text, Limits())
    if tree is None:
        return None
    page = segment(tree)
    head = gather_head(tree, truth["url"])
    meta = read_metadata(head, " ".join(block.text for block in page.blocks))
    stated = stated_text(head)
    page, choice = with_strays(page, locate(tree, page, fast=True))
    for frame in page.frames:
        frame.element = None  # elements do not travel between processes
    page = Segmented(blocks=page.blocks, contexts=page.contexts, nodes=(), frames=page.frames)
    texts = [block.text for block in page.blocks]
    labels = label_by_text(texts, truth["text"]) if "text" in truth else label_by_segments(texts, truth)
    return Example(
        set_name=folder.name, truth=truth, page=page, choice=choice, meta=meta, stated=stated, labels=labels,
        domain=domain_of(truth["url"], truth["id"]), doubtful="text" in truth and is_doubtful(texts, labels, choice, truth),
    )  # fmt: skip


def by_fold(found: Sequence[Example], fold: int) -> tuple[list[Example], list[Example]]:
    """The examples to train on, those whose truth is doubtful left out, and the ones to evaluate in this fold."""
    train = [e for e in found if e.fold != fold and not e.doubtful]
    return train, [e for e in found if e.fold == fold]
